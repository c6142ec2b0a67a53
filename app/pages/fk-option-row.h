/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "flash/fk-option-bytes.h"

G_BEGIN_DECLS

/**
 * FkOptionsView:
 * @present: what the chip, or the backup, has
 * @wanted: what it shall have
 * @reference: (nullable): what both are compared with
 * @reference_name: (nullable): of @reference: "in “Before the upgrade”"
 * @editable: whether @wanted can be changed at all
 *
 * What rows show.
 */
typedef struct
{
  FkOptionBytes *present;
  FkOptionBytes *wanted;
  FkOptionBytes *reference;
  const char *reference_name;
  gboolean editable;
} FkOptionsView;

/**
 * FkOptionRow:
 *
 * One field: what it is for, a control for its new value, and what the change would do.  Emits
 * "edited" (guint) when the person chose another value.
 */
#define FK_TYPE_OPTION_ROW (fk_option_row_get_type ())
G_DECLARE_FINAL_TYPE (FkOptionRow, fk_option_row, FK, OPTION_ROW, AdwBin)

GtkWidget *fk_option_row_new (const FkOptionField *field);
const FkOptionField *fk_option_row_get_field (FkOptionRow *self);
void fk_option_row_update (FkOptionRow *self, const FkOptionsView *view);

G_END_DECLS
