/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "image/fk-image.h"

G_BEGIN_DECLS

/**
 * FkHexPlaces:
 *
 * Where one can go in some bytes: which addresses there are, and names for some.
 */
typedef struct _FkHexPlaces FkHexPlaces;

FkHexPlaces *fk_hex_places_new (guint64 start, guint64 size);
FkHexPlaces *fk_hex_places_new_for_image (FkImage *image, guint8 blank);
void fk_hex_places_free (FkHexPlaces *self);
void fk_hex_places_add (FkHexPlaces *self, const char *name, guint64 address);
gboolean fk_hex_places_parse (
    FkHexPlaces *self, const char *text, guint64 cursor, guint64 *address, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkHexPlaces, fk_hex_places_free)

G_END_DECLS
