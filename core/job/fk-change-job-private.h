/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-change-job.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean plan_only;
  gboolean full;
  gboolean safety_backup;
  gboolean may_change;
  gboolean spares_bootloader;
  FkPlannedFunc planned; /* in planned_context */
  gpointer planned_data;
  GMainContext *planned_context;

  FkIdentity *identity;
  FkFlashPlan *plan;
  FkVerified found; /* by what it was proved what the plan begins with */
  FkOptionBytes *options_before;
  FkOptionBytes *options_after;
  guint32 eeprom_address;
  GBytes *eeprom_after; /* (nullable): from there on, where it is not that already */
  FkBackup *safety;
  gboolean safety_is_new;
  gboolean options_begun; /* writing them */
  gboolean eeprom_begun;
  gboolean touched;
  FkChangeResult result;
  GPtrArray *warnings; /* of #FkFinding */
} FkChangeJobPrivate;

FkChangeJobPrivate *fk_change_job_get_private (FkChangeJob *self);

/* fk-change-job-prepare.c */
gboolean fk_change_job_prepare (FkChangeJob *self,
                                FkConnection *connection,
                                FkProgress *progress,
                                GCancellable *cancellable,
                                GError **error);
gboolean fk_change_job_is_no_change (FkChangeJob *self);

/* For those who derive from it. */
void fk_change_job_warn (FkChangeJob *self, const char *kind, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
FkRange fk_change_job_get_eeprom (FkChip *chip);
void fk_change_job_set_options_fate (FkChangeJob *self, FkOptionsFate fate);
void
fk_change_job_judge (FkChangeJob *self, FkIdentity *identity, FkImage *image, const char *origin);

G_END_DECLS
