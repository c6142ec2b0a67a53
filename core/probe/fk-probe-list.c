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
}

FkProbeList *
fk_probe_list_new_empty (void)
{
  return g_object_new (FK_TYPE_PROBE_LIST, NULL);
}

/* Devices that are no probes are passed over. */
void
fk_probe_list_add_device (FkProbeList *self, FkUsbDevice *device)
{
  FkProbe *probe = fk_probe_new_for_usb (device);

  if (probe == NULL)
    return;
  g_ptr_array_add (self->probes, probe);
  g_ptr_array_add (self->devices, g_object_ref (device));
  g_list_model_items_changed (G_LIST_MODEL (self), self->probes->len - 1, 0, 1);
}

void
fk_probe_list_remove_device (FkProbeList *self, FkUsbDevice *device)
{
  guint position;

  if (!g_ptr_array_find (self->devices, device, &position))
    return;
  g_ptr_array_remove_index (self->devices, position);
  g_ptr_array_remove_index (self->probes, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

/**
 * fk_probe_list_new:
 *
 * Returns: (transfer full): the probes of this machine; %NULL with an error where USB cannot be
 *   used at all
 */
FkProbeList *
fk_probe_list_new (GError **error)
{
  g_autoptr (FkProbeList) self = NULL;
  g_autoptr (GPtrArray) devices = NULL;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = fk_probe_list_new_empty ();
  self->bus = fk_usb_bus_new (error);
  if (self->bus == NULL)
    return NULL;
  g_signal_connect_swapped (self->bus, "device-added", G_CALLBACK (fk_probe_list_add_device), self);
  g_signal_connect_swapped (self->bus, "device-removed", G_CALLBACK (fk_probe_list_remove_device),
                            self);
  devices = fk_usb_bus_list (self->bus, error);
  if (devices == NULL)
    return NULL;
  for (guint i = 0; i < devices->len; i++)
    fk_probe_list_add_device (self, devices->pdata[i]);
  /* Where the system does not tell of arrivals (a container), the list just does not change. */
  fk_usb_bus_watch (self->bus, NULL);
  return g_steal_pointer (&self);
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
