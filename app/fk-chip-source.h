/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-board.h"
#include "hex/fk-byte-source.h"

G_BEGIN_DECLS

/**
 * FkChipSource:
 *
 * All that a chip's 32 address bits reach, read through the board's session when it is looked at
 * and no sooner: reading a peripheral may change it.
 */
#define FK_TYPE_CHIP_SOURCE (fk_chip_source_get_type ())
G_DECLARE_FINAL_TYPE (FkChipSource, fk_chip_source, FK, CHIP_SOURCE, GObject)

FkChipSource *fk_chip_source_new (FkBoard *board);
void fk_chip_source_refresh (FkChipSource *self);

G_END_DECLS
