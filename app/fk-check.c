/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads every backup of the library and compares it with its checksums.  All whole: a toast.  Else
 * a dialog lists each that is not, with what is wrong with it and what to do; from then on the list
 * marks them. */

#include "config.h"

#include "fk-check.h"

#include <glib/gi18n.h>

#include "dialogs/fk-damage-dialog.h"
#include "dialogs/fk-wait-dialog.h"
#include "library/fk-verdict.h"

#define LAST_TOAST "fk-check-toast" /* of a window */

typedef struct
{
  FkLibrary *library;
  FkWaitDialog *wait;
} Check;

static void
check_free (Check *check)
{
  g_object_unref (check->library);
  g_free (check);
}

static void
on_progress (guint done, guint total, gpointer wait)
{
  fk_wait_dialog_set_progress (FK_WAIT_DIALOG (wait), done, total);
}

static void
check_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Check *check = data;
  GError *error = NULL;
  GPtrArray *verdicts =
      fk_library_check_all (check->library, on_progress, check->wait, cancellable, &error);

  if (verdicts != NULL)
    g_task_return_pointer (task, verdicts, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static gboolean
is_any_damaged (GPtrArray *verdicts)
{
  for (guint i = 0; i < verdicts->len; i++)
    if (((const FkVerdict *)g_ptr_array_index (verdicts, i))->problem != NULL)
      return TRUE;
  return FALSE;
}

static void
tell (FkWindow *window, GPtrArray *verdicts)
{
  g_autofree char *text = NULL;
  AdwToast *toast;

  if (is_any_damaged (verdicts))
    {
      fk_damage_dialog_present (window, verdicts);
      return;
    }
  text = g_strdup_printf (ngettext ("%u backup checked: it is whole",
                                    "%u backups checked: all are whole", verdicts->len),
                          verdicts->len);
  toast = adw_toast_new (text);
  g_object_set_data_full (G_OBJECT (window), LAST_TOAST, g_object_ref (toast), g_object_unref);
  fk_window_add_toast (window, toast);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkWindow *window = FK_WINDOW (source);
  Check *check = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) verdicts = g_task_propagate_pointer (G_TASK (result), &error);

  fk_wait_dialog_finish (check->wait);
  gtk_widget_action_set_enabled (GTK_WIDGET (window), "win.check-library", TRUE);
  fk_library_model_refresh (fk_window_get_library (window));
  if (verdicts != NULL)
    tell (window, verdicts);
  else
    fk_window_show_error (window, error);
}

/* The window's action is disabled meanwhile. */
void
fk_check_library (FkWindow *window)
{
  g_autoptr (GTask) task = NULL;
  AdwToast *last;
  Check *check;

  g_return_if_fail (FK_IS_WINDOW (window));

  /* What it says is to be found out anew. */
  last = g_object_get_data (G_OBJECT (window), LAST_TOAST);
  if (last != NULL)
    adw_toast_dismiss (last);
  check = g_new0 (Check, 1);
  check->library = g_object_ref (fk_library_model_get_library (fk_window_get_library (window)));
  check->wait = fk_wait_dialog_new (GTK_WIDGET (window), _ ("Checking the Library"));
  gtk_widget_action_set_enabled (GTK_WIDGET (window), "win.check-library", FALSE);
  task = g_task_new (window, fk_wait_dialog_get_cancellable (check->wait), on_checked, NULL);
  g_task_set_task_data (task, check, (GDestroyNotify)check_free);
  g_task_run_in_thread (task, check_thread);
}
