/* SPDX-License-Identifier: GPL-3.0-or-later */

/* erase: erases sectors, or all of the flash. */

#include "config.h"

#include "ctl-change.h"
#include "ctl-command.h"

#include "base/fk-error.h"
#include "base/fk-number.h"
#include "job/fk-erase-job.h"

static FkJob *
make_all (gpointer data)
{
  return fk_erase_job_new_all ();
}

static FkJob *
make_range (gpointer data)
{
  const FkRange *range = data;

  return fk_erase_job_new_range (*range);
}

static CtlExit
run (CtlContext *context, char **arguments, GError **error)
{
  gboolean all = ctl_context_has_option (context, "all");
  FkRange range;

  if (all != (arguments[0] == NULL) || (!all && arguments[1] == NULL))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "erase takes either --all, or ADDRESS and LENGTH");
      return CTL_EXIT_USAGE;
    }
  if (all)
    return ctl_change_run (context, "Erase everything", make_all, NULL, error);

  if (!fk_number_parse_address (arguments[0], &range.address, error) ||
      !fk_number_parse_u32 (arguments[1], &range.size, error))
    return CTL_EXIT_USAGE;
  return ctl_change_run (context, "Erase", make_range, &range, error);
}

static const CtlOption options[] = {
  { "all", NULL, "Erase the whole flash" },
  { "no-safety-backup", NULL, "Do not back the chip up first" },
  { NULL },
};

const CtlCommand ctl_command_erase = {
  .name = "erase",
  .arguments = "--all | ADDRESS LENGTH",
  .summary = "Erases whole sectors",
  .min_arguments = 0,
  .max_arguments = 2,
  .options = options,
  .run = run,
};
