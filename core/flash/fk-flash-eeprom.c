/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Data EEPROM, which L0 and L1 have beside their flash: each word is erased when it is written, so
 * that there is nothing to plan, and words that are right are left alone, as each of them wears. */

#include "config.h"

#include "flash/fk-flash-private.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"

#include <string.h>

#define WORD 4u

/**
 * fk_flash_can_write_eeprom:
 *
 * Returns: whether the chip has a data EEPROM, and there is a way to write it
 */
gboolean
fk_flash_can_write_eeprom (FkChip *chip)
{
  const FkFlashDriver *driver;

  g_return_val_if_fail (FK_IS_CHIP (chip), FALSE);

  driver = fk_flash_driver_find (fk_chip_get_driver (chip));
  return driver != NULL && driver->write_eeprom != NULL &&
         fk_chip_find_region (chip, "eeprom") != NULL;
}

/* @answers: (out): whether a word can be read */
static gboolean
try_word (FkFlash *self, guint32 address, gboolean *answers, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint32 word;

  *answers = fk_target_read_u32 (self->target, address, &word, &local_error);
  if (*answers || g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * fk_flash_find_eeprom:
 * @range: (out): what answers of the data EEPROM; empty where there is none
 *
 * No register tells of an L010 or an L100 that it is sold with less data EEPROM than others with
 * its device ID, so that the description has that of the largest; what there is must be tried.
 */
gboolean
fk_flash_find_eeprom (FkFlash *self, FkRange *range, GError **error)
{
  const FkRegion *region;
  gboolean answers;
  guint64 low = 0; /* bytes that answer, and that do not */
  guint64 high;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);
  g_return_val_if_fail (range != NULL, FALSE);

  region = fk_chip_find_region (self->chip, "eeprom");
  *range = region != NULL ? region->range : (FkRange){ 0 };
  if (region == NULL)
    return TRUE;
  high = range->size;
  if (!try_word (self, (guint32)(range->address + high - WORD), &answers, error))
    return FALSE;
  while (!answers && high - low > WORD)
    {
      guint64 middle = low + (high - low) / 2 / WORD * WORD;
      gboolean has_middle;

      if (!try_word (self, (guint32)(range->address + middle - WORD), &has_middle, error))
        return FALSE;
      if (has_middle)
        low = middle;
      else
        high = middle;
    }
  range->size = answers ? high : low;
  return TRUE;
}

/* Returns: how many bytes of the words that are not the same there are */
static guint
count_words (const guint8 *present, const guint8 *wanted, gsize size)
{
  guint n = 0;

  for (gsize at = 0; at < size; at += WORD)
    if (memcmp (present + at, wanted + at, WORD) != 0)
      n += WORD;
  return n;
}

static gboolean
write_words (FkFlash *self,
             FkRange range,
             const guint8 *present,
             const guint8 *wanted,
             FkProgress *progress,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (FkFlashUnlocked) unlocked = fk_flash_unlock (self, error);
  guint total = count_words (present, wanted, range.size);
  guint done = 0;
  gboolean written = TRUE;

  if (unlocked == NULL)
    return FALSE;
  for (guint32 at = 0; written && at < range.size; at += WORD)
    {
      if (memcmp (present + at, wanted + at, WORD) == 0)
        continue;
      written = !g_cancellable_set_error_if_cancelled (cancellable, error) &&
                unlocked->driver->write_eeprom (&unlocked->port, range.address + at,
                                                fk_load_u32le (wanted + at), error);
      done += WORD;
      fk_progress_set_bytes (progress, done, total);
    }
  return fk_flash_unlocked_end (unlocked, written ? error : NULL) && written;
}

static gboolean
check_written (
    FkFlash *self, FkRange range, const guint8 *wanted, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) held = fk_flash_read (self, range, NULL, cancellable, error);
  const guint8 *bytes;

  if (held == NULL)
    return FALSE;
  bytes = g_bytes_get_data (held, NULL);
  for (guint32 at = 0; at < range.size; at++)
    if (bytes[at] != wanted[at])
      {
        g_set_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH,
                     "The data EEPROM holds 0x%02x at 0x%08x, where 0x%02x was written; its cells "
                     "may be worn out",
                     bytes[at], range.address + at, wanted[at]);
        return FALSE;
      }
  return TRUE;
}

/**
 * fk_flash_write_eeprom:
 * @address: of data EEPROM, a multiple of 4
 * @wanted: what it shall hold from there on, whole words
 *
 * Writes the words of the data EEPROM that differ, one after the other, and reads all of it back.
 * Whoever cancels it, or pulls the plug, has some new words and some old ones; a second run goes on
 * from there.
 *
 * Errors: OUT_OF_RANGE when @wanted does not lie in the data EEPROM, VERIFY_MISMATCH, or what the
 * controller says.
 */
gboolean
fk_flash_write_eeprom (FkFlash *self,
                       guint32 address,
                       GBytes *wanted,
                       FkProgress *progress,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (GBytes) present = NULL;
  FkRange range = { address, 0 };
  const guint8 *bytes;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);
  g_return_val_if_fail (wanted != NULL, FALSE);
  g_return_val_if_fail (address % WORD == 0 && g_bytes_get_size (wanted) % WORD == 0, FALSE);
  g_return_val_if_fail (fk_flash_can_write_eeprom (self->chip), FALSE);

  range.size = g_bytes_get_size (wanted);
  if (!fk_range_covers (fk_chip_find_region (self->chip, "eeprom")->range, range))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   FK_RANGE_FORMAT " is not all in the data EEPROM", FK_RANGE_ARGS (range));
      return FALSE;
    }
  present = fk_flash_read (self, range, NULL, cancellable, error);
  if (present == NULL)
    return FALSE;
  bytes = g_bytes_get_data (wanted, NULL);
  return write_words (self, range, g_bytes_get_data (present, NULL), bytes, progress, cancellable,
                      error) &&
         check_written (self, range, bytes, NULL, error);
}
