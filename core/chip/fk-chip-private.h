/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip-areas.h"
#include "chip/fk-chip-db.h"

G_BEGIN_DECLS

/* Program and erase widths that FLASH_CR.PSIZE can choose on F2/F4: 8, 16 and 32 bits (RM0090,
 * 3.6.2); 64 bits needs an external supply on VPP that a debug probe does not have. */
#define FK_CHIP_MAX_WIDTHS 3
#define FK_CHIP_MAX_RUNS   8
#define FK_CHIP_MAX_BANKS  2
#define FK_CHIP_UID_WORDS  3

/* @count sectors of @size bytes; count 0 fills what is left of the bank. */
typedef struct
{
  guint32 count;
  guint32 size;
} FkChipRun;

/* How a flash is cut into sectors; every bank begins the runs anew. */
typedef struct
{
  const char *name; /* NULL: no such layout */
  FkChipRun runs[FK_CHIP_MAX_RUNS];
  guint n_runs;
  guint n_banks;
  guint32 bank_size;     /* the most that one bank takes; 0: banks of equal size */
  guint32 bank_distance; /* from one bank's start to the next; 0: to where the bank ends */
  guint16 first_numbers[FK_CHIP_MAX_BANKS];
  guint32 protect_unit; /* 0: as the chip says */
  guint32 protect_bank; /* likewise */
} FkChipLayout;

/* Milliseconds (erase) or microseconds (program), for each width or for all of them. */
typedef struct
{
  guint32 sector_size; /* 0: the whole flash, or one programming step */
  guint n_widths;      /* 1: does not depend on the width */
  guint typical[FK_CHIP_MAX_WIDTHS];
  guint max[FK_CHIP_MAX_WIDTHS];
} FkChipTime;

typedef struct
{
  const char *key;
  guint32 value;
} FkChipNumber;

const FkChipNumber *fk_chip_number_find (const GArray *numbers, const char *key);

struct _FkChipDesc
{
  FkChipDb *db; /* not owned: the database owns this */
  const char *file;
  const char *group;

  const char *family;
  const char *maker; /* NULL: ST */
  const char *line;
  const char *name;
  const char *parts;
  const char *core;
  const char *driver;
  const char *manual;
  guint32 dev_id;
  GArray *aliases; /* of guint32: other device IDs that mean this one, on this core */
  guint32 idcode;
  guint32 size_register;
  guint32 size_bits;  /* of the register that count; 16 where nothing else is said */
  GArray *size_codes; /* of guint32: sizes by what the register says; empty: it says KiB */
  guint32 erased_value;
  guint32 flash_base;
  GArray *flash_sizes; /* of guint32, ascending */

  FkRange uid;                          /* from its first word to its last */
  guint32 uid_words[FK_CHIP_UID_WORDS]; /* addresses */
  FkRange system_memory;
  FkRange otp;
  FkRange option_bytes;
  FkRange ccm;
  guint32 ram_base;
  GArray *ram_sizes; /* of guint32: one for all flash sizes, or one for each */
  GArray *ram_max;   /* likewise; empty: as ram_sizes */
  guint32 eeprom_base;
  GArray *eeprom_sizes; /* of guint32: none, one for all flash sizes, or one for each */

  FkChipLayout layout;
  FkChipLayout large_layout; /* from large_above on */
  guint32 large_above;
  FkChipLayout switched_layout; /* at switch_size, while switch_field is switch_value */
  guint32 switch_size;          /* 0: at every size */
  gboolean switch_up_to;        /* at all sizes up to switch_size */
  const char *switch_field;
  guint32 switch_value;

  GArray *fields;         /* of FkOptionField */
  GPtrArray *values;      /* of GArray of FkOptionValue: what the fields point into */
  GArray *areas;          /* of FkOptionArea, pointing into fields */
  GArray *switched_areas; /* the same ones, while the flash has switched_layout */
  guint32 protect_unit;   /* sectors to a bit of write protection; 0: no bits protect */
  guint32 protect_bank;   /* first bit of the second bank */

  GArray *registers;   /* of FkChipNumber */
  GArray *numbers;     /* of FkChipNumber */
  GArray *erase_times; /* of FkChipTime */
  FkChipTime mass_erase_time;
  FkChipTime program_time;
};

FkChipDb *fk_chip_db_new_unread (GBytes **files, const char *const *names);
guint fk_chip_db_count_read (FkChipDb *self);

FkChipDesc *fk_chip_desc_new (void);
void fk_chip_desc_free (FkChipDesc *self);
const FkOptionField *fk_chip_desc_find_field (const FkChipDesc *self, const char *name);
guint32 fk_chip_desc_get_ram_size (const FkChipDesc *self, const GArray *sizes, guint32 flash_size);
guint32 fk_chip_desc_get_eeprom_size (const FkChipDesc *self, guint32 flash_size);
gboolean fk_chip_desc_check (const FkChipDesc *self, GError **error);

gboolean fk_chip_layout_build (
    const FkChipLayout *self, guint32 base, guint32 size, GArray *sectors, GError **error);
guint64 fk_chip_layout_find_end (const FkChipLayout *self, guint32 base, guint32 size);
const FkChipLayout *
fk_chip_desc_pick_layout (const FkChipDesc *self, guint32 flash_size, gboolean switched);
gboolean fk_chip_desc_is_switchable (const FkChipDesc *self, guint32 flash_size);

FkChip *fk_chip_new (const FkChipDesc *desc, guint32 flash_size, gboolean switched, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkChipDesc, fk_chip_desc_free)

G_END_DECLS
