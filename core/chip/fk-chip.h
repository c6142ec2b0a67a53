/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/fk-range.h"

G_BEGIN_DECLS

/**
 * FkSector:
 * @range: the addresses, in the flash region
 * @bank: counted from 0
 * @number: the controller's own number.  F2/F4: what FLASH_CR.SNB takes, so the second bank of
 *   F42x/43x/46x/47x starts with 16, which the manual prints as "sector 12" (RM0090, 3.9.8).
 *   F0/F1/F3: index of the page within its bank.
 *
 * The smallest piece of flash that can be erased.
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
 * @name: "flash", "option-bytes", "otp", "eeprom", "system-memory", "uid", "ram", "ccm"
 *
 * Regions of one chip do not overlap, save that "uid" lies inside "system-memory" on F0, F1 and F3
 * (there the electronic signature is a part of the information block).  On L0 and L1 "uid" reaches
 * from the first of its words to the last, which stands apart.
 *
 * "flash" reaches from the first sector to the last.  Where the second bank does not begin where
 * the first one ends nothing answers between them, and its size is more than that of the flash:
 * fk_chip_get_flash_parts().
 *
 * "option-bytes" is 16 bytes at 0x1FFFF800 on F0/F1/F3: eight half-words, the option byte in the
 * low half and its complement in the high one (PM0075, 2.5).  On F2/F4 it is the register
 * FLASH_OPTCR (4 bytes), or FLASH_OPTCR and FLASH_OPTCR1 (8 bytes): these are what the controller
 * obeys and what is written to change an option, a debugger may read them at protection level 1,
 * and they hold what the manual's option-byte table spreads over 0x1FFFC000 and 0x1FFEC000.  The
 * region's bytes are the registers at rest: OPTLOCK (bit 0) set, OPTSTRT (bit 1) clear.
 *
 * "ram" is what every part with this device ID and flash size has, so a loader may use all of it;
 * a larger part of the same silicon may have more: fk_chip_get_ram_max().  "ccm" (F4) is only seen
 * by the core's data bus: code cannot run there.
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
 * @text: one plain sentence
 * @address: of the byte (F0/F1/F3) or of the word (F2/F4) that holds the field, inside the
 *   option-bytes region
 * @shift: of the lowest bit, in the little-endian value at @address
 * @width: bits, 1 to 31
 * @guarded: changing it needs more than `options set` (RDP, which can erase or lock the chip)
 * @write_protects: each bit of the field protects sectors from being erased and programmed;
 *   fk_chip_find_write_protection() says which, and fk_option_field_bit_protects() when
 * @set_protects: a bit protects while it is 1; elsewhere while it is 0
 * @factory: value of a chip fresh from the factory
 * @values: (array length=n_values): those with a meaning of their own
 * @otherwise: (nullable): the meaning of every value that is not in @values
 * @pattern: (nullable): of one in a series, @text with "{n}" for @number; that is what is
 * translated
 * @number: in the series
 */
typedef struct
{
  const char *name;
  const char *text;
  guint32 address;
  guint8 shift;
  guint8 width;
  gboolean guarded;
  gboolean write_protects;
  gboolean set_protects;
  guint32 factory;
  const FkOptionValue *values;
  guint n_values;
  const char *otherwise;
  const char *pattern;
  guint32 number;
} FkOptionField;

/**
 * FkChip:
 *
 * One chip as its description (data/chips) and its own registers tell.  Immutable; may be shared
 * between threads.  Whatever the accessors return belongs to the chip.
 */
#define FK_TYPE_CHIP (fk_chip_get_type ())
G_DECLARE_FINAL_TYPE (FkChip, fk_chip, FK, CHIP, GObject)

const char *fk_chip_get_name (FkChip *self);
const char *fk_chip_get_line (FkChip *self);
const char *fk_chip_get_parts (FkChip *self);
const char *fk_chip_get_family (FkChip *self);
const char *fk_chip_get_core (FkChip *self);
const char *fk_chip_get_driver (FkChip *self);
const char *fk_chip_get_manual (FkChip *self);
guint16 fk_chip_get_dev_id (FkChip *self);
guint32 fk_chip_get_flash_size (FkChip *self);
guint32 fk_chip_get_ram_max (FkChip *self);
guint8 fk_chip_get_erased_value (FkChip *self);

const FkRange *fk_chip_get_flash_parts (FkChip *self, guint *n_parts);
gboolean fk_chip_has_flash (FkChip *self, FkRange range);
gboolean fk_chip_may_have_gap (FkChip *self);
guint64 fk_chip_find_flash_end (FkChip *self, guint32 size);
const FkSector *fk_chip_get_sectors (FkChip *self, guint *n_sectors);
const FkSector *fk_chip_find_sector (FkChip *self, guint32 address);
const FkRegion *fk_chip_get_regions (FkChip *self, guint *n_regions);
const FkRegion *fk_chip_find_region (FkChip *self, const char *name);
const FkRegion *fk_chip_find_region_at (FkChip *self, guint32 address);

const FkOptionField *fk_chip_get_option_fields (FkChip *self, guint *n_fields);
const FkOptionField *fk_chip_find_option_field (FkChip *self, const char *name);
const FkOptionField *
fk_chip_find_write_protection (FkChip *self, const FkSector *sector, guint *bit);
const FkOptionField *fk_chip_get_layout_field (FkChip *self);
FkChip *fk_chip_with_layout_field (FkChip *self, guint32 value);
FkChip *fk_chip_with_flash_end (FkChip *self, guint32 size);

guint32 fk_chip_get_register (FkChip *self, const char *name);
guint fk_chip_get_number (FkChip *self, const char *key, guint fallback);
gboolean fk_chip_get_erase_time (
    FkChip *self, guint32 sector_size, guint width, guint *typical_ms, guint *max_ms);
gboolean fk_chip_get_mass_erase_time (FkChip *self, guint width, guint *typical_ms, guint *max_ms);
gboolean fk_chip_get_program_time (FkChip *self, guint width, guint *typical_us, guint *max_us);

G_END_DECLS
