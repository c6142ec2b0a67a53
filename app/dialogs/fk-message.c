/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Messages and questions.  The one place that knows which dialog class the toolkit has for them:
 * AdwMessageDialog here, which later libadwaita deprecates. */

#include "config.h"

#include "dialogs/fk-message.h"

#include <glib/gi18n.h>

static AdwMessageDialog *
make_dialog (GtkWidget *parent, const char *heading, const char *body, GtkWidget *extra)
{
  GtkRoot *root = gtk_widget_get_root (parent);
  GtkWindow *window = GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (window, heading, NULL));

  adw_message_dialog_set_body (dialog, body);
  if (extra != NULL)
    adw_message_dialog_set_extra_child (dialog, extra);
  /* Tests and window managers find it by its title. */
  gtk_window_set_title (GTK_WINDOW (dialog), heading);
  return dialog;
}

/**
 * fk_message_show:
 * @parent: a widget of the window that the message belongs to
 * @extra: (nullable): shown below @body
 */
void
fk_message_show (GtkWidget *parent, const char *heading, const char *body, GtkWidget *extra)
{
  AdwMessageDialog *dialog;

  g_return_if_fail (GTK_IS_WIDGET (parent));

  dialog = make_dialog (parent, heading, body, extra);
  adw_message_dialog_add_response (dialog, "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_response (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);

  g_task_return_boolean (task, g_str_equal (response, "deed"));
}

/**
 * fk_message_ask_async:
 * @parent: a widget of the window that the question belongs to
 * @extra: (nullable): shown below @body
 * @refusal: what the button says that changes nothing; Escape is the same
 * @deed: what the other button does: "_Restore", never "OK"
 */
void
fk_message_ask_async (GtkWidget *parent,
                      const char *heading,
                      const char *body,
                      GtkWidget *extra,
                      const char *refusal,
                      const char *deed,
                      FkMessageKind kind,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  AdwMessageDialog *dialog;

  g_return_if_fail (GTK_IS_WIDGET (parent));

  dialog = make_dialog (parent, heading, body, extra);
  adw_message_dialog_add_responses (dialog, "refuse", refusal, "deed", deed, NULL);
  adw_message_dialog_set_response_appearance (dialog, "deed",
                                              kind == FK_MESSAGE_DESTRUCTIVE
                                                  ? ADW_RESPONSE_DESTRUCTIVE
                                                  : ADW_RESPONSE_SUGGESTED);
  if (kind == FK_MESSAGE_SUGGESTED)
    adw_message_dialog_set_default_response (dialog, "deed");
  adw_message_dialog_set_close_response (dialog, "refuse");
  g_signal_connect (dialog, "response", G_CALLBACK (on_response),
                    g_task_new (parent, NULL, callback, user_data));
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * fk_message_set_deed_enabled:
 * @dialog: the window of a question, as its extra widget finds it
 */
void
fk_message_set_deed_enabled (GtkWindow *dialog, gboolean enabled)
{
  g_return_if_fail (ADW_IS_MESSAGE_DIALOG (dialog));

  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (dialog), "deed", enabled);
}

/**
 * fk_message_ask_finish:
 *
 * Returns: whether the deed was chosen
 */
gboolean
fk_message_ask_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}

static void
on_save_response (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);

  g_task_return_int (task, g_str_equal (response, "save")      ? FK_MESSAGE_SAVE
                           : g_str_equal (response, "discard") ? FK_MESSAGE_DISCARD
                                                               : FK_MESSAGE_CANCEL);
}

/**
 * fk_message_ask_save_async:
 * @parent: a widget of the window that the question belongs to
 * @save: what the button says that keeps the changes
 *
 * Asks what shall become of changes that would be lost.
 */
void
fk_message_ask_save_async (GtkWidget *parent,
                           const char *heading,
                           const char *body,
                           const char *save,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  AdwMessageDialog *dialog;

  g_return_if_fail (GTK_IS_WIDGET (parent));

  dialog = make_dialog (parent, heading, body, NULL);
  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "discard", _ ("_Discard"),
                                    "save", save, NULL);
  adw_message_dialog_set_response_appearance (dialog, "discard", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (dialog, "save", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "save");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (on_save_response),
                    g_task_new (parent, NULL, callback, user_data));
  gtk_window_present (GTK_WINDOW (dialog));
}

FkMessageAnswer
fk_message_ask_save_finish (GAsyncResult *result)
{
  return (FkMessageAnswer)g_task_propagate_int (G_TASK (result), NULL);
}
