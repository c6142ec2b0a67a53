/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two images side by side, with insertions and deletions found again.
 *
 * Firmware mostly keeps its addresses, so long stretches that are the same at the same address are
 * taken as they are.  In each gap between them, matches at equal addresses, along the diagonals
 * that the gap's ends suggest, and of blocks anywhere compete, and the chain of them that is worth
 * most wins; the gaps that it leaves are searched again, more finely, to a bounded depth.  What
 * then is left is paired off byte by byte.
 *
 * Here a position counts the bytes of an image from its start over all segments.  The search is the
 * same whichever image comes first, and so is what it finds. */

#include "config.h"

#include "compare/fk-align.h"

#include <string.h>

#include "compare/fk-align-private.h"
#include "compare/fk-diff.h"

#define MAX_DEPTH 6u

/* Both sides of a gap are searched from this length on. */
#define MIN_SEARCHED 32u

/* What is equal for so long at the same address is no accident. */
#define MIN_CERTAIN 1024u

/* Image larger than this are compared by address only. */
#define MAX_SEARCHED (1u << 30)

typedef struct
{
  FkImage *image;
  const guint8 *data;
  guint8 *copy; /* (nullable): @data when it had to be put together */
  guint32 size;
  guint segment; /* where the last position asked for was; they only grow */
  guint32 segment_start;
} Side;

typedef struct
{
  Side a;
  Side b;
  gboolean swapped;
  GArray *shared;  /* of FkAlignMatch: where both have the same addresses */
  guint32 minimum; /* of a run that counts as equal between changed bytes */
  FkAlignTable table;
  FkAlignment *result;
  GCancellable *cancellable;
} Work;

static void
open_side (Side *side, FkImage *image)
{
  guint n_segments = fk_image_get_n_segments (image);
  gsize offset = 0;

  side->image = image;
  side->size = (guint32)fk_image_get_size (image);
  if (n_segments == 1)
    side->data = fk_image_get_segment (image, 0).data;
  if (n_segments < 2)
    return;
  side->data = side->copy = g_malloc (side->size);
  for (guint i = 0; i < n_segments; i++)
    {
      FkSegment segment = fk_image_get_segment (image, i);

      memcpy (side->copy + offset, segment.data, segment.range.size);
      offset += segment.range.size;
    }
}

/* Finds the segment of @position, which never is before the last one asked for.
 *
 * Returns: how many bytes the segment has from there on */
static guint32
locate (Side *side, guint32 position, guint32 *address)
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
append_run (Work *work, FkAlignRun run)
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

/* Adds a run, in pieces where it leaves a segment. */
static void
emit (Work *work, FkAlignKind kind, guint32 a, guint32 b, guint32 size)
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
count_changed (Work *work, const guint8 *a, const guint8 *b, guint32 size)
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
emit_diagonal (Work *work, guint32 a, guint32 b, guint32 size)
{
  const guint8 *left = work->a.data + a;
  const guint8 *right = work->b.data + b;
  guint32 offset = 0;

  while (offset < size)
    {
      guint32 equal = fk_diff_count_equal (left + offset, right + offset, size - offset);
      guint32 changed;

      emit (work, FK_ALIGN_SAME, a + offset, b + offset, equal);
      offset += equal;
      changed = count_changed (work, left + offset, right + offset, size - offset);
      emit (work, FK_ALIGN_CHANGED, a + offset, b + offset, changed);
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
emit_surplus (Work *work, guint32 a, guint32 b, const FkAlignGap *gap)
{
  if (gap->size_a > gap->size_b)
    emit (work, FK_ALIGN_DELETED, a, b, gap->size_a - gap->size_b);
  else
    emit (work, FK_ALIGN_INSERTED, a, b, gap->size_b - gap->size_a);
}

/* Pairs off what no match was found for, from the end that has more in common. */
static void
emit_pairs (Work *work, const FkAlignGap *gap)
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

/* Whether three quarters of what is not fill are the same as they stand. */
static gboolean
are_alike (const guint8 *a, const guint8 *b, guint32 size)
{
  guint32 n_telling = 0;
  guint32 n_equal = 0;

  for (guint32 i = 1; i < size; i++)
    {
      gboolean telling = a[i] != a[i - 1] || b[i] != b[i - 1];

      n_telling += telling;
      n_equal += telling && a[i] == b[i];
    }
  return n_equal >= n_telling - n_telling / 4;
}

/* Returns: the first of the shared stretches that ends behind position @a of the first image */
static guint
find_shared (Work *work, guint32 a)
{
  guint low = 0;
  guint high = work->shared->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const FkAlignMatch *match = &g_array_index (work->shared, FkAlignMatch, middle);

      if (match->a + match->length <= a)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Adds what is the same at the same addresses. */
static void
match_shared (Work *work, GArray *matches, const FkAlignGap *gap)
{
  for (guint i = find_shared (work, gap->a); i < work->shared->len; i++)
    {
      FkAlignMatch piece = g_array_index (work->shared, FkAlignMatch, i);
      guint32 cut =
          MAX (gap->a > piece.a ? gap->a - piece.a : 0, gap->b > piece.b ? gap->b - piece.b : 0);

      if (piece.a >= gap->a + gap->size_a || piece.b >= gap->b + gap->size_b)
        return;
      if (cut >= piece.length)
        continue;
      piece.a += cut;
      piece.b += cut;
      piece.length = MIN (piece.length - cut,
                          MIN (gap->a + gap->size_a - piece.a, gap->b + gap->size_b - piece.b));
      fk_align_match_diagonal (matches, work->a.data, work->b.data, &piece, 2 * work->minimum);
    }
}

static GArray *
find_matches (Work *work, const FkAlignGap *gap, guint depth)
{
  GArray *matches = g_array_new (FALSE, FALSE, sizeof (FkAlignMatch));
  guint32 common = MIN (gap->size_a, gap->size_b);
  FkAlignMatch front = { gap->a, gap->b, common, 0 };
  FkAlignMatch back = { gap->a + gap->size_a - common, gap->b + gap->size_b - common, common, 0 };

  if (depth == 0)
    match_shared (work, matches, gap);
  fk_align_match_diagonal (matches, work->a.data, work->b.data, &front, 2 * work->minimum);
  if (gap->size_a != gap->size_b)
    fk_align_match_diagonal (matches, work->a.data, work->b.data, &back, 2 * work->minimum);
  fk_align_match_blocks (matches, &work->table, work->a.data, work->b.data, gap);
  fk_align_chain (matches);
  return matches;
}

static gboolean
is_worth_a_search (Work *work, const FkAlignGap *gap, guint depth)
{
  if (depth >= MAX_DEPTH || MIN (gap->size_a, gap->size_b) < MIN_SEARCHED ||
      MAX (gap->size_a, gap->size_b) > MAX_SEARCHED)
    return FALSE;
  return gap->size_a != gap->size_b ||
         !are_alike (work->a.data + gap->a, work->b.data + gap->b, gap->size_a);
}

/* Returns: FALSE when cancelled */
static gboolean
align_gap (Work *work, const FkAlignGap *gap, guint depth)
{
  g_autoptr (GArray) matches = NULL;
  FkAlignGap rest = *gap;

  if (g_cancellable_is_cancelled (work->cancellable))
    return FALSE;
  if (!is_worth_a_search (work, gap, depth))
    {
      emit_pairs (work, gap);
      return TRUE;
    }
  matches = find_matches (work, gap, depth);
  for (guint i = 0; i < matches->len; i++)
    {
      FkAlignMatch match = g_array_index (matches, FkAlignMatch, i);
      FkAlignGap before = { rest.a, match.a - rest.a, rest.b, match.b - rest.b };

      if (!align_gap (work, &before, depth + 1))
        return FALSE;
      emit (work, FK_ALIGN_SAME, match.a, match.b, match.length);
      rest.a = match.a + match.length;
      rest.b = match.b + match.length;
    }
  rest.size_a = gap->a + gap->size_a - rest.a;
  rest.size_b = gap->b + gap->size_b - rest.b;
  if (matches->len > 0)
    return align_gap (work, &rest, depth + 1);
  emit_pairs (work, &rest);
  return TRUE;
}

static void
find_shared_addresses (Work *work)
{
  guint n_a = fk_image_get_n_segments (work->a.image);
  guint n_b = fk_image_get_n_segments (work->b.image);
  guint32 start_a = 0;
  guint32 start_b = 0;
  guint i = 0;
  guint j = 0;

  while (i < n_a && j < n_b)
    {
      FkRange a = fk_image_get_segment (work->a.image, i).range;
      FkRange b = fk_image_get_segment (work->b.image, j).range;
      FkRange both;

      if (fk_range_intersect (a, b, &both))
        {
          FkAlignMatch match = { start_a + (both.address - a.address),
                                 start_b + (both.address - b.address), both.size, 0 };

          g_array_append_val (work->shared, match);
        }
      if (fk_range_end (a) <= fk_range_end (b))
        {
          start_a += a.size;
          i++;
        }
      else
        {
          start_b += b.size;
          j++;
        }
    }
}

/* Fill and short patterns are equal to themselves anywhere, so they prove nothing. */
static gboolean
is_certain (Work *work, const FkAlignMatch *match)
{
  const guint8 *data = work->a.data + match->a;

  return match->weight >= MIN_CERTAIN / 4 &&
         fk_diff_count_equal (data, data + 16, match->length - 16) < match->length / 2;
}

static gboolean
align_all (Work *work)
{
  g_autoptr (GArray) matches = g_array_new (FALSE, FALSE, sizeof (FkAlignMatch));
  FkAlignGap gap = { 0, 0, 0, 0 };

  find_shared_addresses (work);
  for (guint i = 0; i < work->shared->len; i++)
    fk_align_match_diagonal (matches, work->a.data, work->b.data,
                             &g_array_index (work->shared, FkAlignMatch, i),
                             MAX (MIN_CERTAIN, work->minimum));
  for (guint i = 0; i < matches->len; i++)
    {
      const FkAlignMatch *match = &g_array_index (matches, FkAlignMatch, i);

      if (!is_certain (work, match))
        continue;
      gap.size_a = match->a - gap.a;
      gap.size_b = match->b - gap.b;
      if (!align_gap (work, &gap, 0))
        return FALSE;
      emit (work, FK_ALIGN_SAME, match->a, match->b, match->length);
      gap.a = match->a + match->length;
      gap.b = match->b + match->length;
    }
  gap.size_a = work->a.size - gap.a;
  gap.size_b = work->b.size - gap.b;
  return align_gap (work, &gap, 0);
}

/* Whether the second side goes first: an order that does not depend on who asks. */
static gboolean
is_out_of_order (const Side *a, const Side *b)
{
  int order;

  if (a->size != b->size)
    return a->size > b->size;
  order = a->size > 0 ? memcmp (a->data, b->data, a->size) : 0;
  return order > 0;
}

static void
swap_back (FkAlignment *alignment)
{
  for (guint i = 0; i < alignment->runs->len; i++)
    {
      FkAlignRun *run = &g_array_index (alignment->runs, FkAlignRun, i);
      FkRange a = run->a;

      run->a = run->b;
      run->b = a;
      if (run->kind == FK_ALIGN_INSERTED)
        run->kind = FK_ALIGN_DELETED;
      else if (run->kind == FK_ALIGN_DELETED)
        run->kind = FK_ALIGN_INSERTED;
    }
}

static void
count_runs (FkAlignment *alignment)
{
  for (guint i = 0; i < alignment->runs->len; i++)
    {
      const FkAlignRun *run = &g_array_index (alignment->runs, FkAlignRun, i);

      if (run->kind == FK_ALIGN_SAME)
        alignment->same += run->a.size;
      else if (run->kind == FK_ALIGN_INSERTED)
        alignment->inserted += run->b.size;
      else if (run->kind == FK_ALIGN_DELETED)
        alignment->deleted += run->a.size;
    }
}

/**
 * fk_align:
 * @cancellable: (nullable): polled in between
 *
 * Time and memory grow with the size of the images, whatever is in them: below 0.1 s for two of
 * 2 MiB.  Fewer than four equal bytes between changed ones belong to the changed run; in images
 * of more than 8 MiB it may be more.
 *
 * Returns: (transfer full) (nullable): the alignment; %NULL when cancelled
 */
FkAlignment *
fk_align (FkImage *a, FkImage *b, GCancellable *cancellable)
{
  Work work = { .cancellable = cancellable };
  gboolean done;

  g_return_val_if_fail (FK_IS_IMAGE (a), NULL);
  g_return_val_if_fail (FK_IS_IMAGE (b), NULL);

  open_side (&work.a, a);
  open_side (&work.b, b);
  if (is_out_of_order (&work.a, &work.b))
    {
      Side side = work.a;

      work.a = work.b;
      work.b = side;
      work.swapped = TRUE;
    }
  work.minimum = MAX (4, MAX (work.a.size, work.b.size) >> 21);
  work.shared = g_array_new (FALSE, FALSE, sizeof (FkAlignMatch));
  work.result = g_new0 (FkAlignment, 1);
  work.result->runs = g_array_new (FALSE, FALSE, sizeof (FkAlignRun));

  done = align_all (&work);
  if (work.swapped)
    swap_back (work.result);
  count_runs (work.result);
  fk_align_table_clear (&work.table);
  g_array_unref (work.shared);
  g_free (work.a.copy);
  g_free (work.b.copy);
  if (!done)
    g_clear_pointer (&work.result, fk_alignment_free);
  return work.result;
}

void
fk_alignment_free (FkAlignment *alignment)
{
  if (alignment == NULL)
    return;
  g_array_unref (alignment->runs);
  g_free (alignment);
}

/**
 * fk_align_run_get_shift:
 * @shift: (out): how much higher the second side lies
 *
 * Returns: whether @run is on both sides at different addresses
 */
gboolean
fk_align_run_get_shift (const FkAlignRun *run, gint64 *shift)
{
  g_return_val_if_fail (run != NULL && shift != NULL, FALSE);

  *shift = (gint64)run->b.address - run->a.address;
  return *shift != 0 && (run->kind == FK_ALIGN_SAME || run->kind == FK_ALIGN_CHANGED);
}
