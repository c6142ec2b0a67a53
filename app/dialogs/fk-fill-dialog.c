/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a selection of bytes shall be filled with. */

#include "config.h"

#include "dialogs/fk-fill-dialog.h"

#include <glib/gi18n.h>

#include "dialogs/fk-message.h"
#include "hex/fk-hex-paste.h"

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GtkEditable *entry = g_task_get_task_data (task);
  GBytes *bytes = NULL;

  if (fk_message_ask_finish (result))
    bytes = fk_hex_paste_parse (gtk_editable_get_text (entry), NULL);
  g_task_return_pointer (task, bytes, (GDestroyNotify)g_bytes_unref);
}

static void
on_typed (GtkEditable *entry)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (entry));
  g_autoptr (GBytes) bytes = fk_hex_paste_parse (gtk_editable_get_text (entry), NULL);

  if (bytes != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (entry), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
  if (root != NULL)
    fk_message_set_deed_enabled (GTK_WINDOW (root), bytes != NULL);
}

/**
 * fk_fill_dialog_ask_async:
 * @size: how many bytes will be filled
 */
void
fk_fill_dialog_ask_async (GtkWidget *parent,
                          guint64 size,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *entry = adw_entry_row_new ();
  GTask *task = g_task_new (parent, NULL, callback, user_data);
  gulong n = (gulong)size;
  g_autofree char *body =
      g_strdup_printf (ngettext ("%lu byte is filled with these, in hex. Several are repeated.",
                                 "%lu bytes are filled with these, in hex. Several are repeated.",
                                 n),
                       n);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), _ ("Bytes"));
  gtk_editable_set_text (GTK_EDITABLE (entry), "00");
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (entry), TRUE);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), entry);
  g_task_set_task_data (task, g_object_ref_sink (entry), g_object_unref);
  g_signal_connect (entry, "changed", G_CALLBACK (on_typed), NULL);
  fk_message_ask_async (parent, _ ("Fill With What?"), body, group, _ ("_Cancel"), _ ("_Fill"),
                        FK_MESSAGE_SUGGESTED, on_answered, task);
}

/**
 * fk_fill_dialog_ask_finish:
 *
 * Returns: (transfer full) (nullable): the bytes; %NULL for "cancel"
 */
GBytes *
fk_fill_dialog_ask_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
