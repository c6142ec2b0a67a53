/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Backups that are changed, and copies with other bytes. */

#include "config.h"

#include "library-bench.h"

#include "base/fk-error.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

static void
check_edit (LibraryBench *f, gboolean exchange)
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
test_edit (LibraryBench *f, gconstpointer data)
{
  check_edit (f, TRUE);
}

static void
test_edit_no_exchange (LibraryBench *f, gconstpointer data)
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
test_edit_all (LibraryBench *f, gconstpointer data)
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
test_edit_refused (LibraryBench *f, gconstpointer data)
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
test_edit_threads (LibraryBench *f, gconstpointer data)
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

/* Other bytes, and all the rest as before; the old one is not touched. */
static void
test_copy (LibraryBench *f, gconstpointer data)
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
test_copy_while_edited (LibraryBench *f, gconstpointer data)
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

int
main (int argc, char *argv[])
{
  static const LibraryTest tests[] = {
    { "/library/edit", test_edit },
    { "/library/edit-no-exchange", test_edit_no_exchange },
    { "/library/edit-all", test_edit_all },
    { "/library/edit-refused", test_edit_refused },
    { "/library/edit-threads", test_edit_threads },
    { "/library/copy", test_copy },
    { "/library/copy-while-edited", test_copy_while_edited },
  };

  return library_bench_main (argc, argv, tests, G_N_ELEMENTS (tests));
}
