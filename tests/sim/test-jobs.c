/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every job on the simulated boards, through the session, the ST-LINK driver and the library, as
 * the window and the command line use them. */

#include "config.h"

#include "job-bench.h"
#include "lying-probe.h"

#include "base/fk-error.h"

#include <string.h>

static const char *const boards[] = { "creator-pro", "blue-pill", "disco-f4", "f030",
                                      "skr-mini-e3" };

static void
assert_equal (GBytes *a, GBytes *b)
{
  g_assert_cmpmem (g_bytes_get_data (a, NULL), g_bytes_get_size (a), g_bytes_get_data (b, NULL),
                   g_bytes_get_size (b));
}

/* --- info and backup ------------------------------------------------------------------------ */

static void
test_info (gconstpointer name)
{
  g_autoptr (FkJob) job = fk_info_job_new ();
  FkInfoJob *info = FK_INFO_JOB (job);
  Bench bench;

  bench_open (&bench, name);
  bench_run_well (&bench, job);
  g_assert_nonnull (fk_identity_get_chip (fk_info_job_get_identity (info)));
  g_assert_cmpint (fk_identity_get_protection (fk_info_job_get_identity (info)), ==,
                   FK_PROTECTION_NONE);
  g_assert_cmpuint (strlen (fk_identity_get_uid (fk_info_job_get_identity (info))), ==, 24);
  g_assert_cmpuint (fk_info_job_get_millivolts (info), >, 2500);
  g_assert_nonnull (fk_info_job_get_options (info));
  g_assert_true (g_str_has_prefix (fk_info_job_get_firmware (info), "V2J") ||
                 g_str_has_prefix (fk_info_job_get_firmware (info), "V3J"));
  g_assert_cmpstr (fk_info_job_get_designer (info), ==, "ST");
  g_assert_nonnull (fk_info_job_get_how (info));
  bench_assert_left_well (&bench);
  bench_close (&bench);
}

/* Each command costs the better part of a millisecond, whatever it moves. */
static guint64
count_commands (FkJob *job)
{
  FkSimCounters before, after;
  Bench bench;

  bench_open (&bench, "blue-pill?probe=v2-1");
  fk_sim_board_get_counters (bench.board, &before);
  bench_run_well (&bench, job);
  fk_sim_board_get_counters (bench.board, &after);
  bench_close (&bench);
  g_object_unref (job);
  return after.n_commands - before.n_commands;
}

/* 64 KiB are 12 blocks, each with the question how it went; all else is the fixed cost of a job. */
static void
test_fixed_cost (void)
{
  guint64 n_info = count_commands (fk_info_job_new ());
  guint64 n_backup = count_commands (fk_backup_job_new (NULL, NULL));

  g_test_message ("info: %" G_GUINT64_FORMAT " commands, backup: %" G_GUINT64_FORMAT, n_info,
                  n_backup);
  g_assert_cmpuint (n_info, <=, 30);
  g_assert_cmpuint (n_backup, <=, 76);
}

static void
test_backup (gconstpointer name)
{
  g_autoptr (FkJob) job = fk_backup_job_new ("a/name\nwith lines", "note");
  g_autoptr (GError) error = NULL;
  FkBackup *backup;
  FkIdentity *identity;
  Bench bench;

  bench_open (&bench, name);
  bench_run_well (&bench, job);
  backup = fk_backup_job_get_backup (FK_BACKUP_JOB (job));
  identity = fk_backup_job_get_identity (FK_BACKUP_JOB (job));
  g_assert_cmpstr (fk_backup_get_name (backup), ==, "a/name\nwith lines");
  g_assert_cmpstr (fk_backup_get_note (backup), ==, "note");
  g_assert_cmpstr (fk_backup_get_uid (backup), ==, fk_identity_get_uid (identity));
  g_assert_cmpuint (fk_backup_get_dev_id (backup), ==, fk_identity_get_dev_id (identity));
  g_assert_cmpuint (fk_backup_get_rev_id (backup), ==, fk_identity_get_rev_id (identity));
  g_assert_cmpuint (fk_backup_get_flash_size (backup), ==, fk_identity_get_flash_size (identity));
  g_assert_cmpstr (fk_backup_get_protection (backup), ==, "none");
  g_assert_cmpstr (fk_backup_get_probe_serial (backup), ==, fk_probe_get_serial (bench.probe));
  g_assert_cmpstr (fk_backup_get_probe_firmware (backup), !=, "");
  g_assert_cmpuint (fk_backup_get_millivolts (backup), >, 2500);
  g_assert_nonnull (fk_backup_find_region (backup, "flash"));
  g_assert_nonnull (fk_backup_find_region (backup, "option-bytes"));
  g_assert_cmpstr (fk_backup_find_region (backup, "flash")->verified, ==, "crc");
  g_assert_cmpstr (fk_backup_find_region (backup, "option-bytes")->verified, ==, "reread");
  for (guint i = 0; i < fk_backup_get_regions (backup)->len; i++)
    {
      const FkBackupRegion *region = g_ptr_array_index (fk_backup_get_regions (backup), i);
      g_autoptr (GBytes) stored = fk_backup_load_region (backup, region->name, NULL, &error);
      g_autoptr (GBytes) real = NULL;

      g_assert_no_error (error);
      g_assert_cmpstr (region->verified, !=, "no");
      if (strcmp (region->name, "option-bytes") == 0)
        continue; /* on F2/F4 these are registers */
      real = bench_peek (&bench, region->range.address, region->range.size);
      assert_equal (stored, real);
    }
  bench_assert_backup_sound (&bench, backup);
  bench_assert_left_well (&bench);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 0);
  bench_close (&bench);
}

/* What was proved without running code on the chip counts as much. */
static void
test_backup_hot_plug (gconstpointer name)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkJob) write = NULL;
  g_autoptr (FkImage) image = NULL;
  g_autoptr (GBytes) byte = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench_open (&bench, name);
  fk_session_set_connect (bench.session, FK_CONNECT_HOT_PLUG, 0);
  backup = bench_back_up (&bench);
  g_assert_cmpstr (fk_backup_find_region (backup, "flash")->verified, ==, "reread");
  bench_assert_backup_sound (&bench, backup);
  bench_assert_left_well (&bench);

  image = fk_image_new_for_bytes (FLASH, byte, NULL);
  write = fk_write_job_new (image);
  g_assert_false (bench_run (&bench, write, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_USAGE);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 0);
  bench_close (&bench);
}

static void
test_leave_halted (gconstpointer name)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkJob) reset = fk_reset_job_new ();
  Bench bench;

  bench_open (&bench, name);
  fk_session_set_leave_halted (bench.session, TRUE);
  backup = bench_back_up (&bench);
  g_assert_false (fk_sim_board_is_core_running (bench.board));
  fk_session_set_leave_halted (bench.session, FALSE);
  bench_run_well (&bench, reset);
  g_assert_null (fk_reset_job_get_warning (FK_RESET_JOB (reset)));
  bench_assert_left_well (&bench);
  bench_close (&bench);
}

static void
test_bad_library (gconstpointer name)
{
  g_autoptr (FkLibrary) library = fk_library_new ("/proc/flashkeep/library");
  g_autoptr (FkSession) session = NULL;
  g_autoptr (FkJob) backup = fk_backup_job_new (NULL, NULL);
  g_autoptr (FkJob) erase = fk_erase_job_new_all ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  FkSession *good;
  Bench bench;

  bench_open (&bench, name);
  before = bench_peek (&bench, FLASH, 4096);
  session = fk_session_new (bench.probe, library);
  good = bench.session;
  bench.session = session;
  g_assert_false (bench_run (&bench, backup, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
  g_assert_null (fk_backup_job_get_backup (FK_BACKUP_JOB (backup)));
  g_clear_error (&error);
  /* No safety backup, no change. */
  g_assert_false (bench_run (&bench, erase, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
  g_assert_nonnull (strstr (error->message, "Nothing was changed"));
  after = bench_peek (&bench, FLASH, 4096);
  assert_equal (before, after);
  bench_assert_left_well (&bench);
  bench.session = good;
  g_assert_finalize_object (g_steal_pointer (&session));
  bench_close (&bench);
}

/* --- restore -------------------------------------------------------------------------------- */

/* Changes the flash here and there: one byte, some around the middle, all of the end. */
static void
damage (Bench *bench)
{
  guint8 page[1024];

  memset (page, 0x5a, sizeof page);
  bench_poke (bench, FLASH + 0x104, "!", 1);
  bench_poke (bench, FLASH + bench->flash_size / 2 - 300, page, 600);
  bench_poke (bench, FLASH + bench->flash_size - sizeof page, page, sizeof page);
}

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
  damage (&bench);
  damaged = bench_peek (&bench, FLASH, bench.flash_size);

  job = make_restore (backup);
  bench_run_well (&bench, FK_JOB (job));
  after = bench_peek (&bench, FLASH, bench.flash_size);
  assert_equal (before, after);
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
  assert_equal (safety, damaged);
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
  assert_equal (before, after);
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
  damage (&bench);
  damaged = bench_peek (&bench, FLASH, bench.flash_size);
  job = make_restore (backup);
  fk_change_job_set_plan_only (job, TRUE);
  bench_run_well (&bench, FK_JOB (job));
  after = bench_peek (&bench, FLASH, bench.flash_size);
  assert_equal (damaged, after);
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
  damage (&bench);
  job = make_restore (backup);
  fk_change_job_set_safety_backup (job, FALSE);
  bench_run_well (&bench, FK_JOB (job));
  after = bench_peek (&bench, FLASH, bench.flash_size);
  assert_equal (before, after);
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

      damage (&bench);
      if (!bench_run_until (&bench, FK_JOB (job), fractions[i], &error))
        {
          n_cancelled++;
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
          g_test_message ("%g: %s", fractions[i], error->message);
        }
      bench_assert_let_go (&bench);
      bench_run_well (&bench, FK_JOB (again));
      after = bench_peek (&bench, FLASH, bench.flash_size);
      assert_equal (before, after);
      bench_assert_left_well (&bench);
    }
  g_assert_cmpuint (n_cancelled, >=, 8);
  bench_close (&bench);
}

static void
test_backup_cancel (gconstpointer name)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (FkJob) job = fk_backup_job_new (NULL, NULL);
  g_autoptr (FkJob) late = fk_backup_job_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench_open (&bench, name);
  g_assert_false (bench_run_until (&bench, job, 0.5, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_false (bench_run_cancellable (&bench, late, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (bench_count_backups (&bench), ==, 0);
  bench_assert_left_well (&bench);
  bench_close (&bench);
}

/* The cable is pulled in the middle; the message says where the former contents are. */
static void
test_restore_unplugged (gconstpointer name)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkChangeJob) dry = NULL;
  g_autoptr (FkChangeJob) job = NULL;
  g_autoptr (FkChangeJob) again = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GError) error = NULL;
  guint64 start;
  guint64 length;
  Bench bench;

  bench_open (&bench, name);
  backup = bench_back_up (&bench);
  before = bench_peek (&bench, FLASH, bench.flash_size);
  damage (&bench);
  start = fk_sim_board_get_n_transfers (bench.board);
  dry = make_restore (backup);
  bench_run_well (&bench, FK_JOB (dry));
  length = fk_sim_board_get_n_transfers (bench.board) - start;

  damage (&bench);
  bench_poke (&bench, FLASH + 0x105, "?", 1); /* not what the library knows by now */
  job = make_restore (backup);
  fk_sim_board_set_fault (bench.board, FK_SIM_FAULT_UNPLUG,
                          fk_sim_board_get_n_transfers (bench.board) + length * 85 / 100);
  g_assert_false (bench_run (&bench, FK_JOB (job), &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_assert_nonnull (fk_change_job_get_safety_backup (job));
  g_assert_nonnull (
      strstr (error->message, fk_backup_get_id (fk_change_job_get_safety_backup (job))));
  g_assert_nonnull (strstr (error->message, "run this again"));

  fk_sim_board_set_unplugged (bench.board, FALSE);
  again = make_restore (backup);
  bench_run_well (&bench, FK_JOB (again));
  after = bench_peek (&bench, FLASH, bench.flash_size);
  assert_equal (before, after);
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
  assert_equal (before, after);

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

/* --- write, erase, verify, read ------------------------------------------------------------- */

static FkImage *
make_image (guint32 address, gsize size)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  FkImage *image;
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8)(i * 31 + (i >> 7));
  bytes = g_bytes_new_take (data, size);
  image = fk_image_new_for_bytes (address, bytes, &error);
  g_assert_no_error (error);
  return image;
}

/* Story 5: the application at 0x0800C000; bootloader and settings before it stay as they are. */
static void
test_write_application (void)
{
  g_autoptr (FkImage) image = make_image (FLASH + 0xc000, 12345);
  g_autoptr (FkJob) job = fk_write_job_new (image);
  g_autoptr (FkJob) verify = fk_verify_job_new (image);
  g_autoptr (GBytes) boot_before = NULL;
  g_autoptr (GBytes) boot_after = NULL;
  g_autoptr (GBytes) rest_before = NULL;
  g_autoptr (GBytes) rest_after = NULL;
  g_autoptr (GBytes) written = NULL;
  FkSegment segment = fk_image_get_segment (image, 0);
  Bench bench;

  bench_open (&bench, "disco-f4");
  boot_before = bench_peek (&bench, FLASH, 0xc000);
  rest_before = bench_peek (&bench, FLASH + 0xc000 + 12345, 0x40000);
  bench_run_well (&bench, job);
  boot_after = bench_peek (&bench, FLASH, 0xc000);
  rest_after = bench_peek (&bench, FLASH + 0xc000 + 12345, 0x40000);
  written = bench_peek (&bench, FLASH + 0xc000, 12345);
  assert_equal (boot_before, boot_after);
  assert_equal (rest_before, rest_after);
  g_assert_cmpmem (g_bytes_get_data (written, NULL), 12345, segment.data, segment.range.size);
  g_assert_cmpuint (fk_change_job_get_result (FK_CHANGE_JOB (job))->sectors_total, ==, 1);
  g_assert_nonnull (fk_change_job_get_safety_backup (FK_CHANGE_JOB (job)));
  bench_run_well (&bench, verify);
  g_assert_cmpint (fk_verify_job_get_verified (FK_VERIFY_JOB (verify)), ==, FK_VERIFIED_CRC);
  g_assert_cmpuint (fk_verify_job_get_bytes (FK_VERIFY_JOB (verify)), ==, 12345);
  g_assert_null (fk_verify_job_get_warnings (FK_VERIFY_JOB (verify))[0]);
  bench_close (&bench);
}

static void
test_write_odd (gconstpointer name)
{
  static const struct
  {
    guint32 offset;
    gsize size;
  } rows[] = { { 0x401, 1 }, { 0x3ff, 2 }, { 0x7fd, 1027 }, { 0x1003, 777 } };
  Bench bench;

  bench_open (&bench, name);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FkImage) image = make_image (FLASH + rows[i].offset, rows[i].size);
      g_autoptr (FkJob) job = fk_write_job_new (image);
      FkSegment segment = fk_image_get_segment (image, 0);
      g_autoptr (GBytes) before = bench_peek (&bench, FLASH, 0x4000);
      g_autofree guint8 *expected = g_memdup2 (g_bytes_get_data (before, NULL), 0x4000);
      g_autoptr (GBytes) after = NULL;

      fk_change_job_set_safety_backup (FK_CHANGE_JOB (job), FALSE);
      bench_run_well (&bench, job);
      memcpy (expected + rows[i].offset, segment.data, rows[i].size);
      after = bench_peek (&bench, FLASH, 0x4000);
      g_assert_cmpmem (expected, 0x4000, g_bytes_get_data (after, NULL), 0x4000);
    }
  bench_close (&bench);
}

static void
test_write_refused (void)
{
  g_autoptr (FkImage) beyond = make_image (FLASH + 0x3fff, 2);
  g_autoptr (FkImage) elsewhere = make_image (0x20000000, 4);
  g_autoptr (FkImage) empty = fk_image_new ();
  const struct
  {
    FkImage *image;
    int code;
  } rows[] = { { beyond, FK_ERROR_OUT_OF_RANGE },
               { elsewhere, FK_ERROR_OUT_OF_RANGE },
               { empty, FK_ERROR_USAGE } };
  Bench bench;

  bench_open (&bench, "f030");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FkJob) write = fk_write_job_new (rows[i].image);
      g_autoptr (FkJob) verify = fk_verify_job_new (rows[i].image);
      g_autoptr (GError) error = NULL;

      g_assert_false (bench_run (&bench, write, &error));
      g_assert_error (error, FK_ERROR, rows[i].code);
      g_clear_error (&error);
      g_assert_false (bench_run (&bench, verify, &error));
      if (i > 0)
        g_assert_error (error, FK_ERROR, rows[i].code);
      else
        g_assert_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH); /* the part in flash */
    }
  g_assert_cmpuint (bench_count_backups (&bench), ==, 0);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 0);
  bench_close (&bench);
}

static const char *
find_warning (FkChangeJob *job, const char *part)
{
  GPtrArray *warnings = fk_change_job_get_warnings (job);

  for (guint i = 0; i < warnings->len; i++)
    {
      const FkFinding *warning = g_ptr_array_index (warnings, i);

      g_test_message ("%s: %s", warning->kind, warning->text);
      if (strstr (warning->text, part) != NULL)
        return warning->text;
    }
  return NULL;
}

/* The demo application of the SKR Mini belongs to 0x08007000; at 0x08000000 it cannot run. */
static void
test_write_linked_elsewhere (void)
{
  static const char reason[] = "The core has locked up: the program in the flash was made to run "
                               "at 0x08007000, but lies at 0x08000000.";
  g_autoptr (FkJob) info = fk_info_job_new ();
  FkIdentity *identity;
  g_autoptr (GBytes) application = NULL;
  g_autoptr (FkImage) image = NULL;
  g_autoptr (FkJob) job = NULL;
  Bench bench;

  bench_open (&bench, "skr-mini-e3");
  application = bench_peek_misplaced (&bench);
  image = fk_image_new_for_bytes (FLASH, application, NULL);
  job = fk_write_job_new (image);
  bench_run_well (&bench, job);
  g_assert_nonnull (find_warning (FK_CHANGE_JOB (job), "and only starts there"));
  g_assert_nonnull (find_warning (FK_CHANGE_JOB (job), reason));

  /* Whoever looks at the chip later hears the same. */
  bench_run_well (&bench, info);
  identity = fk_info_job_get_identity (FK_INFO_JOB (info));
  g_assert_true (fk_identity_get_locked_up (identity));
  g_assert_cmpuint (g_strv_length ((GStrv)fk_identity_get_warnings (identity)), ==, 1);
  g_assert_true (g_str_has_prefix (fk_identity_get_warnings (identity)[0], reason));
  g_assert_cmpstr (fk_identity_get_uid (identity), ==, "34FFD9054E4E383951250643");
  g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, 256 * 1024);
  g_assert_cmphex (fk_identity_get_dev_id (identity), ==, 0x414);
  g_assert_cmpint (fk_identity_get_protection (identity), ==, FK_PROTECTION_NONE);
  bench_close (&bench);
}

/* As above: the bootloader that would be lost is told, also by a plan that reads only what it
 * needs, and a job that may not ask leaves it alone. */
static void
test_write_over_bootloader (gconstpointer full_capture)
{
  g_autoptr (GBytes) application = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autoptr (FkImage) image = NULL;
  g_autoptr (FkJob) plan = NULL;
  g_autoptr (FkJob) refused = NULL;
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench_open (&bench, "skr-mini-e3");
  before = bench_peek (&bench, FLASH, 256 * 1024);
  application = bench_peek (&bench, FLASH + 0x7000, 0x4000);
  image = fk_image_new_for_bytes (FLASH, application, NULL);
  plan = fk_write_job_new (image);
  fk_change_job_set_plan_only (FK_CHANGE_JOB (plan), TRUE);
  fk_change_job_set_safety_backup (FK_CHANGE_JOB (plan), full_capture != NULL);
  bench_run_well (&bench, plan);
  g_assert_nonnull (find_warning (FK_CHANGE_JOB (plan), "The chip has a bootloader at 0x08000000"));

  refused = fk_write_job_new (image);
  fk_change_job_set_safety_backup (FK_CHANGE_JOB (refused), full_capture != NULL);
  fk_change_job_set_spares_bootloader (FK_CHANGE_JOB (refused), TRUE);
  g_assert_false (bench_run (&bench, refused, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_USAGE);
  g_assert_nonnull (strstr (error->message, "Nothing was changed"));
  after = bench_peek (&bench, FLASH, 256 * 1024);
  assert_equal (before, after);
  g_assert_cmpuint (bench_count_backups (&bench), ==, 0);
  bench_close (&bench);
}

typedef struct
{
  Bench *bench;
  guint n_calls;
  guint n_warnings;
} Planned;

static void
on_planned (FkChangeJob *job, gpointer user_data)
{
  Planned *planned = user_data;

  planned->n_calls++;
  planned->n_warnings = fk_change_job_get_warnings (job)->len;
  g_assert_cmpuint (fk_sim_board_get_n_erases (planned->bench->board), ==, 0);
  g_assert_cmpuint (bench_count_backups (planned->bench), ==, 1);
}

/* Whoever was not asked hears of the warnings when nothing is changed yet. */
static void
test_planned (void)
{
  g_autoptr (FkJob) job = fk_erase_job_new_all ();
  Bench bench;
  Planned planned = { &bench, 0, 0 };

  bench_open (&bench, "skr-mini-e3");
  fk_change_job_set_planned_func (FK_CHANGE_JOB (job), on_planned, &planned);
  bench_run_well (&bench, job);
  g_assert_cmpuint (planned.n_calls, ==, 1);
  g_assert_cmpuint (planned.n_warnings, ==, 1);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), >, 0);
  bench_close (&bench);
}

static void
test_erase (gconstpointer name)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkJob) all = fk_erase_job_new_all ();
  g_autoptr (FkJob) again = fk_erase_job_new_all ();
  g_autoptr (FkJob) odd = NULL;
  g_autoptr (FkJob) none = NULL;
  g_autoptr (FkChangeJob) restore = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) blank = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GError) error = NULL;
  guint64 n_erases;
  const guint8 *data;
  Bench bench;

  bench_open (&bench, name);
  backup = bench_back_up (&bench);
  before = bench_peek (&bench, FLASH, bench.flash_size);
  odd = fk_erase_job_new_range ((FkRange){ FLASH, 1000 });
  g_assert_false (bench_run (&bench, odd, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
  g_clear_error (&error);
  none = fk_erase_job_new_range ((FkRange){ FLASH, 0 });
  g_assert_false (bench_run (&bench, none, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_USAGE);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 0);

  bench_run_well (&bench, all);
  blank = bench_peek (&bench, FLASH, bench.flash_size);
  data = g_bytes_get_data (blank, NULL);
  for (guint32 i = 0; i < bench.flash_size; i++)
    g_assert_cmphex (data[i], ==, 0xff);
  g_assert_cmpuint (bench_count_backups (&bench), ==, 1);
  /* Told before; that nothing runs afterwards is no news. */
  g_assert_cmpuint (fk_change_job_get_warnings (FK_CHANGE_JOB (all))->len, ==, 1);
  g_assert_nonnull (find_warning (FK_CHANGE_JOB (all), "would be erased, or a part of it"));

  n_erases = fk_sim_board_get_n_erases (bench.board);
  bench_run_well (&bench, again);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, n_erases);

  restore = make_restore (backup);
  bench_run_well (&bench, FK_JOB (restore));
  after = bench_peek (&bench, FLASH, bench.flash_size);
  assert_equal (before, after);
  g_assert_cmpuint (fk_change_job_get_warnings (restore)->len, ==, 0);
  bench_assert_left_well (&bench);
  bench_close (&bench);
}

static void
test_erase_range (void)
{
  g_autoptr (FkJob) job = fk_erase_job_new_range ((FkRange){ FLASH + 0x400, 0x800 });
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autofree guint8 *expected = NULL;
  Bench bench;

  bench_open (&bench, "f030");
  before = bench_peek (&bench, FLASH, 0x4000);
  expected = g_memdup2 (g_bytes_get_data (before, NULL), 0x4000);
  memset (expected + 0x400, 0xff, 0x800);
  bench_run_well (&bench, job);
  after = bench_peek (&bench, FLASH, 0x4000);
  g_assert_cmpmem (expected, 0x4000, g_bytes_get_data (after, NULL), 0x4000);
  g_assert_cmpuint (bench_count_backups (&bench), ==, 1);
  bench_close (&bench);
}

static void
test_verify (gconstpointer name)
{
  g_autoptr (FkJob) read = fk_read_job_new_flash ();
  g_autoptr (FkJob) same = NULL;
  g_autoptr (FkJob) differs = NULL;
  g_autoptr (GError) error = NULL;
  FkImage *image;
  Bench bench;

  bench_open (&bench, name);
  bench_run_well (&bench, read);
  image = fk_read_job_get_image (FK_READ_JOB (read));
  g_assert_cmpint (fk_read_job_get_verified (FK_READ_JOB (read)), ==, FK_VERIFIED_CRC);
  g_assert_cmpuint (fk_image_get_size (image), ==,
                    fk_identity_get_flash_size (fk_read_job_get_identity (FK_READ_JOB (read))));
  same = fk_verify_job_new (image);
  bench_run_well (&bench, same);
  bench_poke (&bench, FLASH + 0x123, "\x42", 1);
  differs = fk_verify_job_new (image);
  g_assert_false (bench_run (&bench, differs, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH);
  g_assert_nonnull (strstr (error->message, "0x08000123"));
  bench_assert_left_well (&bench);
  bench_close (&bench);
}

/* Bytes of an image that no flash keeps are told, and are no difference. */
static void
test_verify_outside (void)
{
  g_autoptr (FkJob) read = fk_read_job_new ((FkRange){ FLASH, 100 });
  g_autoptr (FkJob) verify = NULL;
  g_autoptr (FkImage) image = NULL;
  g_autoptr (GBytes) flash = NULL;
  g_autoptr (GBytes) ram = g_bytes_new_static ("ram", 3);
  Bench bench;

  bench_open (&bench, "creator-pro");
  flash = bench_peek (&bench, FLASH, 100);
  image = fk_image_new_for_bytes (FLASH, flash, NULL);
  g_assert_true (fk_image_add (image, 0x10000000, ram, NULL) ||
                 fk_image_get_n_segments (image) == 2);
  verify = fk_verify_job_new (image);
  bench_run_well (&bench, verify);
  g_assert_cmpuint (fk_verify_job_get_bytes (FK_VERIFY_JOB (verify)), ==, 100);
  g_assert_nonnull (strstr (fk_verify_job_get_warnings (FK_VERIFY_JOB (verify))[0], "0x10000000"));
  bench_close (&bench);
}

static void
test_read (void)
{
  static const struct
  {
    FkRange range;
    int code; /* -1: reads well */
  } rows[] = {
    { { FLASH, 1 }, -1 },
    { { FLASH + 3, 5 }, -1 },
    { { FLASH + 0xffff, 1 }, -1 },
    { { FLASH + 0x3fd, 0x805 }, -1 },
    { { FLASH, 0 }, FK_ERROR_USAGE },
    { { FLASH + 0xffff, 2 }, FK_ERROR_OUT_OF_RANGE },
    { { FLASH, 0x20000 }, FK_ERROR_OUT_OF_RANGE },
    { { 0xfffffff0, 0x20 }, FK_ERROR_OUT_OF_RANGE },
    { { 0, 0xffffffff }, FK_ERROR_OUT_OF_RANGE },
    { { 0x20000000, 64 }, -1 },
    { { 0x1ffff7e8, 12 }, -1 },
    { { 0x40022000, 4 }, -1 },
    { { 0xe000ed00, 4 }, -1 },
    { { 0x60000000, 4 }, FK_ERROR_BUS_FAULT },
  };
  Bench bench;

  bench_open (&bench, "blue-pill?flash=64");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FkJob) job = fk_read_job_new (rows[i].range);
      g_autoptr (GError) error = NULL;
      FkImage *image;

      g_test_message ("0x%08x, %u", rows[i].range.address, rows[i].range.size);
      if (rows[i].code >= 0)
        {
          g_assert_false (bench_run (&bench, job, &error));
          g_assert_error (error, FK_ERROR, rows[i].code);
          g_assert_null (fk_read_job_get_image (FK_READ_JOB (job)));
          continue;
        }
      bench_run_well (&bench, job);
      image = fk_read_job_get_image (FK_READ_JOB (job));
      g_assert_cmpuint (fk_image_get_n_segments (image), ==, 1);
      g_assert_cmphex (fk_image_get_segment (image, 0).range.address, ==, rows[i].range.address);
      g_assert_cmpuint (fk_image_get_size (image), ==, rows[i].range.size);
      if (rows[i].range.address >= FLASH && rows[i].range.address < FLASH + 0x10000)
        {
          g_autoptr (GBytes) real = bench_peek (&bench, rows[i].range.address, rows[i].range.size);

          g_assert_cmpmem (g_bytes_get_data (real, NULL), rows[i].range.size,
                           fk_image_get_segment (image, 0).data, rows[i].range.size);
        }
    }
  bench_assert_left_well (&bench);
  bench_close (&bench);
}

/* --- options and protection ----------------------------------------------------------------- */

static void
test_options (gconstpointer name)
{
  static const char *const set[] = { "WDG_SW=0", "nRST_STOP=0", NULL };
  static const char *const half[] = { "WDG_SW=1", "NO_SUCH=1", NULL };
  static const char *const wide[] = { "WDG_SW=2", NULL };
  static const char *const shape[] = { "WDG_SW", NULL };
  static const char *const rdp[] = { "RDP=0", NULL };
  static const struct
  {
    const char *const *assignments;
    int code;
  } bad[] = { { half, FK_ERROR_USAGE },
              { wide, FK_ERROR_USAGE },
              { shape, FK_ERROR_USAGE },
              { rdp, FK_ERROR_GUARDED_OPTION } };
  g_autoptr (FkJob) show = fk_options_job_new (NULL, FALSE);
  g_autoptr (FkJob) dry = fk_options_job_new (set, TRUE);
  g_autoptr (FkJob) real = fk_options_job_new (set, FALSE);
  g_autoptr (FkJob) wrong = fk_options_job_new (set, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) first = NULL;
  guint32 value;
  Bench bench;

  bench_open (&bench, name);
  bench_run_well (&bench, show);
  first = fk_option_bytes_get_raw (fk_options_job_get_before (FK_OPTIONS_JOB (show)));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (FkJob) job = fk_options_job_new (bad[i].assignments, FALSE);

      g_assert_false (bench_run (&bench, job, &error));
      g_assert_error (error, FK_ERROR, bad[i].code);
      g_clear_error (&error);
    }
  fk_job_set_expected_uid (wrong, "112233445566778899AABBCC");
  g_assert_false (bench_run (&bench, wrong, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_WRONG_CHIP);

  bench_run_well (&bench, dry);
  g_assert_true (fk_option_bytes_get (fk_options_job_get_after (FK_OPTIONS_JOB (dry)), "WDG_SW",
                                      &value, NULL));
  g_assert_cmpuint (value, ==, 0);

  bench_run_well (&bench, real);
  {
    g_autoptr (GBytes) before =
        fk_option_bytes_get_raw (fk_options_job_get_before (FK_OPTIONS_JOB (real)));

    assert_equal (first, before); /* the dry run and the bad ones wrote nothing */
  }
  g_assert_true (fk_option_bytes_get (fk_options_job_get_after (FK_OPTIONS_JOB (real)), "nRST_STOP",
                                      &value, NULL));
  g_assert_cmpuint (value, ==, 0);
  g_assert_cmpint (fk_option_bytes_get_protection (
                       fk_options_job_get_after (FK_OPTIONS_JOB (real))),
                   ==, FK_PROTECTION_NONE);
  bench_assert_left_well (&bench);
  bench_close (&bench);
}

/* What happens with a protected chip, from the first look to the blank one. */
static void
test_protected (gconstpointer name)
{
  g_autofree char *specification = g_strdup_printf ("%s?rdp=1", (const char *)name);
  g_autoptr (FkImage) image = make_image (FLASH, 16);
  g_autoptr (FkJob) info = fk_info_job_new ();
  g_autoptr (FkJob) unlock = NULL;
  g_autoptr (FkJob) after = fk_info_job_new ();
  g_autoptr (FkJob) again = NULL;
  g_autofree char *phrase = NULL;
  g_autoptr (GBytes) blank = NULL;
  g_autoptr (GError) error = NULL;
  FkJob *refused[6];
  Bench bench;

  bench_open (&bench, specification);
  bench_run_well (&bench, info);
  g_assert_cmpint (fk_identity_get_protection (fk_info_job_get_identity (FK_INFO_JOB (info))), ==,
                   FK_PROTECTION_READ);

  refused[0] = fk_backup_job_new (NULL, NULL);
  refused[1] = fk_read_job_new_flash ();
  refused[2] = fk_write_job_new (image);
  refused[3] = fk_erase_job_new_all ();
  refused[4] = fk_verify_job_new (image);
  refused[5] = fk_options_job_new ((const char *const[]){ "WDG_SW=0", NULL }, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_assert_false (bench_run (&bench, refused[i], &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_PROTECTED);
      g_assert_nonnull (strstr (error->message, "protected"));
      g_clear_error (&error);
      g_object_unref (refused[i]);
    }
  g_assert_cmpuint (bench_count_backups (&bench), ==, 0);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 0);

  phrase = fk_unlock_job_make_phrase (
      fk_identity_get_uid (fk_info_job_get_identity (FK_INFO_JOB (info))));
  g_assert_true (g_str_has_prefix (phrase, "erase "));
  g_assert_cmpuint (strlen (phrase), ==, 12);
  {
    static const char *const wrong[] = { "", "yes", "erase", "erase 000000" };

    for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
      {
        g_autoptr (FkJob) job = fk_unlock_job_new (wrong[i]);

        g_assert_false (bench_run (&bench, job, &error));
        g_assert_error (error, FK_ERROR, FK_ERROR_NEEDS_PHRASE);
        g_assert_nonnull (strstr (error->message, phrase));
        g_clear_error (&error);
      }
  }
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 0);

  unlock = fk_unlock_job_new (phrase);
  bench_run_well (&bench, unlock);
  blank = bench_peek (&bench, FLASH, 0x4000);
  for (guint i = 0; i < 0x4000; i++)
    g_assert_cmphex (((const guint8 *)g_bytes_get_data (blank, NULL))[i], ==, 0xff);
  if (fk_unlock_job_get_warning (FK_UNLOCK_JOB (unlock)) != NULL)
    fk_sim_board_power_cycle (bench.board);
  bench_run_well (&bench, after);
  g_assert_cmpint (fk_identity_get_protection (fk_info_job_get_identity (FK_INFO_JOB (after))), ==,
                   FK_PROTECTION_NONE);

  again = fk_unlock_job_new (phrase);
  g_assert_false (bench_run (&bench, again, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_USAGE);
  bench_close (&bench);
}

/* Puts a probe that lies in front of the bench's own. */
static FkProbe *
begin_lies (Bench *bench)
{
  FkProbe *inner = bench->probe;

  bench->probe = lying_probe_new (inner);
  g_object_unref (bench->session);
  bench->session = fk_session_new (bench->probe, bench->library);
  return inner;
}

static void
end_lies (Bench *bench, FkProbe *inner)
{
  g_assert_finalize_object (bench->session);
  g_assert_finalize_object (bench->probe);
  bench->probe = inner;
  bench->session = fk_session_new (bench->probe, bench->library);
}

/* A chip that nobody described: it says who it is, and can be read at addresses that are named. */
static void
test_unknown_chip (void)
{
  g_autoptr (FkImage) image = make_image (FLASH, 16);
  FkJob *refused[] = { fk_backup_job_new (NULL, NULL), fk_read_job_new_flash (),
                       fk_write_job_new (image),       fk_erase_job_new_all (),
                       fk_verify_job_new (image),      fk_options_job_new (NULL, FALSE),
                       fk_unlock_job_new ("x") };
  g_autoptr (FkJob) info = fk_info_job_new ();
  g_autoptr (FkJob) read = fk_read_job_new ((FkRange){ FLASH + 1, 30 });
  g_autoptr (FkJob) reset = fk_reset_job_new ();
  Bench bench;

  bench_open (&bench, "creator-pro?dev-id=4ff");
  bench_run_well (&bench, info);
  g_assert_null (fk_identity_get_chip (fk_info_job_get_identity (FK_INFO_JOB (info))));
  g_assert_null (fk_info_job_get_options (FK_INFO_JOB (info)));
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (bench_run (&bench, refused[i], &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_UNKNOWN_CHIP);
      g_assert_nonnull (strstr (error->message, "0x4FF"));
      g_object_unref (refused[i]);
    }
  bench_run_well (&bench, read);
  g_assert_cmpuint (fk_image_get_size (fk_read_job_get_image (FK_READ_JOB (read))), ==, 30);
  bench_run_well (&bench, reset);
  g_assert_cmpuint (bench_count_backups (&bench), ==, 0);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 0);
  bench_assert_left_well (&bench);
  bench_close (&bench);
}

/* A clone, told by its maker's number in the ROM table: it is backed up, and not written. */
static void
test_clone_chip (void)
{
  g_autoptr (FkImage) image = make_image (FLASH, 16);
  g_autoptr (FkJob) write = fk_write_job_new (image);
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (GError) error = NULL;
  FkProbe *inner;
  Bench bench;

  bench_open (&bench, "blue-pill");
  inner = begin_lies (&bench);
  /* GigaDevice: continuation 7, 0x51 */
  lying_probe_set_word (LYING_PROBE (bench.probe), 0xe00fffd0, 0x7);
  lying_probe_set_word (LYING_PROBE (bench.probe), 0xe00fffe4, 0x14);
  lying_probe_set_word (LYING_PROBE (bench.probe), 0xe00fffe8, 0xd);
  backup = bench_back_up (&bench);
  bench_assert_backup_sound (&bench, backup);
  g_assert_false (bench_run (&bench, write, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_UNKNOWN_CHIP);
  g_assert_nonnull (strstr (error->message, "GigaDevice"));
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 0);
  end_lies (&bench, inner);
  bench_close (&bench);
}

static void
test_phrase (void)
{
  g_autofree char *known = fk_unlock_job_make_phrase ("3A0027112233445566778899");
  g_autofree char *unknown = fk_unlock_job_make_phrase ("");

  g_assert_cmpstr (known, ==, "erase 3A0027");
  g_assert_cmpstr (unknown, ==, "erase this chip");
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
  damage (&bench);
  job = make_restore (backup);
  bench_run_well (&bench, FK_JOB (job));
  after = bench_peek (&bench, FLASH, bench.flash_size);
  assert_equal (before, after);
  g_assert_nonnull (find_warning (job, "debug port"));
  g_assert_true (fk_sim_board_is_core_running (bench.board));
  g_assert_false (fk_sim_board_is_reset_held (bench.board));
  bench_close (&bench);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    GTestDataFunc func;
  } on_each[] = {
    { "info", test_info },           { "backup", test_backup },
    { "restore", test_restore },     { "restore-full", test_restore_full },
    { "erase", test_erase },         { "verify", test_verify },
    { "protected", test_protected }, { "write-odd", test_write_odd },
  };
  /* On one of each kind: F1 and F4. */
  static const struct
  {
    const char *name;
    GTestDataFunc func;
  } on_two[] = {
    { "backup-hot-plug", test_backup_hot_plug },
    { "leave-halted", test_leave_halted },
    { "bad-library", test_bad_library },
    { "known", test_known },
    { "restore-plan-only", test_restore_plan_only },
    { "restore-without-safety", test_restore_without_safety },
    { "restore-cancel", test_restore_cancel },
    { "backup-cancel", test_backup_cancel },
    { "restore-unplugged", test_restore_unplugged },
    { "restore-options", test_restore_options },
    { "options", test_options },
  };
  static const char *const two[] = { "blue-pill", "disco-f4" };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jobs/fixed-cost", test_fixed_cost);
  for (guint i = 0; i < G_N_ELEMENTS (on_each); i++)
    for (guint j = 0; j < G_N_ELEMENTS (boards); j++)
      {
        g_autofree char *path = g_strdup_printf ("/jobs/%s/%s", on_each[i].name, boards[j]);

        g_test_add_data_func (path, boards[j], on_each[i].func);
      }
  for (guint i = 0; i < G_N_ELEMENTS (on_two); i++)
    for (guint j = 0; j < G_N_ELEMENTS (two); j++)
      {
        g_autofree char *path = g_strdup_printf ("/jobs/%s/%s", on_two[i].name, two[j]);

        g_test_add_data_func (path, two[j], on_two[i].func);
      }
  g_test_add_func ("/jobs/wrong-chip", test_wrong_chip);
  g_test_add_func ("/jobs/does-not-fit", test_does_not_fit);
  g_test_add_func ("/jobs/restore-regions", test_restore_regions);
  g_test_add_func ("/jobs/restore-damaged-backup", test_restore_damaged_backup);
  g_test_add_func ("/jobs/write-application", test_write_application);
  g_test_add_func ("/jobs/write-refused", test_write_refused);
  g_test_add_func ("/jobs/write-linked-elsewhere", test_write_linked_elsewhere);
  g_test_add_func ("/jobs/planned", test_planned);
  g_test_add_data_func ("/jobs/write-over-bootloader/safe", "", test_write_over_bootloader);
  g_test_add_data_func ("/jobs/write-over-bootloader/quick", NULL, test_write_over_bootloader);
  g_test_add_func ("/jobs/erase-range", test_erase_range);
  g_test_add_func ("/jobs/verify-outside", test_verify_outside);
  g_test_add_func ("/jobs/read", test_read);
  g_test_add_func ("/jobs/phrase", test_phrase);
  g_test_add_func ("/jobs/unknown-chip", test_unknown_chip);
  g_test_add_func ("/jobs/clone-chip", test_clone_chip);
  g_test_add_func ("/jobs/swd-off", test_swd_off);
  return g_test_run ();
}
