/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip.h"

G_BEGIN_DECLS

/**
 * FkChipDesc:
 *
 * What data/chips says of one device ID, before the flash size is known.  Owned by the database,
 * immutable.
 */
typedef struct _FkChipDesc FkChipDesc;

/**
 * FkChipDb:
 *
 * Every chip that is described.  The file that describes a chip is read when that chip is wanted,
 * which whoever uses it does not notice: may be shared between threads.
 */
#define FK_TYPE_CHIP_DB (fk_chip_db_get_type ())
G_DECLARE_FINAL_TYPE (FkChipDb, fk_chip_db, FK, CHIP_DB, GObject)

FkChipDb *fk_chip_db_get_default (void);
FkChipDb *fk_chip_db_new_from_bytes (GBytes **files, const char *const *names, GError **error);
const FkChipDesc *fk_chip_db_find (FkChipDb *self, guint16 dev_id, const char *core_name);
const FkChipDesc *fk_chip_db_find_part (FkChipDb *self, const char *part, guint32 *flash_size);
guint fk_chip_db_get_n_descs (FkChipDb *self);
const FkChipDesc *fk_chip_db_get_desc (FkChipDb *self, guint index);
guint32 fk_chip_db_get_idcode_address (FkChipDb *self, const char *core_name, guint index);

guint16 fk_chip_desc_get_dev_id (const FkChipDesc *self);
const char *fk_chip_desc_get_maker (const FkChipDesc *self);
const char *fk_chip_desc_get_family (const FkChipDesc *self);
const char *fk_chip_desc_get_line (const FkChipDesc *self);
const char *fk_chip_desc_get_parts (const FkChipDesc *self);
const char *fk_chip_desc_get_core (const FkChipDesc *self);
guint32 fk_chip_desc_get_idcode_address (const FkChipDesc *self);
guint32 fk_chip_desc_get_size_register (const FkChipDesc *self);
guint64 fk_chip_desc_decode_size (const FkChipDesc *self, guint16 raw);
const guint32 *fk_chip_desc_get_uid_words (const FkChipDesc *self);
guint32 fk_chip_desc_get_flash_base (const FkChipDesc *self);
guint8 fk_chip_desc_get_erased_value (const FkChipDesc *self);
const guint32 *fk_chip_desc_get_flash_sizes (const FkChipDesc *self, guint *n_sizes);
guint32 fk_chip_desc_get_max_flash_size (const FkChipDesc *self);
FkChip *fk_chip_desc_make_chip (const FkChipDesc *self, guint32 flash_size, GError **error);

G_END_DECLS
