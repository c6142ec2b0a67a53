/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-chip.h"
#include "sim/fk-sim-times.h"
#include "sim/fk-sim.h"

G_BEGIN_DECLS

/**
 * FkSimClock:
 *
 * Modelled time of one simulated board, and the counters of everything that took some.  Time is
 * collected while a command runs and given to the chip by fk_sim_clock_flush(), so that a board
 * costs a call of fk_sim_chip_advance() for each transfer and not one for each word.  What the chip
 * does until a transfer ends is simulated when it begins: in real time, that hides behind it.
 */
typedef struct
{
  FkSimChip *chip;
  const FkSimTimes *times;
  guint64 epoch; /* the chip's time when all began */
  guint64 pending_ns;
  guint64 swd_word_ns;
  guint64 meanwhile_ns;     /* data on USB while the probe is busy with what came before */
  guint64 meanwhile_swd_ns; /* what SWD had taken when the first of it came */
  guint pace;               /* percent of the time that really passes */
  guint64 pending_us;       /* of that, not slept yet */
  FkSimCounters counters;
} FkSimClock;

void fk_sim_clock_init (FkSimClock *self, FkSimChip *chip, const FkSimTimes *times);
void fk_sim_clock_set_swd_period (FkSimClock *self, guint64 picoseconds);
void fk_sim_clock_spend (FkSimClock *self, guint64 nanoseconds);
void fk_sim_clock_spend_transfer (FkSimClock *self, gsize length);
void fk_sim_clock_spend_long_transfer (FkSimClock *self, gsize length, gsize n_meanwhile);
void fk_sim_clock_end_meanwhile (FkSimClock *self);
void fk_sim_clock_spend_command (FkSimClock *self);
void fk_sim_clock_spend_swd (FkSimClock *self, gsize n_words);
void fk_sim_clock_flush (FkSimClock *self);
guint64 fk_sim_clock_get_total (FkSimClock *self);

G_END_DECLS
