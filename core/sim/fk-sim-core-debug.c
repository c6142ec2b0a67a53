/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"

/*
 * The system control space of a Cortex-M core, with its debug registers.  After the ARMv7-M (ARM
 * DDI 0403E, B3.2 and C1.6) and ARMv6-M (ARM DDI 0419C, B3.2 and C1.6) architecture manuals.
 */

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

#define AIRCR_KEY         0x05fa0000u
#define AIRCR_SYSRESETREQ (1u << 2)
#define AIRCR_VECTRESET   (1u << 0)
#define VTOR              0xd08

#define DEMCR_MASK_V7M 0x010f07f1u
#define DEMCR_MASK_V6M 0x01000401u

static gboolean
is_v6m (FkSimChip *self)
{
  return fk_sim_model_is_v6m (self->model);
}

/* Cortex-M0 has its vectors at 0 for good; M0+ as ST built it has the register (ARM DDI 0484C 4.1).
 */
static gboolean
has_vtor (FkSimChip *self)
{
  return self->model->core != FK_SIM_CORE_M0;
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
      /* Cortex-M7 and M33 have no VECTRESET (their technical reference manuals, AIRCR). */
      if ((value & AIRCR_VECTRESET) == 0 || is_v6m (self) ||
          fk_sim_model_has_new_breakpoints (self->model))
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
  static const guint32 values[] = { 0x410cc200, 0x411fc231, 0x410fc241, 0x410cc601,
                                    0x410fc271, 0x412fc230, 0x410fd214, 0x411fc271 };

  return self->config.cpuid != 0 ? self->config.cpuid : values[self->model->core];
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
  gboolean m4 = fk_sim_model_has_fpu (self->model);
  gboolean m7 = fk_sim_model_is_m7 (self->model);

  switch (offset)
    {
    case 0x004: /* ICTR: groups of 32 interrupts, less one */
      return m7 ? 3 : m4 ? 2 : 1;
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
    case 0xd78: /* CLIDR, CTR, CCSIDR of the data cache of 4 KiB, which stays off here */
      return m7 ? 0x09000003 : 0;
    case 0xd7c:
      return m7 ? 0x8303c003 : 0;
    case 0xd80:
      return m7 ? 0xf003e019 : 0;
    case 0xd88:
      return core->cpacr;
    case 0xd90: /* MPU_TYPE: eight regions on F4, L1 and U5, no MPU on these F1 */
      return m4 || self->model->core == FK_SIM_CORE_M3_R2 ? 0x800 : 0;
    case 0xf40:
      return m4 ? 0x10110021 : 0;
    case 0xf44:
      return m4 ? 0x11000011 : 0;
    case 0xf48:
      return m7 ? 0x40 : 0;
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

guint32
fk_sim_scs_read (FkSimChip *self, guint32 offset)
{
  static const guint16 parts[] = { 0x008, 0x000, 0x00c, 0x008, 0x00c, 0x000, 0xd21, 0x00c };
  guint32 value;

  if (offset >= 0xfd0)
    return fk_sim_ppb_read_component_id (parts[self->model->core], 0x43b, 0xe, offset);
  if (read_scs_common (self, offset, &value))
    return value;
  if (offset >= 0x100 && offset < 0xd00)
    return read_nvic (self, offset);
  if (offset == VTOR && has_vtor (self))
    return self->core.vtor;
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
      core->cpacr = fk_sim_model_has_fpu (self->model) ? value & 0x00f00000 : 0;
      break;
    default:
      break;
    }
}

void
fk_sim_scs_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
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
    case VTOR: /* M0+ has bits 31 to 8 of it, M3 and M4 bits 29 to 7 */
      if (has_vtor (self))
        core->vtor =
            ((core->vtor & ~mask) | (value & mask)) & (is_v6m (self) ? 0xffffff00 : 0x3fffff80);
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
