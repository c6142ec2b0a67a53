/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job.h"

G_BEGIN_DECLS

/**
 * FkSession:
 *
 * Owns one probe and one worker thread, and is the only one to touch that probe.  One job at a
 * time: a second gets %FK_ERROR_BUSY.  Progress and result arrive in the main context that was the
 * thread's default when the job was started; progress at most 20 times a second, and its last value
 * always before the result.
 *
 * Between jobs the probe is closed and the chip runs.  All functions are called from one thread.
 *
 * Properties: "busy" (boolean, read-only).
 */
#define FK_TYPE_SESSION (fk_session_get_type ())
G_DECLARE_FINAL_TYPE (FkSession, fk_session, FK, SESSION, GObject)

FkSession *fk_session_new (FkProbe *probe, FkLibrary *library);
FkProbe *fk_session_get_probe (FkSession *self);
FkLibrary *fk_session_get_library (FkSession *self);
void fk_session_set_library (FkSession *self, FkLibrary *library);
void fk_session_set_connect (FkSession *self, FkConnect how, guint speed_khz);
void fk_session_set_leave_halted (FkSession *self, gboolean halted);
gboolean fk_session_is_busy (FkSession *self);
void fk_session_run_async (FkSession *self,
                           FkJob *job,
                           FkProgressFunc progress,
                           gpointer progress_data,
                           GDestroyNotify progress_destroy,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean fk_session_run_finish (FkSession *self, GAsyncResult *result, GError **error);
void fk_session_close_async (FkSession *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean fk_session_close_finish (FkSession *self, GAsyncResult *result, GError **error);

G_END_DECLS
