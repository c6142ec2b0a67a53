/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A look at bytes, on a thread: which parts of a flash are used, and where it differs. */

#include "config.h"

#include "fk-board-check-private.h"

#include "compare/fk-diff.h"
#include "job/fk-backup-image.h"

static void
look_free (gpointer data)
{
  FkBoardLook *look = data;

  g_object_unref (look->chip);
  g_clear_object (&look->backup);
  g_clear_object (&look->held);
  g_clear_object (&look->wanted);
  g_clear_pointer (&look->use, fk_flash_use_unref);
  g_clear_pointer (&look->differences, g_array_unref);
  g_free (look);
}

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  FkBoardLook *look = data;
  GError *error = NULL;

  if (look->held == NULL)
    look->held = fk_backup_image_load (look->backup, cancellable, &error);
  if (look->held == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  look->use = fk_flash_use_new (look->chip, look->held);
  if (look->wanted != NULL)
    {
      g_autoptr (FkDiff) diff = fk_diff_new (look->wanted, look->held);

      look->differences = g_array_ref (diff->runs);
    }
  g_task_return_boolean (task, TRUE);
}

/**
 * fk_board_look_new:
 *
 * Returns: (transfer full): a look that nobody has begun yet
 */
FkBoardLook *
fk_board_look_new (FkBoardCheck *self, FkBackup *backup, FkImage *held)
{
  FkBoardLook *look = g_new0 (FkBoardLook, 1);

  look->age = self->age;
  look->chip = g_object_ref (fk_board_check_get_chip (self));
  g_set_object (&look->backup, backup);
  g_set_object (&look->held, held);
  return look;
}

/**
 * fk_board_check_take_look:
 * @look: (transfer full): task data of what @callback gets
 */
void
fk_board_check_take_look (FkBoardCheck *self,
                          FkBoardLook *look,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_task_data (task, look, look_free);
  g_task_run_in_thread (task, look_thread);
}
