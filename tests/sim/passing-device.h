/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "usb/fk-usb-device.h"

#define PASSING_TYPE_DEVICE (passing_device_get_type ())
G_DECLARE_DERIVABLE_TYPE (PassingDevice, passing_device, PASSING, DEVICE, FkUsbDevice)

struct _PassingDeviceClass
{
  FkUsbDeviceClass parent_class;
};

/* Somebody else's USB device, to which all is passed on; for what changes a part of that. */
gpointer passing_device_new (GType type, FkUsbDevice *inner);
FkUsbDevice *passing_device_get_inner (FkUsbDevice *device);
