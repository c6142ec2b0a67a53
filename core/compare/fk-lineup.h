/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-align.h"

G_BEGIN_DECLS

/* So many images can be lined up. */
#define FK_LINEUP_MAX_SIDES 3u

/**
 * FkLineupRelation: who differs from whom
 * @FK_LINEUP_SAME: all have the same bytes
 * @FK_LINEUP_FIRST: the first differs from the others, which agree
 * @FK_LINEUP_SECOND: the second differs from the others, which agree
 * @FK_LINEUP_THIRD: the third differs from the others, which agree
 * @FK_LINEUP_ALL: no two agree; of two images, that they differ
 *
 * To have nothing at a place is like having other bytes there: two that have nothing agree.
 */
typedef enum
{
  FK_LINEUP_SAME,
  FK_LINEUP_FIRST,
  FK_LINEUP_SECOND,
  FK_LINEUP_THIRD,
  FK_LINEUP_ALL,
  FK_LINEUP_N_RELATIONS
} FkLineupRelation;

/**
 * FkLineupPiece:
 * @ranges: what each side has there: as many bytes as the others, or none; then its address is
 *   where the side would go on
 *
 * Sides that agree in a piece have the same bytes in all of it; of sides that differ, some bytes
 * within may be equal.
 */
typedef struct
{
  FkLineupRelation relation;
  FkRange ranges[FK_LINEUP_MAX_SIDES];
} FkLineupPiece;

/**
 * FkLineup:
 * @n_sides: 2 or 3
 * @pieces: (element-type FkLineupPiece): every byte of every side once, in ascending order
 * @counts: bytes that stand beside each other, by who differs from whom; a byte that the others
 *   have nothing for counts as one
 *
 * Two or three images side by side, piece by piece.
 */
typedef struct
{
  guint n_sides;
  GArray *pieces;
  guint64 counts[FK_LINEUP_N_RELATIONS];
} FkLineup;

FkLineup *fk_lineup_new_for_two (const FkAlignment *alignment);
FkLineup *fk_lineup_new_for_three (FkImage *const images[3],
                                   const FkAlignment *second,
                                   const FkAlignment *third,
                                   GCancellable *cancellable);
void fk_lineup_free (FkLineup *self);
guint fk_lineup_count_places (const FkLineup *self);
guint64 fk_lineup_count_differing (const FkLineup *self);

guint32 fk_lineup_piece_get_size (const FkLineupPiece *piece);
gboolean fk_lineup_piece_has (const FkLineupPiece *piece, guint side);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkLineup, fk_lineup_free)

G_END_DECLS
