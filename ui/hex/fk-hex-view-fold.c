/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Folds of the hex view: a row of words in place of rows that nobody needs to see. */

#include "config.h"

#include "hex/fk-hex-view-private.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* Of the text's colour, behind the words. */
#define BAND_ALPHA 0.06f

/**
 * fk_hex_view_get_fold_at_cursor:
 *
 * Returns: (nullable): the fold that the cursor stands on
 */
const FkHexFold *
fk_hex_view_get_fold_at_cursor (FkHexView *self)
{
  return fk_hex_layout_find_fold (&self->layout, self->cursor);
}

/**
 * fk_hex_view_activate_fold:
 *
 * Asks to see what the fold at the cursor hides.
 *
 * Returns: whether there is one
 */
gboolean
fk_hex_view_activate_fold (FkHexView *self)
{
  const FkHexFold *fold = fk_hex_view_get_fold_at_cursor (self);

  if (fold == NULL)
    return FALSE;
  fk_hex_view_emit_fold_activated (self, fold->start);
  return TRUE;
}

/**
 * fk_hex_view_dup_fold_text:
 *
 * Returns: (transfer full): what @fold hides, in words
 */
char *
fk_hex_view_dup_fold_text (FkHexView *self, const FkHexFold *fold)
{
  g_autofree char *size = g_format_size_full (fold->size, G_FORMAT_SIZE_IEC_UNITS);

  if (fold->kind == FK_HEX_FOLD_BLANK)
    return g_strdup_printf (_ ("… %s blank …"), size);
  return g_strdup_printf (_ ("… %s the same …"), size);
}

/**
 * fk_hex_view_make_fold_row:
 *
 * Returns: (transfer full) (nullable): a band over the whole row, with its text in the middle of
 *   what is seen
 */
GskRenderNode *
fk_hex_view_make_fold_row (FkHexView *self, const FkHexFold *fold)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autofree char *text = fk_hex_view_dup_fold_text (self, fold);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  double width = fk_hex_layout_get_n_cells (&self->layout) * self->layout.cell;
  double seen = gtk_widget_get_width (GTK_WIDGET (self)) - 2 * FK_HEX_MARGIN;
  GdkRGBA band = self->text_color;
  GdkRGBA color = self->text_color;
  int text_width;

  band.alpha *= BAND_ALPHA;
  color.alpha *= adw_style_manager_get_high_contrast (adw_style_manager_get_default ()) ? 1 : 0.7f;
  pango_layout_get_pixel_size (layout, &text_width, NULL);
  gtk_snapshot_append_color (snapshot, &band,
                             &GRAPHENE_RECT_INIT (-FK_HEX_MARGIN, 0,
                                                  (float)MAX (width, seen) + 2 * FK_HEX_MARGIN,
                                                  (float)self->layout.row_height));
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT ((float)MAX ((MIN (width, seen) - text_width) / 2,
                                                            0),
                                                0));
  gtk_snapshot_append_layout (snapshot, layout, &color);
  return gtk_snapshot_free_to_node (snapshot);
}
