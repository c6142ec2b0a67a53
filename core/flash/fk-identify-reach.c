/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How much of the flash can be had: the end of that of a WB, or of a WL5x whose security is on, is
 * the second core's (RM0434 and RM0453, Embedded flash memory).
 *
 * What answers there is no other size of the flash, so that none is looked for. */

#include "config.h"

#include "flash/fk-identify-private.h"

#include <glib/gi18n.h>

#include "base/fk-number.h"

static gboolean
read_register (FkTarget *target, guint32 address, guint32 *value, GError **error)
{
  if (fk_target_read_u32 (target, address & ~3u, value, error))
    return TRUE;
  g_prefix_error (error, "Asking how the flash is divided: ");
  return FALSE;
}

static gboolean
read_secure (FkTarget *target, FkChip *largest, guint32 *start, GError **error)
{
  guint32 address = fk_chip_get_register (largest, "secure-flash");
  guint32 mask = fk_chip_get_number (largest, "secure-flash-start", 0);
  guint32 options;
  guint32 value;

  *start = G_MAXUINT32;
  if (address == 0)
    return TRUE;
  if (!read_register (target, fk_chip_find_option_field (largest, "RDP")->address, &options, error))
    return FALSE;
  if ((options & fk_chip_get_number (largest, "secure-flash-on", 0)) == 0)
    return TRUE;
  if (!read_register (target, address, &value, error))
    return FALSE;
  if ((value & fk_chip_get_number (largest, "secure-flash-off", 0)) == 0)
    *start = (value & mask) * fk_chip_get_number (largest, "secure-flash-unit", 0);
  return TRUE;
}

/*
 * fk_identify_reach:
 * @largest: of this kind: its size does not matter
 * @reach: (out): what of the flash can be had
 *
 * From option registers, which may be read at any level of protection.
 */
gboolean
fk_identify_reach (FkTarget *target, FkChip *largest, FkReach *reach, GError **error)
{
  return read_secure (target, largest, &reach->secure_start, error);
}

/*
 * fk_reach_is_all:
 *
 * Returns: whether nothing limits it, so that the flash may be looked for wherever one can be
 */
gboolean
fk_reach_is_all (const FkReach *self)
{
  return self->secure_start == G_MAXUINT32;
}

/*
 * fk_reach_limit:
 * @chip: as large as its size register says
 * @size: (out): how much of its flash can be had in one piece, bytes
 *
 * Returns: (transfer full) (nullable): a sentence on what lies behind, if there is any
 */
char *
fk_reach_limit (const FkReach *self, FkChip *chip, guint32 *size)
{
  FkRange flash = fk_chip_find_region (chip, "flash")->range;
  g_autofree char *text = NULL;

  *size = flash.size;
  if (self->secure_start >= flash.size)
    return NULL;
  /* A chip has some flash; of one that is all the second core's the whole is told of. */
  if (self->secure_start > 0)
    *size = self->secure_start;
  text = fk_number_format_size (flash.size - self->secure_start);
  return g_strdup_printf (_ ("The last %s of the flash, from 0x%08x on, are the second core's and "
                             "cannot be read through this port: a backup is without them."),
                          text, flash.address + self->secure_start);
}
