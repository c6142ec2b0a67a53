/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip.h"

G_BEGIN_DECLS

/**
 * FkAreaKind:
 * @FK_AREA_WRITE: can be neither erased nor programmed
 * @FK_AREA_CODE: can be run, but neither read nor written (PCROP)
 * @FK_AREA_SECURE: as @FK_AREA_CODE to a debugger, and to the program, too, once it says so
 *
 * What a protected part of the flash refuses.
 */
typedef enum
{
  FK_AREA_WRITE,
  FK_AREA_CODE,
  FK_AREA_SECURE,
} FkAreaKind;

/**
 * FkOptionArea:
 * @name: the manual's: "WRP1A"
 * @kind: what it refuses
 * @first: the field with the number of the first unit
 * @last: the field with the number of the last unit, which belongs to the area
 * @unit: bytes; units are counted from the start of the bank
 * @bank: counted from 0, as in #FkSector
 *
 * A protected part of the flash whose ends are two option fields.  It is empty while @first is
 * larger than @last.
 */
typedef struct
{
  const char *name;
  FkAreaKind kind;
  const FkOptionField *first;
  const FkOptionField *last;
  guint32 unit;
  guint8 bank;
} FkOptionArea;

#define FK_CHIP_MAX_HIDING 3

const FkOptionField *fk_chip_find_hiding_field (FkChip *self, guint index);
const FkOptionArea *fk_chip_get_option_areas (FkChip *self, guint *n_areas);
const FkOptionArea *fk_chip_find_option_area (FkChip *self, const FkOptionField *field);

G_END_DECLS
