/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hex/fk-hex-notes.h"

G_BEGIN_DECLS

#define FK_HEX_MAX_BOOKMARKS 10000u

gboolean fk_hex_bookmarks_parse (FkHexNotes *notes, GBytes *bytes, GError **error);
GBytes *fk_hex_bookmarks_format (FkHexNotes *notes);

G_END_DECLS
