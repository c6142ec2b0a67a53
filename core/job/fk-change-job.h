/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-finding.h"
#include "job/fk-job.h"

G_BEGIN_DECLS

/**
 * FkOptionsFate:
 * @FK_OPTIONS_NOT_ASKED: the job has nothing to do with them
 * @FK_OPTIONS_SAME: they were what they should be
 * @FK_OPTIONS_CHANGED: they were written and read back, or would be
 * @FK_OPTIONS_LEFT: they differ from what belongs to this flash, and were not to be changed
 *
 * What became of the option bytes.
 */
typedef enum
{
  FK_OPTIONS_NOT_ASKED,
  FK_OPTIONS_SAME,
  FK_OPTIONS_CHANGED,
  FK_OPTIONS_LEFT,
} FkOptionsFate;

/**
 * FkChangeResult:
 * @sectors_total: that were looked at
 * @sectors_unchanged: that held the right bytes already
 * @sectors_erased: that are blank now, or were before they were programmed
 * @sectors_programmed: that got new bytes
 * @bytes: programmed
 * @eeprom_bytes: of the data EEPROM that are others now
 * @seconds: from the first look at the flash until it was proved, the safety backup included
 * @verified: how the result was proved; %FK_VERIFIED_NO when it only was planned
 * @mass_erase: all sectors at once
 * @options: what became of the option bytes
 *
 * What a restore, write or erase did, or would do when it only planned.
 */
typedef struct
{
  guint sectors_total;
  guint sectors_unchanged;
  guint sectors_erased;
  guint sectors_programmed;
  guint64 bytes;
  guint eeprom_bytes;
  double seconds;
  FkVerified verified;
  gboolean mass_erase;
  FkOptionsFate options;
} FkChangeResult;

/**
 * FkChangeJob:
 *
 * What restore, write and erase have in common: a plan first, then the safety backup, then the
 * deed, its proof, and a look at whether the program comes up.  With plan-only set the chip is left
 * alone, and fk_change_job_get_plan() tells what would be done.
 *
 * Errors: %FK_ERROR_UNKNOWN_CHIP, %FK_ERROR_PROTECTED, %FK_ERROR_WRONG_CHIP and
 * %FK_ERROR_INCOMPATIBLE before anything is
 * changed, and %FK_ERROR_NEEDS_CONSENT when something would be that nobody was asked about;
 * %FK_ERROR_LIBRARY when the safety backup cannot be stored, also before; after that what
 * fk_flash_execute() says, with the id of the safety backup.
 */
#define FK_TYPE_CHANGE_JOB (fk_change_job_get_type ())
G_DECLARE_DERIVABLE_TYPE (FkChangeJob, fk_change_job, FK, CHANGE_JOB, FkJob)

/**
 * FkChangeJobClass:
 * @leaves_nothing_to_run: whether the person knows that no program may come up afterwards
 * @may_mass_erase: whether the plan may erase the whole chip at once where that is faster
 * @get_wanted: what the flash shall hold, an image without segments for "no change"; checks first
 *   that the chip is the right one
 * @get_wanted_options: (nullable): what the option bytes shall be, given what they are; %NULL
 * without an error for "no change"
 * @describe: (transfer full): for the note of the safety backup: "restoring backup …"
 * @name_safety: (transfer full): what the safety backup is called, translated: "Before restoring
 * …";
 *   @board is what the person calls the board, if they do
 */
struct _FkChangeJobClass
{
  FkJobClass parent_class;

  gboolean leaves_nothing_to_run;
  gboolean may_mass_erase;
  FkImage *(*get_wanted) (FkChangeJob *self,
                          FkConnection *connection,
                          GCancellable *cancellable,
                          GError **error);
  FkOptionBytes *(*get_wanted_options) (FkChangeJob *self,
                                        FkConnection *connection,
                                        FkOptionBytes *present,
                                        GCancellable *cancellable,
                                        GError **error);
  char *(*describe) (FkChangeJob *self);
  char *(*name_safety) (FkChangeJob *self, const char *board);
};

/**
 * FkPlannedFunc:
 *
 * Hears, in the main context that was the thread's default when it was set, that the plan of @job
 * is made and its warnings are known.  Nothing is changed on the chip before it returns.
 */
typedef void (*FkPlannedFunc) (FkChangeJob *job, gpointer user_data);

void fk_change_job_set_plan_only (FkChangeJob *self, gboolean plan_only);
void fk_change_job_set_full (FkChangeJob *self, gboolean full);
void fk_change_job_set_safety_backup (FkChangeJob *self, gboolean safety_backup);
void fk_change_job_set_spares_bootloader (FkChangeJob *self, gboolean spares_bootloader);
void fk_change_job_set_may_change (FkChangeJob *self, gboolean may_change);
void fk_change_job_set_planned_func (FkChangeJob *self, FkPlannedFunc func, gpointer user_data);

FkIdentity *fk_change_job_get_identity (FkChangeJob *self);
FkFlashPlan *fk_change_job_get_plan (FkChangeJob *self);
FkOptionBytes *fk_change_job_get_options_before (FkChangeJob *self);
FkOptionBytes *fk_change_job_get_options_after (FkChangeJob *self);
const FkChangeResult *fk_change_job_get_result (FkChangeJob *self);
FkBackup *fk_change_job_get_safety_backup (FkChangeJob *self);
FkBackup *fk_change_job_get_way_back (FkChangeJob *self);
gboolean fk_change_job_is_chip_touched (FkChangeJob *self);
gboolean fk_change_job_get_safety_is_new (FkChangeJob *self);
GPtrArray *fk_change_job_get_warnings (FkChangeJob *self);

G_END_DECLS
