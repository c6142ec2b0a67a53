/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Backups, as a person would speak of them: by the name they gave and the day. */

#include "config.h"

#include "ctl-words.h"

/**
 * ctl_words_for_date:
 *
 * Returns: (transfer full): when it was made, in the time of this place
 */
char *
ctl_words_for_date (FkBackup *backup)
{
  g_autoptr (GDateTime) local = g_date_time_to_local (fk_backup_get_created (backup));

  return g_date_time_format (local, "%-d %b %Y, %H:%M");
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
