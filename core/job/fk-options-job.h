/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job.h"

G_BEGIN_DECLS

#define FK_TYPE_OPTIONS_JOB (fk_options_job_get_type ())
G_DECLARE_FINAL_TYPE (FkOptionsJob, fk_options_job, FK, OPTIONS_JOB, FkJob)

/* assignments: (nullable): "NAME=VALUE" strings; NULL only reads. With dry_run nothing is written,
 * but before/after are there. */
FkJob *fk_options_job_new (const char *const *assignments, gboolean dry_run);
FkOptionBytes *fk_options_job_get_before (FkOptionsJob *self);
FkOptionBytes *fk_options_job_get_after (FkOptionsJob *self);

G_END_DECLS
