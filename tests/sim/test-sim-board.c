/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sim/fk-sim.h"

#include <string.h>

#include <glib/gstdio.h>

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "fake-chip.h"
#include "usb/fk-usb-device.h"

static FkSimBoard *
make_board (const char *specification)
{
  g_autoptr (GError) error = NULL;
  FkSimBoard *board = fk_sim_board_new (specification, &error);

  g_assert_no_error (error);
  g_assert_true (FK_IS_SIM_BOARD (board));
  return board;
}

static void
assert_refused (const char *specification, int code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (fk_sim_board_new (specification, &error));
  g_assert_error (error, FK_ERROR, code);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” should have had “%s” in it", error->message, words);
}

/* One command and its reply through the device. */
static gboolean
ask (FkUsbDevice *device,
     guint8 out_endpoint,
     guint8 code,
     guint8 *reply,
     gsize length,
     GCancellable *cancellable,
     GError **error)
{
  guint8 command[16] = { code };
  FkUsbTransfer transfers[] = {
    { .endpoint = out_endpoint, .data = command, .length = sizeof command },
    { .endpoint = 0x81, .data = reply, .length = length },
  };

  if (!fk_usb_device_transfer (device, transfers, 2, 1000, cancellable, error))
    return FALSE;
  g_assert_cmpuint (transfers[0].actual, ==, sizeof command);
  g_assert_cmpuint (transfers[1].actual, ==, length);
  return TRUE;
}

static void
test_names (void)
{
  const char *const *names = fk_sim_board_get_names ();

  g_assert_true (g_strv_contains (names, "creator-pro"));
  g_assert_true (g_strv_contains (names, "f030"));
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *prefixed = g_strconcat ("sim:", names[i], NULL);
      g_autoptr (FkSimBoard) board = make_board (names[i]);
      g_autoptr (FkSimBoard) same = make_board (prefixed);

      g_assert_cmpstr (fk_sim_board_get_name (board), ==, names[i]);
      g_assert_cmpstr (fk_sim_board_get_name (same), ==, names[i]);
      g_assert_nonnull (fk_sim_board_get_description (names[i]));
    }
  g_assert_null (fk_sim_board_get_description ("toaster"));
}

static void
test_bad_specifications (void)
{
  assert_refused ("toaster", FK_ERROR_USAGE, "blue-pill");
  assert_refused ("blue", FK_ERROR_USAGE, "blue-pill");
  assert_refused ("", FK_ERROR_USAGE, "blue-pill");
  assert_refused ("blue-pill?colour=red", FK_ERROR_USAGE, "size-register");
  assert_refused ("blue-pill?blank", FK_ERROR_USAGE, "KEY=VALUE");
  assert_refused ("blue-pill?blank=maybe", FK_ERROR_USAGE, "yes or no");
  assert_refused ("blue-pill?probe=v9", FK_ERROR_USAGE, "v2-1");
  assert_refused ("blue-pill?firmware=V2JX", FK_ERROR_USAGE, "V2J24S4");
  assert_refused ("blue-pill?firmware=V3J9", FK_ERROR_USAGE, "generation 2");
  assert_refused ("blue-pill?flash=64K", FK_ERROR_USAGE, "KiB");
  assert_refused ("blue-pill?flash=-1", FK_ERROR_USAGE, "KiB");
  assert_refused ("blue-pill?dev-id=4ff0", FK_ERROR_USAGE, "three hexadecimal");
  assert_refused ("blue-pill?designer=43", FK_ERROR_USAGE, "three hexadecimal");
  assert_refused ("blue-pill?rom-part=xyz", FK_ERROR_USAGE, "three hexadecimal");
  assert_refused ("blue-pill?idcode=410", FK_ERROR_USAGE, "eight hexadecimal");
  assert_refused ("blue-pill?cpuid=00000000", FK_ERROR_USAGE, "eight hexadecimal");
  assert_refused ("blue-pill?dpidr=0x2ba0147", FK_ERROR_USAGE, "eight hexadecimal");
  assert_refused ("blue-pill?dev-id=000", FK_ERROR_USAGE, "three hexadecimal");
  assert_refused ("blue-pill?size-register=65536", FK_ERROR_USAGE, "65535");
  assert_refused ("blue-pill?crc=maybe", FK_ERROR_USAGE, "works, none or lies");
  assert_refused ("blue-pill?dma=maybe", FK_ERROR_USAGE, "works, none or stuck");
  assert_refused ("blue-pill?rdp=3", FK_ERROR_USAGE, "0, 1 or 2");
  assert_refused ("blue-pill?rdp=2", FK_ERROR_USAGE, "no protection level 2");
  assert_refused ("blue-pill?uid=1234", FK_ERROR_USAGE, "24 hexadecimal digits");
  assert_refused ("blue-pill?fault=flip", FK_ERROR_USAGE, "KIND@INDEX");
  assert_refused ("blue-pill?fault=fl@3", FK_ERROR_USAGE, "swd-lost");
  assert_refused ("blue-pill?fault=flip@x", FK_ERROR_USAGE, "KIND@INDEX");
  assert_refused ("blue-pill?state=", FK_ERROR_USAGE, "file");
  assert_refused ("blue-pill?serial=hello&serial-form=raw", FK_ERROR_USAGE, "hexadecimal");
  assert_refused ("blue-pill?language=en", FK_ERROR_USAGE, "hexadecimal");
  assert_refused ("blue-pill?pace=fast", FK_ERROR_USAGE, "percent");
  assert_refused ("blue-pill?mode=party", FK_ERROR_USAGE, "swim");
}

static void
test_identity (void)
{
  g_autoptr (FkSimBoard) clone = make_board ("blue-pill");
  g_autoptr (FkSimBoard) v3 = make_board ("skr-mini-e3?serial=ABC");
  FkUsbDevice *device = fk_sim_board_get_usb_device (clone);
  g_autoptr (GBytes) raw = fk_usb_device_dup_serial (device, 12, NULL);
  g_autoptr (GBytes) text = NULL;
  g_autoptr (GBytes) descriptors = fk_sim_board_get_usb_descriptors (v3);

  g_assert_cmphex (fk_usb_device_get_vendor_id (device), ==, 0x0483);
  g_assert_cmphex (fk_usb_device_get_product_id (device), ==, 0x3748);
  g_assert_cmpstr (fk_usb_device_get_port_path (device), ==, "sim:blue-pill");
  g_assert_cmpmem (g_bytes_get_data (raw, NULL), 6, "\x53\x00\xff\x00\x6c\x00", 6);
  g_assert_cmpuint (g_bytes_get_size (raw), ==, 24);

  device = fk_sim_board_get_usb_device (v3);
  text = fk_usb_device_dup_serial (device, 12, NULL);
  g_assert_cmphex (fk_usb_device_get_product_id (device), ==, 0x374f);
  g_assert_cmpmem (g_bytes_get_data (text, NULL), g_bytes_get_size (text), "A\0B\0C\0", 6);
  g_assert_cmphex (((const guint8 *)g_bytes_get_data (descriptors, NULL))[10], ==, 0x4f);
}

static void
test_open (void)
{
  g_autoptr (FkSimBoard) denied = make_board ("blue-pill?access=denied");
  g_autoptr (FkSimBoard) busy = make_board ("blue-pill?access=busy");
  g_autoptr (FkSimBoard) board = make_board ("blue-pill");
  g_autoptr (GError) error = NULL;

  g_assert_false (fk_usb_device_open (fk_sim_board_get_usb_device (denied), 0, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_DENIED);
  g_clear_error (&error);
  g_assert_null (fk_usb_device_dup_serial (fk_sim_board_get_usb_device (denied), 12, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_DENIED);
  g_clear_error (&error);
  g_assert_false (fk_usb_device_open (fk_sim_board_get_usb_device (busy), 0, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_BUSY);
  g_clear_error (&error);

  fk_sim_board_set_unplugged (board, TRUE);
  g_assert_false (fk_usb_device_open (fk_sim_board_get_usb_device (board), 0, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_PROBE);
}

static void
test_transfer (void)
{
  g_autoptr (FkSimBoard) board = make_board ("disco-f4");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  FkUsbDevice *device = fk_sim_board_get_usb_device (board);
  FkSimCounters counters;
  guint8 reply[64];
  gint64 start;

  g_assert_true (fk_usb_device_open (device, 0, &error));
  g_assert_true (ask (device, 0x01, 0xf1, reply, 6, cancellable, &error));
  g_assert_no_error (error);
  g_assert_cmphex (fk_load_u16le (reply + 4), ==, 0x374b);
  g_assert_cmpuint (fk_sim_board_get_n_transfers (board), ==, 2);

  /* Nobody answers: a second goes by for the board, not for us. */
  start = g_get_monotonic_time ();
  g_assert_false (ask (device, 0x01, 0xee, reply, 6, cancellable, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_TIMEOUT);
  g_clear_error (&error);
  fk_sim_board_get_counters (board, &counters);
  g_assert_cmpuint (counters.total_ns, >=, 1000000000);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 500000);

  g_cancellable_cancel (cancellable);
  g_assert_false (ask (device, 0x01, 0xf1, reply, 6, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fk_usb_device_close (device);
}

static void
test_faults (void)
{
  g_autoptr (FkSimBoard) board = make_board ("blue-pill?fault=stall@1");
  g_autoptr (GError) error = NULL;
  FkUsbDevice *device = fk_sim_board_get_usb_device (board);
  guint8 reply[64];

  g_assert_true (fk_usb_device_open (device, 0, &error));
  g_assert_false (ask (device, 0x02, 0xf1, reply, 6, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_clear_error (&error);
  g_assert_false (ask (device, 0x02, 0xf1, reply, 6, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_clear_error (&error);
  g_assert_true (fk_usb_device_reset (device, &error));
  g_assert_true (ask (device, 0x02, 0xf1, reply, 6, NULL, &error));

  fk_sim_board_set_fault (board, FK_SIM_FAULT_TIMEOUT, 0);
  g_assert_false (ask (device, 0x02, 0xf1, reply, 6, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_TIMEOUT);
  g_clear_error (&error);
  g_assert_true (ask (device, 0x02, 0xf1, reply, 6, NULL, &error));

  /* Pulled and plugged in again: this handle stays dead, a new one works. */
  fk_sim_board_set_fault (board, FK_SIM_FAULT_UNPLUG, 0);
  g_assert_false (ask (device, 0x02, 0xf1, reply, 6, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_clear_error (&error);
  fk_sim_board_set_unplugged (board, FALSE);
  g_assert_false (ask (device, 0x02, 0xf1, reply, 6, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_clear_error (&error);
  g_assert_false (fk_usb_device_clear_halt (device, 0x81, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_clear_error (&error);
  fk_usb_device_close (device);
  g_assert_true (fk_usb_device_open (device, 0, &error));
  g_assert_true (ask (device, 0x02, 0xf1, reply, 6, NULL, &error));
  fk_usb_device_close (device);
}

/* An open probe keeps its board, and the state is saved when the probe is closed. */
static void
test_open_keeps_board (void)
{
  g_autofree char *folder = g_dir_make_tmp ("fk-sim-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "state", NULL);
  g_autofree char *specification = g_strconcat ("blue-pill?state=", path, NULL);
  FkSimBoard *board = make_board (specification);
  g_autoptr (FkUsbDevice) device = g_object_ref (fk_sim_board_get_usb_device (board));
  g_autoptr (GError) error = NULL;
  guint8 reply[6];

  g_assert_true (fk_usb_device_open (device, 0, &error));
  g_object_add_weak_pointer (G_OBJECT (board), (gpointer *)&board);
  g_object_unref (board);
  g_assert_nonnull (board);
  g_assert_true (ask (device, 0x02, 0xf1, reply, 6, NULL, &error));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  fk_usb_device_close (device);
  g_assert_null (board);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_false (fk_usb_device_open (device, 0, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_PROBE);
  g_assert_finalize_object (g_steal_pointer (&device));
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_state (void)
{
  g_autofree char *folder = g_dir_make_tmp ("fk sim&100%XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "state", NULL);
  g_autofree char *escaped = g_uri_escape_string (path, "/", FALSE);
  g_autofree char *specification = g_strconcat ("blue-pill?state=", escaped, NULL);
  g_autofree char *other = g_strconcat ("skr-mini-e3?state=", escaped, NULL);
  FkSimBoard *board = make_board (specification);
  g_autoptr (GError) error = NULL;
  g_autofree char *contents = NULL;
  guint8 byte = 0x5a;
  gsize length;

  g_assert_true (fk_sim_board_poke (board, FAKE_FLASH + 77, &byte, 1));
  g_assert_finalize_object (board);
  for (guint run = 0; run < 3; run++)
    {
      board = make_board (specification);
      g_assert_true (fk_sim_board_peek (board, FAKE_FLASH + 77, &byte, 1));
      g_assert_cmphex (byte, ==, 0x5a + run);
      byte++;
      g_assert_true (fk_sim_board_poke (board, FAKE_FLASH + 77, &byte, 1));
      g_assert_true (fk_sim_board_save (board, &error));
      g_assert_finalize_object (board);
    }

  assert_refused (other, FK_ERROR_BAD_BOARD_FILE, "another chip");

  /* Every kind of damage is named, and none is loaded. */
  g_assert_true (g_file_get_contents (path, &contents, &length, &error));
  contents[length / 2] ^= 1;
  g_assert_true (g_file_set_contents (path, contents, length, &error));
  assert_refused (specification, FK_ERROR_BAD_BOARD_FILE, "damaged");
  contents[length / 2] ^= 1;
  for (gsize cut = 0; cut < length; cut += cut < 64 ? 1 : length / 16)
    {
      g_assert_true (g_file_set_contents (path, contents, cut, &error));
      assert_refused (specification, FK_ERROR_BAD_BOARD_FILE, path);
    }
  contents[8]++;
  g_assert_true (g_file_set_contents (path, contents, length, &error));
  assert_refused (specification, FK_ERROR_BAD_BOARD_FILE, "version");

  g_unlink (path);
  g_mkdir (path, 0755);
  assert_refused (specification, FK_ERROR_FILE_ACCESS, path);
  g_rmdir (path);
  g_rmdir (folder);
}

/* What cannot be saved is an error, told before anything is done where that can be known, and not
 * the end of the board where it happens later. */
static void
test_state_not_writable (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("test-sim-board-XXXXXX", NULL);
  g_autofree char *specification = g_strdup_printf ("blue-pill?state=%s/state", folder);
  g_autoptr (FkSimBoard) board = make_board (specification);

  g_rmdir (folder);
  assert_refused (specification, FK_ERROR_FILE_ACCESS, "does not exist");
  g_assert_false (fk_sim_board_save (board, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS);
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "*cannot be saved*");
  g_clear_object (&board);
  g_test_assert_expected_messages ();
}

static void
test_bench (void)
{
  g_autoptr (FkSimBoard) board = make_board ("blue-pill?nrst=no");
  FkUsbDevice *device = fk_sim_board_get_usb_device (board);
  guint8 low[16] = { 0xf2, 0x3c, 0x00 };
  FkUsbTransfer transfer = { .endpoint = 0x02, .data = low, .length = sizeof low };
  guint8 byte;

  g_assert_true (fk_sim_board_is_core_running (board));
  g_assert_false (fk_sim_board_is_debug_enabled (board));
  g_assert_true (fk_sim_board_is_flash_locked (board));
  g_assert_false (fk_sim_board_peek (board, 0xa0000000, &byte, 1));
  g_assert_cmpuint (fk_sim_board_get_n_erases (board), ==, 0);

  /* A wire that is off moves nothing. */
  g_assert_true (fk_usb_device_open (device, 0, NULL));
  g_assert_true (fk_usb_device_transfer (device, &transfer, 1, 1000, NULL, NULL));
  g_assert_false (fk_sim_board_is_reset_held (board));
  fk_usb_device_close (device);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim-board/names", test_names);
  g_test_add_func ("/sim-board/bad-specifications", test_bad_specifications);
  g_test_add_func ("/sim-board/identity", test_identity);
  g_test_add_func ("/sim-board/open", test_open);
  g_test_add_func ("/sim-board/transfer", test_transfer);
  g_test_add_func ("/sim-board/faults", test_faults);
  g_test_add_func ("/sim-board/open-keeps-board", test_open_keeps_board);
  g_test_add_func ("/sim-board/state", test_state);
  g_test_add_func ("/sim-board/state-not-writable", test_state_not_writable);
  g_test_add_func ("/sim-board/bench", test_bench);
  return g_test_run ();
}
