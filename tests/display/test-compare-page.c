/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Comparisons as the window makes them: files, backups and chips, and what goes wrong with them. */

#include "config.h"

#include "find-widget.h"

#include <glib/gstdio.h>
#include <string.h>

#include "fk-board.h"
#include "fk-window.h"
#include "hex/fk-hex-find-panel.h"
#include "hex/fk-hex-view.h"
#include "pages/fk-compare-fields-page.h"
#include "pages/fk-compare-page.h"
#include "pages/fk-compare-report.h"
#include "pages/fk-compare-view.h"
#include "probe/fk-probe-list.h"
#include "sim/fk-sim.h"
#include "widgets/fk-diff-list.h"
#include "widgets/fk-opener-row.h"
#include "widgets/fk-progress-card.h"

#define SIZE  8192u
#define LARGE (16u * 1024 * 1024)

typedef struct
{
  char *folder;
  GtkWidget *window;
  FkLibrary *library;
  FkSimBoard *sim;
  FkBoard *board;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("flashkeep-XXXXXX", NULL);
  self->window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (self->window), 900, 600);
}

static void
remove_file (Fixture *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  g_remove (path);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->window != NULL)
    {
      gtk_window_set_focus (GTK_WINDOW (self->window), NULL);
      gtk_window_destroy (GTK_WINDOW (self->window));
    }
  while (self->board != NULL && fk_board_is_working (self->board))
    g_main_context_iteration (NULL, TRUE);
  g_clear_object (&self->board);
  g_clear_object (&self->sim);
  g_clear_object (&self->library);
  remove_file (self, "a.bin");
  remove_file (self, "b.bin");
  remove_file (self, "c.bin");
  g_rmdir (self->folder);
  g_free (self->folder);
}

/* Random bytes; in the one of the name b another byte at 0x100 and 20 more at 0x800; in that of the
 * name c these 20 too, and another byte at 0x1800. */
static FkCompareSide *
make_file (Fixture *self, const char *name, gboolean write)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (guint i = 0; i < SIZE; i++)
    {
      guint8 byte = (guint8)g_rand_int (random);

      if (*name == 'b' && i == 0x100)
        byte ^= 1;
      if (*name == 'c' && i == 0x1800)
        byte ^= 1;
      for (guint j = 0; *name != 'a' && i == 0x800 && j < 20; j++)
        g_byte_array_append (bytes, (const guint8 *)"w", 1);
      g_byte_array_append (bytes, &byte, 1);
    }
  if (write)
    g_file_set_contents (path, (const char *)bytes->data, bytes->len, NULL);
  return fk_compare_side_new_for_file (file);
}

static void
add_board (Fixture *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FkProbe) probe = NULL;

  self->library = fk_library_new (self->folder);
  self->sim = fk_sim_board_new (name, &error);
  g_assert_no_error (error);
  probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (self->sim));
  self->board = fk_board_new (probe, self->library);
  fk_board_identify (self->board);
  while (fk_board_get_state (self->board) != FK_BOARD_READY)
    g_main_context_iteration (NULL, TRUE);
}

static GtkWidget *
find_type (GtkWidget *widget, GType type, guint index)
{
  static guint n_found;
  GtkWidget *found = NULL;

  if (index != G_MAXUINT)
    n_found = index;
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && n_found-- == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_type (child, type, G_MAXUINT);
  return found;
}

static const char *
get_shown (GtkWidget *page)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (find_type (page, GTK_TYPE_STACK, 0)));
}

static void
wait_for (GtkWidget *page, const char *name)
{
  while (!g_str_equal (get_shown (page), name))
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
says (GtkWidget *widget, gconstpointer text)
{
  return GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_label (GTK_LABEL (widget)), text);
}

static gboolean
has_label (GtkWidget *widget, const char *text)
{
  return find_widget (widget, says, text) != NULL;
}

static GPtrArray *
list_sides (FkCompareSide *a, FkCompareSide *b, FkCompareSide *c)
{
  GPtrArray *sides = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (sides, g_object_ref (a));
  g_ptr_array_add (sides, g_object_ref (b));
  if (c != NULL)
    g_ptr_array_add (sides, g_object_ref (c));
  return sides;
}

static GtkWidget *
show (Fixture *self, FkCompareSide *a, FkCompareSide *b)
{
  GtkWidget *page = GTK_WIDGET (fk_compare_page_new (a, b));

  adw_window_set_content (ADW_WINDOW (self->window), page);
  gtk_window_present (GTK_WINDOW (self->window));
  return page;
}

static void
test_files (Fixture *self, gconstpointer data)
{
  g_autoptr (FkCompareSide) a = make_file (self, "a.bin", TRUE);
  g_autoptr (FkCompareSide) b = make_file (self, "b.bin", TRUE);
  GtkWidget *page = show (self, a, b);
  FkHexView *views[2];

  wait_for (page, "result");
  g_assert_true (has_label (page, "21 bytes differ in 2 places"));
  g_assert_true (has_label (page, "1 changed, 0 only in the first, 20 only in the second"));
  g_assert_true (has_label (page, "b.bin"));
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    views[i] = FK_HEX_VIEW (find_type (page, FK_TYPE_HEX_VIEW, i));

  /* Whoever does not see where they stand knows which is which. */
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (views[0]), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Bytes of the First, a.bin");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (views[1]), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Bytes of the Second, b.bin");

  /* Keys go to the bytes at once. */
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (self->window)) == GTK_WIDGET (views[0]));
  gtk_widget_activate_action (GTK_WIDGET (views[0]), "compare.next", NULL);
  g_assert_cmphex (fk_hex_view_get_cursor (views[0]), ==, 0x08000100);
  gtk_widget_activate_action (GTK_WIDGET (views[0]), "compare.next", NULL);
  g_assert_cmphex (fk_hex_view_get_cursor (views[1]), >=, 0x08000800);
  gtk_widget_activate_action (GTK_WIDGET (views[0]), "compare.previous", NULL);
  g_assert_cmphex (fk_hex_view_get_cursor (views[1]), ==, 0x08000100);
}

static void
check_said (FkHexView *view, const char *text)
{
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       text);
}

/* What is the same is folded, one fold can be opened, and all of them. */
static void
test_folds (Fixture *self, gconstpointer data)
{
  g_autoptr (FkCompareSide) a = make_file (self, "a.bin", TRUE);
  g_autoptr (FkCompareSide) b = make_file (self, "b.bin", TRUE);
  GtkWidget *page = show (self, a, b);
  FkHexView *view;

  wait_for (page, "result");
  view = FK_HEX_VIEW (find_type (page, FK_TYPE_HEX_VIEW, 1));
  fk_hex_view_set_cursor (view, 0x08000400);
  check_said (view, "… 1.6 KiB the same …, Enter shows it");
  fk_hex_view_handle_key (view, GDK_KEY_Return, 0);
  fk_hex_view_set_cursor (view, 0x08000400);
  g_assert_cmphex (fk_hex_view_get_cursor (view), ==, 0x08000400);
  fk_hex_view_set_cursor (view, 0x08001400);
  check_said (view, "… 5.9 KiB the same …, Enter shows it");

  gtk_widget_activate_action (GTK_WIDGET (view), "compare.fold", NULL);
  fk_hex_view_set_cursor (view, 0x08001400);
  g_assert_cmphex (fk_hex_view_get_cursor (view), ==, 0x08001400);
  gtk_widget_activate_action (GTK_WIDGET (view), "compare.fold", NULL);
  fk_hex_view_set_cursor (view, 0x08000400);
  check_said (view, "… 1.6 KiB the same …, Enter shows it");
}

static FkHexView *
get_bytes (GtkWidget *page, guint side)
{
  return FK_HEX_VIEW (find_type (page, FK_TYPE_HEX_VIEW, side));
}

static gboolean
is_enabled (GtkWidget *page, const char *label)
{
  GtkWidget *button = NULL;

  for (guint i = 0; (button = find_type (page, GTK_TYPE_BUTTON, i)) != NULL; i++)
    if (g_strcmp0 (gtk_button_get_icon_name (GTK_BUTTON (button)), label) == 0)
      return gtk_widget_get_sensitive (button) && gtk_widget_get_visible (button);
  return FALSE;
}

/* Three at once. */
static void
test_three (Fixture *self, gconstpointer data)
{
  g_autoptr (FkCompareSide) a = make_file (self, "a.bin", TRUE);
  g_autoptr (FkCompareSide) b = make_file (self, "b.bin", TRUE);
  g_autoptr (FkCompareSide) c = make_file (self, "c.bin", TRUE);
  g_autoptr (GPtrArray) sides = list_sides (a, b, c);
  GtkWidget *page = GTK_WIDGET (fk_compare_page_new_for_sides (sides));

  gtk_window_set_default_size (GTK_WINDOW (self->window), 1000, 700);
  adw_window_set_content (ADW_WINDOW (self->window), page);
  gtk_window_present (GTK_WINDOW (self->window));
  wait_for (page, "result");
  g_assert_true (has_label (page, "22 bytes differ in 3 places"));
  g_assert_true (has_label (page, "first differs: 20 · second differs: 1 · third differs: 1"));
  g_assert_true (has_label (page, "Second and Third"));
  g_assert_true (is_enabled (page, "window-close-symbolic"));
  gtk_widget_activate_action (GTK_WIDGET (get_bytes (page, 0)), "compare.previous", NULL);
  for (guint side = 0; side < 3; side++)
    g_assert_cmphex (fk_hex_view_get_cursor (get_bytes (page, side)), ==, 0x08001800 + 20);
  check_said (get_bytes (page, 0), "Address 0x08001800, value 0xe5");
  check_said (get_bytes (page, 2), "Address 0x08001814, value 0xe4");
}

static void
on_message (FkCompareView *view, const char *text, char **told)
{
  g_free (*told);
  *told = g_strdup (text);
}

static void
enter (GtkWidget *page, const char *address)
{
  GtkWidget *entry = find_type (page, GTK_TYPE_ENTRY, 0);

  gtk_editable_set_text (GTK_EDITABLE (entry), address);
  g_signal_emit_by_name (entry, "activate");
}

/* The side that is worked in has its own addresses; the other one follows. */
static void
test_go_to (Fixture *self, gconstpointer data)
{
  g_autoptr (FkCompareSide) a = make_file (self, "a.bin", TRUE);
  g_autoptr (FkCompareSide) b = make_file (self, "b.bin", TRUE);
  GtkWidget *page = show (self, a, b);
  g_autofree char *told = NULL;
  FkCompareView *view;
  FkHexView *views[2];

  wait_for (page, "result");
  view = FK_COMPARE_VIEW (find_type (page, FK_TYPE_COMPARE_VIEW, 0));
  g_signal_connect (view, "message", G_CALLBACK (on_message), &told);
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    views[i] = FK_HEX_VIEW (find_type (page, FK_TYPE_HEX_VIEW, i));
  gtk_widget_activate_action (GTK_WIDGET (views[0]), "compare.go-to", NULL);
  enter (page, "8001000");
  check_said (views[0], "Address 0x08001000, value 0x64");
  check_said (views[1], "Address 0x08001014, value 0x64");

  gtk_widget_grab_focus (GTK_WIDGET (views[1]));
  gtk_widget_activate_action (GTK_WIDGET (views[1]), "compare.go-to", NULL);
  enter (page, "8001000");
  g_assert_cmphex (fk_hex_view_get_cursor (views[0]), ==, 0x08001000);
  g_assert_null (told);
  enter (page, "8009000");
  g_assert_nonnull (strstr (told, "outside"));

  fk_compare_view_go_to_part (view, FK_DIFF_FIRST, 0);
  check_said (views[0], "Address 0x08000000, value 0xaf");
  fk_compare_view_go_to_part (view, FK_DIFF_SECOND, 1);
  g_assert_cmphex (fk_hex_view_get_cursor (views[1]), ==, 0x08000000 + SIZE + 20 - 1);
}

/* What is found is shown, also out of a fold. */
static void
test_find (Fixture *self, gconstpointer data)
{
  g_autoptr (FkCompareSide) a = make_file (self, "a.bin", TRUE);
  g_autoptr (FkCompareSide) b = make_file (self, "b.bin", TRUE);
  GtkWidget *page = show (self, a, b);
  FkHexView *view;
  GtkWidget *entry;
  guint64 start;
  guint64 size;

  wait_for (page, "result");
  view = FK_HEX_VIEW (find_type (page, FK_TYPE_HEX_VIEW, 1));
  gtk_widget_grab_focus (GTK_WIDGET (view));
  gtk_widget_activate_action (GTK_WIDGET (view), "compare.find", NULL);
  entry = find_type (find_type (page, FK_TYPE_HEX_FIND_PANEL, 0), GTK_TYPE_SEARCH_ENTRY, 0);
  gtk_editable_set_text (GTK_EDITABLE (entry), "wwww");
  while (!has_label (page, "Found 17 times"))
    g_main_context_iteration (NULL, TRUE);
  gtk_widget_activate_action (GTK_WIDGET (view), "compare.find-next", NULL);
  fk_hex_view_get_selection (view, &start, &size);
  g_assert_cmphex (start, >=, 0x08000800);
  g_assert_cmpuint (size, ==, 4);
}

/* A file that is not there is told, and can be put there. */
static void
test_missing (Fixture *self, gconstpointer data)
{
  g_autoptr (FkCompareSide) a = make_file (self, "a.bin", TRUE);
  g_autoptr (FkCompareSide) b = make_file (self, "b.bin", FALSE);
  g_autoptr (FkCompareSide) later = NULL;
  GtkWidget *page = show (self, a, b);

  wait_for (page, "failed");
  g_assert_true (has_label (page, "The File Cannot Be Used"));
  later = make_file (self, "b.bin", TRUE);
  gtk_widget_activate_action (find_type (page, GTK_TYPE_BUTTON, 0), "compare.retry", NULL);
  wait_for (page, "result");
}

static void
test_chip (Fixture *self, gconstpointer data)
{
  g_autoptr (FkCompareSide) a = make_file (self, "a.bin", TRUE);
  g_autoptr (FkCompareSide) b = NULL;
  GtkWidget *page;

  add_board (self, "f030");
  b = fk_compare_side_new_for_board (self->board);
  page = show (self, a, b);
  while (fk_board_get_state (self->board) != FK_BOARD_BUSY)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (gtk_widget_get_visible (find_type (page, FK_TYPE_PROGRESS_CARD, 0)));
  gtk_widget_child_focus (page, GTK_DIR_TAB_FORWARD);
  wait_for (page, "result");
  g_assert_true (FK_IS_HEX_VIEW (gtk_window_get_focus (GTK_WINDOW (self->window))));
  g_assert_cmpuint (fk_image_get_size (fk_compare_side_get_image (b)), ==, 16384);
  g_assert_nonnull (fk_compare_side_get_settings (b).options);
  g_assert_nonnull (fk_compare_side_get_uid (b));
  g_assert_true (g_str_has_prefix (fk_compare_side_get_detail (b), "On the board, "));
  g_assert_true (has_label (page, fk_compare_side_get_detail (b)));
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *loaded = user_data;

  *loaded = fk_compare_side_load_finish (FK_COMPARE_SIDE (source), result, NULL);
}

static void
load (FkCompareSide *side)
{
  gboolean loaded = FALSE;

  fk_compare_side_load_async (side, NULL, on_loaded, &loaded);
  while (!loaded)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_one_byte (Fixture *self, gconstpointer data)
{
  g_autoptr (FkCompareSide) a = make_file (self, "a.bin", TRUE);
  g_autoptr (FkCompareSide) b = make_file (self, "b.bin", FALSE);
  g_autofree char *from = g_build_filename (self->folder, "a.bin", NULL);
  g_autofree char *to = g_build_filename (self->folder, "b.bin", NULL);
  g_autofree char *contents = NULL;
  g_autofree char *summary = NULL;
  g_autoptr (GPtrArray) sides = list_sides (a, b, NULL);
  g_autoptr (FkCompareResult) result = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (from, &contents, &size, NULL));
  contents[0x100] ^= 1;
  g_assert_true (g_file_set_contents (to, contents, (gssize)size, NULL));
  load (a);
  load (b);
  result = fk_compare_result_new (sides, NULL, NULL);
  summary = fk_compare_result_make_summary (result);
  g_assert_cmpstr (summary, ==, "1 byte differs");
}

static void
change_option (Fixture *self, const char *change)
{
  const char *const changes[] = { change, NULL };
  g_autoptr (FkJob) job = fk_options_job_new (changes, FALSE);

  fk_board_run (self->board, job, NULL, NULL, NULL);
  while (fk_board_is_working (self->board))
    g_main_context_iteration (NULL, TRUE);
}

/* Options by name: what differs is seen, what is the same when it is asked for. */
static void
test_fields (Fixture *self, gconstpointer data)
{
  g_autoptr (FkCompareSide) a = NULL;
  g_autoptr (FkCompareSide) b = NULL;
  g_autoptr (FkCompareResult) result = NULL;
  g_autoptr (GPtrArray) sides = NULL;
  g_autofree char *summary = NULL;
  g_autofree char *fields = NULL;
  GtkWidget *page;

  add_board (self, "f030");
  a = fk_compare_side_new_for_board (self->board);
  load (a);
  change_option (self, "WDG_SW=0");
  b = fk_compare_side_new_for_board (self->board);
  load (b);

  sides = list_sides (a, b, NULL);
  result = fk_compare_result_new (sides, NULL, NULL);
  summary = fk_compare_result_make_summary (result);
  fields = fk_compare_result_make_fields (result);
  g_assert_cmpstr (summary, ==, "The flash is identical, the options are not");
  g_assert_cmpstr (fields, ==, "Option bytes and OTP: 1 setting is different.");

  page = GTK_WIDGET (fk_compare_fields_page_new (sides));
  adw_window_set_content (ADW_WINDOW (self->window), page);
  gtk_window_present (GTK_WINDOW (self->window));
  gtk_test_widget_wait_for_draw (self->window);
  g_assert_true (has_label (page, "Watchdog (WDG_SW)"));
  g_assert_false (has_label (page, "Standby Mode (nRST_STDBY)"));
  adw_action_row_activate (ADW_ACTION_ROW (find_type (page, FK_TYPE_OPENER_ROW, 0)));
  g_assert_true (has_label (page, "Standby Mode (nRST_STDBY)"));
}

static const char *
get_cell (GtkWidget *grid, int column)
{
  return gtk_label_get_label (GTK_LABEL (gtk_grid_get_child_at (GTK_GRID (grid), column, 3)));
}

/* Each of three has a column; one whose options nobody knows says so. */
static void
test_fields_three (Fixture *self, gconstpointer data)
{
  g_autoptr (FkCompareSide) before = NULL;
  g_autoptr (FkCompareSide) after = NULL;
  g_autoptr (FkCompareSide) file = make_file (self, "a.bin", TRUE);
  g_autoptr (GPtrArray) sides = NULL;
  GtkWidget *page;
  GtkWidget *grid;

  add_board (self, "f030");
  before = fk_compare_side_new_for_board (self->board);
  load (before);
  change_option (self, "WDG_SW=0");
  after = fk_compare_side_new_for_board (self->board);
  load (after);
  load (file);

  sides = list_sides (before, file, after);
  page = GTK_WIDGET (fk_compare_fields_page_new (sides));
  adw_window_set_content (ADW_WINDOW (self->window), page);
  gtk_window_present (GTK_WINDOW (self->window));
  gtk_test_widget_wait_for_draw (self->window);
  g_assert_true (has_label (page, "Watchdog (WDG_SW)"));
  g_assert_true (has_label (page, "a.bin"));
  g_assert_true (has_label (page, "The Same, as Far as They Are Known"));
  grid = find_type (page, GTK_TYPE_GRID, 0);
  g_assert_cmpstr (get_cell (grid, 1), ==, "Not known");
  g_assert_cmpstr (get_cell (grid, 0), !=, "Not known");
  g_assert_cmpstr (get_cell (grid, 2), !=, "Not known");
  g_assert_cmpstr (get_cell (grid, 0), !=, get_cell (grid, 2));
}

/* What was set meanwhile, from elsewhere, is seen. */
static void
test_fresh_options (Fixture *self, gconstpointer data)
{
  static const char *const change[] = { "WDG_SW=0", NULL };
  g_autoptr (FkCompareSide) side = NULL;
  g_autoptr (FkJob) job = fk_options_job_new (change, FALSE);
  g_autoptr (FkProbe) probe = NULL;
  g_autoptr (FkBoard) elsewhere = NULL;
  guint32 value = 1;

  add_board (self, "f030");
  probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (self->sim));
  elsewhere = fk_board_new (probe, self->library);
  fk_board_run (elsewhere, job, NULL, NULL, NULL);
  while (fk_board_is_working (elsewhere))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (fk_option_bytes_get (fk_board_get_options (self->board), "WDG_SW", &value, NULL));
  g_assert_cmpuint (value, ==, 1);

  side = fk_compare_side_new_for_board (self->board);
  load (side);
  g_assert_true (
      fk_option_bytes_get (fk_compare_side_get_settings (side).options, "WDG_SW", &value, NULL));
  g_assert_cmpuint (value, ==, 0);
}

/* On the window, wherever. */
static void
drop (Fixture *self, GtkWidget *window, const char *const *names)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (window);
  g_autoslist (GFile) files = NULL;
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean taken = FALSE;

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (self->folder, names[i], NULL);

      files = g_slist_append (files, g_file_new_for_path (path));
    }
  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_set_boxed (&value, files);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        g_signal_emit_by_name (controller, "drop", &value, 1.0, 1.0, &taken);
    }
  g_assert_true (taken);
}

/* Two or three files that are dropped at once are compared. */
static void
test_dropped (Fixture *self, gconstpointer data)
{
  static const char *const names[] = { "a.bin", "b.bin", "c.bin", NULL };
  static const char *const two[] = { "a.bin", "b.bin", NULL };
  GtkWidget *window = g_object_new (FK_TYPE_WINDOW, NULL);

  for (guint i = 0; names[i] != NULL; i++)
    g_object_unref (make_file (self, names[i], TRUE));
  gtk_window_present (GTK_WINDOW (window));
  drop (self, window, two);
  while (!has_label (window, "21 bytes differ in 2 places"))
    g_main_context_iteration (NULL, TRUE);
  drop (self, window, names);
  while (!has_label (window, "22 bytes differ in 3 places"))
    g_main_context_iteration (NULL, TRUE);
  gtk_window_set_focus (GTK_WINDOW (window), NULL);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

/* Returns: whether it was saved */
static gboolean
save (FkCompareSide *a, FkCompareSide *b, const char *path, GError **error)
{
  g_autoptr (GPtrArray) sides = list_sides (a, b, NULL);
  g_autoptr (FkCompareResult) compared = fk_compare_result_new (sides, NULL, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;

  fk_compare_report_save_async (sides, compared, file, NULL, on_saved, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return fk_compare_report_save_finish (result, error);
}

/* As text or as HTML; a file that cannot be written is told, and what was there stays. */
static void
test_report (Fixture *self, gconstpointer data)
{
  g_autoptr (FkCompareSide) a = make_file (self, "a.bin", TRUE);
  g_autoptr (FkCompareSide) b = make_file (self, "b.bin", TRUE);
  g_autofree char *page = g_build_filename (self->folder, "report.HTML", NULL);
  g_autofree char *text = g_build_filename (self->folder, "report.txt", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;

  load (a);
  load (b);
  g_assert_true (save (a, b, text, NULL));
  g_assert_true (g_file_get_contents (text, &contents, NULL, NULL));
  g_assert_nonnull (strstr (contents, "  Name                b.bin\n"));
  g_assert_nonnull (strstr (contents, "  Only in the second  20\n"));
  g_clear_pointer (&contents, g_free);
  g_assert_true (save (a, b, page, NULL));
  g_assert_true (save (a, b, page, NULL));
  g_assert_true (g_file_get_contents (page, &contents, NULL, NULL));
  g_assert_true (g_str_has_prefix (contents, "<!DOCTYPE html>"));

  g_assert_false (save (a, b, "/proc/no-such-folder/report.txt", &error));
  g_assert_nonnull (error);
  remove_file (self, "report.txt");
  remove_file (self, "report.HTML");
}

/* Whoever leaves does not make the chip go on being read; reading 1 MiB takes longer than leaving.
 */
static void
test_leave (Fixture *self, gconstpointer data)
{
  g_autoptr (FkCompareSide) a = NULL;
  g_autoptr (FkCompareSide) b = make_file (self, "a.bin", TRUE);

  add_board (self, "creator-pro");
  a = fk_compare_side_new_for_board (self->board);
  show (self, a, b);
  g_assert_cmpint (fk_board_get_state (self->board), ==, FK_BOARD_BUSY);
  gtk_window_destroy (GTK_WINDOW (self->window));
  self->window = NULL;
  while (fk_board_is_working (self->board))
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (fk_compare_side_get_image (a));
}

static FkCompareSide *
make_large_file (Fixture *self, const char *name, guint32 seed)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autofree guint32 *words = g_new (guint32, LARGE / 4);

  for (guint i = 0; i < LARGE / 4; i++)
    words[i] = g_rand_int (random);
  g_file_set_contents (path, (const char *)words, LARGE, NULL);
  return fk_compare_side_new_for_file (file);
}

/* A page can go while it compares: nobody waits for what takes long. */
static void
test_leave_comparing (Fixture *self, gconstpointer data)
{
  g_autoptr (FkCompareSide) a = make_large_file (self, "a.bin", 1);
  g_autoptr (FkCompareSide) b = make_large_file (self, "b.bin", 2);
  GtkWidget *page = show (self, a, b);

  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *)&page);
  while (fk_compare_side_get_image (b) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (get_shown (page), ==, "loading");
  g_assert_true (has_label (page, "_Cancel"));
  gtk_window_destroy (GTK_WINDOW (self->window));
  self->window = NULL;
  g_assert_null (page);
}

/* A page that goes takes the question for a file with it. */
static void
test_leave_chooser (Fixture *self, gconstpointer data)
{
  g_autoptr (FkCompareSide) a = make_file (self, "a.bin", TRUE);
  g_autoptr (FkCompareSide) b = make_file (self, "b.bin", TRUE);
  GtkWidget *page = show (self, a, b);
  GListModel *windows = gtk_window_get_toplevels ();
  GtkWindow *chooser = NULL;

  wait_for (page, "result");
  gtk_widget_activate_action (page, "compare.save-report", NULL);
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (window != GTK_WINDOW (self->window))
        chooser = window;
    }
  g_assert_true (GTK_IS_FILE_CHOOSER (chooser));
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *)&page);
  g_object_add_weak_pointer (G_OBJECT (chooser), (gpointer *)&chooser);
  adw_window_set_content (ADW_WINDOW (self->window), NULL);
  while (page != NULL || chooser != NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* Another job is neither shown nor cancelled. */
static void
test_busy (Fixture *self, gconstpointer data)
{
  g_autoptr (FkCompareSide) a = NULL;
  g_autoptr (FkCompareSide) b = make_file (self, "a.bin", TRUE);
  g_autoptr (FkJob) job = fk_read_job_new_flash ();
  GtkWidget *page;

  add_board (self, "f030");
  fk_board_run (self->board, job, NULL, NULL, NULL);
  a = fk_compare_side_new_for_board (self->board);
  page = show (self, a, b);
  wait_for (page, "failed");
  g_assert_true (has_label (page, "A Job Is Running"));
  gtk_window_destroy (GTK_WINDOW (self->window));
  self->window = NULL;
  while (fk_board_is_working (self->board))
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (fk_read_job_get_image (FK_READ_JOB (job)));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/compare/files", Fixture, NULL, set_up, test_files, tear_down);
  g_test_add ("/compare/folds", Fixture, NULL, set_up, test_folds, tear_down);
  g_test_add ("/compare/three", Fixture, NULL, set_up, test_three, tear_down);
  g_test_add ("/compare/go-to", Fixture, NULL, set_up, test_go_to, tear_down);
  g_test_add ("/compare/find", Fixture, NULL, set_up, test_find, tear_down);
  g_test_add ("/compare/missing", Fixture, NULL, set_up, test_missing, tear_down);
  g_test_add ("/compare/chip", Fixture, NULL, set_up, test_chip, tear_down);
  g_test_add ("/compare/one-byte", Fixture, NULL, set_up, test_one_byte, tear_down);
  g_test_add ("/compare/fields", Fixture, NULL, set_up, test_fields, tear_down);
  g_test_add ("/compare/fields-three", Fixture, NULL, set_up, test_fields_three, tear_down);
  g_test_add ("/compare/dropped", Fixture, NULL, set_up, test_dropped, tear_down);
  g_test_add ("/compare/fresh-options", Fixture, NULL, set_up, test_fresh_options, tear_down);
  g_test_add ("/compare/report", Fixture, NULL, set_up, test_report, tear_down);
  g_test_add ("/compare/leave", Fixture, NULL, set_up, test_leave, tear_down);
  g_test_add ("/compare/leave-comparing", Fixture, NULL, set_up, test_leave_comparing, tear_down);
  g_test_add ("/compare/leave-chooser", Fixture, NULL, set_up, test_leave_chooser, tear_down);
  g_test_add ("/compare/busy", Fixture, NULL, set_up, test_busy, tear_down);
  return g_test_run ();
}
