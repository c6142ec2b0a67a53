/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip.h"
#include "image/fk-image.h"
#include "fk-board.h"
#include "fk-library-model.h"
#include "hex/fk-byte-source.h"
#include "pages/fk-page.h"

G_BEGIN_DECLS

#define FK_TYPE_BYTES_PAGE (fk_bytes_page_get_type ())
G_DECLARE_FINAL_TYPE (FkBytesPage, fk_bytes_page, FK, BYTES_PAGE, FkPage)

FkPage *fk_bytes_page_new (const char *title, const char *subtitle, FkImage *image);
FkPage *
fk_bytes_page_new_for_source (const char *title, const char *subtitle, FkByteSource *source);
FkPage *fk_bytes_page_new_for_board (FkBoard *board);
void fk_bytes_page_set_chip (FkBytesPage *self, FkChip *chip);
void fk_bytes_page_set_backup (FkBytesPage *self, FkBackup *backup, FkLibraryModel *library);

G_END_DECLS
