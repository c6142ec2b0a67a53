/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A hex view draws some thousand characters of one font in a grid.  Shaping them for every frame is
 * what makes it slow; here each character is shaped once, and a line is put together from that.
 *
 * Positions are rounded in Pango units from the left edge, not from the cell before: whole pixels,
 * or errors that add up, drift away from the marks behind the text by some cells at the right end.
 */

#include "config.h"

#include "hex/fk-hex-glyphs.h"

#define FIRST ' '
#define LAST  '~'

struct _FkHexGlyphs
{
  PangoFont *font;
  PangoGlyph glyphs[LAST - FIRST + 1];
  double cell;            /* in pixels, as all lengths here */
  double height;          /* of a line */
  double baseline;        /* below the top of a line */
  PangoGlyphString *line; /* reused */
};

/* Another font that stands in for missing characters cannot be mixed into the line; its
 * characters are then shown as unknown.  No monospaced font lacks ASCII. */
static void
shape (FkHexGlyphs *self, PangoLayout *layout, const char *text)
{
  g_autoptr (PangoLayoutIter) iter = pango_layout_get_iter (layout);

  for (guint i = 0; i < G_N_ELEMENTS (self->glyphs); i++)
    self->glyphs[i] = PANGO_GET_UNKNOWN_GLYPH (FIRST + i);
  do
    {
      PangoLayoutRun *run = pango_layout_iter_get_run_readonly (iter);

      if (run == NULL)
        continue;
      if (self->font == NULL)
        self->font = g_object_ref (run->item->analysis.font);
      if (run->item->analysis.font != self->font)
        continue;
      for (int i = 0; i < run->glyphs->num_glyphs; i++)
        self->glyphs[text[run->item->offset + run->glyphs->log_clusters[i]] - FIRST] =
            run->glyphs->glyphs[i].glyph;
    }
  while (pango_layout_iter_next_run (iter));
}

/**
 * fk_hex_glyphs_new: (constructor)
 * @widget: whose font is taken
 */
FkHexGlyphs *
fk_hex_glyphs_new (GtkWidget *widget)
{
  FkHexGlyphs *self = g_new0 (FkHexGlyphs, 1);
  g_autoptr (PangoLayout) layout = NULL;
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  char text[LAST - FIRST + 2] = { 0 };
  int width;
  int height;

  for (guint i = 0; i < G_N_ELEMENTS (self->glyphs); i++)
    text[i] = (char)(FIRST + i);
  layout = gtk_widget_create_pango_layout (widget, text);
  /* A coding font would join "->" into one glyph. */
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("liga=0, clig=0, calt=0"));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_get_size (layout, &width, &height);
  self->cell = (double)width / PANGO_SCALE / G_N_ELEMENTS (self->glyphs);
  self->height = (double)height / PANGO_SCALE;
  self->baseline = (double)pango_layout_get_baseline (layout) / PANGO_SCALE;
  shape (self, layout, text);
  self->line = pango_glyph_string_new ();
  return self;
}

void
fk_hex_glyphs_free (FkHexGlyphs *self)
{
  g_clear_object (&self->font);
  g_clear_pointer (&self->line, pango_glyph_string_free);
  g_free (self);
}

double
fk_hex_glyphs_get_cell (FkHexGlyphs *self)
{
  return self->cell;
}

double
fk_hex_glyphs_get_height (FkHexGlyphs *self)
{
  return self->height;
}

static int
get_edge (FkHexGlyphs *self, guint cell)
{
  return (int)(cell * self->cell * PANGO_SCALE + 0.5);
}

/**
 * fk_hex_glyphs_append:
 * @text: (array length=n_cells): printable ASCII, one character a cell; spaces draw nothing
 * @y: the top of the line
 *
 * Draws a line that begins at x = 0.
 */
void
fk_hex_glyphs_append (FkHexGlyphs *self,
                      GtkSnapshot *snapshot,
                      const char *text,
                      guint n_cells,
                      double y,
                      const GdkRGBA *color)
{
  g_autoptr (GskRenderNode) node = NULL;
  int n = 0;
  guint first = 0;

  if (self->font == NULL)
    return;
  pango_glyph_string_set_size (self->line, (int)n_cells);
  for (guint i = 0; i < n_cells; i++)
    {
      PangoGlyphInfo *info = &self->line->glyphs[n];

      if (text[i] <= FIRST || text[i] > LAST)
        continue;
      if (n == 0)
        first = i;
      else /* The glyph before reaches up to this one. */
        info[-1].geometry.width = get_edge (self, i) + info[-1].geometry.width;
      *info = (PangoGlyphInfo){ .glyph = self->glyphs[text[i] - FIRST],
                                .geometry.width = -get_edge (self, i) };
      n++;
    }
  if (n == 0)
    return;
  self->line->glyphs[n - 1].geometry.width = get_edge (self, 1);
  self->line->num_glyphs = n;
  node = gsk_text_node_new (self->font, self->line, color,
                            &GRAPHENE_POINT_INIT ((float)(first * self->cell),
                                                  (float)(y + self->baseline)));
  if (node != NULL)
    gtk_snapshot_append_node (snapshot, node);
}
