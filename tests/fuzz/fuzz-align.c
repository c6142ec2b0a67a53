/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "compare/fk-lineup.h"
#include "fuzz-image.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
line_up (FkImage *const images[3], const FkAlignment *second)
{
  g_autoptr (FkAlignment) third = fk_align (images[0], images[2], NULL);
  g_autoptr (FkLineup) lineup = fk_lineup_new_for_three (images, second, third, NULL);
  guint64 sizes[3] = { 0, 0, 0 };

  for (guint i = 0; i < lineup->pieces->len; i++)
    for (guint side = 0; side < 3; side++)
      {
        FkRange range = g_array_index (lineup->pieces, FkLineupPiece, i).ranges[side];

        g_assert (range.size == 0 || fk_image_has (images[side], range));
        sizes[side] += range.size;
      }
  for (guint side = 0; side < 3; side++)
    g_assert (sizes[side] == fk_image_get_size (images[side]));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (FkImage) a = fuzz_image_take (&data, &size);
  g_autoptr (FkImage) b = fuzz_image_take (&data, &size);
  g_autoptr (FkImage) c = fuzz_image_take (&data, &size);
  g_autoptr (FkAlignment) there = fk_align (a, b, NULL);
  g_autoptr (FkAlignment) back = fk_align (b, a, NULL);
  guint64 size_a = 0;
  guint64 size_b = 0;

  for (guint i = 0; i < there->runs->len; i++)
    {
      const FkAlignRun *run = &g_array_index (there->runs, FkAlignRun, i);

      g_assert (run->a.size == 0 || fk_image_has (a, run->a));
      g_assert (run->b.size == 0 || fk_image_has (b, run->b));
      size_a += run->a.size;
      size_b += run->b.size;
    }
  g_assert (size_a == fk_image_get_size (a) && size_b == fk_image_get_size (b));
  g_assert (there->same == back->same && there->inserted == back->deleted);
  line_up ((FkImage *[]){ a, b, c }, there);
  return 0;
}
