/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The simulated U575: identity, clocks and breakpoints, and its flash controller with options and
 * protection (RM0456); and what an L552 has in another way (RM0438). */

#include "config.h"

#include "sim-flash-bench.h"

#define L5            0x40022000u
#define L5_KEYR       (L5 + 0x08)
#define L5_OPTKEYR    (L5 + 0x10)
#define L5_SR         (L5 + 0x20)
#define L5_CR         (L5 + 0x28)
#define L5_OPTR       (L5 + 0x40)
#define L5_NSBOOTADD0 (L5 + 0x44)
#define L5_WRP1AR     (L5 + 0x58)
#define L5_WRP2BR     (L5 + 0x6c)
#define L5_PROGERR    0x0008u
#define L5_WRPERR     0x0010u
#define L5_PGAERR     0x0020u
#define L5_SIZERR     0x0040u
#define L5_PGSERR     0x0080u
#define L5_OPTWERR    0x2000u
#define L5_BSY        (1u << 16)
#define L5_WDW        (1u << 17)
#define L5_PG         (1u << 0)
#define L5_PER        (1u << 1)
#define L5_MER1       (1u << 2)
#define L5_BKER       (1u << 11)
#define L5_MER2       (1u << 15)
#define L5_STRT       (1u << 16)
#define L5_OPTSTRT    (1u << 17)
#define L5_OBL_LAUNCH (1u << 27)
#define L5_OPTLOCK    (1u << 30)
#define L5_LOCK       (1u << 31)

#define PAGE   0x2000u
#define BANK_2 (FLASH + 0x100000)
#define OTP    0x0bfa0000u
#define BLANK  0xffffffffu

static void
open_flash (FkSimChip *chip)
{
  set (chip, L5_KEYR, KEY1);
  set (chip, L5_KEYR, KEY2);
}

static void
open_options (FkSimChip *chip)
{
  open_flash (chip);
  set (chip, L5_OPTKEYR, 0x08192a3b);
  set (chip, L5_OPTKEYR, 0x4c5d6e7f);
  g_assert_cmphex (get (chip, L5_CR), ==, 0);
}

static FkSimChip *
new_open (void)
{
  FkSimChip *chip = bench_new ("stm32u575");

  open_flash (chip);
  g_assert_false (fk_sim_chip_is_flash_locked (chip));
  return chip;
}

static void
program (FkSimChip *chip, guint32 address, guint32 a, guint32 b, guint32 c, guint32 d)
{
  set (chip, L5_CR, L5_PG);
  set (chip, address, a);
  set (chip, address + 4, b);
  set (chip, address + 8, c);
  set (chip, address + 12, d);
  wait_idle (chip, L5_SR, L5_BSY | L5_WDW);
  set (chip, L5_CR, 0);
}

static guint32
take_errors (FkSimChip *chip)
{
  guint32 sr = get (chip, L5_SR);

  set (chip, L5_SR, sr);
  g_assert_cmphex (get (chip, L5_SR), ==, 0);
  return sr;
}

static void
erase (FkSimChip *chip, guint32 what)
{
  set (chip, L5_CR, what);
  set (chip, L5_CR, what | L5_STRT);
  wait_idle (chip, L5_SR, L5_BSY);
  set (chip, L5_CR, 0);
}

/* Programs what the option registers hold, and has it loaded. */
static void
program_options (FkSimChip *chip)
{
  set (chip, L5_CR, L5_OPTSTRT);
  wait_idle (chip, L5_SR, L5_BSY);
  set (chip, L5_CR, L5_OBL_LAUNCH);
}

static void
test_identity (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32u575");
  guint32 rom = fk_sim_chip_get_ap_base (chip, 0) & ~0xfffu;

  g_assert_cmphex (fk_sim_chip_get_dpidr (chip), ==, 0x0be12477);
  g_assert_cmphex (get (chip, 0xe000ed00), ==, 0x410fd214);
  g_assert_cmphex (get (chip, 0xe0044000) & 0xfff, ==, 0x482);
  g_assert_cmphex (get (chip, 0xe0042000), ==, 0); /* another unit */
  g_assert_cmpuint (get_as (chip, 0x0bfa07a0, 2), ==, 2048);
  for (guint i = 0; i < 12; i++)
    g_assert_cmphex (get_as (chip, 0x0bfa0700 + i, 1), ==, 0x30 + i);
  /* ST's ROM table names the chip and leads to ARM's, which leads to the system control space. */
  g_assert_cmphex (get (chip, rom + 0xfe0), ==, 0x82);
  g_assert_cmphex (get (chip, rom + 0xfe4), ==, 0x04);
  rom += get (chip, rom) & ~0xfffu;
  g_assert_cmphex (rom, ==, 0xe00ff000);
  g_assert_cmphex (get (chip, rom + 0xfe0) | (get (chip, rom + 0xfe4) & 0xf) << 8, ==, 0x4c9);
  g_assert_cmphex (rom + (get (chip, rom) & ~0xfffu), ==, 0xe000e000);
  g_assert_true (faults (chip, FLASH + 0x200000, 4));
  g_assert_true (faults (chip, RAM + 0xc0000, 4));
  g_assert_true (faults (chip, 0, 4)); /* the flash is not there as well */
  set (chip, 0x28003ffc, 0xcafe);
  g_assert_cmphex (get (chip, 0x28003ffc), ==, 0xcafe);
  set (chip, 0xe0044008, 0x1800);
  g_assert_cmphex (get (chip, 0xe0044008), ==, 0x1800);
  /* Peripherals are where other cores have their bits of peripherals. */
  g_assert_false (faults (chip, 0x42020000, 4));
  g_assert_true (faults (chip, 0x22000000, 4));
}

static void
test_clocks (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32u575");

  g_assert_cmphex (get (chip, 0x46020c00), ==, 0x35);
  set (chip, 0x46020c00, 0);
  g_assert_cmphex (get (chip, 0x46020c00), ==, 0x5); /* feeds the core */
  set (chip, 0x46020c1c, 3);
  g_assert_cmphex (get (chip, 0x46020c1c), ==, 3); /* not ready yet */
  g_assert_cmphex (get (chip, 0x4602080c), ==, 0); /* no clock */
  set (chip, 0x46020c94, 4);
  set (chip, 0x4602080c, 0x00070000);
  g_assert_cmphex (get (chip, 0x4602080c), ==, 0x0007c000);
  /* 4 MHz / 1 * 80 / 2 = 160 MHz */
  set (chip, 0x46020c28, 1);
  set (chip, 0x46020c34, 79 | 1u << 24);
  set (chip, 0x46020c00, get (chip, 0x46020c00) | 1u << 24);
  g_assert_cmphex (get (chip, 0x46020c00) & 1u << 25, ==, 1u << 25);
  set (chip, 0x46020c1c, 3);
  g_assert_cmphex (get (chip, 0x46020c1c), ==, 0xf);
  pin_reset (chip);
  g_assert_cmphex (get (chip, 0x46020c1c), ==, 0);
  g_assert_cmphex (get (chip, 0x46020cf4), ==, 1u << 27 | 1u << 26);
  set (chip, 0x46020cf4, 1u << 23);
  g_assert_cmphex (get (chip, 0x46020cf4), ==, 0);
}

static void
test_breakpoint (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32u575");
  guint8 code[] = { 0x00, 0x20, 0x01, 0x30, 0x01, 0x30, 0xfe, 0xe7 };

  g_assert_true (fk_sim_chip_poke (chip, FLASH + 0x100, code, sizeof code));
  reset_halt (chip);
  set (chip, 0xe0002000, 3);
  g_assert_cmphex (get (chip, 0xe0002000) >> 28, ==, 1);
  set (chip, 0xe0002008, 1 | (FLASH + 0x104));
  run_from (chip, FLASH + 0x100);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_cmphex (get_core_register (chip, 15), ==, FLASH + 0x104);
  g_assert_cmphex (get_core_register (chip, 0), ==, 1);
}

static void
test_keys (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32u575");

  g_assert_cmphex (get (chip, L5_CR), ==, L5_LOCK | L5_OPTLOCK);
  set (chip, L5_OPTKEYR, 0x08192a3b);
  set (chip, L5_OPTKEYR, 0x4c5d6e7f);
  set (chip, L5_CR, L5_PG);
  g_assert_cmphex (get (chip, L5_CR), ==, L5_LOCK | L5_OPTLOCK);
  open_flash (chip);
  g_assert_cmphex (get (chip, L5_CR), ==, L5_OPTLOCK);
  pin_reset (chip);
  open_options (chip);
  set (chip, L5_CR, L5_LOCK);
  g_assert_cmphex (get (chip, L5_CR), ==, L5_LOCK | L5_OPTLOCK);
  g_assert_false (fk_sim_chip_write (chip, L5_KEYR, 4, KEY2));
  g_assert_false (fk_sim_chip_write (chip, L5_KEYR, 4, KEY1));
  pin_reset (chip);
  open_flash (chip);
  g_assert_false (fk_sim_chip_is_flash_locked (chip));
}

static void
test_program (void)
{
  g_autoptr (FkSimChip) chip = new_open ();
  FkSimChipCounters counters;

  set (chip, FLASH, 1);
  g_assert_cmphex (take_errors (chip), ==, L5_PGSERR); /* PG is off */
  set (chip, L5_CR, L5_PG);
  for (guint i = 0; i < 3; i++)
    {
      set (chip, FLASH + 0x10 + 4 * i, 0x11111111 * (i + 1));
      g_assert_cmphex (get (chip, L5_SR), ==, L5_WDW);
    }
  g_assert_cmphex (get (chip, FLASH + 0x10), ==, BLANK);
  set (chip, FLASH + 0x1c, 0x44444444);
  g_assert_cmphex (get (chip, L5_SR), ==, L5_BSY);
  wait_idle (chip, L5_SR, L5_BSY);
  for (guint i = 0; i < 4; i++)
    g_assert_cmphex (get (chip, FLASH + 0x10 + 4 * i), ==, 0x11111111 * (i + 1));
  fk_sim_chip_get_counters (chip, &counters);
  g_assert_cmpuint (counters.n_programmed, ==, 1);
  /* The next one need not wait on our side: the bus waits. */
  for (guint i = 0; i < 8; i++)
    set (chip, BANK_2 + 4 * i, i);
  wait_idle (chip, L5_SR, L5_BSY);
  g_assert_cmphex (take_errors (chip), ==, 0);
  for (guint i = 0; i < 8; i++)
    g_assert_cmphex (get (chip, BANK_2 + 4 * i), ==, i);
}

/* A quad word is written once, with whatever value, and once more with zeros. */
static void
test_program_once (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  program (chip, FLASH, BLANK, BLANK, BLANK, 0xffff0000);
  g_assert_cmphex (take_errors (chip), ==, 0);
  program (chip, FLASH, BLANK, BLANK, BLANK, 0);
  g_assert_cmphex (take_errors (chip), ==, L5_PROGERR);
  g_assert_cmphex (get (chip, FLASH + 12), ==, 0xffff0000);
  program (chip, FLASH, 0, 0, 0, 0);
  g_assert_cmphex (take_errors (chip), ==, 0);
  g_assert_cmphex (get (chip, FLASH) | get (chip, FLASH + 12), ==, 0);
  program (chip, FLASH, 0, 0, 0, 0);
  g_assert_cmphex (take_errors (chip), ==, L5_PROGERR);

  /* Ones look blank, and are written all the same. */
  program (chip, FLASH + PAGE, BLANK, BLANK, BLANK, BLANK);
  program (chip, FLASH + PAGE, 1, 2, 3, 4);
  g_assert_cmphex (take_errors (chip), ==, L5_PROGERR);
  erase (chip, L5_PER | 1 << 3);
  program (chip, FLASH + PAGE, 1, 2, 3, 4);
  g_assert_cmphex (take_errors (chip), ==, 0);

  program (chip, OTP, 1, 2, 3, 4);
  g_assert_cmphex (take_errors (chip), ==, 0);
  program (chip, OTP, 0, 0, 0, 0);
  g_assert_cmphex (take_errors (chip), ==, L5_PROGERR);
  g_assert_cmphex (get (chip, OTP + 12), ==, 4);
}

static void
test_program_errors (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  set (chip, L5_CR, L5_PG);
  set_as (chip, FLASH, 2, 1);
  g_assert_cmphex (take_errors (chip), ==, L5_SIZERR);
  set (chip, FLASH + 8, 1);
  g_assert_cmphex (take_errors (chip), ==, L5_PGAERR);
  set (chip, FLASH, 1);
  set (chip, FLASH + 8, 1); /* one is left out */
  g_assert_cmphex (get (chip, L5_SR), ==, L5_PGAERR);
  set (chip, FLASH, 1); /* an error that is not cleared refuses the next one */
  g_assert_cmphex (take_errors (chip), ==, L5_PGAERR | L5_PGSERR);
  for (guint i = 0; i < 4; i++)
    g_assert_cmphex (get (chip, FLASH + 4 * i), ==, BLANK);
  set (chip, L5_CR, L5_PG | L5_PER | L5_STRT);
  g_assert_cmphex (take_errors (chip), ==, L5_PGSERR);
}

static void
test_erase (void)
{
  g_autoptr (FkSimChip) chip = new_open ();
  const guint32 places[] = { FLASH, FLASH + PAGE, BANK_2, BANK_2 + 127 * PAGE };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    program (chip, places[i], i, i, i, i);
  erase (chip, L5_PER | 1 << 3);
  g_assert_cmphex (get (chip, FLASH + PAGE), ==, BLANK);
  erase (chip, L5_PER | L5_BKER | 127 << 3);
  g_assert_cmphex (get (chip, BANK_2 + 127 * PAGE), ==, BLANK);
  g_assert_cmphex (get (chip, FLASH), ==, 0);
  g_assert_cmphex (get (chip, BANK_2), ==, 2);
  erase (chip, L5_MER2);
  g_assert_cmphex (get (chip, BANK_2), ==, BLANK);
  g_assert_cmphex (get (chip, FLASH), ==, 0);
  program (chip, BANK_2, 1, 1, 1, 1);
  set (chip, L5_CR, L5_MER1 | L5_MER2);
  set (chip, L5_CR, L5_MER1 | L5_MER2 | L5_STRT);
  g_assert_cmphex (get (chip, L5_SR), ==, L5_BSY);
  g_assert_cmphex (get (chip, L5_CR) & L5_STRT, ==, L5_STRT);
  wait_idle (chip, L5_SR, L5_BSY);
  g_assert_cmphex (get (chip, L5_CR) & L5_STRT, ==, 0);
  g_assert_cmphex (get (chip, BANK_2), ==, BLANK);
  g_assert_cmphex (get (chip, FLASH), ==, BLANK);
}

static void
test_write_protection (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32u575");

  open_options (chip);
  set (chip, L5_WRP1AR, 0x80000000 | 2 << 16 | 1);
  set (chip, L5_WRP2BR, 0x00000000 | 5 << 16 | 5);
  program_options (chip);
  g_assert_cmphex (get (chip, L5_WRP1AR), ==, 0x80020001);
  open_options (chip);
  program (chip, FLASH + PAGE, 1, 1, 1, 1);
  g_assert_cmphex (take_errors (chip), ==, L5_WRPERR);
  erase (chip, L5_PER | 2 << 3);
  g_assert_cmphex (take_errors (chip), ==, L5_WRPERR);
  erase (chip, L5_PER | L5_BKER | 5 << 3);
  g_assert_cmphex (take_errors (chip), ==, L5_WRPERR);
  erase (chip, L5_MER1 | L5_MER2);
  g_assert_cmphex (take_errors (chip), ==, L5_WRPERR);
  program (chip, FLASH + 3 * PAGE, 1, 1, 1, 1);
  program (chip, BANK_2 + PAGE, 1, 1, 1, 1);
  g_assert_cmphex (take_errors (chip), ==, 0);
  /* The second area was locked as it was made. */
  set (chip, L5_WRP1AR, 0x8000007f);
  set (chip, L5_WRP2BR, 0x8000007f);
  program_options (chip);
  g_assert_cmphex (get (chip, L5_WRP1AR), ==, 0x8000007f);
  g_assert_cmphex (get (chip, L5_WRP2BR), ==, 0x00050005);
}

static void
test_options (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32u575");

  g_assert_cmphex (get (chip, L5_OPTR), ==, 0x1feff8aa);
  g_assert_cmphex (get (chip, L5_WRP1AR), ==, 0x8000007f);
  set (chip, L5_OPTR, 0); /* locked */
  g_assert_cmphex (get (chip, L5_OPTR), ==, 0x1feff8aa);
  open_options (chip);
  set (chip, L5_OPTR, 0x1feff0aa & ~(1u << 27));
  g_assert_cmphex (get (chip, L5_OPTR), ==, 0x17eff8aa); /* a bit that is not there stays */
  pin_reset (chip);                                      /* was not programmed */
  g_assert_cmphex (get (chip, L5_OPTR), ==, 0x1feff8aa);
  open_options (chip);
  set (chip, L5_OPTR, 0x17eff8aa);
  set (chip, L5_NSBOOTADD0, 0x08002000);
  set (chip, L5_CR, L5_OPTSTRT);
  wait_idle (chip, L5_SR, L5_BSY);
  pin_reset (chip); /* programmed, and not loaded */
  g_assert_cmphex (get (chip, L5_OPTR), ==, 0x1feff8aa);
  g_assert_cmphex (get (chip, 0xe000ed08), ==, FLASH);
  fk_sim_chip_power_cycle (chip);
  g_assert_cmphex (get (chip, L5_OPTR), ==, 0x17eff8aa);
  g_assert_cmphex (get (chip, 0xe000ed08), ==, FLASH + PAGE);
}

static void
test_protection (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  program (chip, FLASH, 1, 2, 3, 4);
  fk_sim_chip_set_protection (chip, 1);
  g_assert_true (faults (chip, FLASH, 4));
  open_options (chip);
  erase (chip, L5_PER);
  g_assert_cmphex (take_errors (chip), ==, L5_WRPERR);
  set (chip, L5_OPTR, 0x1feff8aa);
  program_options (chip);
  g_assert_cmphex (get (chip, FLASH), ==, BLANK);
  g_assert_cmphex (get (chip, L5_OPTR) & 0xff, ==, 0xaa);
  fk_sim_chip_set_protection (chip, 2);
  g_assert_false (fk_sim_chip_swd_answers (chip));
}

/* The flash of half the silicon is divided by DUALBANK. */
static void
test_one_bank (void)
{
  g_autoptr (FkSimChip) chip =
      bench_new_with ((FkSimChipConfig){ .model = "stm32u575", .flash_size = 0x100000 });

  open_options (chip);
  program (chip, FLASH + 0x80000, 1, 1, 1, 1);
  erase (chip, L5_PER | 64 << 3); /* not there: bank 1 has 64 pages */
  g_assert_cmphex (get (chip, FLASH + 0x80000), ==, 1);
  set (chip, L5_OPTR, 0x1fcff8aa);
  program_options (chip);
  open_flash (chip);
  erase (chip, L5_PER | 64 << 3);
  g_assert_cmphex (get (chip, FLASH + 0x80000), ==, BLANK);
  program (chip, FLASH + 0x80000, 1, 1, 1, 1);
  erase (chip, L5_MER1);
  g_assert_cmphex (get (chip, FLASH + 0x80000), ==, BLANK);
}

static void
program_pair (FkSimChip *chip, guint32 address, guint32 a, guint32 b)
{
  set (chip, L5_CR, L5_PG);
  set (chip, address, a);
  g_assert_cmphex (get (chip, L5_SR), ==, 0);
  set (chip, address + 4, b);
  wait_idle (chip, L5_SR, L5_BSY);
  set (chip, L5_CR, 0);
}

/* Double words, pages of 2 KiB and areas without UNLOCK. */
static void
test_l5 (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32l552ze");

  g_assert_cmphex (get (chip, 0xe0044000) & 0xfff, ==, 0x472);
  g_assert_cmpuint (get_as (chip, 0x0bfa05e0, 2), ==, 512);
  g_assert_cmphex (get_as (chip, 0x0bfa0590, 1), ==, 0x30);
  g_assert_true (faults (chip, 0, 4));
  g_assert_true (faults (chip, RAM + 0x40000, 4));
  open_options (chip);
  program_pair (chip, FLASH + 0x40008, 1, 2);
  g_assert_cmphex (get (chip, FLASH + 0x4000c), ==, 2);
  g_assert_cmphex (get (chip, FLASH + 0x40010), ==, BLANK);
  program_pair (chip, FLASH + 0x40008, 1, 2);
  g_assert_cmphex (take_errors (chip), ==, L5_PROGERR);
  erase (chip, L5_PER); /* page 0 of bank 1 */
  g_assert_cmphex (get (chip, FLASH + 0x40008), ==, 1);
  erase (chip, L5_PER | L5_BKER);
  g_assert_cmphex (get (chip, FLASH + 0x40008), ==, BLANK);
  g_assert_cmphex (get (chip, L5_WRP2BR), ==, 0xff80ffff);
  set (chip, L5_WRP1AR, 0x00010001);
  g_assert_cmphex (get (chip, L5_WRP1AR), ==, 0xff81ff81);
  program_options (chip);
  open_flash (chip);
  program_pair (chip, FLASH + 0x800, 1, 2);
  g_assert_cmphex (take_errors (chip), ==, L5_WRPERR);
  program_pair (chip, FLASH + 0x1000, 1, 2);
  g_assert_cmphex (get (chip, FLASH + 0x1000), ==, 1);
}

/* DBANK at 0 makes one bank, of pages that are twice as large. */
static void
test_l5_one_bank (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32l552ze");

  open_options (chip);
  set (chip, L5_OPTR, 0x7faff8aa);
  program_options (chip);
  open_flash (chip);
  program_pair (chip, FLASH + 0x7f800, 1, 2);
  program_pair (chip, FLASH + 0x7eff8, 3, 4);
  erase (chip, L5_PER | 127 << 3);
  g_assert_cmphex (get (chip, FLASH + 0x7f800), ==, BLANK);
  g_assert_cmphex (get (chip, FLASH + 0x7eff8), ==, 3);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sim-u5/identity", test_identity);
  g_test_add_func ("/sim-u5/clocks", test_clocks);
  g_test_add_func ("/sim-u5/breakpoint", test_breakpoint);
  g_test_add_func ("/sim-u5/keys", test_keys);
  g_test_add_func ("/sim-u5/program", test_program);
  g_test_add_func ("/sim-u5/program-once", test_program_once);
  g_test_add_func ("/sim-u5/program-errors", test_program_errors);
  g_test_add_func ("/sim-u5/erase", test_erase);
  g_test_add_func ("/sim-u5/write-protection", test_write_protection);
  g_test_add_func ("/sim-u5/options", test_options);
  g_test_add_func ("/sim-u5/protection", test_protection);
  g_test_add_func ("/sim-u5/one-bank", test_one_bank);
  g_test_add_func ("/sim-u5/l5", test_l5);
  g_test_add_func ("/sim-u5/l5-one-bank", test_l5_one_bank);

  return g_test_run ();
}
