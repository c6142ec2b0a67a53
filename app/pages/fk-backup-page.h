/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-library-model.h"
#include "pages/fk-page.h"

G_BEGIN_DECLS

#define FK_TYPE_BACKUP_PAGE (fk_backup_page_get_type ())
G_DECLARE_FINAL_TYPE (FkBackupPage, fk_backup_page, FK, BACKUP_PAGE, FkPage)

FkPage *fk_backup_page_new (FkBackup *backup, FkLibraryModel *library);
FkBackup *fk_backup_page_get_backup (FkBackupPage *self);

G_END_DECLS
