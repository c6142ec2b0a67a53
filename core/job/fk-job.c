/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The base of all jobs.  It sees to it that a job runs once only: its results belong to one run;
 * and on the chip that it was meant for. */

#include "config.h"

#include "job/fk-job-private.h"

#include "base/fk-error.h"

typedef struct
{
  gboolean was_run;
  char *expected_uid; /* (nullable) */
} FkJobPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (FkJob, fk_job, G_TYPE_OBJECT)

static void
fk_job_finalize (GObject *object)
{
  FkJobPrivate *priv = fk_job_get_instance_private (FK_JOB (object));

  g_free (priv->expected_uid);
  G_OBJECT_CLASS (fk_job_parent_class)->finalize (object);
}

static void
fk_job_class_init (FkJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_job_finalize;
  klass->title = "Working";
}

static void
fk_job_init (FkJob *self)
{
}

/**
 * fk_job_get_title:
 *
 * Returns: what the job does, as the title of its progress: "Backing up"
 */
const char *
fk_job_get_title (FkJob *self)
{
  g_return_val_if_fail (FK_IS_JOB (self), NULL);
  return FK_JOB_GET_CLASS (self)->title;
}

/**
 * fk_job_changes_chip:
 *
 * Returns: whether the job may change what is on the chip, or resets it
 */
gboolean
fk_job_changes_chip (FkJob *self)
{
  FkJobClass *klass;

  g_return_val_if_fail (FK_IS_JOB (self), FALSE);
  klass = FK_JOB_GET_CLASS (self);
  return klass->changes_chip != NULL && klass->changes_chip (self);
}

/**
 * fk_job_set_expected_uid:
 * @uid: (nullable): of the chip that the person decided about, or that was looked at before.  If
 *   another one is connected when the job runs, it is %FK_ERROR_WRONG_CHIP
 */
void
fk_job_set_expected_uid (FkJob *self, const char *uid)
{
  FkJobPrivate *priv;

  g_return_if_fail (FK_IS_JOB (self));
  priv = fk_job_get_instance_private (self);
  g_free (priv->expected_uid);
  priv->expected_uid = g_strdup (uid);
}

/* On the session's thread. */
gboolean
fk_job_run (FkJob *self,
            FkConnection *connection,
            FkProgress *progress,
            GCancellable *cancellable,
            GError **error)
{
  FkJobPrivate *priv = fk_job_get_instance_private (self);

  g_assert (FK_IS_JOB (self));
  g_assert (FK_JOB_GET_CLASS (self)->run != NULL);

  if (priv->was_run)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "This job was run before; make a new one");
      return FALSE;
    }
  priv->was_run = TRUE;
  if (priv->expected_uid != NULL &&
      !fk_connection_require_uid (connection, priv->expected_uid, error))
    return FALSE;
  return FK_JOB_GET_CLASS (self)->run (self, connection, progress, cancellable, error);
}

/* Before fk_job_run(), once, on any thread, or not at all. */
void
fk_job_prepare (FkJob *self, FkLibrary *library)
{
  g_assert (FK_IS_JOB (self));
  if (FK_JOB_GET_CLASS (self)->prepare != NULL)
    FK_JOB_GET_CLASS (self)->prepare (self, library);
}

/* Whether fk_job_finish() has anything to do. */
gboolean
fk_job_has_finish (FkJob *self)
{
  g_assert (FK_IS_JOB (self));
  return FK_JOB_GET_CLASS (self)->finish != NULL;
}

/* After fk_job_run() has succeeded, once, on any thread. */
gboolean
fk_job_finish (FkJob *self, FkLibrary *library, GCancellable *cancellable, GError **error)
{
  g_assert (fk_job_has_finish (self));
  return FK_JOB_GET_CLASS (self)->finish (self, library, cancellable, error);
}
