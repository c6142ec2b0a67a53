/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "usb/fk-usb-device.h"

G_BEGIN_DECLS

/**
 * FkUsbBus:
 *
 * The machine's USB, through libusb.  Signals, both in the main context of the thread that created
 * the bus: "device-added" (FkUsbDevice) and "device-removed" (FkUsbDevice), between
 * fk_usb_bus_watch() and the last unref.  A device that fk_usb_bus_list() has returned is not
 * announced again; as long as it is plugged in it is always the same object.
 *
 * Only the thread that created the bus uses it; the devices may be used in any one thread, and
 * outlive the bus.
 */
#define FK_TYPE_USB_BUS (fk_usb_bus_get_type ())
G_DECLARE_FINAL_TYPE (FkUsbBus, fk_usb_bus, FK, USB_BUS, GObject)

FkUsbBus *fk_usb_bus_new (GError **error);
char *fk_usb_bus_dup_library_version (void);
GPtrArray *fk_usb_bus_list (FkUsbBus *self, GError **error);
gboolean fk_usb_bus_watch (FkUsbBus *self, GError **error);

G_END_DECLS
