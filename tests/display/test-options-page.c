/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The option bytes page on simulated boards: what it offers for damaged option bytes and on a
 * protected chip, and that a change is bound to the chip that was looked at. */

#include "config.h"

#include "find-widget.h"

#include <glib/gstdio.h>

#include "pages/fk-options-page.h"
#include "probe/fk-probe-list.h"
#include "sim/fk-sim.h"

/* Of F1 and F0: each option byte is followed by its complement (PM0075, 2.5). */
#define DATA0_COMPLEMENT 0x1ffff805u

typedef struct
{
  char *folder;
  GtkWidget *window;
  FkLibraryModel *library;
  FkSimBoard *sim;
  FkBoard *board;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FkProbe) probe = NULL;
  g_autoptr (FkLibrary) library = NULL;

  self->folder = g_dir_make_tmp ("flashkeep-XXXXXX", NULL);
  library = fk_library_new (self->folder);
  self->library = fk_library_model_new (library);
  self->sim = fk_sim_board_new (data, &error);
  g_assert_no_error (error);
  probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (self->sim));
  self->board = fk_board_new (probe, library);
  self->window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (self->window), 800, 600);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  while (fk_board_is_working (self->board))
    g_main_context_iteration (NULL, TRUE);
  g_clear_object (&self->board);
  g_clear_object (&self->sim);
  g_clear_object (&self->library);
  g_rmdir (self->folder);
  g_free (self->folder);
}

static GtkWidget *
show (Fixture *self)
{
  GtkWidget *page;

  fk_board_identify (self->board);
  while (fk_board_is_working (self->board))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (fk_board_get_state (self->board), ==, FK_BOARD_READY);
  page = GTK_WIDGET (fk_options_page_new_for_board (self->board, self->library));
  adw_window_set_content (ADW_WINDOW (self->window), page);
  gtk_window_present (GTK_WINDOW (self->window));
  gtk_test_widget_wait_for_draw (self->window);
  return page;
}

static gboolean
says (GtkWidget *widget, gconstpointer text)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget) &&
         g_str_has_prefix (gtk_label_get_label (GTK_LABEL (widget)), text);
}

/* Returns: (nullable): a label that is seen and begins with @text */
static GtkWidget *
find_label (GtkWidget *widget, const char *text)
{
  return find_widget (widget, says, text);
}

static gboolean
does (GtkWidget *widget, gconstpointer action)
{
  return GTK_IS_BUTTON (widget) &&
         g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)), action) == 0;
}

static GtkWidget *
find_button (GtkWidget *widget, const char *action)
{
  return find_widget (widget, does, action);
}

static void
answer (const char *response)
{
  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (!ADW_IS_MESSAGE_DIALOG (window))
        continue;
      adw_message_dialog_response (ADW_MESSAGE_DIALOG (window), response);
      gtk_window_destroy (GTK_WINDOW (window));
      return;
    }
  g_assert_not_reached ();
}

static guint8
peek (Fixture *self, guint32 address)
{
  guint8 byte = 0;

  g_assert_true (fk_sim_board_peek (self->sim, address, &byte, 1));
  return byte;
}

/* What is damaged is told, and put right after a question; nothing else changes. */
static void
test_damaged (Fixture *self, gconstpointer data)
{
  static const guint8 wrong = 0x55;
  GtkWidget *page;
  guint8 user = peek (self, 0x1ffff802);

  g_assert_true (fk_sim_board_poke (self->sim, DATA0_COMPLEMENT, &wrong, 1));
  fk_sim_board_power_cycle (self->sim);
  page = show (self);
  g_assert_nonnull (find_label (page, "The Option Bytes Are Damaged"));
  g_assert_true (gtk_widget_is_sensitive (find_button (page, "options.repair")));

  gtk_widget_activate_action (page, "options.repair", NULL);
  answer ("refuse");
  g_assert_false (fk_board_is_working (self->board));
  g_assert_cmphex (peek (self, DATA0_COMPLEMENT), ==, wrong);

  gtk_widget_activate_action (page, "options.repair", NULL);
  answer ("deed");
  while (!fk_board_is_working (self->board))
    g_main_context_iteration (NULL, TRUE);
  while (fk_board_is_working (self->board))
    g_main_context_iteration (NULL, TRUE);
  gtk_test_widget_wait_for_draw (self->window);
  g_assert_null (find_label (page, "The Option Bytes Are Damaged"));
  g_assert_nonnull (find_label (page, "The option bytes are whole again"));
  g_assert_cmphex (peek (self, DATA0_COMPLEMENT) ^ peek (self, DATA0_COMPLEMENT - 1), ==, 0xff);
  g_assert_cmphex (peek (self, 0x1ffff802), ==, user);
}

/* A whole chip is offered no repair. */
static void
test_whole (Fixture *self, gconstpointer data)
{
  GtkWidget *page = show (self);

  g_assert_null (find_label (page, "The Option Bytes Are Damaged"));
  g_assert_false (gtk_widget_is_sensitive (find_button (page, "options.repair")));
  g_assert_true (gtk_widget_is_sensitive (find_button (page, "options.factory")));
}

/* What the chip does not take is not offered, and it is said why. */
static void
test_protected (Fixture *self, gconstpointer data)
{
  GtkWidget *page = show (self);

  g_assert_nonnull (find_label (page, "The chip is read-protected."));
  g_assert_false (gtk_widget_is_sensitive (find_button (page, "options.factory")));
  g_assert_false (gtk_widget_is_sensitive (find_button (page, "options.write")));
  g_assert_true (gtk_widget_is_sensitive (find_button (page, "options.reread")));
}

static guint
count (GtkWidget *widget, const char *type)
{
  guint n = g_str_equal (G_OBJECT_TYPE_NAME (widget), type) ? 1 : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count (child, type);
  return n;
}

static AdwActionRow *
find_row (GtkWidget *page, const char *title)
{
  GtkWidget *label = find_label (page, title);

  g_assert_nonnull (label);
  return ADW_ACTION_ROW (gtk_widget_get_ancestor (label, ADW_TYPE_ACTION_ROW));
}

/* The many rows are there when they are asked for, and tell what is changed. */
static void
test_parts (Fixture *self, gconstpointer data)
{
  GtkWidget *page = show (self);
  AdwActionRow *parts = find_row (page, "Parts of the Flash");

  g_assert_cmpuint (count (page, "FkSectorRow"), ==, 0);
  g_assert_cmpstr (adw_action_row_get_subtitle (parts), ==, "12 parts, none protected");
  adw_action_row_activate (parts);
  gtk_widget_activate_action (page, "options.show-raw", NULL);
  gtk_test_widget_wait_for_draw (self->window);
  g_assert_cmpuint (count (page, "FkSectorRow"), ==, 12);
  g_assert_nonnull (find_label (page, "0x40023C14"));

  gtk_switch_set_active (GTK_SWITCH (
                             adw_action_row_get_activatable_widget (find_row (page, "0x08000000"))),
                         TRUE);
  gtk_test_widget_wait_for_draw (self->window);
  g_assert_cmpstr (adw_action_row_get_subtitle (parts), ==,
                   "1 of 12 parts is protected · not written yet");

  /* Opened and closed, there are no more than before. */
  adw_action_row_activate (parts);
  g_assert_null (find_label (page, "0x08000000"));
  adw_action_row_activate (parts);
  g_assert_nonnull (find_label (page, "0x08000000"));
  g_assert_cmpuint (count (page, "FkSectorRow"), ==, 12);
}

/* On L1 a bit that is 1 protects. */
static void
test_parts_of_l1 (Fixture *self, gconstpointer data)
{
  GtkWidget *page = show (self);
  AdwActionRow *parts = find_row (page, "Parts of the Flash");

  g_assert_cmpstr (adw_action_row_get_subtitle (parts), ==, "64 parts, none protected");
  adw_action_row_activate (parts);
  gtk_test_widget_wait_for_draw (self->window);
  gtk_switch_set_active (GTK_SWITCH (
                             adw_action_row_get_activatable_widget (find_row (page, "0x08001000"))),
                         TRUE);
  gtk_test_widget_wait_for_draw (self->window);
  g_assert_cmpstr (adw_action_row_get_subtitle (parts), ==,
                   "1 of 64 parts is protected · not written yet");
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/options-page/damaged", Fixture, "blue-pill", set_up, test_damaged, tear_down);
  g_test_add ("/options-page/whole", Fixture, "blue-pill", set_up, test_whole, tear_down);
  g_test_add ("/options-page/protected", Fixture, "blue-pill?rdp=1", set_up, test_protected,
              tear_down);
  g_test_add ("/options-page/parts", Fixture, "creator-pro", set_up, test_parts, tear_down);
  g_test_add ("/options-page/parts-of-l1", Fixture, "disco-l1", set_up, test_parts_of_l1,
              tear_down);
  return g_test_run ();
}
