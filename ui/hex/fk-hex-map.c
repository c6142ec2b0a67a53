/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hex/fk-hex-map.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "hex/fk-hex-density.h"
#include "hex/fk-hex-view-private.h"

#define WIDTH     24
#define MARGIN    4
#define N_PARTS   512
#define TICK      2
#define MIN_THUMB 12
#define N_SHADES  12

/* What is known is asked for again at most so often while bytes are edited. */
#define DELAY_MS 500

struct _FkHexMap
{
  GtkWidget parent_instance;

  FkHexView *view;
  GtkAdjustment *adjustment;
  GSignalGroup *source_signals;
  GArray *parts;             /* of FkHexDensity, or %NULL while they are not known */
  GCancellable *cancellable; /* of the measuring that runs */
  guint delay;
};

G_DEFINE_FINAL_TYPE (FkHexMap, fk_hex_map, GTK_TYPE_WIDGET)

static double
get_upper (FkHexMap *self)
{
  return self->adjustment != NULL ? gtk_adjustment_get_upper (self->adjustment) : 0;
}

static double
get_inner_height (FkHexMap *self)
{
  return MAX (gtk_widget_get_height (GTK_WIDGET (self)) - 2 * MARGIN, 1);
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
  double upper = get_upper (self);
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

static void
on_measured (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkHexMap) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) parts = fk_hex_density_finish (FK_BYTE_SOURCE (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->parts, g_array_unref);
  self->parts = g_steal_pointer (&parts);
  on_scrolled (self);
}

static void
cancel (FkHexMap *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->delay, g_source_remove);
}

static void
measure (FkHexMap *self)
{
  FkByteSource *source = self->view != NULL ? fk_hex_view_get_source (self->view) : NULL;

  cancel (self);
  if (source == NULL || !fk_byte_source_can_read_in_thread (source))
    {
      g_clear_pointer (&self->parts, g_array_unref);
      on_scrolled (self);
      return;
    }
  self->cancellable = g_cancellable_new ();
  fk_hex_density_async (source, N_PARTS, self->cancellable, on_measured, g_object_ref (self));
}

static gboolean
on_delay (gpointer user_data)
{
  FkHexMap *self = user_data;

  self->delay = 0;
  measure (self);
  return G_SOURCE_REMOVE;
}

static void
on_source_changed (FkHexMap *self)
{
  if (self->delay == 0 && fk_byte_source_can_read_in_thread (fk_hex_view_get_source (self->view)))
    self->delay = g_timeout_add (DELAY_MS, on_delay, self);
}

/* Blue of GNOME's palette, from pale to deep as the bytes get more random. */
static GdkRGBA
get_color (guint shade, gboolean dark)
{
  GdkRGBA color =
      dark ? (GdkRGBA){ 0.384f, 0.627f, 0.918f, 1 } : (GdkRGBA){ 0.110f, 0.443f, 0.847f, 1 };

  color.alpha = 0.2f + 0.7f * (float)shade / N_SHADES;
  return color;
}

/* Returns: 0 for what is blank, or up to N_SHADES for the most random of the parts that line @y of
 * @n_lines shows */
static guint
get_shade (FkHexMap *self, guint y, guint n_lines)
{
  guint first = (guint)((guint64)self->parts->len * y / n_lines);
  guint end = (guint)((guint64)self->parts->len * (y + 1) / n_lines);
  guint shade = 0;

  for (guint i = first; i < MAX (end, first + 1); i++)
    {
      const FkHexDensity *part = &g_array_index (self->parts, FkHexDensity, i);

      if (part->used > 0)
        shade = MAX (shade, 1 + (guint)(part->entropy / 8 * (N_SHADES - 1) + 0.5));
    }
  return shade;
}

/* Whole lines, so that neighbours neither overlap nor leave gaps; equal ones are one. */
static void
draw_parts (FkHexMap *self, GtkSnapshot *snapshot, float width, gboolean dark)
{
  guint n_lines = (guint)get_inner_height (self);
  guint begin = 0;
  guint shade;

  if (self->parts == NULL || self->parts->len == 0)
    return;
  shade = get_shade (self, 0, n_lines);
  for (guint y = 1; y <= n_lines; y++)
    {
      guint next = y < n_lines ? get_shade (self, y, n_lines) : 0;
      GdkRGBA color = get_color (shade, dark);

      if (next == shade && y < n_lines)
        continue;
      if (shade > 0)
        gtk_snapshot_append_color (snapshot, &color,
                                   &GRAPHENE_RECT_INIT (MARGIN, (float)(MARGIN + begin),
                                                        width - 2 * MARGIN, (float)(y - begin)));
      begin = y;
      shade = next;
    }
}

/* @from and @to: where across the map, 0 to 1 */
static void
draw_tick (FkHexMap *self,
           GtkSnapshot *snapshot,
           guint64 position,
           double from,
           double to,
           const GdkRGBA *color)
{
  const FkHexLayout *layout = &self->view->layout;
  double span = (double)(layout->end - layout->start);
  double inner = gtk_widget_get_width (GTK_WIDGET (self)) - 2 * MARGIN;
  double y;

  if (position < layout->start || position >= layout->end)
    return;
  y = MARGIN + (double)(position - layout->start) / span * get_inner_height (self);
  gtk_snapshot_append_color (snapshot, color,
                             &GRAPHENE_RECT_INIT ((float)(MARGIN + inner * from), (float)(y - 1),
                                                  (float)(inner * (to - from)), TICK));
}

/* How many bytes a pixel stands for: a tick each is enough, as a million places would be a million
 * rectangles. */
static guint64
get_step (FkHexMap *self)
{
  double span = (double)(self->view->layout.end - self->view->layout.start);

  return (guint64)(span / get_inner_height (self));
}

static void
draw_hits (FkHexMap *self, GtkSnapshot *snapshot, const GdkRGBA *color)
{
  GArray *hits = self->view->hits;
  guint64 step = get_step (self);
  guint64 next = 0;

  for (guint i = 0; hits != NULL && i < hits->len; i++)
    {
      guint64 hit = g_array_index (hits, guint64, i);

      if (hit < next)
        continue;
      draw_tick (self, snapshot, hit, 0.5, 1, color);
      next = hit + step;
    }
}

static void
draw_marks (FkHexMap *self, GtkSnapshot *snapshot, const GdkRGBA *color)
{
  for (guint i = 0; i < self->view->marks->len; i++)
    draw_tick (self, snapshot, g_array_index (self->view->marks, FkHexMark, i).start, 0.5, 1,
               color);
}

static void
draw_changes (FkHexMap *self, GtkSnapshot *snapshot, const GdkRGBA *color)
{
  GArray *changes = self->view->edit != NULL ? fk_hex_edit_get_changes (self->view->edit) : NULL;
  guint64 step = get_step (self);
  guint64 next = 0;

  for (guint i = 0; changes != NULL && i < changes->len; i++)
    {
      FkHexMark change = g_array_index (changes, FkHexMark, i);

      for (guint64 at = MAX (change.start, next); at < change.start + change.size;
           at += MAX (step, 1))
        {
          draw_tick (self, snapshot, at, 0.25, 1, color);
          next = at + step;
        }
    }
}

static void
draw_bookmarks (FkHexMap *self, GtkSnapshot *snapshot)
{
  FkHexNotes *notes = self->view->notes;
  guint n = notes != NULL ? fk_hex_notes_get_n (notes, FK_HEX_NOTE_BOOKMARK) : 0;

  for (guint i = 0; i < n; i++)
    {
      const FkHexNote *note = fk_hex_notes_get (notes, FK_HEX_NOTE_BOOKMARK, i);
      GdkRGBA color = fk_hex_view_get_bookmark_color (note->color);

      draw_tick (self, snapshot, note->start, 0, 0.5, &color);
    }
}

static void
draw_thumb (FkHexMap *self, GtkSnapshot *snapshot, float width, const GdkRGBA *color)
{
  double upper = get_upper (self);
  double height = get_inner_height (self);
  double size;
  double y;
  graphene_rect_t bounds;
  GskRoundedRect outline;
  GdkRGBA faint = *color;

  if (upper <= 0)
    return;
  size = MAX (gtk_adjustment_get_page_size (self->adjustment) / upper * height, MIN_THUMB);
  y = MARGIN + gtk_adjustment_get_value (self->adjustment) / upper * height;
  y = MIN (y, MARGIN + height - size);
  bounds = GRAPHENE_RECT_INIT (1, (float)y, width - 2, (float)size);
  gsk_rounded_rect_init_from_rect (&outline, &bounds, 4);
  faint.alpha = 0.15f;
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &faint, &bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]){ 1.5f, 1.5f, 1.5f, 1.5f },
                              (GdkRGBA[4]){ *color, *color, *color, *color });
}

static void
fk_hex_map_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  FkHexMap *self = FK_HEX_MAP (widget);
  AdwStyleManager *style = adw_style_manager_get_default ();
  gboolean dark = adw_style_manager_get_dark (style);
  gboolean strong = adw_style_manager_get_high_contrast (style) || gtk_widget_has_focus (widget);
  float width = (float)gtk_widget_get_width (widget);
  GdkRGBA ground = dark ? (GdkRGBA){ 1, 1, 1, 0.06f } : (GdkRGBA){ 0, 0, 0, 0.05f };
  GdkRGBA thumb = dark ? (GdkRGBA){ 1, 1, 1, 0.6f } : (GdkRGBA){ 0, 0, 0, 0.5f };
  GdkRGBA hit = { 0.149f, 0.635f, 0.412f, 1 };
  GdkRGBA mark = { 0.898f, 0.647f, 0.039f, 1 };
  GdkRGBA change = { 0.902f, 0.380f, 0, 1 };

  gtk_snapshot_append_color (snapshot, &ground,
                             &GRAPHENE_RECT_INIT (MARGIN, MARGIN, width - 2 * MARGIN,
                                                  (float)get_inner_height (self)));
  draw_parts (self, snapshot, width, dark);
  if (self->view != NULL && self->view->layout.end > self->view->layout.start)
    {
      draw_marks (self, snapshot, &mark);
      draw_changes (self, snapshot, &change);
      draw_hits (self, snapshot, &hit);
      draw_bookmarks (self, snapshot);
    }
  if (strong)
    thumb.alpha = 1;
  draw_thumb (self, snapshot, width, &thumb);
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

/**
 * fk_hex_map_move_to:
 * @fraction: of the whole, 0 to 1; what lies there comes to the middle of the view
 */
void
fk_hex_map_move_to (FkHexMap *self, double fraction)
{
  g_return_if_fail (FK_IS_HEX_MAP (self));

  if (self->adjustment != NULL)
    gtk_adjustment_set_value (self->adjustment,
                              fraction * get_upper (self) -
                                  gtk_adjustment_get_page_size (self->adjustment) / 2);
}

/**
 * fk_hex_map_handle_key:
 *
 * What the keyboard does; public so that tests can press keys.
 *
 * Returns: whether the key means anything here
 */
gboolean
fk_hex_map_handle_key (FkHexMap *self, guint keyval)
{
  double value;
  double page;

  g_return_val_if_fail (FK_IS_HEX_MAP (self), FALSE);

  if (self->adjustment == NULL)
    return FALSE;
  value = gtk_adjustment_get_value (self->adjustment);
  page = gtk_adjustment_get_page_increment (self->adjustment);
  switch (keyval)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      value -= gtk_adjustment_get_step_increment (self->adjustment);
      break;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      value += gtk_adjustment_get_step_increment (self->adjustment);
      break;
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      value -= page;
      break;
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      value += page;
      break;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      value = 0;
      break;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      value = get_upper (self);
      break;
    default:
      return FALSE;
    }
  gtk_adjustment_set_value (self->adjustment, value);
  return TRUE;
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint keyval,
                guint keycode,
                GdkModifierType state,
                FkHexMap *self)
{
  return (state & gtk_accelerator_get_default_mod_mask ()) == 0 &&
         fk_hex_map_handle_key (self, keyval);
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, FkHexMap *self)
{
  fk_hex_map_move_to (self, (y - MARGIN) / get_inner_height (self));
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, FkHexMap *self)
{
  double x;
  double y;

  if (gtk_gesture_drag_get_start_point (gesture, &x, &y))
    fk_hex_map_move_to (self, (y + dy - MARGIN) / get_inner_height (self));
}

static gboolean
on_scroll (GtkEventControllerScroll *controller, double dx, double dy, FkHexMap *self)
{
  if (self->adjustment == NULL)
    return FALSE;
  gtk_adjustment_set_value (self->adjustment,
                            gtk_adjustment_get_value (self->adjustment) +
                                dy * gtk_adjustment_get_step_increment (self->adjustment));
  return TRUE;
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
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->source_signals = g_signal_group_new (FK_TYPE_BYTE_SOURCE);
  g_signal_group_connect_swapped (self->source_signals, "changed", G_CALLBACK (on_source_changed),
                                  self);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (gtk_widget_queue_draw), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (gtk_widget_queue_draw), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  g_signal_connect (scroll, "scroll", G_CALLBACK (on_scroll), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
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
  g_clear_pointer (&self->parts, g_array_unref);
  measure (self);
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
  g_signal_connect_swapped (view, "notify::vadjustment", G_CALLBACK (on_adjustment), self);
  g_signal_connect_swapped (view, "decorated", G_CALLBACK (gtk_widget_queue_draw), self);
  on_adjustment (self);
  on_source (self);
}
