/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "widgets/fk-memory-map.h"

#include <adwaita.h>

#define HEIGHT 22
#define RADIUS 6
#define SWATCH 14

struct _FkMemoryMap
{
  GtkWidget parent_instance;

  guint64 start;
  guint64 size;
  GArray *parts;   /* of FkMapPart, ascending */
  gboolean swatch; /* a sample of a colour, for a legend */
};

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
    case FK_MAP_BLANK:
    default:
      return dark ? (GdkRGBA){ 1, 1, 1, 0.12f } : (GdkRGBA){ 0, 0, 0, 0.1f };
    }
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
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 60;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 300;
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
  gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT (x, 0, length, height));
}

static void
fk_memory_map_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  FkMemoryMap *self = FK_MEMORY_MAP (widget);
  float width = (float)gtk_widget_get_width (widget);
  GdkRGBA blank = get_color (FK_MAP_BLANK);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, width, (float)gtk_widget_get_height (widget));
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, &bounds, self->swatch ? SWATCH / 2 : RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &blank, &bounds);
  for (guint i = 0; self->size > 0 && i < self->parts->len; i++)
    draw_part (self, snapshot, &g_array_index (self->parts, FkMapPart, i), width);
  gtk_snapshot_pop (snapshot);
}

static void
fk_memory_map_finalize (GObject *object)
{
  g_array_unref (FK_MEMORY_MAP (object)->parts);
  G_OBJECT_CLASS (fk_memory_map_parent_class)->finalize (object);
}

static void
fk_memory_map_class_init (FkMemoryMapClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fk_memory_map_finalize;
  widget_class->measure = fk_memory_map_measure;
  widget_class->snapshot = fk_memory_map_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "memorymap");
}

static void
fk_memory_map_init (FkMemoryMap *self)
{
  self->parts = g_array_new (FALSE, FALSE, sizeof (FkMapPart));
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
  FkMemoryMap *self = FK_MEMORY_MAP (fk_memory_map_new ());

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
