/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hex/fk-hex-view.h"
#include "pages/fk-compare-side.h"

G_BEGIN_DECLS

/**
 * FkComparePane:
 *
 * The bytes of one of the things that are compared, below its name.
 */
#define FK_TYPE_COMPARE_PANE (fk_compare_pane_get_type ())
G_DECLARE_FINAL_TYPE (FkComparePane, fk_compare_pane, FK, COMPARE_PANE, AdwBin)

FkComparePane *fk_compare_pane_new (guint index);
void fk_compare_pane_show (FkComparePane *self,
                           FkCompareSide *side,
                           FkByteSource *source,
                           GArray *marks);
void fk_compare_pane_set_removable (FkComparePane *self, gboolean removable);
void fk_compare_pane_follow (FkComparePane *self, FkComparePane *first);
void fk_compare_pane_set_is_last (FkComparePane *self, gboolean is_last);
FkHexView *fk_compare_pane_get_view (FkComparePane *self);

G_END_DECLS
