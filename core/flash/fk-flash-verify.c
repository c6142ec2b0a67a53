/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Proving what the chip holds: by sums that the chip computes, or by reading all of it back.  A sum
 * that differs is never the last word: the piece is read, and what is wrong with it is told by its
 * first address, both bytes, and the pattern of the differences (field notes: "verify failed" alone
 * helps nobody). */

#include "config.h"

#include "flash/fk-flash.h"

#include <glib/gi18n.h>

#include "base/fk-crc32.h"
#include "base/fk-error.h"
#include "flash/fk-flash-private.h"
#include "flash/fk-option-bytes-private.h"

#include <string.h>

/* What is summed or read at a time: often enough for progress and cancel. */
#define PIECE (64 * 1024)

/**
 * fk_flash_checksum:
 * @range: any memory of the chip that can be read, outside the RAM that the loader needs
 * @crc: (out): its CRC-32, as fk_crc32() computes it
 *
 * The sum is computed by code on the chip; RAM and registers that it uses are given back, so that
 * an interrupted program can go on.
 *
 * Errors: NOT_SUPPORTED and CORE_LOCKED when the code cannot run (the core is not halted, there is
 * no RAM, the core is locked up): read instead.  BUS_FAULT where the range does not answer.
 */
gboolean
fk_flash_checksum (FkFlash *self,
                   FkRange range,
                   guint32 *crc,
                   FkProgress *progress,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (FkFlashSummer) summer = NULL;
  guint32 remainder = FK_CRC32_INIT;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);
  g_return_val_if_fail (crc != NULL, FALSE);

  summer = fk_flash_summer_new (self, cancellable, error);
  if (summer == NULL)
    return FALSE;
  for (guint32 done = 0; done < range.size;)
    {
      FkRange piece = { range.address + done, MIN (PIECE, range.size - done) };

      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !fk_flash_summer_update (summer, piece, &remainder, cancellable, error))
        return FALSE;
      done += piece.size;
      fk_progress_set_bytes (progress, done, range.size);
    }
  *crc = ~remainder;
  return fk_flash_summer_end (summer, error);
}

static gboolean
sum_all (FkFlashSummer *summer,
         FkFlashSum *sums,
         guint n_sums,
         FkProgress *progress,
         GCancellable *cancellable,
         GError **error)
{
  for (guint i = 0; i < n_sums; i++)
    {
      guint32 remainder = FK_CRC32_INIT;

      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !fk_flash_summer_update (summer, sums[i].range, &remainder, cancellable, error))
        return FALSE;
      sums[i].crc = ~remainder;
      fk_progress_set_bytes (progress, i + 1, n_sums);
    }
  return TRUE;
}

/**
 * fk_flash_sum:
 * @sums: (array length=n_sums) (inout): ranges as for fk_flash_checksum(), each with a sum of its
 *   own
 *
 * As fk_flash_checksum(), for many ranges in one pass.
 */
gboolean
fk_flash_sum (FkFlash *self,
              FkFlashSum *sums,
              guint n_sums,
              FkProgress *progress,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (FkFlashSummer) summer = NULL;
  gboolean summed;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);
  g_return_val_if_fail (sums != NULL || n_sums == 0, FALSE);

  summer = fk_flash_summer_new (self, cancellable, error);
  if (summer == NULL)
    return FALSE;
  summed = sum_all (summer, sums, n_sums, progress, cancellable, error);
  return fk_flash_summer_end (summer, summed ? error : NULL) && summed;
}

/* What is known of the differences in one piece. */
typedef struct
{
  guint32 first;
  guint32 last;
  guint n_bytes;
  guint8 held;
  guint8 wanted;
  gboolean all_blank;      /* the chip has the erased value wherever it differs */
  gboolean only_cleared;   /* ... has zeros where there should be ones, nothing else */
  gboolean only_unwritten; /* ... has ones where there should be zeros, nothing else */
} Differences;

static gboolean
find_differences (FkSegment wanted, const guint8 *held, guint8 blank, Differences *out)
{
  *out = (Differences){ .all_blank = TRUE, .only_cleared = TRUE, .only_unwritten = TRUE };
  for (guint32 i = 0; i < wanted.range.size; i++)
    {
      guint8 is = held[i];
      guint8 should = wanted.data[i];

      if (is == should)
        continue;
      if (out->n_bytes++ == 0)
        {
          out->first = wanted.range.address + i;
          out->held = is;
          out->wanted = should;
        }
      out->last = wanted.range.address + i;
      out->all_blank = out->all_blank && is == blank;
      out->only_cleared = out->only_cleared && (is & should) == is;
      out->only_unwritten = out->only_unwritten && (is & should) == should;
    }
  return out->n_bytes > 0;
}

/* It is not known here whether the bytes were written just now, or whether the chip simply holds
 * another program; both are asked for. */
static const char *
explain_differences (const Differences *differences)
{
  if (differences->all_blank)
    return "it is not programmed there";
  if (differences->only_unwritten)
    return "bits that should be 0 are 1; if this was written just now, the cells are worn out, or "
           "the "
           "supply was too weak";
  if (differences->only_cleared)
    return "bits that should be 1 are 0; if this was written just now, it was programmed over what "
           "was "
           "there, without an erase in between";
  return "it holds something else there";
}

static void
set_mismatch (const Differences *differences, gboolean steady, GError **error)
{
  g_autofree char *more = differences->n_bytes == 1
                              ? g_strdup ("this byte alone differs nearby")
                              : g_strdup_printf ("%u bytes differ between there and 0x%08x",
                                                 differences->n_bytes, differences->last);

  g_set_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH,
               "The chip holds 0x%02x instead of 0x%02x at 0x%08x (%s): %s", differences->held,
               differences->wanted, differences->first, more,
               steady ? explain_differences (differences)
                      : "two readings of it were not the same, so the connection is not reliable; "
                        "try shorter wires or a lower speed");
}

/* Reads one piece and compares; what differs is read once more, to tell a wrong cell from a wrong
 * reading. */
static gboolean
compare_piece (FkFlash *self, FkSegment wanted, GCancellable *cancellable, GError **error)
{
  guint8 blank = fk_chip_get_erased_value (self->chip);
  g_autoptr (GBytes) held = NULL;
  g_autoptr (GBytes) again = NULL;
  Differences differences;

  held = fk_flash_read (self, wanted.range, NULL, cancellable, error);
  if (held == NULL)
    return FALSE;
  if (!find_differences (wanted, g_bytes_get_data (held, NULL), blank, &differences))
    return TRUE;
  again = fk_flash_read (self, wanted.range, NULL, cancellable, error);
  if (again == NULL)
    return FALSE;
  set_mismatch (&differences, g_bytes_equal (held, again), error);
  return FALSE;
}

static gboolean
sum_piece (FkFlashSummer *summer,
           FkSegment wanted,
           gboolean *equal,
           GCancellable *cancellable,
           GError **error)
{
  guint32 crc = FK_CRC32_INIT;

  if (!fk_flash_summer_update (summer, wanted.range, &crc, cancellable, error))
    return FALSE;
  *equal = crc == fk_crc32_update (FK_CRC32_INIT, wanted.data, wanted.range.size);
  return TRUE;
}

/* The loader, or %NULL without an error where none can run. */
static gboolean
start_summer (FkFlash *self,
              FkFlashSummer **summer,
              FkProgress *progress,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GError) local_error = NULL;

  *summer = fk_flash_summer_new (self, cancellable, &local_error);
  if (*summer != NULL)
    return TRUE;
  if (!fk_flash_loader_cannot_run (local_error))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  fk_progress_note (progress, _ ("Verifying by reading everything back, which is slower: %s"),
                    local_error->message);
  return TRUE;
}

typedef struct
{
  FkFlash *flash;
  FkFlashSummer *summer; /* (nullable) */
  gboolean reread;       /* some piece was proved by reading it */
  FkProgress *progress;
  GCancellable *cancellable;
} Proof;

static gboolean
prove_piece (Proof *proof, FkSegment wanted, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean equal = FALSE;

  if (proof->summer != NULL &&
      !sum_piece (proof->summer, wanted, &equal, proof->cancellable, &local_error))
    {
      if (!fk_flash_loader_cannot_run (local_error))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      fk_progress_note (proof->progress, _ ("Reading the rest back, which is slower: %s"),
                        local_error->message);
      if (!fk_flash_summer_end (proof->summer, error))
        return FALSE;
      g_clear_pointer (&proof->summer, fk_flash_summer_free);
    }
  if (equal)
    return TRUE;
  proof->reread = TRUE;
  return compare_piece (proof->flash, wanted, proof->cancellable, error);
}

static gboolean
prove_image (Proof *proof, FkImage *image, GError **error)
{
  guint64 total = fk_image_get_size (image);
  guint64 done = 0;

  for (guint i = 0; i < fk_image_get_n_segments (image); i++)
    {
      FkSegment segment = fk_image_get_segment (image, i);

      for (guint32 offset = 0; offset < segment.range.size;)
        {
          guint32 size = MIN (PIECE, segment.range.size - offset);
          FkSegment piece = { { segment.range.address + offset, size }, segment.data + offset };

          if (g_cancellable_set_error_if_cancelled (proof->cancellable, error) ||
              !prove_piece (proof, piece, error))
            return FALSE;
          offset += size;
          done += size;
          fk_progress_set_bytes (proof->progress, done, total);
        }
    }
  return TRUE;
}

/* A sector under code protection runs, but answers no debugger and no loader with what it holds
 * (RM0090, 3.7.5): twice the same zeros prove nothing.  Without @image, all of the flash counts. */
static gboolean
check_code_protection (FkFlash *self, FkImage *image, GCancellable *cancellable, GError **error)
{
  const FkOptionField *mode = fk_chip_find_option_field (self->chip, "SPRMOD");
  g_autoptr (FkOptionBytes) options = NULL;
  guint n_sectors;
  const FkSector *sectors = fk_chip_get_sectors (self->chip, &n_sectors);

  if (mode == NULL)
    return TRUE;
  options = fk_flash_read_options (self, cancellable, error);
  if (options == NULL)
    return FALSE;
  for (guint i = 0; i < n_sectors && fk_option_bytes_read_field (options, mode) != 0; i++)
    {
      guint bit = 0;
      const FkOptionField *field = fk_chip_find_write_protection (self->chip, &sectors[i], &bit);

      if (field == NULL || (fk_option_bytes_read_field (options, field) >> bit & 1) == 0 ||
          (image != NULL && !fk_image_touches (image, sectors[i].range)))
        continue;
      g_set_error (error, FK_ERROR, FK_ERROR_PROTECTED,
                   "The sector " FK_RANGE_FORMAT " may be run but not read (SPRMOD and %s are 1): "
                   "nobody can tell through this port what it holds",
                   FK_RANGE_ARGS (sectors[i].range), field->name);
      return FALSE;
    }
  return TRUE;
}

/**
 * fk_flash_check_readable:
 *
 * Returns: whether what the flash answers is what it holds; PROTECTED names a sector that may be
 *   run but not read
 */
gboolean
fk_flash_check_readable (FkFlash *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);

  return check_code_protection (self, NULL, cancellable, error);
}

/**
 * fk_flash_verify:
 * @image: what the chip should hold; nothing is said of bytes that it does not have
 * @how: (out) (optional): what proved it; %FK_VERIFIED_NO after an error
 *
 * Proves that the chip holds @image, by sums where our code runs on the chip (the core is halted),
 * else by reading it back.
 *
 * Errors: VERIFY_MISMATCH names the first address that differs, both bytes, and what the pattern of
 * the differences says of the cause; PROTECTED names a sector that may not be read.
 */
gboolean
fk_flash_verify (FkFlash *self,
                 FkImage *image,
                 FkVerified *how,
                 FkProgress *progress,
                 GCancellable *cancellable,
                 GError **error)
{
  Proof proof = { .flash = self, .progress = progress, .cancellable = cancellable };
  gboolean proved;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);
  g_return_val_if_fail (FK_IS_IMAGE (image), FALSE);

  if (how != NULL)
    *how = FK_VERIFIED_NO;
  if (!check_code_protection (self, image, cancellable, error) ||
      !start_summer (self, &proof.summer, progress, cancellable, error))
    return FALSE;
  proof.reread = proof.summer == NULL;
  proved = prove_image (&proof, image, error);
  if (proof.summer != NULL)
    {
      proved = fk_flash_summer_end (proof.summer, proved ? error : NULL) && proved;
      fk_flash_summer_free (proof.summer);
    }
  if (proved && how != NULL)
    *how = proof.reread ? FK_VERIFIED_REREAD : FK_VERIFIED_CRC;
  return proved;
}
