/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A great change comes in portions, each told truly, and at the end nothing is missing. */

#include "config.h"

#include "widgets/fk-gradual-list.h"

#define MANY    10000u
#define PORTION 16u

typedef struct
{
  GListStore *store;
  FkGradualList *list;
  GPtrArray *seen; /* what somebody knows who only listens */
  guint n_changes;
  guint largest; /* of the changes near the beginning */
  guint n_settled;
} Fixture;

static void
on_changed (GListModel *list, guint position, guint removed, guint added, Fixture *f)
{
  g_assert_cmpuint (position + removed, <=, f->seen->len);
  if (removed > 0)
    g_ptr_array_remove_range (f->seen, position, removed);
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (list, position + i);

      g_ptr_array_insert (f->seen, (int)(position + i), item);
    }
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, f->seen->len);
  f->n_changes++;
  if (position < 200)
    f->largest = MAX (f->largest, MAX (removed, added));
}

static void
on_settled (FkGradualList *list, Fixture *f)
{
  f->n_settled++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->store = g_list_store_new (G_TYPE_OBJECT);
  f->list = fk_gradual_list_new (G_LIST_MODEL (f->store));
  f->seen = g_ptr_array_new ();
  g_signal_connect (f->list, "items-changed", G_CALLBACK (on_changed), f);
  g_signal_connect (f->list, "settled", G_CALLBACK (on_settled), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_ptr_array_unref (f->seen);
  g_assert_finalize_object (f->list);
  g_assert_finalize_object (f->store);
}

static void
splice (Fixture *f, guint position, guint removed, guint added)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < added; i++)
    g_ptr_array_add (items, g_object_new (G_TYPE_OBJECT, NULL));
  g_list_store_splice (f->store, position, removed, items->pdata, added);
}

static void
settle (Fixture *f)
{
  while (!fk_gradual_list_is_settled (f->list))
    g_main_context_iteration (NULL, TRUE);
}

/* What is heard, what the list has and what the store has are the same. */
static void
assert_same (Fixture *f)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (f->store));

  g_assert_cmpuint (f->seen->len, ==, n_items);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->list)), ==, n_items);
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (GObject) wanted = g_list_model_get_item (G_LIST_MODEL (f->store), i);
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (f->list), i);

      g_assert_true (item == wanted);
      g_assert_true (g_ptr_array_index (f->seen, i) == wanted);
    }
}

static void
test_small (Fixture *f, gconstpointer data)
{
  splice (f, 0, 0, PORTION);
  g_assert_true (fk_gradual_list_is_settled (f->list));
  g_assert_cmpuint (f->n_settled, ==, 1);
  assert_same (f);
  splice (f, 3, 2, 1);
  g_assert_cmpuint (f->n_settled, ==, 2);
  assert_same (f);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (f->list), PORTION));
}

static void
test_many (Fixture *f, gconstpointer data)
{
  splice (f, 0, 0, MANY);
  g_assert_false (fk_gradual_list_is_settled (f->list));
  g_assert_cmpuint (f->n_changes, ==, 0);
  settle (f);
  assert_same (f);
  g_assert_cmpuint (f->n_settled, ==, 1);

  /* All are others. */
  splice (f, 0, MANY, MANY);
  settle (f);
  assert_same (f);

  /* Few are found, and then all again. */
  splice (f, 0, MANY, 20);
  settle (f);
  assert_same (f);
  splice (f, 0, 20, MANY);
  settle (f);
  assert_same (f);
  g_assert_cmpuint (f->largest, ==, PORTION);
}

/* What stays is not told of. */
static void
test_middle (Fixture *f, gconstpointer data)
{
  splice (f, 0, 0, MANY);
  settle (f);
  f->n_changes = 0;
  splice (f, 5000, 20, 0);
  settle (f);
  g_assert_cmpuint (f->n_changes, ==, 2);
  assert_same (f);
}

/* The store changes again before everything is passed on. */
static void
test_meanwhile (Fixture *f, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20261128);

  for (guint round = 0; round < 500; round++)
    {
      guint n_items = g_list_model_get_n_items (G_LIST_MODEL (f->store));
      guint position = (guint)g_rand_int_range (random, 0, (gint32)n_items + 1);
      guint removed = (guint)g_rand_int_range (random, 0, (gint32)(n_items - position) + 1);

      splice (f, position, removed, (guint)g_rand_int_range (random, 0, 600));
      if (round % 3 == 0)
        g_main_context_iteration (NULL, FALSE);
      else if (round % 3 == 1)
        settle (f);
      if (fk_gradual_list_is_settled (f->list))
        assert_same (f);
    }
  settle (f);
  assert_same (f);
}

static void
test_no_model (Fixture *f, gconstpointer data)
{
  splice (f, 0, 0, MANY);
  settle (f);
  f->largest = 0;
  fk_gradual_list_set_model (f->list, NULL);
  settle (f);
  g_assert_cmpuint (f->seen->len, ==, 0);
  g_assert_cmpuint (f->largest, ==, PORTION);
  splice (f, 0, 0, 1);
  g_assert_cmpuint (f->seen->len, ==, 0);
  fk_gradual_list_set_model (f->list, G_LIST_MODEL (f->store));
  settle (f);
  assert_same (f);
}

/* Nobody waits for a list that is gone. */
static void
test_gone (void)
{
  g_autoptr (GListStore) store = g_list_store_new (G_TYPE_OBJECT);
  FkGradualList *list = fk_gradual_list_new (G_LIST_MODEL (store));

  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (GObject) item = g_object_new (G_TYPE_OBJECT, NULL);

      g_list_store_append (store, item);
    }
  g_assert_finalize_object (list);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) \
  g_test_add ("/gradual-list/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("small", test_small);
  ADD ("many", test_many);
  ADD ("middle", test_middle);
  ADD ("meanwhile", test_meanwhile);
  ADD ("no-model", test_no_model);
  g_test_add_func ("/gradual-list/gone", test_gone);
  return g_test_run ();
}
