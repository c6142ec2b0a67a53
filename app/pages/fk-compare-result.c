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

/* A changed run may have equal bytes within. */
static void
mark_changed (FkCompareResult *self, FkImage *a, FkImage *b, const FkDiffPiece *piece)
{
  guint8 left[BLOCK];
  guint8 right[BLOCK];

  for (guint32 offset = 0; offset < piece->ranges[0].size; offset += BLOCK)
    {
      guint32 size = MIN (BLOCK, piece->ranges[0].size - offset);

      fk_image_read_filled (a, (FkRange){ piece->ranges[0].address + offset, size }, 0, left);
      fk_image_read_filled (b, (FkRange){ piece->ranges[1].address + offset, size }, 0, right);
      for (guint32 i = 0; i < size; i++)
        if (left[i] != right[i])
          {
            add_mark (self->marks[0], piece->position + offset + i, 1);
            add_mark (self->marks[1], piece->position + offset + i, 1);
          }
    }
}

static void
mark_differences (FkCompareResult *self, FkImage *a, FkImage *b)
{
  guint n = fk_diff_layout_get_n_differences (self->layout);

  for (guint i = 0; i < n; i++)
    {
      const FkDiffPiece *piece = fk_diff_layout_get_difference (self->layout, i);

      if (piece->kind == FK_ALIGN_CHANGED)
        mark_changed (self, a, b, piece);
      else
        add_mark (self->marks[piece->kind == FK_ALIGN_INSERTED ? 1 : 0], piece->position,
                  piece->size);
    }
}

/**
 * fk_compare_result_new: (constructor)
 * @a: loaded
 * @b: loaded
 *
 * Takes up to some tenths of a second.
 */
FkCompareResult *
fk_compare_result_new (FkCompareSide *a, FkCompareSide *b)
{
  FkCompareResult *self = g_new0 (FkCompareResult, 1);
  FkChip *chip = fk_compare_side_get_chip (a);
  FkImage *images[] = { fk_compare_side_get_image (a), fk_compare_side_get_image (b) };
  g_autoptr (FkChipFacts) facts =
      fk_chip_facts_new (chip != NULL ? chip : fk_compare_side_get_chip (b));

  facts->context.uid_a = fk_compare_side_get_uid (a);
  facts->context.uid_b = fk_compare_side_get_uid (b);
  self->comparison = fk_compare (images[0], images[1], &facts->context);
  self->layout = fk_diff_layout_new (fk_comparison_get_alignment (self->comparison));
  for (guint i = 0; i < G_N_ELEMENTS (self->marks); i++)
    self->marks[i] = g_array_new (FALSE, FALSE, sizeof (FkHexMark));
  mark_differences (self, images[0], images[1]);
  self->folds = fk_diff_folds_find (self->layout, images[0], images[1]);
  self->fields =
      fk_report_fields_new (fk_compare_side_get_options (a), fk_compare_side_get_options (b),
                            fk_compare_side_get_otp (a), fk_compare_side_get_otp (b));
  self->sectors = g_array_new (FALSE, FALSE, sizeof (FkRange));
  if (facts->context.n_sectors > 0)
    g_array_append_vals (self->sectors, facts->context.sectors, facts->context.n_sectors);
  return self;
}

void
fk_compare_result_free (FkCompareResult *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->comparison);
  g_clear_pointer (&self->layout, fk_diff_layout_unref);
  g_clear_pointer (&self->marks[0], g_array_unref);
  g_clear_pointer (&self->marks[1], g_array_unref);
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
  const FkAlignment *alignment = fk_comparison_get_alignment (self->comparison);
  guint n_places = fk_diff_layout_get_n_differences (self->layout);
  g_autofree char *n_bytes = NULL;

  if (fk_comparison_get_identical (self->comparison))
    return g_strdup (self->fields != NULL && self->fields->len > 0
                         ? _ ("The flash is identical, the options are not")
                         : _ ("Identical"));
  if (n_places == 0)
    return g_strdup (_ ("The same bytes, at other addresses"));
  n_bytes = format_count (alignment->changed + alignment->inserted + alignment->deleted);
  return g_strdup_printf (ngettext ("%s bytes differ in %u place", "%s bytes differ in %u places",
                                    n_places),
                          n_bytes, n_places);
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
  const FkAlignment *alignment = fk_comparison_get_alignment (self->comparison);
  g_autofree char *changed = format_count (alignment->changed);
  g_autofree char *deleted = format_count (alignment->deleted);
  g_autofree char *inserted = format_count (alignment->inserted);

  if (alignment->inserted == 0 && alignment->deleted == 0)
    return NULL;
  return g_strdup_printf (_ ("%s changed, %s only in the first, %s only in the second"), changed,
                          deleted, inserted);
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
    return g_strdup (_ ("Option bytes and OTP are the same."));
  return g_strdup_printf (ngettext ("Option bytes and OTP: %u setting is different.",
                                    "Option bytes and OTP: %u settings are different.",
                                    self->fields->len),
                          self->fields->len);
}

/**
 * fk_compare_result_get_span:
 * @range: addresses, of the first image if it has them
 * @position: (out): where they stand
 *
 * Returns: how many positions they span; 0 if neither image has them
 */
guint64
fk_compare_result_get_span (FkCompareResult *self, FkRange range, guint64 *position)
{
  guint64 last;

  for (guint side = FK_DIFF_FIRST; range.size > 0 && side <= FK_DIFF_SECOND; side++)
    if (fk_diff_layout_get_position (self->layout, side, range.address, position))
      {
        if (fk_diff_layout_get_position (self->layout, side, fk_range_end (range) - 1, &last))
          return last - *position + 1;
        return 1;
      }
  return 0;
}
