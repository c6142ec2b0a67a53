/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-compare.h"
#include "pages/fk-compare-side.h"
#include "widgets/fk-diff-layout.h"

G_BEGIN_DECLS

/**
 * FkCompareResult:
 * @marks: (element-type FkHexMark): the bytes that differ, by #FkDiffSide, in positions of @layout;
 *   of three, where two agree, those of the other one
 * @folds: (element-type FkHexFold): what nobody needs to see, in positions of @layout
 * @fields: (nullable) (element-type FkReportField): options and OTP that differ; %NULL where they
 *   cannot be compared
 * @fields_are_whole: whether all that can be compared is known of each
 * @blank: what an erased byte reads as
 * @sectors: (element-type FkRange): of the chip; empty when it is not known
 *
 * All that the compare page shows of two things, or three.
 */
typedef struct
{
  FkCollation *collation;
  FkDiffLayout *layout;
  GArray *marks[FK_LINEUP_MAX_SIDES];
  GArray *folds;
  GPtrArray *fields;
  gboolean fields_are_whole;
  guint8 blank;
  GArray *sectors;
} FkCompareResult;

FkCompareResult *
fk_compare_result_new (GPtrArray *sides, GCancellable *cancellable, GError **error);
void fk_compare_result_free (FkCompareResult *self);
char *fk_compare_result_make_summary (FkCompareResult *self);
char *fk_compare_result_make_counts (FkCompareResult *self);
char *fk_compare_result_make_fields (FkCompareResult *self);
char *fk_compare_result_make_pair (FkCompareResult *self, guint pair);
guint64
fk_compare_result_get_span (FkCompareResult *self, guint pair, FkRange range, guint64 *position);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkCompareResult, fk_compare_result_free)

G_END_DECLS
