/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip-areas.h"
#include "flash/fk-option-bytes.h"

G_BEGIN_DECLS

/**
 * FkProtectedRange:
 * @range: in the flash
 * @kind: what it refuses
 * @field: the option that says so: one whose bit @bit does, or the first of the two ends of @area
 * @bit: of @field, 0 the lowest; 0 where there is @area
 * @area: (nullable): the area, where @range is one
 *
 * A part of the flash that the option bytes protect.
 */
typedef struct
{
  FkRange range;
  FkAreaKind kind;
  const FkOptionField *field;
  guint bit;
  const FkOptionArea *area;
} FkProtectedRange;

GArray *fk_option_bytes_list_protected (FkOptionBytes *self);
gboolean fk_option_area_find_bank (const FkOptionArea *area, FkChip *chip, FkRange *range);
gboolean fk_option_bytes_get_area (FkOptionBytes *self, const FkOptionArea *area, FkRange *range);
gboolean fk_option_bytes_lift_protection (FkOptionBytes *self, FkOptionBytes *before);

guint32 fk_option_field_get_unprotecting (const FkOptionField *field);
gboolean fk_option_field_bit_protects (const FkOptionField *field, guint32 value, guint bit);

G_END_DECLS
