/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The differences of a layout as a list model: there may be a million, of which some dozens are
 * seen. */

#include "config.h"

#include "widgets/fk-diff-items.h"

struct _FkDiffItem
{
  GObject parent_instance;

  FkDiffLayout *layout; /* holds @piece */
  const FkDiffPiece *piece;
};

G_DEFINE_FINAL_TYPE (FkDiffItem, fk_diff_item, G_TYPE_OBJECT)

static void
fk_diff_item_finalize (GObject *object)
{
  g_clear_pointer (&FK_DIFF_ITEM (object)->layout, fk_diff_layout_unref);
  G_OBJECT_CLASS (fk_diff_item_parent_class)->finalize (object);
}

static void
fk_diff_item_class_init (FkDiffItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_diff_item_finalize;
}

static void
fk_diff_item_init (FkDiffItem *self)
{
}

const FkDiffPiece *
fk_diff_item_get_piece (FkDiffItem *self)
{
  g_return_val_if_fail (FK_IS_DIFF_ITEM (self), NULL);

  return self->piece;
}

struct _FkDiffItems
{
  GObject parent_instance;

  FkDiffLayout *layout;
};

static GType
fk_diff_items_get_item_type (GListModel *model)
{
  return FK_TYPE_DIFF_ITEM;
}

static guint
fk_diff_items_get_n_items (GListModel *model)
{
  return fk_diff_layout_get_n_differences (FK_DIFF_ITEMS (model)->layout);
}

static gpointer
fk_diff_items_get_item (GListModel *model, guint position)
{
  FkDiffItems *self = FK_DIFF_ITEMS (model);
  FkDiffItem *item;

  if (position >= fk_diff_layout_get_n_differences (self->layout))
    return NULL;
  item = g_object_new (FK_TYPE_DIFF_ITEM, NULL);
  item->layout = fk_diff_layout_ref (self->layout);
  item->piece = fk_diff_layout_get_difference (self->layout, position);
  return item;
}

static void
fk_diff_items_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = fk_diff_items_get_item_type;
  iface->get_n_items = fk_diff_items_get_n_items;
  iface->get_item = fk_diff_items_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FkDiffItems,
                               fk_diff_items,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, fk_diff_items_iface_init))

static void
fk_diff_items_finalize (GObject *object)
{
  g_clear_pointer (&FK_DIFF_ITEMS (object)->layout, fk_diff_layout_unref);
  G_OBJECT_CLASS (fk_diff_items_parent_class)->finalize (object);
}

static void
fk_diff_items_class_init (FkDiffItemsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_diff_items_finalize;
}

static void
fk_diff_items_init (FkDiffItems *self)
{
}

GListModel *
fk_diff_items_new (FkDiffLayout *layout)
{
  FkDiffItems *self;

  g_return_val_if_fail (layout != NULL, NULL);

  self = g_object_new (FK_TYPE_DIFF_ITEMS, NULL);
  self->layout = fk_diff_layout_ref (layout);
  return G_LIST_MODEL (self);
}
