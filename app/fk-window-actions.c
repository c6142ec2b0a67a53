/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window's own actions, and what closing it means while a board is worked on. */

#include "config.h"

#include "fk-window-private.h"

#include <glib/gi18n.h>

#include "dialogs/fk-message.h"
#include "fk-check.h"
#include "fk-import.h"

static void
on_back (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_window_go_back (FK_WINDOW (widget));
}

static void
on_open_file (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_window_choose_file (FK_WINDOW (widget));
}

static void
on_check_library (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_check_library (FK_WINDOW (widget));
}

static void
on_look_again (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_library_model_refresh (FK_WINDOW (widget)->library);
}

static void
on_open_recent (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  fk_window_open_file (FK_WINDOW (widget), file);
}

static void
on_import (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_import_choose (FK_WINDOW (widget), FALSE);
}

static void
on_import_folder (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_import_choose (FK_WINDOW (widget), TRUE);
}

/* What was dropped on the library. */
static void
on_import_files (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autofree const char **uris = g_variant_get_strv (parameter, NULL);

  for (guint i = 0; uris[i] != NULL; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_uri (uris[i]);

      g_list_store_append (files, file);
    }
  fk_import_files (FK_WINDOW (widget), G_LIST_MODEL (files));
}

void
fk_window_install_actions (GtkWidgetClass *widget_class)
{
  fk_window_install_comparing (widget_class);
  gtk_widget_class_install_action (widget_class, "win.back", NULL, on_back);
  gtk_widget_class_install_action (widget_class, "win.open-file", NULL, on_open_file);
  gtk_widget_class_install_action (widget_class, "win.look-again", NULL, on_look_again);
  gtk_widget_class_install_action (widget_class, "win.open-recent", "s", on_open_recent);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_o, GDK_CONTROL_MASK, "win.open-file",
                                       NULL);
  gtk_widget_class_install_action (widget_class, "win.check-library", NULL, on_check_library);
  gtk_widget_class_install_action (widget_class, "win.import", NULL, on_import);
  gtk_widget_class_install_action (widget_class, "win.import-folder", NULL, on_import_folder);
  gtk_widget_class_install_action (widget_class, "win.import-files", "as", on_import_files);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_i, GDK_CONTROL_MASK, "win.import",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "win.back", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Back, 0, "win.back", NULL);
}

static GListModel *
get_boards (FkWindow *self)
{
  return fk_application_get_boards (
      FK_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))));
}

/* Returns: whether a board does anything at all, be it only quietly */
static gboolean
is_touching (FkWindow *self)
{
  GListModel *boards = get_boards (self);

  for (guint i = 0; i < g_list_model_get_n_items (boards); i++)
    {
      g_autoptr (FkBoard) board = g_list_model_get_item (boards, i);

      if (fk_board_is_working (board) || fk_board_is_looking (board))
        return TRUE;
    }
  return FALSE;
}

/* Returns: (transfer full) (nullable): a board with a job that the person asked for */
static FkBoard *
find_busy_board (FkWindow *self)
{
  GListModel *boards = get_boards (self);

  for (guint i = 0; i < g_list_model_get_n_items (boards); i++)
    {
      g_autoptr (FkBoard) board = g_list_model_get_item (boards, i);

      if (fk_board_get_state (board) == FK_BOARD_BUSY)
        return g_steal_pointer (&board);
    }
  return NULL;
}

static gboolean
destroy (gpointer data)
{
  gtk_window_destroy (GTK_WINDOW (data));
  return G_SOURCE_REMOVE;
}

/* The board still has to tell others, who may be in this window. */
static void
on_board_changed (FkWindow *self)
{
  if (!self->closing || is_touching (self))
    return;
  self->closing = FALSE;
  g_idle_add_full (G_PRIORITY_DEFAULT, destroy, g_object_ref (self), g_object_unref);
}

/* Cancels all and waits: the chips are left in order, and nothing is half stored. */
static void
close_when_idle (FkWindow *self)
{
  GListModel *boards = get_boards (self);

  if (self->closing)
    return;
  self->closing = TRUE;
  gtk_widget_set_sensitive (GTK_WIDGET (self->fold), FALSE);
  for (guint i = 0; i < g_list_model_get_n_items (boards); i++)
    {
      g_autoptr (FkBoard) board = g_list_model_get_item (boards, i);

      g_signal_connect_object (board, "changed", G_CALLBACK (on_board_changed), self,
                               G_CONNECT_SWAPPED | G_CONNECT_AFTER);
      g_signal_connect_object (board, "looked", G_CALLBACK (on_board_changed), self,
                               G_CONNECT_SWAPPED | G_CONNECT_AFTER);
      fk_board_cancel (board);
      fk_board_stop_looking (board);
    }
}

static void
on_close_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkWindow *self = FK_WINDOW (source);

  if (!fk_message_ask_finish (result))
    return;
  if (is_touching (self))
    close_when_idle (self);
  else
    gtk_window_destroy (GTK_WINDOW (self));
}

static void
close_now (FkWindow *self, gpointer data)
{
  gtk_window_close (GTK_WINDOW (self));
}

gboolean
fk_window_close_request (GtkWindow *window)
{
  FkWindow *self = FK_WINDOW (window);
  g_autoptr (FkBoard) busy = find_busy_board (self);

  if (fk_window_ask_before (self, NULL, close_now, NULL, NULL))
    return TRUE;
  if (!is_touching (self))
    return FALSE;
  if (busy == NULL)
    {
      close_when_idle (self);
      return TRUE;
    }
  if (!self->closing)
    fk_message_ask_async (GTK_WIDGET (self), _ ("Cancel What Is Running?"),
                          _ ("A board is being worked on. Cancelling stops at the next safe point; "
                             "a chip that "
                             "was being written stays incomplete until it is restored."),
                          NULL, _ ("_Keep Running"), _ ("_Cancel and Close"),
                          FK_MESSAGE_DESTRUCTIVE, on_close_answered, NULL);
  return TRUE;
}
