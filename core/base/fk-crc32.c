/* SPDX-License-Identifier: GPL-3.0-or-later */

/* CRC-32 as zip, Ethernet and zlib compute it (polynomial 0x04C11DB7, both sides reflected, final
 * inversion; check value of "123456789" is 0xCBF43926).  The verification loader on the chip
 * computes the same. */

#include "config.h"

#include "base/fk-crc32.h"

#define POLYNOMIAL 0xedb88320u

static const guint32 *
get_table (void)
{
  static guint32 table[256];
  static gsize ready;

  if (g_once_init_enter (&ready))
    {
      for (guint i = 0; i < 256; i++)
        {
          guint32 value = i;

          for (guint bit = 0; bit < 8; bit++)
            value = value & 1 ? value >> 1 ^ POLYNOMIAL : value >> 1;
          table[i] = value;
        }
      g_once_init_leave (&ready, 1);
    }
  return table;
}

/**
 * fk_crc32_update:
 * @crc: %FK_CRC32_INIT, or what the last call returned
 *
 * Returns: the running remainder, not yet inverted
 */
guint32
fk_crc32_update (guint32 crc, const guint8 *data, gsize length)
{
  const guint32 *table = get_table ();

  for (gsize i = 0; i < length; i++)
    crc = crc >> 8 ^ table[(crc ^ data[i]) & 0xff];
  return crc;
}

guint32
fk_crc32 (const guint8 *data, gsize length)
{
  return ~fk_crc32_update (FK_CRC32_INIT, data, length);
}
