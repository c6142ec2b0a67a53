/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libusb.h>

#include "usb/fk-usb-device.h"

G_BEGIN_DECLS

/* libusb's context and the thread that runs its events; shared by the bus and its devices. */
typedef struct _FkUsbContext FkUsbContext;

FkUsbContext *fk_usb_context_new (GError **error);
FkUsbContext *fk_usb_context_ref (FkUsbContext *self);
void fk_usb_context_unref (FkUsbContext *self);
void fk_usb_context_take (FkUsbContext *self, gpointer data, GDestroyNotify destroy);
libusb_context *fk_usb_context_get (FkUsbContext *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkUsbContext, fk_usb_context_unref)

#define FK_TYPE_USB_LIBUSB_DEVICE (fk_usb_libusb_device_get_type ())
G_DECLARE_FINAL_TYPE (FkUsbLibusbDevice, fk_usb_libusb_device, FK, USB_LIBUSB_DEVICE, FkUsbDevice)

FkUsbDevice *fk_usb_libusb_device_new (FkUsbContext *context, libusb_device *device);
libusb_device *fk_usb_libusb_device_get (FkUsbLibusbDevice *self);

gboolean fk_usb_run_transfers (libusb_device_handle *handle,
                               FkUsbTransfer *transfers,
                               guint n_transfers,
                               guint timeout_ms,
                               const char *name,
                               GCancellable *cancellable,
                               GError **error);

G_END_DECLS
