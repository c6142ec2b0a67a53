/* SPDX-License-Identifier: GPL-3.0-or-later */

/* verify: whether the chip holds what a file says. */

#include "config.h"

#include "ctl-command.h"
#include "ctl-file.h"
#include "ctl-json.h"

#include "base/fk-error.h"
#include "job/fk-verify-job.h"

/* The wrong file is no fault of the chip; what it holds instead, compare tells. */
static void
print_no (CtlContext *context, const char *path, const char *difference)
{
  const char *address = ctl_context_get_option (context, "address");
  g_autofree char *command = ctl_context_make_command (context);

  ctl_context_print (context, "NO, the chip does not hold what the file says: %s.\n", difference);
  ctl_context_remark (context, "To see all that differs: %s compare %s%s%s chip\n", command, path,
                      address != NULL ? "@" : "", address != NULL ? address : "");
}

static CtlExit
run (CtlContext *context, char **arguments, GError **error)
{
  JsonBuilder *builder = ctl_context_get_builder (context);
  g_autoptr (FkImage) image =
      ctl_file_load_placed (context, arguments[0], ctl_context_get_option (context, "address"),
                            error);
  g_autoptr (FkJob) job = NULL;
  g_autoptr (GError) local = NULL;
  gboolean equal;

  if (image == NULL)
    return CTL_EXIT_FAILED;
  job = fk_verify_job_new (image);
  equal = ctl_context_run (context, job, &local);
  if (!equal && !g_error_matches (local, FK_ERROR, FK_ERROR_VERIFY_MISMATCH))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return CTL_EXIT_FAILED;
    }

  ctl_json_bool (builder, "identical", equal);
  ctl_json_int (builder, "bytes", (gint64)fk_image_get_size (image));
  ctl_json_string (builder, "verified",
                   fk_verified_get_nick (fk_verify_job_get_verified (FK_VERIFY_JOB (job))));
  ctl_json_string (builder, "difference", equal ? NULL : local->message);
  if (equal)
    ctl_context_print (context, "The chip holds the same bytes.\n");
  else
    print_no (context, arguments[0], local->message);
  ctl_context_tell_warnings (context, "not-compared",
                             fk_verify_job_get_warnings (FK_VERIFY_JOB (job)));
  return equal ? CTL_EXIT_DONE : CTL_EXIT_DIFFERENT;
}

static const CtlOption options[] = {
  { "address", "ADDRESS", "Where a raw binary belongs; found from its contents if not given" },
  { NULL },
};

const CtlCommand ctl_command_verify = {
  .name = "verify",
  .arguments = "FILE",
  .summary = "Tells whether the chip holds what a file says",
  .min_arguments = 1,
  .max_arguments = 1,
  .options = options,
  .run = run,
};
