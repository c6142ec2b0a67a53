/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What backups there are.  A folder of the library costs one look at its backup.ini; the file
 * itself is read only if the index does not know it as it is now. */

#include "config.h"

#include "library/fk-library-private.h"

#include "base/fk-error.h"
#include "library/fk-backup-private.h"
#include "library/fk-folder-private.h"
#include "library/fk-library-index-private.h"
#include "library/fk-partial-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reading fewer takes no longer than reading an index. */
#define INDEX_MIN 32

/* Returns: a descriptor of the library's folder; -1 without @error when there is none yet */
static int
open_library (FkLibrary *self, GError **error)
{
  const char *path = fk_library_get_path (self);
  int folder;

  fk_partial_recover (path);
  if (!fk_library_check_there (self, error))
    return -1;
  folder = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0 && errno != ENOENT)
    {
      fk_folder_set_io_error (error, errno, path, 0);
      g_prefix_error (error, "The library cannot be read: ");
    }
  return folder;
}

static GPtrArray *
list_folders (FkLibrary *self, int folder, GError **error)
{
  GPtrArray *names = fk_folder_list (folder, FK_FOLDER_LIST_FOLDERS, error);

  if (names == NULL)
    g_prefix_error (error, "The library cannot be read: %s: ", fk_library_get_path (self));
  return names;
}

static gboolean
holds (int folder, const char *name, const char *file, struct stat *info)
{
  g_autofree char *path = g_build_filename (name, file, NULL);

  return fstatat (folder, path, info, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Whether the folder @name claims to be a backup; @info is of its backup.ini, zeros where that is
 * lost: such a one is a damaged backup, not none. */
static gboolean
is_candidate (int folder, const char *name, struct stat *info)
{
  struct stat sums;

  if (holds (folder, name, FK_FOLDER_INI, info))
    return TRUE;
  memset (info, 0, sizeof *info);
  return holds (folder, name, FK_FOLDER_SUMS, &sums);
}

/* Returns: (transfer full): the names of the folders that may be backups, sorted; none when the
 * library does not exist yet */
GPtrArray *
fk_library_list_ids (FkLibrary *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  int folder = open_library (self, &local_error);
  g_autoptr (GPtrArray) names = NULL;
  struct stat info;

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (folder < 0)
    return g_ptr_array_new_with_free_func (g_free);
  names = list_folders (self, folder, error);
  for (guint i = names != NULL ? names->len : 0; i > 0; i--)
    if (!is_candidate (folder, g_ptr_array_index (names, i - 1), &info))
      g_ptr_array_remove_index (names, i - 1);
  close (folder);
  return g_steal_pointer (&names);
}

/* Whether the library has a folder @id that may be a backup. */
gboolean
fk_library_has_id (FkLibrary *self, const char *id)
{
  int folder = open_library (self, NULL);
  struct stat info;
  gboolean found;

  if (folder < 0)
    return FALSE;
  found = *id != '.' && strchr (id, '/') == NULL &&
          fstatat (folder, id, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR (info.st_mode) &&
          is_candidate (folder, id, &info);
  close (folder);
  return found;
}

typedef struct
{
  FkLibrary *library;
  int folder;
  FkLibraryIndex *index; /* (nullable): the library is small */
  GPtrArray *backups;
  GPtrArray *damaged; /* (nullable): takes the errors of what cannot be loaded */
} Walk;

/* Reads backup.ini; FALSE only where the walk cannot go on. */
static gboolean
read_backup (Walk *walk,
             const char *name,
             const struct stat *info,
             GCancellable *cancellable,
             GError **error)
{
  g_autofree char *path = g_build_filename (fk_library_get_path (walk->library), name, NULL);
  g_autoptr (GError) local_error = NULL;
  FkBackup *backup = fk_backup_new_for_folder (path, cancellable, &local_error);

  if (backup != NULL)
    {
      g_ptr_array_add (walk->backups, backup);
      if (walk->index != NULL)
        fk_library_index_add (walk->index, name, info, backup);
    }
  else if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  else if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    g_debug ("moved away while we looked: %s", path);
  else if (walk->damaged != NULL)
    g_ptr_array_add (walk->damaged, g_strdup (local_error->message));
  else
    g_info ("left out: %s", local_error->message);
  return TRUE;
}

static gboolean
visit (Walk *walk, const char *name, GCancellable *cancellable, GError **error)
{
  struct stat info;
  FkBackup *known;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (!is_candidate (walk->folder, name, &info))
    return TRUE;
  known = walk->index != NULL ? fk_library_index_find (walk->index, name, &info) : NULL;
  if (known == NULL)
    return read_backup (walk, name, &info, cancellable, error);
  g_ptr_array_add (walk->backups, known);
  return TRUE;
}

static gboolean
visit_all (Walk *walk, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) names = list_folders (walk->library, walk->folder, error);

  if (names == NULL)
    return FALSE;
  if (names->len >= INDEX_MIN)
    walk->index = fk_library_index_load (fk_library_get_path (walk->library));
  for (guint i = 0; i < names->len; i++)
    if (!visit (walk, g_ptr_array_index (names, i), cancellable, error))
      return FALSE;
  if (walk->index != NULL)
    fk_library_index_save (walk->index);
  return TRUE;
}

/**
 * fk_library_list:
 * @damaged: (out) (optional) (transfer full) (element-type utf8): a sentence for each backup whose
 *   backup.ini cannot be understood, with its path
 *
 * Returns: (transfer full) (element-type FkBackup): all backups, newest first.  Damaged ones are
 *   left out, and so is whatever is no backup.  A library that does not exist yet is empty.
 */
GPtrArray *
fk_library_list (FkLibrary *self, GPtrArray **damaged, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) backups = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local_error = NULL;
  Walk walk = { self, -1, NULL, backups, damaged != NULL ? problems : NULL };

  g_return_val_if_fail (FK_IS_LIBRARY (self), NULL);

  walk.folder = open_library (self, &local_error);
  if (walk.folder >= 0)
    {
      visit_all (&walk, cancellable, &local_error);
      g_clear_pointer (&walk.index, fk_library_index_free);
      close (walk.folder);
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  g_ptr_array_sort (backups, fk_backup_compare_newest_first);
  if (damaged != NULL)
    *damaged = g_steal_pointer (&problems);
  return g_steal_pointer (&backups);
}
