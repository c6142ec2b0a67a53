/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "job/fk-restore-job.h"

G_BEGIN_DECLS

void fk_restore_dialog_ask_async (GtkWidget *parent,
                                  FkBackup *backup,
                                  FkChangeJob *planned,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean fk_restore_dialog_ask_finish (GAsyncResult *result);

G_END_DECLS
