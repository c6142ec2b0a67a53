/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the compare page shows, worked out on another thread. */

#include "config.h"

#include "pages/fk-compare-result.h"

#include <glib/gi18n.h>

#include "hex/fk-hex-view.h"
#include "job/fk-chip-facts.h"
#include "job/fk-report-fields.h"
#include "widgets/fk-diff-folds.h"

/* A long changed run is compared in parts of this size. */
#define BLOCK 4096u

/* The byte of a side that has none. */
#define NOTHING -1

static void
add_mark (GArray *marks, guint64 start, guint64 size)
{
  FkHexMark mark = { start, size };

  if (marks->len > 0)
    {
      FkHexMark *last = &g_array_index (marks, FkHexMark, marks->len - 1);

      if (last->start + last->size == start)
        {
          last->size += size;
          return;
        }
    }
  g_array_append_val (marks, mark);
}

/* Of one byte of each side; a side that has none has NOTHING. */
static FkLineupRelation
relate (const int bytes[FK_LINEUP_MAX_SIDES], guint n_sides)
{
  gboolean second = bytes[0] == bytes[1];
  gboolean third = bytes[0] == bytes[2];

  if (n_sides == 2)
    return second ? FK_LINEUP_SAME : FK_LINEUP_ALL;
  if (second || third)
    return second && third ? FK_LINEUP_SAME : second ? FK_LINEUP_THIRD : FK_LINEUP_SECOND;
  return bytes[1] == bytes[2] ? FK_LINEUP_FIRST : FK_LINEUP_ALL;
}

/* The one that differs from the others; they, where it has nothing to be marked. */
static void
mark_byte (FkCompareResult *self, const int bytes[FK_LINEUP_MAX_SIDES], guint64 position)
{
  guint n_sides = fk_diff_layout_get_n_sides (self->layout);
  FkLineupRelation relation = relate (bytes, n_sides);
  gboolean odd_one;

  if (relation == FK_LINEUP_SAME)
    return;
  odd_one = relation != FK_LINEUP_ALL && bytes[relation - FK_LINEUP_FIRST] != NOTHING;
  for (guint side = 0; side < n_sides; side++)
    if (bytes[side] != NOTHING && (!odd_one || relation == FK_LINEUP_FIRST + side))
      add_mark (self->marks[side], position, 1);
}

static void
mark_block (FkCompareResult *self, FkImage *const *images, const FkDiffPiece *piece, guint32 offset)
{
  guint8 block[FK_LINEUP_MAX_SIDES][BLOCK];
  guint32 size = (guint32)MIN (BLOCK, piece->size - offset);

  for (guint side = 0; side < FK_LINEUP_MAX_SIDES; side++)
    if (piece->ranges[side].size > 0)
      fk_image_read_filled (images[side], (FkRange){ piece->ranges[side].address + offset, size },
                            0, block[side]);
  for (guint32 i = 0; i < size; i++)
    {
      int bytes[FK_LINEUP_MAX_SIDES];

      for (guint side = 0; side < FK_LINEUP_MAX_SIDES; side++)
        bytes[side] = piece->ranges[side].size > 0 ? block[side][i] : NOTHING;
      mark_byte (self, bytes, piece->position + offset + i);
    }
}

/* A run that differs may have equal bytes within. */
static void
mark_differences (FkCompareResult *self, FkImage *const *images, GCancellable *cancellable)
{
  guint n = fk_diff_layout_get_n_differences (self->layout);

  for (guint i = 0; i < n && !g_cancellable_is_cancelled (cancellable); i++)
    {
      const FkDiffPiece *piece = fk_diff_layout_get_difference (self->layout, i);

      for (guint64 offset = 0; offset < piece->size && !g_cancellable_is_cancelled (cancellable);
           offset += BLOCK)
        mark_block (self, images, piece, (guint32)offset);
    }
}

static FkCollation *
collate (FkCompareResult *self,
         GPtrArray *sides,
         FkImage **images,
         GCancellable *cancellable,
         GError **error)
{
  FkCollationSide bytes[FK_LINEUP_MAX_SIDES];
  g_autoptr (FkChipFacts) facts = NULL;
  FkChip *chip = NULL;

  for (guint i = 0; i < sides->len; i++)
    {
      FkCompareSide *side = g_ptr_array_index (sides, i);

      images[i] = fk_compare_side_get_image (side);
      bytes[i] = (FkCollationSide){ images[i], fk_compare_side_get_uid (side) };
      if (chip == NULL)
        chip = fk_compare_side_get_chip (side);
    }
  facts = fk_chip_facts_new (chip);
  if (facts->context.n_sectors > 0)
    g_array_append_vals (self->sectors, facts->context.sectors, facts->context.n_sectors);
  self->blank = facts->context.blank;
  return fk_collate (bytes, sides->len, &facts->context, cancellable, error);
}

/**
 * fk_compare_result_new: (constructor)
 * @sides: (element-type FkCompareSide): two or three, loaded
 *
 * Takes up to some tenths of a second, and longer for files that are larger than any chip.
 *
 * Returns: (transfer full): %NULL with %G_IO_ERROR_CANCELLED alone
 */
FkCompareResult *
fk_compare_result_new (GPtrArray *sides, GCancellable *cancellable, GError **error)
{
  g_autoptr (FkCompareResult) self = NULL;
  FkImage *images[FK_LINEUP_MAX_SIDES] = { NULL };
  FkReportSettings settings[FK_LINEUP_MAX_SIDES];

  g_return_val_if_fail (sides != NULL, NULL);
  g_return_val_if_fail (sides->len >= 2 && sides->len <= FK_LINEUP_MAX_SIDES, NULL);

  self = g_new0 (FkCompareResult, 1);
  self->sectors = g_array_new (FALSE, FALSE, sizeof (FkRange));
  self->collation = collate (self, sides, images, cancellable, error);
  if (self->collation == NULL)
    return NULL;
  self->layout = fk_diff_layout_new (fk_collation_get_lineup (self->collation));
  for (guint i = 0; i < FK_LINEUP_MAX_SIDES; i++)
    self->marks[i] = g_array_new (FALSE, FALSE, sizeof (FkHexMark));
  mark_differences (self, images, cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  self->folds = fk_diff_folds_find (self->layout, images, self->blank);
  for (guint i = 0; i < sides->len; i++)
    settings[i] = fk_compare_side_get_settings (g_ptr_array_index (sides, i));
  self->fields = fk_report_fields_new (settings, sides->len);
  self->fields_are_whole = fk_report_fields_are_whole (settings, sides->len);
  return g_steal_pointer (&self);
}

void
fk_compare_result_free (FkCompareResult *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->collation);
  g_clear_pointer (&self->layout, fk_diff_layout_unref);
  for (guint i = 0; i < FK_LINEUP_MAX_SIDES; i++)
    g_clear_pointer (&self->marks[i], g_array_unref);
  g_clear_pointer (&self->folds, g_array_unref);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_clear_pointer (&self->sectors, g_array_unref);
  g_free (self);
}

/* Texts that are translated cannot hold the macros of 64-bit numbers. */
static char *
format_count (guint64 count)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT, count);
}

/**
 * fk_compare_result_make_summary:
 *
 * Returns: (transfer full): the headline
 */
char *
fk_compare_result_make_summary (FkCompareResult *self)
{
  if (fk_collation_get_identical (self->collation) && self->fields != NULL && self->fields->len > 0)
    return g_strdup (_ ("The flash is identical, the options are not"));
  return fk_collation_make_headline (self->collation);
}

static char *
make_counts_of_two (FkCompareResult *self)
{
  const FkAlignment *alignment =
      fk_comparison_get_alignment (fk_collation_get_pair (self->collation, 0, NULL, NULL));
  g_autofree char *changed = format_count (alignment->changed);
  g_autofree char *deleted = format_count (alignment->deleted);
  g_autofree char *inserted = format_count (alignment->inserted);

  if (alignment->inserted == 0 && alignment->deleted == 0)
    return NULL;
  return g_strdup_printf (_ ("%s changed, %s only in the first, %s only in the second"), changed,
                          deleted, inserted);
}

static char *
make_counts_of_three (FkCompareResult *self)
{
  static const char *const formats[] = {
    [FK_LINEUP_FIRST] = N_ ("first differs: %s"),
    [FK_LINEUP_SECOND] = N_ ("second differs: %s"),
    [FK_LINEUP_THIRD] = N_ ("third differs: %s"),
    [FK_LINEUP_ALL] = N_ ("all differ: %s"),
  };
  const FkLineup *lineup = fk_collation_get_lineup (self->collation);
  GString *text = g_string_new (NULL);

  for (guint i = FK_LINEUP_FIRST; i < FK_LINEUP_N_RELATIONS; i++)
    {
      g_autofree char *count = format_count (lineup->counts[i]);
      g_autofree char *part = NULL;

      if (lineup->counts[i] == 0)
        continue;
      part = g_strdup_printf (_ (formats[i]), count);
      g_string_append_printf (text, text->len > 0 ? " · %s" : "%s", part);
    }
  return g_string_free (text, text->len == 0);
}

/**
 * fk_compare_result_make_counts:
 *
 * Returns: (transfer full) (nullable): how many bytes there are of each kind of difference; %NULL
 *   where the headline says it all
 */
char *
fk_compare_result_make_counts (FkCompareResult *self)
{
  return fk_collation_get_n_sides (self->collation) == 2 ? make_counts_of_two (self)
                                                         : make_counts_of_three (self);
}

/**
 * fk_compare_result_make_fields:
 *
 * Returns: (transfer full) (nullable): whether option bytes and OTP differ; %NULL where they cannot
 *   be compared
 */
char *
fk_compare_result_make_fields (FkCompareResult *self)
{
  if (self->fields == NULL)
    return NULL;
  if (self->fields->len == 0)
    return g_strdup (self->fields_are_whole
                         ? _ ("Option bytes and OTP are the same.")
                         : _ ("Option bytes and OTP are the same as far as they are known."));
  return g_strdup_printf (ngettext ("Option bytes and OTP: %u setting is different.",
                                    "Option bytes and OTP: %u settings are different.",
                                    self->fields->len),
                          self->fields->len);
}

/**
 * fk_compare_result_make_pair:
 *
 * Returns: (transfer full) (nullable): which two a pair of three is; %NULL where there is no third
 */
char *
fk_compare_result_make_pair (FkCompareResult *self, guint pair)
{
  static const char *const texts[] = { N_ ("First and Second"), N_ ("First and Third"),
                                       N_ ("Second and Third") };

  return fk_collation_get_n_pairs (self->collation) == 1 ? NULL : g_strdup (_ (texts[pair]));
}

/**
 * fk_compare_result_get_span:
 * @pair: in which something was found
 * @range: addresses, of the first of the pair if it has them
 * @position: (out): where they stand
 *
 * Returns: how many positions they span; 0 if neither has them
 */
guint64
fk_compare_result_get_span (FkCompareResult *self, guint pair, FkRange range, guint64 *position)
{
  guint sides[2];
  guint64 last;

  fk_collation_get_pair (self->collation, pair, &sides[0], &sides[1]);
  for (guint i = 0; range.size > 0 && i < G_N_ELEMENTS (sides); i++)
    if (fk_diff_layout_get_position (self->layout, sides[i], range.address, position))
      {
        if (fk_diff_layout_get_position (self->layout, sides[i], fk_range_end (range) - 1, &last))
          return last - *position + 1;
        return 1;
      }
  return 0;
}
