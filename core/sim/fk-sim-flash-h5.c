/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-flash-h5-private.h"

#include <string.h>

#include "sim/fk-sim-times.h"

/*
 * The flash controller of STM32H503, after RM0492 (Embedded flash memory): two banks of eight
 * sectors of 8 KiB, one set of registers in which a bit names the bank, and quad words of 128 bits
 * with ECC, which a write buffer collects.  Where RM0492 was not clear enough, ST's HAL for H5.
 *
 * Not modelled: OTP, which answers where it was written alone, what is read of errors of ECC, and
 * what a cut-off operation leaves behind.
 */

#define REG_ACR     0x00
#define REG_KEYR    0x04
#define REG_OPTKEYR 0x0c
#define REG_OPTCR   0x1c
#define REG_SR      0x20
#define REG_CR      0x28
#define REG_CCR     0x30

#define KEY1    0x45670123u
#define KEY2    0xcdef89abu
#define OPTKEY1 0x08192a3bu
#define OPTKEY2 0x4c5d6e7fu

#define ACR_RESET 0x13u
#define ACR_PLAIN 0x33fu

#define CR_LOCK    (1u << 0)
#define CR_PG      (1u << 1)
#define CR_SER     (1u << 2)
#define CR_BER     (1u << 3)
#define CR_FW      (1u << 4)
#define CR_START   (1u << 5)
#define CR_MER     (1u << 15)
#define CR_EOPIE   (1u << 16)
#define CR_BKSEL   (1u << 31)
#define CR_PLAIN   0x809f81ceu
#define SECTOR(cr) ((cr) >> 6 & 7)

#define SR_BSY          (1u << 0)
#define SR_WBNE         (1u << 1)
#define SR_EOP          (1u << 16)
#define SR_WRPERR       (1u << 17)
#define SR_PGSERR       (1u << 18)
#define SR_STRBERR      (1u << 19)
#define SR_INCERR       (1u << 20)
#define SR_OPTCHANGEERR (1u << 23)
#define SR_STICKY       0x009f0000u

#define OPTCR_OPTLOCK  (1u << 0)
#define OPTCR_OPTSTART (1u << 1)

static void
h5_reset (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  flash->acr = ACR_RESET;
  flash->cr = CR_LOCK;
  flash->sr = 0;
  flash->optcr = OPTCR_OPTLOCK;
  flash->key_step = 0;
  flash->optkey_step = 0;
  flash->key_jammed = FALSE;
  flash->optkey_jammed = FALSE;
  flash->row_done = 0;
}

/* Here row_done has a bit for each byte that has come. */
static guint32
h5_read (FkSimChip *self, guint32 offset, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  guint32 value;

  switch (offset)
    {
    case REG_ACR:
      return flash->acr;
    case REG_CR:
      fk_sim_flash_settle (self);
      return flash->cr;
    case REG_SR:
      fk_sim_flash_poll (self, master);
      return flash->sr | (fk_sim_flash_is_busy (self) ? SR_BSY : 0) |
             (flash->row_done != 0 ? SR_WBNE : 0);
    case REG_OPTCR:
      fk_sim_flash_settle (self);
      return flash->optcr;
    default:
      fk_sim_flash_poll (self, master);
      return fk_sim_h5_read_option (self, offset, &value) ? value : 0;
    }
}

/* A wrong key locks until the next reset, and is a bus error; so is one that comes while it is
 * open. */
static gboolean
write_key (FkSimChip *self, guint32 value)
{
  static const guint32 keys[] = { KEY1, KEY2 };
  FkSimFlash *flash = &self->flash;
  const FkSimLock lock = { &flash->cr, CR_LOCK, CR_LOCK, &flash->key_step, &flash->key_jammed };

  return fk_sim_flash_open_lock (&lock, keys, value, TRUE);
}

static gboolean
write_option_key (FkSimChip *self, guint32 value)
{
  static const guint32 keys[] = { OPTKEY1, OPTKEY2 };
  FkSimFlash *flash = &self->flash;
  const FkSimLock lock = { &flash->optcr, OPTCR_OPTLOCK, OPTCR_OPTLOCK, &flash->optkey_step,
                           &flash->optkey_jammed };

  return fk_sim_flash_open_lock (&lock, keys, value, TRUE);
}

/* With a protected sector in what is to go nothing is erased. */
static void
start_erase (FkSimChip *self, FkSimMaster master)
{
  const FkSimFlashL4Times *times = &fk_sim_times_flash_u5; /* no figures of H5 were found */
  FkSimFlash *flash = &self->flash;
  guint32 bank_size = fk_sim_h5_get_bank_size (self);
  guint bank = (flash->cr & CR_BKSEL) != 0 ? 1 : 0;
  gboolean all = (flash->cr & CR_MER) != 0;
  gboolean one = !all && (flash->cr & CR_BER) == 0;
  guint32 start = one ? SECTOR (flash->cr) * FK_SIM_H5_SECTOR : 0;
  guint32 size = one ? FK_SIM_H5_SECTOR : bank_size;

  if ((flash->cr & (CR_SER | CR_BER | CR_MER)) == 0)
    return;
  if (flash->row_done != 0)
    {
      flash->sr |= SR_PGSERR;
      return;
    }
  if (fk_sim_chip_is_flash_blocked (self, master) ||
      fk_sim_h5_is_write_protected (self, bank, start, start + size) ||
      (all && fk_sim_h5_is_write_protected (self, 1 - bank, 0, bank_size)))
    {
      flash->sr |= SR_WRPERR;
      return;
    }
  flash->op_address = all ? 0 : bank * bank_size + start;
  flash->op_value = all ? self->flash_memory->size : size;
  flash->op_banks = all ? 3 : 1u << bank;
  flash->cr |= CR_START;
  fk_sim_flash_begin (self, one ? FK_SIM_OP_ERASE : FK_SIM_OP_MASS_ERASE,
                      one ? times->erase_ns : times->mass_erase_ns);
}

/* Programs what the buffer holds; what has not come of it is ones.  Over what is not erased, the
 * cells of the data and of its ECC are cleared further, and no longer fit each other. */
static void
start_program (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;
  const FkSimMemory *memory = self->flash_memory;
  guint32 bank_size = fk_sim_h5_get_bank_size (self);
  guint32 offset = flash->row_address - memory->base;
  const guint8 *cells = memory->bytes + offset;
  gboolean same = memcmp (cells, flash->row, FK_SIM_H5_WORD) == 0;
  gboolean virgin = !g_hash_table_contains (self->ones, GUINT_TO_POINTER (offset));
  gboolean ones = TRUE;

  for (guint i = 0; i < FK_SIM_H5_WORD; i++)
    {
      virgin = virgin && cells[i] == 0xff;
      ones = ones && flash->row[i] == 0xff;
    }
  flash->row_done = 0;
  if (fk_sim_h5_is_write_protected (self, offset / bank_size, offset % bank_size,
                                    offset % bank_size + FK_SIM_H5_WORD))
    {
      flash->sr |= SR_WRPERR;
      return;
    }
  if (!virgin && !same)
    g_hash_table_add (self->torn, GUINT_TO_POINTER (offset));
  else if (ones)
    g_hash_table_add (self->ones, GUINT_TO_POINTER (offset));
  flash->op_weak = FALSE;
  flash->op_banks = 1u << offset / bank_size;
  fk_sim_flash_begin_row (self, memory, flash->row_address, flash->row, FK_SIM_H5_WORD,
                          fk_sim_times_flash_u5.program_ns);
}

static void
write_control (FkSimChip *self, guint32 value, guint32 mask, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;

  fk_sim_flash_stall (self, master);
  if ((flash->cr & CR_LOCK) != 0)
    return;
  value = (flash->cr & ~mask & ~(CR_START | CR_FW)) | (value & mask);
  flash->cr = value & (CR_PLAIN | CR_LOCK);
  if ((value & CR_LOCK) != 0)
    return;
  if ((value & CR_FW) != 0 && flash->row_done != 0)
    start_program (self);
  else if ((value & CR_START) != 0)
    start_erase (self, master);
}

static void
write_option_control (FkSimChip *self, guint32 value, guint32 mask, FkSimMaster master)
{
  const FkSimFlashL4Times *times = &fk_sim_times_flash_u5;
  FkSimFlash *flash = &self->flash;

  fk_sim_flash_stall (self, master);
  if ((flash->optcr & OPTCR_OPTLOCK) != 0)
    return;
  value = (flash->optcr & ~mask) | (value & mask);
  flash->optcr = value & OPTCR_OPTLOCK;
  if ((value & OPTCR_OPTLOCK) != 0 || (value & OPTCR_OPTSTART) == 0)
    return;
  flash->op_banks = 3;
  fk_sim_flash_begin (self, FK_SIM_OP_OPTION_PROGRAM, times->erase_ns + 8 * times->program_ns);
}

static gboolean
h5_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;

  fk_sim_flash_settle (self);
  switch (offset)
    {
    case REG_ACR:
      flash->acr = ((flash->acr & ~mask) | (value & mask)) & ACR_PLAIN;
      return TRUE;
    case REG_KEYR:
      return write_key (self, value);
    case REG_OPTKEYR:
      return write_option_key (self, value);
    case REG_CR:
      write_control (self, value, mask, master);
      return TRUE;
    case REG_CCR:
      flash->sr &= ~(value & mask & SR_STICKY);
      return TRUE;
    case REG_OPTCR:
      write_option_control (self, value, mask, master);
      return TRUE;
    default:
      if ((flash->optcr & OPTCR_OPTLOCK) == 0)
        fk_sim_h5_write_option (self, offset, value, mask);
      return TRUE;
    }
}

/* Bytes of another quad word before this one is full are inconsistent, and one that has come
 * already is a strobe error. */
static void
put_in_buffer (FkSimChip *self, guint32 address, guint width, guint32 value)
{
  FkSimFlash *flash = &self->flash;
  guint at = address % FK_SIM_H5_WORD;
  guint bits = ((1u << width) - 1) << at;

  if (flash->row_done == 0)
    {
      flash->row_address = address - at;
      memset (flash->row, 0xff, sizeof flash->row);
    }
  if (flash->row_address != address - at)
    {
      flash->sr |= SR_INCERR;
      return;
    }
  if ((flash->row_done & bits) != 0)
    flash->sr |= SR_STRBERR;
  for (guint i = 0; i < width; i++)
    flash->row[at + i] = value >> (8 * i) & 0xff;
  flash->row_done |= bits;
  if (flash->row_done == (1u << FK_SIM_H5_WORD) - 1)
    start_program (self);
}

static gboolean
h5_program (FkSimChip *self,
            const FkSimMemory *memory,
            guint32 address,
            guint width,
            guint32 value,
            FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;

  if (memory->kind == FK_SIM_MEMORY_OPTIONS)
    return FALSE;

  fk_sim_flash_stall (self, master);
  if (fk_sim_chip_is_flash_blocked (self, master))
    flash->sr |= SR_WRPERR;
  else if ((flash->cr & CR_PG) == 0 || (flash->sr & SR_INCERR) != 0)
    flash->sr |= SR_PGSERR;
  else
    put_in_buffer (self, address, width, value);
  return TRUE;
}

static void
h5_finish (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  switch (flash->op)
    {
    case FK_SIM_OP_ERASE:
    case FK_SIM_OP_MASS_ERASE:
      fk_sim_flash_finish_erase (self);
      break;
    case FK_SIM_OP_OPTION_PROGRAM:
      if (!fk_sim_h5_finish_options (self))
        flash->sr |= SR_OPTCHANGEERR;
      break;
    case FK_SIM_OP_PROGRAM:
    case FK_SIM_OP_OPTION_ERASE:
    case FK_SIM_OP_NONE:
    default:
      break;
    }
  flash->cr &= ~CR_START;
  if ((flash->cr & CR_EOPIE) != 0)
    flash->sr |= SR_EOP;
}

/* The other bank can be read meanwhile. */
static gboolean
h5_is_busy_at (FkSimChip *self, guint32 offset)
{
  return (self->flash.op_banks & 1u << offset / fk_sim_h5_get_bank_size (self)) != 0;
}

/* A quad word whose ECC does not fit it in two bits or more is a bus error to who reads it. */
static gboolean
h5_hides (FkSimChip *self, guint32 offset, guint32 length)
{
  if (g_hash_table_size (self->torn) == 0)
    return FALSE;
  for (guint32 at = offset - offset % FK_SIM_H5_WORD; at < offset + length; at += FK_SIM_H5_WORD)
    if (g_hash_table_contains (self->torn, GUINT_TO_POINTER (at)))
      return TRUE;
  return FALSE;
}

/* ECCDETR tells where it was, which is not modelled. */
static void
h5_refuse_read (FkSimChip *self, guint32 offset)
{
}

static gboolean
h5_is_locked (FkSimChip *self)
{
  return (self->flash.cr & CR_LOCK) != 0;
}

const FkSimFlashOps fk_sim_flash_h5 = {
  .registers = { 0x40022000, 0x400, FALSE, h5_read, h5_write },
  .make_options = fk_sim_h5_make_options,
  .reset = h5_reset,
  .load_options = fk_sim_h5_load_options,
  .program = h5_program,
  .finish = h5_finish,
  .is_busy_at = h5_is_busy_at,
  .hides = h5_hides,
  .refuse_read = h5_refuse_read,
  .is_locked = h5_is_locked,
  .set_protection = fk_sim_h5_set_protection,
  .get_start = fk_sim_h5_get_start,
};
