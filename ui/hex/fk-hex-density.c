/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How full and how random the parts of a byte source are.  Of parts that are larger than
 * MAX_READ only the beginnings of equal pieces are looked at, so that 4 GiB take no longer than
 * some 30 MiB. */

#include "config.h"

#include "hex/fk-hex-density.h"

#include <math.h>
#include <string.h>

#include "base/fk-error.h"

#define MAX_READ (64 * 1024)
#define N_PIECES 16

/**
 * fk_hex_density_measure:
 * @present: (array length=size): an #FkByteState for each byte
 * @blank: what an erased byte reads as
 */
FkHexDensity
fk_hex_density_measure (const guint8 *bytes, const guint8 *present, gsize size, guint8 blank)
{
  guint counts[256] = { 0 };
  FkHexDensity density = { 0, 0 };
  gsize n_present = 0;
  gsize n_used;
  double entropy = 0;

  for (gsize i = 0; i < size; i++)
    if (present[i] == FK_BYTE_PRESENT)
      {
        counts[bytes[i]]++;
        n_present++;
      }
  n_used = n_present - counts[blank];
  if (n_used == 0)
    return density;
  density.used = (float)n_used / (float)size;
  for (guint i = 0; i < 256; i++)
    if (counts[i] > 0)
      {
        double p = (double)counts[i] / (double)n_present;

        entropy -= p * log2 (p);
      }
  density.entropy = (float)entropy;
  return density;
}

/* Returns: how much of @size bytes from @position on was read, from several places if not all */
static gsize
read_part (FkByteSource *source, guint64 position, guint64 size, guint8 *bytes, guint8 *present)
{
  gsize done = 0;

  if (size <= MAX_READ)
    {
      fk_byte_source_read_in_thread (source, position, bytes, present, size);
      return size;
    }
  for (guint i = 0; i < N_PIECES; i++)
    {
      fk_byte_source_read_in_thread (source, position + size / N_PIECES * i, bytes + done,
                                     present + done, MAX_READ / N_PIECES);
      done += MAX_READ / N_PIECES;
    }
  return done;
}

typedef struct
{
  guint n_parts; /* of the whole */
  guint first;
  guint n;
  guint8 blank;
} Wanted;

/* There are no more parts than bytes. */
static guint
limit_parts (guint n_parts, guint64 size)
{
  return (guint)MIN (n_parts, size);
}

/**
 * fk_hex_density_find_parts:
 * @n_parts: of all of @source
 * @first: (out): the part that @position is in
 *
 * Returns: how many of the parts @size bytes from @position on lie in; 0 if they are outside
 */
guint
fk_hex_density_find_parts (
    FkByteSource *source, guint n_parts, guint64 position, guint64 size, guint *first)
{
  guint64 start;
  guint64 extent;
  guint64 begin;
  guint64 end;

  g_return_val_if_fail (FK_IS_BYTE_SOURCE (source), 0);
  g_return_val_if_fail (first != NULL, 0);

  fk_byte_source_get_extent (source, &start, &extent);
  n_parts = limit_parts (n_parts, extent);
  begin = MAX (position, start);
  end = MIN (position + size, start + extent);
  *first = 0;
  if (begin >= end)
    return 0;
  /* The last part that does not begin behind the byte. */
  *first = (guint)(((begin - start + 1) * n_parts - 1) / extent);
  return (guint)(((end - start) * n_parts - 1) / extent) - *first + 1;
}

static void
measure_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, TRUE, sizeof (FkHexDensity));
  g_autofree guint8 *bytes = g_malloc (MAX_READ);
  g_autofree guint8 *present = g_malloc (MAX_READ);
  guint64 start;
  guint64 size;
  const Wanted *wanted = task_data;
  guint n_parts;
  guint last;

  fk_byte_source_get_extent (source, &start, &size);
  n_parts = limit_parts (wanted->n_parts, size);
  last = MIN (n_parts, wanted->first + wanted->n);
  for (guint i = wanted->first; i < last; i++)
    {
      /* Sizes have 33 bits, and there are few parts. */
      guint64 begin = size * i / n_parts;
      guint64 end = size * (i + 1) / n_parts;
      gsize n = read_part (source, start + begin, end - begin, bytes, present);
      FkHexDensity density = fk_hex_density_measure (bytes, present, n, wanted->blank);

      if (g_task_return_error_if_cancelled (task))
        return;
      g_array_append_val (parts, density);
    }
  g_task_return_pointer (task, g_steal_pointer (&parts), (GDestroyNotify)g_array_unref);
}

/**
 * fk_hex_density_async:
 * @n_parts: in how many parts all of @source is divided
 * @first: from which of them on it is measured
 * @n: how many of them
 * @blank: what an erased byte reads as
 *
 * Measures on a thread.
 */
void
fk_hex_density_async (FkByteSource *source,
                      guint n_parts,
                      guint first,
                      guint n,
                      guint8 blank,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);
  Wanted *wanted = g_new (Wanted, 1);

  *wanted = (Wanted){ n_parts, first, n, blank };
  g_task_set_task_data (task, wanted, g_free);
  g_task_set_source_tag (task, fk_hex_density_async);
  if (!fk_byte_source_can_read_in_thread (source))
    {
      g_task_return_new_error (task, FK_ERROR, FK_ERROR_NOT_SUPPORTED, "This cannot be read ahead");
      return;
    }
  g_task_run_in_thread (task, measure_in_thread);
}

/**
 * fk_hex_density_finish:
 *
 * Returns: (transfer full) (element-type FkHexDensity): one for each of these parts, of which
 *   there are fewer if there are fewer bytes; %NULL with %G_IO_ERROR_CANCELLED or
 *   %FK_ERROR_NOT_SUPPORTED
 */
GArray *
fk_hex_density_finish (FkByteSource *source, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, source), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
