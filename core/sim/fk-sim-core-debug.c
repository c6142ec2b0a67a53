/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"

#include <string.h>

/*
 * The private peripheral bus of a Cortex-M core: system control space with the debug registers,
 * breakpoint unit, data watchpoint unit, and the ROM table by which a debugger recognises the
 * maker.  After the ARMv7-M (ARM DDI 0403E, B3 and C1) and ARMv6-M (ARM DDI 0419C, B3 and C1)
 * architecture manuals; what resets what after the Cortex-M3 manual (ARM DDI 0337E, 10.2).
 */

#define DWT_BASE  0xe0001000u
#define FPB_BASE  0xe0002000u
#define SCS_BASE  0xe000e000u
#define TPIU_BASE 0xe0040000u
#define ETM_BASE  0xe0041000u
#define DBGMCU    0xe0042000u
#define ROM_BASE  0xe00ff000u

#define DHCSR_KEY         0xa05f0000u
#define DHCSR_C_DEBUGEN   (1u << 0)
#define DHCSR_C_HALT      (1u << 1)
#define DHCSR_C_STEP      (1u << 2)
#define DHCSR_C_MASKINTS  (1u << 3)
#define DHCSR_S_REGRDY    (1u << 16)
#define DHCSR_S_HALT      (1u << 17)
#define DHCSR_S_SLEEP     (1u << 18)
#define DHCSR_S_LOCKUP    (1u << 19)
#define DHCSR_S_RETIRE_ST (1u << 24)
#define DHCSR_S_RESET_ST  (1u << 25)

#define AIRCR_KEY          0x05fa0000u
#define AIRCR_SYSRESETREQ  (1u << 2)
#define AIRCR_VECTRESET    (1u << 0)
#define DEMCR_MASK_V7M     0x010f07f1u
#define DEMCR_MASK_V6M     0x01000401u
#define FP_CTRL_KEY        (1u << 1)
#define DWT_CTRL_CYCCNTENA (1u << 0)

static gboolean
is_v6m (FkSimChip *self)
{
  return self->model->core == FK_SIM_CORE_M0;
}

/* The last 48 bytes of a CoreSight component: part, designer and class (ARM DDI 0403E, table
 * C1-3).  The ROM table is ST's, with the device identity as its part number; the rest is ARM's. */
static guint32
read_component_id (guint part, guint designer, guint component_class, guint32 offset)
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

static guint32
read_rom (FkSimChip *self, guint32 offset)
{
  static const guint32 v7m[] = { 0xfff0f003, 0xfff02003, 0xfff03003, 0xfff01003,
                                 0xfff41003, 0xfff42003, 0 };
  static const guint32 v6m[] = { 0xfff0f003, 0xfff02003, 0xfff03003, 0 };

  if (offset >= 0xfd0)
    return read_component_id (self->model->idcode & 0xfff, 0x020, 1, offset);
  if (offset == 0xfcc)
    return 1; /* MEMTYPE: system memory is on this bus */
  if (is_v6m (self))
    return offset / 4 < G_N_ELEMENTS (v6m) ? v6m[offset / 4] : 0;
  return offset / 4 < G_N_ELEMENTS (v7m) ? v7m[offset / 4] : 0;
}

static guint32
read_dwt (FkSimChip *self, guint32 offset)
{
  FkSimCore *core = &self->core;

  if (offset >= 0xfd0)
    return read_component_id (is_v6m (self) ? 0x00a : 0x002, 0x43b, 0xe, offset);
  if (offset / 4 >= FK_SIM_N_DWT_WORDS)
    return 0;

  switch (offset)
    {
    case 0x00:
      return is_v6m (self) ? 0x20000000 : (0x40000000 | (core->dwt[0] & 0x0fffffff));
    case 0x04: /* CYCCNT */
      if (is_v6m (self) || (core->dwt[0] & DWT_CTRL_CYCCNTENA) == 0)
        return core->dwt[1];
      return core->dwt[1] +
             (guint32)(self->now / 1000 * (fk_sim_system_get_clock (self) / 1000) / 1000);
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
    return read_component_id (is_v6m (self) ? 0x00b : 0x003, 0x43b, 0xe, offset);
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
    core->fp_comp[offset / 4 - 2] = value & 0xdffffffd;
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

/* First hardware breakpoint in a run of code. */
gboolean
fk_sim_ppb_find_breakpoint (FkSimChip *self, guint32 start, guint size, guint32 *where)
{
  FkSimCore *core = &self->core;
  gboolean found = FALSE;
  guint n_code = is_v6m (self) ? 4 : 6;

  if ((core->fp_ctrl & 1) == 0 || !core->debug_enabled)
    return FALSE;

  for (guint i = 0; i < n_code; i++)
    {
      guint32 at;

      if (match (core->fp_comp[i], start, size, &at) && (!found || at < *where))
        {
          *where = at;
          found = TRUE;
        }
    }

  return found;
}

/* Reading DHCSR clears the two sticky bits (ARM DDI 0403E C1.6.2); a core that is held in reset
 * says so again and again. */
static guint32
read_dhcsr (FkSimChip *self)
{
  FkSimCore *core = &self->core;
  guint32 value = 0;

  if (core->debug_enabled)
    value |= DHCSR_C_DEBUGEN;
  if (core->state == FK_SIM_CORE_HALTED)
    value |= DHCSR_C_HALT | DHCSR_S_HALT;
  if (core->step)
    value |= DHCSR_C_STEP;
  if (core->mask_interrupts)
    value |= DHCSR_C_MASKINTS;
  if (core->register_ready)
    value |= DHCSR_S_REGRDY;
  if (core->state == FK_SIM_CORE_SLEEPING)
    value |= DHCSR_S_SLEEP;
  if (core->state == FK_SIM_CORE_LOCKED_UP)
    value |= DHCSR_S_LOCKUP;
  if (core->retired)
    value |= DHCSR_S_RETIRE_ST;
  if (core->was_reset || core->state == FK_SIM_CORE_IN_RESET)
    value |= DHCSR_S_RESET_ST;
  core->retired = FALSE;
  core->was_reset = FALSE;

  return value;
}

static void
write_dhcsr (FkSimChip *self, guint32 value)
{
  FkSimCore *core = &self->core;

  if ((value & 0xffff0000) != DHCSR_KEY)
    return;

  core->debug_enabled = (value & DHCSR_C_DEBUGEN) != 0;
  if (!core->debug_enabled)
    {
      core->step = FALSE;
      core->mask_interrupts = FALSE;
      fk_sim_core_resume (self);
      return;
    }
  core->step = (value & DHCSR_C_STEP) != 0;
  core->mask_interrupts = (value & DHCSR_C_MASKINTS) != 0;
  if (value & DHCSR_C_HALT)
    fk_sim_core_halt (self, FK_SIM_DFSR_HALTED);
  else if (core->state == FK_SIM_CORE_HALTED && core->step)
    fk_sim_core_step (self);
  else
    fk_sim_core_resume (self);
}

/* A transfer needs a halted core; without one S_REGRDY stays away (ARM DDI 0403E C1.6.3). */
static void
write_dcrsr (FkSimChip *self, guint32 value)
{
  FkSimCore *core = &self->core;
  guint number = value & (is_v6m (self) ? 0x1f : 0x7f);

  core->register_ready = core->state == FK_SIM_CORE_HALTED;
  if (!core->register_ready)
    return;
  if (value & (1u << 16))
    fk_sim_core_set_register (self, number, core->dcrdr);
  else if (!fk_sim_core_get_register (self, number, &core->dcrdr))
    core->dcrdr = 0;
}

static void
write_aircr (FkSimChip *self, guint32 value, FkSimMaster master)
{
  FkSimReset kind = FK_SIM_RESET_SOFTWARE;

  if ((value & 0xffff0000) != AIRCR_KEY)
    return;

  self->core.aircr = value & 0x700;
  if ((value & AIRCR_SYSRESETREQ) == 0)
    {
      if ((value & AIRCR_VECTRESET) == 0 || is_v6m (self))
        return;
      kind = FK_SIM_RESET_CORE;
    }
  if (master == FK_SIM_BY_DEBUG)
    fk_sim_chip_reset (self, kind);
  else
    {
      self->core.reset_wanted = TRUE;
      self->core.reset_kind = kind;
    }
}

static guint32
get_cpuid (FkSimChip *self)
{
  static const guint32 values[] = { 0x410cc200, 0x411fc231, 0x410fc241 };

  return values[self->model->core];
}

static guint32
read_icsr (FkSimChip *self)
{
  return self->core.icsr | (self->core.ipsr & 0x1ff) | (self->core.ipsr != 0 ? 0 : 1u << 11);
}

/* Registers that both architectures have. */
static gboolean
read_scs_common (FkSimChip *self, guint32 offset, guint32 *value)
{
  FkSimCore *core = &self->core;

  switch (offset)
    {
    case 0x010:
    case 0x014:
    case 0x018:
      *value = core->syst[(offset - 0x010) / 4];
      return TRUE;
    case 0x01c:
      *value = 0x40002328;
      return TRUE;
    case 0xd00:
      *value = get_cpuid (self);
      return TRUE;
    case 0xd04:
      *value = read_icsr (self);
      return TRUE;
    case 0xd0c:
      *value = 0xfa050000 | core->aircr;
      return TRUE;
    case 0xd10:
      *value = core->scr;
      return TRUE;
    case 0xd14:
      *value = core->ccr;
      return TRUE;
    case 0xd18:
    case 0xd1c:
    case 0xd20:
      *value = core->shpr[(offset - 0xd18) / 4];
      return TRUE;
    case 0xd24:
      *value = core->shcsr;
      return TRUE;
    case 0xd30:
      *value = core->dfsr;
      return TRUE;
    case 0xdf0:
      *value = read_dhcsr (self);
      return TRUE;
    case 0xdf8:
      *value = core->dcrdr;
      return TRUE;
    case 0xdfc:
      *value = core->demcr;
      return TRUE;
    default:
      return FALSE;
    }
}

/* Registers that only ARMv7-M has; elsewhere they read as 0. */
static guint32
read_scs_v7m (FkSimChip *self, guint32 offset)
{
  FkSimCore *core = &self->core;
  gboolean m4 = self->model->core == FK_SIM_CORE_M4;

  switch (offset)
    {
    case 0x004: /* ICTR: groups of 32 interrupts, less one */
      return m4 ? 2 : 1;
    case 0xd08:
      return core->vtor;
    case 0xd28:
      return core->cfsr;
    case 0xd2c:
      return core->hfsr;
    case 0xd34:
      return core->mmfar;
    case 0xd38:
      return core->bfar;
    case 0xd40: /* ID_PFR0, 1: Thumb-2, the microcontroller programmers' model */
      return 0x30;
    case 0xd44:
      return 0x200;
    case 0xd48:
      return 0x00100000;
    case 0xd60:
      return 0x01141110;
    case 0xd88:
      return core->cpacr;
    case 0xd90: /* MPU_TYPE: eight regions on F4, no MPU on these F1 */
      return m4 ? 0x800 : 0;
    case 0xf40:
      return m4 ? 0x10110021 : 0;
    case 0xf44:
      return m4 ? 0x11000011 : 0;
    default:
      return 0;
    }
}

static guint32
read_nvic (FkSimChip *self, guint32 offset)
{
  FkSimCore *core = &self->core;
  guint32 value = 0;

  if (offset >= 0x100 && offset < 0x120)
    return core->nvic_enable[(offset - 0x100) / 4];
  if (offset >= 0x180 && offset < 0x1a0)
    return core->nvic_enable[(offset - 0x180) / 4];
  if (offset >= 0x400 && offset < 0x4f0)
    {
      for (guint i = 0; i < 4; i++)
        value |= (guint32)core->nvic_priority[offset - 0x400 + i] << (8 * i);
    }

  return value;
}

static guint32
read_scs (FkSimChip *self, guint32 offset)
{
  static const guint16 parts[] = { 0x008, 0x000, 0x00c };
  guint32 value;

  if (offset >= 0xfd0)
    return read_component_id (parts[self->model->core], 0x43b, 0xe, offset);
  if (read_scs_common (self, offset, &value))
    return value;
  if (offset >= 0x100 && offset < 0xd00)
    return read_nvic (self, offset);
  return is_v6m (self) ? 0 : read_scs_v7m (self, offset);
}

static void
write_nvic (FkSimChip *self, guint32 offset, guint32 value, guint32 mask)
{
  FkSimCore *core = &self->core;

  if (offset >= 0x100 && offset < 0x120)
    core->nvic_enable[(offset - 0x100) / 4] |= value & mask;
  else if (offset >= 0x180 && offset < 0x1a0)
    core->nvic_enable[(offset - 0x180) / 4] &= ~(value & mask);
  else if (offset >= 0x400 && offset < 0x4f0)
    {
      for (guint i = 0; i < 4; i++)
        {
          if (mask >> (8 * i) & 0xff)
            core->nvic_priority[offset - 0x400 + i] = value >> (8 * i) & 0xf0;
        }
    }
}

static void
write_scs_v7m (FkSimChip *self, guint32 offset, guint32 value, guint32 mask)
{
  FkSimCore *core = &self->core;

  switch (offset)
    {
    case 0xd08:
      core->vtor = ((core->vtor & ~mask) | (value & mask)) & 0x3fffff80;
      break;
    case 0xd28: /* fault status: ones clear */
      core->cfsr &= ~(value & mask);
      break;
    case 0xd2c:
      core->hfsr &= ~(value & mask);
      break;
    case 0xd34:
      core->mmfar = value;
      break;
    case 0xd38:
      core->bfar = value;
      break;
    case 0xd88:
      core->cpacr = self->model->core == FK_SIM_CORE_M4 ? value & 0x00f00000 : 0;
      break;
    default:
      break;
    }
}

static void
write_scs (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  FkSimCore *core = &self->core;

  switch (offset)
    {
    case 0x010:
      core->syst[0] = value & 7;
      break;
    case 0x014:
      core->syst[1] = value & 0xffffff;
      break;
    case 0x018:
      core->syst[2] = 0;
      break;
    case 0xd0c:
      write_aircr (self, value, master);
      break;
    case 0xd10:
      core->scr = value & 0x16;
      break;
    case 0xd14:
      if (!is_v6m (self))
        core->ccr = value & 0x31b;
      break;
    case 0xd18:
    case 0xd1c:
    case 0xd20:
      core->shpr[(offset - 0xd18) / 4] =
          (core->shpr[(offset - 0xd18) / 4] & ~mask) | (value & mask & 0xf0f0f0f0);
      break;
    case 0xd24:
      core->shcsr = value & 0x0007fd8b;
      break;
    case 0xd30:
      core->dfsr &= ~(value & mask);
      break;
    case 0xdf0: /* "The processor cannot write C_DEBUGEN": to a program DHCSR is read-only here */
      if (master == FK_SIM_BY_DEBUG)
        write_dhcsr (self, value);
      break;
    case 0xdf4:
      if (master == FK_SIM_BY_DEBUG)
        write_dcrsr (self, value);
      break;
    case 0xdf8:
      core->dcrdr = value;
      break;
    case 0xdfc:
      core->demcr = value & (is_v6m (self) ? DEMCR_MASK_V6M : DEMCR_MASK_V7M);
      break;
    default:
      if (offset >= 0x100 && offset < 0xd00)
        write_nvic (self, offset, value, mask);
      else if (!is_v6m (self))
        write_scs_v7m (self, offset, value, mask);
      break;
    }
}

/* Erratum of F10x (ES096 2.3): the program reads the identity as 0 unless a debugger is there. */
static guint32
read_dbgmcu (FkSimChip *self, guint32 offset, FkSimMaster master)
{
  if (offset == 0)
    {
      if (self->model->family == FK_SIM_FAMILY_F1 && master == FK_SIM_BY_CORE &&
          !self->core.debug_enabled)
        return 0;
      return self->model->idcode;
    }
  return offset / 4 < G_N_ELEMENTS (self->dbgmcu) ? self->dbgmcu[offset / 4] : 0;
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
      *value = read_scs (self, offset);
      return TRUE;
    case ROM_BASE:
      *value = read_rom (self, offset);
      return TRUE;
    case DBGMCU:
      *value = read_dbgmcu (self, offset, master);
      return !is_v6m (self);
    case 0xe0000000: /* ITM */
      *value = offset >= 0xfd0 ? read_component_id (0x001, 0x43b, 0xe, offset) : 0;
      return !is_v6m (self);
    case TPIU_BASE:
      *value = offset >= 0xfd0
                   ? read_component_id (self->model->core == FK_SIM_CORE_M4 ? 0x9a1 : 0x923, 0x43b,
                                        9, offset)
                   : 0;
      return !is_v6m (self);
    case ETM_BASE:
      *value = offset >= 0xfd0
                   ? read_component_id (self->model->core == FK_SIM_CORE_M4 ? 0x925 : 0x924, 0x43b,
                                        9, offset)
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
        core->dwt[1] =
            value - (guint32)(self->now / 1000 * (fk_sim_system_get_clock (self) / 1000) / 1000);
      return TRUE;
    case FPB_BASE:
      write_fpb (self, offset, value);
      return TRUE;
    case SCS_BASE:
      write_scs (self, offset, value, mask, master);
      return TRUE;
    case DBGMCU:
      if (offset > 0 && offset / 4 < G_N_ELEMENTS (self->dbgmcu))
        self->dbgmcu[offset / 4] = (self->dbgmcu[offset / 4] & ~mask) | (value & mask);
      return !is_v6m (self);
    case ROM_BASE:
      return TRUE;
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

  core->vtor = 0;
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
