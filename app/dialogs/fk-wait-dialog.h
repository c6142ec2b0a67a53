/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * FkWaitDialog:
 *
 * Shows how far something is that runs on another thread, and lets it be cancelled.  What is done
 * within half a second never shows it.
 */
#define FK_TYPE_WAIT_DIALOG (fk_wait_dialog_get_type ())
G_DECLARE_FINAL_TYPE (FkWaitDialog, fk_wait_dialog, FK, WAIT_DIALOG, AdwWindow)

FkWaitDialog *fk_wait_dialog_new (GtkWidget *parent, const char *title);
GCancellable *fk_wait_dialog_get_cancellable (FkWaitDialog *self);
void fk_wait_dialog_set_progress (FkWaitDialog *self, guint done, guint total);
void fk_wait_dialog_finish (FkWaitDialog *self);

G_END_DECLS
