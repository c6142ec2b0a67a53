/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "image/fk-image.h"
#include "library/fk-library.h"

G_BEGIN_DECLS

FkBackup *fk_backup_copy_edited (FkLibrary *library,
                                 FkBackup *backup,
                                 FkImage *changes,
                                 FkBackupEdit *edit,
                                 GCancellable *cancellable,
                                 GError **error);

G_END_DECLS
