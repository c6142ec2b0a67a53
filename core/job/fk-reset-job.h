/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job.h"

G_BEGIN_DECLS

/**
 * FkResetJob: resets the chip, and looks whether its program comes up
 */
#define FK_TYPE_RESET_JOB (fk_reset_job_get_type ())
G_DECLARE_FINAL_TYPE (FkResetJob, fk_reset_job, FK, RESET_JOB, FkJob)

FkJob *fk_reset_job_new (void);
const char *fk_reset_job_get_warning (FkResetJob *self);

G_END_DECLS
