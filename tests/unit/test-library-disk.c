/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The library on a bad disk. */

#include "config.h"

#include "bad-disk.h"
#include "library-bench.h"

#include "base/fk-error.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* How many system calls a store makes, and that everything is synced before the rename. */
static void
test_sync_order (LibraryBench *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = NULL;
  GString *log = g_string_new (NULL);

  disk_set_log (log);
  disk_arm (-1, 0);
  backup = store (f->library, 0);
  disk_disarm ();
  disk_set_log (NULL);
  g_assert_cmpstr (log->str, ==,
                   "unlinkat create write "   /* flash.bin */
                   "unlinkat create write "   /* option-bytes.bin */
                   "unlinkat create write "   /* backup.ini */
                   "unlinkat create write "   /* SHA256SUMS */
                   "fsync fsync fsync fsync " /* these four, at the same time */
                   "fsync renameat2 fsync "); /* folder, place, library */
  g_string_free (log, TRUE);
}

static void
test_crash_store (LibraryBench *f, gconstpointer data)
{
  guint n_whole = 0;

  for (int step = 0; step < 19; step++)
    {
      pid_t child = fork ();
      g_autoptr (GPtrArray) backups = NULL;
      int status;

      if (child == 0)
        {
          disk_arm (step, 0);
          store (f->library, (guint8)step);
          _exit (0);
        }
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_cmpint (WEXITSTATUS (status), ==, 42);
      backups = fk_library_list (f->library, NULL, NULL, NULL);
      n_whole += backups->len > n_whole;
      g_assert_cmpuint (backups->len, ==, n_whole);
      for (guint i = 0; i < backups->len; i++)
        assert_sound (f->library, g_ptr_array_index (backups, i));
    }
  /* Only the crash between the rename and the last sync leaves a backup, and a whole one. */
  g_assert_cmpuint (n_whole, ==, 1);
  g_assert_cmpuint (count_entries (fk_library_get_path (f->library)), ==, 19);
}

static void
test_fail_store (LibraryBench *f, gconstpointer data)
{
  static const int codes[] = { ENOSPC, EIO, EROFS, EACCES, EDQUOT };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    for (int step = 0; step < 19; step++)
      {
        g_autoptr (FkBackupDraft) draft = make_draft (0);
        g_autoptr (GError) error = NULL;

        disk_arm (step, codes[i]);
        g_assert_null (fk_library_store (f->library, draft, NULL, &error));
        disk_disarm ();
        g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
        g_assert_true (g_str_has_prefix (error->message, "The backup cannot be stored: "));
        if (codes[i] == EROFS)
          g_assert_nonnull (strstr (error->message, "read-only"));
        g_assert_cmpuint (count_entries (fk_library_get_path (f->library)), ==, 0);
      }
}

/* Where the system has no RENAME_NOREPLACE (NFS), nothing is overwritten either. */
static void
test_no_noreplace (LibraryBench *f, gconstpointer data)
{
  g_autoptr (FkBackup) one = store (f->library, 1);
  g_autoptr (FkBackup) two = NULL;
  g_autoptr (GBytes) wanted = make_bytes (5000, 1);
  g_autoptr (GBytes) first = NULL;

  disk_arm (17, EINVAL);
  two = store (f->library, 2);
  disk_disarm ();
  g_assert_cmpstr (fk_backup_get_id (two), ==, "20261120T103205Z-STM32F405RG-3A0027-2");
  first = fk_backup_load_region (one, "flash", NULL, NULL);
  g_assert_true (g_bytes_equal (first, wanted));
  assert_sound (f->library, one);
  assert_sound (f->library, two);
}

static void
check_full (FkLibrary *library, const char *path)
{
  g_autoptr (FkBackup) good = store (library, 0);
  g_autoptr (FkBackupDraft) draft = make_draft (0);
  g_autoptr (GBytes) large = make_bytes (1024 * 1024, 3);
  g_autoptr (GError) error = NULL;

  fk_backup_draft_add_region (draft, "large", 0x20000000, large, 0xff, "no");
  g_assert_null (fk_library_store (library, draft, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
  g_assert_nonnull (strstr (error->message, "large.bin"));
  g_assert_nonnull (strstr (error->message, "the disk is full (1093 KiB needed, "));
  g_assert_cmpuint (count_entries (fk_library_get_path (library)), ==, 1);
  assert_sound (library, good);

  g_clear_error (&error);
  g_assert_false (fk_library_check_room (library, 1024 * 1024, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
  g_assert_nonnull (strstr (error->message, "the disk is full"));
  g_assert_true (fk_library_check_room (library, 65536, NULL));
  g_assert_cmpuint (count_entries (fk_library_get_path (library)), ==, 1);
}

static void
test_full_disk (LibraryBench *f, gconstpointer data)
{
  on_small_disk (f, check_full);
}

static void
check_read_only (FkLibrary *library, const char *path)
{
  g_autoptr (FkBackup) good = store (library, 0);
  g_autoptr (FkBackupDraft) draft = make_draft (0);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (mount (NULL, path, NULL, MS_REMOUNT | MS_RDONLY, NULL), ==, 0);
  g_assert_null (fk_library_store (library, draft, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
  g_assert_nonnull (strstr (error->message, "read-only"));
  g_clear_error (&error);
  g_assert_null (edit_texts (library, good, "x", NULL, TRUE, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
  g_clear_error (&error);
  g_assert_false (fk_library_trash (library, good, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
  g_clear_error (&error);
  g_assert_false (fk_library_check_writable (library, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
  assert_sound (library, good);
}

static void
test_read_only (LibraryBench *f, gconstpointer data)
{
  on_small_disk (f, check_read_only);
}

static void
test_size_limit (LibraryBench *f, gconstpointer data)
{
  g_autoptr (FkBackupDraft) draft = make_draft (0);
  g_autoptr (GError) error = NULL;
  struct rlimit old;
  struct rlimit tiny;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  tiny = old;
  tiny.rlim_cur = 4096;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tiny), ==, 0);
  g_assert_null (fk_library_store (f->library, draft, NULL, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
  g_assert_cmpuint (count_entries (fk_library_get_path (f->library)), ==, 0);
}

static void
test_in_the_way (LibraryBench *f, gconstpointer data)
{
  g_autofree char *file = g_build_filename (f->dir, "file", NULL);
  g_autofree char *path = g_build_filename (file, "library", NULL);
  g_autoptr (FkLibrary) library = fk_library_new (path);
  g_autoptr (FkBackupDraft) draft = make_draft (0);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  g_assert_null (fk_library_store (library, draft, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
  g_clear_error (&error);
  g_assert_null (fk_library_list (library, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
}

static void
test_stale (LibraryBench *f, gconstpointer data)
{
  const char *path = fk_library_get_path (f->library);
  g_autoptr (FkBackup) backup = NULL;
  g_autofree char *locked = g_strdup_printf ("%s/.partial-locked", path);
  pid_t child;
  int ready[2];
  char byte;

  run_shell ("cd '%s' && mkdir -p new/library && cd new/library && "
             "mkdir .partial-old .partial-young .partial-locked && "
             "touch .partial-old/flash.bin && touch -d '2 days ago' .partial-old .partial-locked",
             f->dir);
  g_assert_cmpint (pipe (ready), ==, 0);
  child = fork ();
  if (child == 0)
    {
      int fd = open (locked, O_RDONLY | O_DIRECTORY);

      g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
      g_assert_cmpint (write (ready[1], "x", 1), ==, 1);
      pause ();
      _exit (0);
    }
  close (ready[1]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
  backup = store (f->library, 0);
  kill (child, SIGKILL);
  waitpid (child, NULL, 0);
  run_shell ("cd '%s' && test ! -e .partial-old && test -d .partial-young && "
             "test -d .partial-locked",
             path);
}

/* Dies at every system call of an edit; afterwards the backup is the old or the new one, whole. */
static void
test_crash_edit (LibraryBench *f, gconstpointer data)
{
  for (guint exchange = 0; exchange < 2; exchange++)
    {
      g_autoptr (FkBackup) backup = store (f->library, (guint8)exchange);
      int status = 0;
      int step;

      for (step = 0; step < 100; step++)
        {
          pid_t child = fork ();
          g_autoptr (FkBackup) found = NULL;
          g_autoptr (GError) error = NULL;

          if (child == 0)
            {
              g_autoptr (FkBackup) edited = NULL;

              disk_arm (step, 0);
              edited = edit_texts (f->library, backup, "edited", NULL, exchange, NULL);
              disk_disarm ();
              _exit (edited != NULL ? 0 : 1);
            }
          g_assert_cmpint (waitpid (child, &status, 0), ==, child);
          found = fk_library_find (f->library, fk_backup_get_id (backup), &error);
          g_assert_no_error (error);
          g_assert_true (g_str_equal (fk_backup_get_name (found), "edited") ||
                         g_str_equal (fk_backup_get_name (found), "printer"));
          assert_sound (f->library, found);
          g_assert_cmpuint (count_backups (f->library), ==, exchange + 1);
          if (WEXITSTATUS (status) == 0)
            break;
          g_assert_cmpint (WEXITSTATUS (status), ==, 42);
        }
      g_assert_cmpint (step, >, 18);
      g_assert_cmpint (step, <, 100);
    }
}

static void
test_fail_edit (LibraryBench *f, gconstpointer data)
{
  for (guint exchange = 0; exchange < 2; exchange++)
    {
      g_autoptr (FkBackup) backup = store (f->library, (guint8)exchange);

      for (int step = 0; step < 18; step++)
        {
          g_autoptr (FkBackup) edited = NULL;
          g_autoptr (FkBackup) found = NULL;
          g_autoptr (GError) error = NULL;

          disk_arm (step, ENOSPC);
          edited = edit_texts (f->library, backup, "edited", NULL, exchange, &error);
          disk_disarm ();
          g_assert_null (edited);
          g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
          found = fk_library_find (f->library, fk_backup_get_id (backup), NULL);
          g_assert_cmpstr (fk_backup_get_name (found), ==, "printer");
          assert_sound (f->library, found);
          g_assert_cmpuint (count_entries (fk_library_get_path (f->library)), ==, exchange + 1);
        }
    }
}

/* At every system call the disk is full, or the program dies: a whole copy or none. */
static void
test_copy_disk (LibraryBench *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = store (f->library, 0);
  g_autoptr (GBytes) bytes = make_bytes (5000, 9);
  gboolean done = FALSE;

  for (int step = 0; !done; step++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (FkBackup) made = NULL;
      guint n_before = count_backups (f->library);
      pid_t child = fork ();
      int status;

      if (child == 0)
        {
          disk_arm (step, 0);
          copy (f->library, backup, bytes, NULL);
          _exit (0);
        }
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      done = WEXITSTATUS (status) == 0;
      g_assert_cmpuint (count_backups (f->library) - n_before, <=, 1);
      n_before = count_backups (f->library);
      disk_arm (step, ENOSPC);
      made = copy (f->library, backup, bytes, &error);
      disk_disarm ();
      if (made == NULL && strstr (error->message, fk_backup_get_path (backup)) == NULL)
        g_assert_nonnull (strstr (error->message, "full"));
      g_assert_true (made != NULL || error != NULL);
      g_assert_cmpuint (count_backups (f->library), ==, n_before + (made != NULL));
    }
  assert_sound (f->library, backup);
}

int
main (int argc, char *argv[])
{
  static const LibraryTest tests[] = {
    { "/library/disk/sync-order", test_sync_order },
    { "/library/disk/crash-store", test_crash_store },
    { "/library/disk/fail-store", test_fail_store },
    { "/library/disk/no-noreplace", test_no_noreplace },
    { "/library/disk/full", test_full_disk },
    { "/library/disk/read-only", test_read_only },
    { "/library/disk/size-limit", test_size_limit },
    { "/library/disk/in-the-way", test_in_the_way },
    { "/library/disk/stale", test_stale },
    { "/library/crash-edit", test_crash_edit },
    { "/library/fail-edit", test_fail_edit },
    { "/library/disk/copy", test_copy_disk },
  };

  return library_bench_main (argc, argv, tests, G_N_ELEMENTS (tests));
}
