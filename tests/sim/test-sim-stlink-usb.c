/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A simulated ST-LINK as a USB device: packets, faults, time, descriptors. */

#include "config.h"

#include "sim-stlink-bench.h"

#include "base/fk-reader.h"

#include <string.h>

/* No empty packet: a reply of whole packets leaves a longer transfer open. */
static void
test_whole_packets (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
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
  bench_clear (&bench);
}

/* Somebody asked, did not fetch the answer, and left. */
static void
test_left_reply (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
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
  bench_clear (&bench);
}

/* Somebody announced data and left: the next commands are taken for it, until the bus is reset. */
static void
test_left_data_phase (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");

  enter_swd (&bench);
  send (&bench, COMMAND (0xf2, 0x08, U32 (FAKE_RAM), U16 (64)), 16);
  send (&bench, COMMAND (0xf5), 16);
  assert_silent (&bench);
  g_assert_cmpint (fk_sim_stlink_bus_reset (bench.probe), ==, FK_SIM_USB_DONE);
  g_assert_cmpuint (ask_status (&bench, COMMAND (0xf5)), ==, 2);
  bench_clear (&bench);
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
  Bench bench = bench_new ("v2", "V2J37S7");
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
  bench_clear (&bench);
}

static void
test_fault_stall (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
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
  bench_clear (&bench);
}

static void
test_fault_timeout (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
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
  bench_clear (&bench);
}

static void
test_fault_short (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
  guint8 reply[256];
  gsize actual;

  enter_swd (&bench);
  fk_sim_stlink_set_fault (bench.probe, FK_SIM_FAULT_SHORT, 0);
  send (&bench, COMMAND (0xf2, 0x07, U32 (FAKE_FLASH), U16 (256)), 16);
  g_assert_cmpint (try_receive (&bench, reply, 256, &actual), ==, FK_SIM_USB_DONE);
  g_assert_cmpuint (actual, ==, 128);
  assert_silent (&bench);
  ask (&bench, COMMAND (0xf2, 0x07, U32 (FAKE_FLASH), U16 (256)), reply, 256);
  bench_clear (&bench);
}

static void
test_fault_flip (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
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
  bench_clear (&bench);
}

static void
test_fault_swd (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
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
  bench_clear (&bench);
}

/* 1 KiB at 1.8 MHz cannot take less than 256 words of 46 clocks. */
static void
test_time (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
  Bench v3 = bench_new ("v3", "V3J9M3");
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
  bench_clear (&bench);
  bench_clear (&v3);
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
  Bench bench = bench_new ("v2", "V2J37S7");
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
  bench_clear (&bench);
}

/* Data that do not fit into the probe's buffer come while it writes those before them. */
static void
test_time_of_long_write (void)
{
  const guint length = 32768;
  g_autofree guint8 *data = g_malloc0 (length);
  Bench bench = bench_new ("v2", "V2J37S7");
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
  bench_clear (&bench);
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
      Bench bench = bench_new (cases[i].model, cases[i].firmware);
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
      bench_clear (&bench);
    }
}

static void
test_control (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
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
  bench_clear (&bench);
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
      Bench bench = bench_new (models[i][0], models[i][1]);
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
      bench_clear (&bench);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

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
