/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * FkProgressCard:
 *
 * One long operation: its title, the present stage, a bar over all stages, rate and time left, and
 * Cancel.
 */
#define FK_TYPE_PROGRESS_CARD (fk_progress_card_get_type ())
G_DECLARE_FINAL_TYPE (FkProgressCard, fk_progress_card, FK, PROGRESS_CARD, AdwBin)

GtkWidget *fk_progress_card_new (void);
void fk_progress_card_set_cancel_action (FkProgressCard *self, const char *action);
void fk_progress_card_set_hint (FkProgressCard *self, const char *hint);
void fk_progress_card_update (FkProgressCard *self,
                              const char *title,
                              const char *stage,
                              double fraction,
                              guint64 bytes_done);

G_END_DECLS
