/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is to be seen of the library: groups, order, search and filters. */

#include "config.h"

#include "fk-backup-list.h"

#include "library/fk-backup-private.h"

#include <gio/gio.h>

#define MANY 10000

typedef struct
{
  const char *id;
  const char *name;
  const char *note;
  const char *tags;
  const char *created;
  const char *chip;
  const char *uid;
  guint size;
  const char *verified;
} Row;

static const Row rows[] = {
  /* newest first, as the library lists them */
  { "e", "Printer", "after; with Ä", "good;", "2026-05-05T10:00:00Z", "STM32F405RG", "AA01", 512,
    "crc" },
  { "d", "", "", "", "2026-04-04T10:00:00Z", "STM32F103C8", "bb02", 64, "no" },
  { "c", "Old name", "before", "good;bad;", "2026-03-03T10:00:00Z", "STM32F405RG", "aa01", 512,
    "reread" },
  { "b", "Jig", "", "", "2026-02-02T10:00:00Z", "STM32F103C8", "cc03", 128, "crc" },
};

static FkBackup *
make_backup (const Row *row)
{
  g_autofree char *hash = g_strnfill (64, *row->id);
  g_autofree char *text = g_strdup_printf (
      "[Backup]\nFormat=1\nName=%s\nNote=%s\nTags=%s\nCreated=%s\n[Chip]\nName=%s\nUID=%s\n"
      "DevId=1\nFlashSize=1\n[Region flash]\nAddress=0x08000000\nSize=%u\nFile=flash.bin\n"
      "SHA256=%s\nVerified=%s\n",
      row->name, row->note, row->tags, row->created, row->chip, row->uid, row->size, hash,
      row->verified);
  g_autoptr (GBytes) ini = g_bytes_new (text, strlen (text));
  g_autofree char *path = g_strconcat ("/library/", row->id, NULL);
  g_autoptr (GError) error = NULL;
  FkBackup *backup = fk_backup_new_for_ini (path, ini, &error);

  g_assert_no_error (error);
  return backup;
}

typedef struct
{
  GListStore *store;
  FkBackupList *list;
  guint changes;
} Fixture;

static void
count_change (Fixture *f)
{
  f->changes++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->store = g_list_store_new (FK_TYPE_BACKUP);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FkBackup) backup = make_backup (&rows[i]);

      g_list_store_append (f->store, backup);
    }
  f->list = fk_backup_list_new (G_LIST_MODEL (f->store));
  g_signal_connect_swapped (f->list, "items-changed", G_CALLBACK (count_change), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->list);
  g_assert_finalize_object (f->store);
}

/* Headings as "(title)", backups by their ids. */
static char *
describe (Fixture *f)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (f->list)); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (f->list), i);

      if (FK_IS_BACKUP_GROUP (item))
        g_string_append_printf (text, "(%s)", fk_backup_group_get_title (FK_BACKUP_GROUP (item)));
      else
        g_string_append (text, fk_backup_get_id (FK_BACKUP (item)));
    }
  return g_string_free (text, FALSE);
}

static void
assert_items (Fixture *f, const char *wanted)
{
  g_autofree char *found = describe (f);

  g_assert_cmpstr (found, ==, wanted);
}

static void
test_groups (Fixture *f, gconstpointer data)
{
  assert_items (f, "(Printer)ec(STM32F103C8)d(Jig)b");
  g_assert_cmpuint (fk_backup_list_get_n_backups (f->list), ==, 4);
}

/* What was made by itself before a change does not name the board, also as the newest. */
static void
test_groups_safety (Fixture *f, gconstpointer data)
{
  static const Row safety = { "f",
                              "Before restoring “Printer”",
                              FK_BACKUP_SAFETY_NOTE "restoring backup e.",
                              "",
                              "2026-06-06T10:00:00Z",
                              "STM32F405RG",
                              "aa01",
                              512,
                              "crc" };
  g_autoptr (FkBackup) backup = make_backup (&safety);

  g_list_store_insert (f->store, 0, backup);
  assert_items (f, "(Printer)fec(STM32F103C8)d(Jig)b");
  /* Nor as the only one that has a name. */
  g_list_store_remove_all (f->store);
  g_list_store_append (f->store, backup);
  assert_items (f, "(STM32F405RG)f");
}

static void
test_sort (Fixture *f, gconstpointer data)
{
  fk_backup_list_set_sort (f->list, FK_BACKUP_SORT_OLDEST);
  assert_items (f, "(Jig)b(Printer)ce(STM32F103C8)d");
  fk_backup_list_set_sort (f->list, FK_BACKUP_SORT_NAME);
  assert_items (f, "(Jig)b(Printer)ce(STM32F103C8)d");
  fk_backup_list_set_sort (f->list, FK_BACKUP_SORT_SIZE);
  assert_items (f, "(Printer)ec(Jig)b(STM32F103C8)d");
  fk_backup_list_set_sort (f->list, FK_BACKUP_SORT_NEWEST);
  assert_items (f, "(Printer)ec(STM32F103C8)d(Jig)b");
}

static void
test_search (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *text;
    const char *found;
  } cases[] = {
    { "printer", "(Printer)e" },
    { "BEFORE", "(Old name)c" },
    { "bad", "(Old name)c" },
    { "f405", "(Printer)ec" },
    { "cC03", "(Jig)b" },
    { "dddddddd", "(STM32F103C8)d" },
    { "2026-03", "(Old name)c" },
    { "march 2026", "(Old name)c" },
    { "  good   after ", "(Printer)e" },
    { "ä", "(Printer)e" },
    { "good jig", "" },
    { "", "(Printer)ec(STM32F103C8)d(Jig)b" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      fk_backup_list_set_search (f->list, cases[i].text);
      assert_items (f, cases[i].found);
    }
}

static void
test_filter (Fixture *f, gconstpointer data)
{
  fk_backup_list_set_filter (f->list, &(FkBackupFilter){ .chip = "STM32F103C8" });
  assert_items (f, "(STM32F103C8)d(Jig)b");
  fk_backup_list_set_filter (f->list, &(FkBackupFilter){ .tag = "bad" });
  assert_items (f, "(Old name)c");
  fk_backup_list_set_filter (f->list, &(FkBackupFilter){ .verified = TRUE });
  assert_items (f, "(Printer)ec(Jig)b");
  fk_backup_list_set_filter (f->list, &(FkBackupFilter){ .connected = TRUE });
  assert_items (f, "");
  fk_backup_list_set_connected (f->list, (const char *const[]){ "Aa01", NULL });
  assert_items (f, "(Printer)ec");
  fk_backup_list_set_filter (f->list, &(FkBackupFilter){ 0 });
  assert_items (f, "(Printer)ec(STM32F103C8)d(Jig)b");
}

static void
test_connected (Fixture *f, gconstpointer data)
{
  guint marks = 0;

  g_signal_connect_swapped (f->list, "marks-changed", G_CALLBACK (g_atomic_int_inc), &marks);
  fk_backup_list_set_connected (f->list, (const char *const[]){ "bb02", "", NULL });
  g_assert_cmpuint (marks, ==, 1);
  g_assert_true (fk_backup_list_is_connected (f->list, "BB02"));
  g_assert_false (fk_backup_list_is_connected (f->list, "aa01"));
  g_assert_false (fk_backup_list_is_connected (f->list, ""));
  fk_backup_list_set_connected (f->list, (const char *const[]){ NULL });
  g_assert_cmpuint (marks, ==, 2);
  fk_backup_list_set_connected (f->list, (const char *const[]){ NULL });
  g_assert_cmpuint (marks, ==, 2);
  g_assert_cmpuint (f->changes, ==, 0);
}

static void
take_change (guint *change, guint position, guint removed, guint added)
{
  change[0] = position;
  change[1] = removed;
  change[2] = added;
}

/* What stays is not told of, so that rows and scrolling stay. */
static void
test_small_change (Fixture *f, gconstpointer data)
{
  guint change[3] = { 0 };

  g_signal_connect_swapped (f->list, "items-changed", G_CALLBACK (take_change), change);
  g_list_store_remove (f->store, 1);
  assert_items (f, "(Printer)ec(Jig)b");
  g_assert_cmpuint (change[0], ==, 3);
  g_assert_cmpuint (change[1], ==, 2);
  g_assert_cmpuint (change[2], ==, 0);
}

/* A keystroke must not be felt: the aim is 30 ms, a busy machine gets ten times that. */
static void
test_many (void)
{
  g_autoptr (GListStore) store = g_list_store_new (FK_TYPE_BACKUP);
  g_autoptr (FkBackupList) list = NULL;
  gint64 start;
  gint64 slowest = 0;

  for (guint i = 0; i < MANY; i++)
    {
      Row row = rows[i % G_N_ELEMENTS (rows)];
      g_autofree char *uid = g_strdup_printf ("%024X", i % 500);
      g_autoptr (FkBackup) backup = NULL;

      row.uid = uid;
      backup = make_backup (&row);
      g_list_store_append (store, backup);
    }
  list = fk_backup_list_new (G_LIST_MODEL (store));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, MANY + 500);
  for (guint i = 0; i < 20; i++)
    {
      start = g_get_monotonic_time ();
      fk_backup_list_set_search (list, i % 2 == 0 ? "f405" : "printer good");
      slowest = MAX (slowest, g_get_monotonic_time () - start);
    }
  g_assert_cmpuint (fk_backup_list_get_n_backups (list), ==, MANY / 4);
  g_test_message ("searching %u backups: at most %.1f ms", MANY, (double)slowest / 1000);
  g_assert_cmpint (slowest, <, 300000);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (Fixture *f, gconstpointer data);
  } cases[] = {
    { "/backup-list/groups", test_groups },
    { "/backup-list/groups-safety", test_groups_safety },
    { "/backup-list/sort", test_sort },
    { "/backup-list/search", test_search },
    { "/backup-list/filter", test_filter },
    { "/backup-list/connected", test_connected },
    { "/backup-list/small-change", test_small_change },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].name, Fixture, NULL, set_up, cases[i].run, tear_down);
  g_test_add_func ("/backup-list/many", test_many);
  return g_test_run ();
}
