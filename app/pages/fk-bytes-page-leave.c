/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A copy that was edited and not saved is not lost by leaving the page, closing the window or
 * logging out. */

#include "config.h"

#include "pages/fk-bytes-page-private.h"

#include <glib/gi18n.h>

#include "dialogs/fk-message.h"

gboolean
fk_bytes_page_is_unsaved (FkPage *page)
{
  FkBytesPage *self = FK_BYTES_PAGE (page);

  return self->edit != NULL &&
         (self->has_new_bookmarks || fk_hex_edit_get_n_changed (self->edit) > 0);
}

/* @task: (transfer full) */
static void
leave_when_saved (FkBytesPage *self, GTask *task)
{
  g_assert (self->leaving == NULL);
  self->leaving = task;
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  FkBytesPage *self = g_task_get_source_object (task);
  FkMessageAnswer answer = fk_message_ask_save_finish (result);

  if (self->is_saving && answer != FK_MESSAGE_CANCEL)
    leave_when_saved (self, task);
  else if (self->edit != NULL && answer == FK_MESSAGE_SAVE)
    {
      leave_when_saved (self, task);
      fk_bytes_page_save_copy (self);
    }
  else
    {
      if (self->edit != NULL && answer == FK_MESSAGE_DISCARD)
        fk_bytes_page_discard (self);
      g_task_return_boolean (task, answer != FK_MESSAGE_CANCEL);
      g_object_unref (task);
    }
}

/* While it is being saved nobody needs to be asked. */
void
fk_bytes_page_ask_to_leave (FkPage *page, GTask *task)
{
  FkBytesPage *self = FK_BYTES_PAGE (page);
  FkWindow *window = fk_page_get_window (page);
  g_autofree char *body = NULL;

  if (self->is_saving)
    {
      leave_when_saved (self, task);
      return;
    }
  body = g_strdup_printf (_ ("You changed a copy of “%s”. What is not saved is lost; the backup "
                             "itself stays as it is."),
                          fk_page_get_subtitle (page));
  fk_message_ask_save_async (window != NULL ? GTK_WIDGET (window) : GTK_WIDGET (self),
                             _ ("Save the Changes?"), body, _ ("_Save"), on_answered, task);
}

/* To be called when it was saved, or could not be. */
void
fk_bytes_page_answer_leaving (FkBytesPage *self, gboolean saved)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->leaving);

  if (task != NULL)
    g_task_return_boolean (task, saved);
}

/* Whether the session may end. */
void
fk_bytes_page_update_inhibition (FkBytesPage *self, gboolean unsaved)
{
  GtkWindow *window = GTK_WINDOW (fk_page_get_window (FK_PAGE (self)));

  if (unsaved == (self->inhibited != NULL))
    return;
  if (!unsaved)
    {
      /* 0 where no session manager listens. */
      if (self->inhibition > 0)
        gtk_application_uninhibit (self->inhibited, self->inhibition);
      g_clear_object (&self->inhibited);
    }
  else if (window != NULL && gtk_window_get_application (window) != NULL)
    {
      self->inhibited = g_object_ref (gtk_window_get_application (window));
      self->inhibition =
          gtk_application_inhibit (self->inhibited, window, GTK_APPLICATION_INHIBIT_LOGOUT,
                                   _ ("The changes in a copy are not saved"));
    }
}
