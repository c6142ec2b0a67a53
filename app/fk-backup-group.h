/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/fk-backup.h"

G_BEGIN_DECLS

/**
 * FkBackupGroup:
 *
 * The heading above the backups of one board.  A board is its chip's UID, and is called as its
 * newest backup with a name.
 */
#define FK_TYPE_BACKUP_GROUP (fk_backup_group_get_type ())
G_DECLARE_FINAL_TYPE (FkBackupGroup, fk_backup_group, FK, BACKUP_GROUP, GObject)

FkBackupGroup *fk_backup_group_new (FkBackup *backup);
void fk_backup_group_clear (FkBackupGroup *self);
void fk_backup_group_add (FkBackupGroup *self, FkBackup *backup);
GPtrArray *fk_backup_group_get_backups (FkBackupGroup *self);
const char *fk_backup_group_get_title (FkBackupGroup *self);
const char *fk_backup_group_get_chip (FkBackupGroup *self);
const char *fk_backup_group_get_uid (FkBackupGroup *self);

G_END_DECLS
