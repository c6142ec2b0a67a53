/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Searches a whole byte source on a thread.  What is looked for has addresses that follow each
 * other, whatever stands between. */

#include "config.h"

#include "hex/fk-hex-find.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/fk-error.h"

#define PIECE (256 * 1024)

/* Feeds the bytes of a run, all of which are there, by their addresses. */
static void
feed_run (FkHexSearch *search,
          FkByteSource *source,
          guint64 position,
          const guint8 *bytes,
          const guint8 *present,
          gsize length)
{
  for (gsize done = 0; done < length;)
    {
      gsize n = fk_byte_source_count_consecutive (source, position + done, length - done);
      guint64 address = 0;

      if (fk_byte_source_get_address (source, position + done, &address))
        fk_hex_search_feed (search, address, bytes + done, present + done, n);
      done += n;
    }
}

static void
feed (FkHexSearch *search,
      FkByteSource *source,
      guint64 position,
      const guint8 *bytes,
      const guint8 *present,
      gsize length)
{
  for (gsize i = 0; i < length;)
    {
      const guint8 *first = memchr (present + i, FK_BYTE_PRESENT, length - i);
      gsize start;

      if (first == NULL)
        return;
      start = (gsize)(first - present);
      for (i = start; i < length && present[i] == FK_BYTE_PRESENT;)
        i++;
      feed_run (search, source, position + start, bytes + start, present + start, i - start);
    }
}

/* Addresses become the positions where they stand. */
static void
place_hits (GArray *hits, FkByteSource *source)
{
  for (guint i = 0; i < hits->len; i++)
    {
      guint64 *hit = &g_array_index (hits, guint64, i);

      fk_byte_source_get_position (source, *hit, hit);
    }
}

static void
search_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (FkHexSearch) search = fk_hex_search_new (task_data, FK_HEX_FIND_MAX);
  g_autofree guint8 *bytes = g_malloc (PIECE);
  g_autofree guint8 *present = g_malloc (PIECE);
  guint64 start;
  guint64 size;

  fk_byte_source_get_extent (source, &start, &size);
  for (guint64 done = 0; done < size; done += PIECE)
    {
      gsize length = MIN (PIECE, size - done);

      if (g_task_return_error_if_cancelled (task))
        return;
      fk_byte_source_read_in_thread (source, start + done, bytes, present, length);
      feed (search, source, start + done, bytes, present, length);
    }
  place_hits (fk_hex_search_get_hits (search), source);
  g_task_return_pointer (task, g_steal_pointer (&search), (GDestroyNotify)fk_hex_search_free);
}

/**
 * fk_hex_find_async:
 *
 * Looks for @pattern everywhere in @source, also where gaps divide it.
 */
void
fk_hex_find_async (FkByteSource *source,
                   FkHexPattern *pattern,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);

  g_task_set_source_tag (task, fk_hex_find_async);
  if (!fk_byte_source_can_read_in_thread (source))
    {
      g_task_return_new_error (task, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
                               _ ("This cannot be searched"));
      return;
    }
  g_task_set_task_data (task, fk_hex_pattern_ref (pattern), (GDestroyNotify)fk_hex_pattern_unref);
  g_task_run_in_thread (task, search_in_thread);
}

/**
 * fk_hex_find_finish:
 * @n_found: (out): how many places there are
 *
 * Returns: (transfer full) (element-type guint64): the positions of the first %FK_HEX_FIND_MAX of
 * them, ascending;
 * %NULL with %G_IO_ERROR_CANCELLED or %FK_ERROR_NOT_SUPPORTED
 */
GArray *
fk_hex_find_finish (FkByteSource *source, GAsyncResult *result, guint64 *n_found, GError **error)
{
  g_autoptr (FkHexSearch) search = NULL;

  g_return_val_if_fail (g_task_is_valid (result, source), NULL);

  search = g_task_propagate_pointer (G_TASK (result), error);
  if (search == NULL)
    return NULL;
  *n_found = fk_hex_search_get_n_found (search);
  return g_array_ref (fk_hex_search_get_hits (search));
}
