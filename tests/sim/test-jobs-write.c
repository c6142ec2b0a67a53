/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writing, erasing, verifying and reading on the simulated boards, as the window and the command
 * line do it. */

#include "config.h"

#include "each-board.h"
#include "job-bench.h"

#include "base/fk-error.h"

#include <string.h>

/* What an erased byte of the board's flash reads as. */
static guint8
get_blank (const char *name)
{
  return g_str_has_suffix (name, "-l1") || g_str_equal (name, "nucleo-l073") ? 0 : 0xff;
}

/* Story 5: the application at 0x0800C000; bootloader and settings before it stay as they are. */
static void
test_write_application (void)
{
  g_autoptr (FkImage) image = bench_make_image (FLASH + 0xc000, 12345);
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
  bench_assert_equal (boot_before, boot_after);
  bench_assert_equal (rest_before, rest_after);
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
      g_autoptr (FkImage) image = bench_make_image (FLASH + rows[i].offset, rows[i].size);
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
  g_autoptr (FkImage) beyond = bench_make_image (FLASH + 0x3fff, 2);
  g_autoptr (FkImage) elsewhere = bench_make_image (0x20000000, 4);
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
  g_assert_nonnull (bench_find_warning (FK_CHANGE_JOB (job), "and only starts there"));
  g_assert_nonnull (bench_find_warning (FK_CHANGE_JOB (job), reason));

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
  g_assert_nonnull (
      bench_find_warning (FK_CHANGE_JOB (plan), "The chip has a bootloader at 0x08000000"));

  refused = fk_write_job_new (image);
  fk_change_job_set_safety_backup (FK_CHANGE_JOB (refused), full_capture != NULL);
  fk_change_job_set_spares_bootloader (FK_CHANGE_JOB (refused), TRUE);
  g_assert_false (bench_run (&bench, refused, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_USAGE);
  g_assert_nonnull (strstr (error->message, "Nothing was changed"));
  after = bench_peek (&bench, FLASH, 256 * 1024);
  bench_assert_equal (before, after);
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
    g_assert_cmphex (data[i], ==, get_blank (name));
  g_assert_cmpuint (bench_count_backups (&bench), ==, 1);
  /* Told before; that nothing runs afterwards is no news.  L0 and L1 have a data EEPROM that stays.
   */
  g_assert_cmpuint (fk_change_job_get_warnings (FK_CHANGE_JOB (all))->len, ==,
                    get_blank (name) == 0 ? 2 : 1);
  g_assert_nonnull (bench_find_warning (FK_CHANGE_JOB (all), "would be erased, or a part of it"));

  n_erases = fk_sim_board_get_n_erases (bench.board);
  bench_run_well (&bench, again);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, n_erases);

  restore = FK_CHANGE_JOB (fk_restore_job_new (backup));
  bench_run_well (&bench, FK_JOB (restore));
  after = bench_peek (&bench, FLASH, bench.flash_size);
  bench_assert_equal (before, after);
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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_for_each_board ("/jobs/erase/", test_erase);
  add_for_each_board ("/jobs/verify/", test_verify);
  add_for_each_board ("/jobs/write-odd/", test_write_odd);
  g_test_add_func ("/jobs/write-application", test_write_application);
  g_test_add_func ("/jobs/write-refused", test_write_refused);
  g_test_add_func ("/jobs/write-linked-elsewhere", test_write_linked_elsewhere);
  g_test_add_func ("/jobs/planned", test_planned);
  g_test_add_data_func ("/jobs/write-over-bootloader/safe", "", test_write_over_bootloader);
  g_test_add_data_func ("/jobs/write-over-bootloader/quick", NULL, test_write_over_bootloader);
  g_test_add_func ("/jobs/erase-range", test_erase_range);
  g_test_add_func ("/jobs/verify-outside", test_verify_outside);
  g_test_add_func ("/jobs/read", test_read);
  return g_test_run ();
}
