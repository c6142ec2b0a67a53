/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-change-job.h"

G_BEGIN_DECLS

#define FK_TYPE_WRITE_JOB (fk_write_job_get_type ())
G_DECLARE_FINAL_TYPE (FkWriteJob, fk_write_job, FK, WRITE_JOB, FkChangeJob)

FkJob *fk_write_job_new (FkImage *image);

G_END_DECLS
