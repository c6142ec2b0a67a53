/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip-db.h"

/* Returns: (transfer full): a chip that is described in data/chips, by its DEV_ID and core, with
 * @flash_size bytes of flash. */
FkChip *known_chip_new (guint16 dev_id, const char *core, guint32 flash_size);

/* Returns: (transfer full): the F1 of data/chips, of which an erased byte reads as 0, as on L0 and
 * L1. */
FkChipDb *known_chip_make_erased_low (void);
