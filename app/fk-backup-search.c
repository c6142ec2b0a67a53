/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Searching, grouping and ordering backups as one types.  What that takes of a backup is made once,
 * on the thread that reads the library, and kept with it: all that may be searched as one folded
 * text, what its board is known by, and its name as it sorts in the person's language. */

#include "config.h"

#include "fk-backup-search.h"

#include <string.h>

typedef struct
{
  char *text;
  char *board;
  char *name;
} Prepared;

static void
prepared_free (gpointer data)
{
  Prepared *prepared = data;

  g_free (prepared->text);
  g_free (prepared->board);
  g_free (prepared->name);
  g_free (prepared);
}

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

/* A chip without a UID is a board of its own kind. */
static char *
make_board (FkBackup *backup)
{
  const char *uid = fk_backup_get_uid (backup);

  return g_ascii_strup (*uid != '\0' ? uid : fk_backup_get_chip_name (backup), -1);
}

/* Returns: (transfer none): made where it is not there yet */
static const Prepared *
get_prepared (FkBackup *backup)
{
  Prepared *prepared = g_object_get_qdata (G_OBJECT (backup), get_quark ());

  if (prepared == NULL)
    {
      prepared = g_new (Prepared, 1);
      prepared->text = make_text (backup);
      prepared->board = make_board (backup);
      prepared->name = g_utf8_collate_key (fk_backup_get_name (backup), -1);
      g_object_set_qdata_full (G_OBJECT (backup), get_quark (), prepared, prepared_free);
    }
  return prepared;
}

/* Makes what is below quick.  To be called before others know of @backup. */
void
fk_backup_search_prepare (FkBackup *backup)
{
  get_prepared (backup);
}

/* Returns: (transfer none): what all backups of one board have in common, and no others */
const char *
fk_backup_search_get_board (FkBackup *backup)
{
  return get_prepared (backup)->board;
}

/* Returns: (transfer none): for strcmp(): the name as g_utf8_collate_key() makes it */
const char *
fk_backup_search_get_name_key (FkBackup *backup)
{
  return get_prepared (backup)->name;
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
  const char *text = get_prepared (backup)->text;

  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (text, words[i]) == NULL)
      return FALSE;
  return TRUE;
}
