/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pages/fk-option-box.h"

G_BEGIN_DECLS

/**
 * FkOptionRow:
 *
 * One field: what it is for, a control for its new value, and what the change would do.  Emits
 * "edited" (guint) when the person chose another value.
 */
#define FK_TYPE_OPTION_ROW (fk_option_row_get_type ())
G_DECLARE_FINAL_TYPE (FkOptionRow, fk_option_row, FK, OPTION_ROW, FkOptionBox)

GtkWidget *fk_option_row_new (FkChip *chip, const FkOptionField *field);
const FkOptionField *fk_option_row_get_field (FkOptionRow *self);
void fk_option_row_update (FkOptionRow *self, const FkOptionsView *view);

G_END_DECLS
