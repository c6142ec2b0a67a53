/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "hex/fk-byte-source.h"

G_BEGIN_DECLS

/**
 * FkHexDensity: one of the equal parts of a source
 * @used: how much of what was looked at is there and not blank, 0 to 1
 * @entropy: bits a byte, 0 to 8: code has about 6, text 4, what is compressed or
 *   encrypted close to 8
 */
typedef struct
{
  float used;
  float entropy;
} FkHexDensity;

FkHexDensity
fk_hex_density_measure (const guint8 *bytes, const guint8 *present, gsize size, guint8 blank);
guint fk_hex_density_find_parts (
    FkByteSource *source, guint n_parts, guint64 position, guint64 size, guint *first);
void fk_hex_density_async (FkByteSource *source,
                           guint n_parts,
                           guint first,
                           guint n,
                           guint8 blank,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
GArray *fk_hex_density_finish (FkByteSource *source, GAsyncResult *result, GError **error);

G_END_DECLS
