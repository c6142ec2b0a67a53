/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Checking the backups of a library, and what is remembered of it. */

#include "config.h"

#include "library/fk-verdict.h"

#include <glib/gstdio.h>
#include <stdlib.h>

typedef struct
{
  char *dir;
  FkLibrary *library;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;

  f->dir = g_dir_make_tmp ("fk-verdict-XXXXXX", NULL);
  path = g_build_filename (f->dir, "library", NULL);
  f->library = fk_library_new (path);
}

static void
remove_folder (const char *path)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", path);

  g_assert_cmpint (system (command), ==, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  remove_folder (f->dir);
  g_object_unref (f->library);
  g_free (f->dir);
}

static FkBackup *
store (Fixture *f, const char *uid)
{
  g_autoptr (FkBackupDraft) draft = fk_backup_draft_new ();
  g_autofree guint8 *data = g_malloc0 (256 * 1024);
  g_autoptr (GBytes) flash = g_bytes_new (data, 256 * 1024);
  g_autoptr (GError) error = NULL;
  FkBackup *backup;

  fk_backup_draft_set (draft, "Backup", "Name", "Printer");
  fk_backup_draft_set (draft, "Chip", "DevId", "0x413");
  fk_backup_draft_set (draft, "Chip", "Uid", uid);
  fk_backup_draft_set (draft, "Chip", "FlashSize", "262144");
  fk_backup_draft_add_region (draft, "flash", 0x08000000, flash, 0xff, "crc");
  backup = fk_library_store (f->library, draft, NULL, &error);
  g_assert_no_error (error);
  return backup;
}

/* Gives the backup's folder another name, as a person may. */
static char *
rename_folder (Fixture *f, FkBackup *backup, const char *name)
{
  char *path = g_build_filename (fk_library_get_path (f->library), name, NULL);

  g_assert_cmpint (g_rename (fk_backup_get_path (backup), path), ==, 0);
  return path;
}

static void
damage (const char *path)
{
  g_autofree char *file = g_build_filename (path, "flash.bin", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (file, "damaged", -1, &error);
  g_assert_no_error (error);
}

static guint
count_damaged (Fixture *f, guint n_expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) verdicts = fk_library_check_all (f->library, NULL, NULL, NULL, &error);
  guint n_damaged = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (verdicts->len, ==, n_expected);
  for (guint i = 0; i < verdicts->len; i++)
    n_damaged += ((FkVerdict *)g_ptr_array_index (verdicts, i))->problem != NULL;
  return n_damaged;
}

static guint
count_known (Fixture *f)
{
  g_autoptr (GHashTable) known = fk_library_list_known_damage (f->library);

  return g_hash_table_size (known);
}

static void
test_remembered (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) whole = store (f, "0100");
  g_autoptr (FkBackup) damaged = store (f, "0200");
  g_autoptr (GHashTable) known = NULL;
  g_autofree char *file = g_build_filename (fk_backup_get_path (damaged), "note.txt", NULL);

  g_assert_cmpuint (count_damaged (f, 2), ==, 0);
  g_assert_cmpuint (count_known (f), ==, 0);
  damage (fk_backup_get_path (damaged));
  g_assert_cmpuint (count_damaged (f, 2), ==, 1);
  known = fk_library_list_known_damage (f->library);
  g_assert_cmpuint (g_hash_table_size (known), ==, 1);
  g_assert_nonnull (g_hash_table_lookup (known, fk_backup_get_id (damaged)));

  /* Whoever touches it may have mended it. */
  g_assert_true (g_file_set_contents (file, "x", -1, NULL));
  g_assert_cmpuint (count_known (f), ==, 0);
}

#define N_CHECKS 16

typedef struct
{
  FkLibrary *library;
  char *id;
} Check;

static gpointer
judge_thread (gpointer data)
{
  Check *check = data;
  g_autoptr (FkVerdict) verdict = fk_library_judge (check->library, check->id, NULL, NULL);

  g_assert_nonnull (verdict->problem);
  return NULL;
}

/* Several checks at once: each keeps what the others found. */
static void
test_at_once (Fixture *f, gconstpointer data)
{
  Check checks[N_CHECKS];
  GThread *threads[N_CHECKS];

  for (guint i = 0; i < N_CHECKS; i++)
    {
      g_autofree char *uid = g_strdup_printf ("%02u00", i);
      g_autoptr (FkBackup) backup = store (f, uid);

      damage (fk_backup_get_path (backup));
      checks[i] = (Check){ f->library, g_strdup (fk_backup_get_id (backup)) };
    }
  for (guint i = 0; i < N_CHECKS; i++)
    threads[i] = g_thread_new ("judge", judge_thread, &checks[i]);
  for (guint i = 0; i < N_CHECKS; i++)
    {
      g_thread_join (threads[i]);
      g_free (checks[i].id);
    }
  g_assert_cmpuint (count_known (f), ==, N_CHECKS);
}

/* The bytes of all that is remembered, of all libraries of this test. */
static gsize
measure_memory (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "flashkeep", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  gsize size = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf info;

      if (g_stat (path, &info) == 0)
        size += (gsize)info.st_size;
    }
  return size;
}

/* Nothing is kept of a backup that is gone. */
static void
test_forgotten (Fixture *f, gconstpointer data)
{
  gsize before = measure_memory ();
  g_autoptr (FkBackup) whole = store (f, "0100");
  g_autoptr (FkBackup) damaged = store (f, "0200");

  damage (fk_backup_get_path (damaged));
  g_assert_cmpuint (count_damaged (f, 2), ==, 1);
  g_assert_cmpuint (measure_memory (), >, before);
  remove_folder (fk_backup_get_path (damaged));
  g_assert_cmpuint (count_damaged (f, 1), ==, 0);
  g_assert_cmpuint (measure_memory (), ==, before);
}

/* Everything that a folder may be called. */
static void
test_names (Fixture *f, gconstpointer data)
{
  static const char *const names[] = { "-old", "[old] F407", "a\\b = c;", "\xff\xfe", "100%20" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *uid = g_strdup_printf ("%02u00", i);
      g_autoptr (FkBackup) backup = store (f, uid);
      g_autofree char *path = rename_folder (f, backup, names[i]);

      damage (path);
    }
  g_assert_cmpuint (count_damaged (f, G_N_ELEMENTS (names)), ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GHashTable) known = fk_library_list_known_damage (f->library);

      g_assert_nonnull (g_hash_table_lookup (known, names[i]));
    }
}

typedef struct
{
  Fixture *f;
  FkBackup *backup;
  gint stop;
  guint n_edits;
} Editor;

static gpointer
edit_on (gpointer data)
{
  Editor *editor = data;

  while (!g_atomic_int_get (&editor->stop))
    {
      g_autoptr (FkBackupEdit) edit = fk_backup_edit_new ();
      g_autofree char *name = g_strdup_printf ("Printer %u", ++editor->n_edits);
      g_autoptr (FkBackup) edited = NULL;
      g_autoptr (GError) error = NULL;

      fk_backup_edit_set_name (edit, name);
      edited = fk_library_edit (editor->f->library, editor->backup, edit, NULL, &error);
      g_assert_no_error (error);
      g_usleep (3000);
    }
  return NULL;
}

/* A note that is saved during a check is no damage, and never remembered as such. */
static void
test_edited_meanwhile (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = store (f, "0100");
  Editor editor = { .f = f, .backup = backup };
  GThread *thread = g_thread_new ("editor", edit_on, &editor);

  for (guint i = 0; i < 150; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (FkVerdict) verdict =
          fk_library_judge (f->library, fk_backup_get_id (backup), NULL, &error);

      if (verdict != NULL)
        g_assert_cmpstr (verdict->problem, ==, NULL);
      g_assert_cmpuint (count_known (f), ==, 0);
    }
  g_atomic_int_set (&editor.stop, 1);
  g_thread_join (thread);
  g_assert_cmpuint (editor.n_edits, >, 3);
  g_assert_cmpuint (count_damaged (f, 1), ==, 0);
}

static void
test_gone (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = store (f, "0100");
  g_autoptr (GError) error = NULL;

  remove_folder (fk_backup_get_path (backup));
  g_assert_null (fk_library_judge (f->library, fk_backup_get_id (backup), NULL, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (count_known (f), ==, 0);
  g_assert_cmpuint (count_damaged (f, 0), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_autofree char *cache = g_dir_make_tmp ("fk-cache-XXXXXX", NULL);
  int status;

  /* What the tests remember is not the person's. */
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/verdict/remembered", Fixture, NULL, set_up, test_remembered, tear_down);
  g_test_add ("/verdict/names", Fixture, NULL, set_up, test_names, tear_down);
  g_test_add ("/verdict/edited-meanwhile", Fixture, NULL, set_up, test_edited_meanwhile, tear_down);
  g_test_add ("/verdict/gone", Fixture, NULL, set_up, test_gone, tear_down);
  g_test_add ("/verdict/at-once", Fixture, NULL, set_up, test_at_once, tear_down);
  g_test_add ("/verdict/forgotten", Fixture, NULL, set_up, test_forgotten, tear_down);
  status = g_test_run ();
  remove_folder (cache);
  return status;
}
