/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-board.h"
#include "widgets/fk-progress-card.h"

G_BEGIN_DECLS

/* What the job of a board is about, as its progress card shows it. */
void fk_board_card_update (FkProgressCard *card, FkBoard *board);

G_END_DECLS
