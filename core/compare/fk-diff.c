/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where two images differ.  Both lists of segments are walked side by side; what both have is
 * compared a block at a time, since most of it is equal, and by words inside a block that is not.
 */

#include "config.h"

#include "compare/fk-diff.h"

#include <string.h>

#define BLOCK 4096u

static void
add_run (GArray *runs, guint32 address, guint32 size)
{
  if (runs->len > 0)
    {
      FkRange *last = &g_array_index (runs, FkRange, runs->len - 1);

      if (fk_range_end (*last) == address && last->size <= G_MAXUINT32 - size)
        {
          last->size += size;
          return;
        }
    }
  g_array_append_val (runs, ((FkRange){ .address = address, .size = size }));
}

/*
 * fk_diff_count_equal:
 *
 * Returns: how many bytes from the start on are the same in both, @size at most
 */
guint32
fk_diff_count_equal (const guint8 *a, const guint8 *b, guint32 size)
{
  guint32 n = 0;

  while (size - n >= BLOCK && memcmp (a + n, b + n, BLOCK) == 0)
    n += BLOCK;
  while (size - n >= sizeof (guint64))
    {
      guint64 left;
      guint64 right;

      memcpy (&left, a + n, sizeof left);
      memcpy (&right, b + n, sizeof right);
      if (left != right)
        break;
      n += sizeof left;
    }
  while (n < size && a[n] == b[n])
    n++;
  return n;
}

static guint32
count_different (const guint8 *a, const guint8 *b, guint32 size)
{
  guint32 n = 0;

  while (n < size && a[n] != b[n])
    n++;
  return n;
}

static void
compare_common (FkDiff *diff, guint32 address, const guint8 *a, const guint8 *b, guint32 size)
{
  guint32 offset = 0;

  diff->common += size;
  while ((offset += fk_diff_count_equal (a + offset, b + offset, size - offset)) < size)
    {
      guint32 length = count_different (a + offset, b + offset, size - offset);

      add_run (diff->runs, address + offset, length);
      add_run (diff->common_runs, address + offset, length);
      diff->changed += length;
      offset += length;
    }
}

/* What is left of an image: a segment from some byte on, and all after it. */
typedef struct
{
  FkImage *image;
  guint index;
  FkSegment rest;
} Cursor;

static void
load_segment (Cursor *cursor)
{
  if (cursor->index < fk_image_get_n_segments (cursor->image))
    cursor->rest = fk_image_get_segment (cursor->image, cursor->index);
  else
    cursor->rest = (FkSegment){ { 0, 0 }, NULL };
}

static void
advance (Cursor *cursor, guint32 size)
{
  if (size == cursor->rest.range.size)
    {
      cursor->index++;
      load_segment (cursor);
      return;
    }
  cursor->rest.range.address += size;
  cursor->rest.range.size -= size;
  cursor->rest.data += size;
}

/* The bytes at the front of @first that lie before @second begins; 0 when they begin together. */
static guint32
count_ahead (const Cursor *first, const Cursor *second)
{
  FkRange range = first->rest.range;

  if (range.size == 0)
    return 0;
  if (second->rest.range.size == 0 || fk_range_end (range) <= second->rest.range.address)
    return range.size;
  return second->rest.range.address > range.address ? second->rest.range.address - range.address
                                                    : 0;
}

/**
 * fk_diff_new:
 *
 * Returns: (transfer full): where @a and @b differ
 */
FkDiff *
fk_diff_new (FkImage *a, FkImage *b)
{
  FkDiff *diff;
  Cursor left = { a };
  Cursor right = { b };

  g_return_val_if_fail (FK_IS_IMAGE (a), NULL);
  g_return_val_if_fail (FK_IS_IMAGE (b), NULL);

  diff = g_new0 (FkDiff, 1);
  diff->runs = g_array_new (FALSE, FALSE, sizeof (FkRange));
  diff->common_runs = g_array_new (FALSE, FALSE, sizeof (FkRange));

  load_segment (&left);
  load_segment (&right);
  while (left.rest.range.size > 0 || right.rest.range.size > 0)
    {
      guint32 ahead_a = count_ahead (&left, &right);
      guint32 ahead_b = count_ahead (&right, &left);

      if (ahead_a > 0 && (ahead_b == 0 || left.rest.range.address < right.rest.range.address))
        {
          add_run (diff->runs, left.rest.range.address, ahead_a);
          diff->only_a += ahead_a;
          advance (&left, ahead_a);
        }
      else if (ahead_b > 0)
        {
          add_run (diff->runs, right.rest.range.address, ahead_b);
          diff->only_b += ahead_b;
          advance (&right, ahead_b);
        }
      else
        {
          guint32 size = MIN (left.rest.range.size, right.rest.range.size);

          compare_common (diff, left.rest.range.address, left.rest.data, right.rest.data, size);
          advance (&left, size);
          advance (&right, size);
        }
    }
  return diff;
}

void
fk_diff_free (FkDiff *diff)
{
  if (diff == NULL)
    return;
  g_array_unref (diff->runs);
  g_array_unref (diff->common_runs);
  g_free (diff);
}
