/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Widest row that is ever laid out. */
#define FK_HEX_MAX_COLUMNS 32

/**
 * FkHexArea: what of a row a point lies in
 */
typedef enum
{
  FK_HEX_AREA_ADDRESS,
  FK_HEX_AREA_BYTES,
  FK_HEX_AREA_TEXT,
} FkHexArea;

/**
 * FkHexFold:
 * @start: first address, a multiple of %FK_HEX_MAX_COLUMNS
 * @size: how many, a multiple of the same
 * @kind: what is not seen there, for whoever draws it
 * @hidden: addresses in the folds before; fk_hex_layout_set_folds() works it out
 *
 * A run of rows of which one row is left.
 */
typedef struct
{
  guint64 start;
  guint64 size;
  guint kind;
  guint64 hidden;
} FkHexFold;

/**
 * FkHexLayout:
 * @start: address of the first byte of the first row, a multiple of @columns
 * @end: one past the last address; at most 2^63
 * @columns: bytes in a row: 4, 8, 16 or 32
 * @address_digits: 8 or 16
 * @cell: width of one character, in pixels; not a whole number
 * @row_height: in pixels
 * @folds: (nullable): ascending, within the extent; owned by whoever sets it
 *
 * Where each byte stands.  Pure arithmetic: no widget, no font.
 * A row is the address, two cells, for each byte two digits and a cell (one cell more after every
 * eighth), a cell, then one cell of text a byte.
 */
typedef struct
{
  guint64 start;
  guint64 end;
  guint columns;
  guint address_digits;
  double cell;
  double row_height;
  const FkHexFold *folds;
  guint n_folds;
} FkHexLayout;

void fk_hex_layout_set_extent (FkHexLayout *self, guint64 start, guint64 size);
void fk_hex_layout_set_folds (FkHexLayout *self, FkHexFold *folds, guint n_folds);
const FkHexFold *fk_hex_layout_find_fold (const FkHexLayout *self, guint64 address);
void fk_hex_layout_fit (FkHexLayout *self, double width);
guint64 fk_hex_layout_get_n_rows (const FkHexLayout *self);
guint64 fk_hex_layout_get_row_address (const FkHexLayout *self, guint64 row);
guint64 fk_hex_layout_get_row_of (const FkHexLayout *self, guint64 address);
guint fk_hex_layout_get_byte_cell (const FkHexLayout *self, guint column);
guint fk_hex_layout_get_text_cell (const FkHexLayout *self, guint column);
guint fk_hex_layout_get_n_cells (const FkHexLayout *self);
FkHexArea fk_hex_layout_hit (const FkHexLayout *self, double x, guint *column);

G_END_DECLS
