/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pages/fk-compare-side.h"
#include "pages/fk-page.h"

G_BEGIN_DECLS

/**
 * FkCompareFieldsPage:
 *
 * Option bytes and OTP of two things, or three, field by field: what differs first, then what is
 * the same.
 */
#define FK_TYPE_COMPARE_FIELDS_PAGE (fk_compare_fields_page_get_type ())
G_DECLARE_FINAL_TYPE (FkCompareFieldsPage, fk_compare_fields_page, FK, COMPARE_FIELDS_PAGE, FkPage)

FkPage *fk_compare_fields_page_new (GPtrArray *sides);

G_END_DECLS
