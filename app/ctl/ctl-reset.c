/* SPDX-License-Identifier: GPL-3.0-or-later */

/* reset: resets the chip and lets it run. */

#include "config.h"

#include "ctl-command.h"

#include "job/fk-reset-job.h"

static CtlExit
run (CtlContext *context, char **arguments, GError **error)
{
  g_autoptr (FkJob) job = fk_reset_job_new ();
  const char *warnings[2] = { NULL };

  if (!ctl_context_run (context, job, error))
    return CTL_EXIT_FAILED;
  warnings[0] = fk_reset_job_get_warning (FK_RESET_JOB (job));
  if (ctl_context_get_halt (context))
    ctl_context_remark (context, "The chip was reset and stands at its first instruction.\n");
  else
    ctl_context_remark (context, warnings[0] == NULL ? "The chip was reset and runs.\n"
                                                     : "The chip was reset.\n");
  ctl_context_tell_warnings (context, "does-not-run", warnings);
  return CTL_EXIT_DONE;
}

const CtlCommand ctl_command_reset = {
  .name = "reset",
  .arguments = "",
  .summary = "Resets the chip and lets it run",
  .run = run,
};
