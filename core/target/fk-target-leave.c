/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Leaving: what we switched on is switched off, in the order that lets the core go last.
 *
 * ARM DDI 0403E C1.6 and C1.11.  None of DEMCR, the breakpoint unit and DBGMCU is cleared by a
 * system reset (C1.6.1; RM0008 31.16.3), so a reset at the end does not do the work for us. */

#include "config.h"

#include "target/fk-cortex-m.h"
#include "target/fk-target-private.h"

/* As many registers may be held as a list has room for. */
#define MAX_HELD 8

/* ST's DBGMCU has its registers within this. */
#define DBGMCU_SIZE 0x400u

static gboolean
write_register (FkTarget *self, guint32 address, guint32 value, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (fk_target_write_word (self, address, value, &local_error))
    return TRUE;
  /* A core may lack the register. */
  return fk_target_excuse_fault (g_steal_pointer (&local_error), error);
}

static gboolean
change_bits (FkTarget *self, guint32 address, guint32 clear, guint32 set, GError **error)
{
  guint32 value;

  if (!fk_target_read_steady_word (self, address, &value, error))
    return FALSE;
  return ((value & ~clear) | set) == value ||
         fk_target_write_word (self, address, (value & ~clear) | set, error);
}

/* Clears what was held, last first; the program may have changed its own bits of the same registers
 * meanwhile.  A reset may have cleared one that the others depend on (the clock of F0's DBGMCU,
 * which itself outlives the reset), so all are set once more before. */
static gboolean
release_bits (FkTarget *self, GError **error)
{
  for (guint i = 0; i < self->held->len; i++)
    {
      const FkHeldBits *held = &g_array_index (self->held, FkHeldBits, i);

      if (!change_bits (self, held->address, 0, held->bits, error))
        return FALSE;
    }
  for (guint i = self->held->len; i > 0; i--)
    {
      const FkHeldBits *held = &g_array_index (self->held, FkHeldBits, i - 1);

      if (!change_bits (self, held->address, held->bits, 0, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
clear_debug_units (FkTarget *self, GError **error)
{
  if (self->demcr_known && !fk_target_set_vector_catch (self, 0, error))
    return FALSE;
  return write_register (self, FK_FP_CTRL, FK_FP_CTRL_KEY, error);
}

/* A reset stops the core at its first instruction, so that debug can be off before the program
 * runs: firmware that switches SWD off gives no time for that later. */
static gboolean
leave_core (FkTarget *self, FkLeave leave, GError **error)
{
  gboolean reset =
      leave != FK_LEAVE_RESET || fk_target_reset_core (self, self->debug_on, NULL, error);

  if (!self->debug_on)
    return reset;
  if (leave == FK_LEAVE_HALTED)
    return fk_target_write_word (self, FK_DHCSR,
                                 FK_DHCSR_DBGKEY | FK_DHCSR_C_DEBUGEN | FK_DHCSR_C_HALT, error);
  /* A chip that would not reset must not stay halted either. */
  return fk_target_run_core (self, reset ? error : NULL) &&
         fk_target_write_word (self, FK_DHCSR, FK_DHCSR_DBGKEY, reset ? error : NULL) && reset;
}

/* Every step is tried, whatever became of the one before: letting the core go is worth a try even
 * where nothing seems to answer, because a machine whose program stands still keeps its heaters as
 * they were.  A probe that is gone says so at once. */
static gboolean
undo (FkTarget *self, FkLeave leave, GError **error)
{
  g_autoptr (GError) held_error = NULL;
  g_autoptr (GError) unit_error = NULL;
  g_autoptr (GError) core_error = NULL;
  GError **errors[] = { &held_error, &unit_error, &core_error };

  /* A core that is to stay halted needs the watchdogs to stay quiet. */
  if (leave != FK_LEAVE_HALTED)
    release_bits (self, &held_error);
  if (self->debug_on)
    clear_debug_units (self, &unit_error);
  leave_core (self, leave, &core_error);
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    if (*errors[i] != NULL)
      {
        g_propagate_error (error, g_steal_pointer (errors[i]));
        return FALSE;
      }
  return TRUE;
}

/* Whether the register is still as it was written last.  DBGMCU's are cleared by nothing but a
 * power cut (RM0008 31.16.3), and the program has not run since; any other may have met a reset
 * that nobody told us of. */
static gboolean
is_known (FkTarget *self, const FkHeldBits *held)
{
  guint32 dbgmcu = fk_target_get_dbgmcu (self);

  return dbgmcu != 0 && held->address - dbgmcu < DBGMCU_SIZE && held->known_at == self->n_runs;
}

/* Adds what makes the held registers as they were, last first.  Returns: whether that will do: one
 * that a reset has changed has to be set up again first, see release_bits() */
static gboolean
add_release (FkTarget *self, FkAccessList *list, GError **error)
{
  FkAccessList held_list = { 0 };
  guint places[MAX_HELD];

  for (guint i = 0; i < self->held->len; i++)
    {
      const FkHeldBits *held = &g_array_index (self->held, FkHeldBits, i);

      places[i] = held_list.n;
      if (!is_known (self, held))
        fk_access_list_read_steady (&held_list, held->address);
    }
  if (held_list.n > 0 && !fk_target_run_list (self, &held_list, error))
    return FALSE;
  for (guint i = self->held->len; i > 0; i--)
    {
      const FkHeldBits *held = &g_array_index (self->held, FkHeldBits, i - 1);
      guint32 value = held->value;

      if (!is_known (self, held) &&
          (!fk_target_take_steady (self, &held_list, places[i - 1], &value, error) ||
           (value & held->bits) != held->bits))
        return FALSE;
      fk_access_list_write (list, held->address, value & ~held->bits);
    }
  return TRUE;
}

/* All of undo() for a core that stands still and shall go on.  Where anything is not as expected,
 * undo() does it step by step; that is right for a core that was let go already, too.
 *
 * The two writes that let the core go are at the end of the list, which is then not done a second
 * time: by then the program runs, and what is written here is the program's.  But a probe may go on
 * behind a write that failed.  To a core that runs with debug off nothing of ours matters for as
 * long as undo() takes to see to it (C1.6.2, C1.6.5), except breakpoints, which are a fault to it,
 * and interrupts that are masked.  Where there may be any of those, the core is let go only when
 * they are known to be off. */
static gboolean
undo_by_lists (FkTarget *self, GError **error)
{
  gboolean at_once = self->no_bpu && self->no_bpu_at == self->n_runs && !self->masked;
  FkAccessList list = { 0 };

  if (!add_release (self, &list, error))
    return FALSE;
  fk_target_add_halt (self, &list);
  fk_target_add_vector_catch (self, &list, 0);
  fk_access_list_write (&list, FK_SCB_DFSR, FK_DFSR_ALL);
  if (!at_once)
    {
      fk_access_list_write (&list, FK_FP_CTRL, FK_FP_CTRL_KEY);
      return fk_target_run_list (self, &list, error) && fk_target_let_go (self, error) &&
             fk_target_write_word (self, FK_DHCSR, FK_DHCSR_DBGKEY, error);
    }
  fk_target_add_dhcsr (self, &list, FK_DHCSR_C_DEBUGEN);
  fk_access_list_write (&list, FK_DHCSR, FK_DHCSR_DBGKEY);
  fk_target_forget (self);
  return fk_probe_run_list_once (self->probe, list.accesses, list.n, error);
}

static gboolean
can_undo_by_lists (FkTarget *self, FkLeave leave)
{
  return leave == FK_LEAVE_RESUMED && self->stopped && self->demcr_known && !self->abandoned &&
         self->held->len <= MAX_HELD;
}

/*
 * fk_target_leave:
 *
 * Undoes what connecting and working did to the chip, once more where that failed: what went wrong
 * may have been a single answer.  The first error is reported.
 */
gboolean
fk_target_leave (FkTarget *self, FkLeave leave, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean left = (can_undo_by_lists (self, leave) && undo_by_lists (self, NULL)) ||
                  undo (self, leave, &local_error) || undo (self, leave, NULL);

  g_array_set_size (self->held, 0);
  self->debug_on = FALSE;
  self->masked = FALSE;
  self->demcr_known = FALSE;
  self->was_stopped = FALSE;
  self->abandoned = FALSE;
  if (!left)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return left;
}
