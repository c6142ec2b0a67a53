/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers as people and data files write them.  strtoul() takes "-1", leading blanks, octal and
 * trailing rubbish for good; an address that means something else than it says loses firmware. */

#include "config.h"

#include "base/fk-number.h"

#include <glib/gi18n.h>

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

/* Where an STM32 has its lowest memory, the flash.  Below are only other views of what it starts
 * from, in the first 4 MiB (any reference manual, "Memory map"). */
#define LOWEST_MEMORY 0x08000000u

/* What @text would be with the 0x that people leave out, if memory can be there. */
static gboolean
guess_address (const char *text, guint32 *out)
{
  g_autofree char *hex = g_strconcat ("0x", text, NULL);

  return strspn (text, "0123456789abcdefABCDEF") == strlen (text) &&
         fk_number_parse_u32 (hex, out, NULL) && *out >= LOWEST_MEMORY;
}

/**
 * fk_number_parse_address:
 *
 * As fk_number_parse_u32(), for an address: "8000000" and "800C000", which are meant to be
 * 0x08000000 and 0x0800C000, are %FK_ERROR_USAGE with that suggestion.  A decimal number is taken
 * where memory can be at the address that it is: no number can be meant both ways.
 */
gboolean
fk_number_parse_address (const char *text, guint32 *out, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean is_number;
  guint32 value = 0;
  guint32 guess;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (out != NULL, FALSE);

  is_number = fk_number_parse_u32 (text, &value, &local_error);
  if ((!is_number || value < LOWEST_MEMORY) && guess_address (text, &guess))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "\"%s\" is %s: did you mean 0x%08x?", text,
                   is_number ? "a decimal number, and no chip has memory at that address"
                             : "not a number without 0x before it",
                   guess);
      return FALSE;
    }
  if (is_number)
    *out = value;
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return is_number;
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
  return g_strdup_printf (ngettext ("%lu byte", "%lu bytes", (gulong)MIN (size, G_MAXLONG)),
                          (gulong)size);
}

/**
 * fk_number_format_hex:
 *
 * Returns: (transfer full): two upper-case digits a byte, without anything between them, as tools
 *   print a unique ID
 */
char *
fk_number_format_hex (GBytes *bytes)
{
  GString *text = g_string_new (NULL);
  const guint8 *data;
  gsize size;

  g_return_val_if_fail (bytes != NULL, NULL);

  data = g_bytes_get_data (bytes, &size);
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02X", data[i]);
  return g_string_free (text, FALSE);
}
