/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "image/fk-image.h"
#include "widgets/fk-diff-layout.h"

G_BEGIN_DECLS

/**
 * FkDiffList:
 *
 * The differences of two or three images, one a row: where, how many bytes, who differs from whom,
 * in which sector and the first bytes of each.  Any number of them; only what is seen is made.
 *
 * Signal: "activated" (guint: the index of the difference).
 */
#define FK_TYPE_DIFF_LIST (fk_diff_list_get_type ())
G_DECLARE_FINAL_TYPE (FkDiffList, fk_diff_list, FK, DIFF_LIST, GtkWidget)

void fk_diff_list_show (FkDiffList *self,
                        FkDiffLayout *layout,
                        FkImage *const *images,
                        const FkRange *sectors,
                        guint n_sectors);
gboolean fk_diff_list_free_some (FkDiffList *self);
void fk_diff_list_select (FkDiffList *self, guint index);

G_END_DECLS
