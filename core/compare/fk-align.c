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

static void
open_side (FkAlignSide *side, FkImage *image)
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
find_shared (FkAlignWork *work, guint32 a)
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
match_shared (FkAlignWork *work, GArray *matches, const FkAlignGap *gap)
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
find_matches (FkAlignWork *work, const FkAlignGap *gap, guint depth)
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
is_worth_a_search (FkAlignWork *work, const FkAlignGap *gap, guint depth)
{
  if (depth >= MAX_DEPTH || MIN (gap->size_a, gap->size_b) < MIN_SEARCHED ||
      MAX (gap->size_a, gap->size_b) > MAX_SEARCHED)
    return FALSE;
  return gap->size_a != gap->size_b ||
         !are_alike (work->a.data + gap->a, work->b.data + gap->b, gap->size_a);
}

/* Returns: FALSE when cancelled */
static gboolean
align_gap (FkAlignWork *work, const FkAlignGap *gap, guint depth)
{
  g_autoptr (GArray) matches = NULL;
  FkAlignGap rest = *gap;

  if (g_cancellable_is_cancelled (work->cancellable))
    return FALSE;
  if (!is_worth_a_search (work, gap, depth))
    {
      fk_align_emit_pairs (work, gap);
      return TRUE;
    }
  matches = find_matches (work, gap, depth);
  if (g_cancellable_is_cancelled (work->cancellable))
    return FALSE; /* the search may not be complete */
  for (guint i = 0; i < matches->len; i++)
    {
      FkAlignMatch match = g_array_index (matches, FkAlignMatch, i);
      FkAlignGap before = { rest.a, match.a - rest.a, rest.b, match.b - rest.b };

      if (!align_gap (work, &before, depth + 1))
        return FALSE;
      fk_align_emit (work, FK_ALIGN_SAME, match.a, match.b, match.length);
      rest.a = match.a + match.length;
      rest.b = match.b + match.length;
    }
  rest.size_a = gap->a + gap->size_a - rest.a;
  rest.size_b = gap->b + gap->size_b - rest.b;
  if (matches->len > 0)
    return align_gap (work, &rest, depth + 1);
  fk_align_emit_pairs (work, &rest);
  return TRUE;
}

static void
find_shared_addresses (FkAlignWork *work)
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
is_certain (FkAlignWork *work, const FkAlignMatch *match)
{
  const guint8 *data = work->a.data + match->a;

  return match->weight >= MIN_CERTAIN / 4 &&
         fk_diff_count_equal (data, data + 16, match->length - 16) < match->length / 2;
}

static gboolean
align_all (FkAlignWork *work)
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
      fk_align_emit (work, FK_ALIGN_SAME, match->a, match->b, match->length);
      gap.a = match->a + match->length;
      gap.b = match->b + match->length;
    }
  gap.size_a = work->a.size - gap.a;
  gap.size_b = work->b.size - gap.b;
  return align_gap (work, &gap, 0);
}

/* Whether the second side goes first: an order that does not depend on who asks. */
static gboolean
is_out_of_order (const FkAlignSide *a, const FkAlignSide *b)
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
  FkAlignWork work = { .cancellable = cancellable };
  gboolean done;

  g_return_val_if_fail (FK_IS_IMAGE (a), NULL);
  g_return_val_if_fail (FK_IS_IMAGE (b), NULL);

  open_side (&work.a, a);
  open_side (&work.b, b);
  if (is_out_of_order (&work.a, &work.b))
    {
      FkAlignSide side = work.a;

      work.a = work.b;
      work.b = side;
      work.swapped = TRUE;
    }
  work.table.cancellable = cancellable;
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
