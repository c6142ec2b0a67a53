/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/fk-progress.h"

G_BEGIN_DECLS

#define FK_PROGRESS_INTERVAL_MS 50

/*
 * FkProgressRelay: carries progress from the thread that works to the main context of whoever
 * listens, at most every FK_PROGRESS_INTERVAL_MS; of several values the last one wins.
 */
typedef struct _FkProgressRelay FkProgressRelay;

FkProgressRelay *fk_progress_relay_new (GMainContext *context,
                                        FkProgressFunc func,
                                        gpointer user_data,
                                        GDestroyNotify destroy);
void fk_progress_relay_free (FkProgressRelay *self);
void fk_progress_relay_tell (const FkProgressStatus *status, gpointer relay);
void fk_progress_relay_flush (FkProgressRelay *self);

G_END_DECLS
