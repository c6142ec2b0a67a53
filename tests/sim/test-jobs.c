/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every job on the simulated boards, through the session, the ST-LINK driver and the library, as
 * the window and the command line use them. */

#include "config.h"

#include "job-bench.h"

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

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    GTestDataFunc func;
  } on_each[] = {
    { "info", test_info },
    { "backup", test_backup },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (on_each); i++)
    for (guint j = 0; j < G_N_ELEMENTS (boards); j++)
      {
        g_autofree char *path = g_strdup_printf ("/jobs/%s/%s", on_each[i].name, boards[j]);

        g_test_add_data_func (path, boards[j], on_each[i].func);
      }
  return g_test_run ();
}
