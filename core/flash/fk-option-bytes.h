/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip.h"

G_BEGIN_DECLS

typedef enum
{
  FK_PROTECTION_UNKNOWN,
  FK_PROTECTION_NONE,      /* RDP level 0 */
  FK_PROTECTION_READ,      /* RDP level 1 */
  FK_PROTECTION_PERMANENT, /* RDP level 2 */
} FkProtection;

const char *
fk_protection_get_nick (FkProtection protection); /* "none", "read-protected", "locked" */

/**
 * FkOptionBytes:
 *
 * The option bytes of one chip as raw bytes (laid out as the chip's option-bytes region), with its
 * fields by name.  A value: changing one means dup, set, write.
 */
#define FK_TYPE_OPTION_BYTES (fk_option_bytes_get_type ())
G_DECLARE_FINAL_TYPE (FkOptionBytes, fk_option_bytes, FK, OPTION_BYTES, GObject)

FkOptionBytes *fk_option_bytes_new (FkChip *chip, GBytes *raw, GError **error);
FkOptionBytes *fk_option_bytes_dup (FkOptionBytes *self);
FkChip *fk_option_bytes_get_chip (FkOptionBytes *self);
GBytes *fk_option_bytes_get_raw (FkOptionBytes *self);
FkProtection fk_option_bytes_get_protection (FkOptionBytes *self);
const FkOptionField *fk_option_bytes_find_field (FkOptionBytes *self, const char *name);
gboolean
fk_option_bytes_get (FkOptionBytes *self, const char *name, guint32 *value, GError **error);
gboolean fk_option_bytes_set (FkOptionBytes *self,
                              const char *name,
                              guint32 value,
                              GError **error); /* refuses guarded fields (PROTECTED), values too
                                                  wide, unknown names (USAGE) */
const char *fk_option_field_explain (const FkOptionField *field, guint32 value);
gboolean fk_option_bytes_check_complements (FkOptionBytes *self, GError **error);
GPtrArray *fk_option_bytes_diff (FkOptionBytes *before,
                                 FkOptionBytes *after); /* of const FkOptionField* that differ */

G_END_DECLS
