/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job.h"

G_BEGIN_DECLS

/**
 * FkBackupJob: everything the chip holds, proved against the chip, into the library
 *
 * Errors beside those of the connection: %FK_ERROR_UNKNOWN_CHIP, %FK_ERROR_PROTECTED before
 * anything is read, %FK_ERROR_VERIFY_MISMATCH when the chip does not give the same twice,
 * %FK_ERROR_LIBRARY.
 */
#define FK_TYPE_BACKUP_JOB (fk_backup_job_get_type ())
G_DECLARE_FINAL_TYPE (FkBackupJob, fk_backup_job, FK, BACKUP_JOB, FkJob)

FkJob *fk_backup_job_new (const char *name, const char *note);
FkBackup *fk_backup_job_get_backup (FkBackupJob *self);
GBytes *fk_backup_job_get_bytes (FkBackupJob *self, const char *name);
FkIdentity *fk_backup_job_get_identity (FkBackupJob *self);

G_END_DECLS
