/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * FkCloneSigns: what a chip says of itself, without anything being written to it
 * @designer: as fk_target_get_designer()
 * @part: as fk_target_get_part()
 * @cpuid: SCB_CPUID
 * @dpidr: the debug port's
 * @idcode: all of DBGMCU_IDCODE
 * @unique_id: the first word of the unique ID
 *
 * 0 is what could not be read; it fits no row that asks for it.
 */
typedef struct
{
  guint16 designer;
  guint16 part;
  guint32 cpuid;
  guint32 dpidr;
  guint32 idcode;
  guint32 unique_id;
} FkCloneSigns;

/**
 * FkClone: a row of data/chips/clones.ini; immutable, owned by its list
 * @name: what the chip is, or may be; to be translated
 * @differs: a sentence, to be translated: what a backup has to know of it
 * @chip_id: the ID by which it is described; 0: as the chip whose device ID it has, if that is one
 */
typedef struct
{
  const char *name;
  const char *differs;
  guint32 chip_id;
} FkClone;

typedef struct _FkCloneList FkCloneList;

const FkCloneList *fk_clone_list_get_default (void);
FkCloneList *fk_clone_list_new (GBytes *bytes, const char *name, GError **error);
void fk_clone_list_free (FkCloneList *self);
const FkClone *fk_clone_list_find (const FkCloneList *self, const FkCloneSigns *signs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkCloneList, fk_clone_list_free)

G_END_DECLS
