/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "fk-library-model.h"

G_BEGIN_DECLS

/**
 * FkBackupChooser:
 *
 * Asks for a backup that fits a chip, found by search, those of one board first; or for a file.
 *
 * Signals: "backup-chosen" (#FkBackup), "file-chosen" (#GFile); then the dialog closes.
 */
#define FK_TYPE_BACKUP_CHOOSER (fk_backup_chooser_get_type ())
G_DECLARE_FINAL_TYPE (FkBackupChooser, fk_backup_chooser, FK, BACKUP_CHOOSER, AdwWindow)

FkBackupChooser *fk_backup_chooser_new (GtkWindow *parent,
                                        FkLibraryModel *library,
                                        const char *title,
                                        const char *chip,
                                        const char *uid);
void fk_backup_chooser_offer_files (FkBackupChooser *self, const char *deed);

G_END_DECLS
