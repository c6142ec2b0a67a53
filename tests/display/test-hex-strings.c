/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "find-widget.h"
#include "hex/fk-hex-edit.h"
#include "hex/fk-hex-hit-list.h"
#include "hex/fk-hex-string-panel.h"
#include "hex/fk-hex-strings.h"
#include "hex/fk-image-source.h"

#include <adwaita.h>
#include <string.h>

/* More than one piece that is read at once. */
#define SIZE (600 * 1024)

static FkByteSource *
make_source (void)
{
  g_autofree guint8 *data = g_malloc0 (SIZE);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (FkImage) image = NULL;

  memcpy (data, "Marlin 2.1", 10);
  memcpy (data + 100, "abc", 3);                 /* too short */
  memcpy (data + 201, "U\0S\0B\0 \0S\0T\0", 12); /* at an odd place */
  memcpy (data + 301, "ab\0c\0", 5);
  memset (data + 1000, 0xff, 64);
  memcpy (data + 256 * 1024 - 3, "border", 6); /* across two pieces */
  memcpy (data + SIZE - 6, "finish", 6);
  bytes = g_bytes_new (data, SIZE);
  image = fk_image_new_for_bytes (0x08000000, bytes, NULL);
  return fk_image_source_new (image);
}

static void
test_find (void)
{
  static const guint64 wanted[] = { 0, 201, 256 * 1024 - 3, SIZE - 6 };
  g_autoptr (FkByteSource) source = make_source ();
  g_autoptr (GArray) all = fk_hex_strings_find (source, NULL, NULL);
  g_autoptr (GArray) some = fk_hex_strings_find (source, "usb", NULL);
  g_autoptr (GArray) none = fk_hex_strings_find (source, "nothing", NULL);

  g_assert_cmpuint (all->len, ==, G_N_ELEMENTS (wanted));
  for (guint i = 0; i < all->len; i++)
    g_assert_cmphex (g_array_index (all, guint64, i), ==, 0x08000000 + wanted[i]);
  g_assert_cmpuint (some->len, ==, 1);
  g_assert_cmphex (g_array_index (some, guint64, 0), ==, 0x08000000 + 201);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_extract (void)
{
  static const guint8 present[8] = { 1, 1, 1, 1, 1, 1, 1, 0 };
  gsize length;
  g_autofree char *narrow =
      fk_hex_string_extract ((const guint8 *)"ab\tcdefg", present, 8, &length);
  g_autofree char *wide = NULL;
  g_autofree char *none = NULL;

  g_assert_cmpstr (narrow, ==, "ab cdef");
  g_assert_cmpuint (length, ==, 7);
  wide = fk_hex_string_extract ((const guint8 *)"a\0b\0\xff\0d", present, 7, &length);
  g_assert_cmpstr (wide, ==, "ab");
  g_assert_cmpuint (length, ==, 4);
  none = fk_hex_string_extract ((const guint8 *)"a", present, 0, &length);
  g_assert_cmpstr (none, ==, "");
}

static void
set_true (gpointer data)
{
  *(gboolean *)data = TRUE;
}

static void
wait_items (GListModel *model, guint n)
{
  gboolean late = FALSE;
  guint timeout = g_timeout_add_once (20000, set_true, &late);

  while (g_list_model_get_n_items (model) != n && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, n);
  g_source_remove (timeout);
}

static void
test_panel (void)
{
  g_autoptr (FkByteSource) source = make_source ();
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  FkHexView *view = FK_HEX_VIEW (fk_hex_view_new ());
  GtkWidget *panel = g_object_new (FK_TYPE_HEX_STRING_PANEL, NULL);
  GtkWidget *list = find_widget_of_type (panel, GTK_TYPE_LIST_VIEW);
  GtkWidget *filter = find_widget_of_type (panel, GTK_TYPE_SEARCH_ENTRY);
  GtkSelectionModel *model = gtk_list_view_get_model (GTK_LIST_VIEW (list));
  g_autoptr (FkHexEdit) edit = NULL;
  FkHexMark place;
  guint64 start;
  guint64 size;

  fk_hex_view_set_source (view, source);
  fk_hex_string_panel_set_view (FK_HEX_STRING_PANEL (panel), view);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (view));
  gtk_box_append (GTK_BOX (box), panel);
  gtk_window_set_default_size (GTK_WINDOW (window), 800, 400);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
  wait_items (G_LIST_MODEL (model), 4);
  gtk_test_widget_wait_for_draw (window);
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (model), 1);
  fk_hex_view_get_selection (view, &start, &size);
  g_assert_cmphex (start, ==, 0x08000000 + 201);
  g_assert_cmpuint (size, ==, 12);
  gtk_editable_set_text (GTK_EDITABLE (filter), "MARLIN");
  wait_items (G_LIST_MODEL (model), 1);

  /* What is typed over is found no more, and again when that is undone. */
  edit = fk_hex_edit_new (source);
  fk_hex_view_set_source (view, FK_BYTE_SOURCE (edit));
  wait_items (G_LIST_MODEL (model), 1);
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (model), 0);
  fk_hex_view_get_selection (view, &start, &size);
  g_assert_true (fk_hex_edit_write (edit, start, (const guint8 *)"X", 1, FK_HEX_EDIT_WHOLE, NULL));
  wait_items (G_LIST_MODEL (model), 0);
  g_assert_true (fk_hex_edit_undo (edit, &place));
  wait_items (G_LIST_MODEL (model), 1);
  gtk_test_widget_wait_for_draw (window);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
note_largest (GListModel *list, guint position, guint removed, guint added, guint *largest)
{
  if (position < 200)
    *largest = MAX (*largest, MAX (removed, added));
}

static void
assert_place (FkHexHitList *list, guint index, guint64 position)
{
  g_autoptr (FkHexHit) hit = g_list_model_get_item (G_LIST_MODEL (list), index);

  g_assert_nonnull (hit);
  g_assert_cmpuint (fk_hex_hit_get_position (hit), ==, position);
}

/* Many places come little by little, others instead of them too, and all at once where one has to
 * be there. */
static void
test_many (void)
{
  g_autoptr (FkHexHitList) list = fk_hex_hit_list_new ();
  g_autoptr (GArray) hits = g_array_new (FALSE, TRUE, sizeof (guint64));
  g_autoptr (GArray) others = g_array_new (FALSE, TRUE, sizeof (guint64));
  guint largest = 0;

  g_array_set_size (hits, 5000);
  g_array_index (hits, guint64, 4999) = 42;
  g_array_set_size (others, 100);
  g_array_index (others, guint64, 0) = 1;
  g_signal_connect (list, "items-changed", G_CALLBACK (note_largest), &largest);
  fk_hex_hit_list_set (list, hits);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), <, 30);
  wait_items (G_LIST_MODEL (list), 5000);
  assert_place (list, 4999, 42);

  /* Of those before, what lies far away goes first; those of a search that is overtaken go, too. */
  fk_hex_hit_list_set (list, others);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), <, 300);
  g_main_context_iteration (NULL, TRUE);
  assert_place (list, 0, 1);
  assert_place (list, g_list_model_get_n_items (G_LIST_MODEL (list)) - 1, 0);
  fk_hex_hit_list_set (list, hits);
  wait_items (G_LIST_MODEL (list), 5000);
  assert_place (list, 0, 0);
  assert_place (list, 4999, 42);
  fk_hex_hit_list_set (list, others);
  wait_items (G_LIST_MODEL (list), 100);
  fk_hex_hit_list_set (list, NULL);
  wait_items (G_LIST_MODEL (list), 0);
  g_assert_cmpuint (largest, <, 30);

  fk_hex_hit_list_set (list, hits);
  fk_hex_hit_list_set (list, others);
  fk_hex_hit_list_complete (list);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 100);
  assert_place (list, 0, 1);
  fk_hex_hit_list_set (list, hits);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/hex/strings/find", test_find);
  g_test_add_func ("/hex/strings/extract", test_extract);
  g_test_add_func ("/hex/strings/panel", test_panel);
  g_test_add_func ("/hex/strings/many", test_many);
  return g_test_run ();
}
