/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One board of the window.  It owns the session of its probe and remembers what the last
 * identification found; pages show it and ask it for jobs (fk-board-run.c). */

#include "config.h"

#include "fk-board-private.h"

enum
{
  CHANGED,
  JOB_DONE,
  LOOKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkBoard, fk_board, G_TYPE_OBJECT)

void
fk_board_changed (FkBoard *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

void
fk_board_job_done (FkBoard *self, FkJob *job, const GError *error)
{
  g_signal_emit (self, signals[JOB_DONE], 0, job, error);
}

void
fk_board_looked (FkBoard *self, FkJob *job, const GError *error)
{
  g_signal_emit (self, signals[LOOKED], 0, job, error);
}

static void
fk_board_dispose (GObject *object)
{
  FkBoard *self = FK_BOARD (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  fk_board_clear_looks (self);
  g_clear_object (&self->session);
  g_clear_object (&self->probe);
  g_clear_object (&self->identity);
  g_clear_object (&self->options);
  g_clear_object (&self->way_back);
  g_clear_object (&self->job);
  g_clear_error (&self->error);
  g_clear_pointer (&self->firmware, g_free);
  g_clear_pointer (&self->stage, g_free);
  g_clear_pointer (&self->note, g_free);
  G_OBJECT_CLASS (fk_board_parent_class)->dispose (object);
}

static void
fk_board_class_init (FkBoardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = fk_board_dispose;

  signals[CHANGED] = g_signal_new ("changed", FK_TYPE_BOARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[JOB_DONE] = g_signal_new ("job-done", FK_TYPE_BOARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 2, FK_TYPE_JOB, G_TYPE_ERROR);
  signals[LOOKED] = g_signal_new ("looked", FK_TYPE_BOARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, FK_TYPE_JOB, G_TYPE_ERROR);
}

static void
fk_board_init (FkBoard *self)
{
  self->state = FK_BOARD_IDENTIFYING;
  g_queue_init (&self->looks);
}

/**
 * fk_board_new: (constructor)
 *
 * Returns: (transfer full): a board that does not know yet what it is; see fk_board_identify()
 */
FkBoard *
fk_board_new (FkProbe *probe, FkLibrary *library)
{
  FkBoard *self;

  g_return_val_if_fail (FK_IS_PROBE (probe), NULL);
  g_return_val_if_fail (FK_IS_LIBRARY (library), NULL);

  self = g_object_new (FK_TYPE_BOARD, NULL);
  self->probe = g_object_ref (probe);
  self->session = fk_session_new (probe, library);
  return self;
}

/**
 * fk_board_set_library:
 *
 * Where the backups of the jobs from now on go.
 */
void
fk_board_set_library (FkBoard *self, FkLibrary *library)
{
  g_return_if_fail (FK_IS_BOARD (self));

  fk_session_set_library (self->session, library);
}

/**
 * fk_board_set_connect:
 * @speed_khz: at most; 0 leaves it to the program
 *
 * How the jobs from now on connect to the chip.
 */
void
fk_board_set_connect (FkBoard *self, FkConnect how, guint speed_khz)
{
  g_return_if_fail (FK_IS_BOARD (self));

  fk_session_set_connect (self->session, how, speed_khz);
}

FkProbe *
fk_board_get_probe (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), NULL);

  return self->probe;
}

FkBoardState
fk_board_get_state (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), FK_BOARD_GONE);

  return self->state;
}

/**
 * fk_board_get_identity:
 *
 * Returns: (transfer none) (nullable): %NULL until the chip was identified
 */
FkIdentity *
fk_board_get_identity (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), NULL);

  return self->identity;
}

/**
 * fk_board_get_options:
 *
 * Returns: (transfer none) (nullable): the option bytes as last read
 */
FkOptionBytes *
fk_board_get_options (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), NULL);

  return self->options;
}

/**
 * fk_board_get_way_back:
 *
 * Returns: (transfer none) (nullable): what the chip held before the last change, as long as
 * nothing else was changed
 */
FkBackup *
fk_board_get_way_back (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), NULL);

  return self->way_back;
}

guint
fk_board_get_millivolts (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), 0);

  return self->millivolts;
}

/**
 * fk_board_get_firmware:
 *
 * Returns: (nullable): of the probe, as last read
 */
const char *
fk_board_get_firmware (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), NULL);

  return self->firmware;
}

/**
 * fk_board_get_error:
 *
 * Returns: (transfer none) (nullable): why the chip could not be identified
 */
const GError *
fk_board_get_error (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), NULL);

  return self->error;
}

/**
 * fk_board_set_has_twin:
 * @has_twin: whether another probe of this kind has the same serial number
 */
void
fk_board_set_has_twin (FkBoard *self, gboolean has_twin)
{
  g_return_if_fail (FK_IS_BOARD (self));

  if (has_twin == self->has_twin)
    return;
  self->has_twin = has_twin;
  fk_board_changed (self);
}

void
fk_board_unplugged (FkBoard *self)
{
  g_return_if_fail (FK_IS_BOARD (self));

  self->state = FK_BOARD_GONE;
  fk_board_changed (self);
}

double
fk_board_get_fraction (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), 0);

  return self->fraction;
}

/**
 * fk_board_get_bytes_done:
 *
 * Returns: of the present stage of the job; 0 where it counts none
 */
guint64
fk_board_get_bytes_done (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), 0);

  return self->bytes_done;
}

const char *
fk_board_get_stage (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), NULL);

  return self->stage;
}

const char *
fk_board_get_note (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), NULL);

  return self->note;
}
