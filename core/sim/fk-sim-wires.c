/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Wires that are too long.  The parity bit of each word (ARM IHI 0031, 4.2) tells of one wrong bit
 * and of any odd number of them, and of no even one.  The same board has the same errors each time,
 * in an order without a period. */

#include "config.h"

#include "sim/fk-sim-wires.h"

#define WORDS_PER_ERROR    700 /* on average */
#define ERRORS_PER_TWO_BIT 6

/* A word at a clock of 1 kHz, in ns: the 54 clocks of fk-sim-clock.c. */
#define WORD_NS_AT_1_KHZ (54 * 1000000ull)

/*
 * fk_sim_wires_carry:
 * @word_ns: what one word takes at the present clock
 * @n_good: (out): words that arrived before the one with the error
 */
FkSimWireError
fk_sim_wires_carry (FkSimWires *self, guint64 word_ns, gsize n_words, gsize *n_good)
{
  *n_good = n_words;
  /* Half a percent for rounding. */
  if (self->max_khz == 0 || word_ns * self->max_khz * 201 / 200 >= WORD_NS_AT_1_KHZ)
    return FK_SIM_WIRES_GOOD;
  for (gsize i = 0; i < n_words; i++)
    {
      self->noise = self->noise * 1664525u + 1013904223u;
      if ((self->noise >> 8) % WORDS_PER_ERROR == 0)
        {
          *n_good = i;
          return (self->noise >> 20) % ERRORS_PER_TWO_BIT == 0 ? FK_SIM_WIRES_UNNOTICED
                                                               : FK_SIM_WIRES_PARITY;
        }
    }
  return FK_SIM_WIRES_GOOD;
}
