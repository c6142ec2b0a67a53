/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip-areas.h"
#include "pages/fk-option-box.h"

G_BEGIN_DECLS

/**
 * FkAreaRow:
 *
 * A part of the flash that is protected from one page to another, with a switch and its two ends as
 * addresses.  Emits "edited" (guint first, guint last): the new values of both option fields.
 */
#define FK_TYPE_AREA_ROW (fk_area_row_get_type ())
G_DECLARE_FINAL_TYPE (FkAreaRow, fk_area_row, FK, AREA_ROW, FkOptionBox)

GtkWidget *fk_area_row_new (FkChip *chip, const FkOptionArea *area);
const FkOptionArea *fk_area_row_get_area (FkAreaRow *self);
void fk_area_row_update (FkAreaRow *self, const FkOptionsView *view);

G_END_DECLS
