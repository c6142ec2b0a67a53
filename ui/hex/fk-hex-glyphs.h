/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * FkHexGlyphs:
 *
 * The printable ASCII of one monospaced font, shaped once, so that a line of cells becomes a text
 * node without Pango.
 */
typedef struct _FkHexGlyphs FkHexGlyphs;

FkHexGlyphs *fk_hex_glyphs_new (GtkWidget *widget);
void fk_hex_glyphs_free (FkHexGlyphs *self);
double fk_hex_glyphs_get_cell (FkHexGlyphs *self);
double fk_hex_glyphs_get_height (FkHexGlyphs *self);
void fk_hex_glyphs_append (FkHexGlyphs *self,
                           GtkSnapshot *snapshot,
                           const char *text,
                           guint n_cells,
                           double y,
                           const GdkRGBA *color);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkHexGlyphs, fk_hex_glyphs_free)

G_END_DECLS
