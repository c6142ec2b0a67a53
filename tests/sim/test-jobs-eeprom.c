/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The data EEPROM that L0 and L1 have beside their flash: written, restored, verified, and left
 * alone by what is for the flash. */

#include "config.h"

#include "job-bench.h"

#include <string.h>

#include "base/fk-error.h"

#define EEPROM 0x08080000u

static const guint8 noise[] = { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99 };

static GBytes *
peek_eeprom (Bench *bench)
{
  return bench_peek (bench, EEPROM, 0x1800);
}

static FkChangeJob *
make_restore (FkBackup *backup, const char *regions)
{
  FkJob *job = fk_restore_job_new (backup);
  g_auto (GStrv) names = regions != NULL ? g_strsplit (regions, ",", -1) : NULL;

  if (names != NULL)
    fk_restore_job_set_regions (FK_RESTORE_JOB (job), (const char *const *)names);
  return FK_CHANGE_JOB (job);
}

/* Changes @n words, here and there. */
static void
spoil (Bench *bench, guint n)
{
  for (guint i = 0; i < n; i++)
    bench_poke (bench, EEPROM + 0x10 * i, noise, 4);
}

static FkImage *
make_image (guint32 address)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (noise, sizeof noise);
  FkImage *image = fk_image_new_for_bytes (address, bytes, NULL);

  g_assert_nonnull (image);
  return image;
}

/* Only words that differ are written, and no sector of the flash is touched for them. */
static void
test_restore (gconstpointer name)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkChangeJob) plan = NULL;
  g_autoptr (FkChangeJob) job = NULL;
  g_autoptr (FkChangeJob) again = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) spoilt = NULL;
  g_autoptr (GBytes) planned = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GBytes) saved = NULL;
  guint n_programmed;
  Bench bench;

  bench_open (&bench, name);
  bench_poke (&bench, EEPROM + 0x1000, noise, sizeof noise);
  backup = bench_back_up (&bench);
  before = peek_eeprom (&bench);
  spoil (&bench, 3);
  spoilt = peek_eeprom (&bench);
  plan = make_restore (backup, NULL);
  fk_change_job_set_plan_only (plan, TRUE);
  bench_run_well (&bench, FK_JOB (plan));
  g_assert_cmpuint (fk_change_job_get_result (plan)->eeprom_bytes, ==, 12);
  planned = peek_eeprom (&bench);
  bench_assert_equal (planned, spoilt);
  n_programmed = fk_sim_board_get_n_programmed (bench.board);
  job = make_restore (backup, NULL);
  bench_run_well (&bench, FK_JOB (job));
  after = peek_eeprom (&bench);
  bench_assert_equal (after, before);
  g_assert_cmpuint (fk_change_job_get_result (job)->eeprom_bytes, ==, 12);
  g_assert_cmpuint (fk_change_job_get_result (job)->verified, !=, FK_VERIFIED_NO);
  g_assert_cmpuint (fk_sim_board_get_n_programmed (bench.board) - n_programmed, ==, 3);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 0);
  g_assert_true (fk_change_job_is_chip_touched (job));
  bench_assert_left_well (&bench);
  /* What was there before is in the library. */
  g_assert_true (fk_change_job_get_safety_is_new (job));
  saved = fk_backup_load_region (fk_change_job_get_safety_backup (job), "eeprom", NULL, NULL);
  g_assert_nonnull (saved);
  g_assert_cmpmem (g_bytes_get_data (saved, NULL), 0x1800, g_bytes_get_data (spoilt, NULL), 0x1800);
  again = make_restore (backup, NULL);
  bench_run_well (&bench, FK_JOB (again));
  g_assert_cmpuint (fk_change_job_get_result (again)->eeprom_bytes, ==, 0);
  g_assert_false (fk_change_job_is_chip_touched (again));
  bench_close (&bench);
}

/* Each region alone. */
static void
test_regions (gconstpointer name)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkChangeJob) flash = NULL;
  g_autoptr (FkChangeJob) eeprom = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) spoilt = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GBytes) in_the_end = NULL;
  g_autoptr (GBytes) damaged = NULL;
  g_autoptr (GBytes) still = NULL;
  Bench bench;

  bench_open (&bench, name);
  backup = bench_back_up (&bench);
  before = peek_eeprom (&bench);
  spoil (&bench, 2);
  spoilt = peek_eeprom (&bench);
  flash = make_restore (backup, "flash");
  bench_run_well (&bench, FK_JOB (flash));
  g_assert_nonnull (bench_find_warning (flash, "NOT restored"));
  after = peek_eeprom (&bench);
  bench_assert_equal (after, spoilt);
  bench_damage (&bench);
  damaged = bench_peek (&bench, FLASH, bench.flash_size);
  eeprom = make_restore (backup, "eeprom");
  bench_run_well (&bench, FK_JOB (eeprom));
  g_assert_null (bench_find_warning (eeprom, "NOT restored"));
  g_assert_null (fk_change_job_get_plan (eeprom));
  g_assert_cmpuint (fk_change_job_get_result (eeprom)->verified, ==, FK_VERIFIED_REREAD);
  in_the_end = peek_eeprom (&bench);
  bench_assert_equal (in_the_end, before);
  still = bench_peek (&bench, FLASH, bench.flash_size);
  bench_assert_equal (still, damaged);
  bench_close (&bench);
}

/* Some words new and some old: who runs it again has all. */
static void
test_cut_off (gconstpointer name)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (GBytes) before = NULL;
  guint n_halves = 0;
  Bench bench;

  bench_open (&bench, name);
  backup = bench_back_up (&bench);
  before = peek_eeprom (&bench);
  for (guint i = 0; i < 12; i++)
    {
      g_autoptr (FkChangeJob) job = make_restore (backup, "eeprom");
      g_autoptr (FkChangeJob) again = make_restore (backup, "eeprom");
      g_autoptr (GBytes) half = NULL;
      g_autoptr (GBytes) after = NULL;
      g_autoptr (GError) error = NULL;

      spoil (&bench, 64);
      fk_change_job_set_safety_backup (job, FALSE);
      if (!bench_run_until (&bench, FK_JOB (job), 0.3 + 0.05 * i, &error))
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
          half = peek_eeprom (&bench);
          if (fk_change_job_is_chip_touched (job))
            {
              g_assert_nonnull (strstr (error->message, "run this again to finish it"));
              n_halves++;
            }
        }
      bench_run_well (&bench, FK_JOB (again));
      after = peek_eeprom (&bench);
      bench_assert_equal (after, before);
      bench_assert_left_well (&bench);
    }
  g_assert_cmpuint (n_halves, >, 0);
  bench_close (&bench);
}

static void
test_unplugged (gconstpointer name)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (GBytes) before = NULL;
  guint n_failed = 0;
  Bench bench;

  bench_open (&bench, name);
  backup = bench_back_up (&bench);
  before = peek_eeprom (&bench);
  for (guint64 at = 60; at < 400; at += 20)
    {
      g_autoptr (FkChangeJob) job = make_restore (backup, "eeprom");
      g_autoptr (FkChangeJob) again = make_restore (backup, "eeprom");
      g_autoptr (GBytes) after = NULL;
      g_autoptr (GError) error = NULL;

      spoil (&bench, 64);
      fk_sim_board_set_fault (bench.board, FK_SIM_FAULT_UNPLUG,
                              fk_sim_board_get_n_transfers (bench.board) + at);
      n_failed += !bench_run (&bench, FK_JOB (job), &error);
      fk_sim_board_set_fault (bench.board, FK_SIM_FAULT_NONE, 0);
      fk_sim_board_set_unplugged (bench.board, FALSE);
      bench_run_well (&bench, FK_JOB (again));
      after = peek_eeprom (&bench);
      bench_assert_equal (after, before);
      bench_assert_left_well (&bench);
    }
  g_assert_cmpuint (n_failed, >, 3);
  bench_close (&bench);
}

/* Bytes that do not fill their words keep what is beside them. */
static void
test_write (gconstpointer name)
{
  g_autoptr (FkImage) image = make_image (EEPROM + 0x203);
  g_autoptr (FkImage) outside = make_image (EEPROM + 0x1ffc);
  g_autoptr (FkJob) job = fk_write_job_new (image);
  g_autoptr (FkJob) verify = fk_verify_job_new (image);
  g_autoptr (FkJob) verify_again = fk_verify_job_new (image);
  g_autoptr (FkJob) refused = fk_write_job_new (outside);
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GBytes) held = NULL;
  g_autoptr (GError) error = NULL;
  static const guint8 neighbour = 0xa5;
  guint8 expected[16] = { 0 };
  Bench bench;

  bench_open (&bench, name);
  bench_poke (&bench, EEPROM + 0x202, &neighbour, 1);
  bench_poke (&bench, EEPROM + 0x20c, &neighbour, 1);
  before = bench_peek (&bench, FLASH, bench.flash_size);
  bench_run_well (&bench, job);
  g_assert_cmpuint (fk_change_job_get_warnings (FK_CHANGE_JOB (job))->len, ==, 0);
  after = bench_peek (&bench, FLASH, bench.flash_size);
  bench_assert_equal (after, before);
  held = bench_peek (&bench, EEPROM + 0x200, sizeof expected);
  memcpy (expected, g_bytes_get_data (held, NULL), 2);
  expected[2] = neighbour;
  memcpy (expected + 3, noise, sizeof noise);
  expected[12] = neighbour;
  memcpy (expected + 13, (const guint8 *)g_bytes_get_data (held, NULL) + 13, 3);
  g_assert_cmpmem (g_bytes_get_data (held, NULL), 16, expected, 16);
  bench_run_well (&bench, verify);
  g_assert_cmpuint (fk_verify_job_get_bytes (FK_VERIFY_JOB (verify)), ==, sizeof noise);
  g_assert_null (fk_verify_job_get_warnings (FK_VERIFY_JOB (verify))[0]);
  bench_poke (&bench, EEPROM + 0x207, &neighbour, 1);
  g_assert_false (bench_run (&bench, verify_again, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH);
  g_assert_nonnull (strstr (error->message, "0xa5 at 0x08080207, and not 0x55"));
  g_clear_error (&error);
  g_assert_false (bench_run (&bench, refused, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
  bench_assert_left_well (&bench);
  bench_close (&bench);
}

/* A file that has both, as linkers make them. */
static void
test_write_both (gconstpointer name)
{
  g_autoptr (FkImage) image = make_image (FLASH + 0x8000);
  g_autoptr (FkJob) job = NULL;
  g_autoptr (FkJob) verify = NULL;
  g_autoptr (GBytes) flash = NULL;
  g_autoptr (GBytes) eeprom = NULL;
  Bench bench;

  g_assert_true (fk_image_add_data (image, EEPROM + 0x400, noise, sizeof noise, NULL));
  bench_open (&bench, name);
  job = fk_write_job_new (image);
  bench_run_well (&bench, job);
  flash = bench_peek (&bench, FLASH + 0x8000, sizeof noise);
  g_assert_cmpmem (g_bytes_get_data (flash, NULL), sizeof noise, noise, sizeof noise);
  eeprom = bench_peek (&bench, EEPROM + 0x400, sizeof noise);
  g_assert_cmpmem (g_bytes_get_data (eeprom, NULL), sizeof noise, noise, sizeof noise);
  verify = fk_verify_job_new (image);
  bench_run_well (&bench, verify);
  g_assert_cmpuint (fk_verify_job_get_bytes (FK_VERIFY_JOB (verify)), ==, 2 * sizeof noise);
  bench_close (&bench);
}

static void
test_erase (gconstpointer name)
{
  g_autoptr (FkJob) job = fk_erase_job_new_all ();
  g_autoptr (FkJob) again = fk_erase_job_new_all ();
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  guint8 blank[0x2000] = { 0 };
  Bench bench;

  bench_open (&bench, name);
  bench_poke (&bench, EEPROM + 0x100, noise, sizeof noise);
  before = peek_eeprom (&bench);
  bench_run_well (&bench, job);
  g_assert_nonnull (bench_find_warning (FK_CHANGE_JOB (job), "keeps what it holds"));
  after = peek_eeprom (&bench);
  bench_assert_equal (after, before);
  bench_poke (&bench, EEPROM, blank, g_str_equal (name, "disco-l1") ? 0x2000 : 0x1800);
  bench_run_well (&bench, again);
  g_assert_null (bench_find_warning (FK_CHANGE_JOB (again), "keeps what it holds"));
  bench_close (&bench);
}

/* A part that is sold with less of it: what there is, is backed up and put back. */
static void
test_less (gconstpointer name)
{
  g_autofree char *specification = g_strdup_printf ("%s?eeprom=520", (const char *)name);
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkChangeJob) job = NULL;
  g_autoptr (FkJob) erase = fk_erase_job_new_all ();
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GBytes) saved = NULL;
  Bench bench;

  bench_open (&bench, specification);
  bench_poke (&bench, EEPROM + 511, noise, sizeof noise);
  before = bench_peek (&bench, EEPROM, 520);
  backup = bench_back_up (&bench);
  saved = fk_backup_load_region (backup, "eeprom", NULL, NULL);
  g_assert_nonnull (saved);
  bench_assert_equal (saved, before);
  spoil (&bench, 32);
  job = make_restore (backup, NULL);
  bench_run_well (&bench, FK_JOB (job));
  after = bench_peek (&bench, EEPROM, 520);
  bench_assert_equal (after, before);
  bench_assert_left_well (&bench);
  bench_run_well (&bench, erase);
  g_assert_nonnull (bench_find_warning (FK_CHANGE_JOB (erase), "keeps what it holds"));
  bench_close (&bench);
}

/* A cell that no longer takes its charge is found, and told. */
static void
test_worn_out (gconstpointer name)
{
  g_autofree char *specification = g_strdup_printf ("%s?dead-cell=0x08080205", (const char *)name);
  g_autoptr (FkImage) image = make_image (EEPROM + 0x200);
  g_autoptr (FkJob) job = fk_write_job_new (image);
  g_autoptr (GError) error = NULL;
  static const guint8 blank[16] = { 0 };
  Bench bench;

  bench_open (&bench, specification);
  bench_poke (&bench, EEPROM + 0x200, blank, sizeof blank);
  g_assert_false (bench_run (&bench, job, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH);
  g_assert_nonnull (strstr (error->message, "The data EEPROM holds 0x"));
  bench_close (&bench);
}

int
main (int argc, char *argv[])
{
  static const char *const boards[] = { "disco-l1", "nucleo-l073" };
  static const struct
  {
    const char *prefix;
    GTestDataFunc func;
  } tests[] = {
    { "/jobs-eeprom/restore/", test_restore }, { "/jobs-eeprom/regions/", test_regions },
    { "/jobs-eeprom/cut-off/", test_cut_off }, { "/jobs-eeprom/unplugged/", test_unplugged },
    { "/jobs-eeprom/write/", test_write },     { "/jobs-eeprom/write-both/", test_write_both },
    { "/jobs-eeprom/erase/", test_erase },     { "/jobs-eeprom/worn-out/", test_worn_out },
    { "/jobs-eeprom/less/", test_less },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    for (guint j = 0; j < G_N_ELEMENTS (boards); j++)
      {
        g_autofree char *path = g_strconcat (tests[i].prefix, boards[j], NULL);

        g_test_add_data_func (path, boards[j], tests[i].func);
      }
  return g_test_run ();
}
