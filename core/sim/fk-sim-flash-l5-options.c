/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-flash-l5-private.h"

#include <string.h>

#include "base/fk-reader.h"

/*
 * The options of STM32U5, and what they protect: read protection and write protection.  Words and
 * bits after RM0456 (7 Embedded flash memory).  They are seen in their registers alone; here each
 * has a word of cells behind it, at the same distance from the others.
 *
 * Not modelled: TrustZone (and with it level 0.5, whose value means level 1 here, as any other),
 * exchanged banks and the keys that lock the way back from a protection
 * level; the bits that would ask for them stay 0.
 */

#define FIRST 0x40 /* the offset of OPTR */

#define OPTR_IWDG_SW  (1u << 16)
#define OPTR_DUALBANK (1u << 21)
#define OPTR_NSWBOOT0 (1u << 26)
#define OPTR_NBOOT0   (1u << 27)

#define WRP_UNLOCK (1u << 31)

typedef enum
{
  OPTR,
  NSBOOTADD0R,
  NSBOOTADD1R,
  SECBOOTADD0R,
  SECWM1R1,
  SECWM1R2,
  WRP1AR,
  WRP1BR,
  SECWM2R1,
  SECWM2R2,
  WRP2AR,
  WRP2BR,
  N_OPTIONS,
} Option;

G_STATIC_ASSERT (OPTR == FK_SIM_L5_OPTR && N_OPTIONS == FK_SIM_L5_N_OPTIONS);
G_STATIC_ASSERT (N_OPTIONS <= FK_SIM_MAX_OPTIONS);

/* Bits that can be written, and the value that ST ships. */
static const struct
{
  guint32 mask;
  guint32 factory;
} options[N_OPTIONS] = {
  [OPTR] = { 0x7feff7ff, 0x1feff8aa },
  [NSBOOTADD0R] = { 0xffffff80, 0x0800007f },
  [NSBOOTADD1R] = { 0xffffff80, 0x0bf9007f },
  [SECBOOTADD0R] = { 0, 0x0c00007c },
  [SECWM1R1] = { 0, 0xff80ffff },
  [SECWM1R2] = { 0, 0x0f800f80 },
  [WRP1AR] = { 0x807f007f, 0x8000007f },
  [WRP1BR] = { 0x807f007f, 0x8000007f },
  [SECWM2R1] = { 0, 0xff80ffff },
  [SECWM2R2] = { 0, 0x0f800f80 },
  [WRP2AR] = { 0x807f007f, 0x8000007f },
  [WRP2BR] = { 0x807f007f, 0x8000007f },
};

static const struct
{
  Option option;
  guint bank;
} wrps[] = {
  { WRP1AR, 0 },
  { WRP1BR, 0 },
  { WRP2AR, 1 },
  { WRP2BR, 1 },
};

static void
store_option (FkSimChip *self, Option option, guint32 value)
{
  fk_store_u32le (self->options_memory->bytes + 4 * option, value);
}

void
fk_sim_l5_make_options (FkSimChip *self)
{
  for (guint i = 0; i < N_OPTIONS; i++)
    store_option (self, i, options[i].factory);
}

/* When power comes and by OBL_LAUNCH; any reset takes what was loaded into the registers again. */
void
fk_sim_l5_load_options (FkSimChip *self, FkSimReset kind)
{
  FkSimFlash *flash = &self->flash;

  if (kind == FK_SIM_RESET_POWER || kind == FK_SIM_RESET_OPTIONS)
    {
      for (guint i = 0; i < N_OPTIONS; i++)
        flash->options_in_force[i] = fk_load_u32le (self->options_memory->bytes + 4 * i);
      self->rdp = fk_sim_flash_get_level (flash->options_in_force[OPTR]);
    }
  memcpy (flash->options, flash->options_in_force, sizeof flash->options);
  if ((flash->options_in_force[OPTR] & OPTR_IWDG_SW) == 0)
    fk_sim_system_start_watchdog (self);
}

/* Where the vector table is, in units of 128 bytes: pin BOOT0 is low on all boards, and nBOOT0 is
 * asked in its place while nSWBOOT0 is 0 (RM0456, Boot modes). */
guint32
fk_sim_flash_l5_get_boot (FkSimChip *self)
{
  const guint32 *words = self->flash.options_in_force;
  gboolean second = (words[OPTR] & (OPTR_NSWBOOT0 | OPTR_NBOOT0)) == 0;

  return words[second ? NSBOOTADD1R : NSBOOTADD0R] & ~0x7fu;
}

/* All of the silicon has two banks; DUALBANK divides what has half of it (RM0456, FLASH_OPTR). */
gboolean
fk_sim_l5_has_two_banks (FkSimChip *self)
{
  return self->flash_memory->size == self->model->flash_size ||
         (self->flash.options_in_force[OPTR] & OPTR_DUALBANK) != 0;
}

guint32
fk_sim_l5_get_bank_size (FkSimChip *self)
{
  return fk_sim_l5_has_two_banks (self) ? self->flash_memory->size / 2 : self->flash_memory->size;
}

/* @start and @end: in the bank */
gboolean
fk_sim_l5_is_write_protected (FkSimChip *self, guint bank, guint32 start, guint32 end)
{
  for (guint i = 0; i < G_N_ELEMENTS (wrps); i++)
    {
      guint32 area = self->flash.options_in_force[wrps[i].option];
      guint32 first = area & 0x7f;
      guint32 last = area >> 16 & 0x7f;

      if (wrps[i].bank == bank && first <= last && start < (last + 1) * FK_SIM_L5_PAGE &&
          first * FK_SIM_L5_PAGE < end)
        return TRUE;
    }
  return FALSE;
}

gboolean
fk_sim_l5_find_option (guint32 offset, guint *option)
{
  *option = (offset - FIRST) / 4;
  return offset >= FIRST && *option < N_OPTIONS;
}

void
fk_sim_l5_write_option (FkSimChip *self, guint option, guint32 value, guint32 mask)
{
  guint32 *word = &self->flash.options[option];

  mask &= options[option].mask;
  *word = (*word & ~mask) | (value & mask);
}

/* An area whose UNLOCK is 0 stays as it is until level 1 is left (RM0456, FLASH_WRP1AR). */
static void
keep_locked_areas (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  for (guint i = 0; i < G_N_ELEMENTS (wrps); i++)
    if ((flash->options_in_force[wrps[i].option] & WRP_UNLOCK) == 0)
      flash->options[wrps[i].option] = flash->options_in_force[wrps[i].option];
}

/* Level 1 to level 0 erases the flash (RM0456 7, Readout protection). */
void
fk_sim_l5_finish_options (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  if (self->rdp == 1 && fk_sim_flash_get_level (flash->options[OPTR]) == 0)
    {
      fk_sim_flash_apply_erase (self, 0, self->flash_memory->size);
      self->counters.n_mass_erases++;
    }
  else
    keep_locked_areas (self);
  for (guint i = 0; i < N_OPTIONS; i++)
    store_option (self, i, flash->options[i]);
  self->counters.n_programmed++;
  self->counters.n_option_programs++;
}

void
fk_sim_l5_set_protection (FkSimChip *self, guint level)
{
  static const guint8 values[] = { 0xaa, 0xdc, 0xcc };
  guint32 optr = fk_load_u32le (self->options_memory->bytes);

  store_option (self, OPTR, (optr & ~0xffu) | values[MIN (level, 2)]);
}
