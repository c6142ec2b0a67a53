/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A backup's files: each is read whole, and counts only if its checksum says the same of it. */

#include "config.h"

#include "library/fk-backup-private.h"

#include "base/fk-error.h"
#include "library/fk-folder-private.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

FkBackup *
fk_backup_new_for_folder (const char *path, GCancellable *cancellable, GError **error)
{
  int folder = fk_folder_open (path, error);
  g_autoptr (GBytes) ini = NULL;

  if (folder < 0)
    return NULL;
  ini = fk_folder_read (folder, FK_FOLDER_INI, FK_FOLDER_INI_MAX, cancellable, error);
  close (folder);
  if (ini == NULL)
    {
      fk_folder_prefix_error (error, path);
      return NULL;
    }
  return fk_backup_new_for_ini (path, ini, error);
}

/**
 * fk_backup_new_for_file:
 * @path: of any file
 *
 * Returns: (transfer full) (nullable): the backup that the file is a region of, wherever its folder
 *   is; %NULL for other files
 */
FkBackup *
fk_backup_new_for_file (const char *path)
{
  g_autofree char *folder = NULL;
  g_autofree char *name = NULL;
  g_autoptr (FkBackup) self = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  folder = g_path_get_dirname (path);
  name = g_path_get_basename (path);
  self = fk_backup_new_for_folder (folder, NULL, NULL);
  for (guint i = 0; self != NULL && i < self->regions->len; i++)
    if (g_str_equal (((FkBackupRegion *)g_ptr_array_index (self->regions, i))->file, name))
      return g_steal_pointer (&self);
  return NULL;
}

static gboolean
check_region (const FkBackupRegion *region, GBytes *bytes, GError **error)
{
  g_autofree char *found = NULL;

  if (g_bytes_get_size (bytes) != region->range.size)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED,
                   "%s has %" G_GSIZE_FORMAT " bytes, and should have %u", region->file,
                   g_bytes_get_size (bytes), region->range.size);
      return FALSE;
    }
  found = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  if (strcmp (found, region->sha256) != 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED,
                   "%s was changed: its SHA-256 is %s, not %s", region->file, found,
                   region->sha256);
      return FALSE;
    }
  return TRUE;
}

/**
 * fk_backup_load_region:
 * @name: of a region of the backup
 *
 * Reads the region's file and checks its size and its SHA-256 again: what was good when the
 * backup was made may have rotted since.
 *
 * Returns: (transfer full): all bytes of the region.  %FK_ERROR_LIBRARY when the backup has no such
 *   region or cannot be read, %FK_ERROR_BACKUP_DAMAGED when it is damaged.
 */
GBytes *
fk_backup_load_region (FkBackup *self, const char *name, GCancellable *cancellable, GError **error)
{
  const FkBackupRegion *region;
  g_autoptr (GBytes) bytes = NULL;
  int folder;

  g_return_val_if_fail (FK_IS_BACKUP (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  region = fk_backup_find_region (self, name);
  if (region == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "Backup %s has no region \"%s\"", self->id,
                   name);
      return NULL;
    }
  folder = fk_folder_open (self->path, error);
  if (folder < 0)
    return NULL;
  bytes = fk_folder_read (folder, region->file, FK_FOLDER_FILE_MAX, cancellable, error);
  close (folder);
  if (bytes == NULL || !check_region (region, bytes, error))
    {
      fk_folder_prefix_error (error, self->id);
      return NULL;
    }
  return g_steal_pointer (&bytes);
}

/* Whether every region's file is there with the size and hash that backup.ini tells. */
gboolean
fk_backup_check_regions (FkBackup *self, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < self->regions->len; i++)
    {
      FkBackupRegion *region = g_ptr_array_index (self->regions, i);
      g_autoptr (GBytes) bytes = fk_backup_load_region (self, region->name, cancellable, error);

      if (bytes == NULL)
        return FALSE;
    }
  return TRUE;
}

/* As fk_backup_check_regions(), of files that are in memory: name -> GBytes. */
gboolean
fk_backup_check_contents (FkBackup *self, GHashTable *contents, GError **error)
{
  for (guint i = 0; i < self->regions->len; i++)
    {
      const FkBackupRegion *region = g_ptr_array_index (self->regions, i);
      GBytes *bytes = g_hash_table_lookup (contents, region->file);

      if (bytes == NULL)
        g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED, "%s is missing", region->file);
      else if (check_region (region, bytes, error))
        continue;
      fk_folder_prefix_error (error, self->id);
      return FALSE;
    }
  return TRUE;
}

/**
 * fk_backup_has_file:
 * @name: of a file in the backup's folder, such as "bookmarks.ini"
 *
 * Looks at the disk.
 */
gboolean
fk_backup_has_file (FkBackup *self, const char *name)
{
  g_autofree char *path = NULL;
  struct stat info;

  g_return_val_if_fail (FK_IS_BACKUP (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  path = g_build_filename (self->path, name, NULL);
  return fk_folder_is_plain_name (name) && lstat (path, &info) == 0 && S_ISREG (info.st_mode);
}

/* The bytes of the file @name of @folder, if SHA256SUMS says the same of them. */
static GBytes *
load_checked (int folder, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) text =
      fk_folder_read (folder, FK_FOLDER_SUMS, FK_FOLDER_INI_MAX, cancellable, error);
  g_autoptr (GTree) sums = text != NULL ? fk_sums_parse (text, error) : NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *found = NULL;
  const char *sum;

  if (sums == NULL)
    return NULL;
  bytes = fk_folder_read (folder, name, FK_FOLDER_FILE_MAX, cancellable, error);
  if (bytes == NULL)
    return NULL;
  sum = g_tree_lookup (sums, name);
  found = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  if (g_strcmp0 (sum, found) == 0)
    return g_steal_pointer (&bytes);
  if (sum == NULL)
    g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED, "%s does not belong there", name);
  else
    g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED,
                 "%s was changed: its SHA-256 is %s, not %s", name, found, sum);
  return NULL;
}

/**
 * fk_backup_load_file:
 * @name: of a file in the backup's folder
 *
 * Reads it and checks it against SHA256SUMS.
 *
 * Returns: (transfer full): all of it.  %FK_ERROR_BACKUP_DAMAGED when it is missing or is not what
 *   it was, %FK_ERROR_LIBRARY when it cannot be read.
 */
GBytes *
fk_backup_load_file (FkBackup *self, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  int folder;

  g_return_val_if_fail (FK_IS_BACKUP (self), NULL);
  g_return_val_if_fail (name != NULL && fk_folder_is_plain_name (name), NULL);

  folder = fk_folder_open (self->path, error);
  if (folder < 0)
    return NULL;
  bytes = load_checked (folder, name, cancellable, error);
  close (folder);
  if (bytes == NULL)
    fk_folder_prefix_error (error, self->id);
  return g_steal_pointer (&bytes);
}
