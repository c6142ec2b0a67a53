/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Images side by side, whoever differs from whom.  For two it says what their alignment says. */

#include "config.h"

#include "compare/fk-lineup.h"

/**
 * fk_lineup_new_for_two:
 *
 * Returns: (transfer full): what @alignment says
 */
FkLineup *
fk_lineup_new_for_two (const FkAlignment *alignment)
{
  FkLineup *self;

  g_return_val_if_fail (alignment != NULL, NULL);

  self = g_new0 (FkLineup, 1);
  self->n_sides = 2;
  self->pieces = g_array_sized_new (FALSE, FALSE, sizeof (FkLineupPiece), alignment->runs->len);
  for (guint i = 0; i < alignment->runs->len; i++)
    {
      const FkAlignRun *run = &g_array_index (alignment->runs, FkAlignRun, i);
      FkLineupPiece piece = { run->kind == FK_ALIGN_SAME ? FK_LINEUP_SAME : FK_LINEUP_ALL,
                              { run->a, run->b } };

      g_array_append_val (self->pieces, piece);
    }
  self->counts[FK_LINEUP_SAME] = alignment->same;
  self->counts[FK_LINEUP_ALL] = alignment->changed + alignment->inserted + alignment->deleted;
  return self;
}

void
fk_lineup_free (FkLineup *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->pieces);
  g_free (self);
}

/**
 * fk_lineup_count_places:
 *
 * Returns: the pieces in which not all are the same: how many differences are told, listed and
 *   stepped through.  A few equal bytes between changed ones do not part them; the ranges of a
 *   comparison, which are exact, are more
 */
guint
fk_lineup_count_places (const FkLineup *self)
{
  guint n = 0;

  g_return_val_if_fail (self != NULL, 0);

  for (guint i = 0; i < self->pieces->len; i++)
    n += g_array_index (self->pieces, FkLineupPiece, i).relation != FK_LINEUP_SAME;
  return n;
}

/**
 * fk_lineup_count_differing:
 *
 * Returns: the bytes that are not the same in all, with shifted parts found again; fewer than the
 *   differing bytes of a comparison, to which what moved differs
 */
guint64
fk_lineup_count_differing (const FkLineup *self)
{
  guint64 n = 0;

  g_return_val_if_fail (self != NULL, 0);

  for (guint i = FK_LINEUP_FIRST; i < FK_LINEUP_N_RELATIONS; i++)
    n += self->counts[i];
  return n;
}

/**
 * fk_lineup_piece_get_size:
 *
 * Returns: how many bytes those sides have that have any
 */
guint32
fk_lineup_piece_get_size (const FkLineupPiece *piece)
{
  guint32 size = 0;

  g_return_val_if_fail (piece != NULL, 0);

  for (guint side = 0; side < FK_LINEUP_MAX_SIDES; side++)
    size = MAX (size, piece->ranges[side].size);
  return size;
}

/**
 * fk_lineup_piece_has:
 *
 * Returns: whether @side has bytes there
 */
gboolean
fk_lineup_piece_has (const FkLineupPiece *piece, guint side)
{
  g_return_val_if_fail (piece != NULL && side < FK_LINEUP_MAX_SIDES, FALSE);

  return piece->ranges[side].size > 0;
}
