/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * FkByteSource:
 *
 * What a hex view shows: bytes at positions of up to 63 bits, some of which may be absent.  For
 * most sources a position is the address; one that lines up two images puts gaps between.
 * "changed" (two guint64: a position and how many) tells that what is known of these may be
 * different now; the extent stays.
 */
#define FK_TYPE_BYTE_SOURCE (fk_byte_source_get_type ())
G_DECLARE_INTERFACE (FkByteSource, fk_byte_source, FK, BYTE_SOURCE, GObject)

/**
 * FkByteState: what is known of one byte
 *
 * @FK_BYTE_ABSENT: there is none
 * @FK_BYTE_PRESENT: its value is known
 * @FK_BYTE_PENDING: it is being fetched; "changed" tells when it came
 * @FK_BYTE_UNREADABLE: fetching it failed
 */
typedef enum
{
  FK_BYTE_ABSENT,
  FK_BYTE_PRESENT,
  FK_BYTE_PENDING,
  FK_BYTE_UNREADABLE,
} FkByteState;

/**
 * FkByteSourceInterface:
 * @get_extent: the first position and how many follow, absent ones included
 * @read: fills @bytes, and @present with an #FkByteState for each; the value means something only
 * if that is %FK_BYTE_PRESENT.  Must not block: the view asks while it draws.
 * @get_address: (optional): the address that @position stands for, or %FALSE if it is a gap;
 * without it positions are addresses
 * @get_position: (needed beside @get_address): where the byte of @address stands, or %FALSE if
 * there is none.  Where positions ascend, addresses do.
 * @dup_reason: (optional): why a byte that is %FK_BYTE_UNREADABLE is so
 * @read_in_thread: (optional): see fk_byte_source_read_in_thread()
 * @can_read_in_thread: (optional): whether this one can, where not all of a class can
 */
struct _FkByteSourceInterface
{
  GTypeInterface parent_iface;

  void (*get_extent) (FkByteSource *self, guint64 *start, guint64 *size);
  void (*read) (FkByteSource *self, guint64 position, guint8 *bytes, guint8 *present, gsize length);
  gboolean (*get_address) (FkByteSource *self, guint64 position, guint64 *address);
  gboolean (*get_position) (FkByteSource *self, guint64 address, guint64 *position);
  char *(*dup_reason) (FkByteSource *self, guint64 position);
  void (*read_in_thread) (
      FkByteSource *self, guint64 position, guint8 *bytes, guint8 *present, gsize length);
  gboolean (*can_read_in_thread) (FkByteSource *self);
};

void fk_byte_source_get_extent (FkByteSource *self, guint64 *start, guint64 *size);
void fk_byte_source_read (
    FkByteSource *self, guint64 position, guint8 *bytes, guint8 *present, gsize length);
gboolean fk_byte_source_get_address (FkByteSource *self, guint64 position, guint64 *address);
gboolean fk_byte_source_get_position (FkByteSource *self, guint64 address, guint64 *position);
gsize fk_byte_source_count_consecutive (FkByteSource *self, guint64 position, gsize length);
guint64 fk_byte_source_get_span (FkByteSource *self, guint64 position, guint64 n_bytes);
char *fk_byte_source_dup_reason (FkByteSource *self, guint64 position);
gboolean fk_byte_source_can_read_in_thread (FkByteSource *self);
void fk_byte_source_read_in_thread (
    FkByteSource *self, guint64 position, guint8 *bytes, guint8 *present, gsize length);
void fk_byte_source_read_found (
    FkByteSource *self, guint64 position, guint8 *bytes, guint8 *present, gsize length);
void fk_byte_source_changed (FkByteSource *self, guint64 position, guint64 size);

G_END_DECLS
