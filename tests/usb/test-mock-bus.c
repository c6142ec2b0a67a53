/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "base/fk-error.h"
#include "mock-bus.h"
#include "probe/fk-probe-list.h"
#include "sim/fk-sim.h"
#include "usb/fk-usb-bus.h"

/* The ST-LINK driver through real libusb, on a bus that exists only here. */

#define RAM        0x20000000
#define FLASH      0x08000000
#define PATIENCE_S 10

typedef struct
{
  FkSimBoard *board;
  MockBus *mock;
  FkUsbBus *bus;
  FkUsbDevice *device;
} Fixture;

static void
set_up (Fixture *fixture, const char *specification)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) devices = NULL;

  memset (fixture, 0, sizeof *fixture);
  fixture->mock = mock_bus_new ();
  mock_bus_add (fixture->mock, specification, &error);
  g_assert_no_error (error);
  fixture->board = mock_bus_get_board (fixture->mock, 0);
  fixture->bus = fk_usb_bus_new (&error);
  g_assert_no_error (error);
  devices = fk_usb_bus_list (fixture->bus, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (devices->len, ==, 2);
  for (guint i = 0; i < devices->len; i++)
    if (fk_usb_device_get_vendor_id (devices->pdata[i]) == 0x0483)
      g_set_object (&fixture->device, devices->pdata[i]);
}

static void
tear_down (Fixture *fixture)
{
  g_assert_finalize_object (fixture->bus);
  g_assert_finalize_object (fixture->device);
  mock_bus_free (fixture->mock);
}

static FkProbe *
open_probe (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  FkProbe *probe = fk_probe_new_for_usb (fixture->device);

  g_assert_true (FK_IS_PROBE (probe));
  fk_probe_open (probe, NULL, &error);
  g_assert_no_error (error);
  return probe;
}

static void
test_probe (gconstpointer data)
{
  Fixture fixture;
  FkProbe *probe;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *expected = g_malloc (16384);
  g_autofree guint8 *got = g_malloc (16384);
  guint8 odd[3001];
  guint millivolts;
  guint32 idcode;

  set_up (&fixture, data);
  g_assert_cmphex (fk_usb_device_get_vendor_id (fixture.device), ==, 0x0483);
  g_assert_cmpstr (fk_usb_device_get_port_path (fixture.device), ==, "1-1");
  probe = open_probe (&fixture);
  g_assert_cmpuint (strlen (fk_probe_get_serial (probe)), ==, 24);
  g_assert_true (fk_probe_get_voltage (probe, &millivolts, &error));
  g_assert_cmpuint (millivolts, >, 2500);
  g_assert_true (fk_probe_attach (probe, FALSE, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (fk_probe_read_idcode (probe, &idcode, &error));
  g_assert_cmphex (idcode & 0xfff, ==, 0x477);

  /* All lengths of blocks and their ends. */
  g_assert_true (fk_sim_board_peek (fixture.board, FLASH, expected, 16384));
  g_assert_true (fk_probe_read (probe, FLASH, got, 16384, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (got, 16384, expected, 16384);
  for (guint i = 0; i < sizeof odd; i++)
    odd[i] = i * 7 + i / 256;
  g_assert_true (fk_probe_write (probe, RAM + 0x101, odd, sizeof odd, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (fk_sim_board_peek (fixture.board, RAM + 0x101, got, sizeof odd));
  g_assert_cmpmem (got, sizeof odd, odd, sizeof odd);

  g_assert_false (fk_probe_read (probe, 0x60000000, got, 64, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BUS_FAULT);
  g_clear_error (&error);

  fk_probe_detach (probe);
  fk_probe_close (probe);
  g_assert_finalize_object (probe);
  tear_down (&fixture);
}

/* A serial number in raw bytes, through libusb's string descriptors. */
static void
test_clone_serial (void)
{
  Fixture fixture;
  g_autoptr (GBytes) serial = NULL;
  FkProbe *probe;

  set_up (&fixture, "blue-pill");
  serial = fk_usb_device_dup_serial (fixture.device, NULL);
  g_assert_nonnull (serial);
  g_assert_cmpmem (g_bytes_get_data (serial, NULL), g_bytes_get_size (serial),
                   "\x53\0\xff\0\x6c\0\x06\0\x48\0\x84\0\x49\0\x51\0\x48\0\x45\0\x19\0\x67\0", 24);
  probe = open_probe (&fixture);
  g_assert_cmpstr (fk_probe_get_serial (probe), ==, "53FF6C064884495148451967");
  fk_probe_close (probe);
  g_assert_finalize_object (probe);
  tear_down (&fixture);
}

/* Whoever comes second is told that somebody else has the probe. */
static void
test_busy (void)
{
  Fixture fixture;
  g_autoptr (FkUsbBus) second_bus = NULL;
  g_autoptr (GPtrArray) devices = NULL;
  g_autoptr (GError) error = NULL;
  FkUsbDevice *second = NULL;
  FkProbe *probe;

  set_up (&fixture, "creator-pro");
  probe = open_probe (&fixture);
  second_bus = fk_usb_bus_new (&error);
  devices = fk_usb_bus_list (second_bus, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < devices->len; i++)
    if (fk_usb_device_get_vendor_id (devices->pdata[i]) == 0x0483)
      second = devices->pdata[i];
  g_assert_false (fk_usb_device_open (second, 0, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_BUSY);
  fk_probe_close (probe);
  g_clear_error (&error);
  g_assert_true (fk_usb_device_open (second, 0, &error));
  fk_usb_device_close (second);
  g_assert_finalize_object (probe);
  tear_down (&fixture);
}

static void
test_stall_and_timeout (void)
{
  Fixture fixture;
  g_autoptr (GError) error = NULL;
  guint8 command[16] = { 0xf1 };
  guint8 reply[6];
  FkUsbTransfer transfers[] = {
    { .endpoint = 0x02, .data = command, .length = sizeof command },
    { .endpoint = 0x81, .data = reply, .length = sizeof reply },
  };

  set_up (&fixture, "creator-pro");
  g_assert_true (fk_usb_device_open (fixture.device, 0, &error));

  fk_sim_board_set_fault (fixture.board, FK_SIM_FAULT_STALL, 1);
  g_assert_false (fk_usb_device_transfer (fixture.device, transfers, 2, 500, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_clear_error (&error);
  g_assert_true (fk_usb_device_clear_halt (fixture.device, 0x81, &error));
  g_assert_true (fk_usb_device_transfer (fixture.device, transfers, 2, 500, NULL, &error));
  g_assert_cmpuint (transfers[1].actual, ==, 6);

  fk_sim_board_set_fault (fixture.board, FK_SIM_FAULT_TIMEOUT,
                          fk_sim_board_get_n_transfers (fixture.board) + 1);
  g_assert_false (fk_usb_device_transfer (fixture.device, transfers, 2, 100, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_TIMEOUT);
  g_clear_error (&error);
  g_assert_true (fk_usb_device_reset (fixture.device, &error));
  g_assert_true (fk_usb_device_transfer (fixture.device, transfers, 2, 500, NULL, &error));
  g_assert_cmpmem (reply + 4, 2, "\x48\x37", 2);
  fk_usb_device_close (fixture.device);
  tear_down (&fixture);
}

static void
on_removed (FkUsbBus *bus, FkUsbDevice *device, FkUsbDevice **removed)
{
  *removed = device;
}

static void
on_added (FkUsbBus *bus, FkUsbDevice *device, FkUsbDevice **added)
{
  g_set_object (added, device);
}

static gboolean
on_patience_ends (gpointer data)
{
  g_assert_not_reached (); /* nothing was announced */
  return G_SOURCE_REMOVE;
}

static void
wait_for (FkUsbDevice **device)
{
  guint patience = g_timeout_add_seconds (PATIENCE_S, on_patience_ends, NULL);

  while (*device == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (patience);
}

static void
test_hotplug (void)
{
  Fixture fixture;
  g_autoptr (GError) error = NULL;
  FkUsbDevice *removed = NULL;
  g_autoptr (FkUsbDevice) added = NULL;
  FkProbe *probe;
  guint8 bytes[4096];

  set_up (&fixture, "creator-pro");
  g_signal_connect (fixture.bus, "device-removed", G_CALLBACK (on_removed), &removed);
  g_signal_connect (fixture.bus, "device-added", G_CALLBACK (on_added), &added);
  g_assert_true (fk_usb_bus_watch (fixture.bus, &error));
  probe = open_probe (&fixture);
  g_assert_true (fk_probe_attach (probe, FALSE, NULL, &error));

  g_assert_true (mock_bus_add (fixture.mock, "skr-mini-e3", &error));
  wait_for (&added);
  g_assert_cmphex (fk_usb_device_get_product_id (added), ==, 0x374f);
  g_assert_cmpstr (fk_usb_device_get_port_path (added), ==, "1-2");

  mock_bus_unplug (fixture.mock, 0);
  g_assert_false (fk_probe_read (probe, FLASH, bytes, sizeof bytes, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  wait_for (&removed);
  g_assert_true (removed == fixture.device);
  fk_probe_close (probe);
  g_assert_finalize_object (probe);
  g_clear_object (&added);
  tear_down (&fixture);
}

int
main (int argc, char **argv)
{
  mock_bus_preload (argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/mock-bus/probe/v2", "creator-pro", test_probe);
  g_test_add_data_func ("/mock-bus/probe/v2-old", "f030?firmware=V2J14S0", test_probe);
  g_test_add_data_func ("/mock-bus/probe/v2-1", "disco-f4", test_probe);
  g_test_add_data_func ("/mock-bus/probe/v3", "skr-mini-e3", test_probe);
  g_test_add_func ("/mock-bus/clone-serial", test_clone_serial);
  g_test_add_func ("/mock-bus/busy", test_busy);
  g_test_add_func ("/mock-bus/stall-and-timeout", test_stall_and_timeout);
  g_test_add_func ("/mock-bus/hotplug", test_hotplug);
  return g_test_run ();
}
