/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One USB device as the probes see it: identity, bulk transfers, and what heals a stuck endpoint
 * (USB 2.0, 5.8 and 9.4.5).  The class below holds what every implementation shares: the identity
 * and whether the device is open; libusb and the simulated boards do the rest. */

#include "config.h"

#include "usb/fk-usb-device.h"

#include "base/fk-error.h"

typedef struct
{
  guint vendor_id;
  guint product_id;
  char *port_path;
  gboolean is_open;
} FkUsbDevicePrivate;

enum
{
  PROP_0,
  PROP_VENDOR_ID,
  PROP_PRODUCT_ID,
  PROP_PORT_PATH,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (FkUsbDevice, fk_usb_device, G_TYPE_OBJECT)

static FkUsbDevicePrivate *
get_private (FkUsbDevice *self)
{
  return fk_usb_device_get_instance_private (self);
}

static void
fk_usb_device_finalize (GObject *object)
{
  FkUsbDevicePrivate *priv = get_private (FK_USB_DEVICE (object));

  g_free (priv->port_path);

  G_OBJECT_CLASS (fk_usb_device_parent_class)->finalize (object);
}

static void
fk_usb_device_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  FkUsbDevicePrivate *priv = get_private (FK_USB_DEVICE (object));

  switch (prop_id)
    {
    case PROP_VENDOR_ID:
      g_value_set_uint (value, priv->vendor_id);
      break;
    case PROP_PRODUCT_ID:
      g_value_set_uint (value, priv->product_id);
      break;
    case PROP_PORT_PATH:
      g_value_set_string (value, priv->port_path);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
fk_usb_device_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  FkUsbDevicePrivate *priv = get_private (FK_USB_DEVICE (object));

  switch (prop_id)
    {
    case PROP_VENDOR_ID:
      priv->vendor_id = g_value_get_uint (value);
      break;
    case PROP_PRODUCT_ID:
      priv->product_id = g_value_get_uint (value);
      break;
    case PROP_PORT_PATH:
      priv->port_path = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
fk_usb_device_class_init (FkUsbDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = fk_usb_device_finalize;
  object_class->get_property = fk_usb_device_get_property;
  object_class->set_property = fk_usb_device_set_property;

  properties[PROP_VENDOR_ID] =
      g_param_spec_uint ("vendor-id", NULL, NULL, 0, G_MAXUINT16, 0, flags);
  properties[PROP_PRODUCT_ID] =
      g_param_spec_uint ("product-id", NULL, NULL, 0, G_MAXUINT16, 0, flags);
  properties[PROP_PORT_PATH] = g_param_spec_string ("port-path", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
fk_usb_device_init (FkUsbDevice *self)
{
}

guint16
fk_usb_device_get_vendor_id (FkUsbDevice *self)
{
  g_return_val_if_fail (FK_IS_USB_DEVICE (self), 0);

  return get_private (self)->vendor_id;
}

guint16
fk_usb_device_get_product_id (FkUsbDevice *self)
{
  g_return_val_if_fail (FK_IS_USB_DEVICE (self), 0);

  return get_private (self)->product_id;
}

/**
 * fk_usb_device_get_port_path:
 *
 * Returns: where the device is plugged in, such as "1-2.3"; unlike a serial number this is unique
 *   at any one time, and stays the same when the device comes back into the same socket
 */
const char *
fk_usb_device_get_port_path (FkUsbDevice *self)
{
  g_return_val_if_fail (FK_IS_USB_DEVICE (self), NULL);

  return get_private (self)->port_path;
}

/**
 * fk_usb_device_open:
 * @interface_number: the interface to claim; the others and their kernel drivers stay as they are
 *
 * Returns: %TRUE if the device is open now; otherwise NO_PROBE, PROBE_DENIED or PROBE_BUSY
 */
gboolean
fk_usb_device_open (FkUsbDevice *self, guint8 interface_number, GError **error)
{
  FkUsbDevicePrivate *priv;

  g_return_val_if_fail (FK_IS_USB_DEVICE (self), FALSE);
  g_return_val_if_fail (!fk_usb_device_is_open (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  priv = get_private (self);
  priv->is_open = FK_USB_DEVICE_GET_CLASS (self)->open (self, interface_number, error);
  return priv->is_open;
}

/* Closing a device that is not open does nothing. */
void
fk_usb_device_close (FkUsbDevice *self)
{
  FkUsbDevicePrivate *priv;

  g_return_if_fail (FK_IS_USB_DEVICE (self));

  priv = get_private (self);
  if (!priv->is_open)
    return;
  FK_USB_DEVICE_GET_CLASS (self)->close (self);
  priv->is_open = FALSE;
}

gboolean
fk_usb_device_is_open (FkUsbDevice *self)
{
  g_return_val_if_fail (FK_IS_USB_DEVICE (self), FALSE);

  return get_private (self)->is_open;
}

/* Returns: how many transfers, the first one included, make up the first link */
static guint
count_link (const FkUsbTransfer *transfers, guint n_transfers)
{
  guint n = 1;

  while (n < n_transfers && !transfers[n].begins_link)
    n++;
  return n;
}

/* Whether a chain may go on behind the link that these make up. */
static gboolean
is_link_good (const FkUsbTransfer *transfers, guint n_transfers)
{
  for (guint i = 0; i < n_transfers; i++)
    if (!fk_usb_transfer_is_good (&transfers[i]))
      return FALSE;
  return TRUE;
}

static gboolean
run_links (FkUsbDevice *self,
           FkUsbTransfer *transfers,
           guint n_transfers,
           guint timeout_ms,
           GCancellable *cancellable,
           GError **error)
{
  while (n_transfers > 0)
    {
      guint n = count_link (transfers, n_transfers);

      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !FK_USB_DEVICE_GET_CLASS (self)->transfer (self, transfers, n, timeout_ms, cancellable,
                                                     error))
        return FALSE;
      if (!is_link_good (transfers, n))
        return TRUE;
      transfers += n;
      n_transfers -= n;
    }
  return TRUE;
}

/* Whether a transfer has moved all its bytes and passed its check. */
gboolean
fk_usb_transfer_is_good (const FkUsbTransfer *transfer)
{
  return transfer->actual == transfer->length &&
         (transfer->check == NULL || transfer->check (transfer, transfer->check_data));
}

/**
 * fk_usb_device_transfer:
 * @transfers: (array length=n_transfers): run in this order; @actual of each is set
 * @timeout_ms: time limit for all of them together, or for each link of a chain, in milliseconds;
 *   not 0
 * @cancellable: (nullable): stops them; what the device does with a transfer that was cut is its
 *   own affair, so only somebody who can resynchronise it passes one
 *
 * A chain of several links ends in front of the first link that its forerunners do not let begin;
 * the transfers of that link and of those behind it have moved nothing, which is no error.
 *
 * Returns: %TRUE if every transfer that was begun ended by itself, be it short
 */
gboolean
fk_usb_device_transfer (FkUsbDevice *self,
                        FkUsbTransfer *transfers,
                        guint n_transfers,
                        guint timeout_ms,
                        GCancellable *cancellable,
                        GError **error)
{
  g_return_val_if_fail (FK_IS_USB_DEVICE (self), FALSE);
  g_return_val_if_fail (fk_usb_device_is_open (self), FALSE);
  g_return_val_if_fail (transfers != NULL || n_transfers == 0, FALSE);
  g_return_val_if_fail (timeout_ms > 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  for (guint i = 0; i < n_transfers; i++)
    transfers[i].actual = 0;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (n_transfers == 0)
    return TRUE;
  if (FK_USB_DEVICE_GET_CLASS (self)->run_chain == NULL)
    return run_links (self, transfers, n_transfers, timeout_ms, cancellable, error);
  return FK_USB_DEVICE_GET_CLASS (self)->run_chain (self, transfers, n_transfers, timeout_ms,
                                                    cancellable, error);
}

/**
 * fk_usb_device_clear_halt:
 * @endpoint: endpoint address, with its direction bit
 *
 * Clears a stall and the data toggle (USB 2.0, 9.4.5).
 */
gboolean
fk_usb_device_clear_halt (FkUsbDevice *self, guint8 endpoint, GError **error)
{
  g_return_val_if_fail (FK_IS_USB_DEVICE (self), FALSE);
  g_return_val_if_fail (fk_usb_device_is_open (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return FK_USB_DEVICE_GET_CLASS (self)->clear_halt (self, endpoint, error);
}

/**
 * fk_usb_device_reset:
 *
 * Resets the port: the last resort.  Every interface of the device loses its state, those of other
 * programs included.  After PROBE_LOST the device must still be closed; it may come back on the bus
 * as a new one.
 */
gboolean
fk_usb_device_reset (FkUsbDevice *self, GError **error)
{
  g_return_val_if_fail (FK_IS_USB_DEVICE (self), FALSE);
  g_return_val_if_fail (fk_usb_device_is_open (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return FK_USB_DEVICE_GET_CLASS (self)->reset (self, error);
}

/**
 * fk_usb_device_dup_serial:
 * @enough: code units that a number has at least; the kernel may have fewer of it, as its copy ends
 *   at the first that is 0, and then the device itself is asked, if it can be
 *
 * Returns: (transfer full) (nullable): the serial number as the device has it: UTF-16LE code units,
 *   which need not be text (clones put raw bytes there); empty when there is none
 */
GBytes *
fk_usb_device_dup_serial (FkUsbDevice *self, guint enough, GError **error)
{
  g_return_val_if_fail (FK_IS_USB_DEVICE (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (FK_USB_DEVICE_GET_CLASS (self)->dup_serial == NULL)
    return g_bytes_new_static ("", 0);
  return FK_USB_DEVICE_GET_CLASS (self)->dup_serial (self, enough, error);
}

/**
 * fk_usb_device_wait:
 *
 * Sleeps, or lets a simulated device live through the time.
 */
void
fk_usb_device_wait (FkUsbDevice *self, guint microseconds)
{
  FkUsbDeviceClass *klass;

  g_return_if_fail (FK_IS_USB_DEVICE (self));

  klass = FK_USB_DEVICE_GET_CLASS (self);
  if (klass->wait != NULL)
    klass->wait (self, microseconds);
  else
    g_usleep (microseconds);
}
