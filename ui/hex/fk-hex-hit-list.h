/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

guint fk_hex_hits_find (GArray *hits, guint64 position);

/**
 * FkHexHit: one place that a search found
 */
#define FK_TYPE_HEX_HIT (fk_hex_hit_get_type ())
G_DECLARE_FINAL_TYPE (FkHexHit, fk_hex_hit, FK, HEX_HIT, GObject)

guint64 fk_hex_hit_get_position (FkHexHit *self);

/**
 * FkHexHitList:
 *
 * Places as a list model, whose items are made when they are looked at: a million places cost eight
 * megabytes and no time.  After the first few they come one portion a turn of the main loop, and
 * those of the search before go so.
 */
#define FK_TYPE_HEX_HIT_LIST (fk_hex_hit_list_get_type ())
G_DECLARE_FINAL_TYPE (FkHexHitList, fk_hex_hit_list, FK, HEX_HIT_LIST, GObject)

FkHexHitList *fk_hex_hit_list_new (void);
void fk_hex_hit_list_set (FkHexHitList *self, GArray *hits);
void fk_hex_hit_list_complete (FkHexHitList *self);
GArray *fk_hex_hit_list_get (FkHexHitList *self);

G_END_DECLS
