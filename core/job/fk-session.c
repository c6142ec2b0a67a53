/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The session: one probe, one thread, one job at a time.
 *
 * What crosses the threads is an FkRun.  The caller's thread makes it and pushes it into the queue;
 * from then on the worker has it, until it attaches it to the caller's main context as a source;
 * there the result is told and the run freed.  The session's own fields belong to the caller's
 * thread, so they need no lock; only the queue, the relay of the progress and the cancellable are
 * shared. */

#include "config.h"

#include "job/fk-session.h"

#include "base/fk-error.h"
#include "base/fk-handover.h"
#include "job/fk-preparation-private.h"
#include "job/fk-progress-relay-private.h"

typedef struct
{
  GTask *task; /* keeps the session alive until the result is told; NULL: the worker shall end */
  FkJob *job;
  FkProbe *probe;
  FkLibrary *library;
  FkConnectionOptions options;
  FkPreparation *preparation; /* (nullable) */
  FkProgressRelay *relay;
  GCancellable *cancellable; /* ours: the caller's and close both cancel it */
  GCancellable *outer;       /* (nullable): the caller's */
  gulong outer_id;
  GError *error; /* the result */
} FkRun;

struct _FkSession
{
  GObject parent_instance;

  FkProbe *probe;
  FkLibrary *library;
  FkConnectionOptions options;
  GThread *thread; /* NULL: not started, or ended */
  GAsyncQueue *queue;
  FkRun *run; /* (nullable): the one that is under way; belongs to the worker */
  gboolean closed;
  GMainContext *close_context; /* set before the worker is told to quit */
  GPtrArray *close_tasks;
};

enum
{
  PROP_BUSY = 1,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (FkSession, fk_session, G_TYPE_OBJECT)

static void
run_clear (FkRun *run)
{
  g_clear_pointer (&run->preparation, fk_preparation_end);
  if (run->outer != NULL)
    g_cancellable_disconnect (run->outer, run->outer_id);
  g_clear_object (&run->outer);
  g_clear_pointer (&run->relay, fk_progress_relay_free);
  g_clear_object (&run->cancellable);
  g_clear_object (&run->job);
  g_clear_object (&run->probe);
  g_clear_object (&run->library);
  g_clear_object (&run->task);
  g_clear_error (&run->error);
}

static void
run_free (FkRun *run)
{
  run_clear (run);
  g_free (run);
}

static void
push (GAsyncQueue *queue, FkRun *run)
{
  fk_handover_give (run);
  g_async_queue_push (queue, run);
}

static FkRun *
pop (GAsyncQueue *queue)
{
  FkRun *run = g_async_queue_pop (queue);

  fk_handover_take (run);
  return run;
}

/* Attaches @func to @context, to be called once with @data. */
static void
call_in (GMainContext *context, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[flashkeep] session");
  g_source_set_callback (source, func, data, destroy);
  fk_handover_give (data);
  g_source_attach (source, context);
}

/* --- on the worker's thread --- */

/* On a thread of its own.  Returns: (transfer full) (nullable): the #GError of fk_job_finish() */
static gpointer
finish_job (gpointer data)
{
  FkRun *run = data;
  GError *error = NULL;

  fk_job_finish (run->job, run->library, run->cancellable, &error);
  return error;
}

static gboolean
work_connected (FkRun *run, FkConnection *connection, FkProgress *progress, GError **error)
{
  gboolean ok = fk_job_run (run->job, connection, progress, run->cancellable, error);
  gboolean has_finish = ok && fk_job_has_finish (run->job);
  GThread *thread =
      has_finish ? g_thread_try_new ("flashkeep-finish", finish_job, run, NULL) : NULL;
  g_autoptr (GError) close_error = NULL;
  gboolean left = fk_connection_close (connection, &close_error);

  if (has_finish)
    {
      GError *finish_error = thread != NULL ? g_thread_join (thread) : finish_job (run);

      ok = finish_error == NULL;
      if (!ok)
        g_propagate_error (error, finish_error);
    }
  /* The first error is the one that matters. */
  if (left)
    return ok;
  if (ok)
    g_propagate_prefixed_error (error, g_steal_pointer (&close_error),
                                "The job itself was done, but the chip could not be left in "
                                "order: ");
  else
    g_debug ("leaving the chip: %s", close_error->message);
  return FALSE;
}

static gboolean
work (FkRun *run, GError **error)
{
  g_autoptr (FkProgress) progress = fk_progress_new (fk_progress_relay_tell, run->relay, NULL);
  const FkProgressStep steps[] = { { "Connecting", 5 }, { fk_job_get_title (run->job), 95 } };
  FkConnection *connection;

  if (fk_job_changes_chip (run->job) && run->options.how == FK_CONNECT_HOT_PLUG)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "A chip that is connected hot-plug is never stopped, and so cannot be changed; "
                   "connect in another way");
      return FALSE;
    }
  fk_progress_set_steps (progress, steps, G_N_ELEMENTS (steps));
  connection = fk_connection_open (run->probe, run->library, &run->options, run->preparation,
                                   fk_progress_get_child (progress), run->cancellable, error);
  g_clear_pointer (&run->preparation, fk_preparation_end);
  if (connection == NULL)
    return FALSE;
  fk_progress_step_done (progress);
  if (!work_connected (run, connection, fk_progress_get_child (progress), error))
    return FALSE;
  fk_progress_step_done (progress);
  return TRUE;
}

static void
tell_log (FkRun *run, gint64 started)
{
  const char *title = fk_job_get_title (run->job);

  if (run->error != NULL)
    g_debug ("%s: %s", title, run->error->message);
  else
    g_debug ("%s: done in %.1f s", title,
             (double)(g_get_monotonic_time () - started) / G_USEC_PER_SEC);
}

static gboolean deliver (gpointer data);
static gboolean closed (gpointer data);

static gpointer
worker (gpointer data)
{
  FkSession *self = data; /* joined before it is freed */
  FkRun *run;

  while ((run = pop (self->queue))->task != NULL)
    {
      g_autoptr (GMainContext) context = g_main_context_ref (g_task_get_context (run->task));
      gint64 started = g_get_monotonic_time ();

      work (run, &run->error);
      g_clear_pointer (&run->preparation, fk_preparation_end);
      tell_log (run, started);
      call_in (context, deliver, run, (GDestroyNotify)run_free);
    }
  run_free (run);
  if (self->close_context != NULL)
    call_in (self->close_context, closed, self, NULL);
  return NULL;
}

/* --- on the caller's thread --- */

static gboolean
deliver (gpointer data)
{
  FkRun *run = data;
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  FkSession *self;

  fk_handover_take (run);
  task = g_object_ref (run->task);
  error = g_steal_pointer (&run->error);
  self = g_task_get_source_object (task);
  fk_progress_relay_flush (run->relay);
  run_clear (run);
  self->run = NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
  return G_SOURCE_REMOVE;
}

static gboolean
closed (gpointer data)
{
  FkSession *self = data; /* kept by its close tasks */
  g_autoptr (GPtrArray) tasks = NULL;

  fk_handover_take (self);
  tasks = g_steal_pointer (&self->close_tasks);
  g_thread_join (g_steal_pointer (&self->thread));
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_boolean (g_ptr_array_index (tasks, i), TRUE);
  return G_SOURCE_REMOVE;
}

static void
fk_session_dispose (GObject *object)
{
  FkSession *self = FK_SESSION (object);

  /* Every run and every close keeps the session alive, so that the worker has nothing to do now. */
  if (self->thread != NULL)
    {
      push (self->queue, g_new0 (FkRun, 1));
      g_thread_join (g_steal_pointer (&self->thread));
    }
  self->closed = TRUE;
  g_clear_object (&self->probe);
  g_clear_object (&self->library);
  G_OBJECT_CLASS (fk_session_parent_class)->dispose (object);
}

static void
fk_session_finalize (GObject *object)
{
  FkSession *self = FK_SESSION (object);

  g_async_queue_unref (self->queue);
  g_clear_pointer (&self->close_context, g_main_context_unref);
  g_clear_pointer (&self->close_tasks, g_ptr_array_unref);
  G_OBJECT_CLASS (fk_session_parent_class)->finalize (object);
}

static void
fk_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_BUSY)
    g_value_set_boolean (value, fk_session_is_busy (FK_SESSION (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
fk_session_class_init (FkSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = fk_session_dispose;
  object_class->finalize = fk_session_finalize;
  object_class->get_property = fk_session_get_property;
  properties[PROP_BUSY] =
      g_param_spec_boolean ("busy", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
fk_session_init (FkSession *self)
{
  self->queue = g_async_queue_new ();
}

/**
 * fk_session_new: (constructor)
 * @probe: the probe, which from now on only the session's thread uses
 * @library: where backups go
 */
FkSession *
fk_session_new (FkProbe *probe, FkLibrary *library)
{
  FkSession *self;

  g_return_val_if_fail (FK_IS_PROBE (probe), NULL);
  g_return_val_if_fail (FK_IS_LIBRARY (library), NULL);

  self = g_object_new (FK_TYPE_SESSION, NULL);
  self->probe = g_object_ref (probe);
  self->library = g_object_ref (library);
  return self;
}

/**
 * fk_session_get_probe:
 *
 * Returns: (transfer none): the probe, to show its kind and serial number; its other functions
 * belong to the session's thread
 */
FkProbe *
fk_session_get_probe (FkSession *self)
{
  g_return_val_if_fail (FK_IS_SESSION (self), NULL);
  return self->probe;
}

FkLibrary *
fk_session_get_library (FkSession *self)
{
  g_return_val_if_fail (FK_IS_SESSION (self), NULL);
  return self->library;
}

/**
 * fk_session_set_library:
 * @library: where the backups of the next jobs go
 */
void
fk_session_set_library (FkSession *self, FkLibrary *library)
{
  g_return_if_fail (FK_IS_SESSION (self));
  g_return_if_fail (FK_IS_LIBRARY (library));

  g_set_object (&self->library, library);
}

/**
 * fk_session_set_connect:
 * @how: how the next jobs connect
 * @speed_khz: the fastest SWD clock to use; 0 for the default ladder
 */
void
fk_session_set_connect (FkSession *self, FkConnect how, guint speed_khz)
{
  g_return_if_fail (FK_IS_SESSION (self));

  self->options.how = how;
  self->options.speed_khz = speed_khz;
}

/**
 * fk_session_set_leave_halted:
 * @halted: whether the next jobs leave the core halted; by default it goes on
 */
void
fk_session_set_leave_halted (FkSession *self, gboolean halted)
{
  g_return_if_fail (FK_IS_SESSION (self));

  self->options.leave_halted = halted;
}

/**
 * fk_session_is_busy:
 *
 * Returns: whether a job is under way whose result was not told yet; in the callback that tells it
 *   the session is free again
 */
gboolean
fk_session_is_busy (FkSession *self)
{
  g_return_val_if_fail (FK_IS_SESSION (self), FALSE);
  return self->run != NULL;
}

static void
outer_cancelled (GCancellable *outer, gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
}

static void
start (FkSession *self, FkRun *run)
{
  if (self->thread == NULL)
    self->thread = g_thread_new ("flashkeep-session", worker, self);
  self->run = run;
  if (run->outer != NULL)
    run->outer_id = g_cancellable_connect (run->outer, G_CALLBACK (outer_cancelled),
                                           g_object_ref (run->cancellable), g_object_unref);
  run->preparation = fk_preparation_new (run->job, run->library);
  push (self->queue, run);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

/**
 * fk_session_run_async:
 * @job: not run before; not to be touched until @callback
 * @progress: (nullable) (scope notified): told how far the job has come
 * @progress_destroy: (nullable): frees @progress_data, before @callback
 * @cancellable: (nullable): stops the job at the next safe point, and undoes what is to be undone
 *
 * Opens the probe, connects, identifies the chip, runs the job, lets the chip go and closes the
 * probe.  %FK_ERROR_BUSY while another job is under way or when the session was closed.
 */
void
fk_session_run_async (FkSession *self,
                      FkJob *job,
                      FkProgressFunc progress,
                      gpointer progress_data,
                      GDestroyNotify progress_destroy,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  FkRun *run;

  g_return_if_fail (FK_IS_SESSION (self));
  g_return_if_fail (FK_IS_JOB (job));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, fk_session_run_async);
  if (self->run != NULL || self->closed)
    {
      if (progress_destroy != NULL)
        progress_destroy (progress_data);
      g_task_return_new_error (task, FK_ERROR, FK_ERROR_BUSY, "%s",
                               self->closed ? "The probe was let go; no more jobs can run on it"
                                            : "Another job is running on this probe");
      return;
    }
  run = g_new0 (FkRun, 1);
  run->relay =
      fk_progress_relay_new (g_task_get_context (task), progress, progress_data, progress_destroy);
  run->task = g_steal_pointer (&task);
  run->job = g_object_ref (job);
  run->probe = g_object_ref (self->probe);
  run->library = g_object_ref (self->library);
  run->options = self->options;
  run->cancellable = g_cancellable_new ();
  if (cancellable != NULL)
    run->outer = g_object_ref (cancellable);
  start (self, run);
}

/**
 * fk_session_run_finish:
 *
 * Returns: whether the job was done; if not, the first thing that went wrong
 */
gboolean
fk_session_run_finish (FkSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * fk_session_close_async:
 *
 * Cancels the job that is under way, waits until the probe is let go, and ends the thread.  The
 * job's own callback comes first.
 */
void
fk_session_close_async (FkSession *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (FK_IS_SESSION (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, fk_session_close_async);
  if (self->thread == NULL)
    {
      self->closed = TRUE;
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (self->close_tasks == NULL)
    self->close_tasks = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (self->close_tasks, g_object_ref (task));
  if (self->closed)
    return;
  self->closed = TRUE;
  self->close_context = g_main_context_ref (g_task_get_context (task));
  if (self->run != NULL)
    g_cancellable_cancel (self->run->cancellable);
  push (self->queue, g_new0 (FkRun, 1));
}

gboolean
fk_session_close_finish (FkSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
