/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Resets the chip and lets it run.  Works on any chip, known or not, protected or not. */

#include "config.h"

#include "job/fk-reset-job.h"

#include "job/fk-job-private.h"

struct _FkResetJob
{
  FkJob parent_instance;
  char *warning;
};

G_DEFINE_FINAL_TYPE (FkResetJob, fk_reset_job, FK_TYPE_JOB)

static gboolean
fk_reset_job_run (FkJob *job,
                  FkConnection *connection,
                  FkProgress *progress,
                  GCancellable *cancellable,
                  GError **error)
{
  FkResetJob *self = FK_RESET_JOB (job);

  return fk_connection_restart (connection, &self->warning, cancellable, error);
}

static gboolean
fk_reset_job_changes_chip (FkJob *job)
{
  return TRUE;
}

static void
fk_reset_job_finalize (GObject *object)
{
  g_free (FK_RESET_JOB (object)->warning);
  G_OBJECT_CLASS (fk_reset_job_parent_class)->finalize (object);
}

static void
fk_reset_job_class_init (FkResetJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_reset_job_finalize;
  FK_JOB_CLASS (klass)->title = "Resetting";
  FK_JOB_CLASS (klass)->run = fk_reset_job_run;
  FK_JOB_CLASS (klass)->changes_chip = fk_reset_job_changes_chip;
}

static void
fk_reset_job_init (FkResetJob *self)
{
}

FkJob *
fk_reset_job_new (void)
{
  return g_object_new (FK_TYPE_RESET_JOB, NULL);
}

/**
 * fk_reset_job_get_warning:
 *
 * Returns: (transfer none) (nullable): what is wrong with the program that runs now, such as why
 *   the core has locked up
 */
const char *
fk_reset_job_get_warning (FkResetJob *self)
{
  g_return_val_if_fail (FK_IS_RESET_JOB (self), NULL);
  return self->warning;
}
