/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "compare/fk-compare.h"
#include "chip/fk-chip-db.h"
#include "job/fk-report-fields.h"
#include "fake-program.h"

#include <string.h>

#define BASE  0x08000000u
#define LARGE (8u * 1024 * 1024)

static const guint8 uid[12] = { 0x34, 0xff, 0x6d, 0x06, 0x42, 0x59,
                                0x33, 0x36, 0x29, 0x12, 0x10, 0x43 };

/* Two copies of the same firmware in a flash of some size, to be changed by the test. */
typedef struct
{
  gsize size;
  guint8 *a;
  guint8 *b;
} Pair;

static Pair
make_pair (gsize size, gsize used)
{
  g_autoptr (GBytes) bytes = fake_program_new (BASE, used, 11, FAKE_PROGRAM_PLAIN);
  Pair pair = { size, g_malloc (size), g_malloc (size) };

  memset (pair.a, 0xff, size);
  memcpy (pair.a, g_bytes_get_data (bytes, NULL), used);
  pair.a[used - 1] = 0x55;
  memcpy (pair.b, pair.a, size);
  return pair;
}

static void
free_pair (Pair *pair)
{
  g_free (pair->a);
  g_free (pair->b);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, free_pair)

static FkImage *
make_image (guint32 address, const void *data, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);

  return fk_image_new_for_bytes (address, bytes, NULL);
}

static FkComparison *
compare (const guint8 *a,
         gsize length_a,
         const guint8 *b,
         gsize length_b,
         const FkCompareContext *context)
{
  g_autoptr (FkImage) left = make_image (BASE, a, length_a);
  g_autoptr (FkImage) right = make_image (BASE, b, length_b);

  return fk_compare (left, right, context, NULL, NULL);
}

static const FkFinding *
find (FkComparison *comparison, const char *kind)
{
  GPtrArray *findings = fk_comparison_get_findings (comparison);
  guint i;

  for (i = 0; i < findings->len; i++)
    {
      const FkFinding *finding = g_ptr_array_index (findings, i);

      if (g_str_equal (finding->kind, kind))
        return finding;
    }
  return NULL;
}

static void
assert_headline (FkComparison *comparison, const char *kind, const char *text)
{
  const FkFinding *first = g_ptr_array_index (fk_comparison_get_findings (comparison), 0);

  g_assert_cmpstr (first->kind, ==, kind);
  g_assert_cmpstr (first->text, ==, text);
}

static void
assert_text (FkComparison *comparison, const char *kind, const char *text)
{
  const FkFinding *finding = find (comparison, kind);

  g_assert_nonnull (finding);
  g_assert_cmpstr (finding->text, ==, text);
}

static void
test_identical (void)
{
  g_auto (Pair) pair = make_pair (65536, 20000);
  g_autoptr (FkComparison) comparison = compare (pair.a, pair.size, pair.b, pair.size, NULL);
  guint n;

  g_assert_true (fk_comparison_get_identical (comparison));
  g_assert_cmpuint (fk_comparison_get_differing_bytes (comparison), ==, 0);
  fk_comparison_get_ranges (comparison, &n);
  g_assert_cmpuint (n, ==, 0);
  assert_headline (comparison, "identical", "Every byte is the same (64 KiB).");
  g_assert_cmpuint (fk_comparison_get_findings (comparison)->len, ==, 1);
  g_assert_finalize_object (g_steal_pointer (&comparison));
}

static void
test_empty (void)
{
  g_autoptr (FkImage) none = fk_image_new ();
  g_autoptr (FkImage) one = make_image (BASE, "x", 1);
  g_autoptr (FkComparison) comparison = fk_compare (none, none, NULL, NULL, NULL);

  g_assert_true (fk_comparison_get_identical (comparison));
  assert_headline (comparison, "identical", "Every byte is the same (0 bytes).");
  g_clear_object (&comparison);

  comparison = fk_compare (none, one, NULL, NULL, NULL);
  g_assert_cmpuint (fk_comparison_get_differing_bytes (comparison), ==, 1);
  assert_headline (comparison, "no-overlap", "The first holds no bytes at all.");
  g_clear_object (&comparison);

  comparison = fk_compare (one, none, NULL, NULL, NULL);
  assert_headline (comparison, "no-overlap", "The second holds no bytes at all.");
}

/* The runs against a plain array of bytes, for images with gaps. */
static void
test_runs_random (void)
{
  enum
  {
    SPACE = 300
  };
  guint round;

  for (round = 0; round < 400; round++)
    {
      FkImage *images[2] = { fk_image_new (), fk_image_new () };
      int model[2][SPACE];
      g_autoptr (FkComparison) comparison = NULL;
      const FkRange *ranges;
      guint n_ranges;
      guint64 expected = 0;
      guint next = 0;
      guint i;
      guint k;

      for (k = 0; k < 2; k++)
        {
          guint address = 0;

          for (i = 0; i < SPACE; i++)
            model[k][i] = -1;
          while (address < SPACE)
            {
              guint end =
                  address + (guint)g_test_rand_int_range (1, MIN (40, SPACE - (int)address) + 1);
              guint8 data[40];

              for (i = address; i < end; i++)
                data[i - address] = (guint8)(model[k][i] = g_test_rand_int_range (0, 3) / 2);
              fk_image_add_data (images[k], BASE + address, data, end - address, NULL);
              address = end + (guint)g_test_rand_int_range (0, 20);
            }
        }

      comparison = fk_compare (images[0], images[1], NULL, NULL, NULL);
      ranges = fk_comparison_get_ranges (comparison, &n_ranges);
      for (i = 0; i < SPACE; i++)
        {
          gboolean differs = model[0][i] != model[1][i];

          expected += differs;
          if (differs && (i == 0 || model[0][i - 1] == model[1][i - 1]))
            {
              g_assert_cmpuint (next, <, n_ranges);
              g_assert_cmphex (ranges[next].address, ==, BASE + i);
            }
          if (differs && (i + 1 == SPACE || model[0][i + 1] == model[1][i + 1]))
            g_assert_cmphex (fk_range_end (ranges[next++]), ==, BASE + i + 1);
        }
      g_assert_cmpuint (next, ==, n_ranges);
      g_assert_cmpuint (fk_comparison_get_differing_bytes (comparison), ==, expected);
      g_assert_cmpuint (fk_comparison_get_findings (comparison)->len, >, 0);
      g_object_unref (images[0]);
      g_object_unref (images[1]);
    }
}

/* A difference at every place of a block is found there, and there only. */
static void
test_runs_every_offset (void)
{
  guint8 a[40] = { 0 };
  guint8 b[40] = { 0 };
  guint i;

  for (i = 0; i < sizeof a; i++)
    {
      g_autoptr (FkComparison) comparison = NULL;
      const FkRange *ranges;
      guint n;

      b[i] = 1;
      comparison = compare (a, sizeof a, b, sizeof b, NULL);
      ranges = fk_comparison_get_ranges (comparison, &n);
      g_assert_cmpuint (n, ==, 1);
      g_assert_cmphex (ranges[0].address, ==, BASE + i);
      g_assert_cmpuint (ranges[0].size, ==, 1);
      b[i] = 0;
    }
}

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

static void
put_uid (guint8 *out, guint form)
{
  static const guint8 orders[][12] = {
    { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 }, { 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0 },
    { 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8 }, { 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3 },
    { 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9 }, { 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10 },
  };
  guint i;

  for (i = 0; i < 12; i++)
    out[i] = uid[orders[form][i]];
}

/* Story 4: the clone carries the ID of the donor. */
static void
test_story_cloner_uid (void)
{
  static const char *const forms[] = {
    "as it is",
    "back to front",
    "with the bytes of each word swapped",
    "with the words in reverse order",
    "with the halves of each word swapped",
    "with the bytes of each half-word swapped",
  };
  static const guint8 other[12] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
  g_autoptr (GBytes) donor = g_bytes_new (uid, 12);
  g_autoptr (GBytes) twin = g_bytes_new (other, 12);
  FkCompareContext context = { .uid_a = donor, .uid_b = twin, .blank = 0xff };
  g_auto (Pair) pair = make_pair (65536, 40000);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autofree char *text =
          g_strdup_printf ("In both, the unique ID of the chip that the first is from stands at "
                           "0x08008003, %s. "
                           "Firmware that carries an ID usually runs on that one chip only.",
                           forms[i]);
      g_autoptr (FkComparison) comparison = NULL;

      put_uid (pair.a + 0x8003, i);
      put_uid (pair.b + 0x8003, i);
      comparison = compare (pair.a, pair.size, pair.b, pair.size, &context);
      assert_headline (comparison, "identical", "Every byte is the same (64 KiB).");
      assert_text (comparison, "uid-in-image", text);
    }

  /* Each carries its own. */
  {
    g_autoptr (FkComparison) comparison = NULL;

    put_uid (pair.a + 0x8003, 0);
    memcpy (pair.b + 0x8003, other, 12);
    comparison = compare (pair.a, pair.size, pair.b, pair.size, &context);
    assert_headline (comparison, "uid-difference",
                     "All differences lie within 12 bytes at 0x08008003; a chip's unique ID is 12 "
                     "bytes long. The firmware is probably tied to its chip by them: when copying "
                     "to another board, keep that board's own bytes there.");
    assert_text (comparison, "uid-in-image",
                 "In the first, the unique ID of the chip that the first is from stands at "
                 "0x08008003, as it is. Firmware that carries an ID usually runs on that one chip "
                 "only.");
  }
}

static void
test_uid_as_text (void)
{
  g_autoptr (GBytes) donor = g_bytes_new (uid, 12);
  FkCompareContext context = { .uid_a = donor, .blank = 0xff };
  g_auto (Pair) pair = make_pair (65536, 40000);
  g_autoptr (FkComparison) comparison = NULL;

  memcpy (pair.b + 0x8001, "34ff6d064259333629121043", 24);
  memcpy (pair.b + 0x8101, "066DFF343633594243101229", 24);
  comparison = compare (pair.a, pair.size, pair.b, pair.size, &context);
  assert_text (comparison, "uid-in-image",
               "In the second, the unique ID of the chip that the first is from stands at "
               "0x08008001, as text, and at one more place. Firmware that carries an ID usually "
               "runs on that "
               "one chip only.");
}

/* An ID is news where it stands in what is from another chip, or from who knows where. */
static void
test_uid_no_news (void)
{
  static const guint8 other[12] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
  g_autoptr (GBytes) own = g_bytes_new (uid, 12);
  g_autoptr (GBytes) twin = g_bytes_new (other, 12);
  const struct
  {
    GBytes *uid_a;
    GBytes *uid_b;
    gboolean is_news;
  } cases[] = {
    { own, own, FALSE },  { own, twin, TRUE },   { own, NULL, TRUE },
    { NULL, own, FALSE }, { twin, NULL, FALSE }, { NULL, NULL, FALSE },
  };
  g_auto (Pair) pair = make_pair (65536, 40000);
  guint i;

  /* Only the second has it; and both read the ID of their chip. */
  memcpy (pair.b + 0x8001, uid, 12);
  memcpy (pair.a + 0x1000, "\xe8\xf7\xff\x1f", 4);
  memcpy (pair.b + 0x1000, "\xe8\xf7\xff\x1f", 4);
  pair.b[0x9000] ^= 0xff; /* far from it: not the twelve bytes alone */
  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      FkCompareContext context = {
        .uid_a = cases[i].uid_a, .uid_b = cases[i].uid_b, .uid_address = 0x1ffff7e8, .blank = 0xff
      };
      g_autoptr (FkComparison) comparison =
          compare (pair.a, pair.size, pair.b, pair.size, &context);

      g_test_message ("%u", i);
      g_assert_cmpint (find (comparison, "uid-in-image") != NULL, ==, cases[i].is_news);
      g_assert_cmpint (find (comparison, "uid-address") != NULL, ==, cases[i].is_news);
    }
}

/* A chip without a real ID is not found in blank flash, nor is half an ID found anywhere. */
static void
test_uid_unreal (void)
{
  guint8 ones[12];
  g_autoptr (GBytes) unreal = NULL;
  g_autoptr (GBytes) half = g_bytes_new (uid, 6);
  FkCompareContext context = { .blank = 0xff };
  g_auto (Pair) pair = make_pair (65536, 40000);
  g_autoptr (FkComparison) comparison = NULL;

  memset (ones, 0xff, sizeof ones);
  unreal = g_bytes_new (ones, 12);
  memcpy (pair.a + 0x8001, uid, 12);
  context.uid_a = unreal;
  context.uid_b = half;
  comparison = compare (pair.a, pair.size, pair.b, pair.size, &context);
  g_assert_null (find (comparison, "uid-in-image"));
}

static void
test_uid_address (void)
{
  g_auto (Pair) pair = make_pair (65536, 40000);
  static const guint8 other[12] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
  g_autoptr (GBytes) one = g_bytes_new (uid, 12);
  g_autoptr (GBytes) two = g_bytes_new (other, 12);
  FkCompareContext context = {
    .uid_a = one, .uid_b = two, .uid_address = 0x1ffff7e8, .blank = 0xff
  };
  g_autoptr (FkComparison) comparison = NULL;

  memcpy (pair.a + 0x1000, "\xe8\xf7\xff\x1f", 4);
  memcpy (pair.b + 0x1000, "\xe8\xf7\xff\x1f", 4);
  comparison = compare (pair.a, pair.size, pair.b, pair.size, &context);
  assert_text (comparison, "uid-address",
               "In both, the program reads the chip's unique ID: 0x1ffff7e8 is mentioned at "
               "0x08001000. Often that is for a USB serial number only, but it can also tie the "
               "firmware to one chip.");
  g_assert_cmpuint (fk_comparison_get_findings (comparison)->len, ==, 2);
}

static void
test_erased (void)
{
  g_auto (Pair) pair = make_pair (65536, 60000);
  g_autoptr (FkComparison) comparison = NULL;

  memset (pair.b + 0x4000, 0xff, 0x5000);
  comparison = compare (pair.a, pair.size, pair.b, pair.size, NULL);
  assert_headline (comparison, "erased-in-one",
                   "Wherever the two differ, the second is blank: it was erased there, or never "
                   "written.");
  g_clear_object (&comparison);

  memset (pair.b, 0xff, pair.size);
  comparison = compare (pair.a, pair.size, pair.b, pair.size, NULL);
  assert_headline (comparison, "blank",
                   "The second is blank: nothing but 0xFF, as after an erase. A board whose chip "
                   "holds no firmware cannot start.");
}

static void
test_moved (void)
{
  g_autoptr (GBytes) application = fake_program_new (0x08007000, 40000, 3, FAKE_PROGRAM_PLAIN);
  g_auto (Pair) pair = make_pair (0x40000, 20000);
  g_autoptr (FkImage) chip = NULL;
  g_autoptr (FkImage) file = fk_image_new_for_bytes (BASE, application, NULL);
  g_autoptr (FkComparison) comparison = NULL;

  memcpy (pair.a + 0x7000, g_bytes_get_data (application, NULL), 40000);
  chip = make_image (BASE, pair.a, pair.size);
  comparison = fk_compare (file, chip, NULL, NULL, NULL);
  assert_headline (comparison, "moved",
                   "All of the first is contained in the second, but at 0x08007000 instead of "
                   "0x08000000.");
  g_assert_cmphex (find (comparison, "moved")->range.address, ==, 0x08007000);
  assert_text (comparison, "linked-elsewhere",
               "In the first, the program at 0x08000000 was made to run at 0x08007000, and only "
               "starts there. It leaves the first 28 KiB of the flash to a bootloader, as on these "
               "boards: BTT SKR Mini E3 v1 and v2, Creality 4.2.x, MKS Robin Nano v1 and v2, Sovol "
               "SV05.");
  g_clear_object (&comparison);

  comparison = fk_compare (chip, file, NULL, NULL, NULL);
  assert_headline (comparison, "moved",
                   "All of the second is contained in the first, but at 0x08007000 instead of "
                   "0x08000000.");
}

/* What is wrong with both is said once; what only one has is said of that one. */
static void
test_notes_of_both (void)
{
  g_autoptr (GBytes) application = fake_program_new (0x08002000, 40000, 3, FAKE_PROGRAM_PLAIN);
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (application, NULL), 40000);
  g_autoptr (FkImage) image = fk_image_new_for_bytes (BASE, application, NULL);
  g_autoptr (FkImage) other = NULL;
  g_autoptr (FkComparison) comparison = fk_compare (image, image, NULL, NULL, NULL);

  assert_text (comparison, "linked-elsewhere",
               "In both, the program at 0x08000000 was made to run at 0x08002000, and only starts "
               "there. It leaves the first 8 KiB of the flash to a bootloader, as on these boards: "
               "BTT SKR Mini E3 v3, Manta; Blue Pill with the stm32duino bootloader.");
  g_clear_object (&comparison);

  memcpy (copy + 0x1000, "\x10\x7a\xff\x1f", 4);
  other = make_image (BASE, copy, 40000);
  comparison = fk_compare (image, other, NULL, NULL, NULL);
  assert_text (comparison, "uid-address",
               "In the second, the program reads the chip's unique ID: 0x1fff7a10 (STM32F2, F4) is "
               "mentioned at 0x08001000. Often that is for a USB serial number only, but it can "
               "also tie the firmware to one chip.");
  g_clear_object (&comparison);

  memset (copy, 0xff, 40000);
  g_clear_object (&image);
  image = make_image (BASE, copy, 40000);
  comparison = fk_compare (image, image, NULL, NULL, NULL);
  assert_text (comparison, "blank",
               "Both are blank: nothing but 0xFF, as after an erase. A board whose chip holds no "
               "firmware cannot start.");
}

static void
test_no_overlap (void)
{
  g_autoptr (FkImage) flash = make_image (BASE, "abcd", 4);
  g_autoptr (FkImage) options = make_image (0x1ffff800, "efgh", 4);
  g_autoptr (FkComparison) comparison = fk_compare (flash, options, NULL, NULL, NULL);

  assert_headline (comparison, "no-overlap",
                   "The two share no address: the first lies at 0x08000000-0x08000003, the second "
                   "at 0x1ffff800-0x1ffff803.");
  g_assert_cmpuint (fk_comparison_get_differing_bytes (comparison), ==, 8);
}

static void
test_different_programs (void)
{
  g_auto (Pair) pair = make_pair (65536, 60000);
  g_autoptr (GBytes) other = fake_program_new (BASE, 60000, 99, FAKE_PROGRAM_PLAIN);
  g_autoptr (FkComparison) comparison =
      compare (pair.a, 60000, g_bytes_get_data (other, NULL), 60000, NULL);

  g_assert_nonnull (find (comparison, "different-programs"));
}

/* Nothing special about them, but there is a headline. */
static void
test_plain_differences (void)
{
  g_auto (Pair) pair = make_pair (65536, 60000);
  g_autoptr (FkComparison) comparison = NULL;
  guint i;

  for (i = 0; i < 100; i++)
    pair.b[500 * i] += 3;
  comparison = compare (pair.a, pair.size, pair.b, pair.size, NULL);
  assert_headline (comparison, "differences",
                   "100 bytes differ, all between 0x08000000 and 0x0800c15c.");
}

static void
test_speed (void)
{
  const gsize size = 2 << 20;
  g_auto (Pair) pair = make_pair (size, size);
  double seconds;
  guint i;

  for (i = 0; i < 1000; i++)
    pair.b[2000 * i] ^= 1;
  {
    g_autoptr (FkImage) a = make_image (BASE, pair.a, size);
    g_autoptr (FkImage) b = make_image (BASE, pair.b, size);
    g_autoptr (FkComparison) comparison = NULL;

    g_test_timer_start ();
    comparison = fk_compare (a, b, NULL, NULL, NULL);
    seconds = g_test_timer_elapsed ();
    g_test_message ("compare 2 MiB with 2 MiB: %.1f ms", seconds * 1000);
    g_assert_cmpuint (fk_comparison_get_differing_bytes (comparison), ==, 1000);
  }
  g_assert_cmpfloat (seconds, <, g_test_perf () ? 0.2 : 10); /* a debug build on a busy machine */
}

/* Code behind an insertion is the same, further on. */
static void
test_compare_shifted (void)
{
  g_auto (Pair) pair = make_pair (0x20000, 0x18000);
  g_autoptr (FkComparison) comparison = NULL;
  const FkFinding *shifted;

  memmove (pair.b + 0x8024, pair.b + 0x8000, 0x10000);
  for (guint i = 0; i < 0x24; i++)
    pair.b[0x8000 + i] = (guint8)(i * 41 + 7);
  comparison = compare (pair.a, pair.size, pair.b, pair.size, NULL);
  shifted = find (comparison, "shifted");
  g_assert_nonnull (shifted);
  g_assert_cmphex (shifted->range.address, >=, BASE + 0x8000);
  g_assert_cmphex (shifted->range.address, <, BASE + 0x8040);
  g_assert_nonnull (strstr (shifted->text, "shifted up by 36 bytes"));
  g_assert_cmpuint (fk_comparison_get_alignment (comparison)->inserted, ==, 0x24);
}

static void
test_compare_report (void)
{
  g_auto (Pair) pair = make_pair (0x4000, 0x2000);
  g_autoptr (FkImage) a = make_image (BASE, pair.a, pair.size);
  g_autoptr (FkImage) b = NULL;
  g_autoptr (FkCollation) collation = NULL;
  g_autofree char *text = NULL;
  g_autofree char *html = NULL;
  static const guint8 start_of_uid[] = { 0x3a, 0x00, 0x27 };
  g_autoptr (GBytes) uid_b = g_bytes_new_static (start_of_uid, sizeof start_of_uid);
  FkReportSide sides[] = { { "Good <b> & old", "STM32F405RG", NULL, "2026-11-27", NULL },
                           { "chip", NULL, uid_b, NULL, NULL } };

  pair.b[0x1234] ^= 0xff;
  b = make_image (BASE, pair.b, pair.size);
  collation = fk_collate ((FkCollationSide[]){ { a, NULL }, { b, NULL } }, 2, NULL, NULL, NULL);
  sides[0].image = a;
  sides[1].image = b;
  text = fk_report_make (FK_REPORT_TEXT, sides, collation, NULL, FALSE);
  html = fk_report_make (FK_REPORT_HTML, sides, collation, NULL, FALSE);

  g_assert_nonnull (strstr (text, "  Name                Good <b> & old\n"));
  g_assert_nonnull (strstr (text, "  Unique ID           3A0027\n"));
  g_assert_nonnull (strstr (text, "  Changed             1\n"));
  g_assert_nonnull (strstr (text, "  0x08001234  0x08001234  1 "));
  g_assert_nonnull (strstr (html, "<td>Good &lt;b&gt; &amp; old</td>"));
  g_assert_null (strstr (html, "<b>"));
  g_assert_nonnull (strstr (html, "<td>0x08001234</td>"));
  g_assert_true (g_str_has_suffix (html, "</html>\n"));
}

/* Settings and OTP stand in the report by name, and only those that differ. */
static void
test_compare_report_fields (void)
{
  static const guint8 old_options[] = { 0xed, 0xaa, 0xff, 0x0f };
  static const guint8 new_options[] = { 0xcd, 0xaa, 0xff, 0x0f };
  const FkChipDesc *desc = fk_chip_db_find (fk_chip_db_get_default (), 0x413, "Cortex-M4");
  g_autoptr (FkChip) chip = fk_chip_desc_make_chip (desc, 1 << 20, NULL);
  g_autoptr (GBytes) raw_a = g_bytes_new_static (old_options, sizeof old_options);
  g_autoptr (GBytes) raw_b = g_bytes_new_static (new_options, sizeof new_options);
  g_autoptr (FkOptionBytes) a = fk_option_bytes_new (chip, raw_a, NULL);
  g_autoptr (FkOptionBytes) b = fk_option_bytes_new (chip, raw_b, NULL);
  guint8 otp[528];
  g_autoptr (GBytes) otp_a = NULL;
  g_autoptr (GBytes) otp_b = NULL;
  g_autoptr (GPtrArray) fields = NULL;
  g_autoptr (FkImage) image = make_image (BASE, old_options, sizeof old_options);
  g_autoptr (FkCollation) collation = NULL;
  FkReportSide side = { "one", NULL, NULL, NULL, image };
  FkReportSide sides[] = { side, side, side };
  FkReportSettings settings[] = { { a, NULL }, { NULL, NULL }, { b, NULL } };
  g_autofree char *text = NULL;

  memset (otp, 0xff, sizeof otp);
  otp_a = g_bytes_new (otp, sizeof otp);
  otp[0x21] = 0x42;
  otp_b = g_bytes_new (otp, sizeof otp);
  settings[0].otp = otp_a;
  settings[2].otp = otp_b;
  fields = fk_report_fields_new (settings, 3);
  g_assert_cmpuint (fields->len, ==, 2);
  collation = fk_collate ((FkCollationSide[]){ { image, NULL }, { image, NULL }, { image, NULL } },
                          3, NULL, NULL, NULL);
  text = fk_report_make (FK_REPORT_TEXT, sides, collation, fields, FALSE);
  g_assert_nonnull (strstr (text, "  WDG_SW  "));
  g_assert_nonnull (strstr (text, "  OTP 0x1FFF7820  "));
  g_assert_nonnull (strstr (text, "blank"));
  g_assert_nonnull (strstr (text, "ff 42 ff"));
  g_assert_null (strstr (text, "BOR_LEV"));
  g_assert_nonnull (strstr (text, "  not known  "));
  g_assert_null (fk_report_fields_new (settings, 2));
}

/* What is not known is not the same. */
static void
test_compare_report_unknown (void)
{
  static const guint8 raw[] = { 0xed, 0xaa, 0xff, 0x0f };
  const FkChipDesc *desc = fk_chip_db_find (fk_chip_db_get_default (), 0x413, "Cortex-M4");
  g_autoptr (FkChip) chip = fk_chip_desc_make_chip (desc, 1 << 20, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static (raw, sizeof raw);
  g_autoptr (FkOptionBytes) options = fk_option_bytes_new (chip, bytes, NULL);
  g_autofree guint8 *blank = g_malloc0 (528);
  g_autoptr (GBytes) otp = g_bytes_new (blank, 528);
  FkReportSettings settings[] = { { options, otp }, { options, NULL }, { NULL, NULL } };
  g_autoptr (FkImage) image = make_image (BASE, raw, sizeof raw);
  g_autoptr (FkCollation) collation =
      fk_collate ((FkCollationSide[]){ { image, NULL }, { image, NULL } }, 2, NULL, NULL, NULL);
  FkReportSide side = { "one", NULL, NULL, NULL, image };
  FkReportSide sides[] = { side, side };
  g_autoptr (GPtrArray) fields = fk_report_fields_new (settings, 2);
  g_autofree char *known = fk_report_make (FK_REPORT_TEXT, sides, collation, fields, TRUE);
  g_autofree char *unknown = fk_report_make (FK_REPORT_TEXT, sides, collation, fields, FALSE);

  g_assert_cmpuint (fields->len, ==, 0);
  g_assert_nonnull (strstr (known, "All are the same."));
  g_assert_null (strstr (unknown, "All are the same."));
  g_assert_nonnull (strstr (unknown, "as far as they are known"));

  g_assert_false (fk_report_fields_are_whole (settings, 2));
  settings[1].otp = otp;
  g_assert_true (fk_report_fields_are_whole (settings, 2));
  g_assert_false (fk_report_fields_are_whole (settings, 3));
}

/* Three: who differs from whom, and what each two have against each other. */
static void
test_compare_three (void)
{
  g_auto (Pair) pair = make_pair (0x4000, 0x2000);
  FkCollationSide sides[3] = { { NULL, NULL } };
  FkReportSide named[3] = { { "one", NULL, NULL, NULL, NULL },
                            { "two", NULL, NULL, NULL, NULL },
                            { "three", NULL, NULL, NULL, NULL } };
  g_autoptr (FkCollation) collation = NULL;
  g_autofree char *text = NULL;
  const FkRange *ranges;
  guint n_ranges;

  sides[0].image = make_image (BASE, pair.a, pair.size);
  pair.b[0x1000] ^= 0xff;
  pair.b[0x1100] ^= 0xff;
  sides[1].image = make_image (BASE, pair.b, pair.size);
  pair.b[0x1100] ^= 0x0f;
  pair.b[0x1101] ^= 0x0f;
  sides[2].image = make_image (BASE, pair.b, pair.size);
  for (guint i = 0; i < 3; i++)
    named[i].image = sides[i].image;
  collation = fk_collate (sides, 3, NULL, NULL, NULL);
  g_assert_false (fk_collation_get_identical (collation));
  g_assert_cmpuint (fk_collation_get_differing_bytes (collation), ==, 3);
  ranges = fk_collation_get_ranges (collation, &n_ranges);
  g_assert_cmpuint (n_ranges, ==, 2);
  g_assert_cmphex (ranges[1].address, ==, BASE + 0x1100);
  g_assert_cmpuint (ranges[1].size, ==, 2);

  text = fk_report_make (FK_REPORT_TEXT, named, collation, NULL, FALSE);
  g_assert_nonnull (strstr (text, "  The first differs   1\n"));
  g_assert_nonnull (strstr (text, "  The third differs   1\n"));
  g_assert_nonnull (strstr (text, "  All differ          1\n"));
  g_assert_nonnull (strstr (text, "\nSecond against Third\n"));
  g_assert_nonnull (strstr (text, "  0x08001000  0x08001000  0x08001000  1 "));
  for (guint i = 0; i < 3; i++)
    g_assert_finalize_object (sides[i].image);
}

/* Random bytes that have nothing in common: what takes longest. */
static FkImage *
make_large (guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (GBytes) bytes = NULL;
  guint32 *words = g_new (guint32, LARGE / 4);

  for (guint i = 0; i < LARGE / 4; i++)
    words[i] = g_rand_int (random);
  bytes = g_bytes_new_take (words, LARGE);
  return fk_image_new_for_bytes (0x08000000, bytes, NULL);
}

static void
test_cancel (void)
{
  g_autoptr (FkImage) a = make_large (1);
  g_autoptr (FkImage) b = make_large (2);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  FkCollationSide sides[] = { { a, NULL }, { b, NULL }, { a, NULL } };
  g_autoptr (FkCollation) whole = fk_collate (sides, 3, NULL, cancellable, NULL);
  g_autoptr (FkCollation) cancelled = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (whole);
  g_cancellable_cancel (cancellable);
  cancelled = fk_collate (sides, 3, NULL, cancellable, &error);
  g_assert_null (cancelled);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/compare/identical", test_identical);
  g_test_add_func ("/compare/empty", test_empty);
  g_test_add_func ("/compare/runs-random", test_runs_random);
  g_test_add_func ("/compare/runs-every-offset", test_runs_every_offset);
  g_test_add_func ("/compare/story-printer-owner-trailing-blank",
                   test_story_printer_owner_trailing_blank);
  g_test_add_func ("/compare/story-printer-owner-settings", test_story_printer_owner_settings);
  g_test_add_func ("/compare/stories-truncated", test_stories_truncated);
  g_test_add_func ("/compare/story-tinkerer-one-sector", test_story_tinkerer_one_sector);
  g_test_add_func ("/compare/story-tinkerer-not-covered", test_story_tinkerer_not_covered);
  g_test_add_func ("/compare/story-tinkerer-bit-errors", test_story_tinkerer_bit_errors);
  g_test_add_func ("/compare/story-cloner-four-bytes", test_story_cloner_four_bytes);
  g_test_add_func ("/compare/story-cloner-uid", test_story_cloner_uid);
  g_test_add_func ("/compare/uid-as-text", test_uid_as_text);
  g_test_add_func ("/compare/uid-no-news", test_uid_no_news);
  g_test_add_func ("/compare/uid-unreal", test_uid_unreal);
  g_test_add_func ("/compare/uid-address", test_uid_address);
  g_test_add_func ("/compare/erased", test_erased);
  g_test_add_func ("/compare/moved", test_moved);
  g_test_add_func ("/compare/notes-of-both", test_notes_of_both);
  g_test_add_func ("/compare/no-overlap", test_no_overlap);
  g_test_add_func ("/compare/different-programs", test_different_programs);
  g_test_add_func ("/compare/plain-differences", test_plain_differences);
  g_test_add_func ("/compare/speed", test_speed);
  g_test_add_func ("/compare/shifted", test_compare_shifted);
  g_test_add_func ("/compare/report", test_compare_report);
  g_test_add_func ("/compare/report-fields", test_compare_report_fields);
  g_test_add_func ("/compare/report-unknown", test_compare_report_unknown);
  g_test_add_func ("/compare/three", test_compare_three);
  g_test_add_func ("/compare/cancel", test_cancel);

  return g_test_run ();
}
