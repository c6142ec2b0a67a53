/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "bad-disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct
{
  gboolean armed;
  int calls;    /* so far */
  int at;       /* the call at which it happens; -1 never */
  int code;     /* errno to fail with; 0: the process dies there */
  GString *log; /* (nullable): names of the calls */
  GMutex mutex; /* files are synced on threads */
} disk = { .at = -1 };

/* Whether this call shall fail. */
static gboolean
disk_step (const char *name)
{
  g_autoptr (GMutexLocker) locker = NULL;

  if (!disk.armed)
    return FALSE;
  locker = g_mutex_locker_new (&disk.mutex);
  if (disk.log != NULL)
    g_string_append_printf (disk.log, "%s ", name);
  if (disk.calls++ != disk.at)
    return FALSE;
  if (disk.code == 0)
    _exit (42);
  errno = disk.code;
  return TRUE;
}

int
fsync (int fd)
{
  return disk_step ("fsync") ? -1 : (int)syscall (SYS_fsync, fd);
}

ssize_t
write (int fd, const void *data, size_t size)
{
  return disk_step ("write") ? -1 : syscall (SYS_write, fd, data, size);
}

int
unlinkat (int folder, const char *name, int flags)
{
  return disk_step ("unlinkat") ? -1 : (int)syscall (SYS_unlinkat, folder, name, flags);
}

int
renameat2 (int from, const char *old, int to, const char *new, unsigned int flags)
{
  return disk_step ("renameat2") ? -1 : (int)syscall (SYS_renameat2, from, old, to, new, flags);
}

int
renameat (int from, const char *old, int to, const char *new)
{
  return disk_step ("renameat") ? -1 : (int)syscall (SYS_renameat2, from, old, to, new, 0);
}

int
openat (int folder, const char *name, int flags, ...)
{
  va_list args;
  mode_t mode;

  va_start (args, flags);
  mode = flags & O_CREAT ? va_arg (args, mode_t) : 0;
  va_end (args);
  return flags & O_CREAT && disk_step ("create")
             ? -1
             : (int)syscall (SYS_openat, folder, name, flags, mode);
}

void
disk_arm (int at, int code)
{
  disk.calls = 0;
  disk.at = at;
  disk.code = code;
  disk.armed = TRUE;
}

int
disk_disarm (void)
{
  disk.armed = FALSE;
  return disk.calls;
}

void
disk_set_log (GString *log)
{
  disk.log = log;
}
