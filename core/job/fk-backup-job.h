/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job.h"

G_BEGIN_DECLS

#define FK_TYPE_BACKUP_JOB (fk_backup_job_get_type ())
G_DECLARE_FINAL_TYPE (FkBackupJob, fk_backup_job, FK, BACKUP_JOB, FkJob)

FkJob *fk_backup_job_new (const char *name, const char *note);
FkBackup *fk_backup_job_get_backup (FkBackupJob *self);

G_END_DECLS
