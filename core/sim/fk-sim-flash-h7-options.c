/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-flash-h7-private.h"

#include "base/fk-reader.h"

/*
 * The option bytes of STM32H743, and what they protect, after RM0433 (4 Embedded flash memory):
 * each option register is there twice, as it is in force (CUR) and, 4 behind it, as it is to be
 * (PRG). They are in no memory map; here they are words in a memory that is off the bus.
 *
 * Not modelled: exchanged banks and the secure area, which an H743 does not have.
 */

#define RDP_SHIFT   8
#define IWDG1_SW    (1u << 4)
#define OPTSR_PLAIN 0x201effdcu
#define SWAP_BANK   (1u << 31)
#define AREA        0x0fff0fffu
#define AREA_ERASE  (1u << 31) /* DMEP */
#define AREA_UNIT   256u

typedef enum
{
  OPTSR,
  PRAR1,
  SCAR1,
  WPSN1,
  BOOT,
  PRAR2,
  SCAR2,
  WPSN2,
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
  [OPTSR] = { 0x01c, OPTSR_PLAIN | SWAP_BANK, 0x1bc6aaf0 },
  [PRAR1] = { 0x028, AREA | AREA_ERASE, 0x000000ff },
  [SCAR1] = { 0x030, 0, 0x000000ff },
  [WPSN1] = { 0x038, 0x000000ff, 0x000000ff },
  [BOOT] = { 0x040, 0xffffffff, 0x1ff00800 },
  [PRAR2] = { 0x128, AREA | AREA_ERASE, 0x000000ff },
  [SCAR2] = { 0x130, 0, 0x000000ff },
  [WPSN2] = { 0x138, 0x000000ff, 0x000000ff },
};

/* The global registers are seen in the second bank's block, too. */
static gboolean
find_register (guint32 offset, Option *option, gboolean *programs)
{
  for (guint i = 0; i < N_OPTIONS; i++)
    {
      guint32 at = i == OPTSR || i == BOOT ? offset & ~0x100u : offset;

      if (at != options[i].offset && at != options[i].offset + 4u)
        continue;
      *option = i;
      *programs = at != options[i].offset;
      return TRUE;
    }
  return FALSE;
}

gboolean
fk_sim_h7_read_option (FkSimChip *self, guint32 offset, guint32 *value)
{
  gboolean programs;
  Option option;

  if (!find_register (offset, &option, &programs))
    return FALSE;
  *value = programs ? self->flash.options[option] : self->flash.options_in_force[option];
  if (option == OPTSR && !programs)
    *value |= (self->flash.op == FK_SIM_OP_OPTION_PROGRAM ? FK_SIM_H7_OPT_BUSY : 0) |
              (self->flash.obr & FK_SIM_H7_OPTCHANGEERR);
  return TRUE;
}

void
fk_sim_h7_write_option (FkSimChip *self, guint32 offset, guint32 value, guint32 mask)
{
  gboolean programs;
  Option option;

  if (!find_register (offset, &option, &programs) || !programs)
    return;
  mask &= options[option].mask;
  self->flash.options[option] = (self->flash.options[option] & ~mask) | (value & mask);
}

void
fk_sim_h7_make_options (FkSimChip *self)
{
  for (guint i = 0; i < N_OPTIONS; i++)
    fk_store_u32le (self->options_memory->bytes + 4 * i, options[i].factory);
}

void
fk_sim_h7_load_options (FkSimChip *self, FkSimReset kind)
{
  FkSimFlash *flash = &self->flash;

  for (guint i = 0; i < N_OPTIONS; i++)
    flash->options[i] = flash->options_in_force[i] =
        fk_load_u32le (self->options_memory->bytes + 4 * i);
  self->rdp = fk_sim_flash_get_level (flash->options_in_force[OPTSR] >> RDP_SHIFT);
  if ((flash->options_in_force[OPTSR] & IWDG1_SW) == 0)
    fk_sim_system_start_watchdog (self);
}

/* BOOT_ADD0, while the BOOT pin is low. */
guint32
fk_sim_h7_get_start (FkSimChip *self)
{
  return self->flash.options_in_force[BOOT] << 16;
}

guint32
fk_sim_h7_get_bank_size (FkSimChip *self)
{
  return self->flash_memory->size / FK_SIM_H7_N_BANKS;
}

/* The end is part of it, and one that ends where it begins is all of the bank. */
static gboolean
find_area (FkSimChip *self, guint bank, guint32 *start, guint32 *end)
{
  guint32 area = self->flash.options_in_force[bank == 0 ? PRAR1 : PRAR2];
  guint32 first = area & 0xfff;
  guint32 last = area >> 16 & 0xfff;

  *start = first == last ? 0 : first * AREA_UNIT;
  *end = first == last ? fk_sim_h7_get_bank_size (self) : (last + 1) * AREA_UNIT;
  return first <= last;
}

/* @start and @end: in the bank */
gboolean
fk_sim_h7_is_under_pcrop (FkSimChip *self, guint bank, guint32 start, guint32 end)
{
  guint32 first;
  guint32 last;

  return find_area (self, bank, &first, &last) && start < last && first < end;
}

/* @start and @end: in the bank */
gboolean
fk_sim_h7_is_write_protected (FkSimChip *self, guint bank, guint32 start, guint32 end)
{
  guint32 open = self->flash.options_in_force[bank == 0 ? WPSN1 : WPSN2];

  for (guint32 at = start - start % FK_SIM_H7_SECTOR; at < end; at += FK_SIM_H7_SECTOR)
    if ((open & 1u << at / FK_SIM_H7_SECTOR) == 0)
      return TRUE;
  return fk_sim_h7_is_under_pcrop (self, bank, start, end);
}

/* Level 1 to level 0 */
gboolean
fk_sim_h7_will_erase (FkSimChip *self)
{
  return self->rdp == 1 && fk_sim_flash_get_level (self->flash.options[OPTSR] >> RDP_SHIFT) == 0;
}

/* Sectors that are under PCROP stay, unless DMEP says that they go, too. */
static void
erase_for_level_0 (FkSimChip *self)
{
  guint32 bank_size = fk_sim_h7_get_bank_size (self);

  for (guint32 at = 0; at < self->flash_memory->size; at += FK_SIM_H7_SECTOR)
    {
      guint bank = at / bank_size;
      guint32 area = self->flash.options_in_force[bank == 0 ? PRAR1 : PRAR2];

      if ((area & AREA_ERASE) != 0 ||
          !fk_sim_h7_is_under_pcrop (self, bank, at % bank_size, at % bank_size + FK_SIM_H7_SECTOR))
        fk_sim_flash_apply_erase (self, at, FK_SIM_H7_SECTOR);
    }
  self->counters.n_mass_erases++;
}

/* An area of PCROP can only grow, and goes with all of the flash. */
static gboolean
may_change_area (FkSimChip *self, Option option)
{
  guint32 old = self->flash.options_in_force[option];
  guint32 now = self->flash.options[option];

  if ((old & 0xfff) > (old >> 16 & 0xfff))
    return TRUE;
  if (fk_sim_h7_will_erase (self) && (old & AREA_ERASE) != 0)
    return TRUE;
  return (now & 0xfff) <= (old & 0xfff) && (now >> 16 & 0xfff) >= (old >> 16 & 0xfff) &&
         ((old & AREA_ERASE) == 0 || (now & AREA_ERASE) != 0);
}

/* A change that is not allowed raises OPTCHANGEERR, and nothing is changed; one that is counts at
 * once, except for what is looked at in a reset. */
void
fk_sim_h7_finish_options (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  if (!may_change_area (self, PRAR1) || !may_change_area (self, PRAR2))
    {
      flash->obr |= FK_SIM_H7_OPTCHANGEERR;
      return;
    }
  if (fk_sim_h7_will_erase (self))
    erase_for_level_0 (self);
  for (guint i = 0; i < N_OPTIONS; i++)
    {
      flash->options_in_force[i] = flash->options[i];
      fk_store_u32le (self->options_memory->bytes + 4 * i, flash->options[i]);
    }
  self->counters.n_programmed++;
  self->counters.n_option_programs++;
  self->rdp = fk_sim_flash_get_level (flash->options_in_force[OPTSR] >> RDP_SHIFT);
  fk_sim_core_protect_flash (self);
}

void
fk_sim_h7_set_protection (FkSimChip *self, guint level)
{
  static const guint8 values[] = { 0xaa, 0x55, 0xcc };

  self->options_memory->bytes[RDP_SHIFT / 8] = values[MIN (level, 2)];
}
