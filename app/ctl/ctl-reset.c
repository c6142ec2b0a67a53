/* SPDX-License-Identifier: GPL-3.0-or-later */

/* reset: resets the chip and lets it run. */

#include "config.h"

#include "ctl-command.h"

#include "job/fk-reset-job.h"

static CtlExit
run (CtlContext *context, char **arguments, GError **error)
{
  g_autoptr (FkJob) job = fk_reset_job_new ();

  if (!ctl_context_run (context, job, error))
    return CTL_EXIT_FAILED;
  ctl_context_remark (context, "The chip was reset and runs.\n");
  return CTL_EXIT_DONE;
}

const CtlCommand ctl_command_reset = {
  .name = "reset",
  .arguments = "",
  .summary = "Resets the chip and lets it run",
  .run = run,
};
