/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"

#include "base/fk-reader.h"
#include "sim/fk-sim-times.h"

/*
 * The flash controller of STM32F405/407, after RM0090 3 (one bank, twelve sectors), and of
 * STM32F74x/75x, after RM0385 3 (one bank, eight sectors of twice the size, a second option
 * register).  It programs in the width that PSIZE says, and clears bits in whatever is there.
 */

#define REG_ACR     0x00
#define REG_KEYR    0x04
#define REG_OPTKEYR 0x08
#define REG_SR      0x0c
#define REG_CR      0x10
#define REG_OPTCR   0x14
#define REG_OPTCR1  0x18 /* F7 */

#define KEY1    0x45670123u
#define KEY2    0xcdef89abu
#define OPTKEY1 0x08192a3bu
#define OPTKEY2 0x4c5d6e7fu

#define SR_EOP    (1u << 0)
#define SR_OPERR  (1u << 1)
#define SR_WRPERR (1u << 4)
#define SR_PGAERR (1u << 5)
#define SR_PGPERR (1u << 6)
#define SR_PGSERR (1u << 7)
#define SR_BSY    (1u << 16)

#define CR_PG    (1u << 0)
#define CR_SER   (1u << 1)
#define CR_MER   (1u << 2)
#define CR_STRT  (1u << 16)
#define CR_EOPIE (1u << 24)
#define CR_ERRIE (1u << 25)
#define CR_LOCK  (1u << 31)

#define OPTCR_OPTLOCK (1u << 0)
#define OPTCR_OPTSTRT (1u << 1)
#define OPTCR_WDG_SW  (1u << 5)

/* What F4 and F7 differ in. */
typedef struct
{
  guint n_sectors;
  guint32 acr_bits;
  guint32 optcr_bits; /* nWRP, RDP, user bits, BOR level */
  guint32 wrp_bits;   /* in the upper half of OPTCR */
  guint otp_block;
  guint n_otp_blocks;
  const FkSimFlashF4Times *times;
} Kind;

static const Kind kind_f4 = { 12, 0x1f0f, 0x0fffffec, 0xfff, 32, 16, &fk_sim_times_flash_f4 };
static const Kind kind_f7 = { 8, 0x0b0f, 0xc0fffffc, 0xff, 64, 16, &fk_sim_times_flash_f7 };

static gboolean
is_f7 (FkSimChip *self)
{
  return self->model->family == FK_SIM_FAMILY_F7;
}

static const Kind *
get_kind (FkSimChip *self)
{
  return is_f7 (self) ? &kind_f7 : &kind_f4;
}

static guint
get_psize (FkSimChip *self)
{
  return self->flash.cr >> 8 & 3;
}

/* RM0090 3.6.2, table 13: x64 needs VPP, which no board has; x32 from 2.7 V, x16 from 2.1 V. */
static gboolean
is_too_wide (FkSimChip *self)
{
  static const guint least_mv[] = { 1800, 2100, 2700, G_MAXUINT };

  return self->config.millivolts < least_mv[get_psize (self)];
}

static void
f4_reset (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  flash->acr = 0;
  flash->sr = 0;
  flash->cr = CR_LOCK;
  flash->key_step = 0;
  flash->optkey_step = 0;
  flash->key_jammed = FALSE;
  flash->optkey_jammed = FALSE;
}

/* RM0090 3.7.1, table 14: RDP and user bits come first, nWRP at + 8.  F7 has the start addresses at
 * + 0x10 and + 0x18 (RM0385 3). */
static void
f4_load_options (FkSimChip *self, FkSimReset kind)
{
  const guint8 *bytes = self->options_memory->bytes;
  guint32 user = fk_load_u16le (bytes);
  guint32 wrp = fk_load_u16le (bytes + 8);

  self->flash.optcr = ((user | wrp << 16) & get_kind (self)->optcr_bits) | OPTCR_OPTLOCK;
  if (is_f7 (self))
    self->flash.optcr1 = fk_load_u16le (bytes + 0x10) | (guint32)fk_load_u16le (bytes + 0x18) << 16;
  self->rdp = fk_sim_flash_get_level (self->flash.optcr >> 8);
  if ((self->flash.optcr & OPTCR_WDG_SW) == 0)
    fk_sim_system_start_watchdog (self);
}

static guint
find_sector (FkSimChip *self, guint32 offset)
{
  guint32 unit = self->model->page_size;

  if (offset < 4 * unit)
    return offset / unit;
  if (offset < 8 * unit)
    return 4;
  return 4 + offset / (8 * unit);
}

static guint32
get_sector_offset (FkSimChip *self, guint sector)
{
  guint32 unit = self->model->page_size;

  if (sector < 4)
    return sector * unit;
  return sector == 4 ? 4 * unit : (sector - 4) * 8 * unit;
}

static guint32
get_sector_size (FkSimChip *self, guint sector)
{
  guint32 unit = self->model->page_size;

  if (sector < 4)
    return unit;
  return sector == 4 ? 4 * unit : 8 * unit;
}

static gboolean
is_write_protected (FkSimChip *self, guint sector)
{
  return (self->flash.optcr & (1u << (16 + sector))) == 0;
}

/* OPERR is shown only when its interrupt is on, and so is EOP (RM0090 3.9.4). */
static void
raise_error (FkSimChip *self, guint32 flag)
{
  self->flash.sr |= flag;
  if (self->flash.cr & CR_ERRIE)
    self->flash.sr |= SR_OPERR;
}

static guint32
f4_read (FkSimChip *self, guint32 offset, FkSimMaster master)
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
    case REG_OPTCR:
      fk_sim_flash_settle (self);
      return flash->optcr;
    case REG_OPTCR1:
      fk_sim_flash_settle (self);
      return flash->optcr1;
    default:
      return 0;
    }
}

/* RM0090 3.5.1: "Any wrong sequence will return a bus error and lock up the FLASH_CR register until
 * the next reset"; to send the keys to an open controller is a wrong sequence. */
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

  return fk_sim_flash_open_lock (&lock, keys, value, self->rdp < 2);
}

static void
start_sector_erase (FkSimChip *self, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  guint sector = flash->cr >> 3 & 0xf;
  guint psize = get_psize (self);
  const FkSimFlashF4Times *times = get_kind (self)->times;
  guint64 duration;

  if (sector >= get_kind (self)->n_sectors ||
      get_sector_offset (self, sector) >= self->flash_memory->size)
    {
      raise_error (self, SR_PGSERR);
      return;
    }
  if (is_write_protected (self, sector) || fk_sim_chip_is_flash_blocked (self, master))
    {
      raise_error (self, SR_WRPERR);
      return;
    }

  if (sector < 4)
    duration = times->erase_small_ns[psize];
  else if (sector == 4)
    duration = times->erase_middle_ns[psize];
  else
    duration = times->erase_large_ns[psize];
  flash->op_address = get_sector_offset (self, sector);
  flash->op_value = get_sector_size (self, sector);
  flash->op_weak = is_too_wide (self);
  flash->cr |= CR_STRT;
  fk_sim_flash_begin (self, FK_SIM_OP_ERASE, duration);
}

/* RM0090 3.6.3: ignored, with WRPERR, if one sector is write-protected. */
static void
start_mass_erase (FkSimChip *self, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;

  guint32 wrp = get_kind (self)->wrp_bits;

  if ((flash->optcr >> 16 & wrp) != wrp || fk_sim_chip_is_flash_blocked (self, master))
    {
      raise_error (self, SR_WRPERR);
      return;
    }
  flash->op_address = 0;
  flash->op_value = self->flash_memory->size;
  flash->op_weak = is_too_wide (self);
  flash->cr |= CR_STRT;
  fk_sim_flash_begin (self, FK_SIM_OP_MASS_ERASE,
                      get_kind (self)->times->mass_erase_ns[get_psize (self)]);
}

static void
write_control (FkSimChip *self, guint32 value, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  const guint32 plain = CR_PG | CR_SER | CR_MER | 0xfu << 3 | 3u << 8 | CR_EOPIE | CR_ERRIE;

  /* RM0090 3.5 / 3.9.5: the bus waits while an operation is under way. */
  fk_sim_flash_stall (self, master);
  if (flash->cr & CR_LOCK)
    return;

  flash->cr = value & (plain | CR_LOCK);
  if ((value & CR_STRT) == 0 || (flash->cr & CR_LOCK) != 0)
    return;

  /* "If MERx and SER bits are both set … neither sector nor mass erase can be performed." */
  if ((flash->cr & CR_SER) && (flash->cr & CR_MER))
    return;
  if (flash->cr & CR_SER)
    start_sector_erase (self, master);
  else if (flash->cr & CR_MER)
    start_mass_erase (self, master);
}

static void
write_option_control (FkSimChip *self, guint32 value, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  const FkSimFlashF4Times *times = get_kind (self)->times;
  guint level;
  guint64 duration;

  fk_sim_flash_stall (self, master);
  if ((flash->optcr & OPTCR_OPTLOCK) != 0)
    return;

  flash->optcr = value & (get_kind (self)->optcr_bits | OPTCR_OPTLOCK);
  if ((value & OPTCR_OPTSTRT) == 0 || (flash->optcr & OPTCR_OPTLOCK) != 0)
    return;

  /* Level 1 to level 0 erases all of the flash first (RM0090 3.7.3). */
  level = fk_sim_flash_get_level (flash->optcr >> 8);
  duration = times->erase_small_ns[get_psize (self)] + 8 * times->program_ns;
  if (self->rdp == 1 && level == 0)
    duration += times->mass_erase_ns[get_psize (self)];
  flash->optcr |= OPTCR_OPTSTRT;
  fk_sim_flash_begin (self, FK_SIM_OP_OPTION_PROGRAM, duration);
}

static gboolean
f4_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;

  fk_sim_flash_settle (self);
  switch (offset)
    {
    case REG_ACR:
      flash->acr = ((flash->acr & ~mask) | (value & mask)) & get_kind (self)->acr_bits;
      return TRUE;
    case REG_KEYR:
      return write_key (self, value);
    case REG_OPTKEYR:
      return write_option_key (self, value);
    case REG_SR:
      flash->sr &=
          ~(value & mask & (SR_EOP | SR_OPERR | SR_WRPERR | SR_PGAERR | SR_PGPERR | SR_PGSERR));
      return TRUE;
    case REG_CR:
      write_control (self, (flash->cr & ~mask & ~CR_STRT) | (value & mask), master);
      return TRUE;
    case REG_OPTCR:
      write_option_control (self, (flash->optcr & ~mask & ~OPTCR_OPTSTRT) | (value & mask), master);
      return TRUE;
    case REG_OPTCR1:
      fk_sim_flash_stall (self, master);
      if (is_f7 (self) && (flash->optcr & OPTCR_OPTLOCK) == 0)
        flash->optcr1 = (flash->optcr1 & ~mask) | (value & mask);
      return TRUE;
    default:
      return TRUE;
    }
}

/* One lock byte for each block of 32 (F7: 64) bytes; 0x00 locks (RM0090 3.8). */
static gboolean
is_otp_locked (FkSimChip *self, guint32 offset)
{
  const Kind *kind = get_kind (self);
  guint32 size = kind->otp_block * kind->n_otp_blocks;

  return offset < size && self->otp_memory->bytes[size + offset / kind->otp_block] == 0x00;
}

/* The controller sees each store; what it does not like it ignores, and says so in SR
 * (RM0090 3.6.4). */
static gboolean
f4_program (FkSimChip *self,
            const FkSimMemory *memory,
            guint32 address,
            guint width,
            guint32 value,
            FkSimMaster master)
{
  FkSimFlash *flash = &self->flash;
  guint32 offset = address - (memory->alias ? self->flash_memory->base : memory->base);
  guint32 flag = 0;
  guint psize;

  if (memory->kind == FK_SIM_MEMORY_OPTIONS)
    return FALSE;

  fk_sim_flash_stall (self, master);
  psize = get_psize (self);
  if (memory->kind == FK_SIM_MEMORY_FLASH && fk_sim_chip_is_flash_blocked (self, master))
    flag = SR_WRPERR;
  else if ((flash->cr & CR_LOCK) != 0 || (flash->cr & CR_PG) == 0)
    flag = SR_PGSERR;
  else if ((address & 15) + width > 16)
    flag = SR_PGAERR;
  /* A double word comes over the 32-bit bus as two words. */
  else if (width != 1u << MIN (psize, 2))
    flag = SR_PGPERR;
  else if (memory->kind == FK_SIM_MEMORY_FLASH &&
           is_write_protected (self, find_sector (self, offset)))
    flag = SR_WRPERR;
  else if (memory->kind == FK_SIM_MEMORY_OTP && is_otp_locked (self, offset))
    flag = SR_WRPERR;

  if (flag != 0)
    {
      raise_error (self, flag);
      return TRUE;
    }

  flash->op_address = address;
  flash->op_value = value;
  flash->op_width = width;
  flash->op_weak = is_too_wide (self);
  fk_sim_flash_begin_program (self, memory->alias ? self->flash_memory : memory,
                              get_kind (self)->times->program_ns);
  return TRUE;
}

static void
finish_options (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;
  guint level = fk_sim_flash_get_level (flash->optcr >> 8);
  guint32 plain = get_kind (self)->optcr_bits;

  flash->optcr &= ~OPTCR_OPTSTRT;
  if (self->rdp == 1 && level == 0)
    {
      fk_sim_flash_apply_erase (self, 0, self->flash_memory->size);
      self->counters.n_mass_erases++;
    }
  fk_store_u16le (self->options_memory->bytes, (flash->optcr & plain & 0xffff) | 0x0003);
  fk_store_u16le (self->options_memory->bytes + 8, flash->optcr >> 16 | (~plain >> 16 & 0xffff));
  if (is_f7 (self))
    {
      fk_store_u16le (self->options_memory->bytes + 0x10, flash->optcr1 & 0xffff);
      fk_store_u16le (self->options_memory->bytes + 0x18, flash->optcr1 >> 16);
    }
  self->counters.n_programmed++;
  self->counters.n_option_programs++;
  /* The new level acts at once, as firmware that protects itself under a debugger finds out by a
   * bus fault. */
  self->rdp = level;
  fk_sim_core_protect_flash (self);
}

static void
f4_finish (FkSimChip *self)
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
    case FK_SIM_OP_OPTION_PROGRAM:
      finish_options (self);
      break;
    case FK_SIM_OP_PROGRAM:
    case FK_SIM_OP_OPTION_ERASE:
    case FK_SIM_OP_NONE:
    default:
      break;
    }
  flash->cr &= ~CR_STRT;
  if (flash->cr & CR_EOPIE)
    flash->sr |= SR_EOP;
}

static gboolean
f4_is_locked (FkSimChip *self)
{
  return (self->flash.cr & CR_LOCK) != 0;
}

/* BOOT_ADD0 while the BOOT pin is low (RM0385, Boot configuration). */
static guint32
f4_get_start (FkSimChip *self)
{
  return is_f7 (self) ? (self->flash.optcr1 & 0xffff) << 14 : 0;
}

static void
f4_set_protection (FkSimChip *self, guint level)
{
  static const guint8 values[] = { 0xaa, 0x55, 0xcc };

  self->options_memory->bytes[1] = values[MIN (level, 2)];
}

const FkSimFlashOps fk_sim_flash_f4 = {
  .registers = { 0x40023c00, 0x400, FALSE, f4_read, f4_write },
  .reset = f4_reset,
  .load_options = f4_load_options,
  .program = f4_program,
  .finish = f4_finish,
  .is_locked = f4_is_locked,
  .set_protection = f4_set_protection,
  .get_start = f4_get_start,
};
