/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is put into the library, and what is found there. */

#include "config.h"

#include "library-bench.h"

#include "base/fk-error.h"

#include <glib/gstdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- storing -------------------------------------------------------------------------------- */

static void
test_store (LibraryBench *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = store (f->library, 0);
  g_autoptr (GBytes) flash = NULL;
  g_autoptr (GBytes) wanted = make_bytes (5000, 0);
  g_autoptr (GError) error = NULL;
  g_autofree char *created =
      g_date_time_format (fk_backup_get_created (backup), "%Y-%m-%dT%H:%M:%SZ");
  const FkBackupRegion *region = fk_backup_find_region (backup, "flash");

  g_assert_cmpstr (fk_backup_get_id (backup), ==, "20261120T103205Z-STM32F405RG-3A0027");
  g_assert_cmpstr (fk_backup_get_name (backup), ==, "printer");
  g_assert_cmpstr (fk_backup_get_note (backup), ==, "");
  g_assert_cmpstr (created, ==, "2026-11-20T10:32:05Z");
  g_assert_cmpuint (fk_backup_get_dev_id (backup), ==, 0x413);
  g_assert_cmpuint (fk_backup_get_rev_id (backup), ==, 0x1001);
  g_assert_cmpuint (fk_backup_get_flash_size (backup), ==, 5000);
  g_assert_cmpuint (fk_backup_get_millivolts (backup), ==, 3268);
  g_assert_cmpuint (fk_backup_get_size (backup), ==, 5016);
  g_assert_cmpuint (fk_backup_get_regions (backup)->len, ==, 2);
  g_assert_cmpuint (region->range.address, ==, 0x08000000);
  g_assert_cmpuint (region->range.size, ==, 5000);
  g_assert_cmpstr (region->file, ==, "flash.bin");
  g_assert_cmpstr (region->verified, ==, "crc");
  flash = fk_backup_load_region (backup, "flash", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (flash, wanted));
  assert_sound (f->library, backup);
  run_shell ("cd '%s' && sha256sum --strict --quiet -c SHA256SUMS && "
             "test \"$(ls -A | tr '\\n' ' ')\" = "
             "'SHA256SUMS backup.ini flash.bin option-bytes.bin '",
             fk_backup_get_path (backup));
  run_shell ("cd '%s' && ls -A1 | grep -v SHA256SUMS | xargs sha256sum | cmp - SHA256SUMS",
             fk_backup_get_path (backup));
  g_assert_cmpuint (count_entries (fk_library_get_path (f->library)), ==, 1);
}

static void
test_used (LibraryBench *f, gconstpointer data)
{
  static const guint8 bytes[] = { 1, 0xff, 2, 0xff, 0xff };
  static const guint8 blank[] = { 0xff, 0xff };
  g_autoptr (FkBackupDraft) draft = make_draft (0);
  g_autoptr (GBytes) otp = g_bytes_new_static (bytes, sizeof bytes);
  g_autoptr (GBytes) empty = g_bytes_new_static (blank, sizeof blank);
  g_autoptr (FkBackup) backup = NULL;

  fk_backup_draft_add_region (draft, "otp", 0x1fff7800, otp, 0xff, "reread");
  fk_backup_draft_add_region (draft, "eeprom", 0x08080000, empty, 0xff, "no");
  backup = fk_library_store (f->library, draft, NULL, NULL);
  g_assert_cmpuint (fk_backup_find_region (backup, "otp")->used, ==, 3);
  g_assert_cmpuint (fk_backup_find_region (backup, "eeprom")->used, ==, 0);
  g_assert_null (fk_backup_find_region (backup, "ram"));
}

static void
test_same_second (LibraryBench *f, gconstpointer data)
{
  g_autoptr (FkBackup) one = store (f->library, 1);
  g_autoptr (FkBackup) two = store (f->library, 2);
  g_autoptr (FkBackup) three = store (f->library, 3);
  g_autoptr (GBytes) first = fk_backup_load_region (one, "flash", NULL, NULL);
  g_autoptr (GBytes) wanted = make_bytes (5000, 1);

  g_assert_cmpstr (fk_backup_get_id (two), ==, "20261120T103205Z-STM32F405RG-3A0027-2");
  g_assert_cmpstr (fk_backup_get_id (three), ==, "20261120T103205Z-STM32F405RG-3A0027-3");
  g_assert_true (g_bytes_equal (first, wanted));
  assert_sound (f->library, two);
  run_shell ("grep -qx 'Id=20261120T103205Z-STM32F405RG-3A0027-2' '%s/backup.ini'",
             fk_backup_get_path (two));
}

/* Ten within a second get "-10", which is no older than "-9". */
static void
test_same_second_order (LibraryBench *f, gconstpointer data)
{
  FkBackup *stored[11];
  g_autoptr (GPtrArray) list = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (stored); i++)
    {
      stored[i] = store (f->library, (guint8)i);
      if (i > 0)
        {
          g_assert_cmpint (fk_backup_compare_age (stored[i - 1], stored[i]), <, 0);
          g_assert_cmpint (fk_backup_compare_age (stored[i], stored[i - 1]), >, 0);
        }
    }
  g_assert_cmpint (fk_backup_compare_age (stored[3], stored[3]), ==, 0);
  list = fk_library_list (f->library, NULL, NULL, NULL);
  g_assert_cmpuint (list->len, ==, G_N_ELEMENTS (stored));
  for (guint i = 0; i < list->len; i++)
    {
      FkBackup *listed = g_ptr_array_index (list, list->len - 1 - i);

      g_assert_cmpstr (fk_backup_get_id (listed), ==, fk_backup_get_id (stored[i]));
      g_object_unref (stored[i]);
    }
}

static void
test_ids (LibraryBench *f, gconstpointer data)
{
  static const struct
  {
    const char *chip;
    const char *uid;
    const char *id;
  } rows[] = {
    { "STM32F405RG", "3a0027", "20261120T103205Z-STM32F405RG-3a0027" },
    { "STM32F405RG", "3A0028000C51383334373238", "20261120T103205Z-STM32F405RG-3A0028" },
    { "", "", "20261120T103205Z-UNKNOWN-NOUID" },
    { "../../etc/pass wd\n", "12345", "20261120T103205Z-______etc_pass_wd_-NOUID" },
    { "é", "/../../x", "20261120T103205Z-__-NOUID" },
    { "0123456789012345678901234567890123456789long", "AB12G345",
      "20261120T103205Z-0123456789012345678901234567890123456789-NOUID" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FkBackupDraft) draft = make_draft (0);
      g_autoptr (GError) error = NULL;
      g_autoptr (FkBackup) backup = NULL;

      fk_backup_draft_set (draft, "Chip", "Name", rows[i].chip);
      fk_backup_draft_set (draft, "Chip", "UID", rows[i].uid);
      backup = fk_library_store (f->library, draft, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (fk_backup_get_id (backup), ==, rows[i].id);
      g_assert_cmpstr (fk_backup_get_chip_name (backup), ==, rows[i].chip);
    }
}

static void
test_texts (LibraryBench *f, gconstpointer data)
{
  g_autofree char *name300 = g_strnfill (300, 'n');
  const char *const texts[] = {
    "a/b/../c",        "two\nlines\r\nand\ttabs",
    " blanks around ", "\\ \\n ;#=[x]",
    "Größe 64 KiB ✓",  "\x01\x02\x1b[31m\x7f",
    name300,           "\n",
    "[Backup]\nId=x",  "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (FkBackupDraft) draft = make_draft (0);
      g_autoptr (GError) error = NULL;
      g_autoptr (FkBackup) stored = NULL;
      g_autoptr (FkBackup) backup = NULL;

      fk_backup_draft_set (draft, "Backup", "Name", texts[i]);
      fk_backup_draft_set (draft, "Backup", "Note", texts[i]);
      stored = fk_library_store (f->library, draft, NULL, &error);
      g_assert_no_error (error);
      backup = fk_library_find (f->library, fk_backup_get_id (stored), &error);
      g_assert_no_error (error);
      g_assert_cmpstr (fk_backup_get_name (backup), ==, texts[i]);
      g_assert_cmpstr (fk_backup_get_note (backup), ==, texts[i]);
      assert_sound (f->library, backup);
    }
}

static void
test_not_utf8 (LibraryBench *f, gconstpointer data)
{
  g_autoptr (FkBackupDraft) draft = make_draft (0);
  g_autoptr (FkBackup) backup = NULL;

  fk_backup_draft_set (draft, "Backup", "Name", "caf\xe9!");
  fk_backup_draft_set (draft, "Backup", "Note", NULL);
  backup = fk_library_store (f->library, draft, NULL, NULL);
  g_assert_cmpstr (fk_backup_get_name (backup), ==, "caf\xef\xbf\xbd!");
  g_assert_cmpstr (fk_backup_get_note (backup), ==, "");
}

static gpointer
store_some (gpointer library)
{
  for (guint8 i = 0; i < 10; i++)
    {
      g_autoptr (FkBackup) backup = store (library, i);

      assert_sound (library, backup);
      g_assert_cmpuint (count_backups (library), >, i);
    }
  return NULL;
}

static void
test_threads (LibraryBench *f, gconstpointer data)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("store", store_some, f->library);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (count_backups (f->library), ==, 40);
  g_assert_cmpuint (count_entries (fk_library_get_path (f->library)), ==, 40);
}

static void
test_processes (LibraryBench *f, gconstpointer data)
{
  pid_t children[3];

  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    {
      children[i] = fork ();
      if (children[i] == 0)
        {
          store_some (f->library);
          _exit (0);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    {
      int status;

      g_assert_cmpint (waitpid (children[i], &status, 0), ==, children[i]);
      g_assert_cmpint (status, ==, 0);
    }
  g_assert_cmpuint (count_backups (f->library), ==, 30);
  g_assert_cmpuint (count_entries (fk_library_get_path (f->library)), ==, 30);
}

static void
test_cancel (LibraryBench *f, gconstpointer data)
{
  g_autoptr (FkBackupDraft) draft = make_draft (0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (fk_library_store (f->library, draft, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_entries (fk_library_get_path (f->library)), ==, 0);
}

/* --- reading what is there ------------------------------------------------------------------ */

static void
test_empty (LibraryBench *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (count_backups (f->library), ==, 0);
  g_assert_null (fk_library_find (f->library, "x", &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_BACKUP);
  g_clear_error (&error);
  g_assert_null (fk_library_find (f->library, "", &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_USAGE);
}

/* On a disk that is not plugged in: nobody writes to where it would be. */
static void
test_chosen_folder (LibraryBench *f, gconstpointer data)
{
  const char *path = fk_library_get_path (f->library);
  g_autoptr (FkBackupDraft) draft = make_draft (1);
  g_autoptr (FkLibrary) other = fk_library_new (f->dir);
  g_autoptr (FkBackup) elsewhere = store (other, 1);
  g_autofree char *elsewhere_path = g_build_filename (f->dir, fk_backup_get_id (elsewhere), NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (elsewhere_path);
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (GError) error = NULL;

  fk_library_require_folder (f->library);
  g_assert_null (fk_library_list (f->library, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);
  g_assert_false (fk_library_check_writable (f->library, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
  g_clear_error (&error);
  g_assert_null (fk_library_store (f->library, draft, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
  g_clear_error (&error);
  g_assert_null (fk_library_import (f->library, folder, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  g_assert_cmpuint (count_backups (f->library), ==, 0);
  backup = store (f->library, 1);
  assert_sound (f->library, backup);
}

static void
test_default_path (LibraryBench *f, gconstpointer data)
{
  g_autoptr (FkLibrary) library = fk_library_new (NULL);

  g_assert_true (g_str_has_suffix (fk_library_get_path (library), "/flashkeep/library"));
  g_assert_true (g_str_has_prefix (fk_library_get_path (library), g_get_user_data_dir ()));
}

static void
test_aliens (LibraryBench *f, gconstpointer data)
{
  g_autoptr (FkBackup) good = store (f->library, 0);
  g_autoptr (GPtrArray) backups = NULL;
  g_autoptr (GPtrArray) damaged = NULL;
  g_autoptr (GError) error = NULL;

  run_shell ("cd '%s' && mkdir empty notes fifo bad huge devil .hidden && echo x > notes/x && "
             "echo file > file && ln -s %s link && ln -s / root && mkfifo fifo/backup.ini && "
             "echo rubbish > bad/backup.ini && cp bad/backup.ini .hidden && "
             "truncate -s 9G huge/backup.ini && ln -s /etc/passwd devil/backup.ini && "
             "mkdir -p deep/backup.ini && cp -r %s newer && "
             "sed -i s/Format=1/Format=2/ newer/backup.ini && cp -r newer bare && "
             "rm bare/backup.ini",
             fk_library_get_path (f->library), fk_backup_get_id (good), fk_backup_get_id (good));
  g_assert_cmpuint (count_backups (f->library), ==, 1);
  backups = fk_library_list (f->library, &damaged, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (backups->len, ==, 1);
  g_assert_cmpuint (damaged->len, ==, 7);
  g_assert_null (fk_library_find (f->library, "bad", &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED);
  g_clear_error (&error);
  g_assert_null (fk_library_find (f->library, "newer", &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED);
  g_assert_nonnull (strstr (error->message, "format 2"));
  g_clear_error (&error);
  g_assert_null (fk_library_find (f->library, "../library", &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_BACKUP);
}

static void
test_bad_ini (LibraryBench *f, gconstpointer data)
{
  static const char *const changes[] = {
    "/^Format/d",
    "s/^Created=.*/Created=yesterday/",
    "/^DevId/d",
    "s/^DevId=.*/DevId=0x10413/",
    "s/^FlashSize=.*/FlashSize=-1/",
    "/^Address/d",
    "s/^Size=.*/Size=0/",
    "s/^Size=.*/Size=99999999999/",
    "s/^Address=0x08000000/Address=0xfffffff0/",
    "s/^File=flash.bin/File=..\\/flash.bin/",
    "s/^File=flash.bin/File=\\/etc\\/passwd/",
    "s/^File=flash.bin/File=backup.ini/",
    "s/^File=flash.bin/File=.hidden/",
    "s/^File=flash.bin/File=/",
    "s/^SHA256=./SHA256=/",
    "/^.Region/d",
    "d",
  };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (FkBackup) backup = store (f->library, (guint8)i);
      g_autoptr (GError) error = NULL;

      run_shell ("sed -i '%s' '%s/backup.ini'", changes[i], fk_backup_get_path (backup));
      g_assert_null (fk_library_find (f->library, fk_backup_get_id (backup), &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED);
      g_assert_nonnull (strstr (error->message, fk_backup_get_id (backup)));
    }
  g_assert_cmpuint (count_backups (f->library), ==, 0);
}

static gpointer
churn (gpointer data)
{
  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (FkBackup) backup = store (data, (guint8)i);

      run_shell ("rm -r '%s'", fk_backup_get_path (backup));
    }
  return NULL;
}

static void
test_vanishing (LibraryBench *f, gconstpointer data)
{
  g_autoptr (FkBackup) kept = store (f->library, 0);
  GThread *thread = g_thread_new ("churn", churn, f->library);

  for (guint i = 0; i < 300; i++)
    g_assert_cmpuint (count_backups (f->library), >=, 1);
  g_thread_join (thread);
  g_assert_cmpuint (count_backups (f->library), ==, 1);
}

static void
test_find (LibraryBench *f, gconstpointer data)
{
  g_autoptr (FkBackup) one = store (f->library, 1);
  g_autoptr (FkBackup) two = store (f->library, 2);
  g_autoptr (FkBackup) exact = fk_library_find (f->library, fk_backup_get_id (one), NULL);
  g_autoptr (FkBackup) unique =
      fk_library_find (f->library, "20261120T103205Z-STM32F405RG-3A0027-", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (fk_backup_get_id (exact), ==, fk_backup_get_id (one));
  g_assert_cmpstr (fk_backup_get_id (unique), ==, fk_backup_get_id (two));
  g_assert_null (fk_library_find (f->library, "2026", &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_AMBIGUOUS);
  g_assert_nonnull (strstr (error->message, fk_backup_get_id (two)));
}

/* Who names one that is gone does not mean the next one. */
static void
test_find_gone (LibraryBench *f, gconstpointer data)
{
  g_autoptr (FkBackup) one = store (f->library, 1);
  g_autoptr (FkBackup) two = store (f->library, 2);
  g_autoptr (FkBackup) found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (fk_library_trash (f->library, one, NULL, NULL));
  found = fk_library_find (f->library, fk_backup_get_id (one), &error);
  g_assert_null (found);
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_BACKUP);
  g_assert_nonnull (strstr (error->message, fk_backup_get_id (two)));
  found = fk_library_find (f->library, "20261120T103205Z-STM32F405RG", NULL);
  g_assert_nonnull (found);
}

static void
test_order (LibraryBench *f, gconstpointer data)
{
  static const char *const times[] = { "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z",
                                       "2026-06-01T12:00:00+02:00" };
  g_autoptr (GPtrArray) backups = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autoptr (FkBackupDraft) draft = make_draft (0);
      g_autoptr (FkBackup) backup = NULL;

      fk_backup_draft_set (draft, "Backup", "Created", times[i]);
      backup = fk_library_store (f->library, draft, NULL, NULL);
      g_assert_nonnull (backup);
    }
  backups = fk_library_list (f->library, NULL, NULL, NULL);
  g_assert_cmpuint (backups->len, ==, 3);
  g_assert_true (g_str_has_prefix (fk_backup_get_id (backups->pdata[0]), "20270101T000000Z"));
  g_assert_true (g_str_has_prefix (fk_backup_get_id (backups->pdata[1]), "20260601T100000Z"));
  g_assert_true (g_str_has_prefix (fk_backup_get_id (backups->pdata[2]), "20260101T000000Z"));
}

static void
test_find_same (LibraryBench *f, gconstpointer data)
{
  g_autoptr (FkBackup) stored = store (f->library, 1);
  g_autoptr (FkBackupDraft) same = make_draft (1);
  g_autoptr (FkBackupDraft) other = make_draft (2);
  g_autoptr (FkBackupDraft) nameless = make_draft (1);
  g_autoptr (FkBackupDraft) elsewhere = make_draft (1);
  g_autoptr (FkBackupDraft) less = fk_backup_draft_new ();
  g_autoptr (FkBackupDraft) more = make_draft (1);
  g_autoptr (GBytes) flash = make_bytes (5000, 1);
  g_autoptr (FkBackup) found = fk_library_find_same (f->library, same, NULL);
  g_autoptr (FkBackup) found_less = NULL;

  g_assert_nonnull (found);
  g_assert_cmpstr (fk_backup_get_id (found), ==, fk_backup_get_id (stored));
  g_assert_null (fk_library_find_same (f->library, other, NULL));
  fk_backup_draft_set (nameless, "Chip", "UID", "");
  g_assert_null (fk_library_find_same (f->library, nameless, NULL));
  fk_backup_draft_set (elsewhere, "Chip", "UID", "112233445566778899AA3A0028");
  g_assert_null (fk_library_find_same (f->library, elsewhere, NULL));
  fk_backup_draft_add_region (more, "otp", 0x1fff7800, flash, 0xff, "no");
  g_assert_null (fk_library_find_same (f->library, more, NULL));
  fk_backup_draft_set (less, "Chip", "UID", fk_backup_get_uid (stored));
  fk_backup_draft_set (less, "Chip", "DevId", "0x413");
  g_assert_null (fk_library_find_same (f->library, less, NULL));
  fk_backup_draft_add_region (less, "flash", 0x08000000, flash, 0xff, "no");
  found_less = fk_library_find_same (f->library, less, NULL);
  g_assert_nonnull (found_less);

  /* One that has rotted is none. */
  run_shell ("printf x | dd of='%s/flash.bin' bs=1 seek=77 conv=notrunc status=none",
             fk_backup_get_path (stored));
  g_assert_null (fk_library_find_same (f->library, same, NULL));
}

static void
test_check (LibraryBench *f, gconstpointer data)
{
  static const struct
  {
    const char *command;
    const char *says;
  } rows[] = {
    { "printf x | dd of=flash.bin bs=1 seek=4999 conv=notrunc status=none",
      "flash.bin was changed" },
    { "truncate -s 4999 flash.bin", "flash.bin was changed" },
    { "truncate -s 5001 flash.bin", "flash.bin was changed" },
    { "truncate -s 9G flash.bin", "flash.bin is larger than 64 MiB" },
    { "rm flash.bin", "flash.bin is missing" },
    { "rm SHA256SUMS", "SHA256SUMS is missing" },
    { "rm backup.ini", "backup.ini is missing" },
    { "touch extra", "extra does not belong there" },
    { "mkdir folder", "folder does not belong there" },
    { "touch .hidden", ".hidden does not belong there" },
    { "rm flash.bin; ln -s option-bytes.bin flash.bin", "flash.bin is a link" },
    { "rm flash.bin; mkfifo flash.bin", "flash.bin is not a plain file" },
    { "rm flash.bin; mkdir flash.bin", "flash.bin is not a plain file" },
    { "sed -i s/3268/3269/ backup.ini", "backup.ini was changed" },
    { "echo rubbish >> SHA256SUMS", "line 4 of SHA256SUMS" },
    { "head -1 SHA256SUMS >> SHA256SUMS", "line 4 of SHA256SUMS" },
    { "sed -i 's/  flash/  ..\\/flash/' SHA256SUMS", "line 2 of SHA256SUMS" },
    { "printf x | dd of=flash.bin bs=1 conv=notrunc status=none; sha256sum *.* > SHA256SUMS",
      "flash.bin was changed" },
    { "rm flash.bin; touch extra", "extra does not belong there; flash.bin is missing" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FkBackup) backup = store (f->library, (guint8)i);
      g_autoptr (GError) error = NULL;

      run_shell ("cd '%s' && %s", fk_backup_get_path (backup), rows[i].command);
      g_assert_false (fk_library_check (f->library, backup, NULL, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, rows[i].says));
      g_assert_nonnull (strstr (error->message, "is damaged"));
    }
}

static void
test_load_damaged (LibraryBench *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = store (f->library, 0);
  g_autoptr (GError) error = NULL;

  g_assert_null (fk_backup_load_region (backup, "ram", NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
  g_clear_error (&error);
  run_shell ("truncate -s -1 '%s/flash.bin'", fk_backup_get_path (backup));
  g_assert_null (fk_backup_load_region (backup, "flash", NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED);
  g_assert_nonnull (strstr (error->message, "4999 bytes"));
  g_clear_error (&error);
  run_shell ("printf x >> '%s/flash.bin'", fk_backup_get_path (backup));
  g_assert_null (fk_backup_load_region (backup, "flash", NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED);
  g_clear_error (&error);
  run_shell ("rm -r '%s'", fk_backup_get_path (backup));
  g_assert_null (fk_backup_load_region (backup, "flash", NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
}

static void
test_load_file_damaged (LibraryBench *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = store (f->library, 0);
  g_autoptr (GError) error = NULL;

  run_shell ("cd '%s' && echo x >>option-bytes.bin && echo x >alien", fk_backup_get_path (backup));
  g_assert_null (fk_backup_load_file (backup, "option-bytes.bin", NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED);
  g_clear_error (&error);
  g_assert_null (fk_backup_load_file (backup, "alien", NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED);
  g_clear_error (&error);
  g_assert_null (fk_backup_load_file (backup, "none", NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED);
}

int
main (int argc, char *argv[])
{
  static const LibraryTest tests[] = {
    { "/library/store", test_store },
    { "/library/used", test_used },
    { "/library/same-second", test_same_second },
    { "/library/same-second-order", test_same_second_order },
    { "/library/ids", test_ids },
    { "/library/texts", test_texts },
    { "/library/not-utf8", test_not_utf8 },
    { "/library/threads", test_threads },
    { "/library/processes", test_processes },
    { "/library/cancel", test_cancel },
    { "/library/empty", test_empty },
    { "/library/chosen-folder", test_chosen_folder },
    { "/library/default-path", test_default_path },
    { "/library/aliens", test_aliens },
    { "/library/bad-ini", test_bad_ini },
    { "/library/vanishing", test_vanishing },
    { "/library/find", test_find },
    { "/library/find-gone", test_find_gone },
    { "/library/order", test_order },
    { "/library/find-same", test_find_same },
    { "/library/check", test_check },
    { "/library/load-damaged", test_load_damaged },
    { "/library/load-file-damaged", test_load_file_damaged },
  };

  return library_bench_main (argc, argv, tests, G_N_ELEMENTS (tests));
}
