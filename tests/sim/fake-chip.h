/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-chip.h"

G_BEGIN_DECLS

/* A chip that does nothing by itself, in place of the real model: flash that is plain memory, RAM,
 * and the core's debug registers.  It stands in for every function of fk-sim-chip.h, so that the
 * tests of the probe see every access and decide what the bus answers. */

#define FAKE_FLASH      0x08000000
#define FAKE_FLASH_SIZE 0x10000
#define FAKE_RAM        0x20000000
#define FAKE_RAM_SIZE   0x5000
#define FAKE_DEBUG_WORD                                                    \
  0xe0044004u /* behind the first access port, where the core's is another \
               */

void fake_chip_set_answers (FkSimChip *self, gboolean answers);
void fake_chip_set_cortex_m0 (FkSimChip *self);
void fake_chip_set_core_ap (FkSimChip *self, guint ap);
guint32 fake_chip_get_register (FkSimChip *self, guint index);
gboolean fake_chip_is_nrst_low (FkSimChip *self);
guint fake_chip_get_n_killed (FkSimChip *self);
guint fake_chip_get_n_resets (FkSimChip *self);
guint fake_chip_get_n_writes (FkSimChip *self);
guint fake_chip_get_last_width (FkSimChip *self);

G_END_DECLS
