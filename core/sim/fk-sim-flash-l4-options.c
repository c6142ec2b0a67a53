/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-flash-l4-private.h"

#include <string.h>

#include "base/fk-reader.h"

/*
 * The option bytes of STM32G0B1, and what they protect: read protection, write protection, PCROP,
 * the securable area.  Words and bits after RM0444 (3 Embedded flash memory), loading and the rules
 * of protection after RM0440 3.4.2 and 3.5, which state them for the same controller on G4.
 */

#define OPTR_IWDG_SW   (1u << 16)
#define OPTR_DUAL_BANK (1u << 21)
#define PCROP_RDP      (1u << 31)

#define PCROP 512u

typedef enum
{
  OPTR,
  PCROP1ASR,
  PCROP1AER,
  WRP1AR,
  WRP1BR,
  PCROP1BSR,
  PCROP1BER,
  PCROP2ASR,
  PCROP2AER,
  WRP2AR,
  WRP2BR,
  PCROP2BSR,
  PCROP2BER,
  SECR,
  N_OPTIONS,
} Option;

G_STATIC_ASSERT (OPTR == FK_SIM_L4_OPTR && N_OPTIONS == FK_SIM_L4_N_OPTIONS);
G_STATIC_ASSERT (N_OPTIONS <= FK_SIM_MAX_OPTIONS);

/* Register, offset among the option bytes in memory, bits that there are, and the value that ST
 * ships. */
static const struct
{
  guint8 offset;
  guint8 memory;
  guint32 mask;
  guint32 factory;
} options[N_OPTIONS] = {
  [OPTR] = { 0x20, 0x00, 0xffffffff, 0xfffffeaa },
  [PCROP1ASR] = { 0x24, 0x08, 0x000001ff, 0x000001ff },
  [PCROP1AER] = { 0x28, 0x10, 0x800001ff, 0x00000000 },
  [WRP1AR] = { 0x2c, 0x18, 0x007f007f, 0x0000007f },
  [WRP1BR] = { 0x30, 0x20, 0x007f007f, 0x0000007f },
  [PCROP1BSR] = { 0x34, 0x28, 0x000001ff, 0x000001ff },
  [PCROP1BER] = { 0x38, 0x30, 0x000001ff, 0x00000000 },
  [PCROP2ASR] = { 0x44, 0x38, 0x000001ff, 0x000001ff },
  [PCROP2AER] = { 0x48, 0x40, 0x000001ff, 0x00000000 },
  [WRP2AR] = { 0x4c, 0x48, 0x007f007f, 0x0000007f },
  [WRP2BR] = { 0x50, 0x50, 0x007f007f, 0x0000007f },
  [PCROP2BSR] = { 0x54, 0x58, 0x000001ff, 0x000001ff },
  [PCROP2BER] = { 0x58, 0x60, 0x000001ff, 0x00000000 },
  [SECR] = { 0x80, 0x70, 0x0ff100ff, 0x00000000 },
};

/* The four areas of each kind: where they begin and end, and in which bank. */
static const struct
{
  Option start;
  Option end;
  guint bank;
} pcrops[] = {
  { PCROP1ASR, PCROP1AER, 0 },
  { PCROP1BSR, PCROP1BER, 0 },
  { PCROP2ASR, PCROP2AER, 1 },
  { PCROP2BSR, PCROP2BER, 1 },
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

guint
fk_sim_l4_get_level (guint32 optr)
{
  switch (optr & 0xff)
    {
    case 0xaa:
      return 0;
    case 0xcc:
      return 2;
    default:
      return 1;
    }
}

static void
store_option (FkSimChip *self, Option option, guint32 value)
{
  guint8 *at = self->options_memory->bytes + options[option].memory;

  fk_store_u32le (at, value);
  fk_store_u32le (at + 4, ~value);
}

void
fk_sim_l4_make_options (FkSimChip *self)
{
  for (guint i = 0; i < N_OPTIONS; i++)
    store_option (self, i, options[i].factory);
}

/* RM0440 3.4.2: what stands for a word that its complement does not confirm: all options at 1, no
 * brown-out reset, read protection level 1; no write protection; all of the bank under PCROP. */
static guint32
get_mismatch (Option option)
{
  switch (option)
    {
    case OPTR:
      return 0xfffffeff;
    case PCROP1ASR:
    case PCROP1BSR:
    case PCROP2ASR:
    case PCROP2BSR:
      return 0;
    case PCROP1AER:
    case PCROP1BER:
    case PCROP2AER:
    case PCROP2BER:
      return 0x1ff;
    case WRP1AR:
    case WRP1BR:
    case WRP2AR:
    case WRP2BR:
    case SECR:
    case N_OPTIONS:
    default:
      return options[option].factory;
    }
}

static void
load_from_memory (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  for (guint i = 0; i < N_OPTIONS; i++)
    {
      const guint8 *at = self->options_memory->bytes + options[i].memory;
      guint32 value = fk_load_u32le (at);

      if (value != ~fk_load_u32le (at + 4))
        {
          value = get_mismatch (i);
          flash->sr |= FK_SIM_L4_SR_OPTVERR;
        }
      flash->options_in_force[i] = value & options[i].mask;
    }
  self->rdp = fk_sim_l4_get_level (flash->options_in_force[OPTR]);
  if (fk_load_u32le (self->flash_memory->bytes) == 0xffffffff)
    flash->acr |= FK_SIM_L4_ACR_PROGEMPTY;
  else
    flash->acr &= ~FK_SIM_L4_ACR_PROGEMPTY;
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
  if ((flash->options_in_force[OPTR] & OPTR_IWDG_SW) == 0)
    fk_sim_system_start_watchdog (self);
}

gboolean
fk_sim_l4_has_two_banks (FkSimChip *self)
{
  return (self->flash.options_in_force[OPTR] & OPTR_DUAL_BANK) != 0;
}

guint32
fk_sim_l4_get_bank_size (FkSimChip *self)
{
  return fk_sim_l4_has_two_banks (self) ? self->flash_memory->size / 2 : self->flash_memory->size;
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
  const guint32 *option = self->flash.options_in_force;

  for (guint i = 0; i < G_N_ELEMENTS (pcrops); i++)
    if (pcrops[i].bank == bank && overlaps (option[pcrops[i].start] & 0x1ff,
                                            option[pcrops[i].end] & 0x1ff, PCROP, start, end))
      return TRUE;
  return FALSE;
}

static gboolean
is_secured (FkSimChip *self, guint bank, guint32 start)
{
  guint32 secr = self->flash.options_in_force[SECR];
  guint32 pages = bank == 0 ? secr & 0xff : secr >> 20 & 0xff;

  return (self->flash.cr & (bank == 0 ? FK_SIM_L4_CR_SEC_PROT : FK_SIM_L4_CR_SEC_PROT2)) != 0 &&
         start < pages * FK_SIM_L4_PAGE;
}

/* @start and @end: in the bank */
gboolean
fk_sim_l4_is_write_protected (FkSimChip *self, guint bank, guint32 start, guint32 end)
{
  const guint32 *option = self->flash.options_in_force;

  for (guint i = 0; i < G_N_ELEMENTS (wrps); i++)
    {
      guint32 area = option[wrps[i].option];

      if (wrps[i].bank == bank &&
          overlaps (area & 0x7f, area >> 16 & 0x7f, FK_SIM_L4_PAGE, start, end))
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
fk_sim_l4_find_option (guint32 offset, guint *option)
{
  for (guint i = 0; i < N_OPTIONS; i++)
    if (options[i].offset == offset)
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

  *word = ((*word & ~mask) | (value & mask)) & options[option].mask;
}

/* Level 1 to level 0 erases the flash, page by page around PCROP unless PCROP_RDP says that it goes
 * too (RM0440 3.5.1). */
static void
erase_for_level_0 (FkSimChip *self)
{
  const guint32 *in_force = self->flash.options_in_force;
  gboolean keep = (in_force[PCROP1AER] & PCROP_RDP) == 0;
  guint32 bank_size = fk_sim_l4_get_bank_size (self);

  for (guint32 at = 0; at < self->flash_memory->size; at += FK_SIM_L4_PAGE)
    if (!keep ||
        !is_under_pcrop (self, at / bank_size, at % bank_size, at % bank_size + FK_SIM_L4_PAGE))
      fk_sim_flash_apply_erase (self, at, FK_SIM_L4_PAGE);
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
      Option start = pcrops[i].start;
      Option end = pcrops[i].end;

      if (to_level_0 && (old[PCROP1AER] & PCROP_RDP) != 0)
        {
          now[start] = options[start].factory;
          now[end] = options[end].factory;
        }
      else if (old[start] <= (old[end] & 0x1ff))
        {
          now[start] = MIN (now[start], old[start]);
          now[end] = MAX (now[end] & 0x1ff, old[end] & 0x1ff) | (now[end] & ~0x1ffu);
        }
    }
  if (!to_level_0)
    now[PCROP1AER] |= old[PCROP1AER] & PCROP_RDP;
}

void
fk_sim_l4_finish_options (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;
  gboolean to_level_0 = self->rdp == 1 && fk_sim_l4_get_level (flash->options[OPTR]) == 0;

  if (to_level_0)
    erase_for_level_0 (self);
  keep_pcrop (self, to_level_0);
  /* The securable area changes at level 0 alone, and goes with level 1 (RM0440 3.5.4). */
  if (self->rdp != 0)
    flash->options[SECR] = to_level_0 ? options[SECR].factory : flash->options_in_force[SECR];
  for (guint i = 0; i < N_OPTIONS; i++)
    store_option (self, i, flash->options[i]);
  self->counters.n_programmed++;
  self->counters.n_option_programs++;
}

void
fk_sim_l4_set_protection (FkSimChip *self, guint level)
{
  static const guint8 values[] = { 0xaa, 0x55, 0xcc };
  guint32 optr = fk_load_u32le (self->options_memory->bytes);

  store_option (self, OPTR, (optr & ~0xffu) | values[MIN (level, 2)]);
}
