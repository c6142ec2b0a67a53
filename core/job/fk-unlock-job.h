/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job.h"

G_BEGIN_DECLS

#define FK_TYPE_UNLOCK_JOB (fk_unlock_job_get_type ())
G_DECLARE_FINAL_TYPE (FkUnlockJob, fk_unlock_job, FK, UNLOCK_JOB, FkJob)

/* The phrase that a person has to type: "erase " and the last six digits of the UID. */
char *fk_unlock_job_make_phrase (const char *uid);
/* Removes read protection, which erases the flash.  phrase must match for the connected chip:
 * NEEDS_CONSENT otherwise. */
FkJob *fk_unlock_job_new (const char *phrase);

G_END_DECLS
