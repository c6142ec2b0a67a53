/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers as people and data files write them.  strtoul() takes "-1", leading blanks, octal and
 * trailing rubbish for good; an address that means something else than it says loses firmware. */

#include "config.h"

#include "base/fk-number.h"

#include "base/fk-error.h"

#include <string.h>

static guint
get_shift (char suffix)
{
  switch (suffix)
    {
    case 'k':
    case 'K':
      return 10;
    case 'm':
    case 'M':
      return 20;
    default:
      return 0;
    }
}

/**
 * fk_number_parse:
 * @text: "134217728", "0x08000000", "64K" or "0x40K" (K is 1024, M is 1024 * 1024; an "iB" or "B"
 *   may follow).  No sign, no blanks, no octal: "010" is ten.
 * @max: the largest value that makes sense
 * @out: (out): the value, untouched on error
 *
 * Returns: whether @text is a number of at most @max; %FK_ERROR_USAGE names the text if not
 */
gboolean
fk_number_parse (const char *text, guint64 max, guint64 *out, GError **error)
{
  const char *digits = text;
  const char *end;
  guint base = 10;
  guint64 value = 0;
  guint shift;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (out != NULL, FALSE);

  if (digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X'))
    {
      base = 16;
      digits += 2;
    }

  for (end = digits; base == 16 ? g_ascii_isxdigit (*end) : g_ascii_isdigit (*end); end++)
    {
      guint digit = (guint)g_ascii_xdigit_value (*end);

      if (value > (G_MAXUINT64 - digit) / base)
        {
          g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "\"%s\" is too large a number", text);
          return FALSE;
        }
      value = value * base + digit;
    }

  shift = end > digits ? get_shift (*end) : 0;
  if (shift > 0 && value > (G_MAXUINT64 >> shift))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "\"%s\" is too large a number", text);
      return FALSE;
    }
  value <<= shift;
  if (shift > 0)
    end += g_str_has_prefix (end + 1, "iB") ? 3 : end[1] == 'B' ? 2 : 1;

  if (end == digits || *end != '\0')
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "\"%s\" is not a number: write 1024, 0x400 or 1K", text);
      return FALSE;
    }
  if (value > max)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "\"%s\" is too large: at most 0x%" G_GINT64_MODIFIER "x is possible here", text,
                   max);
      return FALSE;
    }

  *out = value;
  return TRUE;
}

/**
 * fk_number_parse_u32:
 *
 * As fk_number_parse(), for a value of 32 bits.
 */
gboolean
fk_number_parse_u32 (const char *text, guint32 *out, GError **error)
{
  guint64 value;

  if (!fk_number_parse (text, G_MAXUINT32, &value, error))
    return FALSE;
  *out = (guint32)value;
  return TRUE;
}

/**
 * fk_number_format_size:
 *
 * Returns: (transfer full): @size as an engineer writes it: "64 KiB", "1 MiB", and "262143 bytes"
 *   when it is not a whole number of KiB, because there the odd byte is the news
 */
char *
fk_number_format_size (guint64 size)
{
  if (size >= 1024 * 1024 && size % (1024 * 1024) == 0)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " MiB", size >> 20);
  if (size >= 1024 && size % 1024 == 0)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " KiB", size >> 10);
  return g_strdup_printf (size == 1 ? "%" G_GUINT64_FORMAT " byte" : "%" G_GUINT64_FORMAT " bytes",
                          size);
}
