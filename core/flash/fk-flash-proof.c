/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading once, and proving it: while the probe reads, the chip sums what is read, and afterwards
 * the sums are compared.  What is small enough is fed to the chip's CRC unit by its DMA controller,
 * and makes one sum; else, and where that is another one, the core sums it piece by piece.  The
 * core is halted but for our loader, so that nothing changes the memory in between; RAM is not
 * proved in this way, because the loader lives in it and DMA may go on.
 *
 * A piece whose sum differs is summed again without the chip's CRC unit, if that was used.  If that
 * changes nothing the piece is read again, and the reading that has the right sum counts.  When two
 * readings agree with one another but not with the sum, it is computed once more; when that
 * differs, too, a third reading, in other steps so that a probe which counts addresses wrongly
 * gives itself away, decides. */

#include "config.h"

#include "flash/fk-flash.h"

#include <glib/gi18n.h>

#include "base/fk-crc32.h"
#include "base/fk-error.h"
#include "flash/fk-flash-private.h"

#include <string.h>

/* Less than this is read twice in the time that the loader takes to come and go. */
#define SMALL 2048

/* What is read again where a sum differs, which is rare: few pieces. */
#define PIECES_MAX 32
#define PIECE_MIN  8192

/* Readings of a piece that does not have its sum. */
#define READINGS 3

/* Steps of the deciding reading: no border of the probe's or the chip's counters is a multiple. */
#define CRUMB 252

typedef struct
{
  FkFlash *flash;
  FkFlashSum *sums; /* of the pieces */
  guint n_sums;
  FkRange range;
  guint8 *data;     /* what was read of the range */
  gboolean lowered; /* the clock, because of what was read here */
  gboolean reread;  /* some piece is proved by readings alone */
  gboolean carried; /* the DMA controller's sum is not that of what was read */
  FkProgress *progress;
  GCancellable *cancellable;
} Proof;

/* Memory that nothing changes while the core is ours. */
static gboolean
is_lasting (FkFlash *self, FkRange range)
{
  guint n_regions;
  const FkRegion *regions = fk_chip_get_regions (self->chip, &n_regions);

  for (guint i = 0; i < n_regions; i++)
    {
      FkRange region = regions[i].range;

      if (regions[i].kind != FK_REGION_RAM && range.address >= region.address &&
          (guint64)range.address + range.size <= (guint64)region.address + region.size)
        return TRUE;
    }
  return FALSE;
}

static gboolean
read_data (Proof *proof, FkProgress *progress, GError **error)
{
  if (fk_target_read (proof->flash->target, proof->range.address, proof->data, proof->range.size,
                      progress, proof->cancellable, error))
    return TRUE;
  g_prefix_error (error, "Reading " FK_RANGE_FORMAT ": ", FK_RANGE_ARGS (proof->range));
  return FALSE;
}

static gboolean
read_in_crumbs (Proof *proof, FkRange piece, guint8 *data, GError **error)
{
  for (guint32 done = 0; done < piece.size;)
    {
      guint32 size = MIN (CRUMB, piece.size - done);

      if (!fk_target_read (proof->flash->target, piece.address + done, data + done, size, NULL,
                           proof->cancellable, error))
        return FALSE;
      done += size;
    }
  return TRUE;
}

static gboolean
set_unsteady (FkRange piece, GError **error)
{
  g_set_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH,
               "Readings of " FK_RANGE_FORMAT " were not the same, and none has the checksum that "
               "the chip computed",
               FK_RANGE_ARGS (piece));
  return FALSE;
}

/* Two readings agree, and the sum says something else. */
static gboolean
doubt_sum (Proof *proof, const FkFlashSum *sum, const guint8 *held, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree guint8 *third = g_malloc (sum->range.size);
  FkFlashSum again = { .range = sum->range };
  gboolean cannot_run;

  if (fk_flash_sum_without_unit (proof->flash, &again, 1, &cannot_run, proof->cancellable,
                                 &local_error))
    {
      if (again.crc == fk_crc32 (held, sum->range.size))
        return TRUE;
    }
  else if (!cannot_run)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!read_in_crumbs (proof, sum->range, third, error))
    return FALSE;
  if (memcmp (held, third, sum->range.size) != 0)
    return set_unsteady (sum->range, error);
  fk_progress_note (proof->progress, "%s",
                    _ ("The chip's own checksum is wrong, so reading it again has to prove it"));
  proof->reread = TRUE;
  return TRUE;
}

/* What was read of the piece does not have its sum. */
static gboolean
settle (Proof *proof, const FkFlashSum *sum, GError **error)
{
  guint8 *held = proof->data + (sum->range.address - proof->range.address);
  g_autofree guint8 *again = g_malloc (sum->range.size);

  fk_progress_note (proof->progress, "%s",
                    _ ("What was read is not what the chip holds; reading again"));
  for (guint i = 1; i < READINGS; i++)
    {
      gboolean same;

      if (!proof->lowered || i > 1)
        proof->lowered = fk_target_lower_speed (proof->flash->target, proof->progress);
      if (!fk_target_read (proof->flash->target, sum->range.address, again, sum->range.size, NULL,
                           proof->cancellable, error))
        return FALSE;
      same = memcmp (held, again, sum->range.size) == 0;
      memcpy (held, again, sum->range.size);
      if (fk_crc32 (held, sum->range.size) == sum->crc)
        return TRUE;
      if (same)
        return doubt_sum (proof, sum, held, error);
    }
  return set_unsteady (sum->range, error);
}

/* All sums are those of what was read, but the first one was not. */
static void
doubt_dma (Proof *proof)
{
  proof->flash->doubts_dma = TRUE;
  fk_progress_note (proof->progress, "%s",
                    _ ("The chip's DMA controller is left alone: it gave a wrong checksum"));
}

static gboolean
settle_all (Proof *proof, GError **error)
{
  g_autofree guint32 *expected = g_new (guint32, proof->n_sums);
  guint n_settled = 0;

  for (guint i = 0; i < proof->n_sums; i++)
    {
      FkRange range = proof->sums[i].range;

      expected[i] = fk_crc32 (proof->data + (range.address - proof->range.address), range.size);
    }
  if (!fk_flash_check_unit (proof->flash, proof->sums, expected, proof->n_sums, proof->progress,
                            proof->cancellable, error))
    return FALSE;
  for (guint i = 0; i < proof->n_sums; i++)
    if (proof->sums[i].crc != expected[i])
      {
        n_settled++;
        if (!settle (proof, &proof->sums[i], error))
          return FALSE;
      }
  if (proof->carried && n_settled == 0 && !proof->flash->doubts_unit)
    doubt_dma (proof);
  return TRUE;
}

static void
make_sums (Proof *proof)
{
  guint32 size = fk_flash_get_piece_size (proof->range.size, PIECES_MAX, PIECE_MIN);

  proof->n_sums = (guint)(((guint64)proof->range.size + size - 1) / size);
  proof->sums = g_new0 (FkFlashSum, proof->n_sums);
  for (guint i = 0; i < proof->n_sums; i++)
    {
      guint32 offset = i * size;

      proof->sums[i].range =
          (FkRange){ proof->range.address + offset, MIN (size, proof->range.size - offset) };
    }
}

/* Reads and sums at a time.  @summed: (out): whether there are sums; %FALSE when the loader cannot
 * run, and then it depends on @was_read whether there are data. */
static gboolean
read_and_sum (
    Proof *proof, FkProgress *progress, gboolean *was_read, gboolean *summed, GError **error)
{
  g_autoptr (FkFlashSummer) summer = NULL;
  g_autoptr (GError) sum_error = NULL;
  gboolean read_well = TRUE;

  *was_read = FALSE;
  *summed = FALSE;
  summer = fk_flash_summer_new (proof->flash, proof->sums, proof->n_sums, proof->cancellable,
                                &sum_error);
  if (summer != NULL && fk_flash_summer_start (summer, &sum_error))
    {
      read_well = *was_read = read_data (proof, progress, error);
      *summed = read_well && fk_flash_summer_finish (summer, NULL, proof->cancellable, &sum_error);
    }
  if (summer != NULL && !fk_flash_summer_end (summer, FALSE, read_well ? error : NULL))
    return FALSE;
  if (!read_well)
    return FALSE;
  if (sum_error == NULL || fk_flash_loader_cannot_run (sum_error))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&sum_error));
  return FALSE;
}

/* Reads, and has the chip's DMA controller and CRC unit sum the same.  @proved: (out): whether that
 * proves what was read; where not, nothing speaks against it yet. */
static gboolean
read_and_carry (
    Proof *proof, FkProgress *progress, gboolean *was_read, gboolean *proved, GError **error)
{
  g_autoptr (GError) dma_error = NULL;
  g_autoptr (FkDmaSum) dma = NULL;
  gboolean finished;

  *was_read = FALSE;
  *proved = FALSE;
  dma = fk_dma_sum_start (proof->flash, proof->range, &dma_error);
  if (dma != NULL)
    {
      *was_read = read_data (proof, progress, error);
      finished =
          *was_read && fk_dma_sum_finish (dma, proof->data, proved, proof->cancellable, &dma_error);
      if (!fk_dma_sum_return (dma, *was_read ? error : NULL) || !*was_read)
        return FALSE;
      proof->carried = finished && !*proved;
      if (finished)
        return TRUE;
    }
  if (fk_flash_loader_cannot_run (dma_error))
    {
      proof->flash->doubts_dma = TRUE;
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&dma_error));
  return FALSE;
}

/* The sum of all was not that of what was read, so that either is wrong. */
static gboolean
sum_after_all (Proof *proof, FkProgress *progress, gboolean *summed, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean cannot_run;

  *summed = fk_flash_sum_if_can (proof->flash, proof->sums, proof->n_sums, &cannot_run, progress,
                                 proof->cancellable, &local_error);
  if (*summed || cannot_run)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Reads all, and has the chip sum it at a time, or afterwards. */
static gboolean
read_with_sums (Proof *proof,
                FkProgress *progress,
                gboolean *was_read,
                gboolean *summed,
                gboolean *proved,
                GError **error)
{
  *was_read = FALSE;
  *proved = FALSE;
  *summed = FALSE;
  if (fk_dma_sum_suits (proof->flash, proof->range) &&
      !read_and_carry (proof, progress, was_read, proved, error))
    return FALSE;
  if (*proved)
    return TRUE;
  return *was_read ? sum_after_all (proof, progress, summed, error)
                   : read_and_sum (proof, progress, was_read, summed, error);
}

/* The second reading, or sums after all. */
static gboolean
prove_by_reading (Proof *proof, FkVerified *how, FkProgress *progress, GError **error)
{
  g_autofree guint8 *again = g_malloc (MIN (proof->range.size, SMALL));
  g_autoptr (GBytes) bytes = g_bytes_new_static (proof->data, proof->range.size);
  g_autoptr (FkImage) image = NULL;

  if (proof->range.size <= SMALL)
    {
      if (!fk_target_read (proof->flash->target, proof->range.address, again, proof->range.size,
                           NULL, proof->cancellable, error))
        return FALSE;
      if (memcmp (proof->data, again, proof->range.size) == 0)
        {
          *how = FK_VERIFIED_REREAD;
          return TRUE;
        }
    }
  image = fk_image_new_for_bytes (proof->range.address, bytes, error);
  return image != NULL &&
         fk_flash_verify (proof->flash, image, how, progress, proof->cancellable, error);
}

static gboolean
prove (Proof *proof, FkVerified *how, GError **error)
{
  static const FkProgressStep steps[] = { { NULL, 15 }, { NULL, 1 } };
  gboolean may_sum = is_lasting (proof->flash, proof->range) && proof->range.size > SMALL;
  gboolean was_read = FALSE;
  gboolean summed = FALSE;
  gboolean proved = FALSE;
  FkProgress *reading;

  fk_progress_set_steps (proof->progress, steps, G_N_ELEMENTS (steps));
  reading = fk_progress_get_child (proof->progress);
  if (may_sum && !read_with_sums (proof, reading, &was_read, &summed, &proved, error))
    return FALSE;
  if (!was_read && !read_data (proof, reading, error))
    return FALSE;
  fk_progress_step_done (proof->progress);
  if (!summed && !proved)
    return prove_by_reading (proof, how, fk_progress_get_child (proof->progress), error);
  if (!proved && !settle_all (proof, error))
    return FALSE;
  fk_progress_step_done (proof->progress);
  *how = proof->reread ? FK_VERIFIED_REREAD : FK_VERIFIED_CRC;
  return TRUE;
}

/**
 * fk_flash_read_proved:
 * @range: any range of the chip's memory; not empty
 * @how: (out): what proves that the bytes are what the chip holds
 *
 * Reads, and proves what was read: in one pass where the core can sum meanwhile, else by a second
 * reading.
 *
 * Returns: (transfer full): exactly as many bytes as @range has, or %NULL: VERIFY_MISMATCH when the
 *   chip does not give the same twice, PROTECTED where it may not be read
 */
GBytes *
fk_flash_read_proved (FkFlash *self,
                      FkRange range,
                      FkVerified *how,
                      FkProgress *progress,
                      GCancellable *cancellable,
                      GError **error)
{
  Proof proof = { .flash = self, .range = range, .progress = progress, .cancellable = cancellable };
  g_autofree guint8 *data = NULL;
  gboolean proved;

  g_return_val_if_fail (FK_IS_FLASH (self), NULL);
  g_return_val_if_fail (range.size > 0, NULL);
  g_return_val_if_fail (how != NULL, NULL);

  *how = FK_VERIFIED_NO;
  if (!fk_flash_check_range_readable (self, range, cancellable, error))
    return NULL;
  data = g_malloc (range.size);
  proof.data = data;
  make_sums (&proof);
  proved = prove (&proof, how, error);
  g_free (proof.sums);
  return proved ? g_bytes_new_take (g_steal_pointer (&data), range.size) : NULL;
}
