/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A USB device through libusb.  Only the interface that is asked for is claimed, and no kernel
 * driver is sent away: an ST-LINK/V2-1 also is a disk and a serial port, and somebody may be using
 * those.  For the same reason the configuration is never set: that would reset them (USB 2.0,
 * 9.4.7). */

#include "config.h"

#include "usb/fk-usb-context-private.h"

#include "base/fk-error.h"
#include "usb/fk-usb-error.h"

#define SYSFS_DEVICES    "/sys/bus/usb/devices"
#define LANGUAGE_ENGLISH 0x0409 /* of the United States */

struct _FkUsbLibusbDevice
{
  FkUsbDevice parent_instance;

  FkUsbContext *context;
  libusb_device *device;
  libusb_device_handle *handle; /* while open */
  int interface_number;
  guint8 serial_index;
  char *name; /* for messages: "the USB device 0483:3748 at 1-2" */
};

G_DEFINE_FINAL_TYPE (FkUsbLibusbDevice, fk_usb_libusb_device, FK_TYPE_USB_DEVICE)

static gboolean
fk_usb_libusb_device_open (FkUsbDevice *device, guint8 interface_number, GError **error)
{
  FkUsbLibusbDevice *self = FK_USB_LIBUSB_DEVICE (device);
  int code = libusb_open (self->device, &self->handle);

  if (code == LIBUSB_SUCCESS)
    {
      code = libusb_claim_interface (self->handle, interface_number);
      if (code == LIBUSB_SUCCESS)
        {
          self->interface_number = interface_number;
          return TRUE;
        }
      libusb_close (self->handle);
    }
  self->handle = NULL;
  fk_usb_set_error (error, code, FK_USB_OPENING, "Opening %s", self->name);
  return FALSE;
}

static void
fk_usb_libusb_device_close (FkUsbDevice *device)
{
  FkUsbLibusbDevice *self = FK_USB_LIBUSB_DEVICE (device);

  /* Fails when the device is gone; then there is nothing to release. */
  libusb_release_interface (self->handle, self->interface_number);
  libusb_close (self->handle);
  self->handle = NULL;
}

static gboolean
fk_usb_libusb_device_transfer (FkUsbDevice *device,
                               FkUsbTransfer *transfers,
                               guint n_transfers,
                               guint timeout_ms,
                               GCancellable *cancellable,
                               GError **error)
{
  FkUsbLibusbDevice *self = FK_USB_LIBUSB_DEVICE (device);

  return fk_usb_run_transfers (self->handle, transfers, n_transfers, timeout_ms, self->name,
                               cancellable, error);
}

static gboolean
fk_usb_libusb_device_clear_halt (FkUsbDevice *device, guint8 endpoint, GError **error)
{
  FkUsbLibusbDevice *self = FK_USB_LIBUSB_DEVICE (device);
  int code = libusb_clear_halt (self->handle, endpoint);

  if (code == LIBUSB_SUCCESS)
    return TRUE;
  fk_usb_set_error (error, code, FK_USB_OPENED, "Clearing endpoint 0x%02x of %s", endpoint,
                    self->name);
  return FALSE;
}

static gboolean
fk_usb_libusb_device_reset (FkUsbDevice *device, GError **error)
{
  FkUsbLibusbDevice *self = FK_USB_LIBUSB_DEVICE (device);
  int code = libusb_reset_device (self->handle);

  if (code == LIBUSB_SUCCESS)
    return TRUE;
  fk_usb_set_error (error, code, FK_USB_OPENED, "Resetting %s", self->name);
  return FALSE;
}

/* The descriptor as it is, without its two bytes of header (USB 2.0, 9.6.7); the first language
 * that the device offers will do for a number.  Nearly always that is the one which is tried before
 * the device is asked: a question costs milliseconds on a real bus. */
static GBytes *
read_descriptor (FkUsbLibusbDevice *self, libusb_device_handle *handle, GError **error)
{
  guint8 data[255];
  int length = libusb_get_string_descriptor (handle, self->serial_index, LANGUAGE_ENGLISH, data,
                                             sizeof data);

  if (length == LIBUSB_ERROR_PIPE)
    {
      length = libusb_get_string_descriptor (handle, 0, 0, data, sizeof data);
      if (length >= 4)
        length =
            libusb_get_string_descriptor (handle, self->serial_index,
                                          (guint16)(data[2] | data[3] << 8), data, sizeof data);
    }
  if (length >= 2 && data[1] == LIBUSB_DT_STRING && data[0] >= 2)
    return g_bytes_new (data + 2, (gsize)(MIN (length, (int)data[0]) - 2));
  fk_usb_set_error (error, length < 0 ? length : LIBUSB_ERROR_OTHER, FK_USB_OPENING,
                    "Reading the serial number of %s", self->name);
  return NULL;
}

/* What the kernel read when the device was plugged in, which anybody may see.  It has passed
 * through UTF-8 and ends at the first zero, so raw bytes may come out shortened. */
static GBytes *
read_sysfs (FkUsbLibusbDevice *self)
{
  g_autofree char *path =
      g_build_filename (SYSFS_DEVICES, fk_usb_device_get_port_path (FK_USB_DEVICE (self)), "serial",
                        NULL);
  g_autofree char *text = NULL;
  g_autofree gunichar2 *units = NULL;
  GByteArray *bytes;
  gsize length;
  glong n_units;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return NULL;
  if (length > 0 && text[length - 1] == '\n')
    length--;
  units = g_utf8_to_utf16 (text, (glong)length, NULL, &n_units, NULL);
  if (units == NULL || n_units == 0)
    return NULL;
  bytes = g_byte_array_new ();
  for (glong i = 0; i < n_units; i++)
    {
      guint8 unit[] = { units[i] & 0xff, units[i] >> 8 };

      g_byte_array_append (bytes, unit, sizeof unit);
    }
  return g_byte_array_free_to_bytes (bytes);
}

static GBytes *
ask_for_serial (FkUsbLibusbDevice *self, GError **error)
{
  libusb_device_handle *handle = NULL;
  GBytes *serial = NULL;
  int code;

  if (self->handle != NULL)
    return read_descriptor (self, self->handle, error);
  code = libusb_open (self->device, &handle);
  if (code == LIBUSB_SUCCESS)
    {
      serial = read_descriptor (self, handle, error);
      libusb_close (handle);
    }
  else
    fk_usb_set_error (error, code, FK_USB_OPENING, "Reading the serial number of %s", self->name);
  return serial;
}

/* The kernel's copy costs nothing, while a question takes milliseconds on a real bus, and opening a
 * device that somebody else is using is not polite.  Where the copy is too short it is still better
 * than nothing, for a device that may not be opened. */
static GBytes *
fk_usb_libusb_device_dup_serial (FkUsbDevice *device, guint enough, GError **error)
{
  FkUsbLibusbDevice *self = FK_USB_LIBUSB_DEVICE (device);
  g_autoptr (GBytes) copy = NULL;
  g_autoptr (GError) local_error = NULL;
  GBytes *serial;

  if (self->serial_index == 0)
    return g_bytes_new_static ("", 0);
  copy = read_sysfs (self);
  if (copy != NULL && g_bytes_get_size (copy) / 2 >= enough)
    return g_steal_pointer (&copy);
  serial = ask_for_serial (self, &local_error);
  if (serial != NULL)
    return serial;
  if (copy == NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return g_steal_pointer (&copy);
}

static void
fk_usb_libusb_device_finalize (GObject *object)
{
  FkUsbLibusbDevice *self = FK_USB_LIBUSB_DEVICE (object);

  if (self->handle != NULL)
    fk_usb_libusb_device_close (FK_USB_DEVICE (self));
  libusb_unref_device (self->device);
  fk_usb_context_unref (self->context);
  g_free (self->name);

  G_OBJECT_CLASS (fk_usb_libusb_device_parent_class)->finalize (object);
}

static void
fk_usb_libusb_device_class_init (FkUsbLibusbDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  FkUsbDeviceClass *device_class = FK_USB_DEVICE_CLASS (klass);

  object_class->finalize = fk_usb_libusb_device_finalize;

  device_class->open = fk_usb_libusb_device_open;
  device_class->close = fk_usb_libusb_device_close;
  device_class->transfer = fk_usb_libusb_device_transfer;
  device_class->run_chain = fk_usb_libusb_device_transfer;
  device_class->clear_halt = fk_usb_libusb_device_clear_halt;
  device_class->reset = fk_usb_libusb_device_reset;
  device_class->dup_serial = fk_usb_libusb_device_dup_serial;
}

static void
fk_usb_libusb_device_init (FkUsbLibusbDevice *self)
{
}

/* As the kernel names it in sysfs: "1-2.3", and "usb1" for a root hub. */
static char *
make_port_path (libusb_device *device)
{
  guint8 ports[7]; /* hubs are at most this deep (USB 3.2, 10.1) */
  int n_ports = libusb_get_port_numbers (device, ports, sizeof ports);
  guint bus = libusb_get_bus_number (device);
  GString *path;

  if (n_ports <= 0)
    return g_strdup_printf ("usb%u", bus);
  path = g_string_new (NULL);
  g_string_printf (path, "%u-%u", bus, ports[0]);
  for (int i = 1; i < n_ports; i++)
    g_string_append_printf (path, ".%u", ports[i]);
  return g_string_free (path, FALSE);
}

/* Returns: (transfer full): a device that is not open yet */
FkUsbDevice *
fk_usb_libusb_device_new (FkUsbContext *context, libusb_device *device)
{
  struct libusb_device_descriptor descriptor;
  g_autofree char *port_path = make_port_path (device);
  FkUsbLibusbDevice *self;

  /* Cannot fail: libusb has read it already (since 1.0.16). */
  libusb_get_device_descriptor (device, &descriptor);
  self = g_object_new (FK_TYPE_USB_LIBUSB_DEVICE, "vendor-id", (guint)descriptor.idVendor,
                       "product-id", (guint)descriptor.idProduct, "port-path", port_path, NULL);
  self->context = fk_usb_context_ref (context);
  self->device = libusb_ref_device (device);
  self->serial_index = descriptor.iSerialNumber;
  self->name = g_strdup_printf ("the USB device %04x:%04x at %s", descriptor.idVendor,
                                descriptor.idProduct, port_path);
  return FK_USB_DEVICE (self);
}

libusb_device *
fk_usb_libusb_device_get (FkUsbLibusbDevice *self)
{
  return self->device;
}
