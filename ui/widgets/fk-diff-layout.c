/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Positions for two aligned images.  Runs follow each other; where both sides leap to another
 * segment a new row begins, so that the addresses in the margin stay round. */

#include "config.h"

#include "widgets/fk-diff-layout.h"

/* The longest row that a hex view has. */
#define ROW 32u

struct _FkDiffLayout
{
  gatomicrefcount references;
  GArray *pieces;      /* of FkDiffPiece, ascending */
  GArray *differences; /* of guint: the pieces that are not the same */
};

/* Returns: where @run goes when @end is the first free position */
static guint64
place (const FkDiffLayout *self, const FkAlignRun *run, guint64 end)
{
  const FkRange *range = run->a.size > 0 ? &run->a : &run->b;
  const FkDiffPiece *last;

  if (self->pieces->len == 0)
    return run->a.size == 0 || run->b.size == 0 ? range->address
                                                : MIN (run->a.address, run->b.address);
  last = &g_array_index (self->pieces, FkDiffPiece, self->pieces->len - 1);
  if ((run->a.size > 0 && fk_range_end (last->ranges[FK_DIFF_FIRST]) == run->a.address) ||
      (run->b.size > 0 && fk_range_end (last->ranges[FK_DIFF_SECOND]) == run->b.address))
    return end;
  return ((end + ROW - 1) & ~(guint64)(ROW - 1)) + (range->address & (ROW - 1));
}

/**
 * fk_diff_layout_new: (constructor)
 */
FkDiffLayout *
fk_diff_layout_new (const FkAlignment *alignment)
{
  FkDiffLayout *self;
  guint64 end = 0;

  g_return_val_if_fail (alignment != NULL, NULL);

  self = g_new0 (FkDiffLayout, 1);
  g_atomic_ref_count_init (&self->references);
  self->pieces = g_array_sized_new (FALSE, FALSE, sizeof (FkDiffPiece), alignment->runs->len);
  self->differences = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < alignment->runs->len; i++)
    {
      const FkAlignRun *run = &g_array_index (alignment->runs, FkAlignRun, i);
      FkDiffPiece piece = {
        run->kind, place (self, run, end), MAX (run->a.size, run->b.size), { run->a, run->b }
      };

      g_array_append_val (self->pieces, piece);
      if (run->kind != FK_ALIGN_SAME)
        g_array_append_val (self->differences, i);
      end = piece.position + piece.size;
    }
  return self;
}

FkDiffLayout *
fk_diff_layout_ref (FkDiffLayout *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
fk_diff_layout_unref (FkDiffLayout *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->references))
    return;
  g_array_unref (self->pieces);
  g_array_unref (self->differences);
  g_free (self);
}

/**
 * fk_diff_layout_get_extent:
 * @start: (out): first position
 * @size: (out): positions from there on; 0 if both images are empty
 */
void
fk_diff_layout_get_extent (FkDiffLayout *self, guint64 *start, guint64 *size)
{
  const FkDiffPiece *last;

  g_return_if_fail (self != NULL && start != NULL && size != NULL);

  *start = 0;
  *size = 0;
  if (self->pieces->len == 0)
    return;
  last = &g_array_index (self->pieces, FkDiffPiece, self->pieces->len - 1);
  *start = g_array_index (self->pieces, FkDiffPiece, 0).position;
  *size = last->position + last->size - *start;
}

guint
fk_diff_layout_get_n_pieces (FkDiffLayout *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->pieces->len;
}

const FkDiffPiece *
fk_diff_layout_get_piece (FkDiffLayout *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->pieces->len, NULL);

  return &g_array_index (self->pieces, FkDiffPiece, index);
}

/**
 * fk_diff_layout_find:
 *
 * Returns: the first piece that ends behind @position; the number of pieces if there is none
 */
guint
fk_diff_layout_find (FkDiffLayout *self, guint64 position)
{
  guint low = 0;
  guint high;

  g_return_val_if_fail (self != NULL, 0);

  high = self->pieces->len;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const FkDiffPiece *piece = &g_array_index (self->pieces, FkDiffPiece, middle);

      if (piece->position + piece->size <= position)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

guint
fk_diff_layout_get_n_differences (FkDiffLayout *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->differences->len;
}

const FkDiffPiece *
fk_diff_layout_get_difference (FkDiffLayout *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->differences->len, NULL);

  return fk_diff_layout_get_piece (self, g_array_index (self->differences, guint, index));
}

/**
 * fk_diff_layout_find_difference:
 *
 * Returns: the first difference that begins behind @position; their number if there is none
 */
guint
fk_diff_layout_find_difference (FkDiffLayout *self, guint64 position)
{
  guint low = 0;
  guint high;

  g_return_val_if_fail (self != NULL, 0);

  high = self->differences->len;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (fk_diff_layout_get_difference (self, middle)->position <= position)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/**
 * fk_diff_layout_get_position:
 * @position: (out): where @address of @side stands
 *
 * Returns: whether that side has it
 */
gboolean
fk_diff_layout_get_position (FkDiffLayout *self,
                             FkDiffSide side,
                             guint64 address,
                             guint64 *position)
{
  guint low = 0;
  guint high;
  const FkDiffPiece *piece;

  g_return_val_if_fail (self != NULL && position != NULL, FALSE);

  high = self->pieces->len;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      piece = &g_array_index (self->pieces, FkDiffPiece, middle);
      if (fk_range_end (piece->ranges[side]) <= address)
        low = middle + 1;
      else
        high = middle;
    }
  if (low == self->pieces->len)
    return FALSE;
  piece = &g_array_index (self->pieces, FkDiffPiece, low);
  if (address < piece->ranges[side].address || piece->ranges[side].size == 0)
    return FALSE;
  *position = piece->position + (address - piece->ranges[side].address);
  return TRUE;
}
