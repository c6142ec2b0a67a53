/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-flash-l5-private.h"

#include <string.h>

#include "base/fk-reader.h"

/*
 * The options of STM32L5 and U5, and what they protect: read protection and write protection. Words
 * and bits after RM0438 (6 Embedded flash memory) and RM0456 (7 Embedded flash memory).  They are
 * seen in their registers alone; here each has a word of cells behind it, at the same distance from
 * the others.
 *
 * Not modelled: TrustZone (and with it level 0.5, whose value means level 1 here, as any other),
 * exchanged banks, what protects the second half of a single bank, and the keys that lock the way
 * back from a protection level; the bits that would ask for them stay 0.
 */

#define FIRST 0x40 /* the offset of OPTR */

#define OPTR_IWDG_SW  (1u << 16)
#define OPTR_DB256K   (1u << 21) /* L5 */
#define OPTR_DUALBANK (1u << 21) /* U5 */
#define OPTR_DBANK    (1u << 22) /* L5 */
#define OPTR_NSWBOOT0 (1u << 26)
#define OPTR_NBOOT0   (1u << 27)

#define WRP_UNLOCK (1u << 31)

/* The page number has its bits 3 to 9. */
static const FkSimL5Kind l552 = {
  .times = &fk_sim_times_flash_l4,
  .unit = 8,
  .acr_plain = 0x0000e00f,
  .cr_plain = 0x03008bff,
  .page = 2048,
  .pages = 0x7f,
  .two_banks = OPTR_DB256K,
  .two_banks_largest = OPTR_DBANK,
  .small_pages = OPTR_DBANK,
  .options = {
    [FK_SIM_L5_OPTR] = { 0x7f6f77ff, 0x7feff8aa },
    [FK_SIM_L5_NSBOOTADD0R] = { 0xffffff80, 0x0800007f },
    [FK_SIM_L5_NSBOOTADD1R] = { 0xffffff80, 0x0bf9007f },
    [FK_SIM_L5_SECBOOTADD0R] = { 0, 0x0c00007c },
    [FK_SIM_L5_SECWM1R1] = { 0, 0xff80ffff },
    [FK_SIM_L5_SECWM1R2] = { 0, 0x0f800f80 },
    [FK_SIM_L5_WRP1AR] = { 0x007f007f, 0xff80ffff },
    [FK_SIM_L5_WRP1BR] = { 0x007f007f, 0xff80ffff },
    [FK_SIM_L5_SECWM2R1] = { 0, 0xff80ffff },
    [FK_SIM_L5_SECWM2R2] = { 0, 0x0f800f80 },
    [FK_SIM_L5_WRP2AR] = { 0x007f007f, 0xff80ffff },
    [FK_SIM_L5_WRP2BR] = { 0x007f007f, 0xff80ffff },
  },
};

static const FkSimL5Kind u575 = {
  .times = &fk_sim_times_flash_u5,
  .unit = 16,
  .acr_reset = 0x1,
  .acr_plain = 0x0000490f,
  .cr_plain = 0x0300cbff,
  .waits = TRUE,
  .page = 8192,
  .pages = 0x7f,
  .two_banks = OPTR_DUALBANK,
  .locks_areas = TRUE,
  .options = {
    [FK_SIM_L5_OPTR] = { 0x7feff7ff, 0x1feff8aa },
    [FK_SIM_L5_NSBOOTADD0R] = { 0xffffff80, 0x0800007f },
    [FK_SIM_L5_NSBOOTADD1R] = { 0xffffff80, 0x0bf9007f },
    [FK_SIM_L5_SECBOOTADD0R] = { 0, 0x0c00007c },
    [FK_SIM_L5_SECWM1R1] = { 0, 0xff80ffff },
    [FK_SIM_L5_SECWM1R2] = { 0, 0x0f800f80 },
    [FK_SIM_L5_WRP1AR] = { 0x807f007f, 0x8000007f },
    [FK_SIM_L5_WRP1BR] = { 0x807f007f, 0x8000007f },
    [FK_SIM_L5_SECWM2R1] = { 0, 0xff80ffff },
    [FK_SIM_L5_SECWM2R2] = { 0, 0x0f800f80 },
    [FK_SIM_L5_WRP2AR] = { 0x807f007f, 0x8000007f },
    [FK_SIM_L5_WRP2BR] = { 0x807f007f, 0x8000007f },
  },
};

static const struct
{
  FkSimL5Option option;
  guint bank;
} wrps[] = {
  { FK_SIM_L5_WRP1AR, 0 },
  { FK_SIM_L5_WRP1BR, 0 },
  { FK_SIM_L5_WRP2AR, 1 },
  { FK_SIM_L5_WRP2BR, 1 },
};

const FkSimL5Kind *
fk_sim_l5_get_kind (FkSimChip *self)
{
  return self->model->family == FK_SIM_FAMILY_L5 ? &l552 : &u575;
}

static void
store_option (FkSimChip *self, FkSimL5Option option, guint32 value)
{
  fk_store_u32le (self->options_memory->bytes + 4 * option, value);
}

void
fk_sim_l5_make_options (FkSimChip *self)
{
  for (guint i = 0; i < FK_SIM_L5_N_OPTIONS; i++)
    store_option (self, i, fk_sim_l5_get_kind (self)->options[i].factory);
}

/* When power comes and by OBL_LAUNCH; any reset takes what was loaded into the registers again. */
void
fk_sim_l5_load_options (FkSimChip *self, FkSimReset kind)
{
  FkSimFlash *flash = &self->flash;

  if (kind == FK_SIM_RESET_POWER || kind == FK_SIM_RESET_OPTIONS)
    {
      for (guint i = 0; i < FK_SIM_L5_N_OPTIONS; i++)
        flash->options_in_force[i] = fk_load_u32le (self->options_memory->bytes + 4 * i);
      self->rdp = fk_sim_flash_get_level (flash->options_in_force[FK_SIM_L5_OPTR]);
    }
  memcpy (flash->options, flash->options_in_force, sizeof flash->options);
  if ((flash->options_in_force[FK_SIM_L5_OPTR] & OPTR_IWDG_SW) == 0)
    fk_sim_system_start_watchdog (self);
}

/* Where the vector table is, in units of 128 bytes: pin BOOT0 is low on all boards, and nBOOT0 is
 * asked in its place while nSWBOOT0 is 0 (RM0456, Boot modes). */
guint32
fk_sim_flash_l5_get_boot (FkSimChip *self)
{
  const guint32 *words = self->flash.options_in_force;
  gboolean second = (words[FK_SIM_L5_OPTR] & (OPTR_NSWBOOT0 | OPTR_NBOOT0)) == 0;

  return words[second ? FK_SIM_L5_NSBOOTADD1R : FK_SIM_L5_NSBOOTADD0R] & ~0x7fu;
}

/* All of a U5's silicon has two banks; DUALBANK divides what has half of it (RM0456, FLASH_OPTR).
 * The largest L5 is divided by DBANK, the other one by DB256K (RM0438, FLASH_OPTR). */
gboolean
fk_sim_l5_has_two_banks (FkSimChip *self)
{
  const FkSimL5Kind *kind = fk_sim_l5_get_kind (self);
  guint32 bit = self->flash_memory->size == self->model->flash_size ? kind->two_banks_largest
                                                                    : kind->two_banks;

  return (self->flash.options_in_force[FK_SIM_L5_OPTR] & bit) == bit;
}

guint32
fk_sim_l5_get_bank_size (FkSimChip *self)
{
  return fk_sim_l5_has_two_banks (self) ? self->flash_memory->size / 2 : self->flash_memory->size;
}

guint32
fk_sim_l5_get_page_size (FkSimChip *self)
{
  const FkSimL5Kind *kind = fk_sim_l5_get_kind (self);
  guint32 optr = self->flash.options_in_force[FK_SIM_L5_OPTR];

  return (optr & kind->small_pages) == kind->small_pages ? kind->page : 2 * kind->page;
}

/* @start and @end: in the bank */
gboolean
fk_sim_l5_is_write_protected (FkSimChip *self, guint bank, guint32 start, guint32 end)
{
  guint32 pages = fk_sim_l5_get_kind (self)->pages;
  guint32 page = fk_sim_l5_get_page_size (self);

  for (guint i = 0; i < G_N_ELEMENTS (wrps); i++)
    {
      guint32 area = self->flash.options_in_force[wrps[i].option];
      guint32 first = area & pages;
      guint32 last = area >> 16 & pages;

      if (wrps[i].bank == bank && first <= last && start < (last + 1) * page && first * page < end)
        return TRUE;
    }
  return FALSE;
}

gboolean
fk_sim_l5_find_option (guint32 offset, guint *option)
{
  *option = (offset - FIRST) / 4;
  return offset >= FIRST && *option < FK_SIM_L5_N_OPTIONS;
}

void
fk_sim_l5_write_option (FkSimChip *self, guint option, guint32 value, guint32 mask)
{
  guint32 *word = &self->flash.options[option];

  mask &= fk_sim_l5_get_kind (self)->options[option].mask;
  *word = (*word & ~mask) | (value & mask);
}

/* An area whose UNLOCK is 0 stays as it is until level 1 is left (RM0456, FLASH_WRP1AR). */
static void
keep_locked_areas (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  if (!fk_sim_l5_get_kind (self)->locks_areas)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (wrps); i++)
    if ((flash->options_in_force[wrps[i].option] & WRP_UNLOCK) == 0)
      flash->options[wrps[i].option] = flash->options_in_force[wrps[i].option];
}

/* Level 1 to level 0 erases the flash, and is refused to whoever has not shown the OEM1 key where
 * there is one (RM0456 7, Readout protection). */
void
fk_sim_l5_finish_options (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;
  gboolean opens = self->rdp == 1 && fk_sim_flash_get_level (flash->options[FK_SIM_L5_OPTR]) == 0;

  if (opens && self->config.owner_key)
    {
      flash->sr |= FK_SIM_L5_SR_OPTWERR;
      return;
    }
  if (opens)
    {
      fk_sim_flash_apply_erase (self, 0, self->flash_memory->size);
      self->counters.n_mass_erases++;
    }
  else
    keep_locked_areas (self);
  for (guint i = 0; i < FK_SIM_L5_N_OPTIONS; i++)
    store_option (self, i, flash->options[i]);
  self->counters.n_programmed++;
  self->counters.n_option_programs++;
}

void
fk_sim_l5_set_protection (FkSimChip *self, guint level)
{
  static const guint8 values[] = { 0xaa, 0xdc, 0xcc };
  guint32 optr = fk_load_u32le (self->options_memory->bytes);

  store_option (self, FK_SIM_L5_OPTR, (optr & ~0xffu) | values[MIN (level, 2)]);
}
