/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sim-stlink-bench.h"

#include "base/fk-reader.h"

Bench
bench_new (const char *model, const char *firmware)
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

void
bench_clear (Bench *bench)
{
  fk_sim_stlink_free (bench->probe);
  fk_sim_chip_free (bench->chip);
}

void
send (Bench *bench, const guint8 *data, gsize length)
{
  gsize actual;

  g_assert_cmpint (fk_sim_stlink_bulk_out (bench->probe, bench->out_endpoint, data, length,
                                           &actual),
                   ==, FK_SIM_USB_DONE);
  g_assert_cmpuint (actual, ==, length);
}

void
receive (Bench *bench, guint8 *data, gsize length)
{
  gsize actual = 0;

  g_assert_cmpint (fk_sim_stlink_bulk_in (bench->probe, 0x81, data, length, &actual), ==,
                   FK_SIM_USB_DONE);
  g_assert_cmpuint (actual, ==, length);
}

void
ask (Bench *bench, const guint8 command[16], guint8 *reply, gsize length)
{
  send (bench, command, 16);
  receive (bench, reply, length);
}

guint
ask_status (Bench *bench, const guint8 command[16])
{
  guint8 reply[2];

  ask (bench, command, reply, 2);
  g_assert_cmpuint (reply[1], ==, 0);
  return reply[0];
}

void
assert_silent (Bench *bench)
{
  guint8 reply[64];
  gsize actual = 0;

  g_assert_cmpint (fk_sim_stlink_bulk_in (bench->probe, 0x81, reply, sizeof reply, &actual), ==,
                   FK_SIM_USB_WAIT);
  g_assert_cmpuint (actual, ==, 0);
}

void
enter_swd (Bench *bench)
{
  g_assert_cmphex (ask_status (bench, COMMAND (0xf2, 0x30, 0xa3)), ==, 0x80);
}

void
assert_rw_status (Bench *bench, guint status, guint32 address)
{
  guint8 reply[12];

  ask (bench, COMMAND (0xf2, 0x3e), reply, 12);
  g_assert_cmphex (fk_load_u32le (reply), ==, status);
  g_assert_cmphex (fk_load_u32le (reply + 4), ==, address);
  g_assert_cmphex (ask_status (bench, COMMAND (0xf2, 0x3b)), ==, status);
}
