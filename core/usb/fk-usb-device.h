/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _FkUsbTransfer FkUsbTransfer;

/**
 * FkUsbCheck:
 *
 * Looks at what a transfer brought, before anything behind it is begun.  Called in any thread, and
 * must not wait for anything.
 *
 * Returns: whether the chain goes on
 */
typedef gboolean (*FkUsbCheck) (const FkUsbTransfer *transfer, gpointer user_data);

/**
 * FkUsbTransfer:
 * @endpoint: endpoint address; bit 7 set means towards the host (USB 2.0, 9.6.6)
 * @data: what is sent, or room for what comes; belongs to the caller
 * @length: bytes to send, or room for at most this many
 * @actual: (out): bytes that really moved; set for every transfer, also after an error
 * @begins_link: not begun before every transfer in front of it has moved all its bytes and passed
 *   its check; the transfers from one such to the next are a link of a chain
 * @check: (nullable): asked once the transfer has moved all its bytes
 * @check_data: for @check
 *
 * One bulk transfer.  One towards the host ends when it is full or when a packet comes that is
 * shorter than the endpoint's (USB 2.0, 5.8.3): ask for exactly what is expected, because a reply
 * that is a whole number of packets never ends a longer transfer.
 */
struct _FkUsbTransfer
{
  guint8 endpoint;
  guint8 *data;
  gsize length;
  gsize actual;
  gboolean begins_link;
  FkUsbCheck check;
  gpointer check_data;
};

#define FK_USB_IN 0x80

/**
 * FkUsbDevice:
 *
 * One device on a USB bus: a real one through libusb, or a simulated one.  Its identity is fixed
 * when it is made, with the construct-only properties "vendor-id", "product-id" (guint) and
 * "port-path" (such as "1-2.3": bus 1, port 2 of the root hub, port 3 of the hub in it).
 *
 * One thread at a time uses an open device.  Errors: NO_PROBE (it is gone and was not open),
 * PROBE_DENIED (this user may not open it), PROBE_BUSY (another program holds it), PROBE_LOST (it
 * went away, stalled, or broke the rules of the bus while open), TIMEOUT, and
 * %G_IO_ERROR_CANCELLED.
 */
#define FK_TYPE_USB_DEVICE (fk_usb_device_get_type ())
G_DECLARE_DERIVABLE_TYPE (FkUsbDevice, fk_usb_device, FK, USB_DEVICE, GObject)

/**
 * FkUsbDeviceClass:
 * @open: opens the device and claims @interface_number; NO_PROBE, PROBE_DENIED and PROBE_BUSY are
 *   told apart
 * @close: releases and closes; never fails
 * @transfer: runs @transfers in order, queueing later ones before earlier ones have come back where
 *   the bus can; stops at the first that fails.  One that moves less than its length has not failed
 *   (a short reply is for the caller to judge), but the ones behind it still run.  @timeout_ms is
 *   for all of them together.  A stalled endpoint is PROBE_LOST and stays stalled.  Never given
 *   more than one link where @run_chain is %NULL
 * @run_chain: (nullable): the same for several links, each of which has @timeout_ms; %NULL has them
 *   run one after the other
 * @clear_halt: clears a stall
 * @reset: resets the port; the device stays open and its interface claimed, or PROBE_LOST
 * @wait: (nullable): lets time go by, for who waits for what is behind the device; %NULL sleeps
 * @dup_serial: (nullable): the raw string descriptor (header stripped: UTF-16LE) of the serial
 *   number, whether the device is open or not; empty when it has none.  A copy of it will do that
 *   has @enough code units.  PROBE_DENIED where only an
 *   opened device would tell.
 */
struct _FkUsbDeviceClass
{
  GObjectClass parent_class;

  gboolean (*open) (FkUsbDevice *self, guint8 interface_number, GError **error);
  void (*close) (FkUsbDevice *self);
  gboolean (*transfer) (FkUsbDevice *self,
                        FkUsbTransfer *transfers,
                        guint n_transfers,
                        guint timeout_ms,
                        GCancellable *cancellable,
                        GError **error);
  gboolean (*run_chain) (FkUsbDevice *self,
                         FkUsbTransfer *transfers,
                         guint n_transfers,
                         guint timeout_ms,
                         GCancellable *cancellable,
                         GError **error);
  gboolean (*clear_halt) (FkUsbDevice *self, guint8 endpoint, GError **error);
  gboolean (*reset) (FkUsbDevice *self, GError **error);
  void (*wait) (FkUsbDevice *self, guint microseconds);
  GBytes *(*dup_serial) (FkUsbDevice *self, guint enough, GError **error);
};

guint16 fk_usb_device_get_vendor_id (FkUsbDevice *self);
guint16 fk_usb_device_get_product_id (FkUsbDevice *self);
const char *fk_usb_device_get_port_path (FkUsbDevice *self);

gboolean fk_usb_device_open (FkUsbDevice *self, guint8 interface_number, GError **error);
void fk_usb_device_close (FkUsbDevice *self);
gboolean fk_usb_device_is_open (FkUsbDevice *self);
gboolean fk_usb_transfer_is_good (const FkUsbTransfer *transfer);
gboolean fk_usb_device_transfer (FkUsbDevice *self,
                                 FkUsbTransfer *transfers,
                                 guint n_transfers,
                                 guint timeout_ms,
                                 GCancellable *cancellable,
                                 GError **error);
gboolean fk_usb_device_clear_halt (FkUsbDevice *self, guint8 endpoint, GError **error);
gboolean fk_usb_device_reset (FkUsbDevice *self, GError **error);
void fk_usb_device_wait (FkUsbDevice *self, guint microseconds);
GBytes *fk_usb_device_dup_serial (FkUsbDevice *self, guint enough, GError **error);

G_END_DECLS
