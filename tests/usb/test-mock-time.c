/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The mocked bus in real time, by the ioctls that libusb uses: transfers end when they are due,
 * and whoever handed them over is free until then. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "usb-bench.h"

#define NODE         "/dev/bus/usb/001/002"
#define OUT          0x02
#define IN           0x81
#define COMMAND_SIZE 16
#define BLOCK        6144

/* 1536 words of 54 clocks at 1.8 MHz. */
#define BLOCK_US (BLOCK / 4 * 54 * 10 / 18)

/* A machine that is busy with other things wakes nobody in time. */
#define PATIENCE_US (20 * 1000)

static const guint8 get_version[COMMAND_SIZE] = { 0xf1 };
static const guint8 enter_swd[COMMAND_SIZE] = { 0xf2, 0x30, 0xa3 };
static const guint8 read_block[COMMAND_SIZE] = { 0xf2, 0x07, 0, 0, 0, 8, BLOCK & 0xff, BLOCK >> 8 };
static const guint8 get_status[COMMAND_SIZE] = { 0xf2, 0x3e };

typedef struct
{
  MockBus *mock;
  int node;
} Bench;

static void
set_up (Bench *bench, gboolean real_time)
{
  g_autoptr (GError) error = NULL;
  guint interface = 0;

  bench->mock = mock_bus_new ();
  if (real_time)
    mock_bus_set_real_time (bench->mock);
  mock_bus_add (bench->mock, "creator-pro?mode=mass", &error);
  g_assert_no_error (error);
  bench->node = open (NODE, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (bench->node, >=, 0);
  g_assert_cmpint (ioctl (bench->node, USBDEVFS_CLAIMINTERFACE, &interface), ==, 0);
}

static void
tear_down (Bench *bench)
{
  close (bench->node);
  mock_bus_free (bench->mock);
}

static void
submit (Bench *bench, struct usbdevfs_urb *urb, guint8 endpoint, const guint8 *data, gsize length)
{
  *urb = (struct usbdevfs_urb){
    .type = USBDEVFS_URB_TYPE_BULK,
    .endpoint = endpoint,
    .buffer = (guint8 *)data,
    .buffer_length = (int)length,
  };
  g_assert_cmpint (ioctl (bench->node, USBDEVFS_SUBMITURB, urb), ==, 0);
}

/* Returns: NULL if there is none yet */
static struct usbdevfs_urb *
reap (Bench *bench)
{
  struct usbdevfs_urb *urb = NULL;

  if (ioctl (bench->node, USBDEVFS_REAPURBNDELAY, &urb) == 0)
    return urb;
  g_assert_cmpint (errno, ==, EAGAIN);
  return NULL;
}

static void
wait_for (Bench *bench, const struct usbdevfs_urb *expected)
{
  struct pollfd request = { .fd = bench->node, .events = POLLOUT };
  struct usbdevfs_urb *urb;

  for (urb = reap (bench); urb == NULL; urb = reap (bench))
    g_assert_cmpint (poll (&request, 1, BENCH_PATIENCE_S * 1000), ==, 1);
  g_assert_true (urb == expected);
  g_assert_cmpint (urb->status, ==, 0);
}

static void
ask (Bench *bench, const guint8 *command, guint8 *reply, gsize length)
{
  struct usbdevfs_urb out, in;

  submit (bench, &out, OUT, command, COMMAND_SIZE);
  submit (bench, &in, IN, reply, length);
  wait_for (bench, &out);
  wait_for (bench, &in);
  g_assert_cmpint (in.actual_length, ==, length);
}

/* While the probe reads, the program has its time for itself. */
static void
test_free_meanwhile (void)
{
  Bench bench;
  struct usbdevfs_urb out, in;
  guint8 expected[BLOCK];
  guint8 got[BLOCK];
  gint64 began;

  set_up (&bench, TRUE);
  ask (&bench, enter_swd, got, 2);
  g_assert_true (
      fk_sim_board_peek (mock_bus_get_board (bench.mock, 0), 0x08000000, expected, BLOCK));

  began = g_get_monotonic_time ();
  submit (&bench, &out, OUT, read_block, COMMAND_SIZE);
  submit (&bench, &in, IN, got, BLOCK);
  wait_for (&bench, &out);
  g_assert_null (reap (&bench));
  g_assert_cmpint (g_get_monotonic_time () - began, <, BLOCK_US);

  wait_for (&bench, &in);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, BLOCK_US);
  g_assert_cmpmem (got, in.actual_length, expected, BLOCK);
  tear_down (&bench);
}

/* Blocks one after the other last as long as they do in the model, and are not late. */
static void
test_pace (void)
{
  const guint n_blocks = 10;
  Bench bench;
  FkSimCounters before, after;
  guint8 got[BLOCK];
  guint8 status[12];
  gint64 began, took, model;

  set_up (&bench, TRUE);
  ask (&bench, enter_swd, got, 2);
  fk_sim_board_get_counters (mock_bus_get_board (bench.mock, 0), &before);
  began = g_get_monotonic_time ();
  for (guint i = 0; i < n_blocks; i++)
    {
      ask (&bench, read_block, got, BLOCK);
      ask (&bench, get_status, status, sizeof status);
      g_assert_cmphex (status[0], ==, 0x80);
    }
  took = g_get_monotonic_time () - began;
  fk_sim_board_get_counters (mock_bus_get_board (bench.mock, 0), &after);
  model = (gint64)(after.usb_ns - before.usb_ns + after.probe_ns - before.probe_ns + after.swd_ns -
                   before.swd_ns) /
          1000;
  g_assert_cmpint (model, >, n_blocks * BLOCK_US);
  /* The first turnaround may have begun before. */
  g_assert_cmpint (took, >=, model - 200);
  g_assert_cmpint (took, <, model + n_blocks * PATIENCE_US);
  g_test_message ("%u blocks: %.3f ms, %.3f ms in the model", n_blocks, (double)took / 1000,
                  (double)model / 1000);
  tear_down (&bench);
}

/* While nobody asks, a board lives on in real time; in modelled time it does not. */
static void
test_alone (gconstpointer data)
{
  const guint64 life_us = 50 * 1000;
  gboolean real_time = GPOINTER_TO_INT (data);
  gint64 patience_us = real_time ? BENCH_PATIENCE_S * G_USEC_PER_SEC : (gint64)life_us;
  Bench bench;
  FkSimCounters before, after;
  guint8 got[2];
  guint64 lived_us;
  gint64 began, took;

  set_up (&bench, real_time);
  ask (&bench, enter_swd, got, 2);
  began = g_get_monotonic_time ();
  fk_sim_board_get_counters (mock_bus_get_board (bench.mock, 0), &before);
  do
    {
      g_usleep (1000);
      fk_sim_board_get_counters (mock_bus_get_board (bench.mock, 0), &after);
      lived_us = (after.total_ns - before.total_ns) / 1000;
      took = g_get_monotonic_time () - began;
    }
  while (lived_us < life_us && took < patience_us);
  if (real_time)
    g_assert_cmpuint (lived_us, >=, life_us);
  else
    g_assert_cmpuint (lived_us, ==, 0);
  g_assert_cmpuint (after.n_transfers, ==, before.n_transfers);
  tear_down (&bench);
}

/* Transfers that are handed over together run in their order, in either mode. */
static void
test_many_at_once (gconstpointer data)
{
  Bench bench;
  struct usbdevfs_urb out[8], in[8];
  guint8 replies[8][6];

  set_up (&bench, GPOINTER_TO_INT (data));
  for (guint i = 0; i < 8; i++)
    {
      submit (&bench, &out[i], OUT, get_version, COMMAND_SIZE);
      submit (&bench, &in[i], IN, replies[i], sizeof replies[i]);
    }
  for (guint i = 0; i < 8; i++)
    {
      wait_for (&bench, &out[i]);
      wait_for (&bench, &in[i]);
      g_assert_cmpmem (replies[i] + 2, in[i].actual_length - 2, "\x83\x04\x48\x37", 4);
    }
  g_assert_null (reap (&bench));
  tear_down (&bench);
}

/* The reply is asked for first; the next exchange begins as soon as its command has gone out. */
static void
test_chain (void)
{
  Bench bench;
  struct usbdevfs_urb out[2], in[2];
  guint8 replies[2][6];

  set_up (&bench, TRUE);
  submit (&bench, &in[0], IN, replies[0], 6);
  submit (&bench, &in[1], IN, replies[1], 6);
  g_assert_null (reap (&bench));
  submit (&bench, &out[0], OUT, get_version, COMMAND_SIZE);
  wait_for (&bench, &out[0]);
  wait_for (&bench, &in[0]);
  submit (&bench, &out[1], OUT, get_version, COMMAND_SIZE);
  wait_for (&bench, &out[1]);
  wait_for (&bench, &in[1]);
  g_assert_cmpmem (replies[0], 6, replies[1], 6);
  tear_down (&bench);
}

/* What the probe has already answered is not taken back; a transfer that waits is. */
static void
test_discard (void)
{
  Bench bench;
  struct usbdevfs_urb out, in;
  guint8 got[BLOCK];

  set_up (&bench, TRUE);
  ask (&bench, enter_swd, got, 2);
  submit (&bench, &out, OUT, read_block, COMMAND_SIZE);
  submit (&bench, &in, IN, got, BLOCK);
  wait_for (&bench, &out);
  g_assert_cmpint (ioctl (bench.node, USBDEVFS_DISCARDURB, &in), ==, -1);
  g_assert_cmpint (errno, ==, EINVAL);
  wait_for (&bench, &in);
  g_assert_cmpint (in.actual_length, ==, BLOCK);

  submit (&bench, &in, IN, got, BLOCK);
  g_assert_cmpint (ioctl (bench.node, USBDEVFS_DISCARDURB, &in), ==, 0);
  g_assert_true (reap (&bench) == &in);
  g_assert_cmpint (in.status, ==, -ENOENT);
  tear_down (&bench);
}

/* Waited for in the ioctl itself. */
static void
test_waiting (void)
{
  Bench bench;
  guint8 got[BLOCK];
  struct usbdevfs_bulktransfer out = { OUT, COMMAND_SIZE, 1000, (guint8 *)read_block };
  struct usbdevfs_bulktransfer in = { IN, BLOCK, 1000, got };
  gint64 began;

  set_up (&bench, TRUE);
  ask (&bench, enter_swd, got, 2);
  began = g_get_monotonic_time ();
  g_assert_cmpint (ioctl (bench.node, USBDEVFS_BULK, &out), ==, COMMAND_SIZE);
  g_assert_cmpint (ioctl (bench.node, USBDEVFS_BULK, &in), ==, BLOCK);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, BLOCK_US);
  tear_down (&bench);
}

static void
add_tests (void)
{
  g_test_add_func ("/mock-time/free-meanwhile", test_free_meanwhile);
  g_test_add_func ("/mock-time/pace", test_pace);
  g_test_add_data_func ("/mock-time/alone/modelled", GINT_TO_POINTER (FALSE), test_alone);
  g_test_add_data_func ("/mock-time/alone/real", GINT_TO_POINTER (TRUE), test_alone);
  g_test_add_data_func ("/mock-time/many-at-once/modelled", GINT_TO_POINTER (FALSE),
                        test_many_at_once);
  g_test_add_data_func ("/mock-time/many-at-once/real", GINT_TO_POINTER (TRUE), test_many_at_once);
  g_test_add_func ("/mock-time/chain", test_chain);
  g_test_add_func ("/mock-time/discard", test_discard);
  g_test_add_func ("/mock-time/waiting", test_waiting);
}

int
main (int argc, char **argv)
{
  return usb_bench_run (argc, argv, add_tests);
}
