/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/fk-range.h"

G_BEGIN_DECLS

/**
 * FkChipKeys: one description file, its syntax checked
 */
typedef struct
{
  GKeyFile *file;
  const char *name;
  GStringChunk *strings; /* not owned: what is read lives there */
  GHashTable *used;      /* groups that somebody refers to */
} FkChipKeys;

/**
 * FkChipGroup: a group of such a file
 * @common: (nullable): the group that has what @group does not say
 */
typedef struct
{
  FkChipKeys *keys;
  const char *group;
  const char *common;
} FkChipGroup;

gboolean fk_chip_keys_init (
    FkChipKeys *self, GBytes *bytes, const char *name, GStringChunk *strings, GError **error);
void fk_chip_keys_clear (FkChipKeys *self);
gboolean fk_chip_keys_find (FkChipKeys *self,
                            const FkChipGroup *asker,
                            const char *key,
                            const char *kind,
                            const char *name,
                            FkChipGroup *out,
                            GError **error);
gboolean fk_chip_keys_check_all_used (FkChipKeys *self, GError **error);

void fk_chip_group_fail (const FkChipGroup *self,
                         const char *key,
                         GError **error,
                         const char *format,
                         ...) G_GNUC_PRINTF (4, 5);
gboolean fk_chip_group_has (const FkChipGroup *self, const char *key);
gboolean
fk_chip_group_get_text (const FkChipGroup *self, const char *key, const char **out, GError **error);
gboolean
fk_chip_group_get_words (const FkChipGroup *self, const char *key, char ***out, GError **error);
gboolean
fk_chip_group_get_number (const FkChipGroup *self, const char *key, guint32 *out, GError **error);
gboolean
fk_chip_group_get_numbers (const FkChipGroup *self, const char *key, GArray *out, GError **error);
gboolean
fk_chip_group_get_range (const FkChipGroup *self, const char *key, FkRange *out, GError **error);
gboolean fk_chip_group_parse (const FkChipGroup *self,
                              const char *key,
                              const char *text,
                              guint32 max,
                              guint32 *out,
                              GError **error);
GPtrArray *fk_chip_group_list_prefixed (const FkChipGroup *self, const char *prefix);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FkChipKeys, fk_chip_keys_clear)

G_END_DECLS
