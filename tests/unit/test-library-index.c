/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The index spares reading, and nobody may see it: whatever happens to the library or to the index,
 * the list is the one that reading everything gives. */

#include "config.h"

#include "library/fk-library-index-private.h"

#include "base/fk-crc32.h"
#include "base/fk-reader.h"
#include "library/fk-backup-private.h"
#include "library/fk-library.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define N_BACKUPS   40
#define HEADER_SIZE 12
#define LATER_S     60

/* What the library asks the system, so that it can be counted and told another time. */

static int n_read;
static gint64 later_us;

int
openat (int folder, const char *name, int flags, ...)
{
  va_list args;
  mode_t mode;

  va_start (args, flags);
  mode = flags & O_CREAT ? va_arg (args, mode_t) : 0;
  va_end (args);
  if (g_str_equal (name, "backup.ini"))
    g_atomic_int_inc (&n_read);
  return (int)syscall (SYS_openat, folder, name, flags, mode);
}

gint64
g_get_real_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000 + later_us;
}

typedef struct
{
  char *dir;
  char *path;
  FkLibrary *library;
  FkLibrary *other; /* the same folder by another name */
} Fixture;

static void G_GNUC_PRINTF (2, 3) run_in (const char *folder, const char *format, ...)
{
  g_autofree char *commands = NULL;
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  commands = g_strdup_vprintf (format, args);
  va_end (args);
  line = g_strdup_printf ("set -e; cd '%s'; %s", folder, commands);
  g_assert_cmpint (system (line), ==, 0);
}

static FkBackup *
store (FkLibrary *library)
{
  static const guint8 bytes[1024] = { 1, 2, 3 };
  g_autoptr (FkBackupDraft) draft = fk_backup_draft_new ();
  g_autoptr (GBytes) flash = g_bytes_new_static (bytes, sizeof bytes);
  g_autoptr (GBytes) options = g_bytes_new_static (bytes, 16);
  g_autoptr (GError) error = NULL;
  FkBackup *backup;

  fk_backup_draft_set (draft, "Backup", "Created", "2026-11-20T10:32:05.25Z");
  fk_backup_draft_set (draft, "Backup", "Name", "Prüfstand");
  fk_backup_draft_set (draft, "Backup", "Note", "one\ntwo");
  fk_backup_draft_set (draft, "Backup", "Tags", "stock;with Marlin;");
  fk_backup_draft_set (draft, "Backup", "Source", "/tmp/a.hex");
  fk_backup_draft_set (draft, "Backup", "EditedFrom", "20260101-101010-abcdef");
  fk_backup_draft_set (draft, "Backup", "Program", "Flashkeep");
  fk_backup_draft_set (draft, "Chip", "Name", "STM32F405RG");
  fk_backup_draft_set (draft, "Chip", "Family", "STM32F4");
  fk_backup_draft_set (draft, "Chip", "Core", "Cortex-M4");
  fk_backup_draft_set (draft, "Chip", "Protection", "none");
  fk_backup_draft_set (draft, "Chip", "DevId", "0x413");
  fk_backup_draft_set (draft, "Chip", "RevId", "0x1001");
  fk_backup_draft_set (draft, "Chip", "UID", "3A00270000112233445566AA");
  fk_backup_draft_set (draft, "Chip", "FlashSize", "1024");
  fk_backup_draft_set (draft, "Probe", "Kind", "ST-LINK/V2");
  fk_backup_draft_set (draft, "Probe", "Serial", "3030");
  fk_backup_draft_set (draft, "Probe", "Firmware", "V2J37S7");
  fk_backup_draft_set (draft, "Probe", "TargetMillivolts", "3268");
  fk_backup_draft_add_region (draft, "flash", 0x08000000, flash, 0xff, "crc");
  fk_backup_draft_add_region (draft, "option-bytes", 0x1fffc000, options, 0xff, "reread");
  backup = fk_library_store (library, draft, NULL, &error);
  g_assert_no_error (error);
  return backup;
}

/* Backups "b01" to "b40", each with a note of its own; some tell of gaps, some have no tags. */
static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *link = NULL;
  g_autoptr (FkBackup) backup = NULL;

  f->dir = g_dir_make_tmp ("fk-index-XXXXXX", NULL);
  f->path = g_build_filename (f->dir, "library", NULL);
  link = g_build_filename (f->dir, "other", NULL);
  f->library = fk_library_new (f->path);
  f->other = fk_library_new (link);
  backup = store (f->library);
  run_in (f->path,
          "mv %s b01; ln -s library ../other; for i in $(seq -w 2 %u); do cp -r b01 b$i; "
          "sed -i s/^Note=.*/Note=number$i/ b$i/backup.ini; done; "
          "sed -i '/^Tags/d' b05/backup.ini; sed -i 's/^Created=2026/Created=1969/' "
          "b06/backup.ini; "
          "sed -i '/^TargetMillivolts/aSimulated=true' b08/backup.ini; "
          "sed -i '/^Size=1024/aCovered=0x08000000+16;0x08000100+32;' b07/backup.ini",
          fk_backup_get_id (backup), N_BACKUPS);
  later_us = LATER_S * (gint64)G_USEC_PER_SEC;
}

static void
remove_index (FkLibrary *library)
{
  g_autofree char *path = fk_library_index_make_path (fk_library_get_path (library));

  g_unlink (path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  remove_index (f->library);
  remove_index (f->other);
  run_in ("/", "rm -rf '%s'", f->dir);
  g_object_unref (f->library);
  g_object_unref (f->other);
  g_free (f->path);
  g_free (f->dir);
}

static void
describe_region (GString *text, const FkBackupRegion *region)
{
  g_string_append_printf (text, "  %s %08x+%u %s %s %" G_GUINT64_FORMAT " %s", region->name,
                          region->range.address, region->range.size, region->file, region->sha256,
                          region->used, region->verified);
  for (guint i = 0; i < region->n_covered; i++)
    g_string_append_printf (text, " %08x+%u", region->covered[i].address, region->covered[i].size);
  g_string_append_c (text, '\n');
}

/* All that can be asked of a backup but its path. */
static void
describe (GString *text, FkBackup *backup)
{
  g_autofree char *tags = g_strjoinv ("|", (char **)fk_backup_get_tags (backup));
  g_autofree char *created = g_date_time_format_iso8601 (fk_backup_get_created (backup));
  GPtrArray *regions = fk_backup_get_regions (backup);

  g_string_append_printf (text,
                          "%s %s %s %s %s %s [%s] %s %s %s %s %s %s %s %s %s %s %x %x %u %u %d\n",
                          fk_backup_get_id (backup), fk_backup_get_name (backup),
                          fk_backup_get_note (backup), fk_backup_get_photo (backup),
                          fk_backup_get_source (backup), fk_backup_get_edited_from (backup), tags,
                          created, fk_backup_get_program (backup), fk_backup_get_chip_name (backup),
                          fk_backup_get_family (backup), fk_backup_get_core (backup),
                          fk_backup_get_uid (backup), fk_backup_get_protection (backup),
                          fk_backup_get_probe_kind (backup), fk_backup_get_probe_serial (backup),
                          fk_backup_get_probe_firmware (backup), fk_backup_get_dev_id (backup),
                          fk_backup_get_rev_id (backup), fk_backup_get_flash_size (backup),
                          fk_backup_get_millivolts (backup), fk_backup_is_simulated (backup));
  for (guint i = 0; i < regions->len; i++)
    describe_region (text, g_ptr_array_index (regions, i));
}

/* The list as text, and how many cannot be understood; @read: of how many backup.ini was read. */
static char *
list (FkLibrary *library, int *read)
{
  g_autoptr (GPtrArray) damaged = NULL;
  g_autoptr (GPtrArray) backups = NULL;
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);

  g_atomic_int_set (&n_read, 0);
  backups = fk_library_list (library, &damaged, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < backups->len; i++)
    describe (text, g_ptr_array_index (backups, i));
  g_string_append_printf (text, "%u damaged\n", damaged->len);
  if (read != NULL)
    *read = g_atomic_int_get (&n_read);
  return g_string_free (text, FALSE);
}

static void
assert_list_is_true (Fixture *f)
{
  g_autofree char *present = list (f->library, NULL);
  g_autofree char *fresh = NULL;

  remove_index (f->other);
  fresh = list (f->other, NULL);
  g_assert_cmpstr (present, ==, fresh);
}

static void
test_spares_reading (Fixture *f, gconstpointer data)
{
  int read;
  g_autofree char *first = list (f->library, &read);
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  g_assert_cmpint (read, ==, N_BACKUPS);
  g_assert_nonnull (strstr (first, "b40"));
  g_assert_nonnull (strstr (first, "stock|with Marlin"));
  g_assert_nonnull (strstr (first, "20260101-101010-abcdef"));
  g_assert_nonnull (strstr (first, "10:32:05.25"));
  second = list (f->library, &read);
  g_assert_cmpint (read, ==, 0);
  g_assert_cmpstr (first, ==, second);
  run_in (f->path, "cp -r b09 new; mv b10 c10; rm -r b11");
  third = list (f->library, &read);
  g_assert_cmpint (read, ==, 2);
  assert_list_is_true (f);
}

/* What people and other programs do to a backup; the index knows it as it was. */
static const char *const changes[] = {
  "sed -i s/number08/other/ b08/backup.ini",
  "touch -r b08/backup.ini stamp; sed s/number08/NUMBER08/ b08/backup.ini > new; "
  "cat new > b08/backup.ini; touch -r stamp b08/backup.ini; rm stamp new",
  "sed s/number08/NUMBER08/ b08/backup.ini > new; touch -r b08/backup.ini new; "
  "mv new b08/backup.ini",
  "mv b08 a08",
  "rm -r b08",
  "rm b08/backup.ini",
  "rm b08/backup.ini b08/SHA256SUMS",
  "mv b08 x; mv b09 b08; mv x b09",
  "rm -r b08; mv b09 b08",
  "cp -r b08 b08-2",
  "mv b08 ../b08; ln -s ../b08 b08",
  "mv b08/backup.ini ini; ln -s ../ini b08/backup.ini",
  "rm b08/backup.ini; mkdir b08/backup.ini",
  "rm b08/backup.ini; mkfifo b08/backup.ini",
  ": > b08/backup.ini",
  "mv b08/backup.ini x; mv b09/backup.ini b08; mv x b09/backup.ini",
  "mv b08 .b08",
  "rm -r b0* b1* b2*",
  "for i in *; do mv $i x$i; done",
};

static void
test_changes (Fixture *f, gconstpointer data)
{
  g_autofree char *copy = g_build_filename (f->dir, "copy", NULL);

  run_in (f->dir, "cp -a library copy");
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autofree char *before = NULL;
      g_autofree char *after = NULL;

      g_test_message ("%s", changes[i]);
      run_in (f->dir, "rm -rf library b08; cp -a copy library");
      before = list (f->library, NULL);
      assert_list_is_true (f);
      run_in (f->path, "%s", changes[i]);
      after = list (f->library, NULL);
      g_assert_cmpstr (before, !=, after);
      assert_list_is_true (f);
    }
}

/* Within one tick of the clock a file may change without a new time. */
static void
test_fresh (Fixture *f, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  int read;

  later_us = 0;
  run_in (f->path, "for i in *; do touch $i/backup.ini; done");
  first = list (f->library, &read);
  g_assert_cmpint (read, ==, N_BACKUPS);
  second = list (f->library, &read);
  g_assert_cmpint (read, ==, N_BACKUPS);
  g_assert_cmpstr (first, ==, second);
}

/* A clock that was set back makes files of the future. */
static void
test_future (Fixture *f, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  int read;

  run_in (f->path, "touch -d 2100-01-01 b08/backup.ini");
  first = list (f->library, &read);
  second = list (f->library, &read);
  g_assert_cmpint (read, ==, 1);
  assert_list_is_true (f);
}

static GBytes *
load_index (Fixture *f)
{
  g_autofree char *path = fk_library_index_make_path (f->path);
  g_autoptr (GError) error = NULL;
  char *data;
  gsize size;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, size);
}

static void
save_index (Fixture *f, const void *data, gsize size)
{
  g_autofree char *path = fk_library_index_make_path (f->path);

  g_assert_true (g_file_set_contents (path, data, (gssize)size, NULL));
}

static guint
count_known (const char *library, const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (FkLibraryIndex) index = fk_library_index_new_for_bytes (library, bytes);

  return fk_library_index_get_n_known (index);
}

/* Of two backups, so that each byte of it can be tried. */
static GBytes *
make_small_index (Fixture *f)
{
  g_autoptr (FkLibraryIndex) index = fk_library_index_new_for_bytes (f->path, NULL);
  g_autoptr (GPtrArray) backups = fk_library_list (f->library, NULL, NULL, NULL);

  for (guint i = 0; i < 2; i++)
    {
      FkBackup *backup = g_ptr_array_index (backups, i);
      g_autofree char *ini = g_build_filename (fk_backup_get_path (backup), "backup.ini", NULL);
      struct stat info;

      g_assert_cmpint (stat (ini, &info), ==, 0);
      fk_library_index_add (index, fk_backup_get_id (backup), &info, backup);
    }
  return fk_library_index_to_bytes (index);
}

/* Asks for all that there was, of an index that its checksum says is good. */
static void
try_resealed (Fixture *f, guint8 *data, gsize size)
{
  static const char *const ids[] = { "b39", "b40" };
  g_autoptr (FkLibraryIndex) index = NULL;
  g_autoptr (GBytes) bytes = NULL;

  fk_store_u32le (data + 8, fk_crc32 (data + HEADER_SIZE, size - HEADER_SIZE));
  bytes = g_bytes_new (data, size);
  index = fk_library_index_new_for_bytes (f->path, bytes);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *ini = g_build_filename (f->path, ids[i], "backup.ini", NULL);
      g_autoptr (FkBackup) backup = NULL;
      struct stat info;

      g_assert_cmpint (stat (ini, &info), ==, 0);
      backup = fk_library_index_find (index, ids[i], &info);
      g_assert_true (backup == NULL || g_str_equal (fk_backup_get_id (backup), ids[i]));
    }
}

static void
test_damaged (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) good = make_small_index (f);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (good, &size);
  g_autofree guint8 *bad = g_memdup2 (bytes, size);

  g_assert_cmpuint (count_known (f->path, bytes, size), ==, 2);
  g_assert_cmpuint (count_known ("/another/library", bytes, size), ==, 0);
  for (gsize i = 0; i < size; i++)
    {
      g_assert_cmpuint (count_known (f->path, bytes, i), ==, 0);
      bad[i] ^= 1 << i % 8;
      g_assert_cmpuint (count_known (f->path, bad, size), ==, 0);
      bad[i] = 0xff;
      try_resealed (f, bad, size);
      bad[i] = bytes[i];
      if (i >= HEADER_SIZE)
        try_resealed (f, bad, i);
      memcpy (bad, bytes, size);
    }
}

/* Something else where the index should be. */
static void
test_alien_file (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fk_library_index_make_path (f->path);
  g_autofree char *text = list (f->library, NULL);
  g_autoptr (GBytes) good = load_index (f);
  gsize size = g_bytes_get_size (good);
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (good, NULL), size);
  int read;

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *again = NULL;
      gsize place = i * (size - 1) / 39;

      bytes[place] ^= 0x10;
      save_index (f, bytes, i % 2 == 0 ? size : place);
      bytes[place] ^= 0x10;
      again = list (f->library, &read);
      g_assert_cmpint (read, ==, N_BACKUPS);
      g_assert_cmpstr (again, ==, text);
      g_free (list (f->library, &read));
      g_assert_cmpint (read, ==, 0); /* it was made anew */
    }
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  assert_list_is_true (f);
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

/* That of another library, as after a move. */
static void
test_other_library (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fk_library_index_make_path (f->path);
  g_autofree char *other = fk_library_index_make_path (fk_library_get_path (f->other));
  int read;

  g_free (list (f->library, &read));
  run_in ("/", "cp '%s' '%s'", path, other);
  g_free (list (f->other, &read));
  g_assert_cmpint (read, ==, N_BACKUPS);
}

/* A few backups are as quickly read. */
static void
test_small (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fk_library_index_make_path (f->path);
  int read;

  run_in (f->path, "rm -r b1* b2* b3* b4*");
  g_free (list (f->library, &read));
  g_free (list (f->library, &read));
  g_assert_cmpint (read, ==, 9);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static gpointer
list_again_and_again (gpointer data)
{
  Fixture *f = data;

  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (GPtrArray) backups = fk_library_list (f->library, NULL, NULL, NULL);

      g_assert_cmpuint (backups->len, ==, N_BACKUPS);
      if (i % 5 == 0)
        remove_index (f->library);
    }
  return NULL;
}

static void
test_many_writers (Fixture *f, gconstpointer data)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("list", list_again_and_again, f);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  assert_list_is_true (f);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (Fixture *, gconstpointer);
  } rows[] = {
    { "/library-index/spares-reading", test_spares_reading },
    { "/library-index/changes", test_changes },
    { "/library-index/fresh", test_fresh },
    { "/library-index/future", test_future },
    { "/library-index/damaged", test_damaged },
    { "/library-index/alien-file", test_alien_file },
    { "/library-index/other-library", test_other_library },
    { "/library-index/small", test_small },
    { "/library-index/many-writers", test_many_writers },
  };
  g_autofree char *home = g_dir_make_tmp ("fk-home-XXXXXX", NULL);
  int status;

  g_setenv ("XDG_CACHE_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_test_add (rows[i].name, Fixture, NULL, set_up, rows[i].run, tear_down);
  status = g_test_run ();
  run_in ("/", "rm -rf '%s'", home);
  return status;
}
