/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lock-up: a fault inside the handler of a fault, after which the core does nothing any more.
 * Nearly always flash holds no whole program: the vector table is blank, or points to where nothing
 * was programmed.  So that is looked at first, and told in those words; what the fault registers
 * say comes after it.
 *
 * ARM DDI 0403E B1.5.3 (vector table), B1.5.15 (lock-up), B3.2.15 to B3.2.18 (fault status). */

#include "config.h"

#include <glib/gi18n.h>

#include "target/fk-cortex-m.h"
#include "target/fk-target-private.h"

#include "base/fk-error.h"

/* Where an STM32 that boots from its flash has its vector table. */
#define FLASH_BASE 0x08000000u

typedef struct
{
  guint32 bit;
  const char *text;
} FaultRow;

static const FaultRow faults[] = {
  { FK_CFSR_IACCVIOL, N_ ("code was to run where the memory protection forbids it") },
  { FK_CFSR_DACCVIOL, N_ ("data was accessed where the memory protection forbids it") },
  { FK_CFSR_MUNSTKERR | FK_CFSR_MSTKERR,
    N_ ("the stack lies where the memory protection forbids it") },
  { FK_CFSR_IBUSERR, N_ ("code was to run where there is no memory") },
  { FK_CFSR_PRECISERR | FK_CFSR_IMPRECISERR, N_ ("data was accessed where nothing answers") },
  { FK_CFSR_UNSTKERR | FK_CFSR_STKERR, N_ ("the stack pointer points to where there is no RAM") },
  { FK_CFSR_UNDEFINSTR, N_ ("something was run that is no instruction") },
  { FK_CFSR_INVSTATE, N_ ("a jump went to an even address, which is no Thumb code") },
  { FK_CFSR_INVPC, N_ ("a return from an exception failed") },
  { FK_CFSR_NOCP, N_ ("the floating-point unit was used while it was off") },
  { FK_CFSR_UNALIGNED, N_ ("an access was not aligned") },
  { FK_CFSR_DIVBYZERO, N_ ("a division by zero happened") },
};

/**
 * fk_target_is_locked_up:
 * @locked_up: (out): whether the core has locked up, or had when it was stopped; a reset ends it
 */
gboolean
fk_target_is_locked_up (FkTarget *self, gboolean *locked_up, GError **error)
{
  guint32 dhcsr;

  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (locked_up != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  /* S_LOCKUP says nothing of a halted core. */
  if (self->stopped)
    {
      if (!self->hot_plug && !fk_target_settle (self, error))
        return FALSE;
      *locked_up = self->locked_up;
      return TRUE;
    }
  if (!fk_target_read_word (self, FK_DHCSR, &dhcsr, error))
    return FALSE;
  if ((dhcsr & FK_DHCSR_S_HALT) != 0)
    *locked_up = self->locked_up;
  else
    *locked_up = (dhcsr & FK_DHCSR_S_LOCKUP) != 0;
  return TRUE;
}

/* Reads a word that need not be there.  Returns FALSE with @error unset where nothing answers. */
static gboolean
peek (FkTarget *self, guint32 address, guint32 *value, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (fk_target_read_word (self, address & ~3u, value, &local_error))
    return TRUE;
  if (!g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
    g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static guint32
peek_or_zero (FkTarget *self, guint32 address)
{
  guint32 value;

  return peek (self, address, &value, NULL) ? value : 0;
}

static gboolean
find_vector_table (FkTarget *self, guint32 *base, GError **error)
{
  guint32 vtor = 0;

  if (self->core != FK_CORE_CORTEX_M0 && !peek (self, FK_SCB_VTOR, &vtor, error) && error != NULL &&
      *error != NULL)
    return FALSE;
  *base = vtor != 0 ? vtor : FLASH_BASE;
  return TRUE;
}

/* @erased: what a word of erased flash reads as
 * Returns: (transfer full) (nullable): what is wrong with the entry point; NULL if nothing is, or
 *   with @error set */
static char *
judge_entry (FkTarget *self, guint32 entry, guint32 erased, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint32 code;

  if ((entry & 1) == 0)
    return g_strdup_printf (_ ("what the chip starts from is no firmware: its start address is "
                               "0x%08x, and that of firmware is odd"),
                            entry);
  if (!peek (self, entry & ~1u, &code, &local_error))
    {
      if (local_error == NULL)
        return g_strdup_printf (_ ("the reset vector points to 0x%08x, where there is no memory"),
                                entry);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (code == erased)
    return g_strdup_printf (
        _ ("the reset vector points to 0x%08x, but nothing is programmed there"), entry);
  return NULL;
}

/* As judge_entry(), for the stack; the first thing that is pushed goes right below it. */
static char *
judge_stack (FkTarget *self, guint32 stack, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint32 value;

  if (stack % 4 == 0 && stack >= 4 && peek (self, stack - 4, &value, &local_error))
    return NULL;
  if (local_error == NULL)
    return g_strdup_printf (_ ("the stack pointer begins at 0x%08x, where there is no RAM"), stack);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

/* @blank: (out): there is no program at all */
static char *
judge_vectors (FkTarget *self, guint32 base, guint32 erased, gboolean *blank, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint32 stack;
  guint32 entry;
  char *text;

  *blank = FALSE;
  if (!peek (self, base, &stack, &local_error) || !peek (self, base + 4, &entry, &local_error))
    {
      if (local_error == NULL)
        return g_strdup_printf (_ ("the vector table at 0x%08x cannot be read (read protection, or "
                                   "no memory there)"),
                                base);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  *blank = stack == erased && entry == erased;
  if (*blank)
    return g_strdup_printf (_ ("the vector table at 0x%08x is blank: there is no program to run"),
                            base);
  text = judge_entry (self, entry, erased, &local_error);
  if (text == NULL && local_error == NULL)
    text = judge_stack (self, stack, &local_error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (text == NULL)
    text =
        g_strdup_printf (_ ("its vector table at 0x%08x looks right (stack 0x%08x, reset 0x%08x), "
                            "so the program failed while it ran"),
                         base, stack, entry);
  return text;
}

/* What the fault registers add; only ARMv7-M has them. */
static void
append_faults (FkTarget *self, GString *text)
{
  guint32 cfsr;
  guint32 hfsr;
  const char *separator = _ ("; the core says: ");

  if (!fk_target_is_armv7m (self))
    return;
  cfsr = peek_or_zero (self, FK_SCB_CFSR);
  hfsr = peek_or_zero (self, FK_SCB_HFSR);
  if ((hfsr & FK_HFSR_VECTTBL) != 0)
    {
      g_string_append_printf (text, "%s%s", separator, _ ("an exception vector could not be read"));
      separator = ", ";
    }
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    if ((cfsr & faults[i].bit) != 0)
      {
        g_string_append_printf (text, "%s%s", separator, _ (faults[i].text));
        separator = ", ";
      }
  if ((cfsr & FK_CFSR_BFARVALID) != 0)
    g_string_append_printf (text, _ (" (address 0x%08x)"), peek_or_zero (self, FK_SCB_BFAR));
  else if ((cfsr & FK_CFSR_MMARVALID) != 0)
    g_string_append_printf (text, _ (" (address 0x%08x)"), peek_or_zero (self, FK_SCB_MMFAR));
}

/**
 * fk_target_describe_lockup:
 * @erased_value: what an erased byte of the flash reads as
 *
 * Looks for why the core has locked up.  Nothing on the chip is changed.
 *
 * Returns: (transfer full): a sentence such as "The core has locked up: the vector table at
 *   0x08000000 is blank: there is no program to run."
 */
char *
fk_target_describe_lockup (FkTarget *self,
                           guint8 erased_value,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autofree char *vectors = NULL;
  g_autoptr (GString) text = NULL;
  gboolean blank;
  guint32 base;

  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !find_vector_table (self, &base, error))
    return NULL;
  vectors = judge_vectors (self, base, erased_value * 0x01010101u, &blank, error);
  if (vectors == NULL)
    return NULL;
  text = g_string_new (_ ("The core has locked up: "));
  g_string_append (text, vectors);
  if (!blank)
    append_faults (self, text);
  g_string_append_c (text, '.');
  return g_string_free (g_steal_pointer (&text), FALSE);
}
