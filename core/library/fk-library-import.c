/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Backups that come into the library or leave it.  Both read the whole folder with every hash
 * checked, and write a whole new folder that then takes its place in one step: damage is never
 * sealed in by copying it. */

#include "config.h"

#include "library/fk-library.h"

#include "base/fk-error.h"
#include "library/fk-backup-private.h"
#include "library/fk-folder-private.h"
#include "library/fk-partial-private.h"

#include <string.h>

#define SAME_MAX   1000
#define ID_MAX     100
#define MAX_LISTED 5u

/* Sets keys of [Backup] in the text of a backup.ini; pairs of key and value end with NULL. */
static void
change_ini (GHashTable *contents, const char *const *pairs)
{
  g_autoptr (GKeyFile) ini = g_key_file_new ();
  GBytes *old = g_hash_table_lookup (contents, FK_FOLDER_INI);
  char *text;
  gsize length;

  /* It was parsed before: FkBackup stands on it. */
  g_key_file_load_from_bytes (ini, old, G_KEY_FILE_KEEP_COMMENTS, NULL);
  for (guint i = 0; pairs[i] != NULL; i += 2)
    {
      g_autofree char *valid = g_utf8_make_valid (pairs[i + 1], -1);

      g_key_file_set_string (ini, "Backup", pairs[i], valid);
    }
  text = g_key_file_to_data (ini, &length, NULL);
  g_hash_table_insert (contents, g_strdup (FK_FOLDER_INI), g_bytes_new_take (text, length));
}

/* The id under which a backup came, if it is one that could be ours. */
static gboolean
is_sane_id (const char *id)
{
  return strlen (id) <= ID_MAX && g_ascii_isalnum (*id) &&
         strspn (id, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_") == strlen (id);
}

/* The id that backup.ini tells, whatever the folder is called now; else one made of its time. */
static char *
choose_stem (FkBackup *foreign, GHashTable *contents)
{
  g_autoptr (GKeyFile) ini = g_key_file_new ();
  g_autofree char *id = NULL;
  g_autofree char *stamp = NULL;

  g_key_file_load_from_bytes (ini, g_hash_table_lookup (contents, FK_FOLDER_INI), G_KEY_FILE_NONE,
                              NULL);
  id = g_key_file_get_string (ini, "Backup", "Id", NULL);
  if (id != NULL && is_sane_id (id))
    return g_steal_pointer (&id);
  stamp = g_date_time_format (fk_backup_get_created (foreign), "%Y%m%dT%H%M%SZ");
  g_free (id);
  id = g_strconcat (stamp, "-imported", NULL);
  change_ini (contents, (const char *const[]){ "Id", id, NULL });
  return g_steal_pointer (&id);
}

/* Whether @path is a whole backup with the same files. */
static gboolean
has_contents (const char *path, GHashTable *contents, GCancellable *cancellable)
{
  g_autoptr (GHashTable) present = fk_folder_load (path, cancellable, NULL);
  GHashTableIter iter;
  gpointer name;
  gpointer bytes;

  if (present == NULL || g_hash_table_size (present) != g_hash_table_size (contents))
    return FALSE;
  g_hash_table_iter_init (&iter, contents);
  while (g_hash_table_iter_next (&iter, &name, &bytes))
    {
      GBytes *other = g_hash_table_lookup (present, name);

      if (other == NULL || !g_bytes_equal (bytes, other))
        return FALSE;
    }
  return TRUE;
}

/* Whether the library has a backup of that id with the same files. */
static FkBackup *
find_equal (FkLibrary *self, const char *id, GHashTable *contents, GCancellable *cancellable)
{
  g_autofree char *path = g_build_filename (fk_library_get_path (self), id, NULL);

  return has_contents (path, contents, cancellable)
             ? fk_backup_new_for_folder (path, cancellable, NULL)
             : NULL;
}

static FkBackup *
import_as (FkLibrary *self,
           const char *stem,
           GHashTable *contents,
           GCancellable *cancellable,
           GError **error)
{
  const char *parent = fk_library_get_path (self);
  g_autoptr (FkPartial) partial =
      fk_partial_new_for_contents (parent, stem, contents, cancellable, error);

  for (guint number = 1; partial != NULL && number <= SAME_MAX; number++)
    {
      g_autofree char *id = number > 1 ? g_strdup_printf ("%s-%u", stem, number) : g_strdup (stem);
      g_autofree char *path = g_build_filename (parent, id, NULL);
      g_autoptr (FkBackup) equal = find_equal (self, id, contents, cancellable);

      if (equal != NULL)
        return g_steal_pointer (&equal);
      if (number > 1)
        {
          change_ini (contents, (const char *const[]){ "Id", id, NULL });
          if (!fk_partial_write (partial, FK_FOLDER_INI,
                                 g_hash_table_lookup (contents, FK_FOLDER_INI), cancellable, error))
            return NULL;
        }
      switch (fk_partial_place (partial, id, error))
        {
        case FK_PLACE_DONE:
          return fk_backup_new_for_folder (path, cancellable, error);
        case FK_PLACE_FAILED:
          return NULL;
        case FK_PLACE_TAKEN:
          break;
        }
    }
  if (partial != NULL)
    g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "there are too many backups called %s", stem);
  return NULL;
}

static gboolean
check_is_folder (const char *path, GError **error)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS,
                 "%s is not a folder; a backup is imported as a whole, by the folder that its "
                 "backup.ini lies in",
                 path);
  else
    g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS, "There is no folder %s", path);
  return FALSE;
}

static gboolean
holds_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* The folder of a stick on which backups lie is easily taken for one. */
static gboolean
check_is_backup (const char *path, GError **error)
{
  g_autoptr (GDir) dir = NULL;
  g_autoptr (GString) list = g_string_new (NULL);
  const char *name;
  guint n = 0;

  if (holds_file (path, FK_FOLDER_INI) || holds_file (path, FK_FOLDER_SUMS))
    return TRUE;
  dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (holds_file (inner, FK_FOLDER_INI) && n++ < MAX_LISTED)
        g_string_append_printf (list, "%s%s", n > 1 ? ", " : "", inner);
    }
  g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS,
               "%s is no backup: it has no " FK_FOLDER_INI "%s%s%s", path,
               n > 1    ? ".  These folders in it are backups; import them one by one: "
               : n == 1 ? ".  This folder in it is a backup; import that one: "
                        : "",
               list->str, n > MAX_LISTED ? ", …" : "");
  return FALSE;
}

/**
 * fk_library_import:
 * @folder: a backup's folder from anywhere; it is only read
 *
 * Copies a backup into the library after checking every hash.  It keeps its id; where another
 * backup has it already, "-2" is added.  Importing what the library has already changes nothing.
 *
 * Returns: (transfer full): the backup in the library.  %FK_ERROR_BACKUP_DAMAGED when @folder is a
 *   damaged backup, %FK_ERROR_FILE_ACCESS when it is none.
 */
FkBackup *
fk_library_import (FkLibrary *self, GFile *folder, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *stem = NULL;
  g_autoptr (GHashTable) contents = NULL;
  g_autoptr (FkBackup) foreign = NULL;
  FkBackup *imported;

  g_return_val_if_fail (FK_IS_LIBRARY (self), NULL);
  g_return_val_if_fail (G_IS_FILE (folder), NULL);

  path = g_file_get_path (folder);
  if (path == NULL)
    {
      g_autofree char *uri = g_file_get_uri (folder);

      g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY,
                   "%s is not a folder on this computer; copy it here first", uri);
      return NULL;
    }
  if (!check_is_folder (path, error) || !check_is_backup (path, error))
    return NULL;
  contents = fk_folder_load (path, cancellable, error);
  if (contents == NULL)
    return NULL;
  foreign = fk_backup_new_for_ini (path, g_hash_table_lookup (contents, FK_FOLDER_INI), error);
  if (foreign == NULL || !fk_backup_check_regions (foreign, cancellable, error))
    return NULL;

  stem = choose_stem (foreign, contents);
  imported = import_as (self, stem, contents, cancellable, error);
  if (imported == NULL)
    g_prefix_error (error, "The backup cannot be imported: ");
  return imported;
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
  *was_there = has_contents (path, contents, cancellable);
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
    {
      g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY,
                   "a backup is exported to a local folder only");
      return FALSE;
    }
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
