/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "stlink-bench.h"

static void
test_open_v2 (void)
{
  g_auto (Bench) bench = bench_new (0x3748);
  guint n_speeds;
  const guint *speeds;

  g_assert_cmpstr (fk_probe_get_kind (bench.probe), ==, "ST-LINK/V2");
  g_assert_cmpstr (fk_probe_get_port_path (bench.probe), ==, "1-2");
  g_assert_null (fk_probe_get_serial (bench.probe));
  g_assert_null (fk_probe_get_firmware (bench.probe));
  bench_open (&bench, V2J37S7);
  g_assert_cmpstr (fk_probe_get_firmware (bench.probe), ==, "V2J37S7");
  g_assert_cmpuint (fk_probe_get_speed (bench.probe), ==, 1800);
  speeds = fk_probe_get_speeds (bench.probe, &n_speeds);
  g_assert_cmpuint (speeds[0], ==, 4000);
  g_assert_cmpuint (speeds[n_speeds - 1], ==, 5);
  for (guint i = 1; i < n_speeds; i++)
    g_assert_cmpuint (speeds[i], <, speeds[i - 1]);
}

static void
test_open_v2_1 (void)
{
  g_auto (Bench) bench = bench_new (0x374b);

  bench_open (&bench, "28 59 83 04 4b 37");
  g_assert_cmpstr (fk_probe_get_firmware (bench.probe), ==, "V2J33M25");
}

static void
test_open_stm8_board (void)
{
  g_auto (Bench) bench = bench_new (0x374b);
  g_autoptr (GError) error = NULL;

  fake_usb_expect (bench.usb, "f1", "24 87 83 04 4b 37");
  fake_usb_expect (bench.usb, "f5", "01 00");
  g_assert_false (fk_probe_open (bench.probe, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "V2M18S7"));
}

static void
test_open_v3 (void)
{
  g_auto (Bench) bench = bench_new (0x374e);
  g_autoptr (GError) error = NULL;
  guint n_speeds;
  const guint *speeds;

  fake_usb_expect (bench.usb, "f1", "30 00 83 04 4e 37");
  fake_usb_expect (bench.usb, "fb", "03 00 07 02 00 00 00 00 83 04 4e 37");
  fake_usb_expect (bench.usb, "f5", "02 00");
  fake_usb_expect (bench.usb, "f2 21", NULL);
  fake_usb_expect (bench.usb, "f5", "01 00");
  fake_usb_expect (bench.usb, "f2 62 00", V3_CLOCKS);
  fk_probe_open (bench.probe, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fk_probe_get_firmware (bench.probe), ==, "V3J7M2");
  g_assert_cmpuint (fk_probe_get_speed (bench.probe), ==, 1000);
  speeds = fk_probe_get_speeds (bench.probe, &n_speeds);
  g_assert_cmpuint (n_speeds, ==, 3); /* 24000 only from J10 on */
  g_assert_cmpuint (speeds[0], ==, 8000);
  g_assert_cmpuint (speeds[2], ==, 1000);

  fake_usb_expect (bench.usb, "f2 61 00 00 e4 0c 00 00", "80 00 00 00 e4 0c 00 00");
  g_assert_true (fk_probe_set_speed (bench.probe, 4000, &error));
  g_assert_cmpuint (fk_probe_get_speed (bench.probe), ==, 3300);
}

static void
test_open_leaves_modes (void)
{
  static const struct
  {
    const char *mode;
    const char *command;
  } rows[] = { { "00 00", "f3 07" }, { "03 00", "f4 01" }, { "02 00", "f2 21" } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (Bench) bench = bench_new (0x3748);
      g_autoptr (GError) error = NULL;

      fake_usb_expect (bench.usb, "f1", V2J37S7);
      fake_usb_expect (bench.usb, "f5", rows[i].mode);
      fake_usb_expect (bench.usb, rows[i].command, NULL);
      fake_usb_expect (bench.usb, "f5", "01 00");
      g_assert_true (fk_probe_open (bench.probe, NULL, &error));
      g_assert_no_error (error);
    }
}

static void
test_open_stuck_in_dfu (void)
{
  g_auto (Bench) bench = bench_new (0x3748);
  g_autoptr (GError) error = NULL;

  fake_usb_expect (bench.usb, "f1", V2J37S7);
  for (guint i = 0; i < 3; i++)
    {
      fake_usb_expect (bench.usb, "f5", "00 00");
      fake_usb_expect (bench.usb, "f3 07", NULL);
    }
  fake_usb_expect (bench.usb, "f5", "00 00");
  g_assert_false (fk_probe_open (bench.probe, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
}

static void
test_open_refused (void)
{
  static const struct
  {
    guint16 product_id;
    FkError code;
  } rows[] = { { 0x3744, FK_ERROR_NOT_SUPPORTED },
               { 0x374d, FK_ERROR_PROBE_FIRMWARE_OLD },
               { 0x3755, FK_ERROR_PROBE_FIRMWARE_OLD } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (Bench) bench = bench_new (rows[i].product_id);
      g_autoptr (GError) error = NULL;

      g_assert_false (fk_probe_open (bench.probe, NULL, &error));
      g_assert_error (error, FK_ERROR, (int)rows[i].code);
    }
}

static void
test_open_denied_or_busy (void)
{
  static const FkError codes[] = { FK_ERROR_PROBE_DENIED, FK_ERROR_PROBE_BUSY, FK_ERROR_NO_PROBE };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_auto (Bench) bench = bench_new (0x3748);
      g_autoptr (GError) error = NULL;

      fake_usb_set_open_error (bench.usb, codes[i]);
      g_assert_false (fk_probe_open (bench.probe, NULL, &error));
      g_assert_error (error, FK_ERROR, (int)codes[i]);
    }
}

static void
test_old_firmware_refused (void)
{
  g_auto (Bench) bench = bench_new (0x3748);
  g_autoptr (GError) error = NULL;

  fake_usb_expect (bench.usb, "f1", V2J10S0);
  fake_usb_expect (bench.usb, "f5", "01 00");
  g_assert_false (fk_probe_open (bench.probe, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_FIRMWARE_OLD);
  g_assert_nonnull (strstr (error->message, "V2J10S0"));
  g_assert_nonnull (strstr (error->message, "at least V2J11"));
}

/* J17 is what many clones have: one clock, no access ports to open, no half-words, no registers of
 * the debug port. */
static void
test_old_firmware_used (void)
{
  g_auto (Bench) bench = bench_new (0x3748);
  g_autoptr (GError) error = NULL;
  guint8 words[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
  guint8 data[4];
  guint32 value;
  guint n_speeds;

  bench_open (&bench, V2J17S4);
  g_assert_cmpuint (fk_probe_get_speeds (bench.probe, &n_speeds)[0], ==, 1800);
  g_assert_cmpuint (n_speeds, ==, 1);
  g_assert_true (fk_probe_set_speed (bench.probe, 100, &error));
  g_assert_cmpuint (fk_probe_get_speed (bench.probe), ==, 1800);
  fake_usb_expect (bench.usb, "f2 30 a3", OK);
  fake_usb_expect (bench.usb, "f2 3c 01", OK);
  fake_usb_expect (bench.usb, "f2 31", IDCODES);
  g_assert_true (fk_probe_attach (bench.probe, FALSE, NULL, &error));

  expect_memory (&bench, 0x07, 0x20000000, 8);
  fake_usb_reply (bench.usb, words, 8);
  fake_usb_expect (bench.usb, "f2 3e", OK2);
  g_assert_true (fk_probe_read_as (bench.probe, 0x20000002, data, 4, FK_ACCESS_16, NULL, &error));
  g_assert_cmpmem (data, 4, words + 2, 4);

  g_assert_false (fk_probe_write_as (bench.probe, 0x20000002, data, 4, FK_ACCESS_16, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_FIRMWARE_OLD);
  g_assert_nonnull (strstr (error->message, "V2J26"));
  g_clear_error (&error);
  g_assert_false (fk_probe_read_dap (bench.probe, 0, 0xfc, &value, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_FIRMWARE_OLD);
  g_clear_error (&error);
  g_assert_false (fk_probe_choose_ap (bench.probe, 1, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_FIRMWARE_OLD);
  g_assert_nonnull (strstr (error->message, "V2J32"));
}

static void
test_oldest_firmware_used (void)
{
  g_auto (Bench) bench = bench_new (0x3748);
  g_autoptr (GError) error = NULL;
  guint8 data[4] = { 0 };
  guint millivolts;

  bench_open (&bench, V2J12S1);
  g_assert_false (fk_probe_get_voltage (bench.probe, &millivolts, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_FIRMWARE_OLD);
  g_assert_nonnull (strstr (error->message, "V2J13"));
  g_clear_error (&error);

  expect_memory (&bench, 0x07, 0x08000000, 4);
  fake_usb_reply (bench.usb, (const guint8 *)"abcd", 4);
  fake_usb_expect (bench.usb, "f2 3b", OK);
  g_assert_true (fk_probe_read (bench.probe, 0x08000000, data, 4, NULL, &error));
  g_assert_cmpmem (data, 4, "abcd", 4);

  /* Without an address in the status, the whole block is named, and SWD taken up anew. */
  expect_memory (&bench, 0x08, 0x08000000, 8);
  fake_usb_expect_data (bench.usb, (const guint8 *)"12345678", 8);
  fake_usb_expect (bench.usb, "f2 3b", "11 00");
  fake_usb_expect (bench.usb, "f2 30 a3", OK);
  g_assert_false (
      fk_probe_write (bench.probe, 0x08000000, (const guint8 *)"12345678", 8, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BUS_FAULT);
  g_assert_nonnull (strstr (error->message, "0x08000000-0x08000007"));
}

static void
test_voltage (void)
{
  g_auto (Bench) bench = bench_new (0x3748);
  g_autoptr (GError) error = NULL;
  guint millivolts = 0;

  bench_open (&bench, V2J37S7);
  fake_usb_expect (bench.usb, "f7", "dc 05 00 00 16 08 00 00");
  g_assert_true (fk_probe_get_voltage (bench.probe, &millivolts, &error));
  g_assert_cmpuint (millivolts, ==, 2u * 1200 * 0x816 / 0x5dc);
  fake_usb_expect (bench.usb, "f7", "00 00 00 00 16 08 00 00");
  g_assert_false (fk_probe_get_voltage (bench.probe, &millivolts, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
}

static void
test_speed_v2 (void)
{
  g_auto (Bench) bench = bench_new (0x3748);
  g_autoptr (GError) error = NULL;
  static const struct
  {
    guint wanted;
    guint got;
    const char *command;
  } rows[] = { { 9999, 4000, "f2 43 00 00" }, { 4000, 4000, "f2 43 00 00" },
               { 3999, 1800, "f2 43 01 00" }, { 480, 480, "f2 43 07 00" },
               { 30, 25, "f2 43 9e 00" },     { 5, 5, "f2 43 1e 03" },
               { 1, 5, "f2 43 1e 03" } };

  bench_open (&bench, V2J37S7);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      fake_usb_expect (bench.usb, rows[i].command, OK);
      g_assert_true (fk_probe_set_speed (bench.probe, rows[i].wanted, &error));
      g_assert_cmpuint (fk_probe_get_speed (bench.probe), ==, rows[i].got);
      fake_usb_assert_done (bench.usb);
    }
}

static void
test_attach_hold_reset (void)
{
  g_auto (Bench) bench = bench_new (0x3748);
  g_autoptr (GError) error = NULL;

  bench_open (&bench, V2J37S7);
  fake_usb_expect (bench.usb, "f2 43 01 00", OK);
  fake_usb_expect (bench.usb, "f2 3c 00", "0e 00"); /* not before SWD is up, it says */
  fake_usb_expect (bench.usb, "f2 30 a3", OK);
  fake_usb_expect (bench.usb, "f2 3c 00", OK);
  fake_usb_expect (bench.usb, "f2 31", IDCODES);
  fake_usb_expect (bench.usb, "f2 4b 00", "1d 00"); /* its access port sleeps */
  g_assert_true (fk_probe_attach (bench.probe, TRUE, NULL, &error));
  g_assert_no_error (error);
  fake_usb_assert_done (bench.usb);

  fake_usb_expect (bench.usb, "f2 3c 01", OK);
  g_assert_true (fk_probe_set_reset (bench.probe, FALSE, &error));
  fake_usb_expect (bench.usb, "f2 4b 00", OK);
  fake_usb_expect (bench.usb, "f2 36 f0 ed 00 e0", "80 00 00 00 03 00 03 00");
  {
    guint32 value = 0;

    g_assert_true (fk_probe_read_word (bench.probe, 0xe000edf0, &value, &error));
    g_assert_cmphex (value, ==, 0x00030003);
  }
}

/* Leaving releases NRST, whatever happened in between. */
static void
test_detach_releases_reset (void)
{
  g_auto (Bench) bench = bench_ready ();
  g_autoptr (GError) error = NULL;

  fake_usb_expect (bench.usb, "f2 3c 00", OK);
  g_assert_true (fk_probe_set_reset (bench.probe, TRUE, &error));
  fake_usb_expect (bench.usb, "f2 3c 01", OK);
  fake_usb_expect (bench.usb, "f2 21", NULL);
  fk_probe_detach (bench.probe);
  fake_usb_assert_done (bench.usb);
  /* It is in no mode of ours any more, so that nothing is left to say. */
  fk_probe_close (bench.probe);
}

static void
test_attach_no_target (void)
{
  static const char *const statuses[] = { "09 00", "05 00", "16 00", "0b 00", "17 00", "01 00" };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_auto (Bench) bench = bench_new (0x3748);
      g_autoptr (GError) error = NULL;

      bench_open (&bench, V2J37S7);
      fake_usb_expect (bench.usb, "f2 43 01 00", OK);
      fake_usb_expect (bench.usb, "f2 30 a3", statuses[i]);
      g_assert_false (fk_probe_attach (bench.probe, FALSE, NULL, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_NO_TARGET);
    }
}

static void
test_attach_open_wire (void)
{
  g_auto (Bench) bench = bench_new (0x3748);
  g_autoptr (GError) error = NULL;

  bench_open (&bench, V2J37S7);
  fake_usb_expect (bench.usb, "f2 43 01 00", OK);
  fake_usb_expect (bench.usb, "f2 3c 00", OK);
  fake_usb_expect (bench.usb, "f2 30 a3", OK);
  fake_usb_expect (bench.usb, "f2 3c 00", OK);
  fake_usb_expect (bench.usb, "f2 31", "80 00 00 00 ff ff ff ff 00 00 00 00");
  fake_usb_expect (bench.usb, "f2 3c 01", OK);
  g_assert_false (fk_probe_attach (bench.probe, TRUE, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_TARGET);
}

static void
test_words (void)
{
  g_auto (Bench) bench = bench_ready ();
  g_autoptr (GError) error = NULL;
  guint32 value = 0;

  fake_usb_expect (bench.usb, "f2 36 00 ed 00 e0", "80 00 00 00 41 c2 0f 41");
  g_assert_true (fk_probe_read_word (bench.probe, 0xe000ed00, &value, &error));
  g_assert_cmphex (value, ==, 0x410fc241);
  fake_usb_expect (bench.usb, "f2 35 f0 ed 00 e0 03 00 5f a0", OK);
  g_assert_true (fk_probe_write_word (bench.probe, 0xe000edf0, 0xa05f0003, &error));
  g_assert_true (fk_probe_read_idcode (bench.probe, FALSE, &value, &error));
  g_assert_cmphex (value, ==, 0x2ba01477);
  value = 0;
  fake_usb_expect (bench.usb, "f2 31", IDCODES);
  g_assert_true (fk_probe_read_idcode (bench.probe, TRUE, &value, &error));
  g_assert_cmphex (value, ==, 0x2ba01477);
  fake_usb_expect (bench.usb, "f2 45 00 00 fc 00", "80 00 00 00 11 00 77 24");
  g_assert_true (fk_probe_read_dap (bench.probe, 0, 0xfc, &value, &error));
  g_assert_cmphex (value, ==, 0x24770011);
  fake_usb_expect (bench.usb, "f2 45 01 00 fc 00", "80 00 00 00 00 00 00 00");
  g_assert_true (fk_probe_read_dap (bench.probe, 1, 0xfc, &value, &error));
  g_assert_cmphex (value, ==, 0);
}

static const char list_behind_second[] = "\x05\x03\x03\0"
                                         "\x01\0\0\0"
                                         "\x00\xed\x00\xe0"
                                         "\x00\xed\x00\xe0";

/* Behind another port than the first every command names it. */
static void
test_second_port (void)
{
  g_auto (Bench) bench = bench_ready ();
  g_autoptr (GError) error = NULL;
  FkProbeAccess list[] = { { .address = 0xe000ed00 }, { .address = 0xe000ed00 } };
  guint8 byte;
  guint32 value = 0;

  g_assert_cmpuint (fk_probe_get_ap (bench.probe), ==, 0);
  fake_usb_expect (bench.usb, "f2 4b 01", OK);
  g_assert_true (fk_probe_choose_ap (bench.probe, 1, &error));
  g_assert_cmpuint (fk_probe_get_ap (bench.probe), ==, 1);
  g_assert_true (fk_probe_choose_ap (bench.probe, 1, &error));
  fake_usb_expect (bench.usb, "f2 07 00 ed 00 e0 04 00 01", "10 d2 0f 41");
  fake_usb_expect (bench.usb, "f2 3e", OK2);
  g_assert_true (fk_probe_read_word (bench.probe, 0xe000ed00, &value, &error));
  g_assert_cmphex (value, ==, 0x410fd210);
  fake_usb_expect (bench.usb, "f2 08 f0 ed 00 e0 04 00 01", NULL);
  fake_usb_expect_data (bench.usb, (const guint8 *)"\x03\x00\x5f\xa0", 4);
  fake_usb_expect (bench.usb, "f2 3e", OK2);
  g_assert_true (fk_probe_write_word (bench.probe, 0xe000edf0, 0xa05f0003, &error));
  fake_usb_expect (bench.usb, "f2 0c 01 00 00 20 01 00 01", "77 00");
  fake_usb_expect (bench.usb, "f2 3e", OK2);
  g_assert_true (fk_probe_read_as (bench.probe, 0x20000001, &byte, 1, FK_ACCESS_8, NULL, &error));
  g_assert_cmphex (byte, ==, 0x77);
  fake_usb_expect (bench.usb, "f2 51 03 00 00 00", NULL);
  fake_usb_expect_data (bench.usb, (const guint8 *)list_behind_second, 16);
  fake_usb_expect (bench.usb, "f2 52",
                   "00 00 00 00 10 d2 0f 41 10 d2 0f 41 80 00 00 00 80 00 00 00 80 00 00 00");
  g_assert_true (fk_probe_run_list (bench.probe, list, 2, &error));
  g_assert_cmphex (list[1].value, ==, 0x410fd210);
  g_assert_no_error (error);

  /* Back again: the first one is opened anew, lest single registers go elsewhere. */
  g_assert_true (fk_probe_choose_ap (bench.probe, 0, &error));
  fake_usb_expect (bench.usb, "f2 4b 00", OK);
  fake_usb_expect (bench.usb, "f2 36 00 ed 00 e0", "80 00 00 00 41 c2 0f 41");
  g_assert_true (fk_probe_read_word (bench.probe, 0xe000ed00, &value, &error));

  /* No such port. */
  fake_usb_expect (bench.usb, "f2 4b 05", "1d 00");
  g_assert_false (fk_probe_choose_ap (bench.probe, 5, &error));
  g_assert_cmpuint (fk_probe_get_ap (bench.probe), ==, 0);
}

/* APNUM, then a read, a write (two items) and a read: five items. */
#define LIST_OUT "f2 51 05 00 00 00"
#define LIST_IN  "f2 52"
static const char list_data[] = "\x05\x03\x01\x02\x03\0\0\0"
                                "\0\0\0\0"
                                "\x00\xed\x00\xe0"
                                "\xf0\xed\x00\xe0"
                                "\x03\x00\x5f\xa0"
                                "\xfc\xed\x00\xe0";

static void
expect_list (Bench *bench, const char *statuses)
{
  g_autofree char *reply =
      g_strconcat ("00 00 00 00 41 c2 0f 41 00 00 00 00 00 00 00 00 78 56 34 12 ", statuses, NULL);

  fake_usb_expect (bench->usb, LIST_OUT, NULL);
  fake_usb_expect_data (bench->usb, (const guint8 *)list_data, 28);
  fake_usb_expect (bench->usb, LIST_IN, reply);
}

#define DONE5         "80 00 00 00 80 00 00 00 80 00 00 00 80 00 00 00 80 00 00 00"
#define FAULT_AT_3    "80 00 00 00 80 00 00 00 80 00 00 00 11 00 00 00 80 00 00 00"
#define WAIT_AT_4     "80 00 00 00 80 00 00 00 80 00 00 00 80 00 00 00 10 00 00 00"
#define NOISE_AT_1    "80 00 00 00 13 00 00 00 80 00 00 00 80 00 00 00 80 00 00 00"
#define NONSENSE_AT_4 "80 00 00 00 80 00 00 00 80 00 00 00 80 00 00 00 55 00 00 00"

static const FkProbeAccess list_of_three[] = { { 0xe000ed00, 0, FALSE },
                                               { 0xe000edf0, 0xa05f0003, TRUE },
                                               { 0xe000edfc, 0, FALSE } };

static void
assert_list_works (Bench *bench)
{
  g_autoptr (GError) error = NULL;
  FkProbeAccess list[3];

  memcpy (list, list_of_three, sizeof list);
  fk_probe_run_list (bench->probe, list, 3, &error);
  g_assert_no_error (error);
  g_assert_cmphex (list[0].value, ==, 0x410fc241);
  g_assert_cmphex (list[1].value, ==, 0xa05f0003);
  g_assert_cmphex (list[2].value, ==, 0x12345678);
  fake_usb_assert_done (bench->usb);
}

static void
test_list (void)
{
  g_auto (Bench) bench = bench_ready ();
  g_autoptr (GError) error = NULL;

  expect_list (&bench, DONE5);
  assert_list_works (&bench);
  g_assert_true (fk_probe_run_list (bench.probe, NULL, 0, &error));
}

/* Each item's own status counts, and the address is that of the access that failed. */
static void
test_list_fault (void)
{
  g_auto (Bench) bench = bench_ready ();
  g_autoptr (GError) error = NULL;
  FkProbeAccess list[3];

  memcpy (list, list_of_three, sizeof list);
  expect_list (&bench, FAULT_AT_3);
  fake_usb_expect (bench.usb, "f2 46 ff ff 00 00 1e 00 00 00", OK);
  g_assert_false (fk_probe_run_list (bench.probe, list, 3, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BUS_FAULT);
  g_assert_nonnull (strstr (error->message, "Writing at 0xe000edf0"));
}

static void
test_list_again (void)
{
  g_auto (Bench) bench = bench_ready ();

  expect_list (&bench, WAIT_AT_4);
  expect_list (&bench, DONE5);
  assert_list_works (&bench);
  expect_list (&bench, NOISE_AT_1);
  fake_usb_expect (bench.usb, "f2 43 02 00", OK);
  fake_usb_expect (bench.usb, "f2 46 ff ff 00 00 1e 00 00 00", OK);
  expect_list (&bench, DONE5);
  assert_list_works (&bench);
  expect_list (&bench, NONSENSE_AT_4);
  expect_list (&bench, DONE5);
  assert_list_works (&bench);

  /* The reply got lost. */
  fake_usb_expect (bench.usb, LIST_OUT, NULL);
  fake_usb_expect_data (bench.usb, (const guint8 *)list_data, 28);
  fake_usb_expect (bench.usb, LIST_IN, NULL);
  fake_usb_fail (bench.usb, FAULT_TIMEOUT);
  fake_usb_expect (bench.usb, "f5", "02 00");
  expect_list (&bench, DONE5);
  assert_list_works (&bench);
}

/* What must not be done twice is not, however it failed; what comes after that is a list again. */
static void
test_list_once (void)
{
  g_auto (Bench) bench = bench_ready ();
  FkProbeAccess list[3];

  memcpy (list, list_of_three, sizeof list);
  expect_list (&bench, DONE5);
  g_assert_true (fk_probe_run_list_once (bench.probe, list, 3, NULL));
  g_assert_cmphex (list[2].value, ==, 0x12345678);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;

      if (i < 2)
        expect_list (&bench, i == 0 ? WAIT_AT_4 : NOISE_AT_1);
      if (i == 1)
        {
          fake_usb_expect (bench.usb, "f2 43 02 00", OK);
          fake_usb_expect (bench.usb, "f2 46 ff ff 00 00 1e 00 00 00", OK);
        }
      if (i == 2)
        {
          fake_usb_expect (bench.usb, LIST_OUT, NULL);
          fake_usb_expect_data (bench.usb, (const guint8 *)list_data, 28);
          fake_usb_expect (bench.usb, LIST_IN, NULL);
          fake_usb_fail (bench.usb, FAULT_TIMEOUT);
          fake_usb_expect (bench.usb, "f5", "02 00");
        }
      g_assert_false (fk_probe_run_list_once (bench.probe, list, 3, &error));
      g_assert_true (error->domain == FK_ERROR);
      fake_usb_assert_done (bench.usb);
    }
  expect_list (&bench, DONE5);
  assert_list_works (&bench);
}

/* Firmware that has the version but not the command: one by one, now and from now on. */
static void
test_list_unknown (void)
{
  g_auto (Bench) bench = bench_ready ();

  for (guint i = 0; i < 3; i++)
    {
      fake_usb_expect (bench.usb, LIST_OUT, NULL);
      fake_usb_expect_data (bench.usb, (const guint8 *)list_data, 28);
      fake_usb_expect (bench.usb, LIST_IN, "42 00");
      fake_usb_expect (bench.usb, "f5", "02 00");
    }
  for (guint i = 0; i < 2; i++)
    {
      fake_usb_expect (bench.usb, "f2 36 00 ed 00 e0", "80 00 00 00 41 c2 0f 41");
      fake_usb_expect (bench.usb, "f2 35 f0 ed 00 e0 03 00 5f a0", OK);
      fake_usb_expect (bench.usb, "f2 36 fc ed 00 e0", "80 00 00 00 78 56 34 12");
      assert_list_works (&bench);
    }
}

static void
test_memory_any_piece (void)
{
  g_auto (Bench) bench = bench_ready ();
  g_autoptr (GError) error = NULL;
  guint8 data[2049];
  guint8 got[2049] = { 0 };
  gsize at = 0;
  static const struct
  {
    guint8 code;
    guint32 address;
    gsize length;
  } blocks[] = { { 0x0c, 0x08000001, 3 },
                 { 0x07, 0x08000004, 0x3fc },
                 { 0x07, 0x08000400, 0x400 },
                 { 0x0c, 0x08000800, 2 } };

  fill (data, sizeof data);
  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      expect_memory (&bench, blocks[i].code, blocks[i].address, blocks[i].length);
      fake_usb_reply (bench.usb, data + at, blocks[i].length);
      fake_usb_expect (bench.usb, "f2 3e", OK2);
      at += blocks[i].length;
    }
  g_assert_true (fk_probe_read (bench.probe, 0x08000001, got, at, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (got, at, data, at);

  at = 0;
  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      expect_memory (&bench, blocks[i].code + 1, blocks[i].address, blocks[i].length);
      fake_usb_expect_data (bench.usb, data + at, blocks[i].length);
      fake_usb_expect (bench.usb, "f2 3e", OK2);
      at += blocks[i].length;
    }
  g_assert_true (fk_probe_write (bench.probe, 0x08000001, data, at, NULL, &error));
  g_assert_no_error (error);
}

static void
test_memory_blocks (void)
{
  g_auto (Bench) bench = bench_ready ();
  g_autoptr (GError) error = NULL;
  guint8 data[8192];
  guint8 got[8192];

  fill (data, sizeof data);
  fk_probe_set_auto_increment (bench.probe, 4096);
  expect_memory (&bench, 0x07, 0x08000f00, 0x100);
  fake_usb_reply (bench.usb, data, 0x100);
  fake_usb_expect (bench.usb, "f2 3e", OK2);
  expect_memory (&bench, 0x07, 0x08001000, 0x1000);
  fake_usb_reply (bench.usb, data + 0x100, 0x1000);
  fake_usb_expect (bench.usb, "f2 3e", OK2);
  g_assert_true (fk_probe_read (bench.probe, 0x08000f00, got, 0x1100, NULL, &error));
  g_assert_cmpmem (got, 0x1100, data, 0x1100);

  for (guint at = 0; at < 130; at += 64)
    {
      gsize length = MIN (64, 130 - at);

      expect_memory (&bench, 0x0d, 0x20000000 + at, length);
      fake_usb_expect_data (bench.usb, data + at, length);
      fake_usb_expect (bench.usb, "f2 3e", OK2);
    }
  g_assert_true (fk_probe_write_as (bench.probe, 0x20000000, data, 130, FK_ACCESS_8, NULL, &error));

  expect_memory (&bench, 0x48, 0x1ffff800, 16);
  fake_usb_expect_data (bench.usb, data, 16);
  fake_usb_expect (bench.usb, "f2 3e", OK2);
  g_assert_true (fk_probe_write_as (bench.probe, 0x1ffff800, data, 16, FK_ACCESS_16, NULL, &error));

  expect_memory (&bench, 0x47, 0x1ffff7e0, 2);
  fake_usb_reply (bench.usb, data, 2);
  fake_usb_expect (bench.usb, "f2 3e", OK2);
  g_assert_true (fk_probe_read_as (bench.probe, 0x1ffff7e0, got, 2, FK_ACCESS_16, NULL, &error));
}

static void
test_memory_edges (void)
{
  g_auto (Bench) bench = bench_ready ();
  g_autoptr (GError) error = NULL;
  guint8 data[8] = { 0 };

  g_assert_true (fk_probe_read (bench.probe, 0x08000001, NULL, 0, NULL, &error));
  g_assert_true (fk_probe_write (bench.probe, 0xffffffff, NULL, 0, NULL, &error));
  g_assert_false (fk_probe_read_as (bench.probe, 0xfffffffc, data, 8, FK_ACCESS_32, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
  g_clear_error (&error);

  /* A single byte comes with another one behind it. */
  expect_memory (&bench, 0x0c, 0xffffffff, 1);
  fake_usb_reply (bench.usb, (const guint8 *)"x?", 2);
  fake_usb_expect (bench.usb, "f2 3e", OK2);
  g_assert_true (fk_probe_read (bench.probe, 0xffffffff, data, 1, NULL, &error));
  g_assert_cmpuint (data[0], ==, 'x');
  g_assert_cmpuint (data[1], ==, 0);
}

static void
test_memory_cancelled (void)
{
  g_auto (Bench) bench = bench_ready ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint8 data[4];

  g_cancellable_cancel (cancellable);
  g_assert_false (fk_probe_read (bench.probe, 0x08000000, data, 4, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_serial (void)
{
  static const struct
  {
    const char *bytes;
    gsize length;
    const char *text;
  } rows[] = {
    { "", 0, NULL },
    { "0\0"
      "6\0"
      "6\0"
      "D\0"
      "F\0"
      "F\0",
      12, "066DFF" },
    { "W\0\xff\0r\0\x06\0r\0\x65\0W\0W\0\x42\0\x13\0\x20\0g\0", 24, "57FF72067265575742132067" },
    { "\0\0\x01\0\x80\0\x0a\0r\0\x65\0W\0W\0\x42\0\x13\0\x20\0g\0", 24,
      "0001800A7265575742132067" },
    { "A\0"
      "B\0"
      "C\0"
      "D\0"
      "E\0"
      "F\0"
      "G\0"
      "H\0"
      "I\0"
      "J\0"
      "K\0"
      "L\0",
      24, "4142434445464748494A4B4C" },
    { "0\0"
      "1\0"
      "2\0"
      "3\0"
      "4\0"
      "5\0"
      "6\0"
      "7\0"
      "8\0"
      "9\0"
      "A\0"
      "b\0",
      24, "0123456789Ab" },
    { "\x41\x04", 2, "0441" },
    { "1\0"
      "2\0"
      "3",
      5, "12" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (rows[i].bytes, rows[i].length);
      g_autofree char *text = fk_stlink_format_serial (bytes);

      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stlink/open/v2", test_open_v2);
  g_test_add_func ("/stlink/open/v2-1", test_open_v2_1);
  g_test_add_func ("/stlink/open/stm8-board", test_open_stm8_board);
  g_test_add_func ("/stlink/open/v3", test_open_v3);
  g_test_add_func ("/stlink/open/leaves-modes", test_open_leaves_modes);
  g_test_add_func ("/stlink/open/stuck-in-dfu", test_open_stuck_in_dfu);
  g_test_add_func ("/stlink/open/refused", test_open_refused);
  g_test_add_func ("/stlink/open/denied-or-busy", test_open_denied_or_busy);
  g_test_add_func ("/stlink/old-firmware/refused", test_old_firmware_refused);
  g_test_add_func ("/stlink/old-firmware/used", test_old_firmware_used);
  g_test_add_func ("/stlink/old-firmware/oldest", test_oldest_firmware_used);
  g_test_add_func ("/stlink/voltage", test_voltage);
  g_test_add_func ("/stlink/speed/v2", test_speed_v2);
  g_test_add_func ("/stlink/attach/hold-reset", test_attach_hold_reset);
  g_test_add_func ("/stlink/attach/detach-releases-reset", test_detach_releases_reset);
  g_test_add_func ("/stlink/attach/no-target", test_attach_no_target);
  g_test_add_func ("/stlink/attach/open-wire", test_attach_open_wire);
  g_test_add_func ("/stlink/words", test_words);
  g_test_add_func ("/stlink/list/done", test_list);
  g_test_add_func ("/stlink/list/fault", test_list_fault);
  g_test_add_func ("/stlink/list/again", test_list_again);
  g_test_add_func ("/stlink/list/once", test_list_once);
  g_test_add_func ("/stlink/list/unknown", test_list_unknown);
  g_test_add_func ("/stlink/second-port", test_second_port);
  g_test_add_func ("/stlink/memory/any-piece", test_memory_any_piece);
  g_test_add_func ("/stlink/memory/blocks", test_memory_blocks);
  g_test_add_func ("/stlink/memory/edges", test_memory_edges);
  g_test_add_func ("/stlink/memory/cancelled", test_memory_cancelled);
  g_test_add_func ("/stlink/serial", test_serial);
  return g_test_run ();
}
