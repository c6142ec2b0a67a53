/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-diff.h"
#include "compare/fk-finding.h"

G_BEGIN_DECLS

GPtrArray *fk_comparison_make_findings (FkImage *a,
                                        FkImage *b,
                                        const FkDiff *diff,
                                        const FkCompareContext *context,
                                        GCancellable *cancellable);

G_END_DECLS
