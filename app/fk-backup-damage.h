/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/fk-backup.h"

G_BEGIN_DECLS

void fk_backup_damage_set (FkBackup *backup, const char *problem);
const char *fk_backup_damage_get (FkBackup *backup);

G_END_DECLS
