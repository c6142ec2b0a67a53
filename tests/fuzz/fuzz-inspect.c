/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "compare/fk-compare.h"
#include "fuzz-image.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (FkImage) image = fuzz_image_take (&data, &size);
  g_autoptr (GBytes) uid = g_bytes_new (data, MIN (size, 12));
  FkCompareContext context = { .flash = { 0x08000000, 0x10000 }, .uid_a = uid, .blank = 0xff };
  g_autoptr (FkInspection) inspection = fk_inspect (image, &context);
  g_autoptr (FkInspection) without = fk_inspect (image, NULL);

  g_assert (fk_inspection_get_used (inspection) == fk_inspection_get_used (without));
  return 0;
}
