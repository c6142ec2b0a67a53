/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-flash-l1-private.h"

#include <string.h>

#include "base/fk-reader.h"

/*
 * The option bytes of STM32L0 and L1, and what they protect: words of 16 bits with their complement
 * in a memory of their own, which the registers show as they were when they were loaded (RM0038,
 * Option byte block; RM0367 3.4 and 3.8).
 */

#define RDP_SPRMOD   (1u << 8)
#define USER_IWDG_SW (1u << 4)

/* Where WRP4 is kept; between WRP3 and it is nothing (RM0038, Option byte organization). */
#define SMALL 0x20u
#define WRP4  0x80u

guint32
fk_sim_l1_get_options_size (FkSimChip *self)
{
  return fk_sim_l1_get_kind (self)->options_size;
}

static guint8 *
get_word (FkSimChip *self, guint word)
{
  guint32 offset = word < FK_SIM_L1_WRP4 ? 4 * word : WRP4 + 4 * (word - FK_SIM_L1_WRP4);

  return self->options_memory->bytes + offset;
}

static guint
find_word (guint32 offset)
{
  return offset < WRP4 ? offset / 4 : FK_SIM_L1_WRP4 + (offset - WRP4) / 4;
}

static void
store_word (FkSimChip *self, guint word, guint32 value)
{
  value &= 0xffff;
  fk_store_u32le (get_word (self, word), value | ~value << 16);
}

void
fk_sim_l1_make_options (FkSimChip *self)
{
  FkSimMemory *memory = self->options_memory;
  guint n_words = MIN (memory->size, SMALL) / 4;

  if (memory->size > WRP4)
    {
      memory->hole = SMALL;
      memory->hole_size = WRP4 - SMALL;
      n_words += (memory->size - WRP4) / 4;
    }
  for (guint i = 0; i < n_words; i++)
    store_word (self, i,
                i == FK_SIM_L1_RDP    ? 0xaa
                : i == FK_SIM_L1_USER ? fk_sim_l1_get_kind (self)->user_factory
                                      : 0);
}

static gboolean
is_word_whole (guint32 word)
{
  return (word & 0xffff) == (~word >> 16 & 0xffff);
}

/* Of a word of RDP that is not whole: level 1. */
static guint
get_level (guint32 word)
{
  return is_word_whole (word) ? fk_sim_flash_get_level (word) : 1;
}

guint32
fk_sim_l1_get_option (FkSimChip *self, FkSimL1Word word)
{
  return self->flash.options_in_force[word];
}

gboolean
fk_sim_l1_has_pcrop (FkSimChip *self)
{
  return fk_sim_l1_get_kind (self)->has_pcrop &&
         (fk_sim_l1_get_option (self, FK_SIM_L1_RDP) & RDP_SPRMOD) != 0;
}

/* A word that does not agree with its complement: level 1 and PCROP, and all sectors protected in
 * the way that is in force (RM0367 3.4.4). */
static guint32
get_mismatch (FkSimChip *self, guint word)
{
  switch (word)
    {
    case FK_SIM_L1_RDP:
      return RDP_SPRMOD;
    case FK_SIM_L1_USER:
      return fk_sim_l1_get_kind (self)->user_factory;
    default:
      return fk_sim_l1_has_pcrop (self) ? 0 : 0xffff;
    }
}

static void
load_from_memory (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  for (guint i = 0; i < fk_sim_l1_get_kind (self)->n_words; i++)
    {
      guint32 word = fk_load_u32le (get_word (self, i));

      if (!is_word_whole (word))
        {
          word = get_mismatch (self, i);
          flash->sr |=
              i == FK_SIM_L1_USER ? fk_sim_l1_get_kind (self)->user_error : FK_SIM_L1_SR_OPTVERR;
        }
      flash->options_in_force[i] = word & 0xffff;
      if (i == FK_SIM_L1_RDP)
        self->rdp = fk_sim_flash_get_level (word);
    }
}

void
fk_sim_l1_load_options (FkSimChip *self, FkSimReset kind)
{
  if (kind == FK_SIM_RESET_POWER || kind == FK_SIM_RESET_OPTIONS)
    load_from_memory (self);
  if ((fk_sim_l1_get_option (self, FK_SIM_L1_USER) & USER_IWDG_SW) == 0)
    fk_sim_system_start_watchdog (self);
}

/* Whether the bit of the sector at @offset of the flash is set. */
static gboolean
get_sector_bit (FkSimChip *self, guint32 offset)
{
  guint32 sector = offset / FK_SIM_L1_SECTOR;

  return sector / 16 < fk_sim_l1_get_kind (self)->n_words - FK_SIM_L1_WRP1 &&
         (fk_sim_l1_get_option (self, FK_SIM_L1_WRP1 + sector / 16) >> sector % 16 & 1) != 0;
}

/* A bit that is set protects; with PCROP one that is not. */
gboolean
fk_sim_l1_is_write_protected (FkSimChip *self, guint32 offset)
{
  return get_sector_bit (self, offset) != fk_sim_l1_has_pcrop (self);
}

void
fk_sim_l1_program_option (FkSimChip *self, guint32 address, guint32 value)
{
  FkSimFlash *flash = &self->flash;
  guint64 duration = fk_sim_times_flash_l1.eeprom_ns;

  /* Leaving level 1 erases program memory and data EEPROM first. */
  if (address == self->options_memory->base && self->rdp == 1 && get_level (value) == 0)
    duration += fk_sim_times_flash_l1.mass_erase_ns;
  flash->op_address = address;
  flash->op_value = value;
  flash->op_width = 4;
  fk_sim_flash_begin (self, FK_SIM_OP_OPTION_PROGRAM, duration);
}

static void
erase_all (FkSimChip *self)
{
  fk_sim_flash_apply_erase (self, 0, self->flash_memory->size);
  memset (self->eeprom_memory->bytes, 0, self->eeprom_memory->size);
  self->counters.n_mass_erases++;
}

/* PCROP goes with all that is in the flash, and not before; until then sectors can be added to it
 * alone.  The words of write protection stay when all is erased (RM0367 3.4.4). */
void
fk_sim_l1_finish_option (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;
  guint word = find_word (flash->op_address - self->options_memory->base);
  guint32 value = (guint32)flash->op_value;

  if (word == FK_SIM_L1_RDP && self->rdp == 1 && get_level (value) == 0)
    {
      erase_all (self);
      value = (value & ~RDP_SPRMOD) | RDP_SPRMOD << 16;
    }
  else if (word == FK_SIM_L1_RDP && fk_sim_l1_has_pcrop (self))
    value = (value | RDP_SPRMOD) & ~(RDP_SPRMOD << 16);
  else if (word >= FK_SIM_L1_WRP1 && word < fk_sim_l1_get_kind (self)->n_words &&
           fk_sim_l1_has_pcrop (self))
    {
      guint32 gone = ~fk_sim_l1_get_option (self, word) & 0xffff;

      value = (value & ~gone) | gone << 16;
    }
  fk_store_u32le (get_word (self, word), value);
  self->counters.n_programmed++;
  self->counters.n_option_programs++;
}

void
fk_sim_l1_set_protection (FkSimChip *self, guint level)
{
  static const guint8 values[] = { 0xaa, 0x55, 0xcc };
  guint32 word = fk_load_u32le (self->options_memory->bytes);

  store_word (self, FK_SIM_L1_RDP, (word & RDP_SPRMOD) | values[MIN (level, 2)]);
}
