/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "fk-board.h"
#include "fk-library-model.h"

G_BEGIN_DECLS

/**
 * FkSidebar:
 *
 * The boards that are plugged in, and the library.  One thing of both is chosen at most;
 * "board-chosen" (#FkBoard) and "backup-chosen" (#FkBackup) tell.
 */
#define FK_TYPE_SIDEBAR (fk_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (FkSidebar, fk_sidebar, FK, SIDEBAR, AdwBin)

void fk_sidebar_set_models (FkSidebar *self, GListModel *boards, FkLibraryModel *library);
void fk_sidebar_choose_board (FkSidebar *self, guint position);
void fk_sidebar_choose_nothing (FkSidebar *self);
void fk_sidebar_show_choice (FkSidebar *self, FkBoard *board, FkBackup *backup);

G_END_DECLS
