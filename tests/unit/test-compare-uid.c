/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Unique IDs in what is compared. */

#include "config.h"

#include "compare-bench.h"

#include <string.h>

static const guint8 uid[12] = { 0x34, 0xff, 0x6d, 0x06, 0x42, 0x59,
                                0x33, 0x36, 0x29, 0x12, 0x10, 0x43 };

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compare/story-cloner-uid", test_story_cloner_uid);
  g_test_add_func ("/compare/uid-as-text", test_uid_as_text);
  g_test_add_func ("/compare/uid-no-news", test_uid_no_news);
  g_test_add_func ("/compare/uid-unreal", test_uid_unreal);
  g_test_add_func ("/compare/uid-address", test_uid_address);
  return g_test_run ();
}
