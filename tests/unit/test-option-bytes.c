/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "flash/fk-option-bytes.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "chip/fk-chip-db.h"
#include "flash/fk-option-bytes-private.h"
#include "flash/fk-option-protection.h"
#include "known-chip.h"

#include <gio/gio.h>
#include <string.h>

static const guint8 f1_factory[16] = { 0xa5, 0x5a, 0xff, 0x00, 0xff, 0x00, 0xff, 0x00,
                                       0xff, 0x00, 0xff, 0x00, 0xff, 0x00, 0xff, 0x00 };
static const guint8 f4_factory[4] = { 0xed, 0xaa, 0xff, 0x0f };

static FkOptionBytes *
make_options (guint16 dev_id, const char *core, guint32 size, const guint8 *raw, gsize length)
{
  g_autoptr (FkChip) chip = known_chip_new (dev_id, core, size);
  g_autoptr (GBytes) bytes = g_bytes_new (raw, length);
  g_autoptr (GError) error = NULL;
  FkOptionBytes *options = fk_option_bytes_new (chip, bytes, &error);

  g_assert_no_error (error);
  return options;
}

static FkOptionBytes *
make_f1 (const guint8 raw[16])
{
  return make_options (0x410, "Cortex-M3", 65536, raw, 16);
}

static FkOptionBytes *
make_f0 (const guint8 raw[16])
{
  return make_options (0x444, "Cortex-M0", 16384, raw, 16);
}

static FkOptionBytes *
make_f4 (const guint8 raw[4])
{
  return make_options (0x413, "Cortex-M4", 1 << 20, raw, 4);
}

/* A chip that nobody makes, with 256 bytes of option registers of which most are used by nothing.
 */
static const char made_up[] =
    "[Family]\nFormat=1\nName=STM32F9\n\n"
    "[Layout l]\nSectors=*2K\nSource=RM9999, 1\nTested=none\n\n"
    "[Timing t]\nErase.2K=20/40\nMassErase=20/40\nProgram=50/70\n"
    "Source=RM9999, 2\nTested=none\n\n"
    "[Option RDP]\nAddress=0x40022000\nBits=0-7\nFactory=0xAA\nGuarded=true\n"
    "Text=Read protection.\nValue.0xAA=none\nOtherwise=protected\n"
    "Source=RM9999, 3\nTested=none\n\n"
    "[Option nWRP]\nAddress=0x40022010\nBits=0-15\nFactory=0xFFFF\nWriteProtects=true\n"
    "Text=Pages.\nSource=RM9999, 3\nTested=none\n\n"
    "[Option LAST]\nAddress=0x400220FC\nBits=16-31\nFactory=0x1234\nText=The last one.\n"
    "Source=RM9999, 3\nTested=none\n\n"
    "[Chip 0x999]\nLine=Line\nName=STM32F999\nParts=Some\nCore=Cortex-M4\nManual=RM9999\n"
    "Driver=stm32f4\nIdcode=0xE0042000\nSizeRegister=0x1FFF75E0\nUid=0x1FFF7590\n"
    "ErasedValue=0xFF\nFlashBase=0x08000000\nFlashSizes=64K\nRamBase=0x20000000\nRam=4K\n"
    "OptionBytes=0x40022000 256\nSystemMemory=0x1FFF0000 28K\nProtectUnit=1\n"
    "Register.flash=0x40021000\nNumber.rdp-none=0xAA\nOptions=RDP nWRP LAST\nLayout=l\n"
    "Timing=t\nSource=RM9999, 4\nTested=none\n";

/* Returns: (transfer full): the chip that @text describes, with 64 KiB of flash */
static FkChip *
make_made_up (const char *text)
{
  const char *names[] = { "made-up.ini", NULL };
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (FkChipDb) db = fk_chip_db_new_from_bytes (&bytes, names, &error);
  FkChip *chip;

  g_assert_no_error (error);
  chip = fk_chip_desc_make_chip (fk_chip_db_find (db, 0x999, "Cortex-M4"), 64 << 10, &error);
  g_assert_no_error (error);
  return chip;
}

static guint32
get (FkOptionBytes *options, const char *name)
{
  g_autoptr (GError) error = NULL;
  guint32 value = 0;

  fk_option_bytes_get (options, name, &value, &error);
  g_assert_no_error (error);
  return value;
}

static void
test_factory (void)
{
  g_autoptr (FkOptionBytes) f1 = make_f1 (f1_factory);
  g_autoptr (FkOptionBytes) f4 = make_f4 (f4_factory);
  FkOptionBytes *all[] = { f1, f4 };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      guint n_fields;
      const FkOptionField *fields =
          fk_chip_get_option_fields (fk_option_bytes_get_chip (all[i]), &n_fields);

      g_assert_cmpuint (n_fields, >, 5);
      for (guint f = 0; f < n_fields; f++)
        g_assert_cmphex (get (all[i], fields[f].name), ==, fields[f].factory);
      g_assert_cmpint (fk_option_bytes_get_protection (all[i]), ==, FK_PROTECTION_NONE);
      g_assert_true (fk_option_bytes_check_complements (all[i], NULL));
    }
}

static void
test_set_f1 (void)
{
  g_autoptr (FkOptionBytes) options = make_f1 (f1_factory);
  g_autoptr (FkOptionBytes) before = fk_option_bytes_dup (options);
  g_autoptr (GPtrArray) differing = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) raw = NULL;
  const guint8 *bytes;

  g_assert_true (fk_option_bytes_set (options, "wdg_sw", 0, &error));
  g_assert_true (fk_option_bytes_set (options, "Data1", 0x3c, &error));
  g_assert_true (fk_option_bytes_set (options, "WRP0", 0x0f, &error));
  raw = fk_option_bytes_get_raw (options);
  bytes = g_bytes_get_data (raw, NULL);
  g_assert_cmphex (fk_load_u16le (bytes + 2), ==, 0x01fe);
  g_assert_cmphex (fk_load_u16le (bytes + 6), ==, 0xc33c);
  g_assert_cmphex (fk_load_u16le (bytes + 8), ==, 0xf00f);
  g_assert_cmpmem (bytes, 2, f1_factory, 2);
  g_assert_true (fk_option_bytes_check_complements (options, &error));
  differing = fk_option_bytes_diff (before, options);
  g_assert_cmpuint (differing->len, ==, 3);
  g_assert_cmpstr (((const FkOptionField *)g_ptr_array_index (differing, 0))->name, ==, "WDG_SW");
}

static void
test_set_f4 (void)
{
  g_autoptr (FkOptionBytes) options = make_f4 (f4_factory);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) raw = NULL;

  g_assert_true (fk_option_bytes_set (options, "BOR_LEV", 0, &error));
  g_assert_true (fk_option_bytes_set (options, "nWRP11", 0, &error));
  raw = fk_option_bytes_get_raw (options);
  g_assert_cmphex (fk_load_u32le (g_bytes_get_data (raw, NULL)), ==, 0x07ffaae1);
  g_assert_cmphex (get (options, "nWRP10"), ==, 1);
}

static void
test_set_refused (void)
{
  static const struct
  {
    const char *name;
    guint32 value;
    int code;
  } rows[] = { { "RDP", 0xcc, FK_ERROR_GUARDED_OPTION }, { "RDP", 0x00, FK_ERROR_GUARDED_OPTION },
               { "rdp", 0x55, FK_ERROR_GUARDED_OPTION }, { "RDP", 0x1aa, FK_ERROR_USAGE },
               { "WDG_SW", 2, FK_ERROR_USAGE },          { "BOR_LEV", 4, FK_ERROR_USAGE },
               { "nWRP12", 0, FK_ERROR_USAGE },          { "", 0, FK_ERROR_USAGE },
               { "WDG_SW ", 1, FK_ERROR_USAGE },         { "RDP", 0xffffffff, FK_ERROR_USAGE } };
  g_autoptr (FkOptionBytes) options = make_f4 (f4_factory);
  g_autoptr (GBytes) raw = NULL;
  g_autoptr (GError) unknown = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (fk_option_bytes_set (options, rows[i].name, rows[i].value, &error));
      g_assert_error (error, FK_ERROR, rows[i].code);
    }
  g_assert_true (fk_option_bytes_set (options, "RDP", 0xaa, NULL)); /* what it is already */
  g_assert_false (fk_option_bytes_set (options, "FOO", 0, &unknown));
  g_assert_nonnull (strstr (unknown->message, "BOR_LEV"));
  raw = fk_option_bytes_get_raw (options);
  g_assert_cmpmem (g_bytes_get_data (raw, NULL), 4, f4_factory, 4);
}

/* While SPRMOD is set, nWRP is what makes sectors unreadable. */
static void
test_sprmod (void)
{
  static const guint8 write_protection[4] = { 0xed, 0xaa, 0xff, 0x00 };
  static const guint8 code_protection[4] = { 0xed, 0xaa, 0x01, 0x80 };
  g_autoptr (FkOptionBytes) plain = make_options (0x433, "Cortex-M4", 1 << 19, write_protection, 4);
  g_autoptr (FkOptionBytes) locked = make_options (0x433, "Cortex-M4", 1 << 19, code_protection, 4);
  g_autoptr (GError) error = NULL;

  g_assert_true (fk_option_bytes_set (plain, "nWRP3", 0, &error));
  g_assert_no_error (error);
  for (guint32 value = 0; value < 2; value++)
    {
      const char *name = value == 1 ? "nWRP3" : "nWRP0";

      g_assert_false (fk_option_bytes_set (locked, name, value, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_GUARDED_OPTION);
      g_assert_nonnull (strstr (error->message, "SPRMOD"));
      g_clear_error (&error);
      g_assert_cmpuint (get (locked, name), ==, 1 - value);
    }
  g_assert_true (fk_option_bytes_set (locked, "nWRP3", 0, &error));
  g_assert_true (fk_option_bytes_set (locked, "WDG_SW", 0, &error));
}

static void
test_complements (void)
{
  g_autoptr (FkOptionBytes) options = NULL;
  g_autoptr (GError) error = NULL;
  guint8 raw[16];

  memcpy (raw, f1_factory, sizeof raw);
  raw[2] = 0xfe; /* WDG_SW cleared, the complement not */
  options = make_f1 (raw);
  g_assert_false (fk_option_bytes_check_complements (options, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH);
  g_assert_nonnull (strstr (error->message, "0x1ffff802"));
  g_assert_cmphex (get (options, "WDG_SW"), ==, 1); /* as the hardware takes it */

  g_assert_true (fk_option_bytes_set (options, "nRST_STOP", 0, NULL));
  g_assert_true (fk_option_bytes_check_complements (options, NULL));
  g_assert_cmphex (get (options, "WDG_SW"), ==, 1);
  g_assert_cmphex (get (options, "nRST_STOP"), ==, 0);
}

/* Setting a field of a damaged byte to what it counts as repairs it. */
static void
test_repair (void)
{
  g_autoptr (FkOptionBytes) options = NULL;
  guint8 raw[16];

  memcpy (raw, f1_factory, sizeof raw);
  raw[4] = 0x12;
  options = make_f1 (raw);
  g_assert_true (fk_option_bytes_set (options, "Data0", 0xff, NULL));
  g_assert_true (fk_option_bytes_check_complements (options, NULL));
}

/* A chip with fewer write-protection bytes leaves the half-words of the others erased. */
static void
test_unused_half_words (void)
{
  g_autoptr (FkOptionBytes) options = NULL;
  g_autoptr (GError) error = NULL;
  guint8 raw[16];

  memcpy (raw, f1_factory, sizeof raw);
  raw[0] = 0xaa;
  raw[1] = 0x55;
  memset (raw + 12, 0xff, 4);
  options = make_f0 (raw);
  g_assert_true (fk_option_bytes_check_complements (options, &error));
  g_assert_no_error (error);
  g_assert_cmpint (fk_option_bytes_get_protection (options), ==, FK_PROTECTION_NONE);
}

static void
test_protection (void)
{
  static const struct
  {
    guint8 rdp;
    guint8 complement;
    FkProtection f1, f0, f4;
  } rows[] = {
    { 0xa5, 0x5a, FK_PROTECTION_NONE, FK_PROTECTION_READ, FK_PROTECTION_READ },
    { 0xaa, 0x55, FK_PROTECTION_READ, FK_PROTECTION_NONE, FK_PROTECTION_NONE },
    { 0xcc, 0x33, FK_PROTECTION_READ, FK_PROTECTION_PERMANENT, FK_PROTECTION_PERMANENT },
    { 0x00, 0xff, FK_PROTECTION_READ, FK_PROTECTION_READ, FK_PROTECTION_READ },
    { 0xff, 0xff, FK_PROTECTION_READ, FK_PROTECTION_READ, FK_PROTECTION_READ },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FkOptionBytes) f1 = NULL;
      g_autoptr (FkOptionBytes) f0 = NULL;
      g_autoptr (FkOptionBytes) f4 = NULL;
      guint8 raw[16];
      guint8 word[4];

      memcpy (raw, f1_factory, sizeof raw);
      memcpy (word, f4_factory, sizeof word);
      raw[0] = rows[i].rdp;
      raw[1] = rows[i].complement;
      word[1] = rows[i].rdp;
      f1 = make_f1 (raw);
      f0 = make_f0 (raw);
      f4 = make_f4 (word);
      g_assert_cmpint (fk_option_bytes_get_protection (f1), ==, rows[i].f1);
      g_assert_cmpint (fk_option_bytes_get_protection (f0), ==, rows[i].f0);
      g_assert_cmpint (fk_option_bytes_get_protection (f4), ==, rows[i].f4);
    }
}

/* No way into level 2, on any chip that there is: neither by name nor by the private call. */
static void
test_no_level_2 (void)
{
  FkChipDb *db = fk_chip_db_get_default ();

  for (guint i = 0; i < fk_chip_db_get_n_descs (db); i++)
    {
      const FkChipDesc *desc = fk_chip_db_get_desc (db, i);
      guint n_sizes;
      const guint32 *sizes = fk_chip_desc_get_flash_sizes (desc, &n_sizes);
      g_autoptr (FkChip) chip = fk_chip_desc_make_chip (desc, sizes[0], NULL);
      g_autoptr (FkOptionBytes) options = NULL;
      g_autoptr (GError) error = NULL;

      if (g_str_equal (fk_chip_get_driver (chip), "none"))
        continue;
      options = fk_option_bytes_new_factory (chip);
      g_assert_nonnull (options);
      g_assert_cmpint (fk_option_bytes_get_protection (options), ==, FK_PROTECTION_NONE);
      g_assert_false (fk_option_bytes_set (options, "RDP", 0xcc, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_GUARDED_OPTION);
      /* A product state cannot even be left for a while. */
      if (fk_chip_get_number (chip, "product-state", 0) != 0)
        {
          g_assert_false (fk_option_bytes_set_protection (options, FK_PROTECTION_READ, NULL));
          g_assert_cmpint (fk_option_bytes_get_protection (options), ==, FK_PROTECTION_NONE);
          continue;
        }
      g_assert_true (fk_option_bytes_set_protection (options, FK_PROTECTION_READ, NULL));
      g_assert_cmpint (fk_option_bytes_get_protection (options), ==, FK_PROTECTION_READ);
      g_assert_true (fk_option_bytes_check_complements (options, NULL));
    }
}

static void
test_wrong_length (void)
{
  g_autoptr (FkChip) chip = known_chip_new (0x413, "Cortex-M4", 1 << 20);
  g_autoptr (GBytes) bytes = g_bytes_new (f1_factory, 16);
  g_autoptr (GError) error = NULL;

  g_assert_null (fk_option_bytes_new (chip, bytes, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
}

static void
test_explain (void)
{
  g_autoptr (FkOptionBytes) f4 = make_f4 (f4_factory);
  const FkOptionField *rdp = fk_option_bytes_find_field (f4, "RDP");

  g_assert_nonnull (strstr (fk_option_field_explain (rdp, 0xaa), "not protected"));
  g_assert_nonnull (strstr (fk_option_field_explain (rdp, 0x12), "Level 1"));
  g_assert_null (fk_option_bytes_find_field (f4, "nothing"));
  g_assert_cmpstr (fk_protection_get_nick (FK_PROTECTION_NONE), ==, "none");
  g_assert_cmpstr (fk_protection_get_nick (FK_PROTECTION_READ), ==, "read-protected");
  g_assert_cmpstr (fk_protection_get_nick (FK_PROTECTION_PERMANENT), ==, "locked");
}

static void
assert_explained (FkOptionBytes *options, const char *name, guint32 value, const char *expected)
{
  const FkOptionField *field = fk_option_bytes_find_field (options, name);
  g_autofree char *text = fk_option_bytes_explain (options, field, value);

  g_assert_cmpstr (text, ==, expected);
}

/* Which sectors a bit protects is what a person wants to know of it. */
static void
test_explain_sectors (void)
{
  static const guint8 sprmod[4] = { 0xed, 0xaa, 0xff, 0x80 };
  g_autoptr (FkOptionBytes) f1 = make_f1 (f1_factory);
  g_autoptr (FkOptionBytes) f4 = make_f4 (f4_factory);
  g_autoptr (FkOptionBytes) f401 = make_options (0x433, "Cortex-M4", 512 << 10, sprmod, 4);

  assert_explained (f1, "WRP0", 0xff, "Nothing protected");
  assert_explained (f1, "WRP0", 0xfe, "Protected: 0x08000000-0x08000fff");
  assert_explained (f1, "WRP0", 0x7c, "Protected: 0x08000000-0x08001fff, 0x08007000-0x08007fff");
  assert_explained (f1, "WRP1", 0x00, "Protected: 0x08008000-0x0800ffff");
  /* Behind the end of a flash of 64 KiB. */
  assert_explained (f1, "WRP2", 0x00, "Nothing protected");
  assert_explained (f1, "WDG_SW", 0,
                    fk_option_field_explain (fk_option_bytes_find_field (f1, "WDG_SW"), 0));
  assert_explained (f4, "nWRP4", 0, "Protected: 0x08010000-0x0801ffff");
  assert_explained (f4, "nWRP4", 1, "Not protected");
  assert_explained (f401, "nWRP1", 1, "Can be run, but not read or written: 0x08004000-0x08007fff");
  assert_explained (f401, "nWRP1", 0, "Not protected");
}

/* Fields come over, bits that no field names stay. */
static void
test_assign (void)
{
  static const guint8 reserved[4] = { 0xed, 0xaa, 0xff, 0x3f };
  static const guint8 other[4] = { 0xc1, 0xaa, 0x00, 0x00 };
  g_autoptr (FkOptionBytes) to = make_f4 (reserved);
  g_autoptr (FkOptionBytes) from = make_f4 (other);
  g_autoptr (GBytes) raw = NULL;

  fk_option_bytes_assign (to, from);
  raw = fk_option_bytes_get_raw (to);
  g_assert_cmphex (fk_load_u32le (g_bytes_get_data (raw, NULL)), ==, 0x3000aac1);
}

/* A field at the far end of a long region is read and changed there, and nothing else is. */
static void
test_wide (void)
{
  g_autoptr (FkChip) chip = make_made_up (made_up);
  g_autoptr (FkOptionBytes) options = fk_option_bytes_new_factory (chip);
  g_autoptr (FkOptionBytes) before = fk_option_bytes_dup (options);
  g_autoptr (GBytes) raw = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FkOptionBytes) again = NULL;
  g_autoptr (GPtrArray) differing = NULL;
  guint8 expected[256];

  g_assert_cmphex (get (options, "LAST"), ==, 0x1234);
  g_assert_true (fk_option_bytes_set (options, "LAST", 0xbeef, &error));
  g_assert_no_error (error);
  memset (expected, 0xff, sizeof expected);
  expected[0] = 0xaa;
  expected[254] = 0xef;
  expected[255] = 0xbe;
  raw = fk_option_bytes_get_raw (options);
  g_assert_cmpmem (g_bytes_get_data (raw, NULL), g_bytes_get_size (raw), expected, sizeof expected);
  differing = fk_option_bytes_diff (before, options);
  g_assert_cmpuint (differing->len, ==, 1);
  again = fk_option_bytes_new (chip, raw, &error);
  g_assert_no_error (error);
  g_assert_cmphex (get (again, "LAST"), ==, 0xbeef);
  g_assert_true (fk_option_bytes_set (again, "nWRP", 0x7fff, &error));
  assert_explained (again, "nWRP", 0x7fff, "Protected: 0x08007800-0x0800ffff");
}

/* A chip of two banks of 32 KiB, without bits that protect: areas do. */
static FkChip *
make_with_areas (void)
{
  g_autoptr (GString) text = g_string_new (made_up);
  static const char options[] =
      "[Option WRP1A_STRT]\nAddress=0x4002202C\nBits=0-5\nFactory=0x3F\nText=First.\n"
      "Source=RM9999, 3\nTested=none\n\n"
      "[Option WRP1A_END]\nAddress=0x4002202C\nBits=16-21\nFactory=0\nText=Last.\n"
      "Source=RM9999, 3\nTested=none\n\n"
      "[Option WRP2A_STRT]\nAddress=0x4002204C\nBits=0-5\nFactory=0x3F\nText=First.\n"
      "Source=RM9999, 3\nTested=none\n\n"
      "[Option WRP2A_END]\nAddress=0x4002204C\nBits=16-21\nFactory=0\nText=Last.\n"
      "Source=RM9999, 3\nTested=none\n\n"
      "[Option PCROP1A_STRT]\nAddress=0x40022024\nBits=0-7\nFactory=0xFF\nText=First.\n"
      "Guarded=true\nSource=RM9999, 3\nTested=none\n\n"
      "[Option PCROP1A_END]\nAddress=0x40022028\nBits=0-7\nFactory=0\nText=Last.\n"
      "Guarded=true\nSource=RM9999, 3\nTested=none\n\n"
      "[Chip 0x999]\n"
      "Area.WRP1A=write WRP1A_STRT WRP1A_END 2K 1\n"
      "Area.WRP2A=write WRP2A_STRT WRP2A_END 2K 2\n"
      "Area.PCROP1A=pcrop PCROP1A_STRT PCROP1A_END 512 1\n";
  const char *nwrp = strstr (text->str, "[Option nWRP]");
  const char *last = strstr (text->str, "[Option LAST]");

  g_string_erase (text, nwrp - text->str, last - nwrp);
  g_string_replace (text, "[Chip 0x999]\n", options, 1);
  g_string_replace (text, "ProtectUnit=1\n", "", 1);
  g_string_replace (text, "Sectors=*2K\n", "Sectors=*2K\nBanks=2\n", 1);
  g_string_replace (text, "Options=RDP nWRP LAST",
                    "Options=RDP LAST WRP1A_STRT WRP1A_END WRP2A_STRT WRP2A_END PCROP1A_STRT "
                    "PCROP1A_END",
                    1);
  return make_made_up (text->str);
}

static void
set (FkOptionBytes *options, const char *name, guint32 value)
{
  g_autoptr (GError) error = NULL;

  fk_option_bytes_set (options, name, value, &error);
  g_assert_no_error (error);
}

/* Asserts that @expected ("WRP1A 0x08000800-0x080017ff") is all that is protected, in order. */
static void
assert_protected (FkOptionBytes *options, const char *expected)
{
  g_autoptr (GArray) found = fk_option_bytes_list_protected (options);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++)
    {
      const FkProtectedRange *one = &g_array_index (found, FkProtectedRange, i);

      g_string_append_printf (text, "%s%s ", i > 0 ? ", " : "",
                              one->area != NULL ? one->area->name : one->field->name);
      if (one->area == NULL)
        g_string_append_printf (text, "%u ", one->bit);
      g_assert_true (one->area == NULL || one->area->kind == one->kind);
      g_assert_true (one->area == NULL || one->area->first == one->field);
      g_string_append_printf (text, "%s" FK_RANGE_FORMAT,
                              one->kind == FK_AREA_WRITE ? "" : "hidden ",
                              FK_RANGE_ARGS (one->range));
    }
  g_assert_cmpstr (text->str, ==, expected);
}

/* Both ends belong to an area; the first after the last is none; units count from the bank. */
static void
test_areas (void)
{
  g_autoptr (FkChip) chip = make_with_areas ();
  g_autoptr (FkOptionBytes) options = fk_option_bytes_new_factory (chip);
  guint bit;

  g_assert_null (
      fk_chip_find_write_protection (chip, fk_chip_find_sector (chip, 0x08000000), &bit));
  assert_protected (options, "");
  set (options, "WRP1A_STRT", 1);
  assert_protected (options, "");
  set (options, "WRP1A_END", 1);
  assert_protected (options, "WRP1A 0x08000800-0x08000fff");
  set (options, "WRP1A_END", 2);
  set (options, "WRP2A_STRT", 0);
  assert_protected (options, "WRP1A 0x08000800-0x080017ff, WRP2A 0x08008000-0x080087ff");
  /* An area ends with its bank, and one that begins behind it is none. */
  set (options, "WRP1A_STRT", 15);
  set (options, "WRP1A_END", 63);
  set (options, "WRP2A_STRT", 16);
  set (options, "WRP2A_END", 63);
  assert_protected (options, "WRP1A 0x08007800-0x08007fff");
}

static void
test_areas_explained (void)
{
  g_autoptr (FkChip) chip = make_with_areas ();
  g_autoptr (FkOptionBytes) options = fk_option_bytes_new_factory (chip);
  g_autoptr (GBytes) raw = fk_option_bytes_get_raw (options);
  g_autoptr (GBytes) hidden = NULL;
  g_autoptr (FkOptionBytes) pcrop = NULL;
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (raw, NULL), 256);

  set (options, "WRP1A_END", 4);
  assert_explained (options, "WRP1A_STRT", 0x3f, "Not protected");
  assert_explained (options, "WRP1A_STRT", 3, "Protected: 0x08001800-0x080027ff");
  assert_explained (options, "WRP1A_END", 0x3f, "Not protected");
  set (options, "WRP1A_STRT", 15);
  assert_explained (options, "WRP1A_END", 0x3f, "Protected: 0x08007800-0x08007fff");
  bytes[0x24] = 2;
  bytes[0x28] = 2;
  hidden = g_bytes_new (bytes, 256);
  pcrop = fk_option_bytes_new (chip, hidden, NULL);
  assert_protected (pcrop, "PCROP1A hidden 0x08000400-0x080005ff");
  assert_explained (pcrop, "PCROP1A_END", 3,
                    "Can be run, but not read or written: 0x08000400-0x080007ff");
}

/* Bits and areas are asked in one way. */
static void
test_protected_bits (void)
{
  static const guint8 one[4] = { 0xed, 0xaa, 0xfe, 0x0d };
  static const guint8 sprmod[4] = { 0xed, 0xaa, 0x02, 0x80 };
  g_autoptr (FkOptionBytes) f4 = make_f4 (one);
  g_autoptr (FkOptionBytes) f401 = make_options (0x433, "Cortex-M4", 512 << 10, sprmod, 4);
  g_autoptr (FkOptionBytes) f1 = make_f1 (f1_factory);

  assert_protected (f4, "nWRP0 0 0x08000000-0x08003fff, nWRP9 0 0x080a0000-0x080bffff");
  assert_protected (f401, "nWRP1 0 hidden 0x08004000-0x08007fff");
  assert_protected (f1, "");
  set (f1, "WRP0", 0xfc);
  assert_protected (f1, "WRP0 0 0x08000000-0x08000fff, WRP0 1 0x08001000-0x08001fff");
}

/* What is protected before and after stays protected in between, and nothing else. */
static void
test_lift (void)
{
  static const struct
  {
    guint32 before[2];
    guint32 after[2];
    const char *between;
    gboolean lifts;
  } rows[] = {
    { { 0x3f, 0 }, { 0x3f, 0 }, "", FALSE },
    { { 0x3f, 0 }, { 1, 2 }, "", FALSE },
    { { 1, 2 }, { 0x3f, 0 }, "", TRUE },
    { { 1, 2 }, { 1, 2 }, "WRP1A 0x08000800-0x080017ff", FALSE },
    { { 1, 2 }, { 0, 3 }, "WRP1A 0x08000800-0x080017ff", FALSE },
    { { 0, 3 }, { 1, 2 }, "WRP1A 0x08000800-0x080017ff", TRUE },
    { { 0, 2 }, { 2, 3 }, "WRP1A 0x08001000-0x080017ff", TRUE },
    { { 0, 1 }, { 3, 4 }, "", TRUE },
    { { 3, 4 }, { 0, 1 }, "", TRUE },
  };
  g_autoptr (FkChip) chip = make_with_areas ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FkOptionBytes) before = fk_option_bytes_new_factory (chip);
      g_autoptr (FkOptionBytes) after = fk_option_bytes_new_factory (chip);

      set (before, "WRP1A_STRT", rows[i].before[0]);
      set (before, "WRP1A_END", rows[i].before[1]);
      set (after, "WRP1A_STRT", rows[i].after[0]);
      set (after, "WRP1A_END", rows[i].after[1]);
      g_assert_cmpint (fk_option_bytes_lift_protection (after, before), ==, rows[i].lifts);
      assert_protected (after, rows[i].between);
    }
}

static void
test_lift_bits (void)
{
  g_autoptr (FkOptionBytes) before = make_f1 (f1_factory);
  g_autoptr (FkOptionBytes) after = make_f1 (f1_factory);

  set (before, "WRP0", 0xfc);
  set (after, "WRP0", 0xfa);
  g_assert_true (fk_option_bytes_lift_protection (after, before));
  g_assert_cmphex (get (after, "WRP0"), ==, 0xfe);
  /* Where nothing is protected before, nothing is lifted, and nothing stays. */
  set (before, "WRP0", 0xff);
  set (after, "WRP0", 0xfa);
  g_assert_false (fk_option_bytes_lift_protection (after, before));
  g_assert_cmphex (get (after, "WRP0"), ==, 0xff);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/option-bytes/factory", test_factory);
  g_test_add_func ("/option-bytes/set/f1", test_set_f1);
  g_test_add_func ("/option-bytes/set/f4", test_set_f4);
  g_test_add_func ("/option-bytes/set/refused", test_set_refused);
  g_test_add_func ("/option-bytes/sprmod", test_sprmod);
  g_test_add_func ("/option-bytes/complements", test_complements);
  g_test_add_func ("/option-bytes/repair", test_repair);
  g_test_add_func ("/option-bytes/unused-half-words", test_unused_half_words);
  g_test_add_func ("/option-bytes/protection", test_protection);
  g_test_add_func ("/option-bytes/no-level-2", test_no_level_2);
  g_test_add_func ("/option-bytes/wrong-length", test_wrong_length);
  g_test_add_func ("/option-bytes/explain", test_explain);
  g_test_add_func ("/option-bytes/explain/sectors", test_explain_sectors);
  g_test_add_func ("/option-bytes/assign", test_assign);
  g_test_add_func ("/option-bytes/wide", test_wide);
  g_test_add_func ("/option-bytes/areas", test_areas);
  g_test_add_func ("/option-bytes/areas/explained", test_areas_explained);
  g_test_add_func ("/option-bytes/protected/bits", test_protected_bits);
  g_test_add_func ("/option-bytes/lift/areas", test_lift);
  g_test_add_func ("/option-bytes/lift/bits", test_lift_bits);
  return g_test_run ();
}
