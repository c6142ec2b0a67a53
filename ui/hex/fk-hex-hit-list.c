/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hex/fk-hex-hit-list.h"

/* A list view makes a row for each of the first 200 items at once; that takes longer than a frame.
 * So they come in portions, one a turn of the main loop, and the others, which lie beyond, with
 * the last of them. */
#define PORTION 20
#define NEAR    240

struct _FkHexHit
{
  GObject parent_instance;

  guint64 position;
};

struct _FkHexHitList
{
  GObject parent_instance;

  GArray *hits;    /* of guint64, ascending; or %NULL */
  guint n_listed;  /* of them; the others are still to come */
  guint next_turn; /* source */
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
  return FK_HEX_HIT_LIST (model)->n_listed;
}

static gpointer
fk_hex_hit_list_get_item (GListModel *model, guint index)
{
  FkHexHitList *self = FK_HEX_HIT_LIST (model);
  FkHexHit *hit;

  if (index >= self->n_listed)
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

/* Whoever hears of it may set other hits. */
static void
list_more (FkHexHitList *self, guint n_more)
{
  guint before = self->n_listed;

  self->n_listed += n_more;
  if (self->n_listed == self->hits->len)
    g_clear_handle_id (&self->next_turn, g_source_remove);
  g_list_model_items_changed (G_LIST_MODEL (self), before, 0, n_more);
}

static gboolean
on_turn (gpointer user_data)
{
  FkHexHitList *self = FK_HEX_HIT_LIST (user_data);
  guint n_left = self->hits->len - self->n_listed;

  list_more (self, self->n_listed < NEAR ? MIN (n_left, PORTION) : n_left);
  return G_SOURCE_CONTINUE; /* unless it was removed */
}

static void
fk_hex_hit_list_finalize (GObject *object)
{
  FkHexHitList *self = FK_HEX_HIT_LIST (object);

  g_clear_handle_id (&self->next_turn, g_source_remove);
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

  before = self->n_listed;
  if (hits != NULL)
    g_array_ref (hits);
  g_clear_pointer (&self->hits, g_array_unref);
  g_clear_handle_id (&self->next_turn, g_source_remove);
  self->hits = hits;
  self->n_listed = hits != NULL ? MIN (hits->len, PORTION) : 0;
  if (hits != NULL && self->n_listed < hits->len)
    self->next_turn = g_idle_add (on_turn, self);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, self->n_listed);
}

/**
 * fk_hex_hit_list_complete:
 *
 * Lists at once what is still to come.
 */
void
fk_hex_hit_list_complete (FkHexHitList *self)
{
  g_return_if_fail (FK_IS_HEX_HIT_LIST (self));

  if (self->next_turn != 0)
    list_more (self, self->hits->len - self->n_listed);
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
