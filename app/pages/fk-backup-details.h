/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "fk-library-model.h"

G_BEGIN_DECLS

/**
 * FkBackupDetails:
 *
 * What a person says of a backup: name, note and tags, each saved as it is changed.  "edited"
 * (#FkBackup) tells that the backup is another now, "failed" (#GError) that it could not be
 * changed.
 */
#define FK_TYPE_BACKUP_DETAILS (fk_backup_details_get_type ())
G_DECLARE_FINAL_TYPE (FkBackupDetails, fk_backup_details, FK, BACKUP_DETAILS, AdwBin)

void
fk_backup_details_set_backup (FkBackupDetails *self, FkBackup *backup, FkLibraryModel *library);

G_END_DECLS
