/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Backups that come into the library, from a folder or an archive: all of it is read with every
 * hash checked, and a whole new folder then takes its place in one step, so that damage is never
 * sealed in by copying it. */

#include "config.h"

#include "library/fk-library-private.h"

#include "base/fk-error.h"
#include "library/fk-archive.h"
#include "library/fk-backup-private.h"
#include "library/fk-folder-private.h"

#include <string.h>

#define ID_MAX     100
#define MAX_LISTED 5u

/* Returns: (transfer full): the text of a backup.ini with other values in [Backup]; @pairs of key
 * and value end with NULL */
static GBytes *
change_ini (GBytes *old, const char *const *pairs)
{
  g_autoptr (GKeyFile) ini = g_key_file_new ();

  /* It was parsed before: FkBackup stands on it. */
  g_key_file_load_from_bytes (ini, old, G_KEY_FILE_KEEP_COMMENTS, NULL);
  for (guint i = 0; pairs[i] != NULL; i += 2)
    {
      g_autofree char *valid = g_utf8_make_valid (pairs[i + 1], -1);

      g_key_file_set_string (ini, "Backup", pairs[i], valid);
    }
  return fk_folder_make_ini (ini);
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
  g_hash_table_insert (contents, g_strdup (FK_FOLDER_INI),
                       change_ini (g_hash_table_lookup (contents, FK_FOLDER_INI),
                                   (const char *const[]){ "Id", id, NULL }));
  return g_steal_pointer (&id);
}

typedef struct
{
  const char *stem;
  GBytes *ini;
} Import;

/* What came under a free id stays as it came. */
static GBytes *
make_ini (const char *id, gpointer user_data)
{
  const Import *import = user_data;

  return g_str_equal (id, import->stem)
             ? g_bytes_ref (import->ini)
             : change_ini (import->ini, (const char *const[]){ "Id", id, NULL });
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

static gboolean
check_is_there (const char *path, GError **error)
{
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS, "There is no folder or file %s", path);
  return FALSE;
}

/* Reads a backup from wherever it is, all of it checked. */
static GHashTable *
load (const char *path, GCancellable *cancellable, GError **error)
{
  if (!check_is_there (path, error))
    return NULL;
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return check_is_backup (path, error) ? fk_folder_load (path, cancellable, error) : NULL;
  if (fk_archive_is_zip (path))
    return fk_archive_load (path, cancellable, error);
  g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS,
               "%s is no backup: neither a folder with a " FK_FOLDER_INI " in it nor an archive of "
               "one",
               path);
  return NULL;
}

static gboolean
is_same_region (const FkBackupRegion *a, const FkBackupRegion *b)
{
  return b != NULL && a->range.address == b->range.address && a->range.size == b->range.size &&
         g_str_equal (a->sha256, b->sha256);
}

/* Whether both tell of the same chip at the same time with the same bytes, whatever they are
 * called. */
static gboolean
is_same_backup (FkBackup *a, FkBackup *b)
{
  GPtrArray *regions = fk_backup_get_regions (a);

  if (!g_date_time_equal (fk_backup_get_created (a), fk_backup_get_created (b)) ||
      g_ascii_strcasecmp (fk_backup_get_uid (a), fk_backup_get_uid (b)) != 0 ||
      regions->len != fk_backup_get_regions (b)->len)
    return FALSE;
  for (guint i = 0; i < regions->len; i++)
    {
      const FkBackupRegion *region = g_ptr_array_index (regions, i);

      if (!is_same_region (region, fk_backup_find_region (b, region->name)))
        return FALSE;
    }
  return TRUE;
}

/* Two backups may be made of one board within a second; they are told apart by what they are
 * called. */
static gboolean
is_called_same (FkBackup *a, const char *id, FkBackup *b)
{
  return g_str_equal (id, fk_backup_get_id (b)) ||
         (g_str_equal (fk_backup_get_name (a), fk_backup_get_name (b)) &&
          g_str_equal (fk_backup_get_note (a), fk_backup_get_note (b)));
}

/* A copy in the library that has rotted does not count. */
static FkBackup *
find_same (FkLibrary *self, FkBackup *foreign, const char *id, GCancellable *cancellable)
{
  g_autoptr (GPtrArray) backups = fk_library_list (self, NULL, cancellable, NULL);

  for (guint i = 0; backups != NULL && i < backups->len; i++)
    {
      FkBackup *backup = g_ptr_array_index (backups, i);

      if (is_same_backup (foreign, backup) && is_called_same (foreign, id, backup) &&
          fk_library_check (self, backup, cancellable, NULL))
        return g_object_ref (backup);
    }
  return NULL;
}

/**
 * fk_library_import:
 * @place: a backup's folder from anywhere, or an archive of one; it is only read
 * @was_there: (out) (optional): whether the library had it already
 *
 * Copies a backup into the library after checking every hash.  It keeps its id; where another
 * backup has it already, "-2" is added.  What the library has already, under whatever name, is not
 * stored twice.
 *
 * Returns: (transfer full): the backup in the library.  %FK_ERROR_BACKUP_DAMAGED when @place is a
 *   damaged backup, %FK_ERROR_FILE_ACCESS when it is none.
 */
FkBackup *
fk_library_import (
    FkLibrary *self, GFile *place, gboolean *was_there, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *stem = NULL;
  g_autoptr (GHashTable) contents = NULL;
  g_autoptr (FkBackup) foreign = NULL;
  FkBackup *imported;
  Import import;

  g_return_val_if_fail (FK_IS_LIBRARY (self), NULL);
  g_return_val_if_fail (G_IS_FILE (place), NULL);

  if (was_there != NULL)
    *was_there = FALSE;
  path = g_file_get_path (place);
  if (path == NULL)
    {
      g_autofree char *uri = g_file_get_uri (place);

      g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY,
                   "%s is not on this computer; copy it here first", uri);
      return NULL;
    }
  contents = load (path, cancellable, error);
  if (contents == NULL)
    return NULL;
  foreign = fk_backup_new_for_ini (path, g_hash_table_lookup (contents, FK_FOLDER_INI), error);
  if (foreign == NULL || !fk_backup_check_contents (foreign, contents, error))
    return NULL;
  stem = choose_stem (foreign, contents);
  imported = find_same (self, foreign, stem, cancellable);
  if (imported != NULL)
    {
      if (was_there != NULL)
        *was_there = TRUE;
      return imported;
    }

  import = (Import){ stem, g_hash_table_lookup (contents, FK_FOLDER_INI) };
  imported =
      fk_library_place_contents (self, stem, contents, make_ini, &import, cancellable, error);
  if (imported == NULL)
    g_prefix_error (error, "The backup cannot be imported: ");
  return imported;
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/**
 * fk_library_find_importable:
 * @place: a folder or a file
 *
 * Looks at the disk.
 *
 * Returns: (transfer full) (element-type GFile): @place itself if it looks like a backup or an
 *   archive; else what looks so of a folder's contents, in order, such as the backups on a stick
 */
GPtrArray *
fk_library_find_importable (GFile *place)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);
  const char *path = g_file_peek_path (place);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (path == NULL)
    return found;
  if (fk_archive_is_zip (path) || holds_file (path, FK_FOLDER_INI) ||
      holds_file (path, FK_FOLDER_SUMS))
    {
      g_ptr_array_add (found, g_object_ref (place));
      return found;
    }
  dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_strings);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *inner = g_build_filename (path, g_ptr_array_index (names, i), NULL);

      if (*(char *)g_ptr_array_index (names, i) != '.' &&
          (holds_file (inner, FK_FOLDER_INI) ||
           (g_str_has_suffix (inner, FK_ARCHIVE_SUFFIX) && fk_archive_is_zip (inner))))
        g_ptr_array_add (found, g_file_new_for_path (inner));
    }
  return found;
}
