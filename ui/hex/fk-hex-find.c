/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Searches a whole byte source on a thread. */

#include "config.h"

#include "hex/fk-hex-find.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"

#define PIECE (256 * 1024)

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
      fk_hex_search_feed (search, start + done, bytes, present, length);
    }
  g_task_return_pointer (task, g_steal_pointer (&search), (GDestroyNotify)fk_hex_search_free);
}

/**
 * fk_hex_find_async:
 *
 * Looks for @pattern everywhere in @source.
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
 * Returns: (transfer full) (element-type guint64): the first %FK_HEX_FIND_MAX of them, ascending;
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
