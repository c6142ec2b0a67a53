/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Backups and what they hold, as a person would speak of them: by the name they gave and the day,
 * and in round figures. */

#include "config.h"

#include "ctl-words.h"

#include "base/fk-number.h"

/**
 * ctl_words_for_date:
 *
 * Returns: (transfer full): when it was made, in the time of this place
 */
char *
ctl_words_for_date (FkBackup *backup)
{
  g_autoptr (GDateTime) local = g_date_time_to_local (fk_backup_get_created (backup));

  return g_date_time_format (local, "%-d %b %Y, %H:%M:%S");
}

/**
 * ctl_words_for_backup:
 *
 * Returns: (transfer full): for a question: "\"My printer\" of 21 Nov 2026, 10:32"
 */
char *
ctl_words_for_backup (FkBackup *backup)
{
  g_autofree char *date = ctl_words_for_date (backup);
  const char *name = fk_backup_get_name (backup);

  return *name != '\0' ? g_strdup_printf ("\"%s\" of %s", name, date)
                       : g_strdup_printf ("the backup of %s", date);
}

/**
 * ctl_words_is_blank:
 *
 * Returns: whether there is no firmware in it, because the chip had none
 */
gboolean
ctl_words_is_blank (FkBackup *backup)
{
  const FkBackupRegion *flash = fk_backup_find_region (backup, "flash");

  return flash != NULL && flash->used == 0;
}

/* Where the exact number stands beside it, or does not matter. */
static char *
round_size (guint64 size)
{
  return fk_number_format_size (size >= 10 * 1024 ? (size + 512) / 1024 * 1024 : size);
}

/**
 * ctl_words_for_used:
 * @image: in one piece
 * @blank: what an erased byte reads as
 *
 * Returns: (transfer full) (nullable): "up to 0x0803f893 (254 KiB, of it 65 KiB blank)", since
 *   settings at the end of a flash do not make it full; %NULL when all of it is blank
 */
char *
ctl_words_for_used (FkImage *image, guint8 blank)
{
  guint64 used = fk_image_get_used (image, blank);
  guint64 free = fk_image_get_blank_within (image, blank);
  g_autofree char *used_text = round_size (used);
  g_autofree char *free_text = round_size (free);
  FkRange extent;

  if (used == 0 || !fk_image_get_extent (image, &extent))
    return NULL;
  if (free < used / 16)
    return g_strdup_printf ("up to 0x%08" G_GINT64_MODIFIER "x (%s)", extent.address + used - 1,
                            used_text);
  return g_strdup_printf ("up to 0x%08" G_GINT64_MODIFIER "x (%s, of it %s blank)",
                          extent.address + used - 1, used_text, free_text);
}
