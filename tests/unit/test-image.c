/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "image/fk-image.h"

#include "base/fk-error.h"

#include <string.h>

static void
add (FkImage *image, guint32 address, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (fk_image_add_data (image, address, (const guint8 *)text, strlen (text), &error));
  g_assert_no_error (error);
}

static void
assert_segment (FkImage *image, guint index, guint32 address, const char *text)
{
  FkSegment segment = fk_image_get_segment (image, index);

  g_assert_cmphex (segment.range.address, ==, address);
  g_assert_cmpmem (segment.data, segment.range.size, text, strlen (text));
}

static void
test_empty (void)
{
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (GBytes) none = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) filled = NULL;
  g_autoptr (GError) error = NULL;
  FkRange extent = { 1, 2 };

  g_assert_true (fk_image_add (image, 0x08000000, none, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fk_image_get_n_segments (image), ==, 0);
  g_assert_cmpuint (fk_image_get_size (image), ==, 0);
  g_assert_cmpuint (fk_image_get_used (image, 0xff), ==, 0);
  g_assert_false (fk_image_get_extent (image, &extent));
  g_assert_cmpuint (extent.size, ==, 2);
  g_assert_true (fk_image_has (image, (FkRange){ 5, 0 }));
  g_assert_false (fk_image_has (image, (FkRange){ 5, 1 }));
  g_assert_false (fk_image_touches (image, (FkRange){ 0, 0xffffffff }));
  filled = fk_image_to_bytes (image, 0xff, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (filled), ==, 0);
  g_assert_finalize_object (g_steal_pointer (&image));
}

static void
test_merge (void)
{
  g_autoptr (FkImage) image = fk_image_new ();

  add (image, 0x100, "cd");
  add (image, 0x110, "xy");
  g_assert_cmpuint (fk_image_get_n_segments (image), ==, 2);
  add (image, 0xfe, "ab");
  g_assert_cmpuint (fk_image_get_n_segments (image), ==, 2);
  assert_segment (image, 0, 0xfe, "abcd");
  add (image, 0x102, "efghijklmnopqr");
  g_assert_cmpuint (fk_image_get_n_segments (image), ==, 1);
  assert_segment (image, 0, 0xfe, "abcdefghijklmnopqrxy");
  g_assert_cmpuint (fk_image_get_size (image), ==, 20);
}

static void
test_overlap (void)
{
  g_autoptr (FkImage) image = fk_image_new ();
  static const guint32 starts[] = { 0x08000ffd, 0x08001000, 0x08001003, 0x08000fff };
  guint i;

  add (image, 0x08001000, "ABCD");
  for (i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (fk_image_add_data (image, starts[i], (const guint8 *)"1234567", 7, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
      g_assert_nonnull (strstr (error->message, "0x08001000-0x08001003"));
      if (i == 0)
        g_assert_cmpstr (error->message, ==,
                         "0x08000ffd-0x08001003 overlaps 0x08001000-0x08001003, which is there "
                         "already");
    }
  assert_segment (image, 0, 0x08001000, "ABCD");
  g_assert_cmpuint (fk_image_get_size (image), ==, 4);
}

static void
test_limits (void)
{
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (GError) error = NULL;
  FkRange extent;

  add (image, 0xfffffffc, "WXYZ");
  g_assert_true (fk_image_get_extent (image, &extent));
  g_assert_cmphex (fk_range_end (extent), ==, G_GUINT64_CONSTANT (0x100000000));
  g_assert_true (fk_image_has (image, (FkRange){ 0xffffffff, 1 }));

  g_assert_false (
      fk_image_add_data (image, 0xfffffff0, (const guint8 *)"01234567890123456", 17, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
  g_assert_cmpstr (error->message, ==,
                   "17 bytes at 0xfffffff0 reach past the end of the address space (4 GiB)");
  g_clear_error (&error);

  g_assert_false (fk_image_add_data (image, 0, (const guint8 *)"0", 1, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
  g_clear_error (&error);

  add (image, 1, "1");
  g_assert_true (fk_image_get_extent (image, &extent));
  g_assert_cmphex (extent.size, ==, 0xffffffff);
  g_assert_null (fk_image_to_bytes (image, 0xff, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
}

static void
test_too_many_segments (void)
{
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (GError) error = NULL;
  guint i;

  for (i = 0; i < FK_IMAGE_MAX_SEGMENTS; i++)
    add (image, 0x10000000 - 2 * i, "x");
  g_assert_false (fk_image_add_data (image, 0x20000000, (const guint8 *)"x", 1, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
  add (image, 0x0fffffff, "y"); /* fills a gap, so there is one piece less */
  add (image, 0x20000000, "x");
  g_assert_cmpuint (fk_image_get_n_segments (image), ==, FK_IMAGE_MAX_SEGMENTS);
}

static void
test_read (void)
{
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (FkImage) slice = NULL;
  g_autoptr (GBytes) filled = NULL;
  guint8 buffer[12];

  add (image, 0x100, "abcd");
  add (image, 0x108, "efgh");

  g_assert_true (fk_image_read (image, (FkRange){ 0x101, 3 }, buffer));
  g_assert_cmpmem (buffer, 3, "bcd", 3);
  memset (buffer, '.', sizeof buffer);
  g_assert_false (fk_image_read (image, (FkRange){ 0x101, 4 }, buffer));
  g_assert_cmpint (buffer[0], ==, '.');
  g_assert_true (fk_image_touches (image, (FkRange){ 0x103, 2 }));
  g_assert_false (fk_image_touches (image, (FkRange){ 0x104, 4 }));
  g_assert_true (fk_image_touches (image, (FkRange){ 0x104, 5 }));

  fk_image_read_filled (image, (FkRange){ 0xff, 12 }, '-', buffer);
  g_assert_cmpmem (buffer, 12, "-abcd----efg", 12);
  fk_image_read_filled (image, (FkRange){ 0x200, 2 }, '-', buffer);
  g_assert_cmpmem (buffer, 2, "--", 2);

  filled = fk_image_to_bytes (image, '_', NULL);
  g_assert_cmpmem (g_bytes_get_data (filled, NULL), g_bytes_get_size (filled), "abcd____efgh", 12);

  slice = fk_image_slice (image, (FkRange){ 0x103, 7 });
  g_assert_cmpuint (fk_image_get_n_segments (slice), ==, 2);
  g_assert_cmpuint (fk_image_get_size (slice), ==, 3);
  assert_segment (slice, 0, 0x103, "d");
  assert_segment (slice, 1, 0x108, "ef");
}

static void
test_move (void)
{
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (FkImage) empty = fk_image_move (image, 0x08000000, NULL);
  g_autoptr (FkImage) moved = NULL;
  g_autoptr (FkImage) last = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (fk_image_get_n_segments (empty), ==, 0);
  add (image, 0x100, "abcd");
  add (image, 0x108, "efgh");
  moved = fk_image_move (image, 0x08000000, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fk_image_get_n_segments (moved), ==, 2);
  g_assert_cmpuint (fk_image_get_size (moved), ==, 8);
  assert_segment (moved, 0, 0x08000000, "abcd");
  assert_segment (moved, 1, 0x08000008, "efgh");
  assert_segment (image, 0, 0x100, "abcd");

  last = fk_image_move (image, 0xfffffff4, &error);
  g_assert_no_error (error);
  assert_segment (last, 1, 0xfffffffc, "efgh");
  g_assert_null (fk_image_move (image, 0xfffffff5, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
}

static void
test_used (void)
{
  g_autoptr (FkImage) image = fk_image_new ();

  add (image, 0x100, "ab__");
  g_assert_cmpuint (fk_image_get_used (image, '_'), ==, 2);
  add (image, 0x110, "__");
  g_assert_cmpuint (fk_image_get_used (image, '_'), ==, 2);
  add (image, 0x114, "_x_");
  g_assert_cmpuint (fk_image_get_used (image, '_'), ==, 0x16);
  g_assert_cmpuint (fk_image_get_used (image, 0xff), ==, 0x17);
}

static void
test_blank_within (void)
{
  const gsize size = 8192;
  g_autofree guint8 *data = g_malloc (size);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (FkImage) blank = NULL;

  g_assert_cmpuint (fk_image_get_blank_within (image, 0xff), ==, 0);
  memset (data, 0xff, size);
  bytes = g_bytes_new (data, size);
  blank = fk_image_new_for_bytes (0x08000000, bytes, NULL);
  g_assert_cmpuint (fk_image_get_blank_within (blank, 0xff), ==, 0);

  /* 1024 before the first, a stretch that is too short, one of 3000, and what comes after all. */
  data[1024] = 1;
  data[1024 + 1 + 1023] = 2;
  data[1024 + 1 + 1023 + 1 + 3000] = 3;
  g_clear_object (&image);
  g_bytes_unref (bytes);
  bytes = g_bytes_new (data, size);
  image = fk_image_new_for_bytes (0x08000000, bytes, NULL);
  g_assert_cmpuint (fk_image_get_blank_within (image, 0xff), ==, 1024 + 3000);
  g_assert_cmpuint (fk_image_get_blank_within (image, 0x00), ==, 0);

  /* A gap is as good. */
  add (image, 0x08000000 + size + 2000, "x");
  g_assert_cmpuint (fk_image_get_blank_within (image, 0xff), ==,
                    1024 + 3000 + (size - (1024 + 1 + 1023 + 1 + 3000 + 1)) + 2000);
}

/* Random pieces in random order against a plain array of bytes. */
static void
test_random (void)
{
  enum
  {
    SPACE = 512
  };
  guint round;

  for (round = 0; round < 300; round++)
    {
      g_autoptr (FkImage) image = fk_image_new ();
      guint8 model[SPACE];
      gboolean there[SPACE] = { 0 };
      guint8 read[SPACE];
      guint i;
      guint segments = 0;

      for (i = 0; i < 60; i++)
        {
          guint32 start = (guint32)g_test_rand_int_range (0, SPACE);
          gsize length = (gsize)g_test_rand_int_range (0, MIN (24, SPACE - (int)start) + 1);
          gboolean is_free = TRUE;
          guint8 data[24];
          gsize k;

          for (k = 0; k < length; k++)
            {
              data[k] = (guint8)g_test_rand_int ();
              is_free = is_free && !there[start + k];
            }
          g_assert_cmpint (fk_image_add_data (image, 0x08000000 + start, data, length, NULL), ==,
                           is_free);
          for (k = 0; is_free && k < length; k++)
            {
              model[start + k] = data[k];
              there[start + k] = TRUE;
            }
        }

      fk_image_read_filled (image, (FkRange){ 0x08000000, SPACE }, 0x5a, read);
      for (i = 0; i < SPACE; i++)
        {
          g_assert_cmpuint (read[i], ==, there[i] ? model[i] : 0x5a);
          g_assert_cmpint (fk_image_has (image, (FkRange){ 0x08000000 + i, 1 }), ==, there[i]);
          segments += there[i] && (i == 0 || !there[i - 1]);
        }
      g_assert_cmpuint (fk_image_get_n_segments (image), ==, segments);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/image/empty", test_empty);
  g_test_add_func ("/image/merge", test_merge);
  g_test_add_func ("/image/overlap", test_overlap);
  g_test_add_func ("/image/limits", test_limits);
  g_test_add_func ("/image/too-many-segments", test_too_many_segments);
  g_test_add_func ("/image/read", test_read);
  g_test_add_func ("/image/move", test_move);
  g_test_add_func ("/image/used", test_used);
  g_test_add_func ("/image/blank-within", test_blank_within);
  g_test_add_func ("/image/random", test_random);

  return g_test_run ();
}
