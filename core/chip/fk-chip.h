/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/fk-range.h"

G_BEGIN_DECLS

/**
 * FkSector:
 *
 * The smallest piece of flash that can be erased.  @number is the controller's own number (F2/F4
 * SNB; on F0/F1/F3 the page index within the bank), @bank counts from 0.
 */
typedef struct
{
  FkRange range;
  guint8 bank;
  guint16 number;
} FkSector;

typedef enum
{
  FK_REGION_FLASH,
  FK_REGION_OPTION_BYTES,
  FK_REGION_OTP,
  FK_REGION_SYSTEM_MEMORY,
  FK_REGION_EEPROM,
  FK_REGION_UID,
  FK_REGION_RAM,
} FkRegionKind;

/**
 * FkRegion:
 * @name: "flash", "option-bytes", "otp", "system-memory", "uid", "ram", "ccm"
 */
typedef struct
{
  const char *name;
  FkRegionKind kind;
  FkRange range;
} FkRegion;

/**
 * FkOptionValue: a value of a field and what it means: { 0xAA, "not protected" }
 */
typedef struct
{
  guint32 value;
  const char *meaning;
} FkOptionValue;

/**
 * FkOptionField:
 * @name: the manual's: "RDP", "WDG_SW", "nWRP0"
 * @address: of the option byte, half-word or word that holds the field, as the option-bytes region
 * lays it out
 * @shift: of the lowest bit, in the little-endian word at @address
 * @width: bits
 * @text: one plain sentence
 * @values: (array length=n_values): those with a meaning of their own
 * @factory: value of a chip fresh from the factory
 * @guarded: changing it needs more than `options set` (RDP)
 */
typedef struct
{
  const char *name;
  const char *text;
  guint32 address;
  guint8 shift;
  guint8 width;
  gboolean guarded;
  guint32 factory;
  const FkOptionValue *values;
  guint n_values;
} FkOptionField;

/**
 * FkChip:
 *
 * One chip as its description and its own registers tell.  Immutable; may be shared between
 * threads.
 */
#define FK_TYPE_CHIP (fk_chip_get_type ())
G_DECLARE_FINAL_TYPE (FkChip, fk_chip, FK, CHIP, GObject)

const char *
fk_chip_get_name (FkChip *self); /* "STM32F40xxG": ST's generic name with the size code */
const char *fk_chip_get_parts (FkChip *self);  /* "STM32F405, F407, F415, F417" */
const char *fk_chip_get_family (FkChip *self); /* "STM32F4" */
const char *fk_chip_get_driver (FkChip *self); /* flash generation: "stm32f1", "stm32f4" */
const char *fk_chip_get_manual (FkChip *self); /* "RM0090" */
guint16 fk_chip_get_dev_id (FkChip *self);
guint32 fk_chip_get_flash_size (FkChip *self);
const FkSector *fk_chip_get_sectors (FkChip *self, guint *n_sectors);
const FkSector *fk_chip_find_sector (FkChip *self, guint32 address);
const FkRegion *fk_chip_get_regions (FkChip *self, guint *n_regions);
const FkRegion *fk_chip_find_region (FkChip *self, const char *name);
const FkRegion *fk_chip_find_region_at (FkChip *self, guint32 address);
const FkOptionField *fk_chip_get_option_fields (FkChip *self, guint *n_fields);
guint32 fk_chip_get_register (FkChip *self,
                              const char *name); /* controller base addresses: "flash", "flash2" */
guint fk_chip_get_number (FkChip *self,
                          const char *key,
                          guint fallback); /* driver's own keys: page erase max ms … */
guint8 fk_chip_get_erased_value (FkChip *self);

G_END_DECLS
