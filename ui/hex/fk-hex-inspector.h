/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "hex/fk-hex-regions.h"
#include "hex/fk-hex-view.h"

G_BEGIN_DECLS

/**
 * FkHexInspector:
 *
 * What the bytes from a hex view's cursor on mean: numbers in either byte order, a character, a
 * time, an address and what lies there.  Activating a value copies it.
 */
#define FK_TYPE_HEX_INSPECTOR (fk_hex_inspector_get_type ())
G_DECLARE_FINAL_TYPE (FkHexInspector, fk_hex_inspector, FK, HEX_INSPECTOR, GtkBox)

void fk_hex_inspector_set_view (FkHexInspector *self, FkHexView *view);
void fk_hex_inspector_take_regions (FkHexInspector *self, FkHexRegions *regions);

G_END_DECLS
