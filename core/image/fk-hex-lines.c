/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What Intel HEX and S-records share: lines of hexadecimal digits after a mark.  Files come from
 * every kind of system and editor, so blank lines, blanks at the end of a line and any line ending
 * are fine; anything else that is not a digit is damage. */

#include "config.h"

#include "image/fk-hex-lines.h"

#include "base/fk-error.h"

FkHexLines
fk_hex_lines_init (GBytes *bytes)
{
  FkHexLines lines = { NULL, 0, 0, 0 };

  lines.text = g_bytes_get_data (bytes, &lines.length);
  return lines;
}

static gboolean
is_line_end (char c)
{
  return c == '\n' || c == '\r';
}

/**
 * fk_hex_lines_next:
 * @line: (out): the next line that is not blank
 *
 * Returns: %FALSE at the end of the text
 */
gboolean
fk_hex_lines_next (FkHexLines *lines, FkHexLine *line)
{
  g_return_val_if_fail (lines != NULL && line != NULL, FALSE);

  while (lines->offset < lines->length)
    {
      gsize start = lines->offset;
      gsize end = start;

      while (end < lines->length && !is_line_end (lines->text[end]))
        end++;
      lines->offset = end + 1;
      if (end + 1 < lines->length && lines->text[end] == '\r' && lines->text[end + 1] == '\n')
        lines->offset++;
      lines->number++;

      while (start < end && g_ascii_isspace (lines->text[start]))
        start++;
      while (end > start && g_ascii_isspace (lines->text[end - 1]))
        end--;
      if (end > start)
        {
          line->text = lines->text + start;
          line->length = end - start;
          line->number = lines->number;
          return TRUE;
        }
    }
  return FALSE;
}

static void
set_digit_error (const FkHexLine *line, gsize position, GError **error)
{
  guint8 byte = (guint8)line->text[position];

  if (g_ascii_isgraph (byte))
    g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                 "'%c' at character %" G_GSIZE_FORMAT " is not a hexadecimal digit", byte,
                 position + 1);
  else
    g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                 "byte 0x%02x at character %" G_GSIZE_FORMAT " is not a hexadecimal digit", byte,
                 position + 1);
}

/**
 * fk_hex_line_decode:
 * @skip: the characters before the first digit
 * @out: (out caller-allocates): the bytes of the digits
 * @n_bytes: (out): how many
 *
 * Returns: %FALSE with %FK_ERROR_BAD_FILE when something else than pairs of digits is there
 */
gboolean
fk_hex_line_decode (const FkHexLine *line,
                    gsize skip,
                    guint8 out[FK_HEX_RECORD_MAX],
                    gsize *n_bytes,
                    GError **error)
{
  gsize i;

  g_return_val_if_fail (line != NULL && out != NULL && n_bytes != NULL, FALSE);

  *n_bytes = 0;
  for (i = skip; i < line->length; i++)
    {
      int digit = g_ascii_xdigit_value (line->text[i]);

      if (digit < 0)
        {
          set_digit_error (line, i, error);
          return FALSE;
        }
      if ((i - skip) / 2 >= FK_HEX_RECORD_MAX)
        {
          g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "too long for a record");
          return FALSE;
        }
      if ((i - skip) % 2 == 0)
        out[*n_bytes] = (guint8)(digit << 4);
      else
        out[(*n_bytes)++] |= (guint8)digit;
    }

  if (line->length > skip && (line->length - skip) % 2 != 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                   "ends in the middle of a byte: the line is cut off");
      return FALSE;
    }
  return TRUE;
}

/**
 * fk_hex_line_is_digits:
 *
 * Returns: whether nothing but hexadecimal digits follows the first @skip characters
 */
gboolean
fk_hex_line_is_digits (const FkHexLine *line, gsize skip)
{
  gsize i;

  g_return_val_if_fail (line != NULL, FALSE);

  for (i = skip; i < line->length; i++)
    if (!g_ascii_isxdigit (line->text[i]))
      return FALSE;
  return line->length > skip;
}

/**
 * fk_hex_append:
 *
 * Appends two upper-case digits for each byte.
 */
void
fk_hex_append (GString *string, const guint8 *data, gsize length)
{
  static const char digits[] = "0123456789ABCDEF";
  gsize i;

  for (i = 0; i < length; i++)
    {
      g_string_append_c (string, digits[data[i] >> 4]);
      g_string_append_c (string, digits[data[i] & 0xf]);
    }
}
