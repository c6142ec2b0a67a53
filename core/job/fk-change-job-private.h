/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-change-job.h"

G_BEGIN_DECLS

/* For those who derive from it. */
void fk_change_job_warn (FkChangeJob *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void fk_change_job_warn_findings (
    FkChangeJob *self, FkChip *chip, FkImage *image, const char *uid, const char *const *kinds);

G_END_DECLS
