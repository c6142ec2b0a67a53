/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Between what both have at the beginning and what both have at the end there are old items and new
 * ones.  As long as there are both, old ones are exchanged for new ones, whose rows a view then
 * fills anew.  Of what is left, the part near them is dropped or added in portions, for there are
 * rows for it; the rest, which lies further away than a view has rows, goes all at once. */

#include "config.h"

#include "widgets/fk-gradual-list.h"

#include <string.h>

#define PORTION 16
/* More than a list view has rows, on either side of what is seen. */
#define NEAR 256
/* A turn takes no more portions once it has lasted so long. */
#define TURN_US 5000

struct _FkGradualList
{
  GObject parent_instance;

  GListModel *model; /* (nullable) */
  GPtrArray *items;  /* what was passed on */
  guint n_passed;    /* of them, from the beginning: are as in the model */
  guint n_old;       /* after these: are not to stay */
  guint n_new;       /* in the model after n_passed: are to come in their place */
  guint next_turn;   /* source */
};

enum
{
  SETTLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void fk_gradual_list_model_init (GListModelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FkGradualList,
                               fk_gradual_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      fk_gradual_list_model_init))

static GType
get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
get_n_items (GListModel *model)
{
  return FK_GRADUAL_LIST (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *items = FK_GRADUAL_LIST (model)->items;

  return position < items->len ? g_object_ref (g_ptr_array_index (items, position)) : NULL;
}

static void
fk_gradual_list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

/* Whether an item that was passed on is the one at @position of the model. */
static gboolean
is_at (FkGradualList *self, guint index, guint position)
{
  g_autoptr (GObject) item = g_list_model_get_item (self->model, position);

  return item == g_ptr_array_index (self->items, index);
}

/* What is the same at either end is not told of. */
static void
find_change (FkGradualList *self)
{
  guint n_items = self->items->len;
  guint n_wanted = self->model != NULL ? g_list_model_get_n_items (self->model) : 0;
  guint head = 0;
  guint tail = 0;

  while (head < n_items && head < n_wanted && is_at (self, head, head))
    head++;
  while (tail < n_items - head && tail < n_wanted - head &&
         is_at (self, n_items - 1 - tail, n_wanted - 1 - tail))
    tail++;
  self->n_passed = head;
  self->n_old = n_items - head - tail;
  self->n_new = n_wanted - head - tail;
}

static void
exchange (FkGradualList *self, guint n)
{
  guint position = self->n_passed;
  g_autoptr (GPtrArray) old = g_ptr_array_new_full (n, g_object_unref);

  for (guint i = 0; i < n; i++)
    {
      g_ptr_array_add (old, g_ptr_array_index (self->items, position + i));
      g_ptr_array_index (self->items, position + i) =
          g_list_model_get_item (self->model, position + i);
    }
  self->n_passed += n;
  self->n_old -= n;
  self->n_new -= n;
  g_list_model_items_changed (G_LIST_MODEL (self), position, n, n);
}

/* From the end, so that no rows are made for what is to go next. */
static void
drop (FkGradualList *self, guint n)
{
  guint position = self->n_passed + self->n_old - n;

  g_ptr_array_remove_range (self->items, position, n);
  self->n_old -= n;
  g_list_model_items_changed (G_LIST_MODEL (self), position, n, 0);
}

static void
add (FkGradualList *self, guint n)
{
  guint position = self->n_passed;
  guint n_after = self->items->len - position;

  g_ptr_array_set_size (self->items, (int)(self->items->len + n));
  memmove (self->items->pdata + position + n, self->items->pdata + position,
           n_after * sizeof (gpointer));
  for (guint i = 0; i < n; i++)
    self->items->pdata[position + i] = g_list_model_get_item (self->model, position + i);
  self->n_passed += n;
  self->n_new -= n;
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, n);
}

/* Whoever hears of it may change the model: nothing is looked at after that. */
static void
pass_portion (FkGradualList *self)
{
  if (self->n_old > 0 && self->n_new > 0)
    exchange (self, MIN (PORTION, MIN (self->n_old, self->n_new)));
  else if (self->n_old > 0)
    drop (self, self->n_old > NEAR ? self->n_old - NEAR : MIN (PORTION, self->n_old));
  else
    add (self, self->n_passed < NEAR || self->n_new <= PORTION ? MIN (PORTION, self->n_new)
                                                               : self->n_new);
}

static void
settle (FkGradualList *self)
{
  g_clear_handle_id (&self->next_turn, g_source_remove);
  g_signal_emit (self, signals[SETTLED], 0);
}

static gboolean
on_turn (gpointer user_data)
{
  g_autoptr (FkGradualList) self = g_object_ref (FK_GRADUAL_LIST (user_data));
  gint64 end = g_get_monotonic_time () + TURN_US;

  while (!fk_gradual_list_is_settled (self) && g_get_monotonic_time () < end)
    pass_portion (self);
  if (!fk_gradual_list_is_settled (self))
    return G_SOURCE_CONTINUE;
  self->next_turn = 0;
  settle (self);
  return G_SOURCE_REMOVE;
}

static void
on_changed (FkGradualList *self)
{
  find_change (self);
  if (self->n_old > PORTION || self->n_new > PORTION)
    {
      if (self->next_turn == 0)
        self->next_turn = g_idle_add (on_turn, self);
      return;
    }
  while (!fk_gradual_list_is_settled (self))
    pass_portion (self);
  settle (self);
}

static void
fk_gradual_list_dispose (GObject *object)
{
  FkGradualList *self = FK_GRADUAL_LIST (object);

  g_clear_handle_id (&self->next_turn, g_source_remove);
  g_clear_object (&self->model);
  g_ptr_array_set_size (self->items, 0);
  G_OBJECT_CLASS (fk_gradual_list_parent_class)->dispose (object);
}

static void
fk_gradual_list_finalize (GObject *object)
{
  g_ptr_array_unref (FK_GRADUAL_LIST (object)->items);
  G_OBJECT_CLASS (fk_gradual_list_parent_class)->finalize (object);
}

static void
fk_gradual_list_class_init (FkGradualListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = fk_gradual_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = fk_gradual_list_finalize;
  signals[SETTLED] = g_signal_new ("settled", FK_TYPE_GRADUAL_LIST, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
fk_gradual_list_init (FkGradualList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * fk_gradual_list_new: (constructor)
 * @model: (nullable): of objects
 *
 * Returns: (transfer full): a list that is empty until the first turn of the main loop, where
 *   @model has many items
 */
FkGradualList *
fk_gradual_list_new (GListModel *model)
{
  FkGradualList *self = g_object_new (FK_TYPE_GRADUAL_LIST, NULL);

  fk_gradual_list_set_model (self, model);
  return self;
}

/**
 * fk_gradual_list_set_model:
 * @model: (nullable): what to follow from now on; %NULL: the list becomes empty
 */
void
fk_gradual_list_set_model (FkGradualList *self, GListModel *model)
{
  g_return_if_fail (FK_IS_GRADUAL_LIST (self));
  g_return_if_fail (model == NULL || G_IS_LIST_MODEL (model));

  if (self->model == model)
    return;
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_func (self->model, on_changed, self);
  g_set_object (&self->model, model);
  if (model != NULL)
    g_signal_connect_object (model, "items-changed", G_CALLBACK (on_changed), self,
                             G_CONNECT_SWAPPED);
  on_changed (self);
}

/* Whether everything is passed on. */
gboolean
fk_gradual_list_is_settled (FkGradualList *self)
{
  g_return_val_if_fail (FK_IS_GRADUAL_LIST (self), TRUE);

  return self->n_old == 0 && self->n_new == 0;
}
