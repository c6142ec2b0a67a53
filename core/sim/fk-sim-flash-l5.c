/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-flash-l5-private.h"

#include <string.h>

#include "base/fk-reader.h"

/*
 * The flash controller of STM32L552 and U575: two banks, pages of 2 or 8 KiB, double or quad words
 * with ECC, and a set of registers for each state of security, of which there is the one that is
 * not secure.  After RM0438 (6 Embedded flash memory) and RM0456 (7 Embedded flash memory), the
 * registers' descriptions and the section on error flags; where RM0456 alone is named, L5 is taken
 * to be alike.
 *
 * Not modelled: programming in bursts (BWR), errors of ECC, banks in power-down.
 */

#define REG_ACR     0x00
#define REG_KEYR    0x08
#define REG_OPTKEYR 0x10
#define REG_SR      0x20
#define REG_CR      0x28

#define KEY1    0x45670123u
#define KEY2    0xcdef89abu
#define OPTKEY1 0x08192a3bu
#define OPTKEY2 0x4c5d6e7fu

#define SR_EOP      (1u << 0)
#define SR_OPERR    (1u << 1)
#define SR_PROGERR  (1u << 3)
#define SR_WRPERR   (1u << 4)
#define SR_PGAERR   (1u << 5)
#define SR_SIZERR   (1u << 6)
#define SR_PGSERR   (1u << 7)
#define SR_BSY      (1u << 16)
#define SR_WDW      (1u << 17)
#define SR_OEM1LOCK (1u << 18) /* U5 */
#define SR_REFUSES \
  (SR_PROGERR | SR_WRPERR | SR_PGAERR | SR_SIZERR | SR_PGSERR | FK_SIM_L5_SR_OPTWERR)
#define SR_STICKY (SR_EOP | SR_OPERR | SR_REFUSES)

#define CR_PG         (1u << 0)
#define CR_PER        (1u << 1)
#define CR_MER1       (1u << 2)
#define CR_BKER       (1u << 11)
#define CR_BWR        (1u << 14)
#define CR_MER2       (1u << 15)
#define CR_STRT       (1u << 16)
#define CR_OPTSTRT    (1u << 17)
#define CR_EOPIE      (1u << 24)
#define CR_ERRIE      (1u << 25)
#define CR_OBL_LAUNCH (1u << 27)
#define CR_OPTLOCK    (1u << 30)
#define CR_LOCK       (1u << 31)
#define CR_PNB_SHIFT  3

static void
l5_reset (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  flash->acr = fk_sim_l5_get_kind (self)->acr_reset;
  flash->sr = 0;
  flash->cr = CR_LOCK | CR_OPTLOCK;
  flash->row_done = 0;
  flash->key_step = 0;
  flash->optkey_step = 0;
  flash->key_jammed = FALSE;
  flash->optkey_jammed = FALSE;
}

/* EOP and OPERR are shown only while their interrupts are on (RM0456, FLASH_NSSR). */
static void
raise_error (FkSimChip *self, guint32 flag)
{
  self->flash.sr |= flag;
  if (self->flash.cr & CR_ERRIE)
    self->flash.sr |= SR_OPERR;
}

static guint32
l5_read (FkSimChip *self, guint32 offset, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  guint option;

  switch (offset)
    {
    case REG_ACR:
      return flash->acr;
    case REG_SR:
      fk_sim_flash_poll (self, master);
      return flash->sr | (fk_sim_flash_is_busy (self) ? SR_BSY : 0) |
             (flash->row_done > 0 && fk_sim_l5_get_kind (self)->waits ? SR_WDW : 0) |
             (self->config.owner_key ? SR_OEM1LOCK : 0);
    case REG_CR:
      fk_sim_flash_settle (self);
      return flash->cr;
    default:
      return fk_sim_l5_find_option (offset, &option) ? flash->options[option] : 0;
    }
}

/* A wrong key locks until the next reset, and is a bus error (RM0456 7, Unlocking the flash
 * memory).  To send the keys to an open controller is taken for one, as on F4. */
static gboolean
write_key (FkSimChip *self, guint32 value)
{
  static const guint32 keys[] = { KEY1, KEY2 };
  FkSimFlash *flash = &self->flash;
  const FkSimLock lock = { &flash->cr, CR_LOCK, CR_LOCK | CR_OPTLOCK, &flash->key_step,
                           &flash->key_jammed };

  return fk_sim_flash_open_lock (&lock, keys, value, TRUE);
}

/* LOCK must be open before OPTLOCK opens. */
static gboolean
write_option_key (FkSimChip *self, guint32 value)
{
  static const guint32 keys[] = { OPTKEY1, OPTKEY2 };
  FkSimFlash *flash = &self->flash;
  const FkSimLock lock = { &flash->cr, CR_OPTLOCK, CR_OPTLOCK, &flash->optkey_step,
                           &flash->optkey_jammed };

  return fk_sim_flash_open_lock (&lock, keys, value, (flash->cr & CR_LOCK) == 0);
}

static void
start_page_erase (FkSimChip *self, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  const FkSimL5Kind *kind = fk_sim_l5_get_kind (self);
  guint32 bank_size = fk_sim_l5_get_bank_size (self);
  guint32 page = fk_sim_l5_get_page_size (self);
  guint bank = fk_sim_l5_has_two_banks (self) && (flash->cr & CR_BKER) != 0 ? 1 : 0;
  guint32 start = (flash->cr >> CR_PNB_SHIFT & kind->pages) * page;

  if (fk_sim_chip_is_flash_blocked (self, master) ||
      fk_sim_l5_is_write_protected (self, bank, start, start + page))
    {
      raise_error (self, SR_WRPERR);
      return;
    }
  /* What happens to a page that is not there is not said; here nothing, in its time. */
  flash->op_address = bank * bank_size + start;
  flash->op_value = start < bank_size ? page : 0;
  flash->op_banks = 1u << bank;
  fk_sim_flash_begin (self, FK_SIM_OP_ERASE, kind->times->erase_ns);
}

/* With a protected page in one of the banks nothing is erased (RM0456, Flash mass erase). */
static void
start_mass_erase (FkSimChip *self, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  guint32 bank_size = fk_sim_l5_get_bank_size (self);
  gboolean refused = fk_sim_chip_is_flash_blocked (self, master);
  guint banks = ((flash->cr & CR_MER1) != 0 ? 1 : 0) | ((flash->cr & CR_MER2) != 0 ? 2 : 0);

  if (!fk_sim_l5_has_two_banks (self))
    banks = 1;
  for (guint bank = 0; bank < 2; bank++)
    if ((banks & (1u << bank)) != 0)
      refused = refused || fk_sim_l5_is_write_protected (self, bank, 0, bank_size);
  if (refused)
    {
      raise_error (self, SR_WRPERR);
      return;
    }
  flash->op_address = (banks & 1) != 0 ? 0 : bank_size;
  flash->op_value = banks == 3 ? 2 * bank_size : bank_size;
  flash->op_banks = banks;
  fk_sim_flash_begin (self, FK_SIM_OP_MASS_ERASE, fk_sim_l5_get_kind (self)->times->mass_erase_ns);
}

static void
start_erase (FkSimChip *self, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  gboolean page = (flash->cr & CR_PER) != 0;
  gboolean mass = (flash->cr & (CR_MER1 | CR_MER2)) != 0;

  if ((flash->sr & SR_REFUSES) != 0 || page == mass || (flash->cr & CR_PG) != 0)
    raise_error (self, SR_PGSERR);
  else if (page)
    start_page_erase (self, master);
  else
    start_mass_erase (self, master);
  if (fk_sim_flash_is_busy (self))
    flash->cr |= CR_STRT;
}

/* Of level 2 nothing goes back without the second of two keys, which nobody has set here. */
static void
start_options (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;
  const FkSimFlashL4Times *times = fk_sim_l5_get_kind (self)->times;
  guint64 duration = times->erase_ns + FK_SIM_L5_N_OPTIONS * times->program_ns;

  if (self->rdp == 2)
    {
      raise_error (self, FK_SIM_L5_SR_OPTWERR);
      return;
    }
  if (self->rdp == 1 && fk_sim_flash_get_level (flash->options[FK_SIM_L5_OPTR]) == 0)
    duration += times->mass_erase_ns;
  flash->op_banks = 3;
  flash->cr |= CR_OPTSTRT;
  fk_sim_flash_begin (self, FK_SIM_OP_OPTION_PROGRAM, duration);
}

/* The bus waits while an operation is under way. */
static void
write_control (FkSimChip *self, guint32 value, guint32 mask, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  guint32 kept;

  fk_sim_flash_stall (self, master);
  if ((flash->cr & CR_LOCK) != 0 || flash->row_done > 0)
    return;

  value = (flash->cr & ~mask & ~(CR_STRT | CR_OPTSTRT)) | (value & mask);
  kept = flash->cr & CR_OPTLOCK;
  flash->cr = (value & (fk_sim_l5_get_kind (self)->cr_plain | CR_OPTLOCK | CR_LOCK)) | kept;
  if ((value & CR_LOCK) != 0)
    flash->cr |= CR_OPTLOCK;
  else if ((value & CR_STRT) != 0)
    start_erase (self, master);
  else if ((value & CR_OPTSTRT) != 0 && (flash->cr & CR_OPTLOCK) == 0)
    start_options (self);
  else if ((value & CR_OBL_LAUNCH) != 0 && (flash->cr & CR_OPTLOCK) == 0)
    fk_sim_flash_launch_options (self, master);
}

static gboolean
l5_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  guint option;

  fk_sim_flash_settle (self);
  switch (offset)
    {
    case REG_ACR:
      flash->acr = ((flash->acr & ~mask) | (value & mask)) & fk_sim_l5_get_kind (self)->acr_plain;
      return TRUE;
    case REG_KEYR:
      return write_key (self, value);
    case REG_OPTKEYR:
      return write_option_key (self, value);
    case REG_SR:
      flash->sr &= ~(value & mask & SR_STICKY);
      return TRUE;
    case REG_CR:
      write_control (self, value, mask, master);
      return TRUE;
    default:
      if (fk_sim_l5_find_option (offset, &option) && (flash->cr & (CR_LOCK | CR_OPTLOCK)) == 0)
        fk_sim_l5_write_option (self, option, value, mask);
      return TRUE;
    }
}

static guint
get_unit (FkSimChip *self)
{
  return fk_sim_l5_get_kind (self)->unit;
}

static gboolean
are_all (const guint8 *bytes, guint8 value, guint length)
{
  for (guint i = 0; i < length; i++)
    if (bytes[i] != value)
      return FALSE;
  return TRUE;
}

/* Programmed with ones a unit looks erased, and is not: its code was written. */
static gboolean
is_blank (FkSimChip *self, const FkSimMemory *memory, guint32 offset)
{
  return are_all (memory->bytes + offset, 0xff, get_unit (self)) &&
         (memory->kind != FK_SIM_MEMORY_FLASH ||
          !g_hash_table_contains (self->ones, GUINT_TO_POINTER (offset)));
}

/* PROGERR: "not previously erased", unless what is written is zeros and what is there is not; in
 * the OTP area never (RM0456 7, Flash memory error flags). */
static guint32
find_fault (FkSimChip *self, const FkSimMemory *memory, guint32 offset)
{
  const guint8 *old = memory->bytes + offset;
  guint32 bank_size = fk_sim_l5_get_bank_size (self);
  gboolean in_flash = memory->kind == FK_SIM_MEMORY_FLASH;

  if (in_flash && fk_sim_l5_is_write_protected (self, offset / bank_size, offset % bank_size,
                                                offset % bank_size + get_unit (self)))
    return SR_WRPERR;
  if (is_blank (self, memory, offset))
    return 0;
  return in_flash && are_all (self->flash.row, 0, get_unit (self)) &&
                 !are_all (old, 0, get_unit (self))
             ? 0
             : SR_PROGERR;
}

static void
start_program (FkSimChip *self, const FkSimMemory *memory)
{
  FkSimFlash *flash = &self->flash;
  guint32 offset = flash->row_address - memory->base;
  guint32 fault = find_fault (self, memory, offset);

  if (fault != 0)
    {
      raise_error (self, fault);
      return;
    }
  flash->op_banks =
      memory->kind == FK_SIM_MEMORY_FLASH ? 1u << offset / fk_sim_l5_get_bank_size (self) : 1;
  if (memory->kind == FK_SIM_MEMORY_FLASH && are_all (flash->row, 0xff, get_unit (self)))
    g_hash_table_add (self->ones, GUINT_TO_POINTER (offset));
  fk_sim_flash_begin_row (self, memory, flash->row_address, flash->row, get_unit (self),
                          fk_sim_l5_get_kind (self)->times->program_ns);
}

/* The next word of a unit, which come in rising order; the last one starts the work. */
static void
take_word (FkSimChip *self, const FkSimMemory *memory, guint32 address, guint32 value)
{
  FkSimFlash *flash = &self->flash;

  if (flash->row_done == 0)
    flash->row_address = address;
  if (flash->row_address % get_unit (self) != 0 || address != flash->row_address + flash->row_done)
    {
      flash->row_done = 0;
      raise_error (self, SR_PGAERR);
      return;
    }
  fk_store_u32le (flash->row + flash->row_done, value);
  flash->row_done += 4;
  if (flash->row_done < get_unit (self))
    return;
  flash->row_done = 0;
  start_program (self, memory);
}

static gboolean
l5_program (FkSimChip *self,
            const FkSimMemory *memory,
            guint32 address,
            guint width,
            guint32 value,
            FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;

  fk_sim_flash_stall (self, master);
  if (memory->kind == FK_SIM_MEMORY_FLASH && fk_sim_chip_is_flash_blocked (self, master))
    {
      flash->row_done = 0;
      raise_error (self, SR_WRPERR);
      return FALSE;
    }
  if ((flash->cr & CR_PG) == 0 || (flash->cr & (CR_PER | CR_MER1 | CR_MER2 | CR_BWR)) != 0 ||
      (flash->sr & SR_REFUSES) != 0)
    {
      flash->row_done = 0;
      raise_error (self, SR_PGSERR);
    }
  else if (width != 4)
    {
      flash->row_done = 0;
      raise_error (self, SR_SIZERR);
    }
  else
    take_word (self, memory, address, value);
  return TRUE;
}

static void
l5_finish (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  switch (flash->op)
    {
    case FK_SIM_OP_ERASE:
    case FK_SIM_OP_MASS_ERASE:
      fk_sim_flash_finish_erase (self);
      break;
    case FK_SIM_OP_OPTION_PROGRAM:
      fk_sim_l5_finish_options (self);
      break;
    case FK_SIM_OP_PROGRAM:
    case FK_SIM_OP_OPTION_ERASE:
    case FK_SIM_OP_NONE:
    default:
      break;
    }
  flash->cr &= ~(CR_STRT | CR_OPTSTRT);
  if (flash->cr & CR_EOPIE)
    flash->sr |= SR_EOP;
}

/* The other bank can be read meanwhile. */
static gboolean
l5_is_busy_at (FkSimChip *self, guint32 offset)
{
  return (self->flash.op_banks & (1u << offset / fk_sim_l5_get_bank_size (self))) != 0;
}

static gboolean
l5_is_locked (FkSimChip *self)
{
  return (self->flash.cr & CR_LOCK) != 0;
}

const FkSimFlashOps fk_sim_flash_l5 = {
  .registers = { 0x40022000, 0x400, FALSE, l5_read, l5_write },
  .make_options = fk_sim_l5_make_options,
  .reset = l5_reset,
  .load_options = fk_sim_l5_load_options,
  .program = l5_program,
  .finish = l5_finish,
  .is_busy_at = l5_is_busy_at,
  .is_locked = l5_is_locked,
  .set_protection = fk_sim_l5_set_protection,
  .get_start = fk_sim_flash_l5_get_boot,
};
