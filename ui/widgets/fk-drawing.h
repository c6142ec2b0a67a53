/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * FkDrawing:
 *
 * A line drawing out of a resource (SVG) that follows the style: light or dark, high contrast, any
 * scale.  It keeps its proportions, and shrinks where there is less room.
 *
 * Properties: "resource" (string, nullable): path of the drawing.
 */
#define FK_TYPE_DRAWING (fk_drawing_get_type ())
G_DECLARE_FINAL_TYPE (FkDrawing, fk_drawing, FK, DRAWING, GtkWidget)

GtkWidget *fk_drawing_new (const char *resource);
void fk_drawing_set_resource (FkDrawing *self, const char *resource);

G_END_DECLS
