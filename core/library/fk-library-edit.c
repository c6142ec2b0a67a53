/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Changing a backup: the whole folder is read with every hash checked, and a whole new folder takes
 * its place in one step, so that damage is never sealed in by new sums.  The old folder is locked
 * meanwhile: of two edits at the same time, here or in another program, the second one finds what
 * the first one made. */

#include "config.h"

#include "library/fk-library-private.h"

#include "base/fk-error.h"
#include "library/fk-backup-edit-private.h"
#include "library/fk-backup-private.h"
#include "library/fk-folder-private.h"
#include "library/fk-partial-private.h"

#include <errno.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRIES_MAX 100

static gboolean
is_same_folder (int folder, const char *path)
{
  struct stat ours;
  struct stat theirs;

  return fstat (folder, &ours) == 0 && lstat (path, &theirs) == 0 && ours.st_ino == theirs.st_ino &&
         ours.st_dev == theirs.st_dev;
}

/* Returns: a descriptor that holds the lock of the folder until it is closed; -1 on error.  Where
 * locks do not work, there is none, and the last edit wins. */
int
fk_library_lock_folder (const char *path, GError **error)
{
  for (guint i = 0; i < TRIES_MAX; i++)
    {
      int folder = fk_folder_open (path, error);

      if (folder < 0)
        return -1;
      while (flock (folder, LOCK_EX) != 0 && errno == EINTR)
        ;
      /* Another edit may have put its folder there while we waited. */
      if (is_same_folder (folder, path))
        return folder;
      close (folder);
    }
  g_set_error (error, FK_ERROR, FK_ERROR_BUSY, "%s is being changed all the time", path);
  return -1;
}

static gboolean
edit_locked (FkLibrary *self,
             FkBackup *backup,
             FkBackupEdit *edit,
             gboolean exchange,
             GCancellable *cancellable,
             GError **error)
{
  const char *path = fk_backup_get_path (backup);
  const char *id = fk_backup_get_id (backup);
  g_autoptr (GHashTable) contents = fk_folder_load (path, cancellable, error);
  g_autoptr (FkBackup) present = NULL;
  g_autoptr (FkPartial) partial = NULL;

  if (contents == NULL)
    return FALSE;
  present = fk_backup_new_for_ini (path, g_hash_table_lookup (contents, FK_FOLDER_INI), error);
  if (present == NULL)
    return FALSE;
  if (fk_backup_edit_apply (edit, present, contents, error))
    partial =
        fk_partial_new_for_contents (fk_library_get_path (self), id, contents, cancellable, error);
  if (partial != NULL && fk_partial_swap (partial, id, exchange, error))
    return TRUE;
  g_prefix_error (error, "The backup cannot be changed: ");
  return FALSE;
}

/**
 * fk_library_edit:
 * @edit: what shall be different
 *
 * Changes what a person may say of a backup.  Whatever is interrupted leaves the backup as it was
 * or as it shall be.  A damaged backup is not edited, because new sums would hide the damage.
 *
 * Returns: (transfer full): the backup as it is now; @backup still tells the old texts
 */
FkBackup *
fk_library_edit (FkLibrary *self,
                 FkBackup *backup,
                 FkBackupEdit *edit,
                 GCancellable *cancellable,
                 GError **error)
{
  return fk_library_edit_with (self, backup, edit, TRUE, cancellable, error);
}

FkBackup *
fk_library_edit_with (FkLibrary *self,
                      FkBackup *backup,
                      FkBackupEdit *edit,
                      gboolean exchange,
                      GCancellable *cancellable,
                      GError **error)
{
  const char *path;
  gboolean done;
  int lock;

  g_return_val_if_fail (FK_IS_LIBRARY (self), NULL);
  g_return_val_if_fail (FK_IS_BACKUP (backup), NULL);
  g_return_val_if_fail (edit != NULL, NULL);

  path = fk_backup_get_path (backup);
  lock = fk_library_lock_folder (path, error);
  if (lock < 0)
    return NULL;
  done = edit_locked (self, backup, edit, exchange, cancellable, error);
  close (lock);
  return done ? fk_backup_new_for_folder (path, NULL, error) : NULL;
}
