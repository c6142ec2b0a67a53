/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-flash-l1-private.h"

#include <string.h>

#include "base/fk-reader.h"

/*
 * The flash controller of STM32L1, of parts of categories 3 and 6, and of L0, of one of category 5:
 * program memory, data EEPROM and option bytes, of which the erased value is 0 and which
 * programming sets. After RM0038 (3 Flash program memory and data EEPROM); where that was not at
 * hand, and for L0, after the chapter of the same name (3) of RM0367 and RM0377.
 *
 * Every operation is a store into the memory itself, and the bits of PECR say what it means.  What
 * is stored into the program memory while none is set is a word that is programmed.
 *
 * Where the manuals say nothing, or were not read:
 *
 * - PECR with bits that make no operation of what is stored: nothing happens.
 * - A page is erased by a store to its first word alone; to another one it is PGAERR.  The value
 *   does not matter.
 * - Words of a half page that do not come one after the other are PGAERR, and so is a first one
 * that is not at the start of it; what had come is forgotten.  So it is when PECR no longer asks
 * for a half page, and when something reads program memory, which is a bus error then: as L0 has it
 *   (RM0367 3.3.4).  Instructions that the core fetches there are not noticed.
 * - Option bytes are loaded by OBL_LAUNCH and when power comes, and not by other resets.
 * - An error does not stand in the way of the next operation.
 * - With PCROP on, a sector is protected from reading by data accesses of the debugger; those of
 *   the core are not looked at, but for the vectors that it starts with.
 *
 * Not modelled: power-down of the flash (PDKEYR), double words of the data EEPROM, interrupts; of
 * L0 that a bank can be read while the other is busy, both at a time (PARALLBANK, HALF_ARRAY), and
 * starting from the second (BFB2).
 */

#define REG_ACR     0x00
#define REG_PECR    0x04
#define REG_PEKEYR  0x0c
#define REG_PRGKEYR 0x10
#define REG_OPTKEYR 0x14
#define REG_SR      0x18
#define REG_OBR     0x1c
#define REG_WRPR1   0x20
#define REG_WRPR2   0x80
#define REG_WRPR3   0x84
#define REG_WRPR4   0x88

#define ACR_LATENCY  (1u << 0)
#define ACR_PRFTEN   (1u << 1)
#define ACR_ACC64    (1u << 2)
#define ACR_SLEEP_PD (1u << 3)

#define PECR_PELOCK     (1u << 0)
#define PECR_PRGLOCK    (1u << 1)
#define PECR_OPTLOCK    (1u << 2)
#define PECR_LOCKS      (PECR_PELOCK | PECR_PRGLOCK | PECR_OPTLOCK)
#define PECR_PROG       (1u << 3)
#define PECR_DATA       (1u << 4)
#define PECR_FTDW       (1u << 8)
#define PECR_ERASE      (1u << 9)
#define PECR_FPRG       (1u << 10)
#define PECR_EOPIE      (1u << 16)
#define PECR_ERRIE      (1u << 17)
#define PECR_OBL_LAUNCH (1u << 18)
#define PECR_WHAT       (PECR_PROG | PECR_DATA | PECR_ERASE | PECR_FPRG)
#define PECR_PLAIN      (PECR_WHAT | PECR_FTDW | PECR_EOPIE | PECR_ERRIE)

#define SR_BSY        (1u << 0)
#define SR_EOP        (1u << 1)
#define SR_ENDHV      (1u << 2)
#define SR_READY      (1u << 3)
#define SR_WRPERR     (1u << 8)
#define SR_PGAERR     (1u << 9)
#define SR_SIZERR     (1u << 10)
#define SR_RDERR      (1u << 13)
#define SR_NOTZEROERR (1u << 16) /* L0, as is the next */
#define SR_FWWERR     (1u << 17)
#define SR_STICKY     (SR_EOP | SR_WRPERR | SR_PGAERR | SR_SIZERR | FK_SIM_L1_SR_OPTVERR | SR_RDERR)

#define PEKEY1  0x89abcdefu
#define PEKEY2  0x02030405u
#define PRGKEY1 0x8c9daebfu
#define PRGKEY2 0x13141516u
#define OPTKEY1 0xfbead9c8u
#define OPTKEY2 0x24252627u

static const FkSimL1Kind kind_l1 = {
  .half_page = 128,
  .n_words = FK_SIM_L1_WRP3,
  .options_size = 0x20,
  .has_pcrop = TRUE,
  .user_mask = 0x7f, /* BOR_LEV, IWDG_SW, nRST_STOP, nRST_STDBY */
  .user_factory = 0x78,
  .user_error = FK_SIM_L1_SR_OPTVERRUSR,
  .sticky = SR_STICKY | FK_SIM_L1_SR_OPTVERRUSR,
};

/* Of more than 256 KiB, which more than 64 bits protect. */
static const FkSimL1Kind kind_l1_large = {
  .half_page = 128,
  .n_words = FK_SIM_L1_N_WORDS,
  .options_size = 0x88,
  .user_mask = 0xff, /* as above, and nBFB2 */
  .user_factory = 0xf8,
  .user_error = FK_SIM_L1_SR_OPTVERRUSR,
  .sticky = SR_STICKY | FK_SIM_L1_SR_OPTVERRUSR,
};

/* RM0367, 3.7 (registers); bits of PECR and ACR that nothing here depends on: stm32l073xx.h */
static const FkSimL1Kind kind_l0 = {
  .half_page = 64,
  .n_words = FK_SIM_L1_WRP2 + 1,
  .options_size = 20,
  .has_pcrop = TRUE,
  .user_mask = 0x80ff, /* as above, BFB2, nBOOT1 */
  .user_factory = 0x8070,
  .user_error = FK_SIM_L1_SR_OPTVERR,
  .sticky = SR_STICKY | SR_NOTZEROERR | SR_FWWERR,
  .pecr_plain = 1u << 15 | 1u << 19 | 1u << 22, /* PARALLBANK, HALF_ARRAY, NZDISABLE */
  .acr_plain = 0x6b,                            /* LATENCY, PRFTEN, SLEEP_PD, DISAB_BUF, PRE_READ */
  .nzdisable = 1u << 22,
};

const FkSimL1Kind *
fk_sim_l1_get_kind (FkSimChip *self)
{
  if (self->model->family == FK_SIM_FAMILY_L0)
    return &kind_l0;
  return self->model->flash_size > 64 * FK_SIM_L1_SECTOR ? &kind_l1_large : &kind_l1;
}

static void
l1_reset (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  flash->acr = 0;
  flash->cr = PECR_LOCKS;
  flash->sr = 0;
  flash->row_done = 0;
  flash->key_step = 0;
  flash->prgkey_step = 0;
  flash->optkey_step = 0;
  flash->key_jammed = FALSE;
  flash->prgkey_jammed = FALSE;
  flash->optkey_jammed = FALSE;
}

static gboolean
l1_hides (FkSimChip *self, guint32 offset, guint32 length)
{
  if (self->flash.row_done > 0)
    return TRUE;
  if (!fk_sim_l1_has_pcrop (self))
    return FALSE;
  for (guint32 at = offset - offset % FK_SIM_L1_SECTOR; at < offset + length;
       at += FK_SIM_L1_SECTOR)
    {
      if (fk_sim_l1_is_write_protected (self, at))
        return TRUE;
    }
  return FALSE;
}

static void
l1_refuse_read (FkSimChip *self, guint32 offset)
{
  if (self->flash.row_done > 0)
    self->flash.row_done = 0;
  else
    self->flash.sr |= SR_RDERR;
}

static guint32
read_status (FkSimChip *self, FkSimMaster master)
{
  fk_sim_flash_poll (self, master);
  return self->flash.sr | SR_READY | (fk_sim_flash_is_busy (self) ? SR_BSY : SR_ENDHV);
}

static guint32
l1_read (FkSimChip *self, guint32 offset, FkSimMaster master)
{
  switch (offset)
    {
    case REG_ACR:
      return self->flash.acr;
    case REG_PECR:
      fk_sim_flash_settle (self);
      return self->flash.cr;
    case REG_SR:
      return read_status (self, master);
    case REG_OBR:
      return fk_sim_l1_get_option (self, FK_SIM_L1_RDP) |
             (fk_sim_l1_get_option (self, FK_SIM_L1_USER) & fk_sim_l1_get_kind (self)->user_mask)
                 << 16;
    case REG_WRPR1:
      return fk_sim_l1_get_option (self, FK_SIM_L1_WRP1) |
             fk_sim_l1_get_option (self, FK_SIM_L1_WRP1_HIGH) << 16;
    case REG_WRPR2:
      return fk_sim_l1_get_option (self, FK_SIM_L1_WRP2) |
             fk_sim_l1_get_option (self, FK_SIM_L1_WRP2_HIGH) << 16;
    case REG_WRPR3:
      return fk_sim_l1_get_option (self, FK_SIM_L1_WRP3) |
             fk_sim_l1_get_option (self, FK_SIM_L1_WRP3_HIGH) << 16;
    case REG_WRPR4:
      return fk_sim_l1_get_option (self, FK_SIM_L1_WRP4) |
             fk_sim_l1_get_option (self, FK_SIM_L1_WRP4_HIGH) << 16;
    default:
      return 0;
    }
}

/* A wrong key, or one more than two, locks until the next reset and is a bus error (RM0038,
 * Unlocking the Data EEPROM block and the FLASH_PECR register). */
static gboolean
write_key (FkSimChip *self, guint32 value)
{
  static const guint32 keys[] = { PEKEY1, PEKEY2 };
  FkSimFlash *flash = &self->flash;
  const FkSimLock lock = { &flash->cr, PECR_PELOCK, PECR_LOCKS, &flash->key_step,
                           &flash->key_jammed };

  return fk_sim_flash_open_lock (&lock, keys, value, TRUE);
}

/* The two other locks, which only open once PELOCK has. */
static gboolean
write_second_key (FkSimChip *self,
                  const guint32 keys[2],
                  guint32 lock_bit,
                  guint32 value,
                  guint *step,
                  gboolean *jammed)
{
  guint32 *cr = &self->flash.cr;
  const FkSimLock lock = { cr, lock_bit, lock_bit, step, jammed };

  return fk_sim_flash_open_lock (&lock, keys, value, (*cr & PECR_PELOCK) == 0);
}

/* On L1 the wait state and prefetch need 64 bits at a time, which cannot be left before they are
 * (RM0038, FLASH_ACR). */
static void
write_acr (FkSimChip *self, guint32 value)
{
  FkSimFlash *flash = &self->flash;
  guint32 need = ACR_LATENCY | ACR_PRFTEN;
  guint32 plain = fk_sim_l1_get_kind (self)->acr_plain;

  if (plain != 0)
    {
      flash->acr = value & plain;
      return;
    }
  if ((flash->acr & ACR_ACC64) == 0)
    value &= ~need;
  else if ((flash->acr & need) != 0)
    value |= ACR_ACC64;
  flash->acr = value & (need | ACR_ACC64 | ACR_SLEEP_PD);
}

static void
write_control (FkSimChip *self, guint32 value, guint32 mask, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  guint32 locks;

  fk_sim_flash_stall (self, master);
  if ((flash->cr & PECR_PELOCK) != 0)
    return;

  value = (flash->cr & ~mask) | (value & mask);
  /* The locks can only be closed here.  PELOCK closes all, and PROG, DATA, FTDW, ERASE and FPRG are
   * "cleared when PELOCK is set" (RM0038, FLASH_PECR). */
  locks = (flash->cr | value) & PECR_LOCKS;
  if ((locks & PECR_PELOCK) != 0)
    {
      locks = PECR_LOCKS;
      value &= ~(PECR_WHAT | PECR_FTDW);
    }
  if ((value & PECR_OBL_LAUNCH) != 0 && (flash->cr & PECR_OPTLOCK) == 0)
    {
      fk_sim_flash_launch_options (self, master);
      return;
    }
  flash->cr = (value & (PECR_PLAIN | fk_sim_l1_get_kind (self)->pecr_plain)) | locks;
  if ((flash->cr & PECR_WHAT) != (PECR_PROG | PECR_FPRG))
    flash->row_done = 0;
}

static gboolean
l1_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  static const guint32 program_keys[] = { PRGKEY1, PRGKEY2 };
  static const guint32 option_keys[] = { OPTKEY1, OPTKEY2 };
  FkSimFlash *flash = &self->flash;

  fk_sim_flash_settle (self);
  switch (offset)
    {
    case REG_ACR:
      write_acr (self, (flash->acr & ~mask) | (value & mask));
      return TRUE;
    case REG_PECR:
      write_control (self, value, mask, master);
      return TRUE;
    case REG_PEKEYR:
      return write_key (self, value);
    case REG_PRGKEYR:
      return write_second_key (self, program_keys, PECR_PRGLOCK, value, &flash->prgkey_step,
                               &flash->prgkey_jammed);
    case REG_OPTKEYR:
      return write_second_key (self, option_keys, PECR_OPTLOCK, value, &flash->optkey_step,
                               &flash->optkey_jammed);
    case REG_SR:
      flash->sr &= ~(value & mask & fk_sim_l1_get_kind (self)->sticky);
      return TRUE;
    default:
      return TRUE;
    }
}

static void
erase_page (FkSimChip *self, guint32 offset)
{
  FkSimFlash *flash = &self->flash;

  if (offset % self->model->page_size != 0)
    {
      flash->sr |= SR_PGAERR;
      return;
    }
  flash->op_address = offset;
  flash->op_value = self->model->page_size;
  fk_sim_flash_begin (self, FK_SIM_OP_ERASE, fk_sim_times_flash_l1.erase_ns);
}

/* L0 looks first whether the cells are blank, and if not gives up, but in category 3 (RM0377 3.3.4,
 * NOTZEROERR, as others tell it). */
static void
begin_row (FkSimChip *self, guint32 address, guint length)
{
  FkSimFlash *flash = &self->flash;
  const FkSimMemory *memory = self->flash_memory;
  guint32 nzdisable = fk_sim_l1_get_kind (self)->nzdisable;

  for (guint i = 0; nzdisable != 0 && (flash->cr & nzdisable) == 0 && i < length; i++)
    {
      if (memory->bytes[address - memory->base + i] != 0)
        {
          flash->sr |= SR_NOTZEROERR;
          return;
        }
    }
  fk_sim_flash_begin_row (self, memory, address, flash->row, length,
                          fk_sim_times_flash_l1.program_ns);
}

static void
take_half_page (FkSimChip *self, guint32 address, guint32 value)
{
  FkSimFlash *flash = &self->flash;
  const FkSimL1Kind *kind = fk_sim_l1_get_kind (self);
  gboolean fits = flash->row_done == 0 ? address % kind->half_page == 0
                                       : address == flash->row_address + flash->row_done;

  if (!fits)
    {
      flash->sr |= SR_PGAERR;
      flash->row_done = 0;
      return;
    }
  if (flash->row_done == 0)
    flash->row_address = address;
  fk_store_u32le (flash->row + flash->row_done, value);
  flash->row_done += 4;
  if (flash->row_done < kind->half_page)
    return;

  flash->row_done = 0;
  begin_row (self, flash->row_address, kind->half_page);
}

static void
program_main (FkSimChip *self, guint32 address, guint32 value)
{
  FkSimFlash *flash = &self->flash;

  switch (flash->cr & PECR_WHAT)
    {
    case 0:
    case PECR_PROG:
      fk_store_u32le (flash->row, value);
      begin_row (self, address, 4);
      break;
    case PECR_PROG | PECR_ERASE:
      erase_page (self, address - self->flash_memory->base);
      break;
    case PECR_PROG | PECR_FPRG:
      take_half_page (self, address, value);
      break;
    default:
      break;
    }
}

/* The controller works on the whole word, which it erases first if it is not erased, or if it is
 * told to take the same time always (RM0038, FTDW); erasing takes half of the time. */
static void
program_eeprom (FkSimChip *self, guint32 address, guint width, guint32 value)
{
  FkSimFlash *flash = &self->flash;
  FkSimMemory *memory = self->eeprom_memory;
  guint32 what = flash->cr & PECR_WHAT;
  gboolean erases = what == (PECR_DATA | PECR_ERASE);
  guint8 *word = memory->bytes + ((address & ~3u) - memory->base);
  guint32 old = fk_load_u32le (word);
  guint64 duration = fk_sim_times_flash_l1.eeprom_ns;

  if (what != 0 && what != PECR_DATA && !erases)
    return;
  if (erases && width != 4)
    {
      flash->sr |= SR_SIZERR;
      return;
    }

  memcpy (flash->row, word, 4);
  for (guint i = 0; i < width; i++)
    flash->row[(address & 3) + i] = value >> (8 * i) & 0xff;
  if (erases)
    memset (flash->row, 0, 4);
  else if (old == 0 && (flash->cr & PECR_FTDW) == 0)
    duration /= 2;
  fk_store_u32le (word, 0);
  fk_sim_flash_begin_row (self, memory, address & ~3u, flash->row, 4, duration);
  fk_store_u32le (flash->op_old, old);
}

/* "Write to a WRP page", to what is not unlocked, and while RDP keeps a debugger out, is WRPERR
 * (RM0367, FLASH_SR). */
static gboolean
may_program (FkSimChip *self, const FkSimMemory *memory, guint32 address, FkSimMaster master)
{
  guint32 cr = self->flash.cr;

  if ((cr & PECR_PELOCK) != 0)
    return FALSE;
  switch (memory->kind)
    {
    case FK_SIM_MEMORY_FLASH:
      return (cr & PECR_PRGLOCK) == 0 && !fk_sim_chip_is_flash_blocked (self, master) &&
             !fk_sim_l1_is_write_protected (self, address - self->flash_memory->base);
    case FK_SIM_MEMORY_EEPROM:
      return !fk_sim_chip_is_flash_blocked (self, master);
    case FK_SIM_MEMORY_OPTIONS:
      return (cr & PECR_OPTLOCK) == 0 && self->rdp < 2;
    case FK_SIM_MEMORY_OTP:
    case FK_SIM_MEMORY_RAM:
    case FK_SIM_MEMORY_SYSTEM:
    default:
      return FALSE;
    }
}

static gboolean
l1_program (FkSimChip *self,
            const FkSimMemory *memory,
            guint32 address,
            guint width,
            guint32 value,
            FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;

  if (!fk_sim_flash_stall (self, master))
    return FALSE;
  if (!may_program (self, memory, address, master))
    {
      flash->sr |= SR_WRPERR;
      flash->row_done = 0;
    }
  else if (memory->kind == FK_SIM_MEMORY_EEPROM)
    program_eeprom (self, address, width, value);
  else if (width != 4)
    {
      flash->sr |= SR_SIZERR;
      flash->row_done = 0;
    }
  else if (memory->kind == FK_SIM_MEMORY_OPTIONS)
    fk_sim_l1_program_option (self, address, value);
  else
    program_main (self, address, value);

  return TRUE;
}

static void
l1_finish (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  switch (flash->op)
    {
    case FK_SIM_OP_ERASE:
      fk_sim_flash_apply_erase (self, flash->op_address, (guint32)flash->op_value);
      self->counters.n_sector_erases++;
      break;
    case FK_SIM_OP_OPTION_PROGRAM:
      fk_sim_l1_finish_option (self);
      break;
    case FK_SIM_OP_PROGRAM:
    case FK_SIM_OP_MASS_ERASE:
    case FK_SIM_OP_OPTION_ERASE:
    case FK_SIM_OP_NONE:
    default:
      break;
    }
  flash->sr |= SR_EOP;
}

static gboolean
l1_is_locked (FkSimChip *self)
{
  return (self->flash.cr & PECR_PELOCK) != 0;
}

const FkSimFlashOps fk_sim_flash_l1 = {
  .registers = { 0x40023c00, 0x400, FALSE, l1_read, l1_write },
  .make_options = fk_sim_l1_make_options,
  .reset = l1_reset,
  .load_options = fk_sim_l1_load_options,
  .program = l1_program,
  .finish = l1_finish,
  .hides = l1_hides,
  .refuse_read = l1_refuse_read,
  .is_locked = l1_is_locked,
  .set_protection = fk_sim_l1_set_protection,
};

const FkSimFlashOps fk_sim_flash_l0 = {
  .registers = { 0x40022000, 0x400, FALSE, l1_read, l1_write },
  .make_options = fk_sim_l1_make_options,
  .reset = l1_reset,
  .load_options = fk_sim_l1_load_options,
  .program = l1_program,
  .finish = l1_finish,
  .hides = l1_hides,
  .refuse_read = l1_refuse_read,
  .is_locked = l1_is_locked,
  .set_protection = fk_sim_l1_set_protection,
};
