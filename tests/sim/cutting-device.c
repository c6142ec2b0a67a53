/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "cutting-device.h"

G_DECLARE_FINAL_TYPE (CuttingDevice, cutting_device, CUTTING, DEVICE, FkUsbDevice)

struct _CuttingDevice
{
  FkUsbDevice parent_instance;
  FkUsbDevice *inner;
  GCancellable *cancellable; /* (nullable) */
  guint64 n_left;
};

G_DEFINE_FINAL_TYPE (CuttingDevice, cutting_device, FK_TYPE_USB_DEVICE)

static gboolean
cutting_device_open (FkUsbDevice *device, guint8 interface_number, GError **error)
{
  return fk_usb_device_open (CUTTING_DEVICE (device)->inner, interface_number, error);
}

static void
cutting_device_close (FkUsbDevice *device)
{
  fk_usb_device_close (CUTTING_DEVICE (device)->inner);
}

static gboolean
cutting_device_transfer (FkUsbDevice *device,
                         FkUsbTransfer *transfers,
                         guint n_transfers,
                         guint timeout_ms,
                         GCancellable *cancellable,
                         GError **error)
{
  CuttingDevice *self = CUTTING_DEVICE (device);

  if (self->cancellable != NULL && self->n_left < n_transfers)
    {
      g_cancellable_cancel (self->cancellable);
      g_clear_object (&self->cancellable);
    }
  self->n_left -= MIN (self->n_left, n_transfers);
  return fk_usb_device_transfer (self->inner, transfers, n_transfers, timeout_ms, cancellable,
                                 error);
}

static gboolean
cutting_device_clear_halt (FkUsbDevice *device, guint8 endpoint, GError **error)
{
  return fk_usb_device_clear_halt (CUTTING_DEVICE (device)->inner, endpoint, error);
}

static gboolean
cutting_device_reset (FkUsbDevice *device, GError **error)
{
  return fk_usb_device_reset (CUTTING_DEVICE (device)->inner, error);
}

static GBytes *
cutting_device_dup_serial (FkUsbDevice *device, GError **error)
{
  return fk_usb_device_dup_serial (CUTTING_DEVICE (device)->inner, error);
}

static void
cutting_device_finalize (GObject *object)
{
  CuttingDevice *self = CUTTING_DEVICE (object);

  g_clear_object (&self->inner);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (cutting_device_parent_class)->finalize (object);
}

static void
cutting_device_class_init (CuttingDeviceClass *klass)
{
  FkUsbDeviceClass *device_class = FK_USB_DEVICE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cutting_device_finalize;
  device_class->open = cutting_device_open;
  device_class->close = cutting_device_close;
  device_class->transfer = cutting_device_transfer;
  device_class->clear_halt = cutting_device_clear_halt;
  device_class->reset = cutting_device_reset;
  device_class->dup_serial = cutting_device_dup_serial;
}

static void
cutting_device_init (CuttingDevice *self)
{
}

FkUsbDevice *
cutting_device_new (FkUsbDevice *inner)
{
  CuttingDevice *self = g_object_new (cutting_device_get_type (), "vendor-id",
                                      (guint)fk_usb_device_get_vendor_id (inner), "product-id",
                                      (guint)fk_usb_device_get_product_id (inner), "port-path",
                                      fk_usb_device_get_port_path (inner), NULL);

  self->inner = g_object_ref (inner);
  return FK_USB_DEVICE (self);
}

void
cutting_device_cancel_at (FkUsbDevice *device, GCancellable *cancellable, guint64 n_transfers)
{
  CuttingDevice *self = CUTTING_DEVICE (device);

  g_set_object (&self->cancellable, cancellable);
  self->n_left = n_transfers;
}
