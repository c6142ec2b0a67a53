/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Prints how long it takes to align two images, and three: an upgrade with shifted parts, and what
 * is hard for the search.  The best of several runs, because other work on the machine only ever
 * adds time. */

#include "config.h"

#include "compare/fk-lineup.h"

#include <string.h>

#define MIB    (1024u * 1024u)
#define N_RUNS 5

typedef void (*FillFunc) (guint8 *a, guint8 *b, gsize size);

static void
fill_noise (guint8 *data, gsize size, guint32 seed)
{
  for (gsize i = 0; i < size; i++)
    {
      seed = seed * 1664525u + 1013904223u;
      data[i] = (guint8)(seed >> 24);
    }
}

/* Eight insertions and a branch that leads elsewhere every 60 bytes. */
static void
fill_upgrade (guint8 *a, guint8 *b, gsize size)
{
  gsize shift = 0;

  fill_noise (a, size, 1);
  fill_noise (b, size, 2);
  for (guint part = 0; part < 8; part++)
    {
      gsize start = part * (size / 8);
      gsize length = MIN (size / 8, size - start - shift);

      memcpy (b + start + shift, a + start, length);
      for (gsize i = 0; i + 1 < length; i += 60)
        b[start + shift + i] ^= 0x40;
      shift += 4u << part;
    }
}

static void
fill_few (guint8 *a, guint8 *b, gsize size)
{
  fill_noise (a, size, 1);
  memcpy (b, a, size);
  for (gsize i = 0; i < size; i += 2000)
    b[i] ^= 1;
}

static void
fill_unlike (guint8 *a, guint8 *b, gsize size)
{
  fill_noise (a, size, 1);
  fill_noise (b, size, 2);
}

static void
fill_blank (guint8 *a, guint8 *b, gsize size)
{
  memset (a, 0xff, size);
  memset (b, 0x00, size);
}

static void
fill_pattern (guint8 *a, guint8 *b, gsize size)
{
  for (gsize i = 0; i < size; i++)
    {
      a[i] = (guint8)(i % 24 * 11);
      b[i] = (guint8)((i + 5) % 24 * 11);
    }
}

/* Every fifth byte differs: the most runs that there can be. */
static void
fill_comb (guint8 *a, guint8 *b, gsize size)
{
  fill_noise (a, size, 1);
  for (gsize i = 0; i < size; i++)
    b[i] = i % 5 == 0 ? a[i] ^ 1 : a[i];
}

static void
measure (const char *what, FillFunc fill, gsize size)
{
  guint8 *a = g_malloc (size);
  guint8 *b = g_malloc (size);
  g_autoptr (FkImage) left = NULL;
  g_autoptr (FkImage) right = NULL;
  gint64 best = G_MAXINT64;
  guint64 same = 0;
  guint n_runs = 0;

  fill (a, b, size);
  {
    g_autoptr (GBytes) bytes_a = g_bytes_new_take (a, size);
    g_autoptr (GBytes) bytes_b = g_bytes_new_take (b, size);

    left = fk_image_new_for_bytes (0x08000000, bytes_a, NULL);
    right = fk_image_new_for_bytes (0x08000000, bytes_b, NULL);
  }
  for (guint run = 0; run < (size > 8 * MIB ? 1 : N_RUNS); run++)
    {
      gint64 start = g_get_monotonic_time ();
      g_autoptr (FkAlignment) alignment = fk_align (left, right, NULL);

      best = MIN (best, g_get_monotonic_time () - start);
      same = alignment->same;
      n_runs = alignment->runs->len;
    }
  g_print ("%-12s %4u MiB %9.2f ms %9u runs %6.2f %% the same\n", what, (guint)(size / MIB),
           (double)best / 1000, n_runs, 100.0 * (double)same / (double)size);
}

/* A third beside the two, which is the first with its end an upgrade of its own. */
static void
measure_three (const char *what, FillFunc fill, gsize size)
{
  FkImage *images[3];
  guint8 *bytes[4];
  gint64 best = G_MAXINT64;
  guint n_pieces = 0;

  for (guint i = 0; i < G_N_ELEMENTS (bytes); i++)
    bytes[i] = g_malloc (size);
  fill (bytes[0], bytes[1], size);
  fill_upgrade (bytes[3], bytes[2], size);
  memcpy (bytes[2], bytes[0], size / 2);
  for (guint i = 0; i < G_N_ELEMENTS (images); i++)
    {
      g_autoptr (GBytes) owned = g_bytes_new_take (bytes[i], size);

      images[i] = fk_image_new_for_bytes (0x08000000, owned, NULL);
    }
  for (guint run = 0; run < N_RUNS; run++)
    {
      gint64 start = g_get_monotonic_time ();
      g_autoptr (FkAlignment) second = fk_align (images[0], images[1], NULL);
      g_autoptr (FkAlignment) third = fk_align (images[0], images[2], NULL);
      g_autoptr (FkLineup) lineup = fk_lineup_new_for_three (images, second, third, NULL);

      best = MIN (best, g_get_monotonic_time () - start);
      n_pieces = lineup->pieces->len;
    }
  g_print ("%-12s %u x %u MiB %7.2f ms %8u pieces\n", what, 3, (guint)(size / MIB),
           (double)best / 1000, n_pieces);
  for (guint i = 0; i < G_N_ELEMENTS (images); i++)
    g_object_unref (images[i]);
  g_free (bytes[3]);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *what;
    FillFunc fill;
  } rows[] = { { "upgrade", fill_upgrade }, { "few bytes", fill_few },   { "unlike", fill_unlike },
               { "blank", fill_blank },     { "pattern", fill_pattern }, { "comb", fill_comb } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      measure (rows[i].what, rows[i].fill, 2 * MIB);
      measure (rows[i].what, rows[i].fill, 64 * MIB);
    }
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    measure_three (rows[i].what, rows[i].fill, 2 * MIB);
  return 0;
}
