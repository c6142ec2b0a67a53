/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of the simulated G0 is its own: identity, clocks, and a CRC unit that can choose its
 * polynomial (RM0444). */

#include "config.h"

#include "sim-flash-bench.h"

static void
test_identity (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32g0b1");
  guint32 rom = fk_sim_chip_get_ap_base (chip, 0) & ~0xfffu;
  guint32 arm;

  g_assert_cmphex (fk_sim_chip_get_dpidr (chip), ==, 0x0bc11477);
  g_assert_cmphex (get (chip, 0xe000ed00), ==, 0x410cc601);
  g_assert_cmphex (get (chip, 0x40015800) & 0xfff, ==, 0x467);
  g_assert_true (faults (chip, 0xe0042000, 4));
  g_assert_cmpuint (get_as (chip, 0x1fff75e0, 2), ==, 512);
  for (guint i = 0; i < 12; i++)
    g_assert_cmphex (get_as (chip, 0x1fff7590 + i, 1), ==, 0x30 + i);
  /* ST's ROM table names the chip and leads to ARM's, which leads to the system control space. */
  g_assert_cmphex (get (chip, rom + 0xfe0), ==, 0x67);
  g_assert_cmphex (get (chip, rom + 0xfe4), ==, 0x04);
  arm = rom + (get (chip, rom) & ~0xfffu);
  g_assert_cmphex (arm, ==, 0xe00ff000);
  g_assert_cmphex (get (chip, arm + 0xfe0) | (get (chip, arm + 0xfe4) & 0xf) << 8, ==, 0x4c0);
  g_assert_cmphex (arm + (get (chip, arm) & ~0xfffu), ==, 0xe000e000);
  g_assert_true (faults (chip, FLASH + 0x80000, 4));
  g_assert_true (faults (chip, RAM + 0x20000, 4));
  /* The vector table can be moved, to a border of 256 bytes. */
  set (chip, 0xe000ed08, 0x08012345);
  g_assert_cmphex (get (chip, 0xe000ed08), ==, 0x08012300);
  /* The freeze register has a clock of its own. */
  set (chip, 0x40015808, 1u << 12);
  g_assert_cmphex (get (chip, 0x40015808), ==, 0);
  set (chip, 0x4002103c, 1u << 27);
  set (chip, 0x40015808, 1u << 12);
  g_assert_cmphex (get (chip, 0x40015808), ==, 1u << 12);
}

static void
test_clocks (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32g0b1");

  g_assert_cmphex (get (chip, 0x40021000), ==, 0x500);
  set (chip, 0x40021000, 0);
  g_assert_cmphex (get (chip, 0x40021000), ==, 0x500); /* feeds the core */
  set (chip, 0x40021008, 2);
  g_assert_cmphex (get (chip, 0x40021008), ==, 2); /* not ready yet */
  /* 16 MHz / 1 * 8 / 2 = 64 MHz */
  set (chip, 0x4002100c, 2 | 8 << 8 | 1u << 28 | 1u << 29);
  set (chip, 0x40021000, get (chip, 0x40021000) | 1u << 24);
  g_assert_cmphex (get (chip, 0x40021000) & 1u << 25, ==, 1u << 25);
  set (chip, 0x40021008, 2);
  g_assert_cmphex (get (chip, 0x40021008), ==, 0x12);
  pin_reset (chip);
  g_assert_cmphex (get (chip, 0x40021008), ==, 0);
}

static void
feed_text (FkSimChip *chip, guint32 control, guint32 polynomial, guint32 start)
{
  set (chip, 0x40023014, polynomial);
  set (chip, 0x40023010, start);
  set (chip, 0x40023008, control | 1);
  for (const char *c = "123456789"; *c != '\0'; c++)
    set_as (chip, 0x40023000, 1, (guint8)*c);
}

/* The check values of the catalogue of parametrised CRC algorithms */
static void
test_crc_polynomial (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32g0b1");

  set (chip, 0x40023000, 1);
  g_assert_cmphex (get (chip, 0x40023014), ==, 0); /* no clock */
  set (chip, 0x40021038, get (chip, 0x40021038) | 1u << 12);
  g_assert_cmphex (get (chip, 0x40023014), ==, 0x04c11db7);
  feed_text (chip, 1u << 5 | 1u << 7, 0x04c11db7, 0xffffffff); /* CRC-32 */
  g_assert_cmphex (~get (chip, 0x40023000), ==, 0xcbf43926);
  feed_text (chip, 1u << 3, 0x1021, 0xffff); /* CRC-16/IBM-3740 */
  g_assert_cmphex (get (chip, 0x40023000), ==, 0x29b1);
  feed_text (chip, 1u << 3 | 1u << 5 | 1u << 7, 0x1021, 0); /* CRC-16/KERMIT */
  g_assert_cmphex (get (chip, 0x40023000), ==, 0x2189);
  feed_text (chip, 2u << 3, 0x07, 0); /* CRC-8/SMBUS */
  g_assert_cmphex (get (chip, 0x40023000), ==, 0xf4);
  feed_text (chip, 3u << 3, 0x09, 0); /* CRC-7/MMC */
  g_assert_cmphex (get (chip, 0x40023000), ==, 0x75);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sim-g0/identity", test_identity);
  g_test_add_func ("/sim-g0/clocks", test_clocks);
  g_test_add_func ("/sim-g0/crc-polynomial", test_crc_polynomial);

  return g_test_run ();
}
