/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Images for a flash in two parts.  A file without addresses has bytes for the gap between them,
 * too: those that say nothing are left out, and what says something is for another chip. */

#include "config.h"

#include "job/fk-job-private.h"

#include "base/fk-error.h"

static gboolean
add_all (FkImage *self, FkImage *more, GError **error)
{
  for (guint i = 0; i < fk_image_get_n_segments (more); i++)
    {
      FkSegment segment = fk_image_get_segment (more, i);

      if (!fk_image_add_data (self, segment.range.address, segment.data, segment.range.size, error))
        return FALSE;
    }
  return TRUE;
}

/*
 * Returns: (transfer full): what @image has in the flash of @chip
 */
FkImage *
fk_flash_parts_slice (FkChip *chip, FkImage *image, GError **error)
{
  g_autoptr (FkImage) sliced = fk_image_new ();
  guint n_parts;
  const FkRange *parts = fk_chip_get_flash_parts (chip, &n_parts);

  for (guint i = 0; i < n_parts; i++)
    {
      g_autoptr (FkImage) slice = fk_image_slice (image, parts[i]);

      if (!add_all (sliced, slice, error))
        return NULL;
    }
  return g_steal_pointer (&sliced);
}

static gboolean
check_gap (FkChip *chip, FkImage *image, FkRange gap, GError **error)
{
  g_autoptr (FkImage) inside = fk_image_slice (image, gap);
  guint8 blank = fk_chip_get_erased_value (chip);

  for (guint i = 0; i < fk_image_get_n_segments (inside); i++)
    {
      FkSegment segment = fk_image_get_segment (inside, i);

      for (guint32 k = 0; k < segment.range.size; k++)
        if (segment.data[k] != blank)
          {
            g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                         "The image has bytes at 0x%08x, and this chip's flash has a gap "
                         "there, " FK_RANGE_FORMAT
                         ": it was made for a chip with more flash, or for another "
                         "board.  Nothing was changed",
                         segment.range.address + k, FK_RANGE_ARGS (gap));
            return FALSE;
          }
    }
  return TRUE;
}

/* From the end of the part before to the start of the part behind, which there may be none of. */
static FkRange
get_span (const FkRange *parts, guint n_parts, guint i)
{
  guint64 start = i == 0 ? 0 : parts[i].address;
  guint64 end = i + 1 == n_parts ? G_GUINT64_CONSTANT (1) << 32 : fk_range_end (parts[i]);

  return (FkRange){ (guint32)start, (guint32)(end - start) };
}

/*
 * Returns: (transfer full): @image without the blank bytes that it has between the parts of the
 * flash; OUT_OF_RANGE where it has others there.  What lies outside the flash stays
 */
FkImage *
fk_flash_parts_fit (FkChip *chip, FkImage *image, GError **error)
{
  g_autoptr (FkImage) fitted = fk_image_new ();
  guint n_parts;
  const FkRange *parts = fk_chip_get_flash_parts (chip, &n_parts);

  if (n_parts == 1)
    return g_object_ref (image);
  for (guint i = 0; i < n_parts; i++)
    {
      g_autoptr (FkImage) span = fk_image_slice (image, get_span (parts, n_parts, i));
      guint32 end = (guint32)fk_range_end (parts[i]);

      if ((i + 1 < n_parts &&
           !check_gap (chip, image, (FkRange){ end, parts[i + 1].address - end }, error)) ||
          !add_all (fitted, span, error))
        return NULL;
    }
  return g_steal_pointer (&fitted);
}
