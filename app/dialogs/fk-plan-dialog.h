/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "dialogs/fk-message.h"
#include "job/fk-change-job.h"

G_BEGIN_DECLS

/**
 * FkPlanQuestion:
 * @heading: "Restore This Backup?"
 * @body: what is kept, and whether it can be undone
 * @deed: what the button says, named after the deed: "_Restore"
 */
typedef struct
{
  const char *heading;
  const char *body;
  const char *deed;
  FkMessageKind kind;
} FkPlanQuestion;

void fk_plan_dialog_ask_async (GtkWidget *parent,
                               const FkPlanQuestion *question,
                               FkChangeJob *planned,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean fk_plan_dialog_ask_finish (GAsyncResult *result);

G_END_DECLS
