/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-board.h"
#include "fk-library-model.h"
#include "pages/fk-page.h"

G_BEGIN_DECLS

#define FK_TYPE_BOARD_PAGE (fk_board_page_get_type ())
G_DECLARE_FINAL_TYPE (FkBoardPage, fk_board_page, FK, BOARD_PAGE, FkPage)

FkPage *fk_board_page_new (FkBoard *board, FkLibraryModel *library);
FkBoard *fk_board_page_get_board (FkBoardPage *self);

G_END_DECLS
