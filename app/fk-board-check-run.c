/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether a flash equals a backup, in up to four steps: the backup is loaded, the chip sums its
 * flash, and where that differs the flash is read and compared.  The first and the last run on a
 * thread, the others are jobs of the board. */

#include "config.h"

#include "fk-board-check-private.h"

#include "base/fk-error.h"

/**
 * Check: one that runs
 */
typedef struct
{
  FkBackup *backup;
  FkCheckDepth depth;
  FkImage *image; /* of @backup, once it is loaded */
} Check;

static void
check_free (gpointer data)
{
  Check *check = data;

  g_object_unref (check->backup);
  g_clear_object (&check->image);
  g_free (check);
}

static void
finish (GTask *task, FkCheckVerdict verdict, GArray *differences)
{
  Check *check = g_task_get_task_data (task);

  fk_board_check_set_verdict (g_task_get_source_object (task), verdict, check->backup, differences);
  g_task_return_boolean (task, TRUE);
}

static void
fail (GTask *task, const GError *error)
{
  fk_board_check_set_verdict (g_task_get_source_object (task), FK_CHECK_UNKNOWN, NULL, NULL);
  g_task_return_error (task, g_error_copy (error));
}

static void
on_compared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkBoardCheck *self = FK_BOARD_CHECK (source);
  g_autoptr (GTask) task = G_TASK (user_data);
  FkBoardLook *look = g_task_get_task_data (G_TASK (result));

  fk_board_check_keep_look (self, look);
  /* The two readings of the chip may well differ: its program runs in between. */
  if (look->differences->len == 0)
    finish (task, FK_CHECK_EQUAL, NULL);
  else
    finish (task, FK_CHECK_DIFFERS, look->differences);
}

static void
on_read (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  GTask *task = G_TASK (user_data);
  FkBoardCheck *self = g_task_get_source_object (task);
  Check *check = g_task_get_task_data (task);
  FkBoardLook *look;

  if (error != NULL)
    {
      fail (task, error);
      return;
    }
  fk_board_check_forget (self);
  look = fk_board_look_new (self, NULL, fk_read_job_get_image (FK_READ_JOB (job)));
  g_set_object (&look->wanted, check->image);
  fk_board_check_take_look (self, look, on_compared, g_object_ref (task));
}

static void
on_verified (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  GTask *task = G_TASK (user_data);
  Check *check = g_task_get_task_data (task);
  g_autoptr (FkJob) read = NULL;

  if (error == NULL)
    {
      finish (task, FK_CHECK_EQUAL, NULL);
      return;
    }
  if (!g_error_matches (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH))
    {
      fail (task, error);
      return;
    }
  if (check->depth == FK_CHECK_WHETHER)
    {
      finish (task, FK_CHECK_DIFFERS, NULL);
      return;
    }
  read = fk_read_job_new_flash ();
  fk_board_run (board, read, on_read, g_object_ref (task), g_object_unref);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  FkBoardCheck *self = g_task_get_source_object (task);
  Check *check = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkJob) verify = NULL;

  check->image = fk_library_model_load_flash_finish (FK_LIBRARY_MODEL (source), result, &error);
  if (check->image == NULL)
    {
      fail (task, error);
      return;
    }
  if (self->board == NULL)
    {
      fk_board_check_set_verdict (self, FK_CHECK_UNKNOWN, NULL, NULL);
      g_task_return_boolean (task, FALSE);
      return;
    }
  verify = fk_verify_job_new (check->image);
  fk_board_run (self->board, verify, on_verified, g_object_ref (task), g_object_unref);
}

/**
 * fk_board_check_run_async:
 *
 * Finds out whether the flash holds @backup.
 */
void
fk_board_check_run_async (FkBoardCheck *self,
                          FkBackup *backup,
                          FkCheckDepth depth,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  Check *check;
  GTask *task;

  g_return_if_fail (FK_IS_BOARD_CHECK (self));
  g_return_if_fail (FK_IS_BACKUP (backup));

  task = g_task_new (self, NULL, callback, user_data);
  check = g_new0 (Check, 1);
  check->backup = g_object_ref (backup);
  check->depth = depth;
  g_task_set_task_data (task, check, check_free);
  fk_board_check_set_verdict (self, FK_CHECK_RUNNING, backup, NULL);
  fk_library_model_load_flash_async (self->library, backup, NULL, on_loaded, task);
}

/**
 * fk_board_check_run_finish:
 *
 * Returns: whether a verdict was found
 */
gboolean
fk_board_check_run_finish (FkBoardCheck *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
