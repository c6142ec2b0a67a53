/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "compare/fk-align.h"

#include <string.h>

#define BASE 0x08000000u

static GBytes *
make_noise (gsize size, guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8)g_rand_int (random);
  return g_bytes_new_take (data, size);
}

static FkImage *
make_image (guint32 address, const GByteArray *bytes)
{
  FkImage *image = fk_image_new ();

  if (bytes->len > 0)
    g_assert_true (fk_image_add_data (image, address, bytes->data, bytes->len, NULL));
  return image;
}

static GByteArray *
join (GBytes *first, ...)
{
  GByteArray *array = g_byte_array_new ();
  va_list args;

  va_start (args, first);
  for (GBytes *bytes = first; bytes != NULL; bytes = va_arg (args, GBytes *))
    g_byte_array_append (array, g_bytes_get_data (bytes, NULL), (guint)g_bytes_get_size (bytes));
  va_end (args);
  return array;
}

static guint64
next_address (FkImage *image, guint *segment, guint64 address)
{
  if (*segment < fk_image_get_n_segments (image) &&
      address == fk_range_end (fk_image_get_segment (image, *segment).range))
    ++*segment;
  return *segment < fk_image_get_n_segments (image) &&
                 address <= fk_image_get_segment (image, *segment).range.address
             ? fk_image_get_segment (image, *segment).range.address
             : address;
}

static void
read_run (FkImage *image, FkRange range, guint8 *out)
{
  if (range.size > 0)
    g_assert_true (fk_image_read (image, range, out));
}

static void
check_bytes (FkImage *a, FkImage *b, const FkAlignRun *run)
{
  g_autofree guint8 *left = g_malloc0 (run->a.size + 1);
  g_autofree guint8 *right = g_malloc0 (run->b.size + 1);

  read_run (a, run->a, left);
  read_run (b, run->b, right);
  switch (run->kind)
    {
    case FK_ALIGN_SAME:
      g_assert_cmpmem (left, run->a.size, right, run->b.size);
      break;
    case FK_ALIGN_CHANGED:
      g_assert_cmpuint (run->a.size, ==, run->b.size);
      g_assert_cmpuint (left[0], !=, right[0]);
      g_assert_cmpuint (left[run->a.size - 1], !=, right[run->a.size - 1]);
      break;
    case FK_ALIGN_INSERTED:
      g_assert_cmpuint (run->a.size, ==, 0);
      break;
    case FK_ALIGN_DELETED:
      g_assert_cmpuint (run->b.size, ==, 0);
      break;
    default:
      g_assert_not_reached ();
    }
  g_assert_cmpuint (run->a.size + run->b.size, >, 0);
}

/* Every byte of both sides once, in order, and what the kind of its run says of it. */
static void
check (FkImage *a, FkImage *b, const FkAlignment *alignment)
{
  guint64 at_a = 0;
  guint64 at_b = 0;
  guint segment_a = 0;
  guint segment_b = 0;
  guint64 size_a = 0;
  guint64 size_b = 0;

  for (guint i = 0; i < alignment->runs->len; i++)
    {
      const FkAlignRun *run = &g_array_index (alignment->runs, FkAlignRun, i);

      check_bytes (a, b, run);
      if (run->a.size > 0)
        {
          g_assert_cmphex (run->a.address, ==, next_address (a, &segment_a, at_a));
          at_a = fk_range_end (run->a);
        }
      if (run->b.size > 0)
        {
          g_assert_cmphex (run->b.address, ==, next_address (b, &segment_b, at_b));
          at_b = fk_range_end (run->b);
        }
      size_a += run->a.size;
      size_b += run->b.size;
    }
  g_assert_cmpuint (size_a, ==, fk_image_get_size (a));
  g_assert_cmpuint (size_b, ==, fk_image_get_size (b));
}

static void
check_mirrored (const FkAlignment *there, const FkAlignment *back)
{
  static const FkAlignKind opposites[] = { FK_ALIGN_SAME, FK_ALIGN_CHANGED, FK_ALIGN_DELETED,
                                           FK_ALIGN_INSERTED };

  g_assert_cmpuint (there->runs->len, ==, back->runs->len);
  for (guint i = 0; i < there->runs->len; i++)
    {
      const FkAlignRun *left = &g_array_index (there->runs, FkAlignRun, i);
      const FkAlignRun *right = &g_array_index (back->runs, FkAlignRun, i);

      g_assert_cmpint (left->kind, ==, opposites[right->kind]);
      g_assert_cmpmem (&left->a, sizeof left->a, &right->b, sizeof right->b);
      g_assert_cmpmem (&left->b, sizeof left->b, &right->a, sizeof right->a);
    }
  g_assert_cmpuint (there->changed, ==, back->changed);
}

static FkAlignment *
align_images (FkImage *a, FkImage *b)
{
  FkAlignment *there = fk_align (a, b, NULL);
  g_autoptr (FkAlignment) back = fk_align (b, a, NULL);

  check (a, b, there);
  check (b, a, back);
  check_mirrored (there, back);
  return there;
}

static FkAlignment *
align (const GByteArray *a, const GByteArray *b)
{
  g_autoptr (FkImage) left = make_image (BASE, a);
  g_autoptr (FkImage) right = make_image (BASE, b);

  return align_images (left, right);
}

static void
test_align_same (void)
{
  g_autoptr (GBytes) noise = make_noise (10000, 1);
  g_autoptr (GByteArray) bytes = join (noise, NULL);
  g_autoptr (FkAlignment) alignment = align (bytes, bytes);

  g_assert_cmpuint (alignment->runs->len, ==, 1);
  g_assert_cmpuint (alignment->same, ==, 10000);
}

static void
test_align_empty (void)
{
  g_autoptr (GBytes) noise = make_noise (100, 1);
  g_autoptr (GByteArray) bytes = join (noise, NULL);
  g_autoptr (GByteArray) nothing = g_byte_array_new ();
  g_autoptr (FkAlignment) none = align (nothing, nothing);
  g_autoptr (FkAlignment) all = align (nothing, bytes);

  g_assert_cmpuint (none->runs->len, ==, 0);
  g_assert_cmpuint (all->runs->len, ==, 1);
  g_assert_cmpuint (all->inserted, ==, 100);
}

static void
test_align_insertion (void)
{
  g_autoptr (GBytes) front = make_noise (30000, 1);
  g_autoptr (GBytes) news = make_noise (700, 2);
  g_autoptr (GBytes) tail = make_noise (50000, 3);
  g_autoptr (GByteArray) a = join (front, tail, NULL);
  g_autoptr (GByteArray) b = join (front, news, tail, NULL);
  g_autoptr (FkAlignment) alignment = align (a, b);
  const FkAlignRun *run = &g_array_index (alignment->runs, FkAlignRun, 1);
  gint64 shift;

  g_assert_cmpuint (alignment->runs->len, ==, 3);
  g_assert_cmpint (run->kind, ==, FK_ALIGN_INSERTED);
  g_assert_cmpuint (run->b.size, ==, 700);
  g_assert_cmpuint (alignment->same, ==, 80000);
  g_assert_false (fk_align_run_get_shift (run, &shift));
  g_assert_false (fk_align_run_get_shift (run - 1, &shift));
  g_assert_true (fk_align_run_get_shift (run + 1, &shift));
  g_assert_cmpint (shift, ==, 700);
}

static void
poke (GByteArray *array, guint start, guint step)
{
  for (guint i = start; i < array->len; i += step)
    array->data[i] ^= 0x10;
}

/* As after an upgrade: something new, something gone, and branches that lead elsewhere now. */
static void
test_align_upgrade (void)
{
  g_autoptr (GBytes) first = make_noise (200000, 1);
  g_autoptr (GBytes) news = make_noise (36, 2);
  g_autoptr (GBytes) second = make_noise (120000, 3);
  g_autoptr (GBytes) gone = make_noise (5000, 4);
  g_autoptr (GBytes) third = make_noise (90000, 5);
  g_autoptr (GByteArray) a = join (first, second, gone, third, NULL);
  g_autoptr (GByteArray) b = join (first, news, second, third, NULL);
  g_autoptr (FkAlignment) alignment = NULL;

  poke (b, 100000, 97);
  alignment = align (a, b);
  g_assert_cmpuint (alignment->inserted, ==, 36);
  g_assert_cmpuint (alignment->deleted, ==, 5000);
  g_assert_cmpuint (alignment->changed, >=, (b->len - 100000) / 97 - 1);
  g_assert_cmpuint (alignment->changed, <=, (b->len - 100000) / 97 + 1);
}

/* What is too large to be searched whole is sampled: a shift is found where every stretch of 60
 * bytes has a change in it. */
static void
test_align_large (void)
{
  g_autoptr (GBytes) first = make_noise (1 << 20, 1);
  g_autoptr (GBytes) news = make_noise (1000, 2);
  g_autoptr (GBytes) second = make_noise (9 << 20, 3);
  g_autoptr (GBytes) more = make_noise (500, 4);
  g_autoptr (GBytes) third = make_noise (1 << 20, 5);
  g_autoptr (GByteArray) a = join (first, second, third, NULL);
  g_autoptr (GByteArray) b = join (first, news, second, more, third, NULL);
  g_autoptr (FkAlignment) alignment = NULL;

  poke (b, 0, 60);
  alignment = align (a, b);
  g_assert_cmpuint (alignment->inserted, ==, 1500);
  g_assert_cmpuint (alignment->deleted, ==, 0);
  g_assert_cmpuint (alignment->same, >, a->len / 100 * 98);
}

/* What is the same at the same address stays there, even if it could be had nearer by. */
static void
test_align_blank_stays (void)
{
  g_autoptr (GBytes) code = make_noise (100000, 1);
  g_autoptr (GBytes) news = make_noise (4096, 2);
  g_autofree guint8 *blank = g_malloc (162144);
  g_autoptr (GByteArray) a = join (code, NULL);
  g_autoptr (GByteArray) b = join (news, code, NULL);
  g_autoptr (FkAlignment) alignment = NULL;
  const FkAlignRun *last;

  memset (blank, 0xff, 162144);
  g_byte_array_append (a, blank, 262144 - a->len);
  g_byte_array_append (b, blank, 262144 - b->len);
  alignment = align (a, b);
  last = &g_array_index (alignment->runs, FkAlignRun, alignment->runs->len - 1);
  g_assert_cmpuint (alignment->inserted, ==, 4096);
  g_assert_cmpuint (alignment->deleted, ==, 4096);
  g_assert_cmpint (last->kind, ==, FK_ALIGN_SAME);
  g_assert_cmphex (last->a.address, ==, last->b.address);
  g_assert_cmpuint (last->a.size, >=, 262144 - 104096 - 64);
}

/* A file without addresses against the whole flash. */
static void
test_align_moved (void)
{
  g_autoptr (GBytes) loader = make_noise (0x4000, 1);
  g_autoptr (GBytes) program = make_noise (40000, 2);
  g_autoptr (GByteArray) a = join (loader, program, NULL);
  g_autoptr (GByteArray) b = join (program, NULL);
  g_autoptr (FkAlignment) alignment = align (a, b);

  g_assert_cmpuint (alignment->runs->len, ==, 2);
  g_assert_cmpuint (alignment->deleted, ==, 0x4000);
  g_assert_cmpuint (alignment->same, ==, 40000);
}

static void
test_align_segments (void)
{
  g_autoptr (GBytes) noise = make_noise (9000, 1);
  const guint8 *data = g_bytes_get_data (noise, NULL);
  g_autoptr (FkImage) a = fk_image_new ();
  g_autoptr (FkImage) b = fk_image_new ();
  g_autoptr (FkAlignment) alignment = NULL;

  fk_image_add_data (a, BASE, data, 3000, NULL);
  fk_image_add_data (a, BASE + 0x10000, data + 3000, 6000, NULL);
  fk_image_add_data (b, BASE + 0x100, data + 0x100, 1000, NULL);
  fk_image_add_data (b, BASE + 0x10400, data + 3000 + 0x400, 700, NULL);
  fk_image_add_data (b, BASE + 0x11000, data + 3000, 500, NULL);
  alignment = align_images (a, b);
  g_assert_cmpuint (alignment->same, >=, 1700);
  for (guint i = 0; i < 3; i++)
    g_assert_cmphex (g_array_index (alignment->runs, FkAlignRun, i).a.address, <, BASE + 3000);
}

/* Equal bytes everywhere, patterns, noise: whatever is hard for a search by blocks. */
static void
test_align_hard (void)
{
  static const guint periods[] = { 1, 2, 3, 16, 24, 1000, 4096 };

  for (guint i = 0; i < G_N_ELEMENTS (periods); i++)
    for (guint cut = 0; cut < 3; cut++)
      {
        g_autoptr (GBytes) noise = make_noise (periods[i], 7);
        g_autoptr (GByteArray) a = g_byte_array_new ();
        g_autoptr (GByteArray) b = g_byte_array_new ();
        g_autoptr (FkAlignment) alignment = NULL;

        while (a->len < 60000)
          g_byte_array_append (a, g_bytes_get_data (noise, NULL), periods[i]);
        g_byte_array_append (b, a->data + cut, a->len - 333 * cut);
        alignment = align (a, b);
        g_assert_cmpuint (alignment->same, >=, b->len - b->len / 8);
      }
}

/* Random edits of random images, small and with little variety, so that accidents abound. */
static void
test_align_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (42);

  for (guint round = 0; round < 400; round++)
    {
      g_autoptr (GByteArray) a = g_byte_array_new ();
      g_autoptr (GByteArray) b = g_byte_array_new ();
      gint variety = g_rand_int_range (random, 1, 257);
      g_autoptr (FkAlignment) alignment = NULL;

      for (gint n = g_rand_int_range (random, 0, 3000); n > 0; n--)
        {
          guint8 byte = (guint8)g_rand_int_range (random, 0, variety);

          g_byte_array_append (a, &byte, 1);
        }
      g_byte_array_append (b, a->data, a->len);
      for (gint n = g_rand_int_range (random, 0, 8); n > 0 && b->len > 0; n--)
        {
          guint at = (guint)g_rand_int_range (random, 0, (gint)b->len);
          guint size = (guint)g_rand_int_range (random, 1, 200);

          if (g_rand_boolean (random))
            g_byte_array_remove_range (b, at, MIN (size, b->len - at));
          else
            g_byte_array_append (b, a->data, MIN (size, a->len));
        }
      alignment = align (a, b);
      g_assert_cmpuint (alignment->same + alignment->inserted, <=, b->len);
    }
}

static void
test_align_cancel (void)
{
  g_autoptr (GBytes) noise = make_noise (1000, 1);
  g_autoptr (GByteArray) bytes = join (noise, NULL);
  g_autoptr (FkImage) image = make_image (BASE, bytes);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_cancellable_cancel (cancellable);
  g_assert_null (fk_align (image, image, cancellable));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/align/same", test_align_same);
  g_test_add_func ("/align/empty", test_align_empty);
  g_test_add_func ("/align/insertion", test_align_insertion);
  g_test_add_func ("/align/upgrade", test_align_upgrade);
  g_test_add_func ("/align/blank-stays", test_align_blank_stays);
  g_test_add_func ("/align/moved", test_align_moved);
  g_test_add_func ("/align/segments", test_align_segments);
  g_test_add_func ("/align/large", test_align_large);
  g_test_add_func ("/align/hard", test_align_hard);
  g_test_add_func ("/align/random", test_align_random);
  g_test_add_func ("/align/cancel", test_align_cancel);

  return g_test_run ();
}
