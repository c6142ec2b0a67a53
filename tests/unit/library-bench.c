/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "library-bench.h"

#include <glib/gstdio.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

static void
library_bench_set_up (LibraryBench *f, gconstpointer data)
{
  g_autofree char *path = NULL;

  f->dir = g_dir_make_tmp ("fk-library-XXXXXX", NULL);
  path = g_build_filename (f->dir, "new", "library", NULL);
  f->library = fk_library_new (path);
}

void
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
library_bench_tear_down (LibraryBench *f, gconstpointer data)
{
  g_assert_finalize_object (f->library);
  run_shell ("rm -rf '%s'", f->dir);
  g_free (f->dir);
}

GBytes *
make_bytes (gsize size, guint8 seed)
{
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8)(i * 7 + (i >> 8) + seed);
  return g_bytes_new_take (data, size);
}

FkBackupDraft *
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

FkBackup *
store (FkLibrary *library, guint8 seed)
{
  g_autoptr (FkBackupDraft) draft = make_draft (seed);
  g_autoptr (GError) error = NULL;
  FkBackup *backup = fk_library_store (library, draft, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (backup);
  return backup;
}

guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

guint
count_backups (FkLibrary *library)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) backups = fk_library_list (library, NULL, NULL, &error);

  g_assert_no_error (error);
  return backups->len;
}

void
assert_sound (FkLibrary *library, FkBackup *backup)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (fk_library_check (library, backup, NULL, &error));
  g_assert_no_error (error);
}

FkBackup *
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

static GBytes *
take_other (const FkBackupRegion *region, GBytes *bytes, gpointer user_data, GError **error)
{
  g_assert_cmpstr (region->name, ==, "flash");
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, region->range.size);
  return g_bytes_ref (user_data);
}

FkBackup *
copy (FkLibrary *library, FkBackup *backup, GBytes *bytes, GError **error)
{
  g_autoptr (FkBackupEdit) edit = fk_backup_edit_new ();
  g_autoptr (GBytes) marks = g_bytes_new_static ("[Bookmarks]", 11);

  fk_backup_edit_set_name (edit, "copy");
  fk_backup_edit_set_file (edit, "bookmarks.ini", marks);
  return fk_library_copy (library, backup, edit, "flash", take_other, bytes, NULL, error);
}

static gboolean
mount_small (const char *path, const char *options)
{
  return unshare (CLONE_NEWNS) == 0 && mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
         mount ("tmpfs", path, "tmpfs", 0, options) == 0;
}

/* Runs @check on a library on a real tiny disk, in a process and a mount namespace of its own. */
void
on_small_disk (LibraryBench *f, void (*check) (FkLibrary *library, const char *path))
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

int
library_bench_main (int argc, char **argv, const LibraryTest *tests, guint n_tests)
{
  g_autofree char *home = g_dir_make_tmp ("fk-home-XXXXXX", NULL);
  int status;

  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < n_tests; i++)
    g_test_add (tests[i].name, LibraryBench, NULL, library_bench_set_up, tests[i].run,
                library_bench_tear_down);
  status = g_test_run ();
  run_shell ("rm -rf '%s'", home);
  return status;
}
