/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What two pieces of bytes have in common.  On a diagonal, where the distance between both is
 * known, equal runs are just counted.  Elsewhere one side is cut into blocks, those that it has
 * once only go into a table, and a hash rolls over the other side and looks each position up (the
 * way in which rsync finds again what the other end has).  A hit is extended to both sides.  Each
 * byte is extended over at most twice, and probing the table is bounded, so that no input takes
 * more than linear time. */

#include "config.h"

#include "compare/fk-align-private.h"
#include "compare/fk-diff.h"

#include <string.h>

/* The length of a block, and how many of them at most: memory is bounded.  What is larger is
 * sampled, by somewhat longer blocks, which tell more; between the matches it is searched more
 * finely afterwards.  Blocks that grew with the image would miss what has a change in each of them.
 */
#define MIN_BLOCK     16u
#define SAMPLED_BLOCK 32u
#define MAX_BLOCKS    131072u

#define MAX_PROBES 16u

/* The filter has 2^FILTER_BITS times as many bits as the table has slots. */
#define FILTER_BITS 3u

#define REPEATED G_MAXUINT32

/* A match somewhere else has to be worth more than the confusion that it makes. */
#define PRICE_OF_A_SHIFT 12u

/* How much of a constant stretch stays at the end of a match: erased flash behind shifted code is
 * not shifted with it. */
#define MAX_CONSTANT_END 16u

/* Positions between two looks at whether the search is still wanted. */
#define LOOK_EVERY (1024u * 1024u)

#define FACTOR 0x01000193u

/* Returns: how many bytes differ from the one before: fill of any length weighs nothing. */
guint32
fk_align_weigh (const guint8 *data, guint32 size)
{
  guint32 weight = 0;

  for (guint32 i = 1; i < size; i++)
    weight += data[i] != data[i - 1];
  return weight;
}

/* Adds the equal runs of at least @minimum bytes along @diagonal. */
void
fk_align_match_diagonal (GArray *matches,
                         const guint8 *a,
                         const guint8 *b,
                         const FkAlignMatch *diagonal,
                         guint32 minimum)
{
  const guint8 *left = a + diagonal->a;
  const guint8 *right = b + diagonal->b;
  guint32 offset = 0;

  while (offset < diagonal->length)
    {
      guint32 equal =
          fk_diff_count_equal (left + offset, right + offset, diagonal->length - offset);

      if (equal >= minimum)
        {
          FkAlignMatch match = { diagonal->a + offset, diagonal->b + offset, equal, 0 };

          match.weight = fk_align_weigh (left + offset, equal) + 1 + equal / 64;
          g_array_append_val (matches, match);
        }
      offset += equal;
      while (offset < diagonal->length && left[offset] != right[offset])
        offset++;
    }
}

void
fk_align_table_clear (FkAlignTable *table)
{
  g_clear_pointer (&table->slots, g_free);
  g_clear_pointer (&table->filter, g_free);
  table->n_slots = 0;
}

static guint32
hash_block (const guint8 *data, guint32 block)
{
  guint32 hash = 0;

  for (guint32 i = 0; i < block; i++)
    hash = hash * FACTOR + data[i];
  return hash;
}

static inline guint32
mix (guint32 hash)
{
  return hash * 0x9e3779b1u;
}

static inline guint32
get_slot (const FkAlignTable *table, guint32 hash)
{
  return mix (hash) >> (32 - table->bits);
}

static inline guint32
get_filter_bit (const FkAlignTable *table, guint32 hash)
{
  return mix (hash) >> (32 - table->bits - FILTER_BITS);
}

/* Slots hold a position + 1, so that 0 is empty.
 *
 * Returns: FALSE if the block was there before */
static gboolean
enter_block (FkAlignTable *table, guint32 hash, guint32 position, gboolean with_repeated)
{
  guint32 bit = get_filter_bit (table, hash);
  guint32 slot = get_slot (table, hash);

  table->filter[bit / 64] |= G_GUINT64_CONSTANT (1) << bit % 64;
  for (guint i = 0; i < MAX_PROBES; i++, slot = (slot + 1) & ((1u << table->bits) - 1))
    {
      if (table->slots[slot].position == 0)
        {
          table->slots[slot].hash = hash;
          table->slots[slot].position = position + 1;
          return TRUE;
        }
      if (table->slots[slot].hash == hash)
        {
          if (!with_repeated)
            table->slots[slot].position = REPEATED;
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
find_slot (const FkAlignTable *table, guint32 hash, guint32 *position)
{
  guint32 slot = get_slot (table, hash);

  for (guint i = 0; i < MAX_PROBES; i++, slot = (slot + 1) & ((1u << table->bits) - 1))
    {
      if (table->slots[slot].position == 0)
        return FALSE;
      if (table->slots[slot].hash == hash)
        {
          *position = table->slots[slot].position - 1;
          return table->slots[slot].position != REPEATED;
        }
    }
  return FALSE;
}

static inline gboolean
find_block (const FkAlignTable *table, guint32 hash, guint32 *position)
{
  guint32 bit = get_filter_bit (table, hash);

  return (table->filter[bit / 64] >> bit % 64 & 1) != 0 && find_slot (table, hash, position);
}

/* Returns: whether to give up; asked at each position, it looks now and then */
static inline gboolean
is_cancelled (const FkAlignTable *table, guint32 position, guint32 *next_look)
{
  if (position < *next_look)
    return FALSE;
  *next_look = position + LOOK_EVERY;
  return g_cancellable_is_cancelled (table->cancellable);
}

/* Fill is left out: it is everywhere.  There is a block at every @stride.
 *
 * Returns: whether any block was there several times */
static gboolean
fill_table (FkAlignTable *table,
            const guint8 *a,
            guint32 size,
            guint32 block,
            guint32 stride,
            gboolean with_repeated)
{
  gboolean repeated = FALSE;
  guint32 next_look = 0;

  table->bits = 6;
  while ((1u << table->bits) < 2 * (size / stride))
    table->bits++;
  if (table->n_slots < (gsize)1 << table->bits)
    {
      table->n_slots = (gsize)1 << table->bits;
      table->slots = g_realloc_n (table->slots, table->n_slots, sizeof *table->slots);
      table->filter = g_realloc_n (table->filter, table->n_slots >> (6 - FILTER_BITS), 8);
    }
  memset (table->slots, 0, sizeof *table->slots << table->bits);
  memset (table->filter, 0, (gsize)1 << (table->bits + FILTER_BITS - 3));
  for (guint32 i = 0; i < size && size - i >= block && !is_cancelled (table, i, &next_look);
       i += stride)
    if (memcmp (a + i, a + i + 1, block - 1) != 0)
      repeated |= !enter_block (table, hash_block (a + i, block), i, with_repeated);
  return repeated;
}

static guint32
count_constant_end (const guint8 *data, guint32 size)
{
  guint32 n = 1;

  while (n < size && data[size - 1 - n] == data[size - 1])
    n++;
  return n;
}

static guint32
count_constant_start (const guint8 *data, guint32 size)
{
  guint32 n = 1;

  while (n < size && data[n] == data[0])
    n++;
  return n;
}

static void
add_match (GArray *matches, const guint8 *a, FkAlignMatch match)
{
  guint32 start = count_constant_start (a + match.a, match.length);
  guint32 end = count_constant_end (a + match.a, match.length);

  if (start > MAX_CONSTANT_END && start < match.length)
    {
      match.a += start - MAX_CONSTANT_END;
      match.b += start - MAX_CONSTANT_END;
      match.length -= start - MAX_CONSTANT_END;
    }
  if (end > MAX_CONSTANT_END && end < match.length)
    match.length -= end - MAX_CONSTANT_END;
  match.weight = fk_align_weigh (a + match.a, match.length);
  if (match.weight <= PRICE_OF_A_SHIFT)
    return;
  match.weight -= PRICE_OF_A_SHIFT;
  g_array_append_val (matches, match);
}

/* Extends the hit of a block at @i and @j to both sides, on the second down to @covered.
 *
 * Returns: where it ends on the second side */
static guint32
add_hit (GArray *matches,
         const guint8 *a,
         const guint8 *b,
         const FkAlignGap *gap,
         const FkAlignMatch *hit,
         guint32 covered)
{
  const guint8 *left = a + gap->a + hit->a;
  const guint8 *right = b + gap->b + hit->b;
  guint32 room = MIN (gap->size_a - hit->a, gap->size_b - hit->b) - hit->length;
  guint32 length =
      hit->length + fk_diff_count_equal (left + hit->length, right + hit->length, room);
  guint32 back = 0;

  while (back < hit->a && back < hit->b - covered && *(left - back - 1) == *(right - back - 1))
    back++;
  add_match (matches, a,
             (FkAlignMatch){ gap->a + hit->a - back, gap->b + hit->b - back, length + back, 0 });
  return hit->b + length;
}

static void
roll_over (GArray *matches,
           const FkAlignTable *table,
           const guint8 *a,
           const guint8 *b,
           const FkAlignGap *gap,
           guint32 block)
{
  const guint8 *left = a + gap->a;
  const guint8 *right = b + gap->b;
  guint32 leaving = 1; /* what a byte still counts when it leaves the window */
  guint32 covered = 0;
  guint32 hash = hash_block (right, block);
  guint32 j = 0;
  guint32 next_look = 0;

  for (guint32 i = 0; i < block; i++)
    leaving *= FACTOR;
  while (!is_cancelled (table, j, &next_look))
    {
      FkAlignMatch hit = { 0, j, block, 0 };

      if (find_block (table, hash, &hit.a) && memcmp (left + hit.a, right + j, block) == 0)
        {
          j = covered = add_hit (matches, a, b, gap, &hit, covered);
          if (gap->size_b - j < block)
            return;
          hash = hash_block (right + j, block);
          continue;
        }
      if (gap->size_b - j == block)
        return;
      hash = hash * FACTOR + right[j + block] - right[j] * leaving;
      j++;
    }
}

/* Adds what @gap has in common at any distance.  Matches neither overlap nor cross on the second
 * side, but may on the first.  Patterns, which have nothing once only, match by the first of their
 * blocks. */
void
fk_align_match_blocks (
    GArray *matches, FkAlignTable *table, const guint8 *a, const guint8 *b, const FkAlignGap *gap)
{
  guint n_before = matches->len;
  guint32 block = MIN_BLOCK;
  guint32 stride = MIN_BLOCK;
  gboolean repeated;

  while (gap->size_a / stride > MAX_BLOCKS)
    stride *= 2;
  if (stride > MIN_BLOCK)
    block = SAMPLED_BLOCK;
  if (gap->size_a < block || gap->size_b < block)
    return;
  repeated = fill_table (table, a + gap->a, gap->size_a, block, stride, FALSE);
  roll_over (matches, table, a, b, gap, block);
  if (!repeated || matches->len > n_before)
    return;
  fill_table (table, a + gap->a, gap->size_a, block, stride, TRUE);
  roll_over (matches, table, a, b, gap, block);
}
