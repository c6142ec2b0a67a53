/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The folder of the library is chosen anew while the program runs, and may not be there. */

#include "config.h"

#include "find-widget.h"

#include <glib/gstdio.h>

#include "dialogs/fk-preferences.h"
#include "fk-library-model.h"
#include "fk-library-pane.h"
#include "fk-settings.h"
#include "fk-window.h"

#include <stdlib.h>

typedef struct
{
  char *dir;
  char *first;  /* has a backup */
  char *second; /* is not there */
  FkLibraryModel *model;
  GtkWidget *window;
  FkLibraryPane *pane;
  guint n_looks;
} Fixture;

static void
on_looked (FkLibraryModel *model, const GError *error, Fixture *f)
{
  f->n_looks++;
  fk_library_pane_set_error (f->pane, error);
}

static void
store (const char *path)
{
  g_autoptr (FkLibrary) library = fk_library_new (path);
  g_autoptr (FkBackupDraft) draft = fk_backup_draft_new ();
  g_autoptr (GBytes) flash = g_bytes_new_static ("firmware", 8);
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (GError) error = NULL;

  fk_backup_draft_set (draft, "Backup", "Name", "Printer");
  fk_backup_draft_set (draft, "Chip", "DevId", "0x413");
  fk_backup_draft_set (draft, "Chip", "FlashSize", "1024");
  fk_backup_draft_add_region (draft, "flash", 0x08000000, flash, 0xff, "crc");
  backup = fk_library_store (library, draft, NULL, &error);
  g_assert_no_error (error);
}

static void
wait_for_look (Fixture *f)
{
  guint before = f->n_looks;

  while (f->n_looks == before)
    g_main_context_iteration (NULL, TRUE);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (FkLibrary) library = NULL;

  f->dir = g_dir_make_tmp ("fk-folder-XXXXXX", NULL);
  f->first = g_build_filename (f->dir, "first", NULL);
  f->second = g_build_filename (f->dir, "second", NULL);
  store (f->first);
  library = fk_library_new (f->first);
  f->model = fk_library_model_new (library);
  f->window = gtk_window_new ();
  f->pane = g_object_new (FK_TYPE_LIBRARY_PANE, NULL);
  fk_library_pane_set_backups (f->pane, fk_library_model_get_backups (f->model));
  gtk_window_set_child (GTK_WINDOW (f->window), GTK_WIDGET (f->pane));
  g_signal_connect (f->model, "looked", G_CALLBACK (on_looked), f);
  gtk_window_present (GTK_WINDOW (f->window));
  fk_library_model_refresh (f->model);
  wait_for_look (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", f->dir);

  gtk_window_destroy (GTK_WINDOW (f->window));
  g_object_unref (f->model);
  g_assert_cmpint (system (command), ==, 0);
  g_free (f->first);
  g_free (f->second);
  g_free (f->dir);
}

static gboolean
says (GtkWidget *widget, gconstpointer text)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget) &&
         strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL;
}

static gboolean
has_label (GtkWidget *widget, const char *text)
{
  return find_widget (widget, says, text) != NULL;
}

static guint
count (Fixture *f)
{
  return g_list_model_get_n_items (fk_library_model_get_backups (f->model));
}

/* Stacks cross-fade, and a window appears in turns; what is mapped at the end counts. */
static void
assert_shown (GtkWidget *widget, const char *text)
{
  gint64 deadline = g_get_monotonic_time () + 5 * G_TIME_SPAN_SECOND;

  while (!has_label (widget, text) && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, FALSE);
  g_assert_true (has_label (widget, text));
}

static void
assert_seen (Fixture *f, const char *text)
{
  assert_shown (GTK_WIDGET (f->pane), text);
}

static void
test_switch (Fixture *f, gconstpointer data)
{
  g_autoptr (FkLibrary) second = fk_library_new (f->second);
  g_autoptr (FkLibrary) first = fk_library_new (f->first);

  g_assert_cmpuint (count (f), ==, 1);
  fk_library_require_folder (second);
  fk_library_model_set_library (f->model, second);
  wait_for_look (f);
  g_assert_cmpuint (count (f), ==, 0);
  assert_seen (f, "The library cannot be read");
  assert_seen (f, f->second);
  g_assert_false (g_file_test (f->second, G_FILE_TEST_EXISTS));

  /* The disk is plugged in. */
  g_assert_cmpint (g_mkdir (f->second, 0700), ==, 0);
  fk_library_model_refresh (f->model);
  wait_for_look (f);
  assert_seen (f, "No backups yet");

  fk_library_model_set_library (f->model, first);
  wait_for_look (f);
  g_assert_cmpuint (count (f), ==, 1);
  assert_seen (f, "Printer");
}

static gboolean
is_button (GtkWidget *widget, gconstpointer tooltip)
{
  return GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_widget_get_tooltip_text (widget), tooltip) == 0;
}

static GtkWidget *
find_preferences (void)
{
  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (FK_IS_PREFERENCES (window))
        return window;
    }
  g_assert_not_reached ();
}

/* What the command line names cannot be chosen here. */
static void
test_given (Fixture *f, gconstpointer data)
{
  g_autoptr (GSettings) settings = fk_settings_new ();
  GtkWidget *preferences;

  fk_preferences_present (GTK_WINDOW (f->window), settings, f->first);
  preferences = find_preferences ();
  assert_shown (preferences, f->first);
  g_assert_true (has_label (preferences, "--library"));
  g_assert_false (has_label (preferences, "Choose…"));
  gtk_window_destroy (GTK_WINDOW (preferences));
  fk_preferences_present (GTK_WINDOW (f->window), settings, NULL);
  preferences = find_preferences ();
  assert_shown (preferences, "Choose…");
  g_assert_false (has_label (preferences, "--library"));
  /* There is one. */
  fk_preferences_present (GTK_WINDOW (f->window), settings, f->first);
  g_assert_true (find_preferences () == preferences);
  g_assert_false (has_label (preferences, "--library"));
  gtk_window_destroy (GTK_WINDOW (preferences));
}

static void
test_preferences (Fixture *f, gconstpointer data)
{
  g_autoptr (GSettings) settings = fk_settings_new ();
  g_autofree char *now = NULL;
  GtkWidget *preferences;
  GtkWidget *usual;
  GtkWidget *check;

  g_settings_set_string (settings, FK_SETTINGS_LIBRARY_FOLDER, f->second);
  fk_preferences_present (GTK_WINDOW (f->window), settings, NULL);
  preferences = find_preferences ();
  usual = find_widget (preferences, is_button, "Use the Usual Folder");
  g_assert_true (gtk_widget_get_visible (usual));
  g_signal_emit_by_name (usual, "clicked");
  now = g_settings_get_string (settings, FK_SETTINGS_LIBRARY_FOLDER);
  g_assert_cmpstr (now, ==, "");
  g_assert_false (gtk_widget_get_visible (usual));

  check = find_widget_of_type (preferences, GTK_TYPE_SWITCH);
  g_assert_false (g_settings_get_boolean (settings, FK_SETTINGS_CHECK_ON_CONNECT));
  gtk_switch_set_active (GTK_SWITCH (check), TRUE);
  g_assert_true (g_settings_get_boolean (settings, FK_SETTINGS_CHECK_ON_CONNECT));

  gtk_window_destroy (GTK_WINDOW (preferences));
  g_settings_reset (settings, FK_SETTINGS_CHECK_ON_CONNECT);
}

static void
on_import_files (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GVariant **imported = user_data;

  *imported = g_variant_ref (parameter);
}

/* Files that are dropped on the library go into it. */
static void
test_drop (Fixture *f, gconstpointer data)
{
  static const GActionEntry entry = { .name = "import-files",
                                      .activate = on_import_files,
                                      .parameter_type = "as" };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (f->pane));
  g_autoptr (GFile) file = g_file_new_for_path ("/tmp/a b.bin");
  g_autoptr (GSList) files = g_slist_append (NULL, file);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GVariant) imported = NULL;
  g_autofree const char **uris = NULL;
  gboolean taken = FALSE;

  g_action_map_add_action_entries (G_ACTION_MAP (group), &entry, 1, &imported);
  gtk_widget_insert_action_group (f->window, "win", G_ACTION_GROUP (group));
  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_set_boxed (&value, files);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        g_signal_emit_by_name (controller, "drop", &value, 1.0, 1.0, &taken);
    }
  g_assert_true (taken);
  g_assert_nonnull (imported);
  uris = g_variant_get_strv (imported, NULL);
  g_assert_cmpstr (uris[0], ==, "file:///tmp/a%20b.bin");
  g_assert_null (uris[1]);
}

/* The window has the action that the library asks for. */
static void
test_import_action (void)
{
  g_autoptr (GTypeClass) window_class = g_type_class_ref (FK_TYPE_WINDOW);
  const GVariantType *type;
  const char *name;
  const char *property;
  gboolean found = FALSE;
  GType owner;

  for (guint i = 0; gtk_widget_class_query_action (GTK_WIDGET_CLASS (window_class), i, &owner,
                                                   &name, &type, &property);
       i++)
    found = found || (g_str_equal (name, "win.import-files") &&
                      g_variant_type_equal (type, G_VARIANT_TYPE_STRING_ARRAY));
  g_assert_true (found);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/library-folder/switch", Fixture, NULL, set_up, test_switch, tear_down);
  g_test_add ("/library-folder/preferences", Fixture, NULL, set_up, test_preferences, tear_down);
  g_test_add ("/library-folder/given", Fixture, NULL, set_up, test_given, tear_down);
  g_test_add ("/library-folder/drop", Fixture, NULL, set_up, test_drop, tear_down);
  g_test_add_func ("/library-folder/import-action", test_import_action);
  return g_test_run ();
}
