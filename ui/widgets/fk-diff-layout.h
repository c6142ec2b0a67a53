/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-lineup.h"

G_BEGIN_DECLS

/**
 * FkDiffSide: which of those that are compared
 */
typedef enum
{
  FK_DIFF_FIRST,
  FK_DIFF_SECOND,
  FK_DIFF_THIRD,
} FkDiffSide;

/**
 * FkDiffPiece:
 * @position: where it stands
 * @size: how many positions it takes: as many as those sides have bytes that have any
 * @ranges: what each side has there, by #FkDiffSide; one that has nothing shows a gap
 *
 * A piece of a lineup, and where it is shown.
 */
typedef struct
{
  FkLineupRelation relation;
  guint64 position;
  guint64 size;
  FkRange ranges[FK_LINEUP_MAX_SIDES];
} FkDiffPiece;

/**
 * FkDiffLayout:
 *
 * Where images stand when they are shown side by side: positions that all sides share, such that
 * what belongs together has the same.  As long as nothing is inserted or deleted, positions are
 * addresses.  Immutable, counted, for any thread.
 */
typedef struct _FkDiffLayout FkDiffLayout;

FkDiffLayout *fk_diff_layout_new (const FkLineup *lineup);
FkDiffLayout *fk_diff_layout_ref (FkDiffLayout *self);
void fk_diff_layout_unref (FkDiffLayout *self);

guint fk_diff_layout_get_n_sides (FkDiffLayout *self);
void fk_diff_layout_get_extent (FkDiffLayout *self, guint64 *start, guint64 *size);
guint fk_diff_layout_get_n_pieces (FkDiffLayout *self);
const FkDiffPiece *fk_diff_layout_get_piece (FkDiffLayout *self, guint index);
guint fk_diff_layout_find (FkDiffLayout *self, guint64 position);

guint fk_diff_layout_get_n_differences (FkDiffLayout *self);
const FkDiffPiece *fk_diff_layout_get_difference (FkDiffLayout *self, guint index);
guint fk_diff_layout_find_difference (FkDiffLayout *self, guint64 position);

gboolean fk_diff_layout_get_position (FkDiffLayout *self,
                                      FkDiffSide side,
                                      guint64 address,
                                      guint64 *position);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkDiffLayout, fk_diff_layout_unref)

G_END_DECLS
