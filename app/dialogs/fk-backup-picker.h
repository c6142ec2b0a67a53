/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "fk-backup-list.h"

G_BEGIN_DECLS

/**
 * FkBackupPicker:
 *
 * A list of backups to choose one from, found by search; for a dialog.
 *
 * Signal: "chosen" (#FkBackup).
 * Property: "empty-advice" (string): what is said when none is found.
 */
#define FK_TYPE_BACKUP_PICKER (fk_backup_picker_get_type ())
G_DECLARE_FINAL_TYPE (FkBackupPicker, fk_backup_picker, FK, BACKUP_PICKER, AdwBin)

void fk_backup_picker_set_list (FkBackupPicker *self, FkBackupList *list);
void fk_backup_picker_focus (FkBackupPicker *self);

G_END_DECLS
