/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which parts of the flash the option bytes protect.  Older families have a bit for some sectors
 * (nWRP; RM0090, 3.9.10; PM0075, 2.5), newer ones have areas with a first and a last unit (WRP1AR;
 * RM0444, Embedded flash memory): whoever asks here need not know which. */

#include "config.h"

#include "flash/fk-option-protection.h"

#include "flash/fk-option-bytes-private.h"

static guint32
get_mask (const FkOptionField *field)
{
  return field->width < 32 ? (1u << field->width) - 1 : G_MAXUINT32;
}

/**
 * fk_option_field_get_unprotecting:
 * @field: whose bits protect sectors
 *
 * Returns: its value while none of them does
 */
guint32
fk_option_field_get_unprotecting (const FkOptionField *field)
{
  g_return_val_if_fail (field != NULL, 0);

  return field->set_protects ? 0 : get_mask (field);
}

/**
 * fk_option_field_bit_protects:
 * @field: whose bits protect sectors
 *
 * Returns: whether @bit does so while @field is @value: on F0 to F7 it is 0 then (PM0075, 2.4;
 *   RM0090, 3.9.10), on L0 and L1 it is 1 (RM0038, 3 Flash program memory and data EEPROM)
 */
gboolean
fk_option_field_bit_protects (const FkOptionField *field, guint32 value, guint bit)
{
  g_return_val_if_fail (field != NULL, FALSE);

  return ((value ^ fk_option_field_get_unprotecting (field)) >> bit & 1) != 0;
}

/* Whether bits protect against being read, too: there they do it while they are what elsewhere does
 * not protect against being written (RM0090, 3.7.5; RM0367, 3.4.4). */
static gboolean
bits_hide_code (FkOptionBytes *self)
{
  const FkOptionField *mode = fk_chip_find_option_field (fk_option_bytes_get_chip (self), "SPRMOD");

  return mode != NULL && fk_option_bytes_read_field (self, mode) != 0;
}

static void
add_bits (FkOptionBytes *self, GArray *found)
{
  FkChip *chip = fk_option_bytes_get_chip (self);
  gboolean hide = bits_hide_code (self);
  guint n_sectors;
  const FkSector *sectors = fk_chip_get_sectors (chip, &n_sectors);
  FkProtectedRange *last = NULL;

  for (guint i = 0; i < n_sectors; i++)
    {
      FkProtectedRange one = { .range = sectors[i].range,
                               .kind = hide ? FK_AREA_CODE : FK_AREA_WRITE };

      one.field = fk_chip_find_write_protection (chip, &sectors[i], &one.bit);
      if (one.field == NULL ||
          fk_option_field_bit_protects (one.field, fk_option_bytes_read_field (self, one.field),
                                        one.bit) == hide)
        continue;
      if (last != NULL && last->field == one.field && last->bit == one.bit &&
          fk_range_end (last->range) == one.range.address)
        {
          last->range.size += one.range.size;
          continue;
        }
      g_array_append_val (found, one);
      last = &g_array_index (found, FkProtectedRange, found->len - 1);
    }
}

/**
 * fk_option_area_find_bank:
 * @chip: that has @area
 * @range: (out): the bank whose start the units of @area are counted from
 *
 * Returns: whether the flash has that bank as it is divided now
 */
gboolean
fk_option_area_find_bank (const FkOptionArea *area, FkChip *chip, FkRange *range)
{
  const FkSector *sectors;
  guint n_sectors;

  g_return_val_if_fail (area != NULL, FALSE);
  g_return_val_if_fail (FK_IS_CHIP (chip), FALSE);
  g_return_val_if_fail (range != NULL, FALSE);

  sectors = fk_chip_get_sectors (chip, &n_sectors);
  *range = (FkRange){ 0 };
  for (guint i = 0; i < n_sectors; i++)
    {
      if (sectors[i].bank != area->bank)
        continue;
      if (range->size == 0)
        range->address = sectors[i].range.address;
      range->size += sectors[i].range.size;
    }
  return range->size != 0;
}

/**
 * fk_option_bytes_get_area:
 * @area: of the chip
 * @range: (out): the part of the flash that it is now, which ends where its bank ends
 *
 * Returns: whether it is any: its first unit is not after its last one, and is in the flash
 */
gboolean
fk_option_bytes_get_area (FkOptionBytes *self, const FkOptionArea *area, FkRange *range)
{
  guint32 first, last;
  guint64 start, end;
  FkRange bank;

  g_return_val_if_fail (FK_IS_OPTION_BYTES (self), FALSE);
  g_return_val_if_fail (area != NULL, FALSE);
  g_return_val_if_fail (range != NULL, FALSE);

  first = fk_option_bytes_read_field (self, area->first);
  last = fk_option_bytes_read_field (self, area->last);
  if (first > last || !fk_option_area_find_bank (area, fk_option_bytes_get_chip (self), &bank))
    return FALSE;
  start = (guint64)first * area->unit;
  end = MIN (((guint64)last + 1) * area->unit, bank.size);
  if (start >= end)
    return FALSE;
  *range = (FkRange){ bank.address + (guint32)start, (guint32)(end - start) };
  return TRUE;
}

/**
 * fk_option_bytes_list_protected:
 *
 * What these bytes ask for; what is in force is what the chip loaded at its last reset.
 *
 * Returns: (transfer full) (element-type FkProtectedRange): every part of the flash that is
 *   protected, by bits in the order of addresses and then by areas; two areas may overlap
 */
GArray *
fk_option_bytes_list_protected (FkOptionBytes *self)
{
  GArray *found;
  const FkOptionArea *areas;
  guint n_areas;

  g_return_val_if_fail (FK_IS_OPTION_BYTES (self), NULL);

  found = g_array_new (FALSE, FALSE, sizeof (FkProtectedRange));
  add_bits (self, found);
  areas = fk_chip_get_option_areas (fk_option_bytes_get_chip (self), &n_areas);
  for (guint i = 0; i < n_areas; i++)
    {
      FkProtectedRange one = { .kind = areas[i].kind, .field = areas[i].first, .area = &areas[i] };

      if (fk_option_bytes_get_area (self, &areas[i], &one.range))
        g_array_append_val (found, one);
    }
  return found;
}

static gboolean
lift_bits (FkOptionBytes *self, FkOptionBytes *before, const FkOptionField *field)
{
  guint32 old_value = fk_option_bytes_read_field (before, field);
  guint32 new_value = fk_option_bytes_read_field (self, field);
  guint32 none, protects_old, protects_new;

  if (!field->write_protects || old_value == new_value)
    return FALSE;
  none = fk_option_field_get_unprotecting (field);
  protects_old = old_value ^ none;
  protects_new = new_value ^ none;
  fk_option_bytes_set (self, field->name, (protects_old & protects_new) ^ none, NULL);
  return (protects_old & ~protects_new) != 0;
}

/* Both ends are numbers of units, so what two areas share is from the larger first one to the
 * smaller last one, and where they share nothing that is an empty area again. */
static gboolean
lift_area (FkOptionBytes *self, FkOptionBytes *before, const FkOptionArea *area)
{
  guint32 old_first = fk_option_bytes_read_field (before, area->first);
  guint32 old_last = fk_option_bytes_read_field (before, area->last);
  guint32 first = fk_option_bytes_read_field (self, area->first);
  guint32 last = fk_option_bytes_read_field (self, area->last);
  gboolean was_any = old_first <= old_last;

  if (area->kind != FK_AREA_WRITE)
    return FALSE;
  if (first > last)
    return was_any;
  if (!was_any)
    {
      fk_option_bytes_set (self, area->first->name, old_first, NULL);
      fk_option_bytes_set (self, area->last->name, old_last, NULL);
      return FALSE;
    }
  fk_option_bytes_set (self, area->first->name, MAX (first, old_first), NULL);
  fk_option_bytes_set (self, area->last->name, MIN (last, old_last), NULL);
  return first > old_first || last < old_last;
}

/**
 * fk_option_bytes_lift_protection:
 * @before: what the chip has
 *
 * Leaves only the write protection that @before has, too, so that whatever is not protected both
 * before and after can be written in between.  Guarded options stay.
 *
 * Returns: whether @before write-protects something that these bytes did not
 */
gboolean
fk_option_bytes_lift_protection (FkOptionBytes *self, FkOptionBytes *before)
{
  const FkOptionField *fields;
  const FkOptionArea *areas;
  guint n_fields, n_areas;
  gboolean lifts = FALSE;

  g_return_val_if_fail (FK_IS_OPTION_BYTES (self), FALSE);
  g_return_val_if_fail (FK_IS_OPTION_BYTES (before), FALSE);

  fields = fk_chip_get_option_fields (fk_option_bytes_get_chip (self), &n_fields);
  for (guint i = 0; i < n_fields; i++)
    lifts |= lift_bits (self, before, &fields[i]);
  areas = fk_chip_get_option_areas (fk_option_bytes_get_chip (self), &n_areas);
  for (guint i = 0; i < n_areas; i++)
    lifts |= lift_area (self, before, &areas[i]);
  return lifts;
}
