/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sim/fk-sim-stlink.h"

#include <string.h>

#include "base/fk-reader.h"
#include "fake-chip.h"

/* The simulated ST-LINK against the bytes that its users document: OpenOCD's
 * src/jtag/drivers/stlink_usb.c, stlink-org's usb.c, pyOCD's and probe-rs's drivers. */

#define COMMAND(...) ((const guint8[16]){ __VA_ARGS__ })
#define U32(v)       (v) & 0xff, (v) >> 8 & 0xff, (v) >> 16 & 0xff, (guint32)(v) >> 24
#define U16(v)       (v) & 0xff, (v) >> 8

typedef struct
{
  FkSimChip *chip;
  FkSimStlink *probe;
  guint8 out_endpoint;
} Bench;

static Bench
set_up (const char *model, const char *firmware)
{
  const FkSimChipConfig chip_config = { .model = "stm32f103c8", .millivolts = 3300 };
  FkSimStlinkConfig config = {
    .model = fk_sim_stlink_find_model (model),
    .serial = "57FF72067265575742132067",
    .millivolts = 3300,
    .nrst_wired = TRUE,
    .mode = FK_SIM_STLINK_MODE_MASS,
  };
  Bench bench;

  g_assert_nonnull (config.model);
  g_assert_true (fk_sim_stlink_parse_firmware (firmware, &config.firmware));
  bench.chip = fk_sim_chip_new (&chip_config, NULL);
  bench.probe = fk_sim_stlink_new (&config, bench.chip);
  bench.out_endpoint = config.model->out_endpoint;
  return bench;
}

static void
tear_down (Bench *bench)
{
  fk_sim_stlink_free (bench->probe);
  fk_sim_chip_free (bench->chip);
}

static void
send (Bench *bench, const guint8 *data, gsize length)
{
  gsize actual;

  g_assert_cmpint (fk_sim_stlink_bulk_out (bench->probe, bench->out_endpoint, data, length,
                                           &actual),
                   ==, FK_SIM_USB_DONE);
  g_assert_cmpuint (actual, ==, length);
}

static void
receive (Bench *bench, guint8 *data, gsize length)
{
  gsize actual = 0;

  g_assert_cmpint (fk_sim_stlink_bulk_in (bench->probe, 0x81, data, length, &actual), ==,
                   FK_SIM_USB_DONE);
  g_assert_cmpuint (actual, ==, length);
}

static void
ask (Bench *bench, const guint8 command[16], guint8 *reply, gsize length)
{
  send (bench, command, 16);
  receive (bench, reply, length);
}

static guint
ask_status (Bench *bench, const guint8 command[16])
{
  guint8 reply[2];

  ask (bench, command, reply, 2);
  g_assert_cmpuint (reply[1], ==, 0);
  return reply[0];
}

static void
assert_silent (Bench *bench)
{
  guint8 reply[64];
  gsize actual = 0;

  g_assert_cmpint (fk_sim_stlink_bulk_in (bench->probe, 0x81, reply, sizeof reply, &actual), ==,
                   FK_SIM_USB_WAIT);
  g_assert_cmpuint (actual, ==, 0);
}

static void
enter_swd (Bench *bench)
{
  g_assert_cmphex (ask_status (bench, COMMAND (0xf2, 0x30, 0xa3)), ==, 0x80);
}

static void
assert_rw_status (Bench *bench, guint status, guint32 address)
{
  guint8 reply[12];

  ask (bench, COMMAND (0xf2, 0x3e), reply, 12);
  g_assert_cmphex (fk_load_u32le (reply), ==, status);
  g_assert_cmphex (fk_load_u32le (reply + 4), ==, address);
  g_assert_cmphex (ask_status (bench, COMMAND (0xf2, 0x3b)), ==, status);
}

static void
test_version (void)
{
  Bench v2 = set_up ("v2", "V2J37S7");
  Bench v21 = set_up ("v2-1", "V2J37M26");
  Bench v3 = set_up ("v3", "V3J9M3B5S1");
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

  tear_down (&v2);
  tear_down (&v21);
  tear_down (&v3);
}

static void
test_modes (void)
{
  Bench bench = set_up ("v2", "V2J37S7");

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
  tear_down (&bench);
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
  tear_down (&bench);
}

static void
test_voltage (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  Bench old = set_up ("v2", "V2J12S1");
  guint8 reply[8];

  ask (&bench, COMMAND (0xf7), reply, 8);
  g_assert_cmpuint (2400 * fk_load_u32le (reply + 4) / fk_load_u32le (reply), >=, 3298);
  g_assert_cmpuint (2400 * fk_load_u32le (reply + 4) / fk_load_u32le (reply), <=, 3301);
  send (&old, COMMAND (0xf7), 16);
  assert_silent (&old);
  tear_down (&bench);
  tear_down (&old);
}

static void
test_idcodes (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  guint8 reply[12];

  enter_swd (&bench);
  ask (&bench, COMMAND (0xf2, 0x31), reply, 12);
  g_assert_cmpmem (reply, 12, "\x80\x00\x00\x00\x77\x14\xa0\x1b\x00\x00\x00\x00", 12);
  ask (&bench, COMMAND (0xf2, 0x22), reply, 4);
  g_assert_cmpmem (reply, 4, "\x77\x14\xa0\x1b", 4);
  tear_down (&bench);
}

static void
test_no_target (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
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
  tear_down (&bench);
}

static void
test_debug_registers (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  guint8 reply[8];

  enter_swd (&bench);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x35, U32 (FAKE_RAM + 8), U32 (0x12345678))),
                   ==, 0x80);
  ask (&bench, COMMAND (0xf2, 0x36, U32 (FAKE_RAM + 8)), reply, 8);
  g_assert_cmpmem (reply, 8, "\x80\x00\x00\x00\x78\x56\x34\x12", 8);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x35, U32 (0x1000), U32 (1))), ==, 0x11);
  ask (&bench, COMMAND (0xf2, 0x36, U32 (FAKE_RAM + 8)), reply, 8);
  g_assert_cmphex (reply[0], ==, 0x80);
  tear_down (&bench);
}

/* The famous chip ID 0x3748 of other tools: the probe's product ID, left in its buffer. */
static void
test_stale_reply (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  guint8 reply[8];

  enter_swd (&bench);
  ask (&bench, COMMAND (0xf1), reply, 6);
  ask (&bench, COMMAND (0xf2, 0x36, U32 (0xe0042000)), reply, 8);
  g_assert_cmphex (reply[0], ==, 0x11);
  g_assert_cmphex (fk_load_u32le (reply + 4), ==, 0x3748);
  tear_down (&bench);
}

static void
test_core (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
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
  tear_down (&bench);
}

static void
test_nrst (void)
{
  Bench bench = set_up ("v2", "V2J37S7");

  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x3c, 0x00)), ==, 0x80);
  g_assert_true (fake_chip_is_nrst_low (bench.chip));
  g_assert_true (fk_sim_stlink_is_reset_held (bench.probe));
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x3c, 0x01)), ==, 0x80);
  g_assert_false (fake_chip_is_nrst_low (bench.chip));
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x3c, 0x02)), ==, 0x80);
  g_assert_false (fk_sim_stlink_is_reset_held (bench.probe));
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x3c, 0x03)), ==, 0x08);
  tear_down (&bench);
}

static void
test_memory (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  guint8 expected[6144], reply[6144];

  enter_swd (&bench);
  g_assert_true (fk_sim_chip_peek (bench.chip, FAKE_FLASH + 0x100, expected, sizeof expected));
  ask (&bench, COMMAND (0xf2, 0x07, U32 (FAKE_FLASH + 0x100), U16 (6144)), reply, 6144);
  g_assert_cmpmem (reply, 6144, expected, 6144);
  assert_rw_status (&bench, 0x80, 0);

  ask (&bench, COMMAND (0xf2, 0x0c, U32 (FAKE_FLASH + 0x103), U16 (7)), reply, 7);
  g_assert_cmpmem (reply, 7, expected + 3, 7);
  g_assert_cmpuint (fake_chip_get_last_width (bench.chip), ==, 1);
  ask (&bench, COMMAND (0xf2, 0x0c, U32 (FAKE_FLASH + 0x103), U16 (1)), reply, 2);
  g_assert_cmphex (reply[0], ==, expected[3]);
  ask (&bench, COMMAND (0xf2, 0x47, U32 (FAKE_FLASH + 0x102), U16 (6)), reply, 6);
  g_assert_cmpmem (reply, 6, expected + 2, 6);
  g_assert_cmpuint (fake_chip_get_last_width (bench.chip), ==, 2);
  ask (&bench, COMMAND (0xf2, 0x54, U32 (FAKE_FLASH + 0x104), U16 (8)), reply, 8);
  g_assert_cmpmem (reply, 4, expected + 4, 4);
  g_assert_cmpmem (reply + 4, 4, expected + 4, 4);

  send (&bench, COMMAND (0xf2, 0x08, U32 (FAKE_RAM), U16 (1000)), 16);
  send (&bench, expected, 1000);
  assert_rw_status (&bench, 0x80, 0);
  g_assert_true (fk_sim_chip_peek (bench.chip, FAKE_RAM, reply, 1000));
  g_assert_cmpmem (reply, 1000, expected, 1000);
  /* Written in one piece, as st-flash does it. */
  send (&bench, COMMAND (0xf2, 0x08, U32 (FAKE_RAM), U16 (0x4000)), 16);
  for (guint i = 0; i < 0x4000; i += 4096)
    send (&bench, expected, 4096);
  assert_rw_status (&bench, 0x80, 0);
  g_assert_true (fk_sim_chip_peek (bench.chip, FAKE_RAM + 0x3000, reply, 4096));
  g_assert_cmpmem (reply, 4096, expected, 4096);

  send (&bench, COMMAND (0xf2, 0x0d, U32 (FAKE_RAM + 1), U16 (3)), 16);
  send (&bench, expected, 3);
  g_assert_true (fk_sim_chip_peek (bench.chip, FAKE_RAM, reply, 4));
  g_assert_cmpmem (reply + 1, 3, expected, 3);
  send (&bench, COMMAND (0xf2, 0x48, U32 (FAKE_RAM + 2), U16 (2)), 16);
  send (&bench, expected + 8, 2);
  g_assert_cmpuint (fake_chip_get_last_width (bench.chip), ==, 2);
  send (&bench, COMMAND (0xf2, 0x50, U32 (FAKE_RAM), U16 (8)), 16);
  send (&bench, expected, 8);
  g_assert_true (fk_sim_chip_peek (bench.chip, FAKE_RAM, reply, 8));
  g_assert_cmpmem (reply, 4, expected + 4, 4);
  g_assert_cmpmem (reply + 4, 4, expected + 4, 4);
  tear_down (&bench);
}

/* A read that fails in the middle still has its full length; only the status tells. */
static void
test_memory_faults (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  const guint32 end = FAKE_RAM + FAKE_RAM_SIZE;
  guint8 reply[128], long_reply[6144], data[64] = { 0 };

  enter_swd (&bench);
  ask (&bench, COMMAND (0xf2, 0x07, U32 (FAKE_FLASH), U16 (64)), reply, 64);
  ask (&bench, COMMAND (0xf2, 0x07, U32 (end - 16), U16 (64)), reply, 64);
  for (guint i = 0; i < 16; i++)
    g_assert_cmphex (reply[i], ==, 0);
  for (guint i = 16; i < 64; i++)
    g_assert_cmphex (reply[i], ==, i);
  assert_rw_status (&bench, 0x11, end);

  send (&bench, COMMAND (0xf2, 0x08, U32 (end - 8), U16 (64)), 16);
  send (&bench, data, 64);
  assert_rw_status (&bench, 0x11, end);

  ask (&bench, COMMAND (0xf2, 0x07, U32 (FAKE_RAM + 2), U16 (4)), reply, 4);
  assert_rw_status (&bench, 0x0a, FAKE_RAM + 2);
  ask (&bench, COMMAND (0xf2, 0x0c, U32 (FAKE_RAM), U16 (65)), reply, 64);
  assert_rw_status (&bench, 0x08, FAKE_RAM);
  ask (&bench, COMMAND (0xf2, 0x07, U32 (FAKE_FLASH), U16 (6148)), long_reply, 6144);
  assert_rw_status (&bench, 0x08, FAKE_FLASH);
  ask (&bench, COMMAND (0xf2, 0x07, U32 (FAKE_RAM), U16 (4), 1), reply, 4);
  assert_rw_status (&bench, 0x1d, FAKE_RAM);
  ask (&bench, COMMAND (0xf2, 0x07, U32 (FAKE_RAM), U16 (4)), reply, 4);
  assert_rw_status (&bench, 0x80, 0);
  tear_down (&bench);
}

static void
test_old_firmware (void)
{
  Bench old = set_up ("v2", "V2J14S2");
  Bench middle = set_up ("v2", "V2J24S4");
  guint8 reply[8];

  enter_swd (&old);
  g_assert_cmphex (ask_status (&old, COMMAND (0xf2, 0x3e)), ==, 0x01);
  g_assert_cmphex (ask_status (&old, COMMAND (0xf2, 0x3b)), ==, 0x80);
  g_assert_cmphex (ask_status (&old, COMMAND (0xf2, 0x43, 1)), ==, 0x01);
  g_assert_cmphex (ask_status (&old, COMMAND (0xf2, 0x45, 0xff, 0xff)), ==, 0x01);
  g_assert_cmphex (ask_status (&old, COMMAND (0xf2, 0x33, 0x40)), ==, 0x08);

  enter_swd (&middle);
  g_assert_cmphex (ask_status (&middle, COMMAND (0xf2, 0x43, 1)), ==, 0x80);
  g_assert_cmphex (ask_status (&middle, COMMAND (0xf2, 0x47, U32 (FAKE_RAM), U16 (2))), ==, 0x42);
  g_assert_cmphex (ask_status (&middle, COMMAND (0xf2, 0x4b, 0)), ==, 0x42);
  ask (&middle, COMMAND (0xf2, 0x45, 0, 0, 0xfc), reply, 8);
  g_assert_cmphex (fk_load_u32le (reply + 4), ==, 0x14770011);
  g_assert_cmphex (ask_status (&middle, COMMAND (0xf2, 0xee)), ==, 0x42);
  tear_down (&old);
  tear_down (&middle);
}

static guint
read_dap (Bench *bench, guint port, guint reg, guint32 *value)
{
  guint8 reply[8];

  ask (bench, COMMAND (0xf2, 0x45, U16 (port), U16 (reg)), reply, 8);
  *value = fk_load_u32le (reply + 4);
  return reply[0];
}

static guint
write_dap (Bench *bench, guint port, guint reg, guint32 value)
{
  return ask_status (bench, COMMAND (0xf2, 0x46, U16 (port), U16 (reg), U32 (value)));
}

static void
test_dap (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  guint32 value;

  enter_swd (&bench);
  g_assert_cmphex (read_dap (&bench, 0xffff, 0x0, &value), ==, 0x80);
  g_assert_cmphex (value, ==, 0x1ba01477);
  g_assert_cmphex (read_dap (&bench, 0xffff, 0x4, &value), ==, 0x80);
  g_assert_cmphex (value & 0xf0000000, ==, 0xf0000000);
  g_assert_cmphex (read_dap (&bench, 0, 0xfc, &value), ==, 0x80);
  g_assert_cmphex (value, ==, 0x14770011);
  g_assert_cmphex (read_dap (&bench, 1, 0xfc, &value), ==, 0x80);
  g_assert_cmphex (value, ==, 0);
  g_assert_cmphex (read_dap (&bench, 0, 0xf8, &value), ==, 0x1d);

  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x4b, 7)), ==, 0x1d);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x4b, 0)), ==, 0x80);
  g_assert_cmphex (read_dap (&bench, 0, 0xf8, &value), ==, 0x80);
  g_assert_cmphex (value, ==, 0xe00ff003);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x4c, 0)), ==, 0x80);
  g_assert_cmphex (read_dap (&bench, 0, 0xf8, &value), ==, 0x1d);
  tear_down (&bench);
}

static void
test_raw_memory (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  guint8 bytes[4];
  guint32 value;

  enter_swd (&bench);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x4b, 0)), ==, 0x80);

  /* Words, counting on, up to the border of 4 KiB, where the address wraps. */
  write_dap (&bench, 0, 0x00, 0x23000012);
  write_dap (&bench, 0, 0x04, FAKE_RAM + 0xffc);
  g_assert_cmphex (write_dap (&bench, 0, 0x0c, 0x11223344), ==, 0x80);
  read_dap (&bench, 0, 0x04, &value);
  g_assert_cmphex (value, ==, FAKE_RAM);
  fk_sim_chip_peek (bench.chip, FAKE_RAM + 0xffc, bytes, 4);
  g_assert_cmpmem (bytes, 4, "\x44\x33\x22\x11", 4);

  /* A byte in its lane; an odd size is not taken. */
  write_dap (&bench, 0, 0x00, 0x23000010);
  write_dap (&bench, 0, 0x04, FAKE_RAM + 0xffe);
  g_assert_cmphex (read_dap (&bench, 0, 0x0c, &value), ==, 0x80);
  g_assert_cmphex (value, ==, 0x00220000);
  write_dap (&bench, 0, 0x00, 0x23000013);
  read_dap (&bench, 0, 0x00, &value);
  g_assert_cmphex (value & 0x37, ==, 0x10);

  /* Banked data. */
  write_dap (&bench, 0, 0x04, FAKE_RAM + 0xff0);
  g_assert_cmphex (read_dap (&bench, 0, 0x1c, &value), ==, 0x80);
  g_assert_cmphex (value, ==, 0x11223344);
  g_assert_cmphex (write_dap (&bench, 0, 0x14, 7), ==, 0x80);
  fk_sim_chip_peek (bench.chip, FAKE_RAM + 0xff4, bytes, 4);
  g_assert_cmpmem (bytes, 4, "\x07\x00\x00\x00", 4);
  tear_down (&bench);
}

static void
test_wrap_on_cortex_m0 (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  guint32 value;

  fake_chip_set_cortex_m0 (bench.chip);
  enter_swd (&bench);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x4b, 0)), ==, 0x80);
  write_dap (&bench, 0, 0x00, 0x23000012);
  write_dap (&bench, 0, 0x04, FAKE_RAM + 0x7fc);
  write_dap (&bench, 0, 0x0c, 1);
  read_dap (&bench, 0, 0x04, &value);
  g_assert_cmphex (value, ==, FAKE_RAM + 0x400);
  tear_down (&bench);
}

static void
test_sticky_error (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  guint32 value;

  enter_swd (&bench);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x4b, 0)), ==, 0x80);
  write_dap (&bench, 0, 0x00, 0x23000012);
  write_dap (&bench, 0, 0x04, 0x1000);
  g_assert_cmphex (write_dap (&bench, 0, 0x0c, 1), ==, 0x80); /* posted */
  g_assert_cmphex (read_dap (&bench, 0xffff, 0x0c, &value), ==, 0x15);
  g_assert_cmphex (read_dap (&bench, 0, 0x04, &value), ==, 0x15);
  g_assert_cmphex (read_dap (&bench, 0xffff, 0x4, &value), ==, 0x80);
  g_assert_cmphex (value & 0x20, ==, 0x20);
  g_assert_cmphex (write_dap (&bench, 0xffff, 0x0, 0x04), ==, 0x80);
  g_assert_cmphex (read_dap (&bench, 0, 0x04, &value), ==, 0x80);
  g_assert_cmphex (value, ==, 0x1000);
  g_assert_cmphex (read_dap (&bench, 0, 0x0c, &value), ==, 0x11);
  g_assert_cmphex (write_dap (&bench, 0xffff, 0x0, 0x1e), ==, 0x80);

  /* No debug power, no access. */
  g_assert_cmphex (write_dap (&bench, 0xffff, 0x4, 0), ==, 0x80);
  g_assert_cmphex (read_dap (&bench, 0, 0x00, &value), ==, 0x15);
  tear_down (&bench);
}

static void
test_misc (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
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
  tear_down (&bench);
}

static void
test_v3_clock (void)
{
  Bench bench = set_up ("v3", "V3J9M3");
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
  tear_down (&bench);
}

/* No empty packet: a reply of whole packets leaves a longer transfer open. */
static void
test_whole_packets (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  guint8 reply[256];
  gsize actual = 0;

  enter_swd (&bench);
  send (&bench, COMMAND (0xf2, 0x07, U32 (FAKE_FLASH), U16 (128)), 16);
  g_assert_cmpint (fk_sim_stlink_bulk_in (bench.probe, 0x81, reply, 256, &actual), ==,
                   FK_SIM_USB_WAIT);
  g_assert_cmpuint (actual, ==, 128);
  send (&bench, COMMAND (0xf5), 16);
  g_assert_cmpint (fk_sim_stlink_bulk_in (bench.probe, 0x81, reply, 256, &actual), ==,
                   FK_SIM_USB_DONE);
  g_assert_cmpuint (actual, ==, 130);

  /* Asked for less than a packet brings. */
  send (&bench, COMMAND (0xf1), 16);
  actual = 0;
  g_assert_cmpint (fk_sim_stlink_bulk_in (bench.probe, 0x81, reply, 2, &actual), ==,
                   FK_SIM_USB_OVERFLOW);
  assert_silent (&bench);
  tear_down (&bench);
}

/* Somebody asked, did not fetch the answer, and left. */
static void
test_left_reply (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  guint8 reply[64], expected[64];

  enter_swd (&bench);
  g_assert_true (fk_sim_chip_peek (bench.chip, FAKE_FLASH, expected, 64));
  send (&bench, COMMAND (0xf2, 0x07, U32 (FAKE_FLASH), U16 (1024)), 16);
  send (&bench, COMMAND (0xf5), 16);
  receive (&bench, reply, 64);
  g_assert_cmpmem (reply, 64, expected, 64);
  receive (&bench, reply, 2);
  g_assert_cmphex (reply[0], ==, 2);
  assert_silent (&bench);
  tear_down (&bench);
}

/* Somebody announced data and left: the next commands are taken for it, until the bus is reset. */
static void
test_left_data_phase (void)
{
  Bench bench = set_up ("v2", "V2J37S7");

  enter_swd (&bench);
  send (&bench, COMMAND (0xf2, 0x08, U32 (FAKE_RAM), U16 (64)), 16);
  send (&bench, COMMAND (0xf5), 16);
  assert_silent (&bench);
  g_assert_cmpint (fk_sim_stlink_bus_reset (bench.probe), ==, FK_SIM_USB_DONE);
  g_assert_cmpuint (ask_status (&bench, COMMAND (0xf5)), ==, 2);
  tear_down (&bench);
}

static FkSimUsbStatus
try_send (Bench *bench, const guint8 command[16])
{
  gsize actual;

  return fk_sim_stlink_bulk_out (bench->probe, bench->out_endpoint, command, 16, &actual);
}

static FkSimUsbStatus
try_receive (Bench *bench, guint8 *data, gsize length, gsize *actual)
{
  *actual = 0;
  return fk_sim_stlink_bulk_in (bench->probe, 0x81, data, length, actual);
}

static void
test_fault_unplug (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  guint8 reply[8];
  gsize actual;

  fk_sim_stlink_set_fault (bench.probe, FK_SIM_FAULT_UNPLUG, 3);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x3c, 0x00)), ==, 0x80);
  g_assert_true (fake_chip_is_nrst_low (bench.chip));
  send (&bench, COMMAND (0xf1), 16);
  g_assert_cmpint (try_receive (&bench, reply, 6, &actual), ==, FK_SIM_USB_GONE);
  g_assert_cmpint (try_send (&bench, COMMAND (0xf1)), ==, FK_SIM_USB_GONE);
  g_assert_cmpint (fk_sim_stlink_clear_halt (bench.probe, 0x81), ==, FK_SIM_USB_GONE);
  g_assert_cmpint (fk_sim_stlink_bus_reset (bench.probe), ==, FK_SIM_USB_GONE);
  g_assert_false (fake_chip_is_nrst_low (bench.chip));

  fk_sim_stlink_set_unplugged (bench.probe, FALSE);
  g_assert_cmpuint (fk_sim_stlink_get_n_plugs (bench.probe), ==, 2);
  g_assert_cmpuint (ask_status (&bench, COMMAND (0xf5)), ==, 1);
  tear_down (&bench);
}

static void
test_fault_stall (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  guint8 reply[8];
  gsize actual;

  fk_sim_stlink_set_fault (bench.probe, FK_SIM_FAULT_STALL, 1);
  send (&bench, COMMAND (0xf1), 16);
  g_assert_cmpint (try_receive (&bench, reply, 6, &actual), ==, FK_SIM_USB_STALL);
  g_assert_cmpint (try_receive (&bench, reply, 6, &actual), ==, FK_SIM_USB_STALL);
  send (&bench, COMMAND (0xf5), 16);
  g_assert_cmpint (fk_sim_stlink_clear_halt (bench.probe, 0x81), ==, FK_SIM_USB_DONE);
  receive (&bench, reply, 2);
  g_assert_cmphex (reply[0], ==, 1);

  fk_sim_stlink_set_fault (bench.probe, FK_SIM_FAULT_STALL, 0);
  g_assert_cmpint (try_send (&bench, COMMAND (0xf1)), ==, FK_SIM_USB_STALL);
  g_assert_cmpint (try_send (&bench, COMMAND (0xf1)), ==, FK_SIM_USB_STALL);
  g_assert_cmpint (fk_sim_stlink_clear_halt (bench.probe, 0x02), ==, FK_SIM_USB_DONE);
  g_assert_cmpuint (ask_status (&bench, COMMAND (0xf5)), ==, 1);
  tear_down (&bench);
}

static void
test_fault_timeout (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  guint8 reply[8];
  gsize actual;

  fk_sim_stlink_set_fault (bench.probe, FK_SIM_FAULT_TIMEOUT, 1);
  send (&bench, COMMAND (0xf1), 16);
  g_assert_cmpint (try_receive (&bench, reply, 6, &actual), ==, FK_SIM_USB_NEVER);
  g_assert_cmpuint (actual, ==, 0);
  receive (&bench, reply, 6); /* late, but it comes */

  fk_sim_stlink_set_fault (bench.probe, FK_SIM_FAULT_TIMEOUT, 0);
  g_assert_cmpint (try_send (&bench, COMMAND (0xf1)), ==, FK_SIM_USB_NEVER);
  assert_silent (&bench);
  g_assert_cmpuint (ask_status (&bench, COMMAND (0xf5)), ==, 1);
  tear_down (&bench);
}

static void
test_fault_short (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  guint8 reply[256];
  gsize actual;

  enter_swd (&bench);
  fk_sim_stlink_set_fault (bench.probe, FK_SIM_FAULT_SHORT, 0);
  send (&bench, COMMAND (0xf2, 0x07, U32 (FAKE_FLASH), U16 (256)), 16);
  g_assert_cmpint (try_receive (&bench, reply, 256, &actual), ==, FK_SIM_USB_DONE);
  g_assert_cmpuint (actual, ==, 128);
  assert_silent (&bench);
  ask (&bench, COMMAND (0xf2, 0x07, U32 (FAKE_FLASH), U16 (256)), reply, 256);
  tear_down (&bench);
}

static void
test_fault_flip (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  guint8 reply[256], expected[256];
  guint n_bits = 0;

  enter_swd (&bench);
  g_assert_true (fk_sim_chip_peek (bench.chip, FAKE_FLASH, expected, 256));
  fk_sim_stlink_set_fault (bench.probe, FK_SIM_FAULT_FLIP, 0);
  g_assert_cmpuint (ask_status (&bench, COMMAND (0xf5)), ==, 2);
  ask (&bench, COMMAND (0xf2, 0x07, U32 (FAKE_FLASH), U16 (256)), reply, 256);
  for (guint i = 0; i < 256; i++)
    for (guint8 bits = reply[i] ^ expected[i]; bits != 0; bits &= bits - 1)
      n_bits++;
  g_assert_cmpuint (n_bits, ==, 1);
  assert_rw_status (&bench, 0x80, 0);
  ask (&bench, COMMAND (0xf2, 0x07, U32 (FAKE_FLASH), U16 (256)), reply, 256);
  g_assert_cmpmem (reply, 256, expected, 256);
  tear_down (&bench);
}

static void
test_fault_swd (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  guint8 reply[8];

  enter_swd (&bench);
  fk_sim_stlink_set_fault (bench.probe, FK_SIM_FAULT_SWD, 0);
  ask (&bench, COMMAND (0xf2, 0x36, U32 (FAKE_RAM)), reply, 8);
  g_assert_cmphex (reply[0], ==, 0x15);
  ask (&bench, COMMAND (0xf2, 0x36, U32 (FAKE_RAM)), reply, 8);
  g_assert_cmphex (reply[0], ==, 0x80);

  fk_sim_stlink_set_fault (bench.probe, FK_SIM_FAULT_SWD, 0);
  send (&bench, COMMAND (0xf2, 0x21), 16);
  enter_swd (&bench);
  ask (&bench, COMMAND (0xf2, 0x36, U32 (FAKE_RAM)), reply, 8);
  g_assert_cmphex (reply[0], ==, 0x80);

  fk_sim_stlink_set_fault (bench.probe, FK_SIM_FAULT_SWD_LOST, 0);
  ask (&bench, COMMAND (0xf2, 0x36, U32 (FAKE_RAM)), reply, 8);
  g_assert_cmphex (reply[0], ==, 0x16);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x30, 0xa3)), ==, 0x09);
  fk_sim_stlink_set_fault (bench.probe, FK_SIM_FAULT_NONE, 0);
  enter_swd (&bench);

  fk_sim_stlink_set_fault (bench.probe, FK_SIM_FAULT_DEAD_CELL, 0);
  g_assert_cmpuint (ask_status (&bench, COMMAND (0xf5)), ==, 2);
  g_assert_cmpuint (fake_chip_get_n_killed (bench.chip), ==, 1);
  tear_down (&bench);
}

/* 1 KiB at 1.8 MHz cannot take less than 256 words of 46 clocks. */
static void
test_time (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  Bench v3 = set_up ("v3", "V3J9M3");
  FkSimCounters counters, later;
  guint8 reply[1024];

  enter_swd (&bench);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x43, U16 (1))), ==, 0x80);
  fk_sim_stlink_get_counters (bench.probe, &counters);
  ask (&bench, COMMAND (0xf2, 0x07, U32 (FAKE_FLASH), U16 (1024)), reply, 1024);
  fk_sim_stlink_wait (bench.probe, 1);
  fk_sim_stlink_get_counters (bench.probe, &later);
  g_assert_cmpuint (later.n_transfers - counters.n_transfers, ==, 2);
  g_assert_cmpuint (later.n_bytes - counters.n_bytes, ==, 16 + 1024);
  g_assert_cmpuint (later.n_commands - counters.n_commands, ==, 1);
  g_assert_cmpuint (later.n_swd_words - counters.n_swd_words, >=, 256);
  g_assert_cmpuint (later.n_swd_words - counters.n_swd_words, <, 264);
  g_assert_cmpuint (later.swd_ns - counters.swd_ns, >=, 256 * 46 * 1000 / 1.8);
  g_assert_cmpuint (later.total_ns, ==, fk_sim_chip_get_time (bench.chip));
  g_assert_cmpuint (later.total_ns, ==, later.usb_ns + later.probe_ns + later.swd_ns + 1);

  /* The fastest clock of a V3 is 24 MHz. */
  enter_swd (&v3);
  ask (&v3, COMMAND (0xf2, 0x61, 0, 0, U32 (24000)), reply, 8);
  fk_sim_stlink_get_counters (v3.probe, &counters);
  ask (&v3, COMMAND (0xf2, 0x07, U32 (FAKE_FLASH), U16 (1024)), reply, 1024);
  fk_sim_stlink_get_counters (v3.probe, &later);
  g_assert_cmpuint (later.swd_ns - counters.swd_ns, >=, 256 * 46 * 1000 / 24);
  g_assert_cmpuint (later.swd_ns - counters.swd_ns, <, 264 * 54 * 1000 / 24 + 264);
  /* What does not depend on the length: some 30 to 40 us. */
  ask_status (&v3, COMMAND (0xf2, 0x3b));
  fk_sim_stlink_get_counters (v3.probe, &counters);
  g_assert_cmpuint (counters.total_ns - later.total_ns, >, 30 * 1000);
  g_assert_cmpuint (counters.total_ns - later.total_ns, <, 40 * 1000);
  tear_down (&bench);
  tear_down (&v3);
}

static guint64
get_total_ns (Bench *bench)
{
  FkSimCounters counters;

  fk_sim_stlink_get_counters (bench->probe, &counters);
  return counters.total_ns;
}

/* A transfer towards the probe ends when its bytes have come; what is done with them takes until
 * the next one may begin. */
static void
test_time_of_transfer (void)
{
  static const guint8 command[16] = { 0xf2, 0x07, 0, 0, 0, FAKE_FLASH >> 24, 0, 4 };
  Bench bench = set_up ("v2", "V2J37S7");
  FkSimCounters before, sent, got;
  guint8 reply[1024];
  gsize actual;

  enter_swd (&bench);
  fk_sim_stlink_get_counters (bench.probe, &before);
  g_assert_cmpint (fk_sim_stlink_bulk_out (bench.probe, 0x02, command, 16, &actual), ==,
                   FK_SIM_USB_DONE);
  fk_sim_stlink_get_counters (bench.probe, &sent);
  g_assert_cmpuint (sent.transfer_end_ns, >, before.total_ns + 200 * 1000);
  g_assert_cmpuint (sent.transfer_end_ns, <, before.total_ns + 220 * 1000);
  g_assert_cmpuint (sent.total_ns, >, sent.transfer_end_ns + 256 * 54 * 1000 / 1.8);

  actual = 0;
  g_assert_cmpint (fk_sim_stlink_bulk_in (bench.probe, 0x81, reply, 1024, &actual), ==,
                   FK_SIM_USB_DONE);
  fk_sim_stlink_get_counters (bench.probe, &got);
  g_assert_cmpuint (got.transfer_end_ns, ==, got.total_ns);
  g_assert_cmpuint (got.total_ns, >=, sent.total_ns + 200 * 1000 + 16 * (1000000 / 19));
  tear_down (&bench);
}

/* Data that do not fit into the probe's buffer come while it writes those before them. */
static void
test_time_of_long_write (void)
{
  const guint length = 32768;
  g_autofree guint8 *data = g_malloc0 (length);
  Bench bench = set_up ("v2", "V2J37S7");
  guint64 began, took;

  enter_swd (&bench);
  began = get_total_ns (&bench);
  send (&bench, COMMAND (0xf2, 0x08, U32 (FAKE_RAM), U16 (0x4000)), 16);
  send (&bench, data, 0x4000);
  took = get_total_ns (&bench) - began;
  g_assert_cmpuint (took, >=, 6144 / 64 * (1000000 / 19) + 0x1000 * 54 * 1000 / 1.8);
  g_assert_cmpuint (took, <, 6144 / 64 * (1000000 / 19) + 0x1000 * 54 * 1000 / 1.8 + 2000 * 1000);

  /* Nobody is there: the data are taken all the same, as fast as they come. */
  began = get_total_ns (&bench);
  send (&bench, COMMAND (0xf2, 0x08, U32 (0x10000000), U16 (length)), 16);
  send (&bench, data, length);
  took = get_total_ns (&bench) - began;
  g_assert_cmpuint (took, >=, length / 64 * (1000000 / 19));
  g_assert_cmpuint (took, <, length / 64 * (1000000 / 19) + 1000 * 1000);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x3b)), !=, 0x80);
  tear_down (&bench);
}

static gsize
control (Bench *bench, const guint8 setup[8], guint8 *data, gsize length)
{
  gsize actual;

  g_assert_cmpint (fk_sim_stlink_control (bench->probe, setup, data, length, &actual), ==,
                   FK_SIM_USB_DONE);
  return actual;
}

static void
test_descriptors (void)
{
  const struct
  {
    const char *model;
    const char *firmware;
    guint16 product_id;
    guint n_interfaces;
    guint packet_size;
  } cases[] = {
    { "v2", "V2J37S7", 0x3748, 1, 64 },
    { "v2-1", "V2J37M26", 0x374b, 4, 64 },
    { "v3", "V3J9M3", 0x374f, 5, 512 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Bench bench = set_up (cases[i].model, cases[i].firmware);
      g_autoptr (GBytes) all = fk_sim_stlink_dup_descriptors (bench.probe);
      gsize size;
      const guint8 *bytes = g_bytes_get_data (all, &size);
      guint n_interfaces = 0;
      guint8 data[512];
      gsize length;

      g_assert_cmphex (fk_load_u16le (bytes + 8), ==, 0x0483);
      g_assert_cmphex (fk_load_u16le (bytes + 10), ==, cases[i].product_id);
      g_assert_cmpuint (fk_load_u16le (bytes + 18 + 2), ==, size - 18);
      g_assert_cmpuint (bytes[18 + 4], ==, cases[i].n_interfaces);
      for (gsize at = 18; at < size; at += bytes[at])
        {
          g_assert_cmpuint (bytes[at], >, 1);
          g_assert_cmpuint (at + bytes[at], <=, size);
          if (bytes[at + 1] == 4)
            g_assert_cmpuint (bytes[at + 2], ==, n_interfaces++);
          if (bytes[at + 1] == 5 && bytes[at + 3] == 2)
            g_assert_cmpuint (fk_load_u16le (bytes + at + 4), ==, cases[i].packet_size);
        }
      g_assert_cmpuint (n_interfaces, ==, cases[i].n_interfaces);

      length = control (&bench, (const guint8[]){ 0x80, 6, 0, 1, 0, 0, 64, 0 }, data, 64);
      g_assert_cmpmem (data, length, bytes, 18);
      length = control (&bench, (const guint8[]){ 0x80, 6, 0, 2, 0, 0, 0, 2 }, data, 512);
      g_assert_cmpmem (data, length, bytes + 18, size - 18);
      length = control (&bench, (const guint8[]){ 0x80, 6, 3, 3, 9, 4, 255, 0 }, data, 255);
      g_assert_cmpuint (length, ==, 2 + 48);
      g_assert_cmpmem (data, 8,
                       "\x32\x03"
                       "5\0"
                       "7\0"
                       "F\0",
                       8);
      tear_down (&bench);
    }
}

static void
test_control (void)
{
  Bench bench = set_up ("v2", "V2J37S7");
  guint8 data[8];
  gsize actual;

  fk_sim_stlink_set_fault (bench.probe, FK_SIM_FAULT_STALL, 0);
  g_assert_cmpint (try_send (&bench, COMMAND (0xf1)), ==, FK_SIM_USB_STALL);
  g_assert_cmpuint (control (&bench, (const guint8[]){ 0x82, 0, 0, 0, 2, 0, 2, 0 }, data, 2), ==,
                    2);
  g_assert_cmpuint (data[0], ==, 1);
  g_assert_cmpuint (control (&bench, (const guint8[]){ 0x02, 1, 0, 0, 2, 0, 0, 0 }, NULL, 0), ==,
                    0);
  control (&bench, (const guint8[]){ 0x82, 0, 0, 0, 2, 0, 2, 0 }, data, 2);
  g_assert_cmpuint (data[0], ==, 0);
  send (&bench, COMMAND (0xf1), 16);
  g_assert_cmpuint (control (&bench, (const guint8[]){ 0x80, 8, 0, 0, 0, 0, 1, 0 }, data, 1), ==,
                    1);
  g_assert_cmpuint (data[0], ==, 1);
  g_assert_cmpint (fk_sim_stlink_control (bench.probe,
                                          (const guint8[]){ 0xc0, 99, 0, 0, 0, 0, 8, 0 }, data, 8,
                                          &actual),
                   ==, FK_SIM_USB_STALL);
  fk_sim_stlink_set_unplugged (bench.probe, TRUE);
  g_assert_cmpint (fk_sim_stlink_control (bench.probe,
                                          (const guint8[]){ 0x80, 8, 0, 0, 0, 0, 1, 0 }, data, 1,
                                          &actual),
                   ==, FK_SIM_USB_GONE);
  tear_down (&bench);
}

/* Whatever a program sends, and whenever it reads, the probe stays a probe. */
static void
test_random_commands (void)
{
  static const char *const models[][2] = { { "v2", "V2J14S0" },
                                           { "v2-1", "V2J37M26" },
                                           { "v3", "V3J9M3" } };
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261120);

  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    {
      Bench bench = set_up (models[i][0], models[i][1]);
      guint8 data[700];

      for (guint n = 0; n < 20000; n++)
        {
          gsize actual = 0;

          for (guint k = 0; k < 16; k++)
            data[k] = g_rand_int (rand);
          if (g_rand_int_range (rand, 0, 4) > 0)
            data[0] = 0xf2;
          if (n % 40 == 0)
            memcpy (data, COMMAND (0xf2, 0x30, 0xa3), 16);
          fk_sim_stlink_bulk_out (bench.probe, bench.out_endpoint, data,
                                  n % 17 == 0 ? (gsize)g_rand_int_range (rand, 0, 700) : 16,
                                  &actual);
          actual = 0;
          fk_sim_stlink_bulk_in (bench.probe, 0x81, data, g_rand_int_range (rand, 0, 700), &actual);
          g_assert_cmpuint (actual, <=, sizeof data);
          if (n % 8 == 7)
            fk_sim_stlink_bus_reset (bench.probe);
        }
      fk_sim_stlink_bus_reset (bench.probe);
      assert_silent (&bench);
      ask (&bench, COMMAND (0xf1), data, 6);
      g_assert_cmphex (fk_load_u16le (data + 2), ==, 0x0483);
      tear_down (&bench);
    }
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
  g_test_add_func ("/sim-stlink/memory", test_memory);
  g_test_add_func ("/sim-stlink/memory-faults", test_memory_faults);
  g_test_add_func ("/sim-stlink/old-firmware", test_old_firmware);
  g_test_add_func ("/sim-stlink/dap", test_dap);
  g_test_add_func ("/sim-stlink/raw-memory", test_raw_memory);
  g_test_add_func ("/sim-stlink/wrap-on-cortex-m0", test_wrap_on_cortex_m0);
  g_test_add_func ("/sim-stlink/sticky-error", test_sticky_error);
  g_test_add_func ("/sim-stlink/misc", test_misc);
  g_test_add_func ("/sim-stlink/v3-clock", test_v3_clock);
  g_test_add_func ("/sim-stlink/whole-packets", test_whole_packets);
  g_test_add_func ("/sim-stlink/left-reply", test_left_reply);
  g_test_add_func ("/sim-stlink/left-data-phase", test_left_data_phase);
  g_test_add_func ("/sim-stlink/fault/unplug", test_fault_unplug);
  g_test_add_func ("/sim-stlink/fault/stall", test_fault_stall);
  g_test_add_func ("/sim-stlink/fault/timeout", test_fault_timeout);
  g_test_add_func ("/sim-stlink/fault/short", test_fault_short);
  g_test_add_func ("/sim-stlink/fault/flip", test_fault_flip);
  g_test_add_func ("/sim-stlink/fault/swd", test_fault_swd);
  g_test_add_func ("/sim-stlink/time", test_time);
  g_test_add_func ("/sim-stlink/time/transfer", test_time_of_transfer);
  g_test_add_func ("/sim-stlink/time/long-write", test_time_of_long_write);
  g_test_add_func ("/sim-stlink/descriptors", test_descriptors);
  g_test_add_func ("/sim-stlink/control", test_control);
  g_test_add_func ("/sim-stlink/random-commands", test_random_commands);
  return g_test_run ();
}
