/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The simulated ST-LINK behind the interface that libusb has too.  It never sleeps: a transfer that
 * would not end takes its whole time limit in modelled time and fails at once.
 *
 * The board owns this device, and an open device keeps its board: so a board lasts as long as
 * anybody works with it, and saves itself afterwards. */

#include "config.h"

#include "sim/fk-sim-stlink-device.h"

#include "base/fk-error.h"

#define DEBUG_INTERFACE 0
#define VENDOR_ID       0x0483
#define STRING_SERIAL   3
#define STRING_HEADER   2
#define NS_PER_MS       G_GUINT64_CONSTANT (1000000)

struct _FkSimStlinkDevice
{
  FkUsbDevice parent_instance;

  GWeakRef board; /* owns @stlink */
  GObject *held_board;
  FkSimStlink *stlink;
  FkSimAccess access;
  guint n_plugs; /* of the probe when the device was opened */
};

G_DEFINE_FINAL_TYPE (FkSimStlinkDevice, fk_sim_stlink_device, FK_TYPE_USB_DEVICE)

static gboolean
fk_sim_stlink_device_open (FkUsbDevice *device, guint8 interface_number, GError **error)
{
  FkSimStlinkDevice *self = FK_SIM_STLINK_DEVICE (device);
  g_autoptr (GObject) board = g_weak_ref_get (&self->board);

  if (board == NULL || fk_sim_stlink_is_unplugged (self->stlink))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NO_PROBE,
                   "The simulated ST-LINK is not plugged in any more");
      return FALSE;
    }
  if (self->access == FK_SIM_ACCESS_DENIED)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_PROBE_DENIED,
                   "The simulated ST-LINK may not be opened by this user");
      return FALSE;
    }
  if (self->access == FK_SIM_ACCESS_BUSY || interface_number != DEBUG_INTERFACE)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_PROBE_BUSY,
                   "Interface %u of the simulated ST-LINK is in use by another program",
                   interface_number);
      return FALSE;
    }
  self->n_plugs = fk_sim_stlink_get_n_plugs (self->stlink);
  g_set_object (&self->held_board, board);
  return TRUE;
}

static void
fk_sim_stlink_device_close (FkUsbDevice *device)
{
  FkSimStlinkDevice *self = FK_SIM_STLINK_DEVICE (device);

  g_clear_object (&self->held_board);
}

/* Plugged out and in again, an open handle stays dead. */
static gboolean
check_plugged (FkSimStlinkDevice *self, GError **error)
{
  if (!fk_sim_stlink_is_unplugged (self->stlink) &&
      self->n_plugs == fk_sim_stlink_get_n_plugs (self->stlink))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_PROBE_LOST, "The simulated ST-LINK was unplugged");
  return FALSE;
}

static gboolean
check_status (FkSimStlinkDevice *self,
              FkSimUsbStatus status,
              guint8 endpoint,
              guint timeout_ms,
              GError **error)
{
  switch (status)
    {
    case FK_SIM_USB_DONE:
      return TRUE;
    case FK_SIM_USB_WAIT:
    case FK_SIM_USB_NEVER:
      fk_sim_stlink_wait (self->stlink, timeout_ms * NS_PER_MS);
      g_set_error (error, FK_ERROR, FK_ERROR_TIMEOUT,
                   "The simulated ST-LINK did not answer on endpoint 0x%02x within %u ms", endpoint,
                   timeout_ms);
      return FALSE;
    case FK_SIM_USB_STALL:
      g_set_error (error, FK_ERROR, FK_ERROR_PROBE_LOST,
                   "The simulated ST-LINK stalled endpoint 0x%02x", endpoint);
      return FALSE;
    case FK_SIM_USB_OVERFLOW:
      g_set_error (error, FK_ERROR, FK_ERROR_PROBE_LOST,
                   "The simulated ST-LINK sent more than was asked for on endpoint 0x%02x",
                   endpoint);
      return FALSE;
    case FK_SIM_USB_GONE:
      g_set_error (error, FK_ERROR, FK_ERROR_PROBE_LOST, "The simulated ST-LINK was unplugged");
      return FALSE;
    }
  g_assert_not_reached ();
}

static FkSimUsbStatus
run_transfer (FkSimStlinkDevice *self, FkUsbTransfer *transfer)
{
  if (transfer->endpoint & FK_USB_IN)
    return fk_sim_stlink_bulk_in (self->stlink, transfer->endpoint, transfer->data,
                                  transfer->length, &transfer->actual);
  return fk_sim_stlink_bulk_out (self->stlink, transfer->endpoint, transfer->data, transfer->length,
                                 &transfer->actual);
}

static gboolean
fk_sim_stlink_device_transfer (FkUsbDevice *device,
                               FkUsbTransfer *transfers,
                               guint n_transfers,
                               guint timeout_ms,
                               GCancellable *cancellable,
                               GError **error)
{
  FkSimStlinkDevice *self = FK_SIM_STLINK_DEVICE (device);

  if (!check_plugged (self, error))
    return FALSE;
  for (guint i = 0; i < n_transfers; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (!check_status (self, run_transfer (self, &transfers[i]), transfers[i].endpoint,
                         timeout_ms, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
fk_sim_stlink_device_clear_halt (FkUsbDevice *device, guint8 endpoint, GError **error)
{
  FkSimStlinkDevice *self = FK_SIM_STLINK_DEVICE (device);

  return check_plugged (self, error) &&
         check_status (self, fk_sim_stlink_clear_halt (self->stlink, endpoint), endpoint, 0, error);
}

static gboolean
fk_sim_stlink_device_reset (FkUsbDevice *device, GError **error)
{
  FkSimStlinkDevice *self = FK_SIM_STLINK_DEVICE (device);

  return check_plugged (self, error) &&
         check_status (self, fk_sim_stlink_bus_reset (self->stlink), 0, 0, error);
}

/* The board lives through it; nobody sleeps. */
static void
fk_sim_stlink_device_wait (FkUsbDevice *device, guint microseconds)
{
  FkSimStlinkDevice *self = FK_SIM_STLINK_DEVICE (device);

  fk_sim_stlink_wait (self->stlink, (guint64)microseconds * 1000);
}

static GBytes *
fk_sim_stlink_device_dup_serial (FkUsbDevice *device, guint enough, GError **error)
{
  FkSimStlinkDevice *self = FK_SIM_STLINK_DEVICE (device);
  g_autoptr (GObject) board = g_weak_ref_get (&self->board);
  g_autoptr (GBytes) descriptor = NULL;

  if (board == NULL || fk_sim_stlink_is_unplugged (self->stlink))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NO_PROBE,
                   "The simulated ST-LINK is not plugged in any more");
      return NULL;
    }
  if (self->access == FK_SIM_ACCESS_DENIED)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_PROBE_DENIED,
                   "The serial number of the simulated ST-LINK may not be read by this user");
      return NULL;
    }
  descriptor = fk_sim_stlink_dup_string (self->stlink, STRING_SERIAL);
  return g_bytes_new_from_bytes (descriptor, STRING_HEADER,
                                 g_bytes_get_size (descriptor) - STRING_HEADER);
}

static void
fk_sim_stlink_device_finalize (GObject *object)
{
  FkSimStlinkDevice *self = FK_SIM_STLINK_DEVICE (object);

  g_clear_object (&self->held_board);
  g_weak_ref_clear (&self->board);

  G_OBJECT_CLASS (fk_sim_stlink_device_parent_class)->finalize (object);
}

static void
fk_sim_stlink_device_class_init (FkSimStlinkDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  FkUsbDeviceClass *device_class = FK_USB_DEVICE_CLASS (klass);

  object_class->finalize = fk_sim_stlink_device_finalize;
  device_class->open = fk_sim_stlink_device_open;
  device_class->close = fk_sim_stlink_device_close;
  device_class->transfer = fk_sim_stlink_device_transfer;
  device_class->clear_halt = fk_sim_stlink_device_clear_halt;
  device_class->reset = fk_sim_stlink_device_reset;
  device_class->wait = fk_sim_stlink_device_wait;
  device_class->dup_serial = fk_sim_stlink_device_dup_serial;
}

static void
fk_sim_stlink_device_init (FkSimStlinkDevice *self)
{
  g_weak_ref_init (&self->board, NULL);
}

/**
 * fk_sim_stlink_device_new:
 * @board: (transfer none): owns @stlink
 *
 * Returns: (transfer full): the USB device of @stlink
 */
FkUsbDevice *
fk_sim_stlink_device_new (GObject *board,
                          FkSimStlink *stlink,
                          const char *port_path,
                          FkSimAccess access)
{
  FkSimStlinkDevice *self;

  g_return_val_if_fail (G_IS_OBJECT (board), NULL);
  g_return_val_if_fail (stlink != NULL, NULL);

  self = g_object_new (FK_TYPE_SIM_STLINK_DEVICE, "vendor-id", (guint)VENDOR_ID, "product-id",
                       (guint)fk_sim_stlink_get_model (stlink)->product_id, "port-path", port_path,
                       NULL);
  g_weak_ref_set (&self->board, board);
  self->stlink = stlink;
  self->access = access;
  return FK_USB_DEVICE (self);
}
