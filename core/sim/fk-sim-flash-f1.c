/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"

#include "base/fk-reader.h"
#include "sim/fk-sim-times.h"

/*
 * The flash controller of STM32F0 and F1 ("FPEC"), after PM0075 (F10x), RM0008 3 and RM0091 3 /
 * RM0360 3 (F0).  It programs half-words only, and only over blank ones.
 */

#define REG_ACR     0x00
#define REG_KEYR    0x04
#define REG_OPTKEYR 0x08
#define REG_SR      0x0c
#define REG_CR      0x10
#define REG_AR      0x14
#define REG_OBR     0x1c
#define REG_WRPR    0x20

#define KEY1 0x45670123u
#define KEY2 0xcdef89abu

#define SR_BSY      (1u << 0)
#define SR_PGERR    (1u << 2)
#define SR_WRPRTERR (1u << 4)
#define SR_EOP      (1u << 5)

#define CR_PG         (1u << 0)
#define CR_PER        (1u << 1)
#define CR_MER        (1u << 2)
#define CR_OPTPG      (1u << 4)
#define CR_OPTER      (1u << 5)
#define CR_STRT       (1u << 6)
#define CR_LOCK       (1u << 7)
#define CR_OPTWRE     (1u << 9)
#define CR_ERRIE      (1u << 10)
#define CR_EOPIE      (1u << 12)
#define CR_OBL_LAUNCH (1u << 13) /* F0 */

#define OBR_OPTERR (1u << 0)

static gboolean
is_f0 (FkSimChip *self)
{
  return self->model->family == FK_SIM_FAMILY_F0;
}

static const FkSimFpecTimes *
get_times (FkSimChip *self)
{
  return is_f0 (self) ? &fk_sim_times_flash_f0 : &fk_sim_times_flash_f1;
}

static void
f1_reset (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  flash->acr = is_f0 (self) ? 0 : 0x30;
  flash->sr = 0;
  flash->cr = CR_LOCK;
  flash->ar = 0;
  flash->key_step = 0;
  flash->optkey_step = 0;
  flash->key_jammed = FALSE;
  flash->optkey_jammed = FALSE;
}

/* One option byte and its complement.  A pair that does not match counts as erased and is an error,
 * except that 0xff with 0xff is the erased state itself (PM0075 2.5, RM0365 5). */
static guint8
load_option (FkSimChip *self, guint index, gboolean *mismatch)
{
  guint8 value = self->options_memory->bytes[2 * index];
  guint8 complement = self->options_memory->bytes[2 * index + 1];

  if (value == 0xff && complement == 0xff)
    return 0xff;
  if ((value ^ complement) != 0xff)
    {
      *mismatch = TRUE;
      return 0xff;
    }
  return value;
}

/* What the protection byte means.  F1 knows protected or not (0xa5); on F0 0xaa is level 0, 0xcc
 * level 2, everything else level 1 (RM0091 3.3.1). */
static guint
get_level (FkSimChip *self, guint8 rdp)
{
  if (!is_f0 (self))
    return rdp == 0xa5 ? 0 : 1;
  if (rdp == 0xaa)
    return 0;
  return rdp == 0xcc ? 2 : 1;
}

static void
f1_load_options (FkSimChip *self, FkSimReset kind)
{
  FkSimFlash *flash = &self->flash;
  gboolean mismatch = FALSE;
  guint8 options[8];
  guint32 level_bits;

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    options[i] = load_option (self, i, &mismatch);

  self->rdp = get_level (self, options[0]);
  level_bits = self->rdp == 2 ? 3u : self->rdp;
  if (is_f0 (self)) /* RM0091 3.5.7 */
    flash->obr = level_bits << 1 | (guint32)options[1] << 8 | (guint32)options[2] << 16 |
                 (guint32)options[3] << 24;
  else /* RM0008 3.3.3 / PM0075 3.7: unused bits of USER read as 1 */
    flash->obr = level_bits << 1 | ((options[1] & 7u) | 0xf8u) << 2 | (guint32)options[2] << 10 |
                 (guint32)options[3] << 18;
  if (mismatch)
    flash->obr |= OBR_OPTERR;
  flash->wrpr =
      options[4] | (guint32)options[5] << 8 | (guint32)options[6] << 16 | (guint32)options[7] << 24;

  if ((options[1] & 1) == 0)
    fk_sim_system_start_watchdog (self);
}

static gboolean
is_write_protected (FkSimChip *self, guint32 offset)
{
  guint page = offset / self->model->page_size;
  guint bit = MIN (page / self->model->pages_per_wrp_bit, 31);

  if ((self->flash.wrpr & (1u << bit)) == 0)
    return TRUE;
  /* PM0075 2.4.1: with read protection the first 4 Kbytes are write-protected too. */
  return self->rdp > 0 && !is_f0 (self) && offset < 4096;
}

/* Read protection and a debugger: F0 lets nobody in (RM0091 3.3.1); F1 forbids programming and page
 * erase, not mass erase (PM0075 2.4.1). */
static gboolean
is_forbidden (FkSimChip *self, FkSimMaster master)
{
  return self->rdp > 0 && (master == FK_SIM_BY_DEBUG || self->debug_seen);
}

static guint32
f1_read (FkSimChip *self, guint32 offset, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;

  switch (offset)
    {
    case REG_ACR:
      return flash->acr;
    case REG_SR:
      fk_sim_flash_poll (self, master);
      return flash->sr | (fk_sim_flash_is_busy (self) ? SR_BSY : 0);
    case REG_CR:
      fk_sim_flash_settle (self);
      return flash->cr;
    case REG_OBR:
      return flash->obr;
    case REG_WRPR:
      return flash->wrpr;
    default:
      return 0;
    }
}

/* PM0075 2.3.1: a wrong key, first or second, is a bus error and closes the controller until the
 * next reset.  Keys that arrive when it is open already change nothing. */
static gboolean
write_key (FkSimChip *self, guint32 value)
{
  static const guint32 keys[] = { KEY1, KEY2 };
  FkSimFlash *flash = &self->flash;
  gboolean opens;

  if ((flash->cr & CR_LOCK) == 0)
    return TRUE;
  if (!fk_sim_flash_take_key (keys, value, &flash->key_step, &flash->key_jammed, &opens))
    return FALSE;
  if (opens)
    flash->cr &= ~CR_LOCK;
  return TRUE;
}

static gboolean
write_option_key (FkSimChip *self, guint32 value)
{
  static const guint32 keys[] = { KEY1, KEY2 };
  FkSimFlash *flash = &self->flash;
  gboolean opens;

  if (flash->cr & CR_OPTWRE)
    return TRUE;
  if (!fk_sim_flash_take_key (keys, value, &flash->optkey_step, &flash->optkey_jammed, &opens))
    return FALSE;
  if (opens)
    flash->cr |= CR_OPTWRE;
  return TRUE;
}

static gboolean
is_any_page_protected (FkSimChip *self)
{
  for (guint32 at = 0; at < self->flash_memory->size; at += self->model->page_size)
    {
      if (is_write_protected (self, at))
        return TRUE;
    }

  return FALSE;
}

static void
start_page_erase (FkSimChip *self, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  guint32 offset = flash->ar - self->flash_memory->base;

  offset -= offset % self->model->page_size;
  if (offset >= self->flash_memory->size || is_write_protected (self, offset) ||
      is_forbidden (self, master))
    {
      flash->sr |= SR_WRPRTERR;
      return;
    }
  flash->op_address = offset;
  flash->op_value = self->model->page_size;
  flash->cr |= CR_STRT;
  fk_sim_flash_begin (self, FK_SIM_OP_ERASE, get_times (self)->erase_ns);
}

static void
start_mass_erase (FkSimChip *self, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  gboolean forbidden = is_f0 (self) && is_forbidden (self, master);

  /* The automatic protection of the first pages does not stop a mass erase. */
  if (forbidden || (self->rdp == 0 && is_any_page_protected (self)))
    {
      flash->sr |= SR_WRPRTERR;
      return;
    }
  flash->op_address = 0;
  flash->op_value = self->flash_memory->size;
  flash->cr |= CR_STRT;
  fk_sim_flash_begin (self, FK_SIM_OP_MASS_ERASE, get_times (self)->erase_ns);
}

static void
start_option_erase (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  if ((flash->cr & CR_OPTWRE) == 0 || self->rdp == 2)
    {
      flash->sr |= SR_WRPRTERR;
      return;
    }
  flash->cr |= CR_STRT;
  fk_sim_flash_begin (self, FK_SIM_OP_OPTION_ERASE, get_times (self)->erase_ns);
}

static void
write_control (FkSimChip *self, guint32 value, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  const guint32 plain = CR_PG | CR_PER | CR_MER | CR_OPTPG | CR_OPTER | CR_ERRIE | CR_EOPIE;

  /* PM0075 2.3.1: not accessible while locked; 2.3.3: nor in write mode while busy. */
  if ((flash->cr & CR_LOCK) != 0 || fk_sim_flash_is_busy (self))
    return;

  /* OPTWRE can only be cleared here, LOCK only be set. */
  flash->cr = (value & (plain | CR_LOCK)) | (flash->cr & value & CR_OPTWRE);
  if (is_f0 (self) && (value & CR_OBL_LAUNCH))
    {
      fk_sim_flash_launch_options (self, master);
      return;
    }
  if ((value & CR_STRT) == 0 || (flash->cr & CR_LOCK) != 0)
    return;

  if (flash->cr & CR_OPTER)
    start_option_erase (self);
  else if (flash->cr & CR_MER)
    start_mass_erase (self, master);
  else if (flash->cr & CR_PER)
    start_page_erase (self, master);
}

static gboolean
f1_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;

  fk_sim_flash_settle (self);
  switch (offset)
    {
    case REG_ACR:
      /* The prefetch status follows its enable bit. */
      flash->acr = (value & 0x1f) | (value & 0x10) << 1;
      return TRUE;
    case REG_KEYR:
      return write_key (self, value);
    case REG_OPTKEYR:
      return write_option_key (self, value);
    case REG_SR:
      flash->sr &= ~(value & (SR_PGERR | SR_WRPRTERR | SR_EOP));
      return TRUE;
    case REG_CR:
      write_control (self, value, master);
      return TRUE;
    case REG_AR:
      if (!fk_sim_flash_is_busy (self) && (flash->cr & CR_LOCK) == 0)
        flash->ar = value;
      return TRUE;
    default:
      return TRUE;
    }
}

static void
program_main (FkSimChip *self, guint32 address, guint32 value, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  guint32 offset = address - self->flash_memory->base;

  if (is_write_protected (self, offset) || is_forbidden (self, master))
    {
      flash->sr |= SR_WRPRTERR;
      return;
    }
  /* The controller reads first and refuses what is not blank, but 0x0000 may always be written
   * (PM0075 2.3.3). */
  if (fk_load_u16le (self->flash_memory->bytes + offset) != 0xffff && value != 0)
    {
      flash->sr |= SR_PGERR;
      return;
    }
  flash->op_address = address;
  flash->op_value = value;
  flash->op_width = 2;
  flash->op_weak = FALSE;
  fk_sim_flash_begin_program (self, self->flash_memory, get_times (self)->program_ns);
}

static void
program_option (FkSimChip *self, guint32 address, guint32 value)
{
  FkSimFlash *flash = &self->flash;
  guint32 offset = address - self->options_memory->base;
  guint64 duration = get_times (self)->program_ns;

  if ((flash->cr & CR_OPTWRE) == 0 || self->rdp == 2)
    {
      flash->sr |= SR_WRPRTERR;
      return;
    }
  if (fk_load_u16le (self->options_memory->bytes + offset) != 0xffff)
    {
      flash->sr |= SR_PGERR;
      return;
    }
  /* Leaving read protection erases the main flash first (PM0075 2.4.1, RM0091 3.3.1). */
  if (offset == 0 && self->rdp > 0 && get_level (self, value & 0xff) == 0)
    duration += get_times (self)->erase_ns;
  flash->op_address = address;
  flash->op_value = (value & 0xff) | (~value & 0xff) << 8;
  flash->op_width = 2;
  flash->op_weak = FALSE;
  fk_sim_flash_begin (self, FK_SIM_OP_OPTION_PROGRAM, duration);
}

/* A store.  Anything but a half-word is a bus error (PM0075 2.3.3), and so is a store that no bit
 * of the control register asks for. */
static gboolean
f1_program (FkSimChip *self,
            const FkSimMemory *memory,
            guint32 address,
            guint width,
            guint32 value,
            FkSimMaster master)
{
  guint32 cr;

  if (!fk_sim_flash_stall (self, master))
    return FALSE;
  cr = self->flash.cr;
  if (width != 2 || (cr & CR_LOCK) != 0)
    return FALSE;

  if (memory->kind == FK_SIM_MEMORY_FLASH && (cr & CR_PG) != 0)
    program_main (self, address, value, master);
  else if (memory->kind == FK_SIM_MEMORY_OPTIONS && (cr & CR_OPTPG) != 0)
    program_option (self, address, value);
  else
    return FALSE;

  return TRUE;
}

static void
f1_finish (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  switch (flash->op)
    {
    case FK_SIM_OP_ERASE:
      fk_sim_flash_apply_erase (self, flash->op_address, flash->op_value);
      self->counters.n_sector_erases++;
      break;
    case FK_SIM_OP_MASS_ERASE:
      fk_sim_flash_apply_erase (self, flash->op_address, flash->op_value);
      self->counters.n_mass_erases++;
      break;
    case FK_SIM_OP_OPTION_ERASE:
      for (guint i = 0; i < self->options_memory->size; i++)
        self->options_memory->bytes[i] = 0xff;
      self->counters.n_option_erases++;
      break;
    case FK_SIM_OP_OPTION_PROGRAM:
      if (flash->op_address == self->options_memory->base && self->rdp > 0 &&
          get_level (self, flash->op_value & 0xff) == 0)
        {
          fk_sim_flash_apply_erase (self, 0, self->flash_memory->size);
          self->counters.n_mass_erases++;
        }
      fk_sim_flash_apply_program (self, self->options_memory);
      break;
    case FK_SIM_OP_PROGRAM:
    case FK_SIM_OP_NONE:
    default:
      break;
    }
  flash->cr &= ~CR_STRT;
  flash->sr |= SR_EOP;
}

static gboolean
f1_is_locked (FkSimChip *self)
{
  return (self->flash.cr & CR_LOCK) != 0;
}

static void
f1_set_protection (FkSimChip *self, guint level)
{
  static const guint8 f0_values[] = { 0xaa, 0x55, 0xcc };
  guint8 value = level == 0 ? 0xa5 : 0x00;

  if (is_f0 (self))
    value = f0_values[MIN (level, 2)];
  self->options_memory->bytes[0] = value;
  self->options_memory->bytes[1] = (guint8)~value;
}

const FkSimFlashOps fk_sim_flash_f1 = {
  /* PM0075 3: "have to be accessed by 32-bit words" */
  .registers = { 0x40022000, 0x400, TRUE, f1_read, f1_write },
  .reset = f1_reset,
  .load_options = f1_load_options,
  .program = f1_program,
  .finish = f1_finish,
  .is_locked = f1_is_locked,
  .set_protection = f1_set_protection,
};
