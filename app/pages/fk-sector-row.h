/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pages/fk-option-row.h"

G_BEGIN_DECLS

/**
 * FkSectorRow:
 *
 * A part of the flash that one bit write-protects, with a switch.  Emits "edited" (guint): the new
 * value of the whole field.
 */
#define FK_TYPE_SECTOR_ROW (fk_sector_row_get_type ())
G_DECLARE_FINAL_TYPE (FkSectorRow, fk_sector_row, FK, SECTOR_ROW, AdwActionRow)

GtkWidget *
fk_sector_row_new (const FkOptionField *field, guint bit, FkRange range, guint n_sectors);
const FkOptionField *fk_sector_row_get_field (FkSectorRow *self);
void fk_sector_row_update (FkSectorRow *self, const FkOptionsView *view);

G_END_DECLS
