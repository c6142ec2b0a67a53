/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Attaching to a program that runs, and stopping it: who the core is, whether it had locked up, and
 * the clocks that keep it reachable, in up to three lists of accesses.  What does not answer in a
 * list is asked by itself, so that one register that is not there costs only its own answer.
 *
 * ARM DDI 0403E C1.6; RM0008 31.16, RM0360 26.9 (DBGMCU). */

#include "config.h"

#include "target/fk-cortex-m.h"
#include "target/fk-target-private.h"

#include "base/fk-error.h"

static const guint8 pc_register = FK_REG_PC;

#define DBGMCU_CR_AWAKE (FK_DBGMCU_CR_SLEEP | FK_DBGMCU_CR_STOP | FK_DBGMCU_CR_STDBY)

/* Sets the bits once a device ID shows that DBGMCU is there. */
static gboolean
hold_clocks (FkTarget *self, guint32 dbgmcu, GError **error)
{
  guint32 idcode;

  if (!fk_probe_read_word (self->probe, dbgmcu + FK_DBGMCU_IDCODE, &idcode, error))
    return FALSE;
  if (idcode == 0)
    return TRUE;
  if (self->core == FK_CORE_CORTEX_M0 &&
      !fk_target_hold_bits (self, FK_RCC_F0_APB2ENR, FK_RCC_F0_APB2ENR_DBGMCUEN, error))
    return FALSE;
  return fk_target_hold_bits (self, dbgmcu + FK_DBGMCU_CR, DBGMCU_CR_AWAKE, error);
}

/* Keeps the chip's clocks alive while it sleeps, so that it goes on answering; does nothing where
 * that is so already.  Not on a hot-plug connection, which changes nothing. */
gboolean
fk_target_keep_awake (FkTarget *self, GError **error)
{
  guint32 dbgmcu = fk_target_get_dbgmcu (self);
  g_autoptr (GError) local_error = NULL;

  if (self->awake || dbgmcu == 0 || hold_clocks (self, dbgmcu, &local_error))
    return TRUE;
  return fk_target_excuse_fault (g_steal_pointer (&local_error), error);
}

/* The first list: changes nothing.  @table: 0 for none.  @dhcsr becomes what DHCSR said. */
static gboolean
look (FkTarget *self, guint32 table, guint32 *dhcsr, GError **error)
{
  FkAccessList list = { 0 };
  guint cpuid_at = fk_access_list_read_steady (&list, FK_SCB_CPUID);
  guint demcr_at = fk_access_list_read_steady (&list, FK_DEMCR);
  guint dhcsr_at = list.n;
  guint ids_at;
  guint32 cpuid;

  fk_access_list_read (&list, FK_DHCSR);
  ids_at = table != 0 ? fk_access_list_read_rom_table (&list, table) : 0;
  if (!fk_target_run_list (self, &list, error) ||
      !fk_target_take_steady (self, &list, cpuid_at, &cpuid, error) ||
      !fk_target_take_cpuid (self, cpuid, error) ||
      !fk_target_take_steady (self, &list, demcr_at, &self->demcr, error))
    return FALSE;
  self->demcr_known = TRUE;
  if (table != 0)
    fk_target_take_rom_table (self, &list, ids_at);
  *dhcsr = list.accesses[dhcsr_at].value;
  return TRUE;
}

/* As look(), with the ROM table if it answers. */
static gboolean
look_with_table (FkTarget *self, guint32 *dhcsr, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint32 table;

  if (!fk_target_find_rom_table (self, &table, error))
    {
      g_prefix_error (error, "Reading the ROM table: ");
      return FALSE;
    }
  if (look (self, table, dhcsr, &local_error))
    return TRUE;
  if (g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
    return look (self, 0, dhcsr, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* What the second list finds of ST's DBGMCU, and of the breakpoint unit. */
typedef struct
{
  guint idcode_at;
  guint bpu_at;
  guint steady_at; /* its control register; on F0, what gives it a clock */
  guint32 steady_address;
} Dbgmcu;

static void
add_dbgmcu (FkTarget *self, FkAccessList *list, Dbgmcu *dbgmcu)
{
  guint32 base = fk_target_get_dbgmcu (self);

  dbgmcu->steady_address =
      self->core == FK_CORE_CORTEX_M0 ? FK_RCC_F0_APB2ENR : base + FK_DBGMCU_CR;
  dbgmcu->idcode_at = list->n;
  fk_access_list_read (list, base + FK_DBGMCU_IDCODE);
  dbgmcu->steady_at = fk_access_list_read_steady (list, dbgmcu->steady_address);
  dbgmcu->bpu_at = fk_access_list_read_steady (list, FK_FP_CTRL);
}

/* A debugger that is gone may have left breakpoints; mostly there are none, and then none has to be
 * removed. */
static void
take_bpu (FkTarget *self, const FkAccessList *found, const Dbgmcu *dbgmcu)
{
  const FkProbeAccess *bpu = &found->accesses[dbgmcu->bpu_at];

  self->no_bpu = ((bpu[0].value | bpu[1].value) & FK_FP_CTRL_ENABLE) == 0;
  self->no_bpu_at = self->n_runs;
}

/* The PC tells a lock-up, too, where the core was stopped before we could ask. */
static gboolean
take_lockup_from_pc (FkTarget *self, const FkAccessList *list, guint pc_at, GError **error)
{
  guint32 pc;

  if (!fk_target_take_registers (self, list, pc_at, &pc_register, &pc, 1, error))
    return FALSE;
  self->locked_up = self->locked_up || (pc & ~1u) == FK_LOCKUP_PC;
  return TRUE;
}

/* A list, once more where it failed: one write alone is not repeated by the probe. */
static gboolean
insist (FkTarget *self, FkAccessList *list, GError **error)
{
  return (list->n == 1 && fk_target_run_list (self, list, NULL)) ||
         fk_target_run_list (self, list, error);
}

/* The third list: what was found to be missing of the bits that keep the chip awake, and the PC
 * unless the core was @asked whether it had locked up. */
static gboolean
finish (
    FkTarget *self, const FkAccessList *found, const Dbgmcu *dbgmcu, gboolean asked, GError **error)
{
  guint32 cr_address = fk_target_get_dbgmcu (self) + FK_DBGMCU_CR;
  gboolean is_there = dbgmcu != NULL && found->accesses[dbgmcu->idcode_at].value != 0;
  gboolean needs_clock = is_there && dbgmcu->steady_address != cr_address;
  FkAccessList list = { 0 };
  guint32 value;
  guint pc_at = 0;
  guint cr_at = 0;

  if (!asked)
    pc_at = fk_access_list_read_registers (&list, &pc_register, 1);
  if (is_there)
    {
      if (!fk_target_take_steady (self, found, dbgmcu->steady_at, &value, error))
        return FALSE;
      fk_target_add_hold (self, &list, dbgmcu->steady_address, value,
                          needs_clock ? FK_RCC_F0_APB2ENR_DBGMCUEN : DBGMCU_CR_AWAKE);
    }
  if (needs_clock)
    cr_at = fk_access_list_read_steady (&list, cr_address);
  if (!insist (self, &list, error) || (!asked && !take_lockup_from_pc (self, &list, pc_at, error)))
    return FALSE;
  if (needs_clock)
    {
      FkAccessList last = { 0 };

      if (!fk_target_take_steady (self, &list, cr_at, &value, error))
        return FALSE;
      fk_target_add_hold (self, &last, cr_address, value, DBGMCU_CR_AWAKE);
      if (!insist (self, &last, error))
        return FALSE;
    }
  self->awake = dbgmcu != NULL;
  /* What is asked for next. */
  if (is_there)
    fk_target_add_foreseen (self, fk_target_get_dbgmcu (self) + FK_DBGMCU_IDCODE,
                            found->accesses[dbgmcu->idcode_at].value);
  return TRUE;
}

/* The second list.  Whether the core had locked up must be asked while it still runs: S_LOCKUP is 0
 * in a halted core (C1.6.2), and the status bits mean something only while debug is on.  It is
 * asked twice, the second time right before the core is stopped. */
static gboolean
stop (FkTarget *self, guint32 dhcsr, gboolean has_dbgmcu, GCancellable *cancellable, GError **error)
{
  FkAccessList list = { 0 };
  Dbgmcu dbgmcu;
  guint status_at = FK_ACCESS_LIST_MAX;
  guint halted_at;
  gboolean asked;
  gboolean in_time;

  if ((dhcsr & FK_DHCSR_C_DEBUGEN) == 0)
    {
      fk_target_add_dhcsr (self, &list, FK_DHCSR_C_DEBUGEN);
      status_at = fk_access_list_read_steady (&list, FK_DHCSR);
    }
  fk_target_add_dhcsr (self, &list, FK_DHCSR_C_DEBUGEN | FK_DHCSR_C_HALT);
  halted_at = list.n;
  fk_access_list_read (&list, FK_DHCSR);
  if (has_dbgmcu)
    add_dbgmcu (self, &list, &dbgmcu);
  if (!fk_target_run_list (self, &list, error))
    return FALSE;
  asked = status_at < FK_ACCESS_LIST_MAX;
  if (asked)
    dhcsr = list.accesses[status_at].value | list.accesses[status_at + 1].value;
  self->locked_up = (dhcsr & FK_DHCSR_S_LOCKUP) != 0;
  in_time = (list.accesses[halted_at].value & FK_DHCSR_S_HALT) != 0;
  if (!in_time && !fk_target_stop_core (self, cancellable, error))
    return FALSE;
  self->stopped = TRUE;
  if (has_dbgmcu && in_time)
    take_bpu (self, &list, &dbgmcu);
  /* What was read while the core may have run is read anew later. */
  return finish (self, &list, has_dbgmcu && in_time ? &dbgmcu : NULL, asked, error);
}

static gboolean
stop_running_core (FkTarget *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint32 dhcsr;

  if (!look_with_table (self, &dhcsr, error))
    return FALSE;
  self->was_stopped = self->was_stopped || ((dhcsr & FK_DHCSR_C_DEBUGEN) != 0 &&
                                            (dhcsr & (FK_DHCSR_S_HALT | FK_DHCSR_C_MASKINTS)) != 0);
  if (stop (self, dhcsr, fk_target_get_dbgmcu (self) != 0, cancellable, &local_error))
    return TRUE;
  if (g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
    return stop (self, dhcsr, FALSE, cancellable, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* @halt: %FALSE to change nothing */
gboolean
fk_target_attach_normally (FkTarget *self, gboolean halt, GCancellable *cancellable, GError **error)
{
  if (!fk_probe_attach (self->probe, FALSE, cancellable, error))
    return FALSE;
  return halt ? stop_running_core (self, cancellable, error) : fk_target_read_cpuid (self, error);
}
