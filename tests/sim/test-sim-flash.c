/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chip-bench.h"

#include <string.h>

/* The flash controllers of the simulated chips: every rule of PM0075 / RM0008 3 (F1), RM0091 3 /
 * RM0360 3 (F0) and RM0090 3 (F4) that a loader or a debugger can run into. */

#define F1         0x40022000u
#define F1_SR      (F1 + 0x0c)
#define F1_CR      (F1 + 0x10)
#define F1_AR      (F1 + 0x14)
#define F1_OBR     (F1 + 0x1c)
#define F1_WRPR    (F1 + 0x20)
#define F1_BSY     1u
#define F1_PGERR   4u
#define F1_WRP     0x10u
#define F1_EOP     0x20u
#define F1_PG      0x001u
#define F1_PER     0x002u
#define F1_MER     0x004u
#define F1_OPTPG   0x010u
#define F1_OPTER   0x020u
#define F1_STRT    0x040u
#define F1_LOCK    0x080u
#define F1_OPTWRE  0x200u
#define F1_OBL     0x2000u
#define F1_OPTIONS 0x1ffff800u

#define F4        0x40023c00u
#define F4_SR     (F4 + 0x0c)
#define F4_CR     (F4 + 0x10)
#define F4_OPTCR  (F4 + 0x14)
#define F4_BSY    0x10000u
#define F4_EOP    0x01u
#define F4_OPERR  0x02u
#define F4_WRPERR 0x10u
#define F4_PGAERR 0x20u
#define F4_PGPERR 0x40u
#define F4_PGSERR 0x80u
#define F4_PG     0x1u
#define F4_SER    0x2u
#define F4_MER    0x4u
#define F4_X8     0x000u
#define F4_X16    0x100u
#define F4_X32    0x200u
#define F4_X64    0x300u
#define F4_STRT   0x10000u
#define F4_LOCK   0x80000000u

static const char *const f1_models[] = { "stm32f103c8", "stm32f103rc", "stm32f030f4" };

static void
wait_idle (FkSimChip *chip, guint32 status, guint32 busy)
{
  for (guint i = 0; i < 1000 && (get (chip, status) & busy) != 0; i++)
    fk_sim_chip_advance (chip, 20 * MS);
  g_assert_cmphex (get (chip, status) & busy, ==, 0);
}

/* ---- F0 and F1 ---- */

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

static void
pin_reset (FkSimChip *chip)
{
  fk_sim_chip_set_nrst (chip, TRUE);
  fk_sim_chip_set_nrst (chip, FALSE);
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

/* ---- F4 ---- */

static void
f4_erase (FkSimChip *chip, guint sector, guint32 width)
{
  set (chip, F4_CR, F4_SER | sector << 3 | width);
  set (chip, F4_CR, F4_SER | sector << 3 | width | F4_STRT);
  wait_idle (chip, F4_SR, F4_BSY);
}

/* RM0090 3.5.1 */
static void
test_f4_keys (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f407");

  g_assert_cmphex (get (chip, F4_CR), ==, F4_LOCK);
  set (chip, F4_CR, F4_PG);
  g_assert_cmphex (get (chip, F4_CR), ==, F4_LOCK);
  unlock_flash (chip, F4);
  set (chip, F4_CR, F4_LOCK);
  unlock_flash (chip, F4);
  /* Keys to an open controller are a wrong sequence. */
  g_assert_false (fk_sim_chip_write (chip, F4 + 4, 4, KEY1));
  g_assert_true (fk_sim_chip_is_flash_locked (chip));
  g_assert_false (fk_sim_chip_write (chip, F4 + 4, 4, KEY1));
  pin_reset (chip);
  g_assert_false (fk_sim_chip_write (chip, F4 + 4, 4, KEY2));
  pin_reset (chip);
  unlock_flash (chip, F4);
}

static void
test_f4_program (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f405");

  /* Locked or without PG: PGSERR, no bus error. */
  set (chip, FLASH, 0x12345678);
  g_assert_cmphex (get (chip, F4_SR), ==, F4_PGSERR);
  set (chip, F4_SR, F4_PGSERR);
  g_assert_cmphex (get (chip, F4_SR), ==, 0);
  unlock_flash (chip, F4);
  set (chip, FLASH, 0x12345678);
  g_assert_cmphex (get (chip, F4_SR), ==, F4_PGSERR);
  set (chip, F4_SR, F4_PGSERR);

  /* The width must be that of PSIZE. */
  set (chip, F4_CR, F4_PG | F4_X32);
  set_as (chip, FLASH, 2, 0x1234);
  g_assert_cmphex (get (chip, F4_SR), ==, F4_PGPERR);
  set (chip, F4_SR, F4_PGPERR);
  set_as (chip, FLASH, 1, 0x12);
  g_assert_cmphex (get (chip, F4_SR), ==, F4_PGPERR);
  set (chip, F4_SR, F4_PGPERR);
  set (chip, FLASH, 0xf0f0f0f0);
  g_assert_cmphex (get (chip, F4_SR), ==, F4_BSY);
  fk_sim_chip_advance (chip, 20 * US);
  g_assert_cmphex (get (chip, F4_SR), ==, 0); /* EOP needs EOPIE */
  g_assert_cmphex (get (chip, FLASH), ==, 0xf0f0f0f0);
  /* Over what is not blank: bits are cleared, none is set, no error. */
  set (chip, FLASH, 0xff00ff00);
  wait_idle (chip, F4_SR, F4_BSY);
  g_assert_cmphex (get (chip, F4_SR), ==, 0);
  g_assert_cmphex (get (chip, FLASH), ==, 0xf000f000);

  set (chip, F4_CR, F4_PG | F4_X16 | 1u << 24);
  set (chip, FLASH + 4, 1);
  g_assert_cmphex (get (chip, F4_SR), ==, F4_PGPERR);
  set (chip, F4_SR, F4_PGPERR);
  set_as (chip, FLASH + 6, 2, 0xbeef);
  wait_idle (chip, F4_SR, F4_BSY);
  g_assert_cmphex (get (chip, F4_SR), ==, F4_EOP);
  set (chip, F4_SR, F4_EOP);
  set (chip, F4_CR, F4_PG | F4_X8);
  set_as (chip, FLASH + 5, 1, 0x77);
  wait_idle (chip, F4_SR, F4_BSY);
  g_assert_cmphex (get (chip, FLASH + 4), ==, 0xbeef77ff);
  /* With ERRIE an error shows as OPERR too. */
  set (chip, F4_CR, F4_PG | F4_X8 | 1u << 25);
  set_as (chip, FLASH + 8, 2, 0x1234);
  g_assert_cmphex (get (chip, F4_SR), ==, F4_PGPERR | F4_OPERR);
}

/* A store that crosses 16 bytes can only come from code (RM0090 3.6.4). */
static void
test_f4_alignment (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f405");

  reset_halt (chip);
  unlock_flash (chip, F4);
  set (chip, F4_CR, F4_PG | F4_X32);
  PUT_CODE (chip, RAM, 0x6001, 0xbe00); /* str r1, [r0] */
  set_core_register (chip, 0, FLASH + 14);
  set_core_register (chip, 1, 0);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get (chip, F4_SR) & (F4_PGAERR | F4_PGPERR), !=, 0);
  g_assert_cmphex (get (chip, FLASH + 12), ==, 0xffffffff);
  g_assert_cmphex (get (chip, FLASH + 16), ==, 0xffffffff);
}

static void
test_f4_sectors (void)
{
  static const guint32 starts[] = { 0x00000, 0x04000, 0x08000, 0x0c000, 0x10000, 0x20000, 0x40000,
                                    0x60000, 0x80000, 0xa0000, 0xc0000, 0xe0000, 0x100000 };
  g_autoptr (FkSimChip) chip = bench_new ("stm32f407");
  g_autofree guint8 *zeros = g_malloc0 (0x100000);
  g_autofree guint8 *after = g_malloc (0x100000);
  FkSimChipCounters counters;

  unlock_flash (chip, F4);
  for (guint sector = 0; sector < 12; sector++)
    {
      g_assert_true (fk_sim_chip_poke (chip, FLASH, zeros, 0x100000));
      f4_erase (chip, sector, F4_X32);
      g_assert_cmphex (get (chip, F4_SR), ==, 0);
      g_assert_true (fk_sim_chip_peek (chip, FLASH, after, 0x100000));
      for (guint32 i = 0; i < 0x100000; i += 0x1000)
        g_assert_cmphex (after[i], ==, i >= starts[sector] && i < starts[sector + 1] ? 0xff : 0);
    }
  g_assert_cmpuint (fk_sim_chip_get_n_erases (chip), ==, 12);
  fk_sim_chip_get_counters (chip, &counters);
  g_assert_cmpuint (counters.n_sector_erases, ==, 12);
  g_assert_cmpuint (counters.n_mass_erases, ==, 0);
  /* DS8626 table 40, x32: 4 of 16 KiB, one of 64, 7 of 128. */
  g_assert_cmpuint (counters.flash_busy_ns, ==, (4 * 250 + 550 + 7 * 1000) * MS);
  /* There is no sector 12. */
  f4_erase (chip, 12, F4_X32);
  g_assert_cmphex (get (chip, F4_SR), !=, 0);
  set (chip, F4_SR, 0xff);
  /* SER together with MER does neither. */
  set (chip, F4_CR, F4_SER | F4_MER | F4_X32);
  set (chip, F4_CR, F4_SER | F4_MER | F4_X32 | F4_STRT);
  g_assert_cmphex (get (chip, F4_SR) & F4_BSY, ==, 0);
  set (chip, F4_CR, F4_MER | F4_X32);
  set (chip, F4_CR, F4_MER | F4_X32 | F4_STRT);
  fk_sim_chip_advance (chip, 7000 * MS);
  g_assert_cmphex (get (chip, F4_SR), ==, F4_BSY);
  fk_sim_chip_advance (chip, 1500 * MS);
  g_assert_cmphex (get (chip, F4_SR), ==, 0);
  g_assert_true (fk_sim_chip_peek (chip, FLASH, after, 0x100000));
  g_assert_cmphex (after[0] & after[0xfffff] & after[0x12345], ==, 0xff);
}

/* A write to CR while an operation is under way waits for its end (RM0090 3.9.5). */
static void
test_f4_stall (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f407");
  guint64 before;

  unlock_flash (chip, F4);
  set (chip, F4_CR, F4_SER | 4 << 3 | F4_X8);
  set (chip, F4_CR, F4_SER | 4 << 3 | F4_X8 | F4_STRT);
  before = fk_sim_chip_get_time (chip);
  get (chip, F4_SR); /* does not wait */
  g_assert_cmpuint (fk_sim_chip_get_time (chip), ==, before);
  set (chip, F4_CR, F4_LOCK);
  g_assert_cmpuint (fk_sim_chip_get_time (chip), ==, before + 1200 * MS);
  g_assert_true (fk_sim_chip_is_flash_locked (chip));
  unlock_flash (chip, F4);
  set (chip, F4_CR, F4_SER | 0 << 3 | F4_X32);
  set (chip, F4_CR, F4_SER | 0 << 3 | F4_X32 | F4_STRT);
  before = fk_sim_chip_get_time (chip);
  get (chip, FLASH + 0x80000); /* one bank: no read while write */
  g_assert_cmpuint (fk_sim_chip_get_time (chip), ==, before + 250 * MS);
}

static void
f4_unlock_options (FkSimChip *chip)
{
  set (chip, F4 + 8, 0x08192a3b);
  set (chip, F4 + 8, 0x4c5d6e7f);
  g_assert_cmphex (get (chip, F4_OPTCR) & 1, ==, 0);
}

static void
f4_set_options (FkSimChip *chip, guint32 value)
{
  set (chip, F4_OPTCR, value);
  set (chip, F4_OPTCR, value | 2);
  for (guint i = 0; i < 1000 && (get (chip, F4_SR) & F4_BSY) != 0; i++)
    fk_sim_chip_advance (chip, 20 * MS);
  g_assert_cmphex (get (chip, F4_SR) & F4_BSY, ==, 0);
}

/* RM0090 3.7 */
static void
test_f4_options (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f405");

  g_assert_cmphex (get (chip, F4_OPTCR), ==, 0x0fffaaed);
  set (chip, F4_OPTCR, 0);
  g_assert_cmphex (get (chip, F4_OPTCR), ==, 0x0fffaaed);
  g_assert_false (fk_sim_chip_write (chip, F4 + 8, 4, KEY1));
  g_assert_false (fk_sim_chip_write (chip, F4 + 8, 4, 0x08192a3b));
  pin_reset (chip);
  f4_unlock_options (chip);
  /* Written but not started: forgotten at the next reset. */
  set (chip, F4_OPTCR, 0x0ffeaaec);
  pin_reset (chip);
  g_assert_cmphex (get (chip, F4_OPTCR), ==, 0x0fffaaed);
  f4_unlock_options (chip);
  f4_set_options (chip, 0x0ffeaae8);
  g_assert_cmphex (get (chip, 0x1fffc000) & 0xffff, ==, 0xaaeb);
  g_assert_cmphex (get (chip, 0x1fffc008) & 0x0fff, ==, 0xffe);
  pin_reset (chip);
  g_assert_cmphex (get (chip, F4_OPTCR), ==, 0x0ffeaae9);

  /* Sector 0 is write-protected: no program, no erase, no mass erase. */
  unlock_flash (chip, F4);
  set (chip, F4_CR, F4_PG | F4_X32);
  set (chip, FLASH + 0x100, 0);
  g_assert_cmphex (get (chip, F4_SR), ==, F4_WRPERR);
  set (chip, F4_SR, F4_WRPERR);
  f4_erase (chip, 0, F4_X32);
  g_assert_cmphex (get (chip, F4_SR), ==, F4_WRPERR);
  set (chip, F4_SR, F4_WRPERR);
  set (chip, F4_CR, F4_MER | F4_X32);
  set (chip, F4_CR, F4_MER | F4_X32 | F4_STRT);
  g_assert_cmphex (get (chip, F4_SR), ==, F4_WRPERR);
  set (chip, F4_SR, F4_WRPERR);
  f4_erase (chip, 1, F4_X32);
  g_assert_cmphex (get (chip, F4_SR), ==, 0);
}

/* RM0090 3.7.3 */
static void
test_f4_read_protection (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f405");
  guint8 byte;

  fk_sim_chip_load_demo_firmware (chip, "creator-pro");
  fk_sim_chip_set_protection (chip, 1);
  fk_sim_chip_advance (chip, 10 * MS);
  g_assert_true (fk_sim_chip_is_running (chip));
  g_assert_cmphex (get (chip, F4_OPTCR) >> 8 & 0xff, ==, 0x55);
  g_assert_true (faults (chip, FLASH, 4));
  g_assert_true (faults (chip, 0, 4));
  get (chip, 0x1fff7a10);
  get (chip, RAM);
  /* The debugger is there now: the program finds its flash closed. */
  fk_sim_chip_advance (chip, 10 * MS);
  g_assert_false (fk_sim_chip_is_running (chip));
  g_assert_cmphex (get (chip, DHCSR) & S_LOCKUP, ==, S_LOCKUP);
  unlock_flash (chip, F4);
  f4_erase (chip, 0, F4_X32);
  g_assert_cmphex (get (chip, F4_SR), ==, F4_WRPERR);
  set (chip, F4_SR, F4_WRPERR);

  /* Back to level 0: all of the flash goes. */
  f4_unlock_options (chip);
  f4_set_options (chip, 0x0fffaaec);
  g_assert_true (fk_sim_chip_peek (chip, FLASH, &byte, 1));
  g_assert_cmphex (byte, ==, 0xff);
  g_assert_cmphex (get (chip, FLASH + 0x10000), ==, 0xffffffff);
  g_assert_cmpuint (fk_sim_chip_get_n_erases (chip), ==, 1);
}

static void
test_f4_level_2 (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f405");

  fk_sim_chip_load_demo_firmware (chip, "creator-pro");
  f4_unlock_options (chip);
  set (chip, F4_OPTCR, 0x0fffccec);
  set (chip, F4_OPTCR, 0x0fffccee);
  fk_sim_chip_advance (chip, 1000 * MS);
  g_assert_false (fk_sim_chip_swd_answers (chip));
  fk_sim_chip_power_cycle (chip);
  fk_sim_chip_advance (chip, 10 * MS);
  g_assert_false (fk_sim_chip_swd_answers (chip));
  g_assert_true (fk_sim_chip_is_running (chip)); /* the program itself does not mind */
}

/* RM0090 3.8 */
static void
test_f4_otp (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f405");

  unlock_flash (chip, F4);
  set (chip, F4_CR, F4_PG | F4_X32);
  set (chip, 0x1fff7820, 0x11223344);
  wait_idle (chip, F4_SR, F4_BSY);
  g_assert_cmphex (get (chip, 0x1fff7820), ==, 0x11223344);
  set (chip, F4_CR, F4_PG | F4_X8);
  set_as (chip, 0x1fff7a01, 1, 0); /* lock of block 1 */
  wait_idle (chip, F4_SR, F4_BSY);
  set (chip, F4_CR, F4_PG | F4_X32);
  set (chip, 0x1fff7824, 0);
  g_assert_cmphex (get (chip, F4_SR), ==, F4_WRPERR);
  g_assert_cmphex (get (chip, 0x1fff7824), ==, 0xffffffff);
  set (chip, F4_SR, F4_WRPERR);
  set (chip, 0x1fff7840, 0);
  wait_idle (chip, F4_SR, F4_BSY);
  g_assert_cmphex (get (chip, F4_SR), ==, 0);
  /* No erase touches it. */
  set (chip, F4_CR, F4_MER | F4_X32);
  set (chip, F4_CR, F4_MER | F4_X32 | F4_STRT);
  wait_idle (chip, F4_SR, F4_BSY);
  g_assert_cmphex (get (chip, 0x1fff7820), ==, 0x11223344);
}

/* RM0090 3.6.2: too wide for the voltage reads back well, and is gone after power was. */
static void
test_f4_voltage (void)
{
  static const struct
  {
    guint millivolts;
    guint32 psize;
    guint width;
    gboolean good;
  } cases[] = {
    { 3300, F4_X32, 4, TRUE }, { 2700, F4_X32, 4, TRUE },  { 2690, F4_X32, 4, FALSE },
    { 2400, F4_X16, 2, TRUE }, { 2100, F4_X16, 2, TRUE },  { 2050, F4_X16, 2, FALSE },
    { 1800, F4_X8, 1, TRUE },  { 3300, F4_X64, 4, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FkSimChip) chip = bench_new_with (
          (FkSimChipConfig){ .model = "stm32f405", .millivolts = cases[i].millivolts });

      unlock_flash (chip, F4);
      set (chip, F4_CR, F4_PG | cases[i].psize);
      set_as (chip, FLASH, cases[i].width, 0);
      wait_idle (chip, F4_SR, F4_BSY);
      g_assert_cmphex (get (chip, F4_SR), ==, 0);
      g_assert_cmphex (get_as (chip, FLASH, cases[i].width), ==, 0);
      fk_sim_chip_power_cycle (chip);
      if (cases[i].good)
        g_assert_cmphex (get_as (chip, FLASH, cases[i].width), ==, 0);
      else
        g_assert_cmphex (get_as (chip, FLASH, cases[i].width), !=, 0);
    }
}

/* Weak cells that were erased and programmed again with care stay. */
static void
test_f4_weak_cells_healed (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f405");

  unlock_flash (chip, F4);
  set (chip, F4_CR, F4_PG | F4_X64);
  set (chip, FLASH, 0);
  wait_idle (chip, F4_SR, F4_BSY);
  f4_erase (chip, 0, F4_X32);
  set (chip, F4_CR, F4_PG | F4_X32);
  set (chip, FLASH, 0);
  wait_idle (chip, F4_SR, F4_BSY);
  fk_sim_chip_power_cycle (chip);
  g_assert_cmphex (get (chip, FLASH), ==, 0);
}

/* Half-word reads of SR are allowed on F4, and one loader looks at BSY that way. */
static void
test_f4_loader (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f407");
  FkSimChipCounters counters;
  guint64 began;
  guint ms = 0;

  reset_halt (chip);
  unlock_flash (chip, F4);
  set (chip, F4_CR, F4_PG | F4_X32);
  /* r0 source, r1 destination, r2 bytes, r3 controller:
   * 00: ldr r4, [r0]; str r4, [r1]; adds r0, #4; adds r1, #4
   * 08: ldrh r4, [r3, #14]; lsrs r4, r4, #1; bcs 08
   * 0e: subs r2, #4; bgt 00; bkpt */
  PUT_CODE (chip, RAM, 0x6804, 0x600c, 0x3004, 0x3104, 0x89dc, 0x0864, 0xd2fc, 0x3a04, 0xdcf6,
            0xbe00);
  for (guint i = 0; i < 1024; i++)
    set (chip, RAM + 0x100 + 4 * i, i * 0x01234567);
  set_core_register (chip, 0, RAM + 0x100);
  set_core_register (chip, 1, FLASH + 0x20000);
  set_core_register (chip, 2, 4096);
  set_core_register (chip, 3, F4);
  began = fk_sim_chip_get_time (chip);
  run_from (chip, RAM);
  for (; ms < 100 && !is_halted (chip); ms++)
    fk_sim_chip_advance (chip, 1 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmpuint (get_core_register (chip, 2), ==, 0);
  g_assert_cmpuint (fk_sim_chip_get_time (chip) - began, >=, 1024 * 16 * US);
  g_assert_cmpuint (fk_sim_chip_get_time (chip) - began, <, 1024 * 22 * US);
  fk_sim_chip_get_counters (chip, &counters);
  g_assert_cmpuint (counters.n_programmed, ==, 1024);
  g_assert_cmpuint (counters.n_option_programs, ==, 0);
  g_assert_cmpuint (counters.flash_busy_ns, ==, 1024 * 16 * US);
  g_assert_cmpuint (counters.ram_code_ns, >, counters.flash_busy_ns);
  g_assert_cmpuint (counters.ram_code_ns, <=, fk_sim_chip_get_time (chip) - began);
  /* Waiting is no work: not much more than the 9 instructions of a round. */
  g_assert_cmpuint (counters.ram_code_cycles, >, 1024 * 9);
  g_assert_cmpuint (counters.ram_code_cycles, <, 1024 * 9 * 6);
  for (guint i = 0; i < 1024; i++)
    g_assert_cmphex (get (chip, FLASH + 0x20000 + 4 * i), ==, i * 0x01234567);
}

/* A program in flash that programs flash: its own next instruction waits. */
static void
test_f4_program_from_flash (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f407");
  /* str r1, [r0]; str r1, [r0, #4]; ldr r2, [r0, #4]; bkpt */
  guint8 code[] = { 0x01, 0x60, 0x41, 0x60, 0xff, 0xe7, 0x42, 0x68, 0x00, 0xbe };

  g_assert_true (fk_sim_chip_poke (chip, FLASH + 0x100, code, sizeof code));
  reset_halt (chip);
  unlock_flash (chip, F4);
  set (chip, F4_CR, F4_PG | F4_X32);
  set_core_register (chip, 0, FLASH + 0x40000);
  set_core_register (chip, 1, 0x5a5aa5a5);
  run_from (chip, FLASH + 0x100);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get_core_register (chip, 2), ==, 0x5a5aa5a5);
  g_assert_cmphex (get (chip, FLASH + 0x40000), ==, 0x5a5aa5a5);
  g_assert_cmphex (get (chip, FLASH + 0x40004), ==, 0x5a5aa5a5);
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
  g_test_add_func ("/sim-flash/f4/keys", test_f4_keys);
  g_test_add_func ("/sim-flash/f4/program", test_f4_program);
  g_test_add_func ("/sim-flash/f4/alignment", test_f4_alignment);
  g_test_add_func ("/sim-flash/f4/sectors", test_f4_sectors);
  g_test_add_func ("/sim-flash/f4/stall", test_f4_stall);
  g_test_add_func ("/sim-flash/f4/options", test_f4_options);
  g_test_add_func ("/sim-flash/f4/read-protection", test_f4_read_protection);
  g_test_add_func ("/sim-flash/f4/level-2", test_f4_level_2);
  g_test_add_func ("/sim-flash/f4/otp", test_f4_otp);
  g_test_add_func ("/sim-flash/f4/voltage", test_f4_voltage);
  g_test_add_func ("/sim-flash/f4/weak-cells-healed", test_f4_weak_cells_healed);
  g_test_add_func ("/sim-flash/f4/loader", test_f4_loader);
  g_test_add_func ("/sim-flash/f4/program-from-flash", test_f4_program_from_flash);
  g_test_add_func ("/sim-flash/ring-buffer", test_ring_buffer);

  return g_test_run ();
}
