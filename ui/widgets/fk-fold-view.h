/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * FkFoldView:
 *
 * A sidebar and a content: beside each other where both fit, else one or the other.
 *
 * Properties: "sidebar" and "content" (widgets), "folded" (whether they take turns; read-only),
 * "show-content" (which one is seen while they do).
 */
#define FK_TYPE_FOLD_VIEW (fk_fold_view_get_type ())
G_DECLARE_FINAL_TYPE (FkFoldView, fk_fold_view, FK, FOLD_VIEW, GtkWidget)

gboolean fk_fold_view_get_folded (FkFoldView *self);
gboolean fk_fold_view_get_show_content (FkFoldView *self);
void fk_fold_view_set_show_content (FkFoldView *self, gboolean show_content);

G_END_DECLS
