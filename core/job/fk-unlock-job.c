/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The way back from read protection level 1 to level 0.  The hardware erases the whole flash on
 * that way, and there is no other; people have lost the only copy of their firmware by a dialog
 * that offered it beside "retry".  So the phrase is bound to the chip, and compared here, on the
 * chip that is connected now. */

#include "config.h"

#include "job/fk-unlock-job.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "job/fk-job-private.h"

#include <string.h>

#define N_DIGITS 6

struct _FkUnlockJob
{
  FkJob parent_instance;
  char *phrase;
  char *warning;
};

G_DEFINE_FINAL_TYPE (FkUnlockJob, fk_unlock_job, FK_TYPE_JOB)

static gboolean
check_protection (FkConnection *connection, GError **error)
{
  switch (fk_identity_get_protection (connection->identity))
    {
    case FK_PROTECTION_READ:
      return TRUE;
    case FK_PROTECTION_PERMANENT:
      g_set_error (error, FK_ERROR, FK_ERROR_LOCKED_FOR_EVER,
                   "The chip is locked for ever (RDP level 2); nothing can undo that");
      return FALSE;
    case FK_PROTECTION_NONE:
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "The chip is not read-protected; there is nothing to unlock, and nothing was "
                   "erased");
      return FALSE;
    case FK_PROTECTION_UNKNOWN:
    default:
      g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
                   "The chip does not tell whether it is read-protected; nothing was erased");
      return FALSE;
    }
}

static gboolean
check_phrase (FkUnlockJob *self, FkConnection *connection, GError **error)
{
  g_autofree char *wanted = fk_unlock_job_make_phrase (fk_identity_get_uid (connection->identity));
  g_autofree char *typed = g_strstrip (g_strdup (self->phrase));

  if (g_ascii_strcasecmp (typed, wanted) == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_NEEDS_PHRASE,
               "Removing the read protection erases everything on this chip for good.  If that is "
               "what you want, the phrase to type is \"%s\".  Nothing was erased",
               wanted);
  return FALSE;
}

/* F1 keeps a level that was loaded at power-on until the next power-on. */
static gboolean
look_again (FkUnlockJob *self, FkConnection *connection, GError **error)
{
  FkProtection protection;

  if (!fk_flash_get_protection (connection->flash, &protection, error))
    return FALSE;
  if (protection != FK_PROTECTION_NONE)
    self->warning =
        g_strdup (_ ("The protection is removed and the flash erased, but the chip only "
                     "notices when the board is switched off and on again."));
  return TRUE;
}

static gboolean
fk_unlock_job_run (FkJob *job,
                   FkConnection *connection,
                   FkProgress *progress,
                   GCancellable *cancellable,
                   GError **error)
{
  FkUnlockJob *self = FK_UNLOCK_JOB (job);

  if (!fk_connection_require_writable (connection, error) ||
      !check_protection (connection, error) || !check_phrase (self, connection, error))
    return FALSE;
  if (connection->leave != FK_LEAVE_HALTED)
    connection->leave = FK_LEAVE_RESET;
  return fk_flash_remove_protection (connection->flash, progress, cancellable, error) &&
         look_again (self, connection, error);
}

static gboolean
fk_unlock_job_changes_chip (FkJob *job)
{
  return TRUE;
}

static void
fk_unlock_job_finalize (GObject *object)
{
  g_free (FK_UNLOCK_JOB (object)->phrase);
  g_free (FK_UNLOCK_JOB (object)->warning);
  G_OBJECT_CLASS (fk_unlock_job_parent_class)->finalize (object);
}

static void
fk_unlock_job_class_init (FkUnlockJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_unlock_job_finalize;
  FK_JOB_CLASS (klass)->title = "Unlocking";
  FK_JOB_CLASS (klass)->run = fk_unlock_job_run;
  FK_JOB_CLASS (klass)->changes_chip = fk_unlock_job_changes_chip;
}

static void
fk_unlock_job_init (FkUnlockJob *self)
{
}

/**
 * fk_unlock_job_make_phrase:
 * @uid: of the chip; "" when it cannot be read
 *
 * Returns: (transfer full): what a person has to type: "erase " and the first six digits of the
 *   UID, which tell chips of one reel apart, or "erase this chip" where there is no UID
 */
char *
fk_unlock_job_make_phrase (const char *uid)
{
  g_return_val_if_fail (uid != NULL, NULL);

  if (strlen (uid) < N_DIGITS)
    return g_strdup ("erase this chip");
  return g_strdup_printf ("erase %.*s", N_DIGITS, uid);
}

/**
 * fk_unlock_job_new: (constructor)
 * @phrase: what the person typed; blanks around it and upper or lower case do not matter.
 *   %FK_ERROR_NEEDS_PHRASE when it is not that of the connected chip.
 */
FkJob *
fk_unlock_job_new (const char *phrase)
{
  FkUnlockJob *self;

  g_return_val_if_fail (phrase != NULL, NULL);

  self = g_object_new (FK_TYPE_UNLOCK_JOB, NULL);
  self->phrase = g_strdup (phrase);
  return FK_JOB (self);
}

/**
 * fk_unlock_job_get_warning:
 *
 * Returns: (transfer none) (nullable): what the person still has to do
 */
const char *
fk_unlock_job_get_warning (FkUnlockJob *self)
{
  g_return_val_if_fail (FK_IS_UNLOCK_JOB (self), NULL);
  return self->warning;
}
