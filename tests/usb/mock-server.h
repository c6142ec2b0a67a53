/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One open file of a mocked device, as its program holds it. */
typedef struct _MockFile MockFile;

/**
 * MockServerOps:
 * @opened: a program opened the device
 * @ioctl: @argument is what the program passed, mostly an address in its memory.  Returns what the
 *   ioctl returns, or a negative errno
 * @read: fills @data with what stands at @offset; returns the bytes
 * @closed: it was closed, or its program has died
 *
 * What a device does for its programs.  Each open file has a thread of its own that calls these.
 */
typedef struct
{
  void (*opened) (gpointer device, MockFile *file);
  int (*ioctl) (gpointer device, MockFile *file, gulong request, gulong argument);
  gssize (*read) (gpointer device, gsize offset, guint8 *data, gsize length);
  void (*closed) (gpointer device, MockFile *file);
} MockServerOps;

/* Memory of the program; only while one of its ioctls is being answered.  FALSE: bad address. */
gboolean mock_file_load (MockFile *self, gulong address, gpointer data, gsize length);
gboolean mock_file_store (MockFile *self, gulong address, gconstpointer data, gsize length);

typedef struct _MockServer MockServer;

MockServer *mock_server_new (const char *socket_path, const MockServerOps *ops, gpointer device);
void mock_server_free (MockServer *self);

G_END_DECLS
