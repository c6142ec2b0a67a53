/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/fk-reader.h"

#include <string.h>

FkReader
fk_reader_init (const guint8 *data, gsize length)
{
  return (FkReader){ .data = data, .length = length };
}

gsize
fk_reader_get_left (const FkReader *reader)
{
  return reader->length - reader->offset;
}

gsize
fk_reader_get_offset (const FkReader *reader)
{
  return reader->offset;
}

gboolean
fk_reader_seek (FkReader *reader, gsize offset)
{
  if (offset > reader->length)
    return FALSE;
  reader->offset = offset;
  return TRUE;
}

gboolean
fk_reader_skip (FkReader *reader, gsize length)
{
  if (length > fk_reader_get_left (reader))
    return FALSE;
  reader->offset += length;
  return TRUE;
}

/* Returns: the next @length bytes, or %NULL if fewer are left. */
static const guint8 *
take (FkReader *reader, gsize length)
{
  const guint8 *data = reader->data + reader->offset;

  return fk_reader_skip (reader, length) ? data : NULL;
}

gboolean
fk_reader_u8 (FkReader *reader, guint8 *value)
{
  const guint8 *data = take (reader, 1);

  if (data == NULL)
    return FALSE;
  *value = data[0];
  return TRUE;
}

gboolean
fk_reader_u16le (FkReader *reader, guint16 *value)
{
  const guint8 *data = take (reader, 2);

  if (data == NULL)
    return FALSE;
  *value = fk_load_u16le (data);
  return TRUE;
}

gboolean
fk_reader_u16be (FkReader *reader, guint16 *value)
{
  if (!fk_reader_u16le (reader, value))
    return FALSE;
  *value = GUINT16_SWAP_LE_BE (*value);
  return TRUE;
}

gboolean
fk_reader_u32le (FkReader *reader, guint32 *value)
{
  const guint8 *data = take (reader, 4);

  if (data == NULL)
    return FALSE;
  *value = fk_load_u32le (data);
  return TRUE;
}

gboolean
fk_reader_u32be (FkReader *reader, guint32 *value)
{
  if (!fk_reader_u32le (reader, value))
    return FALSE;
  *value = GUINT32_SWAP_LE_BE (*value);
  return TRUE;
}

gboolean
fk_reader_u64le (FkReader *reader, guint64 *value)
{
  const guint8 *data = take (reader, 8);

  if (data == NULL)
    return FALSE;
  *value = fk_load_u32le (data) | (guint64)fk_load_u32le (data + 4) << 32;
  return TRUE;
}

gboolean
fk_reader_copy (FkReader *reader, guint8 *out, gsize length)
{
  const guint8 *data = take (reader, length);

  if (data == NULL)
    return FALSE;
  if (length > 0)
    memcpy (out, data, length);
  return TRUE;
}

void
fk_writer_u8 (GByteArray *array, guint8 value)
{
  g_byte_array_append (array, &value, 1);
}

void
fk_writer_u16le (GByteArray *array, guint16 value)
{
  guint8 data[2];

  fk_store_u16le (data, value);
  g_byte_array_append (array, data, sizeof data);
}

void
fk_writer_u32le (GByteArray *array, guint32 value)
{
  guint8 data[4];

  fk_store_u32le (data, value);
  g_byte_array_append (array, data, sizeof data);
}

void
fk_writer_u64le (GByteArray *array, guint64 value)
{
  fk_writer_u32le (array, value & G_MAXUINT32);
  fk_writer_u32le (array, value >> 32);
}
