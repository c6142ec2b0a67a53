/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Intel HEX, after Intel's "Hexadecimal Object File Format Specification", revision A, 1988: types
 * 00 data, 01 end of file, 02 and 04 the upper part of the address (as a segment, and linear), 03
 * and 05 where to start, which a chip that is flashed has no use for.
 *
 * A record that runs over the end of a 64 KiB segment (02) wraps round in it, says the
 * specification; most programs go on linearly.  The two disagree on where bytes go, so such a
 * record is refused.  Under 04, and before any of the two, it goes on. */

#include "config.h"

#include "image/fk-image-format-private.h"

#include "base/fk-error.h"
#include "image/fk-hex-lines.h"

#define RECORD_SIZE 16u /* data bytes of a record that we write */

typedef enum
{
  TYPE_DATA = 0,
  TYPE_END = 1,
  TYPE_SEGMENT_BASE = 2,
  TYPE_SEGMENT_START = 3,
  TYPE_LINEAR_BASE = 4,
  TYPE_LINEAR_START = 5,
} RecordType;

typedef struct
{
  guint8 bytes[FK_HEX_RECORD_MAX];
  guint length; /* of the data */
  guint16 offset;
  guint type;
  const guint8 *data;
} Record;

typedef struct
{
  FkImage *image;
  guint32 base;
  gboolean in_segment;
  gboolean ended;
} Parser;

static const char *const suffixes[] = { "hex", "ihex", "ihx", "ihe", "h86", NULL };

static guint8
sum (const guint8 *data, gsize length)
{
  guint8 total = 0;
  gsize i;

  for (i = 0; i < length; i++)
    total = (guint8)(total + data[i]);
  return total;
}

static gboolean
decode_record (const FkHexLine *line, Record *record, GError **error)
{
  gsize n_bytes;
  guint8 expected;

  if (line->text[0] != ':')
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                   "does not begin with ':' as every record of Intel HEX does");
      return FALSE;
    }
  if (!fk_hex_line_decode (line, 1, record->bytes, &n_bytes, error))
    return FALSE;
  if (n_bytes < 5)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "too short for a record: it is cut off");
      return FALSE;
    }

  record->length = record->bytes[0];
  if (n_bytes != record->length + 5)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "promises %u data bytes, but holds %u%s",
                   record->length, (guint)n_bytes - 5,
                   n_bytes < record->length + 5 ? ": the line is cut off" : "");
      return FALSE;
    }

  expected = (guint8)-sum (record->bytes, n_bytes - 1);
  if (record->bytes[n_bytes - 1] != expected)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                   "the checksum is %02X, but the bytes of the record give %02X",
                   record->bytes[n_bytes - 1], expected);
      return FALSE;
    }

  record->offset = (guint16)(record->bytes[1] << 8 | record->bytes[2]);
  record->type = record->bytes[3];
  record->data = record->bytes + 4;
  return TRUE;
}

static gboolean
check_length (const Record *record, guint length, GError **error)
{
  if (record->length == length)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
               "a record of type %02X has %u data bytes, this one %u", record->type, length,
               record->length);
  return FALSE;
}

static gboolean
add_data (Parser *parser, const Record *record, GError **error)
{
  if (parser->in_segment && record->offset + record->length > 0x10000)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                   "the data runs over the end of its 64 KiB segment");
      return FALSE;
    }
  if ((guint64)parser->base + record->offset > G_MAXUINT32)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   "the data lies past the end of the address space (4 GiB)");
      return FALSE;
    }
  return fk_image_add_data (parser->image, parser->base + record->offset, record->data,
                            record->length, error);
}

static gboolean
apply_record (Parser *parser, const Record *record, GError **error)
{
  switch (record->type)
    {
    case TYPE_DATA:
      return add_data (parser, record, error);

    case TYPE_END:
      parser->ended = TRUE;
      return check_length (record, 0, error);

    case TYPE_SEGMENT_BASE:
    case TYPE_LINEAR_BASE:
      if (!check_length (record, 2, error))
        return FALSE;
      parser->in_segment = record->type == TYPE_SEGMENT_BASE;
      parser->base = (guint32)(record->data[0] << 8 | record->data[1])
                     << (parser->in_segment ? 4 : 16);
      return TRUE;

    case TYPE_SEGMENT_START:
    case TYPE_LINEAR_START:
      return check_length (record, 4, error);

    default:
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "a record of unknown type %02X",
                   record->type);
      return FALSE;
    }
}

static gboolean
parse_line (Parser *parser, const FkHexLine *line, GError **error)
{
  Record record;

  if (parser->ended)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                   "more data after the end-of-file record: two files in one?");
      return FALSE;
    }
  return decode_record (line, &record, error) && apply_record (parser, &record, error);
}

static FkImage *
parse (GBytes *bytes, guint32 base G_GNUC_UNUSED, GError **error)
{
  g_autoptr (FkImage) image = fk_image_new ();
  Parser parser = { .image = image };
  FkHexLines lines = fk_hex_lines_init (bytes);
  FkHexLine line = { NULL, 0, 0 };

  while (fk_hex_lines_next (&lines, &line))
    {
      if (!parse_line (&parser, &line, error))
        {
          g_prefix_error (error, "line %u: ", line.number);
          return NULL;
        }
    }

  if (!parser.ended)
    {
      if (line.number == 0)
        g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "the file is empty");
      else
        g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                     "line %u: the file ends without an end-of-file record: the rest is missing",
                     line.number);
      return NULL;
    }
  return g_steal_pointer (&image);
}

static gboolean
matches (GBytes *bytes)
{
  FkHexLines lines = fk_hex_lines_init (bytes);
  FkHexLine line;

  return fk_hex_lines_next (&lines, &line) && line.text[0] == ':' && line.length >= 11 &&
         fk_hex_line_is_digits (&line, 1);
}

static void
append_record (GString *text, RecordType type, guint16 offset, const guint8 *data, guint length)
{
  guint8 record[4 + RECORD_SIZE + 1];
  guint i;

  g_assert (length <= RECORD_SIZE);

  record[0] = (guint8)length;
  record[1] = offset >> 8;
  record[2] = offset & 0xff;
  record[3] = (guint8)type;
  for (i = 0; i < length; i++)
    record[4 + i] = data[i];
  record[4 + length] = (guint8)-sum (record, 4 + length);

  g_string_append_c (text, ':');
  fk_hex_append (text, record, 5 + length);
  g_string_append_c (text, '\n');
}

/* Records begin at multiples of RECORD_SIZE, so none can run over a 64 KiB boundary. */
static GBytes *
write_image (FkImage *image, guint8 fill G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  GString *text = g_string_new (NULL);
  guint16 base = 0;
  guint i;

  for (i = 0; i < fk_image_get_n_segments (image); i++)
    {
      FkSegment segment = fk_image_get_segment (image, i);
      guint32 done = 0;

      while (done < segment.range.size)
        {
          guint32 address = segment.range.address + done;
          guint length = MIN (RECORD_SIZE - address % RECORD_SIZE, segment.range.size - done);

          if (address >> 16 != base)
            {
              guint8 upper[2] = { address >> 24, (address >> 16) & 0xff };

              base = (guint16)(address >> 16);
              append_record (text, TYPE_LINEAR_BASE, 0, upper, sizeof upper);
            }
          append_record (text, TYPE_DATA, address & 0xffff, segment.data + done, length);
          done += length;
        }
    }
  append_record (text, TYPE_END, 0, NULL, 0);
  return g_string_free_to_bytes (text);
}

const FkImageFormat fk_ihex_format = {
  .name = "ihex",
  .title = "Intel HEX",
  .suffixes = suffixes,
  .has_addresses = TRUE,
  .matches = matches,
  .parse = parse,
  .write = write_image,
};
