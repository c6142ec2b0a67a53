/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The comparison of two images: the runs of differing bytes, and what they mean in words. */

#include "config.h"

#include "compare/fk-comparison.h"

#include "base/fk-blank.h"
#include "compare/fk-comparison-findings.h"
#include "compare/fk-diff.h"
#include "compare/fk-shift-findings.h"

struct _FkComparison
{
  GObject parent_instance;

  FkDiff *diff;
  FkAlignment *alignment;
  GPtrArray *findings;
};

G_DEFINE_FINAL_TYPE (FkComparison, fk_comparison, G_TYPE_OBJECT)

static void
fk_comparison_finalize (GObject *object)
{
  FkComparison *self = FK_COMPARISON (object);

  g_clear_pointer (&self->diff, fk_diff_free);
  g_clear_pointer (&self->alignment, fk_alignment_free);
  g_clear_pointer (&self->findings, g_ptr_array_unref);

  G_OBJECT_CLASS (fk_comparison_parent_class)->finalize (object);
}

static void
fk_comparison_class_init (FkComparisonClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_comparison_finalize;
}

static void
fk_comparison_init (FkComparison *self)
{
}

/**
 * fk_compare:
 * @context: (nullable): what is known beside the bytes; without it the findings are fewer, and
 *   blank is %FK_BLANK
 * @cancellable: (nullable): looked at every few hundred milliseconds, of images as large as they
 *   can be
 *
 * Returns: (transfer full): the comparison; %NULL with %G_IO_ERROR_CANCELLED alone.  The ranges
 * take below 1 ms for two images of 2 MiB, the findings some 40 ms, the alignment up to 100 ms
 */
FkComparison *
fk_compare (FkImage *a,
            FkImage *b,
            const FkCompareContext *context,
            GCancellable *cancellable,
            GError **error)
{
  static const FkCompareContext nothing_known = { .blank = FK_BLANK };
  g_autoptr (FkComparison) self = NULL;

  g_return_val_if_fail (FK_IS_IMAGE (a), NULL);
  g_return_val_if_fail (FK_IS_IMAGE (b), NULL);

  self = g_object_new (FK_TYPE_COMPARISON, NULL);
  self->diff = fk_diff_new (a, b);
  self->findings =
      fk_comparison_make_findings (a, b, self->diff, context != NULL ? context : &nothing_known,
                                   cancellable);
  self->alignment = fk_align (a, b, cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  fk_findings_add_shifts (self->findings, self->alignment);
  return g_steal_pointer (&self);
}

/**
 * fk_comparison_get_identical:
 *
 * Returns: whether both have the same bytes at the same addresses, and no others
 */
gboolean
fk_comparison_get_identical (FkComparison *self)
{
  g_return_val_if_fail (FK_IS_COMPARISON (self), FALSE);

  return self->diff->runs->len == 0;
}

/**
 * fk_comparison_get_differing_bytes:
 *
 * Returns: the number of bytes that differ, those that only one image has included
 */
guint64
fk_comparison_get_differing_bytes (FkComparison *self)
{
  g_return_val_if_fail (FK_IS_COMPARISON (self), 0);

  return self->diff->changed + self->diff->only_a + self->diff->only_b;
}

/**
 * fk_comparison_get_ranges:
 * @n_ranges: (out): how many
 *
 * Returns: (array length=n_ranges) (transfer none) (nullable): the runs of bytes that differ, by
 *   ascending address, with at least one equal byte or a gap between two of them
 */
const FkRange *
fk_comparison_get_ranges (FkComparison *self, guint *n_ranges)
{
  g_return_val_if_fail (FK_IS_COMPARISON (self), NULL);
  g_return_val_if_fail (n_ranges != NULL, NULL);

  *n_ranges = self->diff->runs->len;
  return (const FkRange *)(gpointer)self->diff->runs->data;
}

/**
 * fk_comparison_get_findings:
 *
 * Returns: (element-type FkFinding) (transfer none): at least one; the first is the headline
 */
GPtrArray *
fk_comparison_get_findings (FkComparison *self)
{
  g_return_val_if_fail (FK_IS_COMPARISON (self), NULL);

  return self->findings;
}

/**
 * fk_comparison_get_alignment:
 *
 * Returns: (transfer none): both side by side, with shifted parts found again
 */
const FkAlignment *
fk_comparison_get_alignment (FkComparison *self)
{
  g_return_val_if_fail (FK_IS_COMPARISON (self), NULL);

  return self->alignment;
}
