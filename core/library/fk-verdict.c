/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Checking backups, and remembering which are damaged.  What was found is kept in the cache folder,
 * never in the library, with a fingerprint of the backup's files as they were then: when one of
 * them changes, nothing is known any more.  Losing the cache loses nothing but the mark. */

#include "config.h"

#include "library/fk-verdict.h"

#include "base/fk-error.h"
#include "library/fk-backup-private.h"
#include "library/fk-folder-private.h"
#include "library/fk-library-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_ID          "Id" /* with all that is special as %XX */
#define KEY_FINGERPRINT "Fingerprint"
#define KEY_PROBLEM     "Problem"
#define HASH_DIGITS     16
#define TRIES           5 /* of a backup that somebody changes while it is read */

void
fk_verdict_free (FkVerdict *verdict)
{
  if (verdict == NULL)
    return;
  g_free (verdict->id);
  g_free (verdict->name);
  g_free (verdict->problem);
  g_free (verdict);
}

/* The file that remembers for this library. */
static char *
make_path (FkLibrary *self)
{
  g_autofree char *hash =
      g_compute_checksum_for_string (G_CHECKSUM_SHA256, fk_library_get_path (self), -1);
  g_autofree char *name = g_strdup_printf ("damaged-%.*s.ini", HASH_DIGITS, hash);

  return g_build_filename (g_get_user_cache_dir (), "flashkeep", name, NULL);
}

/* Of the files as they are now, without reading them; "" when there is no such folder. */
static char *
make_fingerprint (FkLibrary *self, const char *id)
{
  g_autofree char *path = g_build_filename (fk_library_get_path (self), id, NULL);
  int folder = fk_folder_open (path, NULL);
  g_autoptr (GPtrArray) names =
      folder >= 0 ? fk_folder_list (folder, FK_FOLDER_LIST_ALL, NULL) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      struct stat info = { 0 };

      fstatat (folder, g_ptr_array_index (names, i), &info, AT_SYMLINK_NOFOLLOW);
      g_string_append_printf (text,
                              "%s %" G_GINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT
                              ".%ld\n",
                              (const char *)g_ptr_array_index (names, i), (gint64)info.st_size,
                              (guint64)info.st_ino, (gint64)info.st_ctim.tv_sec,
                              info.st_ctim.tv_nsec);
    }
  if (folder >= 0)
    close (folder);
  return names != NULL ? g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, -1)
                       : g_strdup ("");
}

static GKeyFile *
load_memory (FkLibrary *self)
{
  g_autofree char *path = make_path (self);
  GKeyFile *memory = g_key_file_new ();

  g_key_file_load_from_file (memory, path, G_KEY_FILE_NONE, NULL);
  return memory;
}

/* A cache that cannot be written is none. */
static void
save_memory (FkLibrary *self, GKeyFile *memory)
{
  g_autofree char *path = make_path (self);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  if (g_mkdir_with_parents (folder, 0700) != 0 || !g_key_file_save_to_file (memory, path, &error))
    g_debug ("%s: %s", path, error != NULL ? error->message : "no such folder");
}

/* Returns: a descriptor that holds the lock of what is remembered: of two checks at once, here or
 * in another program, each adds to what the other one found; -1 where there is no lock to be had */
static int
lock_memory (FkLibrary *self)
{
  g_autofree char *path = make_path (self);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *lock = g_strconcat (path, ".lock", NULL);
  int fd;

  g_mkdir_with_parents (folder, 0700);
  /* The file itself is replaced each time. */
  fd = open (lock, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  while (fd >= 0 && flock (fd, LOCK_EX) != 0 && errno == EINTR)
    ;
  return fd;
}

/* Whether something was forgotten: what is told of backups that are gone. */
static gboolean
prune (FkLibrary *self, GKeyFile *memory)
{
  g_auto (GStrv) groups = g_key_file_get_groups (memory, NULL);
  gboolean changed = FALSE;

  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autofree char *escaped = g_key_file_get_string (memory, groups[i], KEY_ID, NULL);
      g_autofree char *id = escaped != NULL ? g_uri_unescape_string (escaped, "/") : NULL;
      g_autofree char *path =
          id != NULL ? g_build_filename (fk_library_get_path (self), id, NULL) : NULL;

      if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_DIR))
        changed = g_key_file_remove_group (memory, groups[i], NULL) || changed;
    }
  return changed;
}

/* A group's name may not have everything that a folder's may. */
static char *
make_group (const char *id)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, id, -1);
}

static void
remember (FkLibrary *self, const FkVerdict *verdict, const char *fingerprint)
{
  int lock = lock_memory (self);
  g_autoptr (GKeyFile) memory = load_memory (self);
  g_autofree char *group = make_group (verdict->id);
  g_autofree char *escaped = g_uri_escape_string (verdict->id, NULL, FALSE);
  gboolean changed = prune (self, memory);

  if (verdict->problem == NULL)
    changed = g_key_file_remove_group (memory, group, NULL) || changed;
  else
    {
      g_key_file_set_string (memory, group, KEY_ID, escaped);
      g_key_file_set_string (memory, group, KEY_FINGERPRINT, fingerprint);
      g_key_file_set_string (memory, group, KEY_PROBLEM, verdict->problem);
      changed = TRUE;
    }
  if (changed)
    save_memory (self, memory);
  if (lock >= 0)
    close (lock);
}

/* Whether @error is of the backup; another is of the disk, the person, or somebody who moved the
 * backup away meanwhile. */
static gboolean
is_damage (const GError *error)
{
  return g_error_matches (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED);
}

/* Reads the backup once; FALSE: it could not be found out whether it is whole. */
static gboolean
examine (FkLibrary *self,
         const char *path,
         FkVerdict *verdict,
         GCancellable *cancellable,
         GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (FkBackup) backup = fk_backup_new_for_folder (path, cancellable, &local_error);

  if (backup != NULL)
    {
      g_free (verdict->name);
      verdict->name = g_strdup (fk_backup_get_name (backup));
      fk_library_check (self, backup, cancellable, &local_error);
    }
  g_clear_pointer (&verdict->problem, g_free);
  if (local_error == NULL)
    return TRUE;
  if (is_damage (local_error))
    {
      verdict->problem = g_utf8_make_valid (local_error->message, -1);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * fk_library_judge:
 * @id: of a folder of the library, whether its backup.ini can be understood or not
 *
 * Reads every file of the backup and compares it with its checksum, and remembers what came of it.
 * A backup that is edited meanwhile looks damaged, and is read again.
 *
 * Returns: (transfer full): whether it is whole; an error when that could not be found out
 */
FkVerdict *
fk_library_judge (FkLibrary *self, const char *id, GCancellable *cancellable, GError **error)
{
  g_autoptr (FkVerdict) verdict = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (FK_IS_LIBRARY (self), NULL);
  g_return_val_if_fail (id != NULL && strchr (id, '/') == NULL, NULL);

  path = g_build_filename (fk_library_get_path (self), id, NULL);
  verdict = g_new0 (FkVerdict, 1);
  verdict->id = g_strdup (id);
  for (guint try = 0; try < TRIES; try++)
    {
      g_autofree char *before = make_fingerprint (self, id);
      g_autofree char *after = NULL;

      if (!examine (self, path, verdict, cancellable, error))
        return NULL;
      after = make_fingerprint (self, id);
      if (verdict->problem == NULL || (*before != '\0' && g_str_equal (before, after)))
        {
          remember (self, verdict, before);
          return g_steal_pointer (&verdict);
        }
    }
  g_set_error (error, FK_ERROR, FK_ERROR_NO_BACKUP,
               "%s was moved, deleted or changed again and again while it was read", path);
  return NULL;
}

static FkVerdict *
make_unreadable (const char *id, const GError *error)
{
  FkVerdict *verdict = g_new0 (FkVerdict, 1);

  verdict->id = g_strdup (id);
  verdict->problem = g_utf8_make_valid (error->message, -1);
  return verdict;
}

/**
 * fk_library_check_all:
 * @func: (nullable): told of each backup that is done, on this thread
 *
 * Judges every backup.  One that vanishes meanwhile is left out; one that cannot be read, as on a
 * bad disk, has that as its problem.
 *
 * Returns: (transfer full) (element-type FkVerdict): one each, in the order of their ids
 */
GPtrArray *
fk_library_check_all (FkLibrary *self,
                      FkCheckFunc func,
                      gpointer user_data,
                      GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (GPtrArray) verdicts = g_ptr_array_new_with_free_func ((GDestroyNotify)fk_verdict_free);
  g_autoptr (GPtrArray) ids = NULL;

  g_return_val_if_fail (FK_IS_LIBRARY (self), NULL);

  ids = fk_library_list_ids (self, error);
  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      const char *id = g_ptr_array_index (ids, i);
      g_autofree char *path = g_build_filename (fk_library_get_path (self), id, NULL);
      g_autoptr (GError) local_error = NULL;
      FkVerdict *verdict = fk_library_judge (self, id, cancellable, &local_error);

      if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
      if (verdict == NULL && g_file_test (path, G_FILE_TEST_IS_DIR))
        verdict = make_unreadable (id, local_error);
      if (verdict != NULL)
        g_ptr_array_add (verdicts, verdict);
      if (func != NULL)
        func (i + 1, ids->len, user_data);
    }
  return ids != NULL ? g_steal_pointer (&verdicts) : NULL;
}

/**
 * fk_library_list_known_damage:
 *
 * Looks at the disk, but reads no backup.
 *
 * Returns: (transfer full): id to problem of each backup that a check found damaged and that has
 *   not changed since
 */
GHashTable *
fk_library_list_known_damage (FkLibrary *self)
{
  GHashTable *known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GKeyFile) memory = NULL;
  g_auto (GStrv) groups = NULL;

  g_return_val_if_fail (FK_IS_LIBRARY (self), known);

  memory = load_memory (self);
  groups = g_key_file_get_groups (memory, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autofree char *escaped = g_key_file_get_string (memory, groups[i], KEY_ID, NULL);
      g_autofree char *then = g_key_file_get_string (memory, groups[i], KEY_FINGERPRINT, NULL);
      g_autofree char *problem = g_key_file_get_string (memory, groups[i], KEY_PROBLEM, NULL);
      g_autofree char *id = escaped != NULL ? g_uri_unescape_string (escaped, "/") : NULL;
      g_autofree char *now = NULL;

      if (id == NULL || then == NULL || problem == NULL)
        continue;
      now = make_fingerprint (self, id);
      if (g_str_equal (then, now))
        g_hash_table_insert (known, g_steal_pointer (&id), g_steal_pointer (&problem));
    }
  return known;
}
