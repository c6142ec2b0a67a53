/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The addresses in flash that a program mentions: literal pools, tables, pairs of MOVW and MOVT
 * (ARM DDI 0403E A7.7).  They tell where it was linked to run, whether its end is missing, and what
 * a bootloader starts. */

#include "config.h"

#include "compare/fk-pointers.h"

#include "base/fk-reader.h"
#include "compare/fk-thumb.h"
#include "compare/fk-vectors.h"

static gboolean
is_flash_address (guint32 value)
{
  return value >= FK_FLASH_START && value < FK_FLASH_START + FK_FLASH_MAX;
}

static int
compare_u32 (gconstpointer a, gconstpointer b)
{
  guint32 left = *(const guint32 *)a;
  guint32 right = *(const guint32 *)b;

  return (left > right) - (left < right);
}

/**
 * fk_pointers_collect:
 * @data: (array length=length): a program, from its first byte on
 *
 * Returns: (transfer full) (element-type guint32): the different ones, ascending.  A few are none,
 *   but instructions that look like one
 */
GArray *
fk_pointers_collect (const guint8 *data, gsize length)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (guint32));
  GArray *distinct = g_array_new (FALSE, FALSE, sizeof (guint32));
  gsize offset;
  guint32 value;
  guint i;

  for (offset = 0; offset + 4 <= length; offset += 2)
    {
      if (offset % 4 == 0 && is_flash_address (value = fk_load_u32le (data + offset)))
        g_array_append_val (all, value);
      else if (fk_thumb_read_move_pair (data, length, offset, &value) && is_flash_address (value))
        g_array_append_val (all, value);
    }
  g_array_sort (all, compare_u32);
  for (i = 0; i < all->len; i++)
    {
      value = g_array_index (all, guint32, i);
      if (i == 0 || value != g_array_index (all, guint32, i - 1))
        g_array_append_val (distinct, value);
    }
  return distinct;
}

/**
 * fk_pointers_count:
 * @end: one past the last
 *
 * Returns: how many of @pointers lead to @start or beyond, and not as far as @end
 */
guint
fk_pointers_count (GArray *pointers, guint64 start, guint64 end)
{
  guint count = 0;

  g_return_val_if_fail (pointers != NULL, 0);

  for (guint i = 0; i < pointers->len; i++)
    {
      guint32 value = g_array_index (pointers, guint32, i);

      count += value >= start && value < end;
    }
  return count;
}
