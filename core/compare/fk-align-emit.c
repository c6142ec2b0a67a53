/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an alignment found, as runs at addresses: a stretch with changed bytes in it becomes several
 * runs, and none leaves its segment. */

#include "config.h"

#include "compare/fk-align-private.h"
#include "compare/fk-diff.h"

/* Finds the segment of @position, which never is before the last one asked for.
 *
 * Returns: how many bytes the segment has from there on */
static guint32
locate (FkAlignSide *side, guint32 position, guint32 *address)
{
  guint n_segments = fk_image_get_n_segments (side->image);
  FkRange range;

  *address = 0;
  if (n_segments == 0)
    return 0;
  range = fk_image_get_segment (side->image, side->segment).range;
  while (position - side->segment_start >= range.size && side->segment + 1 < n_segments)
    {
      side->segment_start += range.size;
      range = fk_image_get_segment (side->image, ++side->segment).range;
    }
  *address = range.address + (position - side->segment_start);
  return range.size - (position - side->segment_start);
}

static void
append_run (FkAlignWork *work, FkAlignRun run)
{
  GArray *runs = work->result->runs;

  if (runs->len > 0)
    {
      FkAlignRun *last = &g_array_index (runs, FkAlignRun, runs->len - 1);

      if (last->kind == run.kind && fk_range_end (last->a) == run.a.address &&
          fk_range_end (last->b) == run.b.address)
        {
          last->a.size += run.a.size;
          last->b.size += run.b.size;
          return;
        }
    }
  g_array_append_val (runs, run);
}

/**
 * fk_align_emit:
 *
 * Adds a run, in pieces where it leaves a segment.
 */
void
fk_align_emit (FkAlignWork *work, FkAlignKind kind, guint32 a, guint32 b, guint32 size)
{
  while (size > 0)
    {
      FkAlignRun run = { kind, { 0, 0 }, { 0, 0 } };
      guint32 left_a = locate (&work->a, a, &run.a.address);
      guint32 left_b = locate (&work->b, b, &run.b.address);
      guint32 piece = size;

      if (kind != FK_ALIGN_INSERTED)
        piece = MIN (piece, left_a);
      if (kind != FK_ALIGN_DELETED)
        piece = MIN (piece, left_b);
      run.a.size = kind != FK_ALIGN_INSERTED ? piece : 0;
      run.b.size = kind != FK_ALIGN_DELETED ? piece : 0;
      append_run (work, run);
      a += run.a.size;
      b += run.b.size;
      size -= piece;
    }
}

/* Counts the bytes up to the next run that counts as equal; those that differ into the result. */
static guint32
count_changed (FkAlignWork *work, const guint8 *a, const guint8 *b, guint32 size)
{
  guint32 n = 0;

  while (n < size)
    {
      guint32 equal = fk_diff_count_equal (a + n, b + n, MIN (size - n, work->minimum));

      if (equal == work->minimum || equal == size - n)
        break;
      n += equal + 1;
      work->result->changed++;
    }
  return n;
}

static void
emit_diagonal (FkAlignWork *work, guint32 a, guint32 b, guint32 size)
{
  const guint8 *left = work->a.data + a;
  const guint8 *right = work->b.data + b;
  guint32 offset = 0;

  while (offset < size)
    {
      guint32 equal = fk_diff_count_equal (left + offset, right + offset, size - offset);
      guint32 changed;

      fk_align_emit (work, FK_ALIGN_SAME, a + offset, b + offset, equal);
      offset += equal;
      changed = count_changed (work, left + offset, right + offset, size - offset);
      fk_align_emit (work, FK_ALIGN_CHANGED, a + offset, b + offset, changed);
      offset += changed;
    }
}

static guint32
count_equal_bytes (const guint8 *a, const guint8 *b, guint32 size)
{
  guint32 n = 0;

  for (guint32 i = 0; i < size; i++)
    n += a[i] == b[i];
  return n;
}

static void
emit_surplus (FkAlignWork *work, guint32 a, guint32 b, const FkAlignGap *gap)
{
  if (gap->size_a > gap->size_b)
    fk_align_emit (work, FK_ALIGN_DELETED, a, b, gap->size_a - gap->size_b);
  else
    fk_align_emit (work, FK_ALIGN_INSERTED, a, b, gap->size_b - gap->size_a);
}

/**
 * fk_align_emit_pairs:
 *
 * Pairs off what no match was found for, from the end that has more in common.
 */
void
fk_align_emit_pairs (FkAlignWork *work, const FkAlignGap *gap)
{
  const guint8 *a = work->a.data + gap->a;
  const guint8 *b = work->b.data + gap->b;
  guint32 common = MIN (gap->size_a, gap->size_b);
  guint32 rest_a = gap->size_a - common;
  guint32 rest_b = gap->size_b - common;

  if (common > 0 && rest_a + rest_b > 0 &&
      count_equal_bytes (a + rest_a, b + rest_b, common) > count_equal_bytes (a, b, common))
    {
      emit_surplus (work, gap->a, gap->b, gap);
      emit_diagonal (work, gap->a + rest_a, gap->b + rest_b, common);
      return;
    }
  emit_diagonal (work, gap->a, gap->b, common);
  emit_surplus (work, gap->a + common, gap->b + common, gap);
}
