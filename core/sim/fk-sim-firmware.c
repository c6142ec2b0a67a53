/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip.h"

#include "base/fk-reader.h"
#include "sim/fk-sim-chip-private.h"

/* What the demo boards hold when they are new; made by us. */

void
fk_sim_chip_load_demo_firmware (FkSimChip *self, const char *board)
{
  /* ldr r0, [pc, #8]; loop: ldr r1, [r0]; adds r1, #1; str r1, [r0]; b loop; nop; .word RAM */
  static const guint16 code[] = { 0x4802, 0x6801, 0x3101, 0x6001, 0xe7fb, 0xbf00, 0x0100, 0x2000 };
  guint8 *flash;

  g_return_if_fail (self != NULL);

  flash = self->flash_memory->bytes;
  fk_store_u32le (flash, 0x20000000 + self->model->ram_size);
  for (guint i = 1; i < 16; i++)
    fk_store_u32le (flash + 4 * i, 0x08000101);
  for (guint i = 0; i < G_N_ELEMENTS (code); i++)
    fk_store_u16le (flash + 0x100 + 2 * i, code[i]);
  fk_sim_chip_power_cycle (self);
}
