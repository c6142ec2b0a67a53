/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the descriptions say of one device ID. */

#include "config.h"

#include "chip/fk-chip-private.h"

#include "base/fk-error.h"
#include "base/fk-number.h"

/* @numbers: (element-type FkChipNumber) */
const FkChipNumber *
fk_chip_number_find (const GArray *numbers, const char *key)
{
  for (guint i = 0; i < numbers->len; i++)
    {
      const FkChipNumber *number = &g_array_index (numbers, FkChipNumber, i);

      if (g_str_equal (number->key, key))
        return number;
    }
  return NULL;
}

FkChipDesc *
fk_chip_desc_new (void)
{
  FkChipDesc *self = g_new0 (FkChipDesc, 1);

  self->aliases = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->flash_sizes = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->ram_sizes = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->ram_max = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->size_codes = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->eeprom_sizes = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->fields = g_array_new (FALSE, FALSE, sizeof (FkOptionField));
  self->areas = g_array_new (FALSE, FALSE, sizeof (FkOptionArea));
  self->switched_areas = g_array_new (FALSE, FALSE, sizeof (FkOptionArea));
  self->values = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  self->registers = g_array_new (FALSE, FALSE, sizeof (FkChipNumber));
  self->numbers = g_array_new (FALSE, FALSE, sizeof (FkChipNumber));
  self->erase_times = g_array_new (FALSE, FALSE, sizeof (FkChipTime));
  return self;
}

void
fk_chip_desc_free (FkChipDesc *self)
{
  g_array_unref (self->aliases);
  g_array_unref (self->flash_sizes);
  g_array_unref (self->ram_sizes);
  g_array_unref (self->ram_max);
  g_array_unref (self->size_codes);
  g_array_unref (self->eeprom_sizes);
  g_array_unref (self->fields);
  g_array_unref (self->areas);
  g_array_unref (self->switched_areas);
  g_ptr_array_unref (self->values);
  g_array_unref (self->registers);
  g_array_unref (self->numbers);
  g_array_unref (self->erase_times);
  g_free (self);
}

const FkOptionField *
fk_chip_desc_find_field (const FkChipDesc *self, const char *name)
{
  for (guint i = 0; i < self->fields->len; i++)
    {
      const FkOptionField *field = &g_array_index (self->fields, FkOptionField, i);

      if (g_str_equal (field->name, name))
        return field;
    }
  return NULL;
}

/**
 * fk_chip_desc_get_ram_size:
 * @sizes: one for all flash sizes, or one for each
 * @flash_size: of a size that is not sold, the next smaller one counts
 */
guint32
fk_chip_desc_get_ram_size (const FkChipDesc *self, const GArray *sizes, guint32 flash_size)
{
  guint index = 0;

  if (sizes->len == 1)
    return g_array_index (sizes, guint32, 0);
  while (index + 1 < sizes->len &&
         g_array_index (self->flash_sizes, guint32, index + 1) <= flash_size)
    index++;
  return g_array_index (sizes, guint32, index);
}

/* Returns: bytes of data EEPROM next to a flash of @flash_size; 0 where there is none */
guint32
fk_chip_desc_get_eeprom_size (const FkChipDesc *self, guint32 flash_size)
{
  return self->eeprom_sizes->len > 0
             ? fk_chip_desc_get_ram_size (self, self->eeprom_sizes, flash_size)
             : 0;
}

/**
 * fk_chip_desc_get_dev_id:
 *
 * Returns: DBGMCU_IDCODE.DEV_ID, 12 bits.  Of an alias (0x411 with a Cortex-M4) the true one; of
 *   another maker's chip the ID that clones.ini gives it, which may have 16.
 */
guint16
fk_chip_desc_get_dev_id (const FkChipDesc *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return (guint16)self->dev_id;
}

/**
 * fk_chip_desc_get_family:
 *
 * Returns: "STM32F4"
 */
const char *
fk_chip_desc_get_family (const FkChipDesc *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->family;
}

/**
 * fk_chip_desc_get_maker:
 *
 * Returns: (nullable): who makes this family; %NULL for ST
 */
const char *
fk_chip_desc_get_maker (const FkChipDesc *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->maker;
}

/**
 * fk_chip_desc_get_line:
 *
 * Returns: the maker's name of the line: "STM32F405/407 and STM32F415/417"
 */
const char *
fk_chip_desc_get_line (const FkChipDesc *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->line;
}

/**
 * fk_chip_desc_get_parts:
 *
 * Returns: the parts that share this device ID, in words: "STM32F405, F407, F415 and F417"
 */
const char *
fk_chip_desc_get_parts (const FkChipDesc *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->parts;
}

/**
 * fk_chip_desc_get_core:
 *
 * Returns: as fk_core_get_name(): "Cortex-M4"
 */
const char *
fk_chip_desc_get_core (const FkChipDesc *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->core;
}

/**
 * fk_chip_desc_get_idcode_address:
 *
 * Returns: where DBGMCU_IDCODE is
 */
guint32
fk_chip_desc_get_idcode_address (const FkChipDesc *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->idcode;
}

/**
 * fk_chip_desc_get_size_register:
 *
 * Returns: address of the 16-bit half-word that tells the flash size, see
 *   fk_chip_desc_decode_size().  On F2/F4 it is not aligned to a word.
 */
guint32
fk_chip_desc_get_size_register (const FkChipDesc *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->size_register;
}

/**
 * fk_chip_desc_decode_size:
 * @raw: what the size register reads
 *
 * What the register says is KiB, of which only the low 8 bits count on some L1; on others it is the
 * number of a size (RM0038, Flash size register).
 *
 * Returns: bytes, which no chip may have; 0 where @raw stands for no size
 */
guint64
fk_chip_desc_decode_size (const FkChipDesc *self, guint16 raw)
{
  guint32 value;

  g_return_val_if_fail (self != NULL, 0);

  value = raw & ((1u << self->size_bits) - 1);
  if (self->size_codes->len > 0)
    return value < self->size_codes->len ? g_array_index (self->size_codes, guint32, value) : 0;
  return value == (1u << self->size_bits) - 1 ? 0 : (guint64)value * 1024;
}

/**
 * fk_chip_desc_get_uid_words:
 *
 * Returns: (array fixed-size=3): the addresses of the words of the unique device ID, ascending; on
 *   L0 and L1 they do not stand in a row (RM0038, Device electronic signature)
 */
const guint32 *
fk_chip_desc_get_uid_words (const FkChipDesc *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->uid_words;
}

guint32
fk_chip_desc_get_flash_base (const FkChipDesc *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->flash_base;
}

guint8
fk_chip_desc_get_erased_value (const FkChipDesc *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return (guint8)self->erased_value;
}

/**
 * fk_chip_desc_get_flash_sizes:
 * @n_sizes: (out): their number, at least 1
 *
 * Returns: (array length=n_sizes): the sizes that ST sells, bytes, ascending
 */
const guint32 *
fk_chip_desc_get_flash_sizes (const FkChipDesc *self, guint *n_sizes)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (n_sizes != NULL, NULL);

  *n_sizes = self->flash_sizes->len;
  return (const guint32 *)(gpointer)self->flash_sizes->data;
}

/**
 * fk_chip_desc_get_max_flash_size:
 *
 * Returns: the largest flash that this silicon has, bytes; a size register that says more is wrong
 */
guint32
fk_chip_desc_get_max_flash_size (const FkChipDesc *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return g_array_index (self->flash_sizes, guint32, self->flash_sizes->len - 1);
}

/**
 * fk_chip_desc_make_chip:
 * @flash_size: bytes, as the chip says (after sanity rules); any whole number of sectors up to the
 *   largest size of this silicon, so also 128 KiB in an F103C8
 *
 * Where an option decides on the layout (DB1M, nDBANK), the chip has the layout of a fresh one; see
 * fk_chip_get_layout_field().
 *
 * Returns: (transfer full): the chip; %FK_ERROR_OUT_OF_RANGE if such a flash cannot be
 */
FkChip *
fk_chip_desc_make_chip (const FkChipDesc *self, guint32 flash_size, GError **error)
{
  const FkOptionField *field;

  g_return_val_if_fail (self != NULL, NULL);

  if (flash_size == 0 || flash_size > fk_chip_desc_get_max_flash_size (self))
    {
      g_autofree char *size = fk_number_format_size (flash_size);
      g_autofree char *max = fk_number_format_size (fk_chip_desc_get_max_flash_size (self));

      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   "%s (device ID 0x%03X) cannot have a flash of %s: the largest has %s",
                   self->line, self->dev_id, size, max);
      return NULL;
    }
  field = self->switch_field != NULL ? fk_chip_desc_find_field (self, self->switch_field) : NULL;
  return fk_chip_new (self, flash_size, field != NULL && field->factory == self->switch_value,
                      error);
}
