/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-change-job.h"

G_BEGIN_DECLS

/**
 * FkRestoreJob: puts a backup back
 *
 * Flash by default, option bytes if asked for; read protection and OTP are never written.  The chip
 * must be the one that the backup is of (device ID, flash size and UID), unless any-chip is set;
 * then one of the same family in which it fits.  %FK_ERROR_WRONG_CHIP otherwise.
 */
#define FK_TYPE_RESTORE_JOB (fk_restore_job_get_type ())
G_DECLARE_FINAL_TYPE (FkRestoreJob, fk_restore_job, FK, RESTORE_JOB, FkChangeJob)

FkJob *fk_restore_job_new (FkBackup *backup);
FkBackup *fk_restore_job_get_backup (FkRestoreJob *self);
void fk_restore_job_set_regions (FkRestoreJob *self, const char *const *regions);
void fk_restore_job_set_any_chip (FkRestoreJob *self, gboolean any_chip);

G_END_DECLS
