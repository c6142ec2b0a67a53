/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the hex view shows besides the bytes: marks, folds, what was found, notes. */

#include "config.h"

#include "hex/fk-hex-hit-list.h"
#include "hex/fk-hex-view-private.h"

/**
 * fk_hex_view_set_marks:
 * @marks: (array length=n_marks) (nullable): ascending, not overlapping
 */
void
fk_hex_view_set_marks (FkHexView *self, const FkHexMark *marks, guint n_marks)
{
  g_return_if_fail (FK_IS_HEX_VIEW (self));

  g_array_set_size (self->marks, 0);
  if (n_marks > 0)
    g_array_append_vals (self->marks, marks, n_marks);
  fk_hex_view_decorated (self);
}

/**
 * fk_hex_view_set_folds:
 * @folds: (array length=n_folds) (nullable): of which one row is left each; their kind is an
 *   #FkHexFoldKind
 *
 * What stands at the top stays there.
 */
void
fk_hex_view_set_folds (FkHexView *self, const FkHexFold *folds, guint n_folds)
{
  guint64 top = 0;

  g_return_if_fail (FK_IS_HEX_VIEW (self));

  if (self->vadjustment != NULL)
    top = fk_hex_layout_get_row_address (&self->layout,
                                         (guint64)(gtk_adjustment_get_value (self->vadjustment) /
                                                   self->layout.row_height));
  g_array_set_size (self->folds, 0);
  if (n_folds > 0)
    g_array_append_vals (self->folds, folds, n_folds);
  fk_hex_layout_set_folds (&self->layout, (FkHexFold *)(gpointer)self->folds->data, n_folds);
  fk_hex_view_forget_rows (self);
  fk_hex_view_configure_adjustments (self);
  if (self->vadjustment != NULL)
    gtk_adjustment_set_value (self->vadjustment,
                              (double)fk_hex_layout_get_row_of (&self->layout, top) *
                                  self->layout.row_height);
  fk_hex_view_describe_cursor (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * fk_hex_view_set_hits:
 * @hits: (element-type guint64) (nullable): ascending, may overlap; not changed from now on
 * @size: how many bytes each has, with addresses that follow each other
 *
 * Marks what a search found.
 */
void
fk_hex_view_set_hits (FkHexView *self, GArray *hits, guint size)
{
  g_return_if_fail (FK_IS_HEX_VIEW (self));

  if (hits != NULL)
    g_array_ref (hits);
  g_clear_pointer (&self->hits, g_array_unref);
  self->hits = hits;
  self->hit_size = size;
  fk_hex_view_decorated (self);
}

/**
 * fk_hex_view_is_hit:
 *
 * Returns: whether the byte at @position is a part of what was found; a gap within is not
 */
gboolean
fk_hex_view_is_hit (FkHexView *self, guint64 position)
{
  guint64 address = 0;
  guint64 first = 0;
  guint n_before; /* all have the same size, so the last one reaches farthest */

  g_assert (FK_IS_HEX_VIEW (self));

  if (self->hits == NULL || self->source == NULL)
    return FALSE;
  n_before = fk_hex_hits_find (self->hits, position + 1);
  return n_before > 0 && fk_byte_source_get_address (self->source, position, &address) &&
         fk_byte_source_get_address (self->source,
                                     g_array_index (self->hits, guint64, n_before - 1), &first) &&
         address - first < self->hit_size;
}

static void
on_notes_changed (FkHexView *self)
{
  fk_hex_view_forget_rows (self);
  fk_hex_view_describe_cursor (self);
  fk_hex_view_decorated (self);
}

/**
 * fk_hex_view_set_notes:
 * @notes: (nullable): what stands in the margin
 */
void
fk_hex_view_set_notes (FkHexView *self, FkHexNotes *notes)
{
  g_return_if_fail (FK_IS_HEX_VIEW (self));
  g_return_if_fail (notes == NULL || FK_IS_HEX_NOTES (notes));

  if (self->notes == notes)
    return;
  if (self->notes != NULL)
    g_signal_handlers_disconnect_by_data (self->notes, self);
  g_set_object (&self->notes, notes);
  if (notes != NULL)
    g_signal_connect_swapped (notes, "changed", G_CALLBACK (on_notes_changed), self);
  on_notes_changed (self);
}

FkHexNotes *
fk_hex_view_get_notes (FkHexView *self)
{
  g_return_val_if_fail (FK_IS_HEX_VIEW (self), NULL);

  return self->notes;
}
