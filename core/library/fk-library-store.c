/* SPDX-License-Identifier: GPL-3.0-or-later */

/* New backups: each comes into the library in one step. */

#include "config.h"

#include "library/fk-library-private.h"

#include "base/fk-error.h"
#include "library/fk-backup-draft-private.h"
#include "library/fk-backup-private.h"
#include "library/fk-folder-private.h"
#include "library/fk-partial-private.h"

#include <errno.h>
#include <sys/statvfs.h>

/* Room for backup.ini, SHA256SUMS, the folder, and every file's last block. */
#define OVERHEAD (64 * 1024)

/* Says what for it was looked into. */
static gboolean
prefix_refusal (gboolean ok, GError **error)
{
  if (!ok)
    g_prefix_error (error, "The library cannot take a backup: ");
  return ok;
}

/**
 * fk_library_check_writable:
 *
 * Finds out before a long read whether its result could be stored at all.
 *
 * Returns: whether the library is there, or can be made, and can be written; %FK_ERROR_LIBRARY says
 *   why not
 */
gboolean
fk_library_check_writable (FkLibrary *self, GError **error)
{
  g_return_val_if_fail (FK_IS_LIBRARY (self), FALSE);

  return prefix_refusal (fk_library_check_there (self, error) &&
                             fk_partial_try (fk_library_get_path (self), OVERHEAD, error),
                         error);
}

/**
 * fk_library_check_room:
 * @size: bytes of the regions that shall be stored
 *
 * Returns: whether the library, which fk_library_check_writable() has found to be writable, has
 *   room; %FK_ERROR_LIBRARY says that it has not
 */
gboolean
fk_library_check_room (FkLibrary *self, guint64 size, GError **error)
{
  const char *path;
  struct statvfs room;

  g_return_val_if_fail (FK_IS_LIBRARY (self), FALSE);

  path = fk_library_get_path (self);
  if (statvfs (path, &room) != 0 || room.f_frsize == 0 ||
      (guint64)room.f_bavail * room.f_frsize >= size + OVERHEAD)
    return TRUE;
  fk_folder_set_io_error (error, ENOSPC, path, size + OVERHEAD);
  return prefix_refusal (FALSE, error);
}

static gboolean
write_regions (FkPartial *partial, FkBackupDraft *draft, GCancellable *cancellable, GError **error)
{
  GPtrArray *regions = fk_backup_draft_get_regions (draft);

  for (guint i = 0; i < regions->len; i++)
    {
      FkDraftRegion *region = g_ptr_array_index (regions, i);

      if (!fk_partial_write_summed (partial, region->region.file, region->bytes,
                                    region->region.sha256, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

/*
 * @number: from 1 on
 *
 * Returns: (transfer full): the stem itself, then stem-2, stem-3, …
 */
char *
fk_library_make_id (const char *stem, guint number)
{
  return number > 1 ? g_strdup_printf ("%s-%u", stem, number) : g_strdup (stem);
}

/*
 * Gives a new folder its backup.ini and the first id made of @stem that is free, in one step.
 * @make_ini: (transfer full): backup.ini for an id; asked anew for each that was taken
 *
 * Returns: (transfer full): the id
 */
static char *
place (FkPartial *partial,
       const char *stem,
       FkLibraryMakeIni make_ini,
       gpointer user_data,
       GCancellable *cancellable,
       GError **error)
{
  for (guint number = 1; number <= FK_LIBRARY_SAME_MAX; number++)
    {
      g_autofree char *id = fk_library_make_id (stem, number);
      g_autoptr (GBytes) ini = make_ini (id, user_data);

      if (!fk_partial_write (partial, FK_FOLDER_INI, ini, cancellable, error))
        return NULL;
      switch (fk_partial_place (partial, id, error))
        {
        case FK_PLACE_DONE:
          return g_steal_pointer (&id);
        case FK_PLACE_FAILED:
          return NULL;
        case FK_PLACE_TAKEN:
          break;
        }
    }
  g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "there are too many backups called %s", stem);
  return NULL;
}

/*
 * Stores a backup whose files are known in one step: all of it or nothing.
 * @contents: name -> GBytes, without SHA256SUMS; for backup.ini, @make_ini gives it, see place()
 *
 * Returns: (transfer full): the backup as it now is on disk
 */
FkBackup *
fk_library_place_contents (FkLibrary *self,
                           const char *stem,
                           GHashTable *contents,
                           FkLibraryMakeIni make_ini,
                           gpointer user_data,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (FkPartial) partial = NULL;
  g_autofree char *id = NULL;

  if (fk_library_check_there (self, error))
    partial = fk_partial_new_for_contents (fk_library_get_path (self), stem, contents, cancellable,
                                           error);
  if (partial != NULL)
    id = place (partial, stem, make_ini, user_data, cancellable, error);
  /* It is stored, and no cancel undoes that any more. */
  return id != NULL ? fk_library_load (self, id, NULL, error) : NULL;
}

static GBytes *
make_draft_ini (const char *id, gpointer draft)
{
  return fk_backup_draft_make_ini (draft, id);
}

/**
 * fk_library_store:
 * @draft: with at least one region; it is not changed
 *
 * Stores a backup in one step: after an error, a cancel or a crash there is either a whole backup
 * or none.  The folder is named after time, chip and UID; a second one of that name gets "-2".
 *
 * Returns: (transfer full): the backup as it now is on disk.  %FK_ERROR_LIBRARY when the disk is
 *   full (with the room needed and free) or may not be written.
 */
FkBackup *
fk_library_store (FkLibrary *self, FkBackupDraft *draft, GCancellable *cancellable, GError **error)
{
  g_autoptr (FkPartial) partial = NULL;
  g_autofree char *stem = NULL;
  g_autofree char *id = NULL;
  guint64 size;

  g_return_val_if_fail (FK_IS_LIBRARY (self), NULL);
  g_return_val_if_fail (draft != NULL, NULL);
  g_return_val_if_fail (fk_backup_draft_get_regions (draft)->len > 0, NULL);

  stem = fk_backup_draft_make_id (draft);
  size = fk_backup_draft_get_size (draft) + OVERHEAD;
  if (fk_library_check_there (self, error))
    partial = fk_partial_new (fk_library_get_path (self), stem, size, error);
  if (partial != NULL && write_regions (partial, draft, cancellable, error))
    id = place (partial, stem, make_draft_ini, draft, cancellable, error);
  if (id == NULL)
    {
      g_prefix_error (error, "The backup cannot be stored: ");
      return NULL;
    }
  return fk_library_load (self, id, NULL, error);
}
