/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-library-model.h"

G_BEGIN_DECLS

void fk_save_copy_async (FkLibraryModel *library,
                         FkBackup *backup,
                         FkImage *original,
                         FkImage *changed,
                         FkBackupEdit *edit,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
FkBackup *fk_save_copy_finish (FkLibraryModel *library,
                               GAsyncResult *result,
                               char **problems,
                               GError **error);

G_END_DECLS
