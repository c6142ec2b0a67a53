/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Backups that leave the library and come back: as an archive that other programs read, too; as a
 * firmware file; and what comes from strangers, who may mean ill. */

#include "config.h"

#include "base/fk-error.h"
#include "base/fk-save.h"
#include "job/fk-backup-image.h"
#include "known-chip.h"
#include "library/fk-archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct
{
  char *dir;
  FkLibrary *library;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;

  f->dir = g_dir_make_tmp ("fk-exchange-XXXXXX", NULL);
  path = g_build_filename (f->dir, "library", NULL);
  f->library = fk_library_new (path);
}

static int
try_shell (const char *format, ...)
{
  va_list args;
  g_autofree char *command = NULL;

  va_start (args, format);
  command = g_strdup_vprintf (format, args);
  va_end (args);
  return system (command);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->library);
  g_assert_cmpint (try_shell ("chmod -R u+w '%s' && rm -rf '%s'", f->dir, f->dir), ==, 0);
  g_free (f->dir);
}

static GFile *
get_file (Fixture *f, const char *name)
{
  return g_file_new_build_filename (f->dir, name, NULL);
}

static FkBackup *
store (FkLibrary *library)
{
  g_autoptr (FkBackupDraft) draft = fk_backup_draft_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) flash = NULL;
  FkBackup *backup;
  guint8 data[5000];

  for (gsize i = 0; i < sizeof data; i++)
    data[i] = (guint8)(i * 7 + (i >> 8));
  flash = g_bytes_new (data, sizeof data);
  fk_backup_draft_set (draft, "Backup", "Created", "2026-11-20T10:32:05Z");
  fk_backup_draft_set (draft, "Backup", "Name", "printer");
  fk_backup_draft_set (draft, "Chip", "Name", "STM32F405RG");
  fk_backup_draft_set (draft, "Chip", "DevId", "0x413");
  fk_backup_draft_set (draft, "Chip", "UID", "3A00270000112233445566AA");
  fk_backup_draft_set (draft, "Chip", "FlashSize", "5000");
  fk_backup_draft_add_region (draft, "flash", 0x08000000, flash, 0xff, "crc");
  backup = fk_library_store (library, draft, NULL, &error);
  g_assert_no_error (error);
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

/* --- archives ------------------------------------------------------------------------------- */

static void
test_archive (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = store (f->library);
  g_autoptr (GFile) folder = g_file_new_for_path (f->dir);
  g_autofree char *other_path = g_build_filename (f->dir, "other", NULL);
  g_autoptr (FkLibrary) other = fk_library_new (other_path);
  g_autoptr (GFile) archive = NULL;
  g_autoptr (FkBackup) imported = NULL;
  g_autoptr (FkBackup) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  gboolean was_there = TRUE;

  g_assert_true (fk_library_export_archive (f->library, backup, folder, FALSE, &path, &was_there,
                                            NULL, &error));
  g_assert_no_error (error);
  g_assert_false (was_there);
  g_assert_true (g_str_has_suffix (path, "/20261120T103205Z-STM32F405RG-3A0027.flashkeep"));
  g_assert_true (fk_library_export_archive (f->library, backup, folder, FALSE, NULL, &was_there,
                                            NULL, &error));
  g_assert_true (was_there);

  archive = g_file_new_for_path (path);
  imported = fk_library_import (other, archive, &was_there, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (was_there);
  g_assert_true (fk_library_check (other, imported, NULL, &error));
  g_assert_cmpint (try_shell ("diff -r '%s' '%s'", fk_backup_get_path (backup),
                              fk_backup_get_path (imported)),
                   ==, 0);
  again = fk_library_import (other, archive, &was_there, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (was_there);
  g_assert_cmpuint (count_entries (other_path), ==, 1);
}

typedef struct
{
  FkLibrary *library;
  FkBackup *backup;
  gint stop;
} Renaming;

static gpointer
rename_again_and_again (gpointer data)
{
  Renaming *renaming = data;

  for (guint i = 0; !g_atomic_int_get (&renaming->stop); i++)
    {
      g_autoptr (FkBackupEdit) edit = fk_backup_edit_new ();
      g_autofree char *name = g_strdup_printf ("printer %u", i);
      g_autoptr (FkBackup) edited = NULL;
      g_autoptr (GError) error = NULL;

      fk_backup_edit_set_name (edit, name);
      edited = fk_library_edit (renaming->library, renaming->backup, edit, NULL, &error);
      g_assert_no_error (error);
    }
  return NULL;
}

/* The window names a backup while the command line exports it: what comes out is whole, with one
 * name or the other. */
static void
test_export_while_renamed (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = store (f->library);
  g_autoptr (FkLibrary) mine = fk_library_new (fk_library_get_path (f->library));
  g_autoptr (GFile) archive = get_file (f, "a.flashkeep");
  Renaming renaming = { f->library, backup };
  GThread *thread = g_thread_new ("rename", rename_again_and_again, &renaming);

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("other-%u", i);
      g_autofree char *path = g_build_filename (f->dir, name, NULL);
      g_autoptr (FkLibrary) other = fk_library_new (path);
      g_autoptr (GFile) folder = get_file (f, "folders");
      g_autofree char *folder_path = NULL;
      g_autoptr (FkBackup) imported = NULL;
      g_autoptr (GError) error = NULL;

      fk_library_export_archive (mine, backup, archive, TRUE, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      imported = fk_library_import (other, archive, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (fk_library_check (other, imported, NULL, NULL));
      fk_library_export (mine, backup, folder, &folder_path, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (try_shell ("cd '%s' && sha256sum --strict --quiet -c SHA256SUMS && "
                                  "rm -r '%s'",
                                  folder_path, folder_path),
                       ==, 0);
    }
  g_atomic_int_set (&renaming.stop, 1);
  g_thread_join (thread);
  g_assert_cmpuint (count_entries (fk_library_get_path (mine)), ==, 1);
}

/* Long after this program is gone, unzip and sha256sum are enough. */
static void
test_unzip (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = store (f->library);
  g_autoptr (GFile) archive = get_file (f, "a.flashkeep");
  g_autofree char *unzip = g_find_program_in_path ("unzip");
  g_autoptr (GError) error = NULL;

  if (unzip == NULL)
    {
      g_test_skip ("no unzip");
      return;
    }
  fk_library_export_archive (f->library, backup, archive, FALSE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (try_shell ("cd '%s' && unzip -tqq a.flashkeep && unzip -qq a.flashkeep && "
                              "cd 2026*STM32F405RG-3A0027 && "
                              "sha256sum --strict --quiet -c SHA256SUMS && diff -r . '%s' && "
                              "test \"$(stat -c %%a flash.bin)\" = 644",
                              f->dir, fk_backup_get_path (backup)),
                   ==, 0);
}

/* What is there stays, unless the person agreed; and a damaged backup is not packed. */
static void
test_archive_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = store (f->library);
  g_autoptr (GFile) archive = get_file (f, "a.flashkeep");
  g_autoptr (GFile) nowhere = get_file (f, "no/such/folder.flashkeep");
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (g_file_peek_path (archive), "mine", -1, NULL));
  g_assert_false (
      fk_library_export_archive (f->library, backup, archive, FALSE, NULL, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_true (g_file_get_contents (g_file_peek_path (archive), &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "mine");
  g_assert_false (
      fk_library_export_archive (f->library, backup, nowhere, FALSE, NULL, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS);
  g_clear_error (&error);
  g_assert_true (
      fk_library_export_archive (f->library, backup, archive, TRUE, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (fk_archive_is_zip (g_file_peek_path (archive)));

  g_assert_cmpint (try_shell ("printf x | dd of='%s/flash.bin' bs=1 seek=77 conv=notrunc "
                              "status=none",
                              fk_backup_get_path (backup)),
                   ==, 0);
  g_assert_false (
      fk_library_export_archive (f->library, backup, archive, TRUE, NULL, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED);
  g_assert_cmpuint (count_entries (f->dir), ==, 2);
}

typedef struct
{
  const char *name;
  const char *text; /* NULL: of a link */
  guint repeat;     /* text is written so often; 0: once */
} Member;

/* An archive as a stranger makes it, SHA256SUMS with what is in it. */
static void
make_archive (const char *path, const Member *members, guint n_members)
{
  struct archive *archive = archive_write_new ();

  archive_write_set_format_zip (archive);
  g_assert_cmpint (archive_write_open_filename (archive, path), ==, ARCHIVE_OK);
  for (guint i = 0; i < n_members; i++)
    {
      struct archive_entry *entry = archive_entry_new ();
      const char *text = members[i].text != NULL ? members[i].text : "";
      gsize length = strlen (text);
      guint repeat = MAX (members[i].repeat, 1);

      archive_entry_set_pathname (entry, members[i].name);
      archive_entry_set_filetype (entry, members[i].text != NULL ? AE_IFREG : AE_IFLNK);
      if (members[i].text == NULL)
        archive_entry_set_symlink (entry, "/etc/passwd");
      archive_entry_set_perm (entry, 0644);
      archive_entry_set_size (entry, (la_int64_t)(length * repeat));
      g_assert_cmpint (archive_write_header (archive, entry), ==, ARCHIVE_OK);
      for (guint j = 0; members[i].text != NULL && j < repeat; j++)
        archive_write_data (archive, text, length);
      archive_entry_free (entry);
    }
  g_assert_cmpint (archive_write_close (archive), ==, ARCHIVE_OK);
  archive_write_free (archive);
}

/* The SHA-256 of "x". */
#define SUM_X "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"

static void
test_hostile (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *what; /* must be in the message */
    int code;
    Member members[4];
  } rows[] = {
    { "no file of a backup",
      FK_ERROR_BACKUP_DAMAGED,
      { { "../evil", "x" }, { "SHA256SUMS", SUM_X "  ../evil\n" } } },
    { "no file of a backup",
      FK_ERROR_BACKUP_DAMAGED,
      { { "a/../../evil", "x" }, { "a/SHA256SUMS", SUM_X "  evil\n" } } },
    { "no file of a backup",
      FK_ERROR_BACKUP_DAMAGED,
      { { "/tmp/evil", "x" }, { "SHA256SUMS", SUM_X "  evil\n" } } },
    { "no file of a backup",
      FK_ERROR_BACKUP_DAMAGED,
      { { "a/b/evil", "x" }, { "a/SHA256SUMS", SUM_X "  evil\n" } } },
    { "no file of a backup",
      FK_ERROR_BACKUP_DAMAGED,
      { { "a/backup.ini", "x" }, { "b/SHA256SUMS", SUM_X "  backup.ini\n" } } },
    { "no file of a backup",
      FK_ERROR_BACKUP_DAMAGED,
      { { "a\\..\\evil", "x" }, { "SHA256SUMS", SUM_X "  evil\n" } } },
    { "no file of a backup",
      FK_ERROR_BACKUP_DAMAGED,
      { { "flash.bin", NULL }, { "SHA256SUMS", SUM_X "  flash.bin\n" } } },
    { "backup.ini twice",
      FK_ERROR_BACKUP_DAMAGED,
      { { "backup.ini", "x" }, { "backup.ini", "x" }, { "SHA256SUMS", SUM_X "  backup.ini\n" } } },
    { "too large",
      FK_ERROR_BACKUP_DAMAGED,
      { { "backup.ini", "x" },
        { "flash.bin", "0000000000000000000000000000000000000000000000000000000000000000",
          (64u << 20) / 64 + 1 },
        { "SHA256SUMS", SUM_X "  backup.ini\n" } } },
    { "backup.ini is too large",
      FK_ERROR_BACKUP_DAMAGED,
      { { "backup.ini", "0000000000000000000000000000000000000000000000000000000000000000",
          (1u << 20) / 64 + 1 },
        { "SHA256SUMS", SUM_X "  backup.ini\n" } } },
    { "does not belong there",
      FK_ERROR_BACKUP_DAMAGED,
      { { "backup.ini", "x" }, { "evil", "x" }, { "SHA256SUMS", SUM_X "  backup.ini\n" } } },
    { "was changed",
      FK_ERROR_BACKUP_DAMAGED,
      { { "backup.ini", "y" }, { "SHA256SUMS", SUM_X "  backup.ini\n" } } },
    { "flash.bin is missing",
      FK_ERROR_BACKUP_DAMAGED,
      { { "backup.ini", "x" }, { "SHA256SUMS", SUM_X "  backup.ini\n" SUM_X "  flash.bin\n" } } },
    { "cannot be read", /* "x" is no backup.ini */
      FK_ERROR_BACKUP_DAMAGED,
      { { "backup.ini", "x" }, { "SHA256SUMS", SUM_X "  backup.ini\n" } } },
    { "holds no backup", FK_ERROR_FILE_ACCESS, { { "firmware.bin", "x" } } },
  };
  g_autoptr (GFile) archive = get_file (f, "evil.flashkeep");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      guint n_members = 0;

      while (n_members < G_N_ELEMENTS (rows[i].members) && rows[i].members[n_members].name != NULL)
        n_members++;
      make_archive (g_file_peek_path (archive), rows[i].members, n_members);
      g_assert_null (fk_library_import (f->library, archive, NULL, NULL, &error));
      g_assert_error (error, FK_ERROR, rows[i].code);
      g_test_message ("%s", error->message);
      if (strstr (error->message, rows[i].what) == NULL)
        g_error ("row %u: %s", i, error->message);
      /* Nothing but the archive has come into being. */
      g_assert_cmpuint (count_entries (f->dir), ==, 1);
    }
}

/* Whatever is cut off or flipped is refused, or is not part of what counts. */
static void
test_bent (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = store (f->library);
  g_autoptr (GFile) archive = get_file (f, "a.flashkeep");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GHashTable) good = NULL;
  const guint8 *old;
  gsize size;

  fk_library_export_archive (f->library, backup, archive, FALSE, NULL, NULL, NULL, NULL);
  bytes = g_file_load_bytes (archive, NULL, NULL, NULL);
  good = fk_archive_parse (bytes, "good", NULL, NULL);
  g_assert_nonnull (good);
  old = g_bytes_get_data (bytes, &size);
  for (gsize i = 0; i < size; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (old, size);
      g_autoptr (GBytes) cut = g_bytes_new (old, i);
      g_autoptr (GBytes) bent = NULL;
      g_autoptr (GHashTable) shorter = fk_archive_parse (cut, "cut", NULL, NULL);
      g_autoptr (GHashTable) other = NULL;

      copy[i] ^= 0x41;
      bent = g_bytes_new (copy, size);
      other = fk_archive_parse (bent, "bent", NULL, NULL);
      for (GHashTable *found = shorter; found != NULL; found = found == shorter ? other : NULL)
        g_assert_true (g_bytes_equal (g_hash_table_lookup (found, "flash.bin"),
                                      g_hash_table_lookup (good, "flash.bin")));
      if (other != NULL)
        g_assert_true (g_bytes_equal (g_hash_table_lookup (other, "flash.bin"),
                                      g_hash_table_lookup (good, "flash.bin")));
    }
}

static void
test_find_importable (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = store (f->library);
  g_autoptr (GFile) library = g_file_new_for_path (fk_library_get_path (f->library));
  g_autoptr (GFile) folder = g_file_new_for_path (fk_backup_get_path (backup));
  g_autoptr (GFile) archive = g_file_get_child (library, "b.flashkeep");
  g_autoptr (GFile) nothing = get_file (f, "nothing");
  g_autoptr (GPtrArray) inside = NULL;
  g_autoptr (GPtrArray) itself = NULL;
  g_autoptr (GPtrArray) none = NULL;

  fk_library_export_archive (f->library, backup, archive, FALSE, NULL, NULL, NULL, NULL);
  inside = fk_library_find_importable (library);
  g_assert_cmpuint (inside->len, ==, 2);
  g_assert_true (g_file_equal (g_ptr_array_index (inside, 0), folder));
  g_assert_true (g_file_equal (g_ptr_array_index (inside, 1), archive));
  itself = fk_library_find_importable (folder);
  g_assert_cmpuint (itself->len, ==, 1);
  g_assert_true (g_file_equal (g_ptr_array_index (itself, 0), folder));
  none = fk_library_find_importable (nothing);
  g_assert_cmpuint (none->len, ==, 0);
}

/* --- firmware files ------------------------------------------------------------------------- */

static const FkChipDesc *
find_f4 (void)
{
  return fk_chip_db_find (fk_chip_db_get_default (), 0x413, "Cortex-M4");
}

/* Two pieces with a gap, as of a bootloader and an application. */
static FkImage *
make_image (void)
{
  FkImage *image = fk_image_new ();
  guint8 data[600];

  for (gsize i = 0; i < sizeof data; i++)
    data[i] = (guint8)(i * 3 + 1);
  fk_image_add_data (image, 0x08000000, data, 256, NULL);
  fk_image_add_data (image, 0x0800c000, data, sizeof data, NULL);
  return image;
}

static void
assert_same_image (FkImage *a, FkImage *b)
{
  g_assert_cmpuint (fk_image_get_n_segments (a), ==, fk_image_get_n_segments (b));
  for (guint i = 0; i < fk_image_get_n_segments (a); i++)
    {
      FkSegment left = fk_image_get_segment (a, i);
      FkSegment right = fk_image_get_segment (b, i);

      g_assert_cmphex (left.range.address, ==, right.range.address);
      g_assert_cmpmem (left.data, left.range.size, right.data, right.range.size);
    }
}

static void
test_image (Fixture *f, gconstpointer data)
{
  g_autoptr (FkImage) image = make_image ();
  g_autoptr (FkImage) back = NULL;
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkBackup) again = NULL;
  g_autoptr (GError) error = NULL;
  const FkBackupRegion *flash;
  gboolean was_there = TRUE;

  backup = fk_backup_image_import (f->library, image, find_f4 (), 0, "stock", "/media/stock.hex",
                                   &was_there, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (was_there);
  g_assert_cmpstr (fk_backup_get_source (backup), ==, "/media/stock.hex");
  g_assert_cmpstr (fk_backup_get_name (backup), ==, "stock");
  g_assert_cmpstr (fk_backup_get_uid (backup), ==, "");
  g_assert_cmpstr (fk_backup_get_family (backup), ==, "STM32F4");
  g_assert_cmphex (fk_backup_get_dev_id (backup), ==, 0x413);
  flash = fk_backup_find_region (backup, "flash");
  g_assert_cmpstr (flash->verified, ==, "no");
  g_assert_cmphex (flash->range.size, ==, 0xc000 + 600);
  g_assert_cmpuint (flash->n_covered, ==, 2);
  g_assert_true (fk_library_check (f->library, backup, NULL, &error));
  back = fk_backup_image_load (backup, NULL, &error);
  assert_same_image (image, back);

  again = fk_backup_image_import (f->library, image, NULL, 0, "other", "/elsewhere.hex", &was_there,
                                  NULL, &error);
  g_assert_no_error (error);
  g_assert_true (was_there);
  g_assert_cmpstr (fk_backup_get_id (again), ==, fk_backup_get_id (backup));
}

/* A file whose chip nobody told can be imported again with its chip, for only so it is restored. */
static void
test_image_chip_later (Fixture *f, gconstpointer data)
{
  g_autoptr (FkImage) image = make_image ();
  g_autoptr (FkBackup) unknown = NULL;
  g_autoptr (FkBackup) known = NULL;
  g_autoptr (FkBackup) again = NULL;
  g_autoptr (GError) error = NULL;
  gboolean was_there = TRUE;

  unknown = fk_backup_image_import (f->library, image, NULL, 0, "stock", "stock.hex", &was_there,
                                    NULL, &error);
  g_assert_no_error (error);
  g_assert_false (was_there);
  g_assert_cmpstr (fk_backup_get_family (unknown), ==, "");
  known = fk_backup_image_import (f->library, image, find_f4 (), 0, "stock", "stock.hex",
                                  &was_there, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (was_there);
  g_assert_cmpstr (fk_backup_get_family (known), ==, "STM32F4");
  again = fk_backup_image_import (f->library, image, find_f4 (), 0, "stock", "stock.hex",
                                  &was_there, NULL, &error);
  g_assert_true (was_there);
  g_assert_cmpstr (fk_backup_get_id (again), ==, fk_backup_get_id (known));
}

/* Of a chip whose erased flash reads as zeros a gap is zeros, in the library and in what leaves it;
 * also when the library is read again, from its index or without. */
static void
test_image_erased_low (Fixture *f, gconstpointer data)
{
  g_autoptr (FkChipDb) db = known_chip_make_erased_low ();
  const FkChipDesc *low = fk_chip_db_find (db, 0x410, "Cortex-M3");
  g_autoptr (FkImage) image = make_image ();
  g_autoptr (FkImage) back = NULL;
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (FkBackup) again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = g_build_filename (f->dir, "low.bin", NULL);
  g_autofree char *told = NULL;
  g_autofree char *exported = NULL;
  g_autoptr (GError) error = NULL;
  const FkBackupRegion *flash;
  gboolean was_there = TRUE;
  gsize size = 0;
  static const guint8 tail[3];

  fk_image_add_data (image, 0x0800d000, tail, sizeof tail, NULL);
  backup = fk_backup_image_import (f->library, image, low, 0, "low", "low.hex", &was_there, NULL,
                                   &error);
  g_assert_no_error (error);
  g_assert_false (was_there);
  g_assert_cmphex (fk_backup_get_erased_value (backup), ==, 0);
  flash = fk_backup_find_region (backup, "flash");
  g_assert_cmphex (flash->range.size, ==, 0xd000 + sizeof tail);
  g_assert_cmphex (flash->used, ==, 0xc000 + 600);
  bytes = fk_backup_load_region (backup, "flash", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmphex (((const guint8 *)g_bytes_get_data (bytes, NULL))[0x100], ==, 0);

  for (guint i = 0; i < 2; i++)
    {
      g_clear_object (&again);
      again = fk_backup_image_import (f->library, image, low, 0, "other", "other.hex", &was_there,
                                      NULL, &error);
      g_assert_no_error (error);
      g_assert_true (was_there);
      g_assert_cmpstr (fk_backup_get_id (again), ==, fk_backup_get_id (backup));
      g_assert_cmphex (fk_backup_get_erased_value (again), ==, 0);
    }

  told = fk_backup_image_describe_fill (again, fk_image_format_find ("binary"));
  g_assert_nonnull (strstr (told, "0x00"));
  file = g_file_new_for_path (path);
  g_assert_true (
      fk_backup_image_export (again, file, fk_image_format_find ("binary"), FALSE, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &exported, &size, NULL));
  g_assert_cmpmem (exported, size, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  back = fk_backup_image_load (again, NULL, &error);
  assert_same_image (image, back);
}

static void
test_image_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (FkImage) ram = fk_image_new ();
  g_autoptr (FkImage) large = fk_image_new ();
  g_autoptr (FkImage) empty = fk_image_new ();
  const struct
  {
    FkImage *image;
    int code;
  } rows[] = { { ram, FK_ERROR_OUT_OF_RANGE },
               { large, FK_ERROR_OUT_OF_RANGE },
               { empty, FK_ERROR_BAD_FILE } };

  fk_image_add_data (ram, 0x20000000, (const guint8 *)"x", 1, NULL);
  fk_image_add_data (large, 0x08400000, (const guint8 *)"x", 1, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (fk_backup_image_import (f->library, rows[i].image, find_f4 (), 0, "", "x",
                                             NULL, NULL, &error));
      g_assert_error (error, FK_ERROR, rows[i].code);
    }
  g_assert_cmpuint (count_entries (fk_library_get_path (f->library)), ==, 0);
}

/* Every format that can be written tells the same bytes to the tools of others. */
static void
test_image_formats (Fixture *f, gconstpointer data)
{
  /* What they need, and what they say to the files. */
  static const char *const commands[][2] = {
    { "objcopy", "objcopy -I ihex -O binary --gap-fill 0xff a.ihex out && cmp out a.binary" },
    { "objcopy", "objcopy -I srec -O binary --gap-fill 0xff a.srec out && cmp out a.binary" },
    { "srec_cat", "srec_cat a.ihex -intel -offset -0x08000000 -fill 0xff 0 0xc258 -o out -binary "
                  "&& cmp out a.binary" },
  };
  g_autoptr (FkImage) image = make_image ();
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (GError) error = NULL;
  guint n_formats;
  const FkImageFormat *const *formats = fk_image_format_get_all (&n_formats);

  backup =
      fk_backup_image_import (f->library, image, find_f4 (), 0, "stock", "x", NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n_formats; i++)
    {
      g_autofree char *name = g_strconcat ("a.", formats[i]->name, NULL);
      g_autoptr (GFile) file = get_file (f, name);
      g_autoptr (FkImage) back = NULL;

      if (formats[i]->write == NULL)
        continue;
      g_assert_true (fk_backup_image_export (backup, file, formats[i], FALSE, NULL, &error));
      g_assert_no_error (error);
      g_assert_false (fk_backup_image_export (backup, file, formats[i], FALSE, NULL, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_EXISTS);
      g_clear_error (&error);
      back = fk_image_load_file (file, 0x08000000, NULL, NULL, &error);
      g_assert_no_error (error);
      if (formats[i]->has_addresses)
        assert_same_image (image, back);
    }
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *program = g_find_program_in_path (commands[i][0]);

      if (program != NULL)
        g_assert_cmpint (try_shell ("cd '%s' && %s", f->dir, commands[i][1]), ==, 0);
    }
}

/* --- saving --------------------------------------------------------------------------------- */

static void
test_save (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("new", 3);
  g_autofree char *path = g_build_filename (f->dir, "file", NULL);
  g_autofree char *folder = g_build_filename (f->dir, "folder", NULL);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_cancellable_cancel (cancelled);
  g_assert_false (fk_save_bytes (path, bytes, FALSE, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_true (fk_save_bytes (path, bytes, FALSE, NULL, &error));
  g_assert_false (fk_save_bytes (path, bytes, FALSE, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_cmpint (mkdir (folder, 0777), ==, 0);
  g_assert_false (fk_save_bytes (folder, bytes, TRUE, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "new");
  g_assert_cmpuint (count_entries (f->dir), ==, 2);
}

int
main (int argc, char **argv)
{
  const struct
  {
    const char *name;
    void (*run) (Fixture *, gconstpointer);
  } rows[] = {
    { "/exchange/archive", test_archive },
    { "/exchange/unzip", test_unzip },
    { "/exchange/export-while-renamed", test_export_while_renamed },
    { "/exchange/archive-refused", test_archive_refused },
    { "/exchange/hostile", test_hostile },
    { "/exchange/bent", test_bent },
    { "/exchange/find-importable", test_find_importable },
    { "/exchange/image", test_image },
    { "/exchange/image-chip-later", test_image_chip_later },
    { "/exchange/image-erased-low", test_image_erased_low },
    { "/exchange/image-refused", test_image_refused },
    { "/exchange/image-formats", test_image_formats },
    { "/exchange/save", test_save },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_test_add (rows[i].name, Fixture, NULL, set_up, rows[i].run, tear_down);
  return g_test_run ();
}
