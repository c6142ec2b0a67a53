/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"

#include "base/fk-reader.h"

/*
 * How long a block of Thumb code takes, after the instruction summaries (table 3-1) of ARM DDI
 * 0432C (Cortex-M0) and ARM DDI 0337H (Cortex-M3, with which the M4 agrees here).  Coarse: memory
 * without wait states, every branch at the end of a block is taken, nothing overlaps but what is
 * said below.
 *
 * Code in RAM comes over the system bus on Cortex-M3 and M4, "back-to-back fetches are not
 * possible": 32 bits in two cycles, and its data accesses take the same bus (ARM DDI 0337E 14.5.6).
 */

#define TAKEN_BRANCH         2 /* cycles more than one, to fill the pipeline */
#define TAKEN_BRANCH_M0_PLUS 1 /* its pipeline has two stages: ARM DDI 0484C, table 3-1 */

/* What one instruction asks for. */
typedef struct
{
  guint cycles;
  guint accesses; /* of data */
  guint pauses;   /* cycles in which nothing is written: NOP, barriers */
  gboolean branches;
} Cost;

static guint
count_bits (guint32 value)
{
  guint n = 0;

  for (; value != 0; value &= value - 1)
    n++;
  return n;
}

static Cost
get_transfer_cost (guint n, gboolean is_load, gboolean m0)
{
  /* A store of the M3 and M4 goes to a buffer. */
  if (n == 1)
    return (Cost){ .cycles = is_load || m0 ? 2 : 1, .accesses = 1 };
  return (Cost){ .cycles = 1 + n, .accesses = n };
}

/* 16-bit encodings: ARM DDI 0403E A5.2. */
static Cost
get_cost_16 (guint16 code, gboolean m0)
{
  Cost cost;

  if (code == 0xbf00)
    return (Cost){ .cycles = 1, .pauses = 1 };
  if (code >> 11 == 0x09) /* LDR literal */
    return get_transfer_cost (1, TRUE, m0);
  if (code >> 12 == 5) /* register offset: STR, STRH, STRB, then loads */
    return get_transfer_cost (1, (code >> 9 & 7) >= 3, m0);
  if (code >> 12 >= 6 && code >> 12 <= 9)
    return get_transfer_cost (1, (code & 0x0800) != 0, m0);
  if (code >> 12 == 0xc)
    return get_transfer_cost (MAX (count_bits (code & 0xff), 2), (code & 0x0800) != 0, m0);
  if ((code & 0xf600) == 0xb400) /* PUSH, POP */
    {
      cost = get_transfer_cost (MAX (count_bits (code & 0x1ff), 2), (code & 0x0800) != 0, m0);
      cost.branches = (code & 0x0900) == 0x0900;
      return cost;
    }
  return (Cost){ .cycles = 1,
                 .branches = code >> 12 == 0xd || code >> 11 == 0x1c || code >> 8 == 0x47 ||
                             (code & 0xf500) == 0xb100 };
}

/* 32-bit encodings: ARM DDI 0403E A5.3. */
static Cost
get_cost_32 (guint16 first, guint16 second, gboolean m0)
{
  gboolean is_load = (first & 0x10) != 0;

  if ((first & 0xfe40) == 0xe800) /* LDM, STM */
    return get_transfer_cost (MAX (count_bits (second), 2), is_load, m0);
  if ((first & 0xfe40) == 0xe840) /* LDRD, STRD */
    return get_transfer_cost (2, is_load, m0);
  if ((first & 0xfe00) == 0xf800)
    return get_transfer_cost (1, is_load, m0);
  if (first == 0xf3bf) /* barriers */
    return (Cost){ .cycles = 4, .pauses = 4 };
  if ((first & 0xf800) == 0xf000 && (second & 0x9000) == 0x9000) /* B, BL */
    return (Cost){ .cycles = 1, .branches = TRUE };
  if ((first & 0xf800) == 0xf000 && (second & 0x8000) != 0) /* B with a condition, MSR, MRS */
    return (Cost){ .cycles = 2, .branches = (first & 0x0380) != 0x0380 };
  if ((first & 0xff80) == 0xfb80) /* long products and division */
    return (Cost){ .cycles = 4 };
  return (Cost){ .cycles = 1 };
}

/**
 * fk_sim_cycles_count:
 * @from_ram: where the code is
 * @n_pauses: (out): cycles of it in which the core does nothing on purpose
 *
 * Returns: cycles of the core's clock for @size bytes of code, waiting for peripherals not counted
 */
guint
fk_sim_cycles_count (
    FkSimCoreKind kind, gboolean from_ram, const guint8 *code, guint size, guint *n_pauses)
{
  gboolean m0 = kind == FK_SIM_CORE_M0 || kind == FK_SIM_CORE_M0_PLUS;
  guint refill = kind == FK_SIM_CORE_M0_PLUS ? TAKEN_BRANCH_M0_PLUS : TAKEN_BRANCH;
  guint cycles = 0;
  guint on_bus = 0;
  gboolean branches = FALSE;
  guint length;

  *n_pauses = 0;
  for (guint at = 0; at + 2 <= size; at += length)
    {
      guint16 first = fk_load_u16le (code + at);
      Cost cost;

      length = fk_sim_scan_get_length (first);
      if (at + length > size)
        break;
      cost = length == 2 ? get_cost_16 (first, m0)
                         : get_cost_32 (first, fk_load_u16le (code + at + 2), m0);
      cycles += cost.cycles;
      on_bus += length / 2 + cost.accesses;
      *n_pauses += cost.pauses;
      branches = cost.branches;
    }
  if (from_ram && !m0)
    cycles = MAX (cycles, on_bus);
  return MAX (cycles, 1) + (branches ? refill : 0);
}
