/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The simulated H503: identity, clocks, and its flash controller with options and protection
 * (RM0492). */

#include "config.h"

#include "sim-flash-bench.h"

#define H5          0x40022000u
#define H5_KEYR     (H5 + 0x04)
#define H5_OPTKEYR  (H5 + 0x0c)
#define H5_OPTCR    (H5 + 0x1c)
#define H5_SR       (H5 + 0x20)
#define H5_CR       (H5 + 0x28)
#define H5_CCR      (H5 + 0x30)
#define H5_OPTSR    (H5 + 0x50)
#define H5_NSBOOTR  (H5 + 0x80)
#define H5_OTPBLR   (H5 + 0x90)
#define H5_WRP2R    (H5 + 0x1e8)
#define PRG         4
#define H5_LOCK     (1u << 0)
#define H5_PG       (1u << 1)
#define H5_SER      (1u << 2)
#define H5_BER      (1u << 3)
#define H5_FW       (1u << 4)
#define H5_START    (1u << 5)
#define H5_MER      (1u << 15)
#define H5_BKSEL    (1u << 31)
#define H5_BSY      (1u << 0)
#define H5_WBNE     (1u << 1)
#define H5_WRPERR   (1u << 17)
#define H5_PGSERR   (1u << 18)
#define H5_STRBERR  (1u << 19)
#define H5_INCERR   (1u << 20)
#define H5_CHANGERR (1u << 23)

#define BANK_2 (FLASH + 0x10000)
#define BLANK  0xffffffffu

static FkSimChip *
new_open (void)
{
  FkSimChip *chip = bench_new ("stm32h503rb");

  set (chip, H5_KEYR, KEY1);
  set (chip, H5_KEYR, KEY2);
  g_assert_false (fk_sim_chip_is_flash_locked (chip));
  return chip;
}

static guint32
take_errors (FkSimChip *chip)
{
  guint32 sr = get (chip, H5_SR);

  set (chip, H5_CCR, sr);
  g_assert_cmphex (get (chip, H5_SR), ==, sr & H5_WBNE);
  return sr;
}

static void
program (FkSimChip *chip, guint32 address, guint32 value)
{
  set (chip, H5_CR, H5_PG);
  for (guint i = 0; i < 16; i += 4)
    set (chip, address + i, value);
  wait_idle (chip, H5_SR, H5_BSY | H5_WBNE);
  set (chip, H5_CR, 0);
}

static void
erase (FkSimChip *chip, guint32 what)
{
  set (chip, H5_CR, what);
  set (chip, H5_CR, what | H5_START);
  wait_idle (chip, H5_SR, H5_BSY);
  g_assert_cmphex (get (chip, H5_CR), ==, what);
  set (chip, H5_CR, 0);
}

static void
program_options (FkSimChip *chip)
{
  set (chip, H5_OPTCR, 2);
  wait_idle (chip, H5_SR, H5_BSY);
}

static void
open_options (FkSimChip *chip)
{
  set (chip, H5_OPTKEYR, 0x08192a3b);
  set (chip, H5_OPTKEYR, 0x4c5d6e7f);
  g_assert_cmphex (get (chip, H5_OPTCR), ==, 0);
}

static void
test_identity (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32h503rb");
  guint32 value;

  g_assert_cmpuint (fk_sim_chip_get_core_ap (chip), ==, 1);
  g_assert_cmphex (fk_sim_chip_get_dpidr (chip), ==, 0x6ba02477);
  g_assert_cmphex (fk_sim_chip_get_ap_idr (chip, 0), ==, 0x54770002);
  g_assert_cmphex (fk_sim_chip_get_ap_idr (chip, 1), ==, 0x84770001);
  g_assert_cmphex (get (chip, 0xe000ed00), ==, 0x410fd214);
  g_assert_cmphex (get (chip, 0x44024000) & 0xfff, ==, 0x474);
  g_assert_true (faults (chip, 0xe0044000, 4));
  g_assert_true (fk_sim_chip_read_debug_bus (chip, 0xe0044000, &value));
  g_assert_cmphex (value & 0xfff, ==, 0x474);
  g_assert_cmpuint (get_as (chip, 0x08fff80c, 2), ==, 128);
  g_assert_cmphex (get_as (chip, 0x08fff801, 1), ==, 0x31);
  g_assert_true (faults (chip, 0x08fff000, 4)); /* OTP that was never written */
  g_assert_true (faults (chip, RAM + 0x8000, 4));
  g_assert_true (faults (chip, 0, 4));
  set (chip, 0x44024008, 0x1800);
  g_assert_cmphex (get (chip, 0x44024008), ==, 0x1800);
}

/* From HSI divided by two to HSE. */
static void
test_clocks (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32h503rb");

  g_assert_cmphex (get (chip, 0x44020c00), ==, 0x2b);
  set (chip, 0x44020c1c, 2);
  g_assert_cmphex (get (chip, 0x44020c1c) >> 3 & 7, ==, 0); /* HSE is off */
  set (chip, 0x44020c00, 0x1002b);
  g_assert_cmphex (get (chip, 0x44020c00), ==, 0x3002b);
  set (chip, 0x44020c1c, 2);
  g_assert_cmphex (get (chip, 0x44020c1c) >> 3 & 7, ==, 2);
}

static void
test_keys (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32h503rb");

  set (chip, H5_CR, H5_PG);
  g_assert_cmphex (get (chip, H5_CR), ==, H5_LOCK);
  g_assert_false (fk_sim_chip_write (chip, H5_KEYR, 4, KEY2));
  g_assert_false (fk_sim_chip_write (chip, H5_KEYR, 4, KEY1));
  pin_reset (chip);
  set (chip, H5_KEYR, KEY1);
  set (chip, H5_KEYR, KEY2);
  g_assert_cmphex (get (chip, H5_CR), ==, 0);
  set (chip, H5_CR, H5_LOCK);
  g_assert_true (fk_sim_chip_is_flash_locked (chip));
}

static void
test_program (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  set (chip, FLASH, 1);
  g_assert_cmphex (take_errors (chip), ==, H5_PGSERR);
  program (chip, BANK_2 + 0x20, 0x12345678);
  g_assert_cmphex (get (chip, BANK_2 + 0x2c), ==, 0x12345678);
  g_assert_cmphex (get (chip, BANK_2 + 0x30), ==, BLANK);
  g_assert_cmphex (take_errors (chip), ==, 0);
  /* Two quad words mixed, and a byte that comes twice */
  set (chip, H5_CR, H5_PG);
  set (chip, FLASH, 1);
  g_assert_cmphex (get (chip, H5_SR), ==, H5_WBNE);
  set (chip, FLASH, 2);
  set (chip, FLASH + 0x10, 1);
  g_assert_cmphex (take_errors (chip), ==, H5_WBNE | H5_STRBERR | H5_INCERR);
  set (chip, H5_CR, H5_PG | H5_FW);
  wait_idle (chip, H5_SR, H5_BSY | H5_WBNE);
  g_assert_cmphex (get (chip, FLASH), ==, 2);
  g_assert_cmphex (get (chip, FLASH + 4), ==, BLANK);
  /* Over what is there, with another value: what no code fits does not answer. */
  program (chip, BANK_2 + 0x20, 0x00005678);
  g_assert_true (faults (chip, BANK_2 + 0x20, 4));
  g_assert_false (faults (chip, BANK_2 + 0x30, 4));
  erase (chip, H5_SER | H5_BKSEL);
  g_assert_cmphex (get (chip, BANK_2 + 0x20), ==, BLANK);
}

static void
test_erase (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  program (chip, FLASH + 0x2000, 1);
  program (chip, BANK_2 + 0x2000, 1);
  program (chip, BANK_2 + 0x4000, 1);
  erase (chip, H5_SER | 1u << 6 | H5_BKSEL);
  g_assert_cmphex (get (chip, FLASH + 0x2000), ==, 1);
  g_assert_cmphex (get (chip, BANK_2 + 0x2000), ==, BLANK);
  g_assert_cmphex (get (chip, BANK_2 + 0x4000), ==, 1);
  erase (chip, H5_BER | H5_BKSEL);
  g_assert_cmphex (get (chip, FLASH + 0x2000), ==, 1);
  g_assert_cmphex (get (chip, BANK_2 + 0x4000), ==, BLANK);
  erase (chip, H5_MER);
  g_assert_cmphex (get (chip, FLASH + 0x2000), ==, BLANK);
}

/* A bit for a sector; what is in force changes with what is programmed. */
static void
test_write_protection (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  set (chip, H5_WRP2R + PRG, 0xfd);
  g_assert_cmphex (get (chip, H5_WRP2R + PRG), ==, 0xff); /* locked */
  open_options (chip);
  set (chip, H5_WRP2R, 0xfd);
  set (chip, H5_WRP2R + PRG, 0xfd);
  g_assert_cmphex (get (chip, H5_WRP2R), ==, 0xff);
  program_options (chip);
  g_assert_cmphex (get (chip, H5_WRP2R), ==, 0xfd);
  program (chip, BANK_2 + 0x2000, 1);
  g_assert_cmphex (take_errors (chip), ==, H5_WRPERR);
  program (chip, FLASH + 0x2000, 1);
  g_assert_cmphex (take_errors (chip), ==, 0);
  erase (chip, H5_MER);
  g_assert_cmphex (take_errors (chip), ==, H5_WRPERR);
  erase (chip, H5_BER);
  g_assert_cmphex (get (chip, FLASH + 0x2000), ==, BLANK);
}

/* What is for ever stays; a product state is left alone once it is not open. */
static void
test_options (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  open_options (chip);
  set (chip, H5_OTPBLR + PRG, 1);
  program_options (chip);
  set (chip, H5_OTPBLR + PRG, 2);
  program_options (chip);
  g_assert_cmphex (take_errors (chip), ==, H5_CHANGERR);
  g_assert_cmphex (get (chip, H5_OTPBLR), ==, 1);
  set (chip, H5_OTPBLR + PRG, 1);
  set (chip, H5_NSBOOTR + PRG, 0x080100c3);
  set (chip, H5_OPTSR + PRG, 0x003072f8);
  program_options (chip);
  g_assert_cmphex (take_errors (chip), ==, 0);
  g_assert_false (faults (chip, FLASH, 4)); /* until the next reset */
  pin_reset (chip);
  g_assert_true (faults (chip, FLASH, 4));
  open_options (chip);
  set (chip, H5_OPTSR + PRG, 0x0030edf8);
  program_options (chip);
  g_assert_cmphex (take_errors (chip), ==, H5_CHANGERR);
  g_assert_cmphex (get (chip, H5_OPTSR), ==, 0x003072f8);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sim-h5/identity", test_identity);
  g_test_add_func ("/sim-h5/clocks", test_clocks);
  g_test_add_func ("/sim-h5/keys", test_keys);
  g_test_add_func ("/sim-h5/program", test_program);
  g_test_add_func ("/sim-h5/erase", test_erase);
  g_test_add_func ("/sim-h5/write-protection", test_write_protection);
  g_test_add_func ("/sim-h5/options", test_options);

  return g_test_run ();
}
