/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The serial number of an ST-LINK.  V2-1 and V3 write 24 hexadecimal digits; the V2 that came
 * before, and the clones made after it, put the 12 bytes themselves where characters should be.
 * Shown in hexadecimal, both are the same number, as in ST's and other people's programs. */

#include "config.h"

#include "probe/fk-stlink.h"

static guint16
get_unit (const guint8 *data, gsize index)
{
  return (guint16)(data[2 * index] | data[2 * index + 1] << 8);
}

/*
 * fk_stlink_format_serial:
 * @descriptor: UTF-16LE code units, or what stands in their place
 *
 * Returns: (transfer full) (nullable): the number as text; %NULL if there is none
 */
char *
fk_stlink_format_serial (GBytes *descriptor)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (descriptor, &length);
  gsize n_units = length / 2;
  gboolean is_text = TRUE;
  gboolean is_hex = TRUE;
  GString *text;

  if (n_units == 0)
    return NULL;
  for (gsize i = 0; i < n_units; i++)
    {
      guint16 unit = get_unit (data, i);

      is_text = is_text && unit > ' ' && unit < 0x7f;
      is_hex = is_hex && unit < 0x7f && g_ascii_isxdigit ((char)unit);
    }
  if (n_units == FK_STLINK_SERIAL_UNITS && !is_hex)
    is_text = FALSE;

  text = g_string_new (NULL);
  for (gsize i = 0; i < n_units; i++)
    {
      guint16 unit = get_unit (data, i);

      if (is_text)
        g_string_append_c (text, (char)unit);
      else
        g_string_append_printf (text, unit > 0xff ? "%04X" : "%02X", unit);
    }
  return g_string_free (text, FALSE);
}
