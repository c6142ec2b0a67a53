/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "widgets/fk-diff-layout.h"

G_BEGIN_DECLS

/* One difference, for a list. */
#define FK_TYPE_DIFF_ITEM (fk_diff_item_get_type ())
G_DECLARE_FINAL_TYPE (FkDiffItem, fk_diff_item, FK, DIFF_ITEM, GObject)

const FkDiffPiece *fk_diff_item_get_piece (FkDiffItem *self);

/* The differences of a layout as a list model, whose items are made when they are asked for. */
#define FK_TYPE_DIFF_ITEMS (fk_diff_items_get_type ())
G_DECLARE_FINAL_TYPE (FkDiffItems, fk_diff_items, FK, DIFF_ITEMS, GObject)

GListModel *fk_diff_items_new (FkDiffLayout *layout);

G_END_DECLS
