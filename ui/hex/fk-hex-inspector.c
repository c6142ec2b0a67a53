/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hex/fk-hex-inspector.h"

#include <glib/gi18n.h>

#include "hex/fk-hex-values.h"
#include "hex/fk-hex-view-private.h"
#include "widgets/fk-drop-down.h"
#include "widgets/fk-list-focus.h"

enum
{
  LITTLE_ENDIAN_FIRST,
  BIG_ENDIAN_FIRST,
};

struct _FkHexInspector
{
  GtkBox parent_instance;

  FkHexView *view;
  GSignalGroup *source_signals;
  FkHexRegions *regions;

  GtkDropDown *order;
  GtkLabel *values[FK_HEX_N_VALUES];
};

G_DEFINE_FINAL_TYPE (FkHexInspector, fk_hex_inspector, GTK_TYPE_BOX)

static void
name_row (GtkWidget *value, FkHexValueKind kind, const char *text)
{
  GtkWidget *row = gtk_widget_get_ancestor (value, GTK_TYPE_LIST_BOX_ROW);
  g_autofree char *name = g_strdup_printf ("%s: %s", fk_hex_value_get_name (kind), text);

  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
set_value (FkHexInspector *self, FkHexValueKind kind, const char *text)
{
  GtkWidget *value = GTK_WIDGET (self->values[kind]);
  GtkWidget *row = gtk_widget_get_ancestor (value, GTK_TYPE_LIST_BOX_ROW);

  gtk_label_set_label (self->values[kind], text != NULL ? text : "–");
  gtk_widget_set_tooltip_text (value, text);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), text != NULL);
  name_row (value, kind, text != NULL ? text : _ ("none"));
}

/* "0x08004000, Flash" */
static char *
add_region (FkHexInspector *self, const char *address)
{
  const char *region = fk_hex_regions_find (self->regions, g_ascii_strtoull (address, NULL, 16));

  return region != NULL ? g_strdup_printf ("%s, %s", address, region) : g_strdup (address);
}

static void
update (FkHexInspector *self)
{
  FkByteSource *source = self->view != NULL ? fk_hex_view_get_source (self->view) : NULL;
  gboolean big_endian = gtk_drop_down_get_selected (self->order) == BIG_ENDIAN_FIRST;
  guint8 bytes[FK_HEX_VALUE_MAX_SIZE];
  guint8 present[FK_HEX_VALUE_MAX_SIZE];
  gsize n = 0;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (source != NULL)
    {
      fk_byte_source_read (source, fk_hex_view_get_cursor (self->view), bytes, present,
                           sizeof bytes);
      while (n < sizeof bytes && present[n] == FK_BYTE_PRESENT)
        n++;
    }
  for (guint kind = 0; kind < FK_HEX_N_VALUES; kind++)
    {
      g_autofree char *text = fk_hex_value_format (kind, bytes, n, big_endian);

      if (kind == FK_HEX_VALUE_ADDRESS && text != NULL)
        {
          g_autofree char *address = g_steal_pointer (&text);

          text = add_region (self, address);
        }
      set_value (self, kind, text);
    }
}

static void
on_row_activated (FkHexInspector *self, GtkListBoxRow *row)
{
  GtkLabel *value = self->values[gtk_list_box_row_get_index (row)];

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          gtk_label_get_label (value));
  if (self->view != NULL)
    {
      g_autofree char *text = g_strdup_printf (_ ("Copied: %s"), gtk_label_get_label (value));

      fk_hex_view_say (self->view, text);
    }
}

static void
add_row (FkHexInspector *self, GtkListBox *list, FkHexValueKind kind)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *name = gtk_label_new (fk_hex_value_get_name (kind));
  GtkWidget *value = gtk_label_new (NULL);

  gtk_widget_add_css_class (name, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_xalign (GTK_LABEL (value), 1);
  gtk_label_set_ellipsize (GTK_LABEL (value), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (value, TRUE);
  gtk_widget_add_css_class (value, "numeric");
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), value);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_widget_set_margin_start (box, 6);
  gtk_widget_set_margin_end (box, 6);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_append (list, row);
  self->values[kind] = GTK_LABEL (value);
  set_value (self, kind, NULL);
}

static void
add_order (FkHexInspector *self)
{
  const char *orders[] = {
    [LITTLE_ENDIAN_FIRST] = _ ("Lowest Byte First"),
    [BIG_ENDIAN_FIRST] = _ ("Highest Byte First"),
    NULL,
  };
  GtkWidget *order = gtk_drop_down_new_from_strings (orders);

  self->order = GTK_DROP_DOWN (order);
  gtk_widget_set_tooltip_text (order, _ ("The chip keeps the lowest byte of a number first "
                                         "(little-endian); networks send the highest first"));
  fk_drop_down_set_name (self->order, _ ("Byte Order"));
  g_signal_connect_swapped (order, "notify::selected", G_CALLBACK (update), self);
  gtk_box_append (GTK_BOX (self), order);
}

static void
add_list (FkHexInspector *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *hint = gtk_label_new (_ ("Activate a value to copy it."));

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Values"), -1);
  g_signal_connect_swapped (list, "row-activated", G_CALLBACK (on_row_activated), self);
  for (guint kind = 0; kind < FK_HEX_N_VALUES; kind++)
    add_row (self, GTK_LIST_BOX (list), kind);
  fk_list_focus_make_one_stop (list);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_widget_set_size_request (scroller, -1, 160);
  gtk_box_append (GTK_BOX (self), scroller);
  gtk_widget_add_css_class (hint, "dim-label");
  gtk_widget_add_css_class (hint, "caption");
  gtk_widget_set_margin_bottom (hint, 6);
  gtk_box_append (GTK_BOX (self), hint);
}

static void
fk_hex_inspector_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (fk_hex_inspector_parent_class)->map (widget);
  update (FK_HEX_INSPECTOR (widget));
}

static void
fk_hex_inspector_dispose (GObject *object)
{
  FkHexInspector *self = FK_HEX_INSPECTOR (object);

  fk_hex_inspector_set_view (self, NULL);
  g_clear_object (&self->source_signals);
  g_clear_pointer (&self->regions, fk_hex_regions_free);
  G_OBJECT_CLASS (fk_hex_inspector_parent_class)->dispose (object);
}

static void
fk_hex_inspector_class_init (FkHexInspectorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = fk_hex_inspector_dispose;
  GTK_WIDGET_CLASS (klass)->map = fk_hex_inspector_map;
}

static void
fk_hex_inspector_init (FkHexInspector *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  self->source_signals = g_signal_group_new (FK_TYPE_BYTE_SOURCE);
  g_signal_group_connect_swapped (self->source_signals, "changed", G_CALLBACK (update), self);
  add_order (self);
  add_list (self);
}

static void
on_source (FkHexInspector *self)
{
  g_signal_group_set_target (self->source_signals, fk_hex_view_get_source (self->view));
  update (self);
}

/**
 * fk_hex_inspector_set_view:
 * @view: (nullable): whose cursor is followed
 */
void
fk_hex_inspector_set_view (FkHexInspector *self, FkHexView *view)
{
  g_return_if_fail (FK_IS_HEX_INSPECTOR (self));
  g_return_if_fail (view == NULL || FK_IS_HEX_VIEW (view));

  if (self->view != NULL)
    g_signal_handlers_disconnect_by_data (self->view, self);
  g_set_object (&self->view, view);
  if (view == NULL)
    return;
  g_signal_connect_swapped (view, "notify::cursor", G_CALLBACK (update), self);
  g_signal_connect_swapped (view, "notify::source", G_CALLBACK (on_source), self);
  on_source (self);
}

/**
 * fk_hex_inspector_take_regions:
 * @regions: (transfer full) (nullable): what is where in the chip, if that is known
 */
void
fk_hex_inspector_take_regions (FkHexInspector *self, FkHexRegions *regions)
{
  g_return_if_fail (FK_IS_HEX_INSPECTOR (self));

  g_clear_pointer (&self->regions, fk_hex_regions_free);
  self->regions = regions;
  update (self);
}
