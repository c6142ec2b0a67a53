/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job.h"

G_BEGIN_DECLS

#define FK_TYPE_RESET_JOB (fk_reset_job_get_type ())
G_DECLARE_FINAL_TYPE (FkResetJob, fk_reset_job, FK, RESET_JOB, FkJob)

FkJob *fk_reset_job_new (void);

G_END_DECLS
