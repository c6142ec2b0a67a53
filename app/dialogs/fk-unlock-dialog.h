/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "flash/fk-identify.h"

G_BEGIN_DECLS

void fk_unlock_dialog_ask_async (GtkWidget *parent,
                                 FkIdentity *identity,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
char *fk_unlock_dialog_ask_finish (GAsyncResult *result);

G_END_DECLS
