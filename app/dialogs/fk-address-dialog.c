/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the bytes of a raw file belong.  The file's own pointers mostly say it; otherwise the start
 * of the flash is offered, and told to be a guess. */

#include "config.h"

#include "dialogs/fk-address-dialog.h"

#include <glib/gi18n.h>

#include "base/fk-number.h"
#include "dialogs/fk-message.h"

typedef struct
{
  FkImage *image;
  GtkEditable *entry;
} Question;

static void
question_free (Question *question)
{
  g_object_unref (question->image);
  g_object_unref (question->entry);
  g_free (question);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Question *question = g_task_get_task_data (task);
  GError *error = NULL;
  guint32 address;
  FkImage *placed = NULL;

  if (!fk_message_ask_finish (result))
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  if (fk_number_parse_address (gtk_editable_get_text (question->entry), &address, &error))
    placed = fk_image_move (question->image, address, &error);
  if (placed != NULL)
    g_task_return_pointer (task, placed, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_typed (GtkEditable *entry)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (entry));
  guint32 address;

  if (root != NULL)
    fk_message_set_deed_enabled (GTK_WINDOW (root),
                                 fk_number_parse_address (gtk_editable_get_text (entry), &address,
                                                          NULL));
}

/**
 * fk_address_dialog_ask_async:
 * @image: a raw file, from address 0 on
 * @known: whether the file's contents say where they belong
 * @address: what they say, or a guess
 */
void
fk_address_dialog_ask_async (GtkWidget *parent,
                             FkImage *image,
                             gboolean known,
                             guint32 address,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *entry = adw_entry_row_new ();
  Question *question = g_new0 (Question, 1);
  GTask *task = g_task_new (parent, NULL, callback, user_data);
  g_autofree char *text = g_strdup_printf ("0x%08x", address);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), _ ("Address"));
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), entry);
  question->image = g_object_ref (image);
  question->entry = g_object_ref_sink (GTK_EDITABLE (entry));
  g_task_set_task_data (task, question, (GDestroyNotify)question_free);
  g_signal_connect (entry, "changed", G_CALLBACK (on_typed), NULL);
  fk_message_ask_async (parent, _ ("Where Does It Belong?"),
                        known ? _ ("This file does not say itself where it belongs, but its "
                                   "contents do: it was made to run at the address below.")
                              : _ ("This file does not say where it belongs, and its contents do "
                                   "not either. The start of the flash is a guess: take the "
                                   "address that its maker names."),
                        group, _ ("_Cancel"), _ ("_Show What Would Change"), FK_MESSAGE_SUGGESTED,
                        on_answered, task);
}

/**
 * fk_address_dialog_ask_finish:
 *
 * Returns: (transfer full) (nullable): the image at its address; %NULL without an error for
 * "cancel"
 */
FkImage *
fk_address_dialog_ask_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
