/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The session and its thread, without any chip: this program brings its own connection (what
 * fk-connection.c does for real), which can fail where it is told to, and jobs that wait, report or
 * fail.  Under ThreadSanitizer this is the test that counts. */

#include "config.h"

#include "job/fk-session.h"

#include "base/fk-error.h"
#include "job/fk-job-private.h"

#include <string.h>

/* --- a connection that is none -------------------------------------------------------------- */

static struct
{
  gint n_open; /* atomic */
  gint n_opened;
  gint n_halted;
  gboolean fail_open;
  gboolean fail_close;
  gboolean meet;    /* closing and finishing wait for each other */
  gint n_closing;   /* atomic */
  gint n_finishing; /* atomic */
  GThread *thread;
} world;

/* Fails the test where the other does not come. */
static void
wait_until (gint *begun)
{
  for (guint i = 0; world.meet && g_atomic_int_get (begun) == 0; i++)
    {
      g_assert_cmpuint (i, <, 10000);
      g_usleep (1000);
    }
}

FkConnection *
fk_connection_open (FkProbe *probe,
                    FkLibrary *library,
                    const FkConnectionOptions *options,
                    FkPreparation *preparation,
                    FkProgress *progress,
                    GCancellable *cancellable,
                    GError **error)
{
  FkConnection *connection;

  g_assert_true (FK_IS_PROBE (probe));
  g_assert_true (FK_IS_LIBRARY (library));
  world.thread = g_thread_self ();
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (world.fail_open)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NO_TARGET, "nothing answers");
      return NULL;
    }
  g_assert_cmpint (g_atomic_int_add (&world.n_open, 1), ==, 0);
  world.n_opened++;
  connection = g_new0 (FkConnection, 1);
  connection->leave = options->leave_halted ? FK_LEAVE_HALTED : FK_LEAVE_RESUMED;
  return connection;
}

gboolean
fk_connection_close (FkConnection *connection, GError **error)
{
  g_atomic_int_inc (&world.n_closing);
  wait_until (&world.n_finishing);
  world.n_halted += connection->leave == FK_LEAVE_HALTED;
  g_free (connection);
  g_atomic_int_add (&world.n_open, -1);
  if (world.fail_close)
    g_set_error (error, FK_ERROR, FK_ERROR_TARGET_LOST, "it is gone");
  return !world.fail_close;
}

/* --- jobs ----------------------------------------------------------------------------------- */

typedef enum
{
  WORK_NONE,
  WORK_FAIL,
  WORK_WAIT,   /* until cancelled */
  WORK_REPORT, /* 20000 times, then once more */
  WORK_DEAF,   /* as WORK_WAIT, but done all the same */
} Work;

#define TEST_TYPE_JOB (test_job_get_type ())
G_DECLARE_FINAL_TYPE (TestJob, test_job, TEST, JOB, FkJob)

struct _TestJob
{
  FkJob parent_instance;
  Work work;
  guint result;
};

G_DEFINE_FINAL_TYPE (TestJob, test_job, FK_TYPE_JOB)

static gboolean
wait_for_cancel (GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < 10000; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      g_usleep (1000);
    }
  g_assert_not_reached ();
}

static gboolean
test_job_run (FkJob *job,
              FkConnection *connection,
              FkProgress *progress,
              GCancellable *cancellable,
              GError **error)
{
  TestJob *self = TEST_JOB (job);

  self->result = 42;
  switch (self->work)
    {
    case WORK_FAIL:
      g_set_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT, "sector 3");
      return FALSE;
    case WORK_WAIT:
      return wait_for_cancel (cancellable, error);
    case WORK_DEAF:
      wait_for_cancel (cancellable, NULL);
      return TRUE;
    case WORK_REPORT:
      for (guint i = 0; i < 20000; i++)
        {
          if (i % 1000 == 0)
            fk_progress_note (progress, "note %u", i / 1000);
          fk_progress_set_bytes (progress, i, 20000);
          if (i % 100 == 0)
            g_usleep (1000);
        }
      fk_progress_note (progress, "last");
      fk_progress_set_bytes (progress, 20000, 20000);
      return TRUE;
    case WORK_NONE:
    default:
      return TRUE;
    }
}

static void
test_job_class_init (TestJobClass *klass)
{
  FK_JOB_CLASS (klass)->title = "Testing";
  FK_JOB_CLASS (klass)->run = test_job_run;
}

static void
test_job_init (TestJob *self)
{
}

static FkJob *
make_job (Work work)
{
  TestJob *job = g_object_new (TEST_TYPE_JOB, NULL);

  job->work = work;
  return FK_JOB (job);
}

#define TEST_TYPE_CHANGE (test_change_get_type ())
G_DECLARE_FINAL_TYPE (TestChange, test_change, TEST, CHANGE, FkJob)

struct _TestChange
{
  FkJob parent_instance;
};

G_DEFINE_FINAL_TYPE (TestChange, test_change, FK_TYPE_JOB)

static gboolean
test_change_run (FkJob *job,
                 FkConnection *connection,
                 FkProgress *progress,
                 GCancellable *cancellable,
                 GError **error)
{
  return TRUE;
}

static gboolean
test_change_changes_chip (FkJob *job)
{
  return TRUE;
}

static void
test_change_class_init (TestChangeClass *klass)
{
  FK_JOB_CLASS (klass)->changes_chip = test_change_changes_chip;
  FK_JOB_CLASS (klass)->run = test_change_run;
}

static void
test_change_init (TestChange *self)
{
}

#define TEST_TYPE_STORE (test_store_get_type ())
G_DECLARE_FINAL_TYPE (TestStore, test_store, TEST, STORE, FkJob)

/* Prepared and finished without the chip. */
struct _TestStore
{
  FkJob parent_instance;
  Work run;
  Work finish;
  GThread *prepared_by;
  guint result;
};

G_DEFINE_FINAL_TYPE (TestStore, test_store, FK_TYPE_JOB)

static void
test_store_prepare (FkJob *job, FkLibrary *library)
{
  TestStore *self = TEST_STORE (job);

  g_assert_true (FK_IS_LIBRARY (library));
  g_assert_null (self->prepared_by);
  g_usleep (2000);
  self->prepared_by = g_thread_self ();
}

static gboolean
test_store_run (FkJob *job,
                FkConnection *connection,
                FkProgress *progress,
                GCancellable *cancellable,
                GError **error)
{
  TestStore *self = TEST_STORE (job);

  g_assert_nonnull (self->prepared_by);
  g_assert_true (self->prepared_by != g_thread_self ());
  self->result = 41;
  if (self->run == WORK_FAIL)
    g_set_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT, "sector 3");
  return self->run != WORK_FAIL;
}

static gboolean
test_store_finish (FkJob *job, FkLibrary *library, GCancellable *cancellable, GError **error)
{
  TestStore *self = TEST_STORE (job);

  g_assert_true (FK_IS_LIBRARY (library));
  g_assert_cmpuint (self->result, ==, 41);
  g_atomic_int_inc (&world.n_finishing);
  wait_until (&world.n_closing);
  if (self->finish == WORK_WAIT)
    return wait_for_cancel (cancellable, error);
  if (self->finish == WORK_FAIL)
    g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "the disk is full");
  else
    self->result++;
  return self->finish != WORK_FAIL;
}

static void
test_store_class_init (TestStoreClass *klass)
{
  FK_JOB_CLASS (klass)->prepare = test_store_prepare;
  FK_JOB_CLASS (klass)->run = test_store_run;
  FK_JOB_CLASS (klass)->finish = test_store_finish;
}

static void
test_store_init (TestStore *self)
{
}

#define TEST_TYPE_PROBE (test_probe_get_type ())
G_DECLARE_FINAL_TYPE (TestProbe, test_probe, TEST, PROBE, FkProbe)

struct _TestProbe
{
  FkProbe parent_instance;
};

G_DEFINE_FINAL_TYPE (TestProbe, test_probe, FK_TYPE_PROBE)

static void
test_probe_class_init (TestProbeClass *klass)
{
}

static void
test_probe_init (TestProbe *self)
{
}

/* --- helpers -------------------------------------------------------------------------------- */

typedef struct
{
  FkSession *session;
  FkProbe *probe;
  FkLibrary *library;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  memset (&world, 0, sizeof world);
  f->probe = g_object_new (TEST_TYPE_PROBE, NULL);
  f->library = fk_library_new ("/nonexistent");
  f->session = fk_session_new (f->probe, f->library);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->session != NULL)
    g_assert_finalize_object (f->session);
  g_assert_finalize_object (f->probe);
  g_assert_finalize_object (f->library);
  g_assert_cmpint (world.n_open, ==, 0);
}

typedef struct
{
  gboolean done;
  gboolean ok;
  GError *error;
  /* progress */
  guint n_told;
  guint n_destroyed;
  gint64 last_time;
  double last_fraction;
  guint64 last_bytes;
  char *last_note;
  GHashTable *notes; /* (nullable): set of char *, each once */
  GThread *thread;
} Answer;

static void
clear_answer (Answer *answer)
{
  g_clear_error (&answer->error);
  g_clear_pointer (&answer->last_note, g_free);
  g_clear_pointer (&answer->notes, g_hash_table_unref);
}

static void
keep_notes (Answer *answer, const FkProgressStatus *status)
{
  if (answer->notes == NULL)
    return;
  for (guint i = 0; status->missed_notes[i] != NULL; i++)
    g_assert_true (g_hash_table_add (answer->notes, g_strdup (status->missed_notes[i])));
  if (status->note != NULL && g_strcmp0 (status->note, answer->last_note) != 0)
    g_assert_true (g_hash_table_add (answer->notes, g_strdup (status->note)));
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, clear_answer)

static void
on_progress (const FkProgressStatus *status, gpointer user_data)
{
  Answer *answer = user_data;
  gint64 now = g_get_monotonic_time ();

  g_assert_false (answer->done);
  g_assert_cmpuint (answer->n_destroyed, ==, 0);
  g_assert_cmpfloat (status->fraction, >=, answer->last_fraction);
  answer->n_told++;
  answer->last_time = now;
  answer->last_fraction = status->fraction;
  answer->last_bytes = status->bytes_done;
  keep_notes (answer, status);
  g_free (answer->last_note);
  answer->last_note = g_strdup (status->note);
  answer->thread = g_thread_self ();
}

static void
on_destroy (gpointer user_data)
{
  ((Answer *)user_data)->n_destroyed++;
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  g_assert_false (fk_session_is_busy (FK_SESSION (source)));
  g_assert_cmpuint (answer->n_destroyed, ==, 1);
  answer->ok = fk_session_run_finish (FK_SESSION (source), result, &answer->error);
  answer->done = TRUE;
}

static void
on_busy (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->ok = fk_session_run_finish (FK_SESSION (source), result, &answer->error);
  answer->done = TRUE;
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->ok = fk_session_close_finish (FK_SESSION (source), result, &answer->error);
  answer->done = TRUE;
}

static void
run (FkSession *session, FkJob *job, GCancellable *cancellable, Answer *answer)
{
  fk_session_run_async (session, job, on_progress, answer, on_destroy, cancellable, on_done,
                        answer);
}

static void
wait_for (Answer *answer)
{
  while (!answer->done)
    g_main_context_iteration (NULL, TRUE);
}

/* --- tests ---------------------------------------------------------------------------------- */

static void
count_notify (GObject *object, GParamSpec *pspec, gpointer count)
{
  (*(guint *)count)++;
}

static void
test_one (Fixture *f, gconstpointer data)
{
  g_autoptr (FkJob) job = make_job (WORK_NONE);
  g_auto (Answer) answer = { 0 };
  guint n_notified = 0;
  gboolean busy;

  g_signal_connect (f->session, "notify::busy", G_CALLBACK (count_notify), &n_notified);
  g_assert_true (fk_session_get_probe (f->session) == f->probe);
  g_assert_true (fk_session_get_library (f->session) == f->library);
  g_assert_cmpstr (fk_job_get_title (job), ==, "Testing");
  g_assert_false (fk_session_is_busy (f->session));
  run (f->session, job, NULL, &answer);
  g_assert_true (fk_session_is_busy (f->session));
  g_object_get (f->session, "busy", &busy, NULL);
  g_assert_true (busy);
  wait_for (&answer);
  g_assert_no_error (answer.error);
  g_assert_true (answer.ok);
  g_assert_cmpuint (TEST_JOB (job)->result, ==, 42);
  g_assert_cmpuint (n_notified, ==, 2);
  g_assert_cmpfloat (answer.last_fraction, ==, 1.0);
  g_assert_true (world.thread != g_thread_self ());
  g_assert_true (answer.thread == g_thread_self ());
}

static void
test_again (Fixture *f, gconstpointer data)
{
  g_autoptr (FkJob) job = make_job (WORK_NONE);

  for (guint i = 0; i < 3; i++)
    {
      g_auto (Answer) answer = { 0 };

      run (f->session, job, NULL, &answer);
      wait_for (&answer);
      if (i == 0)
        g_assert_true (answer.ok);
      else
        g_assert_error (answer.error, FK_ERROR, FK_ERROR_USAGE);
    }
  g_assert_cmpint (world.n_opened, ==, 3);
}

static void
test_busy (Fixture *f, gconstpointer data)
{
  g_autoptr (FkJob) job = make_job (WORK_WAIT);
  g_autoptr (FkJob) second = make_job (WORK_NONE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Answer) answer = { 0 };
  g_auto (Answer) refused = { 0 };
  g_auto (Answer) later = { 0 };

  run (f->session, job, cancellable, &answer);
  fk_session_run_async (f->session, second, on_progress, &refused, on_destroy, NULL, on_busy,
                        &refused);
  wait_for (&refused);
  g_assert_error (refused.error, FK_ERROR, FK_ERROR_BUSY);
  g_assert_cmpuint (refused.n_destroyed, ==, 1);
  g_assert_false (answer.done);
  g_cancellable_cancel (cancellable);
  wait_for (&answer);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  /* The refused job was not used up. */
  run (f->session, second, NULL, &later);
  wait_for (&later);
  g_assert_true (later.ok);
}

static void
on_done_start_next (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answers = user_data;
  g_autoptr (FkJob) job = make_job (WORK_NONE);

  on_done (source, result, &answers[0]);
  run (FK_SESSION (source), job, NULL, &answers[1]);
}

/* A person's next click may come out of the first one's answer. */
static void
test_next_from_callback (Fixture *f, gconstpointer data)
{
  g_autoptr (FkJob) job = make_job (WORK_NONE);
  Answer answers[2] = { 0 };

  fk_session_run_async (f->session, job, on_progress, &answers[0], on_destroy, NULL,
                        on_done_start_next, answers);
  wait_for (&answers[0]);
  wait_for (&answers[1]);
  g_assert_true (answers[0].ok);
  g_assert_true (answers[1].ok);
  clear_answer (&answers[0]);
  clear_answer (&answers[1]);
}

static void
test_coalesced (Fixture *f, gconstpointer data)
{
  g_autoptr (FkJob) job = make_job (WORK_REPORT);
  g_auto (Answer) answer = { 0 };
  gint64 start = g_get_monotonic_time ();
  gint64 took;

  answer.notes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  run (f->session, job, NULL, &answer);
  wait_for (&answer);
  took = (g_get_monotonic_time () - start) / 1000;
  g_assert_true (answer.ok);
  g_assert_cmpuint (answer.n_told, >=, 3);
  g_assert_cmpuint (answer.n_told, <=, took / 50 + 3);
  /* The last value is never lost. */
  g_assert_cmpfloat (answer.last_fraction, ==, 1.0);
  g_assert_cmpstr (answer.last_note, ==, "last");
  /* Nor is a remark, however fast they come. */
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *note = g_strdup_printf ("note %u", i);

      g_assert_true (g_hash_table_contains (answer.notes, note));
    }
}

static void
test_no_listener (Fixture *f, gconstpointer data)
{
  g_autoptr (FkJob) job = make_job (WORK_REPORT);
  g_auto (Answer) answer = { 0 };

  fk_session_run_async (f->session, job, NULL, NULL, NULL, NULL, on_busy, &answer);
  wait_for (&answer);
  g_assert_true (answer.ok);
}

static void
test_errors (Fixture *f, gconstpointer data)
{
  g_autoptr (FkJob) failing = make_job (WORK_FAIL);
  g_autoptr (FkJob) unopened = make_job (WORK_NONE);
  g_autoptr (FkJob) unclosed = make_job (WORK_NONE);
  g_autoptr (FkJob) both = make_job (WORK_FAIL);
  g_auto (Answer) one = { 0 };
  g_auto (Answer) two = { 0 };
  g_auto (Answer) three = { 0 };
  g_auto (Answer) four = { 0 };

  run (f->session, failing, NULL, &one);
  wait_for (&one);
  g_assert_error (one.error, FK_ERROR, FK_ERROR_FLASH_FAULT);
  world.fail_open = TRUE;
  run (f->session, unopened, NULL, &two);
  wait_for (&two);
  g_assert_error (two.error, FK_ERROR, FK_ERROR_NO_TARGET);
  g_assert_cmpuint (TEST_JOB (unopened)->result, ==, 0);
  world.fail_open = FALSE;
  world.fail_close = TRUE;
  run (f->session, unclosed, NULL, &three);
  wait_for (&three);
  g_assert_error (three.error, FK_ERROR, FK_ERROR_TARGET_LOST);
  g_assert_true (g_str_has_prefix (three.error->message, "The job itself was done"));
  run (f->session, both, NULL, &four);
  wait_for (&four);
  g_assert_error (four.error, FK_ERROR, FK_ERROR_FLASH_FAULT);
}

/* What needs no chip any more is done while the chip is let go, and its error comes first. */
static void
test_finish (Fixture *f, gconstpointer data)
{
  static const struct
  {
    Work run;
    Work finish;
    gboolean fail_close;
    int code; /* 0: done */
    guint result;
  } rows[] = {
    { WORK_NONE, WORK_NONE, FALSE, 0, 42 },
    { WORK_NONE, WORK_NONE, TRUE, FK_ERROR_TARGET_LOST, 42 },
    { WORK_NONE, WORK_FAIL, FALSE, FK_ERROR_LIBRARY, 41 },
    { WORK_NONE, WORK_FAIL, TRUE, FK_ERROR_LIBRARY, 41 },
    { WORK_FAIL, WORK_NONE, FALSE, FK_ERROR_FLASH_FAULT, 41 },
    { WORK_FAIL, WORK_NONE, TRUE, FK_ERROR_FLASH_FAULT, 41 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (TestStore) job = g_object_new (TEST_TYPE_STORE, NULL);
      g_auto (Answer) answer = { 0 };

      job->run = rows[i].run;
      job->finish = rows[i].finish;
      world.meet = job->run != WORK_FAIL;
      world.n_closing = 0;
      world.n_finishing = 0;
      world.fail_close = rows[i].fail_close;
      run (f->session, FK_JOB (job), NULL, &answer);
      wait_for (&answer);
      g_assert_cmpint (world.n_closing, ==, 1);
      g_assert_cmpint (world.n_finishing, ==, rows[i].run == WORK_FAIL ? 0 : 1);
      g_assert_cmpuint (job->result, ==, rows[i].result);
      g_assert_true (answer.ok == (rows[i].code == 0));
      if (rows[i].code != 0)
        g_assert_error (answer.error, FK_ERROR, rows[i].code);
    }
}

static void
test_finish_cancel (Fixture *f, gconstpointer data)
{
  g_autoptr (TestStore) job = g_object_new (TEST_TYPE_STORE, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Answer) answer = { 0 };

  job->finish = WORK_WAIT;
  run (f->session, FK_JOB (job), cancellable, &answer);
  while (g_atomic_int_get (&world.n_finishing) == 0)
    g_usleep (1000);
  g_cancellable_cancel (cancellable);
  wait_for (&answer);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (world.n_closing, ==, 1);
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (20 * 1000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_autoptr (FkJob) job = make_job (WORK_WAIT);
  g_autoptr (FkJob) deaf = make_job (WORK_DEAF);
  g_autoptr (FkJob) late = make_job (WORK_NONE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Answer) answer = { 0 };
  g_auto (Answer) too_late = { 0 };
  g_auto (Answer) before = { 0 };
  GThread *thread;

  run (f->session, job, cancellable, &answer);
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  wait_for (&answer);
  g_thread_join (thread);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  /* Cancelled before it began. */
  run (f->session, late, cancellable, &before);
  wait_for (&before);
  g_assert_error (before.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (TEST_JOB (late)->result, ==, 0);
  /* What was done in spite of it was done. */
  g_cancellable_reset (cancellable);
  run (f->session, deaf, cancellable, &too_late);
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  wait_for (&too_late);
  g_thread_join (thread);
  g_assert_no_error (too_late.error);
  g_assert_true (too_late.ok);
}

static void
test_close (Fixture *f, gconstpointer data)
{
  g_autoptr (FkJob) job = make_job (WORK_WAIT);
  g_autoptr (FkJob) next = make_job (WORK_NONE);
  g_auto (Answer) answer = { 0 };
  g_auto (Answer) closing = { 0 };
  g_auto (Answer) again = { 0 };
  g_auto (Answer) refused = { 0 };
  g_auto (Answer) third = { 0 };

  run (f->session, job, NULL, &answer);
  fk_session_close_async (f->session, on_closed, &closing);
  fk_session_close_async (f->session, on_closed, &again);
  fk_session_run_async (f->session, next, NULL, NULL, NULL, NULL, on_busy, &refused);
  wait_for (&closing);
  g_assert_true (answer.done);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (closing.ok);
  wait_for (&again);
  g_assert_true (again.ok);
  wait_for (&refused);
  g_assert_error (refused.error, FK_ERROR, FK_ERROR_BUSY);
  g_assert_cmpint (world.n_open, ==, 0);
  fk_session_close_async (f->session, on_closed, &third);
  wait_for (&third);
  g_assert_true (third.ok);
}

static void
test_close_idle (Fixture *f, gconstpointer data)
{
  g_autoptr (FkJob) job = make_job (WORK_NONE);
  g_auto (Answer) answer = { 0 };
  g_auto (Answer) closing = { 0 };

  run (f->session, job, NULL, &answer);
  wait_for (&answer);
  fk_session_close_async (f->session, on_closed, &closing);
  /* The close keeps the session until it is done. */
  g_clear_object (&f->session);
  wait_for (&closing);
  g_assert_true (closing.ok);
}

static void
test_close_unused (Fixture *f, gconstpointer data)
{
  g_auto (Answer) closing = { 0 };

  fk_session_close_async (f->session, on_closed, &closing);
  wait_for (&closing);
  g_assert_true (closing.ok);
}

/* Who starts a job and forgets the session still gets the answer. */
static void
test_forgotten (Fixture *f, gconstpointer data)
{
  FkJob *job = make_job (WORK_REPORT);
  gpointer weak = f->session;
  g_auto (Answer) answer = { 0 };

  g_object_add_weak_pointer (G_OBJECT (f->session), &weak);
  run (f->session, job, NULL, &answer);
  g_object_unref (job);
  g_clear_object (&f->session);
  wait_for (&answer);
  g_assert_true (answer.ok);
  while (weak != NULL)
    g_main_context_iteration (NULL, TRUE);
}

typedef struct
{
  FkSession *session;
  GMainContext *context;
} Elsewhere;

static gpointer
run_in_own_context (gpointer data)
{
  Elsewhere *elsewhere = data;
  GMainContext *context = elsewhere->context;
  g_autoptr (FkJob) job = make_job (WORK_REPORT);
  g_auto (Answer) answer = { 0 };

  g_main_context_push_thread_default (context);
  run (elsewhere->session, job, NULL, &answer);
  while (!answer.done)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);
  g_assert_true (answer.ok);
  g_assert_true (answer.thread == g_thread_self ());
  return NULL;
}

static void
test_other_context (Fixture *f, gconstpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Elsewhere elsewhere = { f->session, context };

  g_thread_join (g_thread_new ("other", run_in_own_context, &elsewhere));
  /* The worker is joined before the context goes: its last touch is inside GLib, where
   * ThreadSanitizer cannot see that it is ordered. */
  g_assert_finalize_object (g_steal_pointer (&f->session));
}

static void
test_options (Fixture *f, gconstpointer data)
{
  g_autoptr (FkJob) halted = make_job (WORK_NONE);
  g_autoptr (FkJob) hot = make_job (WORK_NONE);
  g_autoptr (FkJob) change = g_object_new (TEST_TYPE_CHANGE, NULL);
  g_auto (Answer) one = { 0 };
  g_auto (Answer) two = { 0 };
  g_auto (Answer) three = { 0 };

  fk_session_set_leave_halted (f->session, TRUE);
  run (f->session, halted, NULL, &one);
  /* What is set now is for the next job. */
  fk_session_set_leave_halted (f->session, FALSE);
  fk_session_set_connect (f->session, FK_CONNECT_HOT_PLUG, 480);
  wait_for (&one);
  g_assert_cmpint (world.n_halted, ==, 1);
  run (f->session, hot, NULL, &two);
  wait_for (&two);
  g_assert_true (two.ok);
  g_assert_cmpint (world.n_halted, ==, 1);
  run (f->session, change, NULL, &three);
  wait_for (&three);
  g_assert_error (three.error, FK_ERROR, FK_ERROR_USAGE);
  g_assert_cmpint (world.n_opened, ==, 2);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*run) (Fixture *f, gconstpointer data);
  } rows[] = {
    { "/session/one", test_one },
    { "/session/again", test_again },
    { "/session/busy", test_busy },
    { "/session/next-from-callback", test_next_from_callback },
    { "/session/coalesced", test_coalesced },
    { "/session/no-listener", test_no_listener },
    { "/session/errors", test_errors },
    { "/session/finish", test_finish },
    { "/session/finish-cancel", test_finish_cancel },
    { "/session/cancel", test_cancel },
    { "/session/close", test_close },
    { "/session/close-idle", test_close_idle },
    { "/session/close-unused", test_close_unused },
    { "/session/forgotten", test_forgotten },
    { "/session/other-context", test_other_context },
    { "/session/options", test_options },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_test_add (rows[i].name, Fixture, NULL, set_up, rows[i].run, tear_down);
  return g_test_run ();
}
