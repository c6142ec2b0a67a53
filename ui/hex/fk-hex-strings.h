/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "hex/fk-byte-source.h"

G_BEGIN_DECLS

/* Shorter runs of printable characters are chance. */
#define FK_HEX_STRING_MIN 4

/* So many are listed. */
#define FK_HEX_STRINGS_MAX 1000000

GArray *fk_hex_strings_find (FkByteSource *source, const char *filter, GCancellable *cancellable);
void fk_hex_strings_async (FkByteSource *source,
                           const char *filter,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
GArray *fk_hex_strings_finish (FkByteSource *source, GAsyncResult *result, GError **error);
char *fk_hex_string_extract (const guint8 *bytes, const guint8 *present, gsize size, gsize *length);

G_END_DECLS
