/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"

/*
 * What a simulated chip shows of itself at its debug port: which access ports there are, and what
 * is behind those that the core is not behind.
 *
 * Most chips have one.  Those of H5 have two (RM0481, Debug support): the first is on an APB, on
 * which the debug components are, the second is the core's.  What the first says of itself, and
 * its ROM table, as they were read of an STM32H563 (Black Magic Probe, issue 1440); that DBGMCU
 * answers there, too, as ST's file for OpenOCD has it.
 *
 * The second core of an H745 or H747 is a Cortex-M4 behind the fourth (RM0399, Debug
 * infrastructure); of it that port is all there is.
 */

#define DEBUG_BUS_IDR    0x54770002u
#define DEBUG_BUS_ROM    0xe00e0000u
#define DEBUG_BUS_DBGMCU 0xe0044000u
#define PAGE             0xfffu

#define SECOND_CORE_AP 3

guint
fk_sim_chip_get_core_ap (FkSimChip *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->config.core_ap != 0 ? self->config.core_ap : self->model->core_ap;
}

/* Its only entry is another table, of nobody's. */
static guint32
read_debug_rom (FkSimChip *self, guint32 offset)
{
  if (offset >= 0xfd0)
    return fk_sim_ppb_read_maker_id (self, offset);
  return offset == 0 ? 0x00004003 : 0;
}

gboolean
fk_sim_chip_read_debug_bus (FkSimChip *self, guint32 address, guint32 *value)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (address % 4 == 0 && value != NULL, FALSE);

  if (!fk_sim_chip_swd_answers (self))
    return FALSE;
  switch (address & ~PAGE)
    {
    case DEBUG_BUS_ROM:
      *value = read_debug_rom (self, address & PAGE);
      return TRUE;
    case DEBUG_BUS_DBGMCU:
      *value = fk_sim_ppb_read_dbgmcu (self, address & PAGE, FK_SIM_BY_DEBUG);
      return TRUE;
    default:
      return FALSE;
    }
}

gboolean
fk_sim_chip_write_debug_bus (FkSimChip *self, guint32 address, guint32 value)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (address % 4 == 0, FALSE);

  if (!fk_sim_chip_swd_answers (self) || (address & ~PAGE) != DEBUG_BUS_DBGMCU)
    return FALSE;
  fk_sim_ppb_write_dbgmcu (self, address & PAGE, value, 0xffffffff);
  return TRUE;
}

/* DPIDR of the SW-DP: Cortex-M3 r1p1, M4, M0 and M0+ as ST built them (RM0008 31.8.4,
 * RM0090 38.8.4, RM0360 26.5.4, RM0444 Debug support); M7, the M3 r2p0 of L1 and M33 as
 * OpenOCD's files for F7, H7, L1 and U5 expect it, and that of H5 as it was read
 * (STMicroelectronics' OpenOCD, issue 33). */
guint32
fk_sim_chip_get_dpidr (FkSimChip *self)
{
  static const guint32 values[] = { 0x0bb11477, 0x1ba01477, 0x2ba01477, 0x0bc11477,
                                    0x5ba02477, 0x2ba01477, 0x0be12477, 0x6ba02477 };

  g_return_val_if_fail (self != NULL, 0);

  if (self->config.dpidr != 0)
    return self->config.dpidr;
  return self->model->family == FK_SIM_FAMILY_H5 ? 0x6ba02477 : values[self->model->core];
}

guint32
fk_sim_chip_get_ap_idr (FkSimChip *self, guint ap)
{
  static const guint32 values[] = { 0x04770021, 0x14770011, 0x24770011, 0x04770031,
                                    0x74770001, 0x24770011, 0x14770015, 0x84770001 };

  g_return_val_if_fail (self != NULL, 0);

  if (ap == fk_sim_chip_get_core_ap (self))
    return self->model->family == FK_SIM_FAMILY_H5 ? 0x84770001 : values[self->model->core];
  if (ap == SECOND_CORE_AP)
    return self->config.second_core ? values[FK_SIM_CORE_M4] : 0;
  return ap == 0 ? DEBUG_BUS_IDR : 0;
}

guint32
fk_sim_chip_get_ap_base (FkSimChip *self, guint ap)
{
  g_return_val_if_fail (self != NULL, 0);

  if (ap != fk_sim_chip_get_core_ap (self))
    return ap == 0 ? DEBUG_BUS_ROM | 3 : 0;
  if (self->model->core == FK_SIM_CORE_M7)
    return 0xe00fd003;
  if (self->model->core == FK_SIM_CORE_M33 || self->model->core == FK_SIM_CORE_M7_R1)
    return 0xe00fe003;
  return self->model->core == FK_SIM_CORE_M0_PLUS ? FK_SIM_ROM_M0_PLUS | 3 : 0xe00ff003;
}
