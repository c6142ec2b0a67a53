/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "fk-backup-list.h"

G_BEGIN_DECLS

/**
 * FkBackupRow:
 *
 * A row of the library: a backup, or the heading of a board's backups.
 */
#define FK_TYPE_BACKUP_ROW (fk_backup_row_get_type ())
G_DECLARE_FINAL_TYPE (FkBackupRow, fk_backup_row, FK, BACKUP_ROW, AdwBin)

GtkWidget *fk_backup_row_new (FkBackupList *list);
void fk_backup_row_set_item (FkBackupRow *self, GObject *item);
GObject *fk_backup_row_get_item (FkBackupRow *self);

G_END_DECLS
