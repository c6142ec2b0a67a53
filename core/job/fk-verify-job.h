/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job.h"

G_BEGIN_DECLS

/**
 * FkVerifyJob: whether the flash holds an image
 *
 * %FK_ERROR_VERIFY_MISMATCH names the first address where it holds something else.
 */
#define FK_TYPE_VERIFY_JOB (fk_verify_job_get_type ())
G_DECLARE_FINAL_TYPE (FkVerifyJob, fk_verify_job, FK, VERIFY_JOB, FkJob)

FkJob *fk_verify_job_new (FkImage *image);
FkVerified fk_verify_job_get_verified (FkVerifyJob *self);
guint64 fk_verify_job_get_bytes (FkVerifyJob *self);
const char *const *fk_verify_job_get_warnings (FkVerifyJob *self);

G_END_DECLS
