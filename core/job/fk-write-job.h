/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-change-job.h"

G_BEGIN_DECLS

/**
 * FkWriteJob: writes an image into flash; every byte that it does not have stays
 *
 * %FK_ERROR_OUT_OF_RANGE when a part of it lies outside the flash.
 */
#define FK_TYPE_WRITE_JOB (fk_write_job_get_type ())
G_DECLARE_FINAL_TYPE (FkWriteJob, fk_write_job, FK, WRITE_JOB, FkChangeJob)

FkJob *fk_write_job_new (FkImage *image);
void fk_write_job_set_origin (FkWriteJob *self, const char *uid);

G_END_DECLS
