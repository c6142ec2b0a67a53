/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/fk-backup-edit.h"
#include "library/fk-backup.h"

G_BEGIN_DECLS

gboolean fk_backup_edit_apply (FkBackupEdit *self,
                               FkBackup *backup,
                               GHashTable *contents, /* name -> GBytes */
                               GError **error);

G_END_DECLS
