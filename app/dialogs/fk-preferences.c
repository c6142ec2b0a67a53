/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "dialogs/fk-preferences.h"

#include <glib/gi18n.h>

#include "fk-settings.h"

struct _FkPreferences
{
  AdwPreferencesWindow parent_instance;

  AdwComboRow *connect_row;
  AdwComboRow *speed_row;

  GSettings *settings;
};

/* In the order of the rows of speed_row; 0 is automatic. */
static const guint speeds[] = { 0, 4000, 1800, 480, 100, 15 };

G_DEFINE_FINAL_TYPE (FkPreferences, fk_preferences, ADW_TYPE_PREFERENCES_WINDOW)

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

static void
fk_preferences_dispose (GObject *object)
{
  g_clear_object (&FK_PREFERENCES (object)->settings);
  G_OBJECT_CLASS (fk_preferences_parent_class)->dispose (object);
}

static void
fk_preferences_class_init (FkPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = fk_preferences_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/"
                                                             "dialogs/fk-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, FkPreferences, connect_row);
  gtk_widget_class_bind_template_child (widget_class, FkPreferences, speed_row);
}

static void
fk_preferences_init (FkPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
fk_preferences_present (GtkWindow *parent, GSettings *settings)
{
  FkPreferences *self;

  g_return_if_fail (G_IS_SETTINGS (settings));

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
  gtk_window_present (GTK_WINDOW (self));
}
