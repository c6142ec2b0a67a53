/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Drawing of the hex view: one Pango layout a row, reused; marks, selection and cursor are
 * rectangles behind it.  Only the rows that are seen are read. */

#include "config.h"

#include "hex/fk-hex-view-private.h"

#include <adwaita.h>
#include <string.h>

#define ROW_PADDING 4

/* GTK 4.8 has no other way to a theme's colours than GtkStyleContext, which is on its way out;
 * these are libadwaita's own for text and accent, and its yellow for what is noteworthy. */
typedef struct
{
  GdkRGBA text;
  GdkRGBA accent;
  GdkRGBA mark;
} Palette;

static const Palette light = { .text = { 0, 0, 0, 0.85f },
                               .accent = { 0.208f, 0.518f, 0.894f, 1 },
                               .mark = { 0.961f, 0.761f, 0.067f, 0.55f } };
static const Palette dark = { .text = { 1, 1, 1, 0.95f },
                              .accent = { 0.208f, 0.518f, 0.894f, 1 },
                              .mark = { 0.804f, 0.576f, 0.035f, 0.6f } };

static GdkRGBA
fade (GdkRGBA color, float alpha)
{
  color.alpha *= alpha;
  return color;
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
 * Takes cell and row size from the font.  The cell is kept in Pango units: whole pixels drift
 * away from the text by some cells at the right end of a row.
 */
void
fk_hex_view_measure_font (FkHexView *self)
{
  int width;
  int height;

  g_clear_object (&self->line);
  self->line = gtk_widget_create_pango_layout (GTK_WIDGET (self), "0123456789abcdef");
  pango_layout_get_size (self->line, &width, &height);
  self->layout.cell = width / 16.0 / PANGO_SCALE;
  self->text_height = (double)height / PANGO_SCALE;
  self->layout.row_height = (int)(self->text_height + 0.5) + ROW_PADDING;
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

/* Returns: the first mark that ends behind @address. */
static guint
find_mark (FkHexView *self, guint64 address)
{
  guint low = 0;
  guint high = self->marks->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      FkHexMark mark = g_array_index (self->marks, FkHexMark, middle);

      if (mark.start + mark.size <= address)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
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
  GdkRGBA selection_color = fade (palette->accent, focus ? 0.35f : 0.2f);
  GdkRGBA cursor_color = fade (palette->accent, focus ? 0.7f : 0.35f);
  guint64 start;
  guint64 size;

  for (guint i = find_mark (self, address); i < self->marks->len; i++)
    {
      FkHexMark mark = g_array_index (self->marks, FkHexMark, i);

      if (mark.start >= address + self->layout.columns)
        break;
      fill_run (self, snapshot, x, y, address, mark.start, mark.start + mark.size, &mark_color);
    }
  if (fk_hex_view_get_selection (self, &start, &size))
    fill_run (self, snapshot, x, y, address, start, start + size, &selection_color);
  fill_run (self, snapshot, x, y, address, self->cursor, self->cursor + 1, &cursor_color);
}

static char
get_printable (guint8 byte)
{
  return byte >= 0x20 && byte < 0x7f ? (char)byte : '.';
}

static void
add_faint (PangoAttrList *attributes, guint start, guint end)
{
  PangoAttribute *attribute = pango_attr_foreground_alpha_new (G_MAXUINT16 * 45 / 100);

  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (attributes, attribute);
}

/* Digits and text of one row; the address and erased bytes are faint, so that code stands out. */
static void
draw_text (FkHexView *self,
           GtkSnapshot *snapshot,
           double x,
           double y,
           guint64 address,
           const Palette *palette)
{
  static const char digits[] = "0123456789abcdef";
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  char text[16 + 2 + FK_HEX_MAX_COLUMNS * 4 + FK_HEX_MAX_COLUMNS / 8 + 8];
  guint8 bytes[FK_HEX_MAX_COLUMNS];
  guint8 present[FK_HEX_MAX_COLUMNS] = { 0 };
  guint n_cells = fk_hex_layout_get_n_cells (&self->layout);

  g_assert (n_cells < sizeof text);
  memset (text, ' ', n_cells);
  if (self->source != NULL)
    fk_byte_source_read (self->source, address, bytes, present, self->layout.columns);
  for (guint i = 0; i < self->layout.address_digits; i++)
    text[i] = digits[address >> 4 * (self->layout.address_digits - 1 - i) & 0xf];
  add_faint (attributes, 0, self->layout.address_digits);

  for (guint i = 0; i < self->layout.columns; i++)
    {
      guint cell = fk_hex_layout_get_byte_cell (&self->layout, i);
      guint text_cell = fk_hex_layout_get_text_cell (&self->layout, i);

      if (!present[i])
        continue;
      text[cell] = digits[bytes[i] >> 4];
      text[cell + 1] = digits[bytes[i] & 0xf];
      text[text_cell] = get_printable (bytes[i]);
      if (bytes[i] == 0xff || bytes[i] == 0x00)
        {
          add_faint (attributes, cell, cell + 2);
          add_faint (attributes, text_cell, text_cell + 1);
        }
    }

  pango_layout_set_text (self->line, text, (int)n_cells);
  pango_layout_set_attributes (self->line, attributes);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)x, (float)(y + ROW_PADDING / 2)));
  gtk_snapshot_append_layout (snapshot, self->line, &palette->text);
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

  if (self->line == NULL)
    fk_hex_view_measure_font (self);
  for (guint64 row = first; row < n_rows; row++)
    {
      double y = (double)row * row_height - top;
      guint64 address = fk_hex_layout_get_row_address (&self->layout, row);

      if (y >= height)
        break;
      draw_backgrounds (self, snapshot, x, y, address, &palette);
      draw_text (self, snapshot, x, y, address, &palette);
    }
}
