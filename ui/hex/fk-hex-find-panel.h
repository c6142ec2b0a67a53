/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hex/fk-hex-view.h"

G_BEGIN_DECLS

/**
 * FkHexFindPanel:
 *
 * Finds in a hex view: what to look for, every place of it in a list, and going from one to the
 * next. Searches as one types, on a thread.
 *
 * Signals: "close" asks to be hidden.
 */
#define FK_TYPE_HEX_FIND_PANEL (fk_hex_find_panel_get_type ())
G_DECLARE_FINAL_TYPE (FkHexFindPanel, fk_hex_find_panel, FK, HEX_FIND_PANEL, GtkBox)

void fk_hex_find_panel_set_view (FkHexFindPanel *self, FkHexView *view);
void fk_hex_find_panel_start (FkHexFindPanel *self);
void fk_hex_find_panel_stop (FkHexFindPanel *self);
void fk_hex_find_panel_step (FkHexFindPanel *self, gboolean forward);

G_END_DECLS
