/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A device node of usbfs: who holds which interface, and every ioctl that libusb knows, as Linux
 * answers them (drivers/usb/core/devio.c).  Transfers are in mock-node-urb.c. */

#include "config.h"

#include "mock-node-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096

#define DESCRIPTOR_INTERFACE 4
#define DESCRIPTOR_ENDPOINT  5
#define CLASS_CDC            0x02
#define CLASS_STORAGE        0x08
#define CLASS_CDC_DATA       0x0a

#define SPEED_FULL 2 /* enum usb_device_speed, linux/usb/ch9.h */
#define SPEED_HIGH 3

#define OTHER_PROGRAM "usbfs"

static gboolean
is_free (const MockInterface *interface)
{
  return interface->file == NULL && interface->driver == NULL;
}

static MockInterface *
find_interface (MockNode *self, guint number)
{
  if (number >= MOCK_MAX_INTERFACES || !self->interfaces[number].exists)
    return NULL;
  return &self->interfaces[number];
}

static int
run_get_capabilities (MockNode *self, MockFile *file, gulong argument)
{
  guint32 capabilities = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_BULK_CONTINUATION |
                         USBDEVFS_CAP_NO_PACKET_SIZE_LIM | USBDEVFS_CAP_BULK_SCATTER_GATHER |
                         USBDEVFS_CAP_REAP_AFTER_DISCONNECT;

  return mock_file_store (file, argument, &capabilities, sizeof capabilities) ? 0 : -EFAULT;
}

static int
claim (MockNode *self, MockFile *file, guint number)
{
  MockInterface *interface = find_interface (self, number);

  if (interface == NULL)
    return -ENOENT;
  if (interface->file == file)
    return 0;
  if (!is_free (interface))
    return -EBUSY;
  interface->file = file;
  return 0;
}

static int
run_claim (MockNode *self, MockFile *file, gulong argument)
{
  guint number;

  return mock_file_load (file, argument, &number, sizeof number) ? claim (self, file, number)
                                                                 : -EFAULT;
}

static int
run_release (MockNode *self, MockFile *file, gulong argument)
{
  MockInterface *interface;
  guint number;

  if (!mock_file_load (file, argument, &number, sizeof number))
    return -EFAULT;
  interface = find_interface (self, number);
  if (interface == NULL)
    return -ENOENT;
  if (interface->file != file)
    return -EINVAL;
  interface->file = NULL;
  return 0;
}

static int
run_disconnect_claim (MockNode *self, MockFile *file, gulong argument)
{
  struct usbdevfs_disconnect_claim request;
  MockInterface *interface;

  if (!mock_file_load (file, argument, &request, sizeof request))
    return -EFAULT;
  interface = find_interface (self, request.interface);
  if (interface == NULL)
    return -EINVAL;
  request.driver[sizeof request.driver - 1] = '\0';
  if (interface->driver != NULL && !g_str_equal (interface->driver, OTHER_PROGRAM))
    {
      gboolean same = g_str_equal (interface->driver, request.driver);

      if (((request.flags & USBDEVFS_DISCONNECT_CLAIM_IF_DRIVER) && !same) ||
          ((request.flags & USBDEVFS_DISCONNECT_CLAIM_EXCEPT_DRIVER) && same))
        return -EBUSY;
      interface->driver = NULL;
    }
  return claim (self, file, request.interface);
}

static int
run_get_driver (MockNode *self, MockFile *file, gulong argument)
{
  struct usbdevfs_getdriver request;
  const MockInterface *interface;

  if (!mock_file_load (file, argument, &request, sizeof request))
    return -EFAULT;
  interface = find_interface (self, request.interface);
  if (interface == NULL || is_free (interface))
    return -ENODATA;
  g_strlcpy (request.driver, interface->file != NULL ? OTHER_PROGRAM : interface->driver,
             sizeof request.driver);
  return mock_file_store (file, argument, &request, sizeof request) ? 0 : -EFAULT;
}

/* Sends the kernel's driver away, or calls it back. */
static int
run_driver_ioctl (MockNode *self, MockFile *file, gulong argument)
{
  struct usbdevfs_ioctl request;
  MockInterface *interface;

  if (!mock_file_load (file, argument, &request, sizeof request))
    return -EFAULT;
  interface = find_interface (self, (guint)request.ifno);
  if (interface == NULL)
    return -EINVAL;
  switch ((gulong)(guint)request.ioctl_code)
    {
    case USBDEVFS_DISCONNECT:
      if (interface->driver == NULL)
        return -ENODATA;
      interface->driver = NULL;
      return 0;
    case USBDEVFS_CONNECT:
      if (!is_free (interface))
        return -EBUSY;
      interface->driver = interface->own_driver;
      return 0;
    default:
      return -ENOTTY;
    }
}

/* Linux refuses while anybody holds any interface: choosing a configuration resets them all. */
static int
run_set_configuration (MockNode *self, MockFile *file, gulong argument)
{
  static const guint8 setup[8] = { 0x00, 9, 1, 0, 0, 0, 0, 0 };
  guint8 nothing;
  guint number;
  gsize actual;

  if (!mock_file_load (file, argument, &number, sizeof number))
    return -EFAULT;
  for (guint i = 0; i < MOCK_MAX_INTERFACES; i++)
    if (!is_free (&self->interfaces[i]))
      return -EBUSY;
  if (number != 1)
    return -EINVAL;
  fk_sim_stlink_control (self->stlink, setup, &nothing, 0, &actual);
  return 0;
}

static int
run_set_interface (MockNode *self, MockFile *file, gulong argument)
{
  struct usbdevfs_setinterface request;
  MockInterface *interface;

  if (!mock_file_load (file, argument, &request, sizeof request))
    return -EFAULT;
  interface = find_interface (self, request.interface);
  if (interface == NULL || interface->file != file)
    return interface == NULL ? -ENOENT : -EBUSY;
  return request.altsetting == 0 ? 0 : -EINVAL;
}

static int
run_clear_halt (MockNode *self, MockFile *file, gulong argument)
{
  guint endpoint;
  int result;

  if (!mock_file_load (file, argument, &endpoint, sizeof endpoint))
    return -EFAULT;
  result = mock_node_check_endpoint (self, file, (guint8)endpoint);
  if (result != 0)
    return result;
  fk_sim_stlink_clear_halt (self->stlink, (guint8)endpoint);
  mock_node_run_urbs (self);
  return 0;
}

/* Claims do not survive a reset; libusb claims again what it had. */
static int
run_reset (MockNode *self, MockFile *file, gulong argument)
{
  mock_node_cancel_urbs (self, NULL, -ENOENT);
  for (guint i = 0; i < MOCK_MAX_INTERFACES; i++)
    self->interfaces[i].file = NULL;
  return fk_sim_stlink_bus_reset (self->stlink) == FK_SIM_USB_DONE ? 0 : -ENODEV;
}

static int
run_get_speed (MockNode *self, MockFile *file, gulong argument)
{
  return fk_sim_stlink_get_model (self->stlink)->high_speed ? SPEED_HIGH : SPEED_FULL;
}

static int
run_connect_info (MockNode *self, MockFile *file, gulong argument)
{
  struct usbdevfs_connectinfo info = { .devnum = self->device_number, .slow = FALSE };

  return mock_file_store (file, argument, &info, sizeof info) ? 0 : -EFAULT;
}

static const struct
{
  gulong request;
  gboolean when_gone; /* answered after the cable was pulled, too */
  int (*run) (MockNode *self, MockFile *file, gulong argument);
} ioctls[] = {
  { USBDEVFS_GET_CAPABILITIES, FALSE, run_get_capabilities },
  { USBDEVFS_CLAIMINTERFACE, FALSE, run_claim },
  { USBDEVFS_RELEASEINTERFACE, FALSE, run_release },
  { USBDEVFS_DISCONNECT_CLAIM, FALSE, run_disconnect_claim },
  { USBDEVFS_GETDRIVER, FALSE, run_get_driver },
  { USBDEVFS_IOCTL, FALSE, run_driver_ioctl },
  { USBDEVFS_SETCONFIGURATION, FALSE, run_set_configuration },
  { USBDEVFS_SETINTERFACE, FALSE, run_set_interface },
  { USBDEVFS_CLEAR_HALT, FALSE, run_clear_halt },
  { USBDEVFS_RESETEP, FALSE, run_clear_halt },
  { USBDEVFS_RESET, FALSE, run_reset },
  { USBDEVFS_GET_SPEED, FALSE, run_get_speed },
  { USBDEVFS_CONNECTINFO, FALSE, run_connect_info },
  { USBDEVFS_SUBMITURB, FALSE, mock_node_submit },
  { USBDEVFS_DISCARDURB, FALSE, mock_node_discard },
  { USBDEVFS_REAPURB, TRUE, mock_node_reap_waiting },
  { USBDEVFS_REAPURBNDELAY, TRUE, mock_node_reap },
  { USBDEVFS_BULK, FALSE, mock_node_bulk },
  { USBDEVFS_CONTROL, FALSE, mock_node_control },
};

static int
run_ioctl (MockNode *self, MockFile *file, gulong request, gulong argument)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ioctls); i++)
    if (ioctls[i].request == request)
      {
        if (self->gone && !ioctls[i].when_gone)
          return -ENODEV;
        return ioctls[i].run (self, file, argument);
      }
  return -ENOTTY;
}

static int
on_ioctl (gpointer device, MockFile *file, gulong request, gulong argument)
{
  MockNode *self = device;
  gboolean tell;
  int result;

  g_mutex_lock (&self->mutex);
  self->n_ioctls++;
  result = run_ioctl (self, file, request, argument);
  tell = self->must_tell_gone;
  self->must_tell_gone = FALSE;
  g_mutex_unlock (&self->mutex);

  if (tell && self->on_gone != NULL)
    self->on_gone (self->user_data);
  return result;
}

static void
on_opened (gpointer device, MockFile *file)
{
}

static gssize
on_read (gpointer device, gsize offset, guint8 *data, gsize length)
{
  MockNode *self = device;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (self->descriptors, &size);
  gsize n = offset < size ? MIN (length, size - offset) : 0;

  memcpy (data, bytes + MIN (offset, size), n);
  return (gssize)n;
}

static void
on_closed (gpointer device, MockFile *file)
{
  MockNode *self = device;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < MOCK_MAX_INTERFACES; i++)
    if (self->interfaces[i].file == file)
      self->interfaces[i].file = NULL;
  mock_node_forget_file (self, file);
  g_mutex_unlock (&self->mutex);
}

static const MockServerOps server_ops = {
  .opened = on_opened,
  .ioctl = on_ioctl,
  .read = on_read,
  .closed = on_closed,
};

static const char *
find_driver (guint8 class)
{
  switch (class)
    {
    case CLASS_STORAGE:
      return "usb-storage";
    case CLASS_CDC:
    case CLASS_CDC_DATA:
      return "cdc_acm";
    default:
      return NULL;
    }
}

static void
add_descriptor (MockNode *self, const guint8 *descriptor, guint *interface)
{
  if (descriptor[1] == DESCRIPTOR_INTERFACE)
    {
      *interface = descriptor[2];
      g_assert (*interface < MOCK_MAX_INTERFACES);
      self->interfaces[*interface].exists = TRUE;
      self->interfaces[*interface].own_driver = find_driver (descriptor[5]);
      self->interfaces[*interface].driver = self->interfaces[*interface].own_driver;
    }
  else if (descriptor[1] == DESCRIPTOR_ENDPOINT)
    {
      g_assert (self->n_endpoints < MOCK_MAX_ENDPOINTS);
      self->endpoints[self->n_endpoints++] = (MockEndpoint){ descriptor[2], *interface };
    }
}

static void
read_descriptors (MockNode *self)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (self->descriptors, &size);
  guint interface = 0;

  for (gsize at = 0; at < size; at += bytes[at])
    {
      g_assert (at + 2 <= size && bytes[at] >= 2 && at + bytes[at] <= size);
      add_descriptor (self, bytes + at, &interface);
    }
}

static void
make_fifo (MockNode *self)
{
  g_autofree char *folder = g_path_get_dirname (self->node_path);

  if (g_mkdir_with_parents (folder, 0755) != 0 || mkfifo (self->node_path, 0664) != 0)
    g_error ("Making %s: %s", self->node_path, g_strerror (errno));
  self->fifo = open (self->node_path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (self->fifo < 0 || fcntl (self->fifo, F_SETPIPE_SZ, PAGE) != PAGE)
    g_error ("Opening %s: %s", self->node_path, g_strerror (errno));
  mock_node_fill_fifo (self);
}

/* Returns: (transfer full): a node that answers; it makes no uevents */
MockNode *
mock_node_new (FkSimStlink *stlink, const MockNodeConfig *config)
{
  MockNode *self = g_new0 (MockNode, 1);
  g_autofree char *socket_path = g_strconcat (config->root, "/ioctl", config->path, NULL);
  FkSimCounters counters;

  self->stlink = stlink;
  self->descriptors = fk_sim_stlink_dup_descriptors (stlink);
  self->device_number = config->device_number;
  self->haste = config->haste;
  self->real_time = config->real_time;
  self->trace = config->trace;
  self->on_gone = config->on_gone;
  self->user_data = config->user_data;
  self->node_path = g_strconcat (config->root, config->path, NULL);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  read_descriptors (self);
  mock_node_set_busy (self, config->busy);

  fk_sim_stlink_get_counters (stlink, &counters);
  self->model_start = counters.total_ns;
  self->real_start = g_get_monotonic_time ();
  self->last_work = self->real_start;
  make_fifo (self);
  if (self->real_time)
    self->lander = g_thread_new ("lander", mock_node_land_urbs, self);
  self->server = mock_server_new (socket_path, &server_ops, self);
  return self;
}

/* The cable is pulled: transfers in flight fail, the node disappears; whoever has it open gets
 * ENODEV from now on. */
void
mock_node_disconnect (MockNode *self)
{
  g_mutex_lock (&self->mutex);
  if (!self->gone)
    mock_node_lose (self);
  g_mutex_unlock (&self->mutex);
  g_unlink (self->node_path);
}

/* Another program takes the debug interface, or lets it go. */
void
mock_node_set_busy (MockNode *self, gboolean busy)
{
  g_mutex_lock (&self->mutex);
  self->interfaces[0].driver = busy ? OTHER_PROGRAM : NULL;
  g_mutex_unlock (&self->mutex);
}

const char *
mock_node_get_driver (MockNode *self, guint interface)
{
  const char *driver = NULL;

  g_mutex_lock (&self->mutex);
  if (interface < MOCK_MAX_INTERFACES)
    driver = self->interfaces[interface].file != NULL ? OTHER_PROGRAM
                                                      : self->interfaces[interface].driver;
  g_mutex_unlock (&self->mutex);
  return driver;
}

guint
mock_node_get_n_ioctls (MockNode *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->n_ioctls;
  g_mutex_unlock (&self->mutex);
  return n;
}

/* What the simulation has cost so far. */
void
mock_node_get_cost (MockNode *self, MockCost *cost)
{
  g_mutex_lock (&self->mutex);
  cost->processor_ns = self->simulation_ns;
  cost->late_ns = self->late_ns;
  g_mutex_unlock (&self->mutex);
}

static void
stop_lander (MockNode *self)
{
  if (self->lander == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->closing = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->lander);
}

void
mock_node_free (MockNode *self)
{
  mock_node_disconnect (self);
  mock_server_free (self->server);
  stop_lander (self);
  mock_node_forget_file (self, NULL);
  close (self->fifo);
  g_bytes_unref (self->descriptors);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self->node_path);
  g_free (self);
}
