/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Facts of well-known parts, written down here from manuals and data sheets and not from the
 * descriptions; and what becomes of descriptions with mistakes. */

#include "config.h"

#include "base/fk-error.h"
#include "chip/fk-chip-db.h"

#include <string.h>

#define KIB 1024u

typedef struct
{
  const char *part; /* of a person's words */
  guint16 dev_id;
  const char *core;
  guint kib;
  const char *name;
  const char *family;
  const char *driver;
  guint32 size_register;
  guint32 uid;
  guint n_sectors;
  guint n_banks;
  guint first_kib; /* size of the first sector */
  guint last_kib;
  guint16 last_number;
  guint ram_kib;
  guint ram_max_kib;
  guint32 option_address;
  guint32 option_size;
  guint32 system_address;
  guint system_kib;
  guint otp_size;
} Known;

static const Known known[] = {
  { "F103C8",  0x410,      "Cortex-M3", 64,         "STM32F10xx8",
    "STM32F1", "stm32f1",  0x1FFFF7E0,  0x1FFFF7E8, 64,
    1,         1,          1,           63,         10,
    20,        0x1FFFF800, 16,          0x1FFFF000, 2,
    0 },
  { "F103C8-128",
    0x410,
    "Cortex-M3",
    128,
    "STM32F10xxB",
    "STM32F1",
    "stm32f1",
    0x1FFFF7E0,
    0x1FFFF7E8,
    128,
    1,
    1,
    1,
    127,
    16,
    20,
    0x1FFFF800,
    16,
    0x1FFFF000,
    2,
    0 },
  { "F103RC",  0x414,      "Cortex-M3", 256,        "STM32F10xxC",
    "STM32F1", "stm32f1",  0x1FFFF7E0,  0x1FFFF7E8, 128,
    1,         2,          2,           127,        32,
    48,        0x1FFFF800, 16,          0x1FFFF000, 2,
    0 },
  { "F103RG",  0x430,      "Cortex-M3", 1024,       "STM32F10xxG",
    "STM32F1", "stm32f1",  0x1FFFF7E0,  0x1FFFF7E8, 512,
    2,         2,          2,           255,        80,
    96,        0x1FFFF800, 16,          0x1FFFE000, 6,
    0 },
  { "F103RF",  0x430,      "Cortex-M3", 768,        "STM32F10xxF",
    "STM32F1", "stm32f1",  0x1FFFF7E0,  0x1FFFF7E8, 384,
    2,         2,          2,           127,        80,
    96,        0x1FFFF800, 16,          0x1FFFE000, 6,
    0 },
  { "F030F4",  0x444,      "Cortex-M0", 16,         "STM32F03xx4",
    "STM32F0", "stm32f1",  0x1FFFF7CC,  0x1FFFF7AC, 16,
    1,         1,          1,           15,         4,
    4,         0x1FFFF800, 16,          0x1FFFEC00, 3,
    0 },
  { "F072RB",  0x448,      "Cortex-M0", 128,        "STM32F07xxB",
    "STM32F0", "stm32f1",  0x1FFFF7CC,  0x1FFFF7AC, 64,
    1,         2,          2,           63,         16,
    16,        0x1FFFF800, 16,          0x1FFFC800, 12,
    0 },
  { "F405RG",  0x413,      "Cortex-M4", 1024,       "STM32F40xxG",
    "STM32F4", "stm32f4",  0x1FFF7A22,  0x1FFF7A10, 12,
    1,         16,         128,         11,         128,
    128,       0x40023C14, 4,           0x1FFF0000, 30,
    528 },
  { "F407VE",  0x413,      "Cortex-M4", 512,        "STM32F40xxE",
    "STM32F4", "stm32f4",  0x1FFF7A22,  0x1FFF7A10, 8,
    1,         16,         128,         7,          128,
    128,       0x40023C14, 4,           0x1FFF0000, 30,
    528 },
  { "F429ZI",  0x419,      "Cortex-M4", 2048,       "STM32F42xxI",
    "STM32F4", "stm32f4",  0x1FFF7A22,  0x1FFF7A10, 24,
    2,         16,         128,         27,         192,
    192,       0x40023C14, 8,           0x1FFF0000, 30,
    528 },
  { "F411CE",  0x431,      "Cortex-M4", 512,        "STM32F411xE",
    "STM32F4", "stm32f4",  0x1FFF7A22,  0x1FFF7A10, 8,
    1,         16,         128,         7,          128,
    128,       0x40023C14, 4,           0x1FFF0000, 30,
    528 },
  { "F413ZH",  0x463,      "Cortex-M4", 1536,       "STM32F413xH",
    "STM32F4", "stm32f4",  0x1FFF7A22,  0x1FFF7A10, 16,
    1,         16,         128,         15,         320,
    320,       0x40023C14, 4,           0x1FFF0000, 30,
    528 },
  { "F410RB",  0x458,      "Cortex-M4", 128,        "STM32F410xB",
    "STM32F4", "stm32f4",  0x1FFF7A22,  0x1FFF7A10, 5,
    1,         16,         64,          4,          32,
    32,        0x40023C14, 4,           0x1FFF0000, 30,
    528 },
};

static FkChip *
make (guint16 dev_id, const char *core, guint32 size)
{
  const FkChipDesc *desc = fk_chip_db_find (fk_chip_db_get_default (), dev_id, core);
  g_autoptr (GError) error = NULL;
  FkChip *chip;

  g_assert_nonnull (desc);
  chip = fk_chip_desc_make_chip (desc, size, &error);
  g_assert_no_error (error);
  return chip;
}

static void
assert_region (FkChip *chip, const char *name, guint32 address, guint32 size)
{
  const FkRegion *region = fk_chip_find_region (chip, name);

  if (size == 0)
    {
      g_assert_null (region);
      return;
    }
  g_assert_nonnull (region);
  g_assert_cmphex (region->range.address, ==, address);
  g_assert_cmphex (region->range.size, ==, size);
  g_assert_true (fk_chip_find_region_at (chip, address + size - 1) == region ||
                 g_str_equal (name, "system-memory"));
}

static void
test_known (gconstpointer data)
{
  const Known *fact = data;
  g_autoptr (FkChip) chip = make (fact->dev_id, fact->core, fact->kib * KIB);
  const FkChipDesc *desc = fk_chip_db_find (fk_chip_db_get_default (), fact->dev_id, fact->core);
  const FkSector *sectors;
  guint n;

  g_assert_cmpstr (fk_chip_get_name (chip), ==, fact->name);
  g_assert_cmpstr (fk_chip_get_family (chip), ==, fact->family);
  g_assert_cmpstr (fk_chip_get_driver (chip), ==, fact->driver);
  g_assert_cmpstr (fk_chip_get_core (chip), ==, fact->core);
  g_assert_cmphex (fk_chip_get_dev_id (chip), ==, fact->dev_id);
  g_assert_cmpuint (fk_chip_get_flash_size (chip), ==, fact->kib * KIB);
  g_assert_cmphex (fk_chip_get_erased_value (chip), ==, 0xff);
  g_assert_cmphex (fk_chip_desc_get_size_register (desc), ==, fact->size_register);
  g_assert_cmphex (fk_chip_desc_get_uid (desc).address, ==, fact->uid);
  g_assert_cmphex (fk_chip_desc_get_flash_base (desc), ==, 0x08000000);

  sectors = fk_chip_get_sectors (chip, &n);
  g_assert_cmpuint (n, ==, fact->n_sectors);
  g_assert_cmphex (sectors[0].range.address, ==, 0x08000000);
  g_assert_cmpuint (sectors[0].range.size, ==, fact->first_kib * KIB);
  g_assert_cmpuint (sectors[n - 1].range.size, ==, fact->last_kib * KIB);
  g_assert_cmpuint (sectors[n - 1].number, ==, fact->last_number);
  g_assert_cmpuint (sectors[n - 1].bank, ==, fact->n_banks - 1);
  g_assert_cmphex (fk_range_end (sectors[n - 1].range), ==, 0x08000000 + fact->kib * KIB);

  assert_region (chip, "flash", 0x08000000, fact->kib * KIB);
  assert_region (chip, "uid", fact->uid, 12);
  assert_region (chip, "ram", 0x20000000, fact->ram_kib * KIB);
  assert_region (chip, "option-bytes", fact->option_address, fact->option_size);
  assert_region (chip, "system-memory", fact->system_address, fact->system_kib * KIB);
  assert_region (chip, "otp", 0x1FFF7800, fact->otp_size);
  g_assert_cmpuint (fk_chip_get_ram_max (chip), ==, fact->ram_max_kib * KIB);
  g_assert_finalize_object (g_steal_pointer (&chip));
}

static void
test_f4_sectors (void)
{
  /* RM0090, 3.4: sectors of 16, 64 and 128 KiB. */
  static const struct
  {
    guint32 address;
    guint kib;
    guint number;
  } rows[] = {
    { 0x08000000, 16, 0 },  { 0x08003fff, 16, 0 },   { 0x08004000, 16, 1 },
    { 0x0800c000, 16, 3 },  { 0x08010000, 64, 4 },   { 0x0801ffff, 64, 4 },
    { 0x08020000, 128, 5 }, { 0x080e0000, 128, 11 }, { 0x080fffff, 128, 11 },
  };
  g_autoptr (FkChip) chip = make (0x413, "Cortex-M4", 1024 * KIB);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const FkSector *sector = fk_chip_find_sector (chip, rows[i].address);

      g_assert_nonnull (sector);
      g_assert_true (fk_range_has (sector->range, rows[i].address));
      g_assert_cmpuint (sector->range.size, ==, rows[i].kib * KIB);
      g_assert_cmpuint (sector->number, ==, rows[i].number);
    }
  g_assert_null (fk_chip_find_sector (chip, 0x08100000));
  g_assert_null (fk_chip_find_sector (chip, 0x07ffffff));
  assert_region (chip, "ccm", 0x10000000, 64 * KIB);
  g_assert_null (fk_chip_find_region_at (chip, 0x30000000));
  g_assert_null (fk_chip_find_region (chip, "eeprom"));
}

static void
test_two_banks (void)
{
  g_autoptr (FkChip) big = make (0x419, "Cortex-M4", 2048 * KIB);
  g_autoptr (FkChip) one = make (0x419, "Cortex-M4", 1024 * KIB);
  g_autoptr (FkChip) dual = NULL;
  g_autoptr (FkChip) same = NULL;
  g_autoptr (FkChip) xl = make (0x430, "Cortex-M3", 1024 * KIB);
  const FkOptionField *field;
  guint n;

  g_assert_cmpuint (fk_chip_find_sector (big, 0x080fffff)->number, ==, 11);
  g_assert_cmpuint (fk_chip_find_sector (big, 0x08100000)->number, ==, 16);
  g_assert_cmpuint (fk_chip_find_sector (big, 0x08100000)->bank, ==, 1);
  g_assert_cmpuint (fk_chip_find_sector (big, 0x08100000)->range.size, ==, 16 * KIB);
  g_assert_null (fk_chip_get_layout_field (big));

  /* 1 MiB: one bank, or two while DB1M (bit 30 of FLASH_OPTCR) is set. */
  fk_chip_get_sectors (one, &n);
  g_assert_cmpuint (n, ==, 12);
  field = fk_chip_get_layout_field (one);
  g_assert_nonnull (field);
  g_assert_cmpstr (field->name, ==, "DB1M");
  g_assert_cmphex (field->address, ==, 0x40023C14);
  g_assert_cmpuint (field->shift, ==, 30);
  g_assert_cmpuint (field->factory, ==, 0);
  dual = fk_chip_with_layout_field (one, 1);
  fk_chip_get_sectors (dual, &n);
  g_assert_cmpuint (n, ==, 16);
  g_assert_cmpuint (fk_chip_find_sector (dual, 0x0807ffff)->number, ==, 7);
  g_assert_cmpuint (fk_chip_find_sector (dual, 0x08080000)->number, ==, 16);
  g_assert_cmpuint (fk_chip_find_sector (dual, 0x080fffff)->number, ==, 23);
  same = fk_chip_with_layout_field (dual, 0);
  fk_chip_get_sectors (same, &n);
  g_assert_cmpuint (n, ==, 12);

  g_assert_cmpuint (fk_chip_find_sector (xl, 0x0807f800)->number, ==, 255);
  g_assert_cmpuint (fk_chip_find_sector (xl, 0x0807f800)->bank, ==, 0);
  g_assert_cmpuint (fk_chip_find_sector (xl, 0x08080000)->number, ==, 0);
  g_assert_cmpuint (fk_chip_find_sector (xl, 0x08080000)->bank, ==, 1);
  g_assert_cmphex (fk_chip_get_register (xl, "flash"), ==, 0x40022000);
  g_assert_cmphex (fk_chip_get_register (xl, "flash2"), ==, 0x40022040);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autofree char *path = g_strdup_printf ("/chip/known/%s", known[i].part);

      g_test_add_data_func (path, &known[i], test_known);
    }
  g_test_add_func ("/chip/f4-sectors", test_f4_sectors);
  g_test_add_func ("/chip/two-banks", test_two_banks);
  return g_test_run ();
}
