/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"

/*
 * Exceptions that code causes by itself: faults and supervisor calls, with vector catch and lock-up
 * (ARM DDI 0403E B1.5, C1.6.5; ARM DDI 0419C B1.5).  Interrupts do not exist in this simulation, so
 * priorities come down to: HardFault interrupts everything but itself.
 */

#define EXCEPTION_HARD_FAULT  3
#define EXCEPTION_BUS_FAULT   5
#define EXCEPTION_USAGE_FAULT 6
#define EXCEPTION_SVCALL      11

#define CFSR_IBUSERR    (1u << 8)
#define CFSR_PRECISERR  (1u << 9)
#define CFSR_STKERR     (1u << 12)
#define CFSR_BFARVALID  (1u << 15)
#define CFSR_UNDEFINSTR (1u << 16)
#define CFSR_INVSTATE   (1u << 17)
#define CFSR_INVPC      (1u << 18)
#define CFSR_NOCP       (1u << 19)
#define CFSR_UNALIGNED  (1u << 24)

#define HFSR_VECTTBL  (1u << 1)
#define HFSR_FORCED   (1u << 30)
#define HFSR_DEBUGEVT (1u << 31)

#define SHCSR_BUSFAULTENA (1u << 17)
#define SHCSR_USGFAULTENA (1u << 18)

#define DEMCR_VC_NOCPERR (1u << 5)
#define DEMCR_VC_STATERR (1u << 7)
#define DEMCR_VC_BUSERR  (1u << 8)
#define DEMCR_VC_HARDERR (1u << 10)

#define XPSR_FLAGS 0xf80f0000u
#define XPSR_T     (1u << 24)

#define FRAME_WORDS 8

static gboolean
is_v6m (FkSimChip *self)
{
  return fk_sim_model_is_v6m (self->model);
}

static guint32
get_register (FkSimChip *self, guint number)
{
  guint32 value = 0;

  fk_sim_core_get_register (self, number, &value);
  return value;
}

/* ARM DDI 0403E B1.5.15: the core executes nothing more, and its PC reads 0xfffffffe. */
static void
lock_up (FkSimChip *self)
{
  self->core.state = FK_SIM_CORE_LOCKED_UP;
  self->core.ipsr = EXCEPTION_HARD_FAULT;
  fk_sim_core_set_register (self, 15, 0xfffffffe);
}

static gboolean
push_frame (FkSimChip *self, guint32 *exception_return)
{
  static const guint saved[FRAME_WORDS] = { 0, 1, 2, 3, 12, 14, 15, 16 };
  guint32 control = get_register (self, 20) >> 24;
  gboolean process_stack = self->core.ipsr == 0 && (control & 2) != 0;
  guint32 sp = get_register (self, process_stack ? 18 : 17);
  guint32 padding = sp & 4;
  guint32 frame = sp - 4 * FRAME_WORDS - padding;

  for (guint i = 0; i < FRAME_WORDS; i++)
    {
      guint32 value = get_register (self, saved[i]);

      if (saved[i] == 16 && padding != 0)
        value |= 1u << 9;
      if (!fk_sim_bus_write (self, frame + 4 * i, 4, value, FK_SIM_BY_CORE))
        return FALSE;
    }
  if (self->core.ipsr != 0)
    *exception_return = 0xfffffff1;
  else
    *exception_return = process_stack ? 0xfffffffd : 0xfffffff9;
  fk_sim_core_set_register (self, process_stack ? 18 : 17, frame);
  /* Handler mode runs on the main stack. */
  if (process_stack)
    fk_sim_core_set_register (self, 20, (get_register (self, 20) & ~(2u << 24)));

  return TRUE;
}

static void
enter (FkSimChip *self, guint number)
{
  guint32 exception_return;
  guint32 vector;

  if (!push_frame (self, &exception_return))
    {
      if (!is_v6m (self))
        {
          self->core.cfsr |= CFSR_STKERR;
          self->core.hfsr |= HFSR_FORCED;
        }
      lock_up (self);
      return;
    }
  if (!fk_sim_bus_read (self, self->core.vtor + 4 * number, 4, &vector, FK_SIM_BY_CORE))
    {
      if (!is_v6m (self))
        self->core.hfsr |= HFSR_VECTTBL;
      lock_up (self);
      return;
    }
  fk_sim_core_set_register (self, 14, exception_return);
  fk_sim_core_set_register (self, 15, vector & ~1u);
  /* An IT block that was under way is not the handler's (B1.5.6). */
  fk_sim_core_set_register (self, 16,
                            (get_register (self, 16) & XPSR_FLAGS) | (vector & 1 ? XPSR_T : 0) |
                                number);
}

static guint
record_cause (FkSimChip *self, FkSimFaultCause cause, guint32 address)
{
  static const guint32 bits[] = {
    [FK_SIM_FAULT_CAUSE_UNDEFINED] = CFSR_UNDEFINSTR,
    [FK_SIM_FAULT_CAUSE_STATE] = CFSR_INVSTATE,
    [FK_SIM_FAULT_CAUSE_EXIT] = CFSR_INVPC,
    [FK_SIM_FAULT_CAUSE_UNALIGNED] = CFSR_UNALIGNED,
    [FK_SIM_FAULT_CAUSE_COPROCESSOR] = CFSR_NOCP,
    [FK_SIM_FAULT_CAUSE_FETCH] = CFSR_IBUSERR,
    [FK_SIM_FAULT_CAUSE_DATA] = CFSR_PRECISERR | CFSR_BFARVALID,
    [FK_SIM_FAULT_CAUSE_BREAKPOINT] = 0,
  };
  gboolean bus = cause == FK_SIM_FAULT_CAUSE_FETCH || cause == FK_SIM_FAULT_CAUSE_DATA;
  guint32 enable = bus ? SHCSR_BUSFAULTENA : SHCSR_USGFAULTENA;

  if (is_v6m (self))
    return EXCEPTION_HARD_FAULT;

  self->core.cfsr |= bits[cause];
  if (cause == FK_SIM_FAULT_CAUSE_DATA)
    self->core.bfar = address;
  if (cause == FK_SIM_FAULT_CAUSE_BREAKPOINT)
    {
      self->core.hfsr |= HFSR_DEBUGEVT;
      return EXCEPTION_HARD_FAULT;
    }
  if ((self->core.shcsr & enable) != 0 && self->core.ipsr == 0)
    return bus ? EXCEPTION_BUS_FAULT : EXCEPTION_USAGE_FAULT;

  self->core.hfsr |= HFSR_FORCED;
  return EXCEPTION_HARD_FAULT;
}

/* Vector catch stops the core at the entry of the exception, before the handler's first
 * instruction (ARM DDI 0403E C1.6.5). */
static gboolean
is_caught (FkSimChip *self, guint number, FkSimFaultCause cause)
{
  guint32 demcr = self->core.demcr;

  if (!self->core.debug_enabled)
    return FALSE;
  if (number == EXCEPTION_HARD_FAULT)
    return (demcr & DEMCR_VC_HARDERR) != 0;
  if (number == EXCEPTION_BUS_FAULT)
    return (demcr & DEMCR_VC_BUSERR) != 0;
  if (cause == FK_SIM_FAULT_CAUSE_COPROCESSOR)
    return (demcr & DEMCR_VC_NOCPERR) != 0;
  return (demcr & DEMCR_VC_STATERR) != 0;
}

void
fk_sim_core_fault (FkSimChip *self, FkSimFaultCause cause, guint32 address)
{
  gboolean nested = self->core.ipsr == EXCEPTION_HARD_FAULT || self->core.ipsr == 2;
  guint number = record_cause (self, cause, address);

  if (nested)
    {
      lock_up (self);
      return;
    }
  enter (self, number);
  if (is_caught (self, number, cause))
    fk_sim_core_halt (self, FK_SIM_DFSR_VCATCH);
}

void
fk_sim_core_call_supervisor (FkSimChip *self)
{
  if (self->core.ipsr != 0)
    fk_sim_core_fault (self, FK_SIM_FAULT_CAUSE_STATE, 0);
  else
    enter (self, EXCEPTION_SVCALL);
}

/* A branch to 0xfffffff1, …f9 or …fd; to anything else it is no return (B1.5.8). */
void
fk_sim_core_return_from_exception (FkSimChip *self, guint32 code)
{
  static const guint restored[FRAME_WORDS] = { 0, 1, 2, 3, 12, 14, 15, 16 };
  gboolean process_stack = (code & 0xf) == 0xd;
  guint32 frame = get_register (self, process_stack ? 18 : 17);
  guint32 values[FRAME_WORDS];
  guint32 control;

  if (code != 0xfffffff1 && code != 0xfffffff9 && code != 0xfffffffd)
    {
      fk_sim_core_fault (self, FK_SIM_FAULT_CAUSE_EXIT, 0);
      return;
    }
  for (guint i = 0; i < FRAME_WORDS; i++)
    {
      if (!fk_sim_bus_read (self, frame + 4 * i, 4, &values[i], FK_SIM_BY_CORE))
        {
          fk_sim_core_fault (self, FK_SIM_FAULT_CAUSE_DATA, frame + 4 * i);
          return;
        }
    }
  for (guint i = 0; i < FRAME_WORDS; i++)
    fk_sim_core_set_register (self, restored[i], values[i]);
  frame += 4 * FRAME_WORDS + (values[7] & (1u << 9) ? 4 : 0);
  fk_sim_core_set_register (self, process_stack ? 18 : 17, frame);
  control = get_register (self, 20) & ~(2u << 24);
  fk_sim_core_set_register (self, 20, control | (process_stack ? 2u << 24 : 0));
}
