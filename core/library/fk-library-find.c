/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One backup of a library, by what a person calls it or by what it holds. */

#include "config.h"

#include "library/fk-library-private.h"

#include "base/fk-error.h"
#include "library/fk-backup-draft-private.h"
#include "library/fk-folder-private.h"

#include <string.h>

#define MAX_LISTED    5u
#define NUMBER_DIGITS 4u /* of FK_LIBRARY_SAME_MAX */
#define LIKE_MIN      3u /* letters; fewer are in everything */

/* An id, with what a person calls it. */
static void
append_backup (GString *list, FkBackup *backup)
{
  g_autoptr (GDateTime) local = g_date_time_to_local (fk_backup_get_created (backup));
  g_autofree char *date = g_date_time_format (local, "%-d %b %Y, %H:%M:%S");

  g_string_append_printf (list, "%s%s (\"%s\", %s)", list->len > 0 ? ", " : "",
                          fk_backup_get_id (backup), fk_backup_get_name (backup), date);
}

typedef gboolean (*MatchFunc) (FkBackup *backup, const char *wanted);

/* Whether "-2", "-3", …, with which an id begins anew that was taken; parts of a unique ID have six
 * digits. */
static gboolean
is_number (const char *rest)
{
  gsize n_digits = *rest == '-' ? strspn (rest + 1, "0123456789") : 0;

  return n_digits > 0 && n_digits <= NUMBER_DIGITS && rest[1 + n_digits] == '\0';
}

/* The whole id of one that is gone is not the beginning of the next one's. */
static gboolean
begins_so (FkBackup *backup, const char *wanted)
{
  const char *id = fk_backup_get_id (backup);

  return g_str_has_prefix (id, wanted) && !is_number (id + strlen (wanted));
}

static gboolean
is_called_so (FkBackup *backup, const char *wanted)
{
  g_autofree char *name = g_utf8_casefold (fk_backup_get_name (backup), -1);
  g_autofree char *other = g_utf8_casefold (wanted, -1);

  return g_str_equal (name, other);
}

/* The last part of a path, a part of the name, an id in small letters. */
static gboolean
is_like_it (FkBackup *backup, const char *wanted)
{
  g_autofree char *base = g_path_get_basename (wanted);
  g_autofree char *name = g_utf8_casefold (fk_backup_get_name (backup), -1);
  g_autofree char *id = g_utf8_casefold (fk_backup_get_id (backup), -1);
  g_autofree char *other = g_utf8_casefold (base, -1);

  return strlen (other) >= LIKE_MIN && (strstr (name, other) != NULL || strstr (id, other) != NULL);
}

/* The backups that match, named in @list. */
static GPtrArray *
filter (GPtrArray *backups, MatchFunc match, const char *wanted, GString *list)
{
  GPtrArray *found = g_ptr_array_new ();

  g_string_truncate (list, 0);
  for (guint i = 0; i < backups->len; i++)
    {
      FkBackup *backup = g_ptr_array_index (backups, i);

      if (!match (backup, wanted))
        continue;
      g_ptr_array_add (found, backup);
      if (found->len <= MAX_LISTED)
        append_backup (list, backup);
      else if (found->len == MAX_LISTED + 1)
        g_string_append (list, ", …");
    }
  return found;
}

static void
fail_to_find (
    FkLibrary *self, GPtrArray *backups, const char *wanted, GString *list, GError **error)
{
  g_autofree char *ini = g_build_filename (wanted, FK_FOLDER_INI, NULL);
  g_autoptr (GPtrArray) like = NULL;

  if (g_file_test (ini, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NO_BACKUP,
                   "%s is a backup, but not in the library; bring it in first, with "
                   "\"library import\"",
                   wanted);
      return;
    }
  like = filter (backups, is_like_it, wanted, list);
  g_set_error (error, FK_ERROR, FK_ERROR_NO_BACKUP,
               "There is no backup \"%s\" in the library %s%s%s%s", wanted,
               fk_library_get_path (self),
               g_file_test (fk_library_get_path (self), G_FILE_TEST_IS_DIR)
                   ? ""
                   : ", a folder that does not exist",
               like->len > 0 ? "; did you mean " : "", list->str);
  if (like->len > 0 && error != NULL)
    {
      char *text = g_strconcat ((*error)->message, "?", NULL);

      g_free ((*error)->message);
      (*error)->message = text;
    }
}

/* By the beginning of its id, or by its name where only one has it. */
static FkBackup *
pick (FkLibrary *self, const char *wanted, GError **error)
{
  static const MatchFunc ways[] = { begins_so, is_called_so };
  g_autoptr (GPtrArray) backups = fk_library_list (self, NULL, NULL, error);
  g_autoptr (GString) list = g_string_new (NULL);

  if (backups == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (GPtrArray) found = filter (backups, ways[i], wanted, list);

      if (found->len == 1)
        return fk_library_load (self, fk_backup_get_id (g_ptr_array_index (found, 0)), NULL, error);
      if (found->len == 0)
        continue;
      g_set_error (error, FK_ERROR, FK_ERROR_AMBIGUOUS, "\"%s\" could be any of %u backups: %s",
                   wanted, found->len, list->str);
      return NULL;
    }
  fail_to_find (self, backups, wanted, list, error);
  return NULL;
}

/**
 * fk_library_find:
 * @id_or_prefix: an id, the beginning of just one, or the name of just one
 *
 * Returns: (transfer full): the backup.  %FK_ERROR_NO_BACKUP when there is none of that name,
 *   %FK_ERROR_AMBIGUOUS when it could be several, %FK_ERROR_BACKUP_DAMAGED when it is damaged.
 */
FkBackup *
fk_library_find (FkLibrary *self, const char *id_or_prefix, GError **error)
{
  g_return_val_if_fail (FK_IS_LIBRARY (self), NULL);
  g_return_val_if_fail (id_or_prefix != NULL, NULL);

  if (*id_or_prefix == '\0')
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "Which backup is meant?  Its id is empty");
      return NULL;
    }
  /* A whole id also of a damaged one, so that it can be said what is wrong with it. */
  if (fk_library_has_id (self, id_or_prefix))
    return fk_library_load (self, id_or_prefix, NULL, error);
  return pick (self, id_or_prefix, error);
}

/**
 * fk_library_find_exact:
 * @id: of the backup, all of it
 *
 * As fk_library_find(), for what cannot be undone by naming another one: a beginning is not enough.
 */
FkBackup *
fk_library_find_exact (FkLibrary *self, const char *id, GError **error)
{
  g_autoptr (FkBackup) backup = fk_library_find (self, id, error);

  if (backup == NULL || strcmp (fk_backup_get_id (backup), id) == 0)
    return g_steal_pointer (&backup);
  g_set_error (error, FK_ERROR, FK_ERROR_NO_BACKUP,
               "There is no backup \"%s\" in the library %s; a whole id is needed here, such as %s",
               id, fk_library_get_path (self), fk_backup_get_id (backup));
  return NULL;
}

/**
 * fk_library_find_same:
 * @draft: with the chip's DevId and UID, and the regions that matter
 *
 * Looks for a backup of this very chip that holds these very bytes in each region of @draft.  The
 * one found passes fk_library_check() first: a safety backup that has rotted keeps nobody safe.
 *
 * Returns: (transfer full) (nullable): the newest such backup; %NULL is no error
 */
FkBackup *
fk_library_find_same (FkLibrary *self, FkBackupDraft *draft, GCancellable *cancellable)
{
  g_autoptr (GPtrArray) backups = NULL;

  g_return_val_if_fail (FK_IS_LIBRARY (self), NULL);
  g_return_val_if_fail (draft != NULL, NULL);

  backups = fk_library_list (self, NULL, cancellable, NULL);
  for (guint i = 0; backups != NULL && i < backups->len; i++)
    {
      FkBackup *listed = g_ptr_array_index (backups, i);
      g_autoptr (FkBackup) backup = NULL;

      if (!fk_backup_draft_matches (draft, listed))
        continue;
      /* The list may be from an index; what counts is what is in the folder. */
      backup = fk_library_load (self, fk_backup_get_id (listed), cancellable, NULL);
      if (backup != NULL && fk_backup_draft_matches (draft, backup) &&
          fk_library_check (self, backup, cancellable, NULL))
        return g_steal_pointer (&backup);
    }
  return NULL;
}
