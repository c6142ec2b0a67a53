/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "hex/fk-byte-source.h"
#include "hex/fk-hex-search.h"

G_BEGIN_DECLS

/* So many places are listed; more are only counted. */
#define FK_HEX_FIND_MAX 1000000

void fk_hex_find_async (FkByteSource *source,
                        FkHexPattern *pattern,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
GArray *
fk_hex_find_finish (FkByteSource *source, GAsyncResult *result, guint64 *n_found, GError **error);

G_END_DECLS
