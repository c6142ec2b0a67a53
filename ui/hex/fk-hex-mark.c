/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hex/fk-hex-mark.h"

/**
 * fk_hex_marks_find:
 * @marks: (element-type FkHexMark): ascending, not overlapping
 *
 * Returns: the index of the first mark that ends behind @position; the length of @marks if none
 *   does
 */
guint
fk_hex_marks_find (GArray *marks, guint64 position)
{
  guint low = 0;
  guint high;

  g_return_val_if_fail (marks != NULL, 0);

  high = marks->len;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      FkHexMark mark = g_array_index (marks, FkHexMark, middle);

      if (mark.start + mark.size <= position)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}
