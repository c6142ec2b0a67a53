/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "hex/fk-hex-view.h"

G_BEGIN_DECLS

/**
 * FkHexStringPanel:
 *
 * The texts in what a hex view shows, which can be filtered; choosing one goes there.  They are
 * looked for when the panel is first seen.
 */
#define FK_TYPE_HEX_STRING_PANEL (fk_hex_string_panel_get_type ())
G_DECLARE_FINAL_TYPE (FkHexStringPanel, fk_hex_string_panel, FK, HEX_STRING_PANEL, GtkBox)

void fk_hex_string_panel_set_view (FkHexStringPanel *self, FkHexView *view);

G_END_DECLS
