/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hex/fk-hex-map-private.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#define WIDTH   24
#define N_PARTS 512

/* What is known is asked for again at most so often while bytes are edited. */
#define DELAY_MS 500

G_DEFINE_FINAL_TYPE (FkHexMap, fk_hex_map, GTK_TYPE_WIDGET)

double
fk_hex_map_get_upper (FkHexMap *self)
{
  return self->adjustment != NULL ? gtk_adjustment_get_upper (self->adjustment) : 0;
}

/* Of the part that stands for the bytes. */
double
fk_hex_map_get_inner_height (FkHexMap *self)
{
  return MAX (gtk_widget_get_height (GTK_WIDGET (self)) - 2 * FK_HEX_MAP_MARGIN, 1);
}

static const FkHexDensity *
get_part_at (FkHexMap *self, double fraction)
{
  guint index;

  if (self->parts == NULL || self->parts->len == 0)
    return NULL;
  index = (guint)CLAMP (fraction * self->parts->len, 0, self->parts->len - 1);
  return &g_array_index (self->parts, FkHexDensity, index);
}

/* What a screen reader says of the place that is seen. */
static void
describe (FkHexMap *self)
{
  double upper = fk_hex_map_get_upper (self);
  double fraction = upper > 0 ? gtk_adjustment_get_value (self->adjustment) / upper : 0;
  const FkHexDensity *part = get_part_at (self, fraction);
  g_autofree char *where = NULL;
  g_autofree char *text = NULL;
  guint64 address = 0;

  if (self->view == NULL || self->view->source == NULL)
    return;
  address = fk_hex_layout_get_row_address (&self->view->layout,
                                           (guint64)(gtk_adjustment_get_value (self->adjustment) /
                                                     self->view->layout.row_height));
  fk_byte_source_get_address (self->view->source, MAX (address, self->view->layout.start),
                              &address);
  where = g_strdup_printf ("0x%08" G_GINT64_MODIFIER "x", address);
  if (part == NULL)
    text = g_strdup_printf (_ ("From address %s"), where);
  else if (part->used == 0)
    text = g_strdup_printf (_ ("From address %s, blank"), where);
  else
    text = g_strdup_printf (_ ("From address %s, %.0f %% used, %.1f bits of information a byte"),
                            where, part->used * 100, part->entropy);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_NOW,
                                  fraction * 100, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
on_scrolled (FkHexMap *self)
{
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void measure (FkHexMap *self, guint first, guint n);

/* What came in meanwhile, and of all parts only those. */
static void
measure_changed (FkHexMap *self)
{
  FkByteSource *source = fk_hex_view_get_source (self->view);
  guint first;
  guint n = fk_hex_density_find_parts (source, N_PARTS, self->changed_start,
                                       self->changed_end - self->changed_start, &first);

  self->changed_end = self->changed_start = 0;
  if (self->parts == NULL)
    measure (self, 0, N_PARTS);
  else if (n > 0)
    measure (self, first, n);
}

/* Takes what was measured in place of what was known. */
static void
keep_parts (FkHexMap *self, GArray *parts)
{
  if (parts != NULL && self->parts != NULL && self->first + parts->len <= self->parts->len)
    memcpy (&g_array_index (self->parts, FkHexDensity, self->first), parts->data,
            parts->len * sizeof (FkHexDensity));
  else
    {
      g_clear_pointer (&self->parts, g_array_unref);
      self->parts = parts != NULL ? g_array_ref (parts) : NULL;
    }
}

static void
on_measured (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkHexMap) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) parts = fk_hex_density_finish (FK_BYTE_SOURCE (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  keep_parts (self, parts);
  on_scrolled (self);
  if (self->delay == 0 && self->changed_end > self->changed_start)
    measure_changed (self);
}

static void
cancel (FkHexMap *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->delay, g_source_remove);
  self->changed_end = self->changed_start = 0;
}

static void
measure (FkHexMap *self, guint first, guint n)
{
  self->first = first;
  self->cancellable = g_cancellable_new ();
  fk_hex_density_async (fk_hex_view_get_source (self->view), N_PARTS, first, n,
                        self->view->erased_value, self->cancellable, on_measured,
                        g_object_ref (self));
}

static void
measure_all (FkHexMap *self)
{
  FkByteSource *source = self->view != NULL ? fk_hex_view_get_source (self->view) : NULL;

  cancel (self);
  g_clear_pointer (&self->parts, g_array_unref);
  if (source != NULL && fk_byte_source_can_read_in_thread (source))
    measure (self, 0, N_PARTS);
  else
    on_scrolled (self);
}

/* A measuring that runs is not overtaken: it would never end while one scrolls through a large
 * file. */
static gboolean
on_delay (gpointer user_data)
{
  FkHexMap *self = user_data;

  self->delay = 0;
  if (self->cancellable == NULL)
    measure_changed (self);
  return G_SOURCE_REMOVE;
}

static void
on_source_changed (FkHexMap *self, guint64 position, guint64 size)
{
  gboolean is_first = self->changed_end <= self->changed_start;

  if (size == 0 || !fk_byte_source_can_read_in_thread (fk_hex_view_get_source (self->view)))
    return;
  self->changed_start = is_first ? position : MIN (self->changed_start, position);
  self->changed_end = MAX (self->changed_end, position + size);
  if (self->delay == 0)
    self->delay = g_timeout_add (DELAY_MS, on_delay, self);
}

static void
fk_hex_map_measure (GtkWidget *widget,
                    GtkOrientation orientation,
                    int for_size,
                    int *minimum,
                    int *natural,
                    int *minimum_baseline,
                    int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : 48;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : 200;
}

static void
fk_hex_map_dispose (GObject *object)
{
  FkHexMap *self = FK_HEX_MAP (object);

  fk_hex_map_set_view (self, NULL);
  g_clear_object (&self->source_signals);
  G_OBJECT_CLASS (fk_hex_map_parent_class)->dispose (object);
}

static void
fk_hex_map_class_init (FkHexMapClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = fk_hex_map_dispose;
  widget_class->measure = fk_hex_map_measure;
  widget_class->snapshot = fk_hex_map_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SCROLLBAR);
  gtk_widget_class_set_css_name (widget_class, "hexmap");
}

static void
fk_hex_map_init (FkHexMap *self)
{
  self->source_signals = g_signal_group_new (FK_TYPE_BYTE_SOURCE);
  g_signal_group_connect_swapped (self->source_signals, "changed", G_CALLBACK (on_source_changed),
                                  self);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  fk_hex_map_take_input (self);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Map of the bytes"), GTK_ACCESSIBLE_PROPERTY_ORIENTATION,
                                  GTK_ORIENTATION_VERTICAL, GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, 100.0, -1);
}

static void
on_adjustment (FkHexMap *self)
{
  if (self->adjustment != NULL)
    g_signal_handlers_disconnect_by_data (self->adjustment, self);
  g_set_object (&self->adjustment, self->view->vadjustment);
  if (self->adjustment == NULL)
    return;
  g_signal_connect_swapped (self->adjustment, "value-changed", G_CALLBACK (on_scrolled), self);
  g_signal_connect_swapped (self->adjustment, "changed", G_CALLBACK (on_scrolled), self);
  on_scrolled (self);
}

static void
on_source (FkHexMap *self)
{
  g_signal_group_set_target (self->source_signals, fk_hex_view_get_source (self->view));
  measure_all (self);
}

/**
 * fk_hex_map_set_view:
 * @view: (nullable): what is scrolled
 */
void
fk_hex_map_set_view (FkHexMap *self, FkHexView *view)
{
  g_return_if_fail (FK_IS_HEX_MAP (self));
  g_return_if_fail (view == NULL || FK_IS_HEX_VIEW (view));

  cancel (self);
  if (self->view != NULL)
    g_signal_handlers_disconnect_by_data (self->view, self);
  if (self->adjustment != NULL)
    g_signal_handlers_disconnect_by_data (self->adjustment, self);
  g_clear_object (&self->adjustment);
  g_clear_pointer (&self->parts, g_array_unref);
  g_set_object (&self->view, view);
  if (view == NULL)
    return;
  g_signal_connect_swapped (view, "notify::source", G_CALLBACK (on_source), self);
  g_signal_connect_swapped (view, "notify::erased-value", G_CALLBACK (measure_all), self);
  g_signal_connect_swapped (view, "notify::vadjustment", G_CALLBACK (on_adjustment), self);
  g_signal_connect_swapped (view, "decorated", G_CALLBACK (gtk_widget_queue_draw), self);
  on_adjustment (self);
  on_source (self);
}
