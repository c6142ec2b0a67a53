/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-flash-h7-private.h"

#include "base/fk-reader.h"

/*
 * The option bytes of H7, and what they protect, after RM0433 (4 Embedded flash memory):
 * each option register is there twice, as it is in force (CUR) and, 4 behind it, as it is to be
 * (PRG). They are in no memory map; here they are words in a memory that is off the bus.
 *
 * Not modelled: exchanged banks and the secure area, which not every part has.
 */

#define RDP_SHIFT  8
#define IWDG1_SW   (1u << 4)
#define AREA_ERASE (1u << 31) /* DMEP */
#define AREA_UNIT  256u

/* The global registers are seen in the second bank's block, too. */
static gboolean
find_register (FkSimChip *self, guint32 offset, FkSimH7Option *option, gboolean *programs)
{
  const FkSimH7Kind *kind = fk_sim_h7_get_kind (self);

  for (guint i = 0; i < FK_SIM_H7_N_OPTIONS; i++)
    {
      guint32 first = kind->words[i].offset;
      gboolean mirrored = kind->n_banks > 1 && (i == FK_SIM_H7_OPTSR || i == FK_SIM_H7_BOOT);
      guint32 at = mirrored ? offset & ~0x100u : offset;

      if (first == 0 || (at != first && at != first + 4))
        continue;
      *option = i;
      *programs = at != first;
      return TRUE;
    }
  return FALSE;
}

gboolean
fk_sim_h7_read_option (FkSimChip *self, guint32 offset, guint32 *value)
{
  gboolean programs;
  FkSimH7Option option;

  if (!find_register (self, offset, &option, &programs))
    return FALSE;
  *value = programs ? self->flash.options[option] : self->flash.options_in_force[option];
  if (option == FK_SIM_H7_OPTSR && !programs)
    *value |= (self->flash.op == FK_SIM_OP_OPTION_PROGRAM ? FK_SIM_H7_OPT_BUSY : 0) |
              (self->flash.obr & FK_SIM_H7_OPTCHANGEERR);
  return TRUE;
}

void
fk_sim_h7_write_option (FkSimChip *self, guint32 offset, guint32 value, guint32 mask)
{
  gboolean programs;
  FkSimH7Option option;

  if (!find_register (self, offset, &option, &programs) || !programs)
    return;
  mask &= fk_sim_h7_get_kind (self)->words[option].mask;
  self->flash.options[option] = (self->flash.options[option] & ~mask) | (value & mask);
}

void
fk_sim_h7_make_options (FkSimChip *self)
{
  for (guint i = 0; i < FK_SIM_H7_N_OPTIONS; i++)
    fk_store_u32le (self->options_memory->bytes + 4 * i,
                    fk_sim_h7_get_kind (self)->words[i].factory);
}

void
fk_sim_h7_load_options (FkSimChip *self, FkSimReset kind)
{
  FkSimFlash *flash = &self->flash;

  for (guint i = 0; i < FK_SIM_H7_N_OPTIONS; i++)
    flash->options[i] = flash->options_in_force[i] =
        fk_load_u32le (self->options_memory->bytes + 4 * i);
  self->rdp = fk_sim_flash_get_level (flash->options_in_force[FK_SIM_H7_OPTSR] >> RDP_SHIFT);
  if ((flash->options_in_force[FK_SIM_H7_OPTSR] & IWDG1_SW) == 0)
    fk_sim_system_start_watchdog (self);
}

/* BOOT_ADD0, while the BOOT pin is low. */
guint32
fk_sim_h7_get_start (FkSimChip *self)
{
  return self->flash.options_in_force[FK_SIM_H7_BOOT] << 16;
}

/* With the gap behind it. */
guint32
fk_sim_h7_get_bank_size (FkSimChip *self)
{
  const FkSimMemory *flash = self->flash_memory;

  return flash->hole_size > 0 ? flash->hole + flash->hole_size
                              : flash->size / fk_sim_h7_get_kind (self)->n_banks;
}

/* The end is part of it, and one that ends where it begins is all of the bank. */
static gboolean
find_area (FkSimChip *self, guint bank, guint32 *start, guint32 *end)
{
  guint32 area = self->flash.options_in_force[bank == 0 ? FK_SIM_H7_PRAR1 : FK_SIM_H7_PRAR2];
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
  const FkSimH7Kind *kind = fk_sim_h7_get_kind (self);
  guint32 open = self->flash.options_in_force[bank == 0 ? FK_SIM_H7_WPSN1 : FK_SIM_H7_WPSN2];
  guint32 unit = kind->sector * kind->sectors_per_bit;

  for (guint32 at = start - start % unit; at < end; at += unit)
    if ((open & 1u << at / unit) == 0)
      return TRUE;
  return fk_sim_h7_is_under_pcrop (self, bank, start, end);
}

/* Level 1 to level 0 */
gboolean
fk_sim_h7_will_erase (FkSimChip *self)
{
  return self->rdp == 1 &&
         fk_sim_flash_get_level (self->flash.options[FK_SIM_H7_OPTSR] >> RDP_SHIFT) == 0;
}

/* Sectors that are under PCROP stay, unless DMEP says that they go, too. */
static void
erase_for_level_0 (FkSimChip *self)
{
  guint32 sector = fk_sim_h7_get_kind (self)->sector;
  guint32 bank_size = fk_sim_h7_get_bank_size (self);

  for (guint32 at = 0; at < self->flash_memory->size; at += sector)
    {
      guint bank = at / bank_size;
      guint32 area = self->flash.options_in_force[bank == 0 ? FK_SIM_H7_PRAR1 : FK_SIM_H7_PRAR2];

      if ((area & AREA_ERASE) != 0 ||
          !fk_sim_h7_is_under_pcrop (self, bank, at % bank_size, at % bank_size + sector))
        fk_sim_flash_apply_erase (self, at, sector);
    }
  self->counters.n_mass_erases++;
}

/* An area of PCROP can only grow, and goes with all of the flash. */
static gboolean
may_change_area (FkSimChip *self, FkSimH7Option option)
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

  if (!may_change_area (self, FK_SIM_H7_PRAR1) || !may_change_area (self, FK_SIM_H7_PRAR2))
    {
      flash->obr |= FK_SIM_H7_OPTCHANGEERR;
      return;
    }
  if (fk_sim_h7_will_erase (self))
    erase_for_level_0 (self);
  for (guint i = 0; i < FK_SIM_H7_N_OPTIONS; i++)
    {
      flash->options_in_force[i] = flash->options[i];
      fk_store_u32le (self->options_memory->bytes + 4 * i, flash->options[i]);
    }
  self->counters.n_programmed++;
  self->counters.n_option_programs++;
  self->rdp = fk_sim_flash_get_level (flash->options_in_force[FK_SIM_H7_OPTSR] >> RDP_SHIFT);
  fk_sim_core_protect_flash (self);
}

void
fk_sim_h7_set_protection (FkSimChip *self, guint level)
{
  static const guint8 values[] = { 0xaa, 0x55, 0xcc };

  self->options_memory->bytes[RDP_SHIFT / 8] = values[MIN (level, 2)];
}
