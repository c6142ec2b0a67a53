/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"

/*
 * The registers of the core by the numbers that a debugger uses (DCRSR, ARM DDI 0403E C1.6.3), and
 * what a reset makes of them.  Unicorn keeps most; exception number and Thumb bit are ours.
 */

#define DEMCR_VC_CORERESET (1u << 0)
#define N_KEPT_REGISTERS   13

const int fk_sim_core_general_registers[16] = {
  UC_ARM_REG_R0,  UC_ARM_REG_R1, UC_ARM_REG_R2, UC_ARM_REG_R3, UC_ARM_REG_R4,  UC_ARM_REG_R5,
  UC_ARM_REG_R6,  UC_ARM_REG_R7, UC_ARM_REG_R8, UC_ARM_REG_R9, UC_ARM_REG_R10, UC_ARM_REG_R11,
  UC_ARM_REG_R12, UC_ARM_REG_SP, UC_ARM_REG_LR, UC_ARM_REG_PC,
};

/* Returns: one of Unicorn's registers, UC_ARM_REG_… */
guint32
fk_sim_core_read_uc (FkSimChip *self, int reg)
{
  guint32 value = 0;

  uc_reg_read (self->core.uc, reg, &value);
  return value;
}

static void
write_uc (FkSimChip *self, int reg, guint32 value)
{
  uc_reg_write (self->core.uc, reg, &value);
}

static guint32
get_xpsr (FkSimChip *self)
{
  guint32 value = fk_sim_core_read_uc (self, UC_ARM_REG_XPSR) & 0xfe0ffc00;

  return (value & ~0x01000000u) | (self->core.thumb ? 0x01000000u : 0) | self->core.ipsr;
}

static guint32
get_special_registers (FkSimChip *self)
{
  gboolean v6m = fk_sim_model_is_v6m (self->model);
  guint32 value = (fk_sim_core_read_uc (self, UC_ARM_REG_CONTROL) & 7) << 24;

  value |= fk_sim_core_read_uc (self, UC_ARM_REG_PRIMASK) & 1;
  if (!v6m)
    value |= (fk_sim_core_read_uc (self, UC_ARM_REG_FAULTMASK) & 1) << 16 |
             (fk_sim_core_read_uc (self, UC_ARM_REG_BASEPRI) & 0xff) << 8;

  return value;
}

/* By DCRSR's numbers (ARM DDI 0403E C1.6.3); FALSE where there is no such register. */
gboolean
fk_sim_core_get_register (FkSimChip *self, guint number, guint32 *value)
{
  gboolean fpu = fk_sim_model_has_fpu (self->model);

  if (number < 16)
    *value = fk_sim_core_read_uc (self, fk_sim_core_general_registers[number]);
  else if (number == 16)
    *value = get_xpsr (self);
  else if (number == 17)
    *value = fk_sim_core_read_uc (self, UC_ARM_REG_MSP);
  else if (number == 18)
    *value = fk_sim_core_read_uc (self, UC_ARM_REG_PSP);
  else if (number == 20)
    *value = get_special_registers (self);
  else if (number == 33 && fpu)
    *value = self->core.fpu[32];
  else if (number >= 64 && number < 96 && fpu)
    *value = self->core.fpu[number - 64];
  else
    return FALSE;

  return TRUE;
}

static void
set_xpsr (FkSimChip *self, guint32 value)
{
  write_uc (self, UC_ARM_REG_XPSR, (value & 0xfe0ffc00) | 0x01000000);
  self->core.thumb = (value & 0x01000000) != 0;
  self->core.ipsr = value & 0x1ff;
}

static void
set_special_registers (FkSimChip *self, guint32 value)
{
  write_uc (self, UC_ARM_REG_CONTROL, value >> 24 & 3);
  write_uc (self, UC_ARM_REG_PRIMASK, value & 1);
  if (!fk_sim_model_is_v6m (self->model))
    {
      write_uc (self, UC_ARM_REG_FAULTMASK, value >> 16 & 1);
      write_uc (self, UC_ARM_REG_BASEPRI, value >> 8 & 0xff);
    }
}

gboolean
fk_sim_core_set_register (FkSimChip *self, guint number, guint32 value)
{
  gboolean fpu = fk_sim_model_has_fpu (self->model);

  if (number == 15)
    write_uc (self, UC_ARM_REG_PC, value | 1); /* bit 0 is Unicorn's Thumb flag; ours is EPSR.T */
  else if (number == 13)
    write_uc (self, UC_ARM_REG_SP, value & ~3u);
  else if (number < 16)
    write_uc (self, fk_sim_core_general_registers[number], value);
  else if (number == 16)
    set_xpsr (self, value);
  else if (number == 17)
    write_uc (self, UC_ARM_REG_MSP, value & ~3u);
  else if (number == 18)
    write_uc (self, UC_ARM_REG_PSP, value & ~3u);
  else if (number == 20)
    set_special_registers (self, value);
  else if (number == 33 && fpu)
    self->core.fpu[32] = value;
  else if (number >= 64 && number < 96 && fpu)
    self->core.fpu[number - 64] = value;
  else
    return FALSE;

  return TRUE;
}

void
fk_sim_core_reset (FkSimChip *self)
{
  FkSimCore *core = &self->core;

  core->state = FK_SIM_CORE_IN_RESET;
  core->was_reset = TRUE;
  core->ahead_until = 0;
  core->ps_left_over = 0;
  core->run_time = 0;
  core->run_until = 0;
  core->fault_pending = FALSE;
  core->reset_wanted = FALSE;
  core->stalled = FALSE;
  core->ipsr = 0;
  core->thumb = TRUE;
}

/* As a whole: one by one they cannot be written.  Unicorn takes nothing from a program that gave up
 * its privileges (CONTROL.nPRIV), and has state that no register shows.  R0 to R12 are UNKNOWN
 * after a reset, and stay as they are. */
static void
restore_registers (FkSimChip *self)
{
  guint32 values[N_KEPT_REGISTERS];

  for (guint i = 0; i < N_KEPT_REGISTERS; i++)
    values[i] = fk_sim_core_read_uc (self, fk_sim_core_general_registers[i]);
  uc_context_restore (self->core.uc, self->core.at_reset);
  for (guint i = 0; i < N_KEPT_REGISTERS; i++)
    write_uc (self, fk_sim_core_general_registers[i], values[i]);
}

/* The reset vector is fetched, and the core starts or, with vector catch, stops before its first
 * instruction (ARM DDI 0403E B1.5.5, C1.4.1). */
void
fk_sim_core_release (FkSimChip *self)
{
  FkSimCore *core = &self->core;
  guint32 stack = 0;
  guint32 entry = 0;
  guint32 table = core->vtor;
  gboolean fetched = fk_sim_bus_read (self, table, 4, &stack, FK_SIM_BY_CORE) &&
                     fk_sim_bus_read (self, table + 4, 4, &entry, FK_SIM_BY_CORE);

  restore_registers (self);
  set_xpsr (self, 0x01000000);
  write_uc (self, UC_ARM_REG_MSP, stack & ~3u);
  write_uc (self, UC_ARM_REG_LR, 0xffffffff);
  fk_sim_core_set_register (self, 15, entry & ~1u);
  core->thumb = (entry & 1) != 0;
  core->state = FK_SIM_CORE_RUNNING;
  if (core->debug_enabled && (core->demcr & DEMCR_VC_CORERESET) != 0)
    fk_sim_core_halt (self, FK_SIM_DFSR_VCATCH);
  else if (!fetched)
    {
      core->ipsr = 3;
      fk_sim_core_fault (self, FK_SIM_FAULT_CAUSE_DATA, 0);
    }
}

void
fk_sim_core_halt (FkSimChip *self, guint32 reason)
{
  FkSimCore *core = &self->core;

  /* "The C_HALT bit always clears on a system reset" (ARM DDI 0337E 10.2.1). */
  if (core->state == FK_SIM_CORE_HALTED || core->state == FK_SIM_CORE_IN_RESET)
    return;

  core->state = FK_SIM_CORE_HALTED;
  core->stalled = FALSE;
  core->ahead_until = 0;
  core->register_ready = TRUE;
  core->dfsr |= reason;
}

void
fk_sim_core_resume (FkSimChip *self)
{
  FkSimCore *core = &self->core;

  if (core->state == FK_SIM_CORE_HALTED)
    core->state = FK_SIM_CORE_RUNNING;
}
