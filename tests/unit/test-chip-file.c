/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chip descriptions with mistakes: each is refused with a message that names file, group and key.
 */

#include "config.h"

#include "base/fk-error.h"
#include "chip/fk-chip-areas.h"
#include "chip/fk-chip-db.h"

#include <string.h>

#define KIB 1024u

/* A whole description, in which the tests below spoil one place each. */
static const char good_file[] = "[Family]\nFormat=1\nName=STM32F9\n\n"
                                "[Layout l]\nSectors=*1K\nSource=RM9999, 1\nTested=none\n\n"
                                "[Timing t]\nErase.1K=20/40\nMassErase=20/40\nProgram=50/70\n"
                                "Source=RM9999, 2\nTested=none\n\n"
                                "[Option RDP]\nAddress=0x1FFFF800\nBits=0-7\nFactory=0xA5\n"
                                "Guarded=true\nText=Read protection.\nValue.0xA5=none\n"
                                "Otherwise=protected\nSource=RM9999, 3\nTested=none\n\n"
                                "[Option W]\nAddress=0x1FFFF808\nBits=0\nFactory=1\n"
                                "WriteProtects=true\nText=Sector {n}.\nValue.0=yes\nValue.1=no\n"
                                "Source=RM9999, 3\nTested=none\n\n"
                                "[Common c]\nCore=Cortex-M3\nManual=RM9999\nDriver=stm32f1\n"
                                "Idcode=0xE0042000\nSizeRegister=0x1FFFF7E0\nUid=0x1FFFF7E8\n"
                                "ErasedValue=0xFF\nFlashBase=0x08000000\n"
                                "OptionBytes=0x1FFFF800 16\nSystemMemory=0x1FFFF000 2K\n"
                                "RamBase=0x20000000\nProtectUnit=4\nRegister.flash=0x40022000\n"
                                "Number.rdp-none=0xA5\nSource=RM9999, 4\nTested=none\n\n"
                                "[Chip 0x999]\nCommon=c\nLine=Line\nName=STM32F999\nParts=Some\n"
                                "FlashSizes=8K 32K\nRam=4K\nOptions=RDP W[0-7]\nLayout=l\n"
                                "Timing=t\nSource=RM9999, 5; DS9999, 6\nTested=none\n";

static FkChipDb *
load_text (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  const char *names[] = { "bad.ini", NULL };

  return fk_chip_db_new_from_bytes (&bytes, names, error);
}

typedef struct
{
  const char *what;
  const char *from; /* in good_file */
  const char *to;
  const char *message;
} Spoiled;

static const Spoiled spoiled[] = {
  { "unknown-key", "Ram=4K", "Rom=4K\nRam=4K", "bad.ini: [Chip 0x999] Rom: unknown key" },
  { "unknown-common-key", "Core=", "Kore=1\nCore=", "bad.ini: [Common c] Kore: unknown key" },
  { "unknown-group", "[Timing t]", "[Timer t]", "bad.ini: [Timer t]: unknown kind of group" },
  { "nameless-group", "[Layout l]", "[Layout]", "bad.ini: [Layout]: unknown kind of group" },
  { "group-twice", "[Timing t]", "[Family]", "line 10: the group [Family] is there twice" },
  { "key-twice", "Ram=4K", "Ram=4K\nRam=8K", "[Chip 0x999] Ram: the key is there twice" },
  { "rubbish", "Ram=4K", "Ram=4K\nnonsense", "neither a group, a key nor a comment" },
  { "no-source", "Source=RM9999, 5; DS9999, 6\n", "", "[Chip 0x999] Source: missing" },
  { "vague-source", "Source=RM9999, 4", "Source=the manual", "[Common c] Source: \"the manual\"" },
  { "no-section", "DS9999, 6", "DS9999", "[Chip 0x999] Source: " },
  { "no-tested", "Source=RM9999, 2\nTested=none", "Source=RM9999, 2",
    "[Timing t] Tested: missing" },
  { "bad-tested", "Source=RM9999, 1\nTested=none", "Source=RM9999, 1\nTested=yes",
    "[Layout l] Tested: \"yes\"" },
  { "bad-format", "Format=1", "Format=2", "[Family] Format: 2 is not a format" },
  { "no-family", "Name=STM32F9\n", "", "[Family] Name: missing" },
  { "bad-number", "Idcode=0xE0042000", "Idcode=E0042000", "[Common c] Idcode: \"E0042000\"" },
  { "negative", "Ram=4K", "Ram=-4K", "[Chip 0x999] Ram: \"-4K\"" },
  { "too-large", "Idcode=0xE0042000", "Idcode=0x1E0042000", "[Common c] Idcode: " },
  { "empty", "Line=Line", "Line=", "[Chip 0x999] Line: empty" },
  { "missing", "Line=Line\n", "", "[Chip 0x999] Line: missing" },
  { "missing-common-key", "Driver=stm32f1\n", "", "[Chip 0x999] Driver: missing" },
  { "no-such-common", "Common=c", "Common=d", "[Chip 0x999] Common: there is no group [Common d]" },
  { "no-such-layout", "Layout=l", "Layout=m", "[Chip 0x999] Layout: there is no group [Layout m]" },
  { "no-such-option", "RDP W[0-7]", "RDP W[0-7] X", "Options: there is no group [Option X]" },
  { "unused", "Options=RDP W[0-7]", "Options=RDP", "no write protection" },
  { "unused-group", "[Common c]",
    "[Layout m]\nSectors=*1K\nSource=RM9999, 1\nTested=none\n\n[Common c]",
    "bad.ini: [Layout m]: no chip uses it" },
  { "range", "OptionBytes=0x1FFFF800 16", "OptionBytes=0x1FFFF800",
    "[Common c] OptionBytes: needs an address and a size" },
  { "range-end", "SystemMemory=0x1FFFF000 2K", "SystemMemory=0xFFFFF000 8K",
    "[Common c] SystemMemory: " },
  { "overlap", "SystemMemory=0x1FFFF000 2K", "SystemMemory=0x1FFFF000 4K",
    "[Chip 0x999] SystemMemory: overlaps OptionBytes at 0x1ffff800" },
  { "ram-overlap", "RamBase=0x20000000", "RamBase=0x08001000",
    "[Chip 0x999] Ram: overlaps FlashBase" },
  { "uid-overlap", "Uid=0x1FFFF7E8", "Uid=0x1FFFF7F8", "[Chip 0x999] Uid: overlaps" },
  { "sizes", "FlashSizes=8K 32K", "FlashSizes=32K 8K", "[Chip 0x999] FlashSizes: not ascending" },
  { "sum", "FlashSizes=8K 32K", "FlashSizes=8K 33000",
    "[Chip 0x999] Layout: a flash bank of 33000 bytes is not made of whole sectors" },
  { "sectors-end", "Sectors=*1K", "Sectors=4x1K 5x1K",
    "[Chip 0x999] Layout: a flash bank of 32 KiB is not made of whole sectors: they end after" },
  { "sector-order", "Sectors=*1K", "Sectors=*1K 2K", "[Layout l] Sectors: \"*1K\" cannot" },
  { "sector-zero", "Sectors=*1K", "Sectors=*0", "[Layout l] Sectors: " },
  { "sector-huge", "Sectors=*1K", "Sectors=5000x1K", "[Layout l] Sectors: \"5000\"" },
  { "banks", "Sectors=*1K", "Sectors=*1K\nBanks=3", "[Layout l] Banks: 1 to 2, not 3" },
  { "bank-numbers", "Sectors=*1K", "Sectors=*1K\nBanks=2\nBankNumbers=0",
    "[Layout l] BankNumbers: 1 numbers for 2 banks" },
  { "no-time", "Erase.1K=20/40", "Erase.2K=20/40", "Timing: no erase time for sectors of 0x400" },
  { "time-order", "Erase.1K=20/40", "Erase.1K=50/40", "[Timing t] Erase.1K: typical 50" },
  { "time-form", "MassErase=20/40", "MassErase=20", "[Timing t] MassErase: \"20\"" },
  { "time-widths", "MassErase=20/40", "MassErase=20/40 20/40", "[Timing t] MassErase: one pair" },
  { "ram-count", "Ram=4K", "Ram=4K 6K 8K", "[Chip 0x999] Ram: 3 sizes for 2 flash sizes" },
  { "ram-max", "Ram=4K", "Ram=4K\nRamMax=2K", "[Chip 0x999] RamMax: less than Ram" },
  { "uid-words", "Ram=4K", "Ram=4K\nUidWords=0 4", "[Chip 0x999] UidWords: not the offsets" },
  { "uid-order", "Ram=4K", "Ram=4K\nUidWords=0 8 4", "[Chip 0x999] UidWords: not the offsets" },
  { "uid-first", "Ram=4K", "Ram=4K\nUidWords=4 8 12", "[Chip 0x999] UidWords: not the offsets" },
  { "uid-many", "Ram=4K", "Ram=4K\nUidWords=0 4 8 12", "[Chip 0x999] UidWords: not the offsets" },
  { "size-bits", "Ram=4K", "Ram=4K\nSizeBits=17", "[Chip 0x999] SizeBits: 1 to 16, not 17" },
  { "size-codes", "Ram=4K", "Ram=4K\nSizeCodes=8K 16K", "SizeCodes: 0x4000 is not one of" },
  { "eeprom-count", "Ram=4K", "Ram=4K\nEepromBase=0x08080000\nEeprom=1K 2K 3K",
    "[Chip 0x999] Eeprom: 3 sizes for 2 flash sizes" },
  { "eeprom-base", "Ram=4K", "Ram=4K\nEeprom=1K", "[Chip 0x999] EepromBase: missing" },
  { "eeprom-overlap", "Ram=4K", "Ram=4K\nEepromBase=0x08000000\nEeprom=1K",
    "[Chip 0x999] Eeprom: overlaps FlashBase" },
  { "gap-small", "Sectors=*1K", "Sectors=*1K\nBanks=2\nBankDistance=8K",
    "[Chip 0x999] Layout: a flash bank of 16 KiB reaches into the next one" },
  { "gap-word", "Sectors=*1K", "Sectors=*1K\nBanks=2\nBankDistance=far",
    "[Layout l] BankDistance: \"far\"" },
  { "no-timing", "Timing=t\n", "", "[Chip 0x999] Timing: missing" },
  { "bit-collision", "Address=0x1FFFF808", "Address=0x1FFFF800",
    "[Chip 0x999] Options: W0 shares a bit with another field" },
  { "options-long", "OptionBytes=0x1FFFF800 16", "OptionBytes=0x1FFFF800 513",
    "[Chip 0x999] OptionBytes: more than 512 bytes" },
  { "bit-outside", "Address=0x1FFFF808", "Address=0x1FFFF810",
    "[Chip 0x999] Options: W0 lies outside the option bytes" },
  { "field-twice", "RDP W[0-7]", "RDP W[0-7] W[3-4]", "Options: two fields are called W3" },
  { "series", "RDP W[0-7]", "RDP W[0-x]", "[Option W] Bits: " },
  { "bits", "Bits=0-7", "Bits=7-0", "[Option RDP] Bits: \"7-0\" is not 1 to 31 bits" },
  { "factory", "Factory=0xA5", "Factory=0x1A5", "[Option RDP] Factory: 0x1a5 does not fit" },
  { "value-wide", "Value.0xA5", "Value.0x1A5", "[Option RDP] Value.0x1A5: " },
  { "value-twice", "Value.0xA5=none", "Value.0xA5=none\nValue.165=all",
    "[Option RDP] Value.: the value 0xa5 has two meanings" },
  { "no-meaning", "Value.0=yes\n", "", "[Chip 0x999] Options: W0 has values without a meaning" },
  { "no-sentence", "Text=Read protection.", "Text=Read protection",
    "the text of RDP is not a sentence" },
  { "flag", "Guarded=true", "Guarded=yes", "[Option RDP] Guarded: \"yes\"" },
  { "unguarded", "Guarded=true\n", "", "[Chip 0x999] Options: no guarded field RDP" },
  { "rdp-none", "Number.rdp-none=0xA5", "Number.rdp-none=0xAA", "[Chip 0x999] Number.rdp-none" },
  { "register", "Register.flash", "Register.flesh", "[Chip 0x999] Register.flesh: nobody knows" },
  { "erased", "ErasedValue=0xFF", "ErasedValue=0x55", "[Chip 0x999] ErasedValue: 0x55" },
  { "name", "Name=STM32F999", "Name=STM32F9/9", "[Chip 0x999] Name: \"STM32F9/9\"" },
  { "other-family", "Name=STM32F999", "Name=STM32F899", "[Chip 0x999] Name: " },
  { "id", "[Chip 0x999]", "[Chip 0x1999]", "[Chip 0x1999] device ID: " },
  { "id-zero", "[Chip 0x999]", "[Chip 0x000]", "[Chip 0x000] device ID: 0" },
  { "id-word", "[Chip 0x999]", "[Chip F103]", "[Chip F103] device ID: \"F103\"" },
  { "large", "Layout=l", "Layout=l\nLargeLayout=16K", "[Chip 0x999] LargeLayout: needs a size" },
  { "switch", "Layout=l", "Layout=l\nSwitchLayout=X=1 8K l", "SwitchLayout: there is no option X" },
  { "switch-value", "Layout=l", "Layout=l\nSwitchLayout=X 8K l",
    "SwitchLayout: needs an option and" },
  { "switch-wide", "Layout=l", "Layout=l\nSwitchLayout=W0=2 8K l",
    "SwitchLayout: W0 cannot be 0x2" },
  { "blank-before", "Ram=4K", " Ram=4K", "[Chip 0x999]  Ram: blanks" },
  { "blank-after", "Ram=4K", "Ram=4K ", "[Chip 0x999] Ram: blanks" },
  { "blank-key", "Core=", "Core =", "[Common c] Core : blanks" },
  { "blank-value", "Core=", "Core= ", "[Common c] Core: blanks" },
  { "blank-group", "[Chip 0x999]", "[Chip 0x999] ", "[Chip 0x999] : blanks" },
  { "carriage-return", "Core=Cortex-M3", "Core=Cortex-M3\r", "[Common c] Core: blanks" },
  { "escaped-core", "Cortex-M3", "Cortex\\sM3", "[Chip 0x999] Core: written so that a search" },
  { "escaped-alias", "Common=c", "Common=c\nAlias=0x998\\s0x997",
    "[Chip 0x999] Alias: written so that a search" },
  { "blanks", "FlashSizes=8K 32K", "FlashSizes=8K  32K", "[Chip 0x999] FlashSizes: two blanks" },
};

static void
test_spoiled (gconstpointer data)
{
  const Spoiled *row = data;
  g_auto (GStrv) parts = g_strsplit (good_file, row->from, 2);
  g_autofree char *text = g_strjoinv (row->to, parts);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkChipDb) db = NULL;

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  db = load_text (text, &error);
  g_assert_null (db);
  g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
  g_assert_true (g_str_has_prefix (error->message, "bad.ini: "));
  if (strstr (error->message, row->message) == NULL)
    g_error ("\"%s\" lacks \"%s\"", error->message, row->message);
}

static void
test_good (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FkChipDb) db = load_text (good_file, &error);
  g_autoptr (FkChip) chip = NULL;
  guint n;

  g_assert_no_error (error);
  g_assert_cmpuint (fk_chip_db_get_n_descs (db), ==, 1);
  chip = fk_chip_desc_make_chip (fk_chip_db_find (db, 0x999, "Cortex-M3"), 32 * KIB, &error);
  g_assert_no_error (error);
  /* The chip keeps what it was made from. */
  g_clear_object (&db);
  g_assert_cmpstr (fk_chip_get_name (chip), ==, "STM32F9996");
  g_assert_cmpstr (fk_chip_find_option_field (chip, "W7")->text, ==, "Sector 7.");
  fk_chip_get_sectors (chip, &n);
  g_assert_cmpuint (n, ==, 32);
  g_assert_finalize_object (g_steal_pointer (&chip));
}

/* The good file, with option bytes in 256 bytes and W[0-7] in the last 8 bits of them. */
static char *
make_wide_file (void)
{
  g_autoptr (GString) text = g_string_new (good_file);

  g_string_replace (text, "OptionBytes=0x1FFFF800 16", "OptionBytes=0x1FFFF800 256", 1);
  g_string_replace (text, "Address=0x1FFFF808\nBits=0\n", "Address=0x1FFFF8FC\nBits=24\n", 1);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Fields stand anywhere in a long option region, its last bit too. */
static void
test_wide (void)
{
  g_autofree char *text = make_wide_file ();
  g_autoptr (GError) error = NULL;
  g_autoptr (FkChipDb) db = load_text (text, &error);
  g_autoptr (FkChip) chip = NULL;

  g_assert_no_error (error);
  chip = fk_chip_desc_make_chip (fk_chip_db_find (db, 0x999, "Cortex-M3"), 32 * KIB, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fk_chip_find_region (chip, "option-bytes")->range.size, ==, 256);
  g_assert_cmphex (fk_chip_find_option_field (chip, "W7")->address, ==, 0x1ffff8fc);
  g_assert_cmpuint (fk_chip_find_option_field (chip, "W7")->shift, ==, 31);
}

/* A bit that is shared is found as far up as that, and so is one past the end. */
static void
test_wide_spoiled (void)
{
  static const struct
  {
    const char *from;
    const char *to;
    const char *message;
  } rows[] = {
    { "RDP W[0-7]", "RDP W[0-7] V", "[Chip 0x999] Options: V shares a bit with another field" },
    { "OptionBytes=0x1FFFF800 256", "OptionBytes=0x1FFFF800 255",
      "[Chip 0x999] Options: W0 lies outside the option bytes" },
  };
  static const char field[] = "[Option V]\nAddress=0x1FFFF8FE\nBits=0-15\nFactory=0\nText=V.\n"
                              "Source=RM9999, 3\nTested=none\n\n[Common c]";

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *wide = make_wide_file ();
      g_autoptr (GString) text = g_string_new (wide);
      g_autoptr (GError) error = NULL;

      g_assert_cmpuint (g_string_replace (text, rows[i].from, rows[i].to, 1), ==, 1);
      g_string_replace (text, "[Common c]", field, 1);
      g_assert_null (load_text (text->str, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
      g_assert_nonnull (strstr (error->message, rows[i].message));
    }
}

/* Areas with mistakes: @from and @to are in the file with areas below. */
static const Spoiled spoiled_areas[] = {
  { "words", "L 2K 1", "L 2K", "[Chip 0x999] Area.A: needs a kind, two options" },
  { "kind", "=write F", "=wrote F", "[Chip 0x999] Area.A: \"wrote\" is not write, pcrop or" },
  { "first", "=write F", "=write X", "[Chip 0x999] Area.A: there is no option X" },
  { "last", "F L 2K", "F X 2K", "[Chip 0x999] Area.A: there is no option X" },
  { "same", "F L 2K", "F F 2K", "[Chip 0x999] Area.A: both ends are F" },
  { "unit-zero", "F L 2K", "F L 0", "[Chip 0x999] Area.A: a flash of 0x2000 bytes is not made of" },
  { "unit", "F L 2K", "F L 16K", "[Chip 0x999] Area.A: a flash of 0x2000 bytes is not made of" },
  { "bank-zero", "2K 1", "2K 0", "[Chip 0x999] Area.A: banks are counted from 1" },
  { "bank", "2K 1", "2K 3", "[Chip 0x999] Area.A: \"3\"" },
  { "name", "Area.A", "Area.F", "[Chip 0x999] Area.F: an option has that name, too" },
  { "shared", "2K 1", "2K 1\nArea.B=write L RDP 2K 1", "is an end of another area" },
  { "bits", "F L 2K", "F W0 2K", "[Chip 0x999] Area.A: the bits of W0 protect sectors" },
  { "unguarded", "=write F", "=pcrop F", "[Chip 0x999] Area.A: F is not guarded" },
  { "unguarded-secure", "=write F", "=secure F", "[Chip 0x999] Area.A: F is not guarded" },
  { "switch", "2K 1", "2K 1\nSwitchArea.A=4K 1", "SwitchArea.A: there is no SwitchLayout" },
  { "switch-words", "2K 1", "2K 1\nSwitchArea.A=4K", "SwitchArea.A: needs a unit and a bank" },
  { "switch-bank", "2K 1", "2K 1\nSwitchArea.A=4K 0", "SwitchArea.A: banks are counted from 1" },
  { "unit-missing", "ProtectUnit=4\n", "", "[Chip 0x999] ProtectUnit: missing, or 0" },
};

/* The good file, and an area beside its bits. */
static char *
make_area_file (void)
{
  g_autoptr (GString) text = g_string_new (good_file);

  g_string_replace (text, "[Common c]",
                    "[Option F]\nAddress=0x1FFFF804\nBits=0-7\nFactory=0xFF\nText=First.\n"
                    "Source=RM9999, 3\nTested=none\n\n"
                    "[Option L]\nAddress=0x1FFFF806\nBits=0-7\nFactory=0\nText=Last.\n"
                    "Source=RM9999, 3\nTested=none\n\n[Common c]",
                    1);
  g_string_replace (text, "RDP W[0-7]", "RDP W[0-7] F L\nArea.A=write F L 2K 1", 1);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_spoiled_area (gconstpointer data)
{
  const Spoiled *row = data;
  g_autofree char *good = make_area_file ();
  g_autoptr (GString) text = g_string_new (good);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkChipDb) db = NULL;

  g_assert_cmpuint (g_string_replace (text, row->from, row->to, 1), ==, 1);
  db = load_text (text->str, &error);
  g_assert_null (db);
  g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
  if (strstr (error->message, row->message) == NULL)
    g_error ("\"%s\" lacks \"%s\"", error->message, row->message);
}

static void
test_areas (void)
{
  g_autofree char *text = make_area_file ();
  g_autoptr (GError) error = NULL;
  g_autoptr (FkChipDb) db = load_text (text, &error);
  g_autoptr (FkChip) chip = NULL;
  const FkOptionArea *areas;
  guint n;

  g_assert_no_error (error);
  chip = fk_chip_desc_make_chip (fk_chip_db_find (db, 0x999, "Cortex-M3"), 32 * KIB, &error);
  g_assert_no_error (error);
  areas = fk_chip_get_option_areas (chip, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpstr (areas[0].name, ==, "A");
  g_assert_cmpint (areas[0].kind, ==, FK_AREA_WRITE);
  g_assert_true (areas[0].first == fk_chip_find_option_field (chip, "F"));
  g_assert_true (areas[0].last == fk_chip_find_option_field (chip, "L"));
  g_assert_cmpuint (areas[0].unit, ==, 2 * KIB);
  g_assert_cmpuint (areas[0].bank, ==, 0);
  g_assert_true (fk_chip_find_option_area (chip, areas[0].last) == &areas[0]);
  g_assert_null (fk_chip_find_option_area (chip, fk_chip_find_option_field (chip, "RDP")));
}

static void
test_not_text (void)
{
  static const struct
  {
    const char *data;
    gsize size;
  } rows[] = { { "", 0 },          { "\0\0\0", 3 },    { "\xff\xfe[Family]\n", 12 },
               { "[Family\n", 8 }, { "[]\n", 3 },      { "=\n", 2 },
               { "a=b\n", 4 },     { "[Family]\n", 9 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (rows[i].data, rows[i].size);
      const char *names[] = { "bad.ini", NULL };
      g_autoptr (GError) error = NULL;

      g_assert_null (fk_chip_db_new_from_bytes (&bytes, names, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
      g_assert_true (g_str_has_prefix (error->message, "bad.ini: "));
    }
}

/* Returns: (transfer full): the good file, whose chip is @chip */
static GBytes *
make_file (const char *chip)
{
  g_auto (GStrv) parts = g_strsplit (good_file, "[Chip 0x999]\n", 2);
  char *text = g_strjoinv (chip, parts);

  return g_bytes_new_take (text, strlen (text));
}

/* One ID on one core, in two files. */
static void
test_two_files (void)
{
  static const struct
  {
    const char *one;
    const char *two;
    const char *message; /* NULL: there is no mistake */
  } rows[] = {
    { "[Chip 0x999]\n", "[Chip 0x999]\n",
      "two.ini: [Chip 0x999] device ID 0x999 on a Cortex-M3 also means [Chip 0x999] of one.ini" },
    { "[Chip 0x999]\n", "[Chip 0x998]\nAlias=0x999\n",
      "two.ini: [Chip 0x998] device ID 0x999 on a Cortex-M3 also means [Chip 0x999] of one.ini" },
    { "[Chip 0x999]\nAlias=0x998\n", "[Chip 0x998]\n",
      "two.ini: [Chip 0x998] device ID 0x998 on a Cortex-M3 also means [Chip 0x999] of one.ini" },
    { "[Chip 0x999]\nAlias=0x997 0x996\n", "[Chip 0x998]\nAlias=0x995 0x996\n",
      "two.ini: [Chip 0x998] device ID 0x996 on a Cortex-M3 also means [Chip 0x999] of one.ini" },
    { "[Chip 0x999]\nAlias=0x997\n", "[Chip 0x998]\nAlias=0x996\n", NULL },
    { "[Chip 0x999]\nAlias=0x998\n", "[Chip 0x998]\nCore=Cortex-M4\nAlias=0x999\n", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) one = make_file (rows[i].one);
      g_autoptr (GBytes) two = make_file (rows[i].two);
      const char *names[] = { "one.ini", "two.ini", NULL };
      GBytes *files[] = { one, two };
      g_autoptr (GError) error = NULL;
      g_autoptr (FkChipDb) db = fk_chip_db_new_from_bytes (files, names, &error);

      g_assert_cmpstr (error != NULL ? error->message : NULL, ==, rows[i].message);
      g_assert_true ((db == NULL) == (rows[i].message != NULL));
      if (error != NULL)
        g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (spoiled); i++)
    {
      g_autofree char *path = g_strdup_printf ("/chip-file/spoiled/%s", spoiled[i].what);

      g_test_add_data_func (path, &spoiled[i], test_spoiled);
    }
  for (guint i = 0; i < G_N_ELEMENTS (spoiled_areas); i++)
    {
      g_autofree char *path = g_strdup_printf ("/chip-file/spoiled-area/%s", spoiled_areas[i].what);

      g_test_add_data_func (path, &spoiled_areas[i], test_spoiled_area);
    }
  g_test_add_func ("/chip-file/good", test_good);
  g_test_add_func ("/chip-file/areas", test_areas);
  g_test_add_func ("/chip-file/wide", test_wide);
  g_test_add_func ("/chip-file/wide-spoiled", test_wide_spoiled);
  g_test_add_func ("/chip-file/not-text", test_not_text);
  g_test_add_func ("/chip-file/two-files", test_two_files);
  return g_test_run ();
}
