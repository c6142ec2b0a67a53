/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-align.h"
#include "compare/fk-finding.h"
#include "image/fk-image.h"

G_BEGIN_DECLS

/**
 * FkComparison:
 *
 * Where two images differ, and what that means.  A byte that only one of them has differs.
 * Immutable, and independent of the images.
 */
#define FK_TYPE_COMPARISON (fk_comparison_get_type ())
G_DECLARE_FINAL_TYPE (FkComparison, fk_comparison, FK, COMPARISON, GObject)

FkComparison *fk_compare (FkImage *a,
                          FkImage *b,
                          const FkCompareContext *context,
                          GCancellable *cancellable,
                          GError **error);
gboolean fk_comparison_get_identical (FkComparison *self);
guint64 fk_comparison_get_differing_bytes (FkComparison *self);
const FkRange *fk_comparison_get_ranges (FkComparison *self, guint *n_ranges);
GPtrArray *fk_comparison_get_findings (FkComparison *self);
const FkAlignment *fk_comparison_get_alignment (FkComparison *self);

G_END_DECLS
