/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "fk-library-model.h"

G_BEGIN_DECLS

/**
 * FkCompareDialog:
 *
 * Asks what to compare with: a backup, found by search, or a file.
 *
 * Signals: "backup-chosen" (#FkBackup), "file-chosen" (#GFile); then the dialog closes.
 */
#define FK_TYPE_COMPARE_DIALOG (fk_compare_dialog_get_type ())
G_DECLARE_FINAL_TYPE (FkCompareDialog, fk_compare_dialog, FK, COMPARE_DIALOG, AdwWindow)

FkCompareDialog *fk_compare_dialog_new (GtkWindow *parent, FkLibraryModel *library);

G_END_DECLS
