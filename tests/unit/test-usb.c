/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/fk-error.h"
#include "usb/fk-usb-bus.h"
#include "usb/fk-usb-error.h"

#include <libusb.h>

static void
test_error_codes (void)
{
  static const struct
  {
    int code;
    FkUsbWhen when;
    FkError expected;
  } rows[] = {
    { LIBUSB_ERROR_ACCESS, FK_USB_OPENING, FK_ERROR_PROBE_DENIED },
    { LIBUSB_ERROR_BUSY, FK_USB_OPENING, FK_ERROR_PROBE_BUSY },
    { LIBUSB_ERROR_NO_DEVICE, FK_USB_OPENING, FK_ERROR_NO_PROBE },
    { LIBUSB_ERROR_NOT_FOUND, FK_USB_OPENING, FK_ERROR_NO_PROBE },
    { LIBUSB_ERROR_NO_DEVICE, FK_USB_OPENED, FK_ERROR_PROBE_LOST },
    { LIBUSB_ERROR_NOT_FOUND, FK_USB_OPENED, FK_ERROR_PROBE_LOST },
    { LIBUSB_ERROR_TIMEOUT, FK_USB_OPENED, FK_ERROR_TIMEOUT },
    { LIBUSB_ERROR_PIPE, FK_USB_OPENED, FK_ERROR_PROBE_LOST },
    { LIBUSB_ERROR_OVERFLOW, FK_USB_OPENED, FK_ERROR_PROBE_LOST },
    { LIBUSB_ERROR_IO, FK_USB_OPENED, FK_ERROR_PROBE_LOST },
    { LIBUSB_ERROR_INTERRUPTED, FK_USB_OPENED, FK_ERROR_PROBE_LOST },
    { LIBUSB_ERROR_NO_MEM, FK_USB_OPENED, FK_ERROR_PROBE_LOST },
    { LIBUSB_ERROR_INVALID_PARAM, FK_USB_OPENED, FK_ERROR_PROBE_LOST },
    { LIBUSB_ERROR_NOT_SUPPORTED, FK_USB_OPENED, FK_ERROR_NOT_SUPPORTED },
    { LIBUSB_ERROR_OTHER, FK_USB_OPENED, FK_ERROR_PROBE_LOST },
    { -1234, FK_USB_OPENED, FK_ERROR_PROBE_LOST },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      fk_usb_set_error (&error, rows[i].code, rows[i].when, "Opening the thing at %s", "1-2");
      g_assert_error (error, FK_ERROR, (int)rows[i].expected);
      g_assert_true (g_str_has_prefix (error->message, "Opening the thing at 1-2: "));
    }
}

static void
test_error_status (void)
{
  g_assert_cmpint (fk_usb_code_of_status (LIBUSB_TRANSFER_COMPLETED), ==, LIBUSB_SUCCESS);
  g_assert_cmpint (fk_usb_code_of_status (LIBUSB_TRANSFER_STALL), ==, LIBUSB_ERROR_PIPE);
  g_assert_cmpint (fk_usb_code_of_status (LIBUSB_TRANSFER_TIMED_OUT), ==, LIBUSB_ERROR_TIMEOUT);
  g_assert_cmpint (fk_usb_code_of_status (LIBUSB_TRANSFER_NO_DEVICE), ==, LIBUSB_ERROR_NO_DEVICE);
  g_assert_cmpint (fk_usb_code_of_status (LIBUSB_TRANSFER_OVERFLOW), ==, LIBUSB_ERROR_OVERFLOW);
  g_assert_cmpint (fk_usb_code_of_status (LIBUSB_TRANSFER_CANCELLED), ==, LIBUSB_ERROR_INTERRUPTED);
  g_assert_cmpint (fk_usb_code_of_status (LIBUSB_TRANSFER_ERROR), ==, LIBUSB_ERROR_IO);
  g_assert_cmpint (fk_usb_code_of_status (99), ==, LIBUSB_ERROR_OTHER);
}

/* Whatever this machine has plugged in, or not: nothing is opened. */
static void
test_bus_lives_and_dies (void)
{
  g_autoptr (GError) error = NULL;
  FkUsbBus *bus = fk_usb_bus_new (&error);
  g_autoptr (GPtrArray) devices = NULL;
  g_autoptr (GPtrArray) again = NULL;

  if (bus == NULL)
    {
      g_assert_true (error->domain == FK_ERROR);
      g_test_skip (error->message);
      return;
    }
  devices = fk_usb_bus_list (bus, &error);
  g_assert_no_error (error);
  again = fk_usb_bus_list (bus, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (devices->len, ==, again->len);
  for (guint i = 0; i < devices->len; i++)
    g_assert_true (devices->pdata[i] == again->pdata[i]);
  if (!fk_usb_bus_watch (bus, &error))
    g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
  g_assert_finalize_object (bus);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/usb/error/codes", test_error_codes);
  g_test_add_func ("/usb/error/status", test_error_status);
  g_test_add_func ("/usb/bus/lives-and-dies", test_bus_lives_and_dies);
  return g_test_run ();
}
