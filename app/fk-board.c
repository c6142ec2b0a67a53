/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One board of the window.  It owns the session of its probe and remembers what the last
 * identification found; pages show it and ask it for jobs. */

#include "config.h"

#include "fk-board.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/fk-error.h"

struct _FkBoard
{
  GObject parent_instance;

  FkProbe *probe;
  FkSession *session;
  FkBoardState state;
  FkIdentity *identity;
  FkOptionBytes *options;
  FkBackup *way_back; /* (nullable) */
  guint millivolts;
  char *firmware;
  gboolean has_twin;
  GError *error;

  FkJob *job;
  GCancellable *cancellable;
  double fraction;
  guint64 bytes_done;
  char *stage;
  char *note;
};

typedef struct
{
  FkBoard *board;
  FkBoardDoneFunc done;
  gpointer user_data;
  GDestroyNotify destroy;
} BoardRun;

enum
{
  CHANGED,
  JOB_DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkBoard, fk_board, G_TYPE_OBJECT)

static void
changed (FkBoard *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
fk_board_dispose (GObject *object)
{
  FkBoard *self = FK_BOARD (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
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
}

static void
fk_board_init (FkBoard *self)
{
  self->state = FK_BOARD_IDENTIFYING;
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
 * fk_board_dup_title:
 *
 * Returns: (transfer full): the chip's name, or the probe's kind until that is known
 */
char *
fk_board_dup_title (FkBoard *self)
{
  FkChip *chip;

  g_return_val_if_fail (FK_IS_BOARD (self), NULL);

  chip = self->identity != NULL ? fk_identity_get_chip (self->identity) : NULL;
  if (chip != NULL)
    return g_strdup (fk_chip_get_name (chip));
  if (self->identity != NULL)
    return g_strdup_printf (_ ("Unknown chip 0x%03x"), fk_identity_get_dev_id (self->identity));
  return g_strdup (fk_probe_get_kind (self->probe));
}

#define SERIAL_END 6 /* enough to tell two probes on one desk apart */

/* "ST-LINK/V2 …451967", and its port where another one is called like that */
static char *
describe_probe (FkBoard *self)
{
  const char *kind = fk_probe_get_kind (self->probe);
  const char *serial = fk_probe_get_serial (self->probe);
  gsize length = serial != NULL ? strlen (serial) : 0;

  if (length <= SERIAL_END)
    return g_strdup_printf ("%s %s", kind,
                            serial != NULL ? serial : fk_probe_get_port_path (self->probe));
  if (self->has_twin)
    return g_strdup_printf ("%s …%s · %s", kind, serial + length - SERIAL_END,
                            fk_probe_get_port_path (self->probe));
  return g_strdup_printf ("%s …%s", kind, serial + length - SERIAL_END);
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
  changed (self);
}

/**
 * fk_board_dup_subtitle:
 *
 * Returns: (transfer full): what is going on, or the probe, which tells equal boards apart
 */
char *
fk_board_dup_subtitle (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), NULL);

  switch (self->state)
    {
    case FK_BOARD_IDENTIFYING:
      return g_strdup (_ ("Connecting…"));
    case FK_BOARD_BUSY:
      return g_strdup_printf ("%s, %.0f %%", fk_board_get_job_title (self), self->fraction * 100);
    case FK_BOARD_TROUBLED:
      return g_strdup (_ ("No connection to the chip"));
    case FK_BOARD_GONE:
      return g_strdup (_ ("Unplugged"));
    case FK_BOARD_READY:
    default:
      return describe_probe (self);
    }
}

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
  changed (self);
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
  FkBackup *way_back =
      FK_IS_CHANGE_JOB (job) ? fk_change_job_get_way_back (FK_CHANGE_JOB (job)) : NULL;

  if (way_back != NULL || FK_IS_UNLOCK_JOB (job) ||
      (FK_IS_CHANGE_JOB (job) && fk_change_job_get_safety_backup (FK_CHANGE_JOB (job)) != NULL))
    g_set_object (&self->way_back, way_back);
}

static void
on_ran (GObject *source, GAsyncResult *result, gpointer user_data)
{
  BoardRun *run = user_data;
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
  changed (self);
  g_signal_emit (self, signals[JOB_DONE], 0, job, error);
  if (run->done != NULL)
    run->done (self, job, error, run->user_data);
  if (run->destroy != NULL)
    run->destroy (run->user_data);
  g_object_unref (self);
  g_free (run);
}

/* Returns: (nullable): why no job can be begun */
static GError *
find_obstacle (FkBoard *self)
{
  if (self->job != NULL)
    return g_error_new (FK_ERROR, FK_ERROR_BUSY, _ ("%s is still running"),
                        fk_job_get_title (self->job));
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
  BoardRun *run;

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

  run = g_new0 (BoardRun, 1);
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
  changed (self);
  fk_session_run_async (self->session, job, on_progress, g_object_ref (self), g_object_unref,
                        self->cancellable, on_ran, run);
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
 * Returns: whether any job runs, identifying included
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

void
fk_board_unplugged (FkBoard *self)
{
  g_return_if_fail (FK_IS_BOARD (self));

  self->state = FK_BOARD_GONE;
  changed (self);
}

const char *
fk_board_get_job_title (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), NULL);

  return self->job != NULL ? fk_job_get_title (self->job) : NULL;
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
