/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The text of a row of the hex view: address, digits, text, and what is noted of it. */

#include "config.h"

#include "hex/fk-hex-view-private.h"

#include <string.h>

/* Less room than this is not enough for a note. */
#define MIN_NOTE_CELLS 6

#define MAX_CELLS (16 + 2 + FK_HEX_MAX_COLUMNS * 4 + FK_HEX_MAX_COLUMNS / 8 + 8)

static const char digits[] = "0123456789abcdef";

GdkRGBA
fk_hex_view_fade (GdkRGBA color, float alpha)
{
  color.alpha *= alpha;
  return color;
}

static char
get_printable (guint8 byte)
{
  return byte >= 0x20 && byte < 0x7f ? (char)byte : '.';
}

/* Returns: whether the row at @position has an address to show: that of its first byte that has
 * one. */
static gboolean
find_row_address (FkHexView *self, guint64 position, guint64 *address)
{
  *address = position;
  if (self->source == NULL)
    return TRUE;
  for (guint i = 0; i < self->layout.columns; i++)
    if (fk_byte_source_get_address (self->source, position + i, address))
      return TRUE;
  return FALSE;
}

static void
put_digits (FkHexView *self, char *text, guint column, char high, char low)
{
  guint cell = fk_hex_layout_get_byte_cell (&self->layout, column);

  text[cell] = high;
  text[cell + 1] = low;
}

static void
put_byte (FkHexView *self, char *text, guint column, guint8 byte)
{
  put_digits (self, text, column, digits[byte >> 4], digits[byte & 0xf]);
  text[fk_hex_layout_get_text_cell (&self->layout, column)] = get_printable (byte);
}

/* What begins in the row, at its right end as far as there is room. */
static void
append_note (FkHexView *self, GtkSnapshot *snapshot, guint64 address, const GdkRGBA *color)
{
  double left = (fk_hex_layout_get_n_cells (&self->layout) + 2) * self->layout.cell;
  double room = gtk_widget_get_width (GTK_WIDGET (self)) - 2 * FK_HEX_MARGIN - left;
  g_autofree char *text = NULL;
  g_autofree char *font = NULL;
  g_autoptr (PangoFontDescription) description = NULL;
  g_autoptr (PangoLayout) layout = NULL;

  if (self->notes == NULL || room < MIN_NOTE_CELLS * self->layout.cell)
    return;
  text = fk_hex_notes_describe (self->notes, address, self->layout.columns);
  if (text == NULL)
    return;
  layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  /* Words are read more easily, and are shorter, in the font of words. */
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-font-name", &font, NULL);
  description = pango_font_description_from_string (font);
  pango_layout_set_font_description (layout, description);
  pango_layout_set_width (layout, (int)(room * PANGO_SCALE));
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)left, 0));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

/* Digits and text of one row; the address and erased bytes are faint, so that code stands out. */
GskRenderNode *
fk_hex_view_make_row (FkHexView *self, guint64 position)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  gboolean contrast = self->text_color.alpha == 1;
  GdkRGBA faint_color = fk_hex_view_fade (self->text_color, contrast ? 0.7f : 0.45f);
  GdkRGBA note_color = fk_hex_view_fade (self->text_color, contrast ? 1 : 0.7f);
  char text[MAX_CELLS];
  char faint[MAX_CELLS];
  guint8 bytes[FK_HEX_MAX_COLUMNS];
  guint8 present[FK_HEX_MAX_COLUMNS] = { 0 };
  guint n_cells = fk_hex_layout_get_n_cells (&self->layout);
  guint64 address;
  gboolean has_address;

  g_assert (n_cells <= MAX_CELLS);
  memset (text, ' ', n_cells);
  memset (faint, ' ', n_cells);
  if (self->source != NULL)
    fk_byte_source_read (self->source, position, bytes, present, self->layout.columns);
  has_address = find_row_address (self, position, &address);
  if (has_address)
    for (guint i = 0; i < self->layout.address_digits; i++)
      faint[i] = digits[address >> 4 * (self->layout.address_digits - 1 - i) & 0xf];
  for (guint i = 0; i < self->layout.columns; i++)
    if (present[i] == FK_BYTE_PRESENT)
      put_byte (self, bytes[i] == 0xff || bytes[i] == 0x00 ? faint : text, i, bytes[i]);
    else if (present[i] == FK_BYTE_PENDING)
      put_digits (self, faint, i, '.', '.');
    else if (present[i] == FK_BYTE_UNREADABLE)
      put_digits (self, faint, i, '?', '?');

  fk_hex_glyphs_append (self->glyphs, snapshot, faint, n_cells, 0, &faint_color);
  fk_hex_glyphs_append (self->glyphs, snapshot, text, n_cells, 0, &self->text_color);
  if (has_address)
    append_note (self, snapshot, address, &note_color);
  return gtk_snapshot_free_to_node (snapshot);
}
