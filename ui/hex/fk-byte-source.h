/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * FkByteSource:
 *
 * What a hex view shows: bytes at addresses of up to 64 bits, some of which may be absent.
 * "changed" tells that any of it may be different now.
 */
#define FK_TYPE_BYTE_SOURCE (fk_byte_source_get_type ())
G_DECLARE_INTERFACE (FkByteSource, fk_byte_source, FK, BYTE_SOURCE, GObject)

/**
 * FkByteSourceInterface:
 * @get_extent: the first address and how many follow, absent ones included
 * @read: fills @bytes, and @present with 1 for each byte that is there and 0 for each that is not
 *   (its value then means nothing).  Must not block: the view asks while it draws.
 */
struct _FkByteSourceInterface
{
  GTypeInterface parent_iface;

  void (*get_extent) (FkByteSource *self, guint64 *start, guint64 *size);
  void (*read) (FkByteSource *self, guint64 address, guint8 *bytes, guint8 *present, gsize length);
};

void fk_byte_source_get_extent (FkByteSource *self, guint64 *start, guint64 *size);
void fk_byte_source_read (
    FkByteSource *self, guint64 address, guint8 *bytes, guint8 *present, gsize length);
void fk_byte_source_changed (FkByteSource *self);

G_END_DECLS
