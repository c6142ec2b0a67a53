/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define FK_HEX_PATTERN_MAX 256

/**
 * FkHexPattern:
 *
 * What is looked for: some bytes, of which single digits may be anything.
 */
typedef struct _FkHexPattern FkHexPattern;

typedef enum
{
  FK_HEX_PATTERN_HEX,   /* "00 2? ??" */
  FK_HEX_PATTERN_TEXT,  /* as UTF-8, of which ASCII is a part */
  FK_HEX_PATTERN_UTF16, /* little-endian */
} FkHexPatternKind;

FkHexPattern *
fk_hex_pattern_new (FkHexPatternKind kind, const char *text, gboolean ignore_case, GError **error);
FkHexPattern *fk_hex_pattern_ref (FkHexPattern *self);
void fk_hex_pattern_unref (FkHexPattern *self);
guint fk_hex_pattern_get_size (const FkHexPattern *self);

/**
 * FkHexSearch:
 *
 * Looks for a pattern in bytes that are fed to it piece by piece, in ascending order.
 */
typedef struct _FkHexSearch FkHexSearch;

FkHexSearch *fk_hex_search_new (FkHexPattern *pattern, guint max_hits);
void fk_hex_search_free (FkHexSearch *self);
void fk_hex_search_feed (
    FkHexSearch *self, guint64 position, const guint8 *bytes, const guint8 *present, gsize size);
guint64 fk_hex_search_get_n_found (const FkHexSearch *self);
GArray *fk_hex_search_get_hits (FkHexSearch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkHexPattern, fk_hex_pattern_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkHexSearch, fk_hex_search_free)

G_END_DECLS
