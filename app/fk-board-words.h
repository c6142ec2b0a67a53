/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-board.h"

G_BEGIN_DECLS

const char *fk_board_words_translate (const char *text);

G_END_DECLS
