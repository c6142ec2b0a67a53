/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What goes wrong on the way to a chip, at each transfer of a backup and of a restore: the job ends
 * with a named error or does what it should; no backup is stored that is not right; nothing is
 * called verified that is not; and running it again heals the chip.
 *
 * Loaders that get stuck are in test-sweep.c, where waiting takes no time.
 *
 * By default some transfers on one board; with "-m slow" every one, on two. */

#include "config.h"

#include "job-bench.h"

#include "base/fk-error.h"

#include <string.h>

#define QUICK_STEPS  12
#define LIMIT_US     (20 * G_USEC_PER_SEC)
#define DAMAGED_BYTE (FLASH + 0x404)

typedef struct
{
  const char *name;
  FkSimFault fault;
} Kind;

static const Kind kinds[] = {
  { "unplug", FK_SIM_FAULT_UNPLUG },     { "stall", FK_SIM_FAULT_STALL },
  { "timeout", FK_SIM_FAULT_TIMEOUT },   { "short", FK_SIM_FAULT_SHORT },
  { "swd", FK_SIM_FAULT_SWD },           { "swd-lost", FK_SIM_FAULT_SWD_LOST },
  { "flip", FK_SIM_FAULT_FLIP },         { "dead-cell", FK_SIM_FAULT_DEAD_CELL },
  { "crc-lies", FK_SIM_FAULT_CRC_LIES }, { "crc-slip", FK_SIM_FAULT_CRC_SLIP },
};

typedef struct
{
  const char *board;
  const Kind *kind;
} Case;

/* Everything is in order again, and whoever was thrown off can begin anew. */
static void
repair (Bench *bench)
{
  fk_sim_board_set_fault (bench->board, FK_SIM_FAULT_NONE, 0);
  fk_sim_board_set_unplugged (bench->board, FALSE);
  fk_sim_board_power_cycle (bench->board);
}

/* Runs @job with the fault at transfer @index of it. */
static gboolean
run_with_fault (Bench *bench, FkJob *job, const Kind *kind, guint64 index, GError **error)
{
  gint64 start = g_get_monotonic_time ();
  gboolean ok;

  fk_sim_board_set_fault (bench->board, kind->fault,
                          fk_sim_board_get_n_transfers (bench->board) + index);
  ok = bench_run (bench, job, error);
  g_assert_cmpint (g_get_monotonic_time () - start, <, LIMIT_US);
  return ok;
}

static void
assert_named (const GError *error, const Kind *kind, guint64 index)
{
  if (error->domain != FK_ERROR)
    g_error ("%s at %" G_GUINT64_FORMAT ": %s (%s)", kind->name, index, error->message,
             g_quark_to_string (error->domain));
  g_assert_cmpstr (error->message, !=, "");
}

static void
assert_backup_right (Bench *bench, FkBackup *backup, GBytes *flash)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) stored = fk_backup_load_region (backup, "flash", NULL, &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (stored, flash));
  g_assert_true (fk_library_check (bench->library, backup, NULL, &error));
  g_assert_no_error (error);
}

static void
assert_library_right (Bench *bench, GBytes *flash)
{
  g_autoptr (GPtrArray) backups = fk_library_list (bench->library, NULL, NULL, NULL);

  for (guint i = 0; i < backups->len; i++)
    assert_backup_right (bench, g_ptr_array_index (backups, i), flash);
}

static void
empty_library (Bench *bench)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", fk_library_get_path (bench->library));

  g_assert_cmpint (system (command), ==, 0);
}

static guint64
choose_step (guint64 n_transfers)
{
  return g_test_slow () ? 1 : MAX (1, n_transfers / QUICK_STEPS);
}

static void
test_backup (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (FkBackup) clean = NULL;
  g_autoptr (GBytes) flash = NULL;
  guint64 n_transfers;
  guint n_failed = 0;
  guint n_done = 0;
  Bench bench;

  bench_open (&bench, test->board);
  clean = bench_back_up (&bench);
  n_transfers = fk_sim_board_get_n_transfers (bench.board);
  flash = bench_peek (&bench, FLASH, bench.flash_size);
  for (guint64 index = 0; index < n_transfers; index += choose_step (n_transfers))
    {
      g_autoptr (FkJob) job = fk_backup_job_new (NULL, NULL);
      g_autoptr (GError) error = NULL;
      FkBackup *backup;
      gboolean ok;

      empty_library (&bench);
      ok = run_with_fault (&bench, job, test->kind, index, &error);
      backup = fk_backup_job_get_backup (FK_BACKUP_JOB (job));
      if (!ok)
        assert_named (error, test->kind, index);
      *(ok ? &n_done : &n_failed) += 1;
      g_assert_cmpuint (bench_count_backups (&bench), ==, backup != NULL ? 1 : 0);
      g_assert_true (!ok || backup != NULL);
      assert_library_right (&bench, flash);
      repair (&bench);
    }
  g_test_message ("%u failed, %u done, of %" G_GUINT64_FORMAT " transfers", n_failed, n_done,
                  n_transfers);
  {
    g_autoptr (FkBackup) again = bench_back_up (&bench);

    assert_backup_right (&bench, again, flash);
  }
  bench_assert_left_well (&bench);
  bench_close (&bench);
}

/* A cell that was to die and was not programmed yet dies in the next run, which must say so. */
static void
use_up_dead_cell (Bench *bench, const Kind *kind, FkBackup *backup)
{
  g_autoptr (FkJob) job = fk_restore_job_new (backup);
  g_autoptr (GError) error = NULL;

  if (kind->fault != FK_SIM_FAULT_DEAD_CELL)
    return;
  fk_change_job_set_safety_backup (FK_CHANGE_JOB (job), FALSE);
  if (!bench_run (bench, job, &error))
    g_assert_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT);
}

static void
test_restore (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkJob) clean = NULL;
  g_autoptr (GBytes) flash = NULL;
  guint64 start;
  guint64 n_transfers;
  guint n_failed = 0;
  guint n_done = 0;
  Bench bench;

  bench_open (&bench, test->board);
  backup = bench_back_up (&bench);
  flash = bench_peek (&bench, FLASH, bench.flash_size);
  start = fk_sim_board_get_n_transfers (bench.board);
  bench_poke (&bench, DAMAGED_BYTE, "!!", 2);
  clean = fk_restore_job_new (backup);
  bench_run_well (&bench, clean);
  n_transfers = fk_sim_board_get_n_transfers (bench.board) - start;
  for (guint64 index = 0; index < n_transfers; index += choose_step (n_transfers))
    {
      g_autoptr (FkJob) job = fk_restore_job_new (backup);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) after = NULL;
      gboolean ok;

      bench_poke (&bench, DAMAGED_BYTE, "!!", 2);
      ok = run_with_fault (&bench, job, test->kind, index, &error);
      if (!ok)
        assert_named (error, test->kind, index);
      *(ok ? &n_done : &n_failed) += 1;
      repair (&bench);
      after = bench_peek (&bench, FLASH, bench.flash_size);
      if (ok || fk_change_job_get_result (FK_CHANGE_JOB (job))->verified != FK_VERIFIED_NO)
        g_assert_true (g_bytes_equal (after, flash));
      if (!g_bytes_equal (after, flash))
        {
          g_autoptr (FkJob) again = fk_restore_job_new (backup);
          g_autoptr (GBytes) healed = NULL;

          use_up_dead_cell (&bench, test->kind, backup);
          fk_change_job_set_safety_backup (FK_CHANGE_JOB (again), FALSE);
          bench_run_well (&bench, again);
          healed = bench_peek (&bench, FLASH, bench.flash_size);
          g_assert_true (g_bytes_equal (healed, flash));
          bench_assert_left_well (&bench);
        }
      repair (&bench);
    }
  g_test_message ("%u failed, %u done, of %" G_GUINT64_FORMAT " transfers", n_failed, n_done,
                  n_transfers);
  bench_close (&bench);
}

int
main (int argc, char *argv[])
{
  static const char *const boards[] = { "f030", "disco-f4" };
  static Case cases[G_N_ELEMENTS (boards) * G_N_ELEMENTS (kinds)];

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < (g_test_slow () ? G_N_ELEMENTS (boards) : 1); i++)
    for (guint j = 0; j < G_N_ELEMENTS (kinds); j++)
      {
        Case *test = &cases[i * G_N_ELEMENTS (kinds) + j];
        g_autofree char *backup =
            g_strdup_printf ("/faults/backup/%s/%s", boards[i], kinds[j].name);
        g_autofree char *restore =
            g_strdup_printf ("/faults/restore/%s/%s", boards[i], kinds[j].name);

        *test = (Case){ boards[i], &kinds[j] };
        g_test_add_data_func (backup, test, test_backup);
        g_test_add_data_func (restore, test, test_restore);
      }
  return g_test_run ();
}
