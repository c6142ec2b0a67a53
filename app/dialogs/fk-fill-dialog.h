/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void fk_fill_dialog_ask_async (GtkWidget *parent,
                               guint64 size,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
GBytes *fk_fill_dialog_ask_finish (GAsyncResult *result);

G_END_DECLS
