/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "flash/fk-flash-plan-private.h"

#include "base/fk-error.h"
#include "flash/fk-flash-driver.h"
#include "known-chip.h"

#include <gio/gio.h>
#include <string.h>

#define BASE 0x08000000u

static FkChip *
make_f103c8 (void)
{
  return known_chip_new (0x410, "Cortex-M3", 64 * 1024);
}

static FkChip *
make_f405 (void)
{
  return known_chip_new (0x413, "Cortex-M4", 1024 * 1024);
}

static FkChip *
make_erased_low (void)
{
  g_autoptr (FkChipDb) db = known_chip_make_erased_low ();
  g_autoptr (GError) error = NULL;
  FkChip *chip =
      fk_chip_desc_make_chip (fk_chip_db_find (db, 0x410, "Cortex-M3"), 64 * 1024, &error);

  g_assert_no_error (error);
  g_assert_cmphex (fk_chip_get_erased_value (chip), ==, 0);
  return chip;
}

static FkImage *
image_for (guint32 address, const guint8 *data, gsize length)
{
  g_autoptr (GError) error = NULL;
  FkImage *image = fk_image_new ();

  fk_image_add_data (image, address, data, length, &error);
  g_assert_no_error (error);
  return image;
}

static guint8 *
blank_flash (FkChip *chip)
{
  guint8 *data = g_malloc (fk_chip_get_flash_size (chip));

  memset (data, fk_chip_get_erased_value (chip), fk_chip_get_flash_size (chip));
  return data;
}

static FkImage *
image_of (FkChip *chip, const guint8 *data)
{
  return image_for (BASE, data, fk_chip_get_flash_size (chip));
}

static gboolean
is_blank (const guint8 *data, gsize length, guint8 blank)
{
  for (gsize i = 0; i < length; i++)
    if (data[i] != blank)
      return FALSE;
  return TRUE;
}

/* A flash that behaves: erase makes a sector blank, programming an erased unit sets it, programming
 * any other unit is a bug of the plan. */
static void
carry_out (FkFlashPlan *plan, guint8 *flash, guint64 *programmed)
{
  FkChip *chip = fk_flash_plan_get_chip (plan);
  guint unit = fk_flash_plan_get_unit (plan);
  guint8 blank = fk_chip_get_erased_value (chip);
  FkImage *result = fk_flash_plan_get_result (plan);
  guint n_entries, n_runs;
  const FkPlanEntry *entries = fk_flash_plan_get_entries (plan, &n_entries);
  const FkRange *runs = fk_flash_plan_get_runs (plan, &n_runs);
  guint next_run = 0;

  *programmed = 0;
  if (fk_flash_plan_is_mass_erase (plan))
    memset (flash, blank, fk_chip_get_flash_size (chip));
  for (guint i = 0; i < n_entries; i++)
    {
      FkRange sector = entries[i].sector.range;

      if (entries[i].action == FK_SECTOR_ERASE || entries[i].action == FK_SECTOR_REWRITE)
        memset (flash + sector.address - BASE, blank, sector.size);
      if (entries[i].n_runs > 0)
        g_assert_cmpuint (entries[i].first_run, ==, next_run);
      next_run += entries[i].n_runs;
      for (guint r = 0; r < entries[i].n_runs; r++)
        {
          FkRange run = runs[entries[i].first_run + r];
          g_autofree guint8 *data = g_malloc (run.size);

          g_assert_true (fk_range_covers (sector, run));
          g_assert_cmpuint (run.size, >, 0);
          g_assert_cmpuint (run.address % unit, ==, 0);
          g_assert_cmpuint (run.size % unit, ==, 0);
          g_assert_true (fk_image_read (result, run, data));
          for (guint32 o = 0; o < run.size; o += unit)
            {
              guint8 *cell = flash + run.address - BASE + o;

              if (is_blank (data + o, unit, blank))
                continue;
              g_assert_true (is_blank (cell, unit, blank));
              memcpy (cell, data + o, unit);
              *programmed += unit;
            }
        }
    }
  g_assert_cmpuint (next_run, ==, n_runs);
}

static void
check_counts (FkFlashPlan *plan)
{
  guint counts[FK_SECTOR_N_ACTIONS] = { 0 };
  guint n_entries, sum = 0;
  const FkPlanEntry *entries = fk_flash_plan_get_entries (plan, &n_entries);

  for (guint i = 0; i < n_entries; i++)
    {
      counts[entries[i].action]++;
      if (i > 0)
        g_assert_cmpuint (entries[i].sector.range.address, >, entries[i - 1].sector.range.address);
    }
  for (guint action = 0; action < FK_SECTOR_N_ACTIONS; action++)
    {
      g_assert_cmpuint (counts[action], ==, fk_flash_plan_count (plan, action));
      sum += counts[action];
    }
  g_assert_cmpuint (sum, ==, n_entries);
}

static void
fill_random (GRand *rand, guint8 *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    data[i] = (guint8)g_rand_int_range (rand, 0, 256);
}

/* Some sectors with data, some blank, some half. */
static guint8 *
random_flash (GRand *rand, FkChip *chip)
{
  guint8 *flash = blank_flash (chip);
  guint n_sectors;
  const FkSector *sectors = fk_chip_get_sectors (chip, &n_sectors);

  for (guint i = 0; i < n_sectors; i++)
    {
      guint32 offset = sectors[i].range.address - BASE;
      gint32 kind = g_rand_int_range (rand, 0, 3);

      if (kind > 0)
        fill_random (rand, flash + offset, sectors[i].range.size / (guint)kind);
    }
  return flash;
}

/* Pieces of random bytes, blank bytes, and bytes that are there already, at odd places. */
static FkImage *
random_wanted (GRand *rand, FkChip *chip, const guint8 *present, guint8 *expected)
{
  guint32 size = fk_chip_get_flash_size (chip);
  FkImage *wanted = fk_image_new ();
  guint32 at = 0;

  memcpy (expected, present, size);
  while (at < size)
    {
      guint32 start = at + (guint32)g_rand_int_range (rand, 0, (gint32)(size / 8));
      guint32 length = (guint32)g_rand_int_range (rand, 1, (gint32)(size / 8));
      gint32 kind = g_rand_int_range (rand, 0, 4);

      if (start >= size)
        break;
      length = MIN (length, size - start);
      if (kind == 0)
        fill_random (rand, expected + start, length);
      else if (kind == 1)
        memset (expected + start, fk_chip_get_erased_value (chip), length);
      else if (kind == 2)
        for (guint32 i = 0; i < length; i++) /* bits that are cleared only */
          expected[start + i] &= (guint8)g_rand_int_range (rand, 0, 256);
      g_assert_true (fk_image_add_data (wanted, BASE + start, expected + start, length, NULL));
      at = start + length;
    }
  if (fk_image_get_n_segments (wanted) == 0)
    g_assert_true (fk_image_add_data (wanted, BASE, expected, 1, NULL));
  return wanted;
}

static void
check_random (FkChip *chip, guint unit, guint32 seed, FkPlanFlags flags)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint32 size = fk_chip_get_flash_size (chip);
  g_autofree guint8 *flash = random_flash (rand, chip);
  g_autofree guint8 *expected = g_malloc (size);
  g_autoptr (FkImage) present = image_of (chip, flash);
  g_autoptr (FkImage) wanted = random_wanted (rand, chip, flash, expected);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkFlashPlan) plan =
      fk_flash_plan_new_in_units (chip, unit, wanted, present, flags, &error);
  guint64 programmed;
  guint n_entries;
  const FkPlanEntry *entries;

  g_assert_no_error (error);
  check_counts (plan);
  entries = fk_flash_plan_get_entries (plan, &n_entries);
  for (guint i = 0; i < n_entries; i++)
    {
      FkRange sector = entries[i].sector.range;
      const guint8 *before = flash + sector.address - BASE;
      gboolean equal = memcmp (before, expected + sector.address - BASE, sector.size) == 0;

      g_assert_true (fk_image_touches (wanted, sector));
      if ((flags & FK_PLAN_FULL) == 0 && !fk_flash_plan_is_mass_erase (plan))
        g_assert_true ((entries[i].action == FK_SECTOR_KEEP) == equal);
    }
  carry_out (plan, flash, &programmed);
  g_assert_cmpmem (flash, size, expected, size);
  g_assert_cmpuint (programmed, ==, fk_flash_plan_get_program_bytes (plan));
}

static void
test_random (void)
{
  g_autoptr (FkChip) f1 = make_f103c8 ();
  g_autoptr (FkChip) f4 = make_f405 ();

  for (guint32 seed = 0; seed < 60; seed++)
    check_random (f1, 4, seed, (FkPlanFlags)(seed % 4));
  for (guint32 seed = 0; seed < 8; seed++)
    check_random (f4, 4, seed, (FkPlanFlags)(seed % 4));
}

/* What each driver has; and the plan goes by it. */
static void
test_unit_of_driver (void)
{
  g_autoptr (FkChip) f1 = make_f103c8 ();
  g_autoptr (FkChip) f4 = make_f405 ();
  g_autoptr (FkImage) wanted = image_for (BASE + 5, (const guint8 *)"x", 1);
  g_autofree guint8 *flash = blank_flash (f1);
  g_autoptr (FkImage) present = image_of (f1, flash);
  g_autoptr (FkFlashPlan) plan = fk_flash_plan_new (f1, wanted, present, FK_PLAN_DEFAULT, NULL);
  g_autoptr (FkFlashPlan) erase = fk_flash_plan_new_erase (f1, (FkRange){ BASE, 1024 }, NULL, NULL);

  g_assert_cmpuint (fk_flash_driver_find_unit (f1), ==, 4);
  g_assert_cmpuint (fk_flash_driver_find_unit (f4), ==, 4);
  g_assert_cmpuint (fk_flash_plan_get_unit (plan), ==, 4);
  g_assert_cmpuint (fk_flash_plan_get_unit (erase), ==, 4);
}

static const guint wide_units[] = { 8, 16, 32, 64, 128 };

static void
test_wide_random (void)
{
  g_autoptr (FkChip) f1 = make_f103c8 ();
  g_autoptr (FkChip) low = make_erased_low ();

  for (guint i = 0; i < G_N_ELEMENTS (wide_units); i++)
    for (guint32 seed = 0; seed < 16; seed++)
      {
        check_random (f1, wide_units[i], seed, (FkPlanFlags)(seed % 4));
        check_random (low, wide_units[i], seed, (FkPlanFlags)(seed % 4));
      }
  for (guint32 seed = 0; seed < 16; seed++)
    check_random (low, 4, seed, (FkPlanFlags)(seed % 4));
}

/* A unit with one byte to program is programmed whole; where another byte of it was programmed
 * before, the sector is rewritten; the unit behind it can be. */
static void
check_wide_in_place (FkChip *chip, guint unit)
{
  guint8 blank = fk_chip_get_erased_value (chip);
  g_autofree guint8 *flash = blank_flash (chip);
  g_autoptr (FkImage) present = NULL;
  g_autoptr (FkImage) beside = image_for (BASE + 0x400 + 2 * unit + 1, (const guint8 *)"a", 1);
  g_autoptr (FkImage) inside = image_for (BASE + 0x400 + 2 * unit - 2, (const guint8 *)"a", 1);
  g_autoptr (FkFlashPlan) easy = NULL;
  g_autoptr (FkFlashPlan) hard = NULL;
  const FkRange *runs;
  guint n_runs;
  guint64 programmed;

  flash[0x400 + unit] = 0x11;
  present = image_of (chip, flash);
  hard = fk_flash_plan_new_in_units (chip, unit, inside, present, FK_PLAN_DEFAULT, NULL);
  g_assert_cmpuint (fk_flash_plan_count (hard, FK_SECTOR_REWRITE), ==, 1);
  g_assert_cmpuint (fk_flash_plan_get_program_bytes (hard), ==, unit);
  runs = fk_flash_plan_get_runs (hard, &n_runs);
  g_assert_cmpuint (n_runs, ==, 1);
  g_assert_cmphex (runs[0].address, ==, BASE + 0x400 + unit);
  g_assert_cmpuint (runs[0].size, ==, unit);

  easy = fk_flash_plan_new_in_units (chip, unit, beside, present, FK_PLAN_DEFAULT, NULL);
  g_assert_cmpuint (fk_flash_plan_count (easy, FK_SECTOR_PROGRAM), ==, 1);
  g_assert_cmpuint (fk_flash_plan_get_program_bytes (easy), ==, unit);
  runs = fk_flash_plan_get_runs (easy, &n_runs);
  g_assert_cmpuint (n_runs, ==, 1);
  g_assert_cmphex (runs[0].address, ==, BASE + 0x400 + 2 * unit);
  g_assert_cmpuint (runs[0].size, ==, unit);
  carry_out (easy, flash, &programmed);
  g_assert_cmphex (flash[0x400 + unit], ==, 0x11);
  g_assert_cmphex (flash[0x400 + 2 * unit], ==, blank);
  g_assert_cmphex (flash[0x400 + 2 * unit + 1], ==, 'a');
}

static void
test_wide_in_place (void)
{
  g_autoptr (FkChip) f1 = make_f103c8 ();
  g_autoptr (FkChip) low = make_erased_low ();

  for (guint i = 0; i < G_N_ELEMENTS (wide_units); i++)
    {
      check_wide_in_place (f1, wide_units[i]);
      check_wide_in_place (low, wide_units[i]);
    }
}

static void
test_same_is_empty (void)
{
  g_autoptr (FkChip) chip = make_f103c8 ();
  g_autofree guint8 *flash = blank_flash (chip);
  g_autoptr (FkImage) present = NULL;
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (FkFlashPlan) full = NULL;

  memset (flash, 0x5a, 3000);
  present = image_of (chip, flash);
  plan = fk_flash_plan_new (chip, present, present, FK_PLAN_ALLOW_MASS_ERASE, NULL);
  g_assert_true (fk_flash_plan_is_empty (plan));
  g_assert_false (fk_flash_plan_is_mass_erase (plan));
  g_assert_cmpuint (fk_flash_plan_count (plan, FK_SECTOR_KEEP), ==, 64);
  g_assert_cmpuint (fk_flash_plan_get_estimate_ms (plan), ==, 0);

  full = fk_flash_plan_new (chip, present, present, FK_PLAN_FULL, NULL);
  g_assert_false (fk_flash_plan_is_empty (full));
  g_assert_cmpuint (fk_flash_plan_count (full, FK_SECTOR_REWRITE), ==, 3);
  g_assert_cmpuint (fk_flash_plan_count (full, FK_SECTOR_ERASE), ==, 61);
  g_assert_cmpuint (fk_flash_plan_get_program_bytes (full), ==, 3000);
}

/* One byte in the middle of a used sector: the sector is rewritten, its other bytes kept. */
/* What is not known to be blank or right is taken for neither; what nobody brings has to be known.
 */
static void
test_gaps (void)
{
  g_autoptr (FkChip) chip = make_f405 ();
  g_autofree guint8 *data = g_malloc (0x20000);
  g_autoptr (FkImage) present = fk_image_new ();
  g_autoptr (FkImage) wanted = NULL;
  g_autoptr (FkImage) less = NULL;
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  const FkPlanEntry *entries;
  guint n_entries;

  for (guint i = 0; i < 0x20000; i++)
    data[i] = (guint8)(i * 7 + i / 256); /* each value, those next to blank, too */
  wanted = image_for (BASE + 0x20000, data, 0x20000);
  g_assert_true (fk_image_add_data (present, BASE + 0x20000, data, 0x8000, NULL));
  g_assert_true (fk_image_add_data (present, BASE + 0x28001, data + 0x8001, 0x1000, NULL));
  plan = fk_flash_plan_new (chip, wanted, present, FK_PLAN_DEFAULT, &error);
  g_assert_no_error (error);
  entries = fk_flash_plan_get_entries (plan, &n_entries);
  g_assert_cmpuint (n_entries, ==, 1);
  g_assert_cmpint (entries[0].action, ==, FK_SECTOR_REWRITE);
  g_assert_cmpuint (fk_image_get_size (fk_flash_plan_get_result (plan)), ==, 0x20000);

  less = image_for (BASE + 0x20000, data, 0x1ffff);
  g_assert_null (fk_flash_plan_new (chip, less, present, FK_PLAN_DEFAULT, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_USAGE);
}

static void
test_one_byte (void)
{
  g_autoptr (FkChip) chip = make_f405 ();
  g_autofree guint8 *flash = blank_flash (chip);
  g_autoptr (FkImage) present = NULL;
  g_autoptr (FkImage) wanted = image_for (BASE + 0x20001, (const guint8 *)"\x12", 1);
  g_autoptr (FkFlashPlan) plan = NULL;
  const FkPlanEntry *entries;
  guint n_entries;
  guint8 byte;

  memset (flash + 0x20000, 0xab, 0x100);
  present = image_of (chip, flash);
  plan = fk_flash_plan_new (chip, wanted, present, FK_PLAN_ALLOW_MASS_ERASE, NULL);
  entries = fk_flash_plan_get_entries (plan, &n_entries);
  g_assert_cmpuint (n_entries, ==, 1);
  g_assert_cmpint (entries[0].action, ==, FK_SECTOR_REWRITE);
  g_assert_cmphex (entries[0].sector.range.address, ==, BASE + 0x20000);
  g_assert_cmpuint (fk_flash_plan_get_program_bytes (plan), ==, 0x100);
  g_assert_false (fk_flash_plan_is_mass_erase (plan));
  g_assert_true (
      fk_image_read (fk_flash_plan_get_result (plan), (FkRange){ BASE + 0x20001, 1 }, &byte));
  g_assert_cmphex (byte, ==, 0x12);
  g_assert_true (
      fk_image_read (fk_flash_plan_get_result (plan), (FkRange){ BASE + 0x20002, 1 }, &byte));
  g_assert_cmphex (byte, ==, 0xab);
}

/* Blank cells are filled without an erase; a half-blank word is not, because F1 could not. */
static void
test_in_place (void)
{
  g_autoptr (FkChip) chip = make_f103c8 ();
  g_autofree guint8 *flash = blank_flash (chip);
  g_autoptr (FkImage) present = NULL;
  g_autoptr (FkImage) beside = image_for (BASE + 0x104, (const guint8 *)"abcd", 4);
  g_autoptr (FkImage) inside = image_for (BASE + 0x102, (const guint8 *)"ab", 2);
  g_autoptr (FkFlashPlan) easy = NULL;
  g_autoptr (FkFlashPlan) hard = NULL;

  memset (flash + 0x100, 0x11, 2);
  present = image_of (chip, flash);
  easy = fk_flash_plan_new (chip, beside, present, FK_PLAN_DEFAULT, NULL);
  g_assert_cmpuint (fk_flash_plan_count (easy, FK_SECTOR_PROGRAM), ==, 1);
  g_assert_cmpuint (fk_flash_plan_get_program_bytes (easy), ==, 4);
  hard = fk_flash_plan_new (chip, inside, present, FK_PLAN_DEFAULT, NULL);
  g_assert_cmpuint (fk_flash_plan_count (hard, FK_SECTOR_REWRITE), ==, 1);
}

/* Blank data inside an image is not programmed; short stretches do not split a run. */
static void
test_runs (void)
{
  g_autoptr (FkChip) chip = make_f103c8 ();
  g_autofree guint8 *flash = blank_flash (chip);
  g_autofree guint8 *data = blank_flash (chip);
  g_autoptr (FkImage) present = image_of (chip, flash);
  g_autoptr (FkImage) wanted = NULL;
  g_autoptr (FkFlashPlan) plan = NULL;
  const FkRange *runs;
  guint n_runs;

  memset (data + 0x10, 1, 4);
  memset (data + 0x20, 2, 4);
  memset (data + 0x200, 3, 4);
  wanted = image_for (BASE, data, 1024);
  plan = fk_flash_plan_new (chip, wanted, present, FK_PLAN_DEFAULT, NULL);
  runs = fk_flash_plan_get_runs (plan, &n_runs);
  g_assert_cmpuint (n_runs, ==, 2);
  g_assert_cmphex (runs[0].address, ==, BASE + 0x10);
  g_assert_cmpuint (runs[0].size, ==, 0x14);
  g_assert_cmphex (runs[1].address, ==, BASE + 0x200);
  g_assert_cmpuint (fk_flash_plan_get_program_bytes (plan), ==, 12);
}

/* Story 5: an application behind a bootloader and its settings touches neither. */
static void
test_application_at_offset (void)
{
  g_autoptr (FkChip) chip = make_f405 ();
  g_autofree guint8 *flash = blank_flash (chip);
  g_autofree guint8 *application = g_malloc (100001);
  g_autoptr (FkImage) present = NULL;
  g_autoptr (FkImage) wanted = NULL;
  g_autoptr (FkFlashPlan) plan = NULL;
  const FkPlanEntry *entries;
  guint n_entries;

  memset (flash, 0x77, 0x20000);
  memset (application, 0x33, 100001);
  present = image_of (chip, flash);
  wanted = image_for (BASE + 0xc000, application, 100001);
  plan = fk_flash_plan_new (chip, wanted, present, FK_PLAN_ALLOW_MASS_ERASE, NULL);
  entries = fk_flash_plan_get_entries (plan, &n_entries);
  g_assert_cmpuint (n_entries, ==, 3);
  g_assert_cmphex (entries[0].sector.range.address, ==, BASE + 0xc000);
  g_assert_false (fk_flash_plan_is_mass_erase (plan));
}

static void
test_mass_erase (void)
{
  g_autoptr (FkChip) chip = make_f103c8 ();
  g_autofree guint8 *flash = blank_flash (chip);
  g_autofree guint8 *data = blank_flash (chip);
  g_autoptr (FkImage) present = NULL;
  g_autoptr (FkImage) wanted = NULL;
  g_autoptr (FkImage) part = NULL;
  g_autoptr (FkFlashPlan) allowed = NULL;
  g_autoptr (FkFlashPlan) forbidden = NULL;
  g_autoptr (FkFlashPlan) partial = NULL;
  g_autoptr (FkFlashPlan) same_page = NULL;
  g_autoptr (FkImage) almost = NULL;

  memset (flash, 0x11, 64 * 1024);
  memset (data, 0x22, 30 * 1024);
  present = image_of (chip, flash);
  wanted = image_of (chip, data);
  allowed = fk_flash_plan_new (chip, wanted, present, FK_PLAN_ALLOW_MASS_ERASE, NULL);
  g_assert_true (fk_flash_plan_is_mass_erase (allowed));
  g_assert_cmpuint (fk_flash_plan_count (allowed, FK_SECTOR_REWRITE), ==, 30);
  g_assert_cmpuint (fk_flash_plan_count (allowed, FK_SECTOR_ERASE), ==, 34);
  check_counts (allowed);
  forbidden = fk_flash_plan_new (chip, wanted, present, FK_PLAN_DEFAULT, NULL);
  g_assert_false (fk_flash_plan_is_mass_erase (forbidden));
  g_assert_cmpuint (fk_flash_plan_get_estimate_ms (allowed), <,
                    fk_flash_plan_get_estimate_ms (forbidden));

  /* The last byte is not in the image, and the chip has something there. */
  part = image_for (BASE, data, 64 * 1024 - 1);
  partial = fk_flash_plan_new (chip, part, present, FK_PLAN_ALLOW_MASS_ERASE, NULL);
  g_assert_false (fk_flash_plan_is_mass_erase (partial));

  /* One page is right already: not worn for nothing. */
  memset (flash + 1024, 0x22, 1024);
  almost = image_of (chip, flash);
  same_page = fk_flash_plan_new (chip, wanted, almost, FK_PLAN_ALLOW_MASS_ERASE, NULL);
  g_assert_false (fk_flash_plan_is_mass_erase (same_page));
}

/* One page of 64 differs: erasing the page is cheaper than erasing and programming all. */
static void
test_mass_erase_dearer (void)
{
  g_autoptr (FkChip) chip = make_f103c8 ();
  g_autofree guint8 *flash = blank_flash (chip);
  g_autofree guint8 *data = blank_flash (chip);
  g_autoptr (FkImage) present = NULL;
  g_autoptr (FkImage) wanted = image_of (chip, data);
  g_autoptr (FkFlashPlan) plan = NULL;

  memset (flash, 0x11, 1024);
  present = image_of (chip, flash);
  plan = fk_flash_plan_new (chip, wanted, present, FK_PLAN_ALLOW_MASS_ERASE, NULL);
  g_assert_false (fk_flash_plan_is_mass_erase (plan));
  g_assert_cmpuint (fk_flash_plan_count (plan, FK_SECTOR_ERASE), ==, 1);
}

static void
test_outside (void)
{
  static const struct
  {
    guint32 address;
    guint32 size;
    const char *says;
  } rows[] = { { BASE + 0xffff, 2, "0x08010000" },
               { BASE - 1, 2, "0x07ffffff" },
               { 0x20000000, 4, "0x20000000" },
               { 0xfffffffc, 4, "0xfffffffc" } };
  g_autoptr (FkChip) chip = make_f103c8 ();
  g_autofree guint8 *flash = blank_flash (chip);
  g_autoptr (FkImage) present = image_of (chip, flash);
  g_autoptr (FkImage) empty = fk_image_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FkImage) wanted = image_for (rows[i].address, flash, rows[i].size);
      g_autoptr (GError) outside = NULL;

      g_assert_null (fk_flash_plan_new (chip, wanted, present, FK_PLAN_DEFAULT, &outside));
      g_assert_error (outside, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
      g_assert_nonnull (strstr (outside->message, rows[i].says));
      g_assert_nonnull (strstr (outside->message, "0x08000000-0x0800ffff"));
    }
  g_assert_null (fk_flash_plan_new (chip, empty, present, FK_PLAN_DEFAULT, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_USAGE);
}

static void
test_present_too_small (void)
{
  g_autoptr (FkChip) chip = make_f103c8 ();
  g_autofree guint8 *flash = blank_flash (chip);
  g_autoptr (FkImage) present = image_for (BASE, flash, 1023);
  g_autoptr (FkImage) wanted = image_for (BASE, (const guint8 *)"x", 1);
  g_autoptr (GError) error = NULL;

  g_assert_null (fk_flash_plan_new (chip, wanted, present, FK_PLAN_DEFAULT, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_USAGE);
  g_assert_nonnull (strstr (error->message, "0x08000000-0x080003ff"));
}

static void
test_erase (void)
{
  g_autoptr (FkChip) chip = make_f103c8 ();
  g_autofree guint8 *flash = blank_flash (chip);
  g_autoptr (FkImage) present = NULL;
  g_autoptr (FkFlashPlan) two = NULL;
  g_autoptr (FkFlashPlan) all = NULL;
  g_autoptr (FkFlashPlan) blindly = NULL;
  static const FkRange bad[] = {
    { BASE + 1, 1024 }, { BASE, 1023 }, { BASE + 0xfc00, 2048 }, { 0x1ffff000, 1024 }
  };

  memset (flash, 0, 1024);
  present = image_of (chip, flash);
  two = fk_flash_plan_new_erase (chip, (FkRange){ BASE, 2048 }, present, NULL);
  g_assert_cmpuint (fk_flash_plan_count (two, FK_SECTOR_ERASE), ==, 1);
  g_assert_cmpuint (fk_flash_plan_count (two, FK_SECTOR_KEEP), ==, 1);
  all = fk_flash_plan_new_erase (chip, (FkRange){ BASE, 65536 }, present, NULL);
  g_assert_cmpuint (fk_flash_plan_count (all, FK_SECTOR_ERASE), ==, 1);
  blindly = fk_flash_plan_new_erase (chip, (FkRange){ BASE, 65536 }, NULL, NULL);
  g_assert_true (fk_flash_plan_is_mass_erase (blindly));
  g_assert_cmpuint (fk_flash_plan_count (blindly, FK_SECTOR_ERASE), ==, 64);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (fk_flash_plan_new_erase (chip, bad[i], present, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
    }
}

static void
test_ends (void)
{
  FkChip *chip = make_f103c8 ();
  FkImage *wanted = image_for (BASE, (const guint8 *)"x", 1);
  g_autofree guint8 *flash = blank_flash (chip);
  FkImage *present = image_of (chip, flash);
  FkFlashPlan *plan = fk_flash_plan_new (chip, wanted, present, FK_PLAN_DEFAULT, NULL);

  g_assert_true (fk_flash_plan_get_chip (plan) == chip);
  g_assert_finalize_object (plan);
  g_assert_finalize_object (present);
  g_assert_finalize_object (wanted);
  g_assert_finalize_object (chip);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan/random", test_random);
  g_test_add_func ("/plan/unit-of-driver", test_unit_of_driver);
  g_test_add_func ("/plan/wide-random", test_wide_random);
  g_test_add_func ("/plan/wide-in-place", test_wide_in_place);
  g_test_add_func ("/plan/same-is-empty", test_same_is_empty);
  g_test_add_func ("/plan/gaps", test_gaps);
  g_test_add_func ("/plan/one-byte", test_one_byte);
  g_test_add_func ("/plan/in-place", test_in_place);
  g_test_add_func ("/plan/runs", test_runs);
  g_test_add_func ("/plan/application-at-offset", test_application_at_offset);
  g_test_add_func ("/plan/mass-erase", test_mass_erase);
  g_test_add_func ("/plan/mass-erase-dearer", test_mass_erase_dearer);
  g_test_add_func ("/plan/outside", test_outside);
  g_test_add_func ("/plan/present-too-small", test_present_too_small);
  g_test_add_func ("/plan/erase", test_erase);
  g_test_add_func ("/plan/ends", test_ends);
  return g_test_run ();
}
