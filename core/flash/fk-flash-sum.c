/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sums of what the chip holds, computed by the chip: the loader is lent what it needs, run, and all
 * is given back. */

#include "config.h"

#include "flash/fk-flash.h"

#include "base/fk-error.h"
#include "flash/fk-flash-private.h"

/* What is summed and, where a sum differs, read at a time: 4 bytes of the chip's RAM for each, so
 * that there are some 100 of them, and not too little to be worth a transfer. */
#define PIECES_ABOUT 128
#define PIECE_MIN    1024

guint32
fk_flash_get_piece_size (guint64 total)
{
  guint32 size = PIECE_MIN;

  while ((guint64)size * PIECES_ABOUT < total)
    size *= 2;
  return size;
}

/* As fk_flash_sum(); @cannot_run: (out): whether an error says only that code does not run on the
 * chip as it should, and all was given back, so that reading is worth trying. */
gboolean
fk_flash_sum_if_can (FkFlash *self,
                     FkFlashSum *sums,
                     guint n_sums,
                     gboolean *cannot_run,
                     FkProgress *progress,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (FkFlashSummer) summer = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GError) end_error = NULL;

  *cannot_run = FALSE;
  summer = fk_flash_summer_new (self, sums, n_sums, cancellable, &local_error);
  if (summer != NULL && fk_flash_summer_start (summer, &local_error))
    fk_flash_summer_finish (summer, progress, cancellable, &local_error);
  if (summer != NULL)
    fk_flash_summer_end (summer, &end_error);
  *cannot_run = fk_flash_loader_cannot_run (local_error) && end_error == NULL;
  if (local_error == NULL && end_error == NULL)
    return TRUE;
  /* That RAM was not given back matters more than that code did not run. */
  if (local_error == NULL || (end_error != NULL && fk_flash_loader_cannot_run (local_error)))
    g_propagate_error (error, g_steal_pointer (&end_error));
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * fk_flash_sum:
 * @sums: (array length=n_sums) (inout): ranges of any memory of the chip that can be read, outside
 *   the RAM that the loader needs; each becomes its sum.  Neighbours of one size cost less than
 *   others do
 *
 * The sums are computed by code on the chip, all of them in one pass; RAM and registers that it
 * uses are given back, so that an interrupted program can go on.
 *
 * Errors: NOT_SUPPORTED and CORE_LOCKED when the code cannot run (the core is not halted, there is
 * no RAM, the core is locked up, a range does not answer): read instead.
 */
gboolean
fk_flash_sum (FkFlash *self,
              FkFlashSum *sums,
              guint n_sums,
              FkProgress *progress,
              GCancellable *cancellable,
              GError **error)
{
  gboolean cannot_run;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);
  g_return_val_if_fail (sums != NULL || n_sums == 0, FALSE);

  return fk_flash_sum_if_can (self, sums, n_sums, &cannot_run, progress, cancellable, error);
}

/**
 * fk_flash_checksum:
 * @crc: (out): the CRC-32 of @range, as fk_crc32() computes it
 *
 * As fk_flash_sum(), for one range.
 */
gboolean
fk_flash_checksum (FkFlash *self,
                   FkRange range,
                   guint32 *crc,
                   FkProgress *progress,
                   GCancellable *cancellable,
                   GError **error)
{
  FkFlashSum sum = { .range = range };

  g_return_val_if_fail (crc != NULL, FALSE);

  if (!fk_flash_sum (self, &sum, 1, progress, cancellable, error))
    return FALSE;
  *crc = sum.crc;
  return TRUE;
}
