/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "widgets/fk-memory-map.h"

#include <adwaita.h>
#include <math.h>

#define THICKNESS 22
#define RADIUS    6
#define SWATCH    14
#define NOTHING   -1 /* no cell is pointed at */

/* Borders that lie closer than this would be all that one sees. */
#define BORDER_DISTANCE 3

struct _FkMemoryMap
{
  GtkWidget parent_instance;

  guint64 start;
  guint64 size;
  GArray *parts;   /* of FkMapPart, ascending */
  GArray *cells;   /* of FkMapCell, ascending, with texts of their own */
  int hovered;     /* cell under the pointer, or NOTHING */
  int chosen;      /* cell that the keyboard is at, or NOTHING */
  int thickness;   /* pixels */
  gboolean swatch; /* a sample of a colour, for a legend */
};

enum
{
  PROP_0,
  PROP_CELL_TEXT,
  PROP_THICKNESS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (FkMemoryMap, fk_memory_map, GTK_TYPE_WIDGET)

/* Blue, orange and purple of GNOME's palette, and a shade of the text for what is blank. */
static GdkRGBA
get_color (FkMapKind kind)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  switch (kind)
    {
    case FK_MAP_USED:
      return dark ? (GdkRGBA){ 0.384f, 0.627f, 0.918f, 1 } : (GdkRGBA){ 0.208f, 0.518f, 0.894f, 1 };
    case FK_MAP_CHANGED:
      return dark ? (GdkRGBA){ 1, 0.639f, 0.282f, 1 } : (GdkRGBA){ 0.902f, 0.380f, 0, 1 };
    case FK_MAP_ERASED:
      return dark ? (GdkRGBA){ 0.753f, 0.380f, 0.796f, 1 } : (GdkRGBA){ 0.569f, 0.255f, 0.675f, 1 };
    case FK_MAP_OTHER:
      return dark ? (GdkRGBA){ 1, 1, 1, 0.35f } : (GdkRGBA){ 0, 0, 0, 0.35f };
    case FK_MAP_BLANK:
    default:
      return dark ? (GdkRGBA){ 1, 1, 1, 0.12f } : (GdkRGBA){ 0, 0, 0, 0.1f };
    }
}

static const FkMapCell *
get_cell (FkMemoryMap *self, int cell)
{
  return cell >= 0 && cell < (int)self->cells->len ? &g_array_index (self->cells, FkMapCell, cell)
                                                   : NULL;
}

/* The pointer goes before the keyboard: it moved last. */
static int
get_pointed (FkMemoryMap *self)
{
  if (self->hovered != NOTHING)
    return self->hovered;
  return gtk_widget_has_focus (GTK_WIDGET (self)) ? self->chosen : NOTHING;
}

static void
tell (FkMemoryMap *self)
{
  const char *text = fk_memory_map_get_cell_text (self);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text != NULL ? text : "", -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CELL_TEXT]);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
fk_memory_map_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  if (FK_MEMORY_MAP (widget)->swatch)
    {
      *minimum = *natural = SWATCH;
      return;
    }
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? FK_MEMORY_MAP (widget)->thickness : 60;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? FK_MEMORY_MAP (widget)->thickness : 300;
}

static void
draw_part (FkMemoryMap *self, GtkSnapshot *snapshot, const FkMapPart *part, float width)
{
  float height = (float)gtk_widget_get_height (GTK_WIDGET (self));
  double scale = width / (double)self->size;
  float x = (float)((double)(part->start - self->start) * scale);
  float length = MAX ((float)((double)part->size * scale), 2);
  GdkRGBA color = get_color (part->kind);

  x = MIN (x, width - length);
  /* On whole pixels: where neighbours shared one, a stripe would be seen. */
  length = ceilf (x + length) - floorf (x);
  gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT (floorf (x), 0, length, height));
}

static float
get_x (FkMemoryMap *self, guint64 address, float width)
{
  return (float)((double)(address - self->start) * width / (double)self->size);
}

static void
draw_borders (FkMemoryMap *self, GtkSnapshot *snapshot, float width)
{
  float height = (float)gtk_widget_get_height (GTK_WIDGET (self));
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  GdkRGBA color = dark ? (GdkRGBA){ 0.14f, 0.14f, 0.14f, 1 } : (GdkRGBA){ 1, 1, 1, 1 };
  float last = 0;

  for (guint i = 1; i < self->cells->len; i++)
    {
      float x = get_x (self, g_array_index (self->cells, FkMapCell, i).start, width);

      if (x - last < BORDER_DISTANCE)
        continue;
      gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT (x, 0, 1, height));
      last = x;
    }
}

static void
draw_pointed (FkMemoryMap *self, GtkSnapshot *snapshot, float width)
{
  const FkMapCell *cell = get_cell (self, get_pointed (self));
  float height = (float)gtk_widget_get_height (GTK_WIDGET (self));
  float x;
  float length;
  float shade = adw_style_manager_get_dark (adw_style_manager_get_default ()) ? 1 : 0;
  GdkRGBA color = { shade, shade, shade, 1 };
  GskRoundedRect outline;

  if (cell == NULL)
    return;
  x = get_x (self, cell->start, width);
  length = MAX (get_x (self, cell->start + cell->size, width) - x, 4);
  x = MIN (x, width - length);
  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT (x, 0, length, height), 2);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]){ 2, 2, 2, 2 },
                              (GdkRGBA[4]){ color, color, color, color });
}

static void
fk_memory_map_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  FkMemoryMap *self = FK_MEMORY_MAP (widget);
  float width = (float)gtk_widget_get_width (widget);
  GdkRGBA blank = get_color (FK_MAP_BLANK);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, width, (float)gtk_widget_get_height (widget));
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, &bounds,
                                   self->swatch ? SWATCH / 2 : MIN (RADIUS, self->thickness / 2));
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &blank, &bounds);
  for (guint i = 0; self->size > 0 && i < self->parts->len; i++)
    draw_part (self, snapshot, &g_array_index (self->parts, FkMapPart, i), width);
  if (self->size > 0)
    draw_borders (self, snapshot, width);
  gtk_snapshot_pop (snapshot);
  if (self->size > 0)
    draw_pointed (self, snapshot, width);
}

static int
find_cell_at (FkMemoryMap *self, double x)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  double address = (double)self->start + x / MAX (width, 1) * (double)self->size;
  int found = NOTHING;

  for (int i = 0; i < (int)self->cells->len && x >= 0 && x < width; i++)
    if ((double)get_cell (self, i)->start <= address)
      found = i;
  return found;
}

static void
set_hovered (FkMemoryMap *self, int cell)
{
  if (cell == self->hovered)
    return;
  self->hovered = cell;
  tell (self);
}

static void
on_motion (GtkEventControllerMotion *controller, double x, double y, FkMemoryMap *self)
{
  set_hovered (self, find_cell_at (self, x));
}

static void
on_leave (GtkEventControllerMotion *controller, FkMemoryMap *self)
{
  set_hovered (self, NOTHING);
}

static gboolean
on_key (GtkEventControllerKey *controller,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        FkMemoryMap *self)
{
  int last = (int)self->cells->len - 1;

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      return fk_memory_map_point_at (self, MAX (self->chosen - 1, 0));
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      return fk_memory_map_point_at (self, MIN (self->chosen + 1, last));
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      return fk_memory_map_point_at (self, 0);
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      return fk_memory_map_point_at (self, last);
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
on_focus_changed (FkMemoryMap *self)
{
  if (self->chosen == NOTHING && self->cells->len > 0)
    self->chosen = 0;
  tell (self);
}

static void
clear_cell (gpointer data)
{
  g_free ((char *)((FkMapCell *)data)->text);
}

static void
fk_memory_map_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CELL_TEXT)
    g_value_set_string (value, fk_memory_map_get_cell_text (FK_MEMORY_MAP (object)));
  else if (id == PROP_THICKNESS)
    g_value_set_int (value, FK_MEMORY_MAP (object)->thickness);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
fk_memory_map_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_THICKNESS)
    FK_MEMORY_MAP (object)->thickness = g_value_get_int (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
fk_memory_map_finalize (GObject *object)
{
  g_array_unref (FK_MEMORY_MAP (object)->parts);
  g_array_unref (FK_MEMORY_MAP (object)->cells);
  G_OBJECT_CLASS (fk_memory_map_parent_class)->finalize (object);
}

static void
fk_memory_map_class_init (FkMemoryMapClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fk_memory_map_finalize;
  G_OBJECT_CLASS (klass)->get_property = fk_memory_map_get_property;
  G_OBJECT_CLASS (klass)->set_property = fk_memory_map_set_property;
  properties[PROP_CELL_TEXT] = g_param_spec_string ("cell-text", NULL, NULL, NULL,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_THICKNESS] =
      g_param_spec_int ("thickness", NULL, NULL, 1, 1000, THICKNESS,
                        G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  widget_class->measure = fk_memory_map_measure;
  widget_class->snapshot = fk_memory_map_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "memorymap");
}

static void
fk_memory_map_init (FkMemoryMap *self)
{
  self->parts = g_array_new (FALSE, FALSE, sizeof (FkMapPart));
  self->cells = g_array_new (FALSE, FALSE, sizeof (FkMapCell));
  g_array_set_clear_func (self->cells, clear_cell);
  self->hovered = NOTHING;
  self->chosen = NOTHING;
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

GtkWidget *
fk_memory_map_new (void)
{
  return g_object_new (FK_TYPE_MEMORY_MAP, NULL);
}

/**
 * fk_memory_map_new_swatch:
 *
 * Returns: (transfer floating): a dot in the colour of @kind, for a legend
 */
GtkWidget *
fk_memory_map_new_swatch (FkMapKind kind)
{
  FkMapPart part = { 0, 1, kind };
  FkMemoryMap *self =
      g_object_new (FK_TYPE_MEMORY_MAP, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  self->swatch = TRUE;
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  fk_memory_map_set_extent (self, 0, 1);
  fk_memory_map_set_parts (self, &part, 1);
  return GTK_WIDGET (self);
}

/**
 * fk_memory_map_set_extent:
 * @start: address at the left end
 * @size: how many the bar spans; 0 draws an empty bar
 */
void
fk_memory_map_set_extent (FkMemoryMap *self, guint64 start, guint64 size)
{
  g_return_if_fail (FK_IS_MEMORY_MAP (self));

  self->start = start;
  self->size = size;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * fk_memory_map_set_parts:
 * @parts: (array length=n_parts) (nullable): inside the extent; later ones lie over earlier ones
 */
void
fk_memory_map_set_parts (FkMemoryMap *self, const FkMapPart *parts, guint n_parts)
{
  g_return_if_fail (FK_IS_MEMORY_MAP (self));

  g_array_set_size (self->parts, 0);
  if (n_parts > 0)
    g_array_append_vals (self->parts, parts, n_parts);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Pointer and keys, once there is something to point at. */
static void
make_pointable (FkMemoryMap *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect (motion, "leave", G_CALLBACK (on_leave), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  g_signal_connect (self, "notify::has-focus", G_CALLBACK (on_focus_changed), NULL);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/**
 * fk_memory_map_set_cells:
 * @cells: (array length=n_cells) (nullable): inside the extent, ascending; their texts are copied
 *
 * What can be pointed at; with none the map is a mere picture.
 */
void
fk_memory_map_set_cells (FkMemoryMap *self, const FkMapCell *cells, guint n_cells)
{
  g_return_if_fail (FK_IS_MEMORY_MAP (self));

  if (n_cells > 0 && !gtk_widget_get_focusable (GTK_WIDGET (self)))
    make_pointable (self);
  g_array_set_size (self->cells, 0);
  for (guint i = 0; i < n_cells; i++)
    {
      FkMapCell cell = { cells[i].start, cells[i].size, g_strdup (cells[i].text) };

      g_array_append_val (self->cells, cell);
    }
  if (get_cell (self, self->hovered) == NULL)
    self->hovered = NOTHING;
  if (get_cell (self, self->chosen) == NULL)
    self->chosen = NOTHING;
  tell (self);
}

/**
 * fk_memory_map_point_at:
 * @cell: index of a cell
 *
 * As the arrow keys do.
 *
 * Returns: whether there is such a cell
 */
gboolean
fk_memory_map_point_at (FkMemoryMap *self, int cell)
{
  g_return_val_if_fail (FK_IS_MEMORY_MAP (self), FALSE);

  if (get_cell (self, cell) == NULL)
    return FALSE;
  self->hovered = NOTHING;
  self->chosen = cell;
  tell (self);
  return TRUE;
}

/**
 * fk_memory_map_get_cell_text:
 *
 * Returns: (nullable): of the cell under the pointer, or the one that the keyboard is at
 */
const char *
fk_memory_map_get_cell_text (FkMemoryMap *self)
{
  const FkMapCell *cell;

  g_return_val_if_fail (FK_IS_MEMORY_MAP (self), NULL);

  cell = get_cell (self, get_pointed (self));
  return cell != NULL ? cell->text : NULL;
}

/**
 * fk_memory_map_set_description:
 * @text: what a screen reader says instead of the picture
 */
void
fk_memory_map_set_description (FkMemoryMap *self, const char *text)
{
  g_return_if_fail (FK_IS_MEMORY_MAP (self));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}
