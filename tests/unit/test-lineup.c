/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Images side by side: no byte is lost or told wrongly, and shifted parts are found again. */

#include "config.h"

#include <string.h>

#include "compare/fk-lineup.h"

#define BASE 0x08000000u

typedef struct
{
  FkImage *images[3];
  FkLineup *lineup;
} Three;

static void
three_clear (Three *three)
{
  for (guint side = 0; side < 3; side++)
    g_object_unref (three->images[side]);
  fk_lineup_free (three->lineup);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Three, three_clear)

static void
append_noise (GByteArray *bytes, guint size, guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  for (guint i = 0; i < size; i++)
    {
      guint8 byte = (guint8)g_rand_int (random);

      g_byte_array_append (bytes, &byte, 1);
    }
}

static void
append_part (GByteArray *to, const GByteArray *from, guint start, guint size)
{
  g_byte_array_append (to, from->data + start, size);
}

static FkImage *
make_image (const GByteArray *bytes)
{
  FkImage *image = fk_image_new ();

  if (bytes->len > 0)
    g_assert_true (fk_image_add_data (image, BASE, bytes->data, bytes->len, NULL));
  return image;
}

static guint8 *
read_range (FkImage *image, FkRange range)
{
  guint8 *bytes = g_malloc0 (range.size + 1);

  if (range.size > 0)
    g_assert_true (fk_image_read (image, range, bytes));
  return bytes;
}

static gboolean
agree (const FkLineupPiece *piece, guint8 *const bytes[3], guint one, guint two)
{
  FkRange left = piece->ranges[one];
  FkRange right = piece->ranges[two];

  return left.size == right.size && memcmp (bytes[one], bytes[two], left.size) == 0;
}

/* What the relation of a piece says is what its bytes say. */
static void
check_piece (FkImage *const images[3], const FkLineupPiece *piece)
{
  static const gboolean wanted[][3] = { { TRUE, TRUE, TRUE },
                                        { FALSE, FALSE, TRUE },
                                        { FALSE, TRUE, FALSE },
                                        { TRUE, FALSE, FALSE },
                                        { FALSE, FALSE, FALSE } };
  guint8 *bytes[3];

  for (guint side = 0; side < 3; side++)
    {
      bytes[side] = read_range (images[side], piece->ranges[side]);
      if (fk_lineup_piece_has (piece, side))
        g_assert_cmpuint (piece->ranges[side].size, ==, fk_lineup_piece_get_size (piece));
    }
  g_assert_cmpuint (fk_lineup_piece_get_size (piece), >, 0);
  g_assert_cmpint (agree (piece, bytes, 0, 1), ==, wanted[piece->relation][0]);
  g_assert_cmpint (agree (piece, bytes, 0, 2), ==, wanted[piece->relation][1]);
  g_assert_cmpint (agree (piece, bytes, 1, 2), ==, wanted[piece->relation][2]);
  for (guint side = 0; side < 3; side++)
    g_free (bytes[side]);
}

/* Every byte of every side once, in order. */
static void
check (const Three *three)
{
  guint64 ends[3] = { 0, 0, 0 };
  guint64 sizes[3] = { 0, 0, 0 };
  guint64 columns = 0;
  guint64 counted = 0;

  for (guint i = 0; i < three->lineup->pieces->len; i++)
    {
      const FkLineupPiece *piece = &g_array_index (three->lineup->pieces, FkLineupPiece, i);

      check_piece (three->images, piece);
      columns += fk_lineup_piece_get_size (piece);
      for (guint side = 0; side < 3; side++)
        {
          g_assert_cmphex (piece->ranges[side].address, >=, ends[side]);
          ends[side] = fk_range_end (piece->ranges[side]);
          sizes[side] += piece->ranges[side].size;
        }
    }
  for (guint side = 0; side < 3; side++)
    g_assert_cmpuint (sizes[side], ==, fk_image_get_size (three->images[side]));
  for (guint i = 0; i < FK_LINEUP_N_RELATIONS; i++)
    counted += three->lineup->counts[i];
  g_assert_cmpuint (counted, ==, columns);
}

/* @a, @b, @c: (transfer full) */
static Three
line_up_images (FkImage *a, FkImage *b, FkImage *c)
{
  Three three = { { a, b, c }, NULL };
  g_autoptr (FkAlignment) second = fk_align (a, b, NULL);
  g_autoptr (FkAlignment) third = fk_align (a, c, NULL);

  three.lineup = fk_lineup_new_for_three (three.images, second, third, NULL);
  check (&three);
  return three;
}

static Three
line_up (const GByteArray *a, const GByteArray *b, const GByteArray *c)
{
  return line_up_images (make_image (a), make_image (b), make_image (c));
}

static const FkLineupPiece *
get_piece (const Three *three, guint index)
{
  g_assert_cmpuint (index, <, three->lineup->pieces->len);
  return &g_array_index (three->lineup->pieces, FkLineupPiece, index);
}

static void
check_is (const FkLineupPiece *piece,
          FkLineupRelation relation,
          guint32 size_a,
          guint32 size_b,
          guint32 size_c)
{
  g_assert_cmpint (piece->relation, ==, relation);
  g_assert_cmpuint (piece->ranges[0].size, ==, size_a);
  g_assert_cmpuint (piece->ranges[1].size, ==, size_b);
  g_assert_cmpuint (piece->ranges[2].size, ==, size_c);
}

static void
test_two (void)
{
  g_autoptr (GByteArray) a = g_byte_array_new ();
  g_autoptr (GByteArray) b = g_byte_array_new ();
  g_autoptr (FkImage) first = NULL;
  g_autoptr (FkImage) second = NULL;
  g_autoptr (FkAlignment) alignment = NULL;
  g_autoptr (FkLineup) lineup = NULL;
  const FkLineupPiece *pieces;

  append_noise (a, 1000, 1);
  append_part (b, a, 0, 500);
  append_noise (b, 20, 2);
  append_part (b, a, 500, 500);
  first = make_image (a);
  second = make_image (b);
  alignment = fk_align (first, second, NULL);
  lineup = fk_lineup_new_for_two (alignment);
  g_assert_cmpuint (lineup->n_sides, ==, 2);
  g_assert_cmpuint (lineup->pieces->len, ==, 3);
  pieces = (const FkLineupPiece *)(gpointer)lineup->pieces->data;
  check_is (&pieces[0], FK_LINEUP_SAME, 500, 500, 0);
  check_is (&pieces[1], FK_LINEUP_ALL, 0, 20, 0);
  g_assert_cmpuint (lineup->counts[FK_LINEUP_SAME], ==, 1000);
  g_assert_cmpuint (lineup->counts[FK_LINEUP_ALL], ==, 20);
}

static void
test_same (void)
{
  g_autoptr (GByteArray) nothing = g_byte_array_new ();
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_auto (Three) three = { 0 };
  g_auto (Three) empty = line_up (nothing, nothing, nothing);

  append_noise (bytes, 5000, 1);
  three = line_up (bytes, bytes, bytes);
  g_assert_cmpuint (three.lineup->pieces->len, ==, 1);
  check_is (get_piece (&three, 0), FK_LINEUP_SAME, 5000, 5000, 5000);
  g_assert_cmpuint (empty.lineup->pieces->len, ==, 0);
}

static void
test_one_is_empty (void)
{
  g_autoptr (GByteArray) nothing = g_byte_array_new ();
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_auto (Three) first = { 0 };
  g_auto (Three) second = { 0 };
  g_auto (Three) only = { 0 };

  append_noise (bytes, 500, 1);
  first = line_up (nothing, bytes, bytes);
  check_is (get_piece (&first, 0), FK_LINEUP_FIRST, 0, 500, 500);
  second = line_up (bytes, nothing, bytes);
  check_is (get_piece (&second, 0), FK_LINEUP_SECOND, 500, 0, 500);
  only = line_up (nothing, nothing, bytes);
  check_is (get_piece (&only, 0), FK_LINEUP_THIRD, 0, 0, 500);
}

/* One byte of each side, and one of all. */
static void
test_relations (void)
{
  GByteArray *bytes[3];
  g_auto (Three) three = { 0 };

  for (guint side = 0; side < 3; side++)
    {
      bytes[side] = g_byte_array_new ();
      append_noise (bytes[side], 2000, 1);
      bytes[side]->data[500 + 100 * side] ^= 1;
      bytes[side]->data[1000] = (guint8)side;
    }
  three = line_up (bytes[0], bytes[1], bytes[2]);
  g_assert_cmpuint (three.lineup->pieces->len, ==, 9);
  check_is (get_piece (&three, 1), FK_LINEUP_FIRST, 1, 1, 1);
  check_is (get_piece (&three, 3), FK_LINEUP_SECOND, 1, 1, 1);
  check_is (get_piece (&three, 5), FK_LINEUP_THIRD, 1, 1, 1);
  check_is (get_piece (&three, 7), FK_LINEUP_ALL, 1, 1, 1);
  g_assert_cmphex (get_piece (&three, 7)->ranges[2].address, ==, BASE + 1000);
  for (guint side = 0; side < 3; side++)
    g_byte_array_unref (bytes[side]);
}

/* An upgrade put the same into both, and something of its own into each. */
static void
test_inserted (void)
{
  g_autoptr (GByteArray) a = g_byte_array_new ();
  g_autoptr (GByteArray) b = g_byte_array_new ();
  g_autoptr (GByteArray) c = g_byte_array_new ();
  g_auto (Three) three = { 0 };

  append_noise (a, 4000, 1);
  append_part (b, a, 0, 1000);
  append_noise (b, 300, 2);
  append_part (b, a, 1000, 1000);
  append_noise (b, 50, 3);
  append_part (b, a, 2000, 2000);
  append_part (c, a, 0, 1000);
  append_part (c, b, 1000, 300);
  append_part (c, a, 1000, 2000);
  append_noise (c, 70, 4);
  append_part (c, a, 3000, 1000);
  three = line_up (a, b, c);
  g_assert_cmpuint (three.lineup->pieces->len, ==, 7);
  check_is (get_piece (&three, 1), FK_LINEUP_FIRST, 0, 300, 300);
  check_is (get_piece (&three, 3), FK_LINEUP_SECOND, 0, 50, 0);
  check_is (get_piece (&three, 5), FK_LINEUP_THIRD, 0, 0, 70);
  check_is (get_piece (&three, 6), FK_LINEUP_SAME, 1000, 1000, 1000);
}

/* The first is another program; the third is the second with a piece put in. */
static void
test_others_shifted (void)
{
  g_autoptr (GByteArray) a = g_byte_array_new ();
  g_autoptr (GByteArray) b = g_byte_array_new ();
  g_autoptr (GByteArray) c = g_byte_array_new ();
  g_auto (Three) three = { 0 };

  append_noise (a, 6000, 1);
  append_noise (b, 6000, 2);
  append_part (c, b, 0, 2000);
  append_noise (c, 40, 3);
  append_part (c, b, 2000, 4000);
  three = line_up (a, b, c);
  g_assert_cmpuint (three.lineup->counts[FK_LINEUP_FIRST], >=, 5950);
  g_assert_cmpuint (three.lineup->pieces->len, <, 80);
}

static void
test_segments (void)
{
  g_autoptr (GByteArray) a = g_byte_array_new ();
  g_autoptr (GByteArray) other = g_byte_array_new ();
  g_auto (Three) three = { 0 };
  FkImage *images[3];

  append_noise (a, 3000, 1);
  append_noise (other, 3000, 2);
  for (guint side = 0; side < 3; side++)
    {
      const GByteArray *tail = side == 0 ? a : other;

      images[side] = fk_image_new ();
      g_assert_true (fk_image_add_data (images[side], BASE, a->data, 1000, NULL));
      g_assert_true (fk_image_add_data (images[side], BASE + 0x4000, tail->data, 700, NULL));
      g_assert_true (fk_image_add_data (images[side], BASE + 0x8000 + 0x100 * side,
                                        tail->data + 1000, 2000, NULL));
    }
  three = line_up_images (images[0], images[1], images[2]);
  g_assert_cmpuint (three.lineup->counts[FK_LINEUP_SAME], <, 1040); /* some by accident */
  g_assert_cmpuint (three.lineup->counts[FK_LINEUP_FIRST], >=, 2650);
}

/* Without a shift, who differs from whom is what a glance at each address tells. */
static void
test_naive (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (42);

  for (guint round = 0; round < 200; round++)
    {
      GByteArray *bytes[3];
      guint size = (guint)g_rand_int_range (random, 1, 4000);
      guint64 wanted[FK_LINEUP_N_RELATIONS] = { 0 };
      g_auto (Three) three = { 0 };

      for (guint side = 0; side < 3; side++)
        {
          bytes[side] = g_byte_array_new ();
          append_noise (bytes[side], size, round);
          for (gint n = g_rand_int_range (random, 0, 20); n > 0; n--)
            {
              guint at = (guint)g_rand_int_range (random, 0, (gint)size);

              for (guint i = at; i < size && i < at + round % 40; i++)
                bytes[side]->data[i] = (guint8)g_rand_int_range (random, 0, 1 + (gint)round);
            }
        }
      three = line_up (bytes[0], bytes[1], bytes[2]);
      for (guint i = 0; i < size; i++)
        {
          guint8 a = bytes[0]->data[i];
          guint8 b = bytes[1]->data[i];
          guint8 c = bytes[2]->data[i];

          wanted[a == b && a == c ? FK_LINEUP_SAME
                 : b == c         ? FK_LINEUP_FIRST
                 : a == c         ? FK_LINEUP_SECOND
                 : a == b         ? FK_LINEUP_THIRD
                                  : FK_LINEUP_ALL]++;
        }
      for (guint i = 0; i < FK_LINEUP_N_RELATIONS; i++)
        g_assert_cmpuint (three.lineup->counts[i], ==, wanted[i]);
      for (guint side = 0; side < 3; side++)
        g_byte_array_unref (bytes[side]);
    }
}

/* Edits of little variety, so that accidents abound. */
static void
test_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint round = 0; round < 300; round++)
    {
      GByteArray *bytes[3];
      gint variety = g_rand_int_range (random, 1, 257);
      g_auto (Three) three = { 0 };

      for (guint side = 0; side < 3; side++)
        bytes[side] = g_byte_array_new ();
      for (gint n = g_rand_int_range (random, 0, 2000); n > 0; n--)
        {
          guint8 byte = (guint8)g_rand_int_range (random, 0, variety);

          for (guint side = 0; side < 3; side++)
            g_byte_array_append (bytes[side], &byte, 1);
        }
      for (gint n = g_rand_int_range (random, 0, 9); n > 0; n--)
        {
          GByteArray *to = bytes[n % 3];
          guint at = to->len > 0 ? (guint)g_rand_int_range (random, 0, (gint)to->len) : 0;
          guint size = (guint)g_rand_int_range (random, 1, 200);

          if (g_rand_boolean (random) && at < to->len)
            g_byte_array_remove_range (to, at, MIN (size, to->len - at));
          else
            append_noise (to, size, round);
        }
      three = line_up (bytes[0], bytes[1], bytes[2]);
      for (guint side = 0; side < 3; side++)
        g_byte_array_unref (bytes[side]);
    }
}

static void
test_cancel (void)
{
  g_autoptr (GByteArray) a = g_byte_array_new ();
  g_autoptr (GByteArray) b = g_byte_array_new ();
  g_autoptr (GByteArray) c = g_byte_array_new ();
  g_auto (Three) three = { 0 };
  g_autoptr (FkAlignment) second = NULL;
  g_autoptr (FkAlignment) third = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  append_noise (a, 1000, 1);
  append_noise (b, 1000, 2);
  append_noise (c, 1000, 3);
  three = line_up (a, b, c);
  second = fk_align (three.images[0], three.images[1], NULL);
  third = fk_align (three.images[0], three.images[2], NULL);
  g_cancellable_cancel (cancellable);
  g_assert_null (fk_lineup_new_for_three (three.images, second, third, cancellable));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/lineup/two", test_two);
  g_test_add_func ("/lineup/same", test_same);
  g_test_add_func ("/lineup/one-is-empty", test_one_is_empty);
  g_test_add_func ("/lineup/relations", test_relations);
  g_test_add_func ("/lineup/inserted", test_inserted);
  g_test_add_func ("/lineup/others-shifted", test_others_shifted);
  g_test_add_func ("/lineup/segments", test_segments);
  g_test_add_func ("/lineup/naive", test_naive);
  g_test_add_func ("/lineup/random", test_random);
  g_test_add_func ("/lineup/cancel", test_cancel);
  return g_test_run ();
}
