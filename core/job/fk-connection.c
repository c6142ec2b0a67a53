/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a probe that is plugged in to a chip that is known, and back.  Whatever was done on the way
 * up is undone on the way down, on every path: the core goes on, debug is off, the probe is free
 * for the next program. */

#include "config.h"

#include "job/fk-preparation-private.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "base/fk-error.h"

/* Found in the middle of what a debugger did that is gone, ourselves before the cable was pulled
 * perhaps: RAM and registers are not the program's, the flash may be unlocked.  Only a reset puts
 * that right. */
static void
leave_in_order (FkConnection *self, FkProgress *progress)
{
  if (!fk_target_was_stopped (self->target) || self->leave != FK_LEAVE_RESUMED)
    return;
  fk_progress_note (progress, "%s",
                    _ ("The chip was found stopped, as work that was cut off leaves it; it will be "
                       "reset in the end"));
  self->leave = FK_LEAVE_RESET;
}

/*
 * The identity says why the core has locked up as far as its registers tell; the flash may know
 * better.  That part of it which @self does not hold is read: up to a quarter of a MiB, so this is
 * for who reads the flash anyway, and for who only wants to know.
 */
gboolean
fk_connection_improve_identity (FkConnection *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (FkIdentity) plain = NULL;
  g_autofree char *reason = NULL;

  if (!fk_identity_get_locked_up (self->identity))
    return TRUE;
  if (!fk_connection_explain_lockup (self, &reason, cancellable, error))
    return FALSE;
  if (reason == NULL)
    return TRUE;
  plain = g_steal_pointer (&self->identity);
  self->identity = fk_identity_with_lockup (plain, reason);
  return TRUE;
}

static void
meet (FkTarget *target, gpointer user_data)
{
  fk_preparation_meet (user_data, fk_target_get_part (target));
}

static gboolean
connect_chip (FkConnection *self,
              const FkConnectionOptions *options,
              FkPreparation *preparation,
              FkProgress *progress,
              GCancellable *cancellable,
              GError **error)
{
  static const FkProgressStep steps[] = { { "Connecting", 3 }, { "Identifying the chip", 1 } };
  FkChip *chip;

  fk_progress_set_steps (progress, steps, G_N_ELEMENTS (steps));
  self->target = fk_target_new (self->probe);
  if (preparation != NULL)
    fk_target_set_met_func (self->target, meet, preparation);
  if (!fk_target_connect (self->target, options->how, options->speed_khz,
                          fk_progress_get_child (progress), cancellable, error))
    return FALSE;
  fk_target_set_met_func (self->target, NULL, NULL);
  self->millivolts = fk_target_get_millivolts (self->target);
  leave_in_order (self, progress);
  fk_progress_step_done (progress);

  self->identity = fk_identify (self->target, fk_progress_get_child (progress), cancellable, error);
  if (self->identity == NULL)
    return FALSE;
  chip = fk_identity_get_chip (self->identity);
  if (chip != NULL)
    self->flash = fk_flash_new (self->target, chip, self->millivolts);
  fk_progress_step_done (progress);
  return TRUE;
}

/*
 * Opens @probe, connects to the chip and identifies it.
 *
 * @preparation: (nullable): is told of the chip as soon as it is met
 *
 * Returns: (transfer full): to be given to fk_connection_close(); %NULL on error, with everything
 *   undone
 */
FkConnection *
fk_connection_open (FkProbe *probe,
                    FkLibrary *library,
                    const FkConnectionOptions *options,
                    FkPreparation *preparation,
                    FkProgress *progress,
                    GCancellable *cancellable,
                    GError **error)
{
  FkConnection *self;

  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !fk_probe_open (probe, cancellable, error))
    return NULL;
  self = g_new0 (FkConnection, 1);
  self->probe = g_object_ref (probe);
  self->library = g_object_ref (library);
  self->hot_plugged = options->how == FK_CONNECT_HOT_PLUG;
  self->leave = options->leave_halted ? FK_LEAVE_HALTED : FK_LEAVE_RESUMED;
  if (connect_chip (self, options, preparation, progress, cancellable, error))
    return self;
  fk_connection_close (self, NULL);
  return NULL;
}

/*
 * Leaves the chip as self->leave says, but never by a reset that would protect it; closes the
 * probe, and frees @self.
 *
 * Returns: whether the chip was left so; the probe is closed and @self freed in any case
 */
gboolean
fk_connection_close (FkConnection *self, GError **error)
{
  gboolean ok = TRUE;

  if (self->target != NULL && fk_target_is_connected (self->target))
    {
      if (self->leave == FK_LEAVE_RESET && fk_connection_would_reset_protect (self))
        self->leave = FK_LEAVE_RESUMED;
      if (self->flash != NULL && self->leave != FK_LEAVE_RESET)
        ok = fk_flash_give_back (self->flash, error);
      ok = fk_target_disconnect (self->target, self->leave, ok ? error : NULL) && ok;
    }
  g_clear_object (&self->holds);
  g_clear_object (&self->flash);
  g_clear_object (&self->identity);
  g_clear_object (&self->target);
  fk_probe_close (self->probe);
  g_clear_object (&self->probe);
  g_clear_object (&self->library);
  g_free (self);
  return ok;
}

static gboolean
is_english (void)
{
  return g_strcmp0 (setlocale (LC_MESSAGES, NULL), "C") == 0;
}

/*
 * What the identity warns of, for a file that is read by others, in other languages: in English.
 * The sentences are made anew, with what the chip says: only an odd chip is asked again, and only
 * where the person has another language.
 *
 * Returns: (transfer full) (nullable): the sentences, "" where there are none; %NULL where the chip
 *   does not answer any more
 */
char *
fk_connection_warn_in_english (FkConnection *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (FkIdentity) shown = g_steal_pointer (&self->identity);
  gboolean again = *fk_identity_get_warnings (shown) != NULL && !is_english ();
  char *text = NULL;

  if (again)
    {
      locale_t person = uselocale ((locale_t)0);
      locale_t english = newlocale (LC_MESSAGES_MASK, "C", duplocale (person));

      uselocale (english);
      self->identity = fk_identify (self->target, NULL, cancellable, error);
      if (self->identity != NULL && fk_connection_improve_identity (self, cancellable, error))
        text = g_strjoinv (" ", (GStrv)fk_identity_get_warnings (self->identity));
      uselocale (person);
      freelocale (english);
      g_clear_object (&self->identity);
    }
  else
    text = g_strjoinv (" ", (GStrv)fk_identity_get_warnings (shown));
  self->identity = g_steal_pointer (&shown);
  return text;
}
