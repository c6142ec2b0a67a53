/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pages/fk-compare-side.h"
#include "pages/fk-page.h"

G_BEGIN_DECLS

/**
 * FkComparePage:
 *
 * Loads two things, or three, with progress where one is a chip, compares them, and shows what was
 * found.  A third can be added, and any of three left out, which leads to another
 * page.
 */
#define FK_TYPE_COMPARE_PAGE (fk_compare_page_get_type ())
G_DECLARE_FINAL_TYPE (FkComparePage, fk_compare_page, FK, COMPARE_PAGE, FkPage)

FkPage *fk_compare_page_new (FkCompareSide *a, FkCompareSide *b);
FkPage *fk_compare_page_new_for_sides (GPtrArray *sides);

G_END_DECLS
