/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A backup of which somebody changed bytes of the flash, as a new one. */

#include "config.h"

#include "job/fk-backup-copy.h"

#include "base/fk-error.h"

#include <string.h>

/* An FkLibraryChange: the flash with the changes in it. */
static GBytes *
apply (const FkBackupRegion *flash, GBytes *old, gpointer user_data, GError **error)
{
  FkImage *changes = FK_IMAGE (user_data);
  gsize size;
  gconstpointer old_data = g_bytes_get_data (old, &size);
  g_autofree guint8 *data = g_memdup2 (old_data, size);

  for (guint i = 0; i < fk_image_get_n_segments (changes); i++)
    {
      FkSegment segment = fk_image_get_segment (changes, i);

      if (!fk_range_covers (flash->range, segment.range))
        {
          g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                       "0x%08x is not in the flash of the backup", segment.range.address);
          return NULL;
        }
      memcpy (data + (segment.range.address - flash->range.address), segment.data,
              segment.range.size);
    }
  return g_bytes_new_take (g_steal_pointer (&data), size);
}

/**
 * fk_backup_copy_edited:
 * @changes: what is different in the flash
 * @edit: (nullable): what the copy shall say and hold besides
 *
 * Stores a new backup; @backup stays as it is.
 *
 * Returns: (transfer full): the new backup.  Errors as fk_library_copy()
 */
FkBackup *
fk_backup_copy_edited (FkLibrary *library,
                       FkBackup *backup,
                       FkImage *changes,
                       FkBackupEdit *edit,
                       GCancellable *cancellable,
                       GError **error)
{
  g_return_val_if_fail (FK_IS_LIBRARY (library), NULL);
  g_return_val_if_fail (FK_IS_BACKUP (backup), NULL);
  g_return_val_if_fail (FK_IS_IMAGE (changes), NULL);

  return fk_library_copy (library, backup, edit, "flash", apply, changes, cancellable, error);
}
