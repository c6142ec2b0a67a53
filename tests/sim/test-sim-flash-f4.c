/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The flash controller of the simulated F4: every rule of RM0090 3 that a loader or a debugger can
 * run into. */

#include "config.h"

#include "sim-flash-bench.h"

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

/* RM0385, 3: sectors of 32, 128 and 256 KiB, and the start addresses in a second register. */
static void
test_f7_sectors (void)
{
  static const guint32 starts[] = { 0,       0x8000,  0x10000, 0x18000, 0x20000,
                                    0x40000, 0x80000, 0xc0000, 0x100000 };
  g_autoptr (FkSimChip) chip = bench_new ("stm32f746");

  unlock_flash (chip, F4);
  for (guint i = 0; i < 8; i++)
    {
      set (chip, F4_CR, F4_PG | F4_X32);
      for (guint k = 0; k < 8; k++)
        {
          set (chip, FLASH + starts[k], 0);
          wait_idle (chip, F4_SR, F4_BSY);
          set (chip, FLASH + starts[k + 1] - 4, 0);
          wait_idle (chip, F4_SR, F4_BSY);
        }
      f4_erase (chip, i, F4_X32);
      g_assert_cmphex (get (chip, F4_SR), ==, 0);
      for (guint k = 0; k < 8; k++)
        {
          g_assert_cmphex (get (chip, FLASH + starts[k]), ==, k == i ? 0xffffffff : 0);
          g_assert_cmphex (get (chip, FLASH + starts[k + 1] - 4), ==, k == i ? 0xffffffff : 0);
        }
    }
  set (chip, F4_CR, F4_SER | 8 << 3 | F4_X32);
  set (chip, F4_CR, F4_SER | 8 << 3 | F4_X32 | F4_STRT);
  g_assert_cmphex (get (chip, F4_SR), ==, F4_PGSERR);
}

/* RM0385, 3: OPTCR1 is written with OPTCR, and says where the chip starts from the next reset on.
 */
static void
test_f7_options (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f746");

  g_assert_cmphex (get (chip, F4_OPTCR), ==, 0xc0ffaafd);
  g_assert_cmphex (get (chip, F4_OPTCR + 4), ==, 0x00400080);
  g_assert_cmphex (get (chip, 0xe000ed08), ==, 0x00200000);
  set (chip, F4_OPTCR + 4, 0x00402000);
  g_assert_cmphex (get (chip, F4_OPTCR + 4), ==, 0x00400080);
  f4_unlock_options (chip);
  set (chip, F4_OPTCR + 4, 0x00402000);
  pin_reset (chip); /* not started */
  g_assert_cmphex (get (chip, F4_OPTCR + 4), ==, 0x00400080);
  f4_unlock_options (chip);
  set (chip, F4_OPTCR + 4, 0x00402000);
  f4_set_options (chip, 0x40feaafc);
  g_assert_cmphex (get (chip, 0x1fff0000) & 0xffff, ==, 0xaaff);
  g_assert_cmphex (get (chip, 0x1fff0008) & 0xffff, ==, 0x7ffe);
  g_assert_cmphex (get (chip, 0x1fff0010) & 0xffff, ==, 0x2000);
  g_assert_cmphex (get (chip, 0x1fff0018) & 0xffff, ==, 0x0040);
  pin_reset (chip);
  g_assert_cmphex (get (chip, F4_OPTCR), ==, 0x40feaafd);
  g_assert_cmphex (get (chip, F4_OPTCR + 4), ==, 0x00402000);
  g_assert_cmphex (get (chip, 0xe000ed08), ==, 0x08000000);
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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sim-flash/f4/keys", test_f4_keys);
  g_test_add_func ("/sim-flash/f4/program", test_f4_program);
  g_test_add_func ("/sim-flash/f4/alignment", test_f4_alignment);
  g_test_add_func ("/sim-flash/f4/sectors", test_f4_sectors);
  g_test_add_func ("/sim-flash/f4/stall", test_f4_stall);
  g_test_add_func ("/sim-flash/f4/options", test_f4_options);
  g_test_add_func ("/sim-flash/f7/sectors", test_f7_sectors);
  g_test_add_func ("/sim-flash/f7/options", test_f7_options);
  g_test_add_func ("/sim-flash/f4/read-protection", test_f4_read_protection);
  g_test_add_func ("/sim-flash/f4/level-2", test_f4_level_2);
  g_test_add_func ("/sim-flash/f4/otp", test_f4_otp);
  g_test_add_func ("/sim-flash/f4/voltage", test_f4_voltage);
  g_test_add_func ("/sim-flash/f4/weak-cells-healed", test_f4_weak_cells_healed);
  g_test_add_func ("/sim-flash/f4/loader", test_f4_loader);
  g_test_add_func ("/sim-flash/f4/program-from-flash", test_f4_program_from_flash);

  return g_test_run ();
}
