/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hex/fk-hex-layout.h"

#define GROUP 8

/**
 * fk_hex_layout_set_extent:
 *
 * Which addresses there are.  Rows begin at multiples of the columns, as addresses in manuals do.
 */
void
fk_hex_layout_set_extent (FkHexLayout *self, guint64 start, guint64 size)
{
  self->start = start - start % FK_HEX_MAX_COLUMNS;
  self->end = start + size;
  self->address_digits = self->end > G_GUINT64_CONSTANT (0x100000000) ? 16 : 8;
}

/**
 * fk_hex_layout_fit:
 * @width: pixels
 *
 * Chooses the most columns that fit; four at the least.
 */
void
fk_hex_layout_fit (FkHexLayout *self, double width)
{
  for (self->columns = FK_HEX_MAX_COLUMNS / 2; self->columns > 4; self->columns /= 2)
    if (fk_hex_layout_get_n_cells (self) * self->cell <= width)
      return;
}

guint64
fk_hex_layout_get_n_rows (const FkHexLayout *self)
{
  return self->end > self->start ? (self->end - self->start + self->columns - 1) / self->columns
                                 : 0;
}

guint64
fk_hex_layout_get_row_address (const FkHexLayout *self, guint64 row)
{
  return self->start + row * self->columns;
}

/**
 * fk_hex_layout_get_row_of:
 * @address: anything; one outside the extent gives the nearest row
 */
guint64
fk_hex_layout_get_row_of (const FkHexLayout *self, guint64 address)
{
  guint64 n_rows = fk_hex_layout_get_n_rows (self);

  if (address <= self->start || n_rows == 0)
    return 0;
  return MIN ((address - self->start) / self->columns, n_rows - 1);
}

/**
 * fk_hex_layout_get_byte_cell:
 *
 * Returns: the cell of the first of the two digits
 */
guint
fk_hex_layout_get_byte_cell (const FkHexLayout *self, guint column)
{
  return self->address_digits + 2 + column * 3 + column / GROUP;
}

guint
fk_hex_layout_get_text_cell (const FkHexLayout *self, guint column)
{
  return fk_hex_layout_get_byte_cell (self, self->columns - 1) + 4 + column;
}

guint
fk_hex_layout_get_n_cells (const FkHexLayout *self)
{
  return fk_hex_layout_get_text_cell (self, self->columns - 1) + 1;
}

/**
 * fk_hex_layout_hit:
 * @x: pixels from the left edge of the row
 * @column: (out): the nearest byte of the row
 *
 * Returns: what stands at @x
 */
FkHexArea
fk_hex_layout_hit (const FkHexLayout *self, double x, guint *column)
{
  double cell = x / self->cell;

  *column = 0;
  if (cell < fk_hex_layout_get_byte_cell (self, 0) - 1)
    return FK_HEX_AREA_ADDRESS;
  if (cell >= fk_hex_layout_get_text_cell (self, 0) - 0.5)
    {
      double offset = cell - fk_hex_layout_get_text_cell (self, 0);

      *column = (guint)CLAMP (offset, 0, self->columns - 1);
      return FK_HEX_AREA_TEXT;
    }
  /* A byte owns the gap at its right, but for half a cell. */
  for (guint i = 1; i < self->columns; i++)
    if (cell >= fk_hex_layout_get_byte_cell (self, i) - 0.5)
      *column = i;
  return FK_HEX_AREA_BYTES;
}
