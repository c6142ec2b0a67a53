/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The vector table that a Cortex-M program begins with, after ARM DDI 0403E B1.5.3: the initial
 * stack pointer, then the reset, NMI, HardFault and further handlers, each with bit 0 set because
 * the core knows Thumb code only.  The first two say whether something is a program at all. */

#include "config.h"

#include "compare/fk-vectors.h"

#include "base/fk-reader.h"

/* A stack pointer is one past the last byte of the stack, so it may equal the end. */
static gboolean
is_stack (guint32 value)
{
  if (value % 4 != 0)
    return FALSE;
  return (value > 0x20000000 && value <= 0x20200000) || /* SRAM */
         (value > 0x24000000 && value <= 0x24200000) || /* AXI SRAM of the H7 */
         (value > 0x10000000 && value <= 0x10010000);   /* CCM RAM of the F3, F4, G4 */
}

static gboolean
is_handler (guint32 value)
{
  return (value & 1) != 0 && value >= FK_FLASH_START && value < FK_FLASH_START + FK_FLASH_MAX;
}

/**
 * fk_vectors_read:
 * @data: (array length=length): where a program may begin
 * @stack: (out) (optional): the initial stack pointer
 * @reset: (out) (optional): the reset vector as it stands there, bit 0 set
 *
 * Returns: whether a vector table is there: the stack in RAM, the reset handler in flash
 */
gboolean
fk_vectors_read (const guint8 *data, gsize length, guint32 *stack, guint32 *reset)
{
  guint32 sp;
  guint32 pc;

  if (length < 8)
    return FALSE;
  sp = fk_load_u32le (data);
  pc = fk_load_u32le (data + 4);
  if (!is_stack (sp) || !is_handler (pc))
    return FALSE;
  if (stack != NULL)
    *stack = sp;
  if (reset != NULL)
    *reset = pc;
  return TRUE;
}

/**
 * fk_vectors_count_handlers:
 * @start: of the program's flash
 * @end: one past it
 *
 * Counts how many of the system handlers, reset to SysTick, lie in a range.
 *
 * Returns: the number, at most 15; 0 as soon as one is neither zero (reserved) nor in the range
 */
guint
fk_vectors_count_handlers (const guint8 *data, gsize length, guint32 start, guint32 end)
{
  guint count = 0;
  guint i;

  for (i = 1; i < 16 && 4 * i + 4 <= length; i++)
    {
      guint32 handler = fk_load_u32le (data + 4 * i);

      if (handler == 0)
        continue;
      if ((handler & 1) == 0 || handler < start || handler >= end)
        return 0;
      count++;
    }
  return count;
}
