/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One chip: a description, made concrete by the flash size that the chip itself told. */

#include "config.h"

#include "chip/fk-chip.h"

#include "chip/fk-chip-private.h"

#include <string.h>

struct _FkChip
{
  GObject parent_instance;

  FkChipDb *db; /* owns the description */
  const FkChipDesc *desc;
  guint32 flash_size;
  guint32 sold_size; /* more than flash_size where the flash ends earlier; RAM goes by it */
  char *name;
  guint32 protect_unit; /* sectors to a bit of write protection */
  guint32 protect_bank; /* first bit of the second bank */
  gboolean switched;    /* whether an option says that the flash is divided otherwise */
  GArray *sectors;      /* of FkSector, ascending */
  GArray *flash_parts;  /* of FkRange, ascending: sectors without a gap */
  GArray *regions;      /* of FkRegion */
  const GArray *areas;  /* of FkOptionArea; the description's */
};

G_DEFINE_FINAL_TYPE (FkChip, fk_chip, G_TYPE_OBJECT)

/* The letter in ST's part numbers, e.g. DS5319, "Ordering information scheme". */
static const struct
{
  guint32 kib;
  char code;
} size_codes[] = {
  { 8, '3' },    { 16, '4' },   { 32, '6' },   { 64, '8' },   { 128, 'B' }, { 192, 'Z' },
  { 256, 'C' },  { 320, 'C' },  { 384, 'D' },  { 512, 'E' },  { 640, 'Y' }, { 768, 'F' },
  { 1024, 'G' }, { 1536, 'H' }, { 2048, 'I' }, { 4096, 'J' },
};

static void
fk_chip_finalize (GObject *object)
{
  FkChip *self = FK_CHIP (object);

  g_free (self->name);
  g_array_unref (self->sectors);
  g_array_unref (self->flash_parts);
  g_array_unref (self->regions);
  g_object_unref (self->db);
  G_OBJECT_CLASS (fk_chip_parent_class)->finalize (object);
}

static void
fk_chip_class_init (FkChipClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_chip_finalize;
}

static void
fk_chip_init (FkChip *self)
{
  self->sectors = g_array_new (FALSE, FALSE, sizeof (FkSector));
  self->flash_parts = g_array_new (FALSE, FALSE, sizeof (FkRange));
  self->regions = g_array_new (FALSE, FALSE, sizeof (FkRegion));
}

static char *
make_name (const char *name, guint32 flash_size)
{
  for (guint i = 0; i < G_N_ELEMENTS (size_codes); i++)
    {
      if (size_codes[i].kib * 1024 == flash_size)
        return g_strdup_printf ("%s%c", name, size_codes[i].code);
    }
  return g_strdup (name);
}

static void
join_sectors (FkChip *self)
{
  for (guint i = 0; i < self->sectors->len; i++)
    {
      FkRange sector = g_array_index (self->sectors, FkSector, i).range;
      FkRange *last = self->flash_parts->len > 0
                          ? &g_array_index (self->flash_parts, FkRange, self->flash_parts->len - 1)
                          : NULL;

      if (last != NULL && fk_range_end (*last) == sector.address)
        last->size += sector.size;
      else
        g_array_append_val (self->flash_parts, sector);
    }
}

/* From the first sector to the last, and whatever lies between. */
static FkRange
get_flash_range (FkChip *self)
{
  FkRange last = g_array_index (self->flash_parts, FkRange, self->flash_parts->len - 1);
  guint32 base = self->desc->flash_base;

  return (FkRange){ base, (guint32)(fk_range_end (last) - base) };
}

static void
add_regions (FkChip *self)
{
  const FkChipDesc *desc = self->desc;
  guint32 ram_size = fk_chip_desc_get_ram_size (desc, desc->ram_sizes, self->sold_size);
  guint32 eeprom_size = fk_chip_desc_get_eeprom_size (desc, self->sold_size);
  const FkRegion all[] = {
    { "flash", FK_REGION_FLASH, get_flash_range (self) },
    { "option-bytes", FK_REGION_OPTION_BYTES, desc->option_bytes },
    { "otp", FK_REGION_OTP, desc->otp },
    { "eeprom", FK_REGION_EEPROM, { desc->eeprom_base, eeprom_size } },
    { "system-memory", FK_REGION_SYSTEM_MEMORY, desc->system_memory },
    { "uid", FK_REGION_UID, desc->uid },
    { "ram", FK_REGION_RAM, { desc->ram_base, ram_size } },
    { "ccm", FK_REGION_RAM, desc->ccm },
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      if (all[i].range.size > 0)
        g_array_append_val (self->regions, all[i]);
    }
}

/* @switched: whether the option field that changes the sector layout has the value that does. */
FkChip *
fk_chip_new (const FkChipDesc *desc, guint32 flash_size, gboolean switched, GError **error)
{
  g_autoptr (FkChip) self = g_object_new (FK_TYPE_CHIP, NULL);
  const FkChipLayout *layout = fk_chip_desc_pick_layout (desc, flash_size, switched);

  g_assert (desc->db != NULL);

  self->db = g_object_ref (desc->db);
  self->desc = desc;
  self->flash_size = self->sold_size = flash_size;
  self->switched = switched;
  self->name = make_name (desc->name, flash_size);
  self->protect_unit = layout->protect_unit != 0 ? layout->protect_unit : desc->protect_unit;
  self->protect_bank = layout->protect_bank != 0 ? layout->protect_bank : desc->protect_bank;
  self->areas = layout == &desc->switched_layout ? desc->switched_areas : desc->areas;
  if (!fk_chip_layout_build (layout, desc->flash_base, flash_size, self->sectors, error))
    {
      g_prefix_error (error, "%s (device ID 0x%03X): ", desc->line, desc->dev_id);
      return NULL;
    }
  join_sectors (self);
  add_regions (self);
  return g_steal_pointer (&self);
}

/**
 * fk_chip_get_name:
 *
 * Returns: ST's generic name with the code of the flash size: "STM32F40xxG"; letters and digits
 *   only, so it may stand in a file name.  A size that has no code adds nothing.
 */
const char *
fk_chip_get_name (FkChip *self)
{
  g_return_val_if_fail (FK_IS_CHIP (self), NULL);
  return self->name;
}

/**
 * fk_chip_get_line:
 *
 * Returns: as fk_chip_desc_get_line()
 */
const char *
fk_chip_get_line (FkChip *self)
{
  g_return_val_if_fail (FK_IS_CHIP (self), NULL);
  return self->desc->line;
}

/**
 * fk_chip_get_parts:
 *
 * Returns: the parts that it can be, in words: "STM32F405, F407, F415 and F417"
 */
const char *
fk_chip_get_parts (FkChip *self)
{
  g_return_val_if_fail (FK_IS_CHIP (self), NULL);
  return self->desc->parts;
}

/**
 * fk_chip_get_family:
 *
 * Returns: "STM32F4"
 */
const char *
fk_chip_get_family (FkChip *self)
{
  g_return_val_if_fail (FK_IS_CHIP (self), NULL);
  return self->desc->family;
}

/**
 * fk_chip_get_core:
 *
 * Returns: as fk_core_get_name(): "Cortex-M4"
 */
const char *
fk_chip_get_core (FkChip *self)
{
  g_return_val_if_fail (FK_IS_CHIP (self), NULL);
  return self->desc->core;
}

/**
 * fk_chip_get_driver:
 *
 * Returns: the flash generation: "stm32f1" (F0, F1, F3), "stm32f4" (F2, F4, F7), "stm32l4" (C0, G0,
 * G4, L4), "stm32u5" (U5), "stm32h7" and "stm32h7a" (H7), or "none" for one that cannot be written
 */
const char *
fk_chip_get_driver (FkChip *self)
{
  g_return_val_if_fail (FK_IS_CHIP (self), NULL);
  return self->desc->driver;
}

/**
 * fk_chip_get_manual:
 *
 * Returns: (nullable): the reference manual: "RM0090"; %NULL where none was opened
 */
const char *
fk_chip_get_manual (FkChip *self)
{
  g_return_val_if_fail (FK_IS_CHIP (self), NULL);
  return self->desc->manual;
}

guint16
fk_chip_get_dev_id (FkChip *self)
{
  g_return_val_if_fail (FK_IS_CHIP (self), 0);
  return (guint16)self->desc->dev_id;
}

/**
 * fk_chip_get_flash_size:
 *
 * Returns: bytes, without what may be between two banks
 */
guint32
fk_chip_get_flash_size (FkChip *self)
{
  g_return_val_if_fail (FK_IS_CHIP (self), 0);
  return self->flash_size;
}

/**
 * fk_chip_get_flash_parts:
 * @n_parts: (out): their number: 1, or 2 where the second bank does not begin where the first one
 *   ends, so that nothing answers between them: STM32H7 with 1 MiB in two banks (RM0433, 4.3.4),
 *   STM32L1 with 384 KiB and the device ID 0x437, STM32G47x with less than 512 KiB
 *
 * Returns: (array length=n_parts): where there is flash, ascending
 */
const FkRange *
fk_chip_get_flash_parts (FkChip *self, guint *n_parts)
{
  g_return_val_if_fail (FK_IS_CHIP (self), NULL);
  g_return_val_if_fail (n_parts != NULL, NULL);

  *n_parts = self->flash_parts->len;
  return (const FkRange *)(gpointer)self->flash_parts->data;
}

/**
 * fk_chip_has_flash:
 *
 * Returns: whether each byte of @range is one of the flash
 */
gboolean
fk_chip_has_flash (FkChip *self, FkRange range)
{
  g_return_val_if_fail (FK_IS_CHIP (self), FALSE);

  for (guint i = 0; i < self->flash_parts->len; i++)
    if (fk_range_covers (g_array_index (self->flash_parts, FkRange, i), range))
      return TRUE;
  return FALSE;
}

/**
 * fk_chip_may_have_gap:
 *
 * Returns: whether a flash of another size, or one that is divided otherwise, may be in two parts
 */
gboolean
fk_chip_may_have_gap (FkChip *self)
{
  g_return_val_if_fail (FK_IS_CHIP (self), FALSE);

  return self->desc->layout.bank_distance != 0 || self->desc->large_layout.bank_distance != 0 ||
         self->desc->switched_layout.bank_distance != 0;
}

/**
 * fk_chip_find_flash_end:
 * @size: bytes
 *
 * Returns: the address behind the last sector of a flash of @size on a chip of this kind whose
 *   options divide it as this one's do
 */
guint64
fk_chip_find_flash_end (FkChip *self, guint32 size)
{
  g_return_val_if_fail (FK_IS_CHIP (self), 0);

  return fk_chip_layout_find_end (fk_chip_desc_pick_layout (self->desc, size, self->switched),
                                  self->desc->flash_base, size);
}

/**
 * fk_chip_get_ram_max:
 *
 * Returns: bytes of RAM, from the start of the region "ram" on, that the largest part with this
 *   device ID and flash size has: an F103C8 has 20 KiB, but an F101C8, which tells the same ID,
 *   only the 10 KiB that the region names
 */
guint32
fk_chip_get_ram_max (FkChip *self)
{
  const FkChipDesc *desc;

  g_return_val_if_fail (FK_IS_CHIP (self), 0);

  desc = self->desc;
  return fk_chip_desc_get_ram_size (desc, desc->ram_max->len > 0 ? desc->ram_max : desc->ram_sizes,
                                    self->sold_size);
}

/**
 * fk_chip_get_erased_value:
 *
 * Returns: what an erased byte reads as
 */
guint8
fk_chip_get_erased_value (FkChip *self)
{
  g_return_val_if_fail (FK_IS_CHIP (self), 0);
  return (guint8)self->desc->erased_value;
}

/**
 * fk_chip_get_sectors:
 * @n_sectors: (out): their number, at least 1
 *
 * Returns: (array length=n_sectors): all sectors of the flash, ascending; without gaps but for one
 *   that may be between two banks
 */
const FkSector *
fk_chip_get_sectors (FkChip *self, guint *n_sectors)
{
  g_return_val_if_fail (FK_IS_CHIP (self), NULL);
  g_return_val_if_fail (n_sectors != NULL, NULL);

  *n_sectors = self->sectors->len;
  return (const FkSector *)(gpointer)self->sectors->data;
}

/**
 * fk_chip_find_sector:
 *
 * Returns: (nullable): the sector that @address lies in
 */
const FkSector *
fk_chip_find_sector (FkChip *self, guint32 address)
{
  guint low = 0;
  guint high;

  g_return_val_if_fail (FK_IS_CHIP (self), NULL);

  high = self->sectors->len;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const FkSector *sector = &g_array_index (self->sectors, FkSector, middle);

      if (fk_range_has (sector->range, address))
        return sector;
      if (address < sector->range.address)
        high = middle;
      else
        low = middle + 1;
    }
  return NULL;
}

/**
 * fk_chip_get_regions:
 * @n_regions: (out): their number
 *
 * Returns: (array length=n_regions): flash first
 */
const FkRegion *
fk_chip_get_regions (FkChip *self, guint *n_regions)
{
  g_return_val_if_fail (FK_IS_CHIP (self), NULL);
  g_return_val_if_fail (n_regions != NULL, NULL);

  *n_regions = self->regions->len;
  return (const FkRegion *)(gpointer)self->regions->data;
}

/**
 * fk_chip_find_region:
 *
 * Returns: (nullable): the region of this name; never %NULL for "flash", "option-bytes",
 *   "system-memory", "uid" and "ram"
 */
const FkRegion *
fk_chip_find_region (FkChip *self, const char *name)
{
  g_return_val_if_fail (FK_IS_CHIP (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < self->regions->len; i++)
    {
      const FkRegion *region = &g_array_index (self->regions, FkRegion, i);

      if (g_str_equal (region->name, name))
        return region;
    }
  return NULL;
}

/**
 * fk_chip_find_region_at:
 *
 * Returns: (nullable): the region that @address lies in; where "uid" lies inside "system-memory",
 *   the smaller one; %NULL in a gap of the flash
 */
const FkRegion *
fk_chip_find_region_at (FkChip *self, guint32 address)
{
  const FkRegion *found = NULL;

  g_return_val_if_fail (FK_IS_CHIP (self), NULL);

  for (guint i = 0; i < self->regions->len; i++)
    {
      const FkRegion *region = &g_array_index (self->regions, FkRegion, i);

      if (!fk_range_has (region->range, address) ||
          (region->kind == FK_REGION_FLASH && !fk_chip_has_flash (self, (FkRange){ address, 1 })))
        continue;
      if (found == NULL || region->range.size < found->range.size)
        found = region;
    }
  return found;
}

/**
 * fk_chip_get_option_fields:
 * @n_fields: (out): their number
 *
 * Bits of the option-bytes region that no field names are reserved: they are kept as they are.
 *
 * Returns: (array length=n_fields): "RDP" first, write protection last
 */
const FkOptionField *
fk_chip_get_option_fields (FkChip *self, guint *n_fields)
{
  g_return_val_if_fail (FK_IS_CHIP (self), NULL);
  g_return_val_if_fail (n_fields != NULL, NULL);

  *n_fields = self->desc->fields->len;
  return (const FkOptionField *)(gpointer)self->desc->fields->data;
}

/**
 * fk_chip_find_option_field:
 *
 * Returns: (nullable): the field of this name, exactly as the manual writes it
 */
const FkOptionField *
fk_chip_find_option_field (FkChip *self, const char *name)
{
  g_return_val_if_fail (FK_IS_CHIP (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  return fk_chip_desc_find_field (self->desc, name);
}

/* Index of the protection bit, counted over all protecting fields. */
static guint
get_protection_bit (FkChip *self, const FkSector *sector)
{
  const FkSector *all = (const FkSector *)(gpointer)self->sectors->data;
  guint index = (guint)(sector - all);
  guint first = 0;

  if (sector->bank == 0 || self->protect_bank == 0)
    return index / self->protect_unit;
  while (all[first].bank != sector->bank)
    first++;
  return self->protect_bank * sector->bank + (index - first) / self->protect_unit;
}

/**
 * fk_chip_find_write_protection:
 * @sector: one of this chip's own
 * @bit: (out): the bit of the field, 0 the lowest
 *
 * A bit guards one sector on F2/F4, two or four pages elsewhere, and the last bit all that is left:
 * pages 62 to 255 of an F103 with 512 KiB (PM0075, 2.4), sectors 14 and 15 of an F413.  The sector
 * is protected while that bit is 0, or, on L0 and L1, 1 (on parts with SPRMOD: while SPRMOD is 0
 * too).
 *
 * Returns: (nullable): the field that says whether @sector may be erased and programmed
 */
const FkOptionField *
fk_chip_find_write_protection (FkChip *self, const FkSector *sector, guint *bit)
{
  const FkOptionField *last = NULL;
  guint left;

  g_return_val_if_fail (FK_IS_CHIP (self), NULL);
  g_return_val_if_fail (sector >= &g_array_index (self->sectors, FkSector, 0) &&
                            sector < &g_array_index (self->sectors, FkSector, self->sectors->len),
                        NULL);
  g_return_val_if_fail (bit != NULL, NULL);

  if (self->protect_unit == 0)
    return NULL; /* areas protect, not bits */
  left = get_protection_bit (self, sector);
  for (guint i = 0; i < self->desc->fields->len; i++)
    {
      const FkOptionField *field = &g_array_index (self->desc->fields, FkOptionField, i);

      if (!field->write_protects)
        continue;
      if (left < field->width)
        {
          *bit = left;
          return field;
        }
      left -= field->width;
      last = field;
    }
  if (last != NULL)
    *bit = last->width - 1u;
  return last;
}

/**
 * fk_chip_find_hiding_field:
 * @index: counted from 0; below %FK_CHIP_MAX_HIDING
 *
 * Some of the flash may be run but not read while SPRMOD (F4, L1), WPRMOD (L0) or any bit of PCROP
 * (F72x) is 1; while TZEN is on what is secure cannot be read (RM0438, Embedded Flash memory); and
 * sectors that EDATA1_EN and EDATA2_EN (H5) make data flash of are elsewhere (RM0481, 7).
 *
 * Returns: (nullable): the @index-th option field that is not what it was in the factory where the
 *   flash does not answer all that it holds; %NULL where there is none, or areas say it
 */
const FkOptionField *
fk_chip_find_hiding_field (FkChip *self, guint index)
{
  static const char *const names[] = {
    "SPRMOD", "WPRMOD", "PCROP", "TZEN", "EDATA1_EN", "EDATA2_EN"
  };

  g_return_val_if_fail (FK_IS_CHIP (self), NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const FkOptionField *field = fk_chip_desc_find_field (self->desc, names[i]);

      if (field != NULL && index-- == 0)
        return field;
    }
  return NULL;
}

/**
 * fk_chip_get_option_areas:
 * @n_areas: (out): their number; 0 where bits of the options protect the flash
 *
 * Returns: (array length=n_areas) (nullable): the areas whose ends are option fields, as they are
 *   while the flash is divided as it is in this chip
 */
const FkOptionArea *
fk_chip_get_option_areas (FkChip *self, guint *n_areas)
{
  g_return_val_if_fail (FK_IS_CHIP (self), NULL);
  g_return_val_if_fail (n_areas != NULL, NULL);

  *n_areas = self->areas->len;
  return (const FkOptionArea *)(gpointer)self->areas->data;
}

/**
 * fk_chip_find_option_area:
 * @field: of this chip
 *
 * Returns: (nullable): the area that @field is an end of
 */
const FkOptionArea *
fk_chip_find_option_area (FkChip *self, const FkOptionField *field)
{
  g_return_val_if_fail (FK_IS_CHIP (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  for (guint i = 0; i < self->areas->len; i++)
    {
      const FkOptionArea *area = &g_array_index (self->areas, FkOptionArea, i);

      if (area->first == field || area->last == field)
        return area;
    }
  return NULL;
}

/**
 * fk_chip_get_layout_field:
 *
 * Returns: (nullable): the option field that changes the sectors at this flash size: DB1M of an
 *   F42x/43x with 1 MiB (RM0090, 3.4), nDBANK of an F76x/77x.  Whoever identifies a chip reads it
 * and calls fk_chip_with_layout_field().
 */
const FkOptionField *
fk_chip_get_layout_field (FkChip *self)
{
  g_return_val_if_fail (FK_IS_CHIP (self), NULL);

  if (!fk_chip_desc_is_switchable (self->desc, self->flash_size))
    return NULL;
  return fk_chip_desc_find_field (self->desc, self->desc->switch_field);
}

/**
 * fk_chip_with_layout_field:
 * @value: of the layout field, already shifted down
 *
 * Returns: (transfer full): the same chip with the sectors that it has while the field is @value
 */
FkChip *
fk_chip_with_layout_field (FkChip *self, guint32 value)
{
  g_autoptr (GError) error = NULL;
  FkChip *chip;

  g_return_val_if_fail (FK_IS_CHIP (self), NULL);

  if (fk_chip_get_layout_field (self) == NULL)
    return g_object_ref (self);
  chip = fk_chip_new (self->desc, self->flash_size, value == self->desc->switch_value, &error);
  /* Both layouts of this size were built when the descriptions were loaded. */
  g_assert_no_error (error);
  return chip;
}

/**
 * fk_chip_with_flash_end:
 * @size: bytes; at least the first sector, and at most the whole flash
 *
 * Returns: (transfer full): a chip of the same name whose flash ends there, or where the last
 * sector does that ends before it: for one that has more, which cannot be had
 */
FkChip *
fk_chip_with_flash_end (FkChip *self, guint32 size)
{
  g_autoptr (FkChip) chip = NULL;
  guint n = 0;

  g_return_val_if_fail (FK_IS_CHIP (self), NULL);
  g_return_val_if_fail (size <= self->flash_size, NULL);
  g_return_val_if_fail (size >= g_array_index (self->sectors, FkSector, 0).range.size, NULL);

  chip = g_object_new (FK_TYPE_CHIP, NULL);
  chip->db = g_object_ref (self->db);
  chip->desc = self->desc;
  chip->sold_size = self->sold_size;
  chip->switched = self->switched;
  chip->name = g_strdup (self->name);
  chip->protect_unit = self->protect_unit;
  chip->protect_bank = self->protect_bank;
  chip->areas = self->areas;
  while (n < self->sectors->len &&
         fk_range_end (g_array_index (self->sectors, FkSector, n).range) - self->desc->flash_base <=
             size)
    n++;
  g_array_append_vals (chip->sectors, self->sectors->data, n);
  chip->flash_size = (guint32)(fk_range_end (g_array_index (self->sectors, FkSector, n - 1).range) -
                               self->desc->flash_base);
  join_sectors (chip);
  add_regions (chip);
  return g_steal_pointer (&chip);
}

/**
 * fk_chip_get_register:
 * @name: "flash": FLASH_ACR, the base of the flash controller; "flash2": the base that makes the
 *   same offsets reach the second bank's KEYR, SR, CR and AR (F1 XL density); "rcc": RCC_CR, whose
 *   bits 0 and 1 are HSION and HSIRDY; "dbgmcu": DBGMCU_IDCODE, DBGMCU_CR follows at + 4;
 *   "watchdog": IWDG_KR, where 0xAAAA keeps the independent watchdog from biting;
 *   "window-watchdog": WWDG_CR, whose bit 7 says that it runs; "debug-clock": the register that
 *   clocks DBGMCU's control registers where they have a clock (see the number of the same name);
 *   "watchdog-freeze": the register that stops the watchdogs while the core is halted (see the
 *   number of the same name); "crc": CRC_DR, the first register of the CRC unit; "crc-clock": the
 *   register that clocks it (see the number of the same name); "dma": DMA_ISR,
 *   the first register of the DMA controller whose channels are any memory's, and which the same
 *   register clocks (see the number "dma-clock"); "option-memory", "option-memory2": where F2/F4
 *   keep the option bytes that their registers show; "secure-flash": FLASH_SFR, which says where
 * the flash of the second core begins (WB, WL5x; see the numbers of that name)
 *
 * Returns: an address, or 0 where the chip has no such thing
 */
guint32
fk_chip_get_register (FkChip *self, const char *name)
{
  const FkChipNumber *number;

  g_return_val_if_fail (FK_IS_CHIP (self), 0);
  g_return_val_if_fail (name != NULL, 0);

  number = fk_chip_number_find (self->desc->registers, name);
  return number != NULL ? number->value : 0;
}

/**
 * fk_chip_get_number:
 * @key: "watchdog-freeze", "crc-clock", "debug-clock": the bits to set in the register of that
 *   name, for both watchdogs, for the CRC unit, for DBGMCU; "crc-reverses": 1 where CRC_CR has
 * REV_IN and REV_OUT; "dma-clock": the bits of "crc-clock" that clock the DMA controller;
 * "dma-channels": how many it has; "rdp-none": the value of RDP that protects nothing;
 * "rdp-permanent": the one that locks for ever (none on F1); "product-state": 1 where it is a state
 * that is never changed here; "rdp-read": the one that protects from
 * being read, where it is not 0x55; "cache-reset": the bits of FLASH_ACR
 * that empty the flash's caches, where they are not those of F2 and F4; "obl-launch": the bit of
 * FLASH_CR that loads the option bytes anew and resets the chip (RM0091, 3.5.5; F1 has none and
 * loads them at a system reset); "secure-flash-on": the bit in the register of RDP while which
 * is set, and "secure-flash-off": the bit of "secure-flash" while which is not, the second core has
 * the flash from the unit on that the bits "secure-flash-start" of "secure-flash" count,
 * "secure-flash-unit": in bytes.  Of L4 and its like: "flash-busy": the bits of FLASH_SR that are
 * set while the controller works, where BSY is not the only one; "flash-empty": the bit of
 * FLASH_ACR that starts the bootloader because the flash was blank; "second-bank": the bit of
 * FLASH_CR that says that a page is in the second bank; "mass-erase": the bits of FLASH_CR for all
 * banks, where MER1 is not the only one; "banks-in-order": the bit of FLASH_OPTR that is 0 while
 * the banks are exchanged; "banks-exchanged": the bit of it that is 1 while they may be;
 * "banks-divided": the bits of it that are 1 while there are two banks, where it is not known well
 * enough what one of them all would mean; "banks-certain": likewise, where that is known of one
 * bank; "program-empty": the bit of FLASH_SR that does what "flash-empty" does, and changes when a
 * 1 is written; "owner-key": the bit of it that is 1 while level 1 can only be left with a key
 *
 * Returns: the number, or @fallback where the descriptions have none
 */
guint
fk_chip_get_number (FkChip *self, const char *key, guint fallback)
{
  const FkChipNumber *number;

  g_return_val_if_fail (FK_IS_CHIP (self), fallback);
  g_return_val_if_fail (key != NULL, fallback);

  number = fk_chip_number_find (self->desc->numbers, key);
  return number != NULL ? number->value : fallback;
}

static gboolean
get_time (const FkChipTime *time, guint width, guint *typical, guint *max)
{
  guint index = width >= 32 ? 2 : width >= 16 ? 1 : 0;

  if (time->n_widths == 1)
    index = 0;
  if (typical != NULL)
    *typical = time->typical[index];
  if (max != NULL)
    *max = time->max[index];
  return TRUE;
}

/**
 * fk_chip_get_erase_time:
 * @sector_size: bytes
 * @width: bits that are programmed at once: 8, 16 or 32; 0 for the slowest.  F0/F1/F3 do not care.
 * @typical_ms: (out) (optional): milliseconds
 * @max_ms: (out) (optional): the data sheet's maximum; wait at least twice as long, clones and old
 *   cells are slower
 *
 * Returns: %FALSE if the chip has no sectors of @sector_size
 */
gboolean
fk_chip_get_erase_time (
    FkChip *self, guint32 sector_size, guint width, guint *typical_ms, guint *max_ms)
{
  g_return_val_if_fail (FK_IS_CHIP (self), FALSE);

  for (guint i = 0; i < self->desc->erase_times->len; i++)
    {
      const FkChipTime *time = &g_array_index (self->desc->erase_times, FkChipTime, i);

      if (time->sector_size == sector_size)
        return get_time (time, width, typical_ms, max_ms);
    }
  return FALSE;
}

/**
 * fk_chip_get_mass_erase_time:
 *
 * As fk_chip_get_erase_time(), for the whole flash of the largest part (both banks, one after the
 * other, where there are two).
 *
 * Returns: %FALSE if nothing erases the whole flash at once, or nobody knows how long it takes
 */
gboolean
fk_chip_get_mass_erase_time (FkChip *self, guint width, guint *typical_ms, guint *max_ms)
{
  g_return_val_if_fail (FK_IS_CHIP (self), FALSE);
  return self->desc->mass_erase_time.n_widths > 0 &&
         get_time (&self->desc->mass_erase_time, width, typical_ms, max_ms);
}

/**
 * fk_chip_get_program_time:
 * @typical_us: (out) (optional): microseconds for one programming step: a half-word on F0/F1/F3,
 *   @width bits on F2/F4
 */
gboolean
fk_chip_get_program_time (FkChip *self, guint width, guint *typical_us, guint *max_us)
{
  g_return_val_if_fail (FK_IS_CHIP (self), FALSE);
  return get_time (&self->desc->program_time, width, typical_us, max_us);
}
