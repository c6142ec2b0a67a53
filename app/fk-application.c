/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window program: the library, the boards that are plugged in or simulated, and the actions
 * that need no window. */

#include "config.h"

#include "fk-application.h"

#include <glib/gi18n.h>

#include "dialogs/fk-preferences.h"
#include "fk-about.h"
#include "fk-board-twins.h"
#include "fk-board.h"
#include "fk-connect-check.h"
#include "fk-help.h"
#include "fk-job-watch.h"
#include "fk-window.h"
#include "probe/fk-probe-list.h"
#include "sim/fk-sim.h"

#define SIM_PREFIX "sim:"

/* What is added where somebody only wants to try. */
#define DEMO_BOARD "creator-pro"

struct _FkApplication
{
  AdwApplication parent_instance;

  GSettings *settings;
  gboolean library_given; /* on the command line, whatever the settings say */
  FkLibraryModel *library;
  FkProbeList *probes;
  GListStore *boards;
  GPtrArray *simulated; /* FkSimBoard; a board's USB device does not keep it alive */
};

G_DEFINE_FINAL_TYPE (FkApplication, fk_application, ADW_TYPE_APPLICATION)

static void
set_up_board (FkApplication *self, FkBoard *board)
{
  fk_board_set_connect (board, (FkConnect)g_settings_get_enum (self->settings, FK_SETTINGS_CONNECT),
                        g_settings_get_uint (self->settings, FK_SETTINGS_SPEED_KHZ));
}

static void
on_connect_settings_changed (FkApplication *self)
{
  guint n_boards = g_list_model_get_n_items (G_LIST_MODEL (self->boards));

  for (guint i = 0; i < n_boards; i++)
    {
      g_autoptr (FkBoard) board = g_list_model_get_item (G_LIST_MODEL (self->boards), i);

      set_up_board (self, board);
    }
}

static void
add_board (FkApplication *self, FkProbe *probe)
{
  g_autoptr (FkBoard) board = fk_board_new (probe, fk_library_model_get_library (self->library));

  g_debug ("%s at %s is there", fk_probe_get_kind (probe), fk_probe_get_port_path (probe));
  set_up_board (self, board);
  fk_job_watch_board (self, board);
  fk_connect_check_watch (board, self->library, self->settings);
  g_list_store_append (self->boards, board);
  fk_board_identify (board);
}

static void
remove_board (FkApplication *self, FkProbe *probe)
{
  guint n_boards = g_list_model_get_n_items (G_LIST_MODEL (self->boards));

  for (guint i = 0; i < n_boards; i++)
    {
      g_autoptr (FkBoard) board = g_list_model_get_item (G_LIST_MODEL (self->boards), i);

      if (fk_board_get_probe (board) != probe)
        continue;
      g_debug ("%s at %s is gone", fk_probe_get_kind (probe), fk_probe_get_port_path (probe));
      fk_board_unplugged (board);
      g_list_store_remove (self->boards, i);
      return;
    }
}

/* The probes that are gone are known only by their absence from the model. */
static gboolean
is_listed (GListModel *model, FkProbe *probe)
{
  guint n_items = g_list_model_get_n_items (model);

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (FkProbe) item = g_list_model_get_item (model, i);

      if (item == probe)
        return TRUE;
    }
  return FALSE;
}

static gboolean
has_board (FkApplication *self, FkProbe *probe)
{
  guint n_boards = g_list_model_get_n_items (G_LIST_MODEL (self->boards));

  for (guint i = 0; i < n_boards; i++)
    {
      g_autoptr (FkBoard) board = g_list_model_get_item (G_LIST_MODEL (self->boards), i);

      if (fk_board_get_probe (board) == probe)
        return TRUE;
    }
  return FALSE;
}

static void
on_probes_changed (
    GListModel *probes, guint position, guint removed, guint added, FkApplication *self)
{
  guint n_boards = g_list_model_get_n_items (G_LIST_MODEL (self->boards));

  for (guint i = n_boards; i > 0; i--)
    {
      g_autoptr (FkBoard) board = g_list_model_get_item (G_LIST_MODEL (self->boards), i - 1);
      FkProbe *probe = fk_board_get_probe (board);

      if (!fk_probe_is_simulated (probe) && !is_listed (probes, probe))
        remove_board (self, probe);
    }
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (FkProbe) probe = g_list_model_get_item (probes, position + i);

      if (!has_board (self, probe))
        add_board (self, probe);
    }
}

static void
watch_probes (FkApplication *self)
{
  g_autoptr (GError) error = NULL;

  self->probes = fk_probe_list_new_live (&error);
  if (self->probes == NULL)
    {
      g_message ("%s", error->message);
      return;
    }
  g_signal_connect_object (self->probes, "items-changed", G_CALLBACK (on_probes_changed), self, 0);
  on_probes_changed (G_LIST_MODEL (self->probes), 0, 0,
                     g_list_model_get_n_items (G_LIST_MODEL (self->probes)), self);
}

/* @sim: (transfer full) */
static void
add_simulated (FkApplication *self, FkSimBoard *sim)
{
  g_autoptr (FkProbe) probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (sim));

  fk_probe_set_simulated (probe);
  g_ptr_array_add (self->simulated, sim);
  add_board (self, probe);
}

static FkWindow *
show_window (FkApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL || !FK_IS_WINDOW (window))
    window = GTK_WINDOW (fk_window_new (self));
  gtk_window_present (window);
  return FK_WINDOW (window);
}

/* The one whose folder was chosen, or the usual one. */
static FkLibrary *
make_library (FkApplication *self)
{
  g_autofree char *folder = g_settings_get_string (self->settings, FK_SETTINGS_LIBRARY_FOLDER);
  FkLibrary *library;

  if (*folder == '\0')
    return fk_library_new (NULL);
  library = fk_library_new (folder);
  fk_library_require_folder (library);
  return library;
}

static void
on_library_folder_changed (FkApplication *self)
{
  g_autoptr (FkLibrary) library = make_library (self);
  guint n_boards = g_list_model_get_n_items (G_LIST_MODEL (self->boards));

  fk_library_model_set_library (self->library, library);
  for (guint i = 0; i < n_boards; i++)
    {
      g_autoptr (FkBoard) board = g_list_model_get_item (G_LIST_MODEL (self->boards), i);

      fk_board_set_library (board, library);
    }
}

/* @folder: (nullable): of the backups, whatever the settings say */
static void
set_up (FkApplication *self, const char *folder)
{
  g_autoptr (FkLibrary) library = NULL;

  if (self->library != NULL)
    return;
  library = folder != NULL ? fk_library_new (folder) : make_library (self);
  self->library = fk_library_model_new (library);
  self->library_given = folder != NULL;
  if (folder == NULL)
    g_signal_connect_swapped (self->settings, "changed::" FK_SETTINGS_LIBRARY_FOLDER,
                              G_CALLBACK (on_library_folder_changed), self);
  watch_probes (self);
}

static void
fk_application_activate (GApplication *application)
{
  set_up (FK_APPLICATION (application), NULL);
  show_window (FK_APPLICATION (application));
}

static void
fk_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  FkWindow *window;

  set_up (FK_APPLICATION (application), NULL);
  window = show_window (FK_APPLICATION (application));
  for (int i = 0; i < n_files; i++)
    fk_window_open_file (window, files[i]);
}

static int
fk_application_command_line (GApplication *application, GApplicationCommandLine *line)
{
  FkApplication *self = FK_APPLICATION (application);
  GVariantDict *options = g_application_command_line_get_options_dict (line);
  g_autoptr (GError) error = NULL;
  const char *library = NULL;
  g_autofree char **probes = NULL;
  g_autofree char **paths = NULL;
  FkWindow *window;

  g_variant_dict_lookup (options, "library", "^&ay", &library);
  set_up (self, library);
  g_variant_dict_lookup (options, "probe", "^a&s", &probes);
  for (guint i = 0; probes != NULL && probes[i] != NULL; i++)
    {
      FkSimBoard *sim;

      if (!g_str_has_prefix (probes[i], SIM_PREFIX))
        {
          g_application_command_line_printerr (line, _ ("--probe takes a simulated board here "
                                                        "(sim:NAME); real probes "
                                                        "appear by themselves\n"));
          return 2;
        }
      sim = fk_sim_board_new (probes[i] + strlen (SIM_PREFIX), &error);
      if (sim == NULL)
        {
          g_application_command_line_printerr (line, "%s\n", error->message);
          return 2;
        }
      add_simulated (self, sim);
    }
  window = show_window (self);
  g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&ay", &paths);
  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    {
      g_autoptr (GFile) file = g_application_command_line_create_file_for_arg (line, paths[i]);

      fk_window_open_file (window, file);
    }
  return 0;
}

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (user_data);

  /* Through the window, which asks while a job runs. */
  if (window != NULL)
    gtk_window_close (window);
  else
    g_application_quit (user_data);
}

static void
on_about (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  fk_about_present (gtk_application_get_active_window (user_data), FK_APPLICATION (user_data));
}

static void
on_help (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (user_data);

  if (window != NULL)
    fk_help_show (window);
}

static void
on_preferences (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  FkApplication *self = FK_APPLICATION (user_data);
  FkLibrary *library = self->library_given ? fk_library_model_get_library (self->library) : NULL;

  fk_preferences_present (gtk_application_get_active_window (user_data), self->settings,
                          library != NULL ? fk_library_get_path (library) : NULL);
}

/* What it holds stays in its state file. */
static void
simulate_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autofree char *folder = g_build_filename (g_get_user_state_dir (), "flashkeep", NULL);
  g_autofree char *file = g_build_filename (folder, DEMO_BOARD, NULL);
  g_autofree char *escaped = g_uri_escape_string (file, "/", TRUE);
  g_autofree char *specification = g_strdup_printf (DEMO_BOARD "?state=%s", escaped);
  GError *error = NULL;
  FkSimBoard *sim;

  g_mkdir_with_parents (folder, 0700);
  sim = fk_sim_board_new (specification, &error);
  if (sim != NULL)
    g_task_return_pointer (task, sim, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_simulated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkApplication *self = FK_APPLICATION (source);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));
  GSimpleAction *action = user_data;
  g_autoptr (GError) error = NULL;
  FkSimBoard *sim = g_task_propagate_pointer (G_TASK (result), &error);

  if (sim != NULL)
    add_simulated (self, sim);
  else
    g_simple_action_set_enabled (action, TRUE);
  if (sim == NULL && FK_IS_WINDOW (window))
    fk_window_show_error (FK_WINDOW (window), error);
}

/* One is enough. */
static void
on_simulate (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (user_data, NULL, on_simulated, action);

  g_simple_action_set_enabled (action, FALSE);
  g_task_run_in_thread (task, simulate_in_thread);
}

static void
fk_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = { { "quit", on_quit },
                                          { "about", on_about },
                                          { "help", on_help },
                                          { "preferences", on_preferences },
                                          { "simulate", on_simulate } };
  static const char *const quit[] = { "<Control>q", NULL };
  static const char *const preferences[] = { "<Control>comma", NULL };
  static const char *const help[] = { "F1", NULL };
  static const char *const close[] = { "<Control>w", NULL };

  G_APPLICATION_CLASS (fk_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries),
                                   application);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "app.quit", quit);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "window.close", close);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "app.help", help);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "app.preferences",
                                         preferences);
}

static void
fk_application_dispose (GObject *object)
{
  FkApplication *self = FK_APPLICATION (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->boards);
  g_clear_object (&self->probes);
  g_clear_object (&self->library);
  g_clear_pointer (&self->simulated, g_ptr_array_unref);
  G_OBJECT_CLASS (fk_application_parent_class)->dispose (object);
}

static void
fk_application_class_init (FkApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = fk_application_dispose;
  application_class->activate = fk_application_activate;
  application_class->open = fk_application_open;
  application_class->command_line = fk_application_command_line;
  application_class->startup = fk_application_startup;
}

static void
fk_application_init (FkApplication *self)
{
  static const GOptionEntry entries[] = {
    { "probe", 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, N_ ("Add a simulated board"), "sim:NAME" },
    { "library", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Folder of the backups"), "DIR" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, N_ ("[FILE…]") },
    { NULL },
  };

  self->boards = g_list_store_new (FK_TYPE_BOARD);
  g_signal_connect (self->boards, "items-changed", G_CALLBACK (fk_board_twins_update), NULL);
  self->simulated = g_ptr_array_new_with_free_func (g_object_unref);
  self->settings = fk_settings_new ();
  g_signal_connect_swapped (self->settings, "changed::" FK_SETTINGS_CONNECT,
                            G_CALLBACK (on_connect_settings_changed), self);
  g_signal_connect_swapped (self->settings, "changed::" FK_SETTINGS_SPEED_KHZ,
                            G_CALLBACK (on_connect_settings_changed), self);
  g_application_add_main_option_entries (G_APPLICATION (self), entries);
}

FkApplication *
fk_application_new (void)
{
  return g_object_new (FK_TYPE_APPLICATION, "application-id", FK_APP_ID, "flags",
                       G_APPLICATION_HANDLES_COMMAND_LINE | G_APPLICATION_HANDLES_OPEN, NULL);
}

/**
 * fk_application_get_settings:
 *
 * Returns: (transfer none): see fk-settings.h for the keys
 */
GSettings *
fk_application_get_settings (FkApplication *self)
{
  g_return_val_if_fail (FK_IS_APPLICATION (self), NULL);

  return self->settings;
}

FkLibraryModel *
fk_application_get_library (FkApplication *self)
{
  g_return_val_if_fail (FK_IS_APPLICATION (self), NULL);

  return self->library;
}

/**
 * fk_application_get_boards:
 *
 * Returns: (transfer none): of #FkBoard; changes as probes come and go
 */
GListModel *
fk_application_get_boards (FkApplication *self)
{
  g_return_val_if_fail (FK_IS_APPLICATION (self), NULL);

  return G_LIST_MODEL (self->boards);
}
