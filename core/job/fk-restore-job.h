/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-change-job.h"

G_BEGIN_DECLS

#define FK_TYPE_RESTORE_JOB (fk_restore_job_get_type ())
G_DECLARE_FINAL_TYPE (FkRestoreJob, fk_restore_job, FK, RESTORE_JOB, FkChangeJob)

FkJob *fk_restore_job_new (FkBackup *backup);
void
fk_restore_job_set_regions (FkRestoreJob *self, const char *const *regions); /* default: flash */
void fk_restore_job_set_any_chip (FkRestoreJob *self,
                                  gboolean any_chip); /* else another UID is WRONG_CHIP */

G_END_DECLS
