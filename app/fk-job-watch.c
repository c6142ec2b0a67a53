/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fk-job-watch.h"

#include <glib/gi18n.h>

#include "fk-deed.h"

#define COOKIE "fk-inhibit-cookie" /* of a board */

static guint
get_cookie (FkBoard *board)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (board), COOKIE));
}

static void
set_cookie (FkBoard *board, guint cookie)
{
  g_object_set_data (G_OBJECT (board), COOKIE, GUINT_TO_POINTER (cookie));
}

static void
on_changed (FkBoard *board, GtkApplication *application)
{
  gboolean busy = fk_board_is_working (board) && fk_board_get_state (board) != FK_BOARD_IDENTIFYING;

  if (busy && get_cookie (board) == 0)
    set_cookie (board, gtk_application_inhibit (application,
                                                gtk_application_get_active_window (application),
                                                GTK_APPLICATION_INHIBIT_LOGOUT |
                                                    GTK_APPLICATION_INHIBIT_SUSPEND,
                                                fk_board_get_job_title (board)));
  else if (!busy && get_cookie (board) != 0)
    {
      gtk_application_uninhibit (application, get_cookie (board));
      set_cookie (board, 0);
    }
}

static void
on_job_done (FkBoard *board, FkJob *job, const GError *error, GtkApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (application);
  g_autofree char *text = FK_IS_INFO_JOB (job) ? NULL : fk_deed_describe (job, error);
  g_autofree char *title = NULL;
  g_autoptr (GNotification) notification = NULL;

  if (text == NULL || window == NULL || gtk_window_is_active (window))
    return;
  title = fk_board_dup_title (board);
  notification = g_notification_new (title);
  g_notification_set_body (notification, text);
  g_application_send_notification (G_APPLICATION (application), "job-done", notification);
}

void
fk_job_watch_board (FkApplication *application, FkBoard *board)
{
  g_return_if_fail (FK_IS_APPLICATION (application));
  g_return_if_fail (FK_IS_BOARD (board));

  g_signal_connect_object (board, "changed", G_CALLBACK (on_changed), application, 0);
  g_signal_connect_object (board, "job-done", G_CALLBACK (on_job_done), application, 0);
}
