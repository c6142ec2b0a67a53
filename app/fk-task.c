/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fk-task.h"

/**
 * fk_task_hold_application:
 * @task: not begun yet
 *
 * Keeps the program, whose last window may be closed meanwhile, until @task is done: what it writes
 * is written.
 */
void
fk_task_hold_application (GTask *task)
{
  GApplication *application = g_application_get_default ();

  g_return_if_fail (G_IS_TASK (task));

  /* A test may have none. */
  if (application == NULL)
    return;
  g_application_hold (application);
  g_signal_connect_object (task, "notify::completed", G_CALLBACK (g_application_release),
                           application, G_CONNECT_SWAPPED);
}
