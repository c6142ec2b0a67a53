/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "hex/fk-hex-view.h"

G_BEGIN_DECLS

/**
 * FkHexBookmarkPanel:
 *
 * The bookmarks of a hex view: goes to them, adds, renames, colours and removes them.
 *
 * Signals: "edited": the person changed something that wants to be kept.
 */
#define FK_TYPE_HEX_BOOKMARK_PANEL (fk_hex_bookmark_panel_get_type ())
G_DECLARE_FINAL_TYPE (FkHexBookmarkPanel, fk_hex_bookmark_panel, FK, HEX_BOOKMARK_PANEL, GtkBox)

void fk_hex_bookmark_panel_set_view (FkHexBookmarkPanel *self, FkHexView *view);
void fk_hex_bookmark_panel_set_hint (FkHexBookmarkPanel *self, const char *hint);
void fk_hex_bookmark_panel_add (FkHexBookmarkPanel *self);

G_END_DECLS
