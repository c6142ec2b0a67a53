/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip-areas.h"
#include "flash/fk-option-bytes.h"

G_BEGIN_DECLS

typedef void (*FkProtectedRangeFunc) (
    const FkOptionField *field, guint bit, FkRange range, guint n_sectors, gpointer user_data);

char *fk_option_text_dup_title (FkChip *chip, const FkOptionField *field);
char *fk_option_text_dup_full_title (FkChip *chip, const FkOptionField *field);
char *fk_option_text_dup_area_title (FkChip *chip, const FkOptionArea *area);
GPtrArray *fk_option_text_diff (FkOptionBytes *before, FkOptionBytes *after);
char *fk_option_text_explain (FkOptionBytes *options, const FkOptionField *field, guint32 value);
const char *fk_option_text_get_effect (FkOptionBytes *options,
                                       const FkOptionField *field,
                                       guint32 value,
                                       gboolean *danger);
void fk_option_text_foreach_protected (FkChip *chip, FkProtectedRangeFunc func, gpointer user_data);

G_END_DECLS
