/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a backup comes into being in one step.  Its files are written into a folder ".partial-…"
 * beside its future place; files and folder are synced, all at once, because a disk makes one piece
 * of work of that; then one rename(2) puts it there, then the folder above is synced.  Whatever is
 * interrupted leaves either a whole backup or none.
 *
 * The folder is locked (flock) as long as it is written, so that another process can tell a
 * folder in the making from one whose process died. */

#include "config.h"

#include "library/fk-partial-private.h"

#include "base/fk-error.h"
#include "base/fk-save.h"
#include "library/fk-folder-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define OVERHEAD      (64 * 1024) /* SHA256SUMS, the folder, the last block of each file */
#define STALE_SECONDS (24 * 60 * 60)

struct _FkPartial
{
  char *parent;
  char *name; /* within parent */
  guint64 size;
  int parent_fd;
  int fd;
  GTree *sums;
  GArray *unsynced; /* of Unsynced */
  gboolean gone;    /* nothing of ours stands under name any more */
};

/* A file that was written, and perhaps is not on the disk yet. */
typedef struct
{
  char *name;
  int fd;          /* -1: closed */
  GThread *thread; /* (nullable): that syncs it */
} Unsynced;

/* Removes the folder @name and its files; a backup has no sub-folders, and whatever has is left. */
static void
remove_folder (int parent_fd, const char *name)
{
  int fd = openat (parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  g_autoptr (GPtrArray) files = fd >= 0 ? fk_folder_list (fd, FK_FOLDER_LIST_ALL, NULL) : NULL;

  for (guint i = 0; files != NULL && i < files->len; i++)
    unlinkat (fd, g_ptr_array_index (files, i), 0);
  if (fd >= 0)
    close (fd);
  unlinkat (parent_fd, name, AT_REMOVEDIR);
}

/* Whether the process that wrote this folder is dead, and long so. */
static gboolean
is_stale (int parent_fd, const char *name)
{
  int fd = openat (parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct stat info;
  gboolean stale;

  if (fd < 0)
    return FALSE;
  stale = fstat (fd, &info) == 0 &&
          g_get_real_time () / G_USEC_PER_SEC - (gint64)info.st_mtime > STALE_SECONDS &&
          flock (fd, LOCK_EX | LOCK_NB) == 0;
  close (fd);
  return stale;
}

/* Whether somebody works on this folder just now. */
static gboolean
is_locked (int parent_fd, const char *name)
{
  int fd = openat (parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  gboolean locked;

  if (fd < 0)
    return FALSE;
  locked = flock (fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close (fd);
  return locked;
}

/* What an edit without RENAME_EXCHANGE put aside and could not finish goes back to its place. */
static void
recover_one (int parent_fd, const char *aside)
{
  const char *name = aside + strlen (FK_PARTIAL_ASIDE);
  struct stat info;

  if (is_locked (parent_fd, aside))
    return;
  if (fstatat (parent_fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0)
    remove_folder (parent_fd, aside);
  else if (errno == ENOENT)
    renameat (parent_fd, aside, parent_fd, name);
}

static void
tidy (int parent_fd, gboolean remove_stale)
{
  g_autoptr (GPtrArray) names = fk_folder_list (parent_fd, FK_FOLDER_LIST_HIDDEN, NULL);

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);

      if (g_str_has_prefix (name, FK_PARTIAL_ASIDE))
        recover_one (parent_fd, name);
      else if (remove_stale && g_str_has_prefix (name, FK_PARTIAL_PREFIX) &&
               is_stale (parent_fd, name))
        remove_folder (parent_fd, name);
    }
}

/* Puts back what a crashed edit left aside in the folder @parent. */
void
fk_partial_recover (const char *parent)
{
  int fd = open (parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  tidy (fd, FALSE);
  close (fd);
}

/* A folder's sync is refused by file systems that have no such thing; there is none to be had. */
static gboolean
sync_folder (int fd)
{
  return fsync (fd) == 0 || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP;
}

/* Makes the folder @parent if need be, and opens it.  Folders in it that dead processes left long
 * ago are removed. */
static FkPartial *
open_parent (const char *parent, guint64 size, GError **error)
{
  g_autoptr (FkPartial) self = g_new0 (FkPartial, 1);

  self->parent = g_strdup (parent);
  self->size = size;
  self->parent_fd = -1;
  self->fd = -1;
  self->gone = TRUE;
  self->sums = fk_sums_new ();
  self->unsynced = g_array_new (FALSE, FALSE, sizeof (Unsynced));
  /* errno of mkdir on a read-only file system wins over EEXIST only where the folder is missing. */
  if (g_mkdir_with_parents (parent, 0755) != 0)
    {
      fk_folder_set_io_error (error, errno, parent, size);
      return NULL;
    }
  self->parent_fd = open (parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->parent_fd < 0)
    {
      fk_folder_set_io_error (error, errno, parent, 0);
      return NULL;
    }
  tidy (self->parent_fd, TRUE);
  return g_steal_pointer (&self);
}

static gboolean
make_folder (FkPartial *self, const char *stem, GError **error)
{
  g_autofree char *path = g_strdup_printf ("%s/" FK_PARTIAL_PREFIX "%s-XXXXXX", self->parent, stem);

  if (g_mkdtemp_full (path, 0755) == NULL)
    {
      fk_folder_set_io_error (error, errno, self->parent, self->size);
      return FALSE;
    }
  self->name = g_path_get_basename (path);
  self->gone = FALSE;
  return TRUE;
}

static gboolean
open_folder (FkPartial *self, GError **error)
{
  self->fd = openat (self->parent_fd, self->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (self->fd < 0)
    {
      fk_folder_set_io_error (error, errno, self->parent, 0);
      return FALSE;
    }
  /* Where locks do not work, age alone protects the folder. */
  if (flock (self->fd, LOCK_EX | LOCK_NB) != 0)
    g_debug ("%s/%s: cannot be locked: %s", self->parent, self->name, g_strerror (errno));
  return TRUE;
}

/*
 * Makes the folder @parent if need be, and in it one for a backup of about @size bytes.  Folders
 * that dead processes left there long ago are removed.
 *
 * Returns: (transfer full): the folder in the making; %FK_ERROR_LIBRARY when that cannot be
 */
FkPartial *
fk_partial_new (const char *parent, const char *stem, guint64 size, GError **error)
{
  g_autoptr (FkPartial) self = open_parent (parent, size, error);

  if (self == NULL || !make_folder (self, stem, error) || !open_folder (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/*
 * Finds out whether fk_partial_new() could make a folder.  Nothing of it is left but @parent.
 *
 * Returns: success; errors as fk_partial_new()
 */
gboolean
fk_partial_try (const char *parent, guint64 size, GError **error)
{
  g_autoptr (FkPartial) self = open_parent (parent, size, error);

  if (self == NULL || !make_folder (self, "trial", error))
    return FALSE;
  self->gone = unlinkat (self->parent_fd, self->name, AT_REMOVEDIR) == 0;
  return TRUE;
}

static void
forget_unsynced (FkPartial *self)
{
  for (guint i = 0; i < self->unsynced->len; i++)
    {
      Unsynced *file = &g_array_index (self->unsynced, Unsynced, i);

      if (file->fd >= 0)
        close (file->fd);
      g_free (file->name);
    }
  g_array_set_size (self->unsynced, 0);
}

void
fk_partial_free (FkPartial *self)
{
  if (self == NULL)
    return;
  forget_unsynced (self);
  if (!self->gone && self->name != NULL)
    remove_folder (self->parent_fd, self->name);
  if (self->fd >= 0)
    close (self->fd);
  if (self->parent_fd >= 0)
    close (self->parent_fd);
  g_tree_unref (self->sums);
  g_array_unref (self->unsynced);
  g_free (self->name);
  g_free (self->parent);
  g_free (self);
}

/* Returns: the file, open; -1 where not all of it could be written, with errno telling why unless
 * @error is set */
static int
write_open (int folder, const char *name, GBytes *bytes, GCancellable *cancellable, GError **error)
{
  int fd = openat (folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  int code;

  if (fd < 0 || fk_save_write_all (fd, bytes, cancellable, error))
    return fd;
  code = errno;
  close (fd);
  errno = code;
  return -1;
}

static gboolean
write_file (
    FkPartial *self, const char *name, GBytes *bytes, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  Unsynced file = { .fd = -1 };

  if (unlinkat (self->fd, name, 0) != 0 && errno != ENOENT)
    fk_folder_set_io_error (&local_error, errno, self->parent, 0);
  else if ((file.fd = write_open (self->fd, name, bytes, cancellable, &local_error)) >= 0)
    {
      file.name = g_strdup (name);
      g_array_append_val (self->unsynced, file);
      return TRUE;
    }
  else if (local_error == NULL)
    fk_folder_set_io_error (&local_error, errno, self->parent, self->size);

  g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                              "%s cannot be written: ", name);
  return FALSE;
}

/*
 * Writes one file; an earlier one of that name is replaced.  It is synced before the folder gets to
 * its place.  SHA256SUMS follows by itself.
 */
gboolean
fk_partial_write (
    FkPartial *self, const char *name, GBytes *bytes, GCancellable *cancellable, GError **error)
{
  g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

  return fk_partial_write_summed (self, name, bytes, sum, cancellable, error);
}

/* The same where the SHA-256 of these very @bytes is known already. */
gboolean
fk_partial_write_summed (FkPartial *self,
                         const char *name,
                         GBytes *bytes,
                         const char *sum,
                         GCancellable *cancellable,
                         GError **error)
{
  g_assert (fk_folder_is_plain_name (name) && strcmp (name, FK_FOLDER_SUMS) != 0);

  if (!write_file (self, name, bytes, cancellable, error))
    return FALSE;
  g_tree_replace (self->sums, g_strdup (name), g_strdup (sum));
  return TRUE;
}

/*
 * As fk_partial_new(), with these files in it.
 * @contents: name -> GBytes, without SHA256SUMS
 */
FkPartial *
fk_partial_new_for_contents (const char *parent,
                             const char *stem,
                             GHashTable *contents,
                             GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (FkPartial) self = NULL;
  guint64 size = OVERHEAD;
  GHashTableIter iter;
  gpointer name;
  gpointer bytes;

  g_hash_table_iter_init (&iter, contents);
  while (g_hash_table_iter_next (&iter, NULL, &bytes))
    size += g_bytes_get_size (bytes);
  self = fk_partial_new (parent, stem, size, error);
  if (self == NULL)
    return NULL;
  g_hash_table_iter_init (&iter, contents);
  while (g_hash_table_iter_next (&iter, &name, &bytes))
    if (!fk_partial_write (self, name, bytes, cancellable, error))
      return NULL;
  return g_steal_pointer (&self);
}

/* On a thread of its own.  Returns: 0, or errno */
static gpointer
sync_file (gpointer data)
{
  Unsynced *file = data;
  int code = fsync (file->fd) == 0 ? 0 : errno;

  /* Network file systems tell of a full disk only here. */
  if (close (file->fd) != 0 && code == 0)
    code = errno;
  file->fd = -1;
  return GINT_TO_POINTER (code);
}

/* All files and the folder at the same time. */
static gboolean
sync_all (FkPartial *self, GError **error)
{
  gboolean ok;

  for (guint i = 0; i < self->unsynced->len; i++)
    {
      Unsynced *file = &g_array_index (self->unsynced, Unsynced, i);

      file->thread = g_thread_try_new ("flashkeep-sync", sync_file, file, NULL);
    }
  ok = sync_folder (self->fd);
  if (!ok)
    fk_folder_set_io_error (error, errno, self->parent, self->size);
  for (guint i = 0; i < self->unsynced->len; i++)
    {
      Unsynced *file = &g_array_index (self->unsynced, Unsynced, i);
      int code =
          GPOINTER_TO_INT (file->thread != NULL ? g_thread_join (g_steal_pointer (&file->thread))
                                                : sync_file (file));

      if (code == 0 || !ok)
        continue;
      ok = FALSE;
      fk_folder_set_io_error (error, code, self->parent, self->size);
      g_prefix_error (error, "%s cannot be written: ", file->name);
    }
  forget_unsynced (self);
  return ok;
}

static gboolean
seal (FkPartial *self, GError **error)
{
  g_autoptr (GBytes) text = fk_sums_format (self->sums);

  return write_file (self, FK_FOLDER_SUMS, text, NULL, error) && sync_all (self, error);
}

static gboolean
sync_parent (FkPartial *self, GError **error)
{
  if (sync_folder (self->parent_fd))
    return TRUE;
  fk_folder_set_io_error (error, errno, self->parent, 0);
  return FALSE;
}

/*
 * Puts the finished folder in its place under @name, where nothing may be yet.  rename(2) itself
 * refuses to replace a folder that holds something, so that even where RENAME_NOREPLACE is
 * unknown (NFS) no backup is ever overwritten.
 */
FkPlace
fk_partial_place (FkPartial *self, const char *name, GError **error)
{
  int result;

  if (!seal (self, error))
    return FK_PLACE_FAILED;
  result = renameat2 (self->parent_fd, self->name, self->parent_fd, name, RENAME_NOREPLACE);
  if (result != 0 && (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP))
    result = renameat (self->parent_fd, self->name, self->parent_fd, name);
  if (result != 0 && (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR))
    return FK_PLACE_TAKEN;
  if (result != 0)
    {
      fk_folder_set_io_error (error, errno, self->parent, self->size);
      return FK_PLACE_FAILED;
    }
  if (sync_parent (self, error))
    {
      self->gone = TRUE;
      return FK_PLACE_DONE;
    }
  /* What is said to have failed is not there: it would be made once more. */
  if (renameat (self->parent_fd, name, self->parent_fd, self->name) != 0)
    self->gone = TRUE;
  return FK_PLACE_FAILED;
}

/* The old folder steps aside under a name from which fk_partial_recover() brings it back. */
static gboolean
swap_in_two_steps (FkPartial *self, const char *name)
{
  g_autofree char *aside = g_strconcat (FK_PARTIAL_ASIDE, name, NULL);
  int code;

  if (renameat (self->parent_fd, name, self->parent_fd, aside) != 0)
    return FALSE;
  if (renameat (self->parent_fd, self->name, self->parent_fd, name) == 0)
    {
      self->gone = TRUE;
      if (sync_folder (self->parent_fd))
        remove_folder (self->parent_fd, aside);
      return TRUE;
    }
  code = errno;
  renameat (self->parent_fd, aside, self->parent_fd, name);
  errno = code;
  return FALSE;
}

/*
 * Puts the finished folder in the place of the one called @name, which is removed.  At every
 * moment one of the two stands there whole; without @exchange (or where the file system has no
 * such thing) there is a moment in which the old one stands aside.
 */
gboolean
fk_partial_swap (FkPartial *self, const char *name, gboolean exchange, GError **error)
{
  if (!seal (self, error))
    return FALSE;
  if (exchange)
    {
      /* Now the old folder stands under our name, and goes when we are freed. */
      if (renameat2 (self->parent_fd, self->name, self->parent_fd, name, RENAME_EXCHANGE) == 0)
        return sync_parent (self, error);
      exchange = errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP;
    }
  if (exchange || !swap_in_two_steps (self, name))
    {
      fk_folder_set_io_error (error, errno, self->parent, self->size);
      return FALSE;
    }
  return sync_parent (self, error);
}
