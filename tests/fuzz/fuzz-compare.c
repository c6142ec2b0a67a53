/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "compare/fk-compare.h"
#include "fuzz-image.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const FkRange sectors[] = { { 0x08000000, 64 }, { 0x08000040, 192 }, { 0x08000100, 256 } };
  g_autoptr (FkImage) a = fuzz_image_take (&data, &size);
  g_autoptr (FkImage) b = fuzz_image_take (&data, &size);
  g_autoptr (GBytes) uid = g_bytes_new (data, MIN (size, 12));
  FkCompareContext context = { .sectors = sectors, .n_sectors = 3, .uid_b = uid, .blank = 0xff };
  g_autoptr (FkComparison) there = fk_compare (a, b, &context, NULL, NULL);
  g_autoptr (FkComparison) back = fk_compare (b, a, NULL, NULL, NULL);
  g_autoptr (FkComparison) self = fk_compare (a, a, NULL, NULL, NULL);

  g_assert (fk_comparison_get_differing_bytes (there) == fk_comparison_get_differing_bytes (back));
  g_assert (fk_comparison_get_identical (self));
  g_assert (fk_comparison_get_findings (there)->len > 0);
  return 0;
}
