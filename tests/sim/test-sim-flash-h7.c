/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The simulated H743: its flash controller (RM0433 4), and what else of it is its own: identity,
 * debug support, watchdog. */

#include "config.h"

#include "sim-flash-bench.h"

#include <string.h>

#define BANK_SIZE 0x100000u
#define SECTOR    0x20000u

static void
open_bank (FkSimChip *chip, guint32 bank)
{
  set (chip, H7_KEYR + bank, 0x45670123);
  set (chip, H7_KEYR + bank, 0xcdef89ab);
  g_assert_cmphex (get (chip, H7_CR + bank), ==, H7_X64);
}

static void
open_options (FkSimChip *chip)
{
  set (chip, H7_OPTKEYR, 0x08192a3b);
  set (chip, H7_OPTKEYR, 0x4c5d6e7f);
  g_assert_cmphex (get (chip, H7_OPTCR), ==, 0);
}

static FkSimChip *
new_open (void)
{
  FkSimChip *chip = bench_new ("stm32h743");

  open_bank (chip, 0);
  open_bank (chip, H7_2);
  return chip;
}

static guint32
take_flags (FkSimChip *chip, guint32 bank)
{
  guint32 sr;

  wait_idle (chip, H7_SR + bank, H7_QW | H7_BSY);
  sr = get (chip, H7_SR + bank);
  set (chip, H7_CCR + bank, sr);
  return sr;
}

static void
write_row (FkSimChip *chip, guint32 address, guint32 value)
{
  for (guint i = 0; i < 8; i++)
    set (chip, address + 4 * i, value + i);
}

static void
test_identity (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32h743");

  g_assert_cmphex (fk_sim_chip_get_dpidr (chip), ==, 0x6ba02477);
  g_assert_cmphex (fk_sim_chip_get_ap_idr (chip, 0), ==, 0x84770001);
  g_assert_cmphex (fk_sim_chip_get_ap_base (chip, 0), ==, 0xe00fe003);
  g_assert_cmphex (get (chip, 0xe000ed00), ==, 0x411fc271);
  g_assert_cmphex (get (chip, 0x5c001000), ==, 0x20036450);
  g_assert_true (faults (chip, 0xe0042000, 4));
  g_assert_true (faults (chip, 0xe00fd000, 4));
  g_assert_cmphex (get (chip, 0xe00fefe0), ==, 0x50); /* ST's table, and that of ARM behind it */
  g_assert_cmphex (get (chip, 0xe00fffe0), ==, 0xc7);
  g_assert_cmpuint (get_as (chip, 0x1ff1e880, 2), ==, 2048);
  g_assert_cmphex (get (chip, 0x1ff1e800), ==, 0x33323130);
  g_assert_cmphex (get (chip, FLASH + 2 * BANK_SIZE - 4), ==, 0xffffffff);
  g_assert_true (faults (chip, FLASH + 2 * BANK_SIZE, 4));
  set (chip, 0x2407fffc, 1);
  set (chip, 0x2001fffc, 2);
  g_assert_true (faults (chip, 0x20020000, 4));
  g_assert_cmphex (get (chip, H7_OPTSR), ==, 0x1bc6aaf0);
  g_assert_cmphex (get (chip, H7_OPTSR + H7_PRG), ==, 0x1bc6aaf0);
  g_assert_cmphex (get (chip, H7_PRAR + H7_2), ==, 0xff);
  g_assert_cmphex (get (chip, H7_WPSN), ==, 0xff);
  g_assert_cmphex (get (chip, H7_BOOT), ==, 0x1ff00800);
}

static void
test_locks (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32h743");

  set (chip, H7_CR, H7_PG);
  g_assert_cmphex (get (chip, H7_CR), ==, H7_LOCK | H7_X64);
  open_bank (chip, 0);
  g_assert_cmphex (get (chip, H7_CR + H7_2) & H7_LOCK, ==, H7_LOCK);
  g_assert_false (fk_sim_chip_is_flash_locked (chip));
  /* Keys to an open bank, and wrong ones, lock it until a reset. */
  g_assert_false (fk_sim_chip_write (chip, H7_KEYR, 4, 0x45670123));
  g_assert_false (fk_sim_chip_write (chip, H7_KEYR + H7_2, 4, 0x12345678));
  g_assert_false (fk_sim_chip_write (chip, H7_KEYR + H7_2, 4, 0x45670123));
  g_assert_true (fk_sim_chip_is_flash_locked (chip));
  pin_reset (chip);
  open_bank (chip, H7_2);
  set (chip, H7_CR + H7_2, H7_LOCK);
  g_assert_true (fk_sim_chip_is_flash_locked (chip));
}

static void
test_program (void)
{
  g_autoptr (FkSimChip) chip = new_open ();
  FkSimChipCounters counters;
  guint64 start;

  set (chip, H7_CR + H7_2, H7_X64 | H7_PG);
  set (chip, FLASH + BANK_SIZE + 0x40, 0x11111111);
  g_assert_cmphex (get (chip, H7_SR + H7_2), ==, H7_WBNE);
  g_assert_cmphex (get (chip, H7_SR), ==, 0);
  for (guint i = 1; i < 7; i++)
    set (chip, FLASH + BANK_SIZE + 0x40 + 4 * i, i);
  g_assert_cmphex (get (chip, FLASH + BANK_SIZE + 0x40), ==, 0xffffffff);
  start = fk_sim_chip_get_time (chip);
  set (chip, FLASH + BANK_SIZE + 0x5c, 7);
  g_assert_cmphex (get (chip, H7_SR + H7_2), ==, H7_BSY | H7_QW);
  /* The other bank can be read; this one makes who reads it wait. */
  g_assert_cmphex (get (chip, FLASH), ==, 0xffffffff);
  g_assert_cmpuint (fk_sim_chip_get_time (chip), ==, start);
  g_assert_cmphex (get (chip, FLASH + BANK_SIZE + 0x40), ==, 0x11111111);
  g_assert_cmpuint (fk_sim_chip_get_time (chip) - start, ==, 100000);
  g_assert_cmphex (get (chip, FLASH + BANK_SIZE + 0x5c), ==, 7);
  g_assert_cmphex (take_flags (chip, H7_2), ==, 0);
  fk_sim_chip_get_counters (chip, &counters);
  g_assert_cmpuint (counters.n_programmed, ==, 1);
  /* A part of a word, forced: the rest is ones. */
  set (chip, FLASH + BANK_SIZE + 0x60, 0x22222222);
  set (chip, H7_CR + H7_2, H7_X64 | H7_PG | H7_FW | H7_EOPIE);
  g_assert_cmphex (take_flags (chip, H7_2), ==, H7_EOP);
  g_assert_cmphex (get (chip, FLASH + BANK_SIZE + 0x60), ==, 0x22222222);
  g_assert_cmphex (get (chip, FLASH + BANK_SIZE + 0x64), ==, 0xffffffff);
}

static void
test_refused (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  set (chip, FLASH, 0);
  g_assert_cmphex (take_flags (chip, 0), ==, H7_PGSERR);
  set (chip, H7_CR, H7_X64 | H7_PG);
  set (chip, FLASH, 0);
  set (chip, FLASH + 0x20, 0);
  g_assert_cmphex (get (chip, H7_SR), ==, H7_WBNE | H7_INCERR);
  set (chip, FLASH + 4, 0); /* until it is cleared */
  g_assert_cmphex (get (chip, H7_SR), ==, H7_WBNE | H7_INCERR | H7_PGSERR);
  take_flags (chip, 0);
  set (chip, FLASH, 0);
  g_assert_cmphex (take_flags (chip, 0), ==, H7_WBNE | H7_STRBERR);
  /* Nothing is erased while the buffer holds something. */
  set (chip, H7_CR, H7_X64 | H7_SER);
  set (chip, H7_CR, H7_X64 | H7_SER | H7_START);
  g_assert_cmphex (take_flags (chip, 0), ==, H7_WBNE | H7_PGSERR);
}

/* Twice without an erase: the data and their ECC do not fit each other, and reading is an error. */
static void
test_twice (void)
{
  g_autoptr (FkSimChip) chip = new_open ();
  guint8 out[128];

  set (chip, H7_CR, H7_X64 | H7_PG);
  write_row (chip, FLASH + 0x40, 0xff00ff00);
  g_assert_cmphex (take_flags (chip, 0), ==, 0);
  write_row (chip, FLASH + 0x40, 0xff00ff00); /* the same once more */
  g_assert_cmphex (take_flags (chip, 0), ==, 0);
  g_assert_cmphex (get (chip, FLASH + 0x40), ==, 0xff00ff00);
  write_row (chip, FLASH + 0x40, 0x0ff00ff0);
  g_assert_cmphex (take_flags (chip, 0), ==, 0);
  g_assert_true (faults (chip, FLASH + 0x5c, 4));
  g_assert_cmphex (take_flags (chip, 0), ==, H7_DBECC);
  g_assert_cmpuint (fk_sim_chip_read_block (chip, FLASH, 4, out, sizeof out), ==, 0x40);
  g_assert_cmphex (get (chip, FLASH + 0x60), ==, 0xffffffff);
  set (chip, H7_CR, H7_X64 | H7_SER);
  set (chip, H7_CR, H7_X64 | H7_SER | H7_START);
  wait_idle (chip, H7_SR, H7_QW);
  g_assert_cmphex (get (chip, FLASH + 0x40), ==, 0xffffffff);
  /* Ones are data, too. */
  set (chip, H7_CCR, H7_DBECC);
  set (chip, H7_CR, H7_X64 | H7_PG);
  for (guint i = 0; i < 8; i++)
    set (chip, FLASH + 4 * i, 0xffffffff);
  write_row (chip, FLASH, 0);
  g_assert_true (faults (chip, FLASH, 4));
}

static void
fill (FkSimChip *chip)
{
  static guint8 zeros[2 * BANK_SIZE];

  g_assert_true (fk_sim_chip_poke (chip, FLASH, zeros, sizeof zeros));
}

static gboolean
is_blank (FkSimChip *chip, guint32 offset, guint32 size)
{
  g_autofree guint8 *bytes = g_malloc (size);

  g_assert_true (fk_sim_chip_peek (chip, FLASH + offset, bytes, size));
  for (guint32 i = 0; i < size; i++)
    if (bytes[i] != 0xff)
      return FALSE;
  return TRUE;
}

static void
test_erase (void)
{
  g_autoptr (FkSimChip) chip = new_open ();
  guint64 start;

  fill (chip);
  set (chip, H7_CR + H7_2, H7_X64 | H7_SER | 3u << 8);
  start = fk_sim_chip_get_time (chip);
  set (chip, H7_CR + H7_2, H7_X64 | H7_SER | 3u << 8 | H7_START);
  g_assert_cmphex (get (chip, H7_SR + H7_2), ==, H7_BSY | H7_QW);
  g_assert_cmphex (get (chip, H7_SR), ==, 0);
  g_assert_cmphex (get (chip, FLASH), ==, 0);
  g_assert_cmphex (get (chip, FLASH + BANK_SIZE + 3 * SECTOR), ==, 0xffffffff);
  g_assert_cmpuint (fk_sim_chip_get_time (chip) - start, ==, 1000 * MS);
  g_assert_true (is_blank (chip, BANK_SIZE + 3 * SECTOR, SECTOR));
  g_assert_false (is_blank (chip, BANK_SIZE + 3 * SECTOR - 1, 1));
  g_assert_false (is_blank (chip, BANK_SIZE + 4 * SECTOR, 1));
  g_assert_false (is_blank (chip, 3 * SECTOR, 1));
  g_assert_cmphex (get (chip, H7_CR + H7_2) & H7_START, ==, 0);
  set (chip, H7_CR, H7_X64 | H7_BER);
  set (chip, H7_CR, H7_X64 | H7_BER | H7_START);
  wait_idle (chip, H7_SR, H7_QW);
  g_assert_true (is_blank (chip, 0, BANK_SIZE));
  g_assert_false (is_blank (chip, BANK_SIZE, 1));
  /* Both, which wants all three locks open */
  open_options (chip);
  set (chip, H7_CR, H7_X64 | H7_LOCK);
  set (chip, H7_OPTCR, H7_MER);
  g_assert_cmphex (get (chip, H7_SR), ==, 0);
  open_bank (chip, 0);
  set (chip, H7_OPTCR, H7_MER);
  g_assert_cmphex (get (chip, H7_SR) & get (chip, H7_SR + H7_2), ==, H7_BSY | H7_QW);
  wait_idle (chip, H7_SR + H7_2, H7_QW);
  g_assert_true (is_blank (chip, 0, 2 * BANK_SIZE));
}

static void
start_options (FkSimChip *chip)
{
  set (chip, H7_OPTCR, H7_OPTSTART);
  g_assert_cmphex (get (chip, H7_OPTSR) & 1, ==, 1);
  wait_idle (chip, H7_OPTSR, 1);
}

static void
test_options (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  fill (chip);
  set (chip, H7_WPSN + H7_PRG, 0xfe);
  g_assert_cmphex (get (chip, H7_WPSN + H7_PRG), ==, 0xff); /* locked */
  open_options (chip);
  set (chip, H7_WPSN, 0); /* to read alone */
  set (chip, H7_WPSN + H7_PRG, 0xfd);
  set (chip, H7_OPTSR + H7_PRG, 0x1bc6aaf4);
  g_assert_cmphex (get (chip, H7_WPSN), ==, 0xff);
  start_options (chip);
  g_assert_cmphex (get (chip, H7_WPSN), ==, 0xfd);
  g_assert_cmphex (get (chip, H7_OPTSR), ==, 0x1bc6aaf4);
  set (chip, H7_CR, H7_X64 | H7_SER | 1u << 8);
  set (chip, H7_CR, H7_X64 | H7_SER | 1u << 8 | H7_START);
  g_assert_cmphex (take_flags (chip, 0), ==, H7_WRPERR);
  set (chip, H7_CR, H7_X64 | H7_PG);
  write_row (chip, FLASH + SECTOR, 0);
  g_assert_cmphex (take_flags (chip, 0), ==, H7_WRPERR);
  set (chip, H7_OPTCR, H7_MER);
  g_assert_cmphex (take_flags (chip, 0), ==, H7_WRPERR);
  g_assert_false (is_blank (chip, BANK_SIZE, 1));
  fk_sim_chip_power_cycle (chip);
  g_assert_cmphex (get (chip, H7_WPSN + H7_PRG), ==, 0xfd);
}

/* 0x100 bytes of code that may be run alone; it can only grow. */
static void
test_pcrop (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  open_options (chip);
  set (chip, H7_PRAR + H7_2 + H7_PRG, 0x00020001);
  start_options (chip);
  g_assert_cmphex (get (chip, H7_OPTSR) & H7_CHANGEERR, ==, 0);
  g_assert_cmphex (get (chip, FLASH + BANK_SIZE + 0xfc), ==, 0xffffffff);
  g_assert_true (faults (chip, FLASH + BANK_SIZE + 0x100, 4));
  g_assert_true (faults (chip, FLASH + BANK_SIZE + 0x2fc, 4));
  g_assert_cmphex (get (chip, FLASH + BANK_SIZE + 0x300), ==, 0xffffffff);
  g_assert_cmphex (take_flags (chip, H7_2), ==, H7_RDPERR);
  set (chip, H7_PRAR + H7_2 + H7_PRG, 0x000000ff);
  start_options (chip);
  g_assert_cmphex (get (chip, H7_OPTSR) & H7_CHANGEERR, ==, H7_CHANGEERR);
  g_assert_cmphex (get (chip, H7_PRAR + H7_2), ==, 0x00020001);
  set (chip, H7_OPTCCR, H7_CHANGEERR);
  g_assert_cmphex (get (chip, H7_OPTSR) & H7_CHANGEERR, ==, 0);
}

static void
test_protection (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  fill (chip);
  fk_sim_chip_set_protection (chip, 1);
  g_assert_true (faults (chip, FLASH, 4));
  open_options (chip);
  set (chip, H7_OPTSR + H7_PRG, 0x1bc6aaf0);
  start_options (chip);
  g_assert_true (is_blank (chip, 0, 2 * BANK_SIZE));
  g_assert_cmphex (get (chip, FLASH), ==, 0xffffffff);
  fk_sim_chip_set_protection (chip, 2);
  g_assert_false (fk_sim_chip_swd_answers (chip));
}

/* Stands still while the core is halted, if the debugger asked for it. */
static void
test_watchdog (void)
{
  for (guint frozen = 0; frozen < 2; frozen++)
    {
      g_autoptr (FkSimChip) chip = bench_new ("stm32h743");

      set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_HALT);
      set (chip, 0x5c001054, frozen << 18);
      set (chip, 0x24000000, 0x12345678);
      set (chip, 0x52002000, 0x12);
      set (chip, 0x58004800, 0xcccc);
      fk_sim_chip_advance (chip, 2000 * MS);
      g_assert_cmphex (get (chip, 0x52002000), ==, frozen != 0 ? 0x12 : 0x37);
    }
}

/* --- What is not the same on others --- */

/* One bank, and nothing where the registers of a second would be. */
static void
test_one_bank (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32h723");

  g_assert_cmphex (get (chip, 0x5c001000), ==, 0x10010483);
  g_assert_cmpuint (get_as (chip, 0x1ff1e880, 2), ==, 1024);
  g_assert_true (faults (chip, FLASH + BANK_SIZE, 4));
  set (chip, 0x2404fffc, 1);
  g_assert_true (faults (chip, 0x24050000, 4));
  g_assert_cmphex (get (chip, H7_CR + H7_2), ==, 0);
  open_bank (chip, 0);
  set (chip, H7_CR, H7_X64 | H7_PG);
  write_row (chip, FLASH + 7 * SECTOR, 0x12345678);
  g_assert_cmphex (take_flags (chip, 0), ==, 0);
  set (chip, H7_CR, H7_X64 | H7_SER | 7u << 8);
  set (chip, H7_CR, H7_X64 | H7_SER | 7u << 8 | H7_START);
  g_assert_cmphex (take_flags (chip, 0), ==, 0);
  g_assert_cmphex (get (chip, FLASH + 7 * SECTOR), ==, 0xffffffff);
  /* There is no MER. */
  open_options (chip);
  set (chip, H7_OPTCR, H7_MER);
  g_assert_cmphex (get (chip, H7_SR), ==, 0);
}

/* RM0455: words of 128 bits, sectors of 8 KiB, and START, FW and SNB at other bits. */
static void
test_small_sectors (void)
{
  static const guint32 start = 1u << 5, force = 1u << 4, ser = 1u << 2, pg = 1u << 1;
  const guint32 at = FLASH + BANK_SIZE + 101 * 0x2000;
  g_autoptr (FkSimChip) chip = bench_new ("stm32h7a3");

  g_assert_cmphex (get (chip, 0x5c001000), ==, 0x10000480);
  g_assert_cmpuint (get_as (chip, 0x08fff80c, 2), ==, 2048);
  g_assert_true (faults (chip, 0x08fff000, 4)); /* OTP */
  g_assert_cmphex (get (chip, H7_CR), ==, H7_LOCK);
  set (chip, H7_KEYR + H7_2, 0x45670123);
  set (chip, H7_KEYR + H7_2, 0xcdef89ab);
  g_assert_cmphex (get (chip, H7_CR + H7_2), ==, 0);
  set (chip, H7_CR + H7_2, pg);
  for (guint i = 0; i < 4; i++)
    set (chip, at + 16 + 4 * i, i);
  g_assert_cmphex (get (chip, H7_SR + H7_2), ==, H7_BSY | H7_QW);
  g_assert_cmphex (take_flags (chip, H7_2), ==, 0);
  g_assert_cmphex (get (chip, at + 28), ==, 3);
  set (chip, at + 0x2000, 0);
  set (chip, H7_CR + H7_2, pg | force);
  g_assert_cmphex (take_flags (chip, H7_2), ==, 0);
  g_assert_cmphex (get (chip, at + 0x2000), ==, 0);
  set (chip, H7_CR + H7_2, ser | 101u << 6);
  set (chip, H7_CR + H7_2, ser | 101u << 6 | start);
  g_assert_cmphex (take_flags (chip, H7_2), ==, 0);
  g_assert_cmphex (get (chip, at + 16), ==, 0xffffffff);
  g_assert_cmphex (get (chip, at + 0x2000), ==, 0);
  /* A bit of WPSN is four sectors: bit 25 has 100 to 103. */
  open_options (chip);
  set (chip, H7_WPSN + H7_2 + H7_PRG, ~(1u << 25));
  start_options (chip);
  for (guint sector = 99; sector <= 104; sector++)
    {
      set (chip, H7_CR + H7_2, ser | sector << 6);
      set (chip, H7_CR + H7_2, ser | sector << 6 | start);
      g_assert_cmphex (take_flags (chip, H7_2), ==, sector >= 100 && sector < 104 ? H7_WRPERR : 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim-flash-h7/identity", test_identity);
  g_test_add_func ("/sim-flash-h7/locks", test_locks);
  g_test_add_func ("/sim-flash-h7/program", test_program);
  g_test_add_func ("/sim-flash-h7/refused", test_refused);
  g_test_add_func ("/sim-flash-h7/twice", test_twice);
  g_test_add_func ("/sim-flash-h7/erase", test_erase);
  g_test_add_func ("/sim-flash-h7/options", test_options);
  g_test_add_func ("/sim-flash-h7/pcrop", test_pcrop);
  g_test_add_func ("/sim-flash-h7/protection", test_protection);
  g_test_add_func ("/sim-flash-h7/watchdog", test_watchdog);
  g_test_add_func ("/sim-flash-h7/one-bank", test_one_bank);
  g_test_add_func ("/sim-flash-h7/small-sectors", test_small_sectors);
  return g_test_run ();
}
