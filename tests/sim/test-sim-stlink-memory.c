/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The memory behind a simulated ST-LINK, by its commands and through the access port. */

#include "config.h"

#include "sim-stlink-bench.h"

#include "base/fk-reader.h"

#include <string.h>

static void
test_memory (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
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
  bench_clear (&bench);
}

/* A read that fails in the middle still has its full length; only the status tells. */
static void
test_memory_faults (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
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
  bench_clear (&bench);
}

static void
test_old_firmware (void)
{
  Bench old = bench_new ("v2", "V2J14S2");
  Bench middle = bench_new ("v2", "V2J24S4");
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
  bench_clear (&old);
  bench_clear (&middle);
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
  Bench bench = bench_new ("v2", "V2J37S7");
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
  bench_clear (&bench);
}

static guint
read_word_through (Bench *bench, guint ap, guint32 address, guint32 *value)
{
  guint8 reply[4];
  guint8 status[12];

  ask (bench, COMMAND (0xf2, 0x07, U32 (address), U16 (4), ap), reply, sizeof reply);
  ask (bench, COMMAND (0xf2, 0x3e), status, sizeof status);
  *value = fk_load_u32le (reply);
  return status[0];
}

/* As OpenOCD speaks to a chip whose core is behind the second port. */
static void
test_second_port (void)
{
  static const guint8 list[] = {
    5, 1, 2, 3, U32 (1), U32 (FAKE_RAM + 4), U32 (0x11223344), U32 (FAKE_RAM + 4)
  };
  Bench bench = bench_new ("v2", "V2J37S7");
  guint8 bytes[4], reply[32];
  guint32 value;

  fake_chip_set_core_ap (bench.chip, 1);
  enter_swd (&bench);
  g_assert_cmphex (read_dap (&bench, 0, 0xfc, &value), ==, 0x80);
  g_assert_cmphex (value, ==, 0x54770002);
  g_assert_cmphex (read_dap (&bench, 1, 0xfc, &value), ==, 0x80);
  g_assert_cmphex (value, ==, 0x14770011);
  g_assert_cmphex (read_dap (&bench, 2, 0xfc, &value), ==, 0x80);
  g_assert_cmphex (value, ==, 0);

  /* Not before it is opened. */
  g_assert_cmphex (read_word_through (&bench, 1, FAKE_FLASH, &value), ==, 0x1d);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x4b, 2)), ==, 0x1d);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x4b, 1)), ==, 0x80);
  g_assert_cmphex (read_dap (&bench, 1, 0xf8, &value), ==, 0x80);
  g_assert_cmphex (value, ==, 0xe00ff003);
  fk_sim_chip_peek (bench.chip, FAKE_FLASH, bytes, sizeof bytes);
  g_assert_cmphex (read_word_through (&bench, 1, FAKE_FLASH, &value), ==, 0x80);
  g_assert_cmphex (value, ==, fk_load_u32le (bytes));
  /* Commands that name no port go there, too. */
  ask (&bench, COMMAND (0xf2, 0x36, U32 (FAKE_FLASH)), reply, 8);
  g_assert_cmphex (reply[0], ==, 0x80);
  g_assert_cmphex (fk_load_u32le (reply + 4), ==, fk_load_u32le (bytes));

  /* A list. */
  send (&bench, COMMAND (0xf2, 0x51, 4), 16);
  send (&bench, list, sizeof list);
  ask (&bench, COMMAND (0xf2, 0x52), reply, 32);
  for (guint i = 0; i < 4; i++)
    g_assert_cmphex (reply[16 + 4 * i], ==, 0x80);
  g_assert_cmphex (fk_load_u32le (reply + 12), ==, 0x11223344);

  /* The first port has the debug components, and words alone. */
  g_assert_cmphex (read_word_through (&bench, 0, FAKE_FLASH, &value), ==, 0x11);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x4b, 0)), ==, 0x80);
  g_assert_cmphex (read_dap (&bench, 0, 0xf8, &value), ==, 0x80);
  g_assert_cmphex (value, ==, 0xe00e0003);
  write_dap (&bench, 0, 0x04, FAKE_DEBUG_WORD);
  g_assert_cmphex (write_dap (&bench, 0, 0x0c, 0x55667788), ==, 0x80);
  g_assert_cmphex (read_word_through (&bench, 0, FAKE_DEBUG_WORD, &value), ==, 0x80);
  g_assert_cmphex (value, ==, 0x55667788);
  ask (&bench, COMMAND (0xf2, 0x0c, U32 (FAKE_DEBUG_WORD), U16 (2)), reply, 2);
  assert_rw_status (&bench, 0x11, FAKE_DEBUG_WORD);
  bench_clear (&bench);
}

/* Before V2J32 the byte that names a port means nothing. */
static void
test_second_port_old_firmware (void)
{
  Bench bench = bench_new ("v2", "V2J29S7");
  guint32 value;

  fake_chip_set_core_ap (bench.chip, 1);
  enter_swd (&bench);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x4b, 1)), ==, 0x80);
  g_assert_cmphex (read_word_through (&bench, 1, FAKE_FLASH, &value), ==, 0x11);
  bench_clear (&bench);
}

static void
test_raw_memory (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
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
  bench_clear (&bench);
}

static void
test_wrap_on_cortex_m0 (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
  guint32 value;

  fake_chip_set_cortex_m0 (bench.chip);
  enter_swd (&bench);
  g_assert_cmphex (ask_status (&bench, COMMAND (0xf2, 0x4b, 0)), ==, 0x80);
  write_dap (&bench, 0, 0x00, 0x23000012);
  write_dap (&bench, 0, 0x04, FAKE_RAM + 0x7fc);
  write_dap (&bench, 0, 0x0c, 1);
  read_dap (&bench, 0, 0x04, &value);
  g_assert_cmphex (value, ==, FAKE_RAM + 0x400);
  bench_clear (&bench);
}

static void
test_sticky_error (void)
{
  Bench bench = bench_new ("v2", "V2J37S7");
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
  bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sim-stlink/memory", test_memory);
  g_test_add_func ("/sim-stlink/memory-faults", test_memory_faults);
  g_test_add_func ("/sim-stlink/old-firmware", test_old_firmware);
  g_test_add_func ("/sim-stlink/dap", test_dap);
  g_test_add_func ("/sim-stlink/second-port", test_second_port);
  g_test_add_func ("/sim-stlink/second-port-old-firmware", test_second_port_old_firmware);
  g_test_add_func ("/sim-stlink/raw-memory", test_raw_memory);
  g_test_add_func ("/sim-stlink/wrap-on-cortex-m0", test_wrap_on_cortex_m0);
  g_test_add_func ("/sim-stlink/sticky-error", test_sticky_error);

  return g_test_run ();
}
