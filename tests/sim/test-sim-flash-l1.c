/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The simulated L1: its flash controller (RM0038 3, and where that says no more RM0367 3), and what
 * else of it is its own: identity and clocks. */

#include "config.h"

#include "sim-flash-bench.h"

#include <string.h>

#define IDLE (L1_ENDHV | L1_READY)

static void
open_options (FkSimChip *chip)
{
  set (chip, L1_OPTKEYR, 0xfbead9c8);
  set (chip, L1_OPTKEYR, 0x24252627);
}

static void
open_all (FkSimChip *chip)
{
  set (chip, L1_PEKEYR, 0x89abcdef);
  set (chip, L1_PEKEYR, 0x02030405);
  set (chip, L1_PRGKEYR, 0x8c9daebf);
  set (chip, L1_PRGKEYR, 0x13141516);
  open_options (chip);
  g_assert_cmphex (get (chip, L1_PECR) & L1_LOCKS, ==, 0);
}

static FkSimChip *
new_open (void)
{
  FkSimChip *chip = bench_new ("stm32l152rc");

  open_all (chip);
  return chip;
}

static void
wait_l1 (FkSimChip *chip)
{
  wait_idle (chip, L1_SR, L1_BSY);
}

/* All that SR tells of what was done; it is clear afterwards. */
static guint32
take_flags (FkSimChip *chip)
{
  guint32 sr;

  wait_l1 (chip);
  sr = get (chip, L1_SR);
  set (chip, L1_SR, sr);
  g_assert_cmphex (get (chip, L1_SR), ==, IDLE);
  return sr & ~IDLE;
}

static void
erase (FkSimChip *chip, guint32 address)
{
  set (chip, L1_PECR, L1_ERASE | L1_PROG);
  set (chip, address, 0);
  wait_l1 (chip);
  set (chip, L1_PECR, 0);
}

static void
set_option (FkSimChip *chip, guint word, guint32 value)
{
  set (chip, L1_OPTIONS + 4 * word, value | (~value & 0xffff) << 16);
  wait_l1 (chip);
}

static void
launch (FkSimChip *chip)
{
  set (chip, L1_PECR, L1_OBL_LAUNCH);
  g_assert_cmphex (get (chip, L1_PECR), ==, L1_LOCKS);
  open_all (chip);
}

static void
test_identity (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32l152rc");

  g_assert_cmphex (fk_sim_chip_get_dpidr (chip), ==, 0x2ba01477);
  g_assert_cmphex (get (chip, 0xe000ed00), ==, 0x412fc230);
  g_assert_cmphex (get (chip, 0xe0042000) & 0xfff, ==, 0x427);
  g_assert_cmpuint (get_as (chip, 0x1ff800cc, 2), ==, 256);
  g_assert_cmphex (get (chip, 0x1ff800d0), ==, 0x33323130);
  g_assert_cmphex (get (chip, 0x1ff800d4), ==, 0x37363534);
  g_assert_cmphex (get (chip, 0x1ff800e4), ==, 0x3b3a3938);
  g_assert_cmphex (get (chip, FLASH), ==, 0);
  g_assert_cmphex (get (chip, FLASH + 0x3fffc), ==, 0);
  g_assert_true (faults (chip, FLASH + 0x40000, 4));
  g_assert_cmphex (get (chip, L1_EEPROM + 0x1ffc), ==, 0);
  g_assert_true (faults (chip, L1_EEPROM + 0x2000, 4));
  g_assert_true (faults (chip, RAM + 0x8000, 4));
  g_assert_cmphex (get (chip, L1_OPTIONS), ==, 0xff5500aa);
  g_assert_cmphex (get (chip, L1_OPTIONS + 4), ==, 0xff870078);
  g_assert_cmphex (get (chip, L1_OPTIONS + 8), ==, 0xffff0000);
  g_assert_cmphex (get (chip, L1_OBR), ==, 0x007800aa);
  g_assert_cmphex (get (chip, L1_WRPR1) | get (chip, L1_WRPR2), ==, 0);
  g_assert_false (fk_sim_chip_write (chip, 0x1ff00000, 4, 0));
}

static guint64
time_loop (FkSimChip *chip)
{
  guint64 start;

  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_HALT);
  PUT_CODE (chip, RAM, 0x3801, 0xd1fd, 0xbe00); /* SUBS R0, #1; BNE; BKPT */
  set_core_register (chip, 0, 100000);
  start = fk_sim_chip_get_time (chip);
  run_from (chip, RAM);
  while (!is_halted (chip))
    fk_sim_chip_advance (chip, 100 * US);
  return fk_sim_chip_get_time (chip) - start;
}

static void
test_clocks (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32l152rc");
  guint64 slow;
  guint64 fast;

  g_assert_cmphex (get (chip, 0x40023800), ==, 0x300); /* MSI */
  set (chip, 0x40023800, 0);
  g_assert_cmphex (get (chip, 0x40023800), ==, 0x300); /* feeds the core */
  slow = time_loop (chip);
  set (chip, 0x40023808, 1);
  g_assert_cmphex (get (chip, 0x40023808), ==, 1); /* HSI is not ready */
  set (chip, 0x40023800, 0x101);
  g_assert_cmphex (get (chip, 0x40023800), ==, 0x303);
  set (chip, 0x40023808, 1);
  g_assert_cmphex (get (chip, 0x40023808), ==, 5);
  fast = time_loop (chip);
  /* 2.097 and 16 MHz */
  g_assert_cmpuint (slow / fast, >=, 7);
  g_assert_cmpuint (slow / fast, <=, 8);
  set (chip, 0x40023800, 1);
  g_assert_cmphex (get (chip, 0x40023800), ==, 3);
  /* The PLL: 16 MHz * 4 / 2 */
  set (chip, 0x40023808, 1 | 1u << 18 | 1u << 22);
  set (chip, 0x40023800, 1 | 1u << 24);
  set (chip, 0x40023808, 3 | 1u << 18 | 1u << 22);
  g_assert_cmphex (get (chip, 0x40023808) & 0xf, ==, 0xf);
  g_assert_cmpuint ((fast + fast / 4) / time_loop (chip), ==, 2);
  /* The CRC unit needs its clock. */
  set (chip, 0x40023000, 0x12345678);
  g_assert_cmphex (get (chip, 0x40023000), ==, 0);
  set (chip, 0x4002381c, get (chip, 0x4002381c) | 1u << 12);
  set (chip, 0x40023008, 1);
  set (chip, 0x40023000, 0x12345678);
  g_assert_cmphex (get (chip, 0x40023000), ==, 0xdf8a8a2b);
  pin_reset (chip);
  g_assert_cmphex (get (chip, 0x40023808), ==, 0);
  g_assert_cmphex (get (chip, 0x4002381c), ==, 0x8000);
  g_assert_cmphex (get (chip, 0x40023834) & 1u << 26, ==, 1u << 26);
}

/* ACC64 comes before the wait state, and goes after it. */
static void
test_access (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32l152rc");

  set (chip, L1_ACR, 3);
  g_assert_cmphex (get (chip, L1_ACR), ==, 0);
  set (chip, L1_ACR, 4);
  set (chip, L1_ACR, 7);
  g_assert_cmphex (get (chip, L1_ACR), ==, 7);
  set (chip, L1_ACR, 1);
  g_assert_cmphex (get (chip, L1_ACR), ==, 5);
  set (chip, L1_ACR, 4);
  set (chip, L1_ACR, 0);
  g_assert_cmphex (get (chip, L1_ACR), ==, 0);
}

static void
test_keys (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32l152rc");

  g_assert_cmphex (get (chip, L1_SR), ==, IDLE);
  g_assert_cmphex (get (chip, L1_PECR), ==, L1_LOCKS);
  set (chip, L1_PECR, 0);
  g_assert_cmphex (get (chip, L1_PECR), ==, L1_LOCKS);
  /* The two others do not open before PELOCK has. */
  set (chip, L1_PRGKEYR, 0x8c9daebf);
  set (chip, L1_PRGKEYR, 0x13141516);
  open_options (chip);
  g_assert_cmphex (get (chip, L1_PECR), ==, L1_LOCKS);
  g_assert_true (fk_sim_chip_is_flash_locked (chip));
  set (chip, L1_PEKEYR, 0x89abcdef);
  set (chip, L1_PEKEYR, 0x02030405);
  g_assert_cmphex (get (chip, L1_PECR), ==, L1_PRGLOCK | L1_OPTLOCK);
  g_assert_false (fk_sim_chip_is_flash_locked (chip));
  open_options (chip);
  g_assert_cmphex (get (chip, L1_PECR), ==, L1_PRGLOCK);
  set (chip, L1_PRGKEYR, 0x8c9daebf);
  set (chip, L1_PRGKEYR, 0x13141516);
  g_assert_cmphex (get (chip, L1_PECR), ==, 0);
  /* Each closes alone, and PELOCK closes all. */
  set (chip, L1_PECR, L1_OPTLOCK);
  set (chip, L1_PECR, 0);
  g_assert_cmphex (get (chip, L1_PECR), ==, L1_OPTLOCK);
  /* … and clears what says what is done. */
  set (chip, L1_PECR, L1_PROG | L1_DATA | L1_FTDW | L1_ERASE | L1_FPRG);
  set (chip, L1_PECR, get (chip, L1_PECR) | L1_PELOCK);
  g_assert_cmphex (get (chip, L1_PECR), ==, L1_LOCKS);
  /* A wrong key: a bus error, and nothing more until a reset. */
  g_assert_false (fk_sim_chip_write (chip, L1_PEKEYR, 4, 1));
  g_assert_false (fk_sim_chip_write (chip, L1_PEKEYR, 4, 0x89abcdef));
  pin_reset (chip);
  open_all (chip);
  /* And so is a third. */
  g_assert_false (fk_sim_chip_write (chip, L1_PEKEYR, 4, 0x89abcdef));
  g_assert_cmphex (get (chip, L1_PECR), ==, L1_LOCKS);
  pin_reset (chip);
  g_assert_cmphex (get (chip, L1_PECR), ==, L1_LOCKS);
  open_all (chip);
}

static void
test_locked (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32l152rc");

  set (chip, FLASH, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_WRPERR);
  set (chip, L1_EEPROM, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_WRPERR);
  set (chip, L1_OPTIONS, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_WRPERR);
  set (chip, L1_PEKEYR, 0x89abcdef);
  set (chip, L1_PEKEYR, 0x02030405);
  set (chip, FLASH, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_WRPERR);
  set (chip, L1_OPTIONS, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_WRPERR);
  set (chip, L1_EEPROM, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  g_assert_cmphex (get (chip, L1_EEPROM), ==, 1);
  g_assert_cmphex (get (chip, FLASH), ==, 0);
  g_assert_cmphex (get (chip, L1_OPTIONS), ==, 0xff5500aa);
}

static void
test_word (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  set (chip, FLASH + 0x104, 0x0ff00ff0);
  g_assert_cmphex (get (chip, L1_SR), ==, L1_BSY | L1_READY);
  fk_sim_chip_advance (chip, 3279 * US);
  g_assert_cmphex (get (chip, L1_SR), ==, L1_BSY | L1_READY);
  fk_sim_chip_advance (chip, 1 * US);
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  g_assert_cmphex (get (chip, FLASH + 0x104), ==, 0x0ff00ff0);
  g_assert_cmphex (get (chip, 0x104), ==, 0x0ff00ff0);
  /* What is not erased keeps its ones. */
  set (chip, FLASH + 0x104, 0x0000ffff);
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  g_assert_cmphex (get (chip, FLASH + 0x104), ==, 0x0ff0ffff);
  g_assert_cmphex (get (chip, FLASH + 0x100) | get (chip, FLASH + 0x108), ==, 0);
  /* Through the alias, and with PROG, which is not needed. */
  set (chip, L1_PECR, L1_PROG);
  set (chip, 0x200, 7);
  g_assert_cmphex (get (chip, FLASH + 0x200), ==, 7); /* the bus waits */
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  set_as (chip, FLASH + 0x300, 2, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_SIZERR);
  set_as (chip, FLASH + 0x300, 1, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_SIZERR);
  g_assert_cmphex (get (chip, FLASH + 0x300), ==, 0);
  g_assert_cmpuint (fk_sim_chip_get_n_programmed (chip), ==, 3);
  /* A reset meanwhile: nothing was written. */
  set (chip, FLASH + 0x400, 0xffffffff);
  fk_sim_chip_advance (chip, 1 * MS);
  pin_reset (chip);
  g_assert_cmphex (get (chip, FLASH + 0x400), ==, 0);
}

static void
test_dead_cells (void)
{
  g_autoptr (FkSimChip) chip =
      bench_new_with ((FkSimChipConfig){ .model = "stm32l152rc", .dead_cell = FLASH + 0x105 });

  open_all (chip);
  set (chip, FLASH + 0x104, 0xffffffff);
  wait_l1 (chip);
  g_assert_cmphex (get (chip, FLASH + 0x104), ==, 0xfffffeff);
  fk_sim_chip_kill_cell (chip);
  set (chip, FLASH + 0x200, 0xc0);
  wait_l1 (chip);
  g_assert_cmphex (get (chip, FLASH + 0x200), ==, 0x80);
}

static void
test_page_erase (void)
{
  g_autoptr (FkSimChip) chip = new_open ();
  guint8 ones[0x400];
  FkSimChipCounters counters;

  memset (ones, 0xff, sizeof ones);
  fk_sim_chip_poke (chip, FLASH, ones, sizeof ones);
  fk_sim_chip_poke (chip, L1_EEPROM, ones, sizeof ones);
  set (chip, L1_PECR, L1_ERASE | L1_PROG);
  set (chip, FLASH + 0x104, 0);
  g_assert_cmphex (take_flags (chip), ==, L1_PGAERR);
  set_as (chip, FLASH + 0x100, 2, 0);
  g_assert_cmphex (take_flags (chip), ==, L1_SIZERR);
  set (chip, L1_EEPROM, 0); /* PROG is not of the EEPROM */
  g_assert_cmphex (take_flags (chip), ==, 0);
  set (chip, FLASH + 0x100, 0);
  g_assert_cmphex (get (chip, L1_SR), ==, L1_BSY | L1_READY);
  fk_sim_chip_advance (chip, 3280 * US);
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  g_assert_cmphex (get (chip, FLASH + 0x0fc), ==, 0xffffffff);
  for (guint i = 0; i < 0x100; i += 4)
    g_assert_cmphex (get (chip, FLASH + 0x100 + i), ==, 0);
  g_assert_cmphex (get (chip, FLASH + 0x200), ==, 0xffffffff);
  g_assert_cmphex (get (chip, L1_EEPROM), ==, 0xffffffff);
  fk_sim_chip_get_counters (chip, &counters);
  g_assert_cmpuint (counters.n_sector_erases, ==, 1);
  g_assert_cmpuint (counters.n_programmed, ==, 0);
  /* ERASE alone does nothing, and neither does DATA with program memory. */
  set (chip, L1_PECR, L1_ERASE);
  set (chip, FLASH + 0x200, 0);
  set (chip, L1_PECR, L1_ERASE | L1_DATA);
  set (chip, FLASH + 0x200, 0);
  g_assert_cmphex (take_flags (chip), ==, 0);
  g_assert_cmphex (get (chip, FLASH + 0x200), ==, 0xffffffff);
  /* A reset in the middle leaves half. */
  set (chip, L1_PECR, L1_ERASE | L1_PROG);
  set (chip, FLASH + 0x200, 0);
  fk_sim_chip_advance (chip, 1 * MS);
  pin_reset (chip);
  g_assert_cmphex (get (chip, FLASH + 0x27c), ==, 0);
  g_assert_cmphex (get (chip, FLASH + 0x280), ==, 0xffffffff);
}

static void
test_half_page (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  set (chip, L1_PECR, L1_FPRG | L1_PROG);
  for (guint i = 0; i < 32; i++)
    {
      g_assert_cmphex (get (chip, L1_SR), ==, IDLE);
      set (chip, FLASH + 0x80 + 4 * i, 0x100 + i);
    }
  g_assert_cmphex (get (chip, L1_SR), ==, L1_BSY | L1_READY);
  fk_sim_chip_advance (chip, 3280 * US);
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  for (guint i = 0; i < 32; i++)
    g_assert_cmphex (get (chip, FLASH + 0x80 + 4 * i), ==, 0x100 + i);
  g_assert_cmphex (get (chip, FLASH + 0x7c) | get (chip, FLASH + 0x100), ==, 0);
  g_assert_cmpuint (fk_sim_chip_get_n_programmed (chip), ==, 1);
  /* Not erased: an OR */
  for (guint i = 0; i < 32; i++)
    set (chip, FLASH + 0x80 + 4 * i, 0x8000);
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  g_assert_cmphex (get (chip, FLASH + 0x84), ==, 0x8101);
  /* With ERASE beside them nothing happens. */
  set (chip, L1_PECR, L1_FPRG | L1_PROG | L1_ERASE);
  for (guint i = 0; i < 32; i++)
    set (chip, FLASH + 0x180 + 4 * i, 0x300 + i);
  g_assert_cmphex (take_flags (chip), ==, 0);
  g_assert_cmphex (get (chip, FLASH + 0x180), ==, 0);
  set (chip, L1_PECR, L1_FPRG | L1_PROG);
  /* A reset meanwhile: nothing of it was written. */
  for (guint i = 0; i < 32; i++)
    set (chip, FLASH + 0x200 + 4 * i, 0xffffffff);
  fk_sim_chip_advance (chip, 1 * MS);
  pin_reset (chip);
  for (guint i = 0; i < 32; i++)
    g_assert_cmphex (get (chip, FLASH + 0x200 + 4 * i), ==, 0);
}

static void
test_half_page_errors (void)
{
  g_autoptr (FkSimChip) chip = new_open ();
  guint32 value;

  set (chip, L1_PECR, L1_FPRG | L1_PROG);
  set (chip, FLASH + 0x84, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_PGAERR);
  set (chip, FLASH + 0x80, 1);
  set (chip, FLASH + 0x88, 1); /* one was left out */
  g_assert_cmphex (take_flags (chip), ==, L1_PGAERR);
  set (chip, FLASH + 0x80, 1);
  set (chip, FLASH + 0x104, 1); /* of another half page */
  g_assert_cmphex (take_flags (chip), ==, L1_PGAERR);
  set (chip, FLASH + 0x80, 1);
  set_as (chip, FLASH + 0x84, 2, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_SIZERR);
  set (chip, FLASH + 0x84, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_PGAERR);
  /* Read in between: a bus error, and what had come is forgotten. */
  set (chip, FLASH + 0x80, 1);
  g_assert_false (fk_sim_chip_read (chip, FLASH + 0x1000, 4, &value));
  g_assert_cmphex (get (chip, FLASH + 0x1000), ==, 0);
  set (chip, FLASH + 0x84, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_PGAERR);
  /* And so it is when PECR says something else. */
  set (chip, FLASH + 0x80, 1);
  set (chip, L1_PECR, 0);
  set (chip, L1_PECR, L1_FPRG | L1_PROG);
  set (chip, FLASH + 0x84, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_PGAERR);
  /* FPRG alone does nothing. */
  set (chip, L1_PECR, L1_FPRG);
  set (chip, FLASH + 0x80, 1);
  g_assert_cmphex (take_flags (chip), ==, 0);
  g_assert_cmphex (get (chip, FLASH + 0x80), ==, 0);
  g_assert_cmpuint (fk_sim_chip_get_n_programmed (chip), ==, 0);
}

/* Code in RAM programs half pages as loaders do, in a loop that waits for BSY. */
static void
test_loader (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  reset_halt (chip);
  open_all (chip);
  set (chip, L1_PECR, L1_FPRG | L1_PROG);
  PUT_CODE (chip, RAM, 0x2520, /* half: MOVS R5, #32 */
            0xc940,            /* word: LDMIA R1!, {R6} */
            0xc040,            /* STMIA R0!, {R6} */
            0x3d01,            /* SUBS R5, #1 */
            0xd1fb,            /* BNE word */
            0x69a6,            /* busy: LDR R6, [R4, #0x18] */
            0x07f6,            /* LSLS R6, R6, #31 */
            0xd1fc,            /* BNE busy */
            0x4291,            /* CMP R1, R2 */
            0xd1f5,            /* BNE half */
            0xbe00);
  for (guint i = 0; i < 128; i++)
    set (chip, RAM + 0x400 + 4 * i, 0x01010101 * i);
  set_core_register (chip, 0, FLASH + 0x1000);
  set_core_register (chip, 1, RAM + 0x400);
  set_core_register (chip, 2, RAM + 0x600);
  set_core_register (chip, 4, L1);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 13 * MS); /* 4 times 3.28 */
  g_assert_false (is_halted (chip));
  fk_sim_chip_advance (chip, 7 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  for (guint i = 0; i < 128; i++)
    g_assert_cmphex (get (chip, FLASH + 0x1000 + 4 * i), ==, 0x01010101 * i);
  g_assert_cmpuint (fk_sim_chip_get_n_programmed (chip), ==, 4);
}

static void
test_eeprom (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  /* Erased: half of the time */
  set (chip, L1_EEPROM + 4, 0x12345678);
  fk_sim_chip_advance (chip, 1639 * US);
  g_assert_cmphex (get (chip, L1_SR) & L1_BSY, ==, L1_BSY);
  fk_sim_chip_advance (chip, 1 * US);
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  /* It erases by itself, and keeps the rest of the word. */
  set_as (chip, L1_EEPROM + 5, 1, 0x01);
  fk_sim_chip_advance (chip, 3279 * US);
  g_assert_cmphex (get (chip, L1_SR) & L1_BSY, ==, L1_BSY);
  fk_sim_chip_advance (chip, 1 * US);
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  g_assert_cmphex (get (chip, L1_EEPROM + 4), ==, 0x12340178);
  set_as (chip, L1_EEPROM + 6, 2, 0xabcd);
  g_assert_cmphex (get (chip, L1_EEPROM + 4), ==, 0xabcd0178);
  /* A fixed time */
  set (chip, L1_PECR, L1_FTDW);
  set (chip, L1_EEPROM + 0x1ffc, 1);
  fk_sim_chip_advance (chip, 3279 * US);
  g_assert_cmphex (get (chip, L1_SR) & L1_BSY, ==, L1_BSY);
  wait_l1 (chip);
  g_assert_cmphex (get (chip, L1_EEPROM + 0x1ffc), ==, 1);
  /* Erasing one word */
  set (chip, L1_PECR, L1_ERASE | L1_DATA);
  set (chip, L1_EEPROM + 4, 0);
  wait_l1 (chip);
  g_assert_cmphex (get (chip, L1_EEPROM + 4), ==, 0);
  g_assert_cmphex (get (chip, L1_EEPROM + 0x1ffc), ==, 1);
  take_flags (chip);
  set_as (chip, L1_EEPROM + 0x1ffc, 1, 0);
  g_assert_cmphex (take_flags (chip), ==, L1_SIZERR);
  /* A reset meanwhile leaves what there was. */
  set (chip, L1_PECR, 0);
  set (chip, L1_EEPROM + 0x1ffc, 2);
  pin_reset (chip);
  g_assert_cmphex (get (chip, L1_EEPROM + 0x1ffc), ==, 1);
}

/* The core gets there, too. */
static void
test_eeprom_from_core (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  reset_halt (chip);
  open_all (chip);
  set (chip, L1_EEPROM + 4, 0x600df00d);
  wait_l1 (chip);
  PUT_CODE (chip, RAM, 0x6841, 0x7001, 0xbe00); /* LDR R1, [R0, #4]; STRB R1, [R0]; BKPT */
  set_core_register (chip, 0, L1_EEPROM);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 5 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get_core_register (chip, 1), ==, 0x600df00d);
  g_assert_cmphex (get (chip, L1_EEPROM), ==, 0x0d);
}

static void
test_state (void)
{
  g_autoptr (FkSimChip) chip = new_open ();
  g_autoptr (FkSimChip) other = bench_new ("stm32l152rc");
  g_autoptr (GBytes) state = NULL;
  g_autoptr (GError) error = NULL;

  set (chip, FLASH, 0x1234);
  set (chip, L1_EEPROM, 0x5678);
  set_option (chip, 2, 2);
  state = fk_sim_chip_save (chip);
  g_assert_true (fk_sim_chip_load (other, state, &error));
  g_assert_no_error (error);
  g_assert_cmphex (get (other, FLASH), ==, 0x1234);
  g_assert_cmphex (get (other, L1_EEPROM), ==, 0x5678);
  g_assert_cmphex (get (other, L1_WRPR1), ==, 2);
}

static void
test_write_protection (void)
{
  g_autoptr (FkSimChip) chip = new_open ();
  guint8 one = 1;

  fk_sim_chip_poke (chip, FLASH + 0x1000, &one, 1);
  set_as (chip, L1_OPTIONS + 8, 2, 2);
  g_assert_cmphex (take_flags (chip), ==, L1_SIZERR);
  set_option (chip, 2, 0x0002); /* sector 1 */
  set_option (chip, 5, 0x8000); /* sector 63 */
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  g_assert_cmphex (get (chip, L1_OPTIONS + 8), ==, 0xfffd0002);
  g_assert_cmphex (get (chip, L1_WRPR1), ==, 0); /* not yet */
  pin_reset (chip);
  g_assert_cmphex (get (chip, L1_WRPR1), ==, 0);
  open_all (chip);
  launch (chip);
  g_assert_cmphex (get (chip, L1_WRPR1), ==, 2);
  g_assert_cmphex (get (chip, L1_WRPR2), ==, 0x80000000);
  g_assert_cmphex (get (chip, 0x40023834) & 1u << 25, ==, 1u << 25); /* OBLRSTF */
  set (chip, FLASH + 0x1004, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_WRPERR);
  erase (chip, FLASH + 0x1000);
  g_assert_cmphex (take_flags (chip), ==, L1_WRPERR);
  g_assert_cmphex (get (chip, FLASH + 0x1000), ==, 1);
  set (chip, FLASH + 0x3fffc, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_WRPERR);
  set (chip, FLASH + 0xffc, 1);
  set (chip, FLASH + 0x2000, 1);
  set (chip, FLASH + 0x3effc, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  set_option (chip, 2, 0);
  launch (chip);
  erase (chip, FLASH + 0x1000);
  g_assert_cmphex (get (chip, FLASH + 0x1000), ==, 0);
  /* Only with OPTLOCK open */
  set (chip, L1_PECR, L1_OPTLOCK);
  set (chip, L1_PECR, L1_OBL_LAUNCH);
  g_assert_cmphex (get (chip, L1_PECR), ==, L1_OPTLOCK);
}

static void
test_mismatch (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  set (chip, L1_OPTIONS + 4, 0x00000010);
  set (chip, L1_OPTIONS + 8, 0x00000001);
  wait_l1 (chip);
  launch (chip);
  g_assert_cmphex (take_flags (chip), ==, L1_OPTVERR | L1_OPTVERRUSR);
  g_assert_cmphex (get (chip, L1_OBR), ==, 0x007800aa);
  g_assert_cmphex (get (chip, L1_WRPR1), ==, 0xffff);
  set_option (chip, 1, 0x78);
  set_option (chip, 2, 0);
  set (chip, L1_OPTIONS, 0x000000aa);
  wait_l1 (chip);
  launch (chip);
  /* Level 1, and PCROP of all sectors, from the first of which the core wanted its vectors. */
  g_assert_cmphex (take_flags (chip), ==, L1_OPTVERR | L1_RDERR);
  g_assert_cmphex (get (chip, L1_OBR), ==, 0x00780100);
  g_assert_true (faults (chip, FLASH, 4));
}

static void
test_read_protection (void)
{
  g_autoptr (FkSimChip) chip = new_open ();
  FkSimChipCounters counters;

  set (chip, FLASH, 0x1234);
  set (chip, L1_EEPROM, 0x5678);
  set_option (chip, 2, 2);
  set_option (chip, 0, 0x00);
  g_assert_cmphex (get (chip, FLASH), ==, 0x1234); /* not yet */
  launch (chip);
  g_assert_cmphex (get (chip, L1_OBR) & 0xff, ==, 0);
  g_assert_true (faults (chip, FLASH, 4));
  g_assert_true (faults (chip, L1_EEPROM, 4));
  set (chip, FLASH + 0x100, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_WRPERR);
  set (chip, L1_EEPROM, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_WRPERR);
  /* Another value of level 1 erases nothing, nor does one with a wrong complement. */
  set_option (chip, 0, 0x55);
  set (chip, L1_OPTIONS, 0x000000aa);
  wait_l1 (chip);
  fk_sim_chip_get_counters (chip, &counters);
  g_assert_cmpuint (counters.n_mass_erases, ==, 0);
  /* Back to level 0: flash and EEPROM are erased, write protection stays. */
  set_option (chip, 0, 0xaa);
  launch (chip);
  g_assert_cmphex (get (chip, L1_OBR), ==, 0x007800aa);
  g_assert_cmphex (get (chip, FLASH), ==, 0);
  g_assert_cmphex (get (chip, L1_EEPROM), ==, 0);
  g_assert_cmphex (get (chip, L1_WRPR1), ==, 2);
  fk_sim_chip_get_counters (chip, &counters);
  g_assert_cmpuint (counters.n_mass_erases, ==, 1);
  /* Level 2 is for good. */
  set_option (chip, 0, 0xcc);
  set (chip, L1_PECR, L1_OBL_LAUNCH);
  g_assert_false (fk_sim_chip_swd_answers (chip));
}

static void
test_protection_back_door (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32l152rc");
  guint8 byte = 0x42;

  fk_sim_chip_poke (chip, FLASH, &byte, 1);
  fk_sim_chip_set_protection (chip, 1);
  g_assert_true (faults (chip, FLASH, 4));
  fk_sim_chip_set_protection (chip, 0);
  g_assert_cmphex (get (chip, FLASH), ==, 0x42);
  fk_sim_chip_set_protection (chip, 2);
  g_assert_false (fk_sim_chip_swd_answers (chip));
}

/* SPRMOD turns the bits of write protection round: 0 protects, from reading too. */
static void
test_pcrop (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  set_option (chip, 2, 0xfffd);
  set_option (chip, 3, 0xffff);
  set_option (chip, 4, 0xffff);
  set_option (chip, 5, 0xffff);
  set_option (chip, 0, 0x1aa);
  launch (chip);
  g_assert_cmphex (get (chip, L1_OBR), ==, 0x007801aa);
  g_assert_cmphex (get (chip, FLASH + 0xffc), ==, 0);
  g_assert_true (faults (chip, FLASH + 0x1000, 4));
  g_assert_cmphex (take_flags (chip), ==, L1_RDERR);
  set (chip, FLASH + 0x1000, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_WRPERR);
  set (chip, FLASH, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  /* More can be protected, and nothing less. */
  set_option (chip, 2, 0xfffe);
  set_option (chip, 0, 0xaa);
  launch (chip);
  g_assert_cmphex (get (chip, L1_WRPR1), ==, 0xfffffffc);
  g_assert_cmphex (get (chip, L1_OBR), ==, 0x007801aa);
  /* Until all is erased. */
  set_option (chip, 0, 0x100);
  launch (chip);
  set_option (chip, 0, 0x1aa);
  set_option (chip, 2, 0);
  launch (chip);
  g_assert_cmphex (get (chip, L1_OBR), ==, 0x007800aa);
}

static void
test_watchdog_option (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  set_option (chip, 1, 0x68);
  launch (chip);
  g_assert_cmphex (get (chip, L1_OBR), ==, 0x006800aa);
  fk_sim_chip_advance (chip, 1000 * MS);
  g_assert_cmphex (get (chip, 0x40023834) & 1u << 29, ==, 1u << 29);
  g_assert_cmphex (get (chip, L1_PECR), ==, L1_LOCKS);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sim-flash-l1/identity", test_identity);
  g_test_add_func ("/sim-flash-l1/clocks", test_clocks);
  g_test_add_func ("/sim-flash-l1/access", test_access);
  g_test_add_func ("/sim-flash-l1/keys", test_keys);
  g_test_add_func ("/sim-flash-l1/locked", test_locked);
  g_test_add_func ("/sim-flash-l1/word", test_word);
  g_test_add_func ("/sim-flash-l1/dead-cells", test_dead_cells);
  g_test_add_func ("/sim-flash-l1/page-erase", test_page_erase);
  g_test_add_func ("/sim-flash-l1/half-page", test_half_page);
  g_test_add_func ("/sim-flash-l1/half-page-errors", test_half_page_errors);
  g_test_add_func ("/sim-flash-l1/loader", test_loader);
  g_test_add_func ("/sim-flash-l1/eeprom", test_eeprom);
  g_test_add_func ("/sim-flash-l1/eeprom-from-core", test_eeprom_from_core);
  g_test_add_func ("/sim-flash-l1/state", test_state);
  g_test_add_func ("/sim-flash-l1/write-protection", test_write_protection);
  g_test_add_func ("/sim-flash-l1/mismatch", test_mismatch);
  g_test_add_func ("/sim-flash-l1/read-protection", test_read_protection);
  g_test_add_func ("/sim-flash-l1/protection-back-door", test_protection_back_door);
  g_test_add_func ("/sim-flash-l1/pcrop", test_pcrop);
  g_test_add_func ("/sim-flash-l1/watchdog-option", test_watchdog_option);

  return g_test_run ();
}
