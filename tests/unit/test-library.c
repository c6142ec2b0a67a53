/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The library on a real disk, and on a bad one: this program defines the system calls through which
 * the library changes the disk, and so can count them, fail any of them, or die at any of them. */

#include "config.h"

#include "library/fk-library-private.h"

#include "base/fk-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <signal.h>

/* --- the disk ------------------------------------------------------------------------------- */

static struct
{
  gboolean armed;
  int calls;    /* so far */
  int at;       /* the call at which it happens; -1 never */
  int code;     /* errno to fail with; 0: the process dies there */
  GString *log; /* (nullable): names of the calls */
  GMutex mutex; /* files are synced on threads */
} disk = { .at = -1 };

/* Whether this call shall fail. */
static gboolean
disk_step (const char *name)
{
  g_autoptr (GMutexLocker) locker = NULL;

  if (!disk.armed)
    return FALSE;
  locker = g_mutex_locker_new (&disk.mutex);
  if (disk.log != NULL)
    g_string_append_printf (disk.log, "%s ", name);
  if (disk.calls++ != disk.at)
    return FALSE;
  if (disk.code == 0)
    _exit (42);
  errno = disk.code;
  return TRUE;
}

int
fsync (int fd)
{
  return disk_step ("fsync") ? -1 : (int)syscall (SYS_fsync, fd);
}

ssize_t
write (int fd, const void *data, size_t size)
{
  return disk_step ("write") ? -1 : syscall (SYS_write, fd, data, size);
}

int
unlinkat (int folder, const char *name, int flags)
{
  return disk_step ("unlinkat") ? -1 : (int)syscall (SYS_unlinkat, folder, name, flags);
}

int
renameat2 (int from, const char *old, int to, const char *new, unsigned int flags)
{
  return disk_step ("renameat2") ? -1 : (int)syscall (SYS_renameat2, from, old, to, new, flags);
}

int
renameat (int from, const char *old, int to, const char *new)
{
  return disk_step ("renameat") ? -1 : (int)syscall (SYS_renameat2, from, old, to, new, 0);
}

int
openat (int folder, const char *name, int flags, ...)
{
  va_list args;
  mode_t mode;

  va_start (args, flags);
  mode = flags & O_CREAT ? va_arg (args, mode_t) : 0;
  va_end (args);
  return flags & O_CREAT && disk_step ("create")
             ? -1
             : (int)syscall (SYS_openat, folder, name, flags, mode);
}

static void
disk_arm (int at, int code)
{
  disk.calls = 0;
  disk.at = at;
  disk.code = code;
  disk.armed = TRUE;
}

static int
disk_disarm (void)
{
  disk.armed = FALSE;
  return disk.calls;
}

/* --- helpers -------------------------------------------------------------------------------- */

typedef struct
{
  char *dir;
  FkLibrary *library;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;

  f->dir = g_dir_make_tmp ("fk-library-XXXXXX", NULL);
  path = g_build_filename (f->dir, "new", "library", NULL);
  f->library = fk_library_new (path);
}

static void
run_shell (const char *format, ...)
{
  va_list args;
  g_autofree char *command = NULL;

  va_start (args, format);
  command = g_strdup_vprintf (format, args);
  va_end (args);
  g_assert_cmpint (system (command), ==, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->library);
  run_shell ("rm -rf '%s'", f->dir);
  g_free (f->dir);
}

static GBytes *
make_bytes (gsize size, guint8 seed)
{
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8)(i * 7 + (i >> 8) + seed);
  return g_bytes_new_take (data, size);
}

static FkBackupDraft *
make_draft (guint8 seed)
{
  FkBackupDraft *draft = fk_backup_draft_new ();
  g_autoptr (GBytes) flash = make_bytes (5000, seed);
  g_autoptr (GBytes) options = make_bytes (16, 1);

  fk_backup_draft_set (draft, "Backup", "Created", "2026-11-20T10:32:05Z");
  fk_backup_draft_set (draft, "Backup", "Name", "printer");
  fk_backup_draft_set (draft, "Chip", "Name", "STM32F405RG");
  fk_backup_draft_set (draft, "Chip", "DevId", "0x413");
  fk_backup_draft_set (draft, "Chip", "RevId", "0x1001");
  fk_backup_draft_set (draft, "Chip", "UID", "3A00270000112233445566AA");
  fk_backup_draft_set (draft, "Chip", "FlashSize", "5000");
  fk_backup_draft_set (draft, "Probe", "TargetMillivolts", "3268");
  fk_backup_draft_add_region (draft, "flash", 0x08000000, flash, 0xff, "crc");
  fk_backup_draft_add_region (draft, "option-bytes", 0x1fffc000, options, 0xff, "reread");
  return draft;
}

static FkBackup *
store (FkLibrary *library, guint8 seed)
{
  g_autoptr (FkBackupDraft) draft = make_draft (seed);
  g_autoptr (GError) error = NULL;
  FkBackup *backup = fk_library_store (library, draft, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (backup);
  return backup;
}

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static guint
count_backups (FkLibrary *library)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) backups = fk_library_list (library, NULL, NULL, &error);

  g_assert_no_error (error);
  return backups->len;
}

static void
assert_sound (FkLibrary *library, FkBackup *backup)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (fk_library_check (library, backup, NULL, &error));
  g_assert_no_error (error);
}

static FkBackup *
edit_texts (FkLibrary *library,
            FkBackup *backup,
            const char *name,
            const char *note,
            gboolean exchange,
            GError **error)
{
  g_autoptr (FkBackupEdit) edit = fk_backup_edit_new ();

  if (name != NULL)
    fk_backup_edit_set_name (edit, name);
  if (note != NULL)
    fk_backup_edit_set_note (edit, note);
  return fk_library_edit_with (library, backup, edit, exchange, NULL, error);
}

/* --- storing -------------------------------------------------------------------------------- */

static void
test_store (Fixture *f, gconstpointer data)
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
test_used (Fixture *f, gconstpointer data)
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
test_same_second (Fixture *f, gconstpointer data)
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

static void
test_ids (Fixture *f, gconstpointer data)
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
test_texts (Fixture *f, gconstpointer data)
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
test_not_utf8 (Fixture *f, gconstpointer data)
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
test_threads (Fixture *f, gconstpointer data)
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
test_processes (Fixture *f, gconstpointer data)
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
test_cancel (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackupDraft) draft = make_draft (0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (fk_library_store (f->library, draft, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_entries (fk_library_get_path (f->library)), ==, 0);
}

/* --- bad disks ------------------------------------------------------------------------------ */

/* How many system calls a store makes, and that everything is synced before the rename. */
static void
test_sync_order (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = NULL;

  disk.log = g_string_new (NULL);
  disk_arm (-1, 0);
  backup = store (f->library, 0);
  disk_disarm ();
  g_assert_cmpstr (disk.log->str, ==,
                   "unlinkat create write "   /* flash.bin */
                   "unlinkat create write "   /* option-bytes.bin */
                   "unlinkat create write "   /* backup.ini */
                   "unlinkat create write "   /* SHA256SUMS */
                   "fsync fsync fsync fsync " /* these four, at the same time */
                   "fsync renameat2 fsync "); /* folder, place, library */
  g_string_free (g_steal_pointer (&disk.log), TRUE);
}

static void
test_crash_store (Fixture *f, gconstpointer data)
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
test_fail_store (Fixture *f, gconstpointer data)
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
test_no_noreplace (Fixture *f, gconstpointer data)
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

static gboolean
mount_small (const char *path, const char *options)
{
  return unshare (CLONE_NEWNS) == 0 && mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
         mount ("tmpfs", path, "tmpfs", 0, options) == 0;
}

/* Runs @check on a library on a real tiny disk, in a process and a mount namespace of its own. */
static void
on_small_disk (Fixture *f, void (*check) (FkLibrary *library, const char *path))
{
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      g_autofree char *path = g_build_filename (f->dir, "disk", NULL);
      g_autofree char *in_it = g_build_filename (path, "library", NULL);
      g_autoptr (FkLibrary) library = fk_library_new (in_it);

      g_mkdir (path, 0755);
      if (!mount_small (path, "size=512k"))
        _exit (77);
      check (library, path);
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  if (WEXITSTATUS (status) == 77)
    g_test_skip ("this user may not mount a file system");
  else
    g_assert_cmpint (WEXITSTATUS (status), ==, 0);
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
test_full_disk (Fixture *f, gconstpointer data)
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
  g_assert_false (fk_library_check_room (library, 1, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
  assert_sound (library, good);
}

static void
test_read_only (Fixture *f, gconstpointer data)
{
  on_small_disk (f, check_read_only);
}

static void
test_size_limit (Fixture *f, gconstpointer data)
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
test_in_the_way (Fixture *f, gconstpointer data)
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
test_stale (Fixture *f, gconstpointer data)
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

/* --- reading what is there ------------------------------------------------------------------ */

static void
test_empty (Fixture *f, gconstpointer data)
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
test_chosen_folder (Fixture *f, gconstpointer data)
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
  g_assert_false (fk_library_check_room (f->library, 1, &error));
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
test_default_path (void)
{
  g_autoptr (FkLibrary) library = fk_library_new (NULL);

  g_assert_true (g_str_has_suffix (fk_library_get_path (library), "/flashkeep/library"));
  g_assert_true (g_str_has_prefix (fk_library_get_path (library), g_get_user_data_dir ()));
}

static void
test_aliens (Fixture *f, gconstpointer data)
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
test_bad_ini (Fixture *f, gconstpointer data)
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
test_vanishing (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) kept = store (f->library, 0);
  GThread *thread = g_thread_new ("churn", churn, f->library);

  for (guint i = 0; i < 300; i++)
    g_assert_cmpuint (count_backups (f->library), >=, 1);
  g_thread_join (thread);
  g_assert_cmpuint (count_backups (f->library), ==, 1);
}

static void
test_find (Fixture *f, gconstpointer data)
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
test_find_gone (Fixture *f, gconstpointer data)
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
test_order (Fixture *f, gconstpointer data)
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
test_find_same (Fixture *f, gconstpointer data)
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
test_check (Fixture *f, gconstpointer data)
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
test_load_damaged (Fixture *f, gconstpointer data)
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

/* --- changing, copying, removing ------------------------------------------------------------ */

static void
check_edit (Fixture *f, gboolean exchange)
{
  g_autoptr (FkBackup) backup = store (f->library, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkBackup) named =
      edit_texts (f->library, backup, "new/name\n", NULL, exchange, &error);
  g_autoptr (FkBackup) noted = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (fk_backup_get_name (named), ==, "new/name\n");
  g_assert_cmpstr (fk_backup_get_note (named), ==, "");
  noted = edit_texts (f->library, named, NULL, "a note", exchange, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fk_backup_get_name (noted), ==, "new/name\n");
  g_assert_cmpstr (fk_backup_get_note (noted), ==, "a note");
  g_assert_cmpstr (fk_backup_get_id (noted), ==, fk_backup_get_id (backup));
  g_assert_cmpuint (fk_backup_get_millivolts (noted), ==, 3268);
  assert_sound (f->library, noted);
  g_assert_cmpuint (count_entries (fk_library_get_path (f->library)), ==, 1);

  run_shell ("truncate -s -1 '%s/flash.bin'", fk_backup_get_path (backup));
  g_assert_null (edit_texts (f->library, noted, "x", NULL, exchange, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED);
}

static void
test_edit (Fixture *f, gconstpointer data)
{
  check_edit (f, TRUE);
}

static void
test_edit_no_exchange (Fixture *f, gconstpointer data)
{
  check_edit (f, FALSE);
}

static GBytes *
make_png (void)
{
  static const char png[] = "\x89PNG\r\n\x1a\n....";

  return g_bytes_new_static (png, sizeof png - 1);
}

/* Everything else survives: keys and files of later versions, and of course what was read. */
static void
test_edit_all (Fixture *f, gconstpointer data)
{
  static const char *const tags[] = { " printer", "v1.4;beta", "", "Printer", NULL };
  g_autoptr (FkBackup) backup = store (f->library, 0);
  g_autoptr (FkBackupEdit) edit = fk_backup_edit_new ();
  g_autoptr (GBytes) photo = make_png ();
  g_autoptr (GBytes) extra = g_bytes_new_static ("[x]\n", 4);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkBackup) edited = NULL;
  g_autoptr (FkBackup) bare = NULL;
  g_autoptr (GBytes) loaded = NULL;

  g_assert_cmpuint (g_strv_length ((char **)fk_backup_get_tags (backup)), ==, 0);
  g_assert_cmpstr (fk_backup_get_photo (backup), ==, "");
  run_shell ("cd '%s' && printf '[Later]\\nKey=x\\n' >>backup.ini && echo y >later.txt && "
             "ls -A1 | grep -v SHA256SUMS | xargs sha256sum >SHA256SUMS",
             fk_backup_get_path (backup));
  fk_backup_edit_set_tags (edit, tags);
  fk_backup_edit_set_photo (edit, photo);
  fk_backup_edit_set_file (edit, "bookmarks.ini", extra);
  edited = fk_library_edit (f->library, backup, edit, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length ((char **)fk_backup_get_tags (edited)), ==, 2);
  g_assert_cmpstr (fk_backup_get_tags (edited)[0], ==, "printer");
  g_assert_cmpstr (fk_backup_get_tags (edited)[1], ==, "v1.4;beta");
  g_assert_cmpstr (fk_backup_get_name (edited), ==, "printer");
  g_assert_cmpstr (fk_backup_get_photo (edited), ==, "photo.png");
  g_assert_true (fk_backup_has_file (edited, "bookmarks.ini"));
  g_assert_false (fk_backup_has_file (edited, "../bookmarks.ini"));
  loaded = fk_backup_load_file (edited, "photo.png", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (loaded, photo));
  assert_sound (f->library, edited);
  run_shell ("cd '%s' && grep -q '^Key=x$' backup.ini && test -f later.txt && "
             "sha256sum --strict --quiet -c SHA256SUMS",
             fk_backup_get_path (edited));

  fk_backup_edit_set_photo (edit, NULL);
  fk_backup_edit_set_file (edit, "bookmarks.ini", NULL);
  bare = fk_library_edit (f->library, edited, edit, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fk_backup_get_photo (bare), ==, "");
  g_assert_false (fk_backup_has_file (bare, "photo.png"));
  g_assert_false (fk_backup_has_file (bare, "bookmarks.ini"));
  assert_sound (f->library, bare);
}

static void
test_edit_refused (Fixture *f, gconstpointer data)
{
  static const char *const names[] = { "flash.bin", "FLASH.BIN", "backup.ini", "sha256sums",
                                       "../x",      "option/x",  ".hidden",    "" };
  g_autoptr (FkBackup) backup = store (f->library, 0);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (FkBackupEdit) no_photo = fk_backup_edit_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    for (guint removes = 0; removes < 2; removes++)
      {
        g_autoptr (FkBackupEdit) edit = fk_backup_edit_new ();

        fk_backup_edit_set_file (edit, names[i], removes ? NULL : bytes);
        g_assert_null (fk_library_edit (f->library, backup, edit, NULL, &error));
        g_assert_error (error, FK_ERROR, FK_ERROR_LIBRARY);
        g_clear_error (&error);
      }
  fk_backup_edit_set_photo (no_photo, bytes);
  g_assert_null (fk_library_edit (f->library, backup, no_photo, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
  assert_sound (f->library, backup);
  g_assert_cmpuint (count_entries (fk_library_get_path (f->library)), ==, 1);
}

static void
test_load_file_damaged (Fixture *f, gconstpointer data)
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

static gpointer
add_files (gpointer data)
{
  gpointer *args = data;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s-%u", (const char *)args[2], i);
      g_autoptr (FkBackupEdit) edit = fk_backup_edit_new ();
      g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
      g_autoptr (GError) error = NULL;
      g_autoptr (FkBackup) edited = NULL;

      fk_backup_edit_set_file (edit, name, bytes);
      edited = fk_library_edit (args[0], args[1], edit, NULL, &error);
      g_assert_no_error (error);
    }
  return NULL;
}

/* No edit undoes another one that runs at the same time. */
static void
test_edit_threads (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = store (f->library, 0);
  gpointer left[] = { f->library, backup, (gpointer) "left" };
  gpointer right[] = { f->library, backup, (gpointer) "right" };
  GThread *threads[] = { g_thread_new ("left", add_files, left),
                         g_thread_new ("right", add_files, right) };

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (count_entries (fk_backup_get_path (backup)), ==, 4 + 10);
  assert_sound (f->library, backup);
}

/* Dies at every system call of an edit; afterwards the backup is the old or the new one, whole. */
static void
test_crash_edit (Fixture *f, gconstpointer data)
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
test_fail_edit (Fixture *f, gconstpointer data)
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

static GBytes *
take_other (const FkBackupRegion *region, GBytes *bytes, gpointer user_data, GError **error)
{
  g_assert_cmpstr (region->name, ==, "flash");
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, region->range.size);
  return g_bytes_ref (user_data);
}

static FkBackup *
copy (FkLibrary *library, FkBackup *backup, GBytes *bytes, GError **error)
{
  g_autoptr (FkBackupEdit) edit = fk_backup_edit_new ();
  g_autoptr (GBytes) marks = g_bytes_new_static ("[Bookmarks]", 11);

  fk_backup_edit_set_name (edit, "copy");
  fk_backup_edit_set_file (edit, "bookmarks.ini", marks);
  return fk_library_copy (library, backup, edit, "flash", take_other, bytes, 0xff, NULL, error);
}

/* Other bytes, and all the rest as before; the old one is not touched. */
static void
test_copy (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) first = store (f->library, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkBackup) backup = edit_texts (f->library, first, NULL, "a note", TRUE, &error);
  g_autoptr (GBytes) bytes = make_bytes (5000, 9);
  g_autoptr (GBytes) short_bytes = make_bytes (4999, 9);
  g_autoptr (GBytes) loaded = NULL;
  g_autoptr (FkBackup) made = copy (f->library, backup, bytes, &error);
  g_autoptr (FkBackup) second = copy (f->library, backup, bytes, &error);
  const FkBackupRegion *flash;

  g_assert_no_error (error);
  flash = fk_backup_find_region (made, "flash");
  loaded = fk_backup_load_region (made, "flash", NULL, &error);
  g_assert_true (g_bytes_equal (loaded, bytes));
  g_assert_cmpstr (flash->verified, ==, "no");
  g_assert_cmpstr (fk_backup_find_region (made, "option-bytes")->verified, ==, "reread");
  g_assert_cmpstr (fk_backup_get_name (made), ==, "copy");
  g_assert_cmpstr (fk_backup_get_note (made), ==, "a note");
  g_assert_cmpstr (fk_backup_get_uid (made), ==, fk_backup_get_uid (backup));
  g_assert_cmpstr (fk_backup_get_edited_from (made), ==, fk_backup_get_id (backup));
  g_assert_cmpstr (fk_backup_get_edited_from (backup), ==, "");
  g_assert_cmpstr (fk_backup_get_id (made), !=, fk_backup_get_id (second));
  g_assert_cmpint (g_date_time_compare (fk_backup_get_created (made),
                                        fk_backup_get_created (backup)),
                   >, 0);
  g_assert_true (fk_backup_has_file (made, "bookmarks.ini"));
  g_assert_false (fk_backup_has_file (backup, "bookmarks.ini"));
  assert_sound (f->library, made);
  assert_sound (f->library, second);
  assert_sound (f->library, backup);
  run_shell ("cd '%s' && sha256sum --quiet -c SHA256SUMS", fk_backup_get_path (made));
  run_shell ("cd '%s' && sha256sum --quiet -c SHA256SUMS", fk_backup_get_path (second));
  g_assert_null (copy (f->library, backup, short_bytes, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED);
  g_assert_cmpuint (count_backups (f->library), ==, 3);
}

typedef struct
{
  FkLibrary *library;
  FkBackup *backup;
  GBytes *bytes;
} Copying;

static gpointer
copy_in_thread (gpointer data)
{
  Copying *copying = data;
  g_autoptr (GError) error = NULL;
  FkBackup *made = copy (copying->library, copying->backup, copying->bytes, &error);

  g_assert_no_error (error);
  return made;
}

/* Somebody edits the backup, and its files do not fit together for a moment: it is no more damaged
 * for it, and the copy waits. */
static void
test_copy_while_edited (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = store (f->library, 0);
  g_autoptr (GBytes) bytes = make_bytes (5000, 9);
  g_autoptr (FkBackup) made = NULL;
  const char *path = fk_backup_get_path (backup);
  Copying copying = { f->library, backup, bytes };
  int folder = open (path, O_RDONLY | O_DIRECTORY);
  GThread *thread;

  g_assert_cmpint (flock (folder, LOCK_EX), ==, 0);
  run_shell ("chmod u+w '%s' && mv '%s/flash.bin' '%s/away'", path, path, f->dir);
  thread = g_thread_new ("copy", copy_in_thread, &copying);
  g_usleep (100 * 1000); /* enough to fail in; too little makes the test pass, never fail */
  run_shell ("mv '%s/away' '%s/flash.bin'", f->dir, path);
  close (folder);
  made = g_thread_join (thread);
  assert_sound (f->library, made);
}

/* At every system call the disk is full, or the program dies: a whole copy or none. */
static void
test_copy_disk (Fixture *f, gconstpointer data)
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

static void
test_export_import (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = store (f->library, 0);
  g_autofree char *path = g_build_filename (f->dir, "copy", NULL);
  g_autofree char *other_path = g_build_filename (f->dir, "other", NULL);
  g_autoptr (GFile) target = g_file_new_for_path (path);
  g_autoptr (GFile) folder = g_file_new_for_path (f->dir);
  g_autoptr (FkLibrary) other = fk_library_new (other_path);
  g_autoptr (FkBackup) imported = NULL;
  g_autoptr (FkBackup) again = NULL;
  g_autoptr (FkBackup) edited = NULL;
  g_autoptr (FkBackup) second = NULL;
  g_autoptr (FkBackup) third = NULL;
  g_autoptr (GError) error = NULL;
  gboolean was_there;

  g_assert_true (fk_library_export (f->library, backup, target, NULL, &was_there, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (was_there);
  g_assert_true (fk_library_export (f->library, backup, folder, NULL, &was_there, NULL, &error));
  g_assert_false (was_there);
  run_shell ("cd '%s' && diff -r copy '%s' && diff -r copy '%s'", f->dir, fk_backup_get_id (backup),
             fk_backup_get_path (backup));

  /* Once more, into the folder and onto the copy: it is there, and was looked at. */
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *place = NULL;

      g_assert_true (fk_library_export (f->library, backup, i == 0 ? folder : target, &place,
                                        &was_there, NULL, &error));
      g_assert_no_error (error);
      g_assert_true (was_there);
      g_assert_true (g_str_has_suffix (place, i == 0 ? fk_backup_get_id (backup) : "/copy"));
    }
  run_shell ("cd '%s' && test ! -e copy/2* && ls -A . | wc -l | grep -qx 3", f->dir);

  /* What is not the same is left as it is. */
  run_shell ("cd '%s' && chmod u+w '%s' '%s'/flash.bin && echo x >>'%s'/flash.bin", f->dir,
             fk_backup_get_id (backup), fk_backup_get_id (backup), fk_backup_get_id (backup));
  g_assert_false (fk_library_export (f->library, backup, folder, NULL, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_EXISTS);
  g_assert_nonnull (strstr (error->message, "is there already, and is not this backup"));
  g_assert_nonnull (strstr (error->message, fk_backup_get_id (backup)));
  g_clear_error (&error);
  run_shell ("cd '%s' && tail -c 2 '%s'/flash.bin | grep -q x", f->dir, fk_backup_get_id (backup));

  imported = fk_library_import (other, target, &was_there, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fk_backup_get_id (imported), ==, fk_backup_get_id (backup));
  assert_sound (other, imported);
  g_assert_false (was_there);
  again = fk_library_import (other, target, &was_there, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_entries (other_path), ==, 1);

  g_assert_true (was_there);

  /* The same backup, whatever it is called in the meantime. */
  edited = edit_texts (other, imported, "changed", NULL, TRUE, NULL);
  third = fk_library_import (other, target, &was_there, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (was_there);
  g_assert_cmpstr (fk_backup_get_name (third), ==, "changed");
  g_assert_cmpuint (count_entries (other_path), ==, 1);

  /* The same id, but another backup. */
  run_shell ("cd '%s' && sed -i 's/^Created=2026/Created=2025/' backup.ini && "
             "sha256sum *.bin *.ini > SHA256SUMS",
             path);
  second = fk_library_import (other, target, &was_there, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (fk_backup_get_id (second), "-3A0027-2"));
  g_assert_cmpstr (fk_backup_get_name (second), ==, "printer");
  assert_sound (other, second);
  g_assert_cmpuint (count_entries (other_path), ==, 2);
}

static void
test_import_bad (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *command;
    int code;
  } rows[] = {
    { "truncate -s -1 flash.bin", FK_ERROR_BACKUP_DAMAGED },
    { "rm SHA256SUMS", FK_ERROR_BACKUP_DAMAGED },
    { "sed -i 's/File=flash.bin/File=..\\/secret/' backup.ini; sha256sum *.* > SHA256SUMS",
      FK_ERROR_BACKUP_DAMAGED },
    { "sed -i 's/File=flash.bin/File=other.bin/' backup.ini; sha256sum *.* > SHA256SUMS",
      FK_ERROR_BACKUP_DAMAGED },
    { "sha256sum *.* ../secret > SHA256SUMS", FK_ERROR_BACKUP_DAMAGED },
    { "rm -r \"$PWD\"", FK_ERROR_FILE_ACCESS },
    { "rm -r \"$PWD\"; echo x > \"$PWD\"", FK_ERROR_FILE_ACCESS },
  };
  g_autofree char *path = g_build_filename (f->dir, "copy", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (FkBackup) backup = store (f->library, 0);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      run_shell ("cd '%s' && echo top > secret && rm -rf copy && cp -r '%s' copy && cd copy && %s",
                 f->dir, fk_backup_get_path (backup), rows[i].command);
      g_assert_null (fk_library_import (f->library, folder, NULL, NULL, &error));
      g_assert_error (error, FK_ERROR, rows[i].code);
      g_assert_cmpuint (count_entries (fk_library_get_path (f->library)), ==, 1);
    }
}

static void
test_import_strange_id (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->dir, "my printer", NULL);
  g_autofree char *other_path = g_build_filename (f->dir, "other", NULL);
  g_autoptr (FkLibrary) other = fk_library_new (other_path);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (FkBackup) backup = store (f->library, 0);
  g_autoptr (FkBackup) imported = NULL;
  g_autoptr (GError) error = NULL;

  run_shell ("cd '%s' && cp -r '%s' 'my printer' && cd 'my printer' && "
             "sed -i 's/^Id=.*/Id=..\\/..\\/evil/' backup.ini && sha256sum *.* > SHA256SUMS",
             f->dir, fk_backup_get_path (backup));
  imported = fk_library_import (other, folder, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fk_backup_get_id (imported), ==, "20261120T103205Z-imported");
  assert_sound (other, imported);
}

static void
test_trash (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = store (f->library, 0);
  g_autoptr (FkBackup) kept = store (f->library, 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (fk_library_trash (f->library, backup, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_backups (f->library), ==, 1);
  /* Wherever it went, it is whole. */
  run_shell ("cd \"$(find '%s' '%s' -type d -path '*rash*' -name '%s')\" && "
             "sha256sum --quiet -c SHA256SUMS",
             g_get_user_data_dir (), f->dir, fk_backup_get_id (backup));
  g_assert_false (fk_library_trash (f->library, backup, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_BACKUP);
  assert_sound (f->library, kept);
}

static void
test_untrash (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = store (f->library, 0);
  g_autoptr (FkBackup) back = NULL;
  g_autoptr (FkBackup) other = NULL;
  g_autofree char *trashed = NULL;
  g_autoptr (GError) error = NULL;

  /* What the other tests threw away. */
  run_shell ("rm -rf '%s/Trash'", g_get_user_data_dir ());
  g_assert_true (fk_library_trash (f->library, backup, NULL, NULL));
  back = fk_library_untrash (f->library, backup, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fk_backup_get_id (back), ==, fk_backup_get_id (backup));
  assert_sound (f->library, back);
  run_shell ("test -z \"$(find '%s' '%s' -name '%s.trashinfo')\"", g_get_user_data_dir (), f->dir,
             fk_backup_get_id (backup));

  /* It is there already, and not in the trash. */
  g_assert_null (fk_library_untrash (f->library, backup, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_BACKUP);
  g_clear_error (&error);

  /* Another one took its id meanwhile. */
  g_assert_true (fk_library_trash (f->library, back, NULL, NULL));
  other = store (f->library, 5);
  g_assert_cmpstr (fk_backup_get_id (other), ==, fk_backup_get_id (backup));
  g_assert_null (fk_library_untrash (f->library, backup, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_EXISTS);
  assert_sound (f->library, other);
  trashed = fk_library_find_trashed (f->library, backup);
  g_assert_nonnull (trashed);
}

static void
check_own_trash (FkLibrary *library, const char *path)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (FkBackup) backup = store (library, (guint8)i);

      g_assert_true (fk_library_trash (library, backup, NULL, NULL));
      g_assert_cmpuint (count_backups (library), ==, 0);
    }
  run_shell ("cd '%s' && for i in $(find . -name SHA256SUMS); do "
             "(cd $(dirname $i) && sha256sum --quiet -c SHA256SUMS) || exit 1; done && "
             "test $(find . -name SHA256SUMS | wc -l) = 2",
             path);
  {
    g_autoptr (FkBackup) again = store (library, 2);
    g_autoptr (FkBackup) back = NULL;
    g_autoptr (GBytes) flash = NULL;
    g_autoptr (GBytes) wanted = make_bytes (5000, 2);

    g_assert_true (fk_library_trash (library, again, NULL, NULL));
    back = fk_library_untrash (library, again, NULL, NULL);
    assert_sound (library, back);
    flash = fk_backup_load_region (back, "flash", NULL, NULL);
    g_assert_true (g_bytes_equal (flash, wanted));
  }
}

static void
test_trash_elsewhere (Fixture *f, gconstpointer data)
{
  on_small_disk (f, check_own_trash);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*run) (Fixture *f, gconstpointer data);
  } rows[] = {
    { "/library/store", test_store },
    { "/library/used", test_used },
    { "/library/same-second", test_same_second },
    { "/library/ids", test_ids },
    { "/library/texts", test_texts },
    { "/library/not-utf8", test_not_utf8 },
    { "/library/threads", test_threads },
    { "/library/processes", test_processes },
    { "/library/cancel", test_cancel },
    { "/library/disk/sync-order", test_sync_order },
    { "/library/disk/crash-store", test_crash_store },
    { "/library/disk/fail-store", test_fail_store },
    { "/library/disk/no-noreplace", test_no_noreplace },
    { "/library/disk/full", test_full_disk },
    { "/library/disk/read-only", test_read_only },
    { "/library/disk/size-limit", test_size_limit },
    { "/library/disk/in-the-way", test_in_the_way },
    { "/library/disk/stale", test_stale },
    { "/library/empty", test_empty },
    { "/library/chosen-folder", test_chosen_folder },
    { "/library/aliens", test_aliens },
    { "/library/bad-ini", test_bad_ini },
    { "/library/vanishing", test_vanishing },
    { "/library/find", test_find },
    { "/library/find-gone", test_find_gone },
    { "/library/order", test_order },
    { "/library/find-same", test_find_same },
    { "/library/check", test_check },
    { "/library/load-damaged", test_load_damaged },
    { "/library/edit", test_edit },
    { "/library/edit-no-exchange", test_edit_no_exchange },
    { "/library/edit-all", test_edit_all },
    { "/library/edit-refused", test_edit_refused },
    { "/library/edit-threads", test_edit_threads },
    { "/library/load-file-damaged", test_load_file_damaged },
    { "/library/crash-edit", test_crash_edit },
    { "/library/fail-edit", test_fail_edit },
    { "/library/copy", test_copy },
    { "/library/copy-while-edited", test_copy_while_edited },
    { "/library/disk/copy", test_copy_disk },
    { "/library/export-import", test_export_import },
    { "/library/import-bad", test_import_bad },
    { "/library/import-strange-id", test_import_strange_id },
    { "/library/trash", test_trash },
    { "/library/untrash", test_untrash },
    { "/library/trash-elsewhere", test_trash_elsewhere },
  };

  g_autofree char *home = g_dir_make_tmp ("fk-home-XXXXXX", NULL);
  int status;

  /* The trash of the tests must not be the person's. */
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_test_add (rows[i].name, Fixture, NULL, set_up, rows[i].run, tear_down);
  g_test_add_func ("/library/default-path", test_default_path);
  status = g_test_run ();
  run_shell ("rm -rf '%s'", home);
  return status;
}
