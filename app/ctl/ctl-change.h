/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ctl-command.h"

#include "job/fk-change-job.h"

G_BEGIN_DECLS

typedef FkJob *(*CtlMakeJob) (gpointer data);

CtlExit ctl_change_run (
    CtlContext *context, const char *deed, CtlMakeJob make_job, gpointer data, GError **error);

G_END_DECLS
