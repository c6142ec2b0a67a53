/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How firmware could get lost all the same: chips that an earlier session left half done, chips
 * that hide flash, faults while the chip is left, and backups that only look like one. */

#include "config.h"

#include "each-board.h"
#include "job-bench.h"

#include "base/fk-error.h"
#include "job/fk-backup-copy.h"

#include <stdlib.h>
#include <string.h>

#define F1_OPTIONS 0x1ffff800u

static const char *const with_options[] = { "flash", "option-bytes", NULL };
static const char *const options_only[] = { "option-bytes", NULL };

/* --- option bytes that a write left erased ---------------------------------------------------- */

/* As after a write of option bytes that was cut off: erased, and not loaded yet. */
static void
erase_options (Bench *bench)
{
  guint8 erased[16];

  memset (erased, 0xff, sizeof erased);
  bench_poke (bench, F1_OPTIONS, erased, sizeof erased);
}

static FkProtection
get_protection (Bench *bench)
{
  g_autoptr (FkJob) job = fk_info_job_new ();

  bench_run_well (bench, job);
  return fk_identity_get_protection (fk_info_job_get_identity (FK_INFO_JOB (job)));
}

static FkJob *
make_write (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("abcd", 4);
  g_autoptr (FkImage) image = fk_image_new_for_bytes (FLASH + 0x400, bytes, NULL);

  return fk_write_job_new (image);
}

/* No job resets such a chip, because the reset would protect it, and only an erase opens it again.
 */
static void
test_half_options_no_reset (gconstpointer name)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  Bench bench;

  bench_open (&bench, name);
  backup = bench_back_up (&bench);
  bench_poke (&bench, FLASH + 0x104, "!", 1);
  erase_options (&bench);
  g_ptr_array_add (jobs, make_write ());
  g_ptr_array_add (jobs, fk_erase_job_new_all ());
  g_ptr_array_add (jobs, fk_restore_job_new (backup));
  g_ptr_array_add (jobs, fk_reset_job_new ());
  for (guint i = 0; i < jobs->len; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (bench_run (&bench, g_ptr_array_index (jobs, i), &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_OPTIONS_BROKEN);
      g_assert_nonnull (strstr (error->message, "option bytes"));
      g_assert_cmpint (get_protection (&bench), ==, FK_PROTECTION_NONE);
      bench_assert_left_well (&bench);
    }
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 0);
  bench_close (&bench);
}

static void
assert_healed (Bench *bench)
{
  fk_sim_board_power_cycle (bench->board);
  g_assert_cmpint (get_protection (bench), ==, FK_PROTECTION_NONE);
  bench_assert_left_well (bench);
}

/* Setting any option writes all of them, and saves the chip. */
static void
test_half_options_set (gconstpointer name)
{
  static const char *const set[] = { "nRST_STOP=1", NULL };
  g_autoptr (FkJob) job = fk_options_job_new (set, FALSE);
  Bench bench;

  bench_open (&bench, name);
  erase_options (&bench);
  bench_run_well (&bench, job);
  assert_healed (&bench);
  bench_close (&bench);
}

static void
check_half_options_restored (const char *name, const char *const *regions)
{
  static const char *const set[] = { "nRST_STOP=0", NULL };
  g_autoptr (FkJob) change = fk_options_job_new (set, FALSE);
  g_autoptr (FkJob) show = fk_options_job_new (NULL, FALSE);
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkJob) job = NULL;
  guint32 value = 7;
  Bench bench;

  bench_open (&bench, name);
  bench_run_well (&bench, change);
  backup = bench_back_up (&bench);
  bench_poke (&bench, FLASH + 0x104, "!", 1);
  erase_options (&bench);
  job = fk_restore_job_new (backup);
  fk_restore_job_set_regions (FK_RESTORE_JOB (job), regions);
  bench_run_well (&bench, job);
  assert_healed (&bench);
  bench_run_well (&bench, show);
  g_assert_true (fk_option_bytes_get (fk_options_job_get_before (FK_OPTIONS_JOB (show)),
                                      "nRST_STOP", &value, NULL));
  g_assert_cmpuint (value, ==, 0);
  bench_close (&bench);
}

static void
test_half_options_restore (gconstpointer name)
{
  check_half_options_restored (name, options_only);
  check_half_options_restored (name, with_options);
}

/* Whatever goes wrong while options are set, and for good: the chip that is left is not protected,
 * as long as it keeps its power. */
static FkOptionBytes *
read_options (Bench *bench)
{
  g_autoptr (FkJob) job = fk_options_job_new (NULL, FALSE);

  bench_run_well (bench, job);
  return g_object_ref (fk_options_job_get_before (FK_OPTIONS_JOB (job)));
}

/* What is shown as the chip's options is what it keeps. */
static void
assert_options_kept (Bench *bench)
{
  g_autoptr (FkOptionBytes) shown = read_options (bench);
  g_autoptr (FkOptionBytes) kept = NULL;
  g_autoptr (GPtrArray) differing = NULL;

  fk_sim_board_power_cycle (bench->board);
  kept = read_options (bench);
  differing = fk_option_bytes_diff (shown, kept);
  g_assert_cmpuint (differing->len, ==, 0);
}

static void
check_cut_off (const char *name, FkJob *job, FkSimFault fault, guint64 at)
{
  g_autofree char *change = g_strconcat (get_plain_option (name), "=0", NULL);
  const char *const set[] = { change, NULL };
  g_autoptr (FkJob) again = fk_options_job_new (set, FALSE);
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench_open (&bench, name);
  fk_sim_board_set_fault (bench.board, fault, at);
  bench_run (&bench, job, &error);
  fk_sim_board_set_unplugged (bench.board, FALSE);
  fk_sim_board_set_fault (bench.board, FK_SIM_FAULT_NONE, 0);
  g_assert_cmpint (get_protection (&bench), ==, FK_PROTECTION_NONE);
  /* A probe that is gone cannot reset the chip, and F1's options may be half written. */
  if (fault != FK_SIM_FAULT_UNPLUG && g_str_equal (name, "creator-pro"))
    assert_options_kept (&bench);
  bench_run_well (&bench, again);
  assert_healed (&bench);
  bench_close (&bench);
}

static guint64
count_transfers (const char *name)
{
  g_autofree char *change = g_strconcat (get_plain_option (name), "=0", NULL);
  const char *const set[] = { change, NULL };
  g_autoptr (FkJob) job = fk_options_job_new (set, FALSE);
  guint64 n;
  Bench bench;

  bench_open (&bench, name);
  bench_run_well (&bench, job);
  n = fk_sim_board_get_n_transfers (bench.board);
  bench_close (&bench);
  return n;
}

static void
test_options_cut_off (gconstpointer name)
{
  g_autofree char *change = g_strconcat (get_plain_option (name), "=0", NULL);
  const char *const set[] = { change, NULL };
  static const FkSimFault faults[] = { FK_SIM_FAULT_UNPLUG, FK_SIM_FAULT_SWD, FK_SIM_FAULT_SHORT,
                                       FK_SIM_FAULT_STALL, FK_SIM_FAULT_DEAD_CELL };
  guint64 n = count_transfers (name);
  guint64 step = g_test_slow () ? 1 : n / 12;

  for (guint64 at = n / 3; at < n; at += step)
    for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
      {
        g_autoptr (FkJob) job = fk_options_job_new (set, FALSE);

        g_test_message ("fault %u at %" G_GUINT64_FORMAT, faults[i], at + i);
        check_cut_off (name, job, faults[i], at + i);
      }
}

/* --- flash that the chip does not admit ------------------------------------------------------- */

/* An F103C8 with 128 KiB inside, all in use: a backup has the 64 KiB that the chip tells of, so
 * nothing may touch the rest. */
static void
test_hidden_flash (gconstpointer what)
{
  const char *specification = "blue-pill?flash=128&size-register=64";
  const guint32 size = 64 * 1024;
  g_autofree guint8 *noise = g_malloc (2 * size);
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkJob) job = NULL;
  g_autoptr (GBytes) hidden = NULL;
  g_autoptr (GBytes) after = NULL;
  Bench bench;

  bench_open (&bench, specification);
  backup = bench_back_up (&bench);
  g_assert_cmpuint (bench.flash_size, ==, size);
  /* Both halves hold the same, as two slots for one program may: that is no mirror. */
  for (guint32 i = 0; i < 2 * size; i++)
    noise[i] = (guint8)(i % size * 7 + (i % size >> 8));
  if (g_str_has_suffix (what, "differs"))
    noise[size] ^= 1;
  bench_poke (&bench, FLASH, noise, 2 * size);
  hidden = bench_peek (&bench, FLASH + size, size);
  job = g_str_has_prefix (what, "erase") ? fk_erase_job_new_all () : fk_restore_job_new (backup);
  bench_run_well (&bench, job);
  after = bench_peek (&bench, FLASH + size, size);
  g_assert_true (g_bytes_equal (hidden, after));
  bench_close (&bench);
}

/* --- leaving ---------------------------------------------------------------------------------- */

/* A fault that passes, while the chip is left or shortly before: a machine is not left standing. */
static void
test_leave_running (gconstpointer name)
{
  static const FkSimFault faults[] = { FK_SIM_FAULT_STALL, FK_SIM_FAULT_SHORT, FK_SIM_FAULT_SWD,
                                       FK_SIM_FAULT_TIMEOUT };
  g_autoptr (FkJob) info = fk_info_job_new ();
  guint64 n;
  Bench bench;

  bench_open (&bench, name);
  bench_run_well (&bench, info);
  n = fk_sim_board_get_n_transfers (bench.board);
  bench_close (&bench);
  for (guint64 at = n - 40; at < n; at++)
    for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
      {
        g_autoptr (FkJob) job = fk_info_job_new ();
        g_autoptr (GError) error = NULL;

        /* A time-out costs a second of real time. */
        if (faults[i] == FK_SIM_FAULT_TIMEOUT && (!g_test_slow () || at % 2 != 0))
          continue;
        bench_open (&bench, name);
        fk_sim_board_set_fault (bench.board, faults[i], at);
        bench_run (&bench, job, &error);
        g_test_message ("fault %u at %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT, faults[i], at,
                        n);
        bench_assert_left_well (&bench);
        bench_close (&bench);
      }
}

/* --- what the chip is ------------------------------------------------------------------------- */

/* One disturbed answer must not make another chip of it: neither larger, nor smaller, nor unknown,
 * nor of another maker. */
static void
test_identity_despite_faults (gconstpointer name)
{
  static const FkSimFault faults[] = { FK_SIM_FAULT_SWD, FK_SIM_FAULT_SHORT };
  g_autoptr (FkJob) good = fk_info_job_new ();
  FkIdentity *right;
  guint64 n;
  Bench bench;

  bench_open (&bench, name);
  bench_run_well (&bench, good);
  right = fk_info_job_get_identity (FK_INFO_JOB (good));
  n = fk_sim_board_get_n_transfers (bench.board);
  bench_close (&bench);
  for (guint64 at = 0; at < n; at++)
    for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
      {
        g_autoptr (FkJob) job = fk_info_job_new ();
        g_autoptr (GError) error = NULL;
        FkIdentity *found;

        bench_open (&bench, name);
        fk_sim_board_set_fault (bench.board, faults[i], at);
        if (bench_run (&bench, job, &error))
          {
            g_test_message ("fault %u at %" G_GUINT64_FORMAT, faults[i], at);
            found = fk_info_job_get_identity (FK_INFO_JOB (job));
            g_assert_false (fk_identity_get_read_only (found));
            g_assert_cmpuint (fk_identity_get_flash_size (found), ==,
                              fk_identity_get_flash_size (right));
            g_assert_cmpuint (fk_identity_get_answering_size (found), ==,
                              fk_identity_get_answering_size (right));
            g_assert_cmphex (fk_identity_get_designer (found), ==,
                             fk_identity_get_designer (right));
            g_assert_cmpstr (fk_identity_get_uid (found), ==, fk_identity_get_uid (right));
            g_assert_cmpint (fk_identity_get_protection (found), ==, FK_PROTECTION_NONE);
          }
        bench_close (&bench);
      }
}

/* --- whose backup it is ----------------------------------------------------------------------- */

/* A UID of all ones is no UID; five in a hundred of a batch of F103RC were seen with it. */
static void
test_no_identity (gconstpointer uid)
{
  g_autofree char *specification = g_strdup_printf ("f030?uid=%s", (const char *)uid);
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkJob) job = NULL;
  Bench bench;

  bench_open (&bench, specification);
  backup = bench_back_up (&bench);
  bench_swap_board (&bench, specification);
  bench_poke (&bench, FLASH + 0x104, "!", 1);
  job = fk_restore_job_new (backup);
  bench_run_well (&bench, job);
  g_assert_nonnull (bench_find_warning (FK_CHANGE_JOB (job), uid));
  g_assert_true (fk_change_job_get_safety_is_new (FK_CHANGE_JOB (job)));
  bench_close (&bench);
}

/* What somebody typed was in no chip yet. */
static void
test_edited_copy (void)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkBackup) copy = NULL;
  g_autoptr (GBytes) flash = NULL;
  g_autoptr (FkImage) image = NULL;
  g_autoptr (FkBackupEdit) edit = fk_backup_edit_new ();
  g_autoptr (FkJob) job = NULL;
  g_autoptr (FkJob) back = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *data = NULL;
  gsize size;
  Bench bench;

  bench_open (&bench, "f030");
  backup = bench_back_up (&bench);
  flash = fk_backup_load_region (backup, "flash", NULL, &error);
  g_assert_no_error (error);
  data = g_bytes_unref_to_data (g_steal_pointer (&flash), &size);
  data[0x104] ^= 1;
  flash = g_bytes_new (data, size);
  image = fk_image_new_for_bytes (FLASH, flash, &error);
  g_assert_no_error (error);
  copy = fk_backup_copy_edited (bench.library, backup, image, edit, NULL, &error);
  g_assert_no_error (error);
  job = fk_restore_job_new (copy);
  bench_run_well (&bench, job);
  g_assert_nonnull (bench_find_warning (FK_CHANGE_JOB (job), "edited copy"));
  back = fk_restore_job_new (backup);
  bench_run_well (&bench, back);
  g_assert_null (bench_find_warning (FK_CHANGE_JOB (back), "edited copy"));
  bench_close (&bench);
}

/* Whose flash.bin somebody replaced, sums and all, is no safety backup, because it cannot be
 * restored. */
static void
test_safety_backup_replaced (void)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkJob) job = NULL;
  g_autofree char *path = NULL;
  g_autofree char *command = NULL;
  g_autoptr (GBytes) held = NULL;
  g_autoptr (GBytes) kept = NULL;
  FkBackup *safety;
  Bench bench;

  bench_open (&bench, "f030");
  backup = bench_back_up (&bench);
  path = g_build_filename (fk_backup_get_path (backup), "flash.bin", NULL);
  g_assert_true (g_file_set_contents (path, "another", 7, NULL));
  command = g_strdup_printf ("cd '%s' && sha256sum *.ini *.bin > SHA256SUMS",
                             fk_backup_get_path (backup));
  g_assert_cmpint (system (command), ==, 0);
  held = bench_peek (&bench, FLASH, bench.flash_size);
  job = make_write ();
  bench_run_well (&bench, job);
  safety = fk_change_job_get_safety_backup (FK_CHANGE_JOB (job));
  kept = fk_backup_load_region (safety, "flash", NULL, NULL);
  g_assert_nonnull (kept);
  g_assert_true (g_bytes_equal (held, kept));
  bench_close (&bench);
}

/* Without a safety backup, the bytes that shared a sector with the image are nowhere any more; that
 * must not be passed over, because writing once more does not bring them back. */
static void
test_no_way_back (gconstpointer name)
{
  g_autofree char *message = NULL;

  for (guint run = 0; run < 2; run++)
    {
      g_autoptr (FkJob) job = make_write ();
      g_autoptr (GError) error = NULL;
      Bench bench;

      bench_open (&bench, name);
      fk_change_job_set_safety_backup (FK_CHANGE_JOB (job), FALSE);
      if (run == 1)
        fk_sim_board_set_fault (bench.board, FK_SIM_FAULT_DEAD_CELL, 0);
      g_assert_true (bench_run (&bench, job, &error) == (run == 0));
      g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 1);
      if (run == 1)
        message = g_strdup (error->message);
      bench_close (&bench);
    }
  g_assert_nonnull (strstr (message, "is not whole"));
  g_assert_nonnull (strstr (message, "No backup was made"));
}

/* --- write protection that moves -------------------------------------------------------------- */

/* The backup protects the first sectors, the chip protects others by now; both differ. */
static void
test_moved_write_protection (gconstpointer data)
{
  const char *const *row = data; /* board, field, value in the backup, value on the chip */
  g_autofree char *first = g_strdup_printf ("%s=%s", row[1], row[2]);
  g_autofree char *second = g_strdup_printf ("%s=%s", row[1], row[3]);
  g_autoptr (FkJob) protect = fk_options_job_new ((const char *const[]){ first, NULL }, FALSE);
  g_autoptr (FkJob) move = fk_options_job_new ((const char *const[]){ second, NULL }, FALSE);
  g_autoptr (FkJob) show = fk_options_job_new (NULL, FALSE);
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkJob) job = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  guint32 value = 0;
  Bench bench;

  bench_open (&bench, row[0]);
  bench_run_well (&bench, protect);
  backup = bench_back_up (&bench);
  before = bench_peek (&bench, FLASH, bench.flash_size);
  bench_run_well (&bench, move);
  bench_poke (&bench, FLASH + 0x104, "!", 1);
  bench_poke (&bench, FLASH + 0x4104, "!", 1);
  job = fk_restore_job_new (backup);
  fk_restore_job_set_regions (FK_RESTORE_JOB (job), with_options);
  bench_run_well (&bench, job);
  after = bench_peek (&bench, FLASH, bench.flash_size);
  g_assert_true (g_bytes_equal (before, after));
  bench_run_well (&bench, show);
  g_assert_true (fk_option_bytes_get (fk_options_job_get_before (FK_OPTIONS_JOB (show)), row[1],
                                      &value, NULL));
  g_assert_cmpuint (value, ==, g_ascii_strtoull (row[2], NULL, 0));
  bench_assert_left_well (&bench);
  bench_close (&bench);
}

/* The program rewrites its settings between a plan that changes nothing, about which nobody was
 * asked, and the deed; with and without a safety backup. */
static void
test_changed_since_plan (gconstpointer name)
{
  g_autoptr (FkBackup) backup = NULL;
  Bench bench;

  bench_open (&bench, name);
  backup = bench_back_up (&bench);
  for (guint safety = 0; safety < 2; safety++)
    {
      g_autoptr (FkJob) same = fk_restore_job_new (backup);
      g_autoptr (FkJob) job = fk_restore_job_new (backup);
      g_autoptr (FkJob) asked = fk_restore_job_new (backup);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) before = NULL;
      g_autoptr (GBytes) after = NULL;

      fk_change_job_set_may_change (FK_CHANGE_JOB (same), FALSE);
      bench_run_well (&bench, same);

      bench_poke (&bench, FLASH + bench.flash_size - 64, "\0", 1);
      before = bench_peek (&bench, FLASH, bench.flash_size);
      fk_change_job_set_may_change (FK_CHANGE_JOB (job), FALSE);
      fk_change_job_set_safety_backup (FK_CHANGE_JOB (job), safety);
      g_assert_false (bench_run (&bench, job, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_NEEDS_CONSENT);
      g_assert_nonnull (strstr (error->message, "Nothing was changed"));
      after = bench_peek (&bench, FLASH, bench.flash_size);
      g_assert_true (g_bytes_equal (before, after));
      g_assert_cmpuint (bench_count_backups (&bench), ==, 1);
      bench_assert_left_well (&bench);

      fk_change_job_set_safety_backup (FK_CHANGE_JOB (asked), FALSE);
      bench_run_well (&bench, asked);
    }
  bench_close (&bench);
}

int
main (int argc, char **argv)
{
  static const char *const moved_f1[] = { "blue-pill", "WRP0", "0xfe", "0xef" };

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/dangers/half-options/no-reset/f1", "blue-pill",
                        test_half_options_no_reset);
  g_test_add_data_func ("/dangers/half-options/no-reset/f0", "f030", test_half_options_no_reset);
  g_test_add_data_func ("/dangers/half-options/set/f1", "blue-pill", test_half_options_set);
  g_test_add_data_func ("/dangers/half-options/set/f0", "f030", test_half_options_set);
  g_test_add_data_func ("/dangers/half-options/restore/f1", "skr-mini-e3",
                        test_half_options_restore);
  g_test_add_data_func ("/dangers/half-options/restore/f0", "f030", test_half_options_restore);
  g_test_add_data_func ("/dangers/options-cut-off/f1", "blue-pill", test_options_cut_off);
  g_test_add_data_func ("/dangers/options-cut-off/f0", "f030", test_options_cut_off);
  g_test_add_data_func ("/dangers/options-cut-off/f4", "creator-pro", test_options_cut_off);
  g_test_add_data_func ("/dangers/options-cut-off/g0", "skr-mini-e3-v3", test_options_cut_off);
  g_test_add_data_func ("/dangers/options-cut-off/u5", "nucleo-u575", test_options_cut_off);
  g_test_add_data_func ("/dangers/options-cut-off/h7", "skr-3", test_options_cut_off);
  g_test_add_data_func ("/dangers/options-cut-off/h7a3", "nucleo-h7a3", test_options_cut_off);
  g_test_add_data_func ("/dangers/hidden-flash/erase", "erase", test_hidden_flash);
  g_test_add_data_func ("/dangers/hidden-flash/restore", "restore", test_hidden_flash);
  g_test_add_data_func ("/dangers/hidden-flash/erase-differs", "erase-differs", test_hidden_flash);
  g_test_add_data_func ("/dangers/leave-running/f1", "blue-pill", test_leave_running);
  g_test_add_data_func ("/dangers/leave-running/f0", "f030", test_leave_running);
  g_test_add_data_func ("/dangers/leave-running/f4", "creator-pro", test_leave_running);
  g_test_add_data_func ("/dangers/leave-running/g0", "skr-mini-e3-v3", test_leave_running);
  g_test_add_data_func ("/dangers/leave-running/u5", "nucleo-u575", test_leave_running);
  g_test_add_data_func ("/dangers/leave-running/h7", "skr-3", test_leave_running);
  g_test_add_data_func ("/dangers/identity-despite-faults/f1", "blue-pill",
                        test_identity_despite_faults);
  g_test_add_data_func ("/dangers/identity-despite-faults/f0", "f030",
                        test_identity_despite_faults);
  g_test_add_data_func ("/dangers/identity-despite-faults/f4", "creator-pro",
                        test_identity_despite_faults);
  g_test_add_data_func ("/dangers/no-identity/ones", "FFFFFFFFFFFFFFFFFFFFFFFF", test_no_identity);
  g_test_add_func ("/dangers/edited-copy", test_edited_copy);
  g_test_add_data_func ("/dangers/no-identity/zeros", "000000000000000000000000", test_no_identity);
  g_test_add_func ("/dangers/safety-backup-replaced", test_safety_backup_replaced);
  g_test_add_data_func ("/dangers/no-way-back", "f030", test_no_way_back);
  g_test_add_data_func ("/dangers/moved-write-protection/f1", moved_f1,
                        test_moved_write_protection);
  g_test_add_data_func ("/dangers/changed-since-plan/f0", "f030", test_changed_since_plan);
  g_test_add_data_func ("/dangers/changed-since-plan/f1", "blue-pill", test_changed_since_plan);
  return g_test_run ();
}
