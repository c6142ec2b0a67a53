/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job.h"

G_BEGIN_DECLS

/**
 * FkChangeResult: what a restore, write or erase did, or would do when it only planned
 */
typedef struct
{
  guint sectors_total;
  guint sectors_unchanged;
  guint sectors_erased;
  guint sectors_programmed;
  guint64 bytes; /* programmed */
  double seconds;
  FkVerified verified;
  gboolean mass_erase;
} FkChangeResult;

/**
 * FkChangeJob:
 *
 * What restore, write and erase have in common: a plan first, the safety backup, then the deed.
 * With plan-only set the chip is left alone and fk_change_job_get_plan() tells what would be done.
 */
#define FK_TYPE_CHANGE_JOB (fk_change_job_get_type ())
G_DECLARE_DERIVABLE_TYPE (FkChangeJob, fk_change_job, FK, CHANGE_JOB, FkJob)

struct _FkChangeJobClass
{
  FkJobClass parent_class;
  /* What the flash shall hold; for a restore also checks that the chip is the right one. */
  FkImage *(*get_wanted) (FkChangeJob *self,
                          FkConnection *connection,
                          GCancellable *cancellable,
                          GError **error);
};

void fk_change_job_set_plan_only (FkChangeJob *self, gboolean plan_only);
void fk_change_job_set_full (FkChangeJob *self, gboolean full);
void fk_change_job_set_safety_backup (FkChangeJob *self, gboolean safety_backup); /* default TRUE */
void fk_change_job_set_expected_uid (FkChangeJob *self, const char *uid); /* WRONG_CHIP otherwise */
FkFlashPlan *fk_change_job_get_plan (FkChangeJob *self);
const FkChangeResult *fk_change_job_get_result (FkChangeJob *self);
FkBackup *fk_change_job_get_safety_backup (
    FkChangeJob *self); /* (nullable): the one made, or the one that the library already had */
const char *const *fk_change_job_get_warnings (
    FkChangeJob *self); /* e.g. linked for another address, core locked up afterwards */

G_END_DECLS
