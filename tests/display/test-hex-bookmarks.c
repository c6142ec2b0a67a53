/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "find-widget.h"
#include "hex/fk-hex-bookmark-panel.h"
#include "hex/fk-hex-bookmarks.h"
#include "hex/fk-image-source.h"

#include <adwaita.h>
#include <string.h>

#include "base/fk-error.h"

static void
test_round_trip (void)
{
  g_autoptr (FkHexNotes) notes = fk_hex_notes_new ();
  g_autoptr (FkHexNotes) again = fk_hex_notes_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) bytes_again = NULL;
  g_autoptr (GError) error = NULL;

  fk_hex_notes_add (notes, FK_HEX_NOTE_SECTOR, 0, 16, "no bookmark", 0);
  fk_hex_notes_add (notes, FK_HEX_NOTE_BOOKMARK, 0x08008000, 16, "Einstellungen; äöü = \\n", 3);
  fk_hex_notes_add (notes, FK_HEX_NOTE_BOOKMARK, 0xffffffff, 1, "", 4);
  bytes = fk_hex_bookmarks_format (notes);
  g_assert_true (fk_hex_bookmarks_parse (again, bytes, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fk_hex_notes_get_n (again, FK_HEX_NOTE_BOOKMARK), ==, 2);
  g_assert_cmpstr (fk_hex_notes_get (again, FK_HEX_NOTE_BOOKMARK, 0)->text, ==,
                   "Einstellungen; äöü = \\n");
  g_assert_cmpuint (fk_hex_notes_get (again, FK_HEX_NOTE_BOOKMARK, 0)->color, ==, 3);
  bytes_again = fk_hex_bookmarks_format (again);
  g_assert_true (g_bytes_equal (bytes, bytes_again));
}

static void
test_malformed (void)
{
  static const char *const files[] = {
    "",
    "nonsense",
    "[Bookmarks]\n",
    "[Bookmarks]\nFormat=2\n",
    "[Bookmarks]\nFormat=1\n[Bookmark 1]\nName=a\nAddress=0x10\n",
    "[Bookmarks]\nFormat=1\n[Bookmark 1]\nName=a\nAddress=-1\nSize=1\n",
    "[Bookmarks]\nFormat=1\n[Bookmark 1]\nName=a\nAddress=0x10\nSize=0\n",
    "[Bookmarks]\nFormat=1\n[Bookmark 1]\nAddress=0x10\nSize=1\n",
    "[Bookmarks]\nFormat=1\n[Bookmark 1]\nName=a\nAddress=0xffffffff\nSize=2\n",
    "[Bookmarks]\nFormat=1\n[Bookmark 1]\nName=a\nAddress=0x100000000\nSize=1\n",
    "[Bookmarks]\nFormat=1\n[Bookmark 1]\nName=a\nAddress=1\nSize=1\n[Bookmark 2]\nName=b\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (FkHexNotes) notes = fk_hex_notes_new ();
      g_autoptr (GBytes) bytes = g_bytes_new_static (files[i], strlen (files[i]));
      g_autoptr (GError) error = NULL;

      g_assert_false (fk_hex_bookmarks_parse (notes, bytes, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
      g_assert_cmpuint (fk_hex_notes_get_n (notes, FK_HEX_NOTE_BOOKMARK), ==, 0);
    }
}

static void
count (guint *n)
{
  (*n)++;
}

static void
test_panel (void)
{
  g_autofree guint8 *zeros = g_malloc0 (4096);
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (FkByteSource) source = NULL;
  g_autoptr (FkHexNotes) notes = fk_hex_notes_new ();
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  FkHexView *view = FK_HEX_VIEW (fk_hex_view_new ());
  FkHexBookmarkPanel *panel = g_object_new (FK_TYPE_HEX_BOOKMARK_PANEL, NULL);
  GtkWidget *entry = find_widget_of_type (GTK_WIDGET (panel), GTK_TYPE_ENTRY);
  GtkWidget *colors = find_widget_of_type (GTK_WIDGET (panel), GTK_TYPE_DROP_DOWN);
  GtkListBox *list = GTK_LIST_BOX (find_widget_of_type (GTK_WIDGET (panel), GTK_TYPE_LIST_BOX));
  guint n_edits = 0;
  guint64 start;
  guint64 size;

  g_assert_true (fk_image_add_data (image, 0x08000000, zeros, 4096, NULL));
  source = fk_image_source_new (image);
  fk_hex_view_set_notes (view, notes);
  fk_hex_view_set_source (view, source);
  fk_hex_bookmark_panel_set_view (panel, view);
  g_signal_connect_swapped (panel, "edited", G_CALLBACK (count), &n_edits);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (view));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (panel));
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);

  fk_hex_view_select (view, 0x08000100, 16);
  fk_hex_bookmark_panel_add (panel);
  g_assert_cmpuint (n_edits, ==, 1);
  fk_hex_bookmark_panel_add (panel); /* it is there already */
  g_assert_cmpuint (n_edits, ==, 1);
  g_assert_cmpuint (fk_hex_notes_get_n (notes, FK_HEX_NOTE_BOOKMARK), ==, 1);
  gtk_editable_set_text (GTK_EDITABLE (entry), "  Settings ");
  g_signal_emit_by_name (entry, "activate");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (colors), 3);
  g_assert_cmpuint (n_edits, ==, 3);
  g_assert_cmpstr (fk_hex_notes_get (notes, FK_HEX_NOTE_BOOKMARK, 0)->text, ==, "Settings");
  g_assert_cmpuint (fk_hex_notes_get (notes, FK_HEX_NOTE_BOOKMARK, 0)->color, ==, 3);
  gtk_editable_set_text (GTK_EDITABLE (entry), " "); /* no name is no wish */
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (fk_hex_notes_get (notes, FK_HEX_NOTE_BOOKMARK, 0)->text, ==, "Settings");

  /* One before it: what is selected stays the new one. */
  fk_hex_view_set_cursor (view, 0x08000010);
  fk_hex_bookmark_panel_add (panel);
  g_assert_cmpstr (fk_hex_notes_get (notes, FK_HEX_NOTE_BOOKMARK, 0)->text, ==, "Bookmark 2");
  gtk_list_box_select_row (list, gtk_list_box_get_row_at_index (list, 1));
  g_signal_emit_by_name (list, "row-activated", gtk_list_box_get_row_at_index (list, 1));
  fk_hex_view_get_selection (view, &start, &size);
  g_assert_cmphex (start, ==, 0x08000100);
  g_assert_cmpuint (size, ==, 16);
  gtk_test_widget_wait_for_draw (window);
  gtk_widget_activate_action (GTK_WIDGET (panel), "bookmarks.remove", NULL);
  g_assert_cmpuint (fk_hex_notes_get_n (notes, FK_HEX_NOTE_BOOKMARK), ==, 1);
  g_assert_cmpstr (fk_hex_notes_get (notes, FK_HEX_NOTE_BOOKMARK, 0)->text, ==, "Bookmark 2");
  g_assert_cmpuint (n_edits, ==, 5);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/hex/bookmarks/round-trip", test_round_trip);
  g_test_add_func ("/hex/bookmarks/malformed", test_malformed);
  g_test_add_func ("/hex/bookmarks/panel", test_panel);
  return g_test_run ();
}
