/* SPDX-License-Identifier: GPL-3.0-or-later */

/* RAM and registers on loan, so that code of ours can run in the middle of somebody's program and
 * the program never learns of it.  The memory protection unit is lent too: a program may have
 * forbidden to run code from RAM (ARM DDI 0403E B3.5). */

#include "config.h"

#include "target/fk-cortex-m.h"
#include "target/fk-target-private.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"

#include <string.h>

/* What is lent beside the registers that our code uses: what a fault in it changes, too.  The
 * process stack pointer is not: code of ours has the main stack (fk_target_start()), and so has a
 * fault in it (ARM DDI 0403E B1.5.6).  LR is the first, for code that saves it is not lent. */
static const guint8 always_lent[] = { FK_REG_LR, FK_REG_PC, FK_REG_XPSR, FK_REG_CONTROL_PRIMASK,
                                      FK_REG_MSP };

/* What such code pushes, in the order of addresses. */
static const guint8 saved[] = { 0, 1, 2, 3, 4, 5, 6, 7, FK_REG_LR };
G_STATIC_ASSERT (4 * G_N_ELEMENTS (saved) == FK_TARGET_SAVED_SIZE);

#define MAX_LENT (FK_TARGET_GENERAL_REGISTERS + G_N_ELEMENTS (always_lent))

#define SAVE_TRIES 4

struct _FkTargetRam
{
  FkTarget *target;
  guint32 address;
  gsize size;
  guint8 *bytes;         /* (nullable): what it held */
  guint8 lent[MAX_LENT]; /* registers */
  guint n_lent;
  guint32 registers[MAX_LENT];
  guint32 mpu_ctrl;
  guint n_resets;      /* of the target, when it was borrowed */
  guint n_starts;      /* likewise */
  gboolean abandoned;  /* nobody's: nothing was saved */
  gboolean code_saves; /* registers of its own, and nobody had to look for them yet */
  gboolean returned;
};

/* What is taken down before code of ours runs. */
typedef struct
{
  guint32 mpu_type; /* 0 on a core that has none */
  guint32 mpu_ctrl;
  guint32 registers[MAX_LENT];
} State;

/* Where the accesses of a State are in a list. */
typedef struct
{
  guint mpu;
  guint registers;
} Place;

static void
choose_registers (FkTargetRam *ram, guint used)
{
  ram->code_saves = (used & FK_TARGET_CODE_SAVES) != 0;
  for (guint8 i = 0; i < FK_TARGET_GENERAL_REGISTERS; i++)
    if ((used & 1u << i) != 0)
      ram->lent[ram->n_lent++] = i;
  for (guint i = ram->code_saves ? 1 : 0; i < G_N_ELEMENTS (always_lent); i++)
    ram->lent[ram->n_lent++] = always_lent[i];
}

static guint
add_mpu (FkTarget *target, FkAccessList *list)
{
  guint first = list->n;

  if (fk_target_is_armv7m (target))
    {
      fk_access_list_read (list, FK_MPU_TYPE);
      fk_access_list_read (list, FK_MPU_CTRL);
    }
  return first;
}

static void
take_mpu (FkTarget *target, const FkAccessList *list, guint first, State *state)
{
  if (fk_target_is_armv7m (target))
    {
      state->mpu_type = list->accesses[first].value;
      state->mpu_ctrl = list->accesses[first + 1].value;
    }
}

/* Reads the state twice, in one exchange with a probe that can, after having looked whether the
 * core is halted.  The second reading comes after all of the first. */
static gboolean
read_states (FkTargetRam *ram, gboolean *halted, State states[2], GError **error)
{
  FkTarget *target = ram->target;
  FkAccessList list = { 0 };
  Place places[2];

  fk_access_list_read (&list, FK_DHCSR);
  places[0].mpu = add_mpu (target, &list);
  places[0].registers = fk_access_list_read_registers (&list, ram->lent, ram->n_lent);
  places[1].mpu = add_mpu (target, &list);
  places[1].registers = fk_access_list_read_registers_again (&list, ram->lent, ram->n_lent);
  memset (states, 0, 2 * sizeof (State));
  if (!fk_target_run_list_and_foresee (target, &list, &target->wanted_with_loan, error))
    return FALSE;
  *halted = (list.accesses[0].value & FK_DHCSR_S_HALT) != 0;
  if (!*halted)
    return TRUE;
  take_mpu (target, &list, places[0].mpu, &states[0]);
  take_mpu (target, &list, places[1].mpu, &states[1]);
  return fk_target_take_registers (target, &list, places[0].registers, ram->lent,
                                   states[0].registers, ram->n_lent, error) &&
         fk_target_take_registers_again (target, &list, places[0].registers, places[1].registers,
                                         ram->lent, states[1].registers, ram->n_lent, error);
}

static gboolean
set_unsteady_error (GError **error)
{
  g_set_error_literal (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH,
                       "The chip's RAM and registers read differently each time; the wires are "
                       "bad, or SWD is too fast for them");
  return FALSE;
}

static gboolean
set_running_error (GError **error)
{
  g_set_error_literal (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
                       "The chip's RAM can be borrowed only while its core is halted");
  return FALSE;
}

/* Twice equal, because nothing else would tell that what is given back is not what was taken. */
static gboolean
save_state (FkTargetRam *ram, GError **error)
{
  for (guint i = 0; i < SAVE_TRIES; i++)
    {
      State states[2];
      gboolean halted;

      if (!read_states (ram, &halted, states, error))
        return FALSE;
      if (!halted)
        return set_running_error (error);
      if (memcmp (&states[0], &states[1], sizeof (State)) != 0)
        continue;
      memcpy (ram->registers, states[0].registers, sizeof ram->registers);
      if (states[0].mpu_type != 0)
        ram->mpu_ctrl = states[0].mpu_ctrl;
      return TRUE;
    }
  return set_unsteady_error (error);
}

/* The same for RAM. */
static gboolean
read_steadily (FkTarget *target,
               guint32 address,
               guint8 *bytes,
               gsize size,
               GCancellable *cancellable,
               GError **error)
{
  g_autofree guint8 *again = g_malloc (MAX (size, 1));

  if (!fk_target_read (target, address, bytes, size, NULL, cancellable, error))
    return FALSE;
  for (guint i = 0; i < SAVE_TRIES; i++)
    {
      if (!fk_target_read (target, address, again, size, NULL, cancellable, error))
        return FALSE;
      if (memcmp (bytes, again, size) == 0)
        return TRUE;
      memcpy (bytes, again, size);
    }
  return set_unsteady_error (error);
}

static gboolean
save_bytes (FkTargetRam *ram, GCancellable *cancellable, GError **error)
{
  ram->bytes = g_malloc (MAX (ram->size, 1));
  return read_steadily (ram->target, ram->address, ram->bytes, ram->size, cancellable, error);
}

/* A program may have forbidden to run code from RAM. */
static gboolean
suspend_mpu (FkTargetRam *ram, GError **error)
{
  return (ram->mpu_ctrl & FK_MPU_CTRL_ENABLE) == 0 ||
         fk_target_write_u32 (ram->target, FK_MPU_CTRL, 0, error);
}

/* What fk_target_start() has to know of the program's registers. */
static void
note_lent (FkTargetRam *ram)
{
  FkTarget *self = ram->target;

  for (guint i = 0; i < ram->n_lent; i++)
    if (ram->lent[i] == FK_REG_CONTROL_PRIMASK)
      self->control = ram->registers[i];
    else if (ram->lent[i] == FK_REG_XPSR)
      self->xpsr = ram->registers[i];
  self->lent = TRUE;
  self->lent_at = self->n_resets;
}

/* Looks whether the core is halted, and foresees what is wanted with a loan. */
static gboolean
check_halted_and_foresee (FkTarget *self, GError **error)
{
  FkAccessList list = { 0 };

  fk_access_list_read (&list, FK_DHCSR);
  return fk_target_run_list_and_foresee (self, &list, &self->wanted_with_loan, error) &&
         ((list.accesses[0].value & FK_DHCSR_S_HALT) != 0 || set_running_error (error));
}

/* What a reset leaves of a program that was abandoned there: no rights taken away, no exception, no
 * MPU (ARM DDI 0403E, B1.4.4 and B3.5.5).  xPSR may lack T; fk_target_start() sees to that. */
static gboolean
take_abandoned (FkTargetRam *ram, GError **error)
{
  FkTarget *self = ram->target;

  if (!check_halted_and_foresee (self, error))
    return FALSE;
  self->control = 0;
  self->xpsr = 0;
  self->lent = TRUE;
  self->lent_at = self->n_resets;
  return TRUE;
}

static gboolean
take (FkTargetRam *ram, gboolean give_back, GCancellable *cancellable, GError **error)
{
  if (ram->abandoned)
    return take_abandoned (ram, error);
  if (!save_state (ram, error) || (give_back && !save_bytes (ram, cancellable, error)) ||
      !suspend_mpu (ram, error))
    return FALSE;
  note_lent (ram);
  return TRUE;
}

/**
 * fk_target_abandon_program:
 *
 * After fk_target_reset_halt(), for who resets the chip again in the end: until then RAM and
 * registers are nobody's, and fk_target_borrow_ram() saves nothing of them and gives nothing back.
 */
void
fk_target_abandon_program (FkTarget *self)
{
  g_return_if_fail (FK_IS_TARGET (self) && self->connected);
  g_return_if_fail (self->stopped);

  self->abandoned = TRUE;
}

/**
 * fk_target_is_abandoned:
 *
 * Returns: whether fk_target_abandon_program() holds: nobody waits for what is changed, because a
 *   reset is to come
 */
gboolean
fk_target_is_abandoned (FkTarget *self)
{
  g_return_val_if_fail (FK_IS_TARGET (self), FALSE);

  return self->abandoned;
}

/* What our code left in the registers is no place to go on from: an abandoned program begins where
 * the reset would have begun it, with the vectors that are there now.  Never fails, because letting
 * the core go is worth a try in any case. */
void
fk_target_begin_abandoned (FkTarget *self)
{
  static const guint8 registers[] = { FK_REG_CONTROL_PRIMASK, FK_REG_XPSR, FK_REG_MSP, FK_REG_PC };
  guint32 values[G_N_ELEMENTS (registers)] = { 0, FK_XPSR_T };

  if (!self->abandoned)
    return;
  self->abandoned = FALSE;
  if (fk_target_read_steady_word (self, 0, &values[2], NULL) &&
      fk_target_read_steady_word (self, 4, &values[3], NULL))
    {
      values[3] &= ~1u;
      fk_target_write_registers (self, registers, values, G_N_ELEMENTS (registers), NULL);
    }
}

/* A core that runs must not be asked for its registers.  One that we have stopped is looked at
 * together with them, in case of a reset that nobody told us of. */
static gboolean
check_stopped (FkTarget *self, GError **error)
{
  gboolean halted;

  if (self->stopped)
    return TRUE;
  if (!fk_target_is_halted (self, &halted, error))
    return FALSE;
  return halted || set_running_error (error);
}

/**
 * fk_target_borrow_ram:
 * @address: the first byte
 * @size: bytes
 * @used: bits of the registers R0 to R12 that the code uses; the others must be left alone by it.
 *   Or %FK_TARGET_CODE_SAVES
 * @give_back: %FALSE if the program will not go on (it is reset afterwards), so that the bytes need
 *   not be saved; registers always are
 *
 * Borrows RAM and core registers for code of ours.  The core must be halted.
 *
 * Returns: (transfer full): the loan; NOT_SUPPORTED if the core runs or must not be stopped
 */
FkTargetRam *
fk_target_borrow_ram (FkTarget *self,
                      guint32 address,
                      gsize size,
                      guint used,
                      gboolean give_back,
                      GCancellable *cancellable,
                      GError **error)
{
  FkTargetRam *ram;

  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_stopped (self, error))
    return NULL;
  ram = g_new0 (FkTargetRam, 1);
  ram->target = g_object_ref (self);
  ram->address = address;
  ram->size = size;
  ram->n_resets = self->n_resets;
  ram->n_starts = self->n_starts;
  ram->abandoned = self->abandoned;
  choose_registers (ram, used);
  if (take (ram, give_back, cancellable, error))
    return ram;
  g_prefix_error (error, "Borrowing RAM: ");
  /* Nothing has changed but perhaps the MPU. */
  if (ram->mpu_ctrl != 0)
    fk_target_write_u32 (self, FK_MPU_CTRL, ram->mpu_ctrl, NULL);
  ram->returned = TRUE;
  fk_target_ram_free (ram);
  return NULL;
}

/**
 * fk_target_ram_covers:
 * @used: as for fk_target_borrow_ram()
 *
 * Returns: whether other code, with these registers, may run in the borrowed RAM after the one
 *   before has ended, and the loan may grow for it
 */
gboolean
fk_target_ram_covers (FkTargetRam *ram, guint used)
{
  g_return_val_if_fail (ram != NULL, FALSE);

  return used == FK_TARGET_CODE_SAVES && ram->code_saves && ram->bytes != NULL &&
         ram->target->at_bkpt && ram->n_resets == ram->target->n_resets;
}

/**
 * fk_target_ram_grow:
 * @size: bytes that are needed; where the loan has them, nothing is done
 *
 * Borrows more RAM, behind what is on loan, while no code of ours runs.  After an error the loan is
 * as it was.
 */
gboolean
fk_target_ram_grow (FkTargetRam *ram, gsize size, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (ram != NULL && ram->bytes != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_halted_and_foresee (ram->target, error))
    return FALSE;
  if (size <= ram->size)
    return TRUE;
  ram->bytes = g_realloc (ram->bytes, size);
  if (!read_steadily (ram->target, ram->address + (guint32)ram->size, ram->bytes + ram->size,
                      size - ram->size, cancellable, error))
    return FALSE;
  ram->size = size;
  return TRUE;
}

/**
 * fk_target_try_out:
 * @address: where RAM begins that is on loan for good, and that nobody uses now
 * @length: bytes of it
 *
 * Finds out whether this probe can write to the chip faster than it is sure to; what is in the RAM
 * is lost.
 */
void
fk_target_try_out (FkTarget *self, guint32 address, gsize length)
{
  g_return_if_fail (FK_IS_TARGET (self) && self->connected);

  fk_probe_try_out (self->probe, address, length);
}

guint32
fk_target_ram_get_address (FkTargetRam *ram)
{
  g_return_val_if_fail (ram != NULL, 0);

  return ram->address;
}

gsize
fk_target_ram_get_size (FkTargetRam *ram)
{
  g_return_val_if_fail (ram != NULL, 0);

  return ram->size;
}

/* Code that saves registers, and was stopped before its end: what it has pushed is the program's,
 * and is lent from now on.  At its first instruction it has pushed nothing. */
static gboolean
find_saved (FkTargetRam *ram, GError **error)
{
  FkTarget *self = ram->target;
  guint8 bytes[FK_TARGET_SAVED_SIZE];
  guint32 pc;

  if (!ram->code_saves || ram->abandoned || self->n_starts == ram->n_starts)
    return TRUE;
  if (!fk_target_read_register (self, FK_REG_PC, &pc, error))
    return FALSE;
  if (pc != self->code_pc)
    {
      if (!read_steadily (self, self->code_sp - FK_TARGET_SAVED_SIZE, bytes, sizeof bytes, NULL,
                          error))
        return FALSE;
      for (guint i = 0; i < G_N_ELEMENTS (saved); i++)
        {
          ram->lent[ram->n_lent] = saved[i];
          ram->registers[ram->n_lent++] = fk_load_u32le (bytes + 4 * i);
        }
    }
  ram->code_saves = FALSE;
  return TRUE;
}

/* Makes sure that the core is halted; that interrupts are still masked does not matter here. */
static gboolean
ensure_halted (FkTarget *self, GError **error)
{
  gboolean halted;

  if (!fk_target_is_halted (self, &halted, error))
    return FALSE;
  self->stopped = halted;
  return halted || fk_target_halt (self, NULL, error);
}

/* What somebody wants done, and then foreseen, in the exchange that gives the state back. */
typedef struct
{
  FkProbeAccess *accesses;
  guint n;
  FkWanted wanted;
} Errands;

/* All but the RAM, in one exchange with a probe that can, and @errands behind it.  Nothing of it
 * does harm when it is done twice: the core stays halted.  Registers that were abandoned stay as
 * our code leaves them. */
static gboolean
give_state_back (FkTargetRam *ram, Errands *errands, GError **error)
{
  FkTarget *self = ram->target;
  FkAccessList list = { 0 };
  guint first;
  guint halted_at;
  guint errands_at;

  fk_target_add_halt (self, &list);
  halted_at = list.n;
  fk_access_list_read (&list, FK_DHCSR);
  if (self->demcr_known)
    fk_target_add_vector_catch (self, &list, 0);
  if (ram->mpu_ctrl != 0)
    fk_access_list_write (&list, FK_MPU_CTRL, ram->mpu_ctrl);
  first = list.n;
  if (!ram->abandoned)
    first = fk_access_list_write_registers (&list, ram->lent, ram->registers, ram->n_lent);
  errands_at = list.n;
  for (guint i = 0; i < errands->n; i++)
    fk_access_list_add (&list, &errands->accesses[i]);
  if (!fk_target_run_list_and_foresee (self, &list, &errands->wanted, error))
    return FALSE;
  for (guint i = 0; i < errands->n; i++)
    errands->accesses[i] = list.accesses[errands_at + i];
  self->stopped = (list.accesses[halted_at].value & FK_DHCSR_S_HALT) != 0;
  if (!self->stopped)
    return set_running_error (error);
  return ram->abandoned || fk_target_finish_registers (self, &list, first, ram->lent,
                                                       ram->registers, ram->n_lent, error);
}

/* Read once more: a program that goes on over a wrong bit may do anything. */
static gboolean
give_bytes_back (FkTargetRam *ram, GError **error)
{
  g_autofree guint8 *now = g_malloc (MAX (ram->size, 1));

  for (guint i = 0; i < SAVE_TRIES; i++)
    {
      if (!fk_target_write (ram->target, ram->address, ram->bytes, ram->size, NULL, NULL, error) ||
          !fk_target_read (ram->target, ram->address, now, ram->size, NULL, NULL, error))
        return FALSE;
      if (memcmp (now, ram->bytes, ram->size) == 0)
        return TRUE;
    }
  return set_unsteady_error (error);
}

/* Code that was seen to stand at its BKPT needs no more looks, and nobody waits for what was
 * abandoned. */
static gboolean
give_back_at_bkpt (FkTargetRam *ram, Errands *errands, GError **error)
{
  if (ram->abandoned)
    return fk_target_halt (ram->target, NULL, error);
  return (ram->bytes == NULL || give_bytes_back (ram, error)) &&
         give_state_back (ram, errands, error);
}

/* Registers go before the RAM: where they are not given back, what code that was stopped before its
 * end has pushed is still there for another attempt. */
static gboolean
give_back_anyhow (FkTargetRam *ram, GError **error)
{
  Errands none = { NULL, 0, { .n = 0 } };

  return ensure_halted (ram->target, error) && find_saved (ram, error) &&
         give_state_back (ram, &none, error) &&
         (ram->bytes == NULL || give_bytes_back (ram, error));
}

/**
 * fk_target_ram_return:
 *
 * Gives back what was borrowed; stops code of ours that still runs.  Once is enough, further calls
 * do nothing.  After a reset in between there is nothing to give back: the program starts anew.
 *
 * Returns: %TRUE if the program can go on as if nothing had been
 */
gboolean
fk_target_ram_return (FkTargetRam *ram, GError **error)
{
  return fk_target_ram_return_with (ram, NULL, 0, error);
}

/**
 * fk_target_ram_return_with:
 * @errands: (array length=n) (inout): accesses that are carried out when all else is given back, in
 *   the same exchange with a probe that can; they must do no harm when that is done twice.  Their
 *   `done` says whether they were: only after code that has come to its BKPT
 * @n: at most %FK_TARGET_MAX_ERRANDS
 *
 * As fk_target_ram_return().
 */
gboolean
fk_target_ram_return_with (FkTargetRam *ram, FkProbeAccess *errands, guint n, GError **error)
{
  Errands all = { errands, n, { .n = 0 } };
  FkTarget *self;

  g_return_val_if_fail (ram != NULL, FALSE);
  g_return_val_if_fail (n <= FK_TARGET_MAX_ERRANDS, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  for (guint i = 0; i < n; i++)
    errands[i].done = FALSE;
  self = ram->target;
  if (ram->returned)
    return TRUE;
  ram->returned = TRUE;
  all.wanted = self->wanted_with_return;
  self->wanted_with_return.n = 0;
  self->lent = FALSE;
  if (!self->connected)
    {
      g_set_error_literal (error, FK_ERROR, FK_ERROR_TARGET_LOST,
                           "The RAM cannot be given back: the chip is not connected any more");
      return FALSE;
    }
  if (ram->n_resets != self->n_resets)
    return TRUE;
  /* Tried twice: a hiccup of USB or SWD must not cost the program its RAM. */
  ram->code_saves = ram->code_saves && !self->at_bkpt;
  if ((self->at_bkpt ? give_back_at_bkpt (ram, &all, NULL) : give_back_anyhow (ram, NULL)) ||
      give_back_anyhow (ram, error))
    return TRUE;
  g_prefix_error (error, "Giving the RAM back: ");
  return FALSE;
}

/* Returns the loan first, if that has not been done; who wants to know how that went calls
 * fk_target_ram_return(). */
void
fk_target_ram_free (FkTargetRam *ram)
{
  if (ram == NULL)
    return;
  fk_target_ram_return (ram, NULL);
  g_free (ram->bytes);
  g_object_unref (ram->target);
  g_free (ram);
}
