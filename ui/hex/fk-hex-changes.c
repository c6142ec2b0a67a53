/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The changes are kept in pages, of which there are only those with a change.  The runs of changed
 * bytes are known by page, so that one more change in a large file costs one page. */

#include "config.h"

#include "hex/fk-hex-changes.h"

#include "hex/fk-hex-mark.h"

#define PAGE_SIZE 4096

typedef struct
{
  guint64 number;
  guint n_changed;
  GArray *runs; /* of FkHexMark, of the bytes that changed; %NULL: not known */
  guint8 bytes[PAGE_SIZE];
  guint8 is_changed[PAGE_SIZE];
} Page;

static void
page_free (gpointer data)
{
  Page *page = data;

  g_clear_pointer (&page->runs, g_array_unref);
  g_free (page);
}

struct _FkHexChanges
{
  GMutex lock;       /* of @pages and what is in them */
  GHashTable *pages; /* of Page, by number; none without a change */
  guint64 n;
  GArray *runs; /* of FkHexMark; %NULL: not known */
};

FkHexChanges *
fk_hex_changes_new (void)
{
  FkHexChanges *self = g_new0 (FkHexChanges, 1);

  g_mutex_init (&self->lock);
  self->pages = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, page_free);
  return self;
}

void
fk_hex_changes_free (FkHexChanges *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->pages);
  g_clear_pointer (&self->runs, g_array_unref);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Needs the lock. */
static Page *
get_page (FkHexChanges *self, guint64 number)
{
  Page *page = g_hash_table_lookup (self->pages, &number);

  if (page == NULL)
    {
      page = g_new0 (Page, 1);
      page->number = number;
      g_hash_table_insert (self->pages, &page->number, page);
    }
  return page;
}

/* Needs the lock.  @originals: what the base has at the same place */
static void
put_in_page (FkHexChanges *self,
             guint64 number,
             gsize offset,
             const guint8 *bytes,
             const guint8 *originals,
             gsize size)
{
  Page *page = get_page (self, number);

  g_clear_pointer (&page->runs, g_array_unref);
  for (gsize i = 0; i < size; i++)
    {
      gboolean is_changed = bytes[i] != originals[i];

      page->n_changed += (guint)is_changed - page->is_changed[offset + i];
      self->n += (guint64)is_changed - page->is_changed[offset + i];
      page->is_changed[offset + i] = (guint8)is_changed;
      page->bytes[offset + i] = bytes[i];
    }
  if (page->n_changed == 0)
    g_hash_table_remove (self->pages, &number);
}

/**
 * fk_hex_changes_put:
 * @bytes: what is there from now on
 * @originals: what was there before any change
 */
void
fk_hex_changes_put (
    FkHexChanges *self, guint64 position, const guint8 *bytes, const guint8 *originals, gsize size)
{
  gsize done = 0;

  g_return_if_fail (self != NULL);
  g_return_if_fail (bytes != NULL && originals != NULL);

  g_mutex_lock (&self->lock);
  while (done < size)
    {
      gsize offset = (position + done) % PAGE_SIZE;
      gsize n = MIN (PAGE_SIZE - offset, size - done);

      put_in_page (self, (position + done) / PAGE_SIZE, offset, bytes + done, originals + done, n);
      done += n;
    }
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&self->runs, g_array_unref);
}

/**
 * fk_hex_changes_apply:
 * @bytes: (inout): the originals; those that were overwritten are replaced
 */
void
fk_hex_changes_apply (FkHexChanges *self, guint64 position, guint8 *bytes, gsize size)
{
  g_autoptr (GMutexLocker) locker = NULL;
  gsize done = 0;

  g_return_if_fail (self != NULL);

  locker = g_mutex_locker_new (&self->lock);
  while (done < size && g_hash_table_size (self->pages) > 0)
    {
      guint64 number = (position + done) / PAGE_SIZE;
      gsize offset = (position + done) % PAGE_SIZE;
      gsize n = MIN (PAGE_SIZE - offset, size - done);
      const Page *page = g_hash_table_lookup (self->pages, &number);

      for (gsize i = 0; page != NULL && i < n; i++)
        if (page->is_changed[offset + i])
          bytes[done + i] = page->bytes[offset + i];
      done += n;
    }
}

/* Returns: how many bytes are changed */
guint64
fk_hex_changes_get_n (FkHexChanges *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n;
}

/* Returns: whether the byte at @position is changed */
gboolean
fk_hex_changes_have (FkHexChanges *self, guint64 position)
{
  guint64 number = position / PAGE_SIZE;
  const Page *page;

  g_return_val_if_fail (self != NULL, FALSE);

  page = g_hash_table_lookup (self->pages, &number);
  return page != NULL && page->is_changed[position % PAGE_SIZE];
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  const Page *left = *(const Page *const *)a;
  const Page *right = *(const Page *const *)b;

  return left->number < right->number ? -1 : left->number > right->number;
}

static GArray *
make_runs (const Page *page)
{
  GArray *runs = g_array_new (FALSE, FALSE, sizeof (FkHexMark));
  guint i = 0;

  while (i < PAGE_SIZE)
    {
      FkHexMark run = { page->number * PAGE_SIZE + i, 0 };

      for (; i < PAGE_SIZE && page->is_changed[i]; i++)
        run.size++;
      if (run.size > 0)
        g_array_append_val (runs, run);
      else
        i++;
    }
  return runs;
}

/* A run may go on from one page to the next. */
static void
add_runs (GArray *all, GArray *runs)
{
  FkHexMark *first = &g_array_index (runs, FkHexMark, 0);
  FkHexMark *last = all->len > 0 ? &g_array_index (all, FkHexMark, all->len - 1) : NULL;
  guint n_joined = last != NULL && last->start + last->size == first->start ? 1 : 0;

  if (n_joined > 0)
    last->size += first->size;
  g_array_append_vals (all, first + n_joined, runs->len - n_joined);
}

/**
 * fk_hex_changes_get_runs:
 *
 * Returns: (transfer none) (element-type FkHexMark): the runs of changed bytes, ascending; until
 *   the next change
 */
GArray *
fk_hex_changes_get_runs (FkHexChanges *self)
{
  g_autoptr (GPtrArray) pages = NULL;
  GHashTableIter iter;
  gpointer page;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->runs != NULL)
    return self->runs;
  pages = g_ptr_array_new ();
  g_hash_table_iter_init (&iter, self->pages);
  while (g_hash_table_iter_next (&iter, NULL, &page))
    g_ptr_array_add (pages, page);
  g_ptr_array_sort (pages, compare_numbers);
  self->runs = g_array_new (FALSE, FALSE, sizeof (FkHexMark));
  for (guint i = 0; i < pages->len; i++)
    {
      Page *changed = g_ptr_array_index (pages, i);

      /* Only of the pages that were written since. */
      if (changed->runs == NULL)
        changed->runs = make_runs (changed);
      add_runs (self->runs, changed->runs);
    }
  return self->runs;
}
