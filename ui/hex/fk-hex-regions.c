/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which memory an address is of.  Where the chip is not known the architecture tells it roughly:
 * ARMv7-M Architecture Reference Manual, B3.1 "The system address map"; that flash begins at
 * 0x08000000 and system memory lies below 0x20000000 is so on every STM32. */

#include "config.h"

#include "hex/fk-hex-regions.h"

#include <glib/gi18n.h>

typedef struct
{
  char *name;
  guint64 start;
  guint64 size;
} Region;

struct _FkHexRegions
{
  GArray *regions; /* of Region */
};

static const struct
{
  const char *name; /* %NULL: nothing is known */
  guint64 end;
} common[] = {
  { N_ ("Start memory"), 0x08000000 },
  { N_ ("Flash"), 0x10000000 },
  { N_ ("Core-coupled memory"), 0x1fff0000 },
  { N_ ("System memory"), 0x20000000 },
  { N_ ("RAM"), 0x40000000 },
  { N_ ("Peripherals"), 0x60000000 },
  { N_ ("External memory"), 0xe0000000 },
  { N_ ("The core's registers"), 0xe0100000 },
  { NULL, G_GUINT64_CONSTANT (0x100000000) },
};

static void
region_clear (gpointer data)
{
  g_free (((Region *)data)->name);
}

FkHexRegions *
fk_hex_regions_new (void)
{
  FkHexRegions *self = g_new0 (FkHexRegions, 1);

  self->regions = g_array_new (FALSE, FALSE, sizeof (Region));
  g_array_set_clear_func (self->regions, region_clear);
  return self;
}

void
fk_hex_regions_free (FkHexRegions *self)
{
  g_array_unref (self->regions);
  g_free (self);
}

/**
 * fk_hex_regions_add:
 * @name: as a person reads it
 *
 * Where two overlap, the one that was added first is the answer.
 */
void
fk_hex_regions_add (FkHexRegions *self, const char *name, guint64 start, guint64 size)
{
  Region region = { g_strdup (name), start, size };

  g_return_if_fail (self != NULL && name != NULL);

  g_array_append_val (self->regions, region);
}

/**
 * fk_hex_regions_find:
 * @self: (nullable): %NULL for what all chips share
 *
 * Returns: (nullable): what @address is of
 */
const char *
fk_hex_regions_find (const FkHexRegions *self, guint64 address)
{
  for (guint i = 0; self != NULL && i < self->regions->len; i++)
    {
      const Region *region = &g_array_index (self->regions, Region, i);

      if (address >= region->start && address - region->start < region->size)
        return region->name;
    }
  for (guint i = 0; i < G_N_ELEMENTS (common); i++)
    if (address < common[i].end)
      return common[i].name != NULL ? _ (common[i].name) : NULL;
  return NULL;
}
