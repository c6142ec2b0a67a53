/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "flash/fk-option-bytes.h"

G_BEGIN_DECLS

void fk_options_dialog_ask_async (GtkWidget *parent,
                                  FkOptionBytes *before,
                                  FkOptionBytes *after,
                                  const char *uid,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean fk_options_dialog_ask_finish (GAsyncResult *result);

G_END_DECLS
