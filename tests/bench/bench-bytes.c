/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Prints how fast the parts that only handle bytes are: checksums, comparison, inspection, file
 * formats.  The best of several runs, because other work on the machine only ever adds time. */

#include "config.h"

#include "base/fk-blank.h"
#include "base/fk-crc32.h"
#include "compare/fk-compare.h"
#include "image/fk-image-format.h"

#define SIZE   (2 * 1024 * 1024)
#define N_RUNS 7

typedef void (*WorkFunc) (FkImage *a, FkImage *b);

static FkImage *
make_image (guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autoptr (GRand) changes = g_rand_new_with_seed (seed);
  g_autoptr (GBytes) bytes = NULL;
  guint8 *data = g_malloc (SIZE);

  for (gsize i = 0; i < SIZE; i++)
    data[i] = (guint8)g_rand_int (random);
  for (guint i = 0; seed != 1 && i < 1000; i++)
    data[g_rand_int_range (changes, 0, SIZE)] ^= 1;
  bytes = g_bytes_new_take (data, SIZE);
  return fk_image_new_for_bytes (0x08000000, bytes, NULL);
}

static void
work_crc (FkImage *a, FkImage *b)
{
  g_assert_cmphex (fk_crc32 (fk_image_get_segment (a, 0).data, SIZE), !=, 0);
}

static void
work_compare (FkImage *a, FkImage *b)
{
  FkCompareContext context = { .blank = 0xff };
  g_autoptr (FkComparison) comparison = fk_compare (a, b, &context, NULL, NULL);

  g_assert_false (fk_comparison_get_identical (comparison));
}

static void
work_inspect (FkImage *a, FkImage *b)
{
  g_autoptr (FkInspection) inspection = fk_inspect (a, NULL);

  g_assert_cmpuint (fk_inspection_get_used (inspection), ==, SIZE);
}

static void
work_format (FkImage *image, const char *name)
{
  const FkImageFormat *format = fk_image_format_find (name);
  g_autoptr (GBytes) bytes = format->write (image, FK_BLANK, NULL);
  g_autoptr (FkImage) again = format->parse (bytes, 0, NULL);

  g_assert_cmpuint (fk_image_get_size (again), ==, SIZE);
}

static void
work_ihex (FkImage *a, FkImage *b)
{
  work_format (a, "ihex");
}

static void
work_srec (FkImage *a, FkImage *b)
{
  work_format (a, "srec");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *what;
    WorkFunc func;
  } rows[] = { { "CRC-32", work_crc },
               { "compare with findings", work_compare },
               { "inspect", work_inspect },
               { "Intel HEX, there and back", work_ihex },
               { "S-record, there and back", work_srec } };
  g_autoptr (FkImage) a = make_image (1);
  g_autoptr (FkImage) b = make_image (2);

  g_print ("2 MiB of noise, best of %d\n", N_RUNS);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64 best = G_MAXINT64;

      for (guint run = 0; run < N_RUNS; run++)
        {
          gint64 start = g_get_monotonic_time ();

          rows[i].func (a, b);
          best = MIN (best, g_get_monotonic_time () - start);
        }
      g_print ("%-28s %8.2f ms\n", rows[i].what, (double)best / 1000);
    }
  return 0;
}
