/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/fk-crc32.h"
#include "base/fk-error.h"
#include "base/fk-late-library.h"
#include "base/fk-number.h"
#include "base/fk-progress.h"
#include "base/fk-range.h"
#include "base/fk-reader.h"

#include <gio/gio.h>

static void
test_error_rows (void)
{
  g_autoptr (GError) cancelled = g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "stop");

  for (int code = 0; code <= FK_ERROR_USAGE; code++)
    {
      g_autoptr (GError) error = g_error_new (FK_ERROR, code, "x");

      g_assert_nonnull (fk_error_get_nick (error));
      /* Who said no needs no advice. */
      if (code == FK_ERROR_DECLINED)
        {
          g_assert_null (fk_error_get_hint (error));
          continue;
        }
      g_assert_nonnull (fk_error_get_hint (error));
      g_assert_true (g_str_has_suffix (fk_error_get_hint (error), "."));
    }
  g_assert_cmpstr (fk_error_get_nick (cancelled), ==, "cancelled");
  g_assert_null (fk_error_get_hint (cancelled));
}

static void
test_number_parse (void)
{
  static const struct
  {
    const char *text;
    guint64 value;
  } good[] = { { "0", 0 },
               { "010", 10 },
               { "0x08000000", 0x08000000 },
               { "64K", 65536 },
               { "0x40K", 65536 },
               { "2MiB", 2 << 20 },
               { "1kB", 1024 },
               { "0xFFFFFFFF", G_MAXUINT32 } };
  static const char *const bad[] = { "",     "0x",         "-1",
                                     " 1",   "1 ",         "12g",
                                     "0x1g", "1KiX",       "0x100000000",
                                     "K",    "4294967296", "99999999999999999999999" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 value;

      g_assert_true (fk_number_parse (good[i].text, G_MAXUINT32, &value, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (value, ==, good[i].value);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      guint32 value = 7;

      g_assert_false (fk_number_parse_u32 (bad[i], &value, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_USAGE);
      g_assert_nonnull (strstr (error->message, bad[i]));
      g_assert_cmpuint (value, ==, 7);
    }
}

/* People leave out the 0x; what they mean is said, and nothing is done. */
static void
test_number_parse_address (void)
{
  static const struct
  {
    const char *text;
    guint32 value; /* 0: refused, with the suggestion */
    const char *suggestion;
  } rows[] = {
    { "0x08000000", 0x08000000, NULL },
    { "0x8000000", 0x08000000, NULL },
    { "134217728", 0x08000000, NULL },
    { "536870912", 0x20000000, NULL },
    { "4096", 4096, NULL },
    { "16K", 16384, NULL },
    { "20000K", 20480000, NULL },
    { "8000000", 0, "0x08000000?" },
    { "08000000", 0, "0x08000000?" },
    { "8007000", 0, "0x08007000?" },
    { "20000000", 0, "0x20000000?" },
    { "800C000", 0, "0x0800c000?" },
    { "1FFFF800", 0, "0x1ffff800?" },
    { "beef", 0, "not a number: write 1024" },
    { "eight", 0, "not a number: write 1024" },
    { "", 0, "not a number: write 1024" },
    { "99999999999999999999999", 0, "too large" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      guint32 value = 0;

      g_assert_cmpint (fk_number_parse_address (rows[i].text, &value, &error), ==,
                       rows[i].suggestion == NULL);
      g_assert_cmphex (value, ==, rows[i].value);
      if (rows[i].suggestion == NULL)
        continue;
      g_assert_error (error, FK_ERROR, FK_ERROR_USAGE);
      g_assert_nonnull (strstr (error->message, rows[i].suggestion));
    }
}

static void
test_number_format (void)
{
  static const struct
  {
    guint64 size;
    const char *text;
  } rows[] = { { 0, "0 bytes" },          { 1, "1 byte" },      { 1024, "1 KiB" },
               { 65536, "64 KiB" },       { 1 << 20, "1 MiB" }, { 0x3ffff, "262143 bytes" },
               { 1536 << 10, "1536 KiB" } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = fk_number_format_size (rows[i].size);

      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

static void
test_range (void)
{
  FkRange last = { 0xfffffff0, 0x10 };
  FkRange both;

  g_assert_cmpuint (fk_range_end (last), ==, G_GUINT64_CONSTANT (0x100000000));
  g_assert_true (fk_range_has (last, 0xffffffff));
  g_assert_false (fk_range_has (last, 0));
  g_assert_true (fk_range_intersect (last, (FkRange){ 0xfffffff8, 8 }, &both));
  g_assert_cmpuint (both.address, ==, 0xfffffff8);
  g_assert_cmpuint (both.size, ==, 8);
  g_assert_false (fk_range_intersect ((FkRange){ 0, 4 }, (FkRange){ 4, 4 }, &both));
  g_assert_cmpuint (both.size, ==, 8);
  g_assert_false (fk_range_overlaps ((FkRange){ 4, 0 }, (FkRange){ 4, 4 }));
  g_assert_true (fk_range_covers (last, (FkRange){ 0xfffffff0, 0x10 }));
}

static void
test_reader (void)
{
  static const guint8 data[] = { 1, 2, 3, 4, 5, 6, 7 };
  FkReader reader = fk_reader_init (data, sizeof data);
  guint32 word = 0;
  guint16 half = 0;
  guint8 byte = 0;

  g_assert_true (fk_reader_u32le (&reader, &word));
  g_assert_cmphex (word, ==, 0x04030201);
  g_assert_false (fk_reader_u32le (&reader, &word));
  g_assert_cmpuint (fk_reader_get_left (&reader), ==, 3);
  g_assert_true (fk_reader_u16be (&reader, &half));
  g_assert_cmphex (half, ==, 0x0506);
  g_assert_true (fk_reader_u8 (&reader, &byte));
  g_assert_false (fk_reader_u8 (&reader, &byte));
  g_assert_cmpuint (byte, ==, 7);
  g_assert_false (fk_reader_seek (&reader, 8));
  g_assert_true (fk_reader_seek (&reader, 7));
  g_assert_false (fk_reader_skip (&reader, 1));
}

static void
test_crc32 (void)
{
  const guint8 *digits = (const guint8 *)"123456789";

  g_assert_cmphex (fk_crc32 (digits, 9), ==, 0xcbf43926);
  g_assert_cmphex (fk_crc32 (digits, 0), ==, 0);
  g_assert_cmphex (~fk_crc32_update (fk_crc32_update (FK_CRC32_INIT, digits, 4), digits + 4, 5), ==,
                   0xcbf43926);
}

typedef struct
{
  double fraction;
  char *stage;
  guint n_calls;
} Heard;

static void
on_progress (const FkProgressStatus *status, gpointer user_data)
{
  Heard *heard = user_data;

  g_assert_cmpfloat (status->fraction, >=, heard->fraction);
  heard->fraction = status->fraction;
  g_free (heard->stage);
  heard->stage = g_strdup (status->stage);
  heard->n_calls++;
}

static void
test_progress_nested (void)
{
  static const FkProgressStep outer[] = { { "Reading", 3 }, { "Verifying", 1 } };
  static const FkProgressStep inner[] = { { NULL, 1 }, { "Closing", 1 } };
  Heard heard = { 0 };
  FkProgress *progress = fk_progress_new (on_progress, &heard, NULL);
  FkProgress *child;

  fk_progress_set_steps (progress, outer, G_N_ELEMENTS (outer));
  child = fk_progress_get_child (progress);
  fk_progress_set_steps (child, inner, G_N_ELEMENTS (inner));
  fk_progress_set_bytes (fk_progress_get_child (child), 50, 100);
  g_assert_cmpfloat_with_epsilon (heard.fraction, 0.75 / 4, 1e-9);
  g_assert_cmpstr (heard.stage, ==, "Reading");
  fk_progress_step_done (child);
  g_assert_cmpstr (heard.stage, ==, "Closing");
  fk_progress_step_done (progress);
  g_assert_cmpfloat_with_epsilon (heard.fraction, 0.75, 1e-9);
  fk_progress_note (progress, "rung %d", 2);
  fk_progress_step_done (progress);
  g_assert_cmpfloat_with_epsilon (heard.fraction, 1.0, 1e-9);
  g_assert_cmpuint (heard.n_calls, >, 4);
  fk_progress_free (progress);
  g_free (heard.stage);
}

static void
test_progress_nobody (void)
{
  static const FkProgressStep steps[] = { { "Reading", 1 } };

  fk_progress_set_steps (NULL, steps, 1);
  g_assert_null (fk_progress_get_child (NULL));
  fk_progress_set_bytes (NULL, 1, 2);
  fk_progress_step_done (NULL);
  fk_progress_note (NULL, "x");
  fk_progress_free (NULL);
}

typedef struct
{
  double (*cos) (double);
  double (*sqrt) (double);
} Maths;

static void
test_late_library (void)
{
  static const FkLateFunction wanted[] = { { "sqrt", G_STRUCT_OFFSET (Maths, sqrt) },
                                           { "cos", G_STRUCT_OFFSET (Maths, cos) } };
  static const FkLateFunction unknown[] = { { "sqrt", G_STRUCT_OFFSET (Maths, sqrt) },
                                            { "cut_the_circle_up", G_STRUCT_OFFSET (Maths, cos) } };
  Maths maths = { 0 };
  g_autofree char *problem = fk_late_library_load ("libm.so.6", wanted, 2, &maths);
  g_autofree char *no_function = NULL;
  g_autofree char *no_file = NULL;

  g_assert_null (problem);
  g_assert_cmpfloat (maths.sqrt (9), ==, 3);
  g_assert_cmpfloat (maths.cos (0), ==, 1);
  no_function = fk_late_library_load ("libm.so.6", unknown, 2, &maths);
  g_assert_cmpstr (no_function, ==, "libm.so.6 has no cut_the_circle_up");
  no_file = fk_late_library_load ("libnobody.so.6", wanted, 2, &maths);
  g_assert_nonnull (strstr (no_file, "libnobody.so.6"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error/rows", test_error_rows);
  g_test_add_func ("/number/parse", test_number_parse);
  g_test_add_func ("/number/parse-address", test_number_parse_address);
  g_test_add_func ("/number/format", test_number_format);
  g_test_add_func ("/range/edges", test_range);
  g_test_add_func ("/reader/checked", test_reader);
  g_test_add_func ("/crc32/known", test_crc32);
  g_test_add_func ("/progress/nested", test_progress_nested);
  g_test_add_func ("/progress/nobody", test_progress_nobody);
  g_test_add_func ("/late-library/found-or-not", test_late_library);
  return g_test_run ();
}
