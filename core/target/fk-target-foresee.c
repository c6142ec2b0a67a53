/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words that will be asked for soon, read together in one exchange with the probe.  Who asks for
 * them need not know: it calls fk_target_read_u32() as ever and gets the word that was read
 * already, each once.  Nothing is remembered beyond the next write (but for one of held bits, which
 * change their own register alone) and the next time that the core runs. */

#include "config.h"

#include "target/fk-target-private.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"

typedef struct
{
  guint32 address;
  guint32 value;
  gboolean taken;
  gboolean is_fault; /* it does not answer, however often it is asked */
} Word;

GArray *
fk_target_foreseen_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (Word));
}

void
fk_target_forget (FkTarget *self)
{
  g_array_set_size (self->foreseen, 0);
}

/* Forgets one word. */
void
fk_target_forget_word (FkTarget *self, guint32 address)
{
  for (guint i = self->foreseen->len; i > 0; i--)
    if (g_array_index (self->foreseen, Word, i - 1).address == address)
      g_array_remove_index (self->foreseen, i - 1);
}

static gboolean
is_among (guint32 address, const guint32 *addresses, guint n)
{
  for (guint i = 0; i < n; i++)
    if (addresses[i] == address)
      return TRUE;
  return FALSE;
}

/**
 * fk_target_forget_all_but:
 * @addresses: (array length=n): of words that are still to be asked for
 *
 * Forgets what was foreseen, but for these.
 */
void
fk_target_forget_all_but (FkTarget *self, const guint32 *addresses, guint n)
{
  g_return_if_fail (FK_IS_TARGET (self));

  for (guint i = self->foreseen->len; i > 0; i--)
    if (!is_among (g_array_index (self->foreseen, Word, i - 1).address, addresses, n))
      g_array_remove_index (self->foreseen, i - 1);
}

/* Adds one word that was read just now. */
void
fk_target_add_foreseen (FkTarget *self, guint32 address, guint32 value)
{
  Word word = { .address = address, .value = value };

  g_array_append_val (self->foreseen, word);
}

/* Adds what a list has read, from @first on and up to what did not answer. */
static void
add_done (FkTarget *self, const FkAccessList *list, guint first)
{
  for (guint i = first; i < list->n && list->accesses[i].done; i++)
    fk_target_add_foreseen (self, list->accesses[i].address, list->accesses[i].value);
}

static Word *
find_word (FkTarget *self, guint32 address)
{
  for (guint i = 0; i < self->foreseen->len; i++)
    {
      Word *word = &g_array_index (self->foreseen, Word, i);

      if (word->address == address && !word->taken && !word->is_fault)
        return word;
    }
  return NULL;
}

/* Whether it is foreseen that nothing answers at @address. */
gboolean
fk_target_foresees_fault (FkTarget *self, guint32 address)
{
  for (guint i = 0; i < self->foreseen->len; i++)
    {
      const Word *word = &g_array_index (self->foreseen, Word, i);

      if (word->address == address && word->is_fault)
        return TRUE;
    }
  return FALSE;
}

/* Takes @length bytes at @address, both multiples of 4, if all of them were foreseen. */
gboolean
fk_target_take_foreseen (FkTarget *self, guint32 address, guint8 *data, gsize length)
{
  if (self->foreseen->len == 0 || address % 4 != 0 || length % 4 != 0)
    return FALSE;
  for (gsize i = 0; i < length; i += 4)
    if (find_word (self, (guint32)(address + i)) == NULL)
      return FALSE;
  for (gsize i = 0; i < length; i += 4)
    {
      Word *word = find_word (self, (guint32)(address + i));

      fk_store_u32le (data + i, word->value);
      word->taken = TRUE;
    }
  return TRUE;
}

/* Whether all of them are foreseen, as often as they are among @addresses. */
static gboolean
are_foreseen (FkTarget *self, const guint32 *addresses, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      guint n_asked = 0;
      guint n_known = 0;

      for (guint j = 0; j < n; j++)
        n_asked += addresses[j] == addresses[i] ? 1 : 0;
      for (guint j = 0; j < self->foreseen->len; j++)
        {
          const Word *word = &g_array_index (self->foreseen, Word, j);

          n_known += word->address == addresses[i] && !word->taken && !word->is_fault ? 1 : 0;
        }
      if (n_known < n_asked)
        return FALSE;
    }
  return TRUE;
}

/**
 * fk_target_foresee:
 * @addresses: (array length=n): of words, multiples of 4; one that will be asked for twice is there
 *   twice, and is read twice
 * @n: at most %FK_TARGET_MAX_FORESEEN; 0 only forgets what was foreseen before
 *
 * Reads words together that the next calls of fk_target_read_u32(), fk_target_read_u16() and
 * fk_target_read() will ask for; where all of them are foreseen already, nothing is read.  Only for
 * words that neither the chip nor its program changes by itself.  Where one of them does not
 * answer, none is foreseen, and each is asked for when its turn comes.
 */
gboolean
fk_target_foresee (FkTarget *self, const guint32 *addresses, guint n, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  FkAccessList list = { 0 };
  guint first;

  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (n <= FK_TARGET_MAX_FORESEEN, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (n > 0 && are_foreseen (self, addresses, n))
    return TRUE;
  fk_target_forget (self);
  if (n == 0)
    return TRUE;
  fk_target_add_put_off (self, &list);
  first = list.n;
  for (guint i = 0; i < n; i++)
    fk_access_list_read (&list, addresses[i]);
  if (fk_target_run_list (self, &list, &local_error))
    {
      add_done (self, &list, first);
      fk_target_take_put_off (self, &list, NULL);
      return TRUE;
    }
  return fk_target_excuse_fault (g_steal_pointer (&local_error), error);
}

/**
 * fk_target_foresee_end:
 * @addresses: (array length=n): as for fk_target_foresee(), and the last may be of a word that is
 *   not there
 * @n: at most %FK_TARGET_MAX_FORESEEN
 *
 * Foresees more, up to the first word that does not answer.  Where that is the last one, it is
 * foreseen that it does not, for as often as fk_target_try_u32() asks for it.  The chip is asked
 * for it once (unless the one before it is the same): what comes to it right behind answers to all
 * the others is no disturbance on the wire, and a fault is two bits away from each other answer
 * (ARM IHI 0031, 4.2.4).
 */
gboolean
fk_target_foresee_end (FkTarget *self, const guint32 *addresses, guint n, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  FkAccessList list = { 0 };
  guint first;
  gboolean done;

  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (n <= FK_TARGET_MAX_FORESEEN, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  fk_target_add_put_off (self, &list);
  first = list.n;
  for (guint i = 0; i < n; i++)
    fk_access_list_read (&list, addresses[i]);
  done = fk_probe_run_list (self->probe, list.accesses, list.n, &local_error);
  if (!done && !g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (first > 0 && list.accesses[first - 1].done)
    fk_target_take_put_off (self, &list, NULL);
  add_done (self, &list, first);
  if (!done && n > 1 && list.accesses[list.n - 2].done && addresses[n - 1] != addresses[n - 2])
    {
      Word end = { .address = addresses[n - 1], .is_fault = TRUE };

      g_array_append_val (self->foreseen, end);
    }
  return TRUE;
}

static void
want (FkWanted *wanted, const guint32 *addresses, guint n)
{
  wanted->n = n;
  for (guint i = 0; i < n; i++)
    wanted->addresses[i] = addresses[i];
}

/**
 * fk_target_foresee_with_loan:
 * @addresses: (array length=n): as for fk_target_foresee()
 * @n: at most %FK_TARGET_MAX_WANTED
 *
 * Has the next fk_target_borrow_ram() foresee these words with what it reads anyway.
 */
void
fk_target_foresee_with_loan (FkTarget *self, const guint32 *addresses, guint n)
{
  g_return_if_fail (FK_IS_TARGET (self));
  g_return_if_fail (n <= FK_TARGET_MAX_WANTED);

  want (&self->wanted_with_loan, addresses, n);
}

/**
 * fk_target_foresee_with_return:
 * @addresses: (array length=n): as for fk_target_foresee()
 * @n: at most %FK_TARGET_MAX_WANTED
 *
 * Has the next fk_target_ram_return() or fk_target_run_errands() foresee these words after the last
 * that it writes, if it can.
 */
void
fk_target_foresee_with_return (FkTarget *self, const guint32 *addresses, guint n)
{
  g_return_if_fail (FK_IS_TARGET (self));
  g_return_if_fail (n <= FK_TARGET_MAX_WANTED);

  want (&self->wanted_with_return, addresses, n);
}

/* Runs a list, and reads behind it what is @wanted, once. */
gboolean
fk_target_run_list_and_foresee (FkTarget *self,
                                FkAccessList *list,
                                FkWanted *wanted,
                                GError **error)
{
  guint n = list->n;
  guint n_wanted = wanted->n;
  g_autoptr (GError) local_error = NULL;
  gboolean done;

  wanted->n = 0;
  for (guint i = 0; i < n_wanted; i++)
    fk_access_list_read (list, wanted->addresses[i]);
  done = fk_target_run_list (self, list, &local_error);
  if (done || (n_wanted > 0 && list->accesses[n - 1].done &&
               g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT)))
    {
      add_done (self, list, n);
      list->n = n;
      return TRUE;
    }
  list->n = n;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * fk_target_run_errands:
 * @errands: (array length=n) (inout): accesses; their `done` says which were carried out
 * @n: at most %FK_TARGET_MAX_ERRANDS
 *
 * Carries out accesses in one exchange with a probe that can; they must do no harm when that is
 * done twice.
 */
gboolean
fk_target_run_errands (FkTarget *self, FkProbeAccess *errands, guint n, GError **error)
{
  FkAccessList list = { 0 };
  gboolean done;

  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (n <= FK_TARGET_MAX_ERRANDS, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  for (guint i = 0; i < n; i++)
    {
      fk_access_list_add (&list, &errands[i]);
      list.accesses[i].done = FALSE;
    }
  done = fk_target_run_list_and_foresee (self, &list, &self->wanted_with_return, error);
  for (guint i = 0; i < n; i++)
    errands[i] = list.accesses[i];
  return done;
}
