/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What people compare, and what they are told. */

#include "config.h"

#include "compare-bench.h"

#include <string.h>

/* Story 1: is the 50 KB up to the FFs all of it? */
static void
test_story_printer_owner_trailing_blank (void)
{
  g_auto (Pair) pair = make_pair (1 << 20, 50000);
  g_autoptr (FkComparison) comparison = compare (pair.a, 50000, pair.b, pair.size, NULL);

  g_assert_false (fk_comparison_get_identical (comparison));
  g_assert_cmpuint (fk_comparison_get_differing_bytes (comparison), ==, pair.size - 50000);
  assert_headline (comparison, "trailing-blank",
                   "After 0x0800c34f, where the first ends, the second has only blank flash "
                   "(998576 "
                   "bytes of 0xFF): nothing is missing.");
}

/* Story 1 again: no, there is a page of settings at the end. */
static void
test_story_printer_owner_settings (void)
{
  g_auto (Pair) pair = make_pair (1 << 20, 50000);
  g_autoptr (FkComparison) comparison = NULL;

  memset (pair.b + 0xff800, 0x42, 200);
  comparison = compare (pair.a, 50000, pair.b, pair.size, NULL);
  assert_headline (comparison, "only-in-one",
                   "After 0x0800c34f, where the first ends, the second goes on with blank flash, "
                   "but "
                   "there are more bytes behind it, such as settings, that the first does not "
                   "cover.");
}

typedef struct
{
  gsize size;
  gsize kept;
  const char *text;
} Truncation;

/* Stories 1, 3 and 4: the lengths that come of defaults and of typing. */
static const Truncation truncations[] = {
  { 0x4000, 0x400,
    "The second ends too early, after 0x080003ff: 15 KiB that the first has are missing. 1 KiB "
    "(0x400) is what STM32CubeProgrammer reads unless it is told otherwise." },
  { 0x100000, 0x1000,
    "The second ends too early, after 0x08000fff: 1020 KiB that the first has are missing. 4 KiB "
    "(0x1000) is what the ST-LINK Utility reads unless it is told otherwise." },
  { 0x40000, 0x4000,
    "The second ends too early, after 0x08003fff: 240 KiB that the first has are missing. 16 KiB "
    "(0x4000) is what dfu-util reads from a chip that does not say its size." },
  { 0x40000, 0x10000,
    "The second ends too early, after 0x0800ffff: 192 KiB that the first has are missing. It is a "
    "round number: the flash size of a smaller chip, typed or assumed." },
  { 0x40000, 0x3ffff,
    "The second ends too early, after 0x0803fffe: 1 byte that the first has is missing. One byte "
    "is "
    "missing: the last address was probably typed where a length was asked for." },
  { 0x40000, 12345,
    "The second ends too early, after 0x08003038: 249799 bytes that the first has are missing." },
};

static void
test_stories_truncated (void)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (truncations); i++)
    {
      const Truncation *row = &truncations[i];
      g_auto (Pair) pair = make_pair (row->size, row->size);
      g_autoptr (FkComparison) comparison = compare (pair.a, pair.size, pair.b, row->kept, NULL);
      const FkFinding *first = g_ptr_array_index (fk_comparison_get_findings (comparison), 0);

      assert_headline (comparison, "truncated", row->text);
      g_assert_cmphex (first->range.address, ==, BASE + row->kept);
      g_assert_cmphex (first->range.size, ==, row->size - row->kept);
    }
}

static void
assert_not_calming (FkComparison *comparison, const char *kind, const char *part)
{
  const FkFinding *finding = find (comparison, kind);

  g_assert_nonnull (finding);
  g_assert_nonnull (strstr (finding->text, part));
  g_assert_null (strstr (finding->text, "settings"));
}

/* Story 2: the program rewrites a page of the flash. */
static void
test_story_tinkerer_one_sector (void)
{
  g_auto (Pair) pair = make_pair (65536, 60000);
  FkRange sectors[64];
  FkCompareContext context = {
    .flash = { BASE, 65536 }, .sectors = sectors, .n_sectors = 64, .blank = 0xff
  };
  g_autoptr (FkComparison) comparison = NULL;
  guint i;

  for (i = 0; i < 64; i++)
    sectors[i] = (FkRange){ BASE + i * 1024, 1024 };
  for (i = 0; i < 100; i++)
    {
      pair.a[0xfc00 + 5 * i] = (guint8)i;
      pair.b[0xfc00 + 5 * i] = (guint8)(i + 3);
    }
  comparison = compare (pair.a, pair.size, pair.b, pair.size, &context);
  assert_headline (comparison, "one-sector",
                   "All differences lie in one sector of the flash, 0x0800fc00-0x0800ffff (sector "
                   "63 of 64, the last). The rest is the same, so this is not another firmware; "
                   "settings or counters that the program writes while it runs look like that.");
  g_clear_object (&comparison);

  pair.a[0xfbff] = 1;
  comparison = compare (pair.a, pair.size, pair.b, pair.size, &context);
  assert_headline (comparison, "few-sectors",
                   "All differences lie in 2 of the 64 sectors, 0x0800f800-0x0800ffff. The rest is "
                   "the same, so this is not another firmware; settings or counters that the "
                   "program writes while it runs look like that.");
  g_clear_object (&comparison);

  /* Erased there, or shorter than the other, or a program in it: nothing to calm anybody with. */
  pair.a[0xfbff] = 0xff;
  memset (pair.a + 0xfc00, 0xff, 1024);
  comparison = compare (pair.a, pair.size, pair.b, pair.size, &context);
  assert_not_calming (comparison, "one-sector", "erased there");
  g_clear_object (&comparison);
  memcpy (pair.a + 0xfc00, pair.b + 0xfc00, 1024);
  pair.a[0xfc00] ^= 3;
  pair.a[0xfd00] ^= 3;
  comparison = compare (pair.a, 65000, pair.b, pair.size, &context);
  assert_not_calming (comparison, "one-sector", "in one sector");
  g_clear_object (&comparison);
  memcpy (pair.b + 0xfc00, "\x00\x10\x00\x20\x01\x01\x00\x08", 8);
  comparison = compare (pair.a, pair.size, pair.b, pair.size, &context);
  assert_not_calming (comparison, "one-sector", "A program begins there");
  g_clear_object (&comparison);

  for (i = 0; i < 100; i++)
    {
      pair.a[0xfc00 + 5 * i] = (guint8)i;
      pair.b[0xfc00 + 5 * i] = (guint8)(i + 3);
    }
  memset (pair.b + 0xfc00, 1, 8);
  pair.a[0xfc00] = 2;
  comparison = compare (pair.a, pair.size, pair.b, pair.size, NULL);
  assert_headline (comparison, "one-sector",
                   "All differences lie close together, at 0x0800fc00-0x0800fdef. The rest is the "
                   "same, so this is not another firmware; settings or counters that the program "
                   "writes while it runs look like that.");
  g_clear_object (&comparison);

  /* A file of another kind covers two sectors only, and differs in all of them. */
  for (i = 0; i < 2000; i++)
    pair.a[i] = (guint8)~pair.b[i];
  comparison = compare (pair.a, 2000, pair.b, pair.size, &context);
  g_assert_null (find (comparison, "few-sectors"));
  g_assert_nonnull (find (comparison, "different-programs"));
}

/* Story 2: a part that the file does not cover. */
static void
test_story_tinkerer_not_covered (void)
{
  g_auto (Pair) pair = make_pair (65536, 40000);
  g_autoptr (FkImage) chip = make_image (BASE, pair.a, pair.size);
  g_autoptr (FkImage) file = make_image (BASE, pair.a, 0x2000);
  g_autoptr (FkComparison) comparison = NULL;

  fk_image_add_data (file, BASE + 0x4000, pair.a + 0x4000, pair.size - 0x4000, NULL);
  comparison = fk_compare (file, chip, NULL, NULL, NULL);
  assert_headline (comparison, "only-in-one",
                   "Where both have bytes they are the same. There are 8 KiB in the second only: a "
                   "part of the chip that the other does not cover.");
  g_clear_object (&comparison);

  memset (pair.a + 0x2000, 0xff, 0x2000);
  g_clear_object (&chip);
  chip = make_image (BASE, pair.a, pair.size);
  comparison = fk_compare (file, chip, NULL, NULL, NULL);
  assert_headline (comparison, "only-blank",
                   "Where both have bytes they are the same; there are 8 KiB in the second only, "
                   "and all of that is blank.");
}

/* Story 2: reads that differ each time. */
static void
test_story_tinkerer_bit_errors (void)
{
  g_auto (Pair) pair = make_pair (65536, 60000);
  g_autoptr (FkComparison) comparison = NULL;
  guint i;

  for (i = 0; i < 20; i++)
    pair.b[3000 * i + 7] ^= (guint8)(1 << i % 8);
  comparison = compare (pair.a, pair.size, pair.b, pair.size, NULL);
  assert_headline (comparison, "bit-errors",
                   "Each of the 20 differing bytes has one flipped bit, scattered over the flash. "
                   "That looks like errors on the wires, not like other contents: read again, "
                   "slower, with shorter wires.");
}

/* Story 4: four bytes differ, two by 0x40 and two by 1. */
static void
test_story_cloner_four_bytes (void)
{
  g_auto (Pair) pair = make_pair (0x40000, 0x30000);
  g_autoptr (FkComparison) comparison = NULL;

  memset (pair.a + 0x7000, 0x10, 12);
  memset (pair.b + 0x7000, 0x10, 12);
  pair.b[0x7000] += 0x40;
  pair.b[0x7002] += 1;
  pair.b[0x7006] += 0x40;
  pair.b[0x700b] += 1;
  comparison = compare (pair.a, pair.size, pair.b, pair.size, NULL);
  assert_headline (comparison, "uid-difference",
                   "All differences lie within 12 bytes at 0x08007000; a chip's unique ID is 12 "
                   "bytes long. The firmware is probably tied to its chip by them: when copying to "
                   "another board, keep that board's own bytes there.");
  assert_text (comparison, "few-bytes",
               "Only 4 bytes differ: a serial number, a counter, a checksum or a tie to the chip, "
               "not another firmware (0x08007000: 10, 50; 0x08007002: 10, 11; 0x08007006: 10, 50; "
               "0x0800700b: 10, 11).");
  g_clear_object (&comparison);

  pair.b[0x20000]++;
  comparison = compare (pair.a, pair.size, pair.b, pair.size, NULL);
  g_assert_null (find (comparison, "uid-difference"));
  g_assert_nonnull (find (comparison, "few-bytes"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compare/story-printer-owner-trailing-blank",
                   test_story_printer_owner_trailing_blank);
  g_test_add_func ("/compare/story-printer-owner-settings", test_story_printer_owner_settings);
  g_test_add_func ("/compare/stories-truncated", test_stories_truncated);
  g_test_add_func ("/compare/story-tinkerer-one-sector", test_story_tinkerer_one_sector);
  g_test_add_func ("/compare/story-tinkerer-not-covered", test_story_tinkerer_not_covered);
  g_test_add_func ("/compare/story-tinkerer-bit-errors", test_story_tinkerer_bit_errors);
  g_test_add_func ("/compare/story-cloner-four-bytes", test_story_cloner_four_bytes);
  return g_test_run ();
}
