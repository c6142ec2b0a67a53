/* SPDX-License-Identifier: GPL-3.0-or-later */

/* As much of the Thumb instruction set as it takes to recognise a function, a call and a constant;
 * numbers of encodings (T1, T2, T3) are those of ARM DDI 0403E A7.7. */

#include "config.h"

#include "compare/fk-thumb.h"

#include "base/fk-reader.h"

/* A MOVW and its MOVT stand close together. */
#define MOVT_WITHIN 6u

static guint16
get_half (const guint8 *data, gsize length, gsize offset)
{
  return offset + 2 <= length ? fk_load_u16le (data + offset) : 0;
}

/* What ends a function: BX lr, POP {…, pc} (T1), and the second half of POP.W {…, pc} (T2). */
static gboolean
is_return (const guint8 *data, gsize length, gsize offset)
{
  guint16 half = get_half (data, length, offset);

  return half == 0x4770 || (half & 0xff00) == 0xbd00 ||
         (offset >= 2 && (half & 0xe000) == 0x8000 &&
          get_half (data, length, offset - 2) == 0xe8bd);
}

/**
 * fk_thumb_is_entry:
 * @offset: even
 *
 * Returns: whether what stands there looks like the first instruction of a function:
 *   PUSH {…, lr} (T1), PUSH.W {…, lr} (T2); "b .", of which default handlers consist; BX lr after
 *   another function, an empty handler; loading sp, with which many a reset handler begins
 */
gboolean
fk_thumb_is_entry (const guint8 *data, gsize length, gsize offset)
{
  guint16 first = get_half (data, length, offset);
  guint16 second = get_half (data, length, offset + 2);

  return (first & 0xff00) == 0xb500 || (first == 0xe92d && (second & 0xe000) == 0x4000) ||
         first == 0xe7fe ||
         (first == 0x4770 && offset >= 2 && is_return (data, length, offset - 2)) ||
         (first == 0xf8df && (second & 0xf000) == 0xd000) ||
         ((first & 0xff00) == 0x4800 && second == 0x4685);
}

/* The immediate of MOVW (T3) or MOVT (T1), which differ in one bit of the first half. */
static gboolean
decode_move (guint16 first, guint16 second, guint16 opcode, guint *reg, guint32 *value)
{
  if ((first & 0xfbf0) != opcode || (second & 0x8000) != 0)
    return FALSE;
  *reg = (second >> 8) & 0xf;
  *value = (guint32)((first & 0xf) << 12 | ((first >> 10) & 1) << 11 | ((second >> 12) & 7) << 8 |
                     (second & 0xff));
  return TRUE;
}

/**
 * fk_thumb_read_move_pair:
 * @offset: even
 * @value: (out): the 32-bit constant
 *
 * Returns: whether a MOVW stands there, and the MOVT of the same register within a few instructions
 */
gboolean
fk_thumb_read_move_pair (const guint8 *data, gsize length, gsize offset, guint32 *value)
{
  guint32 low;
  guint32 high;
  guint reg;
  guint other;
  gsize next;

  if (!decode_move (get_half (data, length, offset), get_half (data, length, offset + 2), 0xf240,
                    &reg, &low))
    return FALSE;
  for (next = offset + 4; next <= offset + 4 + 2 * MOVT_WITHIN; next += 2)
    {
      if (decode_move (get_half (data, length, next), get_half (data, length, next + 2), 0xf2c0,
                       &other, &high) &&
          other == reg)
        {
          *value = high << 16 | low;
          return TRUE;
        }
    }
  return FALSE;
}

/**
 * fk_thumb_read_call:
 * @offset: even
 * @target: (out): what it calls, from the start of @data
 *
 * Returns: whether a BL (T1) stands there that calls something inside @data.  A call is relative,
 *   so its target is known wherever the program lies
 */
gboolean
fk_thumb_read_call (const guint8 *data, gsize length, gsize offset, gsize *target)
{
  guint16 first = get_half (data, length, offset);
  guint16 second = get_half (data, length, offset + 2);
  guint32 sign = (first >> 10) & 1;
  guint32 i1 = !(((second >> 13) & 1) ^ sign);
  guint32 i2 = !(((second >> 11) & 1) ^ sign);
  gint64 distance;

  if ((first & 0xf800) != 0xf000 || (second & 0xd000) != 0xd000)
    return FALSE;
  distance = i1 << 23 | i2 << 22 | (first & 0x3ffu) << 12 | (second & 0x7ffu) << 1;
  if (sign)
    distance -= 1 << 24;
  distance += (gint64)offset + 4;
  if (distance < 0 || distance >= (gint64)length)
    return FALSE;
  *target = (gsize)distance;
  return TRUE;
}
