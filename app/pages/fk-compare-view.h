/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "pages/fk-compare-result.h"
#include "pages/fk-compare-side.h"

G_BEGIN_DECLS

/**
 * FkCompareView:
 *
 * What comparing two things, or three, found.  Its actions: "compare.next", "compare.previous",
 * "compare.fold", "compare.find", "compare.find-next", "compare.find-previous", "compare.go-to".
 *
 * Signals: "fields-activated" asks to see the options of all; "message" (a string) has something
 * to tell the person.
 *
 * Property: "fold" (boolean): whether long stretches that are the same take one row each.
 */
#define FK_TYPE_COMPARE_VIEW (fk_compare_view_get_type ())
G_DECLARE_FINAL_TYPE (FkCompareView, fk_compare_view, FK, COMPARE_VIEW, AdwBin)

void fk_compare_view_show (FkCompareView *self, FkCompareResult *result, GPtrArray *sides);
void fk_compare_view_go_to_part (FkCompareView *self, FkDiffSide side, double part);
const FkCompareResult *fk_compare_view_get_result (FkCompareView *self);
void fk_compare_view_focus (FkCompareView *self);
gboolean fk_compare_view_free_some (FkCompareView *self);

G_END_DECLS
