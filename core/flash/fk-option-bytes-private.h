/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/fk-option-bytes.h"

G_BEGIN_DECLS

/* For the rest of core/flash, which carries out what its caller has consent for.  Even here level 2
 * cannot be had. */
gboolean fk_option_bytes_set_protection (FkOptionBytes *self, FkProtection level, GError **error);
FkOptionBytes *fk_option_bytes_new_factory (FkChip *chip);
void fk_option_bytes_assign (FkOptionBytes *self, FkOptionBytes *source);
guint32 fk_option_bytes_read_field (FkOptionBytes *self, const FkOptionField *field);
FkProtection fk_protection_from_rdp (FkChip *chip, guint32 value);

G_END_DECLS
