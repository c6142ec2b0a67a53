/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Modelled time of a simulated probe.  Nothing here sleeps: transfers, commands and SWD words have
 * a price (fk-sim-times.c), and the chip behind the probe is told that so much time went by. */

#include "config.h"

#include "sim/fk-sim-clock.h"

#define MIN_SLEEP_US 2000

void
fk_sim_clock_init (FkSimClock *self, FkSimChip *chip, const FkSimTimes *times)
{
  g_assert (times != NULL);

  *self = (FkSimClock){ .chip = chip, .times = times, .epoch = fk_sim_chip_get_time (chip) };
  fk_sim_clock_set_swd_period (self, 1000000000 / times->default_swd_khz);
}

/* @picoseconds: one SWD clock */
void
fk_sim_clock_set_swd_period (FkSimClock *self, guint64 picoseconds)
{
  self->swd_word_ns = FK_SIM_SWD_WORD_CLOCKS * picoseconds / 1000;
}

void
fk_sim_clock_spend (FkSimClock *self, guint64 nanoseconds)
{
  self->pending_ns += nanoseconds;
}

static guint64
get_bytes_ns (FkSimClock *self, gsize length)
{
  return (guint64)length * self->times->packet_ns / self->times->packet_size;
}

/* A bulk transfer of @length bytes; a short packet costs as much as its bytes. */
void
fk_sim_clock_spend_transfer (FkSimClock *self, gsize length)
{
  fk_sim_clock_spend_long_transfer (self, length, 0);
}

/* The last @n_meanwhile bytes of it do not find room in the probe's buffer before it has passed on
 * what came first: they come while it writes, and cost nothing where writing takes longer.  What
 * they cost is known at fk_sim_clock_end_meanwhile(). */
void
fk_sim_clock_spend_long_transfer (FkSimClock *self, gsize length, gsize n_meanwhile)
{
  guint64 before_ns = self->times->transfer_ns + get_bytes_ns (self, length - n_meanwhile);
  guint64 meanwhile_ns = get_bytes_ns (self, n_meanwhile);

  if (self->meanwhile_ns == 0)
    self->meanwhile_swd_ns = self->counters.swd_ns;
  self->meanwhile_ns += meanwhile_ns;
  self->counters.n_transfers++;
  self->counters.n_bytes += length;
  self->counters.usb_ns += before_ns + meanwhile_ns;
  fk_sim_clock_spend (self, before_ns);
  self->counters.transfer_end_ns = fk_sim_clock_get_total (self);
}

/* All data has come, and all has been passed on. */
void
fk_sim_clock_end_meanwhile (FkSimClock *self)
{
  guint64 swd_ns = self->counters.swd_ns - self->meanwhile_swd_ns;

  if (self->meanwhile_ns > swd_ns)
    fk_sim_clock_spend (self, self->meanwhile_ns - swd_ns);
  if (self->meanwhile_ns > 0)
    self->counters.transfer_end_ns = fk_sim_clock_get_total (self);
  self->meanwhile_ns = 0;
}

void
fk_sim_clock_spend_command (FkSimClock *self)
{
  self->counters.n_commands++;
  self->counters.probe_ns += self->times->command_ns;
  fk_sim_clock_spend (self, self->times->command_ns);
}

void
fk_sim_clock_spend_swd (FkSimClock *self, gsize n_words)
{
  self->counters.n_swd_words += n_words;
  self->counters.swd_ns += n_words * self->swd_word_ns;
  fk_sim_clock_spend (self, n_words * self->swd_word_ns);
}

/* Time passes for whoever watches, too; slept in pieces that the kernel can measure. */
static void
keep_pace (FkSimClock *self, guint64 ns)
{
  if (self->pace == 0)
    return;
  self->pending_us += ns * self->pace / 100 / 1000;
  if (self->pending_us < MIN_SLEEP_US)
    return;
  g_usleep (self->pending_us);
  self->pending_us = 0;
}

/* Lets the chip live through what has been spent. */
void
fk_sim_clock_flush (FkSimClock *self)
{
  guint64 ns = self->pending_ns;

  if (ns == 0)
    return;
  self->pending_ns = 0;
  keep_pace (self, ns);
  fk_sim_chip_advance (self->chip, ns);
}

/* All the time that has gone by; what the chip has not been told of yet, too. */
guint64
fk_sim_clock_get_total (FkSimClock *self)
{
  return fk_sim_chip_get_time (self->chip) - self->epoch + self->pending_ns;
}
