/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job.h"

G_BEGIN_DECLS

#define FK_TYPE_INFO_JOB (fk_info_job_get_type ())
G_DECLARE_FINAL_TYPE (FkInfoJob, fk_info_job, FK, INFO_JOB, FkJob)

FkJob *fk_info_job_new (void);
FkIdentity *fk_info_job_get_identity (FkInfoJob *self);
guint fk_info_job_get_millivolts (FkInfoJob *self);       /* 0: the probe cannot measure */
FkOptionBytes *fk_info_job_get_options (FkInfoJob *self); /* (nullable) */

G_END_DECLS
