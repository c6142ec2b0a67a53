/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "passing-device.h"

typedef struct
{
  FkUsbDevice *inner;
} PassingDevicePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PassingDevice, passing_device, FK_TYPE_USB_DEVICE)

FkUsbDevice *
passing_device_get_inner (FkUsbDevice *device)
{
  PassingDevicePrivate *priv = passing_device_get_instance_private (PASSING_DEVICE (device));

  return priv->inner;
}

static gboolean
passing_device_open (FkUsbDevice *device, guint8 interface_number, GError **error)
{
  return fk_usb_device_open (passing_device_get_inner (device), interface_number, error);
}

static void
passing_device_close (FkUsbDevice *device)
{
  fk_usb_device_close (passing_device_get_inner (device));
}

static gboolean
passing_device_transfer (FkUsbDevice *device,
                         FkUsbTransfer *transfers,
                         guint n_transfers,
                         guint timeout_ms,
                         GCancellable *cancellable,
                         GError **error)
{
  return fk_usb_device_transfer (passing_device_get_inner (device), transfers, n_transfers,
                                 timeout_ms, cancellable, error);
}

static gboolean
passing_device_clear_halt (FkUsbDevice *device, guint8 endpoint, GError **error)
{
  return fk_usb_device_clear_halt (passing_device_get_inner (device), endpoint, error);
}

static gboolean
passing_device_reset (FkUsbDevice *device, GError **error)
{
  return fk_usb_device_reset (passing_device_get_inner (device), error);
}

static void
passing_device_wait (FkUsbDevice *device, guint microseconds)
{
  fk_usb_device_wait (passing_device_get_inner (device), microseconds);
}

static GBytes *
passing_device_dup_serial (FkUsbDevice *device, guint enough, GError **error)
{
  return fk_usb_device_dup_serial (passing_device_get_inner (device), enough, error);
}

static void
passing_device_finalize (GObject *object)
{
  PassingDevicePrivate *priv = passing_device_get_instance_private (PASSING_DEVICE (object));

  g_clear_object (&priv->inner);
  G_OBJECT_CLASS (passing_device_parent_class)->finalize (object);
}

static void
passing_device_class_init (PassingDeviceClass *klass)
{
  FkUsbDeviceClass *device_class = FK_USB_DEVICE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = passing_device_finalize;
  device_class->open = passing_device_open;
  device_class->close = passing_device_close;
  device_class->transfer = passing_device_transfer;
  device_class->clear_halt = passing_device_clear_halt;
  device_class->reset = passing_device_reset;
  device_class->wait = passing_device_wait;
  device_class->dup_serial = passing_device_dup_serial;
}

static void
passing_device_init (PassingDevice *self)
{
}

gpointer
passing_device_new (GType type, FkUsbDevice *inner)
{
  gpointer self = g_object_new (type, "vendor-id", (guint)fk_usb_device_get_vendor_id (inner),
                                "product-id", (guint)fk_usb_device_get_product_id (inner),
                                "port-path", fk_usb_device_get_port_path (inner), NULL);
  PassingDevicePrivate *priv = passing_device_get_instance_private (PASSING_DEVICE (self));

  priv->inner = g_object_ref (inner);
  return self;
}
