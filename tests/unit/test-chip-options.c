/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The options of well-known parts, written down here from manuals and not from the descriptions:
 * which sector a bit protects, what a fresh chip has, which fields there are. */

#include "config.h"

#include "chip/fk-chip-db.h"

#define KIB 1024u

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

typedef struct
{
  guint16 dev_id;
  guint kib;
  guint32 address;
  const char *field;
  guint bit;
} Protected;

static void
test_write_protection (void)
{
  static const Protected rows[] = {
    /* PM0075: four pages of 1 KiB a bit on medium density */
    { 0x410, 64, 0x08000000, "WRP0", 0 },
    { 0x410, 64, 0x08000fff, "WRP0", 0 },
    { 0x410, 64, 0x08001000, "WRP0", 1 },
    { 0x410, 64, 0x0800ffff, "WRP1", 7 },
    { 0x410, 128, 0x0801fc00, "WRP3", 7 },
    /* two pages of 2 KiB on high density, and bit 31 all from page 62 on */
    { 0x414, 512, 0x08001000, "WRP0", 1 },
    { 0x414, 512, 0x0801efff, "WRP3", 6 },
    { 0x414, 512, 0x0801f000, "WRP3", 7 },
    { 0x414, 512, 0x0807ffff, "WRP3", 7 },
    /* PM0068: likewise, through both banks */
    { 0x430, 1024, 0x08080000, "WRP3", 7 },
    { 0x430, 1024, 0x080fffff, "WRP3", 7 },
    /* RM0091: 4 KiB a bit; F09x: bit 31 all from page 62 on */
    { 0x444, 32, 0x08007fff, "WRP0", 7 },
    { 0x448, 128, 0x0801ffff, "WRP3", 7 },
    { 0x448, 128, 0x08008000, "WRP1", 0 },
    { 0x442, 256, 0x0803ffff, "WRP3", 7 },
    { 0x422, 256, 0x0801e000, "WRP3", 6 },
    /* RM0090: a sector a bit; bank 2 in FLASH_OPTCR1 */
    { 0x413, 1024, 0x0800c000, "nWRP3", 0 },
    { 0x413, 1024, 0x080fffff, "nWRP11", 0 },
    { 0x419, 2048, 0x080fffff, "nWRP11", 0 },
    { 0x419, 2048, 0x08100000, "nWRP12", 0 },
    { 0x419, 2048, 0x081fffff, "nWRP23", 0 },
    /* RM0430: sectors 14 and 15 share a bit */
    { 0x463, 1536, 0x08140000, "nWRP14", 0 },
    { 0x463, 1536, 0x0817ffff, "nWRP14", 0 },
    { 0x463, 1536, 0x0813ffff, "nWRP13", 0 },
    { 0x449, 1024, 0x0803ffff, "nWRP4", 0 },
    { 0x451, 2048, 0x081fffff, "nWRP11", 0 },
    { 0x451, 1024, 0x080fffff, "nWRP7", 0 },
    { 0x452, 512, 0x0807ffff, "nWRP7", 0 },
    /* RM0433, 4.9: a sector a bit, and a register for each bank, of which 1 MiB has half */
    { 0x450, 2048, 0x08100000, "nWRP8", 0 },
    { 0x450, 1024, 0x0807ffff, "nWRP3", 0 },
    { 0x450, 1024, 0x08100000, "nWRP8", 0 },
    { 0x450, 1024, 0x0817ffff, "nWRP11", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const FkChipDesc *desc = fk_chip_db_find (fk_chip_db_get_default (), rows[i].dev_id, NULL);
      g_autoptr (FkChip) chip = fk_chip_desc_make_chip (desc, rows[i].kib * KIB, NULL);
      const FkOptionField *field;
      guint bit = 99;

      field =
          fk_chip_find_write_protection (chip, fk_chip_find_sector (chip, rows[i].address), &bit);
      g_assert_nonnull (field);
      g_assert_cmpstr (field->name, ==, rows[i].field);
      g_assert_cmpuint (bit, ==, rows[i].bit);
    }
}

/* With DB1M the second bank of a 1 MiB part is sectors 12 to 19 (RM0090, 3.4). */
static void
test_write_protection_dual (void)
{
  g_autoptr (FkChip) one = make (0x419, "Cortex-M4", 1024 * KIB);
  g_autoptr (FkChip) dual = fk_chip_with_layout_field (one, 1);
  const FkOptionField *field;
  guint bit;

  field = fk_chip_find_write_protection (dual, fk_chip_find_sector (dual, 0x0807ffff), &bit);
  g_assert_cmpstr (field->name, ==, "nWRP7");
  field = fk_chip_find_write_protection (dual, fk_chip_find_sector (dual, 0x08080000), &bit);
  g_assert_cmpstr (field->name, ==, "nWRP12");
  g_assert_cmphex (field->address, ==, 0x40023C18);
  g_assert_cmpuint (field->shift, ==, 16);
  field = fk_chip_find_write_protection (dual, fk_chip_find_sector (dual, 0x080fffff), &bit);
  g_assert_cmpstr (field->name, ==, "nWRP19");
  field = fk_chip_find_write_protection (one, fk_chip_find_sector (one, 0x080fffff), &bit);
  g_assert_cmpstr (field->name, ==, "nWRP11");
}

/* nDBANK at 0 divides a flash of either size, with a protection bit for two sectors (RM0410, 3). */
static void
test_inverted_banks (void)
{
  static const struct
  {
    guint kib;
    guint n;
    guint32 address;
    guint bank;
    guint number;
    const char *field;
  } rows[] = {
    { 2048, 24, 0x08000000, 0, 0, "nWRP0" },  { 2048, 24, 0x08007fff, 0, 1, "nWRP0" },
    { 2048, 24, 0x080fffff, 0, 11, "nWRP5" }, { 2048, 24, 0x08100000, 1, 16, "nWRP6" },
    { 2048, 24, 0x08110000, 1, 20, "nWRP8" }, { 2048, 24, 0x081fffff, 1, 27, "nWRP11" },
    { 1024, 16, 0x0807ffff, 0, 7, "nWRP3" },  { 1024, 16, 0x08080000, 1, 16, "nWRP6" },
    { 1024, 16, 0x080fffff, 1, 23, "nWRP9" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FkChip) fresh = make (0x451, "Cortex-M7", rows[i].kib * KIB);
      g_autoptr (FkChip) dual = NULL;
      g_autoptr (FkChip) same = NULL;
      const FkSector *sector;
      guint bit;
      guint n_fresh;
      guint n;

      fk_chip_get_sectors (fresh, &n_fresh);
      g_assert_cmpuint (n_fresh, ==, rows[i].kib / 256 + 4);
      g_assert_cmpstr (fk_chip_get_layout_field (fresh)->name, ==, "nDBANK");
      g_assert_cmpuint (fk_chip_get_layout_field (fresh)->shift, ==, 29);
      dual = fk_chip_with_layout_field (fresh, 0);
      fk_chip_get_sectors (dual, &n);
      g_assert_cmpuint (n, ==, rows[i].n);
      sector = fk_chip_find_sector (dual, rows[i].address);
      g_assert_cmpuint (sector->bank, ==, rows[i].bank);
      g_assert_cmpuint (sector->number, ==, rows[i].number);
      g_assert_cmpstr (fk_chip_find_write_protection (dual, sector, &bit)->name, ==, rows[i].field);
      same = fk_chip_with_layout_field (dual, 1);
      fk_chip_get_sectors (same, &n);
      g_assert_cmpuint (n, ==, n_fresh);
    }
}

/* The value of the whole option word that the manual gives for a fresh chip. */
static guint32
get_factory_word (FkChip *chip, guint32 address, guint n_bytes)
{
  const FkOptionField *fields;
  guint32 word = 0;
  guint n;

  fields = fk_chip_get_option_fields (chip, &n);
  for (guint i = 0; i < n; i++)
    {
      if (fields[i].address >= address && fields[i].address < address + n_bytes)
        word |= fields[i].factory << (fields[i].shift + 8 * (fields[i].address - address));
    }
  return word;
}

static void
test_option_factory (void)
{
  static const struct
  {
    guint16 dev_id;
    guint kib;
    guint32 address;
    guint n_bytes;
    guint32 word;
  } rows[] = {
    /* Reset values of FLASH_OPTCR(1) without OPTLOCK: RM0090, 3.9.9 to 3.9.11 */
    { 0x413, 1024, 0x40023C14, 4, 0x0FFFAAEC },
    { 0x419, 2048, 0x40023C14, 4, 0x0FFFAAEC },
    { 0x419, 2048, 0x40023C18, 4, 0x0FFF0000 },
    { 0x463, 1536, 0x40023C14, 4, 0x7FFFAAEC },
    /* RM0385 3, RM0410 3, RM0431 3: likewise */
    { 0x449, 1024, 0x40023C14, 4, 0xC0FFAAFC },
    { 0x449, 1024, 0x40023C18, 4, 0x00400080 },
    { 0x451, 2048, 0x40023C14, 4, 0xFFFFAAFC },
    { 0x452, 512, 0x40023C14, 4, 0xC0FFAAFC },
    { 0x452, 512, 0x40023C1C, 4, 0x80000000 },
    { 0x411, 1024, 0x40023C14, 4, 0x0FFFAAEC },
    /* RM0444, 3.7: "ST production value" 0xFFFFFEAA, but for reserved bits; areas are empty */
    { 0x467, 512, 0x40022020, 4, 0x3F7FFEAA },
    { 0x460, 128, 0x40022020, 4, 0x3F4FFEAA },
    { 0x467, 512, 0x4002202C, 4, 0x0000007F },
    { 0x460, 128, 0x40022030, 4, 0x0000003F },
    { 0x466, 64, 0x4002202C, 4, 0x0000001F },
    { 0x467, 512, 0x40022080, 4, 0x00000000 },
    /* FLASH_OPTR is 0xFFEFF8AA from the factory, without what is reserved */
    { 0x435, 256, 0x40022020, 4, 0x0F8F70AA },
    { 0x435, 256, 0x4002202C, 4, 0x0000007F },
    { 0x435, 256, 0x40022024, 4, 0x00007FFF },
    { 0x415, 1024, 0x40022020, 4, 0x03AF70AA },
    { 0x461, 1024, 0x40022020, 4, 0x0FAF70AA },
    { 0x470, 2048, 0x40022020, 4, 0x0FEF70AA },
    { 0x468, 128, 0x40022020, 4, 0x7F8F70AA },
    { 0x469, 512, 0x40022020, 4, 0x7FCF70AA },
    /* FLASH_OPTR 0x3FFFF0AA, likewise */
    { 0x497, 256, 0x58004020, 4, 0x0F8F70AA },
    /* ST production value 0x00FF55AA (RM0091, 4.1.1): the fields of USER and RDP */
    { 0x442, 256, 0x1FFFF800, 4, 0x00FF00AA },
    { 0x410, 64, 0x1FFFF800, 4, 0x000700A5 },
    { 0x410, 64, 0x1FFFF808, 4, 0x00FF00FF },
    { 0x410, 64, 0x1FFFF80C, 4, 0x00FF00FF },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const FkChipDesc *desc = fk_chip_db_find (fk_chip_db_get_default (), rows[i].dev_id, NULL);
      g_autoptr (FkChip) chip = fk_chip_desc_make_chip (desc, rows[i].kib * KIB, NULL);

      g_assert_cmphex (get_factory_word (chip, rows[i].address, rows[i].n_bytes), ==, rows[i].word);
    }
}

static void
test_option_fields (void)
{
  g_autoptr (FkChip) f103 = make (0x410, "Cortex-M3", 64 * KIB);
  g_autoptr (FkChip) f405 = make (0x413, "Cortex-M4", 1024 * KIB);
  g_autoptr (FkChip) f429 = make (0x419, "Cortex-M4", 2048 * KIB);
  g_autoptr (FkChip) f767 = make (0x451, "Cortex-M7", 2048 * KIB);
  g_autoptr (FkChip) f722 = make (0x452, "Cortex-M7", 512 * KIB);
  const FkOptionField *field = fk_chip_find_option_field (f103, "RDP");

  g_assert_cmphex (field->address, ==, 0x1FFFF800);
  g_assert_cmpuint (field->width, ==, 8);
  g_assert_true (field->guarded);
  g_assert_cmpuint (field->n_values, ==, 1);
  g_assert_cmphex (field->values[0].value, ==, 0xA5);
  g_assert_cmpstr (field->values[0].meaning, ==, "Not protected");
  g_assert_cmpstr (field->otherwise, ==, "Read-protected");
  g_assert_cmpuint (fk_chip_get_number (f103, "rdp-none", 0), ==, 0xA5);
  g_assert_cmpuint (fk_chip_get_number (f103, "rdp-permanent", 0), ==, 0);

  field = fk_chip_find_option_field (f405, "RDP");
  g_assert_cmphex (field->address, ==, 0x40023C14);
  g_assert_cmpuint (field->shift, ==, 8);
  g_assert_cmphex (field->values[0].value, ==, 0xAA);
  g_assert_cmphex (field->values[1].value, ==, 0xCC);
  g_assert_cmpuint (fk_chip_get_number (f405, "rdp-permanent", 0), ==, 0xCC);
  field = fk_chip_find_option_field (f405, "nWRP3");
  g_assert_cmpuint (field->shift, ==, 19);
  g_assert_cmpstr (field->text, ==, "Whether sector 3 may be erased and programmed.");
  g_assert_null (fk_chip_find_option_field (f405, "SPRMOD"));
  g_assert_null (fk_chip_find_option_field (f405, "nWRP12"));
  g_assert_null (fk_chip_find_option_field (f405, "rdp"));

  g_assert_true (fk_chip_find_option_field (f429, "SPRMOD")->guarded);
  g_assert_true (fk_chip_find_option_field (f767, "nDBANK")->guarded);
  g_assert_true (fk_chip_find_option_field (f722, "PCROP")->guarded);
  g_assert_true (fk_chip_find_option_field (f722, "PCROP_RDP")->guarded);
  g_assert_false (fk_chip_find_option_field (f429, "DB1M")->guarded);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chip-options/write-protection", test_write_protection);
  g_test_add_func ("/chip-options/write-protection-dual", test_write_protection_dual);
  g_test_add_func ("/chip-options/inverted-banks", test_inverted_banks);
  g_test_add_func ("/chip-options/option-factory", test_option_factory);
  g_test_add_func ("/chip-options/option-fields", test_option_fields);

  return g_test_run ();
}
