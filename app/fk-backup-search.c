/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Searching backups as one types: all that may be searched is one folded text that is made once, on
 * the thread that reads the library, and kept with the backup. */

#include "config.h"

#include "fk-backup-search.h"

#include <string.h>

static GQuark
get_quark (void)
{
  return g_quark_from_static_string ("fk-backup-search");
}

/* Returns: (transfer none): the SHA-256 of the flash; "" where there is none */
const char *
fk_backup_search_get_hash (FkBackup *backup)
{
  const FkBackupRegion *flash = fk_backup_find_region (backup, "flash");

  return flash != NULL ? flash->sha256 : "";
}

/* Whether each region was proved against the chip. */
gboolean
fk_backup_search_is_verified (FkBackup *backup)
{
  GPtrArray *regions = fk_backup_get_regions (backup);

  for (guint i = 0; i < regions->len; i++)
    if (!fk_backup_region_is_verified (g_ptr_array_index (regions, i)))
      return FALSE;
  return TRUE;
}

static char *
make_text (FkBackup *backup)
{
  g_autoptr (GDateTime) local = g_date_time_to_local (fk_backup_get_created (backup));
  g_autofree char *date = g_date_time_format (local, "%Y-%m-%d %-e %B %Y");
  g_autofree char *tags = g_strjoinv ("\n", (char **)fk_backup_get_tags (backup));
  g_autofree char *text =
      g_strjoin ("\n", fk_backup_get_name (backup), fk_backup_get_note (backup), tags,
                 fk_backup_get_chip_name (backup), fk_backup_get_uid (backup),
                 fk_backup_search_get_hash (backup), date, fk_backup_get_id (backup), NULL);

  return g_utf8_casefold (text, -1);
}

/* Returns: (transfer none): made where it is not there yet */
static const char *
get_text (FkBackup *backup)
{
  const char *text = g_object_get_qdata (G_OBJECT (backup), get_quark ());

  if (text == NULL)
    {
      text = make_text (backup);
      g_object_set_qdata_full (G_OBJECT (backup), get_quark (), (gpointer)text, g_free);
    }
  return text;
}

/* Makes searching @backup quick.  To be called before others know of it. */
void
fk_backup_search_prepare (FkBackup *backup)
{
  get_text (backup);
}

/* Returns: (transfer full): the words of @text, as fk_backup_search_matches() wants them */
GStrv
fk_backup_search_split (const char *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_auto (GStrv) parts = g_strsplit_set (folded, " \t\n", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (words, parts[i]);
  return g_strv_builder_end (words);
}

/* Whether each word is in the name, note, tags, chip, UID, hash, date or id. */
gboolean
fk_backup_search_matches (FkBackup *backup, const char *const *words)
{
  const char *text = get_text (backup);

  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (text, words[i]) == NULL)
      return FALSE;
  return TRUE;
}
