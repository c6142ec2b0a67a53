/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job.h"

G_BEGIN_DECLS

#define FK_TYPE_READ_JOB (fk_read_job_get_type ())
G_DECLARE_FINAL_TYPE (FkReadJob, fk_read_job, FK, READ_JOB, FkJob)

FkJob *fk_read_job_new (FkRange range);
FkJob *fk_read_job_new_flash (void); /* the whole flash */
FkImage *fk_read_job_get_image (FkReadJob *self);
FkIdentity *fk_read_job_get_identity (FkReadJob *self);

G_END_DECLS
