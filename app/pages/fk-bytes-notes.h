/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip.h"
#include "hex/fk-hex-notes.h"
#include "hex/fk-hex-places.h"
#include "hex/fk-hex-regions.h"
#include "image/fk-image.h"

G_BEGIN_DECLS

void fk_bytes_notes_fill (FkHexNotes *notes, FkImage *image, FkChip *chip);
FkHexRegions *fk_bytes_notes_make_regions (FkChip *chip);
void fk_bytes_notes_add_places (FkHexPlaces *places, FkChip *chip);

G_END_DECLS
