/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a simulated ST-LINK answers to each command. */

#include "config.h"

#include "sim-stlink-bench.h"

#include "base/fk-reader.h"

#include <string.h>

static void
test_version (void)
{
  Bench v2 = bench_new ("v2", "V2J37S7");
  Bench v21 = bench_new ("v2-1", "V2J37M26");
  Bench v3 = bench_new ("v3", "V3J9M3B5S1");
  guint8 reply[12];

  ask (&v2, COMMAND (0xf1), reply, 6);
  g_assert_cmpmem (reply, 6, "\x29\x47\x83\x04\x48\x37", 6);
  send (&v2, COMMAND (0xfb), 16);
  assert_silent (&v2);

  ask (&v21, COMMAND (0xf1), reply, 6);
  g_assert_cmpmem (reply, 6, "\x29\x5a\x83\x04\x4b\x37", 6);

  ask (&v3, COMMAND (0xf1), reply, 6);
  g_assert_cmpmem (reply, 6, "\x30\x00\x83\x04\x4f\x37", 6);
  ask (&v3, COMMAND (0xfb), reply, 12);
  g_assert_cmpmem (reply, 12, "\x03\x01\x09\x03\x05\x00\x00\x00\x83\x04\x4f\x37", 12);

  bench_clear (&v2);
  bench_clear (&v21);
  bench_clear (&v3);
}

static void
test_modes (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");

  g_assert_cmpuint (ask_status (&bench, COMMAND (0xf5)), ==, 1);
  enter_swd (&bench);
  g_assert_cmpuint (ask_status (&bench, COMMAND (0xf5)), ==, 2);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x30, 0xa4)), ==, 0x0e);
  send (&bench, COMMAND (0xf2, 0x21), 16);
  assert_silent (&bench);
  g_assert_cmpuint (ask_status (&bench, COMMAND (0xf5)), ==, 1);

  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x30, 0xa4)), ==, 0x80);
  g_assert_cmpuint (ask_status (&bench, COMMAND (0xf5)), ==, 2);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x30, 0xa3)), ==, 0x0e);
  send (&bench, COMMAND (0xf2, 0x21), 16);

  send (&bench, COMMAND (0xf4, 0x00), 16);
  g_assert_cmpuint (ask_status (&bench, COMMAND (0xf5)), ==, 3);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x31)), ==, 0x0e);
  send (&bench, COMMAND (0xf4, 0x01), 16);
  g_assert_cmpuint (ask_status (&bench, COMMAND (0xf5)), ==, 1);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x31)), ==, 0x05);
  bench_clear (&bench);
}

static void
test_loader_mode (void)
{
  const FkSimChipConfig chip_config = { .model = "stm32f103c8", .millivolts = 3300 };
  FkSimStlinkConfig config = {
    .model = fk_sim_stlink_find_model ("v2"),
    .serial = "57FF72067265575742132067",
    .millivolts = 3300,
    .mode = FK_SIM_STLINK_MODE_DFU,
  };
  Bench bench;
  guint8 reply[8];

  g_assert_true (fk_sim_stlink_parse_firmware ("V2J37S7", &config.firmware));
  bench.chip = fk_sim_chip_new (&chip_config, NULL);
  bench.probe = fk_sim_stlink_new (&config, bench.chip);
  bench.out_endpoint = 0x02;

  g_assert_cmpuint (ask_status (&bench, COMMAND (0xf5)), ==, 0);
  ask (&bench, COMMAND (0xf1), reply, 6);
  send (&bench, COMMAND (0xf7), 16);
  assert_silent (&bench);
  send (&bench, COMMAND (0xf2, 0x30, 0xa3), 16);
  assert_silent (&bench);
  send (&bench, COMMAND (0xf3, 0x07), 16);
  assert_silent (&bench);
  g_assert_cmpuint (ask_status (&bench, COMMAND (0xf5)), ==, 1);
  enter_swd (&bench);
  bench_clear (&bench);
}

static void
test_voltage (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
  Bench old = bench_new ("v2", "V2J12S1");
  guint8 reply[8];

  ask (&bench, COMMAND (0xf7), reply, 8);
  g_assert_cmpuint (2400 * fk_load_u32le (reply + 4) / fk_load_u32le (reply), >=, 3298);
  g_assert_cmpuint (2400 * fk_load_u32le (reply + 4) / fk_load_u32le (reply), <=, 3301);
  send (&old, COMMAND (0xf7), 16);
  assert_silent (&old);
  bench_clear (&bench);
  bench_clear (&old);
}

static void
test_idcodes (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
  guint8 reply[12];

  enter_swd (&bench);
  ask (&bench, COMMAND (0xf2, 0x31), reply, 12);
  g_assert_cmpmem (reply, 12, "\x80\x00\x00\x00\x77\x14\xa0\x1b\x00\x00\x00\x00", 12);
  ask (&bench, COMMAND (0xf2, 0x22), reply, 4);
  g_assert_cmpmem (reply, 4, "\x77\x14\xa0\x1b", 4);
  bench_clear (&bench);
}

static void
test_no_target (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
  guint8 reply[64];

  fake_chip_set_answers (bench.chip, FALSE);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x30, 0xa3)), ==, 0x09);
  g_assert_cmpuint (ask_status (&bench, COMMAND (0xf5)), ==, 1);

  /* Lost on the way; a line reset is needed to be heard again. */
  fake_chip_set_answers (bench.chip, TRUE);
  enter_swd (&bench);
  fake_chip_set_answers (bench.chip, FALSE);
  ask (&bench, COMMAND (0xf2, 0x36, U32 (FAKE_RAM)), reply, 8);
  g_assert_cmphex (reply[0], ==, 0x16);
  fake_chip_set_answers (bench.chip, TRUE);
  ask (&bench, COMMAND (0xf2, 0x36, U32 (FAKE_RAM)), reply, 8);
  g_assert_cmphex (reply[0], ==, 0x16);
  ask (&bench, COMMAND (0xf2, 0x07, U32 (FAKE_FLASH), U16 (8)), reply, 8);
  assert_rw_status (&bench, 0x16, FAKE_FLASH);
  enter_swd (&bench);
  ask (&bench, COMMAND (0xf2, 0x36, U32 (FAKE_RAM)), reply, 8);
  g_assert_cmphex (reply[0], ==, 0x80);
  bench_clear (&bench);
}

static void
test_debug_registers (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
  guint8 reply[8];

  enter_swd (&bench);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x35, U32 (FAKE_RAM + 8), U32 (0x12345678))),
                   ==, 0x80);
  ask (&bench, COMMAND (0xf2, 0x36, U32 (FAKE_RAM + 8)), reply, 8);
  g_assert_cmpmem (reply, 8, "\x80\x00\x00\x00\x78\x56\x34\x12", 8);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x35, U32 (0x1000), U32 (1))), ==, 0x11);
  ask (&bench, COMMAND (0xf2, 0x36, U32 (FAKE_RAM + 8)), reply, 8);
  g_assert_cmphex (reply[0], ==, 0x80);
  bench_clear (&bench);
}

/* The famous chip ID 0x3748 of other tools: the probe's product ID, left in its buffer. */
static void
test_stale_reply (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
  guint8 reply[8];

  enter_swd (&bench);
  ask (&bench, COMMAND (0xf1), reply, 6);
  ask (&bench, COMMAND (0xf2, 0x36, U32 (0xe0042000)), reply, 8);
  g_assert_cmphex (reply[0], ==, 0x11);
  g_assert_cmphex (fk_load_u32le (reply + 4), ==, 0x3748);
  bench_clear (&bench);
}

static void
test_core (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
  guint8 reply[88];

  enter_swd (&bench);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x01)), ==, 0x80);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x02)), ==, 0x80);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x01)), ==, 0x81);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x34, 15, U32 (0x08000101))), ==, 0x80);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x06, 3, U32 (0xcafe))), ==, 0x80);
  g_assert_cmphex (fake_chip_get_register (bench.chip, 15), ==, 0x08000101);
  ask (&bench, COMMAND (0xf2, 0x33, 15), reply, 8);
  g_assert_cmpmem (reply, 8, "\x80\x00\x00\x00\x01\x01\x00\x08", 8);
  ask (&bench, COMMAND (0xf2, 0x05, 3), reply, 4);
  g_assert_cmpmem (reply, 4, "\xfe\xca\x00\x00", 4);
  ask (&bench, COMMAND (0xf2, 0x3a), reply, 88);
  g_assert_cmphex (reply[0], ==, 0x80);
  g_assert_cmphex (fk_load_u32le (reply + 4 + 4 * 15), ==, 0x08000101);
  ask (&bench, COMMAND (0xf2, 0x04), reply, 84);
  g_assert_cmphex (fk_load_u32le (reply + 4 * 3), ==, 0xcafe);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x09)), ==, 0x80);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x01)), ==, 0x80);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x32)), ==, 0x80);
  g_assert_cmpuint (fake_chip_get_n_resets (bench.chip), ==, 1);
  bench_clear (&bench);
}

static void
test_nrst (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");

  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x3c, 0x00)), ==, 0x80);
  g_assert_true (fake_chip_is_nrst_low (bench.chip));
  g_assert_true (fk_sim_stlink_is_reset_held (bench.probe));
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x3c, 0x01)), ==, 0x80);
  g_assert_false (fake_chip_is_nrst_low (bench.chip));
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x3c, 0x02)), ==, 0x80);
  g_assert_false (fk_sim_stlink_is_reset_held (bench.probe));
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x3c, 0x03)), ==, 0x08);
  bench_clear (&bench);
}

static void
test_misc (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
  guint8 list[8 + 5 * 4] = { 5, 1, 2, 3, 3 };
  guint8 reply[40];

  enter_swd (&bench);
  fk_store_u32le (list + 8, 0);
  fk_store_u32le (list + 12, FAKE_RAM + 16);
  fk_store_u32le (list + 16, 0xdeadbeef);
  fk_store_u32le (list + 20, FAKE_RAM + 16);
  fk_store_u32le (list + 24, 0x1000);
  send (&bench, COMMAND (0xf2, 0x51, U32 (5)), 16);
  send (&bench, list, sizeof list);
  ask (&bench, COMMAND (0xf2, 0x52), reply, sizeof reply);
  g_assert_cmphex (fk_load_u32le (reply + 12), ==, 0xdeadbeef);
  for (guint i = 0; i < 4; i++)
    g_assert_cmphex (fk_load_u32le (reply + 20 + 4 * i), ==, 0x80);
  g_assert_cmphex (fk_load_u32le (reply + 36), ==, 0x11);
  bench_clear (&bench);
}

static void
test_v3_clock (void)
{
  Bench bench = bench_new ("v3", "V3J9M3");
  guint8 reply[52];

  ask (&bench, COMMAND (0xf2, 0x62, 0), reply, 52);
  g_assert_cmphex (reply[0], ==, 0x80);
  g_assert_cmpuint (fk_load_u32le (reply + 4), ==, 1000);
  g_assert_cmpuint (fk_load_u32le (reply + 8), ==, 7);
  g_assert_cmpuint (fk_load_u32le (reply + 12), ==, 24000);
  ask (&bench, COMMAND (0xf2, 0x61, 0, 0, U32 (24000)), reply, 8);
  g_assert_cmphex (reply[0], ==, 0x80);
  g_assert_cmpuint (fk_load_u32le (reply + 4), ==, 24000);
  ask (&bench, COMMAND (0xf2, 0x61, 0, 0, U32 (1234)), reply, 8);
  g_assert_cmphex (reply[0], ==, 0x41);
  ask (&bench, COMMAND (0xf2, 0x62, 0), reply, 52);
  g_assert_cmpuint (fk_load_u32le (reply + 4), ==, 24000);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x43, 1)), ==, 0x42);
  ask (&bench, COMMAND (0xf2, 0x63, 1), reply, 8);
  g_assert_cmphex (reply[0], ==, 0x40);
  bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sim-stlink/version", test_version);
  g_test_add_func ("/sim-stlink/modes", test_modes);
  g_test_add_func ("/sim-stlink/loader-mode", test_loader_mode);
  g_test_add_func ("/sim-stlink/voltage", test_voltage);
  g_test_add_func ("/sim-stlink/idcodes", test_idcodes);
  g_test_add_func ("/sim-stlink/no-target", test_no_target);
  g_test_add_func ("/sim-stlink/debug-registers", test_debug_registers);
  g_test_add_func ("/sim-stlink/stale-reply", test_stale_reply);
  g_test_add_func ("/sim-stlink/core", test_core);
  g_test_add_func ("/sim-stlink/nrst", test_nrst);
  g_test_add_func ("/sim-stlink/misc", test_misc);
  g_test_add_func ("/sim-stlink/v3-clock", test_v3_clock);

  return g_test_run ();
}
