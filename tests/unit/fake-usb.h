/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "usb/fk-usb-device.h"

/* A USB device that follows a script: what must come next, and what is answered.  Bytes are written
 * as "f2 30 a3"; a command is padded to 16 bytes.  Whatever deviates fails the test. */
#define TYPE_FAKE_USB (fake_usb_get_type ())
G_DECLARE_FINAL_TYPE (FakeUsb, fake_usb, FAKE, USB, FkUsbDevice)

typedef enum
{
  FAULT_TIMEOUT,
  FAULT_STALL,    /* until the halt is cleared */
  FAULT_OVERFLOW, /* once */
  FAULT_UNPLUG,   /* for good */
} FakeFault;

FakeUsb *fake_usb_new (guint16 product_id, const char *port_path, const char *serial_hex);
void fake_usb_set_serial_delay (FakeUsb *self, guint ms);
void fake_usb_expect (FakeUsb *self, const char *command, const char *reply);
void fake_usb_allow (FakeUsb *self, const char *command);
void fake_usb_expect_data (FakeUsb *self, const guint8 *data, gsize length);
void fake_usb_reply (FakeUsb *self, const guint8 *data, gsize length);
void fake_usb_fail (FakeUsb *self, FakeFault fault);
void fake_usb_expect_reset (FakeUsb *self);
void fake_usb_set_open_error (FakeUsb *self, int code);
void fake_usb_assert_done (FakeUsb *self);
guint fake_usb_get_n_silent (FakeUsb *self);
guint fake_usb_get_n_halts_cleared (FakeUsb *self);
guint fake_usb_get_n_resets (FakeUsb *self);
