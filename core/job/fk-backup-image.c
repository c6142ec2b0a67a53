/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Between backups and firmware files: the flash of a backup as an image, and a file as a backup.
 * What came from a file was never proved against a chip; it has no unique ID, and only what the
 * file covers counts: the gaps between are filled on the disk, and left alone on a chip. */

#include "config.h"

#include "job/fk-backup-image.h"

#include <glib/gi18n.h>

#include "base/fk-blank.h"
#include "base/fk-error.h"
#include "base/fk-save.h"

#include <string.h>

#define FLASH_BASE  0x08000000u
#define FLASH_MAX   (16u << 20) /* no STM32 has as much */
#define NO_CHIP     "Unknown chip"
#define FLASH_UNITS 1024u
#define GAPS_TOLD   4u

/**
 * fk_backup_image_load:
 *
 * Returns: (transfer full): the flash of the backup, checked; of an imported file, what it covers.
 *   Errors as fk_backup_load_region()
 */
FkImage *
fk_backup_image_load (FkBackup *backup, GCancellable *cancellable, GError **error)
{
  const FkBackupRegion *flash;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (FkImage) covered = NULL;

  g_return_val_if_fail (FK_IS_BACKUP (backup), NULL);

  bytes = fk_backup_load_region (backup, "flash", cancellable, error);
  if (bytes == NULL)
    return NULL;
  flash = fk_backup_find_region (backup, "flash");
  if (flash->n_covered == 0)
    return fk_image_new_for_bytes (flash->range.address, bytes, error);
  covered = fk_image_new ();
  for (guint i = 0; i < flash->n_covered; i++)
    {
      FkRange range = flash->covered[i];
      const guint8 *data = g_bytes_get_data (bytes, NULL);

      if (!fk_image_add_data (covered, range.address, data + (range.address - flash->range.address),
                              range.size, error))
        return NULL;
    }
  return g_steal_pointer (&covered);
}

/* Returns: (transfer full): the first gaps for a person, "0x08000100-0x080033ff, …" */
static char *
list_gaps (const FkBackupRegion *flash, guint n_gaps)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < MIN (n_gaps, GAPS_TOLD); i++)
    {
      guint64 start = fk_range_end (flash->covered[i]);
      FkRange gap = { (guint32)start, flash->covered[i + 1].address - start };

      g_string_append_printf (list, "%s" FK_RANGE_FORMAT, i > 0 ? ", " : "", FK_RANGE_ARGS (gap));
    }
  if (n_gaps > GAPS_TOLD)
    g_string_append_printf (list, ngettext (" and %u more", " and %u more", n_gaps - GAPS_TOLD),
                            n_gaps - GAPS_TOLD);
  return g_string_free (g_steal_pointer (&list), FALSE);
}

/**
 * fk_backup_image_describe_fill:
 * @format: what the backup is going to be exported as
 *
 * A file without addresses has a byte for every address, also where the backup has none.
 *
 * Returns: (transfer full) (nullable): a sentence on the gaps that fk_backup_image_export() would
 *   fill, and on what to do instead; %NULL when there are none, or they stay
 */
char *
fk_backup_image_describe_fill (FkBackup *backup, const FkImageFormat *format)
{
  const FkBackupRegion *flash;
  g_autofree char *gaps = NULL;
  guint n_gaps;

  g_return_val_if_fail (FK_IS_BACKUP (backup), NULL);
  g_return_val_if_fail (format != NULL, NULL);

  flash = fk_backup_find_region (backup, "flash");
  if (format->has_addresses || flash == NULL || flash->n_covered < 2)
    return NULL;
  n_gaps = flash->n_covered - 1;
  gaps = list_gaps (flash, n_gaps);
  return g_strdup_printf (ngettext ("The backup says nothing of %s; a raw binary file has 0x%02x "
                                    "there instead, and whoever writes it to a chip writes that, "
                                    "too. A .hex or .srec file keeps the gap.",
                                    "The backup says nothing of %s; a raw binary file has 0x%02x "
                                    "there instead, and whoever writes it to a chip writes that, "
                                    "too. A .hex or .srec file keeps the gaps.",
                                    n_gaps),
                          gaps, fk_backup_get_erased_value (backup));
}

/**
 * fk_backup_image_export:
 * @format: one that can be written
 * @replace: whether a file of that name may be replaced
 *
 * Saves the flash of the backup, checked, as a firmware file.
 */
gboolean
fk_backup_image_export (FkBackup *backup,
                        GFile *file,
                        const FkImageFormat *format,
                        gboolean replace,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (FkImage) image = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (FK_IS_BACKUP (backup), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);
  g_return_val_if_fail (format != NULL && format->write != NULL, FALSE);

  if (g_file_peek_path (file) == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS,
                   "a backup is exported to a local place only");
      return FALSE;
    }
  image = fk_backup_image_load (backup, cancellable, error);
  bytes = image != NULL ? format->write (image, fk_backup_get_erased_value (backup), error) : NULL;
  return bytes != NULL &&
         fk_save_bytes (g_file_peek_path (file), bytes, replace, cancellable, error);
}

/* The chip with this flash (0: not known), or the smallest one that holds all of the image. */
static FkChip *
make_chip (const FkChipDesc *desc, guint32 flash_size, FkRange extent, GError **error)
{
  guint32 base = fk_chip_desc_get_flash_base (desc);
  guint n_sizes;
  const guint32 *sizes = fk_chip_desc_get_flash_sizes (desc, &n_sizes);

  for (guint i = 0; i < n_sizes; i++)
    {
      g_autoptr (FkChip) chip = NULL;

      if (flash_size != 0 && flash_size != sizes[i])
        continue;
      chip = fk_chip_desc_make_chip (desc, sizes[i], error);
      if (chip == NULL)
        return NULL;
      if (fk_range_covers (fk_chip_find_region (chip, "flash")->range, extent))
        return g_steal_pointer (&chip);
    }
  g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
               "The file has bytes from 0x%08x to 0x%08x, and the flash of this chip is from "
               "0x%08x to 0x%08x",
               extent.address, (guint32)(fk_range_end (extent) - 1), base,
               base + (flash_size > 0 ? flash_size : fk_chip_desc_get_max_flash_size (desc)) - 1);
  return NULL;
}

static gboolean
check_is_flash (FkRange extent, GError **error)
{
  if (fk_range_covers ((FkRange){ FLASH_BASE, FLASH_MAX }, extent))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
               "The file has bytes from 0x%08x to 0x%08x, which is not all in the flash of an "
               "STM32 "
               "(from 0x%08x on)",
               extent.address, (guint32)(fk_range_end (extent) - 1), FLASH_BASE);
  return FALSE;
}

static void
describe (FkBackupDraft *draft, FkChip *chip, FkRange extent)
{
  guint32 end = (guint32)(fk_range_end (extent) - FLASH_BASE);
  guint32 size = chip != NULL ? fk_chip_get_flash_size (chip)
                              : (end + FLASH_UNITS - 1) / FLASH_UNITS * FLASH_UNITS;
  g_autofree char *size_text = g_strdup_printf ("%u", size);
  g_autofree char *dev_id =
      g_strdup_printf ("0x%03X", chip != NULL ? fk_chip_get_dev_id (chip) : 0u);

  fk_backup_draft_set (draft, "Chip", "Name", chip != NULL ? fk_chip_get_name (chip) : NO_CHIP);
  fk_backup_draft_set (draft, "Chip", "Family", chip != NULL ? fk_chip_get_family (chip) : "");
  fk_backup_draft_set (draft, "Chip", "Core", chip != NULL ? fk_chip_get_core (chip) : "");
  fk_backup_draft_set (draft, "Chip", "DevId", dev_id);
  fk_backup_draft_set (draft, "Chip", "FlashSize", size_text);
}

static FkBackupDraft *
make_draft (FkImage *image, FkChip *chip, const char *name, const char *source, GError **error)
{
  g_autoptr (FkBackupDraft) draft = fk_backup_draft_new ();
  guint8 blank = chip != NULL ? fk_chip_get_erased_value (chip) : FK_BLANK;
  g_autoptr (GBytes) bytes = fk_image_to_bytes (image, blank, error);
  g_autoptr (GArray) covered = g_array_new (FALSE, FALSE, sizeof (FkRange));
  FkRange extent;

  if (bytes == NULL || !fk_image_get_extent (image, &extent))
    return NULL;
  for (guint i = 0; i < fk_image_get_n_segments (image); i++)
    {
      FkSegment segment = fk_image_get_segment (image, i);

      g_array_append_val (covered, segment.range);
    }
  describe (draft, chip, extent);
  fk_backup_draft_set (draft, "Backup", "Name", name);
  fk_backup_draft_set (draft, "Backup", "Source", source);
  fk_backup_draft_add_region (draft, "flash", extent.address, bytes, blank, "no");
  if (covered->len > 1)
    fk_backup_draft_set_covered (draft, "flash", (const FkRange *)(gpointer)covered->data,
                                 covered->len);
  return g_steal_pointer (&draft);
}

static gboolean
has_covered (const FkBackupRegion *region, FkImage *image)
{
  guint n_segments = fk_image_get_n_segments (image);

  if (MAX (region->n_covered, 1) != n_segments)
    return FALSE;
  for (guint i = 0; i < region->n_covered; i++)
    {
      FkRange range = fk_image_get_segment (image, i).range;

      if (range.address != region->covered[i].address || range.size != region->covered[i].size)
        return FALSE;
    }
  return TRUE;
}

/* Whether the backup is for this chip, too, where it was said which chip the file is for. */
static gboolean
is_for (FkBackup *backup, FkChip *chip)
{
  return chip == NULL || (g_str_equal (fk_backup_get_family (backup), fk_chip_get_family (chip)) &&
                          fk_backup_get_dev_id (backup) == fk_chip_get_dev_id (chip));
}

/* Whether the backup has the same bytes, its gaps filled as its chip has them. */
static gboolean
holds (const FkBackupRegion *flash, FkImage *image, guint8 fill)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *sha256 = NULL;
  FkRange extent = { 0 };

  fk_image_get_extent (image, &extent);
  if (flash->range.address != extent.address || flash->range.size != extent.size ||
      !has_covered (flash, image))
    return FALSE;
  bytes = fk_image_to_bytes (image, fill, NULL);
  sha256 = bytes != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes) : NULL;
  return g_strcmp0 (flash->sha256, sha256) == 0;
}

/* Returns: (transfer full) (nullable): a whole backup whose flash holds what @image does */
static FkBackup *
find_same (FkLibrary *library, FkImage *image, FkChip *chip, GCancellable *cancellable)
{
  g_autoptr (GPtrArray) backups = fk_library_list (library, NULL, cancellable, NULL);

  for (guint i = 0; backups != NULL && i < backups->len; i++)
    {
      FkBackup *backup = g_ptr_array_index (backups, i);
      const FkBackupRegion *flash = fk_backup_find_region (backup, "flash");

      if (flash != NULL && is_for (backup, chip) &&
          holds (flash, image, fk_backup_get_erased_value (backup)) &&
          fk_library_check (library, backup, cancellable, NULL))
        return g_object_ref (backup);
    }
  return NULL;
}

/**
 * fk_backup_image_import:
 * @image: at the addresses that it belongs to
 * @chip: (nullable): what it is for, if that is known
 * @flash_size: of the chip, in bytes; 0: the smallest that holds the image
 * @source: where it is from, for people: a path
 * @was_there: (out) (optional): whether the library has these bytes already
 *
 * Takes a firmware file into the library, where it is told to be from a file and not verified.
 *
 * Returns: (transfer full): the backup in the library.  %FK_ERROR_OUT_OF_RANGE when the bytes
 *   cannot be of the flash of @chip, %FK_ERROR_BAD_FILE when there are none
 */
FkBackup *
fk_backup_image_import (FkLibrary *library,
                        FkImage *image,
                        const FkChipDesc *chip,
                        guint32 flash_size,
                        const char *name,
                        const char *source,
                        gboolean *was_there,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (FkBackupDraft) draft = NULL;
  g_autoptr (FkChip) made = NULL;
  FkBackup *same;
  FkRange extent;

  g_return_val_if_fail (FK_IS_LIBRARY (library), NULL);
  g_return_val_if_fail (FK_IS_IMAGE (image), NULL);
  g_return_val_if_fail (name != NULL && source != NULL, NULL);

  if (!fk_image_get_extent (image, &extent))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "The file holds no byte of firmware");
      return NULL;
    }
  if (!check_is_flash (extent, error))
    return NULL;
  if (chip != NULL && (made = make_chip (chip, flash_size, extent, error)) == NULL)
    return NULL;
  same = find_same (library, image, made, cancellable);
  if (was_there != NULL)
    *was_there = same != NULL;
  if (same != NULL)
    return same;
  draft = make_draft (image, made, name, source, error);
  return draft != NULL ? fk_library_store (library, draft, cancellable, error) : NULL;
}
