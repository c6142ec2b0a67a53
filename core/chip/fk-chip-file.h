/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * FkChipEntry: what one is found by among the chips of a file
 * @group: "Chip 0x413"
 * @dev_id: DBGMCU_IDCODE.DEV_ID
 * @aliases: (element-type guint32): other IDs that mean this chip when they come from its core
 * @core: as fk_core_get_name()
 * @idcode: address of DBGMCU_IDCODE
 *
 * What cannot be read is a number that is no ID and no such address, or an empty text: reading the
 * file says what is wrong.
 */
typedef struct
{
  const char *group;
  guint32 dev_id;
  GArray *aliases;
  const char *core;
  guint32 idcode;
} FkChipEntry;

typedef struct _FkChipFile FkChipFile;

FkChipFile *fk_chip_file_new (GBytes *bytes, const char *name);
void fk_chip_file_free (FkChipFile *self);
const char *fk_chip_file_get_name (const FkChipFile *self);
gboolean fk_chip_file_has_maker (const FkChipFile *self);
const GArray *fk_chip_file_get_entries (const FkChipFile *self);
const GPtrArray *fk_chip_file_get_descs (FkChipFile *self);
GPtrArray *fk_chip_file_read (FkChipFile *self, GError **error);
void fk_chip_file_keep_descs (FkChipFile *self, GPtrArray *descs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkChipFile, fk_chip_file_free)

G_END_DECLS
