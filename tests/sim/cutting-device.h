/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "usb/fk-usb-device.h"

/* Somebody else's USB device, with a cancellable that is cancelled as soon as so many transfers
 * have been asked for. */
FkUsbDevice *cutting_device_new (FkUsbDevice *inner);
void cutting_device_cancel_at (FkUsbDevice *device, GCancellable *cancellable, guint64 n_transfers);
