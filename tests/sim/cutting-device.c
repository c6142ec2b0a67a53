/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "cutting-device.h"

#include "passing-device.h"

G_DECLARE_FINAL_TYPE (CuttingDevice, cutting_device, CUTTING, DEVICE, PassingDevice)

struct _CuttingDevice
{
  PassingDevice parent_instance;
  GCancellable *cancellable; /* (nullable) */
  guint64 n_left;
};

G_DEFINE_FINAL_TYPE (CuttingDevice, cutting_device, PASSING_TYPE_DEVICE)

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
  return fk_usb_device_transfer (passing_device_get_inner (device), transfers, n_transfers,
                                 timeout_ms, cancellable, error);
}

static void
cutting_device_finalize (GObject *object)
{
  CuttingDevice *self = CUTTING_DEVICE (object);

  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (cutting_device_parent_class)->finalize (object);
}

static void
cutting_device_class_init (CuttingDeviceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cutting_device_finalize;
  FK_USB_DEVICE_CLASS (klass)->transfer = cutting_device_transfer;
}

static void
cutting_device_init (CuttingDevice *self)
{
}

FkUsbDevice *
cutting_device_new (FkUsbDevice *inner)
{
  return passing_device_new (cutting_device_get_type (), inner);
}

void
cutting_device_cancel_at (FkUsbDevice *device, GCancellable *cancellable, guint64 n_transfers)
{
  CuttingDevice *self = CUTTING_DEVICE (device);

  g_set_object (&self->cancellable, cancellable);
  self->n_left = n_transfers;
}
