/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What some bytes mean as a number, a character, a time.  Pure: no widget, no locale. */

#include "config.h"

#include "hex/fk-hex-values.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* @value holds the bytes as an unsigned number in the byte order that was asked for. */
typedef char *(*FormatFunc) (guint64 value, const guint8 *bytes, gsize n_bytes);

static char *
format_unsigned (guint64 value, const guint8 *bytes, gsize n_bytes)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT, value);
}

static char *
format_signed_8 (guint64 value, const guint8 *bytes, gsize n_bytes)
{
  return g_strdup_printf ("%d", (gint8)value);
}

static char *
format_signed_16 (guint64 value, const guint8 *bytes, gsize n_bytes)
{
  return g_strdup_printf ("%d", (gint16)value);
}

static char *
format_signed_32 (guint64 value, const guint8 *bytes, gsize n_bytes)
{
  return g_strdup_printf ("%" G_GINT32_FORMAT, (gint32)value);
}

static char *
format_signed_64 (guint64 value, const guint8 *bytes, gsize n_bytes)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, (gint64)value);
}

/* Returns: %NULL for a number */
static const char *
get_special_name (double number)
{
  if (isnan (number))
    return "NaN";
  if (isinf (number))
    return number > 0 ? "∞" : "−∞";
  return NULL;
}

/* As few digits as lead back to the same bits. */
static char *
format_float (guint64 value, const guint8 *bytes, gsize n_bytes)
{
  guint32 bits = (guint32)value;
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  float number;

  memcpy (&number, &bits, sizeof number);
  if (get_special_name (number) != NULL)
    return g_strdup (get_special_name (number));
  for (int precision = 6; precision <= 9; precision++)
    {
      g_autofree char *format = g_strdup_printf ("%%.%dg", precision);

      g_ascii_formatd (text, sizeof text, format, number);
      if ((float)g_ascii_strtod (text, NULL) == number)
        break;
    }
  return g_strdup (text);
}

static char *
format_double (guint64 value, const guint8 *bytes, gsize n_bytes)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  double number;

  memcpy (&number, &value, sizeof number);
  if (get_special_name (number) != NULL)
    return g_strdup (get_special_name (number));
  for (int precision = 15; precision <= 17; precision++)
    {
      g_autofree char *format = g_strdup_printf ("%%.%dg", precision);

      g_ascii_formatd (text, sizeof text, format, number);
      if (g_ascii_strtod (text, NULL) == number)
        break;
    }
  return g_strdup (text);
}

/* "0100 1000" */
static char *
format_binary (guint64 value, const guint8 *bytes, gsize n_bytes)
{
  char text[10];
  guint n = 0;

  for (int bit = 7; bit >= 0; bit--)
    {
      text[n++] = value >> bit & 1 ? '1' : '0';
      if (bit == 4)
        text[n++] = ' ';
    }
  text[n] = '\0';
  return g_strdup (text);
}

/* Not what would move or turn the text around it. */
static gboolean
is_shown (gunichar character)
{
  GUnicodeType type = g_unichar_type (character);

  return g_unichar_isgraph (character) && type != G_UNICODE_LINE_SEPARATOR &&
         type != G_UNICODE_PARAGRAPH_SEPARATOR && type != G_UNICODE_PRIVATE_USE;
}

/* ASCII, whose control characters have names (ECMA-48), or a character of UTF-8. */
static char *
format_character (guint64 value, const guint8 *bytes, gsize n_bytes)
{
  static const char *const controls[] = { "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL",
                                          "BS",  "TAB", "LF",  "VT",  "FF",  "CR",  "SO",  "SI",
                                          "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB",
                                          "CAN", "EM",  "SUB", "ESC", "FS",  "GS",  "RS",  "US" };
  gunichar character;
  char text[7] = { 0 };

  if (bytes[0] < G_N_ELEMENTS (controls))
    return g_strdup (controls[bytes[0]]);
  if (bytes[0] == 0x7f)
    return g_strdup ("DEL");
  character = g_utf8_get_char_validated ((const char *)bytes, (gssize)MIN (n_bytes, 6));
  if (character == (gunichar)-1 || character == (gunichar)-2)
    return NULL;
  if (character < 0x80)
    return g_strdup_printf ("%c", (char)character);
  if (!is_shown (character))
    return g_strdup_printf ("U+%04X", character);
  g_unichar_to_utf8 (character, text);
  return g_strdup_printf ("%s (U+%04X)", text, character);
}

/* Seconds since 1970, as file systems and firmware build stamps count. */
static char *
format_time (guint64 value, const guint8 *bytes, gsize n_bytes)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc ((gint64)value);

  return g_date_time_format (time, "%Y-%m-%d %H:%M:%S UTC");
}

static char *
format_address (guint64 value, const guint8 *bytes, gsize n_bytes)
{
  return g_strdup_printf ("0x%08" G_GINT64_MODIFIER "x", value);
}

static const struct
{
  const char *name;
  guint size;
  FormatFunc format;
} values[] = {
  [FK_HEX_VALUE_UNSIGNED_8] = { N_ ("8 bits"), 1, format_unsigned },
  [FK_HEX_VALUE_SIGNED_8] = { N_ ("8 bits, signed"), 1, format_signed_8 },
  [FK_HEX_VALUE_UNSIGNED_16] = { N_ ("16 bits"), 2, format_unsigned },
  [FK_HEX_VALUE_SIGNED_16] = { N_ ("16 bits, signed"), 2, format_signed_16 },
  [FK_HEX_VALUE_UNSIGNED_32] = { N_ ("32 bits"), 4, format_unsigned },
  [FK_HEX_VALUE_SIGNED_32] = { N_ ("32 bits, signed"), 4, format_signed_32 },
  [FK_HEX_VALUE_UNSIGNED_64] = { N_ ("64 bits"), 8, format_unsigned },
  [FK_HEX_VALUE_SIGNED_64] = { N_ ("64 bits, signed"), 8, format_signed_64 },
  [FK_HEX_VALUE_FLOAT] = { N_ ("Float"), 4, format_float },
  [FK_HEX_VALUE_DOUBLE] = { N_ ("Double"), 8, format_double },
  [FK_HEX_VALUE_BINARY] = { N_ ("Binary"), 1, format_binary },
  [FK_HEX_VALUE_CHARACTER] = { N_ ("Character"), 1, format_character },
  [FK_HEX_VALUE_TIME] = { N_ ("Unix time"), 4, format_time },
  [FK_HEX_VALUE_ADDRESS] = { N_ ("Address"), 4, format_address },
};

G_STATIC_ASSERT (G_N_ELEMENTS (values) == FK_HEX_N_VALUES);

/**
 * fk_hex_value_get_name:
 *
 * Returns: what the kind is called, translated
 */
const char *
fk_hex_value_get_name (FkHexValueKind kind)
{
  g_return_val_if_fail (kind < FK_HEX_N_VALUES, NULL);

  return _ (values[kind].name);
}

/**
 * fk_hex_value_format:
 * @bytes: (array length=n_bytes): those from the place on; more than %FK_HEX_VALUE_MAX_SIZE are not
 *   looked at
 * @big_endian: whether the highest byte comes first; the STM32 has the lowest first
 *
 * Returns: (transfer full) (nullable): %NULL where there are too few bytes, or they mean nothing
 */
char *
fk_hex_value_format (FkHexValueKind kind, const guint8 *bytes, gsize n_bytes, gboolean big_endian)
{
  guint64 value = 0;
  guint size;

  g_return_val_if_fail (kind < FK_HEX_N_VALUES, NULL);

  size = values[kind].size;
  if (n_bytes < size)
    return NULL;
  for (guint i = 0; i < size; i++)
    value = value << 8 | bytes[big_endian ? i : size - 1 - i];
  return values[kind].format (value, bytes, n_bytes);
}
