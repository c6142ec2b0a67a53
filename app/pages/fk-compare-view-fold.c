/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the comparison hides: long stretches that are the same, until somebody wants to see one. */

#include "config.h"

#include "pages/fk-compare-view-private.h"

static void
show_folds (FkCompareView *self)
{
  const FkHexFold *folds = (const FkHexFold *)(gpointer)self->folds->data;

  for (guint side = 0; side < self->n_sides; side++)
    fk_hex_view_set_folds (fk_compare_view_get_bytes (self, side), folds, self->folds->len);
}

/**
 * fk_compare_view_reset_folds:
 *
 * Folds everything that can be, or nothing, as the person wants it.
 */
void
fk_compare_view_reset_folds (FkCompareView *self)
{
  g_array_set_size (self->folds, 0);
  if (self->fold && self->result != NULL)
    g_array_append_vals (self->folds, self->result->folds->data, self->result->folds->len);
  show_folds (self);
}

/**
 * fk_compare_view_unfold:
 *
 * Opens what hides any of the bytes from @position on.
 */
void
fk_compare_view_unfold (FkCompareView *self, guint64 position, guint64 size)
{
  guint n_before = self->folds->len;

  for (guint i = self->folds->len; i > 0; i--)
    {
      const FkHexFold *fold = &g_array_index (self->folds, FkHexFold, i - 1);

      if (fold->start < position + size && position < fold->start + fold->size)
        g_array_remove_index (self->folds, i - 1);
    }
  if (self->folds->len != n_before)
    show_folds (self);
}

static void
on_fold_activated (FkHexView *view, guint64 start, FkCompareView *self)
{
  fk_compare_view_unfold (self, start, 1);
  fk_hex_view_set_cursor (view, start);
}

/**
 * fk_compare_view_add_folding:
 *
 * For the making of a side.
 */
void
fk_compare_view_add_folding (FkCompareView *self, guint side)
{
  g_signal_connect (fk_compare_view_get_bytes (self, side), "fold-activated",
                    G_CALLBACK (on_fold_activated), self);
}
