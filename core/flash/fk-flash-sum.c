/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sums of what the chip holds, computed by the chip: the loader is lent what it needs, run, and all
 * is given back. */

#include "config.h"

#include "flash/fk-flash.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "flash/fk-flash-private.h"

/* How much of what differs is summed again before the CRC unit is believed: some 50 ms. */
#define SAMPLE (64 * 1024)

/* Bytes of a piece, so that @total bytes are no more than @n_max pieces: each costs 4 bytes of the
 * chip's RAM, which are read and written five times. */
guint32
fk_flash_get_piece_size (guint64 total, guint n_max, guint32 minimum)
{
  guint32 size = minimum;

  while ((guint64)size * n_max < total)
    size *= 2;
  return size;
}

/* From now on sums are computed without the chip's CRC unit. */
void
fk_flash_doubt_unit (FkFlash *self, FkProgress *progress, const char *why)
{
  if (self->doubts_unit)
    return;
  self->doubts_unit = TRUE;
  fk_progress_note (progress, _ ("The chip's CRC unit is left alone: %s"), why);
}

/* What is done while the chip sums; then the RAM is kept. */
typedef struct
{
  FkFlashMeanwhile func; /* (nullable) */
  gpointer data;
} Meanwhile;

static gboolean
sum_once (FkFlash *self,
          FkFlashSum *sums,
          guint n_sums,
          const Meanwhile *meanwhile,
          gboolean *cannot_run,
          gboolean *by_unit,
          FkProgress *progress,
          GCancellable *cancellable,
          GError **error)
{
  g_autoptr (FkFlashSummer) summer = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GError) end_error = NULL;
  gboolean summed;

  summer = fk_flash_summer_new (self, sums, n_sums, cancellable, &local_error);
  *by_unit = summer != NULL && fk_flash_summer_uses_unit (summer);
  summed = summer != NULL && fk_flash_summer_start (summer, &local_error) &&
           (meanwhile->func == NULL || meanwhile->func (meanwhile->data, &local_error)) &&
           fk_flash_summer_finish (summer, progress, cancellable, &local_error);
  if (summer != NULL)
    fk_flash_summer_end (summer, summed && meanwhile->func != NULL, &end_error);
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

static gboolean
sum (FkFlash *self,
     FkFlashSum *sums,
     guint n_sums,
     const Meanwhile *meanwhile,
     gboolean *cannot_run,
     FkProgress *progress,
     GCancellable *cancellable,
     GError **error)
{
  static const Meanwhile nothing = { NULL, NULL };
  g_autoptr (GError) local_error = NULL;
  gboolean by_unit;

  if (sum_once (self, sums, n_sums, meanwhile, cannot_run, &by_unit, progress, cancellable,
                &local_error))
    return TRUE;
  if (!*cannot_run || !by_unit)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  fk_flash_doubt_unit (self, progress, local_error->message);
  return sum_once (self, sums, n_sums, &nothing, cannot_run, &by_unit, progress, cancellable,
                   error);
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
  static const Meanwhile nothing = { NULL, NULL };

  return sum (self, sums, n_sums, &nothing, cannot_run, progress, cancellable, error);
}

/* The same, without the CRC unit and this once.  Where it comes to what the unit did not,
 * fk_flash_doubt_unit() is for the caller. */
gboolean
fk_flash_sum_without_unit (FkFlash *self,
                           FkFlashSum *sums,
                           guint n_sums,
                           gboolean *cannot_run,
                           GCancellable *cancellable,
                           GError **error)
{
  gboolean doubted = self->doubts_unit;
  gboolean summed;

  self->doubts_unit = TRUE;
  summed = fk_flash_sum_if_can (self, sums, n_sums, cannot_run, NULL, cancellable, error);
  self->doubts_unit = doubted;
  return summed;
}

static gboolean
sum_list_again (FkFlash *self,
                FkFlashSum *sums,
                const guint *list,
                guint n,
                guint *n_changed,
                GCancellable *cancellable,
                GError **error)
{
  g_autofree FkFlashSum *again = g_new0 (FkFlashSum, MAX (n, 1));
  g_autoptr (GError) local_error = NULL;
  gboolean cannot_run;

  *n_changed = 0;
  for (guint i = 0; i < n; i++)
    again[i].range = sums[list[i]].range;
  if (!fk_flash_sum_without_unit (self, again, n, &cannot_run, cancellable, &local_error))
    {
      if (cannot_run)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  for (guint i = 0; i < n; i++)
    if (again[i].crc != sums[list[i]].crc)
      {
        sums[list[i]].crc = again[i].crc;
        (*n_changed)++;
      }
  return TRUE;
}

/**
 * fk_flash_check_unit:
 * @sums: (array length=n_sums) (inout): as fk_flash_sum() left them, which was the last to sum
 * @expected: (array length=n_sums): what they are compared with
 *
 * After the chip's CRC unit has computed @sums: those that are not as @expected are computed in the
 * other way, as far as is needed to see whether the unit is right; if it is not, all of them, and
 * the unit is left alone from then on.  Does nothing where the unit was not used.
 */
gboolean
fk_flash_check_unit (FkFlash *self,
                     FkFlashSum *sums,
                     const guint32 *expected,
                     guint n_sums,
                     FkProgress *progress,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autofree guint *list = g_new (guint, MAX (n_sums, 1));
  guint64 bytes = 0;
  guint n_sample = 0;
  guint n_changed;
  guint n = 0;

  if (!self->summed_by_unit)
    return TRUE;
  for (guint i = 0; i < n_sums; i++)
    if (sums[i].crc != expected[i])
      {
        list[n++] = i;
        n_sample += bytes == 0 || bytes + sums[i].range.size <= SAMPLE ? 1 : 0;
        bytes += sums[i].range.size;
      }
  if (n == 0)
    return TRUE;
  if (!sum_list_again (self, sums, list, n_sample, &n_changed, cancellable, error))
    return FALSE;
  if (n_changed == 0)
    return TRUE;
  fk_flash_doubt_unit (self, progress, _ ("it computed wrong checksums"));
  return n_sample == n ||
         sum_list_again (self, sums, list + n_sample, n - n_sample, &n_changed, cancellable, error);
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
 * fk_flash_sum_and_read:
 * @meanwhile: called while the chip sums; not where it cannot.  What it reports of an error is
 *   reported here
 *
 * As fk_flash_sum(), but RAM and registers are given back by fk_flash_give_back() or, after an
 * error, before this returns.
 */
gboolean
fk_flash_sum_and_read (FkFlash *self,
                       FkFlashSum *sums,
                       guint n_sums,
                       FkFlashMeanwhile meanwhile,
                       gpointer meanwhile_data,
                       FkProgress *progress,
                       GCancellable *cancellable,
                       GError **error)
{
  const Meanwhile reading = { meanwhile, meanwhile_data };
  gboolean cannot_run;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);
  g_return_val_if_fail (sums != NULL || n_sums == 0, FALSE);
  g_return_val_if_fail (meanwhile != NULL, FALSE);

  return sum (self, sums, n_sums, &reading, &cannot_run, progress, cancellable, error);
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
