/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A flash in two parts, of 192 KiB each, with a gap of 64 KiB between them: what the suites over
 * all boards do not ask. */

#include "config.h"

#include "job-bench.h"

#include "base/fk-error.h"
#include "job/fk-backup-image.h"

#include <string.h>

#define BOARD  "meter-l1"
#define GAP    0x08030000u
#define SECOND 0x08040000u
#define END    0x08070000u

static FkImage *
load_image (FkBackup *backup)
{
  g_autoptr (GError) error = NULL;
  FkImage *image = fk_backup_image_load (backup, NULL, &error);

  g_assert_no_error (error);
  return image;
}

/* @value at @address of a file without addresses that has all from the first part to the last. */
static FkImage *
flatten (FkImage *image, guint32 address, guint8 value)
{
  g_autoptr (GBytes) filled = fk_image_to_bytes (image, 0, NULL);
  gsize size;
  g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (filled, &size), g_bytes_get_size (filled));
  g_autoptr (GBytes) bytes = NULL;

  g_assert_cmpuint (size, ==, END - FLASH);
  data[address - FLASH] = value;
  bytes = g_bytes_new_take (g_steal_pointer (&data), size);
  return fk_image_new_for_bytes (FLASH, bytes, NULL);
}

/* What a backup says of the gap, and what a file of it has there. */
static void
test_backup (void)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkImage) image = NULL;
  const FkImageFormat *const *formats;
  const FkBackupRegion *flash;
  guint n_formats;
  Bench bench;

  bench_open (&bench, BOARD);
  backup = bench_back_up (&bench);
  flash = fk_backup_find_region (backup, "flash");
  g_assert_cmphex (flash->range.address, ==, FLASH);
  g_assert_cmpuint (flash->range.size, ==, END - FLASH);
  g_assert_cmpuint (fk_backup_get_flash_size (backup), ==, 384 * 1024);
  g_assert_cmpstr (flash->verified, ==, "crc");
  g_assert_cmpuint (flash->n_covered, ==, 2);
  g_assert_cmphex (flash->covered[0].address, ==, FLASH);
  g_assert_cmphex (flash->covered[0].size, ==, GAP - FLASH);
  g_assert_cmphex (flash->covered[1].address, ==, SECOND);
  g_assert_cmphex (flash->covered[1].size, ==, END - SECOND);
  image = load_image (backup);
  g_assert_cmpuint (fk_image_get_n_segments (image), ==, 2);
  g_assert_cmpuint (fk_image_get_size (image), ==, 384 * 1024);
  formats = fk_image_format_get_all (&n_formats);
  for (guint i = 0; i < n_formats; i++)
    {
      g_autofree char *told = fk_backup_image_describe_fill (backup, formats[i]);

      g_assert_true ((told != NULL) == !formats[i]->has_addresses);
      if (told != NULL)
        g_assert_nonnull (strstr (told, "says nothing of 0x08030000-0x0803ffff"));
    }
  bench_close (&bench);
}

/* A file without addresses that was made of this chip goes back to it; what says something of the
 * gap is for another one. */
static void
test_write (void)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkImage) image = NULL;
  g_autoptr (FkImage) blank_gap = NULL;
  g_autoptr (FkImage) full_gap = NULL;
  g_autoptr (FkJob) good = NULL;
  g_autoptr (FkJob) bad = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench_open (&bench, BOARD);
  backup = bench_back_up (&bench);
  before = bench_peek (&bench, FLASH, bench.flash_size);
  image = load_image (backup);
  full_gap = flatten (image, SECOND - 1, 1);
  bad = fk_write_job_new (full_gap);
  g_assert_false (bench_run (&bench, bad, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
  g_assert_nonnull (strstr (error->message, "at 0x0803ffff"));
  g_assert_nonnull (strstr (error->message, "0x08030000-0x0803ffff"));
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, 0);

  blank_gap = flatten (image, SECOND - 1, 0);
  bench_damage (&bench);
  good = fk_write_job_new (blank_gap);
  bench_run_well (&bench, good);
  after = bench_peek (&bench, FLASH, bench.flash_size);
  bench_assert_equal (before, after);
  g_assert_cmpint (fk_change_job_get_result (FK_CHANGE_JOB (good))->verified, ==, FK_VERIFIED_CRC);
  bench_close (&bench);
}

/* What lies in the gap of an image is not compared, and that is told. */
static void
test_verify (void)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkImage) image = NULL;
  g_autoptr (FkImage) flat = NULL;
  g_autoptr (FkJob) whole = NULL;
  g_autoptr (FkJob) parts = NULL;
  Bench bench;

  bench_open (&bench, BOARD);
  backup = bench_back_up (&bench);
  image = load_image (backup);
  flat = flatten (image, GAP, 1);
  whole = fk_verify_job_new (flat);
  bench_run_well (&bench, whole);
  g_assert_cmpuint (fk_verify_job_get_bytes (FK_VERIFY_JOB (whole)), ==, 384 * 1024);
  g_assert_nonnull (strstr (fk_verify_job_get_warnings (FK_VERIFY_JOB (whole))[0],
                            "outside the flash was not compared"));
  parts = fk_verify_job_new (image);
  bench_run_well (&bench, parts);
  g_assert_null (fk_verify_job_get_warnings (FK_VERIFY_JOB (parts))[0]);
  bench_close (&bench);
}

/* The whole flash, by a chip without its CRC unit, and what a range may be. */
static void
test_read (void)
{
  static const struct
  {
    FkRange range;
    FkError code;
    const char *message;
  } rows[] = {
    { { GAP, 256 }, FK_ERROR_BUS_FAULT, "0x08030000" },
    { { GAP - 256, 512 }, FK_ERROR_OUT_OF_RANGE, "reaches into a gap of the flash" },
    { { SECOND - 256, 512 }, FK_ERROR_BUS_FAULT, "0x0803ff00" },
    { { END - 256, 512 }, FK_ERROR_OUT_OF_RANGE, "which has 384 KiB" },
  };
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkImage) image = NULL;
  g_autoptr (FkJob) job = fk_read_job_new_flash ();
  FkImage *read;
  Bench bench;

  bench_open (&bench, BOARD "?crc=none");
  backup = bench_back_up (&bench);
  image = load_image (backup);
  bench_run_well (&bench, job);
  read = fk_read_job_get_image (FK_READ_JOB (job));
  g_assert_cmpuint (fk_image_get_n_segments (read), ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      FkSegment a = fk_image_get_segment (image, i);
      FkSegment b = fk_image_get_segment (read, i);

      g_assert_cmphex (a.range.address, ==, b.range.address);
      g_assert_cmpmem (a.data, a.range.size, b.data, b.range.size);
    }
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FkJob) part = fk_read_job_new (rows[i].range);
      g_autoptr (GError) error = NULL;

      g_assert_false (bench_run (&bench, part, &error));
      g_assert_error (error, FK_ERROR, (int)rows[i].code);
      if (strstr (error->message, rows[i].message) == NULL)
        g_error ("\"%s\" lacks \"%s\"", error->message, rows[i].message);
    }
  bench_close (&bench);
}

/* All of it is erased by what `erase --all` does; nothing is to be erased where nothing is, and
 * what lies on both sides is. */
static void
test_erase (void)
{
  static const guint8 page[256] = { 1 };
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkJob) gap = fk_erase_job_new_range ((FkRange){ GAP, 4096 });
  g_autoptr (FkJob) both =
      fk_erase_job_new_range ((FkRange){ GAP - 256, SECOND + 256 - (GAP - 256) });
  g_autoptr (FkJob) all = fk_erase_job_new_all ();
  g_autoptr (GBytes) flash = NULL;
  g_autoptr (GError) error = NULL;
  const guint8 *data;
  Bench bench;

  bench_open (&bench, BOARD);
  backup = bench_back_up (&bench);
  bench_poke (&bench, GAP - 256, page, sizeof page);
  bench_poke (&bench, SECOND, page, sizeof page);
  g_assert_false (bench_run (&bench, gap, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
  g_assert_nonnull (strstr (error->message, "0x08030000 is in a gap of the chip's flash"));
  bench_run_well (&bench, both);
  g_assert_cmpuint (fk_change_job_get_result (FK_CHANGE_JOB (both))->sectors_erased, ==, 2);
  bench_run_well (&bench, all);
  flash = bench_peek (&bench, FLASH, bench.flash_size);
  data = g_bytes_get_data (flash, NULL);
  for (guint32 i = 0; i < bench.flash_size; i++)
    g_assert_cmphex (data[i], ==, 0);
  bench_close (&bench);
}

/* The bits that protect the second part begin where those of a first one of 256 KiB would end
 * (WRPR3; stm32l151xdx.h): bit 0 of WRP3L is for its first 4 KiB. */
static void
test_protection (void)
{
  static const guint8 word[4] = { 0x01, 0x00, 0xfe, 0xff };
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkImage) image = bench_make_image (SECOND, 256);
  g_autoptr (FkImage) next = bench_make_image (SECOND + 4096, 256);
  g_autoptr (FkJob) bad = fk_write_job_new (image);
  g_autoptr (FkJob) good = fk_write_job_new (next);
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench_open (&bench, BOARD);
  g_assert_true (fk_sim_board_poke (bench.board, 0x1ff80018, word, sizeof word));
  fk_sim_board_power_cycle (bench.board);
  g_assert_false (bench_run (&bench, bad, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_WRITE_PROTECTED);
  g_assert_nonnull (strstr (error->message, "0x08040000"));
  bench_run_well (&bench, good);
  bench_close (&bench);
}

/* An H743 of 1 MiB: twice 512 KiB, from 0x08000000 and from 0x08100000 on (RM0433, 4.3.4), whose
 * bits of protection count as if there were 1 MiB each. */
static void
test_h7 (void)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkImage) image = NULL;
  g_autoptr (FkImage) held = NULL;
  g_autoptr (FkJob) all = fk_erase_job_new_all ();
  g_autoptr (FkJob) restore = NULL;
  g_autoptr (FkJob) read = fk_read_job_new_flash ();
  guint8 byte;
  Bench bench;

  bench_open (&bench, "skr-3?flash=1024");
  bench_poke (&bench, 0x08100000, "second", 6);
  backup = bench_back_up (&bench);
  image = load_image (backup);
  g_assert_cmpuint (fk_image_get_n_segments (image), ==, 2);
  g_assert_cmphex (fk_image_get_segment (image, 1).range.address, ==, 0x08100000);
  g_assert_cmphex (fk_image_get_segment (image, 1).range.size, ==, 0x80000);
  g_assert_false (fk_sim_board_peek (bench.board, 0x08080000, &byte, 1));
  g_assert_false (fk_sim_board_peek (bench.board, 0x080fffff, &byte, 1));
  bench_run_well (&bench, all);
  g_assert_true (fk_sim_board_peek (bench.board, 0x08100000, &byte, 1));
  g_assert_cmphex (byte, ==, 0xff);
  restore = fk_restore_job_new (backup);
  bench_run_well (&bench, restore);
  bench_run_well (&bench, read);
  held = g_object_ref (fk_read_job_get_image (FK_READ_JOB (read)));
  for (guint i = 0; i < 2; i++)
    {
      FkSegment a = fk_image_get_segment (image, i);
      FkSegment b = fk_image_get_segment (held, i);

      g_assert_cmpmem (a.data, a.range.size, b.data, b.range.size);
    }
  bench_close (&bench);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jobs-gap/backup", test_backup);
  g_test_add_func ("/jobs-gap/write", test_write);
  g_test_add_func ("/jobs-gap/verify", test_verify);
  g_test_add_func ("/jobs-gap/read", test_read);
  g_test_add_func ("/jobs-gap/erase", test_erase);
  g_test_add_func ("/jobs-gap/protection", test_protection);
  g_test_add_func ("/jobs-gap/h7", test_h7);
  return g_test_run ();
}
