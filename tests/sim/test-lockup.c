/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A core that has locked up although its vector table looks right: why it did stands in the flash.
 * Who reads the flash anyway hears of it for nothing, who only wants to know reads for it, and
 * nobody else waits. */

#include "config.h"

#include "job-bench.h"

#include <string.h>

static const char reason[] = "The core has locked up: the program in the flash was made to run "
                             "at 0x08007000, but lies at 0x08000000.";

/* The application of the SKR Mini belongs to 0x08007000; at 0x08000000 it cannot run. */
static void
lock_up (Bench *bench)
{
  g_autoptr (GBytes) application = bench_peek_misplaced (bench);

  bench_poke (bench, FLASH, g_bytes_get_data (application, NULL), g_bytes_get_size (application));
  fk_sim_board_power_cycle (bench->board);
}

typedef struct
{
  guint64 n_commands;
  guint64 n_bytes;
} Cost;

/* What @job costs on a healthy board, or on one that has locked up. */
static Cost
measure (FkJob *job, gboolean locked_up)
{
  FkSimCounters before, after;
  Bench bench;

  bench_open (&bench, "skr-mini-e3");
  if (locked_up)
    lock_up (&bench);
  fk_sim_board_get_counters (bench.board, &before);
  bench_run_well (&bench, job);
  fk_sim_board_get_counters (bench.board, &after);
  bench_close (&bench);
  return (Cost){ after.n_commands - before.n_commands, after.n_bytes - before.n_bytes };
}

/* A look at the vectors and the fault registers. */
#define MORE_COMMANDS 12
#define MORE_BYTES    512

static void
check_cost (const char *name, FkJob *sound, FkJob *broken)
{
  Cost healthy = measure (sound, FALSE);
  Cost locked_up = measure (broken, TRUE);

  g_test_message ("%s: %" G_GUINT64_FORMAT " commands, %" G_GUINT64_FORMAT
                  " bytes; locked up: %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT,
                  name, healthy.n_commands, healthy.n_bytes, locked_up.n_commands,
                  locked_up.n_bytes);
  g_assert_cmpuint (locked_up.n_commands, <=, healthy.n_commands + MORE_COMMANDS);
  g_assert_cmpuint (locked_up.n_bytes, <=, healthy.n_bytes + MORE_BYTES);
  g_object_unref (sound);
  g_object_unref (broken);
}

static void
test_costs_nothing (void)
{
  FkRange word = { FLASH, 4 };
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (GError) error = NULL;

  /* Blank on both. */
  fk_image_add_data (image, FLASH + 0x3ff00, (const guint8 *)"\xff\xff\xff\xff", 4, &error);
  g_assert_no_error (error);

  check_cost ("backup", fk_backup_job_new (NULL, NULL), fk_backup_job_new (NULL, NULL));
  check_cost ("reading all", fk_read_job_new_flash (), fk_read_job_new_flash ());
  check_cost ("reading a word", fk_read_job_new (word), fk_read_job_new (word));
  check_cost ("verifying", fk_verify_job_new (image), fk_verify_job_new (image));
}

static void
assert_explained (FkIdentity *identity)
{
  const char *const *warnings = fk_identity_get_warnings (identity);

  g_assert_true (fk_identity_get_locked_up (identity));
  g_assert_cmpuint (g_strv_length ((GStrv)warnings), ==, 1);
  g_assert_true (g_str_has_prefix (warnings[0], reason));
}

static void
test_explained (void)
{
  g_autoptr (FkJob) info = fk_info_job_new ();
  g_autoptr (FkJob) read = fk_read_job_new_flash ();
  g_autoptr (FkJob) backup = fk_backup_job_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  Bench bench;

  bench_open (&bench, "skr-mini-e3");
  lock_up (&bench);
  bench_run_well (&bench, info);
  assert_explained (fk_info_job_get_identity (FK_INFO_JOB (info)));
  bench_run_well (&bench, read);
  assert_explained (fk_read_job_get_identity (FK_READ_JOB (read)));
  bench_run_well (&bench, backup);
  assert_explained (fk_backup_job_get_identity (FK_BACKUP_JOB (backup)));

  path = g_build_filename (fk_backup_get_path (fk_backup_job_get_backup (FK_BACKUP_JOB (backup))),
                           "backup.ini", NULL);
  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  g_assert_nonnull (strstr (text, reason));
  bench_close (&bench);
}

/* The backup that is made before a change, of what the survey found, says so, too; and what was
 * held then is not taken for what is held afterwards. */
static void
test_safety_backup (void)
{
  g_autoptr (FkBackup) good = NULL;
  g_autoptr (FkJob) restore = NULL;
  g_autoptr (FkJob) again = NULL;
  g_autoptr (FkImage) image = NULL;
  g_autoptr (GBytes) application = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  GPtrArray *warnings;
  Bench bench;

  bench_open (&bench, "skr-mini-e3");
  application = bench_peek_misplaced (&bench);
  good = bench_back_up (&bench);
  lock_up (&bench);
  restore = FK_JOB (fk_restore_job_new (good));
  bench_run_well (&bench, restore);
  path = g_build_filename (fk_backup_get_path (
                               fk_change_job_get_safety_backup (FK_CHANGE_JOB (restore))),
                           "backup.ini", NULL);
  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  g_assert_nonnull (strstr (text, reason));
  warnings = fk_change_job_get_warnings (FK_CHANGE_JOB (restore));
  for (guint i = 0; i < warnings->len; i++)
    g_assert_null (
        strstr (((const FkFinding *)g_ptr_array_index (warnings, i))->text, "locked up"));
  bench_assert_left_well (&bench);

  image = fk_image_new_for_bytes (FLASH, application, NULL);
  again = fk_write_job_new (image);
  bench_run_well (&bench, again);
  warnings = fk_change_job_get_warnings (FK_CHANGE_JOB (again));
  g_assert_cmpuint (warnings->len, >, 0);
  g_assert_true (
      g_str_has_prefix (((const FkFinding *)g_ptr_array_index (warnings, warnings->len - 1))->text,
                        reason));
  bench_close (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lockup/costs-nothing", test_costs_nothing);
  g_test_add_func ("/lockup/explained", test_explained);
  g_test_add_func ("/lockup/safety-backup", test_safety_backup);
  return g_test_run ();
}
