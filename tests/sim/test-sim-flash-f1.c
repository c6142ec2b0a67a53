/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The flash controllers of the simulated F0 and F1: every rule of PM0075 / RM0008 3 (F1), RM0091 3
 * / RM0360 3 (F0) that a loader or a debugger can run into. */

#include "config.h"

#include "sim-flash-bench.h"

#include <string.h>

static const char *const f1_models[] = { "stm32f103c8", "stm32f103rc", "stm32f030f4" };

static void
f1_program (FkSimChip *chip, guint32 address, guint16 value)
{
  set (chip, F1_CR, F1_PG);
  set_as (chip, address, 2, value);
  wait_idle (chip, F1_SR, F1_BSY);
}

static void
f1_erase_page (FkSimChip *chip, guint32 address)
{
  set (chip, F1_CR, F1_PER);
  set (chip, F1_AR, address);
  set (chip, F1_CR, F1_PER | F1_STRT);
  wait_idle (chip, F1_SR, F1_BSY);
}

static void
f1_unlock_options (FkSimChip *chip)
{
  set (chip, F1 + 0x08, KEY1);
  set (chip, F1 + 0x08, KEY2);
  g_assert_cmphex (get (chip, F1_CR) & F1_OPTWRE, ==, F1_OPTWRE);
}

static void
f1_erase_options (FkSimChip *chip)
{
  set (chip, F1_CR, F1_OPTWRE | F1_OPTER);
  set (chip, F1_CR, F1_OPTWRE | F1_OPTER | F1_STRT);
  wait_idle (chip, F1_SR, F1_BSY);
}

static void
f1_program_option (FkSimChip *chip, guint32 offset, guint16 value)
{
  set (chip, F1_CR, F1_OPTWRE | F1_OPTPG);
  set_as (chip, F1_OPTIONS + offset, 2, value);
  wait_idle (chip, F1_SR, F1_BSY);
}

/* PM0075 2.3.1 */
static void
test_f1_keys (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);

  g_assert_cmphex (get (chip, F1_CR), ==, F1_LOCK);
  set (chip, F1_CR, F1_PG);
  g_assert_cmphex (get (chip, F1_CR), ==, F1_LOCK);
  unlock_flash (chip, F1);
  g_assert_cmphex (get (chip, F1_CR), ==, 0);
  /* The keys again, to an open controller: nothing. */
  set (chip, F1 + 4, KEY1);
  set (chip, F1 + 4, KEY2);
  g_assert_cmphex (get (chip, F1_CR), ==, 0);
  set (chip, F1_CR, F1_LOCK);
  g_assert_true (fk_sim_chip_is_flash_locked (chip));
  unlock_flash (chip, F1);
  set (chip, F1_CR, F1_LOCK);

  /* A wrong second key: bus error, and closed until the next reset. */
  set (chip, F1 + 4, KEY1);
  g_assert_false (fk_sim_chip_write (chip, F1 + 4, 4, 0x12345678));
  g_assert_false (fk_sim_chip_write (chip, F1 + 4, 4, KEY1));
  g_assert_false (fk_sim_chip_write (chip, F1 + 4, 4, KEY2));
  g_assert_true (fk_sim_chip_is_flash_locked (chip));
  pin_reset (chip);
  unlock_flash (chip, F1);
  pin_reset (chip);
  /* A wrong first key the same. */
  g_assert_false (fk_sim_chip_write (chip, F1 + 4, 4, KEY2));
  g_assert_false (fk_sim_chip_write (chip, F1 + 4, 4, KEY1));
}

/* Registers are words (PM0075 3). */
static void
test_f1_register_width (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);

  g_assert_true (faults (chip, F1_SR, 2));
  g_assert_true (faults (chip, F1_CR, 1));
  g_assert_false (fk_sim_chip_write (chip, F1_CR, 2, F1_LOCK));
}

/* PM0075 2.3.3 */
static void
test_f1_program (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);
  guint64 before = fk_sim_chip_get_n_programmed (chip);

  /* Without PG, or locked, a store is a bus error. */
  g_assert_false (fk_sim_chip_write (chip, FLASH, 2, 0x1234));
  unlock_flash (chip, F1);
  g_assert_false (fk_sim_chip_write (chip, FLASH, 2, 0x1234));
  set (chip, F1_CR, F1_PG);
  /* Half-words only. */
  g_assert_false (fk_sim_chip_write (chip, FLASH, 4, 0x12345678));
  g_assert_false (fk_sim_chip_write (chip, FLASH, 1, 0x12));
  g_assert_cmphex (get (chip, FLASH), ==, 0xffffffff);

  set_as (chip, FLASH + 2, 2, 0xa55a);
  g_assert_cmphex (get (chip, F1_SR), ==, F1_BSY);
  fk_sim_chip_advance (chip, 40 * US);
  g_assert_cmphex (get (chip, F1_SR), ==, F1_BSY);
  fk_sim_chip_advance (chip, 30 * US);
  g_assert_cmphex (get (chip, F1_SR), ==, F1_EOP);
  g_assert_cmphex (get (chip, FLASH), ==, 0xa55affff);
  g_assert_cmpuint (fk_sim_chip_get_n_programmed (chip), ==, before + 1);
  set (chip, F1_SR, F1_EOP);
  g_assert_cmphex (get (chip, F1_SR), ==, 0);

  /* Not blank: PGERR, and nothing changes, not even bits that could be cleared. */
  f1_program (chip, FLASH + 2, 0xa050);
  g_assert_cmphex (get (chip, F1_SR), ==, F1_PGERR);
  g_assert_cmphex (get_as (chip, FLASH + 2, 2), ==, 0xa55a);
  set (chip, F1_SR, F1_PGERR);
  /* 0x0000 is the exception. */
  f1_program (chip, FLASH + 2, 0x0000);
  g_assert_cmphex (get (chip, F1_SR), ==, F1_EOP);
  g_assert_cmphex (get_as (chip, FLASH + 2, 2), ==, 0);
  /* Through the alias at 0 as well. */
  f1_program (chip, 0x100, 0xbeef);
  g_assert_cmphex (get_as (chip, FLASH + 0x100, 2), ==, 0xbeef);
}

/* While it is busy its registers ignore writes, and memory makes the bus wait (PM0075 2.3.3). */
static void
test_f1_busy (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);
  guint64 before;

  unlock_flash (chip, F1);
  set (chip, F1_CR, F1_PER);
  set (chip, F1_AR, FLASH + 0x400);
  set (chip, F1_CR, F1_PER | F1_STRT);
  g_assert_cmphex (get (chip, F1_CR), ==, F1_PER | F1_STRT);
  set (chip, F1_CR, F1_LOCK);
  set (chip, F1_AR, FLASH);
  g_assert_cmphex (get (chip, F1_CR), ==, F1_PER | F1_STRT);
  before = fk_sim_chip_get_time (chip);
  g_assert_cmphex (get (chip, FLASH), ==, 0xffffffff);
  g_assert_cmpuint (fk_sim_chip_get_time (chip), >=, before + 20 * MS);
  g_assert_cmphex (get (chip, F1_SR), ==, F1_EOP);
  g_assert_cmphex (get (chip, F1_CR), ==, F1_PER); /* STRT goes with BSY */
}

static void
test_f1_page_erase (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);
  guint32 page = g_str_equal (data, "stm32f103rc") ? 2048 : 1024;
  guint8 zeros[4 * 2048] = { 0 };
  guint8 after[4 * 2048];

  g_assert_true (fk_sim_chip_poke (chip, FLASH, zeros, sizeof zeros));
  unlock_flash (chip, F1);
  f1_erase_page (chip, FLASH + page + 6); /* any address in the page */
  g_assert_true (fk_sim_chip_peek (chip, FLASH, after, sizeof after));
  for (guint i = 0; i < sizeof after; i++)
    g_assert_cmphex (after[i], ==, i / page == 1 ? 0xff : 0);
  g_assert_cmpuint (fk_sim_chip_get_n_erases (chip), ==, 1);
  /* Without STRT nothing happens. */
  set (chip, F1_CR, F1_PER);
  set (chip, F1_AR, FLASH);
  g_assert_cmphex (get (chip, F1_SR) & F1_BSY, ==, 0);
  g_assert_cmphex (get (chip, FLASH), ==, 0);

  set (chip, F1_CR, F1_MER);
  set (chip, F1_CR, F1_MER | F1_STRT);
  g_assert_cmphex (get (chip, F1_SR) & F1_BSY, ==, F1_BSY);
  fk_sim_chip_advance (chip, 40 * MS);
  g_assert_cmphex (get (chip, F1_SR) & F1_BSY, ==, 0);
  g_assert_true (fk_sim_chip_peek (chip, FLASH, after, sizeof after));
  for (guint i = 0; i < sizeof after; i++)
    g_assert_cmphex (after[i], ==, 0xff);
}

/* A reset in the middle of an erase leaves a page that is neither here nor there. */
static void
test_f1_interrupted_erase (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f103c8");
  guint8 zeros[1024] = { 0 };

  g_assert_true (fk_sim_chip_poke (chip, FLASH, zeros, sizeof zeros));
  unlock_flash (chip, F1);
  set (chip, F1_CR, F1_PER);
  set (chip, F1_AR, FLASH);
  set (chip, F1_CR, F1_PER | F1_STRT);
  fk_sim_chip_advance (chip, 5 * MS);
  fk_sim_chip_power_cycle (chip);
  g_assert_cmphex (get (chip, FLASH), ==, 0xffffffff);
  g_assert_cmphex (get (chip, FLASH + 1020), ==, 0);
  g_assert_cmphex (get (chip, F1_SR), ==, 0);
}

static void
test_f1_options (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);
  gboolean f0 = g_str_equal (data, "stm32f030f4");
  guint16 open = f0 ? 0xaa : 0xa5;

  g_assert_cmphex (get (chip, F1_OBR), ==, f0 ? 0xffffff00 : 0x03fffffc);
  g_assert_cmphex (get (chip, F1_WRPR), ==, 0xffffffff);
  g_assert_cmphex (get (chip, F1_OPTIONS), ==, 0x00ff0000u | (open | (~open & 0xff) << 8));

  /* Without OPTWRE: protected. */
  unlock_flash (chip, F1);
  set (chip, F1_CR, F1_OPTER);
  set (chip, F1_CR, F1_OPTER | F1_STRT);
  g_assert_cmphex (get (chip, F1_SR), ==, F1_WRP);
  set (chip, F1_SR, F1_WRP);
  /* OPTWRE comes from its keys alone. */
  set (chip, F1_CR, F1_OPTWRE);
  g_assert_cmphex (get (chip, F1_CR), ==, 0);
  f1_unlock_options (chip);
  f1_erase_options (chip);
  g_assert_cmphex (get (chip, F1_OPTIONS + 12), ==, 0xffffffff);
  f1_program_option (chip, 0, open);
  f1_program_option (chip, 2, 0xff);
  f1_program_option (chip, 4, 0x12);
  f1_program_option (chip, 6, 0xabcd); /* the complement is the controller's business */
  f1_program_option (chip, 8, 0xfe);
  f1_program_option (chip, 10, 0xff);
  f1_program_option (chip, 12, 0xff);
  f1_program_option (chip, 14, 0xff);
  g_assert_cmphex (get (chip, F1_SR), ==, F1_EOP);
  g_assert_cmphex (get (chip, F1_OPTIONS + 4), ==, 0x32cded12);
  /* Twice: not blank. */
  f1_program_option (chip, 4, 0x00);
  g_assert_cmphex (get (chip, F1_SR) & F1_PGERR, ==, F1_PGERR);
  set (chip, F1_SR, 0xff);
  /* In force only after they are loaded. */
  g_assert_cmphex (get (chip, F1_WRPR), ==, 0xffffffff);
  if (f0)
    {
      set (chip, F1_CR, F1_OBL);
      g_assert_true (fk_sim_chip_is_flash_locked (chip)); /* it resets the chip */
      g_assert_cmphex (get (chip, F1_OBR), ==, 0xcd12ff00);
    }
  else
    {
      pin_reset (chip);
      g_assert_cmphex (get (chip, F1_OBR), ==,
                       (0x03fffffcu & ~0x03fffc00u) | 0xcdu << 18 | 0x12u << 10);
    }
  g_assert_cmphex (get (chip, F1_WRPR), ==, 0xfffffffe);

  /* The first four pages (two of the bigger ones) are closed now. */
  unlock_flash (chip, F1);
  f1_program (chip, FLASH + 0xffe, 0x1234);
  g_assert_cmphex (get (chip, F1_SR), ==, F1_WRP);
  set (chip, F1_SR, F1_WRP);
  f1_erase_page (chip, FLASH);
  g_assert_cmphex (get (chip, F1_SR), ==, F1_WRP);
  set (chip, F1_SR, F1_WRP);
  set (chip, F1_CR, F1_MER);
  set (chip, F1_CR, F1_MER | F1_STRT);
  g_assert_cmphex (get (chip, F1_SR), ==, F1_WRP);
  set (chip, F1_SR, F1_WRP);
  f1_program (chip, FLASH + 0x1000, 0x1234);
  g_assert_cmphex (get (chip, F1_SR), ==, F1_EOP);
}

/* RM0008 3.3.3: a byte and its complement that do not match: OPTERR, and the byte counts as 0xff.
 */
static void
test_f1_option_mismatch (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);
  guint8 wrong[2] = { 0x0f, 0x0f };
  guint8 erased[16];

  g_assert_true (fk_sim_chip_poke (chip, F1_OPTIONS + 8, wrong, 2));
  fk_sim_chip_power_cycle (chip);
  g_assert_cmphex (get (chip, F1_OBR) & 3, ==, 1);
  g_assert_cmphex (get (chip, F1_WRPR), ==, 0xffffffff);
  /* Erased is no mismatch, but it is read protection. */
  memset (erased, 0xff, sizeof erased);
  g_assert_true (fk_sim_chip_poke (chip, F1_OPTIONS, erased, sizeof erased));
  fk_sim_chip_power_cycle (chip);
  g_assert_cmphex (get (chip, F1_OBR) & 3, ==, 2);
}

/* PM0075 2.4.1, RM0091 3.3.1 */
static void
test_f1_read_protection (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);
  gboolean f0 = g_str_equal (data, "stm32f030f4");
  guint8 secret[4] = { 1, 2, 3, 4 };

  g_assert_true (fk_sim_chip_poke (chip, FLASH + 0x2000, secret, 4));
  fk_sim_chip_set_protection (chip, 1);
  g_assert_cmphex (get (chip, F1_OBR) & (f0 ? 6 : 2), ==, 2);
  g_assert_true (faults (chip, FLASH, 4));
  g_assert_true (faults (chip, 0, 4));
  g_assert_true (faults (chip, FLASH + 0x2000, 1));
  set (chip, RAM, 5); /* RAM and registers are open */
  g_assert_cmphex (get_as (chip, F1_OPTIONS, 1), !=, f0 ? 0xaa : 0xa5);
  unlock_flash (chip, F1);
  f1_erase_page (chip, FLASH + 0x2000);
  g_assert_cmphex (get (chip, F1_SR), ==, F1_WRP);
  set (chip, F1_SR, F1_WRP);
  g_assert_true (fk_sim_chip_peek (chip, FLASH + 0x2000, secret, 4));
  g_assert_cmphex (secret[3], ==, 4);

  /* Erasing the option bytes alone erases nothing else; to program RDP open does. */
  f1_unlock_options (chip);
  f1_erase_options (chip);
  g_assert_true (fk_sim_chip_peek (chip, FLASH + 0x2000, secret, 4));
  g_assert_cmphex (secret[3], ==, 4);
  f1_program_option (chip, 0, f0 ? 0xaa : 0xa5);
  g_assert_cmphex (get (chip, F1_SR), ==, F1_EOP);
  g_assert_true (fk_sim_chip_peek (chip, FLASH + 0x2000, secret, 4));
  g_assert_cmphex (secret[3], ==, 0xff);
  g_assert_true (faults (chip, FLASH, 4)); /* until they are loaded */
  if (f0)
    set (chip, F1_CR, F1_OPTWRE | F1_OBL);
  else
    pin_reset (chip);
  g_assert_cmphex (get (chip, FLASH + 0x2000), ==, 0xffffffff);
}

/* A protected program runs until a debugger comes: F1 lets it run on, F0 closes the flash and the
 * core locks up until power is cycled. */
static void
test_f1_protected_program (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);
  gboolean f0 = g_str_equal (data, "stm32f030f4");
  const char *board = f0 ? "f030" : "blue-pill";
  guint32 before;

  if (g_str_equal (data, "stm32f103rc"))
    board = "skr-mini-e3";
  fk_sim_chip_load_demo_firmware (chip, board);
  fk_sim_chip_set_protection (chip, 1);
  fk_sim_chip_advance (chip, 20 * MS);
  g_assert_true (fk_sim_chip_is_running (chip));
  get (chip, DHCSR); /* the core's own registers do not count */
  fk_sim_chip_advance (chip, 20 * MS);
  g_assert_true (fk_sim_chip_is_running (chip));
  before = get (chip, FK_SIM_DEMO_COUNTER);
  fk_sim_chip_advance (chip, 20 * MS);
  g_assert_true (fk_sim_chip_is_running (chip) == !f0);
  if (f0)
    {
      g_assert_cmphex (get (chip, DHCSR) & S_LOCKUP, ==, S_LOCKUP);
      fk_sim_chip_power_cycle (chip);
      fk_sim_chip_advance (chip, 20 * MS);
      g_assert_true (fk_sim_chip_is_running (chip));
    }
  else
    g_assert_cmpuint (get (chip, FK_SIM_DEMO_COUNTER), >, before);
}

/* Code in RAM sees as little of a protected F1's flash as the debugger who put it there. */
static void
test_f1_protected_from_ram (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f103c8");

  fk_sim_chip_load_demo_firmware (chip, "blue-pill");
  for (guint level = 0; level < 2; level++)
    {
      fk_sim_chip_set_protection (chip, level);
      set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_HALT);
      set (chip, DEMCR, VC_HARDERR);
      set_core_register (chip, 17, RAM + 0x800);
      PUT_CODE (chip, RAM, 0x6801, 0xbe00); /* ldr r1, [r0] */
      set_core_register (chip, 0, FLASH);
      set_core_register (chip, 1, 0);
      run_from (chip, RAM);
      fk_sim_chip_advance (chip, 1 * MS);
      g_assert_true (is_halted (chip));
      g_assert_cmphex (get_core_register (chip, 1), ==, level == 0 ? RAM + 0x5000 : 0);
      g_assert_cmphex (get_core_register (chip, 16) & 0x1ff, ==, level == 0 ? 0 : 3);
    }
}

/* PM0075 2.3: "the internal RC oscillator (HSI) must be ON". */
static void
test_f1_needs_hsi (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);

  set (chip, 0x40021000, get (chip, 0x40021000) | 1u << 16); /* HSE on, */
  set (chip, 0x40021004, 1);                                 /* feeds the core, */
  set (chip, 0x40021000, get (chip, 0x40021000) & ~1u);      /* HSI off */
  g_assert_cmphex (get (chip, 0x40021000) & 3, ==, 0);
  unlock_flash (chip, F1);
  set (chip, F1_CR, F1_PG);
  set_as (chip, FLASH, 2, 0x1234);
  fk_sim_chip_advance (chip, 1000 * MS);
  g_assert_cmphex (get (chip, F1_SR), ==, F1_BSY);
  g_assert_true (faults (chip, FLASH, 4));
  set (chip, 0x40021000, get (chip, 0x40021000) | 1);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_cmphex (get (chip, F1_SR), ==, F1_EOP);
  g_assert_cmphex (get_as (chip, FLASH, 2), ==, 0x1234);
}

static void
test_f0_level_2 (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f030f4");
  guint32 value;

  fk_sim_chip_set_protection (chip, 2);
  g_assert_false (fk_sim_chip_swd_answers (chip));
  g_assert_false (fk_sim_chip_read (chip, 0xe000ed00, 4, &value));
  fk_sim_chip_set_nrst (chip, TRUE);
  g_assert_false (fk_sim_chip_swd_answers (chip));
}

/* Code that programs: registers as loaders use them, and a core that waits for BSY without costing
 * the host its time. */
static void
test_f1_loader (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);
  guint64 began;
  guint ms = 0;

  reset_halt (chip);
  unlock_flash (chip, F1);
  set (chip, F1_CR, F1_PG);
  /* r0 controller, r1 source, r2 destination, r3 count:
   * 00: ldrh r4, [r1]; strh r4, [r2]
   * 04: ldr r4, [r0, #12]; movs r5, #1; tst r4, r5; bne 04
   * 0c: movs r5, #0x14; tst r4, r5; bne 1a
   * 12: adds r1, #2; adds r2, #2; subs r3, #1; bne 00
   * 1a: bkpt */
  PUT_CODE (chip, RAM, 0x880c, 0x8014, 0x68c4, 0x2501, 0x422c, 0xd1fb, 0x2514, 0x422c, 0xd103,
            0x3102, 0x3202, 0x3b01, 0xd1f2, 0xbe00);
  for (guint i = 0; i < 256; i++)
    set_as (chip, RAM + 0x100 + 2 * i, 2, 0x1000 + i * 7);
  set_core_register (chip, 0, F1);
  set_core_register (chip, 1, RAM + 0x100);
  set_core_register (chip, 2, FLASH + 0x1000);
  set_core_register (chip, 3, 256);
  began = fk_sim_chip_get_time (chip);
  run_from (chip, RAM);
  for (; ms < 100 && !is_halted (chip); ms++)
    fk_sim_chip_advance (chip, 1 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmpuint (get_core_register (chip, 3), ==, 0);
  /* 256 × 52.5 us, and the code's own time */
  g_assert_cmpuint (fk_sim_chip_get_time (chip) - began, >=, 256 * 52 * US);
  g_assert_cmpuint (fk_sim_chip_get_time (chip) - began, <, 256 * 70 * US);
  for (guint i = 0; i < 256; i++)
    g_assert_cmphex (get_as (chip, FLASH + 0x1000 + 2 * i, 2), ==, 0x1000 + i * 7);

  /* Again over the same place: stops at the first half-word, with PGERR in r4. */
  set_core_register (chip, 1, RAM + 0x102);
  set_core_register (chip, 2, FLASH + 0x1000);
  set_core_register (chip, 3, 256);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 5 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmpuint (get_core_register (chip, 3), ==, 256);
  g_assert_cmphex (get_core_register (chip, 4) & 0x14, ==, F1_PGERR);
  g_assert_cmphex (get_as (chip, FLASH + 0x1000, 2), ==, 0x1000);
}

/* A word written by code: the bus error becomes a fault, and flash stays as it was. */
static void
test_f1_word_by_code (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);

  reset_halt (chip);
  unlock_flash (chip, F1);
  set (chip, F1_CR, F1_PG);
  set (chip, DEMCR, VC_HARDERR);
  set_core_register (chip, 17, RAM + 0x800);
  PUT_CODE (chip, RAM, 0x6001, 0xe7ff, 0xbe00); /* str r1, [r0]; b .+2 */
  set_core_register (chip, 0, FLASH + 0x200);
  set_core_register (chip, 1, 0x12345678);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get_core_register (chip, 16) & 0x1ff, ==, 3);
  g_assert_cmphex (get (chip, FLASH + 0x200), ==, 0xffffffff);
}

static void
test_dead_cell (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f103c8");

  unlock_flash (chip, F1);
  fk_sim_chip_kill_cell (chip);
  f1_program (chip, FLASH, 0xffff); /* clears no bit */
  f1_program (chip, FLASH, 0xa5a0);
  g_assert_cmphex (get_as (chip, FLASH, 2), ==, 0xa5a1);
  g_assert_cmphex (get (chip, F1_SR) & F1_EOP, ==, F1_EOP);
  f1_program (chip, FLASH + 2, 0xa5a0);
  g_assert_cmphex (get_as (chip, FLASH + 2, 2), ==, 0xa5a0);
}

/* A ring buffer as asynchronous loaders have it: the host fills while the core empties. */
static void
test_ring_buffer (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f103c8");
  const guint32 ring = RAM + 0x200;
  const guint32 end = ring + 8 + 64;
  guint32 wp = ring + 8;
  guint sent = 0;

  reset_halt (chip);
  unlock_flash (chip, F1);
  set (chip, F1_CR, F1_PG);
  /* r0 controller, r1 ring, r2 end, r3 destination, r4 count; [r1] write, [r1, #4] read pointer:
   * 00: ldr r5, [r1]; ldr r6, [r1, #4]; cmp r5, r6; beq 00
   * 08: ldrh r7, [r6]; strh r7, [r3]; adds r6, #2; adds r3, #2
   * 10: ldr r7, [r0, #12]; lsrs r7, r7, #1; bcs 10
   * 16: cmp r6, r2; bcc 1e; mov r6, r1; adds r6, #8
   * 1e: str r6, [r1, #4]; subs r4, #1; bne 00; bkpt */
  PUT_CODE (chip, RAM, 0x680d, 0x684e, 0x42b5, 0xd0fb, 0x8837, 0x801f, 0x3602, 0x3302, 0x68c7,
            0x087f, 0xd2fc, 0x4296, 0xd301, 0x460e, 0x3608, 0x604e, 0x3c01, 0xd1ed, 0xbe00);
  set (chip, ring, wp);
  set (chip, ring + 4, wp);
  set_core_register (chip, 0, F1);
  set_core_register (chip, 1, ring);
  set_core_register (chip, 2, end);
  set_core_register (chip, 3, FLASH + 0x800);
  set_core_register (chip, 4, 500);
  run_from (chip, RAM);
  for (guint turn = 0; turn < 2000 && sent < 500; turn++)
    {
      guint32 next = wp + 2 == end ? ring + 8 : wp + 2;

      if (next != get (chip, ring + 4))
        {
          set_as (chip, wp, 2, sent * 13);
          wp = next;
          set (chip, ring, wp);
          sent++;
        }
      fk_sim_chip_advance (chip, 60 * US);
    }
  fk_sim_chip_advance (chip, 50 * MS);
  g_assert_cmpuint (sent, ==, 500);
  g_assert_true (is_halted (chip));
  for (guint i = 0; i < 500; i++)
    g_assert_cmphex (get_as (chip, FLASH + 0x800 + 2 * i, 2), ==, (i * 13) & 0xffff);
}

static void
add_for_each_f1 (const char *name, GTestDataFunc func)
{
  for (guint i = 0; i < G_N_ELEMENTS (f1_models); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sim-flash/f1/%s/%s", name, f1_models[i]);

      g_test_add_data_func (path, f1_models[i], func);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_for_each_f1 ("keys", test_f1_keys);
  add_for_each_f1 ("register-width", test_f1_register_width);
  add_for_each_f1 ("program", test_f1_program);
  add_for_each_f1 ("busy", test_f1_busy);
  add_for_each_f1 ("page-erase", test_f1_page_erase);
  g_test_add_func ("/sim-flash/f1/interrupted-erase", test_f1_interrupted_erase);
  add_for_each_f1 ("options", test_f1_options);
  add_for_each_f1 ("option-mismatch", test_f1_option_mismatch);
  add_for_each_f1 ("read-protection", test_f1_read_protection);
  add_for_each_f1 ("protected-program", test_f1_protected_program);
  g_test_add_func ("/sim-flash/f1/protected-from-ram", test_f1_protected_from_ram);
  add_for_each_f1 ("needs-hsi", test_f1_needs_hsi);
  g_test_add_func ("/sim-flash/f0/level-2", test_f0_level_2);
  add_for_each_f1 ("loader", test_f1_loader);
  add_for_each_f1 ("word-by-code", test_f1_word_by_code);
  g_test_add_func ("/sim-flash/f1/dead-cell", test_dead_cell);
  g_test_add_func ("/sim-flash/ring-buffer", test_ring_buffer);

  return g_test_run ();
}
