/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-board.h"
#include "fk-library-model.h"

G_BEGIN_DECLS

/* Compares @board with its last backup once it is connected, if the settings want that. */
void fk_connect_check_watch (FkBoard *board, FkLibraryModel *library, GSettings *settings);

G_END_DECLS
