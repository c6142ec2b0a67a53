/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is known of a chip beside its bytes, for those who judge bytes and know no chips. */

#include "config.h"

#include "job/fk-chip-facts.h"

#include "base/fk-blank.h"

#include <string.h>

/* A larger part may be what is connected, so its RAM counts. */
static void
add_ram (FkChipFacts *facts, FkChip *chip, const FkRegion *region)
{
  FkRange range = region->range;

  if (strcmp (region->name, "ram") == 0)
    range.size = MAX (range.size, fk_chip_get_ram_max (chip));
  g_array_append_val (facts->rams, range);
}

static void
take_chip (FkChipFacts *facts, FkChip *chip)
{
  const FkRegion *flash = fk_chip_find_region (chip, "flash");
  const FkRegion *uid = fk_chip_find_region (chip, "uid");
  guint n_sectors;
  guint n_regions;
  const FkSector *sectors = fk_chip_get_sectors (chip, &n_sectors);
  const FkRegion *regions = fk_chip_get_regions (chip, &n_regions);

  for (guint i = 0; i < n_sectors; i++)
    g_array_append_val (facts->sectors, sectors[i].range);
  for (guint i = 0; i < n_regions; i++)
    if (regions[i].kind == FK_REGION_RAM)
      add_ram (facts, chip, &regions[i]);
  facts->context.flash = flash != NULL ? flash->range : (FkRange){ 0 };
  facts->context.uid_address = uid != NULL ? uid->range.address : 0;
  facts->context.blank = fk_chip_get_erased_value (chip);
}

/**
 * fk_chip_facts_new:
 * @chip: (nullable): %NULL when nothing is known
 */
FkChipFacts *
fk_chip_facts_new (FkChip *chip)
{
  FkChipFacts *facts;

  g_return_val_if_fail (chip == NULL || FK_IS_CHIP (chip), NULL);

  facts = g_new0 (FkChipFacts, 1);
  facts->sectors = g_array_new (FALSE, FALSE, sizeof (FkRange));
  facts->rams = g_array_new (FALSE, FALSE, sizeof (FkRange));
  facts->context.blank = FK_BLANK;
  if (chip != NULL)
    take_chip (facts, chip);
  facts->context.sectors = (const FkRange *)(gpointer)facts->sectors->data;
  facts->context.n_sectors = facts->sectors->len;
  facts->context.rams = (const FkRange *)(gpointer)facts->rams->data;
  facts->context.n_rams = facts->rams->len;
  return facts;
}

void
fk_chip_facts_free (FkChipFacts *facts)
{
  if (facts == NULL)
    return;
  g_array_unref (facts->sectors);
  g_array_unref (facts->rams);
  g_free (facts);
}
