/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-change-job.h"

G_BEGIN_DECLS

/**
 * FkEraseJob: makes sectors, or the whole flash, blank; sectors that are blank are left alone
 */
#define FK_TYPE_ERASE_JOB (fk_erase_job_get_type ())
G_DECLARE_FINAL_TYPE (FkEraseJob, fk_erase_job, FK, ERASE_JOB, FkChangeJob)

FkJob *fk_erase_job_new_all (void);
FkJob *fk_erase_job_new_range (FkRange range);
gboolean fk_erase_job_get_whole_sectors (FkEraseJob *self, FkRange *range);

G_END_DECLS
