/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The picture of a map: how full and how random the parts are, ticks for places, and what of it is
 * seen. */

#include "config.h"

#include "hex/fk-hex-map-private.h"

#include <adwaita.h>

#define TICK      2
#define MIN_THUMB 12
#define N_SHADES  12

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
  guint n_lines = (guint)fk_hex_map_get_inner_height (self);
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
                                   &GRAPHENE_RECT_INIT (FK_HEX_MAP_MARGIN,
                                                        (float)(FK_HEX_MAP_MARGIN + begin),
                                                        width - 2 * FK_HEX_MAP_MARGIN,
                                                        (float)(y - begin)));
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
  double inner = gtk_widget_get_width (GTK_WIDGET (self)) - 2 * FK_HEX_MAP_MARGIN;
  double y;

  if (position < layout->start || position >= layout->end)
    return;
  y = FK_HEX_MAP_MARGIN +
      (double)(position - layout->start) / span * fk_hex_map_get_inner_height (self);
  gtk_snapshot_append_color (snapshot, color,
                             &GRAPHENE_RECT_INIT ((float)(FK_HEX_MAP_MARGIN + inner * from),
                                                  (float)(y - 1), (float)(inner * (to - from)),
                                                  TICK));
}

/* How many bytes a pixel stands for: a tick each is enough, as a million places would be a million
 * rectangles. */
static guint64
get_step (FkHexMap *self)
{
  double span = (double)(self->view->layout.end - self->view->layout.start);

  return (guint64)(span / fk_hex_map_get_inner_height (self));
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
  guint64 step = MAX (get_step (self), 1);
  guint64 at = 0;

  /* No more ticks than the map is high, however many changes there are. */
  for (guint i = 0; changes != NULL && i < changes->len; i = fk_hex_marks_find (changes, at))
    {
      at = MAX (g_array_index (changes, FkHexMark, i).start, at);
      draw_tick (self, snapshot, at, 0.25, 1, color);
      at += step;
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
  double upper = fk_hex_map_get_upper (self);
  double height = fk_hex_map_get_inner_height (self);
  double size;
  double y;
  graphene_rect_t bounds;
  GskRoundedRect outline;
  GdkRGBA faint = *color;

  if (upper <= 0)
    return;
  size = MAX (gtk_adjustment_get_page_size (self->adjustment) / upper * height, MIN_THUMB);
  y = FK_HEX_MAP_MARGIN + gtk_adjustment_get_value (self->adjustment) / upper * height;
  y = MIN (y, FK_HEX_MAP_MARGIN + height - size);
  bounds = GRAPHENE_RECT_INIT (1, (float)y, width - 2, (float)size);
  gsk_rounded_rect_init_from_rect (&outline, &bounds, 4);
  faint.alpha = 0.15f;
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &faint, &bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]){ 1.5f, 1.5f, 1.5f, 1.5f },
                              (GdkRGBA[4]){ *color, *color, *color, *color });
}

void
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
                             &GRAPHENE_RECT_INIT (FK_HEX_MAP_MARGIN, FK_HEX_MAP_MARGIN,
                                                  width - 2 * FK_HEX_MAP_MARGIN,
                                                  (float)fk_hex_map_get_inner_height (self)));
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
