/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-flash-l4-private.h"

#include <string.h>

/*
 * The flash controller of STM32G0B1, L476, L4R5, G431 and G474: one bank or two, double words with
 * ECC. Registers and keys after RM0444 (3 Embedded flash memory) and RM0351 (3 Embedded Flash
 * memory); its rules of programming and erasing are those that RM0440 3.3.5 to 3.3.8 states for G4.
 *
 * Not modelled: fast programming, errors of ECC, exchanged banks, starting from system memory while
 * the flash is empty, and PCROP and the securable area as seen by the core's own loads.
 */

#define REG_ACR     0x00
#define REG_KEYR    0x08
#define REG_OPTKEYR 0x0c
#define REG_SR      0x10
#define REG_CR      0x14
#define REG_ECCR    0x18
#define REG_ECC2R   0x1c

#define KEY1    0x45670123u
#define KEY2    0xcdef89abu
#define OPTKEY1 0x08192a3bu
#define OPTKEY2 0x4c5d6e7fu

#define SR_EOP     (1u << 0)
#define SR_OPERR   (1u << 1)
#define SR_PROGERR (1u << 3)
#define SR_WRPERR  (1u << 4)
#define SR_PGAERR  (1u << 5)
#define SR_SIZERR  (1u << 6)
#define SR_PGSERR  (1u << 7)
#define SR_MISERR  (1u << 8)
#define SR_FASTERR (1u << 9)
#define SR_RDERR   (1u << 14)
#define SR_STICKY  0x0000c3fbu
#define SR_REFUSES \
  (SR_PROGERR | SR_WRPERR | SR_PGAERR | SR_SIZERR | SR_PGSERR | SR_MISERR | SR_FASTERR)

#define CR_PG         (1u << 0)
#define CR_PER        (1u << 1)
#define CR_MER1       (1u << 2)
#define CR_MER2       (1u << 15)
#define CR_STRT       (1u << 16)
#define CR_OPTSTRT    (1u << 17)
#define CR_FSTPG      (1u << 18)
#define CR_EOPIE      (1u << 24)
#define CR_ERRIE      (1u << 25)
#define CR_RDERRIE    (1u << 26)
#define CR_OBL_LAUNCH (1u << 27)
#define CR_OPTLOCK    (1u << 30)
#define CR_LOCK       (1u << 31)
#define CR_PNB_SHIFT  3

static void
l4_reset (FkSimChip *self)
{
  const FkSimL4Kind *kind = fk_sim_l4_get_kind (self);
  FkSimFlash *flash = &self->flash;

  flash->acr = kind->acr_reset | (flash->acr & kind->acr_empty);
  flash->sr &= kind->sr_empty;
  flash->cr = CR_LOCK | CR_OPTLOCK;
  flash->has_first_word = FALSE;
  flash->key_step = 0;
  flash->optkey_step = 0;
  flash->key_jammed = FALSE;
  flash->optkey_jammed = FALSE;
}

static void
l4_refuse_read (FkSimChip *self, guint32 offset)
{
  self->flash.sr |= SR_RDERR;
}

/* EOP is shown only when its interrupt is on, and so is OPERR (RM0440 3.6, table 16). */
static void
raise_error (FkSimChip *self, guint32 flag)
{
  self->flash.sr |= flag;
  if (self->flash.cr & CR_ERRIE)
    self->flash.sr |= SR_OPERR;
}

static guint32
get_busy_flags (FkSimChip *self)
{
  const FkSimL4Kind *kind = fk_sim_l4_get_kind (self);
  FkSimFlash *flash = &self->flash;
  guint32 flags = 0;

  if (fk_sim_flash_is_busy (self))
    flags = kind->settings_busy | ((flash->op_banks & 1) != 0 ? kind->busy[0] : 0) |
            ((flash->op_banks & 2) != 0 ? kind->busy[1] : 0);
  /* "Set when the first word is sent" (RM0444, FLASH_SR); on hardware it stays until a reset if the
   * second never comes. */
  if (flash->has_first_word)
    flags |= kind->settings_busy;
  return flags;
}

static guint32
l4_read (FkSimChip *self, guint32 offset, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  guint option;

  switch (offset)
    {
    case REG_ACR:
      return flash->acr;
    case REG_SR:
      fk_sim_flash_poll (self, master);
      return flash->sr | get_busy_flags (self);
    case REG_CR:
      fk_sim_flash_settle (self);
      return flash->cr;
    default:
      return fk_sim_l4_find_option (self, offset, &option) ? fk_sim_l4_read_option (self, option)
                                                           : 0;
    }
}

/* RM0440 3.3.5: "Any wrong sequence locks up the FLASH_CR register until the next system reset",
 * and is a bus error.  To send the keys to an open controller is taken for one, as on F4. */
static gboolean
write_key (FkSimChip *self, guint32 value)
{
  static const guint32 keys[] = { KEY1, KEY2 };
  FkSimFlash *flash = &self->flash;
  const FkSimLock lock = { &flash->cr, CR_LOCK, CR_LOCK | CR_OPTLOCK, &flash->key_step,
                           &flash->key_jammed };

  return fk_sim_flash_open_lock (&lock, keys, value, TRUE);
}

/* LOCK must be open before OPTLOCK opens (RM0444 3.4.2). */
static gboolean
write_option_key (FkSimChip *self, guint32 value)
{
  static const guint32 keys[] = { OPTKEY1, OPTKEY2 };
  FkSimFlash *flash = &self->flash;
  const FkSimLock lock = { &flash->cr, CR_OPTLOCK, CR_OPTLOCK, &flash->optkey_step,
                           &flash->optkey_jammed };

  return fk_sim_flash_open_lock (&lock, keys, value, (flash->cr & CR_LOCK) == 0);
}

/* Where the page is that CR names, from the start of the flash.  Bank 2's are numbered from 0 or,
 * in a table of RM0444 3.3.1 for G0, from 256; hardware takes either. */
static gboolean
find_page (FkSimChip *self, guint *bank, guint32 *start)
{
  const FkSimL4Kind *kind = fk_sim_l4_get_kind (self);
  guint32 bank_size = fk_sim_l4_get_bank_size (self);
  guint page = self->flash.cr >> CR_PNB_SHIFT & kind->pages;

  *bank = fk_sim_l4_has_two_banks (self) && (self->flash.cr & kind->second_bank) != 0 ? 1 : 0;
  if (*bank == 1)
    page &= 0xff;
  *start = page * fk_sim_l4_get_page_size (self);
  return *start < bank_size;
}

static void
start_page_erase (FkSimChip *self, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  guint32 page = fk_sim_l4_get_page_size (self);
  gboolean found;
  guint32 start;
  guint bank;

  found = find_page (self, &bank, &start);
  if (fk_sim_chip_is_flash_blocked (self, master) ||
      (found && fk_sim_l4_is_write_protected (self, bank, start, start + page)))
    {
      raise_error (self, SR_WRPERR);
      return;
    }
  /* A page that is not there takes its time, raises no flag, and nothing is erased: seen on a G473
   * of 128 KiB. */
  flash->op_address = bank * fk_sim_l4_get_bank_size (self) + start;
  flash->op_value = found ? page : 0;
  flash->op_banks = 1u << bank;
  flash->cr |= CR_STRT;
  fk_sim_flash_begin (self, FK_SIM_OP_ERASE, fk_sim_l4_get_kind (self)->times->erase_ns);
}

/* RM0440 3.3.6: with a protected page in one of the banks it is "aborted (for both banks if both
 * are selected)". */
static void
start_mass_erase (FkSimChip *self, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  guint32 bank_size = fk_sim_l4_get_bank_size (self);
  gboolean refused = fk_sim_chip_is_flash_blocked (self, master);
  guint banks = ((flash->cr & CR_MER1) != 0 ? 1 : 0) | ((flash->cr & CR_MER2) != 0 ? 2 : 0);

  /* What one of them alone does where there is one bank and both are wanted (RM0440 3.3.6) is not
   * said; here it is nothing. */
  if (!fk_sim_l4_has_two_banks (self))
    banks = fk_sim_l4_get_kind (self)->doubles && banks != 3 ? 0 : 1;
  for (guint bank = 0; bank < 2; bank++)
    if ((banks & (1u << bank)) != 0)
      refused = refused || fk_sim_l4_is_write_protected (self, bank, 0, bank_size);
  if (refused)
    {
      raise_error (self, SR_WRPERR);
      return;
    }
  flash->op_address = (banks & 1) != 0 ? 0 : bank_size;
  flash->op_value = banks == 0 ? 0 : banks == 3 ? 2 * bank_size : bank_size;
  flash->op_banks = banks;
  flash->cr |= CR_STRT;
  fk_sim_flash_begin (self, FK_SIM_OP_MASS_ERASE, fk_sim_l4_get_kind (self)->times->mass_erase_ns);
}

static void
start_erase (FkSimChip *self, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  gboolean page = (flash->cr & CR_PER) != 0;
  gboolean mass = (flash->cr & (CR_MER1 | CR_MER2)) != 0;

  if ((flash->sr & SR_REFUSES) != 0 || page == mass || (flash->cr & (CR_PG | CR_FSTPG)) != 0)
    raise_error (self, SR_PGSERR);
  else if (page)
    start_page_erase (self, master);
  else
    start_mass_erase (self, master);
}

static void
start_options (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;
  const FkSimFlashL4Times *times = fk_sim_l4_get_kind (self)->times;
  guint64 duration = times->erase_ns + FK_SIM_L4_N_OPTIONS * times->program_ns;

  if (self->rdp == 2)
    {
      raise_error (self, SR_WRPERR);
      return;
    }
  if (self->rdp == 1 && fk_sim_flash_get_level (flash->options[FK_SIM_L4_OPTR]) == 0)
    duration += times->mass_erase_ns;
  flash->op_banks = 3;
  flash->cr |= CR_OPTSTRT;
  fk_sim_flash_begin (self, FK_SIM_OP_OPTION_PROGRAM, duration);
}

static void
write_control (FkSimChip *self, guint32 value, guint32 mask, FkSimMaster master)
{
  const FkSimL4Kind *kind = fk_sim_l4_get_kind (self);
  FkSimFlash *flash = &self->flash;
  guint32 secure = kind->secure[0] | kind->secure[1];
  guint32 kept;

  /* RM0440 3.3.5: the bus waits while an operation is under way. */
  fk_sim_flash_stall (self, master);
  /* CFGBSY: the settings "are used (busy) and cannot be changed" (RM0444, FLASH_SR). */
  if ((flash->cr & CR_LOCK) != 0 || (flash->has_first_word && kind->settings_busy != 0))
    return;

  value = (flash->cr & ~mask & ~(CR_STRT | CR_OPTSTRT)) | (value & mask);
  kept = flash->cr & (CR_OPTLOCK | secure);
  flash->cr = (value & (kind->cr_plain | secure | CR_OPTLOCK | CR_LOCK)) | kept;
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
l4_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  const FkSimL4Kind *kind = fk_sim_l4_get_kind (self);
  FkSimFlash *flash = &self->flash;
  guint option;

  fk_sim_flash_settle (self);
  switch (offset)
    {
    case REG_ACR:
      flash->acr = ((flash->acr & ~mask) | (value & mask)) & (kind->acr_plain | kind->acr_empty);
      return TRUE;
    case REG_KEYR:
      return write_key (self, value);
    case REG_OPTKEYR:
      return write_option_key (self, value);
    case REG_SR:
      flash->sr &= ~(value & mask & SR_STICKY);
      flash->sr ^= value & mask & kind->sr_empty;
      return TRUE;
    case REG_CR:
      write_control (self, value, mask, master);
      return TRUE;
    default:
      if (fk_sim_l4_find_option (self, offset, &option) && (flash->cr & CR_OPTLOCK) == 0)
        fk_sim_l4_write_option (self, option, value, mask);
      return TRUE;
    }
}

static gboolean
is_blank (FkSimChip *self, const FkSimMemory *memory, guint32 offset)
{
  static const guint8 blank[8] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

  return memcmp (memory->bytes + offset, blank, sizeof blank) == 0 &&
         (memory->kind != FK_SIM_MEMORY_FLASH ||
          !g_hash_table_contains (self->ones, GUINT_TO_POINTER (offset)));
}

/* What speaks against programming the double word, once both its words are there; 0: nothing. */
static guint32
find_fault (FkSimChip *self, const FkSimMemory *memory, guint32 offset, guint64 value)
{
  guint32 bank_size = fk_sim_l4_get_bank_size (self);

  if (memory->kind == FK_SIM_MEMORY_OTP) /* once, and not even with zeros again (RM0444 3.3.1) */
    return is_blank (self, memory, offset) ? 0 : SR_WRPERR;
  if (fk_sim_l4_is_write_protected (self, offset / bank_size, offset % bank_size,
                                    offset % bank_size + 8))
    return SR_WRPERR;
  return value == 0 || is_blank (self, memory, offset) ? 0 : SR_PROGERR;
}

static void
start_program (FkSimChip *self, const FkSimMemory *memory, guint32 address, guint64 value)
{
  FkSimFlash *flash = &self->flash;
  guint32 offset = address - memory->base;
  guint32 fault = find_fault (self, memory, offset, value);

  if (fault != 0)
    {
      raise_error (self, fault);
      return;
    }
  flash->op_address = address;
  flash->op_value = value;
  flash->op_width = 8;
  flash->op_banks =
      memory->kind == FK_SIM_MEMORY_FLASH ? 1u << offset / fk_sim_l4_get_bank_size (self) : 1;
  if (memory->kind == FK_SIM_MEMORY_FLASH && value == G_MAXUINT64)
    g_hash_table_add (self->ones, GUINT_TO_POINTER (offset));
  fk_sim_flash_begin_program (self, memory, fk_sim_l4_get_kind (self)->times->program_ns);
}

/* A double word comes as two words, the lower one first (RM0440 3.3.7). */
static gboolean
l4_program (FkSimChip *self,
            const FkSimMemory *memory,
            guint32 address,
            guint width,
            guint32 value,
            FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  gboolean had_first_word;

  if (memory->kind == FK_SIM_MEMORY_OPTIONS)
    return FALSE;

  fk_sim_flash_stall (self, master);
  had_first_word = flash->has_first_word;
  flash->has_first_word = FALSE;
  if (memory->kind == FK_SIM_MEMORY_FLASH && fk_sim_chip_is_flash_blocked (self, master))
    {
      raise_error (self, SR_WRPERR);
      return FALSE; /* RM0440 3.5.1 */
    }
  if ((flash->cr & CR_PG) == 0 || (flash->cr & (CR_PER | CR_MER1 | CR_MER2 | CR_FSTPG)) != 0 ||
      (flash->sr & SR_REFUSES) != 0)
    raise_error (self, SR_PGSERR);
  else if (width != 4)
    raise_error (self, SR_SIZERR);
  else if (had_first_word && address == flash->first_address + 4)
    start_program (self, memory->alias ? self->flash_memory : memory, flash->first_address,
                   flash->first_word | (guint64)value << 32);
  else if (had_first_word || address % 8 != 0)
    raise_error (self, SR_PGAERR);
  else
    {
      flash->has_first_word = TRUE;
      flash->first_address = address;
      flash->first_word = value;
    }
  return TRUE;
}

static void
l4_finish (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  switch (flash->op)
    {
    case FK_SIM_OP_ERASE:
    case FK_SIM_OP_MASS_ERASE:
      fk_sim_flash_finish_erase (self);
      break;
    case FK_SIM_OP_OPTION_PROGRAM:
      fk_sim_l4_finish_options (self);
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

/* RM0440 3.3.8: the other bank can be read meanwhile. */
static gboolean
l4_is_busy_at (FkSimChip *self, guint32 offset)
{
  return (self->flash.op_banks & (1u << offset / fk_sim_l4_get_bank_size (self))) != 0;
}

static gboolean
l4_is_locked (FkSimChip *self)
{
  return (self->flash.cr & CR_LOCK) != 0;
}

const FkSimFlashOps fk_sim_flash_l4 = {
  .registers = { 0x40022000, 0x400, FALSE, l4_read, l4_write },
  .make_options = fk_sim_l4_make_options,
  .reset = l4_reset,
  .load_options = fk_sim_l4_load_options,
  .program = l4_program,
  .finish = l4_finish,
  .is_busy_at = l4_is_busy_at,
  .hides = fk_sim_l4_hides,
  .refuse_read = l4_refuse_read,
  .is_locked = l4_is_locked,
  .set_protection = fk_sim_l4_set_protection,
};
