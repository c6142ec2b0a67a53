/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is plugged in, what comes and goes, and what may be opened, through real libusb. */

#include "config.h"

#include <string.h>

#include "base/fk-error.h"
#include "probe/fk-probe-list.h"
#include "usb-bench.h"

#define HUB_VENDOR 0x1d6b
#define ST_VENDOR  0x0483

static void
test_list (void)
{
  UsbBench bench;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) devices = NULL;
  g_autoptr (GPtrArray) again = NULL;
  guint n_hubs = 0;

  usb_bench_set_up (&bench, "disco-f4", "skr-mini-e3");
  g_assert_cmphex (fk_usb_device_get_vendor_id (bench.device), ==, ST_VENDOR);
  g_assert_cmphex (fk_usb_device_get_product_id (bench.device), ==, 0x374b);
  g_assert_cmphex (fk_usb_device_get_product_id (bench.second), ==, 0x374f);

  devices = fk_usb_bus_list (bench.bus, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (devices->len, ==, 3);
  for (guint i = 0; i < devices->len; i++)
    n_hubs += fk_usb_device_get_vendor_id (devices->pdata[i]) == HUB_VENDOR;
  g_assert_cmpuint (n_hubs, ==, 1);
  g_assert_true (devices->pdata[0] == bench.device);
  g_assert_true (devices->pdata[1] == bench.second);

  /* As long as it is plugged in, a device is the same object. */
  again = fk_usb_bus_list (bench.bus, &error);
  g_assert_true (g_ptr_array_find (again, bench.device, NULL));
  g_assert_true (g_ptr_array_find (again, bench.second, NULL));
  g_clear_pointer (&devices, g_ptr_array_unref);
  g_clear_pointer (&again, g_ptr_array_unref);
  usb_bench_tear_down (&bench);
}

static void
assert_serial (FkUsbDevice *device, const char *utf16, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) serial = fk_usb_device_dup_serial (device, 12, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (serial, NULL), g_bytes_get_size (serial), utf16, length);
}

/* As a descriptor of the device, with or without control characters, opened or not; the device is
 * asked only where the kernel may have less. */
static void
test_serial (void)
{
  static const char raw[] =
      "\x53\0\xff\0\x6c\0\x06\0\x48\0\x84\0\x49\0\x51\0\x48\0\x45\0\x19\0\x67";
  static const char text[] = "A\0B\0C\0\x31\0\x32\0\x33";
  UsbBench bench;
  guint n_ioctls;
  g_autoptr (FkUsbDevice) hub = NULL;
  g_autoptr (FkProbe) probe = NULL;
  g_autoptr (GError) error = NULL;

  usb_bench_set_up (&bench, "blue-pill", "creator-pro?serial=ABC123");
  n_ioctls = mock_bus_get_n_ioctls (bench.mock, 0);
  assert_serial (bench.device, raw, sizeof raw);
  g_assert_cmpuint (mock_bus_get_n_ioctls (bench.mock, 0), ==, n_ioctls);
  n_ioctls = mock_bus_get_n_ioctls (bench.mock, 1);
  assert_serial (bench.second, text, sizeof text);
  g_assert_cmpuint (mock_bus_get_n_ioctls (bench.mock, 1), >, n_ioctls);
  g_assert_true (fk_usb_device_open (bench.device, 0, &error));
  assert_serial (bench.device, raw, sizeof raw);
  fk_usb_device_close (bench.device);
  hub = usb_bench_find_device (bench.bus, "usb1");
  assert_serial (hub, "", 0);
  probe = usb_bench_open_probe (&bench);
  g_assert_cmpstr (fk_probe_get_serial (probe), ==, "53FF6C064884495148451967");
  g_assert_finalize_object (g_steal_pointer (&probe));
  g_clear_object (&hub);
  usb_bench_tear_down (&bench);
}

/* Not every probe has its strings in the language that is asked for first.  The kernel's own copy
 * would end at the zero. */
static void
test_serial_language (void)
{
  static const char raw[] = "\x53\0\xff\0\0\0\x06\0\x48\0\x84\0\x49\0\x51\0\x48\0\x45\0\x19\0\x67";
  UsbBench bench;

  usb_bench_set_up (&bench, "blue-pill?serial=53FF00064884495148451967&language=0407", NULL);
  assert_serial (bench.device, raw, sizeof raw);
  usb_bench_tear_down (&bench);
}

typedef struct
{
  FkUsbDevice *added;
  FkUsbDevice *removed;
  guint n_added;
  guint n_removed;
} Announced;

static void
on_added (FkUsbBus *bus, FkUsbDevice *device, Announced *announced)
{
  g_set_object (&announced->added, device);
  announced->n_added++;
}

static void
on_removed (FkUsbBus *bus, FkUsbDevice *device, Announced *announced)
{
  g_set_object (&announced->removed, device);
  announced->n_removed++;
}

static gboolean
has_added (gpointer user_data)
{
  return ((Announced *)user_data)->n_added > 0;
}

static gboolean
has_removed (gpointer user_data)
{
  return ((Announced *)user_data)->n_removed > 0;
}

static void
test_hotplug (void)
{
  UsbBench bench;
  Announced announced = { 0 };
  g_autoptr (GError) error = NULL;

  usb_bench_set_up (&bench, "creator-pro", NULL);
  g_signal_connect (bench.bus, "device-added", G_CALLBACK (on_added), &announced);
  g_signal_connect (bench.bus, "device-removed", G_CALLBACK (on_removed), &announced);
  g_assert_true (fk_usb_bus_watch (bench.bus, &error));

  /* In: a device of its own; the others are not announced again. */
  g_assert_true (mock_bus_add (bench.mock, "skr-mini-e3", &error));
  usb_bench_wait_for (has_added, &announced);
  g_assert_cmpstr (fk_usb_device_get_port_path (announced.added), ==, "1-2");
  g_assert_cmpuint (announced.n_added, ==, 1);
  g_clear_object (&announced.added);
  announced.n_added = 0;

  /* Out: that very object, and it cannot be opened any more. */
  mock_bus_unplug (bench.mock, 0);
  usb_bench_wait_for (has_removed, &announced);
  g_assert_true (announced.removed == bench.device);
  g_clear_object (&announced.removed);
  g_assert_false (fk_usb_device_open (bench.device, 0, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_PROBE);
  g_clear_error (&error);

  /* In again, into the same port: another object, and the old one stays dead. */
  mock_bus_plug (bench.mock, 0);
  usb_bench_wait_for (has_added, &announced);
  g_assert_true (announced.added != bench.device);
  g_assert_cmpstr (fk_usb_device_get_port_path (announced.added), ==, "1-1");
  g_assert_true (fk_usb_device_open (announced.added, 0, &error));
  fk_usb_device_close (announced.added);
  g_assert_false (fk_usb_device_open (bench.device, 0, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_PROBE);

  g_clear_object (&announced.added);
  usb_bench_tear_down (&bench);
}

/* A device that comes and goes before anybody looks. */
static void
test_come_and_go (void)
{
  UsbBench bench;
  Announced announced = { 0 };
  g_autoptr (GError) error = NULL;

  usb_bench_set_up (&bench, "creator-pro", "blue-pill");
  g_signal_connect (bench.bus, "device-added", G_CALLBACK (on_added), &announced);
  g_signal_connect (bench.bus, "device-removed", G_CALLBACK (on_removed), &announced);
  g_assert_true (fk_usb_bus_watch (bench.bus, &error));
  for (guint i = 0; i < 3; i++)
    {
      mock_bus_unplug (bench.mock, 1);
      mock_bus_plug (bench.mock, 1);
    }
  mock_bus_unplug (bench.mock, 0);
  while (announced.removed != bench.device)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (announced.n_added, ==, announced.n_removed - 1);
  g_assert_cmpstr (fk_usb_device_get_port_path (announced.added), ==, "1-2");
  g_assert_true (fk_usb_device_open (announced.added, 0, &error));
  fk_usb_device_close (announced.added);
  g_clear_object (&announced.added);
  g_clear_object (&announced.removed);
  usb_bench_tear_down (&bench);
}

static void
assert_cannot_open (FkUsbDevice *device, FkError code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (fk_usb_device_open (device, 0, &error));
  g_assert_error (error, FK_ERROR, (int)code);
  usb_bench_assert_says (error, words);
  g_assert_false (fk_usb_device_is_open (device));
}

/* EACCES, EBUSY and absence are three errors with three remedies. */
static void
test_three_errors (void)
{
  UsbBench bench;
  g_autoptr (GError) error = NULL;

  usb_bench_set_up (&bench, "creator-pro?access=denied", "skr-mini-e3?access=busy");
  assert_cannot_open (bench.device, FK_ERROR_PROBE_DENIED, "this user may not open it");
  assert_cannot_open (bench.second, FK_ERROR_PROBE_BUSY, "another program is using it");

  /* Each with its own cure. */
  mock_bus_set_busy (bench.mock, 0, TRUE);
  assert_cannot_open (bench.device, FK_ERROR_PROBE_DENIED, "this user may not open it");
  mock_bus_set_denied (bench.mock, 0, FALSE);
  assert_cannot_open (bench.device, FK_ERROR_PROBE_BUSY, "another program is using it");
  mock_bus_set_busy (bench.mock, 0, FALSE);
  g_assert_true (fk_usb_device_open (bench.device, 0, &error));
  fk_usb_device_close (bench.device);

  mock_bus_unplug (bench.mock, 0);
  assert_cannot_open (bench.device, FK_ERROR_NO_PROBE, "not plugged in any more");
  usb_bench_tear_down (&bench);
}

/* Who may not open a device still learns which one it is: the kernel tells everybody. */
static void
test_denied_serial (void)
{
  static const char text[] = "A\0B\0C";
  UsbBench bench;

  usb_bench_set_up (&bench, "creator-pro?serial=ABC&access=denied", NULL);
  assert_serial (bench.device, text, sizeof text);
  usb_bench_tear_down (&bench);
}

/* Two programs, or two windows of ours. */
static void
test_second_user (void)
{
  UsbBench bench;
  g_autoptr (GError) error = NULL;
  FkUsbBus *other_bus;
  FkUsbDevice *other;

  usb_bench_set_up (&bench, "creator-pro", NULL);
  other_bus = fk_usb_bus_new (&error);
  g_assert_no_error (error);
  other = usb_bench_find_device (other_bus, "1-1");
  g_assert_true (other != bench.device);
  g_assert_true (fk_usb_device_open (bench.device, 0, &error));
  assert_cannot_open (other, FK_ERROR_PROBE_BUSY, "another program is using it");
  fk_usb_device_close (bench.device);
  g_assert_true (fk_usb_device_open (other, 0, &error));
  assert_cannot_open (bench.device, FK_ERROR_PROBE_BUSY, "another program is using it");
  g_assert_finalize_object (other_bus);
  g_assert_finalize_object (other); /* closes */
  g_assert_true (fk_usb_device_open (bench.device, 0, &error));
  usb_bench_tear_down (&bench);
}

/* The disk and the serial port of an ST-LINK/V2-1 stay with the kernel. */
static void
test_kernel_drivers (void)
{
  UsbBench bench;
  g_autoptr (GError) error = NULL;

  usb_bench_set_up (&bench, "disco-f4", NULL);
  g_assert_true (fk_usb_device_open (bench.device, 0, &error));
  g_assert_cmpstr (mock_bus_get_driver (bench.mock, 0, 0), ==, "usbfs");
  g_assert_cmpstr (mock_bus_get_driver (bench.mock, 0, 1), ==, "usb-storage");
  g_assert_cmpstr (mock_bus_get_driver (bench.mock, 0, 2), ==, "cdc_acm");
  fk_usb_device_close (bench.device);
  g_assert_null (mock_bus_get_driver (bench.mock, 0, 0));
  g_assert_cmpstr (mock_bus_get_driver (bench.mock, 0, 1), ==, "usb-storage");
  g_assert_cmpstr (mock_bus_get_driver (bench.mock, 0, 3), ==, "cdc_acm");

  /* And they are not ours to open, nor is one that is not there. */
  g_assert_false (fk_usb_device_open (bench.device, 1, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_BUSY);
  g_clear_error (&error);
  g_assert_false (fk_usb_device_open (bench.device, 9, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_PROBE);
  usb_bench_tear_down (&bench);
}

static gboolean
has_two (gpointer list)
{
  return g_list_model_get_n_items (list) == 2;
}

static gboolean
has_one (gpointer list)
{
  return g_list_model_get_n_items (list) == 1;
}

static void
assert_finds (FkProbeList *list, const char *wanted, const char *port_path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FkProbe) probe = fk_probe_list_find (list, wanted, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (fk_probe_get_port_path (probe), ==, port_path);
}

/* Clones share their serial numbers; the port tells them apart. */
static void
test_same_serial (void)
{
  MockBus *mock = mock_bus_new ();
  g_autoptr (GError) error = NULL;
  FkProbeList *list;

  g_assert_true (mock_bus_add (mock, "creator-pro?serial=0000000000000000000000FF", &error));
  list = fk_probe_list_new (&error);
  g_assert_no_error (error);
  usb_bench_wait_for (has_one, list);
  assert_finds (list, NULL, "1-1");
  g_assert_true (mock_bus_add (mock, "f030?serial=0000000000000000000000FF", &error));
  usb_bench_wait_for (has_two, list);

  g_assert_null (fk_probe_list_find (list, "0000000000000000000000FF", &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_USAGE);
  usb_bench_assert_says (error, "1-1");
  usb_bench_assert_says (error, "1-2");
  assert_finds (list, "1-1", "1-1");
  assert_finds (list, "1-2", "1-2");

  mock_bus_unplug (mock, 0);
  usb_bench_wait_for (has_one, list);
  assert_finds (list, "0000000000000000000000ff", "1-2");
  g_assert_finalize_object (list);
  mock_bus_free (mock);
}

static void
add_tests (void)
{
  g_test_add_func ("/usb-bus/list", test_list);
  g_test_add_func ("/usb-bus/serial", test_serial);
  g_test_add_func ("/usb-bus/serial-language", test_serial_language);
  g_test_add_func ("/usb-bus/hotplug", test_hotplug);
  g_test_add_func ("/usb-bus/come-and-go", test_come_and_go);
  g_test_add_func ("/usb-bus/three-errors", test_three_errors);
  g_test_add_func ("/usb-bus/denied-serial", test_denied_serial);
  g_test_add_func ("/usb-bus/second-user", test_second_user);
  g_test_add_func ("/usb-bus/kernel-drivers", test_kernel_drivers);
  g_test_add_func ("/usb-bus/same-serial", test_same_serial);
}

int
main (int argc, char **argv)
{
  return usb_bench_run (argc, argv, add_tests);
}
