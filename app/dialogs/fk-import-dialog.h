/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "chip/fk-chip-db.h"
#include "image/fk-image.h"

G_BEGIN_DECLS

/**
 * FkImportQuestion:
 * @name: what the backup is called unless the person says otherwise
 * @chip: (nullable): that is guessed
 * @needs_address: whether the file does not say where it belongs
 * @known: whether its contents do
 * @address: what they say, or a guess
 */
typedef struct
{
  const char *name;
  const FkChipDesc *chip;
  gboolean needs_address;
  gboolean known;
  guint32 address;
} FkImportQuestion;

/**
 * FkImportAnswer:
 * @chip: (nullable): not known
 */
typedef struct
{
  char *name;
  const FkChipDesc *chip;
  guint32 address;
} FkImportAnswer;

void fk_import_dialog_ask_async (GtkWidget *parent,
                                 const FkImportQuestion *question,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
FkImportAnswer *fk_import_dialog_ask_finish (GAsyncResult *result);
void fk_import_answer_free (FkImportAnswer *answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkImportAnswer, fk_import_answer_free)

G_END_DECLS
