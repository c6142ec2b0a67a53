/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Positions for images that are lined up.  Pieces follow each other; where all sides leap to
 * another segment a new row begins, so that the addresses in the margin stay round. */

#include "config.h"

#include "widgets/fk-diff-layout.h"

/* The longest row that a hex view has. */
#define ROW 32u

struct _FkDiffLayout
{
  gatomicrefcount references;
  guint n_sides;
  GArray *pieces;      /* of FkDiffPiece, ascending */
  GArray *differences; /* of guint: the pieces that are not the same */
};

/* Returns: whether a side goes on in @piece where it ended in @last */
static gboolean
continues (const FkDiffPiece *last, const FkLineupPiece *piece)
{
  for (guint side = 0; side < FK_LINEUP_MAX_SIDES; side++)
    if (fk_lineup_piece_has (piece, side) &&
        fk_range_end (last->ranges[side]) == piece->ranges[side].address)
      return TRUE;
  return FALSE;
}

/* Returns: the lowest address that any side has in @piece */
static guint32
get_lowest (const FkLineupPiece *piece)
{
  guint32 lowest = G_MAXUINT32;

  for (guint side = 0; side < FK_LINEUP_MAX_SIDES; side++)
    if (fk_lineup_piece_has (piece, side))
      lowest = MIN (lowest, piece->ranges[side].address);
  return lowest;
}

/* Returns: where @piece goes when @end is the first free position */
static guint64
place (const FkDiffLayout *self, const FkLineupPiece *piece, guint64 end)
{
  const FkDiffPiece *last;
  guint first = 0;

  if (self->pieces->len == 0)
    return get_lowest (piece);
  last = &g_array_index (self->pieces, FkDiffPiece, self->pieces->len - 1);
  if (continues (last, piece))
    return end;
  while (!fk_lineup_piece_has (piece, first))
    first++;
  return ((end + ROW - 1) & ~(guint64)(ROW - 1)) + (piece->ranges[first].address & (ROW - 1));
}

/**
 * fk_diff_layout_new: (constructor)
 */
FkDiffLayout *
fk_diff_layout_new (const FkLineup *lineup)
{
  FkDiffLayout *self;
  guint64 end = 0;

  g_return_val_if_fail (lineup != NULL, NULL);

  self = g_new0 (FkDiffLayout, 1);
  g_atomic_ref_count_init (&self->references);
  self->n_sides = lineup->n_sides;
  self->pieces = g_array_sized_new (FALSE, FALSE, sizeof (FkDiffPiece), lineup->pieces->len);
  self->differences = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < lineup->pieces->len; i++)
    {
      const FkLineupPiece *from = &g_array_index (lineup->pieces, FkLineupPiece, i);
      FkDiffPiece piece = { .relation = from->relation,
                            .position = place (self, from, end),
                            .size = fk_lineup_piece_get_size (from) };

      for (guint side = 0; side < FK_LINEUP_MAX_SIDES; side++)
        piece.ranges[side] = from->ranges[side];
      g_array_append_val (self->pieces, piece);
      if (piece.relation != FK_LINEUP_SAME)
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

guint
fk_diff_layout_get_n_sides (FkDiffLayout *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_sides;
}

/**
 * fk_diff_layout_get_extent:
 * @start: (out): first position
 * @size: (out): positions from there on; 0 if all images are empty
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
