/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkEstimator:
 *
 * Rate and time left of a job, from what was told of its progress.  It has no clock of its own.
 */
typedef struct _FkEstimator FkEstimator;

FkEstimator *fk_estimator_new (void);
void fk_estimator_free (FkEstimator *self);
void fk_estimator_add (FkEstimator *self, gint64 now_us, double fraction, guint64 bytes_done);
double fk_estimator_get_rate (FkEstimator *self);      /* bytes a second; 0: not known yet */
int fk_estimator_get_seconds_left (FkEstimator *self); /* -1: not known yet */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkEstimator, fk_estimator_free)

G_END_DECLS
