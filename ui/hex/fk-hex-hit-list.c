/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hex/fk-hex-hit-list.h"

struct _FkHexHit
{
  GObject parent_instance;

  guint64 position;
};

struct _FkHexHitList
{
  GObject parent_instance;

  GArray *hits; /* of guint64, ascending; or %NULL */
};

static void fk_hex_hit_list_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE (FkHexHit, fk_hex_hit, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE_WITH_CODE (FkHexHitList,
                               fk_hex_hit_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      fk_hex_hit_list_iface_init))

/**
 * fk_hex_hits_find:
 * @hits: (element-type guint64): ascending
 *
 * Returns: the number of the first that is not before @position; the length if there is none
 */
guint
fk_hex_hits_find (GArray *hits, guint64 position)
{
  guint low = 0;
  guint high = hits->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (hits, guint64, middle) < position)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
fk_hex_hit_class_init (FkHexHitClass *klass)
{
}

static void
fk_hex_hit_init (FkHexHit *self)
{
}

guint64
fk_hex_hit_get_position (FkHexHit *self)
{
  g_return_val_if_fail (FK_IS_HEX_HIT (self), 0);

  return self->position;
}

static GType
fk_hex_hit_list_get_item_type (GListModel *model)
{
  return FK_TYPE_HEX_HIT;
}

static guint
fk_hex_hit_list_get_n_items (GListModel *model)
{
  FkHexHitList *self = FK_HEX_HIT_LIST (model);

  return self->hits != NULL ? self->hits->len : 0;
}

static gpointer
fk_hex_hit_list_get_item (GListModel *model, guint index)
{
  FkHexHitList *self = FK_HEX_HIT_LIST (model);
  FkHexHit *hit;

  if (self->hits == NULL || index >= self->hits->len)
    return NULL;
  hit = g_object_new (FK_TYPE_HEX_HIT, NULL);
  hit->position = g_array_index (self->hits, guint64, index);
  return hit;
}

static void
fk_hex_hit_list_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = fk_hex_hit_list_get_item_type;
  iface->get_n_items = fk_hex_hit_list_get_n_items;
  iface->get_item = fk_hex_hit_list_get_item;
}

static void
fk_hex_hit_list_finalize (GObject *object)
{
  FkHexHitList *self = FK_HEX_HIT_LIST (object);

  g_clear_pointer (&self->hits, g_array_unref);
  G_OBJECT_CLASS (fk_hex_hit_list_parent_class)->finalize (object);
}

static void
fk_hex_hit_list_class_init (FkHexHitListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_hex_hit_list_finalize;
}

static void
fk_hex_hit_list_init (FkHexHitList *self)
{
}

FkHexHitList *
fk_hex_hit_list_new (void)
{
  return g_object_new (FK_TYPE_HEX_HIT_LIST, NULL);
}

/**
 * fk_hex_hit_list_set:
 * @hits: (element-type guint64) (nullable): ascending; not changed from now on
 */
void
fk_hex_hit_list_set (FkHexHitList *self, GArray *hits)
{
  guint before;

  g_return_if_fail (FK_IS_HEX_HIT_LIST (self));

  before = fk_hex_hit_list_get_n_items (G_LIST_MODEL (self));
  if (hits != NULL)
    g_array_ref (hits);
  g_clear_pointer (&self->hits, g_array_unref);
  self->hits = hits;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, hits != NULL ? hits->len : 0);
}

/**
 * fk_hex_hit_list_get:
 *
 * Returns: (transfer none) (nullable) (element-type guint64): the places
 */
GArray *
fk_hex_hit_list_get (FkHexHitList *self)
{
  g_return_val_if_fail (FK_IS_HEX_HIT_LIST (self), NULL);

  return self->hits;
}
