/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the cursor is, and what is selected: from where the cursor began to where it is. */

#include "config.h"

#include "hex/fk-hex-view-private.h"

/**
 * fk_hex_view_place_cursor:
 * @extend: whether the selection grows to @address, or ends
 */
void
fk_hex_view_place_cursor (FkHexView *self, guint64 address, gboolean extend)
{
  guint64 last = self->layout.end > 0 ? self->layout.end - 1 : 0;
  guint64 cursor = CLAMP (address, MIN (self->layout.start, last), last);
  const FkHexFold *fold = fk_hex_layout_find_fold (&self->layout, cursor);
  gboolean moved;

  if (fold != NULL)
    cursor = fold->start;
  moved = cursor != self->cursor;
  self->cursor = cursor;
  if (!extend)
    self->anchor = cursor;
  fk_hex_view_scroll_to (self, cursor);
  fk_hex_view_describe_cursor (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (moved)
    g_object_notify (G_OBJECT (self), "cursor");
}

/**
 * fk_hex_view_move:
 *
 * As fk_hex_view_place_cursor(), where the person goes, and is not typing.
 */
void
fk_hex_view_move (FkHexView *self, guint64 address, gboolean extend)
{
  fk_hex_view_end_typing (self);
  fk_hex_view_place_cursor (self, address, extend);
}

/**
 * fk_hex_view_set_cursor:
 * @address: clamped to the extent; scrolled into view; the selection ends
 */
void
fk_hex_view_set_cursor (FkHexView *self, guint64 address)
{
  g_return_if_fail (FK_IS_HEX_VIEW (self));

  fk_hex_view_move (self, address, FALSE);
}

guint64
fk_hex_view_get_cursor (FkHexView *self)
{
  g_return_val_if_fail (FK_IS_HEX_VIEW (self), 0);

  return self->cursor;
}

/**
 * fk_hex_view_select:
 * @size: at least 1
 *
 * Selects a run and shows its beginning, which a fold that hides it is asked for.
 */
void
fk_hex_view_select (FkHexView *self, guint64 start, guint64 size)
{
  const FkHexFold *fold;

  g_return_if_fail (FK_IS_HEX_VIEW (self));
  g_return_if_fail (size > 0);

  fold = fk_hex_layout_find_fold (&self->layout, start);
  if (fold != NULL)
    fk_hex_view_emit_fold_activated (self, fold->start);
  fk_hex_view_move (self, start + size - 1, FALSE);
  fk_hex_view_move (self, start, TRUE);
}

/**
 * fk_hex_view_get_selection:
 * @start: (out): first selected address; the cursor if nothing is selected
 * @size: (out): how many; 1 if nothing is selected
 *
 * Returns: whether more than the cursor is selected
 */
gboolean
fk_hex_view_get_selection (FkHexView *self, guint64 *start, guint64 *size)
{
  g_return_val_if_fail (FK_IS_HEX_VIEW (self), FALSE);

  *start = MIN (self->anchor, self->cursor);
  *size = MAX (self->anchor, self->cursor) - *start + 1;
  return self->anchor != self->cursor;
}
