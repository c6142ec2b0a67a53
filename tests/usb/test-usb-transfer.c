/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bulk transfers through real libusb, and everything that goes wrong with them. */

#include "config.h"

#include <string.h>
#include <sys/resource.h>

#include "base/fk-error.h"
#include "usb-bench.h"

#define OUT 0x02
#define IN  0x81

#define COMMAND_SIZE 16
#define VERSION_SIZE 6

/* ST-LINK commands; the driver's own tests are elsewhere. */
#define GET_VERSION 0xf1
#define DEBUG       0xf2
#define ENTER       0x30
#define ENTER_SWD   0xa3
#define READ_MEM_32 0x07

#define PROMPT_MS 2000 /* whatever fails has failed by then, on a busy machine too */

static gboolean
ask_version (UsbBench *bench, guint8 reply[VERSION_SIZE], gsize *actual, GError **error)
{
  guint8 command[COMMAND_SIZE] = { GET_VERSION };
  FkUsbTransfer transfers[] = {
    { .endpoint = OUT, .data = command, .length = sizeof command },
    { .endpoint = IN, .data = reply, .length = VERSION_SIZE },
  };
  gboolean ok = fk_usb_device_transfer (bench->device, transfers, 2, 500, NULL, error);

  if (actual != NULL)
    *actual = transfers[1].actual;
  return ok;
}

/* The device works, and is in step. */
static void
assert_works (UsbBench *bench)
{
  g_autoptr (GError) error = NULL;
  guint8 reply[VERSION_SIZE] = { 0 };
  gsize actual = 0;

  ask_version (bench, reply, &actual, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (actual, ==, VERSION_SIZE);
  g_assert_cmpmem (reply + 2, 4, "\x83\x04\x48\x37", 4);
}

static void
set_up (UsbBench *bench)
{
  g_autoptr (GError) error = NULL;

  usb_bench_set_up (bench, "creator-pro?mode=swd", NULL);
  fk_usb_device_open (bench->device, 0, &error);
  g_assert_no_error (error);
  assert_works (bench);
}

static void
tear_down (UsbBench *bench)
{
  fk_usb_device_close (bench->device);
  usb_bench_tear_down (bench);
}

static void
run_command (UsbBench *bench, const guint8 *bytes, gsize length, guint8 *reply, gsize reply_length)
{
  g_autoptr (GError) error = NULL;
  guint8 command[COMMAND_SIZE] = { 0 };
  FkUsbTransfer transfers[] = {
    { .endpoint = OUT, .data = command, .length = sizeof command },
    { .endpoint = IN, .data = reply, .length = reply_length },
  };

  memcpy (command, bytes, length);
  fk_usb_device_transfer (bench->device, transfers, 2, 1000, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (transfers[1].actual, ==, reply_length);
}

static void
enter_swd (UsbBench *bench)
{
  static const guint8 enter[] = { DEBUG, ENTER, ENTER_SWD };
  guint8 status[2];

  run_command (bench, enter, sizeof enter, status, sizeof status);
  g_assert_cmphex (status[0], ==, 0x80);
}

/* Many at once, and the largest there is. */
static void
test_lengths (void)
{
  static const gsize lengths[] = { 4, 60, 64, 68, 128, 1024, 6144 };
  UsbBench bench;
  guint8 got[6144];
  guint8 expected[6144];

  set_up (&bench);
  enter_swd (&bench);
  g_assert_true (fk_sim_board_peek (bench.board, 0x08000000, expected, sizeof expected));
  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      gsize n = lengths[i];
      const guint8 read[] = { DEBUG, READ_MEM_32, 0, 0, 0, 8, n & 0xff, n >> 8 };

      memset (got, 0xee, sizeof got);
      run_command (&bench, read, sizeof read, got, n);
      g_assert_cmpmem (got, n, expected, n);
      if (n < sizeof got)
        g_assert_cmphex (got[n], ==, 0xee);
    }
  tear_down (&bench);
}

/* A reply of a whole number of packets does not end a longer transfer (USB 2.0, 5.8.3). */
static void
test_whole_packets (void)
{
  static const guint8 read[COMMAND_SIZE] = { DEBUG, READ_MEM_32, 0, 0, 0, 8, 128 };
  UsbBench bench;
  g_autoptr (GError) error = NULL;
  guint8 command[COMMAND_SIZE];
  guint8 got[192];
  guint8 expected[128];
  FkUsbTransfer transfers[] = {
    { .endpoint = OUT, .data = command, .length = sizeof command },
    { .endpoint = IN, .data = got, .length = sizeof got },
  };

  set_up (&bench);
  enter_swd (&bench);
  memcpy (command, read, sizeof command);
  g_assert_false (fk_usb_device_transfer (bench.device, transfers, 2, 100, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_TIMEOUT);
  /* What came is not lost. */
  g_assert_cmpuint (transfers[1].actual, ==, 128);
  g_assert_true (fk_sim_board_peek (bench.board, 0x08000000, expected, sizeof expected));
  g_assert_cmpmem (got, 128, expected, 128);
  assert_works (&bench);
  tear_down (&bench);
}

static void
test_short (void)
{
  UsbBench bench;
  g_autoptr (GError) error = NULL;
  guint8 reply[VERSION_SIZE];
  gsize actual;

  set_up (&bench);
  fk_sim_board_set_fault (bench.board, FK_SIM_FAULT_SHORT, 0);
  g_assert_true (ask_version (&bench, reply, &actual, &error)); /* judging is not its business */
  g_assert_no_error (error);
  g_assert_cmpuint (actual, ==, VERSION_SIZE / 2);
  assert_works (&bench);
  tear_down (&bench);
}

static void
test_overflow (void)
{
  UsbBench bench;
  g_autoptr (GError) error = NULL;
  guint8 command[COMMAND_SIZE] = { GET_VERSION };
  guint8 reply[4];
  FkUsbTransfer transfers[] = {
    { .endpoint = OUT, .data = command, .length = sizeof command },
    { .endpoint = IN, .data = reply, .length = sizeof reply },
  };

  set_up (&bench);
  g_assert_false (fk_usb_device_transfer (bench.device, transfers, 2, 500, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  usb_bench_assert_says (error, "more than was asked for");
  assert_works (&bench);
  tear_down (&bench);
}

/* Either endpoint; the halt lasts until it is cleared. */
static void
test_stall (void)
{
  UsbBench bench;

  set_up (&bench);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      guint8 reply[VERSION_SIZE];
      guint64 next = fk_sim_board_get_n_transfers (bench.board);

      fk_sim_board_set_fault (bench.board, FK_SIM_FAULT_STALL, next + i);
      g_assert_false (ask_version (&bench, reply, NULL, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
      usb_bench_assert_says (error, "stalled");
      g_clear_error (&error);
      g_assert_false (ask_version (&bench, reply, NULL, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
      g_clear_error (&error);
      g_assert_true (fk_usb_device_clear_halt (bench.device, i == 0 ? OUT : IN, &error));
      if (i == 1) /* the reply that nobody could fetch */
        g_assert_true (fk_usb_device_reset (bench.device, &error));
      g_assert_no_error (error);
      assert_works (&bench);
    }
  tear_down (&bench);
}

static void
test_no_endpoint (void)
{
  UsbBench bench;
  g_autoptr (GError) error = NULL;
  guint8 byte = 0;
  FkUsbTransfer transfer = { .endpoint = 0x05, .data = &byte, .length = 1 };

  set_up (&bench);
  g_assert_false (fk_usb_device_transfer (bench.device, &transfer, 1, 500, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_assert_false (fk_usb_device_clear_halt (bench.device, 0x05, NULL));
  assert_works (&bench);
  tear_down (&bench);
}

/* Towards the probe and away from it; the time limit is for all together. */
static void
test_timeout (void)
{
  UsbBench bench;

  set_up (&bench);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      guint8 command[COMMAND_SIZE] = { GET_VERSION };
      guint8 reply[VERSION_SIZE];
      FkUsbTransfer transfers[] = {
        { .endpoint = OUT, .data = command, .length = sizeof command },
        { .endpoint = IN, .data = reply, .length = sizeof reply },
      };
      guint64 next = fk_sim_board_get_n_transfers (bench.board);
      gint64 start = g_get_monotonic_time ();
      gint64 ms;

      fk_sim_board_set_fault (bench.board, FK_SIM_FAULT_TIMEOUT, next + i);
      g_assert_false (fk_usb_device_transfer (bench.device, transfers, 2, 100, NULL, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_TIMEOUT);
      ms = (g_get_monotonic_time () - start) / 1000;
      g_assert_cmpint (ms, >=, 100);
      g_assert_cmpint (ms, <, PROMPT_MS);
      g_clear_error (&error);
      g_assert_true (fk_usb_device_reset (bench.device, &error));
      assert_works (&bench);
    }
  tear_down (&bench);
}

static gint64
get_cpu_us (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (gint64)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC +
         usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

/* Nobody turns in circles while nothing comes: neither we nor libusb nor the mocked bus. */
static void
test_idle (void)
{
  UsbBench bench;
  g_autoptr (GError) error = NULL;
  guint8 byte;
  FkUsbTransfer transfer = { .endpoint = IN, .data = &byte, .length = 1 };
  gint64 start;
  guint n_ioctls;

  set_up (&bench);
  start = get_cpu_us ();
  n_ioctls = mock_bus_get_n_ioctls (bench.mock, 0);
  g_assert_false (fk_usb_device_transfer (bench.device, &transfer, 1, 400, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_TIMEOUT);
  g_assert_cmpint (get_cpu_us () - start, <, 100000);
  g_assert_cmpuint (mock_bus_get_n_ioctls (bench.mock, 0) - n_ioctls, <=, 6);
  tear_down (&bench);
}

typedef struct
{
  UsbBench *bench;
  GCancellable *cancellable;
} Meanwhile;

static gpointer
cancel_meanwhile (gpointer data)
{
  Meanwhile *meanwhile = data;

  g_usleep (50 * 1000);
  g_cancellable_cancel (meanwhile->cancellable);
  return NULL;
}

static gpointer
unplug_meanwhile (gpointer data)
{
  Meanwhile *meanwhile = data;

  g_usleep (50 * 1000);
  mock_bus_unplug (meanwhile->bench->mock, 0);
  return NULL;
}

/* Waits for a reply that never comes, with a limit that nobody wants to wait for. */
static gint64
wait_in_vain (UsbBench *bench, GCancellable *cancellable, GThreadFunc func, GError **error)
{
  guint8 bytes[2][64];
  FkUsbTransfer transfers[] = {
    { .endpoint = IN, .data = bytes[0], .length = 64 },
    { .endpoint = IN, .data = bytes[1], .length = 64 },
  };
  Meanwhile meanwhile = { bench, cancellable };
  gint64 start = g_get_monotonic_time ();
  GThread *thread = func != NULL ? g_thread_new ("meanwhile", func, &meanwhile) : NULL;

  g_assert_false (fk_usb_device_transfer (bench->device, transfers, 2, 60000, cancellable, error));
  if (thread != NULL)
    g_thread_join (thread);
  return (g_get_monotonic_time () - start) / 1000;
}

static void
test_cancel (void)
{
  UsbBench bench;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gint64 ms;

  set_up (&bench);
  ms = wait_in_vain (&bench, cancellable, cancel_meanwhile, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (ms, >=, 50);
  g_assert_cmpint (ms, <, PROMPT_MS);
  g_clear_error (&error);
  assert_works (&bench);

  /* Cancelled before it began: nothing is sent. */
  ms = wait_in_vain (&bench, cancellable, NULL, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (ms, <, PROMPT_MS);
  assert_works (&bench);
  tear_down (&bench);
}

static void
test_unplug (void)
{
  UsbBench bench;
  g_autoptr (GError) error = NULL;
  gint64 ms;

  set_up (&bench);
  ms = wait_in_vain (&bench, NULL, unplug_meanwhile, &error);
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  usb_bench_assert_says (error, "unplugged");
  g_assert_cmpint (ms, <, PROMPT_MS);
  g_clear_error (&error);

  /* And whatever is tried afterwards. */
  g_assert_false (ask_version (&bench, (guint8[VERSION_SIZE]){ 0 }, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_clear_error (&error);
  g_assert_false (fk_usb_device_clear_halt (bench.device, IN, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_clear_error (&error);
  g_assert_false (fk_usb_device_reset (bench.device, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  tear_down (&bench);
}

/* The cable is pulled at the very transfer: the command, or its reply. */
static void
test_unplug_at (void)
{
  for (guint i = 0; i < 2; i++)
    {
      UsbBench bench;
      g_autoptr (GError) error = NULL;
      guint8 reply[VERSION_SIZE];
      guint64 next;

      set_up (&bench);
      next = fk_sim_board_get_n_transfers (bench.board);
      fk_sim_board_set_fault (bench.board, FK_SIM_FAULT_UNPLUG, next + i);
      g_assert_false (ask_version (&bench, reply, NULL, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
      g_assert_false (mock_bus_is_plugged (bench.mock, 0));
      tear_down (&bench);
    }
}

static void
add_tests (void)
{
  g_test_add_func ("/usb-transfer/lengths", test_lengths);
  g_test_add_func ("/usb-transfer/whole-packets", test_whole_packets);
  g_test_add_func ("/usb-transfer/short", test_short);
  g_test_add_func ("/usb-transfer/overflow", test_overflow);
  g_test_add_func ("/usb-transfer/stall", test_stall);
  g_test_add_func ("/usb-transfer/no-endpoint", test_no_endpoint);
  g_test_add_func ("/usb-transfer/timeout", test_timeout);
  g_test_add_func ("/usb-transfer/idle", test_idle);
  g_test_add_func ("/usb-transfer/cancel", test_cancel);
  g_test_add_func ("/usb-transfer/unplug", test_unplug);
  g_test_add_func ("/usb-transfer/unplug-at", test_unplug_at);
}

int
main (int argc, char **argv)
{
  return usb_bench_run (argc, argv, add_tests);
}
