/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip.h"
#include "image/fk-image.h"
#include "pages/fk-page.h"

G_BEGIN_DECLS

#define FK_TYPE_COMPARE_PAGE (fk_compare_page_get_type ())
G_DECLARE_FINAL_TYPE (FkComparePage, fk_compare_page, FK, COMPARE_PAGE, FkPage)

/**
 * FkCompareSide:
 * @title: what it is, for the person
 * @uid: (nullable): 12 bytes: of the chip that @image is from
 *
 * One of the two things that are compared.
 */
typedef struct
{
  const char *title;
  FkImage *image;
  GBytes *uid;
} FkCompareSide;

FkPage *fk_compare_page_new (const FkCompareSide *a, const FkCompareSide *b, FkChip *chip);

G_END_DECLS
