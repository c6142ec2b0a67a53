/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Modelled time of a simulated probe.  Nothing here sleeps: transfers, commands and SWD words have
 * a price, and the chip behind the probe is told that so much time went by.  After USB 2.0, 5.8.4,
 * and ARM IHI 0031, 4.2 and 4.4 (Serial Wire Debug). */

#include "config.h"

#include "sim/fk-sim-clock.h"

#define MIN_SLEEP_US 2000

/* One SWD transfer: 8 bits of request, a turnaround, 3 bits of acknowledge, 32 of data and their
 * parity, a turnaround (ARM IHI 0031, 4.2.2), and the 8 idle clocks that let the access through
 * (4.1.4). */
#define SWD_WORD_CLOCKS (46 + 8)

/* Full speed: at most 19 bulk packets of 64 bytes in a frame of 1 ms (USB 2.0, table 5-9).  An
 * ST-LINK/V2 has a Cortex-M3 at 72 MHz and needs some 0.2 ms both between two transfers and for a
 * command: that is what makes published read speeds (50 to 100 KiB/s in transfers of 1 KiB at
 * 1.8 MHz) a third of what the SWD clock alone would allow. */
const FkSimTimes fk_sim_times_full_speed = {
  .packet_size = 64,
  .packet_ns = 1000000 / 19,
  .transfer_ns = 200000,
  .command_ns = 200000,
  .default_swd_khz = 1800,
};

/* High speed: at most 13 bulk packets of 512 bytes in a microframe of 125 us (USB 2.0, table
 * 5-10).  A STLINK-V3 has a Cortex-M7 at 216 MHz; a host turns around within a microframe. */
const FkSimTimes fk_sim_times_high_speed = {
  .packet_size = 512,
  .packet_ns = 125000 / 13,
  .transfer_ns = 125000,
  .command_ns = 30000,
  .default_swd_khz = 1000,
};

void
fk_sim_clock_init (FkSimClock *self, FkSimChip *chip, const FkSimTimes *times)
{
  g_assert (times != NULL);

  *self = (FkSimClock){ .chip = chip, .times = times };
  fk_sim_clock_set_swd_period (self, 1000000000 / times->default_swd_khz);
}

/* @picoseconds: one SWD clock */
void
fk_sim_clock_set_swd_period (FkSimClock *self, guint64 picoseconds)
{
  self->swd_word_ns = SWD_WORD_CLOCKS * picoseconds / 1000;
}

void
fk_sim_clock_spend (FkSimClock *self, guint64 nanoseconds)
{
  self->pending_ns += nanoseconds;
}

/* A bulk transfer of @length bytes; a short packet costs as much as its bytes. */
void
fk_sim_clock_spend_transfer (FkSimClock *self, gsize length)
{
  const FkSimTimes *times = self->times;
  guint64 ns = times->transfer_ns + (guint64)length * times->packet_ns / times->packet_size;

  self->counters.n_transfers++;
  self->counters.n_bytes += length;
  self->counters.usb_ns += ns;
  fk_sim_clock_spend (self, ns);
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
  self->counters.total_ns += ns;
  keep_pace (self, ns);
  fk_sim_chip_advance (self->chip, ns);
}
