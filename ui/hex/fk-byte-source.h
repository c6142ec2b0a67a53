/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * FkByteSource:
 *
 * What a hex view shows: bytes at positions of up to 63 bits, some of which may be absent.  For
 * most sources a position is the address; one that lines up two images puts gaps between.
 * "changed" tells that any of it may be different now, but for the extent.
 */
#define FK_TYPE_BYTE_SOURCE (fk_byte_source_get_type ())
G_DECLARE_INTERFACE (FkByteSource, fk_byte_source, FK, BYTE_SOURCE, GObject)

/**
 * FkByteSourceInterface:
 * @get_extent: the first position and how many follow, absent ones included
 * @read: fills @bytes, and @present with 1 for each byte that is there and 0 for each that is not
 *   (its value then means nothing).  Must not block: the view asks while it draws.
 * @get_address: (optional): the address that @position stands for, or %FALSE if it is a gap;
 * without it positions are addresses
 */
struct _FkByteSourceInterface
{
  GTypeInterface parent_iface;

  void (*get_extent) (FkByteSource *self, guint64 *start, guint64 *size);
  void (*read) (FkByteSource *self, guint64 position, guint8 *bytes, guint8 *present, gsize length);
  gboolean (*get_address) (FkByteSource *self, guint64 position, guint64 *address);
};

void fk_byte_source_get_extent (FkByteSource *self, guint64 *start, guint64 *size);
void fk_byte_source_read (
    FkByteSource *self, guint64 position, guint8 *bytes, guint8 *present, gsize length);
gboolean fk_byte_source_get_address (FkByteSource *self, guint64 position, guint64 *address);
void fk_byte_source_changed (FkByteSource *self);

G_END_DECLS
