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
 * @wanted: all that the data EEPROM shall hold
 *
 * Writes the words of the data EEPROM that differ, one after the other, and reads all of it back.
 * Whoever cancels it, or pulls the plug, has some new words and some old ones; a second run goes on
 * from there.
 *
 * Errors: OUT_OF_RANGE when @wanted is not as long as the data EEPROM, VERIFY_MISMATCH, or what the
 * controller says.
 */
gboolean
fk_flash_write_eeprom (
    FkFlash *self, GBytes *wanted, FkProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) present = NULL;
  const guint8 *bytes;
  FkRange range;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);
  g_return_val_if_fail (wanted != NULL, FALSE);
  g_return_val_if_fail (fk_flash_can_write_eeprom (self->chip), FALSE);

  range = fk_chip_find_region (self->chip, "eeprom")->range;
  if (g_bytes_get_size (wanted) != range.size)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   "The data EEPROM has %u bytes, and not %" G_GSIZE_FORMAT, (guint)range.size,
                   g_bytes_get_size (wanted));
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
