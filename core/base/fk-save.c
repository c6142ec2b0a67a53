/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A new file in one step: written beside its place, synced, then renamed.  What is interrupted
 * leaves the old file, or none, or the new one. */

#include "config.h"

#include "base/fk-save.h"

#include "base/fk-error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK     (1024 * 1024)
#define TRIES_MAX 100

/**
 * fk_save_write_all:
 * @fd: a file that is open for writing
 *
 * Writes all of @bytes where @fd stands, and does not sync.
 *
 * Returns: whether all of it was written; if not, errno says why unless @error is set, which it is
 *   only where @cancellable was cancelled
 */
gboolean
fk_save_write_all (int fd, GBytes *bytes, GCancellable *cancellable, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gsize done = 0;

  while (done < size)
    {
      gssize put;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      put = write (fd, data + done, MIN (size - done, CHUNK));
      if (put < 0 && errno != EINTR)
        return FALSE;
      done += put > 0 ? (gsize)put : 0;
    }
  return TRUE;
}

/* Returns: whether all of it is on the disk; if not, errno says why unless @error is set */
static gboolean
write_and_close (int fd, GBytes *bytes, GCancellable *cancellable, GError **error)
{
  gboolean ok = fk_save_write_all (fd, bytes, cancellable, error) && fsync (fd) == 0;
  int code = errno;

  /* Network file systems tell of a full disk only here. */
  if (close (fd) != 0 && ok)
    return FALSE;
  errno = code;
  return ok;
}

/* Returns: a descriptor of a new file beside @path, whose path is @beside; -1 on error */
static int
create_beside (const char *path, char **beside)
{
  g_autofree char *folder = g_path_get_dirname (path);

  for (guint i = 0; i < TRIES_MAX; i++)
    {
      g_autofree char *name = g_strdup_printf (".saving-%08x", g_random_int ());
      g_autofree char *trial = g_build_filename (folder, name, NULL);
      int fd = open (trial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);

      if (fd < 0 && errno == EEXIST)
        continue;
      *beside = g_steal_pointer (&trial);
      return fd;
    }
  *beside = NULL;
  errno = EEXIST;
  return -1;
}

/* Where the file system does not know RENAME_NOREPLACE, there is a moment between look and act. */
static gboolean
put_in_place (const char *beside, const char *path, gboolean replace)
{
  struct stat info;

  if (replace)
    return rename (beside, path) == 0;
  if (renameat2 (AT_FDCWD, beside, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
    return TRUE;
  if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
    return FALSE;
  if (lstat (path, &info) == 0)
    {
      errno = EEXIST;
      return FALSE;
    }
  return errno == ENOENT && rename (beside, path) == 0;
}

static void
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

static const char *
explain (int code)
{
  switch (code)
    {
    case ENOSPC:
    case EDQUOT:
      return "the disk is full";
    case EFBIG:
      return "the file would be larger than is allowed there";
    case EROFS:
      return "the file system is read-only";
    case EACCES:
    case EPERM:
      return "this user may not do that there";
    case ENOENT:
      return "there is no such folder";
    case EISDIR:
      return "a folder of that name is there";
    default:
      return g_strerror (code);
    }
}

static gboolean
save (const char *path,
      const char *beside,
      int fd,
      GBytes *bytes,
      gboolean replace,
      GCancellable *cancellable,
      GError **error)
{
  int code;

  if (write_and_close (fd, bytes, cancellable, error) && put_in_place (beside, path, replace))
    {
      sync_folder (path);
      return TRUE;
    }
  code = errno;
  unlink (beside);
  errno = code;
  return FALSE;
}

/**
 * fk_save_bytes:
 * @replace: whether a file of that name may be replaced
 *
 * Saves a file, on the disk when this returns.
 *
 * Returns: whether it was saved; if not, what was there is as it was.  %FK_ERROR_EXISTS when
 *   something is there that may not be replaced, %FK_ERROR_FILE_ACCESS with the reason otherwise
 */
gboolean
fk_save_bytes (
    const char *path, GBytes *bytes, gboolean replace, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *beside = NULL;
  int fd;
  int code;

  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);

  fd = create_beside (path, &beside);
  if (fd >= 0 && save (path, beside, fd, bytes, replace, cancellable, &local_error))
    return TRUE;
  code = errno;
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (code == EEXIST)
    g_set_error (error, FK_ERROR, FK_ERROR_EXISTS, "%s is there already", path);
  else
    g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS, "cannot save %s: %s", path, explain (code));
  return FALSE;
}
