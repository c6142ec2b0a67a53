/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "spoiling-device.h"

#include "base/fk-reader.h"
#include "passing-device.h"
#include "probe/fk-stlink-protocol.h"

G_DECLARE_FINAL_TYPE (SpoilingDevice, spoiling_device, SPOILING, DEVICE, PassingDevice)

struct _SpoilingDevice
{
  PassingDevice parent_instance;
  SpoilFunc spoil;
  gpointer user_data;
  guint32 address; /* of the data that come next; 0: none */
};

G_DEFINE_FINAL_TYPE (SpoilingDevice, spoiling_device, PASSING_TYPE_DEVICE)

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
  ok = fk_usb_device_transfer (passing_device_get_inner (device), transfers, n_transfers,
                               timeout_ms, cancellable, error);
  for (guint i = 0; i < n_transfers; i++)
    transfers[i].data = originals[i];
  return ok;
}

static void
spoiling_device_class_init (SpoilingDeviceClass *klass)
{
  FK_USB_DEVICE_CLASS (klass)->transfer = spoiling_device_transfer;
}

static void
spoiling_device_init (SpoilingDevice *self)
{
}

FkUsbDevice *
spoiling_device_new (FkUsbDevice *inner)
{
  return passing_device_new (spoiling_device_get_type (), inner);
}

void
spoiling_device_set (FkUsbDevice *device, SpoilFunc spoil, gpointer user_data)
{
  SpoilingDevice *self = SPOILING_DEVICE (device);

  self->spoil = spoil;
  self->user_data = user_data;
}
