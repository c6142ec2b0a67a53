/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job.h"

G_BEGIN_DECLS

/**
 * FkInfoJob: who the chip is, and what the probe and the option bytes tell
 *
 * Texts are %NULL, and the rest empty, until the job was done.
 */
#define FK_TYPE_INFO_JOB (fk_info_job_get_type ())
G_DECLARE_FINAL_TYPE (FkInfoJob, fk_info_job, FK, INFO_JOB, FkJob)

FkJob *fk_info_job_new (void);
FkIdentity *fk_info_job_get_identity (FkInfoJob *self);
guint fk_info_job_get_millivolts (FkInfoJob *self);       /* 0: the probe cannot measure */
FkOptionBytes *fk_info_job_get_options (FkInfoJob *self); /* (nullable): cannot be read */
const char *fk_info_job_get_firmware (FkInfoJob *self);   /* of the probe */
const char *fk_info_job_get_designer (FkInfoJob *self);   /* of the chip: "ST" */
const char *fk_info_job_get_how (FkInfoJob *self);        /* "normally, at 1800 kHz" */

G_END_DECLS
