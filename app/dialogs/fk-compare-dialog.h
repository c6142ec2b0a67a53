/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "fk-window.h"
#include "pages/fk-compare-side.h"

G_BEGIN_DECLS

/**
 * FkCompareDialog:
 *
 * Asks what to compare with: the chip of a connected board, a backup, found by search, or a file;
 * beside one thing also two files.
 *
 * Signal: "chosen" (#GPtrArray of #FkCompareSide); then the dialog closes.
 */
#define FK_TYPE_COMPARE_DIALOG (fk_compare_dialog_get_type ())
G_DECLARE_FINAL_TYPE (FkCompareDialog, fk_compare_dialog, FK, COMPARE_DIALOG, AdwWindow)

FkCompareDialog *fk_compare_dialog_new (FkWindow *parent, GPtrArray *sides);

G_END_DECLS
