/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkHexChanges:
 *
 * The bytes of a source that were overwritten.  A byte that has its old value again is none of
 * them.  Written in the main thread only; fk_hex_changes_apply() may be called on any.
 */
typedef struct _FkHexChanges FkHexChanges;

FkHexChanges *fk_hex_changes_new (void);
void fk_hex_changes_free (FkHexChanges *self);
void fk_hex_changes_put (
    FkHexChanges *self, guint64 position, const guint8 *bytes, const guint8 *originals, gsize size);
void fk_hex_changes_apply (FkHexChanges *self, guint64 position, guint8 *bytes, gsize size);
guint64 fk_hex_changes_get_n (FkHexChanges *self);
gboolean fk_hex_changes_have (FkHexChanges *self, guint64 position);
GArray *fk_hex_changes_get_runs (FkHexChanges *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkHexChanges, fk_hex_changes_free)

G_END_DECLS
