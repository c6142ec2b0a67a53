/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job.h"

G_BEGIN_DECLS

/**
 * FkUnlockJob: removes read protection, which erases the flash for good
 *
 * Nothing else in the program does that, and this only with a phrase that somebody typed.
 */
#define FK_TYPE_UNLOCK_JOB (fk_unlock_job_get_type ())
G_DECLARE_FINAL_TYPE (FkUnlockJob, fk_unlock_job, FK, UNLOCK_JOB, FkJob)

char *fk_unlock_job_make_phrase (const char *uid);
FkJob *fk_unlock_job_new (const char *phrase);
const char *fk_unlock_job_get_warning (FkUnlockJob *self);

G_END_DECLS
