/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The testbed: what sysfs and /dev show of the boards, and the uevents when they come and go. After
 * libusb's tests/umockdev.c, Linux' Documentation/ABI (sysfs-bus-usb) and umockdev's manual.  See
 * README.md in this folder. */

#include "config.h"

#include "mock-bus.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <umockdev.h>
#include <unistd.h>

#include "mock-node.h"
#include "sim/fk-sim-spec.h"

#define PRELOAD "libumockdev-preload.so.0"

#define BUS_NUMBER     1
#define DEFAULT_HASTE  10
#define STRING_HEADER  2
#define MODE_ALL       0666
#define MODE_READ_ONLY 0444

#define STRING_VENDOR  1
#define STRING_PRODUCT 2
#define STRING_SERIAL  3

typedef struct
{
  MockBus *bus;
  FkSimBoard *board;
  guint port;
  MockNode *node; /* while plugged in */
  char *node_path;
  char *sysfs_path;
  gboolean denied;
  gboolean busy;
} MockPort;

struct _MockBus
{
  UMockdevTestbed *testbed;
  char *root;
  GMutex mutex;     /* of what follows: a probe may unplug itself in any thread */
  GPtrArray *ports; /* MockPort */
  GPtrArray *old;   /* MockNode that were unplugged, maybe still open */
  guint n_devices;  /* that ever were on the bus: the kernel counts them up */
  double haste;
  gboolean real_time;
  gboolean trace;
};

/* A USB 2.0 root hub, as Linux describes its own. */
static const guint8 hub_descriptors[] = {
  18, 1, 0x00, 0x02, 9, 0, 1,  64,   0x6b, 0x1d, 0x02, 0x00, 0x01, 0x06, 0, 0, 0, 1, /* device */
  9,  2, 25,   0,    1, 1, 0,  0xe0, 0, /* configuration */
  9,  4, 0,    0,    1, 9, 0,  0,    0, /* interface */
  7,  5, 0x81, 3,    4, 0, 12,          /* endpoint */
};

static void
add_number (GString *text, const char *key, const char *format, guint value)
{
  g_string_append_printf (text, "A: %s=", key);
  g_string_append_printf (text, format, value);
  g_string_append (text, "\\n\n");
}

static void
add_bytes (GString *text, const char *key, const guint8 *bytes, gsize size)
{
  g_string_append_printf (text, "H: %s=", key);
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02X", bytes[i]);
  g_string_append_c (text, '\n');
}

/* What the kernel makes of a string descriptor: UTF-8, up to the first zero, and a new line. */
static void
add_string (GString *text, const char *key, FkSimStlink *stlink, guint index)
{
  g_autoptr (GBytes) descriptor = fk_sim_stlink_dup_string (stlink, index);
  g_autofree char *utf8 = NULL;
  g_autofree char *line = NULL;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (descriptor, &size);
  g_autofree gunichar2 *units = g_malloc0 (size);

  memcpy (units, bytes + STRING_HEADER, size - STRING_HEADER);
  utf8 = g_utf16_to_utf8 (units, -1, NULL, NULL, NULL);
  line = g_strconcat (utf8 != NULL ? utf8 : "", "\n", NULL);
  add_bytes (text, key, (const guint8 *)line, strlen (line));
}

static void
add_device (MockBus *self,
            const char *sysfs_path,
            guint device_number,
            const guint8 *descriptors,
            gsize size,
            const char *speed,
            const char *strings)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  guint vendor = descriptors[8] | descriptors[9] << 8;
  guint product = descriptors[10] | descriptors[11] << 8;
  guint release = descriptors[12] | descriptors[13] << 8;

  g_string_append_printf (text, "P: %s\n", sysfs_path);
  g_string_append_printf (text, "E: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nE: DRIVER=usb\n");
  g_string_append_printf (text, "E: DEVNAME=/dev/bus/usb/%03u/%03u\n", BUS_NUMBER, device_number);
  g_string_append_printf (text, "E: BUSNUM=%03u\nE: DEVNUM=%03u\n", BUS_NUMBER, device_number);
  g_string_append_printf (text, "E: PRODUCT=%x/%x/%x\n", vendor, product, release);
  g_string_append_printf (text, "E: TYPE=%u/%u/%u\n", descriptors[4], descriptors[5],
                          descriptors[6]);
  g_string_append_printf (text, "A: speed=%s\\n\n%s", speed, strings);
  add_number (text, "busnum", "%u", BUS_NUMBER);
  add_number (text, "devnum", "%u", device_number);
  add_number (text, "bConfigurationValue", "%u", 1);
  add_number (text, "bNumConfigurations", "%u", 1);
  add_number (text, "idVendor", "%04x", vendor);
  add_number (text, "idProduct", "%04x", product);
  add_number (text, "bcdDevice", "%04x", release);
  add_bytes (text, "descriptors", descriptors, size);
  if (!umockdev_testbed_add_from_string (self->testbed, text->str, &error))
    g_error ("Adding %s: %s", sysfs_path, error->message);
}

/* Starts this program anew under the preload library, unless it is there already.  That library
 * sleeps for no time at all after each ioctl, which takes 50 us unless timers may be as sharp as
 * they can. */
void
mock_bus_preload (char **argv)
{
  const char *before = g_getenv ("LD_PRELOAD");
  g_autofree char *preload = NULL;
  g_autofree char *options G_GNUC_UNUSED = NULL;

  prctl (PR_SET_TIMERSLACK, 1);
  if (before != NULL && strstr (before, PRELOAD) != NULL)
    return;
  preload = before == NULL ? g_strdup (PRELOAD) : g_strconcat (PRELOAD, " ", before, NULL);
  g_setenv ("LD_PRELOAD", preload, TRUE);
#ifdef __SANITIZE_ADDRESS__
  /* AddressSanitizer wants to be loaded first, but does not need to. */
  options = g_strconcat ("verify_asan_link_order=0:", g_getenv ("ASAN_OPTIONS"), NULL);
  g_setenv ("ASAN_OPTIONS", options, TRUE);
#endif
  execv ("/proc/self/exe", argv);
  g_error ("Starting this program again: %s", g_strerror (errno));
}

MockBus *
mock_bus_new (void)
{
  MockBus *self = g_new0 (MockBus, 1);

  self->testbed = umockdev_testbed_new ();
  if (!umockdev_in_mock_environment ())
    g_error ("%s is not at work in this process", PRELOAD);
  self->root = umockdev_testbed_get_root_dir (self->testbed);
  self->ports = g_ptr_array_new ();
  self->old = g_ptr_array_new_with_free_func ((GDestroyNotify)mock_node_free);
  self->haste = DEFAULT_HASTE;
  g_mutex_init (&self->mutex);
  add_device (self, "/devices/usb1", ++self->n_devices, hub_descriptors, sizeof hub_descriptors,
              "480", "");
  return self;
}

/* How much faster than the program's machine the boards live while it sleeps: erasing a large flash
 * takes seconds. */
void
mock_bus_set_haste (MockBus *self, double haste)
{
  self->haste = haste;
}

/* Transfers take as long as with the real thing. */
void
mock_bus_set_real_time (MockBus *self)
{
  self->haste = 1;
  self->real_time = TRUE;
}

/* Every transfer of boards that are added from now on is told on standard error. */
void
mock_bus_set_trace (MockBus *self)
{
  self->trace = TRUE;
}

static void
set_mode (MockBus *self, MockPort *port)
{
  g_autofree char *path = g_strconcat (self->root, port->node_path, NULL);

  if (chmod (path, port->denied ? MODE_READ_ONLY : MODE_ALL) != 0)
    g_error ("Changing the mode of %s failed", path);
}

/* The device leaves sysfs and /dev, and programs are told.  With the mutex held. */
static void
remove_port (MockBus *self, MockPort *port)
{
  g_autofree char *syspath = g_strconcat ("/sys", port->sysfs_path, NULL);

  if (port->node == NULL)
    return;
  mock_node_disconnect (port->node);
  umockdev_testbed_uevent (self->testbed, syspath, "remove");
  umockdev_testbed_remove_device (self->testbed, syspath);
  g_ptr_array_add (self->old, g_steal_pointer (&port->node));
  g_clear_pointer (&port->node_path, g_free);
}

/* The probe pulled its cable by itself (FK_SIM_FAULT_UNPLUG); in a thread of the node. */
static void
on_gone (gpointer user_data)
{
  MockPort *port = user_data;

  g_mutex_lock (&port->bus->mutex);
  remove_port (port->bus, port);
  g_mutex_unlock (&port->bus->mutex);
}

/* With the mutex held.  The node answers before the uevent tells of it. */
static void
add_port (MockBus *self, MockPort *port)
{
  FkSimStlink *stlink = fk_sim_board_get_stlink (port->board);
  g_autoptr (GBytes) descriptors = fk_sim_stlink_dup_descriptors (stlink);
  g_autoptr (GString) strings = g_string_new (NULL);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (descriptors, &size);
  guint device_number = ++self->n_devices;
  MockNodeConfig config = {
    .root = self->root,
    .device_number = device_number,
    .haste = self->haste,
    .real_time = self->real_time,
    .trace = self->trace,
    .busy = port->busy,
    .on_gone = on_gone,
    .user_data = port,
  };

  port->node_path = g_strdup_printf ("/dev/bus/usb/%03u/%03u", BUS_NUMBER, device_number);
  config.path = port->node_path;
  port->node = mock_node_new (stlink, &config);
  set_mode (self, port);

  add_string (strings, "manufacturer", stlink, STRING_VENDOR);
  add_string (strings, "product", stlink, STRING_PRODUCT);
  add_string (strings, "serial", stlink, STRING_SERIAL);
  add_device (self, port->sysfs_path, device_number, bytes, size,
              fk_sim_stlink_get_model (stlink)->high_speed ? "480" : "12", strings->str);
}

/* Plugs in a new board; how the program may open it is in its specification, too. */
gboolean
mock_bus_add (MockBus *self, const char *specification, GError **error)
{
  FkSimSpec *spec = fk_sim_spec_parse (specification, error);
  g_autoptr (FkSimBoard) board = NULL;
  MockPort *port;
  FkSimAccess access;

  if (spec == NULL)
    return FALSE;
  access = spec->access;
  fk_sim_spec_free (spec);
  board = fk_sim_board_new (specification, error);
  if (board == NULL)
    return FALSE;

  port = g_new0 (MockPort, 1);
  port->bus = self;
  port->board = g_steal_pointer (&board);
  port->port = self->ports->len + 1;
  port->sysfs_path = g_strdup_printf ("/devices/usb%u/%u-%u", BUS_NUMBER, BUS_NUMBER, port->port);
  port->denied = access == FK_SIM_ACCESS_DENIED;
  port->busy = access == FK_SIM_ACCESS_BUSY;
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->ports, port);
  add_port (self, port);
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

guint
mock_bus_get_n_boards (MockBus *self)
{
  return self->ports->len;
}

static MockPort *
get_port (MockBus *self, guint number)
{
  g_assert (number < self->ports->len);

  return self->ports->pdata[number];
}

FkSimBoard *
mock_bus_get_board (MockBus *self, guint number)
{
  return get_port (self, number)->board;
}

gboolean
mock_bus_is_plugged (MockBus *self, guint number)
{
  gboolean plugged;

  g_mutex_lock (&self->mutex);
  plugged = get_port (self, number)->node != NULL;
  g_mutex_unlock (&self->mutex);
  return plugged;
}

void
mock_bus_unplug (MockBus *self, guint number)
{
  MockPort *port = get_port (self, number);

  fk_sim_board_set_unplugged (port->board, TRUE);
  g_mutex_lock (&self->mutex);
  remove_port (self, port);
  g_mutex_unlock (&self->mutex);
}

/* Plugs it in again; as a new device, as far as the system is concerned. */
void
mock_bus_plug (MockBus *self, guint number)
{
  MockPort *port = get_port (self, number);

  fk_sim_board_set_unplugged (port->board, FALSE);
  g_mutex_lock (&self->mutex);
  if (port->node == NULL)
    add_port (self, port);
  g_mutex_unlock (&self->mutex);
}

gboolean
mock_bus_has_denied (MockBus *self)
{
  for (guint i = 0; i < self->ports->len; i++)
    if (get_port (self, i)->denied)
      return TRUE;
  return FALSE;
}

/* As for a user for whom there is no udev rule.  Root may open whatever it likes: see
 * mock_bus_drop_root_rights(). */
void
mock_bus_set_denied (MockBus *self, guint number, gboolean denied)
{
  MockPort *port = get_port (self, number);

  g_mutex_lock (&self->mutex);
  port->denied = denied;
  if (port->node != NULL)
    set_mode (self, port);
  g_mutex_unlock (&self->mutex);
}

/* As when another program has claimed the interface. */
void
mock_bus_set_busy (MockBus *self, guint number, gboolean busy)
{
  MockPort *port = get_port (self, number);

  g_mutex_lock (&self->mutex);
  port->busy = busy;
  if (port->node != NULL)
    mock_node_set_busy (port->node, busy);
  g_mutex_unlock (&self->mutex);
}

/* Who holds an interface: a driver of the kernel, "usbfs" for a program, or NULL. */
const char *
mock_bus_get_driver (MockBus *self, guint number, guint interface)
{
  MockPort *port = get_port (self, number);
  const char *driver;

  g_mutex_lock (&self->mutex);
  driver = port->node != NULL ? mock_node_get_driver (port->node, interface) : NULL;
  g_mutex_unlock (&self->mutex);
  return driver;
}

/* How many ioctls the programs needed, since it was last plugged in. */
guint
mock_bus_get_n_ioctls (MockBus *self, guint number)
{
  MockPort *port = get_port (self, number);
  guint n;

  g_mutex_lock (&self->mutex);
  n = port->node != NULL ? mock_node_get_n_ioctls (port->node) : 0;
  g_mutex_unlock (&self->mutex);
  return n;
}

/**
 * mock_bus_get_cost:
 * @processor_ns: (out): what the simulation of the board took of the processor
 * @late_ns: (out): by how much that was longer than the real thing would have taken, where it was,
 * in all
 *
 * What a board has cost since it was last plugged in.
 */
void
mock_bus_get_cost (MockBus *self, guint number, gint64 *processor_ns, gint64 *late_ns)
{
  MockPort *port = get_port (self, number);
  MockCost cost = { 0 };

  g_mutex_lock (&self->mutex);
  if (port->node != NULL)
    mock_node_get_cost (port->node, &cost);
  g_mutex_unlock (&self->mutex);
  *processor_ns = cost.processor_ns;
  *late_ns = cost.late_ns;
}

/* Writes the state files of boards that have one. */
gboolean
mock_bus_save (MockBus *self, GError **error)
{
  for (guint i = 0; i < self->ports->len; i++)
    if (!fk_sim_board_save (get_port (self, i)->board, error))
      return FALSE;
  return TRUE;
}

/* A program that still has a device open dies at its next ioctl. */
void
mock_bus_free (MockBus *self)
{
  for (guint i = 0; i < self->ports->len; i++)
    mock_bus_unplug (self, i);
  g_ptr_array_unref (self->old);
  for (guint i = 0; i < self->ports->len; i++)
    {
      MockPort *port = get_port (self, i);

      g_object_unref (port->board);
      g_free (port->sysfs_path);
      g_free (port);
    }
  g_ptr_array_unref (self->ports);
  g_object_unref (self->testbed);
  g_mutex_clear (&self->mutex);
  g_free (self->root);
  g_free (self);
}

/* Takes from the calling thread, and what it starts, root's right to open what the mode of a file
 * forbids, so that a node that is denied is denied.  Returns: FALSE if that failed */
gboolean
mock_bus_drop_root_rights (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
  const guint32 rights = 1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH;

  if (syscall (SYS_capget, &header, data) != 0)
    return FALSE;
  data[0].effective &= ~rights;
  data[0].permitted &= ~rights;
  data[0].inheritable &= ~rights;
  return syscall (SYS_capset, &header, data) == 0;
}
