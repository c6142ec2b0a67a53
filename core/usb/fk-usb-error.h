/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkUsbWhen:
 * @FK_USB_OPENING: nothing is held yet: a device that is not there was never there
 * @FK_USB_OPENED: the device was open: if it is not there any more, it was lost
 */
typedef enum
{
  FK_USB_OPENING,
  FK_USB_OPENED,
} FkUsbWhen;

/* For core/usb only: @code is an enum libusb_error, @status an enum libusb_transfer_status. */
void fk_usb_set_error (GError **error, int code, FkUsbWhen when, const char *format, ...)
    G_GNUC_PRINTF (4, 5);
int fk_usb_code_of_status (int status);

G_END_DECLS
