/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The core: stopping, running, resets, and code of ours.
 *
 * ARM DDI 0403E (ARMv7-M) C1.6 and DDI 0419C (ARMv6-M) C1.6.  What must be kept in mind: writes to
 * DHCSR need a key; C_MASKINTS may change only while the core is halted, and not in the write that
 * lets it go (C1.6.2); C_HALT is cleared by a reset, so stopping at the first instruction takes
 * vector catch; S_RESET_ST clears when read. */

#include "config.h"

#include "target/fk-cortex-m.h"
#include "target/fk-target-private.h"

#include "base/fk-error.h"

#include <string.h>

#define HALT_LIMIT_MS  200
#define RESET_LIMIT_MS 500
#define NRST_PULSE_US  20000
#define POLL_US        100

/* Whether it has what ARMv7-M has and ARMv6-M has not; ARMv8-M with the Main Extension has it, too.
 */
gboolean
fk_target_is_armv7m (FkTarget *self)
{
  return self->core == FK_CORE_CORTEX_M3 || self->core == FK_CORE_CORTEX_M4 ||
         self->core == FK_CORE_CORTEX_M7 || self->core == FK_CORE_CORTEX_M33;
}

gboolean
fk_target_is_lockup_pc (FkTarget *self, guint32 pc)
{
  return (pc & ~1u) == (self->core == FK_CORE_CORTEX_M33 ? FK_LOCKUP_PC_V8M : FK_LOCKUP_PC);
}

static gboolean
refuse_hot_plugged (FkTarget *self, GError **error)
{
  if (!self->hot_plug)
    return FALSE;
  g_set_error_literal (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
                       "The program on the chip must not be stopped on a hot-plug connection");
  return TRUE;
}

/* Noted before the write: its answer may get lost. */
static void
note_dhcsr (FkTarget *self, guint32 control)
{
  self->debug_on = TRUE;
  self->masked = (control & FK_DHCSR_C_MASKINTS) != 0;
  if ((control & FK_DHCSR_C_HALT) == 0)
    {
      self->stopped = FALSE;
      self->at_bkpt = FALSE;
      self->n_runs++;
    }
}

static gboolean
write_dhcsr (FkTarget *self, guint32 control, GError **error)
{
  note_dhcsr (self, control);
  return fk_target_write_word (self, FK_DHCSR, FK_DHCSR_DBGKEY | control, error);
}

void
fk_target_add_dhcsr (FkTarget *self, FkAccessList *list, guint32 control)
{
  note_dhcsr (self, control);
  fk_access_list_write (list, FK_DHCSR, FK_DHCSR_DBGKEY | control);
}

/* Waits until one of @bits of DHCSR is set.  @dhcsr becomes the last value, so that after TIMEOUT
 * it tells a core that did not get there from a probe that did not answer (0). */
gboolean
fk_target_poll_dhcsr (FkTarget *self,
                      guint32 bits,
                      guint timeout_ms,
                      guint32 *dhcsr,
                      GCancellable *cancellable,
                      GError **error)
{
  gint64 limit = g_get_monotonic_time () + (gint64)timeout_ms * 1000;
  gint64 waited = 0;

  for (;;)
    {
      /* Time that a simulated chip is given does not pass here. */
      gboolean late = g_get_monotonic_time () >= limit || waited >= (gint64)timeout_ms * 1000;

      *dhcsr = 0;
      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !fk_target_read_word (self, FK_DHCSR, dhcsr, error))
        return FALSE;
      if ((*dhcsr & bits) != 0)
        return TRUE;
      if (late)
        break;
      fk_target_pass_time (self, POLL_US);
      waited += POLL_US;
    }
  g_set_error (error, FK_ERROR, FK_ERROR_TIMEOUT, "No answer within %u ms (DHCSR 0x%08x)",
               timeout_ms, *dhcsr);
  return FALSE;
}

/* Switches halting debug on and learns what DEMCR holds, without stopping the core, and without
 * letting it go where it is halted already.  @dhcsr becomes what DHCSR says then. */
gboolean
fk_target_enable_debug (FkTarget *self, guint32 *dhcsr, GError **error)
{
  self->debug_on = TRUE;
  if (!fk_target_read_word (self, FK_DHCSR, dhcsr, error))
    return FALSE;
  /* The status bits mean something only while debug is on (C1.6.2). */
  if ((*dhcsr & FK_DHCSR_C_DEBUGEN) == 0 && (!write_dhcsr (self, FK_DHCSR_C_DEBUGEN, error) ||
                                             !fk_target_read_word (self, FK_DHCSR, dhcsr, error)))
    return FALSE;
  if (!self->demcr_known && !fk_target_read_steady_word (self, FK_DEMCR, &self->demcr, error))
    return FALSE;
  self->demcr_known = TRUE;
  return TRUE;
}

/* What DEMCR has to be so that the exceptions @bits stop the core; the rest of it stays as we found
 * it. */
static guint32
get_vector_catch (FkTarget *self, guint32 bits)
{
  guint32 value = (self->demcr & ~FK_DEMCR_VC_ALL) | bits;

  g_assert (self->demcr_known);

  /* Vector catch of faults needs TRCENA on some cores (C1.6.5). */
  return bits != 0 ? value | FK_DEMCR_TRCENA : value;
}

gboolean
fk_target_set_vector_catch (FkTarget *self, guint32 bits, GError **error)
{
  return fk_target_write_word (self, FK_DEMCR, get_vector_catch (self, bits), error);
}

/* Of a core that is halted: it stays so, with its interrupts unmasked. */
void
fk_target_add_halt (FkTarget *self, FkAccessList *list)
{
  if (self->masked)
    fk_target_add_dhcsr (self, list, FK_DHCSR_C_DEBUGEN | FK_DHCSR_C_HALT | FK_DHCSR_C_MASKINTS);
  fk_target_add_dhcsr (self, list, FK_DHCSR_C_DEBUGEN | FK_DHCSR_C_HALT);
}

void
fk_target_add_vector_catch (FkTarget *self, FkAccessList *list, guint32 bits)
{
  fk_access_list_write (list, FK_DEMCR, get_vector_catch (self, bits));
}

/* Stops the core, and unmasks interrupts once it has stopped. */
gboolean
fk_target_stop_core (FkTarget *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint32 mask = self->masked ? FK_DHCSR_C_MASKINTS : 0;
  guint32 dhcsr = 0;

  if (write_dhcsr (self, FK_DHCSR_C_DEBUGEN | FK_DHCSR_C_HALT | mask, &local_error) &&
      fk_target_poll_dhcsr (self, FK_DHCSR_S_HALT, HALT_LIMIT_MS, &dhcsr, cancellable,
                            &local_error) &&
      (mask == 0 || write_dhcsr (self, FK_DHCSR_C_DEBUGEN | FK_DHCSR_C_HALT, &local_error)))
    {
      self->stopped = TRUE;
      return TRUE;
    }
  if (g_error_matches (local_error, FK_ERROR, FK_ERROR_TIMEOUT) && dhcsr != 0)
    g_set_error (error, FK_ERROR, FK_ERROR_TIMEOUT,
                 (dhcsr & FK_DHCSR_S_RESET_ST) != 0
                     ? "The core does not stop, because the chip is held in reset (DHCSR 0x%08x)"
                     : "The core does not stop (DHCSR 0x%08x)",
                 dhcsr);
  else
    g_propagate_prefixed_error (error, g_steal_pointer (&local_error), "Stopping the core: ");
  return FALSE;
}

/**
 * fk_target_halt:
 *
 * Stops the core where it is.  One that was seen at the end of code of ours needs no more than to
 * have its interrupts unmasked.
 */
gboolean
fk_target_halt (FkTarget *self, GCancellable *cancellable, GError **error)
{
  guint32 dhcsr;

  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (refuse_hot_plugged (self, error))
    return FALSE;
  if (self->at_bkpt)
    {
      self->stopped = write_dhcsr (self, FK_DHCSR_C_DEBUGEN | FK_DHCSR_C_HALT, error);
      return self->stopped;
    }
  return fk_target_enable_debug (self, &dhcsr, error) &&
         fk_target_stop_core (self, cancellable, error);
}

/* Of a core that is halted, with interrupts unmasked. */
gboolean
fk_target_let_go (FkTarget *self, GError **error)
{
  return write_dhcsr (self, FK_DHCSR_C_DEBUGEN, error);
}

gboolean
fk_target_run_core (FkTarget *self, GError **error)
{
  /* Interrupts are unmasked before the core is let go. */
  if (self->masked && !fk_target_stop_core (self, NULL, error))
    return FALSE;
  fk_target_begin_abandoned (self);
  return fk_target_write_word (self, FK_SCB_DFSR, FK_DFSR_ALL, error) &&
         fk_target_let_go (self, error);
}

/**
 * fk_target_resume:
 *
 * Lets the program go on where it was stopped.
 */
gboolean
fk_target_resume (FkTarget *self, GError **error)
{
  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (self->hot_plug)
    return TRUE;
  if (fk_target_settle (self, error) && fk_target_run_core (self, error))
    return TRUE;
  g_prefix_error (error, "Letting the core go on: ");
  return FALSE;
}

gboolean
fk_target_is_halted (FkTarget *self, gboolean *halted, GError **error)
{
  guint32 dhcsr;

  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (halted != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!fk_target_read_word (self, FK_DHCSR, &dhcsr, error))
    return FALSE;
  *halted = (dhcsr & FK_DHCSR_S_HALT) != 0;
  return TRUE;
}

/* Waits until the chip has been through a reset and, with @stop, stands at its first instruction.
 * SWD may be silent for a moment meanwhile, so its errors count only when time is up, and not at
 * all where the chip may run: firmware that switches SWD off does so right after the reset. */
static gboolean
wait_for_reset (
    FkTarget *self, gboolean stop, gboolean *happened, GCancellable *cancellable, GError **error)
{
  gint64 limit = g_get_monotonic_time () + RESET_LIMIT_MS * 1000;
  gboolean seen = FALSE;

  *happened = FALSE;
  for (;;)
    {
      g_autoptr (GError) local_error = NULL;
      gboolean late = g_get_monotonic_time () >= limit;
      guint32 dhcsr = 0;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (fk_probe_read_word (self->probe, FK_DHCSR, &dhcsr, &local_error))
        {
          /* The bit is back at once as long as reset is held: over only when it stays away. */
          gboolean in_reset = (dhcsr & FK_DHCSR_S_RESET_ST) != 0;

          *happened = seen && !in_reset && (!stop || (dhcsr & FK_DHCSR_S_HALT) != 0);
          seen = seen || in_reset;
        }
      else if (g_error_matches (local_error, FK_ERROR, FK_ERROR_PROBE_LOST) || (late && stop))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      else
        *happened = !stop && (seen || late);
      if (*happened || late)
        return TRUE;
      g_usleep (POLL_US);
    }
}

static gboolean
pulse_nrst (FkTarget *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (fk_probe_set_reset (self->probe, TRUE, &local_error))
    g_usleep (NRST_PULSE_US);
  /* Released in any case. */
  if (!fk_probe_set_reset (self->probe, FALSE, local_error == NULL ? &local_error : NULL) ||
      local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

typedef enum
{
  RESET_SYSRESETREQ,
  RESET_NRST,
  RESET_VECTRESET,
  N_RESETS,
} ResetWay;

/* Asks for a reset.  That the probe gets no proper answer to the request itself is no failure: the
 * reset may come before it. */
static gboolean
request_reset (FkTarget *self, ResetWay way, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint32 bit = way == RESET_VECTRESET ? FK_AIRCR_VECTRESET : FK_AIRCR_SYSRESETREQ;

  if (way == RESET_NRST)
    {
      if (pulse_nrst (self, &local_error))
        return TRUE;
    }
  else if (fk_probe_write_word (self->probe, FK_SCB_AIRCR, FK_AIRCR_VECTKEY | bit, &local_error))
    return TRUE;
  if (!g_error_matches (local_error, FK_ERROR, FK_ERROR_PROBE_LOST))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
try_resets (FkTarget *self, gboolean stop, GCancellable *cancellable, GError **error)
{
  for (ResetWay way = 0; way < N_RESETS; way++)
    {
      gboolean happened;
      guint32 dhcsr;

      /* VECTRESET leaves the peripherals as they are, and is for a stopped core only (B3.2.6). */
      if (way == RESET_VECTRESET &&
          (!stop || (self->core != FK_CORE_CORTEX_M3 && self->core != FK_CORE_CORTEX_M4) ||
           !fk_target_stop_core (self, cancellable, NULL)))
        break;
      /* Clears S_RESET_ST of an earlier reset. */
      if (!fk_target_read_word (self, FK_DHCSR, &dhcsr, error) ||
          !request_reset (self, way, error) ||
          !wait_for_reset (self, stop, &happened, cancellable, error))
        return FALSE;
      if (way == RESET_NRST)
        self->nrst = happened ? FK_WIRING_YES : FK_WIRING_NO;
      if (happened)
        return TRUE;
    }
  g_set_error (error, FK_ERROR, FK_ERROR_TIMEOUT,
               "The chip does not reset%s, neither by SYSRESETREQ nor by NRST",
               stop ? " and stop" : "");
  return FALSE;
}

/* Resets the chip; with @stop the core stands at its first instruction afterwards. */
gboolean
fk_target_reset_core (FkTarget *self, gboolean stop, GCancellable *cancellable, GError **error)
{
  gboolean done;
  guint32 dhcsr;

  if (stop && (!fk_target_enable_debug (self, &dhcsr, error) ||
               !fk_target_set_vector_catch (self, FK_DEMCR_VC_CORERESET, error) ||
               !fk_target_write_word (self, FK_SCB_DFSR, FK_DFSR_ALL, error)))
    {
      g_prefix_error (error, "Resetting the chip: ");
      return FALSE;
    }
  fk_target_forget (self);
  self->stopped = FALSE;
  self->at_bkpt = FALSE;
  self->n_runs++;
  done = try_resets (self, stop, cancellable, error);
  if (stop)
    done = fk_target_set_vector_catch (self, 0, done ? error : NULL) && done;
  if (!done)
    {
      g_prefix_error (error, "Resetting the chip: ");
      return FALSE;
    }
  self->locked_up = FALSE;
  self->stopped = stop;
  self->n_resets++;
  self->abandoned = FALSE;
  return TRUE;
}

/**
 * fk_target_reset_halt:
 *
 * Resets the chip, peripherals and all, and stops it before the first instruction of its program.
 * By SYSRESETREQ; where that has no effect by NRST, and at the very last by VECTRESET.
 */
gboolean
fk_target_reset_halt (FkTarget *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (refuse_hot_plugged (self, error))
    return FALSE;
  return fk_target_reset_core (self, TRUE, cancellable, error);
}

/**
 * fk_target_reset_run:
 *
 * Resets the chip and lets its program run from the start.
 */
gboolean
fk_target_reset_run (FkTarget *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (self->demcr_known && !fk_target_set_vector_catch (self, 0, error))
    return FALSE;
  return fk_target_reset_core (self, FALSE, cancellable, error);
}

/* Of the program's, which is stopped.  What is lent is known. */
static gboolean
read_program_state (FkTarget *self, guint32 *control, guint32 *xpsr, GError **error)
{
  static const guint8 registers[] = { FK_REG_CONTROL_PRIMASK, FK_REG_XPSR };
  guint32 values[] = { self->control, self->xpsr };
  gboolean known = self->lent && self->lent_at == self->n_resets;

  if (!known && !fk_target_read_registers (self, registers, values, G_N_ELEMENTS (values), error))
    return FALSE;
  *control = values[0];
  *xpsr = values[1];
  return TRUE;
}

/* What an interrupted instruction may have left in xPSR (IT, ICI). */
#define XPSR_UNFINISHED 0x0600fc00u

typedef struct
{
  guint8 numbers[8];
  guint32 values[8];
  guint n;
} Registers;

static void
add_register (Registers *self, guint8 number, guint32 value)
{
  g_assert (self->n < G_N_ELEMENTS (self->numbers));

  self->numbers[self->n] = number;
  self->values[self->n++] = value;
}

/* The registers that code of ours starts with (@arguments: those in R0 to R3, or %NULL), and all
 * else that must be as wanted before the core is let go, so that this may be done twice without
 * harm.  CONTROL 0 is privileged, with the main stack: the program may have been stopped in a task
 * without rights.  xPSR keeps the exception that is being handled; what an interrupted instruction
 * had put there must go.  What is right already is not written. */
static gboolean
prepare_start (FkTarget *self,
               guint32 pc,
               guint32 sp,
               const guint32 *arguments,
               FkProbeAccess *errands,
               guint n_errands,
               GError **error)
{
  guint32 faults = fk_target_is_armv7m (self) ? FK_DEMCR_VC_FAULTS : FK_DEMCR_VC_HARDERR;
  Registers registers = { .n = 0 };
  FkAccessList list = { 0 };
  guint32 control;
  guint32 xpsr;
  guint first;
  guint errands_at;

  if (!read_program_state (self, &control, &xpsr, error))
    return FALSE;
  if ((control & ~0x00ffffffu) != 0)
    add_register (&registers, FK_REG_CONTROL_PRIMASK, control & 0x00ffffff);
  if ((xpsr & XPSR_UNFINISHED) != 0 || (xpsr & FK_XPSR_T) == 0)
    add_register (&registers, FK_REG_XPSR, (xpsr & FK_XPSR_EXCEPTION) | FK_XPSR_T);
  for (guint i = 0; i < 4 && arguments != NULL; i++)
    add_register (&registers, (guint8)(FK_REG_R0 + i), arguments[i]);
  add_register (&registers, FK_REG_MSP, sp);
  add_register (&registers, FK_REG_PC, pc & ~1u);
  first = fk_access_list_write_registers (&list, registers.numbers, registers.values, registers.n);
  fk_target_add_vector_catch (self, &list, faults);
  fk_access_list_write (&list, FK_SCB_DFSR, FK_DFSR_ALL);
  fk_target_add_dhcsr (self, &list, FK_DHCSR_C_DEBUGEN | FK_DHCSR_C_HALT | FK_DHCSR_C_MASKINTS);
  errands_at = list.n;
  for (guint i = 0; i < n_errands; i++)
    fk_access_list_add (&list, &errands[i]);
  if (!fk_target_run_list (self, &list, error))
    return FALSE;
  for (guint i = 0; i < n_errands; i++)
    errands[i] = list.accesses[errands_at + i];
  return fk_target_finish_registers (self, &list, first, registers.numbers, registers.values,
                                     registers.n, error);
}

/* Lets code of ours go.  It leaves alone what is held, and the breakpoint unit, unlike the program.
 */
static gboolean
let_code_go (FkTarget *self, GError **error)
{
  guint before = self->n_runs;
  gboolean written;

  self->n_starts++;
  written = write_dhcsr (self, FK_DHCSR_C_DEBUGEN | FK_DHCSR_C_MASKINTS, error);

  for (guint i = 0; i < self->held->len; i++)
    {
      FkHeldBits *held = &g_array_index (self->held, FkHeldBits, i);

      if (held->known_at == before)
        held->known_at = self->n_runs;
    }
  if (self->no_bpu_at == before)
    self->no_bpu_at = self->n_runs;
  return written;
}

/**
 * fk_target_prepare:
 * @pc: where the code begins; bit 0 does not matter
 * @sp: top of its stack
 * @registers: (nullable): for R0 to R3; %NULL leaves them as they are
 * @errands: (array length=n) (inout): accesses that are carried out in the same exchange with a
 *   probe that can, and all of them, unless this fails; they must do no harm when that is done
 *   twice
 * @n: at most %FK_TARGET_MAX_ERRANDS
 *
 * Makes all ready for code of ours, which fk_target_go() starts.  The core must be halted, and what
 * the code runs on must be borrowed by fk_target_borrow_ram(), which also gives the registers back.
 */
gboolean
fk_target_prepare (FkTarget *self,
                   guint32 pc,
                   guint32 sp,
                   const guint32 *registers,
                   FkProbeAccess *errands,
                   guint n,
                   GError **error)
{
  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (n <= FK_TARGET_MAX_ERRANDS, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (refuse_hot_plugged (self, error))
    return FALSE;
  self->code_pc = pc & ~1u;
  self->code_sp = sp;
  if (prepare_start (self, pc, sp, registers, errands, n, error))
    return TRUE;
  g_prefix_error (error, "Starting code at 0x%08x: ", pc);
  return FALSE;
}

/**
 * fk_target_go:
 *
 * Runs code of ours as fk_target_prepare() has made it ready, with the program's interrupts masked.
 * The code ends with BKPT; a fault in it stops the core too.
 */
gboolean
fk_target_go (FkTarget *self, GError **error)
{
  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (let_code_go (self, error))
    return TRUE;
  g_prefix_error (error, "Starting code at 0x%08x: ", self->code_pc);
  return FALSE;
}

/* fk_target_prepare() without errands, and fk_target_go(). */
gboolean
fk_target_start (FkTarget *self, guint32 pc, guint32 sp, const guint32 *registers, GError **error)
{
  return fk_target_prepare (self, pc, sp, registers, NULL, 0, error) && fk_target_go (self, error);
}

/**
 * fk_target_has_ended:
 * @ended: (out): whether code started by fk_target_start() has stopped, for whatever reason
 *
 * Looks once, and leaves the core alone; fk_target_wait_halted() tells how it ended.
 */
gboolean
fk_target_has_ended (FkTarget *self, gboolean *ended, GError **error)
{
  guint32 dhcsr;

  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (ended != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!fk_target_read_word (self, FK_DHCSR, &dhcsr, error))
    return FALSE;
  *ended = (dhcsr & (FK_DHCSR_S_HALT | FK_DHCSR_S_LOCKUP)) != 0;
  return TRUE;
}

/* @look: of DHCSR, then DFSR */
static gboolean
stands_at_bkpt (const FkProbeAccess look[2])
{
  return (look[0].value & FK_DHCSR_S_HALT) != 0 &&
         (look[1].value & (FK_DFSR_BKPT | FK_DFSR_VCATCH)) == FK_DFSR_BKPT;
}

/**
 * fk_target_has_ended_with:
 * @address: of words in RAM
 * @words: (array length=n) (out caller-allocates): what they held when @ended was found out, or
 *   after that
 * @n: at most %FK_TARGET_MAX_REGISTERS
 *
 * As fk_target_has_ended(), and has a look at RAM in the same exchange with a probe that can.  The
 * core may still have been running when the words were read, unless it has @ended.
 */
gboolean
fk_target_has_ended_with (
    FkTarget *self, guint32 address, guint32 *words, guint n, gboolean *ended, GError **error)
{
  FkAccessList list = { 0 };

  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (n <= FK_TARGET_MAX_REGISTERS && ended != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  for (guint i = 0; i < 2; i++)
    {
      fk_access_list_read (&list, FK_DHCSR);
      fk_access_list_read (&list, FK_SCB_DFSR);
    }
  for (guint i = 0; i < n; i++)
    fk_access_list_read (&list, address + 4 * i);
  if (!fk_target_run_list (self, &list, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    words[i] = list.accesses[4 + i].value;
  *ended = (list.accesses[0].value & (FK_DHCSR_S_HALT | FK_DHCSR_S_LOCKUP)) != 0;
  /* What follows from this is not proved later, so both looks have to say so. */
  self->at_bkpt = stands_at_bkpt (&list.accesses[0]) && stands_at_bkpt (&list.accesses[2]);
  return TRUE;
}

/* After the core has stopped: did it come to a BKPT, or to grief? */
static gboolean
check_how_stopped (FkTarget *self, FkTargetEnd *end, GError **error)
{
  static const guint8 registers[] = { FK_REG_PC, FK_REG_R0, FK_REG_R1, FK_REG_R2, FK_REG_R3 };
  guint n = end != NULL ? G_N_ELEMENTS (registers) : 1;
  guint32 values[G_N_ELEMENTS (registers)];
  FkAccessList list = { 0 };
  guint first;

  fk_access_list_read (&list, FK_SCB_DFSR);
  first = fk_access_list_read_registers (&list, registers, n);
  if (!fk_target_run_list (self, &list, error) ||
      !fk_target_take_registers (self, &list, first, registers, values, n, error))
    return FALSE;
  if ((list.accesses[0].value & FK_DFSR_VCATCH) != 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_CORE_LOCKED,
                   "The code that was run on the chip met a fault (DFSR 0x%x, stopped at 0x%08x)",
                   list.accesses[0].value, values[0]);
      return FALSE;
    }
  if (end != NULL)
    {
      end->pc = values[0];
      memcpy (end->registers, values + 1, sizeof end->registers);
    }
  return TRUE;
}

/**
 * fk_target_wait_ended:
 * @timeout_ms: how long the code may take
 * @end: (out) (nullable): what it left
 *
 * Waits for code started by fk_target_start() to end.  The core is halted when this returns, also
 * after TIMEOUT, CORE_LOCKED (the code met a fault) and when cancelled.
 */
gboolean
fk_target_wait_ended (
    FkTarget *self, guint timeout_ms, FkTargetEnd *end, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint32 dhcsr = 0;

  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (fk_target_poll_dhcsr (self, FK_DHCSR_S_HALT | FK_DHCSR_S_LOCKUP, timeout_ms, &dhcsr,
                            cancellable, &local_error))
    {
      self->stopped = (dhcsr & FK_DHCSR_S_HALT) != 0;
      if (self->stopped)
        return check_how_stopped (self, end, error);
      g_set_error (&local_error, FK_ERROR, FK_ERROR_CORE_LOCKED,
                   "The code that was run on the chip locked the core up");
    }
  else if (g_error_matches (local_error, FK_ERROR, FK_ERROR_TIMEOUT) && dhcsr != 0)
    {
      g_clear_error (&local_error);
      g_set_error (&local_error, FK_ERROR, FK_ERROR_TIMEOUT,
                   "The code that was run on the chip did not end within %u ms", timeout_ms);
    }
  if (!g_error_matches (local_error, FK_ERROR, FK_ERROR_PROBE_LOST))
    fk_target_stop_core (self, NULL, NULL);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* As fk_target_wait_ended(), where nothing but the end is of interest. */
gboolean
fk_target_wait_halted (FkTarget *self, guint timeout_ms, GCancellable *cancellable, GError **error)
{
  return fk_target_wait_ended (self, timeout_ms, NULL, cancellable, error);
}
