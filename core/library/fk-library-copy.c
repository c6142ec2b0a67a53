/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A new backup after an old one of which some bytes were changed.  All of the old one is read with
 * every hash checked; a whole new folder then takes its place beside it in one step.  What it tells
 * of the chip stays; that the changed bytes were proved against it does not. */

#include "config.h"

#include "library/fk-library-private.h"

#include "base/fk-error.h"
#include "library/fk-backup-draft-private.h"
#include "library/fk-backup-edit-private.h"
#include "library/fk-backup-private.h"
#include "library/fk-folder-private.h"

#include <unistd.h>

static GKeyFile *
load_ini (GHashTable *contents)
{
  g_autoptr (GKeyFile) ini = g_key_file_new ();

  /* It was parsed before: FkBackup stands on it. */
  g_key_file_load_from_bytes (ini, g_hash_table_lookup (contents, FK_FOLDER_INI),
                              G_KEY_FILE_KEEP_COMMENTS, NULL);
  return g_steal_pointer (&ini);
}

static void
put_region (
    GKeyFile *ini, GHashTable *contents, const FkBackupRegion *region, GBytes *bytes, guint8 blank)
{
  g_autofree char *group = g_strdup_printf ("Region %s", region->name);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

  g_key_file_set_string (ini, group, "SHA256", sha256);
  g_key_file_set_uint64 (ini, group, "Used", fk_backup_draft_count_used (bytes, blank));
  g_key_file_set_string (ini, group, "Verified", "no");
  g_hash_table_insert (contents, g_strdup (region->file), g_bytes_ref (bytes));
}

/* Says when and after what the copy came to be.  Returns: (transfer full): the stem of its id */
static char *
put_origin (GKeyFile *ini, FkBackup *original)
{
  g_autoptr (FkBackupDraft) draft = fk_backup_draft_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *created = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");

  fk_backup_draft_set (draft, "Backup", "Created", created);
  fk_backup_draft_set (draft, "Chip", "Name", fk_backup_get_chip_name (original));
  fk_backup_draft_set (draft, "Chip", "UID", fk_backup_get_uid (original));
  g_key_file_set_string (ini, "Backup", "Created", created);
  g_key_file_set_string (ini, "Backup", "Program", "Flashkeep " FK_VERSION);
  g_key_file_set_string (ini, "Backup", "EditedFrom", fk_backup_get_id (original));
  return fk_backup_draft_make_id (draft);
}

static GBytes *
make_ini (const char *id, gpointer ini)
{
  g_key_file_set_string (ini, "Backup", "Id", id);
  return fk_folder_make_ini (ini);
}

/* Every file of the backup as it is at one time: of one that is being edited, here or in another
 * program, the files fit together before or after, not between. */
static GHashTable *
load (const char *path, GCancellable *cancellable, GError **error)
{
  int lock = fk_library_lock_folder (path, error);
  GHashTable *contents;

  if (lock < 0)
    return NULL;
  contents = fk_folder_load (path, cancellable, error);
  close (lock);
  return contents;
}

/* Returns: (transfer full): what @region, which is (nullable), of the copy holds */
static GBytes *
make_bytes (const char *path,
            GHashTable *contents,
            const FkBackupRegion *region,
            FkLibraryChange change,
            gpointer user_data,
            GError **error)
{
  GBytes *old = region != NULL ? g_hash_table_lookup (contents, region->file) : NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (old != NULL && g_bytes_get_size (old) == region->range.size)
    {
      bytes = change (region, old, user_data, error);
      if (bytes == NULL || g_bytes_get_size (bytes) == region->range.size)
        return g_steal_pointer (&bytes);
    }
  g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED, "%s is not what it was", path);
  return NULL;
}

/* @edit: (nullable) */
static FkBackup *
copy (FkLibrary *self,
      FkBackup *backup,
      FkBackupEdit *edit,
      const char *name,
      FkLibraryChange change,
      gpointer user_data,
      GCancellable *cancellable,
      GError **error)
{
  const char *path = fk_backup_get_path (backup);
  g_autoptr (GHashTable) contents = load (path, cancellable, error);
  g_autoptr (FkBackup) present = NULL;
  g_autoptr (GKeyFile) ini = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *stem = NULL;
  const FkBackupRegion *region;

  if (contents != NULL)
    present = fk_backup_new_for_ini (path, g_hash_table_lookup (contents, FK_FOLDER_INI), error);
  if (present == NULL || (edit != NULL && !fk_backup_edit_apply (edit, present, contents, error)))
    return NULL;
  region = fk_backup_find_region (present, name);
  bytes = make_bytes (path, contents, region, change, user_data, error);
  if (bytes == NULL)
    return NULL;
  ini = load_ini (contents);
  put_region (ini, contents, region, bytes, fk_backup_get_erased_value (present));
  stem = put_origin (ini, present);
  return fk_library_place_contents (self, stem, contents, make_ini, ini, cancellable, error);
}

/**
 * fk_library_copy:
 * @backup: what is copied; it stays as it is
 * @edit: (nullable): what the copy shall say and hold besides
 * @region: "flash": whose bytes are others
 * @change: makes them of those that @backup has
 *
 * Stores a new backup with the other bytes; note, tags, photo, the other regions and all other
 * files are those of @backup.  As with fk_library_store() there is either a whole one or none.
 *
 * Returns: (transfer full): the new backup.  %FK_ERROR_LIBRARY when the disk is full or may not be
 *   written, %FK_ERROR_BACKUP_DAMAGED when @backup is, or what @change says
 */
FkBackup *
fk_library_copy (FkLibrary *self,
                 FkBackup *backup,
                 FkBackupEdit *edit,
                 const char *region,
                 FkLibraryChange change,
                 gpointer user_data,
                 GCancellable *cancellable,
                 GError **error)
{
  FkBackup *made;

  g_return_val_if_fail (FK_IS_LIBRARY (self), NULL);
  g_return_val_if_fail (FK_IS_BACKUP (backup), NULL);
  g_return_val_if_fail (region != NULL && change != NULL, NULL);

  made = copy (self, backup, edit, region, change, user_data, cancellable, error);
  if (made == NULL)
    g_prefix_error (error, "The copy cannot be stored: ");
  return made;
}
