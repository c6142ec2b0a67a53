/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/fk-range.h"
#include "image/fk-image.h"

G_BEGIN_DECLS

/**
 * FkDiff:
 * @runs: (element-type FkRange): where the two differ, ascending, never touching
 * @common_runs: (element-type FkRange): the part of @runs where both have bytes
 * @common: number of bytes that both have
 * @changed: number of bytes that both have and that differ
 * @only_a: number of bytes that only the first has
 * @only_b: number of bytes that only the second has
 *
 * Two images, byte for byte.
 */
typedef struct
{
  GArray *runs;
  GArray *common_runs;
  guint64 common;
  guint64 changed;
  guint64 only_a;
  guint64 only_b;
} FkDiff;

FkDiff *fk_diff_new (FkImage *a, FkImage *b);
void fk_diff_free (FkDiff *diff);
guint32 fk_diff_count_equal (const guint8 *a, const guint8 *b, guint32 size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkDiff, fk_diff_free)

G_END_DECLS
