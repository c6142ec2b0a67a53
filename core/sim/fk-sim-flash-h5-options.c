/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-flash-h5-private.h"

#include "base/fk-reader.h"

/*
 * The option bytes of STM32H503, and what they protect, after RM0492 (Embedded flash memory): each
 * option register is there twice, as it is in force (CUR) and, 4 behind it, as it is to be (PRG).
 * They are in no memory map; here they are words in a memory that is off the bus.
 *
 * In place of a level of read protection there is a product state.  It goes from one to the next,
 * and back by ST's debug authentication alone, which is not modelled: all states between open and
 * locked are level 1 here.  Not modelled, too: exchanged banks and areas that are hidden (HDP).
 * Values that ST ships were not read of a chip.
 */

#define STATE_SHIFT  8
#define STATE_OPEN   0xedu
#define STATE_CLOSED 0x72u
#define STATE_LOCKED 0x5cu
#define IWDG_SW      (1u << 3)

typedef enum
{
  OPTSR,
  OPTSR2,
  NSBOOTR,
  OTPBLR,
  WRP1R,
  HDP1R,
  WRP2R,
  HDP2R,
  N_OPTIONS,
} Option;

G_STATIC_ASSERT (N_OPTIONS <= FK_SIM_MAX_OPTIONS);

/* Where the register in force is, bits that can be changed, and the value that ST ships. */
static const struct
{
  guint16 offset;
  guint32 mask;
  guint32 factory;
} options[N_OPTIONS] = {
  [OPTSR] = { 0x050, 0x0033ffdf, 0x0030edf8 },   [OPTSR2] = { 0x070, 0x00000658, 0x0000067c },
  [NSBOOTR] = { 0x080, 0xffffffff, 0x080000c3 }, [OTPBLR] = { 0x090, 0xffffffff, 0 },
  [WRP1R] = { 0x0e8, 0x000000ff, 0x000000ff },   [HDP1R] = { 0x0f8, 0, 0x00000007 },
  [WRP2R] = { 0x1e8, 0x000000ff, 0x000000ff },   [HDP2R] = { 0x1f8, 0, 0x00000007 },
};

static guint
get_level (guint32 optsr)
{
  guint state = optsr >> STATE_SHIFT & 0xff;

  return state == STATE_OPEN ? 0 : state == STATE_LOCKED ? 2 : 1;
}

static gboolean
find_register (guint32 offset, Option *option, gboolean *programs)
{
  for (guint i = 0; i < N_OPTIONS; i++)
    {
      if (offset != options[i].offset && offset != options[i].offset + 4u)
        continue;
      *option = i;
      *programs = offset != options[i].offset;
      return TRUE;
    }
  return FALSE;
}

gboolean
fk_sim_h5_read_option (FkSimChip *self, guint32 offset, guint32 *value)
{
  gboolean programs;
  Option option;

  if (!find_register (offset, &option, &programs))
    return FALSE;
  *value = programs ? self->flash.options[option] : self->flash.options_in_force[option];
  return TRUE;
}

void
fk_sim_h5_write_option (FkSimChip *self, guint32 offset, guint32 value, guint32 mask)
{
  gboolean programs;
  Option option;

  if (!find_register (offset, &option, &programs) || !programs)
    return;
  mask &= options[option].mask;
  self->flash.options[option] = (self->flash.options[option] & ~mask) | (value & mask);
}

void
fk_sim_h5_make_options (FkSimChip *self)
{
  for (guint i = 0; i < N_OPTIONS; i++)
    fk_store_u32le (self->options_memory->bytes + 4 * i, options[i].factory);
}

void
fk_sim_h5_load_options (FkSimChip *self, FkSimReset kind)
{
  FkSimFlash *flash = &self->flash;

  for (guint i = 0; i < N_OPTIONS; i++)
    flash->options[i] = flash->options_in_force[i] =
        fk_load_u32le (self->options_memory->bytes + 4 * i);
  self->rdp = get_level (flash->options_in_force[OPTSR]);
  if ((flash->options_in_force[OPTSR] & IWDG_SW) == 0)
    fk_sim_system_start_watchdog (self);
}

/* NSBOOTADD, while the BOOT0 pin is low. */
guint32
fk_sim_h5_get_start (FkSimChip *self)
{
  return self->flash.options_in_force[NSBOOTR] & ~0xffu;
}

guint32
fk_sim_h5_get_bank_size (FkSimChip *self)
{
  return self->flash_memory->size / FK_SIM_H5_N_BANKS;
}

/* @start and @end: in the bank */
gboolean
fk_sim_h5_is_write_protected (FkSimChip *self, guint bank, guint32 start, guint32 end)
{
  guint32 open = self->flash.options_in_force[bank == 0 ? WRP1R : WRP2R];

  for (guint32 at = start - start % FK_SIM_H5_SECTOR; at < end; at += FK_SIM_H5_SECTOR)
    if ((open & 1u << at / FK_SIM_H5_SECTOR) == 0)
      return TRUE;
  return FALSE;
}

/* A lock of OTP is for ever, and so is that of the start address. */
static gboolean
may_change (FkSimChip *self)
{
  const guint32 *old = self->flash.options_in_force;
  const guint32 *now = self->flash.options;
  guint32 state = (old[OPTSR] ^ now[OPTSR]) >> STATE_SHIFT & 0xff;

  return (state == 0 || get_level (old[OPTSR]) == 0) && (old[OTPBLR] & ~now[OTPBLR]) == 0 &&
         ((old[NSBOOTR] & 0xff) == 0xc3 || old[NSBOOTR] == now[NSBOOTR]);
}

/* Returns: whether the change is allowed; it is in force at once then, except for what is looked at
 * in a reset. */
gboolean
fk_sim_h5_finish_options (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  if (!may_change (self))
    return FALSE;
  for (guint i = 0; i < N_OPTIONS; i++)
    {
      flash->options_in_force[i] = flash->options[i];
      fk_store_u32le (self->options_memory->bytes + 4 * i, flash->options[i]);
    }
  self->counters.n_programmed++;
  self->counters.n_option_programs++;
  return TRUE;
}

void
fk_sim_h5_set_protection (FkSimChip *self, guint level)
{
  static const guint8 values[] = { STATE_OPEN, STATE_CLOSED, STATE_LOCKED };

  self->options_memory->bytes[STATE_SHIFT / 8] = values[MIN (level, 2)];
}
