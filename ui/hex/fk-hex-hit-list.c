/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hex/fk-hex-hit-list.h"

/* A list view makes or drops the rows of 200 items at once; that takes longer than a frame.  So
 * places come in portions, one a turn of the main loop, in the stead of those of the search before
 * as long as there are any; and the others, which lie beyond, come with the last of them. */
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
  GArray *old;     /* of the search before, listed behind these; or %NULL */
  guint first_old; /* of them, that is still listed */
  guint n_old;     /* from there on */
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
  FkHexHitList *self = FK_HEX_HIT_LIST (model);

  return self->n_listed + self->n_old;
}

static guint64
get_position (FkHexHitList *self, guint index)
{
  if (index < self->n_listed)
    return g_array_index (self->hits, guint64, index);
  return g_array_index (self->old, guint64, self->first_old + index - self->n_listed);
}

static gpointer
fk_hex_hit_list_get_item (GListModel *model, guint index)
{
  FkHexHitList *self = FK_HEX_HIT_LIST (model);
  FkHexHit *hit;

  if (index >= fk_hex_hit_list_get_n_items (model))
    return NULL;
  hit = g_object_new (FK_TYPE_HEX_HIT, NULL);
  hit->position = get_position (self, index);
  return hit;
}

static void
fk_hex_hit_list_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = fk_hex_hit_list_get_item_type;
  iface->get_n_items = fk_hex_hit_list_get_n_items;
  iface->get_item = fk_hex_hit_list_get_item;
}

static guint
count_left (FkHexHitList *self)
{
  return self->hits != NULL ? self->hits->len - self->n_listed : 0;
}

/* @n_gone of the old ones go, the last ones if nothing comes in their stead.  Whoever hears of it
 * may set other hits. */
static void
exchange (FkHexHitList *self, guint n_gone, guint n_come)
{
  guint at = self->n_listed;

  if (n_come > 0)
    self->first_old += n_gone;
  else
    at += self->n_old - n_gone;
  self->n_old -= n_gone;
  self->n_listed += n_come;
  if (self->n_old == 0)
    g_clear_pointer (&self->old, g_array_unref);
  if (self->n_old == 0 && count_left (self) == 0)
    g_clear_handle_id (&self->next_turn, g_source_remove);
  if (n_gone > 0 || n_come > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), at, n_gone, n_come);
}

static void
step (FkHexHitList *self)
{
  guint n_left = count_left (self);

  if (self->n_old > 0 || self->n_listed < NEAR)
    exchange (self, MIN (self->n_old, PORTION), MIN (n_left, PORTION));
  else
    exchange (self, 0, n_left);
}

static gboolean
on_turn (gpointer user_data)
{
  step (user_data);
  return G_SOURCE_CONTINUE; /* unless it was removed */
}

/* What is listed becomes old; what lies further away than a view has rows is to go at once. */
static void
retire (FkHexHitList *self)
{
  guint n_items = self->n_listed + self->n_old;
  guint n_kept = MIN (n_items, NEAR);
  GArray *old = g_array_sized_new (FALSE, FALSE, sizeof (guint64), n_kept);

  for (guint i = 0; i < n_kept; i++)
    {
      guint64 position = get_position (self, i);

      g_array_append_val (old, position);
    }
  g_clear_pointer (&self->hits, g_array_unref);
  g_clear_pointer (&self->old, g_array_unref);
  self->old = old;
  self->first_old = 0;
  self->n_old = n_items;
  self->n_listed = 0;
}

static void
fk_hex_hit_list_finalize (GObject *object)
{
  FkHexHitList *self = FK_HEX_HIT_LIST (object);

  g_clear_handle_id (&self->next_turn, g_source_remove);
  g_clear_pointer (&self->hits, g_array_unref);
  g_clear_pointer (&self->old, g_array_unref);
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
  g_autoptr (GArray) kept = hits != NULL ? g_array_ref (hits) : NULL;

  g_return_if_fail (FK_IS_HEX_HIT_LIST (self));

  retire (self);
  self->hits = g_steal_pointer (&kept);
  if (self->next_turn == 0)
    self->next_turn = g_idle_add (on_turn, self);
  if (self->n_old > self->old->len)
    exchange (self, self->n_old - self->old->len, 0);
  else
    step (self);
}

/**
 * fk_hex_hit_list_complete:
 *
 * Lists at once what is still to come, and nothing else.
 */
void
fk_hex_hit_list_complete (FkHexHitList *self)
{
  g_return_if_fail (FK_IS_HEX_HIT_LIST (self));

  if (self->next_turn != 0)
    exchange (self, self->n_old, count_left (self));
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
