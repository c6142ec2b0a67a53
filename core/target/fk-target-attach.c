/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Attaching to a program that runs, and stopping it: who the core is, whether it had locked up, and
 * the clocks that keep it reachable, in as few lists of accesses as can be.  What does not answer
 * in a list is asked by itself, so that one register that is not there costs only its own answer.
 *
 * ARM DDI 0403E C1.6; RM0008 31.16, RM0360 26.9 (DBGMCU). */

#include "config.h"

#include "target/fk-cortex-m.h"
#include "target/fk-target-private.h"

#include "base/fk-error.h"

static const guint8 pc_register = FK_REG_PC;

#define DBGMCU_CR_AWAKE (FK_DBGMCU_CR_SLEEP | FK_DBGMCU_CR_STOP | FK_DBGMCU_CR_STDBY)

/* Whether what was read where such a core's DBGMCU is may be its device ID.  Next to a Cortex-M7 it
 * is somewhere else on H7, and a Cortex-M33 is in chips of many makers: there it has to be the part
 * number in ST's ROM table.  Of an F0 the table has another number. */
static gboolean
is_dbgmcu (FkTarget *self, guint32 idcode)
{
  gboolean is_part = self->designer == FK_JEP106_ST && (idcode & 0xfff) == self->part;

  if (idcode == 0)
    return FALSE;
  if (self->core == FK_CORE_CORTEX_M7)
    return is_part || self->designer != FK_JEP106_ST;
  return is_part || self->core != FK_CORE_CORTEX_M33;
}

/* Sets the bits once a device ID shows that DBGMCU is there. */
static gboolean
hold_clocks (FkTarget *self, guint32 dbgmcu, GError **error)
{
  guint32 idcode;

  if (!fk_probe_read_word (self->probe, dbgmcu + FK_DBGMCU_IDCODE, &idcode, error))
    return FALSE;
  if (!is_dbgmcu (self, idcode))
    return TRUE;
  if (self->core == FK_CORE_CORTEX_M0 &&
      !fk_target_hold_bits (self, FK_RCC_F0_APB2ENR, FK_RCC_F0_APB2ENR_DBGMCUEN, error))
    return FALSE;
  return fk_target_hold_bits (self, dbgmcu + FK_DBGMCU_CR, DBGMCU_CR_AWAKE, error);
}

/* The PC tells a lock-up, too, where the core was stopped before we could ask. */
static gboolean
take_lockup_from_pc (FkTarget *self, const FkAccessList *list, guint pc_at, GError **error)
{
  guint32 pc;

  if (!fk_target_take_registers (self, list, pc_at, &pc_register, &pc, 1, error))
    return FALSE;
  self->locked_up = self->locked_up || fk_target_is_lockup_pc (self, pc);
  return TRUE;
}

/* Returns: whether connecting has put anything off */
gboolean
fk_target_has_put_off (FkTarget *self)
{
  return self->put_off.hold.bits != 0 || self->put_off.wants_pc;
}

/* Adds it to a list. */
void
fk_target_add_put_off (FkTarget *self, FkAccessList *list)
{
  FkPutOff *put_off = &self->put_off;

  if (put_off->wants_pc)
    put_off->pc_at = fk_access_list_read_registers (list, &pc_register, 1);
  if (put_off->hold.bits != 0)
    fk_target_add_hold (self, list, put_off->hold.address, put_off->hold.value, put_off->hold.bits);
}

/* Takes it from a list that was carried out as far as that.  What comes to nothing stays put off.
 */
gboolean
fk_target_take_put_off (FkTarget *self, const FkAccessList *list, GError **error)
{
  FkPutOff *put_off = &self->put_off;

  if (put_off->wants_pc && !take_lockup_from_pc (self, list, put_off->pc_at, error))
    return FALSE;
  self->awake = self->awake || put_off->hold.bits != 0;
  *put_off = (FkPutOff){ 0 };
  return TRUE;
}

/* Keeps the chip's clocks alive while it sleeps, so that it goes on answering; does nothing where
 * that is so already. */
static gboolean
keep_awake (FkTarget *self, GError **error)
{
  guint32 dbgmcu = fk_target_get_dbgmcu (self);
  g_autoptr (GError) local_error = NULL;

  if (self->awake || dbgmcu == 0 || hold_clocks (self, dbgmcu, &local_error))
    return TRUE;
  return fk_target_excuse_fault (g_steal_pointer (&local_error), error);
}

/**
 * fk_target_settle:
 *
 * Does what connecting has left to the next fk_target_foresee(): a core that stands still does not
 * sleep, so that what keeps the chip awake can wait, as can the question whether the core had
 * locked up.  It has to be done before the core is let go.  Not on a hot-plug connection, which
 * changes nothing.
 */
gboolean
fk_target_settle (FkTarget *self, GError **error)
{
  g_return_val_if_fail (FK_IS_TARGET (self) && !self->hot_plug, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (fk_target_has_put_off (self))
    {
      FkAccessList list = { 0 };

      fk_target_add_put_off (self, &list);
      /* Once more where it failed: one write alone is not repeated by the probe. */
      if ((!fk_target_run_list (self, &list, NULL) && !fk_target_run_list (self, &list, error)) ||
          !fk_target_take_put_off (self, &list, error))
        return FALSE;
    }
  return keep_awake (self, error);
}

/* Where a list asks who is there. */
typedef struct
{
  guint cpuid_at;
  guint demcr_at;
  guint dhcsr_at;
  guint ids_at;
  guint32 table; /* 0 for none */
} Look;

static void
add_look (FkAccessList *list, guint32 table, Look *look)
{
  look->table = table;
  look->cpuid_at = fk_access_list_read_steady (list, FK_SCB_CPUID);
  look->demcr_at = fk_access_list_read_steady (list, FK_DEMCR);
  look->dhcsr_at = list->n;
  fk_access_list_read (list, FK_DHCSR);
  look->ids_at = table != 0 ? fk_access_list_read_rom_table (list, table) : 0;
}

static gboolean
take_look (FkTarget *self, const FkAccessList *list, const Look *look, GError **error)
{
  guint32 cpuid;

  if (!fk_target_take_steady (self, list, look->cpuid_at, &cpuid, error) ||
      !fk_target_take_cpuid (self, cpuid, error) ||
      !fk_target_take_steady (self, list, look->demcr_at, &self->demcr, error))
    return FALSE;
  self->demcr_known = TRUE;
  if (look->table != 0)
    fk_target_take_rom_table (self, list, look->ids_at);
  if (self->identified && self->met_func != NULL)
    self->met_func (self, self->met_data);
  return TRUE;
}

/* The first list: changes nothing.  @table: 0 for none.  @dhcsr becomes what DHCSR said. */
static gboolean
look_at (FkTarget *self, guint32 table, guint32 *dhcsr, GError **error)
{
  FkAccessList list = { 0 };
  Look look;

  add_look (&list, table, &look);
  if (!fk_target_run_list (self, &list, error) || !take_look (self, &list, &look, error))
    return FALSE;
  *dhcsr = list.accesses[look.dhcsr_at].value;
  return TRUE;
}

/* As look_at(), with the ROM table if it answers. */
static gboolean
look_with_table (FkTarget *self, guint32 *dhcsr, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint32 table = fk_target_guess_rom_table (self);

  if (table == 0 && !fk_target_find_rom_table (self, &table, error))
    {
      g_prefix_error (error, "Reading the ROM table: ");
      return FALSE;
    }
  if (look_at (self, table, dhcsr, &local_error))
    return TRUE;
  if (g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
    return look_at (self, 0, dhcsr, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* The same behind the access port where the core is. */
static gboolean
look (FkTarget *self, guint32 *dhcsr, GError **error)
{
  GError *local_error = NULL;

  if (look_with_table (self, dhcsr, &local_error) ||
      (fk_target_try_other_ap (self, &local_error) && look_with_table (self, dhcsr, &local_error)))
    return TRUE;
  g_propagate_error (error, local_error);
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
add_dbgmcu (FkAccessList *list, FkCore core, guint32 base, Dbgmcu *dbgmcu)
{
  dbgmcu->steady_address = core == FK_CORE_CORTEX_M0 ? FK_RCC_F0_APB2ENR : base + FK_DBGMCU_CR;
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

/* What there is to be done yet: the PC is wanted unless the core was @asked whether it had locked
 * up, and DBGMCU's bits, on F0 its clock before. */
static gboolean
finish (
    FkTarget *self, const FkAccessList *found, const Dbgmcu *dbgmcu, gboolean asked, GError **error)
{
  guint32 cr_address = fk_target_get_dbgmcu (self) + FK_DBGMCU_CR;
  gboolean is_there = dbgmcu != NULL && is_dbgmcu (self, found->accesses[dbgmcu->idcode_at].value);
  guint32 value = 0;

  self->put_off.wants_pc = !asked;
  if (is_there && !fk_target_take_steady (self, found, dbgmcu->steady_at, &value, error))
    return FALSE;
  if (is_there && dbgmcu->steady_address != cr_address)
    {
      FkAccessList list = { 0 };
      guint cr_at;

      fk_target_add_hold (self, &list, dbgmcu->steady_address, value, FK_RCC_F0_APB2ENR_DBGMCUEN);
      cr_at = fk_access_list_read_steady (&list, cr_address);
      if (!fk_target_run_list (self, &list, error) ||
          !fk_target_take_steady (self, &list, cr_at, &value, error))
        return FALSE;
    }
  self->awake = dbgmcu != NULL && (!is_there || (value & DBGMCU_CR_AWAKE) == DBGMCU_CR_AWAKE);
  fk_target_compare_part (self, is_there ? found->accesses[dbgmcu->idcode_at].value : 0);
  if (is_there && !self->awake)
    self->put_off.hold =
        (FkHeldBits){ .address = cr_address, .bits = DBGMCU_CR_AWAKE, .value = value };
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
    add_dbgmcu (&list, self->core, fk_target_get_dbgmcu (self), &dbgmcu);
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

static void
note_was_stopped (FkTarget *self, guint32 dhcsr)
{
  self->was_stopped = self->was_stopped || ((dhcsr & FK_DHCSR_C_DEBUGEN) != 0 &&
                                            (dhcsr & (FK_DHCSR_S_HALT | FK_DHCSR_C_MASKINTS)) != 0);
}

/* Both lists in one, of a core that the debug port has told: what is asked before the core is
 * stopped, and what is asked after; whether it had locked up will tell the PC, which must not be
 * asked for before the core is known to stand still (C1.6.3).  Not done a second time, as it would
 * then find the core stopped.
 *
 * Returns: whether that was all; if not, the core may have been stopped or not */
static gboolean
stop_at_once (FkTarget *self, GError **error)
{
  FkAccessList list = { 0 };
  Look look;
  Dbgmcu dbgmcu;
  guint halted_at;
  gboolean done;

  add_look (&list, fk_target_guess_rom_table (self), &look);
  fk_target_add_dhcsr (self, &list, FK_DHCSR_C_DEBUGEN | FK_DHCSR_C_HALT);
  halted_at = list.n;
  fk_access_list_read (&list, FK_DHCSR);
  add_dbgmcu (&list, FK_CORE_CORTEX_M3, fk_core_get_dbgmcu (FK_CORE_CORTEX_M3), &dbgmcu);
  fk_target_forget (self);
  done = fk_probe_run_list_once (self->probe, list.accesses, list.n, error);
  if (list.accesses[look.dhcsr_at].done)
    note_was_stopped (self, list.accesses[look.dhcsr_at].value);
  if (!done || !take_look (self, &list, &look, error) ||
      (list.accesses[halted_at].value & FK_DHCSR_S_HALT) == 0)
    return FALSE;
  self->stopped = TRUE;
  self->locked_up = FALSE;
  if (fk_target_get_dbgmcu (self) != fk_core_get_dbgmcu (FK_CORE_CORTEX_M3))
    return finish (self, &list, NULL, FALSE, error);
  take_bpu (self, &list, &dbgmcu);
  return finish (self, &list, &dbgmcu, FALSE, error);
}

static gboolean
stop_running_core (FkTarget *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean tried;
  guint32 dhcsr;

  if (!fk_target_read_dpidr (self, FALSE, error))
    return FALSE;
  tried = fk_target_guess_rom_table (self) != 0;
  if (tried && stop_at_once (self, NULL))
    return TRUE;
  if (!look (self, &dhcsr, error))
    return FALSE;
  if (!tried)
    note_was_stopped (self, dhcsr);
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
