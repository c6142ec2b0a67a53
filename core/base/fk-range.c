/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/fk-range.h"

/**
 * fk_range_intersect:
 * @out: (out) (optional): what both ranges share
 *
 * Returns: whether they share at least one byte; @out is untouched if not
 */
gboolean
fk_range_intersect (FkRange a, FkRange b, FkRange *out)
{
  guint32 start = MAX (a.address, b.address);
  guint64 end = MIN (fk_range_end (a), fk_range_end (b));

  if (start >= end)
    return FALSE;
  if (out != NULL)
    *out = (FkRange){ .address = start, .size = (guint32)(end - start) };
  return TRUE;
}

/**
 * fk_range_dup_text:
 *
 * Returns: (transfer full): its first and its last address, "0x08000000-0x08003fff"
 */
char *
fk_range_dup_text (FkRange range)
{
  return g_strdup_printf (FK_RANGE_FORMAT, FK_RANGE_ARGS (range));
}
