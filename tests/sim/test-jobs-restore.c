/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Restoring on the simulated boards, as the window and the command line do it. */

#include "config.h"

#include "each-board.h"
#include "job-bench.h"

#include "base/fk-error.h"

#include <string.h>

static FkChangeJob *
make_restore (FkBackup *backup)
{
  return FK_CHANGE_JOB (fk_restore_job_new (backup));
}

static void
test_restore (gconstpointer name)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkChangeJob) job = NULL;
  g_autoptr (FkChangeJob) again = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) damaged = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GBytes) safety = NULL;
  const FkChangeResult *result;
  guint64 n_erases;
  Bench bench;

  bench_open (&bench, name);
  backup = bench_back_up (&bench);
  before = bench_peek (&bench, FLASH, bench.flash_size);
  bench_damage (&bench);
  damaged = bench_peek (&bench, FLASH, bench.flash_size);

  job = make_restore (backup);
  bench_run_well (&bench, FK_JOB (job));
  after = bench_peek (&bench, FLASH, bench.flash_size);
  bench_assert_equal (before, after);
  result = fk_change_job_get_result (job);
  g_assert_cmpint (result->verified, ==, FK_VERIFIED_CRC);
  g_assert_cmpuint (result->sectors_total, >=, 6);
  g_assert_cmpuint (result->sectors_erased, >=, 3);
  g_assert_cmpuint (result->sectors_unchanged + result->sectors_erased, ==, result->sectors_total);
  g_assert_cmpuint (result->bytes, >, 0);
  g_assert_cmpfloat (result->seconds, >, 0);
  g_assert_cmpuint (fk_change_job_get_warnings (job)->len, ==, 0);
  bench_assert_left_well (&bench);

  /* What was lost is in the library. */
  g_assert_true (fk_change_job_get_safety_is_new (job));
  g_assert_cmpuint (bench_count_backups (&bench), ==, 2);
  safety = fk_backup_load_region (fk_change_job_get_safety_backup (job), "flash", NULL, NULL);
  bench_assert_equal (safety, damaged);
  bench_assert_backup_sound (&bench, fk_change_job_get_safety_backup (job));
  g_assert_nonnull (strstr (fk_backup_get_note (fk_change_job_get_safety_backup (job)),
                            fk_backup_get_id (backup)));

  /* Once more: nothing to do, nothing done, and proved. */
  n_erases = fk_sim_board_get_n_erases (bench.board);
  again = make_restore (backup);
  bench_run_well (&bench, FK_JOB (again));
  result = fk_change_job_get_result (again);
  g_assert_cmpuint (result->sectors_unchanged, ==, result->sectors_total);
  g_assert_cmpuint (result->bytes, ==, 0);
  g_assert_cmpint (result->verified, ==, FK_VERIFIED_CRC);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, n_erases);
  g_assert_null (fk_change_job_get_safety_backup (again));
  g_assert_cmpuint (bench_count_backups (&bench), ==, 2);
  bench_assert_left_well (&bench);
  bench_close (&bench);
}

/* What the library knows is not read again: sums tell that the flash still holds it. */
static void
test_known (gconstpointer name)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkChangeJob) restore = NULL;
  g_autoptr (FkChangeJob) plan = NULL;
  FkSimCounters before;
  FkSimCounters after;
  Bench bench;

  bench_open (&bench, name);
  backup = bench_back_up (&bench);
  fk_sim_board_get_counters (bench.board, &before);
  g_assert_cmpuint (before.n_bytes, >, bench.flash_size);
  restore = make_restore (backup);
  bench_run_well (&bench, FK_JOB (restore));
  plan = make_restore (backup);
  fk_change_job_set_plan_only (plan, TRUE);
  bench_run_well (&bench, FK_JOB (plan));
  fk_sim_board_get_counters (bench.board, &after);
  g_assert_cmpuint (after.n_bytes - before.n_bytes, <, bench.flash_size);
  g_assert_cmpint (fk_change_job_get_result (restore)->verified, ==, FK_VERIFIED_CRC);
  g_assert_true (fk_flash_plan_is_empty (fk_change_job_get_plan (plan)));
  bench_assert_left_well (&bench);
  bench_close (&bench);
}

/* --full rewrites everything. */
static void
test_restore_full (gconstpointer name)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkChangeJob) job = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  const FkChangeResult *result;
  Bench bench;

  bench_open (&bench, name);
  backup = bench_back_up (&bench);
  before = bench_peek (&bench, FLASH, bench.flash_size);
  job = make_restore (backup);
  fk_change_job_set_full (job, TRUE);
  bench_run_well (&bench, FK_JOB (job));
  after = bench_peek (&bench, FLASH, bench.flash_size);
  bench_assert_equal (before, after);
  result = fk_change_job_get_result (job);
  g_assert_cmpuint (result->sectors_unchanged, ==, 0);
  g_assert_cmpuint (result->sectors_erased, ==, result->sectors_total);
  /* The library had these very bytes already. */
  g_assert_cmpstr (fk_backup_get_id (fk_change_job_get_safety_backup (job)), ==,
                   fk_backup_get_id (backup));
  g_assert_false (fk_change_job_get_safety_is_new (job));
  g_assert_cmpuint (bench_count_backups (&bench), ==, 1);
  bench_close (&bench);
}

static void
test_restore_plan_only (gconstpointer name)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkChangeJob) job = NULL;
  g_autoptr (GBytes) damaged = NULL;
  g_autoptr (GBytes) after = NULL;
  Bench bench;

  bench_open (&bench, name);
  backup = bench_back_up (&bench);
  bench_damage (&bench);
  damaged = bench_peek (&bench, FLASH, bench.flash_size);
  job = make_restore (backup);
  fk_change_job_set_plan_only (job, TRUE);
  bench_run_well (&bench, FK_JOB (job));
  after = bench_peek (&bench, FLASH, bench.flash_size);
  bench_assert_equal (damaged, after);
  g_assert_nonnull (fk_change_job_get_plan (job));
  g_assert_cmpuint (fk_change_job_get_result (job)->sectors_erased, >=, 3);
  g_assert_cmpint (fk_change_job_get_result (job)->verified, ==, FK_VERIFIED_NO);
  g_assert_null (fk_change_job_get_safety_backup (job));
  g_assert_cmpuint (bench_count_backups (&bench), ==, 1);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 0);
  bench_assert_left_well (&bench);
  bench_close (&bench);
}

static void
test_restore_without_safety (gconstpointer name)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkChangeJob) job = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  Bench bench;

  bench_open (&bench, name);
  backup = bench_back_up (&bench);
  before = bench_peek (&bench, FLASH, bench.flash_size);
  bench_damage (&bench);
  job = make_restore (backup);
  fk_change_job_set_safety_backup (job, FALSE);
  bench_run_well (&bench, FK_JOB (job));
  after = bench_peek (&bench, FLASH, bench.flash_size);
  bench_assert_equal (before, after);
  g_assert_null (fk_change_job_get_safety_backup (job));
  g_assert_cmpuint (bench_count_backups (&bench), ==, 1);
  bench_close (&bench);
}

/* Cancelled anywhere: named, left in order, and a second run finishes it. */
static void
test_restore_cancel (gconstpointer name)
{
  static const double fractions[] = { 0, 0.02, 0.1, 0.2, 0.3, 0.34, 0.36, 0.4, 0.5, 0.6, 0.8, 0.9 };
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (GBytes) before = NULL;
  guint n_cancelled = 0;
  Bench bench;

  bench_open (&bench, name);
  backup = bench_back_up (&bench);
  before = bench_peek (&bench, FLASH, bench.flash_size);
  for (guint i = 0; i < G_N_ELEMENTS (fractions); i++)
    {
      g_autoptr (FkChangeJob) job = make_restore (backup);
      g_autoptr (FkChangeJob) again = make_restore (backup);
      g_autoptr (GBytes) after = NULL;
      g_autoptr (GError) error = NULL;

      bench_damage (&bench);
      if (!bench_run_until (&bench, FK_JOB (job), fractions[i], &error))
        {
          n_cancelled++;
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
          g_test_message ("%g: %s", fractions[i], error->message);
        }
      bench_assert_let_go (&bench);
      bench_run_well (&bench, FK_JOB (again));
      after = bench_peek (&bench, FLASH, bench.flash_size);
      bench_assert_equal (before, after);
      bench_assert_left_well (&bench);
    }
  g_assert_cmpuint (n_cancelled, >=, 8);
  bench_close (&bench);
}

/* The cable is pulled in the middle; the message says where the former contents are. */
static void
test_restore_unplugged (gconstpointer name)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkChangeJob) job = NULL;
  g_autoptr (FkChangeJob) again = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench_open (&bench, name);
  backup = bench_back_up (&bench);
  before = bench_peek (&bench, FLASH, bench.flash_size);
  bench_damage (&bench);
  bench_poke (&bench, FLASH + 0x105, "?", 1);
  job = make_restore (backup);
  g_assert_false (bench_run_unplugged (&bench, FK_JOB (job), &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_assert_nonnull (fk_change_job_get_safety_backup (job));
  g_assert_nonnull (
      strstr (error->message, fk_backup_get_id (fk_change_job_get_safety_backup (job))));
  g_assert_nonnull (strstr (error->message, "run this again"));

  fk_sim_board_set_unplugged (bench.board, FALSE);
  again = make_restore (backup);
  bench_run_well (&bench, FK_JOB (again));
  after = bench_peek (&bench, FLASH, bench.flash_size);
  bench_assert_equal (before, after);
  bench_assert_left_well (&bench);
  bench_close (&bench);
}

static void
test_wrong_chip (void)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkChangeJob) refused = NULL;
  g_autoptr (FkChangeJob) expected = NULL;
  g_autoptr (FkChangeJob) cloned = NULL;
  g_autoptr (FkChangeJob) alien = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench_open (&bench, "f030");
  backup = bench_back_up (&bench);
  before = bench_peek (&bench, FLASH, bench.flash_size);

  bench_swap_board (&bench, "f030?uid=0102030405060708090A0B0C&blank=yes");
  refused = make_restore (backup);
  g_assert_false (bench_run (&bench, FK_JOB (refused), &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_WRONG_CHIP);
  g_assert_nonnull (strstr (error->message, "0102030405060708090A0B0C"));
  g_assert_nonnull (strstr (error->message, fk_backup_get_uid (backup)));
  g_clear_error (&error);
  g_assert_cmpuint (fk_sim_board_get_n_programmed (bench.board), ==, 0);

  /* A plan stays bound to the chip that it was made for. */
  expected = make_restore (backup);
  fk_restore_job_set_any_chip (FK_RESTORE_JOB (expected), TRUE);
  fk_job_set_expected_uid (FK_JOB (expected), fk_backup_get_uid (backup));
  g_assert_false (bench_run (&bench, FK_JOB (expected), &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_WRONG_CHIP);
  g_clear_error (&error);
  g_assert_cmpuint (fk_sim_board_get_n_programmed (bench.board), ==, 0);

  cloned = make_restore (backup);
  fk_restore_job_set_any_chip (FK_RESTORE_JOB (cloned), TRUE);
  bench_run_well (&bench, FK_JOB (cloned));
  after = bench_peek (&bench, FLASH, bench.flash_size);
  bench_assert_equal (before, after);

  bench_swap_board (&bench, "blue-pill");
  alien = make_restore (backup);
  fk_restore_job_set_any_chip (FK_RESTORE_JOB (alien), TRUE);
  g_assert_false (bench_run (&bench, FK_JOB (alien), &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_INCOMPATIBLE);
  g_assert_nonnull (strstr (error->message, "STM32F0"));
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 0);
  bench_close (&bench);
}

/* The same silicon with less flash. */
static void
test_does_not_fit (void)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkChangeJob) same = NULL;
  g_autoptr (FkChangeJob) any = NULL;
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench_open (&bench, "creator-pro");
  backup = bench_back_up (&bench);
  bench_swap_board (&bench, "creator-pro?flash=512");
  same = make_restore (backup);
  g_assert_false (bench_run (&bench, FK_JOB (same), &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_INCOMPATIBLE);
  g_assert_nonnull (strstr (error->message, "512 KiB"));
  g_clear_error (&error);
  any = make_restore (backup);
  fk_restore_job_set_any_chip (FK_RESTORE_JOB (any), TRUE);
  g_assert_false (bench_run (&bench, FK_JOB (any), &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_INCOMPATIBLE);
  g_assert_nonnull (strstr (error->message, "does not fit"));
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 0);
  bench_close (&bench);
}

static void
test_restore_regions (void)
{
  static const char *const otp[] = { "flash", "otp", NULL };
  static const char *const none[] = { NULL };
  static const char *const typo[] = { "falsh", NULL };
  static const char *const *const bad[] = { otp, none, typo };
  g_autoptr (FkBackup) backup = NULL;
  Bench bench;

  bench_open (&bench, "creator-pro");
  backup = bench_back_up (&bench);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (FkChangeJob) job = make_restore (backup);
      g_autoptr (GError) error = NULL;

      fk_restore_job_set_regions (FK_RESTORE_JOB (job), bad[i]);
      g_assert_false (bench_run (&bench, FK_JOB (job), &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_USAGE);
    }
  bench_close (&bench);
}

/* A backup that rotted is not put on a chip. */
static void
test_restore_damaged_backup (void)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkChangeJob) job = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  Bench bench;

  bench_open (&bench, "f030");
  backup = bench_back_up (&bench);
  path = g_build_filename (fk_backup_get_path (backup), "flash.bin", NULL);
  g_assert_true (g_file_set_contents (path, "rotten", 6, NULL));
  job = make_restore (backup);
  g_assert_false (bench_run (&bench, FK_JOB (job), &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 0);
  bench_assert_left_well (&bench);
  bench_close (&bench);
}

/* Two boards that differ in one option: the story of the repairer. */
static void
test_restore_options (gconstpointer name)
{
  static const char *const regions[] = { "flash", "option-bytes", NULL };
  static const char *const set[] = { "WDG_SW=0", NULL };
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkJob) change = NULL;
  g_autoptr (FkJob) show = fk_options_job_new (NULL, FALSE);
  g_autoptr (FkChangeJob) job = NULL;
  g_autoptr (FkChangeJob) again = NULL;
  guint32 value = 7;
  Bench bench;

  bench_open (&bench, name);
  backup = bench_back_up (&bench);
  change = fk_options_job_new (set, FALSE);
  bench_run_well (&bench, change);
  job = make_restore (backup);
  fk_restore_job_set_regions (FK_RESTORE_JOB (job), regions);
  bench_run_well (&bench, FK_JOB (job));
  g_assert_nonnull (fk_change_job_get_options_before (job));
  g_assert_nonnull (fk_change_job_get_options_after (job));
  g_assert_true (
      fk_option_bytes_get (fk_change_job_get_options_before (job), "WDG_SW", &value, NULL));
  g_assert_cmpuint (value, ==, 0);
  bench_run_well (&bench, show);
  g_assert_true (fk_option_bytes_get (fk_options_job_get_before (FK_OPTIONS_JOB (show)), "WDG_SW",
                                      &value, NULL));
  g_assert_cmpuint (value, ==, 1);
  bench_assert_left_well (&bench);
  /* The safety backup has the option bytes as they were. */
  g_assert_true (fk_change_job_get_safety_is_new (job));
  again = make_restore (backup);
  fk_restore_job_set_regions (FK_RESTORE_JOB (again), regions);
  bench_run_well (&bench, FK_JOB (again));
  g_assert_null (fk_change_job_get_options_after (again));
  bench_close (&bench);
}

/* Firmware that switches SWD off is put back, and told. */
static void
test_swd_off (void)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkChangeJob) job = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  Bench bench;

  bench_open (&bench, "blue-pill?swd=off");
  backup = bench_back_up (&bench);
  before = bench_peek (&bench, FLASH, bench.flash_size);
  bench_damage (&bench);
  job = make_restore (backup);
  bench_run_well (&bench, FK_JOB (job));
  after = bench_peek (&bench, FLASH, bench.flash_size);
  bench_assert_equal (before, after);
  g_assert_nonnull (bench_find_warning (job, "debug port"));
  g_assert_true (fk_sim_board_is_core_running (bench.board));
  g_assert_false (fk_sim_board_is_reset_held (bench.board));
  bench_close (&bench);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_for_each_board ("/jobs/restore/", test_restore);
  add_for_each_board ("/jobs/restore-full/", test_restore_full);
  add_for_two_boards ("/jobs/known/", test_known);
  add_for_two_boards ("/jobs/restore-plan-only/", test_restore_plan_only);
  add_for_two_boards ("/jobs/restore-without-safety/", test_restore_without_safety);
  add_for_two_boards ("/jobs/restore-cancel/", test_restore_cancel);
  add_for_two_boards ("/jobs/restore-unplugged/", test_restore_unplugged);
  add_for_two_boards ("/jobs/restore-options/", test_restore_options);
  g_test_add_func ("/jobs/wrong-chip", test_wrong_chip);
  g_test_add_func ("/jobs/does-not-fit", test_does_not_fit);
  g_test_add_func ("/jobs/restore-regions", test_restore_regions);
  g_test_add_func ("/jobs/restore-damaged-backup", test_restore_damaged_backup);
  g_test_add_func ("/jobs/swd-off", test_swd_off);
  return g_test_run ();
}
