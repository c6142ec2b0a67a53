/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The jobs of a board: one at a time, with what is learnt from each about the chip. */

#include "config.h"

#include "fk-board-private.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"

struct _FkBoardRun
{
  FkBoard *board;
  FkBoardDoneFunc done;
  gpointer user_data;
  GDestroyNotify destroy;
};

static void
on_progress (const FkProgressStatus *status, gpointer user_data)
{
  FkBoard *self = FK_BOARD (user_data);

  self->fraction = status->fraction;
  self->bytes_done = status->bytes_done;
  if (g_strcmp0 (self->stage, status->stage) != 0)
    {
      g_free (self->stage);
      self->stage = g_strdup (status->stage);
    }
  if (g_strcmp0 (self->note, status->note) != 0)
    {
      g_free (self->note);
      self->note = g_strdup (status->note);
    }
  fk_board_changed (self);
}

static void
remember_identity (FkBoard *self, FkInfoJob *job, const GError *error)
{
  g_clear_error (&self->error);
  if (error != NULL)
    {
      self->error = g_error_copy (error);
      self->state = self->state == FK_BOARD_GONE ? FK_BOARD_GONE : FK_BOARD_TROUBLED;
      return;
    }
  if (self->identity != NULL && g_strcmp0 (fk_identity_get_uid (self->identity),
                                           fk_identity_get_uid (fk_info_job_get_identity (job))))
    g_clear_object (&self->way_back);
  g_set_object (&self->identity, fk_info_job_get_identity (job));
  g_set_object (&self->options, fk_info_job_get_options (job));
  self->millivolts = fk_info_job_get_millivolts (job);
  g_free (self->firmware);
  self->firmware = g_strdup (fk_info_job_get_firmware (job));
  self->state = self->state == FK_BOARD_GONE ? FK_BOARD_GONE : FK_BOARD_READY;
}

/* A job that only planned, or that ended before it touched the chip, leaves the way back as it is.
 */
static void
remember_way_back (FkBoard *self, FkJob *job)
{
  if (FK_IS_UNLOCK_JOB (job))
    g_clear_object (&self->way_back);
  else if (FK_IS_CHANGE_JOB (job) && fk_change_job_is_chip_touched (FK_CHANGE_JOB (job)))
    g_set_object (&self->way_back, fk_change_job_get_way_back (FK_CHANGE_JOB (job)));
}

static void
on_ran (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkBoardRun *run = user_data;
  FkBoard *self = run->board;
  g_autoptr (FkJob) job = g_steal_pointer (&self->job);
  g_autoptr (GError) error = NULL;

  fk_session_run_finish (FK_SESSION (source), result, &error);
  g_clear_object (&self->cancellable);
  if (FK_IS_INFO_JOB (job))
    remember_identity (self, FK_INFO_JOB (job), error);
  else if (self->state == FK_BOARD_BUSY)
    self->state = self->identity != NULL ? FK_BOARD_READY : FK_BOARD_TROUBLED;
  remember_way_back (self, job);
  if (FK_IS_OPTIONS_JOB (job) && error == NULL)
    g_set_object (&self->options, fk_options_job_get_after (FK_OPTIONS_JOB (job)));
  fk_board_changed (self);
  fk_board_job_done (self, job, error);
  if (run->done != NULL)
    run->done (self, job, error, run->user_data);
  if (run->destroy != NULL)
    run->destroy (run->user_data);
  fk_board_look_later (self);
  g_object_unref (self);
  g_free (run);
}

void
fk_board_begin (FkBoard *self, FkBoardRun *run)
{
  fk_session_run_async (self->session, self->job, on_progress, g_object_ref (self), g_object_unref,
                        self->cancellable, on_ran, run);
}

/* Returns: (nullable): why no job can be begun */
static GError *
find_obstacle (FkBoard *self)
{
  if (self->job != NULL)
    return g_error_new (FK_ERROR, FK_ERROR_BUSY, _ ("%s is still running"),
                        fk_board_get_job_title (self));
  if (self->state == FK_BOARD_GONE)
    return g_error_new_literal (FK_ERROR, FK_ERROR_PROBE_LOST,
                                _ ("The board was unplugged; nothing was changed"));
  return NULL;
}

/**
 * fk_board_run:
 * @done: (nullable) (scope notified): told how it ended, in the main context
 *
 * Runs @job.  A board that is busy answers BUSY through @done, one that was unplugged PROBE_LOST:
 * whatever is plugged in later is another board.
 */
void
fk_board_run (
    FkBoard *self, FkJob *job, FkBoardDoneFunc done, gpointer user_data, GDestroyNotify destroy)
{
  g_autoptr (GError) error = NULL;
  FkBoardRun *run;

  g_return_if_fail (FK_IS_BOARD (self));
  g_return_if_fail (FK_IS_JOB (job));

  error = find_obstacle (self);
  if (error != NULL)
    {
      if (done != NULL)
        done (self, job, error, user_data);
      if (destroy != NULL)
        destroy (user_data);
      return;
    }

  run = g_new0 (FkBoardRun, 1);
  run->board = g_object_ref (self);
  run->done = done;
  run->user_data = user_data;
  run->destroy = destroy;
  self->job = g_object_ref (job);
  self->cancellable = g_cancellable_new ();
  self->fraction = 0;
  self->bytes_done = 0;
  g_clear_pointer (&self->stage, g_free);
  g_clear_pointer (&self->note, g_free);
  self->state = FK_IS_INFO_JOB (job) ? FK_BOARD_IDENTIFYING : FK_BOARD_BUSY;
  fk_board_changed (self);
  /* A quiet job is over in a moment, and then it is this one's turn. */
  if (self->look != NULL)
    self->waiting = run;
  else
    fk_board_begin (self, run);
}

/**
 * fk_board_identify:
 *
 * Connects and finds out who the chip is.  Does nothing while a job runs.
 */
void
fk_board_identify (FkBoard *self)
{
  g_autoptr (FkJob) job = NULL;

  g_return_if_fail (FK_IS_BOARD (self));

  if (self->job != NULL)
    return;
  job = fk_info_job_new ();
  fk_board_run (self, job, NULL, NULL, NULL);
}

/**
 * fk_board_identify_under_reset:
 *
 * The same with the chip held in reset while connecting, which also catches firmware that sleeps or
 * turns debugging off.  The jobs after it connect that way too.
 */
void
fk_board_identify_under_reset (FkBoard *self)
{
  g_return_if_fail (FK_IS_BOARD (self));

  if (self->job != NULL)
    return;
  fk_board_set_connect (self, FK_CONNECT_UNDER_RESET, 0);
  fk_board_identify (self);
}

/**
 * fk_board_is_working:
 *
 * Returns: whether any job runs, identifying included, quiet ones not
 */
gboolean
fk_board_is_working (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), FALSE);

  return self->job != NULL;
}

/**
 * fk_board_is_changing:
 *
 * Returns: whether the running job is at its flash: what the chip holds is not whole
 */
gboolean
fk_board_is_changing (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), FALSE);

  return self->job != NULL && FK_IS_CHANGE_JOB (self->job) &&
         g_strcmp0 (self->stage, "Writing flash") == 0;
}

/**
 * fk_board_can_cancel:
 *
 * Returns: whether cancelling would be heeded now; option bytes are written in one go, and
 * unlocking is such a write
 */
gboolean
fk_board_can_cancel (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), FALSE);

  return self->job != NULL && g_strcmp0 (self->stage, "Option bytes") != 0 &&
         g_strcmp0 (self->stage, "Unlocking") != 0;
}

/**
 * fk_board_cancel:
 *
 * Cancels the running job at its next safe point.
 */
void
fk_board_cancel (FkBoard *self)
{
  g_return_if_fail (FK_IS_BOARD (self));

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}
