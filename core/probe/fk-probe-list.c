/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The probes that are plugged in, as a list model, and the one that a person means: by serial
 * number, or by port where two clones share one. */

#include "config.h"

#include "probe/fk-probe-list-private.h"

#include "base/fk-error.h"
#include "usb/fk-usb-bus.h"

struct _FkProbeList
{
  GObject parent_instance;

  FkUsbBus *bus;      /* NULL in tests */
  GPtrArray *probes;  /* FkProbe */
  GPtrArray *devices; /* FkUsbDevice of the probe at the same index */
  GPtrArray *met;     /* FkUsbDevice that are being asked who they are */
};

static GType
fk_probe_list_get_item_type (GListModel *model)
{
  return FK_TYPE_PROBE;
}

static guint
fk_probe_list_get_n_items (GListModel *model)
{
  return FK_PROBE_LIST (model)->probes->len;
}

static gpointer
fk_probe_list_get_item (GListModel *model, guint position)
{
  FkProbeList *self = FK_PROBE_LIST (model);

  return position < self->probes->len ? g_object_ref (self->probes->pdata[position]) : NULL;
}

static void
fk_probe_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = fk_probe_list_get_item_type;
  iface->get_n_items = fk_probe_list_get_n_items;
  iface->get_item = fk_probe_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FkProbeList,
                               fk_probe_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, fk_probe_list_model_init))

static void
fk_probe_list_finalize (GObject *object)
{
  FkProbeList *self = FK_PROBE_LIST (object);

  if (self->bus != NULL)
    g_signal_handlers_disconnect_by_data (self->bus, self);
  g_clear_object (&self->bus);
  g_ptr_array_unref (self->probes);
  g_ptr_array_unref (self->devices);
  g_ptr_array_unref (self->met);

  G_OBJECT_CLASS (fk_probe_list_parent_class)->finalize (object);
}

static void
fk_probe_list_class_init (FkProbeListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_probe_list_finalize;
}

static void
fk_probe_list_init (FkProbeList *self)
{
  self->probes = g_ptr_array_new_with_free_func (g_object_unref);
  self->devices = g_ptr_array_new_with_free_func (g_object_unref);
  self->met = g_ptr_array_new_with_free_func (g_object_unref);
}

FkProbeList *
fk_probe_list_new_empty (void)
{
  return g_object_new (FK_TYPE_PROBE_LIST, NULL);
}

static void
add_probe (FkProbeList *self, FkUsbDevice *device, FkProbe *probe)
{
  g_ptr_array_add (self->probes, probe);
  g_ptr_array_add (self->devices, g_object_ref (device));
  g_list_model_items_changed (G_LIST_MODEL (self), self->probes->len - 1, 0, 1);
}

/* Devices that are no probes are passed over. */
void
fk_probe_list_add_device (FkProbeList *self, FkUsbDevice *device)
{
  FkProbe *probe = fk_probe_new_for_usb (device);

  if (probe != NULL)
    add_probe (self, device, probe);
}

static void
run_meeting (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_task_return_pointer (task, fk_probe_new_for_usb (task_data), g_object_unref);
}

static void
on_met (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkProbeList *self = FK_PROBE_LIST (source);
  FkUsbDevice *device = g_task_get_task_data (G_TASK (result));
  FkProbe *probe = g_task_propagate_pointer (G_TASK (result), NULL);

  /* Unplugged in the meantime, if it is not there. */
  if (!g_ptr_array_remove (self->met, device) || probe == NULL)
    g_clear_object (&probe);
  else
    add_probe (self, device, probe);
}

/* A probe is asked for its serial number, and one that hangs takes its time to answer: a device
 * that turns up is asked on another thread, and listed when that is known. */
void
fk_probe_list_meet_device (FkProbeList *self, FkUsbDevice *device)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_met, NULL);

  g_ptr_array_add (self->met, g_object_ref (device));
  g_task_set_source_tag (task, fk_probe_list_meet_device);
  g_task_set_task_data (task, g_object_ref (device), g_object_unref);
  g_task_run_in_thread (task, run_meeting);
}

void
fk_probe_list_remove_device (FkProbeList *self, FkUsbDevice *device)
{
  guint position;

  g_ptr_array_remove (self->met, device);
  if (!g_ptr_array_find (self->devices, device, &position))
    return;
  g_ptr_array_remove_index (self->devices, position);
  g_ptr_array_remove_index (self->probes, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

static FkProbeList *
make_list (void (*take) (FkProbeList *self, FkUsbDevice *device), GError **error)
{
  g_autoptr (FkProbeList) self = fk_probe_list_new_empty ();
  g_autoptr (GPtrArray) devices = NULL;

  self->bus = fk_usb_bus_new (error);
  if (self->bus == NULL)
    return NULL;
  g_signal_connect_swapped (self->bus, "device-added", G_CALLBACK (fk_probe_list_meet_device),
                            self);
  g_signal_connect_swapped (self->bus, "device-removed", G_CALLBACK (fk_probe_list_remove_device),
                            self);
  devices = fk_usb_bus_list (self->bus, error);
  if (devices == NULL)
    return NULL;
  for (guint i = 0; i < devices->len; i++)
    take (self, devices->pdata[i]);
  /* Where the system does not tell of arrivals (a container), the list just does not change. */
  fk_usb_bus_watch (self->bus, NULL);
  return g_steal_pointer (&self);
}

/**
 * fk_probe_list_new:
 *
 * Asks each probe for its serial number, for which one that hangs takes up to a second.
 *
 * Returns: (transfer full): the probes of this machine; %NULL with an error where USB cannot be
 *   used at all
 */
FkProbeList *
fk_probe_list_new (GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return make_list (fk_probe_list_add_device, error);
}

/**
 * fk_probe_list_new_live:
 *
 * The same for a main loop that must not wait: what is plugged in already turns up one by one, as
 * what is plugged in later does.
 */
FkProbeList *
fk_probe_list_new_live (GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return make_list (fk_probe_list_meet_device, error);
}

static gboolean
is_meant (FkProbe *probe, const char *wanted)
{
  const char *serial = fk_probe_get_serial (probe);

  return g_strcmp0 (fk_probe_get_port_path (probe), wanted) == 0 ||
         (serial != NULL && g_ascii_strcasecmp (serial, wanted) == 0);
}

/* "ST-LINK/V2 066DFF… at 1-2, ST-LINK/V3 at 1-3" */
static char *
describe (GPtrArray *probes)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < probes->len; i++)
    {
      FkProbe *probe = probes->pdata[i];
      const char *serial = fk_probe_get_serial (probe);

      g_string_append_printf (text, "%s%s%s%s at %s", i > 0 ? ", " : "", fk_probe_get_kind (probe),
                              serial != NULL ? " " : "", serial != NULL ? serial : "",
                              fk_probe_get_port_path (probe));
    }
  return g_string_free (text, FALSE);
}

static void
set_none_error (FkProbeList *self, const char *wanted, GError **error)
{
  g_autofree char *present = describe (self->probes);

  if (self->probes->len == 0)
    g_set_error_literal (error, FK_ERROR, FK_ERROR_NO_PROBE, "No probe is plugged in");
  else
    g_set_error (error, FK_ERROR, FK_ERROR_NO_PROBE,
                 "No probe has the serial number or port \"%s\"; plugged in: %s", wanted, present);
}

static void
set_several_error (GPtrArray *found, const char *wanted, GError **error)
{
  g_autofree char *present = describe (found);

  if (wanted == NULL)
    g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                 "%u probes are plugged in; say which one with --probe and its serial number or "
                 "port: %s",
                 found->len, present);
  else
    g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                 "%u probes have the serial number \"%s\", as clones do; say which one with "
                 "--probe and its port: %s",
                 found->len, wanted, present);
}

/**
 * fk_probe_list_find:
 * @serial: (nullable): serial number (upper or lower case) or port path; %NULL or empty for the
 *   only probe there is
 *
 * Returns: (transfer full) (nullable): the probe that is meant; otherwise NO_PROBE if there is
 * none, USAGE if there are several, with the choice in the message
 */
FkProbe *
fk_probe_list_find (FkProbeList *self, const char *serial, GError **error)
{
  g_autoptr (GPtrArray) found = NULL;

  g_return_val_if_fail (FK_IS_PROBE_LIST (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (serial != NULL && *serial == '\0')
    serial = NULL;
  found = g_ptr_array_new ();
  for (guint i = 0; i < self->probes->len; i++)
    if (serial == NULL || is_meant (self->probes->pdata[i], serial))
      g_ptr_array_add (found, self->probes->pdata[i]);

  if (found->len == 1)
    return g_object_ref (found->pdata[0]);
  if (found->len == 0)
    set_none_error (self, serial, error);
  else
    set_several_error (found, serial, error);
  return NULL;
}
