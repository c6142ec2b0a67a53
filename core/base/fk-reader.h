/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkReader:
 *
 * A cursor over bytes that somebody else sent.  Every read is checked against the end: it either
 * delivers the whole value and advances, or returns %FALSE and changes nothing.
 */
typedef struct
{
  /*< private >*/
  const guint8 *data;
  gsize length;
  gsize offset;
} FkReader;

FkReader fk_reader_init (const guint8 *data, gsize length);
gsize fk_reader_get_left (const FkReader *reader);
gsize fk_reader_get_offset (const FkReader *reader);
gboolean fk_reader_seek (FkReader *reader, gsize offset);
gboolean fk_reader_skip (FkReader *reader, gsize length);
gboolean fk_reader_u8 (FkReader *reader, guint8 *value);
gboolean fk_reader_u16le (FkReader *reader, guint16 *value);
gboolean fk_reader_u16be (FkReader *reader, guint16 *value);
gboolean fk_reader_u32le (FkReader *reader, guint32 *value);
gboolean fk_reader_u32be (FkReader *reader, guint32 *value);
gboolean fk_reader_u64le (FkReader *reader, guint64 *value);
gboolean fk_reader_copy (FkReader *reader, guint8 *out, gsize length);

/* Writers append to a GByteArray, which grows and so cannot overflow. */
void fk_writer_u8 (GByteArray *array, guint8 value);
void fk_writer_u16le (GByteArray *array, guint16 value);
void fk_writer_u32le (GByteArray *array, guint32 value);
void fk_writer_u64le (GByteArray *array, guint64 value);

/* Loads and stores at a place that the caller has checked (a word of a buffer of words). */
static inline guint16
fk_load_u16le (const guint8 *data)
{
  return (guint16)(data[0] | data[1] << 8);
}

static inline guint32
fk_load_u32le (const guint8 *data)
{
  return data[0] | (guint32)data[1] << 8 | (guint32)data[2] << 16 | (guint32)data[3] << 24;
}

static inline void
fk_store_u16le (guint8 *data, guint16 value)
{
  data[0] = value & 0xff;
  data[1] = value >> 8;
}

static inline void
fk_store_u32le (guint8 *data, guint32 value)
{
  fk_store_u16le (data, value & 0xffff);
  fk_store_u16le (data + 2, value >> 16);
}

G_END_DECLS
