/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lengths that tell how a read came to be too short: the defaults of programs that ask for a
 * length, and what people type. */

#include "config.h"

#include "compare/fk-known-lengths.h"

#include <glib/gi18n.h>

typedef struct
{
  guint64 length;
  const char *text;
} KnownLength;

static const KnownLength defaults[] = {
  { 0x400, N_ ("1 KiB (0x400) is what STM32CubeProgrammer reads unless it is told otherwise.") },
  { 0x1000, N_ ("4 KiB (0x1000) is what the ST-LINK Utility reads unless it is told otherwise.") },
  { 0x4000, N_ ("16 KiB (0x4000) is what dfu-util reads from a chip that does not say its size.") },
};

static const char *
find_default (guint64 length)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (defaults); i++)
    if (defaults[i].length == length)
      return defaults[i].text;
  return NULL;
}

/**
 * fk_known_length_is_default:
 *
 * Returns: whether a program reads just that much unless it is told otherwise, or whether it is one
 *   byte less than a whole number of KiB
 */
gboolean
fk_known_length_is_default (guint64 length)
{
  return find_default (length) != NULL || (length % 1024 == 1023);
}

/**
 * fk_known_length_explain:
 *
 * Returns: (nullable): a sentence on how a read of @length bytes, which is too short, came to be
 */
const char *
fk_known_length_explain (guint64 length)
{
  const char *text = find_default (length);

  if (text != NULL)
    return _ (text);
  if (length % 1024 == 1023)
    return _ ("One byte is missing: the last address was probably typed where a length was asked "
              "for.");
  if (length >= 0x4000 && (length & (length - 1)) == 0)
    return _ ("It is a round number: the flash size of a smaller chip, typed or assumed.");
  return NULL;
}
