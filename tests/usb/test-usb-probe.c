/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The ST-LINK driver through real libusb: every generation, and what can go wrong on the way. */

#include "config.h"

#include <string.h>

#include "base/fk-error.h"
#include "probe/fk-probe-list.h"
#include "usb-bench.h"

#define FLASH 0x08000000
#define RAM   0x20000000

#define DHCSR      0xe000edf0
#define DHCSR_HALT 0xa05f0003

#define BLOCK     16384
#define PROMPT_MS 6000 /* the driver tries to get into step again before it gives up */

static FkProbe *
attach (UsbBench *bench)
{
  g_autoptr (GError) error = NULL;
  FkProbe *probe = usb_bench_open_probe (bench);

  fk_probe_attach (probe, FALSE, NULL, &error);
  g_assert_no_error (error);
  return probe;
}

static void
leave (UsbBench *bench, FkProbe *probe)
{
  fk_probe_detach (probe);
  fk_probe_close (probe);
  g_assert_finalize_object (probe);
  usb_bench_tear_down (bench);
}

static void
assert_reads (UsbBench *bench, FkProbe *probe, guint32 address, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *got = g_malloc0 (length);
  g_autofree guint8 *expected = g_malloc (length);

  g_assert_true (fk_sim_board_peek (bench->board, address, expected, length));
  fk_probe_read (probe, address, got, length, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (got, length, expected, length);
}

static void
assert_writes (UsbBench *bench, FkProbe *probe, guint32 address, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = g_malloc (length);
  g_autofree guint8 *got = g_malloc0 (length);

  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8)(i * 7 + i / 256 + length);
  fk_probe_write (probe, address, bytes, length, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fk_sim_board_peek (bench->board, address, got, length));
  g_assert_cmpmem (got, length, bytes, length);
}

static void
assert_identity (FkProbe *probe)
{
  g_autoptr (GError) error = NULL;
  guint millivolts = 0;
  guint32 idcode = 0;

  g_assert_cmpuint (strlen (fk_probe_get_serial (probe)), ==, 24);
  fk_probe_get_voltage (probe, &millivolts, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (millivolts, >, 2500);
  g_assert_cmpuint (millivolts, <, 3600);
  fk_probe_read_idcode (probe, TRUE, &idcode, &error);
  g_assert_no_error (error);
  g_assert_cmphex (idcode & 0xfff, ==, 0x477);
}

#define N_LIST 200 /* longer than a V2 takes in one */

static void
fill_list (FkProbeAccess list[N_LIST])
{
  for (guint i = 0; i < N_LIST; i++)
    list[i] = (FkProbeAccess){ RAM + 0x100 + i / 2 * 4, i + 0x5a5a0000, i % 2 == 0 };
}

static void
assert_list (FkProbe *probe, const FkProbeAccess list[N_LIST])
{
  for (guint i = 0; i < N_LIST; i++)
    g_assert_cmphex (list[i].value, ==, (i & ~1u) + 0x5a5a0000);
}

static void
test_model (gconstpointer data)
{
  UsbBench bench;
  g_autoptr (GError) error = NULL;
  guint8 bytes[64];
  guint32 word;
  FkProbeAccess list[N_LIST];
  FkProbe *probe;

  usb_bench_set_up (&bench, data, NULL);
  probe = attach (&bench);
  assert_identity (probe);
  /* The program of the board uses its RAM. */
  g_assert_true (fk_probe_write_word (probe, DHCSR, DHCSR_HALT, &error));
  assert_reads (&bench, probe, FLASH, BLOCK);
  assert_reads (&bench, probe, FLASH + 3, 1);
  assert_reads (&bench, probe, FLASH + 1, 4099);
  assert_writes (&bench, probe, RAM, 2048);
  assert_writes (&bench, probe, RAM + 0x101, 3001);
  assert_writes (&bench, probe, RAM + 2, 2);

  g_assert_true (fk_probe_write_word (probe, RAM + 8, 0x12345678, &error));
  g_assert_true (fk_probe_read_word (probe, RAM + 8, &word, &error));
  g_assert_no_error (error);
  g_assert_cmphex (word, ==, 0x12345678);

  fill_list (list);
  fk_probe_run_list (probe, list, N_LIST, &error);
  g_assert_no_error (error);
  assert_list (probe, list);

  g_assert_false (fk_probe_read (probe, 0x60000000, bytes, sizeof bytes, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BUS_FAULT);
  assert_reads (&bench, probe, FLASH, 256);
  leave (&bench, probe);
}

/* Whatever the probe was doing when it was opened. */
static void
test_mode (gconstpointer data)
{
  UsbBench bench;
  FkProbe *probe;

  usb_bench_set_up (&bench, data, NULL);
  probe = attach (&bench);
  assert_reads (&bench, probe, FLASH, 1024);
  leave (&bench, probe);
}

/* An earlier program died between a command and its reply. */
static void
test_left_in_the_middle (void)
{
  static const guint8 read[16] = { 0xf2, 0x07, 0, 0, 0, 8, 0, 0x18 };
  static const guint8 write[16] = { 0xf2, 0x08, 0, 0, 0, 0x20, 0, 0x04 };
  UsbBench bench;
  FkProbe *probe;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      guint8 command[16];
      FkUsbTransfer transfer = { .endpoint = 0x02, .data = command, .length = sizeof command };

      memcpy (command, i == 0 ? read : write, sizeof command);
      usb_bench_set_up (&bench, "blue-pill?mode=swd", NULL);
      g_assert_true (fk_usb_device_open (bench.device, 0, &error));
      g_assert_true (fk_usb_device_transfer (bench.device, &transfer, 1, 500, NULL, &error));
      fk_usb_device_close (bench.device);
      probe = attach (&bench);
      assert_identity (probe);
      assert_reads (&bench, probe, FLASH, 4096);
      leave (&bench, probe);
    }
}

/* A fault at each of some transfers: the right bytes or a named error, soon; then in step again. */
static void
test_fault (gconstpointer data)
{
  FkSimFault fault = (FkSimFault)GPOINTER_TO_INT (data);
  guint step = fault == FK_SIM_FAULT_TIMEOUT ? 4 : 1; /* a time-out takes its time */

  for (guint i = 0; i < 12; i += step)
    {
      UsbBench bench;
      g_autoptr (GError) error = NULL;
      g_autofree guint8 *got = g_malloc0 (BLOCK);
      g_autofree guint8 *expected = g_malloc (BLOCK);
      gint64 start;
      FkProbe *probe;

      usb_bench_set_up (&bench, "creator-pro", NULL);
      probe = attach (&bench);
      g_assert_true (fk_sim_board_peek (bench.board, FLASH, expected, BLOCK));
      fk_sim_board_set_fault (bench.board, fault, fk_sim_board_get_n_transfers (bench.board) + i);
      start = g_get_monotonic_time ();
      if (fk_probe_read (probe, FLASH, got, BLOCK, NULL, &error))
        g_assert_cmpmem (got, BLOCK, expected, BLOCK);
      else
        g_assert_true (error->domain == FK_ERROR);
      g_assert_cmpint ((g_get_monotonic_time () - start) / 1000, <, PROMPT_MS);

      g_clear_error (&error);
      fk_sim_board_set_fault (bench.board, FK_SIM_FAULT_NONE, 0);
      fk_probe_close (probe);
      fk_probe_open (probe, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (fk_probe_attach (probe, FALSE, NULL, &error));
      assert_reads (&bench, probe, FLASH, BLOCK);
      leave (&bench, probe);
    }
}

/* The same for a list: it may always be done again. */
static void
test_list_fault (gconstpointer data)
{
  FkSimFault fault = (FkSimFault)GPOINTER_TO_INT (data);

  for (guint i = 0; i < 4; i++)
    {
      UsbBench bench;
      g_autoptr (GError) error = NULL;
      FkProbeAccess list[N_LIST];
      FkProbe *probe;

      usb_bench_set_up (&bench, "creator-pro", NULL);
      probe = attach (&bench);
      g_assert_true (fk_probe_write_word (probe, DHCSR, DHCSR_HALT, &error));
      fill_list (list);
      fk_sim_board_set_fault (bench.board, fault, fk_sim_board_get_n_transfers (bench.board) + i);
      fk_probe_run_list (probe, list, N_LIST, &error);
      if (fault == FK_SIM_FAULT_SWD && error != NULL)
        {
          g_assert_error (error, FK_ERROR, FK_ERROR_BUS_FAULT);
          g_clear_error (&error);
          fk_probe_run_list (probe, list, N_LIST, &error);
        }
      g_assert_no_error (error);
      assert_list (probe, list);
      leave (&bench, probe);
    }
}

typedef struct
{
  UsbBench *bench;
  FkProbe *probe;
  GCancellable *cancellable;
  GError *error;
} Reading;

/* Reads on and on, until something is wrong. */
static gpointer
keep_reading (gpointer data)
{
  Reading *reading = data;
  g_autofree guint8 *bytes = g_malloc (BLOCK);

  while (fk_probe_read (reading->probe, FLASH, bytes, BLOCK, reading->cancellable, &reading->error))
    ;
  return NULL;
}

static void
join_soon (GThread *thread)
{
  gint64 start = g_get_monotonic_time ();

  g_thread_join (thread);
  g_assert_cmpint ((g_get_monotonic_time () - start) / 1000, <, PROMPT_MS);
}

static void
test_unplug (gconstpointer data)
{
  UsbBench bench;
  Reading reading = { .bench = &bench };
  GThread *thread;

  usb_bench_set_up (&bench, data, NULL);
  reading.probe = attach (&bench);
  thread = g_thread_new ("reading", keep_reading, &reading);
  g_usleep (30 * 1000);
  mock_bus_unplug (bench.mock, 0);
  join_soon (thread);
  g_assert_error (reading.error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_clear_error (&reading.error);
  leave (&bench, reading.probe);
}

static void
test_cancel (void)
{
  UsbBench bench;
  Reading reading = { .bench = &bench, .cancellable = g_cancellable_new () };
  GThread *thread;

  usb_bench_set_up (&bench, "creator-pro", NULL);
  reading.probe = attach (&bench);
  thread = g_thread_new ("reading", keep_reading, &reading);
  g_usleep (30 * 1000);
  g_cancellable_cancel (reading.cancellable);
  join_soon (thread);
  g_assert_error (reading.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&reading.error);
  g_object_unref (reading.cancellable);
  assert_reads (&bench, reading.probe, FLASH, 4096);
  leave (&bench, reading.probe);
}

static gboolean
is_empty (gpointer list)
{
  return g_list_model_get_n_items (list) == 0;
}

static gboolean
has_one (gpointer list)
{
  return g_list_model_get_n_items (list) == 1;
}

/* The list follows; an open probe is lost, and the same probe plugged in again is another. */
static void
test_replug (void)
{
  MockBus *mock = mock_bus_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (FkProbe) before = NULL;
  g_autoptr (FkProbe) after = NULL;
  FkProbeList *list = fk_probe_list_new (&error);
  guint8 bytes[64];

  g_assert_no_error (error);
  g_assert_true (is_empty (list));
  g_assert_true (mock_bus_add (mock, "skr-mini-e3", &error));
  usb_bench_wait_for (has_one, list);
  before = fk_probe_list_find (list, NULL, &error);
  g_assert_true (fk_probe_open (before, NULL, &error));
  g_assert_true (fk_probe_attach (before, FALSE, NULL, &error));

  mock_bus_unplug (mock, 0);
  usb_bench_wait_for (is_empty, list);
  g_assert_false (fk_probe_read (before, FLASH, bytes, sizeof bytes, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_clear_error (&error);

  mock_bus_plug (mock, 0);
  usb_bench_wait_for (has_one, list);
  after = fk_probe_list_find (list, NULL, &error);
  g_assert_true (after != before);
  g_assert_true (fk_probe_open (after, NULL, &error));
  g_assert_true (fk_probe_attach (after, FALSE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (fk_probe_get_serial (after), ==, fk_probe_get_serial (before));
  fk_probe_close (after);
  fk_probe_close (before);
  g_assert_finalize_object (list);
  g_clear_object (&before);
  g_clear_object (&after);
  mock_bus_free (mock);
}

static void
add_tests (void)
{
  g_test_add_data_func ("/usb-probe/model/v2", "creator-pro", test_model);
  g_test_add_data_func ("/usb-probe/model/v2-old", "blue-pill?firmware=V2J14S0", test_model);
  g_test_add_data_func ("/usb-probe/model/v2-clone", "blue-pill", test_model);
  g_test_add_data_func ("/usb-probe/model/v2-1", "disco-f4", test_model);
  g_test_add_data_func ("/usb-probe/model/v2-1-nomsd", "disco-f4?probe=v2-1-nomsd", test_model);
  g_test_add_data_func ("/usb-probe/model/v3", "skr-mini-e3", test_model);
  g_test_add_data_func ("/usb-probe/model/v3e", "creator-pro?probe=v3e", test_model);
  g_test_add_data_func ("/usb-probe/model/v3-old", "creator-pro?probe=v3&firmware=V3J1M1",
                        test_model);
  g_test_add_data_func ("/usb-probe/mode/dfu", "blue-pill?mode=dfu", test_mode);
  g_test_add_data_func ("/usb-probe/mode/mass", "blue-pill?mode=mass", test_mode);
  g_test_add_data_func ("/usb-probe/mode/swd", "blue-pill?mode=swd", test_mode);
  g_test_add_data_func ("/usb-probe/mode/jtag", "blue-pill?mode=jtag", test_mode);
  g_test_add_data_func ("/usb-probe/mode/swim", "blue-pill?mode=swim", test_mode);
  g_test_add_func ("/usb-probe/left-in-the-middle", test_left_in_the_middle);
  g_test_add_data_func ("/usb-probe/fault/stall", GINT_TO_POINTER (FK_SIM_FAULT_STALL), test_fault);
  g_test_add_data_func ("/usb-probe/fault/timeout", GINT_TO_POINTER (FK_SIM_FAULT_TIMEOUT),
                        test_fault);
  g_test_add_data_func ("/usb-probe/fault/short", GINT_TO_POINTER (FK_SIM_FAULT_SHORT), test_fault);
  g_test_add_data_func ("/usb-probe/fault/swd", GINT_TO_POINTER (FK_SIM_FAULT_SWD), test_fault);
  g_test_add_data_func ("/usb-probe/list-fault/stall", GINT_TO_POINTER (FK_SIM_FAULT_STALL),
                        test_list_fault);
  g_test_add_data_func ("/usb-probe/list-fault/short", GINT_TO_POINTER (FK_SIM_FAULT_SHORT),
                        test_list_fault);
  g_test_add_data_func ("/usb-probe/list-fault/swd", GINT_TO_POINTER (FK_SIM_FAULT_SWD),
                        test_list_fault);
  g_test_add_data_func ("/usb-probe/unplug/v2", "creator-pro", test_unplug);
  g_test_add_data_func ("/usb-probe/unplug/v3", "skr-mini-e3", test_unplug);
  g_test_add_func ("/usb-probe/cancel", test_cancel);
  g_test_add_func ("/usb-probe/replug", test_replug);
}

int
main (int argc, char **argv)
{
  return usb_bench_run (argc, argv, add_tests);
}
