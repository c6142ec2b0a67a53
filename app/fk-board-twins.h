/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-board.h"

G_BEGIN_DECLS

/* Cheap probes of one batch have one serial number: those among @boards also tell their port. */
void fk_board_twins_update (GListModel *boards);

G_END_DECLS
