/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job.h"

G_BEGIN_DECLS

gboolean fk_job_run (FkJob *self,
                     FkConnection *connection,
                     FkProgress *progress,
                     GCancellable *cancellable,
                     GError **error);
void fk_job_prepare (FkJob *self, FkLibrary *library);
gboolean fk_job_has_finish (FkJob *self);
gboolean fk_job_finish (FkJob *self, FkLibrary *library, GCancellable *cancellable, GError **error);

/* fk-connection.c */
typedef struct
{
  FkConnect how;
  guint speed_khz; /* 0: the default ladder */
  gboolean leave_halted;
} FkConnectionOptions;

/**
 * FkPreparation: what is got ready while the chip is being connected
 */
typedef struct _FkPreparation FkPreparation;

FkConnection *fk_connection_open (FkProbe *probe,
                                  FkLibrary *library,
                                  const FkConnectionOptions *options,
                                  FkPreparation *preparation,
                                  FkProgress *progress,
                                  GCancellable *cancellable,
                                  GError **error);
gboolean fk_connection_close (FkConnection *self, GError **error);
gboolean
fk_connection_improve_identity (FkConnection *self, GCancellable *cancellable, GError **error);
char *fk_connection_warn_in_english (FkConnection *self, GCancellable *cancellable, GError **error);

/* fk-connection-checks.c: what a job needs before it begins */
gboolean fk_connection_require_chip (FkConnection *self, GError **error);
gboolean fk_connection_require_writable (FkConnection *self, GError **error);
gboolean fk_connection_require_readable (FkConnection *self, GError **error);
gboolean fk_connection_require_uid (FkConnection *self, const char *uid, GError **error);
gboolean fk_error_is_link (const GError *error);

/* fk-connection-health.c */
gboolean fk_connection_would_reset_protect (FkConnection *self);
gboolean fk_connection_write_options (FkConnection *self,
                                      FkOptionBytes *options,
                                      FkProgress *progress,
                                      GCancellable *cancellable,
                                      GError **error);
gboolean fk_connection_restart (FkConnection *self,
                                char **warning,
                                GCancellable *cancellable,
                                GError **error);

/* fk-connection-lockup.c */
gboolean fk_connection_explain_lockup (FkConnection *self,
                                       char **reason,
                                       GCancellable *cancellable,
                                       GError **error);

/* fk-capture.c */
GBytes *fk_capture_range (FkConnection *connection,
                          FkRange range,
                          FkVerified *how,
                          FkProgress *progress,
                          GCancellable *cancellable,
                          GError **error);
FkImage *fk_capture_flash (FkConnection *connection,
                           FkVerified *how,
                           FkProgress *progress,
                           GCancellable *cancellable,
                           GError **error);
FkBackupDraft *fk_capture_chip (FkConnection *connection,
                                FkImage *flash,
                                FkVerified flash_how,
                                FkProgress *progress,
                                GCancellable *cancellable,
                                GError **error);
guint64 fk_capture_get_size (FkChip *chip);

/* fk-flash-parts.c */
FkImage *fk_flash_parts_slice (FkChip *chip, FkImage *image, GError **error);
FkImage *fk_flash_parts_fit (FkChip *chip, FkImage *image, GError **error);

/* fk-capture-survey.c */
FkImage *fk_capture_survey (FkConnection *connection,
                            FkImage *wanted,
                            gboolean all,
                            FkVerified *how,
                            FkProgress *progress,
                            GCancellable *cancellable,
                            GError **error);

G_END_DECLS
