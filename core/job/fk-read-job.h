/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job.h"

G_BEGIN_DECLS

/**
 * FkReadJob: reads any memory: flash, RAM, peripherals
 *
 * What is read of flash and OTP is proved against the chip.  Errors: %FK_ERROR_USAGE for length 0,
 * %FK_ERROR_OUT_OF_RANGE past the end of the flash or of the address space, %FK_ERROR_PROTECTED,
 * %FK_ERROR_BUS_FAULT with the address where nothing answers.
 */
#define FK_TYPE_READ_JOB (fk_read_job_get_type ())
G_DECLARE_FINAL_TYPE (FkReadJob, fk_read_job, FK, READ_JOB, FkJob)

FkJob *fk_read_job_new (FkRange range);
FkJob *fk_read_job_new_flash (void); /* the whole flash */
FkImage *fk_read_job_get_image (FkReadJob *self);
GBytes *fk_read_job_dup_bytes (FkReadJob *self);
FkVerified fk_read_job_get_verified (FkReadJob *self);
FkIdentity *fk_read_job_get_identity (FkReadJob *self);

G_END_DECLS
