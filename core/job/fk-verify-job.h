/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job.h"

G_BEGIN_DECLS

#define FK_TYPE_VERIFY_JOB (fk_verify_job_get_type ())
G_DECLARE_FINAL_TYPE (FkVerifyJob, fk_verify_job, FK, VERIFY_JOB, FkJob)

/* Fails with VERIFY_MISMATCH when the chip holds something else. */
FkJob *fk_verify_job_new (FkImage *image);
FkVerified fk_verify_job_get_verified (FkVerifyJob *self);

G_END_DECLS
