/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/fk-progress.h"

G_BEGIN_DECLS

/**
 * CtlProgress:
 *
 * A job's progress on standard error: one line that is redrawn on a terminal, a line per stage
 * elsewhere.
 */
typedef struct _CtlProgress CtlProgress;

CtlProgress *ctl_progress_new (gboolean quiet);
void ctl_progress_free (CtlProgress *self);
void ctl_progress_update (const FkProgressStatus *status, gpointer progress);
void ctl_progress_finish (CtlProgress *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtlProgress, ctl_progress_free)

G_END_DECLS
