/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-flash-l4-private.h"

#include <string.h>

#include "base/fk-reader.h"

/*
 * The option bytes of STM32G0B1, L476, L4R5, G431 and G474, and what they protect: read protection,
 * write protection, PCROP, the securable area.  Loading and the rules of protection after
 * RM0440 3.4.2 and 3.5, which state them for the same controller on G4; words in
 * fk-sim-flash-l4-kinds.c.
 */

#define OPTR_IWDG_SW (1u << 16)
#define PCROP_RDP    (1u << 31)

/* The four areas of each kind: where they begin and end, and in which bank. */
static const struct
{
  FkSimL4Option start;
  FkSimL4Option end;
  guint bank;
} pcrops[] = {
  { FK_SIM_L4_PCROP1ASR, FK_SIM_L4_PCROP1AER, 0 },
  { FK_SIM_L4_PCROP1BSR, FK_SIM_L4_PCROP1BER, 0 },
  { FK_SIM_L4_PCROP2ASR, FK_SIM_L4_PCROP2AER, 1 },
  { FK_SIM_L4_PCROP2BSR, FK_SIM_L4_PCROP2BER, 1 },
};

static const struct
{
  FkSimL4Option option;
  guint bank;
} wrps[] = {
  { FK_SIM_L4_WRP1AR, 0 },
  { FK_SIM_L4_WRP1BR, 0 },
  { FK_SIM_L4_WRP2AR, 1 },
  { FK_SIM_L4_WRP2BR, 1 },
};

static gboolean
has_option (FkSimChip *self, FkSimL4Option option)
{
  return fk_sim_l4_get_kind (self)->words[option].mask != 0;
}

/* Among the option bytes in memory, which are in two parts on some */
static guint8 *
find_option_bytes (FkSimChip *self, FkSimL4Option option)
{
  guint32 address = self->options_memory->base + fk_sim_l4_get_kind (self)->words[option].memory;
  FkSimMemory *memory = fk_sim_bus_find_memory (self, address, 8);

  return memory->bytes + (address - memory->base);
}

static void
store_option (FkSimChip *self, FkSimL4Option option, guint32 value)
{
  guint8 *at;

  if (!has_option (self, option))
    return;
  at = find_option_bytes (self, option);
  fk_store_u32le (at, value);
  fk_store_u32le (at + 4, ~value);
}

/* What a register shows, and what is programmed from it. */
guint32
fk_sim_l4_read_option (FkSimChip *self, guint option)
{
  const FkSimL4Kind *kind = fk_sim_l4_get_kind (self);

  return self->flash.options[option] | (kind->ones ? ~kind->words[option].mask : 0);
}

static guint32
get_factory (FkSimChip *self, FkSimL4Option option)
{
  return fk_sim_l4_get_kind (self)->words[option].factory;
}

void
fk_sim_l4_make_options (FkSimChip *self)
{
  const FkSimL4Kind *kind = fk_sim_l4_get_kind (self);

  for (guint i = 0; i < FK_SIM_L4_N_OPTIONS; i++)
    store_option (self, i, get_factory (self, i) | (kind->ones ? ~kind->words[i].mask : 0));
}

static void
load_from_memory (FkSimChip *self)
{
  const FkSimL4Kind *kind = fk_sim_l4_get_kind (self);
  FkSimFlash *flash = &self->flash;

  for (guint i = 0; i < FK_SIM_L4_N_OPTIONS; i++)
    {
      const guint8 *at;
      guint32 value;

      if (!has_option (self, i))
        continue;
      at = find_option_bytes (self, i);
      value = fk_load_u32le (at);
      if (value != ~fk_load_u32le (at + 4))
        {
          value = kind->words[i].mismatch;
          flash->sr |= FK_SIM_L4_SR_OPTVERR;
        }
      flash->options_in_force[i] = value & kind->words[i].mask;
    }
  self->rdp = fk_sim_flash_get_level (flash->options_in_force[FK_SIM_L4_OPTR]);
  if (fk_load_u32le (self->flash_memory->bytes) == 0xffffffff)
    {
      flash->acr |= kind->acr_empty;
      flash->sr |= kind->sr_empty;
    }
  else
    {
      flash->acr &= ~kind->acr_empty;
      flash->sr &= ~kind->sr_empty;
    }
}

/* Option bytes are loaded by OBL_LAUNCH and when power comes; any reset takes what was loaded into
 * the registers again (RM0440 3.4.2). */
void
fk_sim_l4_load_options (FkSimChip *self, FkSimReset kind)
{
  FkSimFlash *flash = &self->flash;

  if (kind == FK_SIM_RESET_POWER || kind == FK_SIM_RESET_OPTIONS)
    load_from_memory (self);
  memcpy (flash->options, flash->options_in_force, sizeof flash->options);
  if ((flash->options_in_force[FK_SIM_L4_OPTR] & OPTR_IWDG_SW) == 0)
    fk_sim_system_start_watchdog (self);
}

gboolean
fk_sim_l4_has_two_banks (FkSimChip *self)
{
  const FkSimL4Kind *kind = fk_sim_l4_get_kind (self);

  return (self->flash.options_in_force[FK_SIM_L4_OPTR] & kind->two_banks) != 0 ||
         self->flash_memory->size == kind->always_two;
}

guint32
fk_sim_l4_get_bank_size (FkSimChip *self)
{
  return fk_sim_l4_has_two_banks (self) ? self->flash_memory->size / 2 : self->flash_memory->size;
}

/* Whether its one bank is divided otherwise than two are */
static gboolean
is_doubled (FkSimChip *self)
{
  return fk_sim_l4_get_kind (self)->doubles && !fk_sim_l4_has_two_banks (self);
}

guint32
fk_sim_l4_get_page_size (FkSimChip *self)
{
  return is_doubled (self) ? 2 * self->model->page_size : self->model->page_size;
}

/* The part of an area that is in [@start, @end) of its bank. */
static gboolean
overlaps (guint32 first, guint32 last, guint32 unit, guint32 start, guint32 end)
{
  return first <= last && start < (last + 1) * unit && first * unit < end;
}

static gboolean
is_under_pcrop (FkSimChip *self, guint bank, guint32 start, guint32 end)
{
  guint32 unit = fk_sim_l4_get_kind (self)->pcrop_unit * (is_doubled (self) ? 2 : 1);
  const guint32 *option = self->flash.options_in_force;

  for (guint i = 0; i < G_N_ELEMENTS (pcrops); i++)
    if ((pcrops[i].bank == bank || is_doubled (self)) && has_option (self, pcrops[i].start) &&
        overlaps (option[pcrops[i].start], option[pcrops[i].end] & ~PCROP_RDP, unit, start, end))
      return TRUE;
  return FALSE;
}

static gboolean
is_secured (FkSimChip *self, guint bank, guint32 start)
{
  guint32 secr = self->flash.options_in_force[FK_SIM_L4_SECR];
  guint32 pages = bank == 0 ? secr & 0xff
                  : has_option (self, FK_SIM_L4_SEC2R)
                      ? self->flash.options_in_force[FK_SIM_L4_SEC2R] & 0xff
                      : secr >> 20 & 0xff;

  return (self->flash.cr & fk_sim_l4_get_kind (self)->secure[bank]) != 0 &&
         start < pages * fk_sim_l4_get_page_size (self);
}

/* @start and @end: in the bank */
gboolean
fk_sim_l4_is_write_protected (FkSimChip *self, guint bank, guint32 start, guint32 end)
{
  const guint32 *option = self->flash.options_in_force;
  guint32 page = fk_sim_l4_get_page_size (self);

  for (guint i = 0; i < G_N_ELEMENTS (wrps); i++)
    {
      guint32 area = option[wrps[i].option];

      if ((wrps[i].bank == bank || is_doubled (self)) && has_option (self, wrps[i].option) &&
          overlaps (area & 0xff, area >> 16 & 0xff, page, start, end))
        return TRUE;
    }
  return is_under_pcrop (self, bank, start, end) || is_secured (self, bank, start);
}

/* RM0440 3.5.2, 3.5.4: a load from there raises RDERR.  What the bus answers is not said; here it
 * is a fault. */
gboolean
fk_sim_l4_hides (FkSimChip *self, guint32 offset, guint32 length)
{
  guint32 bank_size = fk_sim_l4_get_bank_size (self);
  gboolean hidden = FALSE;

  for (guint bank = 0; bank < 2 && bank * bank_size < self->flash_memory->size; bank++)
    {
      guint32 base = bank * bank_size;
      guint32 start = MAX (offset, base);
      guint32 end = MIN (offset + length, base + bank_size);

      if (start < end)
        hidden = hidden || is_under_pcrop (self, bank, start - base, end - base) ||
                 is_secured (self, bank, start - base);
    }
  return hidden;
}

gboolean
fk_sim_l4_find_option (FkSimChip *self, guint32 offset, guint *option)
{
  for (guint i = 0; i < FK_SIM_L4_N_OPTIONS; i++)
    if (has_option (self, i) && fk_sim_l4_get_kind (self)->words[i].offset == offset)
      {
        *option = i;
        return TRUE;
      }
  return FALSE;
}

void
fk_sim_l4_write_option (FkSimChip *self, guint option, guint32 value, guint32 mask)
{
  guint32 *word = &self->flash.options[option];

  *word = ((*word & ~mask) | (value & mask)) & fk_sim_l4_get_kind (self)->words[option].mask;
}

/* Level 1 to level 0 erases the flash, page by page around PCROP unless PCROP_RDP says that it goes
 * too (RM0440 3.5.1). */
static void
erase_for_level_0 (FkSimChip *self)
{
  const guint32 *in_force = self->flash.options_in_force;
  gboolean keep = (in_force[FK_SIM_L4_PCROP1AER] & PCROP_RDP) == 0;
  guint32 bank_size = fk_sim_l4_get_bank_size (self);
  guint32 page = fk_sim_l4_get_page_size (self);

  for (guint32 at = 0; at < self->flash_memory->size; at += page)
    if (!keep || !is_under_pcrop (self, at / bank_size, at % bank_size, at % bank_size + page))
      fk_sim_flash_apply_erase (self, at, page);
  self->counters.n_mass_erases++;
}

/* PCROP can only grow; it goes with all of the flash (RM0440 3.5.2). */
static void
keep_pcrop (FkSimChip *self, gboolean to_level_0)
{
  FkSimFlash *flash = &self->flash;
  const guint32 *old = flash->options_in_force;
  guint32 *now = flash->options;

  for (guint i = 0; i < G_N_ELEMENTS (pcrops); i++)
    {
      FkSimL4Option start = pcrops[i].start;
      FkSimL4Option end = pcrops[i].end;

      if (to_level_0 && (old[FK_SIM_L4_PCROP1AER] & PCROP_RDP) != 0)
        {
          now[start] = get_factory (self, start);
          now[end] = get_factory (self, end);
        }
      else if (has_option (self, start) && old[start] <= (old[end] & ~PCROP_RDP))
        {
          now[start] = MIN (now[start], old[start]);
          now[end] = MAX (now[end] & ~PCROP_RDP, old[end] & ~PCROP_RDP) | (now[end] & PCROP_RDP);
        }
    }
  if (!to_level_0)
    now[FK_SIM_L4_PCROP1AER] |= old[FK_SIM_L4_PCROP1AER] & PCROP_RDP;
}

void
fk_sim_l4_finish_options (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;
  gboolean to_level_0 =
      self->rdp == 1 && fk_sim_flash_get_level (flash->options[FK_SIM_L4_OPTR]) == 0;

  if (to_level_0)
    erase_for_level_0 (self);
  keep_pcrop (self, to_level_0);
  /* The securable area changes at level 0 alone, and goes with level 1 (RM0440 3.5.4). */
  for (guint i = FK_SIM_L4_SECR; i <= FK_SIM_L4_SEC2R && self->rdp != 0; i++)
    flash->options[i] = to_level_0 ? get_factory (self, i) : flash->options_in_force[i];
  for (guint i = 0; i < FK_SIM_L4_N_OPTIONS; i++)
    store_option (self, i, fk_sim_l4_read_option (self, i));
  self->counters.n_programmed++;
  self->counters.n_option_programs++;
}

void
fk_sim_l4_set_protection (FkSimChip *self, guint level)
{
  static const guint8 values[] = { 0xaa, 0x55, 0xcc };
  guint32 optr = fk_load_u32le (self->options_memory->bytes);

  store_option (self, FK_SIM_L4_OPTR, (optr & ~0xffu) | values[MIN (level, 2)]);
}
