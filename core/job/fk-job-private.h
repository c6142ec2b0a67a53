/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job.h"

G_BEGIN_DECLS

gboolean fk_job_run (FkJob *self,
                     FkConnection *connection,
                     FkProgress *progress,
                     GCancellable *cancellable,
                     GError **error);

typedef struct
{
  FkConnect how;
  guint speed_khz; /* 0: the default ladder */
  gboolean leave_halted;
} FkConnectionOptions;

FkConnection *fk_connection_open (FkProbe *probe,
                                  FkLibrary *library,
                                  const FkConnectionOptions *options,
                                  FkProgress *progress,
                                  GCancellable *cancellable,
                                  GError **error);
gboolean fk_connection_close (FkConnection *self, GError **error);

G_END_DECLS
