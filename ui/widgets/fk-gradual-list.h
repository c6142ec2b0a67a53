/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * FkGradualList:
 *
 * A list model that follows another, and passes a great change of it on in portions, one a turn of
 * the main loop.  A change that is no more than a portion is passed on at once.
 *
 * A list view keeps some 200 rows alive and makes, fills or drops all of them in the handler of the
 * one signal that tells of a change; that takes longer than a frame.
 *
 * Signals: "settled": everything is passed on.
 */
#define FK_TYPE_GRADUAL_LIST (fk_gradual_list_get_type ())
G_DECLARE_FINAL_TYPE (FkGradualList, fk_gradual_list, FK, GRADUAL_LIST, GObject)

FkGradualList *fk_gradual_list_new (GListModel *model);
void fk_gradual_list_set_model (FkGradualList *self, GListModel *model);
gboolean fk_gradual_list_is_settled (FkGradualList *self);

G_END_DECLS
