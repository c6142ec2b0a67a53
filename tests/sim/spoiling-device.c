/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "spoiling-device.h"

#include "base/fk-reader.h"
#include "probe/fk-stlink-protocol.h"

G_DECLARE_FINAL_TYPE (SpoilingDevice, spoiling_device, SPOILING, DEVICE, FkUsbDevice)

struct _SpoilingDevice
{
  FkUsbDevice parent_instance;
  FkUsbDevice *inner;
  SpoilFunc spoil;
  gpointer user_data;
  guint32 address; /* of the data that come next; 0: none */
};

G_DEFINE_FINAL_TYPE (SpoilingDevice, spoiling_device, FK_TYPE_USB_DEVICE)

static gboolean
spoiling_device_open (FkUsbDevice *device, guint8 interface_number, GError **error)
{
  return fk_usb_device_open (SPOILING_DEVICE (device)->inner, interface_number, error);
}

static void
spoiling_device_close (FkUsbDevice *device)
{
  fk_usb_device_close (SPOILING_DEVICE (device)->inner);
}

/* Returns: where the data go that follow @transfer; 0: it is no command that has any */
static guint32
find_write (SpoilingDevice *self, const FkUsbTransfer *transfer)
{
  if (self->spoil == NULL || self->address != 0 || (transfer->endpoint & FK_USB_IN) != 0 ||
      transfer->length < 6 || transfer->data[0] != STLINK_DEBUG ||
      transfer->data[1] != STLINK_WRITEMEM_32BIT)
    return 0;
  return fk_load_u32le (transfer->data + 2);
}

static gboolean
spoiling_device_transfer (FkUsbDevice *device,
                          FkUsbTransfer *transfers,
                          guint n_transfers,
                          guint timeout_ms,
                          GCancellable *cancellable,
                          GError **error)
{
  SpoilingDevice *self = SPOILING_DEVICE (device);
  g_autoptr (GPtrArray) copies = g_ptr_array_new_with_free_func (g_free);
  g_autofree guint8 **originals = g_new0 (guint8 *, n_transfers);
  gboolean ok;

  for (guint i = 0; i < n_transfers; i++)
    {
      FkUsbTransfer *transfer = &transfers[i];

      originals[i] = transfer->data;
      if ((transfer->endpoint & FK_USB_IN) == 0 && self->address != 0)
        {
          transfer->data = g_memdup2 (transfer->data, transfer->length);
          g_ptr_array_add (copies, transfer->data);
          self->spoil (self->address, transfer->data, transfer->length, self->user_data);
        }
      self->address = find_write (self, transfer);
    }
  ok = fk_usb_device_transfer (self->inner, transfers, n_transfers, timeout_ms, cancellable, error);
  for (guint i = 0; i < n_transfers; i++)
    transfers[i].data = originals[i];
  return ok;
}

static gboolean
spoiling_device_clear_halt (FkUsbDevice *device, guint8 endpoint, GError **error)
{
  return fk_usb_device_clear_halt (SPOILING_DEVICE (device)->inner, endpoint, error);
}

static gboolean
spoiling_device_reset (FkUsbDevice *device, GError **error)
{
  return fk_usb_device_reset (SPOILING_DEVICE (device)->inner, error);
}

static void
spoiling_device_wait (FkUsbDevice *device, guint microseconds)
{
  fk_usb_device_wait (SPOILING_DEVICE (device)->inner, microseconds);
}

static GBytes *
spoiling_device_dup_serial (FkUsbDevice *device, GError **error)
{
  return fk_usb_device_dup_serial (SPOILING_DEVICE (device)->inner, error);
}

static void
spoiling_device_finalize (GObject *object)
{
  SpoilingDevice *self = SPOILING_DEVICE (object);

  g_clear_object (&self->inner);
  G_OBJECT_CLASS (spoiling_device_parent_class)->finalize (object);
}

static void
spoiling_device_class_init (SpoilingDeviceClass *klass)
{
  FkUsbDeviceClass *device_class = FK_USB_DEVICE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = spoiling_device_finalize;
  device_class->open = spoiling_device_open;
  device_class->close = spoiling_device_close;
  device_class->transfer = spoiling_device_transfer;
  device_class->clear_halt = spoiling_device_clear_halt;
  device_class->reset = spoiling_device_reset;
  device_class->wait = spoiling_device_wait;
  device_class->dup_serial = spoiling_device_dup_serial;
}

static void
spoiling_device_init (SpoilingDevice *self)
{
}

FkUsbDevice *
spoiling_device_new (FkUsbDevice *inner)
{
  SpoilingDevice *self = g_object_new (spoiling_device_get_type (), "vendor-id",
                                       (guint)fk_usb_device_get_vendor_id (inner), "product-id",
                                       (guint)fk_usb_device_get_product_id (inner), "port-path",
                                       fk_usb_device_get_port_path (inner), NULL);

  self->inner = g_object_ref (inner);
  return FK_USB_DEVICE (self);
}

void
spoiling_device_set (FkUsbDevice *device, SpoilFunc spoil, gpointer user_data)
{
  SpoilingDevice *self = SPOILING_DEVICE (device);

  self->spoil = spoil;
  self->user_data = user_data;
}
