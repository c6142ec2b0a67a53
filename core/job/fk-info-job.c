/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Identifies the chip.  Nearly all of it is known once the connection stands; the job keeps it, and
 * looks in the flash for why a core has locked up. */

#include "config.h"

#include "job/fk-info-job.h"

#include "job/fk-job-private.h"

struct _FkInfoJob
{
  FkJob parent_instance;
  FkIdentity *identity;
  FkOptionBytes *options;
  char *firmware;
  char *designer;
  char *how;
  guint millivolts;
};

G_DEFINE_FINAL_TYPE (FkInfoJob, fk_info_job, FK_TYPE_JOB)

/* A chip whose option bytes cannot be read (protected, say) is a chip all the same. */
static gboolean
read_options (FkInfoJob *self, FkConnection *connection, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (connection->flash == NULL)
    return TRUE;
  self->options = fk_flash_read_options (connection->flash, cancellable, &local_error);
  if (self->options != NULL)
    return TRUE;
  if (fk_error_is_link (local_error))
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                  "Reading the option bytes: ");
      return FALSE;
    }
  g_debug ("no option bytes: %s", local_error->message);
  return TRUE;
}

static gboolean
fk_info_job_run (FkJob *job,
                 FkConnection *connection,
                 FkProgress *progress,
                 GCancellable *cancellable,
                 GError **error)
{
  FkInfoJob *self = FK_INFO_JOB (job);

  if (!fk_connection_improve_identity (connection, cancellable, error))
    return FALSE;
  self->identity = g_object_ref (connection->identity);
  self->millivolts = connection->millivolts;
  self->firmware = g_strdup (fk_probe_get_firmware (connection->probe));
  self->designer = g_strdup (fk_target_get_designer_name (connection->target));
  self->how = g_strdup (fk_target_get_connection (connection->target));
  return read_options (self, connection, cancellable, error);
}

static void
fk_info_job_finalize (GObject *object)
{
  FkInfoJob *self = FK_INFO_JOB (object);

  g_clear_object (&self->identity);
  g_clear_object (&self->options);
  g_free (self->firmware);
  g_free (self->designer);
  g_free (self->how);
  G_OBJECT_CLASS (fk_info_job_parent_class)->finalize (object);
}

static void
fk_info_job_class_init (FkInfoJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_info_job_finalize;
  FK_JOB_CLASS (klass)->title = "Looking at the chip";
  FK_JOB_CLASS (klass)->run = fk_info_job_run;
}

static void
fk_info_job_init (FkInfoJob *self)
{
}

FkJob *
fk_info_job_new (void)
{
  return g_object_new (FK_TYPE_INFO_JOB, NULL);
}

FkIdentity *
fk_info_job_get_identity (FkInfoJob *self)
{
  g_return_val_if_fail (FK_IS_INFO_JOB (self), NULL);
  return self->identity;
}

guint
fk_info_job_get_millivolts (FkInfoJob *self)
{
  g_return_val_if_fail (FK_IS_INFO_JOB (self), 0);
  return self->millivolts;
}

FkOptionBytes *
fk_info_job_get_options (FkInfoJob *self)
{
  g_return_val_if_fail (FK_IS_INFO_JOB (self), NULL);
  return self->options;
}

const char *
fk_info_job_get_firmware (FkInfoJob *self)
{
  g_return_val_if_fail (FK_IS_INFO_JOB (self), NULL);
  return self->firmware;
}

const char *
fk_info_job_get_designer (FkInfoJob *self)
{
  g_return_val_if_fail (FK_IS_INFO_JOB (self), NULL);
  return self->designer;
}

const char *
fk_info_job_get_how (FkInfoJob *self)
{
  g_return_val_if_fail (FK_IS_INFO_JOB (self), NULL);
  return self->how;
}
