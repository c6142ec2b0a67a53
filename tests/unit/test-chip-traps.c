/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is easily taken for something else in a family, and has cost people a chip or a firmware:
 * each of it is held here, from the manuals and ST's device headers. */

#include "config.h"

#include "chip/fk-chip-db.h"
#include "flash/fk-option-bytes-private.h"

#include <string.h>

#define KIB 1024u

static FkChip *
make (guint16 dev_id, guint kib)
{
  const FkChipDesc *desc = fk_chip_db_find (fk_chip_db_get_default (), dev_id, NULL);
  g_autoptr (GError) error = NULL;
  FkChip *chip;

  g_test_message ("device ID 0x%03x, %u KiB", dev_id, kib);
  g_assert_nonnull (desc);
  chip = fk_chip_desc_make_chip (desc, kib * KIB, &error);
  g_assert_no_error (error);
  return chip;
}

/* One ID for WB55 and WB35, whose flash ends at 512 KiB (RM0434, RM0471). */
static void
test_wb3x (void)
{
  static const struct
  {
    const char *part;
    guint kib;
  } rows[] = { { "STM32WB55RG", 1024 },
               { "STM32WB50CG", 1024 },
               { "STM32WB35CE", 512 },
               { "STM32WB35CC", 256 },
               { "STM32WB30CE", 512 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint32 size = 0;
      const FkChipDesc *desc =
          fk_chip_db_find_part (fk_chip_db_get_default (), rows[i].part, &size);

      g_test_message ("%s", rows[i].part);
      g_assert_nonnull (desc);
      g_assert_cmphex (fk_chip_desc_get_dev_id (desc), ==, 0x495);
      g_assert_cmpuint (size, ==, rows[i].kib * KIB);
    }
}

/* F72x and F73x have OTP, unique ID and size where F4 has them, but behind 0x1FF0; F74x to F77x
 * have them elsewhere, and OTP of twice the size (stm32f722xx.h, stm32f746xx.h). */
static void
test_f7_places (void)
{
  static const struct
  {
    guint16 dev_id;
    guint kib;
    guint32 otp;
    guint otp_size;
    guint32 uid;
    guint32 size;
  } rows[] = {
    { 0x452, 512, 0x1FF07800, 528, 0x1FF07A10, 0x1FF07A22 },
    { 0x449, 1024, 0x1FF0F000, 1056, 0x1FF0F420, 0x1FF0F442 },
    { 0x451, 2048, 0x1FF0F000, 1056, 0x1FF0F420, 0x1FF0F442 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FkChip) chip = make (rows[i].dev_id, rows[i].kib);
      FkRange otp = fk_chip_find_region (chip, "otp")->range;

      g_assert_cmphex (otp.address, ==, rows[i].otp);
      g_assert_cmpuint (otp.size, ==, rows[i].otp_size);
      g_assert_cmphex (fk_chip_find_region (chip, "uid")->range.address, ==, rows[i].uid);
      g_assert_cmphex (fk_chip_desc_get_size_register (
                           fk_chip_db_find (fk_chip_db_get_default (), rows[i].dev_id, NULL)),
                       ==, rows[i].size);
    }
}

/* The sectors of H7A3 are 8 KiB, of other H7 128 KiB (RM0455 and RM0433, 4 Embedded flash memory);
 * nothing says so but the device ID. */
static void
test_h7_sectors (void)
{
  static const struct
  {
    guint16 dev_id;
    guint kib;
    guint sector;
    guint n;
  } rows[] = { { 0x480, 2048, 8, 256 },
               { 0x480, 128, 8, 16 },
               { 0x450, 2048, 128, 16 },
               { 0x483, 1024, 128, 8 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FkChip) chip = make (rows[i].dev_id, rows[i].kib);
      guint n;
      const FkSector *sectors = fk_chip_get_sectors (chip, &n);

      g_assert_cmpuint (n, ==, rows[i].n);
      for (guint k = 0; k < n; k++)
        g_assert_cmpuint (sectors[k].range.size, ==, rows[i].sector * KIB);
    }
}

/* G4 keeps its option bytes at 0x1FFF7800, where F4 has its OTP; its own OTP is at 0x1FFF7000
 * (RM0440, 3 Embedded flash memory). */
static void
test_g4_places (void)
{
  static const struct
  {
    guint16 dev_id;
    guint kib;
  } rows[] = { { 0x468, 128 }, { 0x469, 512 }, { 0x479, 512 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FkChip) chip = make (rows[i].dev_id, rows[i].kib);

      g_assert_null (fk_chip_find_region_at (chip, 0x1FFF7800));
      g_assert_cmphex (fk_chip_find_region (chip, "otp")->range.address, ==, 0x1FFF7000);
      g_assert_cmphex (fk_chip_find_region (chip, "option-bytes")->range.address, ==, 0x40022020);
    }
}

static const char *
get_meaning (FkChip *chip, guint32 rdp)
{
  const FkOptionField *field = fk_chip_find_option_field (chip, "RDP");

  for (guint i = 0; i < field->n_values; i++)
    if (field->values[i].value == rdp)
      return field->values[i].meaning;
  return field->otherwise;
}

/* 0xAA opens every other family, and protects an F1, which 0xA5 opens (PM0075, 3.1); there is no
 * value that locks it for ever. */
static void
test_rdp (void)
{
  static const struct
  {
    guint16 dev_id;
    guint kib;
    gboolean opens_aa;
  } rows[] = {
    { 0x410, 64, FALSE }, { 0x412, 32, FALSE },  { 0x414, 512, FALSE },  { 0x418, 256, FALSE },
    { 0x420, 64, FALSE }, { 0x428, 512, FALSE }, { 0x430, 1024, FALSE }, { 0x444, 16, TRUE },
    { 0x422, 256, TRUE }, { 0x413, 1024, TRUE }, { 0x427, 256, TRUE },   { 0x467, 512, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FkChip) chip = make (rows[i].dev_id, rows[i].kib);

      g_assert_cmpint (fk_protection_from_rdp (chip, rows[i].opens_aa ? 0xAA : 0xA5), ==,
                       FK_PROTECTION_NONE);
      g_assert_cmpint (fk_protection_from_rdp (chip, rows[i].opens_aa ? 0xA5 : 0xAA), ==,
                       FK_PROTECTION_READ);
      g_assert_cmpint (fk_protection_from_rdp (chip, 0xCC), ==,
                       rows[i].opens_aa ? FK_PROTECTION_PERMANENT : FK_PROTECTION_READ);
      g_assert_cmpstr (get_meaning (chip, 0xAA), !=, get_meaning (chip, 0xA5));
    }
}

/* How many sectors the first bit and the last one protect: 4 KiB, in pages of 2 KiB two
 * (RM0091, 4 Option bytes; PM0063, 2.4, high-density F100). */
static void
test_pages_of_a_bit (void)
{
  static const struct
  {
    guint16 dev_id;
    guint kib;
    guint first;
    guint last;
  } rows[] = {
    { 0x448, 128, 2, 2 }, { 0x442, 256, 2, 66 },  { 0x428, 512, 2, 194 }, { 0x428, 256, 2, 66 },
    { 0x420, 128, 4, 4 }, { 0x414, 512, 2, 194 }, { 0x410, 128, 4, 4 },   { 0x440, 64, 4, 4 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FkChip) chip = make (rows[i].dev_id, rows[i].kib);
      const FkOptionField *first_field = NULL;
      const FkOptionField *last_field;
      guint first_bit = 0;
      guint last_bit = 0;
      guint first = 0;
      guint last = 0;
      guint n;
      const FkSector *sectors = fk_chip_get_sectors (chip, &n);

      first_field = fk_chip_find_write_protection (chip, &sectors[0], &first_bit);
      last_field = fk_chip_find_write_protection (chip, &sectors[n - 1], &last_bit);
      g_assert_cmpuint (first_bit, ==, 0);
      for (guint k = 0; k < n; k++)
        {
          guint bit = 0;
          const FkOptionField *field = fk_chip_find_write_protection (chip, &sectors[k], &bit);

          first += field == first_field && bit == first_bit;
          last += field == last_field && bit == last_bit;
        }
      g_assert_cmpuint (first, ==, rows[i].first);
      g_assert_cmpuint (last, ==, rows[i].last);
    }
}

/* On L0 and L1 a bit that is 1 protects 4 KiB (RM0038 and RM0367, 3 Flash program memory); on all
 * others one that is 0 does. */
static void
test_bits_that_protect (void)
{
  FkChipDb *db = fk_chip_db_get_default ();

  for (guint i = 0; i < fk_chip_db_get_n_descs (db); i++)
    {
      const FkChipDesc *desc = fk_chip_db_get_desc (db, i);
      const char *family = fk_chip_desc_get_family (desc);
      gboolean is_l0 = g_str_equal (family, "STM32L0");
      gboolean is_low = is_l0 || g_str_equal (family, "STM32L1");
      g_autoptr (FkChip) chip =
          fk_chip_desc_make_chip (desc, fk_chip_desc_get_max_flash_size (desc), NULL);
      guint n;
      const FkOptionField *fields = fk_chip_get_option_fields (chip, &n);
      guint n_bits = 0;

      for (guint k = 0; k < n; k++)
        {
          if (!fields[k].write_protects)
            continue;
          n_bits += fields[k].width;
          g_assert_true (fields[k].set_protects == is_low);
          g_assert_cmphex (fields[k].factory, ==, is_low ? 0 : (1u << fields[k].width) - 1);
        }
      if (g_str_equal (family, "STM32L1"))
        g_assert_cmpuint (n_bits, ==, fk_chip_get_flash_size (chip) / (4 * KIB));
    }
}

/* A flash of 1 MiB of F42x, F43x, F46x and F47x while DB1M is 1: twice four sectors of 16 KiB, one
 * of 64 and three of 128 (RM0090, 3.4; RM0386, 3). */
static void
test_db1m (void)
{
  static const guint16 dev_ids[] = { 0x419, 0x434 };

  for (guint i = 0; i < G_N_ELEMENTS (dev_ids); i++)
    {
      static const guint kib[] = { 16, 16, 16, 16, 64, 128, 128, 128 };
      g_autoptr (FkChip) fresh = make (dev_ids[i], 1024);
      g_autoptr (FkChip) chip = fk_chip_with_layout_field (fresh, 1);
      guint32 next = 0x08000000;
      guint n;
      const FkSector *sectors = fk_chip_get_sectors (chip, &n);

      g_assert_cmpuint (n, ==, 16);
      for (guint k = 0; k < n; k++)
        {
          g_assert_cmphex (sectors[k].range.address, ==, next);
          g_assert_cmpuint (sectors[k].range.size, ==, kib[k % 8] * KIB);
          g_assert_cmpuint (sectors[k].bank, ==, k / 8);
          g_assert_cmpuint (sectors[k].number, ==, k < 8 ? k : k + 8);
          next += sectors[k].range.size;
        }
    }
}

/* A G0 from the factory does not ask its BOOT0 pin (RM0444, 2.5 Boot configuration), so that
 * no jumper starts its bootloader; an L4 or G4 does. */
static void
test_boot0 (void)
{
  static const struct
  {
    guint16 dev_id;
    guint kib;
    const char *field;
    guint32 factory;
    const char *meaning;
  } rows[] = {
    { 0x456, 64, "nBOOT_SEL", 1, "The option nBOOT0" },
    { 0x460, 128, "nBOOT_SEL", 1, "The option nBOOT0" },
    { 0x466, 64, "nBOOT_SEL", 1, "The option nBOOT0" },
    { 0x467, 512, "nBOOT_SEL", 1, "The option nBOOT0" },
    { 0x468, 128, "nSWBOOT0", 1, "The BOOT0 pin" },
    { 0x435, 256, "nSWBOOT0", 1, "The BOOT0 pin" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FkChip) chip = make (rows[i].dev_id, rows[i].kib);
      const FkOptionField *field = fk_chip_find_option_field (chip, rows[i].field);
      const char *meaning = NULL;

      g_assert_nonnull (field);
      g_assert_cmphex (field->factory, ==, rows[i].factory);
      for (guint k = 0; k < field->n_values; k++)
        if (field->values[k].value == field->factory)
          meaning = field->values[k].meaning;
      g_assert_cmpstr (meaning, ==, rows[i].meaning);
      g_assert_cmphex (fk_chip_find_option_field (chip, "nBOOT0")->factory, ==, 1);
    }
}

/* Loaders run in the region "ram" alone, which never reaches into CCM: there an F4's code cannot
 * run (RM0090, 2.3.1). */
static void
test_ccm (void)
{
  FkChipDb *db = fk_chip_db_get_default ();
  guint n_with = 0;

  for (guint i = 0; i < fk_chip_db_get_n_descs (db); i++)
    {
      const FkChipDesc *desc = fk_chip_db_get_desc (db, i);
      g_autoptr (FkChip) chip =
          fk_chip_desc_make_chip (desc, fk_chip_desc_get_max_flash_size (desc), NULL);
      const FkRegion *ccm = fk_chip_find_region (chip, "ccm");
      FkRange ram = fk_chip_find_region (chip, "ram")->range;

      g_assert_cmphex (ram.address & 0x20000000, ==, 0x20000000);
      g_assert_cmpuint (fk_chip_get_ram_max (chip), <=, 0x10000000);
      if (ccm == NULL)
        continue;
      n_with++;
      ram.size = fk_chip_get_ram_max (chip);
      g_assert_false (fk_range_overlaps (ram, ccm->range));
    }
  g_assert_cmpuint (n_with, >, 3);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chip-traps/wb3x", test_wb3x);
  g_test_add_func ("/chip-traps/f7-places", test_f7_places);
  g_test_add_func ("/chip-traps/h7-sectors", test_h7_sectors);
  g_test_add_func ("/chip-traps/g4-places", test_g4_places);
  g_test_add_func ("/chip-traps/rdp", test_rdp);
  g_test_add_func ("/chip-traps/pages-of-a-bit", test_pages_of_a_bit);
  g_test_add_func ("/chip-traps/bits-that-protect", test_bits_that_protect);
  g_test_add_func ("/chip-traps/db1m", test_db1m);
  g_test_add_func ("/chip-traps/boot0", test_boot0);
  g_test_add_func ("/chip-traps/ccm", test_ccm);
  return g_test_run ();
}
