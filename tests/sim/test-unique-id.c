/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Firmware that carries its chip's unique ID is not replaced without a word: from the plan of a
 * write, which has the chip look for the ID, up to the warning.  Wherever and however it stands it
 * is found; and where it does not, the flash is not read for it. */

#include "config.h"

#include "job-bench.h"

#include <string.h>

#define SIZE  12u
#define PIECE 4096u /* what a sum is of */

static const struct
{
  const char *name;
  guint32 flash_size;
  guint8 uid[SIZE];
} boards[] = {
  { "blue-pill",
    64 * 1024,
    { 0x52, 0xff, 0x6b, 0x06, 0x50, 0x89, 0x49, 0x52, 0x13, 0x39, 0x10, 0x67 } },
  { "skr-mini-e3",
    256 * 1024,
    { 0x34, 0xff, 0xd9, 0x05, 0x4e, 0x4e, 0x38, 0x39, 0x51, 0x25, 0x06, 0x43 } },
  { "disco-f4",
    1024 * 1024,
    { 0x2e, 0x00, 0x41, 0x00, 0x15, 0x47, 0x33, 0x32, 0x37, 0x33, 0x35, 0x35 } },
};

static GBytes *
make_random (guint32 seed, gsize length)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint8 *data = g_malloc (length);

  for (gsize i = 0; i < length; i++)
    data[i] = (guint8)g_rand_int_range (rand, 0, 255);
  /* No stack pointer: no program. */
  data[0] = 0x01;
  return g_bytes_new_take (data, length);
}

/* Plans a write of @image over what the chip holds, and looks for the warning; of what stands at
 * @address when that is not 0.  @reads: whether it may read the flash to find out */
static void
check (Bench *bench, FkImage *image, guint32 address, gboolean reads)
{
  g_autoptr (FkJob) job = fk_write_job_new (image);
  guint32 size = (guint32)fk_image_get_size (image);
  g_autofree char *text = g_strdup_printf ("carries the chip's unique ID at 0x%08x", address);
  FkSimCounters before, after;
  gboolean warned = FALSE;
  GPtrArray *warnings;

  fk_change_job_set_plan_only (FK_CHANGE_JOB (job), TRUE);
  fk_change_job_set_safety_backup (FK_CHANGE_JOB (job), FALSE);
  fk_sim_board_get_counters (bench->board, &before);
  bench_run_well (bench, job);
  fk_sim_board_get_counters (bench->board, &after);
  warnings = fk_change_job_get_warnings (FK_CHANGE_JOB (job));
  for (guint i = 0; i < warnings->len; i++)
    {
      const FkFinding *warning = g_ptr_array_index (warnings, i);

      if (strcmp (warning->kind, "other-uid") != 0)
        continue;
      if (strstr (warning->text, text) == NULL)
        g_error ("\"%s\" does not say \"%s\"", warning->text, text);
      warned = TRUE;
    }
  g_assert_true (warned == (address != 0));
  if (!reads)
    g_assert_cmpuint (after.n_bytes - before.n_bytes, <, size / 2);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench->board), ==, 0);
}

static void
put_as_it_is (const guint8 *uid, guint8 *out)
{
  memcpy (out, uid, SIZE);
}

static void
put_inverted (const guint8 *uid, guint8 *out)
{
  for (guint i = 0; i < SIZE; i++)
    out[i] = (guint8)~uid[i];
}

static void
put_back_to_front (const guint8 *uid, guint8 *out)
{
  for (guint i = 0; i < SIZE; i++)
    out[i] = uid[SIZE - 1 - i];
}

/* Across the borders of what is summed and read, at all alignments, at the beginning and at the
 * very end. */
static void
test_found (gconstpointer data)
{
  guint board = GPOINTER_TO_UINT (data);
  static void (*const forms[]) (const guint8 *uid, guint8 *out) = { put_as_it_is, put_inverted,
                                                                    put_back_to_front };
  guint32 size = boards[board].flash_size;
  const guint32 places[] = {
    4,
    2 * PIECE - 1,
    2 * PIECE - 6,
    3 * PIECE - 11,
    3 * PIECE - 12,
    3 * PIECE,
    size / 2 + 1,
    size / 2 - 5,
    size / 2 - 8,
    size - PIECE - 10,
    size - SIZE - 3,
    size - SIZE - 1,
    size - SIZE,
  };
  g_autoptr (GBytes) held = make_random (91, size);
  g_autoptr (GBytes) wanted = make_random (92, size);
  g_autoptr (FkImage) image = fk_image_new_for_bytes (FLASH, wanted, NULL);
  const guint8 *bytes = g_bytes_get_data (held, NULL);
  Bench bench;

  bench_open (&bench, boards[board].name);
  bench_poke (&bench, FLASH, bytes, size);
  check (&bench, image, 0, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      guint8 id[SIZE];

      forms[i % G_N_ELEMENTS (forms)](boards[board].uid, id);
      bench_poke (&bench, FLASH + places[i], id, SIZE);
      check (&bench, image, FLASH + places[i], TRUE);
      bench_poke (&bench, FLASH + places[i], bytes + places[i], SIZE);
    }
  check (&bench, image, 0, FALSE);
  bench_close (&bench);
}

/* Nearly the ID, and the ID of another chip, are nothing to warn of. */
static void
test_not_found (gconstpointer data)
{
  guint board = GPOINTER_TO_UINT (data);
  guint32 size = boards[board].flash_size;
  g_autoptr (GBytes) held = make_random (93, size);
  g_autoptr (GBytes) wanted = make_random (94, size);
  g_autoptr (FkImage) image = fk_image_new_for_bytes (FLASH, wanted, NULL);
  guint8 id[SIZE];
  Bench bench;

  bench_open (&bench, boards[board].name);
  bench_poke (&bench, FLASH, g_bytes_get_data (held, NULL), size);
  bench_poke (&bench, FLASH + size / 2, boards[(board + 1) % G_N_ELEMENTS (boards)].uid, SIZE);
  /* Cut off by the end of the flash. */
  bench_poke (&bench, FLASH + size - 3, boards[board].uid, 3);
  check (&bench, image, 0, FALSE);
  for (guint i = 0; i < SIZE; i += 5)
    {
      memcpy (id, boards[board].uid, SIZE);
      id[i] ^= 0x01;
      bench_poke (&bench, FLASH + PIECE + 8 * i + 1, id, SIZE);
      check (&bench, image, 0, TRUE);
    }
  bench_close (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (boards); i++)
    {
      g_autofree char *found = g_strconcat ("/unique-id/found/", boards[i].name, NULL);
      g_autofree char *not_found = g_strconcat ("/unique-id/not-found/", boards[i].name, NULL);

      g_test_add_data_func (found, GUINT_TO_POINTER (i), test_found);
      g_test_add_data_func (not_found, GUINT_TO_POINTER (i), test_not_found);
    }
  return g_test_run ();
}
