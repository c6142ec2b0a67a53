/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip.h"

G_BEGIN_DECLS

/**
 * FkProtection:
 * @FK_PROTECTION_UNKNOWN: not asked yet, or the chip has an answer that the manual does not list
 * @FK_PROTECTION_NONE: RDP level 0, everything can be read and written
 * @FK_PROTECTION_READ: RDP level 1, the flash can be neither read nor written by a debugger;
 *   going back to level 0 erases it
 * @FK_PROTECTION_PERMANENT: RDP level 2, debugging is off for ever
 */
typedef enum
{
  FK_PROTECTION_UNKNOWN,
  FK_PROTECTION_NONE,
  FK_PROTECTION_READ,
  FK_PROTECTION_PERMANENT,
} FkProtection;

const char *fk_protection_get_nick (FkProtection protection);

/**
 * FkOptionBytes:
 *
 * The option bytes of one chip as raw bytes, laid out as the chip's option-bytes region
 * (see #FkRegion), with its fields by name.  A value: changing one means dup, set, write.
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
gboolean fk_option_bytes_is_guarded (FkOptionBytes *self, const FkOptionField *field);
gboolean fk_option_bytes_set (FkOptionBytes *self, const char *name, guint32 value, GError **error);
char *fk_option_field_dup_text (const FkOptionField *field);
const char *fk_option_field_explain (const FkOptionField *field, guint32 value);
char *fk_option_bytes_explain (FkOptionBytes *self, const FkOptionField *field, guint32 value);
gboolean fk_option_bytes_check_complements (FkOptionBytes *self, GError **error);
void fk_option_bytes_repair (FkOptionBytes *self);
GPtrArray *fk_option_bytes_diff (FkOptionBytes *before, FkOptionBytes *after);

G_END_DECLS
