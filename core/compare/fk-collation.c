/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What differs among two or three images, and what that means.  Of three, two at a time are
 * compared, for what a difference means is a matter of two. */

#include "config.h"

#include "compare/fk-collation.h"

#include "base/fk-blank.h"

#include <glib/gi18n.h>

static const struct
{
  guint a;
  guint b;
} pairs[] = { { 0, 1 }, { 0, 2 }, { 1, 2 } };

struct _FkCollation
{
  GObject parent_instance;

  guint n_sides;
  guint n_pairs;
  FkComparison *comparisons[G_N_ELEMENTS (pairs)];
  FkLineup *lineup;
  GArray *ranges; /* of FkRange: where any two differ, ascending, never touching */
};

G_DEFINE_FINAL_TYPE (FkCollation, fk_collation, G_TYPE_OBJECT)

static void
fk_collation_finalize (GObject *object)
{
  FkCollation *self = FK_COLLATION (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->comparisons); i++)
    g_clear_object (&self->comparisons[i]);
  g_clear_pointer (&self->lineup, fk_lineup_free);
  g_clear_pointer (&self->ranges, g_array_unref);
  G_OBJECT_CLASS (fk_collation_parent_class)->finalize (object);
}

static void
fk_collation_class_init (FkCollationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_collation_finalize;
}

static void
fk_collation_init (FkCollation *self)
{
}

static FkComparison *
compare (const FkCollationSide *a,
         const FkCollationSide *b,
         const FkCompareContext *context,
         GCancellable *cancellable,
         GError **error)
{
  FkCompareContext known = { .blank = FK_BLANK };

  if (context != NULL)
    known = *context;
  known.uid_a = a->uid;
  known.uid_b = b->uid;
  return fk_compare (a->image, b->image, &known, cancellable, error);
}

static void
add_range (GArray *ranges, FkRange range)
{
  FkRange *last = ranges->len > 0 ? &g_array_index (ranges, FkRange, ranges->len - 1) : NULL;
  guint64 end;

  if (last == NULL || fk_range_end (*last) < range.address)
    {
      g_array_append_val (ranges, range);
      return;
    }
  end = MAX (fk_range_end (*last), fk_range_end (range));
  last->size = (guint32)MIN (end - last->address, G_MAXUINT32);
}

/* Where the second and the third differ from each other, one of them differs from the first. */
static void
join_ranges (FkCollation *self)
{
  guint n[2] = { 0, 0 };
  guint at[2] = { 0, 0 };
  const FkRange *ranges[2] = { NULL, NULL };

  for (guint i = 0; i < MIN (self->n_pairs, 2); i++)
    ranges[i] = fk_comparison_get_ranges (self->comparisons[i], &n[i]);
  while (at[0] < n[0] || at[1] < n[1])
    {
      guint next =
          at[0] == n[0] || (at[1] < n[1] && ranges[1][at[1]].address < ranges[0][at[0]].address);

      add_range (self->ranges, ranges[next][at[next]++]);
    }
}

/**
 * fk_collate:
 * @sides: (array length=n_sides): those that are compared
 * @n_sides: 2 or 3
 * @context: (nullable): what is known beside the bytes; its unique IDs are not looked at
 * @cancellable: (nullable): looked at as often as fk_compare() does
 *
 * Returns: (transfer full): how they differ; %NULL with %G_IO_ERROR_CANCELLED alone; takes as long
 * as fk_compare() for each pair, and three images of 2 MiB up to 0.1 s more
 */
FkCollation *
fk_collate (const FkCollationSide *sides,
            guint n_sides,
            const FkCompareContext *context,
            GCancellable *cancellable,
            GError **error)
{
  FkImage *images[FK_LINEUP_MAX_SIDES] = { NULL };
  g_autoptr (FkCollation) self = NULL;

  g_return_val_if_fail (sides != NULL, NULL);
  g_return_val_if_fail (n_sides >= 2 && n_sides <= FK_LINEUP_MAX_SIDES, NULL);

  self = g_object_new (FK_TYPE_COLLATION, NULL);
  self->n_sides = n_sides;
  self->n_pairs = n_sides == 2 ? 1 : G_N_ELEMENTS (pairs);
  self->ranges = g_array_new (FALSE, FALSE, sizeof (FkRange));
  for (guint side = 0; side < n_sides; side++)
    images[side] = sides[side].image;
  for (guint i = 0; i < self->n_pairs; i++)
    {
      self->comparisons[i] =
          compare (&sides[pairs[i].a], &sides[pairs[i].b], context, cancellable, error);
      if (self->comparisons[i] == NULL)
        return NULL;
    }
  if (n_sides == 2)
    self->lineup = fk_lineup_new_for_two (fk_comparison_get_alignment (self->comparisons[0]));
  else
    self->lineup =
        fk_lineup_new_for_three (images, fk_comparison_get_alignment (self->comparisons[0]),
                                 fk_comparison_get_alignment (self->comparisons[1]), cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  join_ranges (self);
  return g_steal_pointer (&self);
}

guint
fk_collation_get_n_sides (FkCollation *self)
{
  g_return_val_if_fail (FK_IS_COLLATION (self), 0);

  return self->n_sides;
}

/**
 * fk_collation_get_lineup:
 *
 * Returns: (transfer none): all side by side, with shifted parts found again
 */
const FkLineup *
fk_collation_get_lineup (FkCollation *self)
{
  g_return_val_if_fail (FK_IS_COLLATION (self), NULL);

  return self->lineup;
}

/**
 * fk_collation_make_headline:
 *
 * Returns: (transfer full): what is told of all of them first: how many bytes differ, in how many
 *   places
 */
char *
fk_collation_make_headline (FkCollation *self)
{
  guint n_places;
  guint64 n_differing;
  g_autofree char *n_bytes = NULL;

  g_return_val_if_fail (FK_IS_COLLATION (self), NULL);

  n_places = fk_lineup_count_places (self->lineup);
  n_differing = fk_lineup_count_differing (self->lineup);
  if (fk_collation_get_identical (self))
    return g_strdup (_ ("Identical"));
  if (n_places == 0)
    return g_strdup (_ ("The same bytes, at other addresses"));
  if (n_differing == 1)
    return g_strdup (_ ("1 byte differs"));
  n_bytes = g_strdup_printf ("%" G_GUINT64_FORMAT, n_differing);
  return g_strdup_printf (ngettext ("%s bytes differ in %u place", "%s bytes differ in %u places",
                                    n_places),
                          n_bytes, n_places);
}

/**
 * fk_collation_get_identical:
 *
 * Returns: whether all have the same bytes at the same addresses, and no others
 */
gboolean
fk_collation_get_identical (FkCollation *self)
{
  g_return_val_if_fail (FK_IS_COLLATION (self), FALSE);

  return self->ranges->len == 0;
}

/**
 * fk_collation_get_differing_bytes:
 *
 * Returns: the number of addresses at which they differ, or which not all of them have
 */
guint64
fk_collation_get_differing_bytes (FkCollation *self)
{
  guint64 n = 0;

  g_return_val_if_fail (FK_IS_COLLATION (self), 0);

  for (guint i = 0; i < self->ranges->len; i++)
    n += g_array_index (self->ranges, FkRange, i).size;
  return n;
}

/**
 * fk_collation_get_ranges:
 * @n_ranges: (out): how many
 *
 * Returns: (array length=n_ranges) (transfer none) (nullable): where they differ, ascending
 */
const FkRange *
fk_collation_get_ranges (FkCollation *self, guint *n_ranges)
{
  g_return_val_if_fail (FK_IS_COLLATION (self), NULL);
  g_return_val_if_fail (n_ranges != NULL, NULL);

  *n_ranges = self->ranges->len;
  return (const FkRange *)(gpointer)self->ranges->data;
}

/**
 * fk_collation_get_n_pairs:
 *
 * Returns: 1 for two images, 3 for three
 */
guint
fk_collation_get_n_pairs (FkCollation *self)
{
  g_return_val_if_fail (FK_IS_COLLATION (self), 0);

  return self->n_pairs;
}

/**
 * fk_collation_get_pair:
 * @a: (out) (optional): which image is the first of the pair, from 0 on
 * @b: (out) (optional): which is the second
 *
 * Returns: (transfer none): how these two differ
 */
FkComparison *
fk_collation_get_pair (FkCollation *self, guint index, guint *a, guint *b)
{
  g_return_val_if_fail (FK_IS_COLLATION (self), NULL);
  g_return_val_if_fail (index < self->n_pairs, NULL);

  if (a != NULL)
    *a = pairs[index].a;
  if (b != NULL)
    *b = pairs[index].b;
  return self->comparisons[index];
}
