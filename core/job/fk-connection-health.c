/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of the program on the chip after its flash was changed: it is reset and watched for
 * a moment.  A core that locks up at once is told there and then, with the reason, rather than by a
 * dead machine; a program that switches the debug port off is told, too, and is no error. */

#include "config.h"

#include "job/fk-job-private.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"

#define WATCH_MS 20
#define LOOK_MS  5

/* A read-protected chip gives its flash to nobody while a probe is connected, its own core not
 * excepted, and on many until the next power-on (RM0008, 3.3.4; RM0090, 3.7.3).  That is no fault
 * of its program's. */
static gboolean
cannot_run (FkConnection *self, char **warning)
{
  if (fk_identity_get_protection (self->identity) != FK_PROTECTION_READ)
    return FALSE;
  *warning = g_strdup (_ ("The chip is read-protected: its program may stand still since the "
                          "probe connected.  Switch the board off and on to start it."));
  return TRUE;
}

static gboolean
watch (FkConnection *self, char **warning, GCancellable *cancellable, GError **error)
{
  gboolean locked_up = FALSE;

  for (guint waited = 0; waited < WATCH_MS && !locked_up; waited += LOOK_MS)
    {
      g_usleep (LOOK_MS * 1000);
      if (!fk_target_is_locked_up (self->target, &locked_up, error))
        return FALSE;
    }
  if (!locked_up)
    return TRUE;
  if (!fk_connection_explain_lockup (self, warning, cancellable, error))
    return FALSE;
  if (*warning == NULL)
    *warning =
        fk_target_describe_lockup (self->target, fk_identity_get_erased_value (self->identity),
                                   cancellable, error);
  return *warning != NULL;
}

/* The program took SWD away.  By the reset wire the chip can be had once more, only to be left in
 * order; where there is no such wire, it is left as it is: running, which is what was wanted. */
static void
leave_again (FkConnection *self, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  fk_target_disconnect (self->target, FK_LEAVE_RESUMED, NULL);
  if (fk_target_connect (self->target, FK_CONNECT_UNDER_RESET, 0, NULL, cancellable, &error))
    self->leave = FK_LEAVE_RESET;
  else
    g_debug ("not connected again: %s", error->message);
}

/* Whether a reset would read-protect the chip, which is open now. */
gboolean
fk_connection_would_reset_protect (FkConnection *self)
{
  return self->flash != NULL && fk_identity_get_protection (self->identity) == FK_PROTECTION_NONE &&
         fk_flash_would_reset_protect (self->flash);
}

/*
 * As fk_flash_write_options().  Where it leaves option bytes that would protect the chip at its
 * next reset, the core stays halted: its program might reset it.  Else a reset puts back what is
 * only in F2/F4's registers and not in the chip.
 */
gboolean
fk_connection_write_options (FkConnection *self,
                             FkOptionBytes *options,
                             FkProgress *progress,
                             GCancellable *cancellable,
                             GError **error)
{
  if (fk_flash_write_options (self->flash, options, progress, cancellable, error))
    return TRUE;
  if (fk_connection_would_reset_protect (self))
    self->leave = FK_LEAVE_HALTED;
  else if (self->leave != FK_LEAVE_HALTED)
    self->leave = FK_LEAVE_RESET;
  return FALSE;
}

static gboolean
check_reset (FkConnection *self, GError **error)
{
  if (!fk_connection_would_reset_protect (self))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_OPTIONS_BROKEN,
               "The chip was not reset: its option bytes would read-protect it then, and only an "
               "erase of its flash would open it again.  Write the option bytes first");
  return FALSE;
}

/*
 * Resets the chip and lets it run (or, if that is the person's wish, stops it at its first
 * instruction).
 *
 * @warning: (out) (nullable): what is wrong with the program that runs now
 *
 * Errors: OPTIONS_BROKEN, with the chip as it was, where the reset would read-protect it.
 */
gboolean
fk_connection_restart (FkConnection *self,
                       char **warning,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (GError) local_error = NULL;

  *warning = NULL;
  if (!check_reset (self, error))
    return FALSE;
  if (self->leave == FK_LEAVE_HALTED)
    return fk_target_reset_halt (self->target, cancellable, error);

  self->leave = FK_LEAVE_RESET;
  if (fk_target_reset_run (self->target, cancellable, &local_error))
    {
      /* It runs from the start already: nothing more to do when leaving. */
      self->leave = FK_LEAVE_RESUMED;
      if (cannot_run (self, warning) || watch (self, warning, cancellable, &local_error))
        return TRUE;
    }
  if (!g_error_matches (local_error, FK_ERROR, FK_ERROR_TARGET_LOST) &&
      !g_error_matches (local_error, FK_ERROR, FK_ERROR_NO_TARGET))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *warning =
      g_strdup (_ ("The program that runs now switches the debug port off, or puts the chip to "
                   "sleep: it could not be watched.  To connect again, connect under "
                   "reset."));
  leave_again (self, cancellable);
  return TRUE;
}
