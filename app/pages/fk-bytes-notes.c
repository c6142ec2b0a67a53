/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a chip's description and a program's vector tables tell of bytes, for a hex view, which
 * knows no chips. */

#include "config.h"

#include "pages/fk-bytes-notes.h"

#include <glib/gi18n.h>

#include "base/fk-number.h"

static void
add_sectors (FkHexNotes *notes, FkChip *chip)
{
  guint n;
  const FkSector *sectors = fk_chip_get_sectors (chip, &n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *size = fk_number_format_size (sectors[i].range.size);
      g_autofree char *text = g_strdup_printf (_ ("Sector %u, %s"), i, size);

      fk_hex_notes_add (notes, FK_HEX_NOTE_SECTOR, sectors[i].range.address, sectors[i].range.size,
                        text, 0);
    }
}

/* A program begins where a sector does: that of the bootloader with the flash, the application
 * further on. */
static void
add_vectors (FkHexNotes *notes, FkSegment segment, guint32 offset)
{
  fk_hex_notes_add_vectors (notes, segment.range.address + offset, segment.data + offset,
                            segment.range.size - offset);
}

static void
find_programs (FkHexNotes *notes, FkImage *image)
{
  guint n_sectors = fk_hex_notes_get_n (notes, FK_HEX_NOTE_SECTOR);

  for (guint i = 0; i < fk_image_get_n_segments (image); i++)
    {
      FkSegment segment = fk_image_get_segment (image, i);

      if (i == 0)
        add_vectors (notes, segment, 0);
      for (guint k = 0; k < n_sectors; k++)
        {
          guint32 start = (guint32)fk_hex_notes_get (notes, FK_HEX_NOTE_SECTOR, k)->start;

          if (fk_range_has (segment.range, start) && (i > 0 || start != segment.range.address))
            add_vectors (notes, segment, start - segment.range.address);
        }
    }
}

/**
 * fk_bytes_notes_fill:
 * @image: (nullable): in which vector tables are looked for
 * @chip: (nullable): whose sectors are named
 */
void
fk_bytes_notes_fill (FkHexNotes *notes, FkImage *image, FkChip *chip)
{
  fk_hex_notes_freeze (notes);
  fk_hex_notes_clear (notes, FK_HEX_NOTE_SECTOR);
  fk_hex_notes_clear (notes, FK_HEX_NOTE_VECTOR);
  if (chip != NULL)
    add_sectors (notes, chip);
  if (image != NULL)
    find_programs (notes, image);
  fk_hex_notes_thaw (notes);
}

static const char *
get_region_name (const FkRegion *region)
{
  switch (region->kind)
    {
    case FK_REGION_FLASH:
      return _ ("Flash");
    case FK_REGION_OPTION_BYTES:
      return _ ("Option Bytes");
    case FK_REGION_OTP:
      return _ ("One-Time Programmable");
    case FK_REGION_SYSTEM_MEMORY:
      return _ ("System memory");
    case FK_REGION_EEPROM:
      return _ ("EEPROM");
    case FK_REGION_UID:
      return _ ("Unique ID");
    case FK_REGION_RAM:
      return g_str_equal (region->name, "ccm") ? _ ("Core-coupled memory") : _ ("RAM");
    default:
      return region->name;
    }
}

/**
 * fk_bytes_notes_make_regions:
 *
 * Returns: (transfer full): what is where in @chip
 */
FkHexRegions *
fk_bytes_notes_make_regions (FkChip *chip)
{
  FkHexRegions *regions = fk_hex_regions_new ();
  guint n;
  const FkRegion *all = fk_chip_get_regions (chip, &n);

  /* The unique ID may lie inside the system memory: it is the better answer. */
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < n; i++)
      if ((all[i].kind == FK_REGION_UID) == (pass == 0))
        fk_hex_regions_add (regions, get_region_name (&all[i]), all[i].range.address,
                            all[i].range.size);
  return regions;
}

/**
 * fk_bytes_notes_add_places:
 *
 * One can go to each region of @chip by its name.
 */
void
fk_bytes_notes_add_places (FkHexPlaces *places, FkChip *chip)
{
  guint n;
  const FkRegion *regions = fk_chip_get_regions (chip, &n);

  for (guint i = 0; i < n; i++)
    fk_hex_places_add (places, get_region_name (&regions[i]), regions[i].range.address);
  fk_hex_places_add (places, _ ("Peripherals"), 0x40000000);
}
