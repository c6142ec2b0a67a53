/* SPDX-License-Identifier: GPL-3.0-or-later */

/* unlock: removes read protection, which erases the flash.  --yes does not answer for the person
 * here: the phrase names the very chip, and has to be typed, or given with --consent. */

#include "config.h"

#include "ctl-command.h"
#include "ctl-json.h"

#include "base/fk-error.h"
#include "job/fk-info-job.h"
#include "job/fk-unlock-job.h"

static char *
ask_phrase (CtlContext *context, GError **error)
{
  g_autoptr (FkJob) info = fk_info_job_new ();
  g_autofree char *phrase = NULL;
  g_autofree char *question = NULL;
  g_autofree char *answer = NULL;
  FkIdentity *identity;

  if (!ctl_context_run (context, info, error))
    return NULL;
  identity = fk_info_job_get_identity (FK_INFO_JOB (info));
  /* The job says why there is nothing to unlock; nobody has to type for that. */
  if (fk_identity_get_protection (identity) != FK_PROTECTION_READ)
    return g_strdup ("");
  phrase = fk_unlock_job_make_phrase (fk_identity_get_uid (identity));
  if (!ctl_context_can_ask (context))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NEEDS_PHRASE,
                   "Removing read protection erases the whole flash for good, and nobody can read "
                   "it "
                   "before; without a terminal say so with --consent \"%s\". Nothing was erased",
                   phrase);
      return NULL;
    }

  question = g_strdup_printf ("Removing read protection erases the whole flash of this chip. What "
                              "it holds "
                              "cannot be read before,\nnot by any tool, and not be brought back.\n"
                              "Type \"%s\" to do it: ",
                              phrase);
  answer = ctl_context_ask (context, question);
  if (answer != NULL && g_ascii_strcasecmp (answer, phrase) == 0)
    return g_steal_pointer (&answer);
  g_set_error (error, FK_ERROR, FK_ERROR_DECLINED,
               "Nothing was erased: what was typed is not the phrase");
  return NULL;
}

static CtlExit
run (CtlContext *context, char **arguments, GError **error)
{
  g_autofree char *phrase = g_strdup (ctl_context_get_option (context, "consent"));
  g_autoptr (FkJob) job = NULL;
  const char *warnings[2] = { NULL };

  if (!ctl_context_check_change (context, error))
    return CTL_EXIT_USAGE;
  if (phrase == NULL)
    phrase = ask_phrase (context, error);
  if (phrase == NULL)
    return CTL_EXIT_FAILED;

  job = fk_unlock_job_new (phrase);
  if (!ctl_context_run (context, job, error))
    return CTL_EXIT_FAILED;
  ctl_json_bool (ctl_context_get_builder (context), "unlocked", TRUE);
  warnings[0] = fk_unlock_job_get_warning (FK_UNLOCK_JOB (job));
  ctl_context_tell_warnings (context, "does-not-run", warnings);
  ctl_context_remark (context, "Read protection is off; the flash is blank.\n");
  return CTL_EXIT_DONE;
}

static const CtlOption options[] = {
  { "consent", "PHRASE", "The phrase that would be asked for, where there is no terminal" },
  { NULL },
};

const CtlCommand ctl_command_unlock = {
  .name = "unlock",
  .arguments = "",
  .summary = "Removes read protection, which erases the flash",
  .options = options,
  .run = run,
};
