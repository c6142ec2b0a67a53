/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "image/fk-image.h"

G_BEGIN_DECLS

void fk_address_dialog_ask_async (GtkWidget *parent,
                                  FkImage *image,
                                  gboolean known,
                                  guint32 address,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
FkImage *fk_address_dialog_ask_finish (GAsyncResult *result, GError **error);

G_END_DECLS
