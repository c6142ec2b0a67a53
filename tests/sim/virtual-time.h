/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim.h"

/* While a board is set, the core's pauses and time limits count the board's modelled time: nobody
 * really sleeps, the chip lives through every pause, and the same run takes the same course each
 * time.  Not to be called while a job runs. */
void virtual_time_set_board (FkSimBoard *board);
