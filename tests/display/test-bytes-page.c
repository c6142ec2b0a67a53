/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The contents of a backup: a copy is edited and saved as a new one, and the backup is never
 * touched; bookmarks are kept, whenever they were set. */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/fk-error.h"
#include "fk-library-model.h"
#include "hex/fk-hex-bookmarks.h"
#include "pages/fk-bytes-page-private.h"

#define START 0x08000000
#define SIZE  4096

typedef struct
{
  char *dir;
  FkLibrary *library;
  FkBackup *backup;
  FkLibraryModel *model;
  FkImage *image;
  GtkWidget *window;
  FkBytesPage *page;
} Fixture;

static void
store (Fixture *f)
{
  g_autoptr (FkBackupDraft) draft = fk_backup_draft_new ();
  g_autofree guint8 *data = g_malloc0 (SIZE);
  g_autoptr (GBytes) flash = g_bytes_new_take (g_steal_pointer (&data), SIZE);
  g_autoptr (GBytes) options = g_bytes_new_static ("0123456789abcdef", 16);
  g_autoptr (GError) error = NULL;

  fk_backup_draft_set (draft, "Backup", "Name", "printer");
  fk_backup_draft_set (draft, "Backup", "Note", "prints well");
  fk_backup_draft_set (draft, "Chip", "DevId", "0x413");
  fk_backup_draft_set (draft, "Chip", "FlashSize", "4096");
  fk_backup_draft_add_region (draft, "flash", START, flash, 0xff, "crc");
  fk_backup_draft_add_region (draft, "option-bytes", 0x1fffc000, options, 0xff, "reread");
  f->backup = fk_library_store (f->library, draft, NULL, &error);
  g_assert_no_error (error);
  f->image = fk_image_new_for_bytes (START, flash, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;

  f->dir = g_dir_make_tmp ("fk-bytes-XXXXXX", NULL);
  path = g_build_filename (f->dir, "library", NULL);
  f->library = fk_library_new (path);
  store (f);
  f->model = fk_library_model_new (f->library);
  f->window = gtk_window_new ();
  f->page = FK_BYTES_PAGE (fk_bytes_page_new ("Contents", "printer", f->image));
  fk_bytes_page_set_backup (f->page, f->backup, f->model);
  gtk_window_set_child (GTK_WINDOW (f->window), GTK_WIDGET (f->page));
  gtk_window_present (GTK_WINDOW (f->window));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", f->dir);

  gtk_window_destroy (GTK_WINDOW (f->window));
  g_object_unref (f->image);
  g_object_unref (f->backup);
  g_object_unref (f->model);
  g_object_unref (f->library);
  g_assert_cmpint (system (command), ==, 0);
  g_free (f->dir);
}

static void
activate (Fixture *f, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (f->page), action, NULL));
}

static void
type (Fixture *f, const char *keys)
{
  for (; *keys != '\0'; keys++)
    fk_hex_view_handle_key (f->page->view, (guint)*keys, 0);
}

/* It begins when the bookmarks have settled. */
static void
edit_copy (Fixture *f)
{
  activate (f, "bytes.edit-copy");
  while (f->page->edit == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static guint
read_byte (Fixture *f, guint64 offset)
{
  guint8 byte;
  guint8 present;

  fk_byte_source_read (fk_hex_view_get_source (f->page->view), START + offset, &byte, &present, 1);
  return byte;
}

static guint
count_backups (Fixture *f)
{
  g_autoptr (GPtrArray) backups = fk_library_list (f->library, NULL, NULL, NULL);

  return backups->len;
}

static void
wait_while (gboolean *flag)
{
  while (*flag)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_save (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) made = NULL;
  g_autoptr (GBytes) flash = NULL;
  g_autoptr (GBytes) old = NULL;
  g_autoptr (GError) error = NULL;

  edit_copy (f);
  g_assert_false (fk_page_is_unsaved (FK_PAGE (f->page)));
  type (f, "ab");
  fk_hex_view_set_cursor (f->page->view, START + SIZE - 1);
  type (f, "cd");
  g_assert_true (fk_page_is_unsaved (FK_PAGE (f->page)));
  g_assert_cmpstr (gtk_label_get_label (f->page->edit_status), ==, "2 bytes changed");
  activate (f, "bytes.undo");
  g_assert_cmpstr (gtk_label_get_label (f->page->edit_status), ==, "1 byte changed");
  activate (f, "bytes.redo");
  activate (f, "bytes.save-copy");
  /* Nothing is typed that would be in no copy. */
  type (f, "11");
  wait_while (&f->page->is_saving);
  g_assert_null (f->page->edit);
  g_assert_false (fk_page_is_unsaved (FK_PAGE (f->page)));
  made = g_object_ref (f->page->backup);
  g_assert_cmpstr (fk_backup_get_name (made), ==, "Edited copy of printer");
  g_assert_cmpstr (fk_backup_get_note (made), ==, "prints well");
  g_assert_cmpstr (fk_backup_get_edited_from (made), ==, fk_backup_get_id (f->backup));
  g_assert_cmpstr (fk_page_get_subtitle (FK_PAGE (f->page)), ==, "Edited copy of printer");
  flash = fk_backup_load_region (made, "flash", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmphex (((const guint8 *)g_bytes_get_data (flash, NULL))[0], ==, 0xab);
  g_assert_cmphex (((const guint8 *)g_bytes_get_data (flash, NULL))[1], ==, 0);
  g_assert_cmphex (((const guint8 *)g_bytes_get_data (flash, NULL))[SIZE - 1], ==, 0xcd);
  g_assert_cmphex (read_byte (f, 0), ==, 0xab);
  old = fk_backup_load_region (f->backup, "flash", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmphex (((const guint8 *)g_bytes_get_data (old, NULL))[0], ==, 0);
  /* And on from there. */
  edit_copy (f);
}

/* What cannot be saved is not lost, and can be saved later. */
static void
test_fail (Fixture *f, gconstpointer data)
{
  g_autofree char *away = g_strconcat (fk_backup_get_path (f->backup), "-away", NULL);

  edit_copy (f);
  type (f, "ab");
  g_assert_cmpint (rename (fk_backup_get_path (f->backup), away), ==, 0);
  activate (f, "bytes.save-copy");
  wait_while (&f->page->is_saving);
  g_assert_true (fk_page_is_unsaved (FK_PAGE (f->page)));
  g_assert_cmphex (read_byte (f, 0), ==, 0xab);
  g_assert_cmpint (rename (away, fk_backup_get_path (f->backup)), ==, 0);
  type (f, "cd");
  activate (f, "bytes.save-copy");
  wait_while (&f->page->is_saving);
  g_assert_cmphex (read_byte (f, 1), ==, 0xcd);
  g_assert_cmpuint (count_backups (f), ==, 2);
}

static void
test_discard (Fixture *f, gconstpointer data)
{
  edit_copy (f);
  type (f, "ab");
  activate (f, "bytes.undo");
  activate (f, "bytes.discard"); /* nothing to ask about */
  g_assert_null (f->page->edit);
  g_assert_cmphex (read_byte (f, 0), ==, 0);
  type (f, "ab");
  g_assert_cmphex (read_byte (f, 0), ==, 0);
  g_assert_cmpuint (count_backups (f), ==, 1);
}

static void
wait_for_bookmarks (Fixture *f, FkBackup *backup)
{
  while (!fk_backup_has_file (backup, FK_BYTES_BOOKMARKS_FILE))
    g_main_context_iteration (NULL, FALSE);
}

/* Bookmarks that are set while a copy is edited go with it, and not to the backup. */
static void
test_bookmark_copy (Fixture *f, gconstpointer data)
{
  edit_copy (f);
  activate (f, "bytes.bookmark");
  g_assert_true (fk_page_is_unsaved (FK_PAGE (f->page)));
  activate (f, "bytes.save-copy");
  wait_while (&f->page->is_saving);
  g_assert_true (fk_backup_has_file (f->page->backup, FK_BYTES_BOOKMARKS_FILE));
  g_assert_false (fk_backup_has_file (f->backup, FK_BYTES_BOOKMARKS_FILE));
}

/* The page has just been made, and what the backup has is still being read. */
static void
test_bookmark_early (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = NULL;

  fk_bytes_bookmarks_load (f->page->bookmarks);
  activate (f, "bytes.bookmark");
  wait_for_bookmarks (f, f->backup);
  g_assert_cmpuint (fk_hex_notes_get_n (f->page->notes, FK_HEX_NOTE_BOOKMARK), ==, 1);
}

static guint
count_bookmarks (FkBackup *backup)
{
  g_autoptr (FkHexNotes) notes = fk_hex_notes_new ();
  g_autoptr (GBytes) bytes = NULL;

  if (!fk_backup_has_file (backup, FK_BYTES_BOOKMARKS_FILE))
    return 0;
  bytes = fk_backup_load_file (backup, FK_BYTES_BOOKMARKS_FILE, NULL, NULL);
  g_assert_true (fk_hex_bookmarks_parse (notes, bytes, NULL));
  return fk_hex_notes_get_n (notes, FK_HEX_NOTE_BOOKMARK);
}

/* Editing begins while one is still being saved to the backup: it gets that one and no others, and
 * the copy gets all. */
static void
test_bookmark_both (Fixture *f, gconstpointer data)
{
  while (!fk_bytes_bookmarks_are_settled (f->page->bookmarks))
    g_main_context_iteration (NULL, TRUE);
  activate (f, "bytes.bookmark");
  fk_hex_view_set_cursor (f->page->view, START + 16);
  activate (f, "bytes.bookmark");
  edit_copy (f);
  fk_hex_view_set_cursor (f->page->view, START + 32);
  activate (f, "bytes.bookmark");
  activate (f, "bytes.save-copy");
  fk_hex_view_set_cursor (f->page->view, START + 48);
  g_assert_false (gtk_widget_is_sensitive (GTK_WIDGET (f->page->bookmark_panel)));
  gtk_widget_activate_action (GTK_WIDGET (f->page), "bytes.bookmark", NULL);
  wait_while (&f->page->is_saving);
  g_assert_cmpuint (count_bookmarks (f->backup), ==, 2);
  g_assert_cmpuint (count_bookmarks (f->page->backup), ==, 3);
}

/* What the backup has comes back, the newest of it, too. */
static void
test_bookmark_discard (Fixture *f, gconstpointer data)
{
  activate (f, "bytes.bookmark");
  edit_copy (f);
  fk_hex_view_set_cursor (f->page->view, START + 16);
  activate (f, "bytes.bookmark");
  fk_bytes_page_discard (f->page);
  while (!fk_bytes_bookmarks_are_settled (f->page->bookmarks))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fk_hex_notes_get_n (f->page->notes, FK_HEX_NOTE_BOOKMARK), ==, 1);
  g_assert_cmpuint (count_bookmarks (f->backup), ==, 1);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/bytes-page/save", Fixture, NULL, set_up, test_save, tear_down);
  g_test_add ("/bytes-page/fail", Fixture, NULL, set_up, test_fail, tear_down);
  g_test_add ("/bytes-page/discard", Fixture, NULL, set_up, test_discard, tear_down);
  g_test_add ("/bytes-page/bookmark-copy", Fixture, NULL, set_up, test_bookmark_copy, tear_down);
  g_test_add ("/bytes-page/bookmark-early", Fixture, NULL, set_up, test_bookmark_early, tear_down);
  g_test_add ("/bytes-page/bookmark-both", Fixture, NULL, set_up, test_bookmark_both, tear_down);
  g_test_add ("/bytes-page/bookmark-discard", Fixture, NULL, set_up, test_bookmark_discard,
              tear_down);
  return g_test_run ();
}
