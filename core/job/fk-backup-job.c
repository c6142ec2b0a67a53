/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Backs the whole chip up into the library.  What would make it fail at the end, a full disk or a
 * protected chip, is looked for at the beginning.  Disk and chip do not wait for each other: what
 * was read is stored while the chip is let go. */

#include "config.h"

#include "job/fk-backup-job.h"

#include "job/fk-job-private.h"

struct _FkBackupJob
{
  FkJob parent_instance;
  char *name;
  char *note;
  gboolean was_prepared;
  GError *library_error;
  FkBackupDraft *draft; /* since the end of run */
  FkBackup *backup;
  FkIdentity *identity;
};

G_DEFINE_FINAL_TYPE (FkBackupJob, fk_backup_job, FK_TYPE_JOB)

static void
fk_backup_job_prepare (FkJob *job, FkLibrary *library)
{
  FkBackupJob *self = FK_BACKUP_JOB (job);

  self->was_prepared = TRUE;
  fk_library_check_writable (library, &self->library_error);
}

static gboolean
fk_backup_job_run (FkJob *job,
                   FkConnection *connection,
                   FkProgress *progress,
                   GCancellable *cancellable,
                   GError **error)
{
  static const FkProgressStep steps[] = { { NULL, 99 }, { "Storing the backup", 1 } };
  FkBackupJob *self = FK_BACKUP_JOB (job);

  self->identity = g_object_ref (connection->identity);
  if (!fk_connection_require_chip (connection, error) ||
      !fk_connection_require_readable (connection, error))
    return FALSE;
  if (!self->was_prepared)
    fk_backup_job_prepare (job, connection->library);
  if (self->library_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->library_error));
      return FALSE;
    }
  if (!fk_library_check_room (connection->library,
                              fk_capture_get_size (fk_identity_get_chip (connection->identity)),
                              error))
    return FALSE;

  fk_progress_set_steps (progress, steps, G_N_ELEMENTS (steps));
  self->draft = fk_capture_chip (connection, NULL, FK_VERIFIED_NO, fk_progress_get_child (progress),
                                 cancellable, error);
  if (self->draft == NULL)
    return FALSE;
  fk_progress_step_done (progress);
  g_set_object (&self->identity, connection->identity);
  fk_backup_draft_set (self->draft, "Backup", "Name", self->name);
  fk_backup_draft_set (self->draft, "Backup", "Note", self->note);
  return TRUE;
}

static gboolean
fk_backup_job_finish (FkJob *job, FkLibrary *library, GCancellable *cancellable, GError **error)
{
  FkBackupJob *self = FK_BACKUP_JOB (job);

  self->backup = fk_library_store (library, self->draft, cancellable, error);
  return self->backup != NULL;
}

static void
fk_backup_job_finalize (GObject *object)
{
  FkBackupJob *self = FK_BACKUP_JOB (object);

  g_free (self->name);
  g_free (self->note);
  g_clear_error (&self->library_error);
  g_clear_pointer (&self->draft, fk_backup_draft_free);
  g_clear_object (&self->backup);
  g_clear_object (&self->identity);
  G_OBJECT_CLASS (fk_backup_job_parent_class)->finalize (object);
}

static void
fk_backup_job_class_init (FkBackupJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_backup_job_finalize;
  FK_JOB_CLASS (klass)->title = "Backing up";
  FK_JOB_CLASS (klass)->prepare = fk_backup_job_prepare;
  FK_JOB_CLASS (klass)->run = fk_backup_job_run;
  FK_JOB_CLASS (klass)->finish = fk_backup_job_finish;
}

static void
fk_backup_job_init (FkBackupJob *self)
{
}

/**
 * fk_backup_job_new: (constructor)
 * @name: (nullable): what the person calls it; any text
 * @note: (nullable): likewise
 */
FkJob *
fk_backup_job_new (const char *name, const char *note)
{
  FkBackupJob *self = g_object_new (FK_TYPE_BACKUP_JOB, NULL);

  self->name = g_strdup (name);
  self->note = g_strdup (note);
  return FK_JOB (self);
}

/**
 * fk_backup_job_get_backup:
 *
 * Returns: (transfer none) (nullable): the backup, once the job was done.  If only leaving the chip
 *   failed it is there, too, whole and proved.
 */
FkBackup *
fk_backup_job_get_backup (FkBackupJob *self)
{
  g_return_val_if_fail (FK_IS_BACKUP_JOB (self), NULL);
  return self->backup;
}

/**
 * fk_backup_job_get_bytes:
 * @name: of a region of the chip
 *
 * Returns: (transfer none) (nullable): what the backup holds of it, as it was read; %NULL where it
 *   holds nothing
 */
GBytes *
fk_backup_job_get_bytes (FkBackupJob *self, const char *name)
{
  g_return_val_if_fail (FK_IS_BACKUP_JOB (self), NULL);
  return self->draft != NULL ? fk_backup_draft_get_bytes (self->draft, name) : NULL;
}

/**
 * fk_backup_job_get_identity:
 *
 * Returns: (transfer none) (nullable): the chip that was found, with its warnings
 */
FkIdentity *
fk_backup_job_get_identity (FkBackupJob *self)
{
  g_return_val_if_fail (FK_IS_BACKUP_JOB (self), NULL);
  return self->identity;
}
