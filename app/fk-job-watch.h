/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-application.h"
#include "fk-board.h"

G_BEGIN_DECLS

/* While @board is worked on the machine neither suspends nor logs out; what was done while nobody
 * looked at the window is told by a notification.  Lasts as long as @board. */
void fk_job_watch_board (FkApplication *application, FkBoard *board);

G_END_DECLS
