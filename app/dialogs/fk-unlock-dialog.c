/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The one deed that cannot be undone and is offered all the same: removing read protection.  It is
 * confirmed by typing, and the job itself refuses any other phrase. */

#include "config.h"

#include "dialogs/fk-unlock-dialog.h"

#include <glib/gi18n.h>

#include "dialogs/fk-message.h"
#include "job/fk-unlock-job.h"

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GtkEditable *entry = g_task_get_task_data (task);

  g_task_return_pointer (task,
                         fk_message_ask_finish (result) ? g_strdup (gtk_editable_get_text (entry))
                                                        : NULL,
                         g_free);
}

/* The button wakes up when the phrase is there. */
static void
on_typed (GtkEditable *entry, const char *phrase)
{
  g_autofree char *typed = g_strstrip (g_strdup (gtk_editable_get_text (entry)));
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (entry));

  if (root != NULL)
    fk_message_set_deed_enabled (GTK_WINDOW (root), g_ascii_strcasecmp (typed, phrase) == 0);
}

static void
on_mapped (GtkEditable *entry, const char *phrase)
{
  on_typed (entry, phrase);
}

/**
 * fk_unlock_dialog_ask_async:
 * @identity: of the chip
 */
void
fk_unlock_dialog_ask_async (GtkWidget *parent,
                            FkIdentity *identity,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autofree char *phrase = fk_unlock_job_make_phrase (fk_identity_get_uid (identity));
  g_autofree char *title = NULL;
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *entry = adw_entry_row_new ();
  GTask *task = g_task_new (parent, NULL, callback, user_data);

  title = g_strdup_printf (_ ("Type “%s”"), phrase);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), title);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), entry);
  g_task_set_task_data (task, g_object_ref_sink (entry), g_object_unref);
  g_signal_connect_data (entry, "changed", G_CALLBACK (on_typed), g_strdup (phrase),
                         (GClosureNotify)(void (*) (void))g_free, 0);
  g_signal_connect_data (entry, "map", G_CALLBACK (on_mapped), g_strdup (phrase),
                         (GClosureNotify)(void (*) (void))g_free, 0);
  fk_message_ask_async (
      parent, _ ("Erase the Chip to Unlock It?"),
      _ ("Removing the read protection erases the whole flash for good. What it holds cannot be "
         "read "
         "before, not by any tool, and cannot be brought back: the board stays dead until you "
         "write its maker’s complete firmware. If you do not have that, leave it as it is."),
      group, _ ("_Leave It as It Is"), _ ("_Erase and Unlock"), FK_MESSAGE_DESTRUCTIVE, on_answered,
      task);
}

/**
 * fk_unlock_dialog_ask_finish:
 *
 * Returns: (transfer full) (nullable): what was typed; %NULL for "leave it"
 */
char *
fk_unlock_dialog_ask_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
