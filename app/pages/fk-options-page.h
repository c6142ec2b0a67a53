/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-board.h"
#include "fk-library-model.h"
#include "pages/fk-page.h"

G_BEGIN_DECLS

/**
 * FkOptionsPage:
 *
 * The option bytes of a chip, to be looked at, compared and changed, or those of a backup, to be
 * looked at and compared.
 */
#define FK_TYPE_OPTIONS_PAGE (fk_options_page_get_type ())
G_DECLARE_FINAL_TYPE (FkOptionsPage, fk_options_page, FK, OPTIONS_PAGE, FkPage)

FkPage *fk_options_page_new_for_board (FkBoard *board, FkLibraryModel *library);
FkPage *fk_options_page_new_for_backup (FkBackup *backup, FkLibraryModel *library);

G_END_DECLS
