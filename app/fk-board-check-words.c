/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The verdict on a board in words. */

#include "config.h"

#include "fk-board-check-private.h"

#include <glib/gi18n.h>

static guint
count_sectors (FkChip *chip, GArray *runs)
{
  guint n_sectors;
  const FkSector *sectors = fk_chip_get_sectors (chip, &n_sectors);
  guint n_touched = 0;

  for (guint i = 0; i < n_sectors; i++)
    for (guint j = 0; j < runs->len; j++)
      if (fk_range_overlaps (sectors[i].range, g_array_index (runs, FkRange, j)))
        {
          n_touched++;
          break;
        }
  return n_touched;
}

static char *
describe_differences (FkChip *chip, GArray *runs)
{
  g_autofree char *size = NULL;
  guint32 bytes = 0;
  guint n_sectors;

  if (runs == NULL || runs->len == 0 || chip == NULL)
    return g_strdup (_ ("The chip holds something else by now."));
  for (guint i = 0; i < runs->len; i++)
    bytes += g_array_index (runs, FkRange, i).size;
  size = g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
  n_sectors = count_sectors (chip, runs);
  /* The first is a size: "4 bytes", "12.5 KiB". */
  return g_strdup_printf (ngettext ("The chip differs: %s in %u sector, from 0x%08x on.",
                                    "The chip differs: %s in %u sectors, from 0x%08x on.",
                                    n_sectors),
                          size, n_sectors, g_array_index (runs, FkRange, 0).address);
}

/**
 * fk_board_check_describe:
 *
 * Returns: (transfer full): the verdict in a sentence
 */
char *
fk_board_check_describe (FkBoardCheck *self)
{
  g_return_val_if_fail (FK_IS_BOARD_CHECK (self), NULL);

  switch (self->verdict)
    {
    case FK_CHECK_RUNNING:
      return g_strdup (_ ("Checking…"));
    case FK_CHECK_EQUAL:
      return g_strdup (_ ("The flash holds exactly what this backup has of it."));
    case FK_CHECK_DIFFERS:
      return describe_differences (fk_board_check_get_chip (self), self->differences);
    case FK_CHECK_UNKNOWN:
    default:
      return g_strdup (_ ("Whether the chip still holds it was not checked."));
    }
}
