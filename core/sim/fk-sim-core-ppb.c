/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"

#include <string.h>

/*
 * The private peripheral bus of a Cortex-M core: breakpoint unit, data watchpoint unit, the debug
 * support unit of F1 and F4, and the ROM table by which a debugger recognises the maker; the system
 * control space is in fk-sim-core-debug.c.  After ARM DDI 0403E C1 (ARMv7-M) and ARM DDI 0419C C1
 * (ARMv6-M); what resets what after the Cortex-M3 manual (ARM DDI 0337E, 10.2).
 */

#define DWT_BASE   0xe0001000u
#define FPB_BASE   0xe0002000u
#define SCS_BASE   0xe000e000u
#define TPIU_BASE  0xe0040000u
#define ETM_BASE   0xe0041000u
#define DBGMCU     0xe0042000u
#define DBGMCU_M33 0xe0044000u
#define ROM_BASE   0xe00ff000u

#define ARM_DESIGNER 0x43bu
#define ST_DESIGNER  0x020u

#define FP_CTRL_KEY        (1u << 1)
#define DWT_CTRL_CYCCNTENA (1u << 0)

static gboolean
is_v6m (FkSimChip *self)
{
  return fk_sim_model_is_v6m (self->model);
}

/* The last 48 bytes of a CoreSight component: part, designer and class (ARM DDI 0403E, table
 * C1-3).  The ROM table is ST's, with the device identity as its part number; the rest is ARM's. */
guint32
fk_sim_ppb_read_component_id (guint part, guint designer, guint component_class, guint32 offset)
{
  const guint32 class_ids[] = { 0x0d, component_class << 4, 0x05, 0xb1 };

  switch (offset)
    {
    case 0xfd0:
      return designer >> 8; /* PIDR4: continuation codes */
    case 0xfe0:
      return part & 0xff;
    case 0xfe4:
      return part >> 8 | (designer & 0xf) << 4;
    case 0xfe8:
      return 0x08 | (designer >> 4 & 7);
    case 0xff0:
    case 0xff4:
    case 0xff8:
    case 0xffc:
      return class_ids[(offset - 0xff0) / 4];
    default:
      return 0;
    }
}

/* The same of the table that the access port points to: ST's, if the chip does not pass for one. */
guint32
fk_sim_ppb_read_maker_id (FkSimChip *self, guint32 offset)
{
  const FkSimChipConfig *config = &self->config;

  return fk_sim_ppb_read_component_id (config->rom_part != 0
                                           ? config->rom_part
                                           : fk_sim_chip_get_idcode (self) & 0xfff,
                                       config->designer != 0 ? config->designer : ST_DESIGNER, 1,
                                       offset);
}

static gboolean
is_m7 (FkSimChip *self)
{
  return fk_sim_model_is_m7 (self->model);
}

static guint32
get_st_table (FkSimChip *self)
{
  return fk_sim_chip_get_ap_base (self, fk_sim_chip_get_core_ap (self)) & ~0xfffu;
}

/* The tables of an F746, as they are found on one: ST's at 0xe00fd000, ARM's behind it, the second
 * of which is where other cores have ST's.  An H743 has ST's at 0xe00fe000, and there is one of ARM
 * behind it (as debuggers print it). */
static guint32
read_rom_m7 (FkSimChip *self, guint32 page, guint32 offset)
{
  static const guint32 st[] = { 0x00001003, 0xfff43003, 0 };
  static const guint32 processor[] = { 0x00001003, 0xfff43003, 0 };
  static const guint32 ppb[] = { 0xfff0f003, 0xfff02003, 0xfff03003, 0xfff01003, 0 };
  const guint32 *entries = page == 0xe00fd000 ? st : page == 0xe00fe000 ? processor : ppb;
  guint n = page == ROM_BASE ? G_N_ELEMENTS (ppb) : G_N_ELEMENTS (st);

  if (offset >= 0xfd0 && page == get_st_table (self))
    return fk_sim_ppb_read_maker_id (self, offset);
  if (offset >= 0xfd0)
    return fk_sim_ppb_read_component_id (page == ROM_BASE ? 0x4c7 : 0x4c8, ARM_DESIGNER, 1, offset);
  if (offset == 0xfcc)
    return 1;
  return offset / 4 < n ? entries[offset / 4] : 0;
}

static gboolean
is_m33 (FkSimChip *self)
{
  return self->model->core == FK_SIM_CORE_M33;
}

/* ST's table at 0xe00fe000, ARM's behind it (that of a Cortex-M33: ARM 100230, ROM table). */
static guint32
read_rom_m33 (FkSimChip *self, guint32 page, guint32 offset)
{
  static const guint32 st[] = { 0x00001003, 0 };
  static const guint32 ppb[] = { 0xfff0f003, 0xfff02003, 0xfff03003, 0xfff01003,
                                 0xfff41003, 0xfff42003, 0 };
  const guint32 *entries = page == ROM_BASE ? ppb : st;
  guint n = page == ROM_BASE ? G_N_ELEMENTS (ppb) : G_N_ELEMENTS (st);

  if (offset >= 0xfd0)
    return page == ROM_BASE ? fk_sim_ppb_read_component_id (0x4c9, ARM_DESIGNER, 1, offset)
                            : fk_sim_ppb_read_maker_id (self, offset);
  if (offset == 0xfcc)
    return 1;
  return offset / 4 < n ? entries[offset / 4] : 0;
}

static guint32
read_rom (FkSimChip *self, guint32 offset)
{
  static const guint32 v7m[] = { 0xfff0f003, 0xfff02003, 0xfff03003, 0xfff01003,
                                 0xfff41003, 0xfff42003, 0 };
  static const guint32 v6m[] = { 0xfff0f003, 0xfff02003, 0xfff03003, 0 };

  /* Behind ST's table that of ARM: that of a Cortex-M0+ (ARM DDI 0484C, 3.4). */
  if (is_m33 (self))
    return read_rom_m33 (self, ROM_BASE, offset);
  if (offset >= 0xfd0 && self->model->core == FK_SIM_CORE_M0_PLUS)
    return fk_sim_ppb_read_component_id (0x4c0, ARM_DESIGNER, 1, offset);
  if (offset >= 0xfd0)
    return fk_sim_ppb_read_maker_id (self, offset);
  if (offset == 0xfcc)
    return 1; /* MEMTYPE: system memory is on this bus */
  if (is_v6m (self))
    return offset / 4 < G_N_ELEMENTS (v6m) ? v6m[offset / 4] : 0;
  return offset / 4 < G_N_ELEMENTS (v7m) ? v7m[offset / 4] : 0;
}

/* Cycles since power-on, if the clock had always been what it is. */
static guint32
get_cycles (FkSimChip *self)
{
  return (guint32)(self->now / 1000 * (fk_sim_system_get_clock (self) / 1000) / 1000);
}

static guint32
read_dwt (FkSimChip *self, guint32 offset)
{
  FkSimCore *core = &self->core;

  if (offset >= 0xfd0)
    return fk_sim_ppb_read_component_id (is_v6m (self) ? 0x00a : 0x002, ARM_DESIGNER, 0xe, offset);
  if (offset / 4 >= FK_SIM_N_DWT_WORDS)
    return 0;

  switch (offset)
    {
    case 0x00:
      return is_v6m (self) ? 0x20000000 : (0x40000000 | (core->dwt[0] & 0x0fffffff));
    case 0x04: /* CYCCNT */
      if (is_v6m (self) || (core->dwt[0] & DWT_CTRL_CYCCNTENA) == 0)
        return core->dwt[1];
      return core->dwt[1] + get_cycles (self);
    case 0x1c: /* PCSR */
      {
        guint32 pc = 0xffffffff;

        if (core->state == FK_SIM_CORE_RUNNING)
          fk_sim_core_get_register (self, 15, &pc);
        return pc;
      }
    default:
      return core->dwt[offset / 4];
    }
}

static gboolean
has_v2 (FkSimChip *self)
{
  return fk_sim_model_has_new_breakpoints (self->model);
}

static guint
get_n_breakpoints (FkSimChip *self)
{
  return is_v6m (self) ? 4 : 8; /* of the eight of ARMv7-M the last two are for literals */
}

static guint32
read_fpb (FkSimChip *self, guint32 offset)
{
  FkSimCore *core = &self->core;

  if (offset >= 0xfd0)
    return fk_sim_ppb_read_component_id (is_v6m (self)   ? 0x00b
                                         : has_v2 (self) ? 0x00e
                                                         : 0x003,
                                         ARM_DESIGNER, 0xe, offset);
  /* Version 2 of the unit (ARM DDI 0403E C1.11.3), with eight comparators for code and one for
   * literals. */
  if (has_v2 (self) && offset <= 0x04)
    return offset == 0 ? 0x10000180 | (core->fp_ctrl & 1) : 0;
  if (offset == 0x00)
    return (is_v6m (self) ? 0x40 : 0x260) | (core->fp_ctrl & 1);
  if (offset == 0x04)
    return is_v6m (self) ? 0 : 0x20000000;
  if (offset / 4 - 2 < get_n_breakpoints (self))
    return core->fp_comp[offset / 4 - 2];
  return 0;
}

static void
write_fpb (FkSimChip *self, guint32 offset, guint32 value)
{
  FkSimCore *core = &self->core;

  if (offset == 0x00)
    {
      if (value & FP_CTRL_KEY)
        core->fp_ctrl = value & 1;
    }
  else if (offset >= 0x08 && offset / 4 - 2 < get_n_breakpoints (self))
    core->fp_comp[offset / 4 - 2] = has_v2 (self) ? value : value & 0xdffffffd;
}

/* The address at which a comparator stops the core, or %FALSE.  REPLACE tells which half of the
 * word (ARM DDI 0403E C1.11.5). */
static gboolean
match (guint32 comparator, guint32 start, guint size, guint32 *where)
{
  guint32 word = comparator & 0x1ffffffc;

  if ((comparator & 1) == 0)
    return FALSE;
  for (guint half = 0; half < 2; half++)
    {
      guint32 at = word + 2 * half;

      if ((comparator >> 30 & (1u << half)) != 0 && at - start < size)
        {
          *where = at;
          return TRUE;
        }
    }

  return FALSE;
}

/* Version 2 holds the whole address (ARM DDI 0403E C1.11.5). */
static gboolean
match_v2 (guint32 comparator, guint32 start, guint size, guint32 *where)
{
  *where = comparator & ~1u;
  return (comparator & 1) != 0 && *where - start < size;
}

/* First hardware breakpoint in a run of code. */
gboolean
fk_sim_ppb_find_breakpoint (FkSimChip *self, guint32 start, guint size, guint32 *where)
{
  FkSimCore *core = &self->core;
  gboolean found = FALSE;
  guint n_code = is_v6m (self) ? 4 : has_v2 (self) ? 8 : 6;

  if ((core->fp_ctrl & 1) == 0 || !core->debug_enabled)
    return FALSE;

  for (guint i = 0; i < n_code; i++)
    {
      guint32 at;

      if ((has_v2 (self) ? match_v2 : match) (core->fp_comp[i], start, size, &at) &&
          (!found || at < *where))
        {
          *where = at;
          found = TRUE;
        }
    }

  return found;
}

/* It is elsewhere with a Cortex-M0 and on H7. */
static gboolean
has_dbgmcu (FkSimChip *self)
{
  return !is_v6m (self) && self->model->family != FK_SIM_FAMILY_H7;
}

/* Erratum of F10x (ES096 2.3): the program reads the identity as 0 unless a debugger is there. */
guint32
fk_sim_ppb_read_dbgmcu (FkSimChip *self, guint32 offset, FkSimMaster master)
{
  if (offset == 0)
    {
      if (self->model->family == FK_SIM_FAMILY_F1 && master == FK_SIM_BY_CORE &&
          !self->core.debug_enabled)
        return 0;
      return fk_sim_chip_get_idcode (self);
    }
  return offset / 4 < G_N_ELEMENTS (self->dbgmcu) ? self->dbgmcu[offset / 4] : 0;
}

/* @mask has ones where @value counts. */
void
fk_sim_ppb_write_dbgmcu (FkSimChip *self, guint32 offset, guint32 value, guint32 mask)
{
  if (offset > 0 && offset / 4 < G_N_ELEMENTS (self->dbgmcu))
    self->dbgmcu[offset / 4] = (self->dbgmcu[offset / 4] & ~mask) | (value & mask);
}

gboolean
fk_sim_ppb_read (FkSimChip *self, guint32 address, guint32 *value, FkSimMaster master)
{
  guint32 offset = address & 0xfff;

  switch (address & ~0xfffu)
    {
    case DWT_BASE:
      *value = read_dwt (self, offset);
      return TRUE;
    case FPB_BASE:
      *value = read_fpb (self, offset);
      return TRUE;
    case SCS_BASE:
      *value = fk_sim_scs_read (self, offset);
      return TRUE;
    case ROM_BASE:
      *value = is_m7 (self) ? read_rom_m7 (self, ROM_BASE, offset) : read_rom (self, offset);
      return TRUE;
    case 0xe00fd000:
      *value = read_rom_m7 (self, 0xe00fd000, offset);
      return get_st_table (self) == 0xe00fd000;
    case 0xe00fe000:
      *value = is_m7 (self) ? read_rom_m7 (self, 0xe00fe000, offset)
                            : read_rom_m33 (self, 0xe00fe000, offset);
      return is_m7 (self) || is_m33 (self);
    case DBGMCU: /* of Cortex-M33 the cross trigger interface */
      *value = is_m33 (self) ? 0 : fk_sim_ppb_read_dbgmcu (self, offset, master);
      return has_dbgmcu (self);
    case DBGMCU_M33:
      *value = fk_sim_ppb_read_dbgmcu (self, offset, master);
      return is_m33 (self) && self->model->family != FK_SIM_FAMILY_H5;
    case 0xe0000000: /* ITM */
      *value =
          offset >= 0xfd0 ? fk_sim_ppb_read_component_id (0x001, ARM_DESIGNER, 0xe, offset) : 0;
      return !is_v6m (self);
    case TPIU_BASE:
      *value = offset >= 0xfd0
                   ? fk_sim_ppb_read_component_id (is_m7 (self)                          ? 0x9a9
                                                   : self->model->core == FK_SIM_CORE_M4 ? 0x9a1
                                                                                         : 0x923,
                                                   ARM_DESIGNER, 9, offset)
                   : 0;
      return !is_v6m (self);
    case ETM_BASE:
      *value = offset >= 0xfd0
                   ? fk_sim_ppb_read_component_id (is_m7 (self)                          ? 0x975
                                                   : self->model->core == FK_SIM_CORE_M4 ? 0x925
                                                                                         : 0x924,
                                                   ARM_DESIGNER, 9, offset)
                   : 0;
      return !is_v6m (self);
    default:
      return FALSE;
    }
}

gboolean
fk_sim_ppb_write (FkSimChip *self, guint32 address, guint32 value, guint32 mask, FkSimMaster master)
{
  FkSimCore *core = &self->core;
  guint32 offset = address & 0xfff;

  switch (address & ~0xfffu)
    {
    case DWT_BASE:
      if (offset / 4 < FK_SIM_N_DWT_WORDS)
        core->dwt[offset / 4] = value;
      if (offset == 0x04)
        core->dwt[1] = value - get_cycles (self);
      return TRUE;
    case FPB_BASE:
      write_fpb (self, offset, value);
      return TRUE;
    case SCS_BASE:
      fk_sim_scs_write (self, offset, value, mask, master);
      return TRUE;
    case DBGMCU:
    case DBGMCU_M33:
      if (self->model->family == FK_SIM_FAMILY_H5)
        return (address & ~0xfffu) == DBGMCU;
      if (is_m33 (self) != ((address & ~0xfffu) == DBGMCU_M33))
        return is_m33 (self);
      fk_sim_ppb_write_dbgmcu (self, offset, value, mask);
      return has_dbgmcu (self);
    case ROM_BASE:
      return TRUE;
    case 0xe00fd000:
      return is_m7 (self);
    case 0xe00fe000:
      return is_m7 (self) || is_m33 (self);
    case 0xe0000000:
    case TPIU_BASE:
    case ETM_BASE:
      return !is_v6m (self);
    default:
      return FALSE;
    }
}

/* Debug registers belong to the power domain, not to the reset domain: only power-on clears them
 * (ARM DDI 0403E C1.4.1). */
void
fk_sim_ppb_reset (FkSimChip *self, gboolean power_on)
{
  FkSimCore *core = &self->core;

  core->vtor = self->flash_ops->get_start != NULL ? self->flash_ops->get_start (self) : 0;
  core->aircr = 0;
  core->scr = 0;
  core->ccr = is_v6m (self) ? 0x208 : 0x200; /* STKALIGN; v6-M: UNALIGN_TRP too */
  memset (core->shpr, 0, sizeof core->shpr);
  core->shcsr = 0;
  core->cfsr = 0;
  core->hfsr = 0;
  core->mmfar = 0;
  core->bfar = 0;
  core->cpacr = 0;
  core->icsr = 0;
  memset (core->syst, 0, sizeof core->syst);
  memset (core->nvic_enable, 0, sizeof core->nvic_enable);
  memset (core->nvic_priority, 0, sizeof core->nvic_priority);
  if (!power_on)
    return;

  core->debug_enabled = FALSE;
  core->mask_interrupts = FALSE;
  core->step = FALSE;
  core->register_ready = TRUE;
  core->dcrdr = 0;
  core->demcr = 0;
  core->dfsr = 0;
  core->fp_ctrl = 0;
  memset (core->fp_comp, 0, sizeof core->fp_comp);
  memset (core->dwt, 0, sizeof core->dwt);
}
