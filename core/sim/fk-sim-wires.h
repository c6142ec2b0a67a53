/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkSimWires:
 * @max_khz: up to this clock every bit arrives; 0 for any clock
 * @noise: what the next bit error depends on
 *
 * The wires between probe and chip, when they are too long for the clock.
 */
typedef struct
{
  guint max_khz;
  guint32 noise;
} FkSimWires;

typedef enum
{
  FK_SIM_WIRES_GOOD,
  FK_SIM_WIRES_PARITY,    /* an odd number of bits is wrong, which the receiver sees */
  FK_SIM_WIRES_UNNOTICED, /* an even number is */
} FkSimWireError;

FkSimWireError fk_sim_wires_carry (FkSimWires *self, guint64 word_ns, gsize n_words, gsize *n_good);

G_END_DECLS
