/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a layout and a flash size to sectors.  A size that the layout cannot fill exactly is an
 * error: half a sector would be memory that cannot be erased alone. */

#include "config.h"

#include "chip/fk-chip-private.h"

#include "base/fk-error.h"
#include "base/fk-number.h"

static gboolean
build_bank (const FkChipLayout *self,
            guint bank,
            guint32 base,
            guint32 size,
            GArray *sectors,
            GError **error)
{
  guint16 number = self->first_numbers[bank];
  guint32 done = 0;
  guint32 sector_size = 0;

  for (guint r = 0; r < self->n_runs && done < size; r++)
    {
      sector_size = self->runs[r].size;
      for (guint i = 0; (self->runs[r].count == 0 || i < self->runs[r].count) &&
                        size - done >= sector_size && done < size;
           i++)
        {
          FkSector sector = { { base + done, sector_size }, (guint8)bank, number++ };

          g_array_append_val (sectors, sector);
          done += sector_size;
        }
      if (self->runs[r].count == 0 || size - done < sector_size)
        break;
    }
  if (done != size)
    {
      g_autofree char *bank_text = fk_number_format_size (size);
      g_autofree char *done_text = fk_number_format_size (done);
      g_autofree char *last_text = fk_number_format_size (sector_size);

      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   "a flash bank of %s is not made of whole sectors: they end after %s, and the "
                   "last ones have %s",
                   bank_text, done_text, last_text);
      return FALSE;
    }
  return TRUE;
}

/* Returns: how far from the start of the flash the bank begins that has @done bytes before it */
static guint32
find_start (const FkChipLayout *self, guint bank, guint32 done)
{
  return self->bank_distance != 0 ? self->bank_distance * bank : done;
}

/* Returns: the address behind the last sector of a flash of @size bytes */
guint64
fk_chip_layout_find_end (const FkChipLayout *self, guint32 base, guint32 size)
{
  if (self->bank_distance == 0)
    return (guint64)base + size;
  return (guint64)base + (guint64)self->bank_distance * (self->n_banks - 1) + size / self->n_banks;
}

/**
 * fk_chip_layout_build:
 * @base: address of the flash
 * @size: bytes; where there is a gap between two banks, without it
 * @sectors: (element-type FkSector): where the sectors are added, ascending
 */
gboolean
fk_chip_layout_build (
    const FkChipLayout *self, guint32 base, guint32 size, GArray *sectors, GError **error)
{
  guint32 left = size;

  for (guint bank = 0; bank < self->n_banks && left > 0; bank++)
    {
      guint32 bank_size = self->bank_size != 0 ? MIN (self->bank_size, left) : size / self->n_banks;

      if (self->bank_distance != 0 && bank_size > self->bank_distance)
        {
          g_autofree char *bank_text = fk_number_format_size (bank_size);

          g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                       "a flash bank of %s reaches into the next one", bank_text);
          return FALSE;
        }
      if (!build_bank (self, bank, base + find_start (self, bank, size - left), bank_size, sectors,
                       error))
        return FALSE;
      left -= bank_size;
    }
  if (left > 0)
    {
      g_autofree char *size_text = fk_number_format_size (size);

      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   "a flash of %s does not fit into %u banks", size_text, self->n_banks);
      return FALSE;
    }
  return TRUE;
}

/* Returns: whether an option changes the layout of a flash of @flash_size */
gboolean
fk_chip_desc_is_switchable (const FkChipDesc *self, guint32 flash_size)
{
  if (self->switch_field == NULL)
    return FALSE;
  if (self->switch_up_to)
    return flash_size <= self->switch_size;
  return self->switch_size == 0 || self->switch_size == flash_size;
}

/**
 * fk_chip_desc_pick_layout:
 * @switched: whether the option field that changes the layout has the value that does
 */
const FkChipLayout *
fk_chip_desc_pick_layout (const FkChipDesc *self, guint32 flash_size, gboolean switched)
{
  if (switched && fk_chip_desc_is_switchable (self, flash_size))
    return &self->switched_layout;
  if (self->large_layout.name != NULL && flash_size > self->large_above)
    return &self->large_layout;
  return &self->layout;
}
