/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The one place where libusb's codes become errors of ours.  What the person can do about it
 * decides: no permission (EACCES), held by another program (EBUSY) and not there are three errors
 * with three remedies.  (libusb 1.0.26, "Error codes".) */

#include "config.h"

#include "usb/fk-usb-error.h"

#include "base/fk-error.h"

#include <gio/gio.h>
#include <libusb.h>

typedef struct
{
  FkError code;
  const char *why;
} Meaning;

static Meaning
find_meaning (enum libusb_error code, FkUsbWhen when)
{
  gboolean opening = when == FK_USB_OPENING;

  switch (code)
    {
    case LIBUSB_ERROR_ACCESS:
      return (Meaning){ FK_ERROR_PROBE_DENIED, "this user may not open it" };
    case LIBUSB_ERROR_BUSY:
      return (Meaning){ FK_ERROR_PROBE_BUSY, "another program is using it" };
    case LIBUSB_ERROR_NO_DEVICE:
      return opening ? (Meaning){ FK_ERROR_NO_PROBE, "it is not plugged in any more" }
                     : (Meaning){ FK_ERROR_PROBE_LOST, "it was unplugged" };
    case LIBUSB_ERROR_NOT_FOUND:
      return opening ? (Meaning){ FK_ERROR_NO_PROBE, "it does not have that interface" }
                     : (Meaning){ FK_ERROR_PROBE_LOST, "it came back as another device" };
    case LIBUSB_ERROR_TIMEOUT:
      return (Meaning){ FK_ERROR_TIMEOUT, "it did not answer in time" };
    case LIBUSB_ERROR_PIPE:
      return (Meaning){ FK_ERROR_PROBE_LOST, "it refused the transfer (the endpoint stalled)" };
    case LIBUSB_ERROR_OVERFLOW:
      return (Meaning){ FK_ERROR_PROBE_LOST, "it sent more than was asked for" };
    case LIBUSB_ERROR_IO:
      return (Meaning){ FK_ERROR_PROBE_LOST, "the transfer failed on the bus" };
    case LIBUSB_ERROR_INTERRUPTED:
      return (Meaning){ FK_ERROR_PROBE_LOST, "the transfer was interrupted" };
    case LIBUSB_ERROR_NO_MEM:
      return (Meaning){ FK_ERROR_PROBE_LOST, "the system has no memory left for USB" };
    case LIBUSB_ERROR_INVALID_PARAM:
      return (Meaning){ FK_ERROR_PROBE_LOST, "the system refused the request" };
    case LIBUSB_ERROR_NOT_SUPPORTED:
      return (Meaning){ FK_ERROR_NOT_SUPPORTED, "this system's USB cannot do it" };
    case LIBUSB_SUCCESS:
    case LIBUSB_ERROR_OTHER:
      break;
    }
  return (Meaning){ FK_ERROR_PROBE_LOST, "USB failed in an unknown way" };
}

/*
 * fk_usb_set_error:
 * @code: an enum libusb_error
 * @format: what was being done; the reason is added behind a colon
 */
void
fk_usb_set_error (GError **error, int code, FkUsbWhen when, const char *format, ...)
{
  Meaning meaning = find_meaning ((enum libusb_error)code, when);
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, FK_ERROR, meaning.code, "%s: %s", what, meaning.why);
}

/* Returns: the enum libusb_error that says the same as an enum libusb_transfer_status */
int
fk_usb_code_of_status (int status)
{
  switch ((enum libusb_transfer_status)status)
    {
    case LIBUSB_TRANSFER_COMPLETED:
      return LIBUSB_SUCCESS;
    case LIBUSB_TRANSFER_ERROR:
      return LIBUSB_ERROR_IO;
    case LIBUSB_TRANSFER_TIMED_OUT:
      return LIBUSB_ERROR_TIMEOUT;
    case LIBUSB_TRANSFER_CANCELLED:
      return LIBUSB_ERROR_INTERRUPTED;
    case LIBUSB_TRANSFER_STALL:
      return LIBUSB_ERROR_PIPE;
    case LIBUSB_TRANSFER_NO_DEVICE:
      return LIBUSB_ERROR_NO_DEVICE;
    case LIBUSB_TRANSFER_OVERFLOW:
      return LIBUSB_ERROR_OVERFLOW;
    }
  return LIBUSB_ERROR_OTHER;
}
