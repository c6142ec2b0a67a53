/* SPDX-License-Identifier: GPL-3.0-or-later */

/* write: programs a plain file. */

#include "config.h"

#include "ctl-change.h"
#include "ctl-command.h"
#include "ctl-file.h"

#include "job/fk-write-job.h"

typedef struct
{
  FkImage *image;
  const char *origin; /* nullable: the unique ID of the chip that it was read from */
  gboolean unasked;   /* neither a person nor --address says that it belongs there */
} Write;

static FkJob *
make_job (gpointer data)
{
  const Write *write = data;
  FkJob *job = fk_write_job_new (write->image);

  fk_write_job_set_origin (FK_WRITE_JOB (job), write->origin);
  fk_change_job_set_spares_bootloader (FK_CHANGE_JOB (job), write->unasked);
  return job;
}

static CtlExit
run (CtlContext *context, char **arguments, GError **error)
{
  const char *address = ctl_context_get_option (context, "address");
  g_autoptr (FkImage) image = ctl_file_load_placed (context, arguments[0], address, error);
  g_autoptr (FkBackup) backup = fk_backup_new_for_file (arguments[0]);
  Write write = { image, backup != NULL ? fk_backup_get_uid (backup) : NULL,
                  address == NULL && ctl_context_get_yes (context) };

  if (image == NULL)
    return CTL_EXIT_FAILED;
  return ctl_change_run (context, "Write", make_job, &write, error);
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
