/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Three images side by side.
 *
 * The second and the third are each aligned to the first; where either of them is the same as the
 * first, the three stand as these alignments say.  Between two such anchors there is a stretch of
 * which the first has nothing, or something else: there the second and the third are aligned to
 * each other, so that what both have put in is found to be the same.
 *
 * Bytes decide, not alignments, who in the end differs from whom: a piece is cut where what two of
 * its sides have in common begins or ends. */

#include "config.h"

#include "compare/fk-lineup.h"

#include <string.h>

#include "compare/fk-diff.h"

enum
{
  FIRST,
  SECOND,
  THIRD,
  N_SIDES
};

/* Fewer equal bytes between others are an accident. */
#define MIN_EQUAL 4u

/* Shorter stretches between anchors stand as they are. */
#define MIN_ALIGNED 32u

/* The byte of a side that has none. */
#define NOTHING -1

/* What is left of an alignment, seen from one of its sides, the middle one. */
typedef struct
{
  const FkAlignRun *runs;
  guint n_runs;
  gboolean mirrored; /* whether the second side of the alignment is the middle one */
  FkRange middle;
  FkRange other;
  gboolean same;
} Cursor;

typedef struct
{
  FkImage *const *images;
  guint segments[N_SIDES]; /* where the last bytes asked for were; they only ascend */
  guint32 ends[N_SIDES];   /* of what was added */
  GArray *region;          /* of FkLineupPiece: since the last anchor */
  FkLineup *result;
  GCancellable *cancellable;
} Work;

static void
load_run (Cursor *cursor)
{
  const FkAlignRun *run = cursor->runs;

  cursor->middle = cursor->other = (FkRange){ 0, 0 };
  cursor->same = FALSE;
  if (cursor->n_runs == 0)
    return;
  cursor->middle = cursor->mirrored ? run->b : run->a;
  cursor->other = cursor->mirrored ? run->a : run->b;
  cursor->same = run->kind == FK_ALIGN_SAME;
}

static void
begin (Cursor *cursor, GArray *runs, gboolean mirrored)
{
  cursor->runs = (const FkAlignRun *)(gpointer)runs->data;
  cursor->n_runs = runs->len;
  cursor->mirrored = mirrored;
  load_run (cursor);
}

static FkRange
take_from (FkRange *range, guint32 size)
{
  FkRange taken = { range->address, MIN (range->size, size) };

  range->address += taken.size;
  range->size -= taken.size;
  return taken;
}

/* Takes @size bytes of the middle side, at most what the run has, and what stands beside them. */
static void
take (Cursor *cursor, guint32 size, FkRange *middle, FkRange *other)
{
  *middle = take_from (&cursor->middle, size);
  *other = take_from (&cursor->other, size);
  if (cursor->middle.size > 0 || cursor->other.size > 0)
    return;
  cursor->runs++;
  cursor->n_runs--;
  load_run (cursor);
}

/* Takes what the other side has where the middle one has nothing; may be nothing. */
static FkRange
take_inserted (Cursor *cursor)
{
  FkRange other = { 0, 0 };
  FkRange middle;

  if (cursor->n_runs > 0 && cursor->middle.size == 0)
    take (cursor, cursor->other.size, &middle, &other);
  return other;
}

/* Returns: (nullable): the bytes of @range, which lies in one segment */
static const guint8 *
peek (Work *work, guint side, FkRange range)
{
  FkImage *image = work->images[side];
  FkSegment segment;

  if (range.size == 0)
    return NULL;
  segment = fk_image_get_segment (image, work->segments[side]);
  while (!fk_range_covers (segment.range, range))
    segment = fk_image_get_segment (image, ++work->segments[side]);
  return segment.data + (range.address - segment.range.address);
}

static gboolean
are_equal (const guint8 *a, const guint8 *b, guint32 size)
{
  return a == b || (a != NULL && b != NULL && memcmp (a, b, size) == 0);
}

static FkLineupRelation
relate (const guint8 *const bytes[N_SIDES], guint32 size)
{
  gboolean second = are_equal (bytes[FIRST], bytes[SECOND], size);
  gboolean third = are_equal (bytes[FIRST], bytes[THIRD], size);

  if (second || third)
    return second && third ? FK_LINEUP_SAME : second ? FK_LINEUP_THIRD : FK_LINEUP_SECOND;
  return are_equal (bytes[SECOND], bytes[THIRD], size) ? FK_LINEUP_FIRST : FK_LINEUP_ALL;
}

static void
count_bytes (Work *work, const guint8 *const bytes[N_SIDES], guint32 size)
{
  static const FkLineupRelation relations[] = {
    FK_LINEUP_ALL, FK_LINEUP_THIRD, FK_LINEUP_SECOND, FK_LINEUP_SAME, FK_LINEUP_FIRST,
  };

  for (guint32 i = 0; i < size; i++)
    {
      int first = bytes[FIRST] != NULL ? bytes[FIRST][i] : NOTHING;
      int second = bytes[SECOND] != NULL ? bytes[SECOND][i] : NOTHING;
      int third = bytes[THIRD] != NULL ? bytes[THIRD][i] : NOTHING;
      guint agreeing = (guint)(first == second) + 2 * (guint)(first == third);

      if (agreeing == 0 && second == third)
        agreeing = 4;
      work->result->counts[relations[agreeing]]++;
    }
}

static gboolean
follows (const FkLineupPiece *last, const FkLineupPiece *piece)
{
  if (last->relation != piece->relation)
    return FALSE;
  for (guint side = 0; side < N_SIDES; side++)
    if ((last->ranges[side].size > 0) != (piece->ranges[side].size > 0) ||
        (piece->ranges[side].size > 0 &&
         fk_range_end (last->ranges[side]) != piece->ranges[side].address))
      return FALSE;
  return TRUE;
}

static void
append (Work *work, FkLineupPiece piece)
{
  GArray *pieces = work->result->pieces;
  FkLineupPiece *last =
      pieces->len > 0 ? &g_array_index (pieces, FkLineupPiece, pieces->len - 1) : NULL;
  guint32 size = fk_lineup_piece_get_size (&piece);
  const guint8 *bytes[N_SIDES];

  if (size == 0)
    return;
  for (guint side = 0; side < N_SIDES; side++)
    {
      bytes[side] = peek (work, side, piece.ranges[side]);
      if (bytes[side] == NULL)
        piece.ranges[side].address = work->ends[side];
      else
        work->ends[side] = (guint32)MIN (fk_range_end (piece.ranges[side]), G_MAXUINT32);
    }
  piece.relation = relate (bytes, size);
  if (piece.relation == FK_LINEUP_SAME)
    work->result->counts[FK_LINEUP_SAME] += size;
  else
    count_bytes (work, bytes, size);
  if (last == NULL || !follows (last, &piece))
    {
      g_array_append_val (pieces, piece);
      return;
    }
  for (guint side = 0; side < N_SIDES; side++)
    last->ranges[side].size += piece.ranges[side].size;
}

/* Returns: how many bytes from the start on are either all equal or to be told as different */
static guint32
count_run (const guint8 *a, const guint8 *b, guint32 size)
{
  guint32 n = fk_diff_count_equal (a, b, size);
  guint32 equal = 0;

  if (n >= MIN_EQUAL || n == size)
    return n;
  for (n++; n < size; n += equal + 1)
    {
      equal = fk_diff_count_equal (a + n, b + n, MIN (size - n, MIN_EQUAL));
      if (equal == MIN_EQUAL || equal == size - n)
        return n;
    }
  return size;
}

/* Adds a piece, cut where what @one and @two have in common begins and ends. */
static void
append_cut (Work *work, FkLineupPiece piece, guint one, guint two)
{
  const guint8 *a = peek (work, one, piece.ranges[one]);
  const guint8 *b = peek (work, two, piece.ranges[two]);
  guint32 size = fk_lineup_piece_get_size (&piece);
  guint32 run;

  if (a == NULL || b == NULL)
    {
      append (work, piece);
      return;
    }
  for (guint32 offset = 0; offset < size; offset += run)
    {
      FkLineupPiece part = piece;

      run = count_run (a + offset, b + offset, size - offset);
      for (guint side = 0; side < N_SIDES; side++)
        part.ranges[side] = take_from (&piece.ranges[side], run);
      append (work, part);
    }
}

/* Returns: from the first byte to the last that the region has of @side */
static FkRange
get_extent (GArray *region, guint side)
{
  FkRange extent = { 0, 0 };

  for (guint i = 0; i < region->len; i++)
    {
      FkRange range = g_array_index (region, FkLineupPiece, i).ranges[side];

      if (range.size == 0)
        continue;
      if (extent.size == 0)
        extent.address = range.address;
      extent.size = (guint32)(fk_range_end (range) - extent.address);
    }
  return extent;
}

/* Returns: (transfer full) (element-type FkAlignRun): the region as runs of the first and second */
static GArray *
list_runs (GArray *region)
{
  GArray *runs = g_array_new (FALSE, FALSE, sizeof (FkAlignRun));

  for (guint i = 0; i < region->len; i++)
    {
      const FkLineupPiece *piece = &g_array_index (region, FkLineupPiece, i);
      FkAlignRun run = { FK_ALIGN_CHANGED, piece->ranges[FIRST], piece->ranges[SECOND] };

      if (run.a.size > 0 || run.b.size > 0)
        g_array_append_val (runs, run);
    }
  return runs;
}

/* Takes of two sides as many bytes as both have, or what is left of one.
 *
 * Returns: FALSE when there is nothing */
static gboolean
take_beside (FkLineupPiece *piece, guint one, FkRange *left, guint two, FkRange *right)
{
  guint32 size = left->size > 0 && right->size > 0 ? MIN (left->size, right->size)
                                                   : MAX (left->size, right->size);

  *piece = (FkLineupPiece){ 0 };
  piece->ranges[one] = take_from (left, size);
  piece->ranges[two] = take_from (right, size);
  return size > 0;
}

/* Adds a region anew, the first and the third as they stand to the second.
 *
 * Returns: FALSE when cancelled */
static gboolean
append_aligned (Work *work, FkRange second, FkRange third)
{
  g_autoptr (FkImage) image = fk_image_slice (work->images[SECOND], second);
  g_autoptr (FkImage) other = fk_image_slice (work->images[THIRD], third);
  g_autoptr (FkAlignment) alignment = fk_align (image, other, work->cancellable);
  g_autoptr (GArray) runs = list_runs (work->region);
  Cursor left;
  Cursor right;

  if (alignment == NULL)
    return FALSE;
  begin (&left, runs, TRUE);
  begin (&right, alignment->runs, FALSE);
  while (left.n_runs > 0 || right.n_runs > 0)
    {
      FkRange first = take_inserted (&left);
      FkRange inserted = take_inserted (&right);
      FkLineupPiece piece;
      guint32 size;

      while (take_beside (&piece, FIRST, &first, THIRD, &inserted))
        append_cut (work, piece, FIRST, THIRD);
      size = MIN (left.middle.size, right.middle.size);
      if (size == 0)
        continue;
      take (&left, size, &piece.ranges[SECOND], &piece.ranges[FIRST]);
      take (&right, size, &piece.ranges[SECOND], &piece.ranges[THIRD]);
      append_cut (work, piece, FIRST, THIRD);
    }
  return TRUE;
}

static gboolean
is_worth_aligning (Work *work, FkRange second, FkRange third)
{
  if (MIN (second.size, third.size) < MIN_ALIGNED)
    return FALSE;
  for (guint i = 0; i < work->region->len; i++)
    {
      const FkLineupPiece *piece = &g_array_index (work->region, FkLineupPiece, i);
      const guint8 *left = peek (work, SECOND, piece->ranges[SECOND]);
      const guint8 *right = peek (work, THIRD, piece->ranges[THIRD]);

      if (!are_equal (left, right, piece->ranges[SECOND].size))
        return TRUE;
    }
  return FALSE;
}

/* Adds what stands since the last anchor.
 *
 * Returns: FALSE when cancelled */
static gboolean
flush (Work *work)
{
  FkRange second = get_extent (work->region, SECOND);
  FkRange third = get_extent (work->region, THIRD);
  guint segments[N_SIDES];
  gboolean worth;

  memcpy (segments, work->segments, sizeof segments);
  worth = is_worth_aligning (work, second, third);
  memcpy (work->segments, segments, sizeof segments);
  if (worth && !append_aligned (work, second, third))
    return FALSE;
  for (guint i = 0; i < work->region->len && !worth; i++)
    append_cut (work, g_array_index (work->region, FkLineupPiece, i), SECOND, THIRD);
  g_array_set_size (work->region, 0);
  return TRUE;
}

/* Adds what the second and the third have where the first has nothing. */
static void
enter_inserted (Work *work, FkRange second, FkRange third)
{
  FkLineupPiece piece;

  while (take_beside (&piece, SECOND, &second, THIRD, &third))
    g_array_append_val (work->region, piece);
}

/* Returns: FALSE when cancelled */
static gboolean
line_up (Work *work, const FkAlignment *second, const FkAlignment *third)
{
  Cursor left;
  Cursor right;

  begin (&left, second->runs, FALSE);
  begin (&right, third->runs, FALSE);
  while (left.n_runs > 0 || right.n_runs > 0)
    {
      FkRange inserted = take_inserted (&left);
      FkLineupPiece piece = { 0 };
      gboolean anchor;
      guint32 size;

      enter_inserted (work, inserted, take_inserted (&right));
      anchor = left.same || right.same;
      size = MIN (left.middle.size, right.middle.size);
      if (size == 0)
        continue;
      if (anchor && !flush (work))
        return FALSE;
      take (&left, size, &piece.ranges[FIRST], &piece.ranges[SECOND]);
      take (&right, size, &piece.ranges[FIRST], &piece.ranges[THIRD]);
      if (anchor)
        append (work, piece);
      else
        g_array_append_val (work->region, piece);
    }
  return flush (work);
}

/**
 * fk_lineup_new_for_three:
 * @second: the first image and the second, aligned
 * @third: the first image and the third, aligned
 * @cancellable: (nullable): polled in between
 *
 * Takes no longer than the two alignments did, and mostly much less.
 *
 * Returns: (transfer full) (nullable): the three side by side; %NULL when cancelled
 */
FkLineup *
fk_lineup_new_for_three (FkImage *const images[3],
                         const FkAlignment *second,
                         const FkAlignment *third,
                         GCancellable *cancellable)
{
  Work work = { .images = images, .cancellable = cancellable };
  gboolean done;

  g_return_val_if_fail (images != NULL, NULL);
  g_return_val_if_fail (second != NULL && third != NULL, NULL);

  work.region = g_array_new (FALSE, FALSE, sizeof (FkLineupPiece));
  work.result = g_new0 (FkLineup, 1);
  work.result->n_sides = N_SIDES;
  work.result->pieces = g_array_new (FALSE, FALSE, sizeof (FkLineupPiece));
  done = line_up (&work, second, third);
  g_array_unref (work.region);
  if (!done)
    g_clear_pointer (&work.result, fk_lineup_free);
  return work.result;
}
