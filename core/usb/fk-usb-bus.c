/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which devices are plugged in, and which come and go.  libusb tells of arrivals and departures in
 * its event thread, where hardly anything may be done (libusb, "Device hotplug event
 * notification"); a mailbox carries them, in order, to the main context of the bus's creator.  The
 * mailbox outlives the bus, because libusb may be in the callback while the bus goes away. */

#include "config.h"

#include "usb/fk-usb-bus.h"

#include <string.h>

#include "usb/fk-usb-context-private.h"
#include "usb/fk-usb-error.h"

typedef struct
{
  GMutex mutex;
  FkUsbBus *bus;   /* NULL once it is gone */
  GQueue events;   /* of Event */
  GSource *source; /* in the main context, while there are events */
} Mailbox;

struct _FkUsbBus
{
  GObject parent_instance;

  FkUsbContext *context;
  GMainContext *main_context;
  GHashTable *devices; /* libusb_device -> FkUsbDevice, which holds a reference to the former */
  libusb_hotplug_callback_handle callback;
  gboolean is_watching;
  Mailbox *mailbox; /* belongs to the context */
};

enum
{
  DEVICE_ADDED,
  DEVICE_REMOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkUsbBus, fk_usb_bus, G_TYPE_OBJECT)

typedef struct
{
  libusb_device *device;
  gboolean arrived;
} Event;

static void
event_free (gpointer data)
{
  Event *event = data;

  libusb_unref_device (event->device);
  g_free (event);
}

static void
mailbox_free (gpointer data)
{
  Mailbox *mailbox = data;

  g_assert (mailbox->bus == NULL);
  g_mutex_clear (&mailbox->mutex);
  g_free (mailbox);
}

static FkUsbDevice *
add_device (FkUsbBus *self, libusb_device *device)
{
  FkUsbDevice *known = fk_usb_libusb_device_new (self->context, device);

  g_hash_table_insert (self->devices, device, known);
  return known;
}

static void
handle_event (FkUsbBus *self, const Event *event)
{
  FkUsbDevice *known = g_hash_table_lookup (self->devices, event->device);

  if (event->arrived && known == NULL)
    g_signal_emit (self, signals[DEVICE_ADDED], 0, add_device (self, event->device));
  else if (!event->arrived && known != NULL)
    {
      g_autoptr (FkUsbDevice) gone = g_object_ref (known);

      g_hash_table_remove (self->devices, event->device);
      g_signal_emit (self, signals[DEVICE_REMOVED], 0, gone);
    }
}

/* In the main context, so the bus cannot go away but by what the handlers do. */
static gboolean
on_mail (gpointer user_data)
{
  Mailbox *mailbox = user_data;
  g_autoptr (FkUsbBus) self = g_object_ref (mailbox->bus);
  GQueue events;
  Event *event;

  g_mutex_lock (&mailbox->mutex);
  events = mailbox->events;
  g_queue_init (&mailbox->events);
  g_clear_pointer (&mailbox->source, g_source_unref);
  g_mutex_unlock (&mailbox->mutex);

  while ((event = g_queue_pop_head (&events)) != NULL)
    {
      handle_event (self, event);
      event_free (event);
    }
  return G_SOURCE_REMOVE;
}

/* In the event thread, or in the one that calls fk_usb_bus_watch(). */
static int LIBUSB_CALL
on_hotplug (libusb_context *libusb,
            libusb_device *device,
            libusb_hotplug_event what,
            void *user_data)
{
  Mailbox *mailbox = user_data;

  g_mutex_lock (&mailbox->mutex);
  if (mailbox->bus != NULL)
    {
      Event *event = g_new0 (Event, 1);

      event->device = libusb_ref_device (device);
      event->arrived = what == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED;
      g_queue_push_tail (&mailbox->events, event);
      if (mailbox->source == NULL)
        {
          mailbox->source = g_idle_source_new ();
          g_source_set_priority (mailbox->source, G_PRIORITY_DEFAULT);
          g_source_set_callback (mailbox->source, on_mail, mailbox, NULL);
          g_source_attach (mailbox->source, mailbox->bus->main_context);
        }
    }
  g_mutex_unlock (&mailbox->mutex);
  return 0;
}

static void
close_mailbox (Mailbox *mailbox)
{
  g_mutex_lock (&mailbox->mutex);
  mailbox->bus = NULL;
  g_queue_clear_full (&mailbox->events, event_free);
  if (mailbox->source != NULL)
    g_source_destroy (mailbox->source);
  g_clear_pointer (&mailbox->source, g_source_unref);
  g_mutex_unlock (&mailbox->mutex);
}

static void
fk_usb_bus_finalize (GObject *object)
{
  FkUsbBus *self = FK_USB_BUS (object);

  if (self->is_watching)
    libusb_hotplug_deregister_callback (fk_usb_context_get (self->context), self->callback);
  if (self->mailbox != NULL)
    close_mailbox (self->mailbox);
  g_hash_table_unref (self->devices);
  g_clear_pointer (&self->context, fk_usb_context_unref);
  g_main_context_unref (self->main_context);

  G_OBJECT_CLASS (fk_usb_bus_parent_class)->finalize (object);
}

static void
fk_usb_bus_class_init (FkUsbBusClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = fk_usb_bus_finalize;

  signals[DEVICE_ADDED] =
      g_signal_new ("device-added", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, FK_TYPE_USB_DEVICE);
  signals[DEVICE_REMOVED] =
      g_signal_new ("device-removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, FK_TYPE_USB_DEVICE);
}

static void
fk_usb_bus_init (FkUsbBus *self)
{
  self->main_context = g_main_context_ref_thread_default ();
  self->devices = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
}

/**
 * fk_usb_bus_new:
 *
 * Returns: (transfer full): the machine's USB; %NULL with an error where it has none
 */
FkUsbBus *
fk_usb_bus_new (GError **error)
{
  g_autoptr (FkUsbContext) context = NULL;
  FkUsbBus *self;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  context = fk_usb_context_new (error);
  if (context == NULL)
    return NULL;
  self = g_object_new (FK_TYPE_USB_BUS, NULL);
  self->context = g_steal_pointer (&context);
  self->mailbox = g_new0 (Mailbox, 1);
  g_mutex_init (&self->mailbox->mutex);
  g_queue_init (&self->mailbox->events);
  self->mailbox->bus = self;
  fk_usb_context_take (self->context, self->mailbox, mailbox_free);
  return self;
}

static int
compare_port_paths (gconstpointer a, gconstpointer b)
{
  return strverscmp (fk_usb_device_get_port_path (*(FkUsbDevice *const *)a),
                     fk_usb_device_get_port_path (*(FkUsbDevice *const *)b));
}

/**
 * fk_usb_bus_list:
 *
 * Asks nothing of the devices themselves, so it needs no permission.
 *
 * Returns: (transfer full) (element-type FkUsbDevice): every device that is plugged in now, hubs
 *   included, in the order of their ports; that of libusb is another one in each version
 */
GPtrArray *
fk_usb_bus_list (FkUsbBus *self, GError **error)
{
  GPtrArray *devices;
  libusb_device **found;
  gssize n_found;

  g_return_val_if_fail (FK_IS_USB_BUS (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  n_found = libusb_get_device_list (fk_usb_context_get (self->context), &found);
  if (n_found < 0)
    {
      fk_usb_set_error (error, (int)n_found, FK_USB_OPENING, "Listing USB devices");
      return NULL;
    }
  devices = g_ptr_array_new_with_free_func (g_object_unref);
  for (gssize i = 0; i < n_found; i++)
    {
      FkUsbDevice *known = g_hash_table_lookup (self->devices, found[i]);

      if (known == NULL)
        known = add_device (self, found[i]);
      g_ptr_array_add (devices, g_object_ref (known));
    }
  libusb_free_device_list (found, TRUE);
  g_ptr_array_sort (devices, compare_port_paths);
  return devices;
}

/**
 * fk_usb_bus_watch:
 *
 * Starts the signals.  Devices that are there already, and that fk_usb_bus_list() has not returned
 * yet, are announced too, so nothing is missed between the two.
 *
 * Returns: %TRUE if devices that come and go will be told of; NOT_SUPPORTED where the system does
 *   not tell
 */
gboolean
fk_usb_bus_watch (FkUsbBus *self, GError **error)
{
  int code = LIBUSB_ERROR_NOT_SUPPORTED;

  g_return_val_if_fail (FK_IS_USB_BUS (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (self->is_watching)
    return TRUE;
  if (libusb_has_capability (LIBUSB_CAP_HAS_HOTPLUG))
    code = libusb_hotplug_register_callback (fk_usb_context_get (self->context),
                                             LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED |
                                                 LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT,
                                             LIBUSB_HOTPLUG_ENUMERATE, LIBUSB_HOTPLUG_MATCH_ANY,
                                             LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
                                             on_hotplug, self->mailbox, &self->callback);
  if (code != LIBUSB_SUCCESS)
    {
      fk_usb_set_error (error, code, FK_USB_OPENING, "Watching USB devices come and go");
      return FALSE;
    }
  self->is_watching = TRUE;
  return TRUE;
}

/**
 * fk_usb_bus_dup_library_version:
 *
 * Returns: (transfer full): of libusb, as it runs, for a report
 */
char *
fk_usb_bus_dup_library_version (void)
{
  const struct libusb_version *version = libusb_get_version ();

  return g_strdup_printf ("%u.%u.%u", version->major, version->minor, version->micro);
}
