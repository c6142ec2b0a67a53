/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "hex/fk-hex-view.h"

G_BEGIN_DECLS

/**
 * FkHexMap:
 *
 * The scroll bar of a hex view, which shows all of its source: what is blank and what is used, the
 * darker the more random; what was found, what is marked, and bookmarks as ticks.  Click, drag or
 * keys move the view.
 */
#define FK_TYPE_HEX_MAP (fk_hex_map_get_type ())
G_DECLARE_FINAL_TYPE (FkHexMap, fk_hex_map, FK, HEX_MAP, GtkWidget)

void fk_hex_map_set_view (FkHexMap *self, FkHexView *view);
void fk_hex_map_move_to (FkHexMap *self, double fraction);
gboolean fk_hex_map_handle_key (FkHexMap *self, guint keyval);

G_END_DECLS
