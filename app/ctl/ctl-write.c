/* SPDX-License-Identifier: GPL-3.0-or-later */

/* write: programs a plain file. */

#include "config.h"

#include "ctl-change.h"
#include "ctl-command.h"
#include "ctl-file.h"

#include "job/fk-write-job.h"

static FkJob *
make_job (gpointer data)
{
  return fk_write_job_new (data);
}

static CtlExit
run (CtlContext *context, char **arguments, GError **error)
{
  g_autoptr (FkImage) image =
      ctl_file_load_placed (context, arguments[0], ctl_context_get_option (context, "address"),
                            error);

  if (image == NULL)
    return CTL_EXIT_FAILED;
  return ctl_change_run (context, "Write", make_job, image, error);
}

static const CtlOption options[] = {
  { "address", "ADDRESS", "Where a raw binary belongs; found from its contents if not given" },
  { "full", NULL, "Erase and program also what is equal already" },
  { "no-safety-backup", NULL, "Do not back the chip up first" },
  { NULL },
};

const CtlCommand ctl_command_write = {
  .name = "write",
  .arguments = "FILE",
  .summary = "Programs a file: raw binary, Intel HEX, S-record or ELF",
  .min_arguments = 1,
  .max_arguments = 1,
  .options = options,
  .run = run,
};
