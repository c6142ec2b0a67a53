/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Motorola S-records, after appendix C of Motorola's M68000 Family Programmer's Reference Manual
 * (M68000PM/AD): S0 header, S1 to S3 data with an address of 2 to 4 bytes, S5 how many data records
 * came so far, S7 to S9 the end.  S6 is S5 with 24 bits, which came later.  S4 is reserved.
 *
 * srec_cat leaves the end record out where it knows of no start address.  A count at the very end
 * proves as well that nothing is missing, so a file is whole with either. */

#include "config.h"

#include "image/fk-image-format-private.h"

#include "base/fk-error.h"
#include "image/fk-hex-lines.h"

#define RECORD_SIZE 16u /* data bytes of a record that we write */

typedef struct
{
  guint8 bytes[FK_HEX_RECORD_MAX];
  char type;
  guint32 address;
  const guint8 *data;
  guint length;
} Record;

typedef struct
{
  FkImage *image;
  guint n_data;     /* data records so far */
  gboolean counted; /* the last record is a count, and right */
  gboolean ended;
} Parser;

static const char *const suffixes[] = { "srec", "s19", "s28", "s37", "s3", "mot", "mhx", NULL };

/* Bytes of the address field, by type; S4 has none. */
static const guint8 address_sizes[10] = { 2, 2, 3, 4, 0, 2, 3, 4, 3, 2 };

static guint8
checksum (const guint8 *data, gsize length)
{
  guint8 total = 0;
  gsize i;

  for (i = 0; i < length; i++)
    total = (guint8)(total + data[i]);
  return (guint8)~total;
}

static gboolean
check_record (const guint8 *bytes, gsize n_bytes, guint n_address, GError **error)
{
  guint8 expected;

  if (n_bytes == 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "too short for a record: it is cut off");
      return FALSE;
    }
  if (n_bytes != bytes[0] + 1u)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "promises %u bytes, but holds %u%s",
                   bytes[0], (guint)n_bytes - 1,
                   n_bytes < bytes[0] + 1u ? ": the line is cut off" : "");
      return FALSE;
    }
  if (n_bytes < n_address + 2)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "too short for an address of %u bytes",
                   n_address);
      return FALSE;
    }

  expected = checksum (bytes, n_bytes - 1);
  if (bytes[n_bytes - 1] != expected)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                   "the checksum is %02X, but the bytes of the record give %02X",
                   bytes[n_bytes - 1], expected);
      return FALSE;
    }
  return TRUE;
}

static gboolean
is_mark (const FkHexLine *line)
{
  return line->length >= 2 && (line->text[0] == 'S' || line->text[0] == 's') &&
         g_ascii_isdigit (line->text[1]);
}

static gboolean
decode_record (const FkHexLine *line, Record *record, GError **error)
{
  gsize n_bytes;
  guint n_address;
  guint i;

  if (!is_mark (line))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                   "does not begin with 'S' and a digit as every S-record does");
      return FALSE;
    }
  record->type = line->text[1];
  n_address = address_sizes[record->type - '0'];
  if (n_address == 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "a record of the reserved type S%c",
                   record->type);
      return FALSE;
    }
  if (!fk_hex_line_decode (line, 2, record->bytes, &n_bytes, error) ||
      !check_record (record->bytes, n_bytes, n_address, error))
    return FALSE;

  record->address = 0;
  for (i = 0; i < n_address; i++)
    record->address = record->address << 8 | record->bytes[1 + i];
  record->data = record->bytes + 1 + n_address;
  record->length = (guint)n_bytes - 2 - n_address;
  return TRUE;
}

static gboolean
check_count (Parser *parser, const Record *record, GError **error)
{
  guint mask = record->type == '5' ? 0xffff : 0xffffff;

  if ((parser->n_data & mask) == record->address)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
               "S%c counts %u data records, but %u came before it", record->type, record->address,
               parser->n_data);
  return FALSE;
}

static gboolean
parse_line (Parser *parser, const FkHexLine *line, GError **error)
{
  Record record;

  if (parser->ended)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                   "more data after the end record: two files in one?");
      return FALSE;
    }
  if (!decode_record (line, &record, error))
    return FALSE;

  parser->counted = FALSE;
  switch (record.type)
    {
    case '0':
      return TRUE;

    case '1':
    case '2':
    case '3':
      parser->n_data++;
      return fk_image_add_data (parser->image, record.address, record.data, record.length, error);

    case '5':
    case '6':
      parser->counted = TRUE;
      return check_count (parser, &record, error);

    default:
      parser->ended = TRUE;
      return TRUE;
    }
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

  if (!parser.ended && !parser.counted)
    {
      if (line.number == 0)
        g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "the file is empty");
      else
        g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                     "line %u: the file ends without an end record (S7, S8 or S9) or a count "
                     "(S5): the rest is missing",
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

  return fk_hex_lines_next (&lines, &line) && is_mark (&line) && line.length >= 10 &&
         fk_hex_line_is_digits (&line, 2);
}

static void
append_record (GString *text, guint type, guint32 address, const guint8 *data, guint length)
{
  guint n_address = address_sizes[type];
  guint8 record[1 + 4 + RECORD_SIZE + 1];
  guint n = 0;
  guint i;

  g_assert (length <= RECORD_SIZE);

  record[n++] = (guint8)(n_address + length + 1);
  for (i = n_address; i > 0; i--)
    record[n++] = (address >> (8 * (i - 1))) & 0xff;
  for (i = 0; i < length; i++)
    record[n++] = data[i];
  record[n] = checksum (record, n);

  g_string_append_printf (text, "S%u", type);
  fk_hex_append (text, record, n + 1);
  g_string_append_c (text, '\n');
}

/* The shortest address that reaches the last byte: S1 with S9, S2 with S8, S3 with S7. */
static guint
choose_type (FkImage *image)
{
  FkRange extent;

  if (!fk_image_get_extent (image, &extent) || fk_range_end (extent) <= 0x10000)
    return 1;
  return fk_range_end (extent) <= 0x1000000 ? 2 : 3;
}

static GBytes *
write_image (FkImage *image, guint8 fill G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  static const guint8 header[] = "Flashkeep";
  GString *text = g_string_new (NULL);
  guint type = choose_type (image);
  guint n_data = 0;
  guint i;

  append_record (text, 0, 0, header, sizeof header - 1);
  for (i = 0; i < fk_image_get_n_segments (image); i++)
    {
      FkSegment segment = fk_image_get_segment (image, i);
      guint32 done = 0;

      while (done < segment.range.size)
        {
          guint32 address = segment.range.address + done;
          guint length = MIN (RECORD_SIZE - address % RECORD_SIZE, segment.range.size - done);

          append_record (text, type, address, segment.data + done, length);
          done += length;
          n_data++;
        }
    }
  if (n_data <= 0xffffff)
    append_record (text, n_data <= 0xffff ? 5 : 6, n_data, NULL, 0);
  append_record (text, 10 - type, 0, NULL, 0);
  return g_string_free_to_bytes (text);
}

const FkImageFormat fk_srec_format = {
  .name = "srec",
  .title = "Motorola S-record",
  .suffixes = suffixes,
  .has_addresses = TRUE,
  .matches = matches,
  .parse = parse,
  .write = write_image,
};
