/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"

#include "base/fk-reader.h"

/*
 * A look at Thumb code before it runs.  Unicorn 2.0.1 executes CBZ, CBNZ and IT on a Cortex-M0 too,
 * so what that core would refuse has to be found here (ARM DDI 0419C A5); and a loop without stores
 * is one that may be waiting for somebody.
 */

/* 2 or 4 (ARM DDI 0403E A5.1) */
guint
fk_sim_scan_get_length (guint16 first)
{
  return first >= 0xe800 ? 4 : 2;
}

static gboolean
is_store_16 (guint16 code)
{
  switch (code >> 11)
    {
    case 0x0a: /* 0101 0: STR, STRH register; STRB follows below */
      return (code >> 9 & 3) < 3;
    case 0x0c: /* STR immediate */
    case 0x0e: /* STRB */
    case 0x10: /* STRH */
    case 0x12: /* STR to the stack */
    case 0x18: /* STM */
      return TRUE;
    default:
      return (code & 0xfe00) == 0xb400; /* PUSH */
    }
}

/* Load/store multiple, dual and exclusive, and load/store single, all with L at bit 4. */
static gboolean
is_store_32 (guint16 first)
{
  gboolean multiple = (first & 0xfe00) == 0xe800;
  gboolean single = (first & 0xff00) == 0xf800;

  return (multiple || single) && (first & 0x10) == 0;
}

guint
fk_sim_scan_count_stores (const guint8 *code, guint size)
{
  guint n_stores = 0;
  guint at = 0;

  while (at + 2 <= size)
    {
      guint16 first = fk_load_u16le (code + at);

      if (fk_sim_scan_get_length (first) == 4 ? is_store_32 (first) : is_store_16 (first))
        n_stores++;
      at += fk_sim_scan_get_length (first);
    }

  return n_stores;
}

/* ARMv6-M knows six instructions of 32 bits: BL, MSR, MRS, DSB, DMB, ISB (and UDF). */
static gboolean
is_v6m_32 (guint16 first, guint16 second)
{
  if ((first & 0xf800) == 0xf000 && (second & 0xd000) == 0xd000)
    return TRUE; /* BL */
  if ((first & 0xfff0) == 0xf380 && (second & 0xff00) == 0x8800)
    return TRUE; /* MSR */
  if (first == 0xf3ef && (second & 0xf000) == 0x8000)
    return TRUE;                                         /* MRS */
  return first == 0xf3bf && (second & 0xffc0) == 0x8f40; /* DSB, DMB, ISB */
}

/* 16-bit instructions that came with Thumb-2: CBZ, CBNZ and IT. */
static gboolean
is_v6m_16 (guint16 code)
{
  if ((code & 0xf500) == 0xb100)
    return FALSE;
  return (code & 0xff00) != 0xbf00 || (code & 0x000f) == 0;
}

gboolean
fk_sim_scan_find_illegal_v6m (const guint8 *code, guint size, guint *offset)
{
  guint at = 0;

  while (at + 2 <= size)
    {
      guint16 first = fk_load_u16le (code + at);
      guint length = fk_sim_scan_get_length (first);
      gboolean legal = length == 2 ? is_v6m_16 (first) : FALSE;

      if (length == 4 && at + 4 <= size)
        legal = is_v6m_32 (first, fk_load_u16le (code + at + 2));
      if (!legal)
        {
          *offset = at;
          return TRUE;
        }
      at += length;
    }

  return FALSE;
}
