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

typedef struct
{
  FkRange range;
  FkJob *job; /* the last one made */
} Erase;

static FkJob *
make_range (gpointer data)
{
  Erase *erase = data;
  FkJob *job = fk_erase_job_new_range (erase->range);

  g_set_object (&erase->job, job);
  return job;
}

/* Whoever named a part of a sector gets the line to type, with the very numbers. */
static void
suggest (CtlContext *context, FkJob *job, GError **error)
{
  g_autofree char *command = ctl_context_make_command (context);
  GError *cause = *error;
  FkRange whole;

  if (job == NULL || !fk_erase_job_get_whole_sectors (FK_ERASE_JOB (job), &whole))
    return;
  *error = NULL;
  g_set_error (error, cause->domain, cause->code, "%s.  To erase them whole: %s erase 0x%08x 0x%x",
               cause->message, command, whole.address, whole.size);
  g_error_free (cause);
}

static CtlExit
erase_range (CtlContext *context, FkRange range, GError **error)
{
  Erase erase = { range, NULL };
  CtlExit status = ctl_change_run (context, "Erase", make_range, &erase, error);

  if (status == CTL_EXIT_FAILED)
    suggest (context, erase.job, error);
  g_clear_object (&erase.job);
  return status;
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
  return erase_range (context, range, error);
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
