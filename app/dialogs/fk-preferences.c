/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "dialogs/fk-preferences.h"

#include <glib/gi18n.h>

#include "dialogs/fk-file-chooser.h"
#include "dialogs/fk-message.h"
#include "fk-settings.h"
#include "library/fk-library.h"

struct _FkPreferences
{
  AdwPreferencesWindow parent_instance;

  AdwPreferencesPage *page;
  GtkWidget *library_group;
  GtkWidget *connecting_group;
  AdwActionRow *folder_row;
  GtkWidget *usual_button;
  GtkWidget *choose_button;
  GtkSwitch *check_switch;
  AdwComboRow *connect_row;
  AdwComboRow *speed_row;

  GSettings *settings;
  guint show_id;
};

/* In the order of the rows of speed_row; 0 is automatic. */
static const guint speeds[] = { 0, 4000, 1800, 480, 100, 15 };

G_DEFINE_FINAL_TYPE (FkPreferences, fk_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static void
show_folder (FkPreferences *self)
{
  g_autofree char *folder = g_settings_get_string (self->settings, FK_SETTINGS_LIBRARY_FOLDER);
  gboolean usual = *folder == '\0';
  g_autoptr (FkLibrary) library = fk_library_new (usual ? NULL : folder);
  g_autofree char *shown = g_filename_display_name (fk_library_get_path (library));
  g_autofree char *escaped = g_markup_escape_text (shown, -1);

  adw_action_row_set_subtitle (self->folder_row, escaped);
  gtk_widget_set_visible (self->usual_button, !usual);
}

/* Of what the preferences say, nothing counts then. */
static void
show_given_folder (FkPreferences *self, const char *folder)
{
  g_autofree char *shown = g_filename_display_name (folder);
  g_autofree char *text =
      g_strdup_printf (_ ("%s\nGiven by --library when Flashkeep was started"), shown);
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_action_row_set_subtitle (self->folder_row, escaped);
  gtk_widget_set_visible (self->usual_button, FALSE);
  gtk_widget_set_visible (self->choose_button, FALSE);
}

static void
on_usual_clicked (FkPreferences *self)
{
  g_settings_reset (self->settings, FK_SETTINGS_LIBRARY_FOLDER);
}

static void
on_folder_chosen (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkPreferences *self = FK_PREFERENCES (source);
  g_autoptr (GFile) folder = fk_file_chooser_finish_one (result);
  g_autofree char *path = folder != NULL ? g_file_get_path (folder) : NULL;

  if (path != NULL && g_utf8_validate (path, -1, NULL))
    g_settings_set_string (self->settings, FK_SETTINGS_LIBRARY_FOLDER, path);
  else if (folder != NULL)
    fk_message_show (GTK_WIDGET (self), _ ("Not This Folder"),
                     _ ("The library needs a folder of this computer or a disk, with a name that "
                        "can be read."),
                     NULL);
}

static void
on_choose_clicked (FkPreferences *self)
{
  fk_file_chooser_folder_async (GTK_WIDGET (self), _ ("Folder of the Backups"), _ ("_Choose"),
                                on_folder_chosen, NULL);
}

static void
on_connect_chosen (FkPreferences *self)
{
  g_settings_set_enum (self->settings, FK_SETTINGS_CONNECT,
                       (int)adw_combo_row_get_selected (self->connect_row));
}

static void
on_speed_chosen (FkPreferences *self)
{
  guint selected = adw_combo_row_get_selected (self->speed_row);

  if (selected < G_N_ELEMENTS (speeds))
    g_settings_set_uint (self->settings, FK_SETTINGS_SPEED_KHZ, speeds[selected]);
}

/* A speed that is not offered, set by other means, is told as the next one below. */
static guint
find_speed (guint khz)
{
  for (guint i = 1; khz > 0 && i < G_N_ELEMENTS (speeds); i++)
    if (speeds[i] <= khz)
      return i;
  return khz > 0 ? G_N_ELEMENTS (speeds) - 1 : 0;
}

/* A window measures and styles all that it holds while it is presented.  To make it, to present it
 * empty and to show what it holds are turns of the main loop of their own, so that none is long. */
static gboolean
show_in_turns (gpointer user_data)
{
  FkPreferences *self = user_data;

  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    {
      gtk_window_present (GTK_WINDOW (self));
      return G_SOURCE_CONTINUE;
    }
  self->show_id = 0;
  gtk_widget_set_visible (self->library_group, TRUE);
  gtk_widget_set_visible (self->connecting_group, TRUE);
  gtk_widget_child_focus (GTK_WIDGET (self->page), GTK_DIR_TAB_FORWARD);
  return G_SOURCE_REMOVE;
}

static gboolean
present_again (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (FK_IS_PREFERENCES (window))
        {
          gtk_window_present (window);
          return TRUE;
        }
    }
  return FALSE;
}

static void
fk_preferences_dispose (GObject *object)
{
  FkPreferences *self = FK_PREFERENCES (object);

  g_clear_handle_id (&self->show_id, g_source_remove);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (fk_preferences_parent_class)->dispose (object);
}

static void
fk_preferences_class_init (FkPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = fk_preferences_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/"
                                                             "dialogs/fk-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, FkPreferences, page);
  gtk_widget_class_bind_template_child (widget_class, FkPreferences, library_group);
  gtk_widget_class_bind_template_child (widget_class, FkPreferences, connecting_group);
  gtk_widget_class_bind_template_child (widget_class, FkPreferences, folder_row);
  gtk_widget_class_bind_template_child (widget_class, FkPreferences, usual_button);
  gtk_widget_class_bind_template_child (widget_class, FkPreferences, choose_button);
  gtk_widget_class_bind_template_child (widget_class, FkPreferences, check_switch);
  gtk_widget_class_bind_template_child (widget_class, FkPreferences, connect_row);
  gtk_widget_class_bind_template_child (widget_class, FkPreferences, speed_row);
  gtk_widget_class_bind_template_callback (widget_class, on_usual_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_choose_clicked);
}

static void
fk_preferences_init (FkPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * fk_preferences_present:
 *
 * There is one such window at most; it appears in the main loop's next turns.
 *
 * @given_folder: (nullable): the library that the command line names, whatever the settings say
 */
void
fk_preferences_present (GtkWindow *parent, GSettings *settings, const char *given_folder)
{
  FkPreferences *self;

  g_return_if_fail (G_IS_SETTINGS (settings));

  if (present_again ())
    return;
  self = g_object_new (FK_TYPE_PREFERENCES, "transient-for", parent, NULL);
  self->settings = g_object_ref (settings);
  adw_combo_row_set_selected (self->connect_row,
                              (guint)g_settings_get_enum (settings, FK_SETTINGS_CONNECT));
  adw_combo_row_set_selected (self->speed_row,
                              find_speed (g_settings_get_uint (settings, FK_SETTINGS_SPEED_KHZ)));
  g_signal_connect_swapped (self->connect_row, "notify::selected", G_CALLBACK (on_connect_chosen),
                            self);
  g_signal_connect_swapped (self->speed_row, "notify::selected", G_CALLBACK (on_speed_chosen),
                            self);
  g_settings_bind (settings, FK_SETTINGS_CHECK_ON_CONNECT, self->check_switch, "active",
                   G_SETTINGS_BIND_DEFAULT);
  if (given_folder != NULL)
    show_given_folder (self, given_folder);
  else
    {
      g_signal_connect_object (settings, "changed::" FK_SETTINGS_LIBRARY_FOLDER,
                               G_CALLBACK (show_folder), self, G_CONNECT_SWAPPED);
      show_folder (self);
    }
  self->show_id = g_idle_add (show_in_turns, self);
}
