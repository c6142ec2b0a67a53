/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finds runs of printable ASCII, a byte a character, or two as UTF-16 of the lower byte first, as
 * USB descriptors have them. */

#include "config.h"

#include "hex/fk-hex-strings.h"

#include <glib/gi18n.h>

#include <string.h>

#include "base/fk-error.h"

#define PIECE (256 * 1024)

/* What a filter looks at of a string; the rest of a megabyte of spaces is of no interest. */
#define MAX_TEXT 4096

/* Strings by where they may begin: at any byte; as pairs, at even or at odd ones. */
enum
{
  BYTES,
  EVEN_PAIRS,
  ODD_PAIRS,
  N_RUNS,
};

typedef struct
{
  guint64 start;
  guint64 n_characters;
} StringRun;

typedef struct
{
  FkByteSource *source;
  const char *filter; /* casefolded; or %NULL */
  StringRun runs[N_RUNS];
  GArray *found; /* of guint64 */
} Scan;

static gboolean
is_printable (guint8 byte)
{
  return (byte >= 0x20 && byte < 0x7f) || byte == '\t';
}

/**
 * fk_hex_string_extract:
 * @bytes: (array length=size): from where the string begins
 * @present: (array length=size): an #FkByteState for each
 * @length: (out): how many bytes it takes
 *
 * Returns: (transfer full): the string that begins there, as far as @size goes; perhaps ""
 */
char *
fk_hex_string_extract (const guint8 *bytes, const guint8 *present, gsize size, gsize *length)
{
  GString *text = g_string_new (NULL);
  gboolean wide = size >= 2 && present[1] == FK_BYTE_PRESENT && bytes[1] == 0;
  guint step = wide ? 2 : 1;
  gsize i;

  for (i = 0; i + step <= size && present[i] == FK_BYTE_PRESENT && is_printable (bytes[i]);
       i += step)
    {
      if (wide && (present[i + 1] != FK_BYTE_PRESENT || bytes[i + 1] != 0))
        break;
      g_string_append_c (text, bytes[i] == '\t' ? ' ' : (char)bytes[i]);
    }
  *length = i;
  return g_string_free (text, FALSE);
}

static gboolean
passes (Scan *scan, guint64 start, gsize size)
{
  guint8 bytes[MAX_TEXT];
  guint8 present[MAX_TEXT];
  g_autofree char *text = NULL;
  g_autofree char *folded = NULL;
  gsize length;

  if (scan->filter == NULL)
    return TRUE;
  size = MIN (size, sizeof bytes);
  fk_byte_source_read_in_thread (scan->source, start, bytes, present, size);
  text = fk_hex_string_extract (bytes, present, size, &length);
  folded = g_utf8_casefold (text, -1);
  return strstr (folded, scan->filter) != NULL;
}

static void
end_run (Scan *scan, StringRun *run)
{
  gsize size = (gsize)run->n_characters * (run == &scan->runs[BYTES] ? 1 : 2);

  if (run->n_characters >= FK_HEX_STRING_MIN && scan->found->len < FK_HEX_STRINGS_MAX &&
      passes (scan, run->start, size))
    g_array_append_val (scan->found, run->start);
  run->n_characters = 0;
}

static void
extend_run (StringRun *run, guint64 start)
{
  if (run->n_characters == 0)
    run->start = start;
  run->n_characters++;
}

/* @before: the byte before @position, or -1 if there is none; @byte: the one at it, likewise */
static void
scan_byte (Scan *scan, guint64 position, int before, int byte)
{
  StringRun *pairs = &scan->runs[position % 2 == 1 ? EVEN_PAIRS : ODD_PAIRS];

  if (byte >= 0 && is_printable ((guint8)byte))
    extend_run (&scan->runs[BYTES], position);
  else
    end_run (scan, &scan->runs[BYTES]);
  if (byte == 0 && before >= 0 && is_printable ((guint8)before))
    extend_run (pairs, position - 1);
  else
    end_run (scan, pairs);
}

static int
compare_positions (gconstpointer a, gconstpointer b)
{
  guint64 first = *(const guint64 *)a;
  guint64 second = *(const guint64 *)b;

  return (first > second) - (first < second);
}

/**
 * fk_hex_strings_find:
 * @source: one that fk_byte_source_can_read_in_thread()
 * @filter: (nullable): what a string must hold, in whatever case; "" and %NULL for any
 *
 * Looks through all of @source, which may block.
 *
 * Returns: (transfer full) (element-type guint64): where strings begin, ascending; not all of them
 *   when it was cancelled, or there are more than %FK_HEX_STRINGS_MAX
 */
GArray *
fk_hex_strings_find (FkByteSource *source, const char *filter, GCancellable *cancellable)
{
  g_autofree char *folded = filter != NULL && *filter != '\0' ? g_utf8_casefold (filter, -1) : NULL;
  Scan scan = { source, folded, { { 0 } }, g_array_new (FALSE, FALSE, sizeof (guint64)) };
  g_autofree guint8 *bytes = g_malloc (PIECE);
  g_autofree guint8 *present = g_malloc (PIECE);
  int before = -1;
  guint64 start;
  guint64 size;

  fk_byte_source_get_extent (source, &start, &size);
  for (guint64 done = 0; done < size && !g_cancellable_is_cancelled (cancellable); done += PIECE)
    {
      gsize length = MIN (PIECE, size - done);

      fk_byte_source_read_in_thread (source, start + done, bytes, present, length);
      for (gsize i = 0; i < length; i++)
        {
          int byte = present[i] == FK_BYTE_PRESENT ? bytes[i] : -1;

          scan_byte (&scan, start + done + i, before, byte);
          before = byte;
        }
    }
  for (guint i = 0; i < N_RUNS; i++)
    end_run (&scan, &scan.runs[i]);
  g_array_sort (scan.found, compare_positions);
  return scan.found;
}

static void
find_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GArray) found = fk_hex_strings_find (source, task_data, cancellable);

  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, g_steal_pointer (&found), (GDestroyNotify)g_array_unref);
}

/**
 * fk_hex_strings_async:
 *
 * fk_hex_strings_find() on a thread.
 */
void
fk_hex_strings_async (FkByteSource *source,
                      const char *filter,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);

  g_task_set_source_tag (task, fk_hex_strings_async);
  if (!fk_byte_source_can_read_in_thread (source))
    {
      g_task_return_new_error (task, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
                               _ ("This cannot be searched"));
      return;
    }
  g_task_set_task_data (task, g_strdup (filter), g_free);
  g_task_run_in_thread (task, find_in_thread);
}

/**
 * fk_hex_strings_finish:
 *
 * Returns: (transfer full) (element-type guint64): %NULL with %G_IO_ERROR_CANCELLED or
 * %FK_ERROR_NOT_SUPPORTED
 */
GArray *
fk_hex_strings_finish (FkByteSource *source, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, source), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
