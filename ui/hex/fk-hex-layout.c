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

/**
 * fk_hex_layout_set_folds:
 * @folds: (array length=n_folds) (nullable): kept, not copied
 */
void
fk_hex_layout_set_folds (FkHexLayout *self, FkHexFold *folds, guint n_folds)
{
  guint64 hidden = 0;

  for (guint i = 0; i < n_folds; i++)
    {
      folds[i].hidden = hidden;
      hidden += folds[i].size;
    }
  self->folds = folds;
  self->n_folds = n_folds;
}

/* The row of a fold: those before it count one each. */
static guint64
get_fold_row (const FkHexLayout *self, guint index)
{
  const FkHexFold *fold = &self->folds[index];

  return (fold->start - self->start - fold->hidden) / self->columns + index;
}

/* Returns: how many folds begin at or before @address */
static guint
count_folds_to (const FkHexLayout *self, guint64 address)
{
  guint low = 0;
  guint high = self->n_folds;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (self->folds[middle].start <= address)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Returns: how many folds stand at or before @row */
static guint
count_folds_to_row (const FkHexLayout *self, guint64 row)
{
  guint low = 0;
  guint high = self->n_folds;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (get_fold_row (self, middle) <= row)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/**
 * fk_hex_layout_find_fold:
 *
 * Returns: (nullable): the fold that hides @address
 */
const FkHexFold *
fk_hex_layout_find_fold (const FkHexLayout *self, guint64 address)
{
  guint n = count_folds_to (self, address);
  const FkHexFold *fold = n > 0 ? &self->folds[n - 1] : NULL;

  return fold != NULL && address - fold->start < fold->size ? fold : NULL;
}

guint64
fk_hex_layout_get_n_rows (const FkHexLayout *self)
{
  guint64 hidden = 0;

  if (self->end <= self->start)
    return 0;
  if (self->n_folds > 0)
    hidden = self->folds[self->n_folds - 1].hidden + self->folds[self->n_folds - 1].size;
  return (self->end - self->start - hidden + self->columns - 1) / self->columns + self->n_folds;
}

/**
 * fk_hex_layout_get_row_address:
 *
 * Returns: what the row begins with; the start of the fold if it stands for one
 */
guint64
fk_hex_layout_get_row_address (const FkHexLayout *self, guint64 row)
{
  guint n = count_folds_to_row (self, row);
  guint64 fold_row;

  if (n == 0)
    return self->start + row * self->columns;
  fold_row = get_fold_row (self, n - 1);
  if (row == fold_row)
    return self->folds[n - 1].start;
  return self->folds[n - 1].start + self->folds[n - 1].size + (row - fold_row - 1) * self->columns;
}

/**
 * fk_hex_layout_get_row_of:
 * @address: anything; one outside the extent gives the nearest row
 */
guint64
fk_hex_layout_get_row_of (const FkHexLayout *self, guint64 address)
{
  guint64 n_rows = fk_hex_layout_get_n_rows (self);
  guint64 row;
  guint n;

  if (address <= self->start || n_rows == 0)
    return 0;
  n = count_folds_to (self, address);
  if (n == 0)
    row = (address - self->start) / self->columns;
  else
    {
      guint64 from = address - self->folds[n - 1].start;
      guint64 size = self->folds[n - 1].size;

      row = get_fold_row (self, n - 1);
      if (from >= size)
        row += 1 + (from - size) / self->columns;
    }
  return MIN (row, n_rows - 1);
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
