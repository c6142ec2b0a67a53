/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Drawing of the hex view.  The text of a row is a render node that is kept until its bytes, the
 * font or the colours change, so that scrolling and moving the cursor make hardly any; marks,
 * selection and cursor are rectangles behind it.  Only the rows that are seen are read. */

#include "config.h"

#include "hex/fk-hex-view-private.h"

#include "hex/fk-hex-hit-list.h"

#include <adwaita.h>

#define ROW_PADDING 4

/* Thickness of the line under what was changed, in pixels. */
#define UNDERLINE 2

/* GTK 4.8 has no other way to a theme's colours than GtkStyleContext, which is on its way out;
 * these are libadwaita's own for text and accent, its yellow for what is noteworthy, its green for
 * what was found, and its orange for what was changed. */
typedef struct
{
  GdkRGBA text;
  GdkRGBA accent;
  GdkRGBA mark;
  GdkRGBA hit;
  GdkRGBA change;
} Palette;

static const Palette light = { .text = { 0, 0, 0, 0.85f },
                               .accent = { 0.208f, 0.518f, 0.894f, 1 },
                               .mark = { 0.961f, 0.761f, 0.067f, 0.55f },
                               .hit = { 0.2f, 0.82f, 0.478f, 0.5f },
                               .change = { 1, 0.471f, 0, 0.35f } };
static const Palette dark = { .text = { 1, 1, 1, 0.95f },
                              .accent = { 0.208f, 0.518f, 0.894f, 1 },
                              .mark = { 0.804f, 0.576f, 0.035f, 0.6f },
                              .hit = { 0.149f, 0.635f, 0.412f, 0.7f },
                              .change = { 0.902f, 0.380f, 0, 0.6f } };

/* Blue, green, yellow, red and purple of GNOME's palette, which are seen on light and on dark. */
static const GdkRGBA bookmark_colors[FK_HEX_N_COLORS] = {
  { 0.384f, 0.627f, 0.918f, 1 }, { 0.341f, 0.890f, 0.537f, 1 }, { 0.976f, 0.941f, 0.420f, 1 },
  { 0.965f, 0.380f, 0.318f, 1 }, { 0.753f, 0.380f, 0.796f, 1 },
};

/**
 * fk_hex_view_get_bookmark_color:
 * @color: below %FK_HEX_N_COLORS
 */
GdkRGBA
fk_hex_view_get_bookmark_color (guint color)
{
  return bookmark_colors[color % FK_HEX_N_COLORS];
}

static Palette
get_palette (void)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  Palette palette = adw_style_manager_get_dark (style) ? dark : light;

  if (adw_style_manager_get_high_contrast (style))
    palette.text.alpha = 1;
  return palette;
}

/**
 * fk_hex_view_measure_font:
 *
 * Takes cell and row size from the font.
 */
void
fk_hex_view_measure_font (FkHexView *self)
{
  g_clear_pointer (&self->glyphs, fk_hex_glyphs_free);
  self->glyphs = fk_hex_glyphs_new (GTK_WIDGET (self));
  self->layout.cell = fk_hex_glyphs_get_cell (self->glyphs);
  self->layout.row_height = (int)(fk_hex_glyphs_get_height (self->glyphs) + 0.5) + ROW_PADDING;
  fk_hex_view_forget_rows (self);
}

/**
 * fk_hex_view_forget_rows:
 *
 * What is drawn of the rows is out of date.
 */
void
fk_hex_view_forget_rows (FkHexView *self)
{
  for (guint i = 0; i < FK_HEX_N_KEPT_ROWS; i++)
    g_clear_pointer (&self->rows[i].node, gsk_render_node_unref);
}

static void
fill_cells (FkHexView *self,
            GtkSnapshot *snapshot,
            double x,
            double y,
            guint cell,
            guint n_cells,
            const GdkRGBA *color)
{
  double width = self->layout.cell;

  gtk_snapshot_append_color (snapshot, color,
                             &GRAPHENE_RECT_INIT ((float)(x + cell * width), (float)y,
                                                  (float)(n_cells * width),
                                                  (float)self->layout.row_height));
}

/* Bytes @first to @last of a row, in both areas. */
static void
fill_bytes (FkHexView *self,
            GtkSnapshot *snapshot,
            double x,
            double y,
            guint first,
            guint last,
            const GdkRGBA *color)
{
  guint left = fk_hex_layout_get_byte_cell (&self->layout, first);
  guint right = fk_hex_layout_get_byte_cell (&self->layout, last) + 2;

  fill_cells (self, snapshot, x, y, left, right - left, color);
  fill_cells (self, snapshot, x, y, fk_hex_layout_get_text_cell (&self->layout, first),
              last - first + 1, color);
}

static void
fill_run (FkHexView *self,
          GtkSnapshot *snapshot,
          double x,
          double y,
          guint64 row_address,
          guint64 start,
          guint64 end,
          const GdkRGBA *color)
{
  guint64 first = MAX (start, row_address);
  guint64 last = MIN (end, row_address + self->layout.columns);

  if (first < last)
    fill_bytes (self, snapshot, x, y, (guint)(first - row_address), (guint)(last - 1 - row_address),
                color);
}

/* What was found may overlap, or be divided by a gap: each byte is filled once. */
static void
draw_hits (FkHexView *self,
           GtkSnapshot *snapshot,
           double x,
           double y,
           guint64 address,
           const GdkRGBA *color)
{
  guint columns = self->layout.columns;

  if (self->hits == NULL)
    return;
  for (guint i = 0; i < columns; i++)
    {
      guint first = i;

      while (i < columns && fk_hex_view_is_hit (self, address + i))
        i++;
      if (i > first)
        fill_bytes (self, snapshot, x, y, first, i - 1, color);
    }
}

/* A line under bytes @first to @last of a row, in both areas. */
static void
underline_bytes (
    FkHexView *self, GtkSnapshot *snapshot, double x, double y, guint first, guint last)
{
  guint left = fk_hex_layout_get_byte_cell (&self->layout, first);
  guint right = fk_hex_layout_get_byte_cell (&self->layout, last) + 2;
  guint text = fk_hex_layout_get_text_cell (&self->layout, first);
  float bottom = (float)(y + self->layout.row_height - UNDERLINE);
  double cell = self->layout.cell;

  gtk_snapshot_append_color (snapshot, &self->text_color,
                             &GRAPHENE_RECT_INIT ((float)(x + left * cell), bottom,
                                                  (float)((right - left) * cell), UNDERLINE));
  gtk_snapshot_append_color (snapshot, &self->text_color,
                             &GRAPHENE_RECT_INIT ((float)(x + text * cell), bottom,
                                                  (float)((last - first + 1) * cell), UNDERLINE));
}

/* Colour alone is not seen by everybody. */
static void
draw_changes (FkHexView *self,
              GtkSnapshot *snapshot,
              double x,
              double y,
              guint64 address,
              const GdkRGBA *color)
{
  GArray *changes = self->edit != NULL ? fk_hex_edit_get_changes (self->edit) : NULL;

  for (guint i = changes != NULL ? fk_hex_marks_find (changes, address) : 0;
       changes != NULL && i < changes->len; i++)
    {
      FkHexMark change = g_array_index (changes, FkHexMark, i);
      guint64 first = MAX (change.start, address);
      guint64 last = MIN (change.start + change.size, address + self->layout.columns) - 1;

      if (change.start >= address + self->layout.columns)
        break;
      fill_bytes (self, snapshot, x, y, (guint)(first - address), (guint)(last - address), color);
      underline_bytes (self, snapshot, x, y, (guint)(first - address), (guint)(last - address));
    }
}

/* Where something can be typed, the cursor is stronger in the area that it goes to; of a byte that
 * was half typed, the second digit is awaited. */
static void
draw_cursor (FkHexView *self, GtkSnapshot *snapshot, double x, double y, guint column)
{
  gboolean focus = gtk_widget_has_focus (GTK_WIDGET (self));
  guint byte = fk_hex_layout_get_byte_cell (&self->layout, column);
  guint text = fk_hex_layout_get_text_cell (&self->layout, column);
  GdkRGBA strong = fk_hex_view_fade (light.accent, focus ? 0.7f : 0.35f);
  GdkRGBA weak = self->edit != NULL ? fk_hex_view_fade (light.accent, 0.3f) : strong;

  fill_cells (self, snapshot, x, y, byte + (self->is_half ? 1 : 0), self->is_half ? 1 : 2,
              self->types_text ? &weak : &strong);
  fill_cells (self, snapshot, x, y, text, 1, self->types_text ? &strong : &weak);
}

/* A bar at the left edge where a row is of every other sector. */
static void
draw_sector (FkHexView *self, GtkSnapshot *snapshot, double x, double y, guint64 address)
{
  GdkRGBA color = fk_hex_view_fade (self->text_color, 0.07f);
  guint index;

  if (fk_hex_notes_find (self->notes, FK_HEX_NOTE_SECTOR, address, &index) != NULL &&
      index % 2 == 0)
    gtk_snapshot_append_color (snapshot, &color,
                               &GRAPHENE_RECT_INIT ((float)(x - FK_HEX_MARGIN), (float)y,
                                                    (float)((self->layout.address_digits + 1) *
                                                                self->layout.cell +
                                                            FK_HEX_MARGIN),
                                                    (float)self->layout.row_height));
}

static void
draw_notes (FkHexView *self, GtkSnapshot *snapshot, double x, double y, guint64 position)
{
  guint64 address;
  guint64 shift;
  guint n;

  if (self->notes == NULL || self->source == NULL ||
      !fk_byte_source_get_address (self->source, position, &address))
    return;
  shift = address - position;
  draw_sector (self, snapshot, x, y, address);
  n = fk_hex_notes_get_n (self->notes, FK_HEX_NOTE_BOOKMARK);
  for (guint i = 0; i < n; i++)
    {
      const FkHexNote *note = fk_hex_notes_get (self->notes, FK_HEX_NOTE_BOOKMARK, i);
      GdkRGBA color = fk_hex_view_fade (fk_hex_view_get_bookmark_color (note->color), 0.4f);

      if (note->start >= address + self->layout.columns)
        break;
      fill_run (self, snapshot, x, y, position, note->start - shift,
                note->start - shift + note->size, &color);
    }
}

static void
draw_backgrounds (FkHexView *self,
                  GtkSnapshot *snapshot,
                  double x,
                  double y,
                  guint64 address,
                  const Palette *palette)
{
  GdkRGBA mark_color = palette->mark;
  gboolean focus = gtk_widget_has_focus (GTK_WIDGET (self));
  GdkRGBA selection_color = fk_hex_view_fade (palette->accent, focus ? 0.35f : 0.2f);
  guint64 start;
  guint64 size;

  if (fk_hex_layout_find_fold (&self->layout, address) != NULL)
    {
      if (self->cursor == address)
        fill_cells (self, snapshot, x, y, 0, fk_hex_layout_get_n_cells (&self->layout),
                    &selection_color);
      return;
    }
  draw_notes (self, snapshot, x, y, address);
  for (guint i = fk_hex_marks_find (self->marks, address); i < self->marks->len; i++)
    {
      FkHexMark mark = g_array_index (self->marks, FkHexMark, i);

      if (mark.start >= address + self->layout.columns)
        break;
      fill_run (self, snapshot, x, y, address, mark.start, mark.start + mark.size, &mark_color);
    }
  draw_changes (self, snapshot, x, y, address, &palette->change);
  draw_hits (self, snapshot, x, y, address, &palette->hit);
  if (fk_hex_view_get_selection (self, &start, &size))
    fill_run (self, snapshot, x, y, address, start, start + size, &selection_color);
  if (self->cursor >= address && self->cursor - address < self->layout.columns)
    draw_cursor (self, snapshot, x, y, (guint)(self->cursor - address));
}

static void
draw_text (FkHexView *self, GtkSnapshot *snapshot, double x, double y, guint64 row)
{
  FkHexRow *kept = &self->rows[row % FK_HEX_N_KEPT_ROWS];

  if (kept->node == NULL || kept->row != row)
    {
      guint64 position = fk_hex_layout_get_row_address (&self->layout, row);
      const FkHexFold *fold = fk_hex_layout_find_fold (&self->layout, position);

      g_clear_pointer (&kept->node, gsk_render_node_unref);
      kept->row = row;
      kept->node = fold != NULL ? fk_hex_view_make_fold_row (self, fold)
                                : fk_hex_view_make_row (self, position);
    }
  if (kept->node == NULL)
    return;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)x, (float)(y + ROW_PADDING / 2)));
  gtk_snapshot_append_node (snapshot, kept->node);
  gtk_snapshot_restore (snapshot);
}

void
fk_hex_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  FkHexView *self = FK_HEX_VIEW (widget);
  double left = self->hadjustment != NULL ? gtk_adjustment_get_value (self->hadjustment) : 0;
  double x = FK_HEX_MARGIN - left;
  double top = self->vadjustment != NULL ? gtk_adjustment_get_value (self->vadjustment) : 0;
  double row_height = self->layout.row_height;
  guint64 first = (guint64)(top / row_height);
  guint64 n_rows = fk_hex_layout_get_n_rows (&self->layout);
  int height = gtk_widget_get_height (widget);
  Palette palette = get_palette ();

  if (self->glyphs == NULL)
    fk_hex_view_measure_font (self);
  if (!gdk_rgba_equal (&self->text_color, &palette.text))
    fk_hex_view_forget_rows (self);
  self->text_color = palette.text;
  for (guint64 row = first; row < n_rows; row++)
    {
      double y = (double)row * row_height - top;
      guint64 address = fk_hex_layout_get_row_address (&self->layout, row);

      if (y >= height)
        break;
      draw_backgrounds (self, snapshot, x, y, address, &palette);
      draw_text (self, snapshot, x, y, row);
    }
}
