/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "usb/fk-usb-device.h"

/* May change @data, which are to be written to the chip's memory at @address. */
typedef void (*SpoilFunc) (guint32 address, guint8 *data, gsize length, gpointer user_data);

/* An ST-LINK's USB device behind which what is written to the chip, in words, does not arrive as it
 * was sent.  No fault of the simulated probe's: those are for what the ST-LINK notices. */
FkUsbDevice *spoiling_device_new (FkUsbDevice *inner);
void spoiling_device_set (FkUsbDevice *device, SpoilFunc spoil, gpointer user_data);
