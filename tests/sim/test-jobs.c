/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looking at the simulated boards and backing them up, options and protection, through the session,
 * the ST-LINK driver and the library, as the window and the command line use them. */

#include "config.h"

#include "each-board.h"
#include "job-bench.h"
#include "lying-probe.h"

#include "base/fk-error.h"
#include "chip/fk-chip-private.h"

#include <string.h>

/* --- info and backup ------------------------------------------------------------------------ */

/* What an erased byte of the board's flash reads as. */
static guint8
get_blank (const char *name)
{
  return g_str_has_suffix (name, "-l1") || g_str_equal (name, "nucleo-l073") ? 0 : 0xff;
}

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

/* 64 KiB are 12 blocks, each with the question how it went; all else is the fixed cost of a job.
 * How often a chip that is being written is asked how far it is varies a little. */
static void
test_fixed_cost (void)
{
  guint64 n_info = count_commands (fk_info_job_new ());
  guint64 n_backup = count_commands (fk_backup_job_new (NULL, NULL));
  g_autoptr (FkImage) image = bench_make_image (FLASH, 0x10000);
  FkJob *write = fk_write_job_new (image);
  guint64 n_write;

  fk_change_job_set_safety_backup (FK_CHANGE_JOB (write), FALSE);
  n_write = count_commands (write);
  g_test_message ("info: %" G_GUINT64_FORMAT " commands, backup: %" G_GUINT64_FORMAT
                  ", write: %" G_GUINT64_FORMAT,
                  n_info, n_backup, n_write);
  g_assert_cmpuint (n_info, <=, 22);
  g_assert_cmpuint (n_backup, <=, 49);
  g_assert_cmpuint (n_write, <=, 350);
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
  g_assert_null (fk_backup_job_get_bytes (FK_BACKUP_JOB (job), "ram"));
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
      bench_assert_equal (stored, fk_backup_job_get_bytes (FK_BACKUP_JOB (job), region->name));
      if (strcmp (region->name, "option-bytes") == 0)
        continue; /* on F2/F4 these are registers */
      real = bench_peek (&bench, region->range.address, region->range.size);
      bench_assert_equal (stored, real);
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
  bench_assert_equal (before, after);
  bench_assert_left_well (&bench);
  bench.session = good;
  g_assert_finalize_object (g_steal_pointer (&session));
  bench_close (&bench);
}

static void
test_lost_library (gconstpointer name)
{
  g_autoptr (FkJob) job = fk_backup_job_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench_open (&bench, name);
  g_assert_false (bench_run_without_library (&bench, job, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
  g_assert_true (g_str_has_prefix (error->message, "The backup cannot be stored: "));
  g_assert_null (fk_backup_job_get_backup (FK_BACKUP_JOB (job)));
  bench_assert_left_well (&bench);
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

    bench_assert_equal (first, before); /* the dry run and the bad ones wrote nothing */
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
  g_autoptr (FkImage) image = bench_make_image (FLASH, 16);
  g_autoptr (FkJob) info = fk_info_job_new ();
  g_autoptr (FkJob) unlock = NULL;
  g_autoptr (FkJob) after = fk_info_job_new ();
  g_autoptr (FkJob) again = NULL;
  g_autofree char *change = g_strconcat (get_plain_option (name), "=0", NULL);
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
  refused[5] = fk_options_job_new ((const char *const[]){ change, NULL }, FALSE);
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
  if (g_str_equal (name, "nucleo-h503")) /* a product state is for ST's debug authentication */
    {
      g_assert_false (bench_run (&bench, unlock, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
      g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 0);
      bench_close (&bench);
      return;
    }
  bench_run_well (&bench, unlock);
  blank = bench_peek (&bench, FLASH, 0x4000);
  for (guint i = 0; i < 0x4000; i++)
    g_assert_cmphex (((const guint8 *)g_bytes_get_data (blank, NULL))[i], ==, get_blank (name));
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
  g_autoptr (FkImage) image = bench_make_image (FLASH, 16);
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
  g_autoptr (FkImage) image = bench_make_image (FLASH, 16);
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

/* A chip that nothing writes yet: it is backed up, but for option bytes, and left alone.  Which
 * that is changes, so one is described so here. */
static void
test_without_driver (void)
{
  FkChipDesc *desc = (FkChipDesc *)fk_chip_db_find (fk_chip_db_get_default (), 0x467, NULL);
  const char *driver = desc->driver;
  g_autoptr (FkImage) image = bench_make_image (FLASH, 16);
  g_autoptr (FkJob) job = fk_backup_job_new (NULL, NULL);
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) saved = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autofree char *phrase = NULL;
  g_autoptr (GError) error = NULL;
  FkJob *refused[4];
  FkBackup *backup;
  Bench bench;

  desc->driver = "none";
  bench_open (&bench, "skr-mini-e3-v3");
  before = bench_peek (&bench, FLASH, 0x80000);
  bench_run_well (&bench, job);
  backup = fk_backup_job_get_backup (FK_BACKUP_JOB (job));
  saved = fk_backup_load_region (backup, "flash", NULL, &error);
  g_assert_no_error (error);
  bench_assert_equal (saved, before);
  g_assert_cmpstr (fk_backup_find_region (backup, "flash")->verified, ==, "crc");
  g_assert_nonnull (fk_backup_find_region (backup, "otp"));
  g_assert_null (fk_backup_find_region (backup, "option-bytes"));
  bench_assert_backup_sound (&bench, backup);
  bench_assert_left_well (&bench);

  refused[0] = fk_write_job_new (image);
  refused[1] = fk_erase_job_new_all ();
  refused[2] = fk_options_job_new ((const char *const[]){ "DUAL_BANK=0", NULL }, FALSE);
  phrase = fk_unlock_job_make_phrase (fk_backup_get_uid (backup));
  refused[3] = fk_unlock_job_new (phrase);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_assert_false (bench_run (&bench, refused[i], &error));
      g_assert_true (g_error_matches (error, FK_ERROR, FK_ERROR_UNKNOWN_CHIP) ||
                     g_error_matches (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED));
      g_clear_error (&error);
      g_object_unref (refused[i]);
      bench_assert_left_well (&bench);
    }
  after = bench_peek (&bench, FLASH, 0x80000);
  bench_assert_equal (after, before);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 0);
  bench_close (&bench);
  desc->driver = driver;
}

/* An L1: what it holds beside its flash is backed up, too, and its erased flash is folded. */
static void
test_eeprom (void)
{
  g_autoptr (FkJob) job = fk_backup_job_new (NULL, NULL);
  g_autoptr (FkJob) verify = NULL;
  g_autoptr (GBytes) flash = NULL;
  g_autoptr (GBytes) eeprom = NULL;
  g_autoptr (GBytes) saved_flash = NULL;
  g_autoptr (GBytes) saved_eeprom = NULL;
  g_autoptr (GError) error = NULL;
  FkBackup *backup;
  Bench bench;

  bench_open (&bench, "disco-l1");
  flash = bench_peek (&bench, FLASH, 0x40000);
  eeprom = bench_peek (&bench, 0x08080000, 0x2000);
  bench_run_well (&bench, job);
  backup = fk_backup_job_get_backup (FK_BACKUP_JOB (job));
  saved_flash = fk_backup_load_region (backup, "flash", NULL, &error);
  g_assert_no_error (error);
  bench_assert_equal (saved_flash, flash);
  saved_eeprom = fk_backup_load_region (backup, "eeprom", NULL, &error);
  g_assert_no_error (error);
  bench_assert_equal (saved_eeprom, eeprom);
  g_assert_cmphex (fk_backup_find_region (backup, "eeprom")->range.address, ==, 0x08080000);
  g_assert_true (fk_backup_region_is_verified (fk_backup_find_region (backup, "eeprom")));
  g_assert_cmpstr (fk_backup_find_region (backup, "flash")->verified, ==, "crc");
  g_assert_cmpuint (fk_backup_find_region (backup, "flash")->used, <, 0x40000);
  bench_assert_backup_sound (&bench, backup);
  bench_assert_left_well (&bench);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 0);
  bench_close (&bench);
}

/* Code that may be run but not read: a backup would hold something else, so there is none. */
static void
test_hidden_l1 (void)
{
  /* SPRMOD; then the bits of the sectors, of which the last is hidden. */
  static const guint8 pcrop[24] = { 0xaa, 0x01, 0x55, 0xfe, 0x78, 0x00, 0x87, 0xff,
                                    0xff, 0xff, 0x00, 0x00, 0xff, 0xff, 0x00, 0x00,
                                    0xff, 0xff, 0x00, 0x00, 0xff, 0x7f, 0x00, 0x80 };
  g_autoptr (FkJob) job = fk_backup_job_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench_open (&bench, "disco-l1");
  g_assert_true (fk_sim_board_poke (bench.board, 0x1ff80000, pcrop, sizeof pcrop));
  fk_sim_board_power_cycle (bench.board);
  g_assert_false (bench_run (&bench, job, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROTECTED);
  g_assert_nonnull (strstr (error->message, "SPRMOD"));
  bench_assert_left_well (&bench);
  bench_close (&bench);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jobs/fixed-cost", test_fixed_cost);
  add_for_each_board ("/jobs/info/", test_info);
  add_for_each_board ("/jobs/backup/", test_backup);
  add_for_each_board ("/jobs/protected/", test_protected);
  add_for_two_boards ("/jobs/backup-hot-plug/", test_backup_hot_plug);
  add_for_two_boards ("/jobs/leave-halted/", test_leave_halted);
  add_for_two_boards ("/jobs/bad-library/", test_bad_library);
  add_for_two_boards ("/jobs/lost-library/", test_lost_library);
  add_for_two_boards ("/jobs/backup-cancel/", test_backup_cancel);
  add_for_two_boards ("/jobs/options/", test_options);
  g_test_add_func ("/jobs/phrase", test_phrase);
  g_test_add_func ("/jobs/unknown-chip", test_unknown_chip);
  g_test_add_func ("/jobs/clone-chip", test_clone_chip);
  g_test_add_func ("/jobs/without-driver", test_without_driver);
  g_test_add_func ("/jobs/eeprom", test_eeprom);
  g_test_add_func ("/jobs/hidden-l1", test_hidden_l1);
  return g_test_run ();
}
