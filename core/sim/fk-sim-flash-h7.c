/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-flash-h7-private.h"

#include <string.h>

/*
 * The flash controller of STM32H743, after RM0433 (4 Embedded flash memory): two banks of eight
 * sectors of 128 KiB, each with registers of its own, and flash words of 256 bits with ECC.  A bank
 * collects 32 bytes in its write buffer and programs them together.  Those of H723 and H7A3 have
 * another number of banks, sectors and words of another size, and bits of CR at other places.
 *
 * Not modelled: both banks at work at a time, except by OPTCR.MER (one waits for the other), the
 * queue behind the write buffer (the bus waits instead), the controller's own CRC, exchanged banks,
 * flash words that an erase or a program that was cut off leaves behind, and errors of ECC as seen
 * by the core's own loads.
 */

#define REG_ACR     0x00
#define REG_KEYR    0x04
#define REG_OPTKEYR 0x08
#define REG_CR      0x0c
#define REG_SR      0x10
#define REG_CCR     0x14
#define REG_OPTCR   0x18
#define REG_OPTCCR  0x24
#define BANK_2      0x100u

#define KEY1    0x45670123u
#define KEY2    0xcdef89abu
#define OPTKEY1 0x08192a3bu
#define OPTKEY2 0x4c5d6e7fu

#define ACR_PLAIN 0x3fu

#define CR_LOCK  (1u << 0)
#define CR_PG    (1u << 1)
#define CR_SER   (1u << 2)
#define CR_BER   (1u << 3)
#define CR_EOPIE (1u << 16)

#define SR_BSY     (1u << 0)
#define SR_WBNE    (1u << 1)
#define SR_QW      (1u << 2)
#define SR_EOP     (1u << 16)
#define SR_WRPERR  (1u << 17)
#define SR_PGSERR  (1u << 18)
#define SR_STRBERR (1u << 19)
#define SR_INCERR  (1u << 21)
#define SR_RDPERR  (1u << 23)
#define SR_DBECC   (1u << 26)

#define OPTCR_OPTLOCK  (1u << 0)
#define OPTCR_OPTSTART (1u << 1)
#define OPTCR_PLAIN    (1u << 30)

static FkSimFlashBank *
get_bank (FkSimChip *self, guint32 offset)
{
  return &self->flash.banks[(offset & BANK_2) != 0 ? 1 : 0];
}

/* Where there is one bank, nothing answers for a second. */
static gboolean
has_register (FkSimChip *self, guint32 offset)
{
  return (offset & BANK_2) == 0 || fk_sim_h7_get_kind (self)->n_banks > 1;
}

/* PSIZE */
static guint
get_speed (FkSimChip *self, const FkSimFlashBank *bank)
{
  return fk_sim_h7_get_kind (self)->has_speed ? bank->cr >> 4 & 3 : 3;
}

static void
h7_reset (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  flash->acr = fk_sim_h7_get_kind (self)->acr_reset;
  flash->optcr = OPTCR_OPTLOCK;
  flash->obr = 0; /* OPTCHANGEERR */
  flash->optkey_step = 0;
  flash->optkey_jammed = FALSE;
  memset (flash->banks, 0, sizeof flash->banks);
  for (guint i = 0; i < G_N_ELEMENTS (flash->banks); i++)
    flash->banks[i].cr = fk_sim_h7_get_kind (self)->cr_reset;
}

static guint32
get_status (FkSimChip *self, FkSimFlashBank *bank)
{
  guint32 flags = bank->sr;

  if (fk_sim_flash_is_busy (self) &&
      (self->flash.op_banks & (bank == &self->flash.banks[0] ? 1 : 2)) != 0)
    flags |= SR_BSY | SR_QW;
  if (bank->row_filled != 0)
    flags |= SR_WBNE;
  return flags;
}

static guint32
h7_read (FkSimChip *self, guint32 offset, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  FkSimFlashBank *bank = get_bank (self, offset);
  guint32 value;

  if (!has_register (self, offset))
    return 0;
  switch (offset & ~BANK_2)
    {
    case REG_ACR:
      return flash->acr;
    case REG_CR:
      fk_sim_flash_settle (self);
      return bank->cr;
    case REG_SR:
      fk_sim_flash_poll (self, master);
      return get_status (self, bank);
    case REG_OPTCR:
      fk_sim_flash_settle (self);
      return flash->optcr;
    default:
      fk_sim_flash_poll (self, master);
      return fk_sim_h7_read_option (self, offset, &value) ? value : 0;
    }
}

/* A wrong key locks the bank's CR until the next reset, and is a bus error; so is one that comes
 * while it is open. */
static gboolean
write_key (FkSimFlashBank *bank, guint32 value)
{
  static const guint32 keys[] = { KEY1, KEY2 };
  const FkSimLock lock = { &bank->cr, CR_LOCK, CR_LOCK, &bank->key_step, &bank->key_jammed };

  return fk_sim_flash_open_lock (&lock, keys, value, TRUE);
}

static gboolean
write_option_key (FkSimChip *self, guint32 value)
{
  static const guint32 keys[] = { OPTKEY1, OPTKEY2 };
  FkSimFlash *flash = &self->flash;
  const FkSimLock lock = { &flash->optcr, OPTCR_OPTLOCK, OPTCR_OPTLOCK, &flash->optkey_step,
                           &flash->optkey_jammed };

  return fk_sim_flash_open_lock (&lock, keys, value, self->rdp < 2);
}

static void
begin_erase (FkSimChip *self, FkSimOp op, guint banks, guint32 start, guint32 size, guint64 ns)
{
  FkSimFlash *flash = &self->flash;

  flash->op_address = start;
  flash->op_value = size;
  flash->op_banks = banks;
  for (guint i = 0; i < G_N_ELEMENTS (flash->banks); i++)
    if ((banks & 1u << i) != 0)
      flash->banks[i].cr |= fk_sim_h7_get_kind (self)->start;
  fk_sim_flash_begin (self, op, ns);
}

/* With SER and BER, all of the bank. */
static void
start_erase (FkSimChip *self, FkSimFlashBank *bank, FkSimMaster master)
{
  const FkSimH7Kind *kind = fk_sim_h7_get_kind (self);
  guint number = bank == &self->flash.banks[0] ? 0 : 1;
  guint32 bank_size = fk_sim_h7_get_bank_size (self);
  gboolean all = (bank->cr & CR_BER) != 0;
  guint32 n_sectors = bank_size / kind->sector;
  guint32 start = all ? 0 : (bank->cr >> kind->sector_shift) % n_sectors * kind->sector;
  guint32 size = all ? bank_size : kind->sector;

  if ((bank->cr & (CR_SER | CR_BER)) == 0)
    return;
  if (bank->row_filled != 0)
    bank->sr |= SR_PGSERR;
  else if (fk_sim_chip_is_flash_blocked (self, master) ||
           fk_sim_h7_is_write_protected (self, number, start, start + size))
    bank->sr |= SR_WRPERR;
  else
    begin_erase (self, all ? FK_SIM_OP_MASS_ERASE : FK_SIM_OP_ERASE, 1u << number,
                 number * bank_size + start, size,
                 (all ? kind->times->bank_ns : kind->times->erase_ns)[get_speed (self, bank)]);
}

/* Both banks; each must be open, and what protects a sector of one refuses all. */
static void
start_mass_erase (FkSimChip *self, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  gboolean refused = fk_sim_chip_is_flash_blocked (self, master);

  for (guint i = 0; i < G_N_ELEMENTS (flash->banks); i++)
    {
      if ((flash->banks[i].cr & CR_LOCK) != 0)
        return;
      if (fk_sim_h7_is_write_protected (self, i, 0, fk_sim_h7_get_bank_size (self)))
        {
          flash->banks[i].sr |= SR_WRPERR;
          refused = TRUE;
        }
    }
  if (!refused)
    begin_erase (self, FK_SIM_OP_MASS_ERASE, 3, 0, self->flash_memory->size,
                 fk_sim_h7_get_kind (self)->times->bank_ns[get_speed (self, &flash->banks[0])]);
}

/* Programs the flash word that the buffer holds; what has not come of it is ones.  Over what is not
 * erased, the cells of the data and of its ECC are cleared further, and no longer fit each other.
 */
static void
start_program (FkSimChip *self, FkSimFlashBank *bank)
{
  FkSimFlash *flash = &self->flash;
  guint number = bank == &flash->banks[0] ? 0 : 1;
  const FkSimMemory *memory = self->flash_memory;
  guint32 offset = bank->row_address - memory->base;
  const guint8 *cells = memory->bytes + offset;
  const FkSimH7Kind *kind = fk_sim_h7_get_kind (self);
  gboolean same = memcmp (cells, bank->row, kind->word) == 0;
  gboolean virgin = !g_hash_table_contains (self->ones, GUINT_TO_POINTER (offset));
  gboolean ones = TRUE;

  for (guint i = 0; i < kind->word; i++)
    {
      virgin = virgin && cells[i] == 0xff;
      ones = ones && bank->row[i] == 0xff;
    }
  bank->row_filled = 0;
  if (fk_sim_h7_is_write_protected (self, number, offset % fk_sim_h7_get_bank_size (self),
                                    offset % fk_sim_h7_get_bank_size (self) + kind->word))
    {
      bank->sr |= SR_WRPERR;
      return;
    }
  if (!virgin && !same)
    g_hash_table_add (self->torn, GUINT_TO_POINTER (offset));
  else if (ones)
    g_hash_table_add (self->ones, GUINT_TO_POINTER (offset));
  flash->op_weak = FALSE;
  flash->op_banks = 1u << number;
  fk_sim_flash_begin_row (self, memory, bank->row_address, bank->row, kind->word,
                          kind->times->program_ns[get_speed (self, bank)]);
}

static void
write_control (
    FkSimChip *self, FkSimFlashBank *bank, guint32 value, guint32 mask, FkSimMaster master)
{
  const FkSimH7Kind *kind = fk_sim_h7_get_kind (self);

  fk_sim_flash_stall (self, master);
  if ((bank->cr & CR_LOCK) != 0)
    return;
  value = (bank->cr & ~mask & ~(kind->start | kind->force)) | (value & mask);
  bank->cr = value & (kind->cr_plain | CR_LOCK);
  if ((value & CR_LOCK) != 0)
    return;
  if ((value & kind->force) != 0 && bank->row_filled != 0)
    start_program (self, bank);
  else if ((value & kind->start) != 0)
    start_erase (self, bank, master);
}

static void
write_option_control (FkSimChip *self, guint32 value, guint32 mask, FkSimMaster master)
{
  const FkSimH7Kind *kind = fk_sim_h7_get_kind (self);
  FkSimFlash *flash = &self->flash;
  guint64 duration = kind->times->options_ns;

  fk_sim_flash_stall (self, master);
  if ((flash->optcr & OPTCR_OPTLOCK) != 0)
    return;
  value = (flash->optcr & ~mask & ~(OPTCR_OPTSTART | kind->erase_both)) | (value & mask);
  flash->optcr = value & (OPTCR_PLAIN | OPTCR_OPTLOCK);
  if ((value & OPTCR_OPTLOCK) != 0)
    return;
  if ((value & kind->erase_both) != 0)
    start_mass_erase (self, master);
  else if ((value & OPTCR_OPTSTART) != 0)
    {
      if (fk_sim_h7_will_erase (self))
        duration += kind->times->bank_ns[3];
      flash->op_banks = 3;
      fk_sim_flash_begin (self, FK_SIM_OP_OPTION_PROGRAM, duration);
    }
}

static gboolean
h7_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  FkSimFlashBank *bank = get_bank (self, offset);

  fk_sim_flash_settle (self);
  if (!has_register (self, offset))
    return TRUE;
  switch (offset & ~BANK_2)
    {
    case REG_ACR:
      flash->acr = ((flash->acr & ~mask) | (value & mask)) & ACR_PLAIN;
      return TRUE;
    case REG_KEYR:
      return write_key (bank, value);
    case REG_OPTKEYR:
      return write_option_key (self, value);
    case REG_CR:
      write_control (self, bank, value, mask, master);
      return TRUE;
    case REG_CCR:
      bank->sr &= ~(value & mask & fk_sim_h7_get_kind (self)->sticky);
      return TRUE;
    case REG_OPTCR:
      write_option_control (self, value, mask, master);
      return TRUE;
    case REG_OPTCCR:
      flash->obr &= ~(value & mask & FK_SIM_H7_OPTCHANGEERR);
      return TRUE;
    default:
      if ((flash->optcr & OPTCR_OPTLOCK) == 0)
        fk_sim_h7_write_option (self, offset, value, mask);
      return TRUE;
    }
}

static void
put_in_buffer (FkSimChip *self, FkSimFlashBank *bank, guint32 address, guint width, guint32 value)
{
  guint length = fk_sim_h7_get_kind (self)->word;
  guint at = address % length;
  guint32 bits = ((1u << width) - 1) << at;

  if (bank->row_filled == 0)
    {
      bank->row_address = address - at;
      memset (bank->row, 0xff, sizeof bank->row);
    }
  /* Another flash word before this one is full is inconsistent, and a byte that has come already is
   * a strobe error. */
  if (bank->row_address != address - at)
    {
      bank->sr |= SR_INCERR;
      return;
    }
  if ((bank->row_filled & bits) != 0)
    bank->sr |= SR_STRBERR;
  for (guint i = 0; i < width; i++)
    bank->row[at + i] = value >> (8 * i) & 0xff;
  bank->row_filled |= bits;
  if (bank->row_filled == G_MAXUINT32 >> (32 - length))
    start_program (self, bank);
}

static gboolean
h7_program (FkSimChip *self,
            const FkSimMemory *memory,
            guint32 address,
            guint width,
            guint32 value,
            FkSimMaster master)
{
  FkSimFlashBank *bank;

  if (memory->kind == FK_SIM_MEMORY_OPTIONS)
    return FALSE;

  fk_sim_flash_stall (self, master);
  bank = &self->flash.banks[(address - memory->base) / fk_sim_h7_get_bank_size (self)];
  if (fk_sim_chip_is_flash_blocked (self, master))
    bank->sr |= SR_WRPERR;
  /* "PG has not been set … prior to the request" or an inconsistency that was not cleared */
  else if ((bank->cr & CR_PG) == 0 || (bank->sr & SR_INCERR) != 0)
    bank->sr |= SR_PGSERR;
  else
    put_in_buffer (self, bank, address, width, value);
  return TRUE;
}

static void
h7_finish (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  switch (flash->op)
    {
    case FK_SIM_OP_ERASE:
    case FK_SIM_OP_MASS_ERASE:
      fk_sim_flash_finish_erase (self);
      break;
    case FK_SIM_OP_OPTION_PROGRAM:
      fk_sim_h7_finish_options (self);
      break;
    case FK_SIM_OP_PROGRAM:
    case FK_SIM_OP_OPTION_ERASE:
    case FK_SIM_OP_NONE:
    default:
      break;
    }
  for (guint i = 0; i < G_N_ELEMENTS (flash->banks); i++)
    {
      FkSimFlashBank *bank = &flash->banks[i];

      if ((flash->op_banks & 1u << i) == 0)
        continue;
      bank->cr &= ~fk_sim_h7_get_kind (self)->start;
      if ((bank->cr & CR_EOPIE) != 0)
        bank->sr |= SR_EOP;
    }
}

/* The other bank can be read meanwhile. */
static gboolean
h7_is_busy_at (FkSimChip *self, guint32 offset)
{
  return (self->flash.op_banks & 1u << offset / fk_sim_h7_get_bank_size (self)) != 0;
}

static gboolean
is_torn (FkSimChip *self, guint32 offset, guint32 length)
{
  guint32 word = fk_sim_h7_get_kind (self)->word;
  guint32 end = offset + length;

  if (g_hash_table_size (self->torn) == 0)
    return FALSE;
  for (guint32 at = offset - offset % word; at < end; at += word)
    if (g_hash_table_contains (self->torn, GUINT_TO_POINTER (at)))
      return TRUE;
  return FALSE;
}

/* A word whose ECC does not fit it in two bits or more, and what is under PCROP, are bus errors to
 * who reads them. */
static gboolean
h7_hides (FkSimChip *self, guint32 offset, guint32 length)
{
  guint32 bank_size = fk_sim_h7_get_bank_size (self);

  if (is_torn (self, offset, length))
    return TRUE;
  for (guint bank = 0; bank < fk_sim_h7_get_kind (self)->n_banks; bank++)
    {
      guint32 start = MAX (offset, bank * bank_size);
      guint32 end = MIN (offset + length, (bank + 1) * bank_size);

      if (start < end &&
          fk_sim_h7_is_under_pcrop (self, bank, start - bank * bank_size, end - bank * bank_size))
        return TRUE;
    }
  return FALSE;
}

static void
h7_refuse_read (FkSimChip *self, guint32 offset)
{
  FkSimFlashBank *bank = &self->flash.banks[offset / fk_sim_h7_get_bank_size (self)];

  bank->sr |= is_torn (self, offset, 1) ? SR_DBECC : SR_RDPERR;
}

static gboolean
h7_is_locked (FkSimChip *self)
{
  /* A bank that there is not was never unlocked. */
  return (self->flash.banks[0].cr & self->flash.banks[1].cr & CR_LOCK) != 0;
}

const FkSimFlashOps fk_sim_flash_h7 = {
  .registers = { 0x52002000, 0x400, FALSE, h7_read, h7_write },
  .make_options = fk_sim_h7_make_options,
  .reset = h7_reset,
  .load_options = fk_sim_h7_load_options,
  .program = h7_program,
  .finish = h7_finish,
  .is_busy_at = h7_is_busy_at,
  .hides = h7_hides,
  .refuse_read = h7_refuse_read,
  .is_locked = h7_is_locked,
  .set_protection = fk_sim_h7_set_protection,
  .get_start = fk_sim_h7_get_start,
};
