/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/fk-option-bytes.h"
#include "library/fk-backup.h"

G_BEGIN_DECLS

FkChip *fk_saved_options_make_chip (FkBackup *backup, GError **error);
FkOptionBytes *
fk_saved_options_load (FkBackup *backup, FkChip *chip, GCancellable *cancellable, GError **error);
void fk_saved_options_load_async (FkBackup *backup,
                                  FkChip *chip,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
FkOptionBytes *fk_saved_options_load_finish (GAsyncResult *result, GError **error);

G_END_DECLS
