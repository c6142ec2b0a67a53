/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pages are numbered by position / page size, so that they begin at round positions; the first and
 * the last may be shorter.  Of wishes that were not begun only the latest few are kept: whoever
 * scrolled past does not wait for what is no longer seen. */

#include "config.h"

#include "hex/fk-paged-source.h"

#include <string.h>

#define MAX_PAGES  64
#define MAX_WISHES 8

typedef struct
{
  GBytes *bytes; /* may be shorter than the page: the rest cannot be read */
  guint64 used;  /* when it was last asked for, in reads */
} Page;

struct _FkPagedSource
{
  GObject parent_instance;

  guint64 start;
  guint64 size;
  gsize page_size;
  FkPageLoadFunc load;
  FkPageReadFunc read; /* or %NULL: nothing is read but what is looked at */
  gpointer user_data;
  GDestroyNotify destroy;

  GHashTable *pages;   /* of Page, by number */
  GArray *wishes;      /* of guint64, page numbers, the latest at the end */
  guint max_together;  /* pages that are fetched at once */
  guint n_alone;       /* so many are fetched one by one, as together they could not be read */
  guint64 loading;     /* the first page that is being fetched */
  guint n_loading;     /* and how many with it */
  gboolean is_loading; /* whether there is one */
  gboolean is_stale;   /* what comes for it was overtaken by a refresh */
  guint64 n_reads;
};

static void
page_free (Page *page)
{
  g_bytes_unref (page->bytes);
  g_free (page);
}

static guint64
get_page_start (FkPagedSource *self, guint64 number)
{
  return MAX (number * self->page_size, self->start);
}

static gsize
get_page_length (FkPagedSource *self, guint64 number)
{
  guint64 end = MIN ((number + 1) * self->page_size, self->start + self->size);

  return end - get_page_start (self, number);
}

/* Returns: whether there was such a wish, which is then none any more */
static gboolean
take_wish (FkPagedSource *self, guint64 number)
{
  for (guint i = 0; i < self->wishes->len; i++)
    if (g_array_index (self->wishes, guint64, i) == number)
      {
        g_array_remove_index (self->wishes, i);
        return TRUE;
      }
  return FALSE;
}

/* Bytes of the pages that are being fetched. */
static gsize
get_loading_length (FkPagedSource *self)
{
  guint64 last = self->loading + self->n_loading - 1;

  return get_page_start (self, last) + get_page_length (self, last) -
         get_page_start (self, self->loading);
}

/* The latest wish, and neighbours of it that are wanted as well. */
static void
load_next (FkPagedSource *self)
{
  guint max = self->n_alone > 0 ? 1 : self->max_together;

  if (self->is_loading || self->wishes->len == 0)
    return;
  self->loading = g_array_index (self->wishes, guint64, self->wishes->len - 1);
  self->n_loading = 1;
  g_array_set_size (self->wishes, self->wishes->len - 1);
  while (self->n_loading < max && self->loading > 0 && take_wish (self, self->loading - 1))
    {
      self->loading--;
      self->n_loading++;
    }
  while (self->n_loading < max && take_wish (self, self->loading + self->n_loading))
    self->n_loading++;
  self->n_alone -= MIN (self->n_alone, 1);
  self->is_loading = TRUE;
  self->load (self, get_page_start (self, self->loading), get_loading_length (self),
              self->user_data);
}

static void
wish (FkPagedSource *self, guint64 number)
{
  if (self->is_loading && !self->is_stale && number >= self->loading &&
      number - self->loading < self->n_loading)
    return;
  take_wish (self, number);
  if (self->wishes->len >= MAX_WISHES)
    g_array_remove_index (self->wishes, 0);
  g_array_append_val (self->wishes, number);
  load_next (self);
}

static void
fk_paged_source_get_extent (FkByteSource *source, guint64 *start, guint64 *size)
{
  FkPagedSource *self = FK_PAGED_SOURCE (source);

  *start = self->start;
  *size = self->size;
}

/* Fills @length bytes that all lie in page @number. */
static void
read_page (
    FkPagedSource *self, guint64 number, gsize offset, guint8 *bytes, guint8 *present, gsize length)
{
  Page *page = g_hash_table_lookup (self->pages, &number);
  gsize size;
  const guint8 *data;
  gsize known;

  if (page == NULL)
    {
      memset (present, FK_BYTE_PENDING, length);
      wish (self, number);
      return;
    }
  page->used = self->n_reads;
  data = g_bytes_get_data (page->bytes, &size);
  known = size > offset ? MIN (size - offset, length) : 0;
  if (known > 0)
    memcpy (bytes, data + offset, known);
  memset (present, FK_BYTE_PRESENT, known);
  memset (present + known, FK_BYTE_UNREADABLE, length - known);
}

static void
fk_paged_source_read (
    FkByteSource *source, guint64 position, guint8 *bytes, guint8 *present, gsize length)
{
  FkPagedSource *self = FK_PAGED_SOURCE (source);
  guint64 begin = MAX (position, self->start);
  guint64 end = MIN (position + length, self->start + self->size);

  memset (present, FK_BYTE_ABSENT, length);
  self->n_reads++;
  while (begin < end)
    {
      guint64 number = begin / self->page_size;
      guint64 page_start = get_page_start (self, number);
      gsize n = MIN (end, page_start + get_page_length (self, number)) - begin;

      read_page (self, number, begin - page_start, bytes + (begin - position),
                 present + (begin - position), n);
      begin += n;
    }
}

static gboolean
fk_paged_source_can_read_in_thread (FkByteSource *source)
{
  return FK_PAGED_SOURCE (source)->read != NULL;
}

static void
fk_paged_source_read_in_thread (
    FkByteSource *source, guint64 position, guint8 *bytes, guint8 *present, gsize length)
{
  FkPagedSource *self = FK_PAGED_SOURCE (source);
  guint64 begin = MAX (position, self->start);
  guint64 end = MIN (position + length, self->start + self->size);
  gsize n;

  memset (present, FK_BYTE_ABSENT, length);
  if (begin >= end)
    return;
  n = self->read (begin, bytes + (begin - position), end - begin, self->user_data);
  memset (present + (begin - position), FK_BYTE_UNREADABLE, end - begin);
  memset (present + (begin - position), FK_BYTE_PRESENT, n);
}

static void
fk_paged_source_iface_init (FkByteSourceInterface *iface)
{
  iface->get_extent = fk_paged_source_get_extent;
  iface->read = fk_paged_source_read;
  iface->can_read_in_thread = fk_paged_source_can_read_in_thread;
  iface->read_in_thread = fk_paged_source_read_in_thread;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FkPagedSource,
                               fk_paged_source,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (FK_TYPE_BYTE_SOURCE,
                                                      fk_paged_source_iface_init))

static void
fk_paged_source_finalize (GObject *object)
{
  FkPagedSource *self = FK_PAGED_SOURCE (object);

  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_clear_pointer (&self->pages, g_hash_table_unref);
  g_clear_pointer (&self->wishes, g_array_unref);
  G_OBJECT_CLASS (fk_paged_source_parent_class)->finalize (object);
}

static void
fk_paged_source_class_init (FkPagedSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_paged_source_finalize;
}

static void
fk_paged_source_init (FkPagedSource *self)
{
  self->pages =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)page_free);
  self->wishes = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->max_together = 1;
}

/**
 * fk_paged_source_new: (constructor)
 * @size: at most 2^62
 * @page_size: how much is fetched at once
 * @load: fetches a page
 *
 * Returns: (transfer full): a source of which nothing is known yet
 */
FkByteSource *
fk_paged_source_new (guint64 start,
                     guint64 size,
                     gsize page_size,
                     FkPageLoadFunc load,
                     gpointer user_data,
                     GDestroyNotify destroy)
{
  FkPagedSource *self;

  g_return_val_if_fail (page_size > 0, NULL);
  g_return_val_if_fail (load != NULL, NULL);

  self = g_object_new (FK_TYPE_PAGED_SOURCE, NULL);
  self->start = start;
  self->size = size;
  self->page_size = page_size;
  self->load = load;
  self->user_data = user_data;
  self->destroy = destroy;
  return FK_BYTE_SOURCE (self);
}

/**
 * fk_paged_source_set_read_func:
 *
 * For a source that may be read as a whole, to be searched for example; before it is used.
 */
void
fk_paged_source_set_read_func (FkPagedSource *self, FkPageReadFunc read)
{
  g_return_if_fail (FK_IS_PAGED_SOURCE (self));

  self->read = read;
}

/* Forgets the page that nobody asked for the longest. */
static void
make_room (FkPagedSource *self)
{
  GHashTableIter iter;
  gpointer key;
  gpointer value;
  gpointer oldest = NULL;
  guint64 used = G_MAXUINT64;

  if (g_hash_table_size (self->pages) < MAX_PAGES)
    return;
  g_hash_table_iter_init (&iter, self->pages);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (((Page *)value)->used < used)
      {
        oldest = key;
        used = ((Page *)value)->used;
      }
  g_hash_table_remove (self->pages, oldest);
}

static void
keep_page (FkPagedSource *self, guint64 number, GBytes *bytes)
{
  Page *page = g_new0 (Page, 1);

  make_room (self);
  page->bytes = g_bytes_ref (bytes);
  page->used = self->n_reads;
  g_hash_table_replace (self->pages, g_memdup2 (&number, sizeof number), page);
}

static void
keep_pages (FkPagedSource *self, GBytes *bytes)
{
  guint64 start = get_page_start (self, self->loading);

  for (guint i = 0; i < self->n_loading; i++)
    {
      guint64 number = self->loading + i;
      gsize offset = MIN (get_page_start (self, number) - start, g_bytes_get_size (bytes));
      gsize length = MIN (get_page_length (self, number), g_bytes_get_size (bytes) - offset);
      g_autoptr (GBytes) page = g_bytes_new_from_bytes (bytes, offset, length);

      keep_page (self, number, page);
    }
}

/* One of several pages could not be read; which one shows when each is fetched by itself. */
static void
wish_alone (FkPagedSource *self)
{
  self->n_alone = self->n_loading;
  for (guint i = 0; i < self->n_loading; i++)
    {
      guint64 number = self->loading + i;

      g_array_append_val (self->wishes, number);
    }
}

/**
 * fk_paged_source_answer:
 * @bytes: (nullable): what was fetched, from the beginning of the page; what is missing at the end,
 * or all of it, cannot be read
 */
void
fk_paged_source_answer (FkPagedSource *self, GBytes *bytes)
{
  g_autoptr (GBytes) held = bytes != NULL ? g_bytes_ref (bytes) : g_bytes_new (NULL, 0);
  guint64 position;
  gsize length;

  g_return_if_fail (FK_IS_PAGED_SOURCE (self));
  g_return_if_fail (self->is_loading);

  position = get_page_start (self, self->loading);
  length = get_loading_length (self);
  self->is_loading = FALSE;
  if (!self->is_stale && self->n_loading > 1 && g_bytes_get_size (held) < length)
    wish_alone (self);
  else if (!self->is_stale)
    keep_pages (self, held);
  self->is_stale = FALSE;
  load_next (self);
  fk_byte_source_changed (FK_BYTE_SOURCE (self), position, length);
}

/**
 * fk_paged_source_set_max_together:
 * @n_pages: at least 1
 *
 * For sources where each fetching takes its time, however little is fetched: up to @n_pages
 * neighbours that are wanted are fetched at once; one by one when that fails.
 */
void
fk_paged_source_set_max_together (FkPagedSource *self, guint n_pages)
{
  g_return_if_fail (FK_IS_PAGED_SOURCE (self));
  g_return_if_fail (n_pages > 0);

  self->max_together = n_pages;
}

/**
 * fk_paged_source_refresh:
 *
 * Forgets what was fetched; what is looked at is then fetched anew.
 */
void
fk_paged_source_refresh (FkPagedSource *self)
{
  g_return_if_fail (FK_IS_PAGED_SOURCE (self));

  g_hash_table_remove_all (self->pages);
  g_array_set_size (self->wishes, 0);
  self->n_alone = 0;
  self->is_stale = self->is_loading;
  fk_byte_source_changed (FK_BYTE_SOURCE (self), self->start, self->size);
}
