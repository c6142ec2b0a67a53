/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Of matches that cross and overlap, those that stand in the same order on both sides and are worth
 * most together: the heaviest increasing subsequence, by a sweep over the first side with a tree of
 * prefix maxima over the second.  O(n log n).
 *
 * Two neighbours may overlap a little, as when a byte was inserted into a run of the same bytes. So
 * only the middle half of a match counts in the sweep, and what overlaps is cut off afterwards. */

#include "config.h"

#include "compare/fk-align-private.h"

typedef struct
{
  guint64 total; /* of the best chain that ends with this match */
  guint before;  /* in that chain, an index + 1; 0 for none */
  guint rank;    /* of the end on the second side, from 1 on */
} Link;

typedef struct
{
  guint32 position;
  guint match;
} Mark;

static guint32
get_margin (const FkAlignMatch *match)
{
  return match->length / 4;
}

static gint
compare_marks (gconstpointer left, gconstpointer right)
{
  const Mark *a = left;
  const Mark *b = right;

  if (a->position != b->position)
    return a->position < b->position ? -1 : 1;
  return a->match < b->match ? -1 : a->match > b->match;
}

/* Returns: how many of the marks stand at or before @position */
static guint
count_marks (const Mark *marks, guint n, guint32 position)
{
  guint low = 0;
  guint high = n;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (marks[middle].position <= position)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static guint
find_best (const guint *tree, const Link *links, guint rank)
{
  guint best = 0;

  for (; rank > 0; rank -= rank & -rank)
    if (tree[rank] != 0 && (best == 0 || links[tree[rank] - 1].total > links[best - 1].total))
      best = tree[rank];
  return best;
}

static void
enter_best (guint *tree, const Link *links, guint n, guint match)
{
  for (guint rank = links[match].rank; rank <= n; rank += rank & -rank)
    if (tree[rank] == 0 || links[match].total > links[tree[rank] - 1].total)
      tree[rank] = match + 1;
}

/* Returns: the last match of the best chain, an index + 1 */
static guint
sweep (const FkAlignMatch *matches, Link *links, guint n)
{
  g_autofree Mark *starts = g_new (Mark, n);
  g_autofree Mark *ends = g_new (Mark, n);
  g_autofree Mark *ends_b = g_new (Mark, n);
  g_autofree guint *tree = g_new0 (guint, n + 1);
  guint n_ended = 0;
  guint best = 0;

  for (guint i = 0; i < n; i++)
    {
      guint32 margin = get_margin (&matches[i]);

      starts[i] = (Mark){ matches[i].a + margin, i };
      ends[i] = (Mark){ matches[i].a + matches[i].length - margin, i };
      ends_b[i] = (Mark){ matches[i].b + matches[i].length - margin, i };
    }
  qsort (starts, n, sizeof *starts, compare_marks);
  qsort (ends, n, sizeof *ends, compare_marks);
  qsort (ends_b, n, sizeof *ends_b, compare_marks);
  for (guint i = 0; i < n; i++)
    links[ends_b[i].match].rank = i + 1;

  for (guint i = 0; i < n; i++)
    {
      guint match = starts[i].match;
      guint32 start_b = matches[match].b + get_margin (&matches[match]);

      for (; n_ended < n && ends[n_ended].position <= starts[i].position; n_ended++)
        enter_best (tree, links, n, ends[n_ended].match);
      links[match].before = find_best (tree, links, count_marks (ends_b, n, start_b));
      links[match].total = matches[match].weight;
      if (links[match].before != 0)
        links[match].total += links[links[match].before - 1].total;
      if (best == 0 || links[match].total > links[best - 1].total)
        best = match + 1;
    }
  return best;
}

/* Cuts off what two neighbours share; a match of which nothing is left is dropped. */
static void
cut_overlaps (GArray *chain)
{
  guint n = 0;

  for (guint i = 0; i < chain->len; i++)
    {
      FkAlignMatch match = g_array_index (chain, FkAlignMatch, i);

      if (n > 0)
        {
          const FkAlignMatch *last = &g_array_index (chain, FkAlignMatch, n - 1);
          guint32 end_a = last->a + last->length;
          guint32 end_b = last->b + last->length;
          guint32 shared =
              MAX (end_a > match.a ? end_a - match.a : 0, end_b > match.b ? end_b - match.b : 0);

          if (shared >= match.length)
            continue;
          match.a += shared;
          match.b += shared;
          match.length -= shared;
        }
      g_array_index (chain, FkAlignMatch, n++) = match;
    }
  g_array_set_size (chain, n);
}

/* Reduces @matches to the best chain, ascending and without overlaps. */
void
fk_align_chain (GArray *matches)
{
  g_autofree Link *links = g_new0 (Link, MAX (matches->len, 1));
  g_autoptr (GArray) chain = NULL;
  const FkAlignMatch *all = (const FkAlignMatch *)(gpointer)matches->data;
  guint n = 0;

  if (matches->len == 0)
    return;
  chain = g_array_new (FALSE, FALSE, sizeof (FkAlignMatch));
  for (guint at = sweep (all, links, matches->len); at != 0; at = links[at - 1].before)
    g_array_append_val (chain, all[at - 1]);
  g_array_set_size (matches, 0);
  for (n = chain->len; n > 0; n--)
    g_array_append_val (matches, g_array_index (chain, FkAlignMatch, n - 1));
  cut_overlaps (matches);
}
