/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-chip.h"
#include "sim/fk-sim.h"

G_BEGIN_DECLS

/**
 * FkSimTimes:
 * @packet_size: bytes of a full bulk packet (USB 2.0, 5.8.3)
 * @packet_ns: what one full packet takes on the bus
 * @transfer_ns: from the end of one transfer to the start of the next, host and probe together
 * @command_ns: what the probe's firmware takes to understand and answer one command
 * @default_swd_khz: the SWD clock after power-on
 *
 * The speed of one generation of probes.  All times of the simulated probes come from one such row.
 */
typedef struct
{
  guint packet_size;
  guint packet_ns;
  guint transfer_ns;
  guint command_ns;
  guint default_swd_khz;
} FkSimTimes;

extern const FkSimTimes fk_sim_times_full_speed;
extern const FkSimTimes fk_sim_times_high_speed;

/**
 * FkSimClock:
 *
 * Modelled time of one simulated board, and the counters of everything that took some.  Time is
 * collected while a command runs and given to the chip by fk_sim_clock_flush(), so that a board
 * costs one call of fk_sim_chip_advance() for each command and not one for each word.
 */
typedef struct
{
  FkSimChip *chip;
  const FkSimTimes *times;
  guint64 pending_ns;
  guint64 swd_word_ns;
  guint pace;         /* percent of the time that really passes */
  guint64 pending_us; /* of that, not slept yet */
  FkSimCounters counters;
} FkSimClock;

void fk_sim_clock_init (FkSimClock *self, FkSimChip *chip, const FkSimTimes *times);
void fk_sim_clock_set_swd_period (FkSimClock *self, guint64 picoseconds);
void fk_sim_clock_spend (FkSimClock *self, guint64 nanoseconds);
void fk_sim_clock_spend_transfer (FkSimClock *self, gsize length);
void fk_sim_clock_spend_command (FkSimClock *self);
void fk_sim_clock_spend_swd (FkSimClock *self, gsize n_words);
void fk_sim_clock_flush (FkSimClock *self);

G_END_DECLS
