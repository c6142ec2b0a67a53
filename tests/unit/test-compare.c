/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What differs, and what follows from it. */

#include "config.h"

#include "compare-bench.h"
#include "fake-program.h"

#include <string.h>

#define LARGE (8u * 1024 * 1024)

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
  g_test_add_func ("/compare/erased", test_erased);
  g_test_add_func ("/compare/moved", test_moved);
  g_test_add_func ("/compare/notes-of-both", test_notes_of_both);
  g_test_add_func ("/compare/no-overlap", test_no_overlap);
  g_test_add_func ("/compare/different-programs", test_different_programs);
  g_test_add_func ("/compare/plain-differences", test_plain_differences);
  g_test_add_func ("/compare/speed", test_speed);
  g_test_add_func ("/compare/shifted", test_compare_shifted);
  g_test_add_func ("/compare/cancel", test_cancel);
  return g_test_run ();
}
