/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Facts of well-known parts, written down here from manuals and data sheets and not from the
 * descriptions; and a lint over every description. */

#include "config.h"

#include "base/fk-error.h"
#include "chip/fk-chip-areas.h"
#include "chip/fk-chip-db.h"
#include "chip/fk-clone.h"

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
  guint32 otp; /* 0: 0x1FFF7800 */
} Known;

/* clang-format off */
static const Known known[] = {
  { "F103C8", 0x410, "Cortex-M3", 64, "STM32F10xx8", "STM32F1", "stm32f1", 0x1FFFF7E0,
    0x1FFFF7E8, 64, 1, 1, 1, 63, 10, 20, 0x1FFFF800, 16, 0x1FFFF000, 2, 0 },
  { "F103C8-128", 0x410, "Cortex-M3", 128, "STM32F10xxB", "STM32F1", "stm32f1", 0x1FFFF7E0,
    0x1FFFF7E8, 128, 1, 1, 1, 127, 16, 20, 0x1FFFF800, 16, 0x1FFFF000, 2, 0 },
  { "F103RC", 0x414, "Cortex-M3", 256, "STM32F10xxC", "STM32F1", "stm32f1", 0x1FFFF7E0,
    0x1FFFF7E8, 128, 1, 2, 2, 127, 32, 48, 0x1FFFF800, 16, 0x1FFFF000, 2, 0 },
  { "F103RG", 0x430, "Cortex-M3", 1024, "STM32F10xxG", "STM32F1", "stm32f1", 0x1FFFF7E0,
    0x1FFFF7E8, 512, 2, 2, 2, 255, 80, 96, 0x1FFFF800, 16, 0x1FFFE000, 6, 0 },
  { "F103RF", 0x430, "Cortex-M3", 768, "STM32F10xxF", "STM32F1", "stm32f1", 0x1FFFF7E0,
    0x1FFFF7E8, 384, 2, 2, 2, 127, 80, 96, 0x1FFFF800, 16, 0x1FFFE000, 6, 0 },
  { "F030F4", 0x444, "Cortex-M0", 16, "STM32F03xx4", "STM32F0", "stm32f1", 0x1FFFF7CC,
    0x1FFFF7AC, 16, 1, 1, 1, 15, 4, 4, 0x1FFFF800, 16, 0x1FFFEC00, 3, 0 },
  { "F072RB", 0x448, "Cortex-M0", 128, "STM32F07xxB", "STM32F0", "stm32f1", 0x1FFFF7CC,
    0x1FFFF7AC, 64, 1, 2, 2, 63, 16, 16, 0x1FFFF800, 16, 0x1FFFC800, 12, 0 },
  { "F405RG", 0x413, "Cortex-M4", 1024, "STM32F40xxG", "STM32F4", "stm32f4", 0x1FFF7A22,
    0x1FFF7A10, 12, 1, 16, 128, 11, 128, 128, 0x40023C14, 4, 0x1FFF0000, 30, 528 },
  { "F407VE", 0x413, "Cortex-M4", 512, "STM32F40xxE", "STM32F4", "stm32f4", 0x1FFF7A22,
    0x1FFF7A10, 8, 1, 16, 128, 7, 128, 128, 0x40023C14, 4, 0x1FFF0000, 30, 528 },
  { "F429ZI", 0x419, "Cortex-M4", 2048, "STM32F42xxI", "STM32F4", "stm32f4", 0x1FFF7A22,
    0x1FFF7A10, 24, 2, 16, 128, 27, 192, 192, 0x40023C14, 8, 0x1FFF0000, 30, 528 },
  { "F303VC", 0x422, "Cortex-M4", 256, "STM32F30xxC", "STM32F3", "stm32f1", 0x1FFFF7CC,
    0x1FFFF7AC, 128, 1, 2, 2, 127, 40, 40, 0x1FFFF800, 16, 0x1FFFD800, 8, 0 },
  { "F207VG", 0x411, "Cortex-M3", 1024, "STM32F20xxG", "STM32F2", "stm32f4", 0x1FFF7A22,
    0x1FFF7A10, 12, 1, 16, 128, 11, 128, 128, 0x40023C14, 4, 0x1FFF0000, 30, 528 },
  { "F411CE", 0x431, "Cortex-M4", 512, "STM32F411xE", "STM32F4", "stm32f4", 0x1FFF7A22,
    0x1FFF7A10, 8, 1, 16, 128, 7, 128, 128, 0x40023C14, 4, 0x1FFF0000, 30, 528 },
  { "F413ZH", 0x463, "Cortex-M4", 1536, "STM32F413xH", "STM32F4", "stm32f4", 0x1FFF7A22,
    0x1FFF7A10, 16, 1, 16, 128, 15, 320, 320, 0x40023C14, 4, 0x1FFF0000, 30, 528 },
  { "F410RB", 0x458, "Cortex-M4", 128, "STM32F410xB", "STM32F4", "stm32f4", 0x1FFF7A22,
    0x1FFF7A10, 5, 1, 16, 64, 4, 32, 32, 0x40023C14, 4, 0x1FFF0000, 30, 528 },
  { "F746ZG", 0x449, "Cortex-M7", 1024, "STM32F74xxG", "STM32F7", "stm32f4", 0x1FF0F442,
    0x1FF0F420, 8, 1, 32, 256, 7, 320, 320, 0x40023C14, 8, 0x00100000, 60, 1056, 0x1FF0F000 },
  { "F730R8", 0x452, "Cortex-M7", 64, "STM32F72xx8", "STM32F7", "stm32f4", 0x1FF07A22,
    0x1FF07A10, 4, 1, 16, 16, 3, 256, 256, 0x40023C14, 12, 0x00100000, 60, 528, 0x1FF07800 },
  { "F767ZI", 0x451, "Cortex-M7", 2048, "STM32F76xxI", "STM32F7", "stm32f4", 0x1FF0F442,
    0x1FF0F420, 12, 1, 32, 256, 11, 512, 512, 0x40023C14, 8, 0x00100000, 60, 1056, 0x1FF0F000 },
  { "G0B1RE", 0x467, "Cortex-M0+", 512, "STM32G0BxxE", "STM32G0", "stm32l4", 0x1FFF75E0,
    0x1FFF7590, 256, 2, 2, 2, 127, 128, 144, 0x40022020, 100, 0x1FFF0000, 28, 1024, 0x1FFF7000 },
  { "G071C8", 0x460, "Cortex-M0+", 64, "STM32G07xx8", "STM32G0", "stm32l4", 0x1FFF75E0,
    0x1FFF7590, 32, 1, 2, 2, 31, 32, 36, 0x40022020, 100, 0x1FFF0000, 28, 1024, 0x1FFF7000 },
  { "G431KB", 0x468, "Cortex-M4", 128, "STM32G43xxB", "STM32G4", "stm32l4", 0x1FFF75E0, 0x1FFF7590,
    64, 1, 2, 2, 63, 22, 32, 0x40022020, 88, 0x1FFF0000, 28, 1024, 0x1FFF7000 },
  { "G474RE", 0x469, "Cortex-M4", 512, "STM32G47xxE", "STM32G4", "stm32l4", 0x1FFF75E0, 0x1FFF7590,
    256, 2, 2, 2, 127, 40, 128, 0x40022020, 88, 0x1FFF0000, 28, 1024, 0x1FFF7000 },
  { "L432KC", 0x435, "Cortex-M4", 256, "STM32L43xxC", "STM32L4", "stm32l4", 0x1FFF75E0, 0x1FFF7590,
    128, 1, 2, 2, 127, 48, 64, 0x40022020, 52, 0x1FFF0000, 28, 1024, 0x1FFF7000 },
  { "L476RG", 0x415, "Cortex-M4", 1024, "STM32L47xxG", "STM32L4", "stm32l4", 0x1FFF75E0,
    0x1FFF7590, 512, 2, 2, 2, 255, 96, 96, 0x40022020, 52, 0x1FFF0000, 28, 1024, 0x1FFF7000 },
  { "L4R5ZI", 0x470, "Cortex-M4", 2048, "STM32L4RxxI", "STM32L4", "stm32l4", 0x1FFF75E0,
    0x1FFF7590, 512, 2, 4, 4, 255, 192, 640, 0x40022020, 52, 0x1FFF0000, 28, 1024, 0x1FFF7000 },
  { "WB55RG", 0x495, "Cortex-M4", 1024, "STM32WB5xxG", "STM32WB", "none", 0x1FFF75E0,
    0x1FFF7590, 256, 1, 4, 4, 255, 64, 192, 0x58004020, 4, 0x1FFF0000, 28, 1024, 0x1FFF7000 },
  { "WB15CC", 0x494, "Cortex-M4", 320, "STM32WB1xxC", "STM32WB", "none", 0x1FFF75E0, 0x1FFF7590,
    160, 1, 2, 2, 159, 12, 12, 0x58004020, 4, 0x1FFF0000, 28, 1024, 0x1FFF7000 },
  { "WLE5JC", 0x497, "Cortex-M4", 256, "STM32WLxxxC", "STM32WL", "none", 0x1FFF75E0, 0x1FFF7590,
    128, 1, 2, 2, 127, 32, 64, 0x58004020, 28, 0x1FFF0000, 16, 1024, 0x1FFF7000 },
  { "C031C6", 0x453, "Cortex-M0+", 32, "STM32C03xx6", "STM32C0", "stm32l4", 0x1FFF75A0,
    0x1FFF7550, 16, 1, 2, 2, 15, 12, 12, 0x40022020, 100, 0x1FFF0000, 6, 1024, 0x1FFF7000 },
  { "U073RC", 0x489, "Cortex-M0+", 256, "STM32U07xxC", "STM32U0", "stm32l4", 0x1FFF6EA0,
    0x1FFF6E50, 128, 1, 2, 2, 127, 32, 40, 0x40022020, 100, 0x1FFF0000, 26, 1024, 0x1FFF6800 },
};
/* clang-format on */

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
  g_assert_cmphex (fk_chip_desc_get_uid_words (desc)[0], ==, fact->uid);
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
  assert_region (chip, "otp", fact->otp != 0 ? fact->otp : 0x1FFF7800, fact->otp_size);
  g_assert_cmpuint (fk_chip_get_ram_max (chip), ==, fact->ram_max_kib * KIB);
  g_assert_finalize_object (g_steal_pointer (&chip));
}

static void
test_f4_sectors (void)
{
  /* RM0090, 3.3: sectors of 16, 64 and 128 KiB. */
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

/* Where the second bank does not begin behind the first one: RM0433 and RM0455, 4 (FLASH_BANK2_BASE
 * of stm32h743xx.h), stm32l151xdx.h, RM0440 3. */
static void
test_gaps (void)
{
  static const struct
  {
    guint16 dev_id;
    guint kib;
    guint n_parts;
    guint32 second; /* where the second bank begins; 0: there is none */
    guint32 end;
    guint last_number;
  } rows[] = {
    { 0x437, 384, 2, 0x08040000, 0x08070000, 767 }, { 0x437, 512, 1, 0x08040000, 0x08080000, 1023 },
    { 0x436, 384, 1, 0x08030000, 0x08060000, 767 }, { 0x450, 1024, 2, 0x08100000, 0x08180000, 3 },
    { 0x450, 2048, 1, 0x08100000, 0x08200000, 7 },  { 0x450, 128, 1, 0, 0x08020000, 0 },
    { 0x480, 1024, 2, 0x08100000, 0x08180000, 63 }, { 0x469, 128, 2, 0x08040000, 0x08050000, 31 },
    { 0x469, 256, 2, 0x08040000, 0x08060000, 63 },  { 0x469, 512, 1, 0x08040000, 0x08080000, 127 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const FkChipDesc *desc = fk_chip_db_find (fk_chip_db_get_default (), rows[i].dev_id, NULL);
      g_autoptr (FkChip) chip = fk_chip_desc_make_chip (desc, rows[i].kib * KIB, NULL);
      FkRange flash = fk_chip_find_region (chip, "flash")->range;
      guint64 size = 0;
      guint n_parts;
      guint n;
      const FkRange *parts = fk_chip_get_flash_parts (chip, &n_parts);
      const FkSector *sectors = fk_chip_get_sectors (chip, &n);

      g_test_message ("0x%03x, %u KiB", rows[i].dev_id, rows[i].kib);
      g_assert_cmpuint (fk_chip_get_flash_size (chip), ==, rows[i].kib * KIB);
      g_assert_cmphex (fk_range_end (flash), ==, rows[i].end);
      g_assert_cmphex (fk_chip_find_flash_end (chip, rows[i].kib * KIB), ==, rows[i].end);
      g_assert_cmphex (fk_range_end (sectors[n - 1].range), ==, rows[i].end);
      g_assert_cmpuint (sectors[n - 1].number % (rows[i].dev_id == 0x437 ? 1024 : 768), ==,
                        rows[i].last_number);
      g_assert_cmpuint (n_parts, ==, rows[i].n_parts);
      for (guint k = 0; k < n_parts; k++)
        size += parts[k].size;
      g_assert_cmpuint (size, ==, rows[i].kib * KIB);
      if (rows[i].second != 0)
        g_assert_cmpuint (fk_chip_find_sector (chip, rows[i].second)->bank, ==, 1);
      if (n_parts == 1)
        continue;
      g_assert_null (fk_chip_find_sector (chip, rows[i].second - 1));
      g_assert_null (fk_chip_find_region_at (chip, rows[i].second - 1));
      g_assert_nonnull (fk_chip_find_region_at (chip, rows[i].second));
      g_assert_cmphex (fk_range_end (parts[0]), ==, 0x08000000 + rows[i].kib * KIB / 2);
      g_assert_null (fk_chip_find_sector (chip, (guint32)fk_range_end (parts[0])));
      g_assert_true (fk_chip_has_flash (chip, parts[1]));
      g_assert_false (fk_chip_has_flash (chip, flash));
    }
}

static void
test_alias (void)
{
  FkChipDb *db = fk_chip_db_get_default ();

  /* The first F407 tells the ID of an F2; only the core tells them apart. */
  g_assert_cmphex (fk_chip_desc_get_dev_id (fk_chip_db_find (db, 0x411, "Cortex-M4")), ==, 0x413);
  g_assert_cmphex (fk_chip_desc_get_dev_id (fk_chip_db_find (db, 0x411, "Cortex-M3")), ==, 0x411);
  g_assert_cmpstr (fk_chip_desc_get_family (fk_chip_db_find (db, 0x411, NULL)), ==, "STM32F2");
  g_assert_null (fk_chip_db_find (db, 0x411, "Cortex-M7"));
  g_assert_null (fk_chip_db_find (db, 0x413, "Cortex-M3"));
  /* GD32F303; without a core an ID is ST's. */
  g_assert_cmpstr (fk_chip_desc_get_maker (fk_chip_db_find (db, 0x414, "Cortex-M4")), ==,
                   "GigaDevice");
  g_assert_null (fk_chip_desc_get_maker (fk_chip_db_find (db, 0x414, NULL)));
  g_assert_null (fk_chip_db_find (db, 0x2b3, NULL));
  g_assert_null (fk_chip_db_find (db, 0x000, "Cortex-M3"));
  g_assert_null (fk_chip_db_find (db, 0xfff, NULL));
}

static void
test_idcode (void)
{
  FkChipDb *db = fk_chip_db_get_default ();

  g_assert_cmphex (fk_chip_db_get_idcode_address (db, "Cortex-M0", 0), ==, 0x40015800);
  /* MM32; those of ST come first. */
  g_assert_cmphex (fk_chip_db_get_idcode_address (db, "Cortex-M0", 1), ==, 0x40013400);
  g_assert_cmphex (fk_chip_db_get_idcode_address (db, "Cortex-M0", 2), ==, 0);
  g_assert_cmphex (fk_chip_db_get_idcode_address (db, "Cortex-M0+", 0), ==, 0x40015800);
  g_assert_cmphex (fk_chip_db_get_idcode_address (db, "Cortex-M3", 0), ==, 0xE0042000);
  g_assert_cmphex (fk_chip_db_get_idcode_address (db, "Cortex-M4", 0), ==, 0xE0042000);
  g_assert_cmphex (fk_chip_db_get_idcode_address (db, "Cortex-M7", 0), ==, 0xE0042000);
  g_assert_cmphex (fk_chip_db_get_idcode_address (db, "Cortex-M33", 0) ^
                       fk_chip_db_get_idcode_address (db, "Cortex-M33", 1),
                   ==, 0xE0044000 ^ 0x44024000);
  g_assert_cmphex (fk_chip_db_get_idcode_address (db, "Cortex-M33", 2), ==, 0);
}

static void
test_all_ids (void)
{
  static const struct
  {
    guint16 dev_id;
    const char *family;
    guint max_kib;
    guint32 system_memory; /* AN2606 */
  } rows[] = {
    { 0x440, "STM32F0", 64, 0x1FFFEC00 },    { 0x442, "STM32F0", 256, 0x1FFFD800 },
    { 0x444, "STM32F0", 32, 0x1FFFEC00 },    { 0x445, "STM32F0", 32, 0x1FFFC400 },
    { 0x448, "STM32F0", 128, 0x1FFFC800 },   { 0x410, "STM32F1", 128, 0x1FFFF000 },
    { 0x412, "STM32F1", 32, 0x1FFFF000 },    { 0x414, "STM32F1", 512, 0x1FFFF000 },
    { 0x418, "STM32F1", 256, 0x1FFFB000 },   { 0x420, "STM32F1", 128, 0x1FFFF000 },
    { 0x428, "STM32F1", 512, 0x1FFFF000 },   { 0x430, "STM32F1", 1024, 0x1FFFE000 },
    { 0x411, "STM32F2", 1024, 0x1FFF0000 },  { 0x422, "STM32F3", 256, 0x1FFFD800 },
    { 0x432, "STM32F3", 256, 0x1FFFD800 },   { 0x438, "STM32F3", 64, 0x1FFFD800 },
    { 0x439, "STM32F3", 64, 0x1FFFD800 },    { 0x446, "STM32F3", 512, 0x1FFFD800 },
    { 0x413, "STM32F4", 1024, 0x1FFF0000 },  { 0x419, "STM32F4", 2048, 0x1FFF0000 },
    { 0x421, "STM32F4", 512, 0x1FFF0000 },   { 0x423, "STM32F4", 256, 0x1FFF0000 },
    { 0x431, "STM32F4", 512, 0x1FFF0000 },   { 0x433, "STM32F4", 512, 0x1FFF0000 },
    { 0x434, "STM32F4", 2048, 0x1FFF0000 },  { 0x441, "STM32F4", 1024, 0x1FFF0000 },
    { 0x458, "STM32F4", 128, 0x1FFF0000 },   { 0x463, "STM32F4", 1536, 0x1FFF0000 },
    { 0x449, "STM32F7", 1024, 0x00100000 },  { 0x451, "STM32F7", 2048, 0x00100000 },
    { 0x452, "STM32F7", 512, 0x00100000 },   { 0x460, "STM32G0", 128, 0x1FFF0000 },
    { 0x466, "STM32G0", 64, 0x1FFF0000 },    { 0x456, "STM32G0", 64, 0x1FFF0000 },
    { 0x467, "STM32G0", 512, 0x1FFF0000 },   { 0x468, "STM32G4", 128, 0x1FFF0000 },
    { 0x469, "STM32G4", 512, 0x1FFF0000 },   { 0x479, "STM32G4", 512, 0x1FFF0000 },
    { 0x464, "STM32L4", 128, 0x1FFF0000 },   { 0x435, "STM32L4", 256, 0x1FFF0000 },
    { 0x462, "STM32L4", 512, 0x1FFF0000 },   { 0x415, "STM32L4", 1024, 0x1FFF0000 },
    { 0x461, "STM32L4", 1024, 0x1FFF0000 },  { 0x470, "STM32L4", 2048, 0x1FFF0000 },
    { 0x471, "STM32L4", 1024, 0x1FFF0000 },  { 0x495, "STM32WB", 1024, 0x1FFF0000 },
    { 0x494, "STM32WB", 320, 0x1FFF0000 },   { 0x497, "STM32WL", 256, 0x1FFF0000 },
    { 0x443, "STM32C0", 32, 0x1FFF0000 },    { 0x453, "STM32C0", 32, 0x1FFF0000 },
    { 0x44C, "STM32C0", 64, 0x1FFF0000 },    { 0x493, "STM32C0", 128, 0x1FFF0000 },
    { 0x44D, "STM32C0", 256, 0x1FFF0000 },   { 0x459, "STM32U0", 64, 0x1FFF0000 },
    { 0x489, "STM32U0", 256, 0x1FFF0000 },   { 0x457, "STM32L0", 16, 0x1FF00000 },
    { 0x425, "STM32L0", 32, 0x1FF00000 },    { 0x417, "STM32L0", 64, 0x1FF00000 },
    { 0x447, "STM32L0", 192, 0x1FF00000 },   { 0x416, "STM32L1", 128, 0x1FF00000 },
    { 0x429, "STM32L1", 128, 0x1FF00000 },   { 0x427, "STM32L1", 256, 0x1FF00000 },
    { 0x436, "STM32L1", 384, 0x1FF00000 },   { 0x437, "STM32L1", 512, 0x1FF00000 },
    { 0x472, "STM32L5", 512, 0x0BF90000 },   { 0x455, "STM32U5", 512, 0x0BF90000 },
    { 0x482, "STM32U5", 2048, 0x0BF90000 },  { 0x481, "STM32U5", 4096, 0x0BF90000 },
    { 0x476, "STM32U5", 4096, 0x0BF90000 },  { 0x450, "STM32H7", 2048, 0x1FF00000 },
    { 0x480, "STM32H7", 2048, 0x1FF00000 },  { 0x483, "STM32H7", 1024, 0x1FF00000 },
    { 0x474, "STM32H5", 128, 0x0BF80000 },   { 0x478, "STM32H5", 512, 0x0BF80000 },
    { 0x484, "STM32H5", 2048, 0x0BF80000 },  { 0x485, "STM32H7RS", 64, 0x1FF00000 },
    { 0x492, "STM32WBA", 1024, 0x0BF88000 }, { 0x4B0, "STM32WBA", 2048, 0x0BF88000 },
  };
  FkChipDb *db = fk_chip_db_get_default ();
  guint n_others = 0;

  for (guint i = 0; i < fk_chip_db_get_n_descs (db); i++)
    n_others += fk_chip_desc_get_maker (fk_chip_db_get_desc (db, i)) != NULL;
  g_assert_cmpuint (fk_chip_db_get_n_descs (db), ==, G_N_ELEMENTS (rows) + n_others);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const FkChipDesc *desc = fk_chip_db_find (db, rows[i].dev_id, NULL);
      g_autoptr (FkChip) chip = fk_chip_desc_make_chip (desc, rows[i].max_kib * KIB, NULL);

      g_assert_nonnull (chip);
      g_assert_cmphex (fk_chip_find_region (chip, "system-memory")->range.address, ==,
                       rows[i].system_memory);
      g_assert_cmphex (fk_chip_desc_get_dev_id (desc), ==, rows[i].dev_id);
      g_assert_cmpstr (fk_chip_desc_get_family (desc), ==, rows[i].family);
      g_assert_cmpuint (fk_chip_desc_get_max_flash_size (desc), ==, rows[i].max_kib * KIB);
    }
}

/* From what is printed on a chip; what its letter for the flash means depends on the line. */
static void
test_parts (void)
{
  static const struct
  {
    const char *part;
    guint16 dev_id; /* 0: none */
    guint kib;
  } rows[] = {
    { "STM32F405RG", 0x413, 1024 },
    { "STM32F030C8", 0x440, 64 },
    { "STM32G431KB", 0x468, 128 },
    { "STM32G474RET6", 0x469, 512 },
    { "STM32L432KC", 0x435, 256 },
    { "STM32L4R5ZI", 0x470, 2048 },
    { "STM32WB15CC", 0x494, 320 },
    { "STM32WB55RG", 0x495, 1024 },
    { "STM32WB55VY", 0x495, 640 },
    { "STM32WB55CC", 0x495, 256 },
    { "STM32WLE5JC", 0x497, 256 },
    { "STM32C011F4", 0x443, 16 },
    { "STM32C092CC", 0x44d, 256 },
    { "STM32U083RC", 0x489, 256 },
    { "stm32l47xxg", 0x415, 1024 },
    { "STM32WB1xxC", 0x494, 320 },
    { "STM32L432KG", 0, 0 },
    { "STM32WB15CG", 0, 0 },
    { "STM32C0", 0, 0 },
  };
  FkChipDb *db = fk_chip_db_get_default ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint32 size = 0;
      const FkChipDesc *desc = fk_chip_db_find_part (db, rows[i].part, &size);

      g_test_message ("%s", rows[i].part);
      g_assert_true ((desc != NULL) == (rows[i].dev_id != 0));
      if (desc == NULL)
        continue;
      g_assert_cmphex (fk_chip_desc_get_dev_id (desc), ==, rows[i].dev_id);
      g_assert_cmpuint (size, ==, rows[i].kib * KIB);
    }
}

static void
test_sizes (void)
{
  static const struct
  {
    guint16 dev_id;
    guint32 size;
    const char *name;    /* NULL: impossible */
    const char *message; /* a part of it */
  } rows[] = {
    { 0x410, 64 * KIB, "STM32F10xx8", NULL },
    { 0x410, 48 * KIB, "STM32F10xx", NULL }, /* no code for 48 KiB */
    { 0x410, KIB, "STM32F10xx", NULL },
    { 0x410, 0, NULL, "0 bytes: the largest has 128 KiB" },
    { 0x410, 129 * KIB, NULL, "129 KiB: the largest has 128 KiB" },
    { 0x410, 65535 * KIB, NULL, "65535 KiB" },
    { 0x410, 0xffffffff, NULL, "4294967295 bytes" },
    { 0x410, 64 * KIB + 1, NULL, "65537 bytes is not made of whole sectors" },
    { 0x414, 255 * KIB, NULL, "255 KiB is not made of whole sectors" },
    { 0x413, 512 * KIB, "STM32F40xxE", NULL },
    { 0x413, 64 * KIB, "STM32F40xx8", NULL },
    { 0x413, 48 * KIB, "STM32F40xx", NULL },
    { 0x413, 100 * KIB, NULL, "100 KiB is not made of whole sectors" },
    { 0x413, 1000 * KIB, NULL, "device ID 0x413" },
    { 0x419, 1536 * KIB, "STM32F42xxH", NULL },
    { 0x430, 514 * KIB, "STM32F10xx", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const FkChipDesc *desc = fk_chip_db_find (fk_chip_db_get_default (), rows[i].dev_id, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (FkChip) chip = fk_chip_desc_make_chip (desc, rows[i].size, &error);

      if (rows[i].name != NULL)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (fk_chip_get_name (chip), ==, rows[i].name);
          continue;
        }
      g_assert_null (chip);
      g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
      if (strstr (error->message, rows[i].message) == NULL)
        g_error ("\"%s\" lacks \"%s\"", error->message, rows[i].message);
    }
}

static void
test_times (void)
{
  g_autoptr (FkChip) f405 = make (0x413, "Cortex-M4", 1024 * KIB);
  g_autoptr (FkChip) f103 = make (0x410, "Cortex-M3", 64 * KIB);
  guint typical = 0;
  guint max = 0;

  /* DS8626, Flash memory programming */
  g_assert_true (fk_chip_get_erase_time (f405, 128 * KIB, 32, &typical, &max));
  g_assert_cmpuint (typical, ==, 1000);
  g_assert_cmpuint (max, ==, 2000);
  g_assert_true (fk_chip_get_erase_time (f405, 16 * KIB, 8, &typical, &max));
  g_assert_cmpuint (max, ==, 800);
  g_assert_true (fk_chip_get_erase_time (f405, 64 * KIB, 0, NULL, &max));
  g_assert_cmpuint (max, ==, 2400);
  g_assert_true (fk_chip_get_mass_erase_time (f405, 16, &typical, NULL));
  g_assert_cmpuint (typical, ==, 11000);
  g_assert_false (fk_chip_get_erase_time (f405, KIB, 32, &typical, &max));
  /* DS5319, Flash memory characteristics */
  g_assert_true (fk_chip_get_erase_time (f103, KIB, 32, &typical, &max));
  g_assert_cmpuint (max, ==, 40);
  g_assert_true (fk_chip_get_program_time (f103, 0, &typical, &max));
  g_assert_cmpuint (max, ==, 70);
}

/* What size registers say that do not simply say KiB (RM0038, Device electronic signature), and
 * data EEPROM that grows with the flash. */
static void
test_size_register (void)
{
  static const struct
  {
    guint16 dev_id;
    guint16 raw;
    guint kib;
  } rows[] = {
    { 0x410, 64, 64 },    { 0x410, 0, 0 },       { 0x410, 0xffff, 0 },  { 0x410, 0xfffe, 65534 },
    { 0x416, 0x80, 128 }, { 0x416, 0xab40, 64 }, { 0x429, 0x0120, 32 }, { 0x429, 0xff00, 0 },
    { 0x429, 0x00ff, 0 }, { 0x427, 0x100, 256 }, { 0x436, 0, 384 },     { 0x436, 1, 256 },
    { 0x436, 2, 0 },      { 0x436, 0xffff, 0 },
  };
  g_autoptr (FkChip) small = make (0x447, "Cortex-M0+", 64 * KIB);
  g_autoptr (FkChip) large = make (0x447, "Cortex-M0+", 192 * KIB);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const FkChipDesc *desc = fk_chip_db_find (fk_chip_db_get_default (), rows[i].dev_id, NULL);

      g_assert_cmpuint (fk_chip_desc_decode_size (desc, rows[i].raw), ==, rows[i].kib * KIB);
    }
  assert_region (small, "eeprom", 0x08080000, 3 * KIB);
  assert_region (large, "eeprom", 0x08080000, 6 * KIB);
  g_assert_cmpint (fk_chip_find_region (large, "eeprom")->kind, ==, FK_REGION_EEPROM);
}

static void
test_registers (void)
{
  g_autoptr (FkChip) f405 = make (0x413, "Cortex-M4", 1024 * KIB);
  g_autoptr (FkChip) f030 = make (0x444, "Cortex-M0", 16 * KIB);
  g_autoptr (FkChip) f103 = make (0x410, "Cortex-M3", 64 * KIB);

  g_assert_cmphex (fk_chip_get_register (f405, "flash"), ==, 0x40023C00);
  g_assert_cmphex (fk_chip_get_register (f405, "rcc"), ==, 0x40023800);
  g_assert_cmphex (fk_chip_get_register (f405, "flash2"), ==, 0);
  g_assert_cmphex (fk_chip_get_register (f030, "dbgmcu"), ==, 0x40015800);
  g_assert_cmphex (fk_chip_get_register (f103, "watchdog-freeze"), ==, 0xE0042004);
  g_assert_cmphex (fk_chip_get_number (f103, "watchdog-freeze", 0), ==, 3 << 8);
  g_assert_cmphex (fk_chip_get_number (f405, "watchdog-freeze", 0), ==, 3 << 11);
  g_assert_cmphex (fk_chip_get_number (f030, "obl-launch", 0), ==, 1 << 13);
  g_assert_cmphex (fk_chip_get_number (f103, "obl-launch", 7), ==, 7);
}

/* Each bank has two areas, which reach to its end; of L4+ it is certain of one. */
static void
check_areas (FkChip *chip)
{
  const FkOptionField *second = fk_chip_find_option_field (chip, "WRP1B_STRT");
  const FkOptionArea *areas;
  const FkSector *sectors;
  guint n_sectors;
  guint n_areas;

  areas = fk_chip_get_option_areas (chip, &n_areas);
  sectors = fk_chip_get_sectors (chip, &n_sectors);
  for (guint bank = 0; bank <= sectors[n_sectors - 1].bank; bank++)
    {
      guint64 size = 0;
      guint n = 0;

      for (guint i = 0; i < n_sectors; i++)
        size += sectors[i].bank == bank ? sectors[i].range.size : 0;
      for (guint i = 0; i < n_areas; i++)
        {
          if (areas[i].kind != FK_AREA_WRITE || areas[i].bank != bank)
            continue;
          n++;
          g_assert_cmpuint (areas[i].first->width, ==, areas[i].last->width);
          g_assert_cmpuint ((guint64)areas[i].unit << areas[i].last->width, >=, size);
        }
      g_assert_cmpuint (n, ==, second != NULL && second->guarded ? 1 : 2);
    }
}

/* Elsewhere bits protect, whatever areas of another kind there are. */
static gboolean
has_write_areas (FkChip *chip)
{
  guint n;
  const FkOptionArea *areas = fk_chip_get_option_areas (chip, &n);

  for (guint i = 0; i < n; i++)
    if (areas[i].kind == FK_AREA_WRITE)
      return TRUE;
  return FALSE;
}

/* Every sector has a protection bit, and every bit has a sector. */
static void
check_protection (FkChip *chip)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const FkOptionField *fields;
  const FkSector *sectors;
  guint n_bits = 0;
  guint n;

  if (has_write_areas (chip))
    {
      check_areas (chip);
      return;
    }
  sectors = fk_chip_get_sectors (chip, &n);
  for (guint i = 0; i < n; i++)
    {
      guint bit = 99;
      const FkOptionField *field = fk_chip_find_write_protection (chip, &sectors[i], &bit);

      g_assert_nonnull (field);
      g_assert_cmpuint (bit, <, field->width);
      g_hash_table_add (seen, g_strdup_printf ("%s.%u", field->name, bit));
    }
  fields = fk_chip_get_option_fields (chip, &n);
  for (guint i = 0; i < n; i++)
    n_bits += fields[i].write_protects ? fields[i].width : 0;
  g_assert_cmpuint (g_hash_table_size (seen), ==, n_bits);
}

static void
check_chip (FkChip *chip)
{
  const FkRegion *regions;
  const FkSector *sectors;
  guint64 next = 0x08000000;
  guint64 gap = 0;
  guint n;

  g_assert_cmpstr (fk_chip_get_line (chip), !=, "");
  g_assert_true (g_str_has_prefix (fk_chip_get_name (chip), fk_chip_get_family (chip)));
  /* What ST sells has a code in its name. */
  if (g_str_has_prefix (fk_chip_get_family (chip), "STM32"))
    {
      g_assert_true (g_str_has_prefix (fk_chip_get_manual (chip), "RM"));
      g_assert_nonnull (strchr ("3468BZCDEFGHIJY",
                                fk_chip_get_name (chip)[strlen (fk_chip_get_name (chip)) - 1]));
    }
  sectors = fk_chip_get_sectors (chip, &n);
  for (guint i = 0; i < n; i++)
    {
      guint max = 0;

      if (i > 0 && sectors[i].bank != sectors[i - 1].bank)
        gap = sectors[i].range.address - next;
      g_assert_cmphex (sectors[i].range.address, ==,
                       i > 0 && sectors[i].bank != sectors[i - 1].bank ? next + gap : next);
      next = fk_range_end (sectors[i].range);
      if (fk_chip_get_erase_time (chip, sectors[i].range.size, 0, NULL, &max))
        g_assert_cmpuint (max, >, 0);
      else
        g_assert_cmpstr (fk_chip_get_driver (chip), ==, "none");
      g_assert_true (fk_chip_find_sector (chip, sectors[i].range.address) == &sectors[i]);
      g_assert_true (fk_chip_find_sector (chip, (guint32)next - 1) == &sectors[i]);
    }
  g_assert_cmphex (next, ==, 0x08000000 + fk_chip_get_flash_size (chip) + gap);
  regions = fk_chip_get_regions (chip, &n);
  g_assert_cmpint (regions[0].kind, ==, FK_REGION_FLASH);
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < i; k++)
      g_assert_true (!fk_range_overlaps (regions[i].range, regions[k].range) ||
                     regions[i].kind == FK_REGION_UID);
}

static void
test_lint_chips (void)
{
  FkChipDb *db = fk_chip_db_get_default ();

  for (guint i = 0; i < fk_chip_db_get_n_descs (db); i++)
    {
      const FkChipDesc *desc = fk_chip_db_get_desc (db, i);
      const guint32 *sizes;
      guint n;

      g_test_message ("%s", fk_chip_desc_get_line (desc));
      sizes = fk_chip_desc_get_flash_sizes (desc, &n);
      for (guint k = 0; k < n; k++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (FkChip) chip = fk_chip_desc_make_chip (desc, sizes[k], &error);

          g_assert_no_error (error);
          check_chip (chip);
          if (k == n - 1 && !g_str_equal (fk_chip_get_driver (chip), "none"))
            check_protection (chip);
        }
    }
}

/* The files as they lie in the source tree: all of them are compiled in, each is right alone, and a
 * chip stays cheap. */
static void
test_lint_files (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "..", "data", "chips", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n_chips = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      const char *names[] = { name, NULL };
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (FkChipDb) db = NULL;
      g_auto (GStrv) chips = NULL;
      gsize length;

      if (!g_str_has_suffix (name, ".ini"))
        continue;
      g_assert_true (g_file_get_contents (path, &text, &length, &error));
      bytes = g_bytes_new (text, length);
      if (g_str_equal (name, "clones.ini"))
        {
          g_autoptr (FkCloneList) clones = fk_clone_list_new (bytes, name, &error);

          g_assert_no_error (error);
          continue;
        }
      db = fk_chip_db_new_from_bytes (&bytes, names, &error);
      g_assert_no_error (error);
      n_chips += fk_chip_db_get_n_descs (db);
      chips = g_strsplit (text, "\n[Chip ", -1);
      for (guint i = 1; chips[i] != NULL; i++)
        {
          g_auto (GStrv) lines = g_strsplit (chips[i], "\n", -1);

          g_assert_cmpuint (g_strv_length (lines), <=, 40);
        }
    }
  g_assert_cmpuint (n_chips, ==, fk_chip_db_get_n_descs (fk_chip_db_get_default ()));
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
  g_test_add_func ("/chip/lint/chips", test_lint_chips);
  g_test_add_func ("/chip/lint/files", test_lint_files);
  g_test_add_func ("/chip/all-ids", test_all_ids);
  g_test_add_func ("/chip/alias", test_alias);
  g_test_add_func ("/chip/gaps", test_gaps);
  g_test_add_func ("/chip/idcode", test_idcode);
  g_test_add_func ("/chip/parts", test_parts);
  g_test_add_func ("/chip/sizes", test_sizes);
  g_test_add_func ("/chip/times", test_times);
  g_test_add_func ("/chip/registers", test_registers);
  g_test_add_func ("/chip/size-register", test_size_register);
  g_test_add_func ("/chip/f4-sectors", test_f4_sectors);
  g_test_add_func ("/chip/two-banks", test_two_banks);
  return g_test_run ();
}
