/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job.h"

G_BEGIN_DECLS

/**
 * FkOptionsJob: reads the option bytes and changes some, read protection excepted
 *
 * Errors: %FK_ERROR_USAGE for a field or value that the chip does not have, %FK_ERROR_PROTECTED for
 * the read protection and on a protected chip.
 */
#define FK_TYPE_OPTIONS_JOB (fk_options_job_get_type ())
G_DECLARE_FINAL_TYPE (FkOptionsJob, fk_options_job, FK, OPTIONS_JOB, FkJob)

FkJob *fk_options_job_new (const char *const *assignments, gboolean dry_run);
FkOptionBytes *fk_options_job_get_before (FkOptionsJob *self);
FkOptionBytes *fk_options_job_get_after (FkOptionsJob *self);
FkIdentity *fk_options_job_get_identity (FkOptionsJob *self);
const char *fk_options_job_get_warning (FkOptionsJob *self);

G_END_DECLS
