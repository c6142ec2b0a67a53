/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Backups that leave the library for the trash, and come back.  Where the system has no trash for
 * the place, the library has one of its own. */

#include "config.h"

#include "library/fk-library.h"

#include "base/fk-error.h"
#include "library/fk-backup-private.h"
#include "library/fk-folder-private.h"
#include "library/fk-library-private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRASH_NAME ".trash"

/* When the folder got there, in nanoseconds. */
static gint64
get_time (const struct stat *info)
{
  return (gint64)info->st_ctim.tv_sec * 1000000000 + info->st_ctim.tv_nsec;
}

/* The folder under @parent that is @id, or @id with what a trash appends to a name it has already;
 * the newest of them, if it is newer than @newest. */
static char *
find_under (const char *parent, const char *id, gint64 *newest)
{
  g_autoptr (GDir) folder = g_dir_open (parent, 0, NULL);
  const char *name;
  char *found = NULL;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (parent, name, NULL);
      gsize length = strlen (id);
      struct stat info;

      if (!g_str_has_prefix (name, id) ||
          (name[length] != '\0' && name[length] != '.' && name[length] != ' ' &&
           name[length] != '-') ||
          stat (path, &info) != 0 || !S_ISDIR (info.st_mode) || get_time (&info) < *newest)
        continue;
      *newest = get_time (&info);
      g_free (found);
      found = g_steal_pointer (&path);
    }
  return found;
}

/* The top of the file system that @path is on. */
static char *
find_top (const char *path)
{
  g_autofree char *top = g_strdup (path);
  struct stat info;
  dev_t device;

  if (stat (top, &info) != 0)
    return g_steal_pointer (&top);
  device = info.st_dev;
  while (!g_str_equal (top, "/"))
    {
      g_autofree char *parent = g_path_get_dirname (top);

      if (stat (parent, &info) != 0 || info.st_dev != device)
        break;
      g_free (top);
      top = g_steal_pointer (&parent);
    }
  return g_steal_pointer (&top);
}

/**
 * fk_library_find_trashed:
 * @backup: that was moved to the trash
 *
 * Returns: (transfer full) (nullable): the folder it is in now: in the trash of the home folder, in
 *   one at the top of the library's file system (freedesktop.org's Trash specification 1.0), or in
 *   the library's own
 */
char *
fk_library_find_trashed (FkLibrary *self, FkBackup *backup)
{
  g_autofree char *top = NULL;
  g_autofree char *own = NULL;
  g_autofree char *shared = NULL;
  g_autofree char *lone = NULL;
  g_autofree char *home = NULL;
  char *found = NULL;
  gint64 newest = -1;

  g_return_val_if_fail (FK_IS_LIBRARY (self), NULL);
  g_return_val_if_fail (FK_IS_BACKUP (backup), NULL);

  top = find_top (fk_library_get_path (self));
  home = g_build_filename (g_get_user_data_dir (), "Trash", "files", NULL);
  shared = g_strdup_printf ("%s/.Trash/%u/files", top, (guint)getuid ());
  lone = g_strdup_printf ("%s/.Trash-%u/files", top, (guint)getuid ());
  own = g_build_filename (fk_library_get_path (self), TRASH_NAME, NULL);
  for (guint i = 0; i < 4; i++)
    {
      char *newer = find_under ((const char *const[]){ home, shared, lone, own }[i],
                                fk_backup_get_id (backup), &newest);

      if (newer == NULL)
        continue;
      g_free (found);
      found = newer;
    }
  return found;
}

/* Moves the folder into the library's own trash, where the system has none for this place. */
static gboolean
move_aside (FkLibrary *self, FkBackup *backup, GError **error)
{
  g_autofree char *trash = g_build_filename (fk_library_get_path (self), TRASH_NAME, NULL);

  if (g_mkdir_with_parents (trash, 0755) != 0)
    {
      fk_folder_set_io_error (error, errno, trash, 0);
      return FALSE;
    }
  for (guint number = 1; number <= FK_LIBRARY_SAME_MAX; number++)
    {
      g_autofree char *id = fk_library_make_id (fk_backup_get_id (backup), number);
      g_autofree char *target = g_build_filename (trash, id, NULL);

      if (rename (fk_backup_get_path (backup), target) == 0)
        {
          g_message ("There is no trash for this place; the backup is in %s", target);
          return TRUE;
        }
      if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR)
        break;
    }
  fk_folder_set_io_error (error, errno, fk_backup_get_path (backup), 0);
  return FALSE;
}

/**
 * fk_library_trash:
 *
 * Moves the backup to the trash.  Where the system has no trash for this place (a file system of
 * its own, no home) it goes to the folder ".trash" of the library.  It is never deleted.
 */
gboolean
fk_library_trash (FkLibrary *self, FkBackup *backup, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) folder = NULL;
  g_autoptr (GError) local_error = NULL;
  const char *path;

  g_return_val_if_fail (FK_IS_LIBRARY (self), FALSE);
  g_return_val_if_fail (FK_IS_BACKUP (backup), FALSE);

  path = fk_backup_get_path (backup);
  folder = g_file_new_for_path (path);
  if (g_file_trash (folder, cancellable, &local_error))
    return TRUE;
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NO_BACKUP, "Backup %s is not in the library any more",
                   fk_backup_get_id (backup));
      return FALSE;
    }
  g_debug ("no trash: %s", local_error->message);
  if (move_aside (self, backup, error))
    return TRUE;
  g_prefix_error (error, "The backup cannot be moved to the trash, and stays where it is: ");
  return FALSE;
}

/* Takes what the trash knows of the folder away: it is not there any more. */
static void
forget (const char *trashed)
{
  g_autofree char *files = g_path_get_dirname (trashed);
  g_autofree char *trash = g_path_get_dirname (files);
  g_autofree char *name = g_path_get_basename (trashed);
  g_autofree char *info = g_strdup_printf ("%s/info/%s.trashinfo", trash, name);

  if (unlink (info) != 0 && errno != ENOENT)
    g_debug ("%s: %s", info, g_strerror (errno));
}

/**
 * fk_library_untrash:
 * @backup: that was moved to the trash
 *
 * Brings the backup back under its id, as it was, also a damaged one.  From a trash on another file
 * system it is copied, with every hash checked, and stays in the trash as well.
 *
 * Returns: (transfer full): the backup in the library; %FK_ERROR_NO_BACKUP when it is not in the
 *   trash any more, %FK_ERROR_EXISTS when another one has its id now
 */
FkBackup *
fk_library_untrash (FkLibrary *self, FkBackup *backup, GCancellable *cancellable, GError **error)
{
  g_autofree char *trashed = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (FK_IS_LIBRARY (self), NULL);
  g_return_val_if_fail (FK_IS_BACKUP (backup), NULL);

  trashed = fk_library_find_trashed (self, backup);
  if (trashed == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NO_BACKUP, "Backup %s is not in the trash any more",
                   fk_backup_get_id (backup));
      return NULL;
    }
  path = g_build_filename (fk_library_get_path (self), fk_backup_get_id (backup), NULL);
  /* rename(2) replaces nothing but an empty folder. */
  if (rename (trashed, path) == 0)
    {
      forget (trashed);
      return fk_backup_new_for_folder (path, cancellable, error);
    }
  if (errno == EXDEV)
    {
      g_autoptr (GFile) folder = g_file_new_for_path (trashed);

      return fk_library_import (self, folder, NULL, cancellable, error);
    }
  if (errno == EEXIST || errno == ENOTEMPTY)
    g_set_error (error, FK_ERROR, FK_ERROR_EXISTS,
                 "There is another backup %s in the library now; the old one stays in the trash",
                 fk_backup_get_id (backup));
  else
    fk_folder_set_io_error (error, errno, path, 0);
  return NULL;
}
