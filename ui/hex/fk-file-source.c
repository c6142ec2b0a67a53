/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file of any size as a byte source.  It is read page by page on a thread and never mapped: a
 * file that somebody else cuts short meanwhile then has bytes that cannot be read, and nothing
 * worse. */

#include "config.h"

#include "hex/fk-file-source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "base/fk-error.h"
#include "hex/fk-paged-source.h"

#define PAGE_SIZE (64 * 1024)
/* What 32 bits can address, and chips and file formats with them. */
#define MAX_SIZE (G_GUINT64_CONSTANT (1) << 32)

typedef struct
{
  int fd;
  guint64 address; /* of the file's first byte */
} OpenFile;

typedef struct
{
  int fd; /* stays open as long as the source, which the task holds */
  guint64 offset;
  gsize length;
} Request;

static void
open_file_free (OpenFile *file)
{
  close (file->fd);
  g_free (file);
}

/* Returns: how many bytes there were; fewer than @length where the file ends or cannot be read */
static gsize
read_all (int fd, guint64 offset, guint8 *data, gsize length)
{
  gsize done = 0;

  while (done < length)
    {
      gssize n = pread (fd, data + done, length - done, (off_t)(offset + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      done += (gsize)n;
    }
  return done;
}

static void
load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Request *request = task_data;
  g_autofree guint8 *data = g_malloc (request->length);
  gsize n = read_all (request->fd, request->offset, data, request->length);

  g_task_return_pointer (task, g_bytes_new_take (g_steal_pointer (&data), n),
                         (GDestroyNotify)g_bytes_unref);
}

static gsize
read_now (guint64 position, guint8 *bytes, gsize length, gpointer user_data)
{
  OpenFile *file = user_data;

  return read_all (file->fd, position - file->address, bytes, length);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GBytes) bytes = g_task_propagate_pointer (G_TASK (result), NULL);

  fk_paged_source_answer (FK_PAGED_SOURCE (source), bytes);
}

static void
load (FkPagedSource *source, guint64 position, gsize length, gpointer user_data)
{
  OpenFile *file = user_data;
  g_autoptr (GTask) task = g_task_new (source, NULL, on_read, NULL);
  Request *request = g_new (Request, 1);

  *request = (Request){ file->fd, position - file->address, length };
  g_task_set_task_data (task, request, g_free);
  g_task_run_in_thread (task, load_in_thread);
}

static gboolean
check_file (int fd, const char *path, guint64 *size, GError **error)
{
  struct stat info;

  if (fstat (fd, &info) != 0)
    g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS, "Cannot open %s: %s", path,
                 g_strerror (errno));
  else if (!S_ISREG (info.st_mode))
    g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS, "Cannot open %s: it is not a file", path);
  else if ((guint64)info.st_size > MAX_SIZE)
    g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "Cannot open %s: it has more than 4 GiB",
                 path);
  else
    {
      *size = (guint64)info.st_size;
      return TRUE;
    }
  return FALSE;
}

/**
 * fk_file_source_open:
 * @address: what the file's first byte has for an address
 *
 * Opens a file as raw bytes, on whatever thread; reading it happens on others.  Only opening may
 * block, where the file lies on a slow place.
 *
 * Returns: (transfer full): the source; %NULL with %FK_ERROR_FILE_ACCESS, or %FK_ERROR_BAD_FILE for
 *   more than 4 GiB
 */
FkByteSource *
fk_file_source_open (const char *path, guint64 address, GError **error)
{
  FkByteSource *source;
  OpenFile *file;
  guint64 size;
  int fd;

  g_return_val_if_fail (path != NULL, NULL);

  /* Without O_NONBLOCK a pipe would wait for somebody who writes. */
  fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  if (fd < 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS, "Cannot open %s: %s", path,
                   g_strerror (errno));
      return NULL;
    }
  if (!check_file (fd, path, &size, error))
    {
      close (fd);
      return NULL;
    }
  file = g_new (OpenFile, 1);
  *file = (OpenFile){ fd, address };
  source =
      fk_paged_source_new (address, size, PAGE_SIZE, load, file, (GDestroyNotify)open_file_free);
  fk_paged_source_set_read_func (FK_PAGED_SOURCE (source), read_now);
  return source;
}
