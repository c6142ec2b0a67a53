/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-library-model.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * FkBackupPhoto:
 *
 * The photo of the board that a backup is of: shown, chosen or dropped, removed.  "failed"
 * (#GError) tells what went wrong.
 */
#define FK_TYPE_BACKUP_PHOTO (fk_backup_photo_get_type ())
G_DECLARE_FINAL_TYPE (FkBackupPhoto, fk_backup_photo, FK, BACKUP_PHOTO, AdwBin)

void fk_backup_photo_set_backup (FkBackupPhoto *self, FkBackup *backup, FkLibraryModel *library);
void fk_backup_photo_take_file (FkBackupPhoto *self, GFile *file);

G_END_DECLS
