/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The device's end of the sockets over which libumockdev's preload library sends a program's
 * ioctls and reads.  libumockdev offers an object of its own for this (UMockdevIoctlBase); it does
 * every request through GIO in one thread of its own, and cannot tell whose memory it is asked to
 * look into.  What is spoken on the socket is small and has been the same since 0.16 (its
 * libumockdev-preload.c, remote_emulate()): three unsigned longs in each direction, and memory as
 * raw bytes.
 *
 * A thread for each open file answers in place, and fetches nested buffers with process_vm_readv():
 * one round trip for each ioctl instead of four.  Where the system forbids that, the program's own
 * preload library is asked for its memory. */

#include "config.h"

#include "mock-server.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

enum
{
  MESSAGE_IOCTL = 1,
  MESSAGE_DONE = 3,
  MESSAGE_READ_MEMORY = 5,
  MESSAGE_WRITE_MEMORY = 6,
  MESSAGE_READ = 7,
  MESSAGE_WRITE = 8,
};

typedef struct
{
  gulong command;
  gulong first;
  gulong second;
} Message;

struct _MockFile
{
  MockServer *server;
  GThread *thread;
  int fd;
  pid_t pid;
  gboolean must_ask; /* process_vm_readv() is not allowed */
  gsize offset;      /* of the next read() */
};

struct _MockServer
{
  const MockServerOps *ops;
  gpointer device;
  char *path;
  int fd;
  GThread *thread;
  GMutex mutex;
  GPtrArray *files;
  gboolean closing;
};

static gboolean
receive (int fd, gpointer data, gsize length)
{
  guint8 *bytes = data;

  while (length > 0)
    {
      gssize n = recv (fd, bytes, length, 0);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      bytes += n;
      length -= n;
    }
  return TRUE;
}

static gboolean
send_all (int fd, gconstpointer data, gsize length)
{
  const guint8 *bytes = data;

  while (length > 0)
    {
      gssize n = send (fd, bytes, length, MSG_NOSIGNAL);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      bytes += n;
      length -= n;
    }
  return TRUE;
}

gboolean
mock_file_load (MockFile *self, gulong address, gpointer data, gsize length)
{
  const Message request = { MESSAGE_READ_MEMORY, address, length };
  struct iovec local = { data, length };
  struct iovec remote = { (gpointer)address, length };

  if (length == 0)
    return TRUE;
  if (!self->must_ask)
    {
      if (process_vm_readv (self->pid, &local, 1, &remote, 1, 0) == (gssize)length)
        return TRUE;
      if (errno == EFAULT)
        return FALSE;
      self->must_ask = TRUE;
    }
  return send_all (self->fd, &request, sizeof request) && receive (self->fd, data, length);
}

gboolean
mock_file_store (MockFile *self, gulong address, gconstpointer data, gsize length)
{
  const Message request = { MESSAGE_WRITE_MEMORY, address, length };
  struct iovec local = { (gpointer)data, length };
  struct iovec remote = { (gpointer)address, length };

  if (length == 0)
    return TRUE;
  if (!self->must_ask)
    {
      if (process_vm_writev (self->pid, &local, 1, &remote, 1, 0) == (gssize)length)
        return TRUE;
      if (errno == EFAULT)
        return FALSE;
      self->must_ask = TRUE;
    }
  return send_all (self->fd, &request, sizeof request) && send_all (self->fd, data, length);
}

static gssize
run_read (MockFile *self, gulong address, gsize length)
{
  g_autofree guint8 *data = g_malloc (MAX (length, 1));
  gssize n = self->server->ops->read (self->server->device, self->offset, data, length);

  if (n <= 0)
    return n;
  if (!mock_file_store (self, address, data, n))
    return -EFAULT;
  self->offset += n;
  return n;
}

static gssize
run_message (MockFile *self, const Message *message)
{
  MockServer *server = self->server;

  switch (message->command)
    {
    case MESSAGE_IOCTL:
      return server->ops->ioctl (server->device, self, message->first, message->second);
    case MESSAGE_READ:
      return run_read (self, message->first, message->second);
    case MESSAGE_WRITE: /* usbfs nodes are not written to */
      return -EINVAL;
    default:
      g_error ("libumockdev's preload library sent the unknown command %lu", message->command);
    }
}

static gpointer
serve_file (gpointer data)
{
  MockFile *self = data;
  Message message;

  self->server->ops->opened (self->server->device, self);
  while (receive (self->fd, &message, sizeof message))
    {
      gssize result = run_message (self, &message);

      message.command = MESSAGE_DONE;
      message.first = result < 0 ? (gulong)-1 : (gulong)result;
      message.second = result < 0 ? (gulong)-result : 0;
      if (!send_all (self->fd, &message, sizeof message))
        break;
    }
  self->server->ops->closed (self->server->device, self);
  return NULL;
}

static void
add_file (MockServer *self, int fd)
{
  struct ucred credentials = { 0 };
  socklen_t length = sizeof credentials;
  MockFile *file = g_new0 (MockFile, 1);

  if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0)
    g_error ("SO_PEERCRED: %s", g_strerror (errno));
  file->server = self;
  file->fd = fd;
  file->pid = credentials.pid;
  g_ptr_array_add (self->files, file);
  file->thread = g_thread_new ("mock-file", serve_file, file);
}

static gpointer
accept_files (gpointer data)
{
  MockServer *self = data;

  while (TRUE)
    {
      int fd = accept4 (self->fd, NULL, NULL, SOCK_CLOEXEC);
      gboolean closing;

      if (fd < 0 && errno == EINTR)
        continue;
      g_mutex_lock (&self->mutex);
      closing = self->closing || fd < 0;
      if (!closing)
        add_file (self, fd);
      g_mutex_unlock (&self->mutex);
      if (!closing)
        continue;
      if (fd >= 0)
        close (fd);
      return NULL;
    }
}

static void
close_file (gpointer data)
{
  MockFile *file = data;

  shutdown (file->fd, SHUT_RDWR);
  g_thread_join (file->thread);
  close (file->fd);
  g_free (file);
}

/* @socket_path: where the preload library looks: "ioctl" in the testbed's folder, and the name of
 * the device node. */
MockServer *
mock_server_new (const char *socket_path, const MockServerOps *ops, gpointer device)
{
  MockServer *self = g_new0 (MockServer, 1);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autofree char *folder = g_path_get_dirname (socket_path);

  self->ops = ops;
  self->device = device;
  self->path = g_strdup (socket_path);
  self->files = g_ptr_array_new_with_free_func (close_file);
  g_mutex_init (&self->mutex);
  if (g_strlcpy (address.sun_path, socket_path, sizeof address.sun_path) >= sizeof address.sun_path)
    g_error ("The name of the socket is too long: %s", socket_path);
  self->fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (g_mkdir_with_parents (folder, 0755) != 0 || self->fd < 0 ||
      bind (self->fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
      listen (self->fd, SOMAXCONN) != 0)
    g_error ("Listening on %s: %s", socket_path, g_strerror (errno));
  self->thread = g_thread_new ("mock-server", accept_files, self);
  return self;
}

/* Programs that still have the device open die at their next ioctl. */
void
mock_server_free (MockServer *self)
{
  g_mutex_lock (&self->mutex);
  self->closing = TRUE;
  g_mutex_unlock (&self->mutex);
  shutdown (self->fd, SHUT_RDWR);
  g_thread_join (self->thread);
  g_ptr_array_unref (self->files);
  close (self->fd);
  g_unlink (self->path);
  g_mutex_clear (&self->mutex);
  g_free (self->path);
  g_free (self);
}
