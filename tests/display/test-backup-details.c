/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Name, tags and note of a backup: what is typed is on the disk, and what cannot be saved is told.
 */

#include "config.h"

#include "find-widget.h"
#include "base/fk-error.h"
#include "pages/fk-backup-details.h"

#include <stdlib.h>

typedef struct
{
  char *dir;
  FkLibrary *library;
  FkBackup *backup;
  FkLibraryModel *model;
  GtkWidget *window;
  GtkWidget *details;
  GError *failure;
} Fixture;

static FkBackup *
store (FkLibrary *library)
{
  g_autoptr (FkBackupDraft) draft = fk_backup_draft_new ();
  g_autoptr (GBytes) flash = g_bytes_new_static ("firmware", 8);
  g_autoptr (GError) error = NULL;
  FkBackup *backup;

  fk_backup_draft_set (draft, "Backup", "Name", "old");
  fk_backup_draft_set (draft, "Chip", "DevId", "0x413");
  fk_backup_draft_set (draft, "Chip", "FlashSize", "1024");
  fk_backup_draft_add_region (draft, "flash", 0x08000000, flash, 0xff, "crc");
  backup = fk_library_store (library, draft, NULL, &error);
  g_assert_no_error (error);
  return backup;
}

static void
on_failed (FkBackupDetails *details, GError *error, Fixture *f)
{
  g_clear_error (&f->failure);
  f->failure = g_error_copy (error);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;

  f->dir = g_dir_make_tmp ("fk-details-XXXXXX", NULL);
  path = g_build_filename (f->dir, "library", NULL);
  f->library = fk_library_new (path);
  f->backup = store (f->library);
  f->model = fk_library_model_new (f->library);
  f->window = gtk_window_new ();
  f->details = g_object_ref_sink (g_object_new (FK_TYPE_BACKUP_DETAILS, NULL));
  g_signal_connect (f->details, "failed", G_CALLBACK (on_failed), f);
  gtk_window_set_child (GTK_WINDOW (f->window), f->details);
  fk_backup_details_set_backup (FK_BACKUP_DETAILS (f->details), f->backup, f->model);
  gtk_window_present (GTK_WINDOW (f->window));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", f->dir);

  /* An edit that is under way still ends. */
  g_signal_handlers_disconnect_by_data (f->details, f);
  if (f->window != NULL)
    gtk_window_destroy (GTK_WINDOW (f->window));
  g_object_unref (f->details);
  g_object_unref (f->backup);
  g_object_unref (f->model);
  g_object_unref (f->library);
  g_clear_error (&f->failure);
  g_assert_cmpint (system (command), ==, 0);
  g_free (f->dir);
}

static gboolean
is_row (GtkWidget *widget, gconstpointer title)
{
  return ADW_IS_ENTRY_ROW (widget) &&
         g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title);
}

static void
apply (Fixture *f, const char *title, const char *text)
{
  GtkWidget *row = find_widget (f->details, is_row, title);

  gtk_editable_set_text (GTK_EDITABLE (row), text);
  g_signal_emit_by_name (row, "apply");
}

typedef char *(*ReadFunc) (FkBackup *backup);

static char *
read_name (FkBackup *backup)
{
  return g_strdup (fk_backup_get_name (backup));
}

static char *
read_note (FkBackup *backup)
{
  return g_strdup (fk_backup_get_note (backup));
}

static char *
read_tags (FkBackup *backup)
{
  return g_strjoinv (",", (char **)fk_backup_get_tags (backup));
}

/* The disk says it, after a while. */
static void
assert_stored (Fixture *f, ReadFunc read, const char *wanted)
{
  gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
  g_autofree char *found = NULL;

  do
    {
      g_autoptr (FkBackup) now = fk_library_find (f->library, fk_backup_get_id (f->backup), NULL);

      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_free (found);
      found = now != NULL ? read (now) : NULL;
    }
  while (g_strcmp0 (found, wanted) != 0 && g_get_monotonic_time () < end);
  g_assert_cmpstr (found, ==, wanted);
}

static void
test_name_and_tags (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) now = NULL;
  g_autoptr (GError) error = NULL;

  apply (f, "Name", "new");
  assert_stored (f, read_name, "new");
  apply (f, "Add a Tag", "  printer ");
  assert_stored (f, read_tags, "printer");
  apply (f, "Add a Tag", "PRINTER"); /* has it already */
  apply (f, "Add a Tag", "Ender");
  assert_stored (f, read_tags, "printer,Ender");
  gtk_widget_activate_action (f->details, "details.remove-tag", "s", "printer");
  assert_stored (f, read_tags, "Ender");
  assert_stored (f, read_name, "new");
  now = fk_library_find (f->library, fk_backup_get_id (f->backup), NULL);
  g_assert_true (fk_library_check (f->library, now, NULL, &error));
  g_assert_no_error (error);
  g_assert_no_error (f->failure);
}

/* There is no button to save a note: it is saved by leaving. */
static void
test_note (Fixture *f, gconstpointer data)
{
  GtkWidget *note = find_widget_of_type (f->details, GTK_TYPE_TEXT_VIEW);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (note)), "one\ntwo", -1);
  gtk_window_destroy (GTK_WINDOW (g_steal_pointer (&f->window)));
  assert_stored (f, read_note, "one\ntwo");
}

static void
test_failed (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fk_backup_get_path (f->backup), "flash.bin", NULL);

  g_assert_true (g_file_set_contents (path, "firmwarE", -1, NULL));
  apply (f, "Name", "new");
  while (f->failure == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (f->failure, FK_ERROR, FK_ERROR_BACKUP_DAMAGED);
  assert_stored (f, read_name, "old");
}

static char *
store_as (Fixture *f, const char *name, const char *created, const char *edited_from)
{
  g_autoptr (FkBackupDraft) draft = fk_backup_draft_new ();
  g_autoptr (GBytes) flash = g_bytes_new (name, strlen (name));
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (GError) error = NULL;

  fk_backup_draft_set (draft, "Backup", "Name", name);
  fk_backup_draft_set (draft, "Backup", "Created", created);
  if (edited_from != NULL)
    fk_backup_draft_set (draft, "Backup", "EditedFrom", edited_from);
  fk_backup_draft_set (draft, "Chip", "DevId", "0x413");
  fk_backup_draft_set (draft, "Chip", "FlashSize", "1024");
  fk_backup_draft_set (draft, "Chip", "UID", "3A0027000C51383334373238");
  fk_backup_draft_add_region (draft, "flash", 0x08000000, flash, 0xff, "crc");
  backup = fk_library_store (f->library, draft, NULL, &error);
  g_assert_no_error (error);
  return g_strdup (fk_backup_get_id (backup));
}

static void
assert_previous (Fixture *f, const char *id, const char *wanted)
{
  g_autoptr (FkBackup) backup = fk_library_model_find (f->model, id);
  g_autoptr (FkBackup) previous = NULL;

  g_assert_nonnull (backup);
  previous = fk_library_model_find_previous (f->model, backup);
  g_assert_cmpstr (previous != NULL ? fk_backup_get_id (previous) : NULL, ==, wanted);
}

/* What comes before a backup was read from the chip; an edited one comes after its original. */
static void
test_previous (Fixture *f, gconstpointer data)
{
  g_autofree char *first = store_as (f, "first", "2026-01-01T10:00:00Z", NULL);
  g_autofree char *other = store_as (f, "other", "2026-01-02T10:00:00Z", NULL);
  g_autofree char *edited = store_as (f, "edited", "2026-01-03T10:00:00Z", first);
  g_autofree char *last = store_as (f, "last", "2026-01-04T10:00:00Z", NULL);
  g_autoptr (FkBackup) newest = NULL;

  fk_library_model_refresh (f->model);
  while (g_list_model_get_n_items (fk_library_model_get_backups (f->model)) < 5)
    g_main_context_iteration (NULL, TRUE);
  assert_previous (f, last, other);
  assert_previous (f, other, first);
  assert_previous (f, first, NULL);
  assert_previous (f, edited, first);
  newest = fk_library_model_find_last (f->model, "3a0027000c51383334373238");
  g_assert_cmpstr (fk_backup_get_id (newest), ==, last);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/backup-details/name-and-tags", Fixture, NULL, set_up, test_name_and_tags,
              tear_down);
  g_test_add ("/backup-details/note", Fixture, NULL, set_up, test_note, tear_down);
  g_test_add ("/backup-details/failed", Fixture, NULL, set_up, test_failed, tear_down);
  g_test_add ("/backup-details/previous", Fixture, NULL, set_up, test_previous, tear_down);
  return g_test_run ();
}
