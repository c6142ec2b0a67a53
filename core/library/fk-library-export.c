/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Backups that leave the library: as a folder, as an archive, or their flash alone as a firmware
 * file.  Each is read with every hash checked, and appears in one step. */

#include "config.h"

#include "library/fk-library-private.h"

#include "base/fk-error.h"
#include "base/fk-save.h"
#include "library/fk-archive.h"
#include "library/fk-folder-private.h"
#include "library/fk-partial-private.h"

#include <string.h>

/* Whether both hold the same files. */
static gboolean
is_equal (GHashTable *a, GHashTable *b)
{
  GHashTableIter iter;
  gpointer name;
  gpointer bytes;

  if (g_hash_table_size (a) != g_hash_table_size (b))
    return FALSE;
  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &name, &bytes))
    {
      GBytes *other = g_hash_table_lookup (b, name);

      if (other == NULL || !g_bytes_equal (bytes, other))
        return FALSE;
    }
  return TRUE;
}

/* Whether @path is a whole backup with the same files. */
gboolean
fk_library_has_contents (const char *path, GHashTable *contents, GCancellable *cancellable)
{
  g_autoptr (GHashTable) present = fk_folder_load (path, cancellable, NULL);

  return present != NULL && is_equal (present, contents);
}

static gboolean
check_is_local (GFile *destination, GError **error)
{
  if (g_file_peek_path (destination) != NULL)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "a backup is exported to a local place only");
  return FALSE;
}

/* Where the copy goes: a folder that is there takes it in, unless it is a backup itself; then, as
 * where there is none, it is the copy. */
static char *
choose_export_path (const char *destination, FkBackup *backup)
{
  g_autofree char *ini = g_build_filename (destination, FK_FOLDER_INI, NULL);

  return g_file_test (destination, G_FILE_TEST_IS_DIR) && !g_file_test (ini, G_FILE_TEST_EXISTS)
             ? g_build_filename (destination, fk_backup_get_id (backup), NULL)
             : g_strdup (destination);
}

/* Whoever exports for the second time means it well; but a damaged copy must not be taken for a
 * good one. */
static gboolean
check_free (const char *path,
            GHashTable *contents,
            gboolean *was_there,
            GCancellable *cancellable,
            GError **error)
{
  *was_there = fk_library_has_contents (path, contents, cancellable);
  if (*was_there || !g_file_test (path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_EXISTS,
               "%s is there already, and is not this backup as the library has it: it is something "
               "else, an older copy, or damaged",
               path);
  return FALSE;
}

static gboolean
export_to (const char *path, GHashTable *contents, GCancellable *cancellable, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (FkPartial) partial =
      fk_partial_new_for_contents (parent, "export", contents, cancellable, error);
  FkPlace place = FK_PLACE_FAILED;

  if (partial != NULL)
    place = fk_partial_place (partial, name, error);
  if (place == FK_PLACE_TAKEN)
    g_set_error (error, FK_ERROR, FK_ERROR_EXISTS, "%s is there already", path);
  return place == FK_PLACE_DONE;
}

/**
 * fk_library_export:
 * @destination: where the copy shall be: a new folder, or an existing one that it is put into under
 *   its id
 * @path: (out) (optional): where the copy is
 * @was_there: (out) (optional): whether the very same backup was there already, whole
 *
 * Copies a backup out of the library after checking every hash; the copy appears in one step, and
 * nothing is overwritten: %FK_ERROR_EXISTS where anything else is in its place.
 */
gboolean
fk_library_export (FkLibrary *self,
                   FkBackup *backup,
                   GFile *destination,
                   char **path,
                   gboolean *was_there,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autofree char *folder = NULL;
  g_autofree char *target = NULL;
  g_autoptr (GHashTable) contents = NULL;
  gboolean present = FALSE;

  g_return_val_if_fail (FK_IS_LIBRARY (self), FALSE);
  g_return_val_if_fail (FK_IS_BACKUP (backup), FALSE);
  g_return_val_if_fail (G_IS_FILE (destination), FALSE);

  folder = g_file_get_path (destination);
  if (folder == NULL)
    return check_is_local (destination, error);
  contents = fk_folder_load (fk_backup_get_path (backup), cancellable, error);
  if (contents == NULL)
    return FALSE;
  target = choose_export_path (folder, backup);
  if (!check_free (target, contents, &present, cancellable, error) ||
      (!present && !export_to (target, contents, cancellable, error)))
    {
      g_prefix_error (error, "The backup cannot be exported: ");
      return FALSE;
    }
  if (path != NULL)
    *path = g_steal_pointer (&target);
  if (was_there != NULL)
    *was_there = present;
  return TRUE;
}

/* A file in a folder that is there is called after the backup. */
static char *
choose_file (GFile *destination, FkBackup *backup, const char *suffix)
{
  const char *path = g_file_peek_path (destination);
  g_autofree char *name = g_strconcat (fk_backup_get_id (backup), suffix, NULL);

  return g_file_test (path, G_FILE_TEST_IS_DIR) ? g_build_filename (path, name, NULL)
                                                : g_strdup (path);
}

/* Whether @path is an archive of the same files. */
static gboolean
has_archive (const char *path, GHashTable *contents, GCancellable *cancellable)
{
  g_autoptr (GHashTable) present =
      fk_archive_is_zip (path) ? fk_archive_load (path, cancellable, NULL) : NULL;

  return present != NULL && is_equal (present, contents);
}

/* @replace: whether the person agreed that a file goes that is there */
static gboolean
export_archive (FkBackup *backup,
                const char *path,
                GHashTable *contents,
                gboolean replace,
                gboolean *was_there,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (GBytes) archive = NULL;

  *was_there = has_archive (path, contents, cancellable);
  if (*was_there)
    return TRUE;
  archive = fk_archive_make (fk_backup_get_id (backup), contents, fk_backup_get_created (backup),
                             cancellable, error);
  return archive != NULL && fk_save_bytes (path, archive, replace, cancellable, error);
}

/**
 * fk_library_export_archive:
 * @destination: the archive; or a folder that is there, for one called after the backup's id
 * @replace: whether a file of that name may be replaced
 * @path: (out) (optional): where the archive is
 * @was_there: (out) (optional): whether an archive of the very same backup was there already
 *
 * Packs a backup into one file after checking every hash.
 */
gboolean
fk_library_export_archive (FkLibrary *self,
                           FkBackup *backup,
                           GFile *destination,
                           gboolean replace,
                           char **path,
                           gboolean *was_there,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autofree char *file = NULL;
  g_autoptr (GHashTable) contents = NULL;
  gboolean present = FALSE;

  g_return_val_if_fail (FK_IS_LIBRARY (self), FALSE);
  g_return_val_if_fail (FK_IS_BACKUP (backup), FALSE);
  g_return_val_if_fail (G_IS_FILE (destination), FALSE);

  if (!check_is_local (destination, error))
    return FALSE;
  contents = fk_folder_load (fk_backup_get_path (backup), cancellable, error);
  if (contents == NULL)
    return FALSE;
  file = choose_file (destination, backup, FK_ARCHIVE_SUFFIX);
  if (!export_archive (backup, file, contents, replace, &present, cancellable, error))
    {
      g_prefix_error (error, "The backup cannot be exported: ");
      return FALSE;
    }
  if (path != NULL)
    *path = g_steal_pointer (&file);
  if (was_there != NULL)
    *was_there = present;
  return TRUE;
}
