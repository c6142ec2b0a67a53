/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether the facts of one description agree with one another.  A wrong fact here erases the wrong
 * sector there, so a description that contradicts itself is refused as a whole. */

#include "config.h"

#include "chip/fk-chip-private.h"

#include "base/fk-error.h"

#include <string.h>

/* More than any family's option registers take. */
#define MAX_OPTION_BYTES 512

/* What fk_chip_get_register() and fk_chip_get_number() are asked for. */
static const char *const known_registers[] = { "flash",
                                               "flash2",
                                               "rcc",
                                               "dbgmcu",
                                               "watchdog",
                                               "window-watchdog",
                                               "watchdog-freeze",
                                               "crc",
                                               "crc-clock",
                                               "option-memory",
                                               "option-memory2",
                                               "dma",
                                               "debug-clock",
                                               "secure-flash",
                                               "cache",
                                               NULL };
static const char *const known_numbers[] = {
  "watchdog-freeze",    "crc-clock",         "crc-reverses",
  "rdp-none",           "rdp-permanent",     "obl-launch",
  "cache-reset",        "dma-clock",         "dma-channels",
  "debug-clock",        "secure-flash-on",   "secure-flash-off",
  "secure-flash-start", "secure-flash-unit", "flash-busy",
  "flash-empty",        "second-bank",       "mass-erase",
  "banks-in-order",     "banks-divided",     "banks-exchanged",
  "rdp-read",           "banks-certain",     "program-empty",
  "product-state",      "owner-key",         NULL
};

static gboolean
fail (const FkChipDesc *self, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail (const FkChipDesc *self, GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "%s: [%s] %s", self->file, self->group, message);
  return FALSE;
}

static gboolean
check_name (const FkChipDesc *self, GError **error)
{
  if (self->dev_id == 0)
    return fail (self, error, "device ID: 0 is what a chip says that does not answer");
  for (const char *c = self->name; *c != '\0'; c++)
    {
      if (!g_ascii_isalnum (*c))
        return fail (self, error, "Name: \"%s\" has more than letters and digits", self->name);
    }
  if (!g_str_has_prefix (self->name, self->family))
    return fail (self, error, "Name: \"%s\" is not of the family %s", self->name, self->family);
  return TRUE;
}

/* What the size register stands for must be sold, or it is no size to anybody. */
static gboolean
check_size_codes (const FkChipDesc *self, GError **error)
{
  for (guint i = 0; i < self->size_codes->len; i++)
    {
      guint32 size = g_array_index (self->size_codes, guint32, i);
      gboolean sold = FALSE;

      for (guint k = 0; k < self->flash_sizes->len; k++)
        sold = sold || g_array_index (self->flash_sizes, guint32, k) == size;
      if (!sold)
        return fail (self, error, "SizeCodes: 0x%x is not one of FlashSizes", size);
    }
  return TRUE;
}

static gboolean
check_sizes (const FkChipDesc *self, GError **error)
{
  for (guint i = 0; i < self->flash_sizes->len; i++)
    {
      guint32 size = g_array_index (self->flash_sizes, guint32, i);

      if (size == 0 || (i > 0 && size <= g_array_index (self->flash_sizes, guint32, i - 1)))
        return fail (self, error, "FlashSizes: not ascending");
    }
  if (self->ram_sizes->len != 1 && self->ram_sizes->len != self->flash_sizes->len)
    return fail (self, error, "Ram: %u sizes for %u flash sizes", self->ram_sizes->len,
                 self->flash_sizes->len);
  if (self->ram_max->len > 1 && self->ram_max->len != self->flash_sizes->len)
    return fail (self, error, "RamMax: %u sizes for %u flash sizes", self->ram_max->len,
                 self->flash_sizes->len);
  for (guint i = 0; i < self->flash_sizes->len && self->ram_max->len > 0; i++)
    {
      guint32 size = g_array_index (self->flash_sizes, guint32, i);

      if (fk_chip_desc_get_ram_size (self, self->ram_max, size) <
          fk_chip_desc_get_ram_size (self, self->ram_sizes, size))
        return fail (self, error, "RamMax: less than Ram for a flash of 0x%x", size);
    }
  if (self->eeprom_sizes->len > 1 && self->eeprom_sizes->len != self->flash_sizes->len)
    return fail (self, error, "Eeprom: %u sizes for %u flash sizes", self->eeprom_sizes->len,
                 self->flash_sizes->len);
  if (self->erased_value != 0xff && self->erased_value != 0)
    return fail (self, error, "ErasedValue: 0x%x is neither 0xFF nor 0", self->erased_value);
  return TRUE;
}

/* Each sold size must give sectors that have an erase time, without overlap, and without a gap but
 * for one that is said to be between two banks. */
static gboolean
check_layout (const FkChipDesc *self,
              const FkChipLayout *layout,
              const char *key,
              guint32 size,
              GError **error)
{
  g_autoptr (GArray) sectors = g_array_new (FALSE, FALSE, sizeof (FkSector));
  g_autoptr (GError) local_error = NULL;
  guint64 next = self->flash_base;

  if (!fk_chip_layout_build (layout, self->flash_base, size, sectors, &local_error))
    return fail (self, error, "%s: %s", key, local_error->message);
  for (guint i = 0; i < sectors->len; i++)
    {
      const FkSector *sector = &g_array_index (sectors, FkSector, i);
      gboolean timed = FALSE;

      if (layout->bank_distance != 0 && i > 0 && sector->bank != sector[-1].bank)
        next = (guint64)self->flash_base + layout->bank_distance * sector->bank;
      if (sector->range.address != next)
        return fail (self, error, "%s: gap or overlap at 0x%08x", key, sector->range.address);
      next = fk_range_end (sector->range);
      /* Times may be unknown as a whole, of a chip that nothing writes. */
      timed = g_str_equal (self->driver, "none") && self->erase_times->len == 0;
      for (guint t = 0; t < self->erase_times->len; t++)
        timed |= g_array_index (self->erase_times, FkChipTime, t).sector_size == sector->range.size;
      if (!timed)
        return fail (self, error, "Timing: no erase time for sectors of 0x%x bytes",
                     sector->range.size);
    }
  if (next != fk_chip_layout_find_end (layout, self->flash_base, size))
    return fail (self, error, "%s: the sectors end at 0x%" G_GINT64_MODIFIER "x", key, next);
  return TRUE;
}

/* Every size at which the option divides the flash anew. */
static gboolean
check_switch (const FkChipDesc *self, GError **error)
{
  const FkOptionField *field = fk_chip_desc_find_field (self, self->switch_field);

  if (field == NULL)
    return fail (self, error, "SwitchLayout: there is no option %s", self->switch_field);
  if (self->switch_value >> field->width != 0)
    return fail (self, error, "SwitchLayout: %s cannot be 0x%x", field->name, self->switch_value);
  if (self->switch_size != 0 && !self->switch_up_to)
    return check_layout (self, &self->switched_layout, "SwitchLayout", self->switch_size, error);
  for (guint i = 0; i < self->flash_sizes->len; i++)
    {
      guint32 size = g_array_index (self->flash_sizes, guint32, i);

      if (fk_chip_desc_is_switchable (self, size) &&
          !check_layout (self, &self->switched_layout, "SwitchLayout", size, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_layouts (const FkChipDesc *self, GError **error)
{
  for (guint i = 0; i < self->flash_sizes->len; i++)
    {
      guint32 size = g_array_index (self->flash_sizes, guint32, i);
      const FkChipLayout *layout = fk_chip_desc_pick_layout (self, size, FALSE);

      if (!check_layout (self, layout, layout == &self->layout ? "Layout" : "LargeLayout", size,
                         error))
        return FALSE;
    }
  return self->switch_field == NULL || check_switch (self, error);
}

static gboolean
check_regions (const FkChipDesc *self, GError **error)
{
  guint32 flash_size = fk_chip_desc_get_max_flash_size (self);
  const GArray *ram = self->ram_max->len > 0 ? self->ram_max : self->ram_sizes;
  const struct
  {
    const char *name;
    FkRange range;
  } ranges[] = {
    { "FlashBase", { self->flash_base, flash_size } },
    { "OptionBytes", self->option_bytes },
    { "Otp", self->otp },
    { "Eeprom", { self->eeprom_base, fk_chip_desc_get_eeprom_size (self, flash_size) } },
    { "SystemMemory", self->system_memory },
    { "Uid", self->uid },
    { "Ram", { self->ram_base, fk_chip_desc_get_ram_size (self, ram, flash_size) } },
    { "Ccm", self->ccm },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      for (guint k = 0; k < i; k++)
        {
          if (ranges[i].range.size == 0 || ranges[k].range.size == 0 ||
              !fk_range_overlaps (ranges[i].range, ranges[k].range))
            continue;
          if (g_str_equal (ranges[i].name, "Uid") &&
              fk_range_covers (self->system_memory, self->uid))
            continue;
          return fail (self, error, "%s: overlaps %s at 0x%08x", ranges[i].name, ranges[k].name,
                       MAX (ranges[i].range.address, ranges[k].range.address));
        }
    }
  return TRUE;
}

/* What is said to a person must be whole: a sentence, and a meaning for each value or for none. */
static gboolean
check_meanings (const FkChipDesc *self, const FkOptionField *field, GError **error)
{
  if (!g_str_has_suffix (field->text, "."))
    return fail (self, error, "Options: the text of %s is not a sentence", field->name);
  if (field->n_values > 0 && field->otherwise == NULL && field->n_values != 1u << field->width)
    return fail (self, error, "Options: %s has values without a meaning", field->name);
  return TRUE;
}

/* @taken: a bit for each bit of the option region; those of @field are set */
static gboolean
check_field (const FkChipDesc *self, const FkOptionField *field, guint8 *taken, GError **error)
{
  guint32 bytes = (field->shift + field->width + 7) / 8;
  FkRange range = { field->address, bytes };

  if (!fk_range_covers (self->option_bytes, range))
    return fail (self, error, "Options: %s lies outside the option bytes", field->name);
  for (guint i = 0; i < field->width; i++)
    {
      guint bit = (field->address - self->option_bytes.address) * 8 + field->shift + i;
      guint8 mask = (guint8)(1u << bit % 8);

      if (taken[bit / 8] & mask)
        return fail (self, error, "Options: %s shares a bit with another field", field->name);
      taken[bit / 8] |= mask;
    }
  return TRUE;
}

/* Whether @field is an end of an area before the one at @index. */
static gboolean
is_end_before (const FkChipDesc *self, const FkOptionField *field, guint index)
{
  for (guint i = 0; i < index; i++)
    {
      const FkOptionArea *area = &g_array_index (self->areas, FkOptionArea, i);

      if (area->first == field || area->last == field)
        return TRUE;
    }
  return FALSE;
}

/* An end that can only be moved one way, or that hides what the flash holds, is not for everybody
 * to set; an end is not a bit that protects; and none serves two areas. */
static gboolean
check_area_ends (const FkChipDesc *self, guint index, GError **error)
{
  const FkOptionArea *area = &g_array_index (self->areas, FkOptionArea, index);
  const FkOptionField *const ends[] = { area->first, area->last };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      if (ends[i]->write_protects)
        return fail (self, error, "Area.%s: the bits of %s protect sectors", area->name,
                     ends[i]->name);
      if (area->kind != FK_AREA_WRITE && !ends[i]->guarded)
        return fail (self, error, "Area.%s: %s is not guarded", area->name, ends[i]->name);
      if (is_end_before (self, ends[i], index))
        return fail (self, error, "Area.%s: %s is an end of another area", area->name,
                     ends[i]->name);
    }
  if (area->first == area->last)
    return fail (self, error, "Area.%s: both ends are %s", area->name, area->first->name);
  return TRUE;
}

/* Returns: whether there is an area that protects from being written */
static gboolean
has_write_area (const FkChipDesc *self)
{
  for (guint i = 0; i < self->areas->len; i++)
    if (g_array_index (self->areas, FkOptionArea, i).kind == FK_AREA_WRITE)
      return TRUE;
  return FALSE;
}

static gboolean
check_area_unit (const FkChipDesc *self, const FkOptionArea *area, GError **error)
{
  for (guint i = 0; i < self->flash_sizes->len; i++)
    {
      guint32 size = g_array_index (self->flash_sizes, guint32, i);

      if (area->unit == 0 || size % area->unit != 0)
        return fail (self, error, "Area.%s: a flash of 0x%x bytes is not made of units of 0x%x",
                     area->name, size, area->unit);
    }
  return TRUE;
}

static gboolean
check_areas (const FkChipDesc *self, GError **error)
{
  for (guint i = 0; i < self->areas->len; i++)
    {
      const FkOptionArea *area = &g_array_index (self->areas, FkOptionArea, i);

      if (fk_chip_desc_find_field (self, area->name) != NULL)
        return fail (self, error, "Area.%s: an option has that name, too", area->name);
      if (!check_area_ends (self, i, error))
        return FALSE;
      if (!check_area_unit (self, area, error) ||
          !check_area_unit (self, &g_array_index (self->switched_areas, FkOptionArea, i), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_fields (const FkChipDesc *self, GError **error)
{
  guint8 taken[MAX_OPTION_BYTES] = { 0 };
  guint n_protecting = 0;

  if (self->option_bytes.size > MAX_OPTION_BYTES)
    return fail (self, error, "OptionBytes: more than %d bytes", MAX_OPTION_BYTES);
  for (guint i = 0; i < self->fields->len; i++)
    {
      const FkOptionField *field = &g_array_index (self->fields, FkOptionField, i);

      if (fk_chip_desc_find_field (self, field->name) != field)
        return fail (self, error, "Options: two fields are called %s", field->name);
      if (!check_meanings (self, field, error) || !check_field (self, field, taken, error))
        return FALSE;
      n_protecting += field->write_protects ? field->width : 0;
    }
  if (fk_chip_desc_find_field (self, "RDP") == NULL ||
      !fk_chip_desc_find_field (self, "RDP")->guarded)
    return fail (self, error, "Options: no guarded field RDP");
  if (!g_str_equal (self->driver, "none") &&
      ((n_protecting == 0 && !has_write_area (self)) || n_protecting < self->protect_bank))
    return fail (self, error, "Options: no write protection");
  if (n_protecting > 0 && self->protect_unit == 0)
    return fail (self, error, "ProtectUnit: missing, or 0");
  return TRUE;
}

static gboolean
check_known (const FkChipDesc *self,
             const GArray *numbers,
             const char *prefix,
             const char *const *known,
             GError **error)
{
  for (guint i = 0; i < numbers->len; i++)
    {
      const char *key = g_array_index (numbers, FkChipNumber, i).key;

      if (!g_strv_contains (known, key))
        return fail (self, error, "%s%s: nobody knows this name", prefix, key);
    }
  return TRUE;
}

static gboolean
check_registers (const FkChipDesc *self, GError **error)
{
  const FkOptionField *rdp = fk_chip_desc_find_field (self, "RDP");
  const FkChipNumber *none = fk_chip_number_find (self->numbers, "rdp-none");

  if (!check_known (self, self->registers, "Register.", known_registers, error) ||
      !check_known (self, self->numbers, "Number.", known_numbers, error))
    return FALSE;
  if (fk_chip_number_find (self->registers, "flash") == NULL)
    return fail (self, error, "Register.flash: missing");
  if (none == NULL || none->value != rdp->factory)
    return fail (self, error, "Number.rdp-none: not the factory value of the option RDP");
  if (self->size_register % 2 != 0 || self->idcode % 4 != 0)
    return fail (self, error, "SizeRegister or Idcode: not aligned");
  return TRUE;
}

/**
 * fk_chip_desc_check:
 *
 * Returns: whether the description agrees with itself; %FK_ERROR_BAD_FILE names file, group and key
 */
gboolean
fk_chip_desc_check (const FkChipDesc *self, GError **error)
{
  return check_name (self, error) && check_sizes (self, error) && check_size_codes (self, error) &&
         check_layouts (self, error) && check_regions (self, error) && check_fields (self, error) &&
         check_areas (self, error) && check_registers (self, error);
}
