/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hex/fk-byte-source.h"
#include "hex/fk-hex-mark.h"

G_BEGIN_DECLS

/**
 * FkHexEdit:
 *
 * Another source with some bytes overwritten, which that source knows nothing of.  The length never
 * changes, and where the source has no byte none can be written.  Every write can be undone.
 */
#define FK_TYPE_HEX_EDIT (fk_hex_edit_get_type ())
G_DECLARE_FINAL_TYPE (FkHexEdit, fk_hex_edit, FK, HEX_EDIT, GObject)

/**
 * FkHexEditKind: how writes are undone
 *
 * @FK_HEX_EDIT_WHOLE: each by itself
 * @FK_HEX_EDIT_TYPED: together with what was typed before it at the same place
 */
typedef enum
{
  FK_HEX_EDIT_WHOLE,
  FK_HEX_EDIT_TYPED,
} FkHexEditKind;

FkHexEdit *fk_hex_edit_new (FkByteSource *base);
FkByteSource *fk_hex_edit_get_base (FkHexEdit *self);
guint64 fk_hex_edit_count_writable (FkHexEdit *self, guint64 position, guint64 max);
gboolean fk_hex_edit_write (FkHexEdit *self,
                            guint64 position,
                            const guint8 *bytes,
                            gsize size,
                            FkHexEditKind kind,
                            GError **error);
void fk_hex_edit_end_typing (FkHexEdit *self);

gboolean fk_hex_edit_can_undo (FkHexEdit *self);
gboolean fk_hex_edit_can_redo (FkHexEdit *self);
gboolean fk_hex_edit_undo (FkHexEdit *self, FkHexMark *place);
gboolean fk_hex_edit_redo (FkHexEdit *self, FkHexMark *place);

guint64 fk_hex_edit_get_n_changed (FkHexEdit *self);
gboolean fk_hex_edit_get_original (FkHexEdit *self, guint64 position, guint8 *byte);
GArray *fk_hex_edit_get_changes (FkHexEdit *self); /* of FkHexMark */

G_END_DECLS
