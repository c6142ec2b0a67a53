/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The core's registers, which are read and written through a window: DCRSR chooses one, DCRDR has
 * its value, S_REGRDY of DHCSR says when (ARM DDI 0403E C1.6.3 and C1.6.4).
 *
 * What takes three accesses a register goes in lists of them, which a probe carries out in a few
 * exchanges.  The list cannot wait, but it asks S_REGRDY each time: from the first register on that
 * was not ready in time, nothing of it counts, and the rest is done one by one. */

#include "config.h"

#include "target/fk-cortex-m.h"
#include "target/fk-target-private.h"

#include "base/fk-error.h"

#define REGISTER_LIMIT_MS 100

/* Accesses of one register in a list. */
#define STEPS 3

void
fk_access_list_add (FkAccessList *list, const FkProbeAccess *access)
{
  g_assert (list->n < FK_ACCESS_LIST_MAX);

  list->accesses[list->n++] = *access;
}

void
fk_access_list_read (FkAccessList *list, guint32 address)
{
  fk_access_list_add (list, &(FkProbeAccess){ .address = address });
}

void
fk_access_list_write (FkAccessList *list, guint32 address, guint32 value)
{
  fk_access_list_add (list,
                      &(FkProbeAccess){ .address = address, .value = value, .is_write = TRUE });
}

/* Reads a word twice.  Returns: where in the list that is, for fk_target_take_steady() */
guint
fk_access_list_read_steady (FkAccessList *list, guint32 address)
{
  guint first = list->n;

  fk_access_list_read (list, address);
  fk_access_list_read (list, address);
  return first;
}

/* Takes from a list that was run what fk_access_list_read_steady() put there; where it was not the
 * same twice, it is asked until it is. */
gboolean
fk_target_take_steady (
    FkTarget *self, const FkAccessList *list, guint first, guint32 *value, GError **error)
{
  const FkProbeAccess *access = &list->accesses[first];

  *value = access[0].value;
  return access[0].value == access[1].value ||
         fk_target_read_steady_word (self, access[0].address, value, error);
}

/* @local_error: (transfer full): of an access that some cores do not answer, which is no error.
 * Returns: whether it is that; else it becomes @error */
gboolean
fk_target_excuse_fault (GError *local_error, GError **error)
{
  if (g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
    {
      g_error_free (local_error);
      return TRUE;
    }
  g_propagate_error (error, local_error);
  return FALSE;
}

gboolean
fk_target_run_list (FkTarget *self, FkAccessList *list, GError **error)
{
  fk_target_forget (self);
  return fk_probe_run_list (self->probe, list->accesses, list->n, error);
}

/* Returns: where in the list they are, for fk_target_take_registers() */
guint
fk_access_list_read_registers (FkAccessList *list, const guint8 *registers, guint n)
{
  guint first = list->n;

  for (guint i = 0; i < n; i++)
    {
      fk_access_list_write (list, FK_DCRSR, registers[i]);
      fk_access_list_read (list, FK_DHCSR);
      fk_access_list_read (list, FK_DCRDR);
    }
  return first;
}

/* A second reading, without S_REGRDY: where the first one was ready each time, and this one comes
 * to the same, nothing is wrong with either.  Returns: where in the list they are, for
 * fk_target_take_registers_again() */
guint
fk_access_list_read_registers_again (FkAccessList *list, const guint8 *registers, guint n)
{
  guint first = list->n;

  for (guint i = 0; i < n; i++)
    {
      fk_access_list_write (list, FK_DCRSR, registers[i]);
      fk_access_list_read (list, FK_DCRDR);
    }
  return first;
}

/* Returns: where in the list they are, for fk_target_finish_registers() */
guint
fk_access_list_write_registers (FkAccessList *list,
                                const guint8 *registers,
                                const guint32 *values,
                                guint n)
{
  guint first = list->n;

  for (guint i = 0; i < n; i++)
    {
      fk_access_list_write (list, FK_DCRDR, values[i]);
      fk_access_list_write (list, FK_DCRSR, FK_DCRSR_WRITE | registers[i]);
      fk_access_list_read (list, FK_DHCSR);
    }
  return first;
}

static gboolean
wait_ready (FkTarget *self, GError **error)
{
  guint32 dhcsr;

  return fk_target_poll_dhcsr (self, FK_DHCSR_S_REGRDY, REGISTER_LIMIT_MS, &dhcsr, NULL, error);
}

static gboolean
read_slowly (FkTarget *self, guint8 reg, guint32 *value, GError **error)
{
  if (wait_ready (self, error) && fk_target_write_word (self, FK_DCRSR, reg, error) &&
      wait_ready (self, error) && fk_target_read_word (self, FK_DCRDR, value, error))
    return TRUE;
  g_prefix_error (error, "Reading core register %u: ", reg);
  return FALSE;
}

static gboolean
write_slowly (FkTarget *self, guint8 reg, guint32 value, GError **error)
{
  if (wait_ready (self, error) && fk_target_write_word (self, FK_DCRDR, value, error) &&
      fk_target_write_word (self, FK_DCRSR, FK_DCRSR_WRITE | reg, error) &&
      wait_ready (self, error))
    return TRUE;
  g_prefix_error (error, "Writing core register %u: ", reg);
  return FALSE;
}

/* How many registers were ready, up to the first that was not; @offset: of DHCSR among the steps.
 */
static guint
count_ready (const FkAccessList *list, guint first, guint n, guint offset)
{
  guint i = 0;

  while (i < n && (list->accesses[first + STEPS * i + offset].value & FK_DHCSR_S_REGRDY) != 0)
    i++;
  return i;
}

/* Takes from a list that was run what fk_access_list_read_registers() put there at @first. */
gboolean
fk_target_take_registers (FkTarget *self,
                          const FkAccessList *list,
                          guint first,
                          const guint8 *registers,
                          guint32 *values,
                          guint n,
                          GError **error)
{
  guint n_ready = count_ready (list, first, n, 1);

  for (guint i = 0; i < n_ready; i++)
    values[i] = list->accesses[first + STEPS * i + 2].value;
  for (guint i = n_ready; i < n; i++)
    if (!read_slowly (self, registers[i], &values[i], error))
      return FALSE;
  return TRUE;
}

/* The same for fk_access_list_read_registers_again(), @before being where the first reading is in
 * the list.  A core that was too slow for that one is asked once more. */
gboolean
fk_target_take_registers_again (FkTarget *self,
                                const FkAccessList *list,
                                guint before,
                                guint first,
                                const guint8 *registers,
                                guint32 *values,
                                guint n,
                                GError **error)
{
  if (count_ready (list, before, n, 1) < n)
    return fk_target_read_registers (self, registers, values, n, error);
  for (guint i = 0; i < n; i++)
    values[i] = list->accesses[first + 2 * i + 1].value;
  return TRUE;
}

/* The same for fk_access_list_write_registers(): writes those that the core did not take. */
gboolean
fk_target_finish_registers (FkTarget *self,
                            const FkAccessList *list,
                            guint first,
                            const guint8 *registers,
                            const guint32 *values,
                            guint n,
                            GError **error)
{
  for (guint i = count_ready (list, first, n, 2); i < n; i++)
    if (!write_slowly (self, registers[i], values[i], error))
      return FALSE;
  return TRUE;
}

/**
 * fk_target_read_registers:
 * @registers: (array length=n): which, by the numbers of #FkRegister; 4 to 12 for R4 to R12
 * @values: (array length=n) (out caller-allocates): what they hold
 * @n: at most %FK_TARGET_MAX_REGISTERS
 *
 * Reads core registers, in as few exchanges with the probe as it can.  The core must be halted.
 */
gboolean
fk_target_read_registers (
    FkTarget *self, const guint8 *registers, guint32 *values, guint n, GError **error)
{
  FkAccessList list = { 0 };
  guint first;

  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (n <= FK_TARGET_MAX_REGISTERS, FALSE);
  g_return_val_if_fail ((registers != NULL && values != NULL) || n == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  first = fk_access_list_read_registers (&list, registers, n);
  if (fk_target_run_list (self, &list, error))
    return fk_target_take_registers (self, &list, first, registers, values, n, error);
  g_prefix_error (error, "Reading core registers: ");
  return FALSE;
}

/* As fk_target_read_registers(), the other way. */
gboolean
fk_target_write_registers (
    FkTarget *self, const guint8 *registers, const guint32 *values, guint n, GError **error)
{
  FkAccessList list = { 0 };
  guint first;

  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (n <= FK_TARGET_MAX_REGISTERS, FALSE);
  g_return_val_if_fail ((registers != NULL && values != NULL) || n == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  first = fk_access_list_write_registers (&list, registers, values, n);
  if (fk_target_run_list (self, &list, error))
    return fk_target_finish_registers (self, &list, first, registers, values, n, error);
  g_prefix_error (error, "Writing core registers: ");
  return FALSE;
}

/**
 * fk_target_read_register:
 * @reg: one of #FkRegister, or 4 to 12 for R4 to R12
 *
 * The core must be halted.
 */
gboolean
fk_target_read_register (FkTarget *self, FkRegister reg, guint32 *value, GError **error)
{
  guint8 number = (guint8)reg;

  g_return_val_if_fail (value != NULL, FALSE);

  return fk_target_read_registers (self, &number, value, 1, error);
}

/* As fk_target_read_register(), the other way. */
gboolean
fk_target_write_register (FkTarget *self, FkRegister reg, guint32 value, GError **error)
{
  guint8 number = (guint8)reg;

  return fk_target_write_registers (self, &number, &value, 1, error);
}
