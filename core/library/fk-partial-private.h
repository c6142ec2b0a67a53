/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define FK_PARTIAL_PREFIX ".partial-"
#define FK_PARTIAL_ASIDE  ".edit-"

/*
 * FkPartial: a backup's folder in the making.  It stands beside its future place; freeing it before
 * it got there removes it.
 */
typedef struct _FkPartial FkPartial;

typedef enum
{
  FK_PLACE_DONE,
  FK_PLACE_TAKEN, /* something of that name is there already */
  FK_PLACE_FAILED,
} FkPlace;

FkPartial *fk_partial_new (const char *parent, const char *stem, guint64 size, GError **error);
gboolean fk_partial_try (const char *parent, guint64 size, GError **error);
FkPartial *fk_partial_new_for_contents (const char *parent,
                                        const char *stem,
                                        GHashTable *contents,
                                        GCancellable *cancellable,
                                        GError **error);
void fk_partial_free (FkPartial *self);
gboolean fk_partial_write (
    FkPartial *self, const char *name, GBytes *bytes, GCancellable *cancellable, GError **error);
gboolean fk_partial_write_summed (FkPartial *self,
                                  const char *name,
                                  GBytes *bytes,
                                  const char *sum,
                                  GCancellable *cancellable,
                                  GError **error);
FkPlace fk_partial_place (FkPartial *self, const char *name, GError **error);
gboolean fk_partial_swap (FkPartial *self, const char *name, gboolean exchange, GError **error);
void fk_partial_recover (const char *parent);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkPartial, fk_partial_free)

G_END_DECLS
