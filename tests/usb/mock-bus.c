/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Usbfs in user space: the ioctls of a device node, answered by a simulated ST-LINK.  After
 * linux/usbdevice_fs.h and drivers/usb/core/devio.c's behaviour, as far as libusb uses it.
 *
 * Three things are not obvious.  libusb polls the node for POLLOUT to learn that a transfer can be
 * reaped, so the node is a FIFO of one page: a byte in it means that there is nothing.  The memory
 * of the other process is read and written directly, because the test bed's own way takes several
 * messages for each pointer.  And real time that a program lets go by between two ioctls goes by
 * for the simulated board too, because programs sleep while a chip erases. */

#include "config.h"

#include "mock-bus.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <umockdev.h>

#include "base/fk-reader.h"

#define PRELOAD      "libumockdev-preload.so.0"
#define BUS_NUMBER   1
#define FIFO_SIZE    4096
#define SETUP_SIZE   8
#define MAX_BUFFER   (1 << 20)
#define CONFIG_VALUE 1

typedef struct
{
  gint ref_count;
  MockBus *bus;
  FkSimStlink *stlink;
  guint number;
  char *syspath;
  char *node;
  UMockdevIoctlBase *handler;
  GHashTable *handles; /* UMockdevIoctlClient → Handle */
  int fifo;
  gboolean fifo_full;
  gboolean gone;
  gint64 seen_us; /* real time at which the board's began */
} MockDevice;

/* One open file of a program. */
typedef struct
{
  MockDevice *device;
  pid_t pid;
  guint32 claimed;
  GQueue waiting; /* of Urb: IN transfers without an answer so far, and those that never end */
  GQueue done;    /* of Urb: to be reaped */
} Handle;

typedef struct
{
  struct usbdevfs_urb urb;
  gulong address; /* in the program */
  guint8 *data;
  gsize actual;
  gboolean never;
} Urb;

struct _MockBus
{
  UMockdevTestbed *testbed;
  GPtrArray *devices;
  guint next_number;
  guint haste;
  GMutex mutex; /* ioctls come in the test bed's thread */
};

/* Starts this program anew under the preload library, unless it is there already.  The library
 * naps after each ioctl; a nap takes 50 us with the usual slack of timers. */
void
mock_bus_preload (char **argv)
{
  const char *preload = g_getenv ("LD_PRELOAD");

  prctl (PR_SET_TIMERSLACK, 1, 0, 0, 0);
  if (preload != NULL && strstr (preload, PRELOAD) != NULL)
    return;
  g_setenv ("LD_PRELOAD", PRELOAD, TRUE);
  execv ("/proc/self/exe", argv);
  g_error ("execv: %s", g_strerror (errno));
}

static void
urb_free (Urb *urb)
{
  g_free (urb->data);
  g_free (urb);
}

static void
handle_free (Handle *handle)
{
  g_queue_clear_full (&handle->waiting, (GDestroyNotify)urb_free);
  g_queue_clear_full (&handle->done, (GDestroyNotify)urb_free);
  g_free (handle);
}

static void
mock_device_free (MockDevice *device)
{
  g_hash_table_unref (device->handles);
  g_object_unref (device->handler);
  close (device->fifo);
  g_free (device->syspath);
  g_free (device->node);
  g_free (device);
}

/* The program's memory. */

static gboolean
copy_from (Handle *handle, gulong address, void *data, gsize length)
{
  struct iovec local = { data, length };
  struct iovec remote = { (void *)address, length };

  return length == 0 || process_vm_readv (handle->pid, &local, 1, &remote, 1, 0) == (gssize)length;
}

static gboolean
copy_to (Handle *handle, gulong address, const void *data, gsize length)
{
  struct iovec local = { (void *)data, length };
  struct iovec remote = { (void *)address, length };

  return length == 0 || process_vm_writev (handle->pid, &local, 1, &remote, 1, 0) == (gssize)length;
}

static gboolean
has_open (const char *pid, const char *path)
{
  g_autofree char *folder = g_build_filename ("/proc", pid, "fd", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *link = g_build_filename (folder, name, NULL);
      g_autofree char *target = g_file_read_link (link, NULL);

      if (g_strcmp0 (target, path) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_known_pid (MockDevice *device, pid_t pid)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, device->handles);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Handle *)value)->pid == pid)
      return TRUE;
  return FALSE;
}

/* Who is at the other end?  Nobody tells; but whoever it is has the node open.  A program that has
 * no handle here yet is preferred. */
static pid_t
find_client (MockDevice *device)
{
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  pid_t found = getpid ();
  gboolean found_new = FALSE;
  const char *name;

  while (proc != NULL && (name = g_dir_read_name (proc)) != NULL)
    {
      pid_t pid = g_ascii_strtoull (name, NULL, 10);

      if (pid == 0 || pid == getpid () || !has_open (name, device->node))
        continue;
      if (found_new && is_known_pid (device, pid))
        continue;
      found = pid;
      found_new = !is_known_pid (device, pid);
    }
  return found;
}

/* Whether there is something to reap, as the node's poll() tells it. */
static void
update_fifo (MockDevice *device)
{
  GHashTableIter iter;
  gpointer value;
  gboolean nothing = TRUE;
  char byte = 0;

  g_hash_table_iter_init (&iter, device->handles);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    nothing = nothing && g_queue_is_empty (&((Handle *)value)->done);
  if (device->gone)
    nothing = FALSE;
  if (nothing == device->fifo_full)
    return;
  if (nothing)
    g_assert_cmpint (write (device->fifo, &byte, 1), ==, 1);
  else
    g_assert_cmpint (read (device->fifo, &byte, 1), ==, 1);
  device->fifo_full = nothing;
}

/* Lets the board live through the time that has really gone by, as far as its own modelled time is
 * not already later. */
static void
catch_up (MockDevice *device)
{
  FkSimCounters counters;
  gint64 now = g_get_monotonic_time () * device->bus->haste;
  gint64 behind_us;

  fk_sim_stlink_get_counters (device->stlink, &counters);
  behind_us = now - device->seen_us - (gint64)(counters.total_ns / 1000);
  if (behind_us > 0)
    fk_sim_stlink_wait (device->stlink, behind_us * 1000);
  else
    device->seen_us += behind_us; /* modelled time is ahead: real time has nothing to add */
}

static int
get_errno (FkSimUsbStatus status)
{
  switch (status)
    {
    case FK_SIM_USB_DONE:
      return 0;
    case FK_SIM_USB_STALL:
      return EPIPE;
    case FK_SIM_USB_OVERFLOW:
      return EOVERFLOW;
    case FK_SIM_USB_GONE:
      return ESHUTDOWN;
    case FK_SIM_USB_WAIT:
    case FK_SIM_USB_NEVER:
      return ETIMEDOUT;
    }
  g_assert_not_reached ();
}

static FkSimUsbStatus
run_urb (MockDevice *device, Urb *urb)
{
  guint8 endpoint = urb->urb.endpoint;

  if (urb->never)
    return FK_SIM_USB_NEVER;
  if (urb->urb.type == USBDEVFS_URB_TYPE_CONTROL)
    return fk_sim_stlink_control (device->stlink, urb->data, urb->data + SETUP_SIZE,
                                  urb->urb.buffer_length - SETUP_SIZE, &urb->actual);
  if (urb->urb.type == USBDEVFS_URB_TYPE_INTERRUPT)
    return FK_SIM_USB_WAIT;
  if (endpoint & FK_USB_IN)
    return fk_sim_stlink_bulk_in (device->stlink, endpoint, urb->data, urb->urb.buffer_length,
                                  &urb->actual);
  return fk_sim_stlink_bulk_out (device->stlink, endpoint, urb->data, urb->urb.buffer_length,
                                 &urb->actual);
}

/* Returns whether @urb has ended. */
static gboolean
try_urb (Handle *handle, Urb *urb)
{
  FkSimUsbStatus status = run_urb (handle->device, urb);

  urb->never = status == FK_SIM_USB_NEVER;
  if (status == FK_SIM_USB_WAIT || status == FK_SIM_USB_NEVER)
    return FALSE;
  urb->urb.status = -get_errno (status);
  urb->urb.actual_length = urb->actual;
  g_queue_push_tail (&handle->done, urb);
  return TRUE;
}

/* What waited for an answer may have one now; transfers of one endpoint keep their order. */
static void
retry_waiting (MockDevice *device)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, device->handles);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Handle *handle = value;
      guint8 blocked = 0;

      for (GList *l = handle->waiting.head; l != NULL;)
        {
          GList *next = l->next;
          Urb *urb = l->data;

          if (urb->urb.endpoint == blocked)
            ;
          else if (try_urb (handle, urb))
            g_queue_delete_link (&handle->waiting, l);
          else
            blocked = urb->urb.endpoint;
          l = next;
        }
    }
}

static gboolean
is_queue_blocked (Handle *handle, guint8 endpoint)
{
  for (GList *l = handle->waiting.head; l != NULL; l = l->next)
    if (((Urb *)l->data)->urb.endpoint == endpoint)
      return TRUE;
  return FALSE;
}

/* The ioctls: each returns 0 or an error number. */

static int
submit (Handle *handle, gulong address)
{
  g_autofree Urb *urb = g_new0 (Urb, 1);

  if (!copy_from (handle, address, &urb->urb, sizeof urb->urb))
    return EFAULT;
  if (urb->urb.buffer_length < 0 || urb->urb.buffer_length > MAX_BUFFER ||
      (urb->urb.type == USBDEVFS_URB_TYPE_CONTROL && urb->urb.buffer_length < SETUP_SIZE))
    return EINVAL;
  if (urb->urb.type == USBDEVFS_URB_TYPE_ISO)
    return ENOSYS;
  urb->address = address;
  urb->data = g_malloc0 (MAX (urb->urb.buffer_length, 1));
  if (!copy_from (handle, (gulong)urb->urb.buffer, urb->data, urb->urb.buffer_length))
    {
      g_free (urb->data);
      return EFAULT;
    }
  if (urb->urb.type == USBDEVFS_URB_TYPE_CONTROL)
    urb->urb.endpoint = 0;
  if (is_queue_blocked (handle, urb->urb.endpoint) || !try_urb (handle, urb))
    g_queue_push_tail (&handle->waiting, urb);
  g_steal_pointer (&urb);
  retry_waiting (handle->device);
  return 0;
}

static int
discard (Handle *handle, gulong address)
{
  for (GList *l = handle->waiting.head; l != NULL; l = l->next)
    {
      Urb *urb = l->data;

      if (urb->address != address)
        continue;
      g_queue_delete_link (&handle->waiting, l);
      urb->urb.status = -ENOENT;
      urb->urb.actual_length = urb->actual;
      g_queue_push_tail (&handle->done, urb);
      retry_waiting (handle->device);
      return 0;
    }
  return EINVAL;
}

static int
reap (Handle *handle, gulong address)
{
  Urb *urb = g_queue_pop_head (&handle->done);
  gboolean ok = TRUE;

  if (urb == NULL)
    return handle->device->gone ? ENODEV : EAGAIN;
  if (urb->urb.endpoint & FK_USB_IN)
    ok = copy_to (handle, (gulong)urb->urb.buffer, urb->data, urb->actual);
  else if (urb->urb.type == USBDEVFS_URB_TYPE_CONTROL)
    ok =
        copy_to (handle, (gulong)urb->urb.buffer + SETUP_SIZE, urb->data + SETUP_SIZE, urb->actual);
  ok = ok &&
       copy_to (handle, urb->address + G_STRUCT_OFFSET (struct usbdevfs_urb, status),
                &urb->urb.status, sizeof urb->urb.status) &&
       copy_to (handle, urb->address + G_STRUCT_OFFSET (struct usbdevfs_urb, actual_length),
                &urb->urb.actual_length, sizeof urb->urb.actual_length) &&
       copy_to (handle, address, &urb->address, sizeof urb->address);
  urb_free (urb);
  return ok ? 0 : EFAULT;
}

static guint
count_interfaces (MockDevice *device)
{
  g_autoptr (GBytes) descriptors = fk_sim_stlink_dup_descriptors (device->stlink);
  const guint8 *bytes = g_bytes_get_data (descriptors, NULL);

  return bytes[18 + 4];
}

static int
claim (Handle *handle, gulong address)
{
  MockDevice *device = handle->device;
  GHashTableIter iter;
  gpointer value;
  guint number;

  if (!copy_from (handle, address, &number, sizeof number))
    return EFAULT;
  if (number >= count_interfaces (device))
    return EINVAL;
  g_hash_table_iter_init (&iter, device->handles);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (value != handle && (((Handle *)value)->claimed & 1u << number))
      return EBUSY;
  handle->claimed |= 1u << number;
  return 0;
}

static int
release (Handle *handle, gulong address)
{
  guint number;

  if (!copy_from (handle, address, &number, sizeof number))
    return EFAULT;
  if (number > 31 || !(handle->claimed & 1u << number))
    return EINVAL;
  handle->claimed &= ~(1u << number);
  return 0;
}

static int
clear_halt (Handle *handle, gulong address)
{
  guint endpoint;

  if (!copy_from (handle, address, &endpoint, sizeof endpoint))
    return EFAULT;
  return get_errno (fk_sim_stlink_clear_halt (handle->device->stlink, endpoint));
}

static int
reset (Handle *handle)
{
  return get_errno (fk_sim_stlink_bus_reset (handle->device->stlink));
}

static int
get_capabilities (Handle *handle, gulong address)
{
  guint32 capabilities = USBDEVFS_CAP_BULK_SCATTER_GATHER | USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
                         USBDEVFS_CAP_REAP_AFTER_DISCONNECT | USBDEVFS_CAP_ZERO_PACKET;

  return copy_to (handle, address, &capabilities, sizeof capabilities) ? 0 : EFAULT;
}

/* Kernel drivers sit on none of the interfaces that a probe's users want. */
static int
run_request (Handle *handle, gulong request, gulong address)
{
  if (handle->device->gone && request != USBDEVFS_REAPURBNDELAY && request != USBDEVFS_REAPURB)
    return ENODEV;
  switch (request)
    {
    case USBDEVFS_SUBMITURB:
      return submit (handle, address);
    case USBDEVFS_DISCARDURB:
      return discard (handle, address);
    case USBDEVFS_REAPURB:
    case USBDEVFS_REAPURBNDELAY:
      return reap (handle, address);
    case USBDEVFS_CLAIMINTERFACE:
    case USBDEVFS_DISCONNECT_CLAIM: /* begins with the interface, too */
      return claim (handle, address);
    case USBDEVFS_RELEASEINTERFACE:
      return release (handle, address);
    case USBDEVFS_CLEAR_HALT:
      return clear_halt (handle, address);
    case USBDEVFS_RESET:
      return reset (handle);
    case USBDEVFS_GET_CAPABILITIES:
      return get_capabilities (handle, address);
    case USBDEVFS_GETDRIVER:
      return ENODATA;
    case USBDEVFS_SETCONFIGURATION:
    case USBDEVFS_SETINTERFACE:
      return 0;
    default:
      return ENOTTY;
    }
}

static Handle *
get_handle (MockDevice *device, UMockdevIoctlClient *client)
{
  Handle *handle = g_hash_table_lookup (device->handles, client);

  if (handle == NULL)
    {
      handle = g_new0 (Handle, 1);
      handle->device = device;
      handle->pid = find_client (device);
      g_queue_init (&handle->waiting);
      g_queue_init (&handle->done);
      g_hash_table_insert (device->handles, client, handle);
    }
  return handle;
}

static gboolean
on_ioctl (UMockdevIoctlBase *base, UMockdevIoctlClient *client, MockDevice *device)
{
  gulong request = umockdev_ioctl_client_get_request (client);
  UMockdevIoctlData *argument = umockdev_ioctl_client_get_arg (client);
  gulong address;
  int failure, result = 0;

  memcpy (&address, argument->data, sizeof address);
  g_mutex_lock (&device->bus->mutex);
  if (request == USBDEVFS_SUBMITURB)
    catch_up (device);
  failure = run_request (get_handle (device, client), request, address);
  if (request == USBDEVFS_GET_SPEED && failure == ENOTTY)
    {
      failure = 0;
      result = fk_sim_stlink_get_packet_size (device->stlink) > 64 ? 3 : 2;
    }
  update_fifo (device);
  g_mutex_unlock (&device->bus->mutex);
  umockdev_ioctl_client_complete (client, failure != 0 ? -1 : result, failure);
  return TRUE;
}

/* A program closed the node, or died. */
static void
on_vanished (UMockdevIoctlBase *base, UMockdevIoctlClient *client, MockDevice *device)
{
  g_mutex_lock (&device->bus->mutex);
  g_hash_table_remove (device->handles, client);
  update_fifo (device);
  g_mutex_unlock (&device->bus->mutex);
}

MockBus *
mock_bus_new (void)
{
  MockBus *self = g_new0 (MockBus, 1);

  self->testbed = umockdev_testbed_new ();
  if (!umockdev_in_mock_environment ())
    g_error ("%s is not at work in this process", PRELOAD);
  self->devices = g_ptr_array_new_with_free_func ((GDestroyNotify)mock_device_free);
  self->next_number = 2;
  self->haste = 1;
  g_mutex_init (&self->mutex);
  return self;
}

/* All programs have to be gone. */
void
mock_bus_free (MockBus *self)
{
  for (guint i = 0; i < self->devices->len; i++)
    {
      MockDevice *device = self->devices->pdata[i];
      g_autofree char *path =
          g_strdup_printf ("/dev/bus/usb/%03u/%03u", BUS_NUMBER, device->number);

      umockdev_testbed_detach_ioctl (self->testbed, path, NULL);
      g_signal_handlers_disconnect_by_data (device->handler, device);
    }
  g_object_unref (self->testbed);
  g_ptr_array_unref (self->devices);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/**
 * mock_bus_set_haste:
 * @haste: how much faster than ours the time of boards that are plugged from now on goes by; 1 at
 *   first
 *
 * For programs that sleep while a chip erases for seconds.
 */
void
mock_bus_set_haste (MockBus *self, guint haste)
{
  g_assert (haste > 0 && self->devices->len == 0);

  self->haste = haste;
}

static char *
describe (MockDevice *device, const char *port)
{
  const FkSimStlinkModel *model = fk_sim_stlink_get_model (device->stlink);
  g_autoptr (GBytes) descriptors = fk_sim_stlink_dup_descriptors (device->stlink);
  g_autoptr (GString) text = g_string_new (NULL);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (descriptors, &size);

  g_string_append_printf (text,
                          "P: /devices/pci0000:00/usb%u/%s\n"
                          "N: bus/usb/%03u/%03u\n"
                          "E: SUBSYSTEM=usb\nE: DRIVER=usb\nE: DEVTYPE=usb_device\n"
                          "E: BUSNUM=%03u\nE: DEVNUM=%03u\nE: DEVNAME=/dev/bus/usb/%03u/%03u\n"
                          "A: idVendor=0483\\n\nA: idProduct=%04x\\n\n"
                          "A: busnum=%u\\n\nA: devnum=%u\\n\nA: speed=%s\\n\nA: "
                          "bConfigurationValue=%d\\n\n"
                          "H: descriptors=",
                          BUS_NUMBER, port, BUS_NUMBER, device->number, BUS_NUMBER, device->number,
                          BUS_NUMBER, device->number, model->product_id, BUS_NUMBER, device->number,
                          model->high_speed ? "480" : "12", CONFIG_VALUE);
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  g_string_append (text, "\n");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The node of the test bed becomes a FIFO that holds one byte and no more. */
static void
make_fifo (MockDevice *device)
{
  char byte = 0;

  g_assert_cmpint (g_unlink (device->node), ==, 0);
  g_assert_cmpint (mkfifo (device->node, 0666), ==, 0);
  device->fifo = open (device->node, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  g_assert_cmpint (device->fifo, >=, 0);
  g_assert_cmpint (fcntl (device->fifo, F_SETPIPE_SZ, FIFO_SIZE), ==, FIFO_SIZE);
  g_assert_cmpint (write (device->fifo, &byte, 1), ==, 1);
  device->fifo_full = TRUE;
}

/**
 * mock_bus_plug:
 * @stlink: (transfer none): outlives the bus
 * @port: such as "1-2.3"; must begin with "1-"
 *
 * Returns: the number of the new device on the bus
 */
guint
mock_bus_plug (MockBus *self, FkSimStlink *stlink, const char *port)
{
  MockDevice *device = g_new0 (MockDevice, 1);
  g_autofree char *root = umockdev_testbed_get_root_dir (self->testbed);
  g_autofree char *real_root = realpath (root, NULL);
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  GError *error = NULL;

  device->bus = self;
  device->stlink = stlink;
  device->number = self->next_number++;
  device->syspath = g_strdup_printf ("/sys/devices/pci0000:00/usb%u/%s", BUS_NUMBER, port);
  device->handles = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)handle_free);
  device->handler = umockdev_ioctl_base_new ();
  device->seen_us = g_get_monotonic_time () * self->haste;
  g_signal_connect (device->handler, "handle-ioctl", G_CALLBACK (on_ioctl), device);
  g_signal_connect (device->handler, "client-vanished", G_CALLBACK (on_vanished), device);

  path = g_strdup_printf ("/dev/bus/usb/%03u/%03u", BUS_NUMBER, device->number);
  device->node = g_build_filename (real_root, path, NULL);
  text = describe (device, port);
  g_assert_true (umockdev_testbed_attach_ioctl (self->testbed, path, device->handler, &error));
  g_assert_no_error (error);
  g_assert_true (umockdev_testbed_add_from_string (self->testbed, text, &error));
  g_assert_no_error (error);
  make_fifo (device);
  g_ptr_array_add (self->devices, device);
  return device->number;
}

/* Pulls the cable: what runs ends with ESHUTDOWN, everything after it with ENODEV. */
void
mock_bus_unplug (MockBus *self, guint device_number)
{
  for (guint i = 0; i < self->devices->len; i++)
    {
      MockDevice *device = self->devices->pdata[i];

      if (device->number != device_number)
        continue;
      g_mutex_lock (&self->mutex);
      fk_sim_stlink_set_unplugged (device->stlink, TRUE);
      retry_waiting (device);
      device->gone = TRUE;
      update_fifo (device);
      g_mutex_unlock (&self->mutex);
      umockdev_testbed_uevent (self->testbed, device->syspath, "remove");
      umockdev_testbed_remove_device (self->testbed, device->syspath);
    }
}
