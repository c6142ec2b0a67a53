/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is read of a chip while somebody looks around in it.  Such a job is begun when nothing else
 * is to be done, and what the person asks for meanwhile follows it at once. */

#include "config.h"

#include "fk-board-private.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"

struct _FkBoardLook
{
  FkBoard *board; /* owned while it runs */
  FkJob *job;
  GCancellable *cancellable;
  FkBoardDoneFunc done;
  gpointer user_data;
  GDestroyNotify destroy;
};

static void
look_free (FkBoardLook *look)
{
  if (look->destroy != NULL)
    look->destroy (look->user_data);
  g_object_unref (look->job);
  g_clear_object (&look->cancellable);
  g_free (look);
}

/* Takes @look. */
static void
end (FkBoard *self, FkBoardLook *look, const GError *error)
{
  look->done (self, look->job, error, look->user_data);
  fk_board_looked (self, look->job, error);
  look_free (look);
}

static void
on_ran (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkBoardLook *look = user_data;
  g_autoptr (FkBoard) self = look->board;
  g_autoptr (GError) error = NULL;

  fk_session_run_finish (FK_SESSION (source), result, &error);
  self->look = NULL;
  if (self->waiting != NULL)
    fk_board_begin (self, g_steal_pointer (&self->waiting));
  end (self, look, error);
  fk_board_look_later (self);
}

/* Returns: (nullable): why @look cannot be begun */
static GError *
find_obstacle (FkBoard *self, FkBoardLook *look)
{
  GError *error = NULL;

  if (self->state == FK_BOARD_GONE)
    return g_error_new_literal (FK_ERROR, FK_ERROR_PROBE_LOST,
                                _ ("The board was unplugged; nothing was changed"));
  if (self->no_more)
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Nothing is looked at any more");
  g_cancellable_set_error_if_cancelled (look->cancellable, &error);
  return error;
}

static gboolean
on_idle (gpointer user_data)
{
  FkBoard *self = FK_BOARD (user_data);
  FkBoardLook *look = g_queue_pop_head (&self->looks);
  g_autoptr (GError) error = find_obstacle (self, look);

  self->look_source = 0;
  if (error != NULL)
    {
      g_autoptr (FkBoard) held = g_object_ref (self);

      end (self, look, error);
      fk_board_look_later (self);
      return G_SOURCE_REMOVE;
    }
  self->look = look;
  look->board = g_object_ref (self);
  fk_session_run_async (self->session, look->job, NULL, NULL, NULL, look->cancellable, on_ran,
                        look);
  return G_SOURCE_REMOVE;
}

/* Begins the next quiet job, unless something runs: what follows a job that ended, such as its
 * second step, goes first. */
void
fk_board_look_later (FkBoard *self)
{
  if (self->job == NULL && self->look == NULL && self->look_source == 0 &&
      !g_queue_is_empty (&self->looks))
    self->look_source = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_idle, self, NULL);
}

void
fk_board_clear_looks (FkBoard *self)
{
  g_clear_handle_id (&self->look_source, g_source_remove);
  g_queue_clear_full (&self->looks, (GDestroyNotify)look_free);
}

/**
 * fk_board_run_quietly:
 * @cancellable: (nullable): cancelled when nobody looks any more
 * @done: (scope notified): told how it ended, in the main context and not before this returned; not
 *   at all if the board is no more
 *
 * Runs @job, which changes nothing and is over in a moment, when nothing else is to be done.
 */
void
fk_board_run_quietly (FkBoard *self,
                      FkJob *job,
                      GCancellable *cancellable,
                      FkBoardDoneFunc done,
                      gpointer user_data,
                      GDestroyNotify destroy)
{
  FkBoardLook *look;

  g_return_if_fail (FK_IS_BOARD (self));
  g_return_if_fail (FK_IS_JOB (job) && !fk_job_changes_chip (job));
  g_return_if_fail (done != NULL);

  look = g_new0 (FkBoardLook, 1);
  look->job = g_object_ref (job);
  look->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  look->done = done;
  look->user_data = user_data;
  look->destroy = destroy;
  g_queue_push_tail (&self->looks, look);
  fk_board_look_later (self);
}

/**
 * fk_board_is_looking:
 *
 * Returns: whether a quiet job runs
 */
gboolean
fk_board_is_looking (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), FALSE);

  return self->look != NULL;
}

/**
 * fk_board_stop_looking:
 *
 * For a window that closes: cancels the quiet job, and begins no other.
 */
void
fk_board_stop_looking (FkBoard *self)
{
  g_return_if_fail (FK_IS_BOARD (self));

  self->no_more = TRUE;
  if (self->look != NULL && self->look->cancellable != NULL)
    g_cancellable_cancel (self->look->cancellable);
}
