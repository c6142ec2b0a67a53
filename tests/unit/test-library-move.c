/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Backups that come from elsewhere, and that go: exported, imported, thrown away and taken back. */

#include "config.h"

#include "library-bench.h"

#include "base/fk-error.h"

static void
test_export_import (LibraryBench *f, gconstpointer data)
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
test_import_bad (LibraryBench *f, gconstpointer data)
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
test_import_strange_id (LibraryBench *f, gconstpointer data)
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
test_trash (LibraryBench *f, gconstpointer data)
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
test_untrash (LibraryBench *f, gconstpointer data)
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
test_trash_elsewhere (LibraryBench *f, gconstpointer data)
{
  on_small_disk (f, check_own_trash);
}

int
main (int argc, char *argv[])
{
  static const LibraryTest tests[] = {
    { "/library/export-import", test_export_import },
    { "/library/import-bad", test_import_bad },
    { "/library/import-strange-id", test_import_strange_id },
    { "/library/trash", test_trash },
    { "/library/untrash", test_untrash },
    { "/library/trash-elsewhere", test_trash_elsewhere },
  };

  return library_bench_main (argc, argv, tests, G_N_ELEMENTS (tests));
}
