/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

typedef enum
{
  FK_MESSAGE_SUGGESTED,
  FK_MESSAGE_DESTRUCTIVE,
} FkMessageKind;

typedef enum
{
  FK_MESSAGE_CANCEL,
  FK_MESSAGE_DISCARD,
  FK_MESSAGE_SAVE,
} FkMessageAnswer;

void fk_message_show (GtkWidget *parent, const char *heading, const char *body, GtkWidget *extra);
void fk_message_ask_async (GtkWidget *parent,
                           const char *heading,
                           const char *body,
                           GtkWidget *extra,
                           const char *refusal,
                           const char *deed,
                           FkMessageKind kind,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
void fk_message_set_deed_enabled (GtkWindow *dialog, gboolean enabled);
gboolean fk_message_ask_finish (GAsyncResult *result);
void fk_message_ask_save_async (GtkWidget *parent,
                                const char *heading,
                                const char *body,
                                const char *save,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
FkMessageAnswer fk_message_ask_save_finish (GAsyncResult *result);

G_END_DECLS
