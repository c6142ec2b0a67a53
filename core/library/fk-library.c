/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The library of backups: a folder of folders, after "The library on disk" in the design.  This
 * file lists, finds and stores; copying in and out is fk-library-copy.c, editing fk-library-edit.c,
 * the trash fk-library-trash.c.
 *
 * The object holds nothing but where the folder is, which is why it needs no lock. */

#include "config.h"

#include "library/fk-library-private.h"

#include "base/fk-error.h"
#include "base/fk-number.h"
#include "library/fk-backup-draft-private.h"
#include "library/fk-backup-private.h"
#include "library/fk-folder-private.h"
#include "library/fk-partial-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Room for backup.ini, SHA256SUMS, the folder, and every file's last block. */
#define OVERHEAD   (64 * 1024)
#define SAME_MAX   1000
#define MAX_LISTED 5u
#define LIKE_MIN   3u /* letters; fewer are in everything */

struct _FkLibrary
{
  GObject parent_instance;
  char *path;
  gboolean must_exist; /* set before any use */
};

G_DEFINE_FINAL_TYPE (FkLibrary, fk_library, G_TYPE_OBJECT)

static void
fk_library_finalize (GObject *object)
{
  g_free (FK_LIBRARY (object)->path);
  G_OBJECT_CLASS (fk_library_parent_class)->finalize (object);
}

static void
fk_library_class_init (FkLibraryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_library_finalize;
}

static void
fk_library_init (FkLibrary *self)
{
}

/**
 * fk_library_new: (constructor)
 * @path: (nullable): the folder, which need not exist yet; %NULL for
 *   $XDG_DATA_HOME/flashkeep/library
 */
FkLibrary *
fk_library_new (const char *path)
{
  FkLibrary *self = g_object_new (FK_TYPE_LIBRARY, NULL);

  self->path = path != NULL
                   ? g_canonicalize_filename (path, NULL)
                   : g_build_filename (g_get_user_data_dir (), "flashkeep", "library", NULL);
  return self;
}

/**
 * fk_library_require_folder:
 *
 * The folder was chosen by a person and may be on a disk that is not there now: from here on it is
 * an error when it is missing, and nobody makes it anew.  To be called before anything else.
 */
void
fk_library_require_folder (FkLibrary *self)
{
  g_return_if_fail (FK_IS_LIBRARY (self));

  self->must_exist = TRUE;
}

/* Whether the folder is there, if it must be. */
gboolean
fk_library_check_there (FkLibrary *self, GError **error)
{
  if (!self->must_exist || g_file_test (self->path, G_FILE_TEST_IS_DIR))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY,
               "The folder of the library is not there: %s.  If it is on another disk or computer, "
               "connect that first",
               self->path);
  return FALSE;
}

const char *
fk_library_get_path (FkLibrary *self)
{
  g_return_val_if_fail (FK_IS_LIBRARY (self), NULL);
  return self->path;
}

/* Whether @name is a folder that claims to be a backup.  One that has lost its backup.ini is a
 * damaged one, not none. */
static gboolean
is_candidate (int folder, const char *name)
{
  g_autofree char *ini = g_build_filename (name, FK_FOLDER_INI, NULL);
  g_autofree char *sums = g_build_filename (name, FK_FOLDER_SUMS, NULL);
  struct stat info;

  return *name != '.' && fstatat (folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISDIR (info.st_mode) &&
         (fstatat (folder, ini, &info, AT_SYMLINK_NOFOLLOW) == 0 ||
          fstatat (folder, sums, &info, AT_SYMLINK_NOFOLLOW) == 0);
}

/* Returns: (transfer full): the names of the folders that may be backups; none when the library
 * does not exist yet */
GPtrArray *
fk_library_list_ids (FkLibrary *self, GError **error)
{
  int folder;
  g_autoptr (GPtrArray) names = NULL;

  fk_partial_recover (self->path);
  if (!fk_library_check_there (self, error))
    return NULL;
  folder = open (self->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0 && errno == ENOENT)
    return g_ptr_array_new_with_free_func (g_free);
  if (folder < 0)
    {
      fk_folder_set_io_error (error, errno, self->path, 0);
      g_prefix_error (error, "The library cannot be read: ");
      return NULL;
    }
  names = fk_folder_list (folder, error);
  for (guint i = names != NULL ? names->len : 0; i > 0; i--)
    if (!is_candidate (folder, g_ptr_array_index (names, i - 1)))
      g_ptr_array_remove_index (names, i - 1);
  close (folder);
  if (names == NULL)
    g_prefix_error (error, "The library cannot be read: %s: ", self->path);
  return g_steal_pointer (&names);
}

static FkBackup *
load_backup (FkLibrary *self, const char *name, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = g_build_filename (self->path, name, NULL);

  return fk_backup_new_for_folder (path, cancellable, error);
}

/* One walk for both lists: @damaged takes the errors of what cannot be loaded, or is NULL. */
static GPtrArray *
walk (FkLibrary *self, GPtrArray *damaged, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) backups = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) names = fk_library_list_ids (self, error);

  if (names == NULL)
    return NULL;
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *path = g_build_filename (self->path, name, NULL);
      g_autoptr (GError) local_error = NULL;
      FkBackup *backup;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      backup = load_backup (self, name, cancellable, &local_error);
      if (backup != NULL)
        g_ptr_array_add (backups, backup);
      else if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
      else if (!g_file_test (path, G_FILE_TEST_IS_DIR))
        continue; /* moved away while we looked */
      else if (damaged != NULL)
        g_ptr_array_add (damaged, g_strdup (local_error->message));
      else
        g_info ("left out: %s", local_error->message);
    }
  g_ptr_array_sort (backups, fk_backup_compare_newest_first);
  return g_steal_pointer (&backups);
}

/**
 * fk_library_list:
 *
 * Returns: (transfer full) (element-type FkBackup): all backups, newest first.  Damaged ones are
 *   left out (fk_library_list_damaged() tells of them), and so is whatever is no backup.  A library
 *   that does not exist yet is empty.
 */
GPtrArray *
fk_library_list (FkLibrary *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (FK_IS_LIBRARY (self), NULL);

  return walk (self, NULL, cancellable, error);
}

/**
 * fk_library_list_damaged:
 *
 * Returns: (transfer full) (element-type utf8): a sentence for each backup whose backup.ini cannot
 *   be understood, with its path
 */
GPtrArray *
fk_library_list_damaged (FkLibrary *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) damaged = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) backups = NULL;

  g_return_val_if_fail (FK_IS_LIBRARY (self), NULL);

  backups = walk (self, damaged, cancellable, error);
  return backups != NULL ? g_steal_pointer (&damaged) : NULL;
}

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

static gboolean
begins_so (FkBackup *backup, const char *wanted)
{
  return g_str_has_prefix (fk_backup_get_id (backup), wanted);
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
               "There is no backup \"%s\" in the library %s%s%s%s", wanted, self->path,
               g_file_test (self->path, G_FILE_TEST_IS_DIR) ? "" : ", a folder that does not exist",
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
  g_autoptr (GPtrArray) backups = walk (self, NULL, NULL, error);
  g_autoptr (GString) list = g_string_new (NULL);

  if (backups == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (GPtrArray) found = filter (backups, ways[i], wanted, list);

      if (found->len == 1)
        return g_object_ref (g_ptr_array_index (found, 0));
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
  g_autoptr (GPtrArray) names = NULL;

  g_return_val_if_fail (FK_IS_LIBRARY (self), NULL);
  g_return_val_if_fail (id_or_prefix != NULL, NULL);

  if (*id_or_prefix == '\0')
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "Which backup is meant?  Its id is empty");
      return NULL;
    }
  names = fk_library_list_ids (self, error);
  if (names == NULL)
    return NULL;
  /* A whole id also of a damaged one, so that it can be said what is wrong with it. */
  for (guint i = 0; i < names->len; i++)
    if (strcmp (g_ptr_array_index (names, i), id_or_prefix) == 0)
      return load_backup (self, id_or_prefix, NULL, error);
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
               id, self->path, fk_backup_get_id (backup));
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

  backups = fk_library_list (self, cancellable, NULL);
  for (guint i = 0; backups != NULL && i < backups->len; i++)
    {
      FkBackup *backup = g_ptr_array_index (backups, i);

      if (fk_backup_draft_matches (draft, backup) &&
          fk_library_check (self, backup, cancellable, NULL))
        return g_object_ref (backup);
    }
  return NULL;
}

/**
 * fk_library_check_room:
 * @size: bytes of the regions that shall be stored
 *
 * Finds out before a long read whether its result could be stored at all.
 *
 * Returns: whether the library can be written and has room; %FK_ERROR_LIBRARY says why not
 */
gboolean
fk_library_check_room (FkLibrary *self, guint64 size, GError **error)
{
  g_autoptr (FkPartial) trial = NULL;
  struct statvfs room;

  g_return_val_if_fail (FK_IS_LIBRARY (self), FALSE);

  if (fk_library_check_there (self, error))
    trial = fk_partial_new (self->path, "trial", size + OVERHEAD, error);
  if (trial != NULL && statvfs (self->path, &room) == 0 && room.f_frsize > 0 &&
      (guint64)room.f_bavail * room.f_frsize < size + OVERHEAD)
    {
      fk_folder_set_io_error (error, ENOSPC, self->path, size + OVERHEAD);
      g_clear_pointer (&trial, fk_partial_free);
    }
  if (trial == NULL)
    g_prefix_error (error, "The library cannot take a backup: ");
  return trial != NULL;
}

static gboolean
write_regions (FkPartial *partial, FkBackupDraft *draft, GCancellable *cancellable, GError **error)
{
  GPtrArray *regions = fk_backup_draft_get_regions (draft);

  for (guint i = 0; i < regions->len; i++)
    {
      FkDraftRegion *region = g_ptr_array_index (regions, i);

      if (!fk_partial_write (partial, region->region.file, region->bytes, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

/* Names and places the folder: the stem, or the first of stem-2, stem-3, … that is free. */
static char *
place_draft (FkPartial *partial,
             FkBackupDraft *draft,
             const char *stem,
             GCancellable *cancellable,
             GError **error)
{
  for (guint number = 1; number <= SAME_MAX; number++)
    {
      g_autofree char *id = number > 1 ? g_strdup_printf ("%s-%u", stem, number) : g_strdup (stem);
      g_autoptr (GBytes) ini = fk_backup_draft_make_ini (draft, id);

      if (!fk_partial_write (partial, FK_FOLDER_INI, ini, cancellable, error))
        return NULL;
      switch (fk_partial_place (partial, id, error))
        {
        case FK_PLACE_DONE:
          return g_steal_pointer (&id);
        case FK_PLACE_FAILED:
          return NULL;
        case FK_PLACE_TAKEN:
          break;
        }
    }
  g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "there are too many backups called %s", stem);
  return NULL;
}

/**
 * fk_library_store:
 * @draft: with at least one region; it is not changed
 *
 * Stores a backup in one step: after an error, a cancel or a crash there is either a whole backup
 * or none.  The folder is named after time, chip and UID; a second one of that name gets "-2".
 *
 * Returns: (transfer full): the backup as it now is on disk.  %FK_ERROR_LIBRARY when the disk is
 *   full (with the room needed and free) or may not be written.
 */
FkBackup *
fk_library_store (FkLibrary *self, FkBackupDraft *draft, GCancellable *cancellable, GError **error)
{
  g_autoptr (FkPartial) partial = NULL;
  g_autofree char *stem = NULL;
  g_autofree char *id = NULL;
  guint64 size;

  g_return_val_if_fail (FK_IS_LIBRARY (self), NULL);
  g_return_val_if_fail (draft != NULL, NULL);
  g_return_val_if_fail (fk_backup_draft_get_regions (draft)->len > 0, NULL);

  stem = fk_backup_draft_make_id (draft);
  size = fk_backup_draft_get_size (draft) + OVERHEAD;
  if (fk_library_check_there (self, error))
    partial = fk_partial_new (self->path, stem, size, error);
  if (partial != NULL && write_regions (partial, draft, cancellable, error))
    id = place_draft (partial, draft, stem, cancellable, error);
  if (id == NULL)
    {
      g_prefix_error (error, "The backup cannot be stored: ");
      return NULL;
    }
  return load_backup (self, id, NULL, error);
}

/**
 * fk_library_check:
 *
 * Hashes every file of the backup again, and looks for files that are missing or do not belong
 * there.
 *
 * Returns: whether the backup is what it was; %FK_ERROR_BACKUP_DAMAGED lists all that is wrong
 */
gboolean
fk_library_check (FkLibrary *self, FkBackup *backup, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) contents = NULL;
  g_autoptr (FkBackup) fresh = NULL;

  g_return_val_if_fail (FK_IS_LIBRARY (self), FALSE);
  g_return_val_if_fail (FK_IS_BACKUP (backup), FALSE);

  contents = fk_folder_load (fk_backup_get_path (backup), cancellable, error);
  if (contents == NULL)
    return FALSE;
  fresh = fk_backup_new_for_ini (fk_backup_get_path (backup),
                                 g_hash_table_lookup (contents, FK_FOLDER_INI), error);
  /* SHA256SUMS and backup.ini must tell the same story. */
  return fresh != NULL && fk_backup_check_regions (fresh, cancellable, error);
}
