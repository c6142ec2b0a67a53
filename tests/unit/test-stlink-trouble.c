/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What goes wrong on the way to the probe, in it, and behind it. */

#include "config.h"

#include "stlink-bench.h"

#define RAM   0x20000000u
#define FLASH 0x08000000u
#define KEYR  0x40022004u
#define DHCSR 0xe000edf0u

/* What bringing the probe into step asks: the harmless question. */
static void
expect_in_step (Bench *bench)
{
  fake_usb_expect (bench->usb, "f5", "02 00");
}

static void
expect_good_read (Bench *bench, guint32 address, const guint8 *data, gsize length)
{
  expect_memory (bench, 0x07, address, length);
  fake_usb_reply (bench->usb, data, length);
  fake_usb_expect (bench->usb, "f2 3e", OK2);
}

static void
assert_reads (Bench *bench, guint32 address, const guint8 *expected, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *got = g_malloc0 (length);

  fk_probe_read (bench->probe, address, got, length, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (got, length, expected, length);
  fake_usb_assert_done (bench->usb);
}

static void
assert_read_fails (Bench *bench, guint32 address, gsize length, FkError code, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *got = g_malloc0 (length);

  g_assert_false (fk_probe_read (bench->probe, address, got, length, NULL, &error));
  g_assert_error (error, FK_ERROR, (int)code);
  if (strstr (error->message, words) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, words);
  fake_usb_assert_done (bench->usb);
}

/* A probe that nobody has left anything in is not waited for. */
static void
test_open_at_once (void)
{
  g_auto (Bench) bench = bench_new (0x3748);

  bench_open (&bench, V2J37S7);
  g_assert_cmpuint (fake_usb_get_n_silent (bench.usb), ==, 0);
}

static void
assert_opens_in_step (Bench *bench)
{
  bench_open (bench, V2J37S7);
  g_assert_cmpstr (fk_probe_get_firmware (bench->probe), ==, "V2J37S7");
  g_assert_cmpuint (fake_usb_get_n_halts_cleared (bench->usb), ==, 0);
  g_assert_cmpuint (fake_usb_get_n_resets (bench->usb), ==, 0);
}

/* An earlier program asked for something and was killed: its reply is still waiting, in front of
 * ours.  The rows have every length that a reply may have. */
static void
test_open_stale_reply (void)
{
  static const gsize lengths[] = { 2, 4, 8, 12, 52, 64, 512 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_auto (Bench) bench = bench_new (0x3748);
      g_autofree guint8 *stale = g_malloc0 (lengths[i]);

      fake_usb_expect (bench.usb, "f1", NULL);
      fake_usb_reply (bench.usb, stale, lengths[i]);
      fake_usb_reply (bench.usb, (const guint8 *)"\x29\x47\x83\x04\x48\x37", 6);
      assert_opens_in_step (&bench);
    }
}

/* It had sent READMEM: its data comes, in whole packets, and the version behind. */
static void
test_open_drains (void)
{
  g_auto (Bench) bench = bench_new (0x3748);
  g_autofree guint8 *stale = g_malloc0 (6144);

  fake_usb_expect (bench.usb, "f1", NULL);
  fake_usb_reply (bench.usb, stale, 512);
  fake_usb_reply (bench.usb, stale, 4096);
  fake_usb_reply (bench.usb, stale, 6144 - 512 - 4096 + 6);
  assert_opens_in_step (&bench);
}

/* The same, but only its last packet is still there, and our reply follows in the same transfer. */
static void
test_open_stale_packet (void)
{
  g_auto (Bench) bench = bench_new (0x3748);
  guint8 packet[64 + 6] = { 0 };

  fake_usb_expect (bench.usb, "f1", NULL);
  fake_usb_reply (bench.usb, packet, sizeof packet);
  assert_opens_in_step (&bench);
}

/* The reply that waits is as long as a version.  One that cannot be a version shows at once. */
static void
test_open_stale_nonsense (void)
{
  static const char *const replies[] = { "83 04 48 37 00 00", "28 40 00 00 00 00" };

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_auto (Bench) bench = bench_new (0x3748);

      fake_usb_expect (bench.usb, "f1", replies[i]);
      fake_usb_reply (bench.usb, (const guint8 *)"\x29\x47\x83\x04\x48\x37", 6);
      assert_opens_in_step (&bench);
    }
}

/* One that is a version, though not of this probe, shows at the next question. */
static void
test_open_stale_version (void)
{
  static const char *const replies[] = { "28 40 83 04 48 37", V2J37S7 };

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_auto (Bench) bench = bench_new (0x3748);

      fake_usb_expect (bench.usb, "f1", replies[i]);
      fake_usb_expect (bench.usb, "f5", V2J37S7);
      fake_usb_reply (bench.usb, (const guint8 *)"\x00\x00", 2);
      assert_opens_in_step (&bench);
    }
}

/* On a V3 that is the one for the long version. */
static void
test_open_stale_version_v3 (void)
{
  g_auto (Bench) bench = bench_new (0x374e);
  g_autoptr (GError) error = NULL;

  fake_usb_expect (bench.usb, "f1", "30 00 83 04 4e 37");
  fake_usb_expect (bench.usb, "fb", "30 00 83 04 4e 37");
  fake_usb_reply (bench.usb, (const guint8 *)"\x03\x00\x07\x02\0\0\0\0\x83\x04\x4e\x37", 12);
  fake_usb_expect (bench.usb, "f1", "30 00 83 04 4e 37");
  fake_usb_expect (bench.usb, "fb", "03 00 07 02 00 00 00 00 83 04 4e 37");
  fake_usb_expect (bench.usb, "f5", "01 00");
  fake_usb_expect (bench.usb, "f2 62 00", V3_CLOCKS);
  fk_probe_open (bench.probe, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fk_probe_get_firmware (bench.probe), ==, "V3J7M2");
}

/* A probe whose version has no maker in it is asked twice, and then believed. */
static void
test_open_nameless (void)
{
  g_auto (Bench) bench = bench_new (0x3748);

  fake_usb_expect (bench.usb, "f1", "29 47 00 00 00 00");
  bench_open (&bench, "29 47 00 00 00 00");
  g_assert_cmpstr (fk_probe_get_firmware (bench.probe), ==, "V2J37S7");
}

/* It was killed between WRITEMEM and its data: our first question is taken for the data. */
static void
test_open_swallowed (void)
{
  g_auto (Bench) bench = bench_new (0x3748);
  g_autoptr (GError) error = NULL;

  fake_usb_expect (bench.usb, "f1", NULL);
  fake_usb_fail (bench.usb, FAULT_TIMEOUT); /* the reply */
  fake_usb_fail (bench.usb, FAULT_TIMEOUT); /* draining */
  fake_usb_expect (bench.usb, "f5", "01 00");
  bench_open (&bench, V2J37S7);
  g_assert_cmpuint (fake_usb_get_n_resets (bench.usb), ==, 0);
}

static void
test_open_needs_reset (void)
{
  g_auto (Bench) bench = bench_new (0x3748);

  for (guint i = 0; i < 3; i++)
    {
      fake_usb_expect (bench.usb, i == 0 ? "f1" : "f5", NULL);
      fake_usb_fail (bench.usb, FAULT_TIMEOUT);
    }
  fake_usb_expect_reset (bench.usb);
  fake_usb_expect (bench.usb, "f5", "01 00");
  bench_open (&bench, V2J37S7);
  g_assert_cmpuint (fake_usb_get_n_resets (bench.usb), ==, 1);
}

static void
test_open_hopeless (void)
{
  g_auto (Bench) bench = bench_new (0x3748);
  g_autoptr (GError) error = NULL;

  fake_usb_expect (bench.usb, "f1", NULL);
  fake_usb_fail (bench.usb, FAULT_UNPLUG);
  g_assert_false (fk_probe_open (bench.probe, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
}

/* The version has to be one: 0x3748 at its start is the product ID out of somebody's buffer. */
static void
test_open_nonsense_version (void)
{
  g_auto (Bench) bench = bench_new (0x3748);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3; i++)
    fake_usb_expect (bench.usb, "f1", "83 04 48 37 00 00");
  g_assert_false (fk_probe_open (bench.probe, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
}

static void
test_read_short (void)
{
  g_auto (Bench) bench = bench_ready ();
  guint8 data[256];

  fill (data, sizeof data);
  expect_memory (&bench, 0x07, FLASH, 256);
  fake_usb_reply (bench.usb, data, 128);
  expect_in_step (&bench);
  expect_good_read (&bench, FLASH, data, 256);
  assert_reads (&bench, FLASH, data, 256);
}

static void
test_read_always_short (void)
{
  g_auto (Bench) bench = bench_ready ();
  guint8 data[256];

  fill (data, sizeof data);
  for (guint i = 0; i < 3; i++)
    {
      expect_memory (&bench, 0x07, FLASH, 256);
      fake_usb_reply (bench.usb, data, 128);
      expect_in_step (&bench);
    }
  assert_read_fails (&bench, FLASH, 256, FK_ERROR_PROBE_LOST, "0x08000000");
  /* In step again all the same. */
  expect_good_read (&bench, FLASH, data, 256);
  assert_reads (&bench, FLASH, data, 256);
}

static void
test_read_too_much (void)
{
  g_auto (Bench) bench = bench_ready ();
  guint8 data[64];

  fill (data, sizeof data);
  expect_memory (&bench, 0x07, FLASH, 4);
  fake_usb_reply (bench.usb, data, 64);
  expect_in_step (&bench);
  expect_good_read (&bench, FLASH, data, 4);
  assert_reads (&bench, FLASH, data, 4);
}

static void
test_read_stall (void)
{
  g_auto (Bench) bench = bench_ready ();
  guint8 data[64];

  fill (data, sizeof data);
  expect_memory (&bench, 0x07, FLASH, 64);
  fake_usb_fail (bench.usb, FAULT_STALL);
  expect_in_step (&bench);
  expect_good_read (&bench, FLASH, data, 64);
  assert_reads (&bench, FLASH, data, 64);
  g_assert_cmpuint (fake_usb_get_n_halts_cleared (bench.usb), ==, 2);
}

/* The reply comes after all, but too late: it must not be taken for the next one. */
static void
test_read_late (void)
{
  g_auto (Bench) bench = bench_ready ();
  guint8 data[64];
  guint8 late[64] = { 0 };

  fill (data, sizeof data);
  expect_memory (&bench, 0x07, FLASH, 64);
  fake_usb_fail (bench.usb, FAULT_TIMEOUT);
  fake_usb_reply (bench.usb, late, sizeof late);
  expect_in_step (&bench);
  expect_good_read (&bench, FLASH, data, 64);
  assert_reads (&bench, FLASH, data, 64);
}

/* A reset of the probe is no secret: SWD is taken up again, and NRST held again. */
static void
test_read_after_usb_reset (void)
{
  g_auto (Bench) bench = bench_ready ();
  g_autoptr (GError) error = NULL;
  guint8 data[64];

  fill (data, sizeof data);
  fake_usb_expect (bench.usb, "f2 3c 00", OK);
  g_assert_true (fk_probe_set_reset (bench.probe, TRUE, &error));
  expect_memory (&bench, 0x07, FLASH, 64);
  fake_usb_fail (bench.usb, FAULT_TIMEOUT);
  fake_usb_expect (bench.usb, "f5", NULL);
  fake_usb_fail (bench.usb, FAULT_TIMEOUT);
  fake_usb_expect (bench.usb, "f5", NULL);
  fake_usb_fail (bench.usb, FAULT_TIMEOUT);
  fake_usb_expect_reset (bench.usb);
  fake_usb_expect (bench.usb, "f5", "01 00");
  fake_usb_expect (bench.usb, "f2 30 a3", OK);
  fake_usb_expect (bench.usb, "f2 3c 00", OK);
  fake_usb_expect (bench.usb, "f2 4b 00", OK);
  expect_good_read (&bench, FLASH, data, 64);
  assert_reads (&bench, FLASH, data, 64);

  fake_usb_expect (bench.usb, "f2 3c 01", OK); /* on closing */
}

static void
test_read_unplugged (void)
{
  Bench bench = bench_ready ();

  expect_memory (&bench, 0x07, FLASH, 64);
  fake_usb_fail (bench.usb, FAULT_UNPLUG);
  assert_read_fails (&bench, FLASH, 64, FK_ERROR_PROBE_LOST, "unplugged");
  assert_read_fails (&bench, FLASH, 64, FK_ERROR_PROBE_LOST, "does not answer any more");
  fk_probe_close (bench.probe);
  bench_clear (&bench);
}

static void
test_status_lost (void)
{
  g_auto (Bench) bench = bench_ready ();
  guint8 data[64];

  fill (data, sizeof data);
  expect_memory (&bench, 0x07, FLASH, 64);
  fake_usb_reply (bench.usb, data, 64);
  fake_usb_expect (bench.usb, "f2 3e", NULL);
  fake_usb_fail (bench.usb, FAULT_TIMEOUT);
  fake_usb_fail (bench.usb, FAULT_TIMEOUT);
  expect_in_step (&bench);
  fake_usb_expect (bench.usb, "f2 3e", OK2);
  assert_reads (&bench, FLASH, data, 64);
}

/* The most popular open tool once reported a chip ID of 0x3748. */
static void
test_status_nonsense (void)
{
  g_auto (Bench) bench = bench_ready ();
  g_autoptr (GError) error = NULL;
  guint8 data[4] = { 1, 2, 3, 4 };
  guint32 value = 0;

  for (guint i = 0; i < 3; i++)
    {
      fake_usb_expect (bench.usb, "f2 36 f0 ed 00 e0", "48 37 00 00 83 04 48 37");
      expect_in_step (&bench);
    }
  g_assert_false (fk_probe_read_word (bench.probe, DHCSR, &value, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_assert_cmphex (value, ==, 0);

  expect_memory (&bench, 0x07, FLASH, 4);
  fake_usb_reply (bench.usb, data, 4);
  fake_usb_expect (bench.usb, "f2 3e", "48 37 00 00 00 00 00 00 00 00 00 00");
  expect_good_read (&bench, FLASH, data, 4);
  assert_reads (&bench, FLASH, data, 4);
}

static void
test_fault_address (void)
{
  static const char *const faults[] = { "11 00 00 00 10 00 00 08 00 00 00 00",
                                        "19 00 00 00 10 00 00 08 00 00 00 00",
                                        "01 00 00 00 10 00 00 08 00 00 00 00" };
  guint8 data[64] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_auto (Bench) bench = bench_ready ();
      g_autoptr (GError) error = NULL;

      expect_memory (&bench, 0x07, FLASH, 64);
      fake_usb_reply (bench.usb, data, 64);
      fake_usb_expect (bench.usb, "f2 3e", faults[i]);
      fake_usb_expect (bench.usb, "f2 46 ff ff 00 00 1e 00 00 00", OK);
      assert_read_fails (&bench, FLASH, 64, FK_ERROR_BUS_FAULT, "at 0x08000010");

      expect_memory (&bench, 0x08, FLASH, 64);
      fake_usb_expect_data (bench.usb, data, 64);
      fake_usb_expect (bench.usb, "f2 3e", faults[i]);
      fake_usb_expect (bench.usb, "f2 46 ff ff 00 00 1e 00 00 00", OK);
      g_assert_false (fk_probe_write (bench.probe, FLASH, data, 64, NULL, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_BUS_FAULT);
      g_assert_nonnull (strstr (error->message, "at 0x08000010"));
    }
}

/* An address that has nothing to do with the block is not passed on. */
static void
test_fault_foreign_address (void)
{
  g_auto (Bench) bench = bench_ready ();
  guint8 data[64] = { 0 };

  expect_memory (&bench, 0x07, FLASH, 64);
  fake_usb_reply (bench.usb, data, 64);
  fake_usb_expect (bench.usb, "f2 3e", "11 00 00 00 40 00 00 08 00 00 00 00");
  fake_usb_expect (bench.usb, "f2 46 ff ff 00 00 1e 00 00 00", OK);
  assert_read_fails (&bench, FLASH, 64, FK_ERROR_BUS_FAULT, "0x08000000-0x0800003f");
}

static void
test_fault_word (void)
{
  g_auto (Bench) bench = bench_ready ();
  g_autoptr (GError) error = NULL;
  guint32 value;

  fake_usb_expect (bench.usb, "f2 36 00 20 04 e0", "11 00 00 00 00 00 00 00");
  fake_usb_expect (bench.usb, "f2 46 ff ff 00 00 1e 00 00 00", OK);
  g_assert_false (fk_probe_read_word (bench.probe, 0xe0042000, &value, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BUS_FAULT);
  g_assert_nonnull (strstr (error->message, "0xe0042000"));
  g_clear_error (&error);
  fake_usb_expect (bench.usb, "f2 35 00 20 04 e0 01 00 00 00", "15 00");
  fake_usb_expect (bench.usb, "f2 46 ff ff 00 00 1e 00 00 00", OK);
  g_assert_false (fk_probe_write_word (bench.probe, 0xe0042000, 1, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BUS_FAULT);
}

static void
test_target_lost (void)
{
  static const char *const statuses[] = { "12 00 00 00 00 00 00 00", "16 00 00 00 00 00 00 00",
                                          "05 00 00 00 00 00 00 00" };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_auto (Bench) bench = bench_ready ();
      g_autoptr (GError) error = NULL;
      guint32 value;

      fake_usb_expect (bench.usb, "f2 36 f0 ed 00 e0", statuses[i]);
      g_assert_false (fk_probe_read_word (bench.probe, DHCSR, &value, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_TARGET_LOST);
      g_assert_nonnull (strstr (error->message, "0xe000edf0"));
    }
}

static void
test_wait_then_done (void)
{
  g_auto (Bench) bench = bench_ready ();
  g_autoptr (GError) error = NULL;
  guint8 data[16];

  fill (data, sizeof data);
  for (guint i = 0; i < 3; i++)
    {
      guint8 junk[16] = { 0 };

      expect_memory (&bench, 0x07, FLASH, 16);
      fake_usb_reply (bench.usb, junk, 16);
      fake_usb_expect (bench.usb, "f2 3e",
                       i == 1 ? "10 00 00 00 00 00 00 00 00 00 00 00"
                              : "14 00 00 00 00 00 00 00 00 00 00 00");
    }
  expect_good_read (&bench, FLASH, data, 16);
  assert_reads (&bench, FLASH, data, 16);

  for (guint i = 0; i < 2; i++)
    {
      expect_memory (&bench, 0x08, RAM, 16);
      fake_usb_expect_data (bench.usb, data, 16);
      fake_usb_expect (bench.usb, "f2 3e", i == 0 ? "10 00 00 00 00 00 00 00 00 00 00 00" : OK2);
    }
  g_assert_true (fk_probe_write (bench.probe, RAM, data, 16, NULL, &error));
  g_assert_no_error (error);
}

static void
test_wait_for_ever (void)
{
  g_auto (Bench) bench = bench_ready ();
  gint64 start = g_get_monotonic_time ();
  guint8 data[16] = { 0 };

  for (guint i = 0; i < 10; i++)
    {
      expect_memory (&bench, 0x07, FLASH, 16);
      fake_usb_reply (bench.usb, data, 16);
      fake_usb_expect (bench.usb, "f2 3e", "10 00 00 00 00 00 00 00 00 00 00 00");
    }
  assert_read_fails (&bench, FLASH, 16, FK_ERROR_TIMEOUT, "0x08000000");
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_TIME_SPAN_SECOND);
}

static void
test_noise (void)
{
  g_auto (Bench) bench = bench_ready ();
  guint8 data[16];

  fill (data, sizeof data);
  expect_memory (&bench, 0x07, FLASH, 16);
  fake_usb_reply (bench.usb, data + 8, 8); /* whatever */
  expect_in_step (&bench);
  expect_memory (&bench, 0x07, FLASH, 16);
  fake_usb_reply (bench.usb, data, 16);
  fake_usb_expect (bench.usb, "f2 3e", "13 00 00 00 00 00 00 00 00 00 00 00");
  fake_usb_expect (bench.usb, "f2 43 02 00", OK); /* slower from now on */
  fake_usb_expect (bench.usb, "f2 46 ff ff 00 00 1e 00 00 00", OK);
  expect_good_read (&bench, FLASH, data, 16);
  assert_reads (&bench, FLASH, data, 16);
  g_assert_cmpuint (fk_probe_get_speed (bench.probe), ==, 1200);
}

/* Nobody answers in the middle of a long read: slower, and SWD taken up anew. */
static void
test_rejoin (void)
{
  g_auto (Bench) bench = bench_ready ();
  guint8 data[512];

  fill (data, sizeof data);
  expect_memory (&bench, 0x07, FLASH, 512);
  fake_usb_reply (bench.usb, data, 512);
  fake_usb_expect (bench.usb, "f2 3e", "16 00 00 00 00 00 00 00 00 00 00 00");
  fake_usb_expect (bench.usb, "f2 43 02 00", OK);
  fake_usb_expect (bench.usb, "f2 30 a3", OK);
  fake_usb_expect (bench.usb, "f2 4b 00", OK);
  expect_good_read (&bench, FLASH, data, 512);
  assert_reads (&bench, FLASH, data, 512);

  expect_memory (&bench, 0x07, FLASH, 512);
  fake_usb_reply (bench.usb, data, 512);
  fake_usb_expect (bench.usb, "f2 3e", "16 00 00 00 00 00 00 00 00 00 00 00");
  fake_usb_expect (bench.usb, "f2 43 03 00", OK);
  fake_usb_expect (bench.usb, "f2 30 a3", "09 00");
  assert_read_fails (&bench, FLASH, 512, FK_ERROR_TARGET_LOST, "does not answer any more");
}

/* The block of a chain that went wrong is read alone, and the rest in a chain again. */
static void
test_chain_goes_on (void)
{
  g_auto (Bench) bench = bench_ready ();
  guint8 data[6 * 1024];

  fill (data, sizeof data);
  for (guint i = 0; i < 6; i++)
    {
      expect_memory (&bench, 0x07, 0x20000000 + i * 1024, 1024);
      fake_usb_reply (bench.usb, data + i * 1024, 1024);
      if (i == 2)
        {
          fake_usb_expect (bench.usb, "f2 3e", "10 00 00 00 00 00 00 00 00 00 00 00");
          expect_memory (&bench, 0x07, 0x20000000 + i * 1024, 1024);
          fake_usb_reply (bench.usb, data + i * 1024, 1024);
        }
      else if (i == 4)
        {
          fake_usb_expect (bench.usb, "f2 3e", NULL);
          fake_usb_fail (bench.usb, FAULT_TIMEOUT);
          expect_in_step (&bench);
          expect_memory (&bench, 0x07, 0x20000000 + i * 1024, 1024);
          fake_usb_reply (bench.usb, data + i * 1024, 1024);
        }
      fake_usb_expect (bench.usb, "f2 3e", OK2);
    }
  assert_reads (&bench, 0x20000000, data, sizeof data);
}

/* A write that goes wrong in the middle: the answer that got lost is asked for again, and RAM may
 * be written twice. */
static void
test_chain_write_goes_on (void)
{
  g_auto (Bench) bench = bench_ready ();
  g_autoptr (GError) error = NULL;
  guint8 data[4 * 1024];

  fill (data, sizeof data);
  for (guint i = 0; i < 4; i++)
    {
      expect_memory (&bench, 0x08, 0x20000000 + i * 1024, 1024);
      fake_usb_expect_data (bench.usb, data + i * 1024, 1024);
      if (i == 1)
        {
          fake_usb_expect (bench.usb, "f2 3e", NULL);
          fake_usb_fail (bench.usb, FAULT_TIMEOUT);
          expect_in_step (&bench);
        }
      else if (i == 2)
        {
          fake_usb_expect (bench.usb, "f2 3e", "18 00 00 00 00 00 00 00 00 00 00 00");
          fake_usb_expect (bench.usb, "f2 43 02 00", OK);
          fake_usb_expect (bench.usb, "f2 46 ff ff 00 00 1e 00 00 00", OK);
          expect_memory (&bench, 0x08, 0x20000000 + i * 1024, 1024);
          fake_usb_expect_data (bench.usb, data + i * 1024, 1024);
        }
      fake_usb_expect (bench.usb, "f2 3e", OK2);
    }
  g_assert_true (fk_probe_write (bench.probe, 0x20000000, data, sizeof data, NULL, &error));
  g_assert_no_error (error);
}

/* A flash controller's key that comes twice locks it: such a write is never sent again. */
static void
test_write_not_repeated (void)
{
  g_auto (Bench) bench = bench_ready ();
  g_autoptr (GError) error = NULL;
  guint8 data[16] = { 0 };

  fake_usb_expect (bench.usb, "f2 35 04 20 02 40 23 01 67 45", NULL);
  fake_usb_fail (bench.usb, FAULT_TIMEOUT);
  fake_usb_fail (bench.usb, FAULT_TIMEOUT);
  expect_in_step (&bench);
  g_assert_false (fk_probe_write_word (bench.probe, KEYR, 0x45670123, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (error->message, "0x40022004"));
  fake_usb_assert_done (bench.usb);
  g_clear_error (&error);

  expect_memory (&bench, 0x48, FLASH, 16);
  fake_usb_expect_data (bench.usb, data, 16);
  fake_usb_expect (bench.usb, "f2 3e", "10 00 00 00 04 00 00 08 00 00 00 00");
  g_assert_false (fk_probe_write_as (bench.probe, FLASH, data, 16, FK_ACCESS_16, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (error->message, "0x08000004"));
  fake_usb_assert_done (bench.usb);
}

/* The data went, the answer did not come: only the question is asked again. */
static void
test_write_answer_lost (void)
{
  g_auto (Bench) bench = bench_ready ();
  g_autoptr (GError) error = NULL;
  guint8 data[16] = { 0 };

  expect_memory (&bench, 0x08, FLASH, 16);
  fake_usb_expect_data (bench.usb, data, 16);
  fake_usb_expect (bench.usb, "f2 3e", "80 00 00");
  expect_in_step (&bench);
  fake_usb_expect (bench.usb, "f2 3e", OK2);
  g_assert_true (fk_probe_write (bench.probe, FLASH, data, 16, NULL, &error));
  g_assert_no_error (error);
}

static void
test_write_data_refused (void)
{
  g_auto (Bench) bench = bench_ready ();
  g_autoptr (GError) error = NULL;
  guint8 data[16] = { 0 };

  expect_memory (&bench, 0x08, RAM, 16);
  fake_usb_fail (bench.usb, FAULT_STALL);
  expect_in_step (&bench);
  g_assert_false (fk_probe_write (bench.probe, RAM, data, 16, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_assert_nonnull (strstr (error->message, "Writing 0x20000000"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stlink/open/at-once", test_open_at_once);
  g_test_add_func ("/stlink/open/stale-reply", test_open_stale_reply);
  g_test_add_func ("/stlink/open/drains", test_open_drains);
  g_test_add_func ("/stlink/open/stale-packet", test_open_stale_packet);
  g_test_add_func ("/stlink/open/stale-nonsense", test_open_stale_nonsense);
  g_test_add_func ("/stlink/open/stale-version", test_open_stale_version);
  g_test_add_func ("/stlink/open/stale-version-v3", test_open_stale_version_v3);
  g_test_add_func ("/stlink/open/nameless", test_open_nameless);
  g_test_add_func ("/stlink/open/swallowed", test_open_swallowed);
  g_test_add_func ("/stlink/open/needs-reset", test_open_needs_reset);
  g_test_add_func ("/stlink/open/hopeless", test_open_hopeless);
  g_test_add_func ("/stlink/open/nonsense-version", test_open_nonsense_version);
  g_test_add_func ("/stlink/read/short", test_read_short);
  g_test_add_func ("/stlink/read/always-short", test_read_always_short);
  g_test_add_func ("/stlink/read/too-much", test_read_too_much);
  g_test_add_func ("/stlink/read/stall", test_read_stall);
  g_test_add_func ("/stlink/read/late", test_read_late);
  g_test_add_func ("/stlink/read/after-usb-reset", test_read_after_usb_reset);
  g_test_add_func ("/stlink/read/unplugged", test_read_unplugged);
  g_test_add_func ("/stlink/status/lost", test_status_lost);
  g_test_add_func ("/stlink/status/nonsense", test_status_nonsense);
  g_test_add_func ("/stlink/fault/address", test_fault_address);
  g_test_add_func ("/stlink/fault/foreign-address", test_fault_foreign_address);
  g_test_add_func ("/stlink/fault/word", test_fault_word);
  g_test_add_func ("/stlink/target-lost", test_target_lost);
  g_test_add_func ("/stlink/wait/then-done", test_wait_then_done);
  g_test_add_func ("/stlink/wait/for-ever", test_wait_for_ever);
  g_test_add_func ("/stlink/noise", test_noise);
  g_test_add_func ("/stlink/rejoin", test_rejoin);
  g_test_add_func ("/stlink/chain/read", test_chain_goes_on);
  g_test_add_func ("/stlink/chain/write", test_chain_write_goes_on);
  g_test_add_func ("/stlink/write/not-repeated", test_write_not_repeated);
  g_test_add_func ("/stlink/write/answer-lost", test_write_answer_lost);
  g_test_add_func ("/stlink/write/data-refused", test_write_data_refused);
  return g_test_run ();
}
