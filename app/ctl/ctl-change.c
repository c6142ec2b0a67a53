/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What restore, write and erase share: without --yes the plan is made and shown first, and the
 * deed is bound to the chip that the plan was made for. */

#include "config.h"

#include "ctl-change.h"
#include "ctl-json.h"

#include "base/fk-number.h"
#include "job/fk-info-job.h"

static void
apply_options (CtlContext *context, FkChangeJob *job)
{
  fk_change_job_set_full (job, ctl_context_has_option (context, "full"));
  fk_change_job_set_safety_backup (job, !ctl_context_has_option (context, "no-safety-backup"));
}

static gboolean
is_no_change (FkChangeJob *job)
{
  const FkChangeResult *result = fk_change_job_get_result (job);

  return result->sectors_erased == 0 && result->sectors_programmed == 0 &&
         fk_change_job_get_options_after (job) == NULL;
}

static char *
describe_plan (CtlContext *context, FkIdentity *identity, FkChangeJob *job)
{
  const FkChangeResult *result = fk_change_job_get_result (job);
  FkChip *chip = fk_identity_get_chip (identity);
  g_autofree char *bytes = fk_number_format_size (result->bytes);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s with the unique ID %s:\n",
                          chip != NULL ? fk_chip_get_name (chip) : "Chip",
                          fk_identity_get_uid (identity));
  if (result->mass_erase)
    g_string_append (text, "The whole flash will be erased at once. ");
  g_string_append_printf (text, "%u of %u sectors will be erased, ", result->sectors_erased,
                          result->sectors_total);
  if (result->sectors_programmed > 0)
    g_string_append_printf (text, "%u programmed (%s), ", result->sectors_programmed, bytes);
  g_string_append_printf (text, "%u stay as they are.\n", result->sectors_unchanged);
  if (fk_change_job_get_options_after (job) != NULL)
    g_string_append (text, "The option bytes will be those of the backup.\n");
  g_string_append (text, ctl_context_has_option (context, "no-safety-backup")
                             ? "What those sectors hold now is NOT backed up and will be lost."
                             : "What the chip holds now is backed up first, unless the library has "
                               "it already.");
  return g_string_free (text, FALSE);
}

/* Shows what would happen and asks.  On success @uid is that of the chip that was asked about. */
static gboolean
confirm_plan (CtlContext *context, const char *deed, FkJob *job, char **uid, GError **error)
{
  g_autoptr (FkJob) info = fk_info_job_new ();
  g_autofree char *text = NULL;
  FkIdentity *identity;

  if (!ctl_context_run (context, info, error))
    return FALSE;
  identity = fk_info_job_get_identity (FK_INFO_JOB (info));
  *uid = g_strdup (fk_identity_get_uid (identity));

  apply_options (context, FK_CHANGE_JOB (job));
  fk_change_job_set_plan_only (FK_CHANGE_JOB (job), TRUE);
  fk_change_job_set_expected_uid (FK_CHANGE_JOB (job), *uid);
  if (!ctl_context_run (context, job, error))
    return FALSE;

  ctl_context_warn_all (context, fk_change_job_get_warnings (FK_CHANGE_JOB (job)));
  if (is_no_change (FK_CHANGE_JOB (job)))
    return TRUE;
  text = describe_plan (context, identity, FK_CHANGE_JOB (job));
  return ctl_context_confirm (context, text, deed, error);
}

/* With fk_verified_get_nick() it is a word for programs; this is for a person. */
static const char *
describe_proof (FkVerified verified)
{
  switch (verified)
    {
    case FK_VERIFIED_CRC:
      return "verified on the chip by checksum";
    case FK_VERIFIED_REREAD:
      return "verified by reading back";
    case FK_VERIFIED_NO:
    default:
      return "NOT verified";
    }
}

static void
print_options (CtlContext *context, FkChangeJob *job)
{
  if (fk_change_job_get_options_after (job) != NULL)
    ctl_context_remark (context, "Option bytes: written and read back.\n");
  else if (fk_change_job_get_options_before (job) != NULL)
    ctl_context_remark (context, "Option bytes: had the right values already.\n");
}

static void
print_result (CtlContext *context, FkChangeJob *job)
{
  const FkChangeResult *result = fk_change_job_get_result (job);
  FkBackup *safety = fk_change_job_get_safety_backup (job);

  if (safety != NULL)
    ctl_context_remark (context, "Before: the chip's contents are in the library as %s.\n",
                        fk_backup_get_id (safety));
  if (is_no_change (job))
    ctl_context_remark (context,
                        "Done in %.1f s: the flash held these bytes already, nothing was changed; "
                        "%s.\n",
                        result->seconds, describe_proof (result->verified));
  else
    ctl_context_remark (context,
                        "Done in %.1f s: %u of %u sectors unchanged, %u erased, %u programmed; "
                        "%s.\n",
                        result->seconds, result->sectors_unchanged, result->sectors_total,
                        result->sectors_erased, result->sectors_programmed,
                        describe_proof (result->verified));
  print_options (context, job);
}

/**
 * ctl_change_run:
 * @deed: the verb of the question: "Restore"
 * @make_job: (scope call): makes the #FkChangeJob, once for the plan and once for the deed
 *
 * Asks, does it, and tells what was done.
 */
CtlExit
ctl_change_run (
    CtlContext *context, const char *deed, CtlMakeJob make_job, gpointer data, GError **error)
{
  g_autoptr (FkJob) job = NULL;
  g_autofree char *uid = NULL;

  if (!ctl_context_get_yes (context))
    {
      g_autoptr (FkJob) plan = make_job (data);

      if (!confirm_plan (context, deed, plan, &uid, error))
        return CTL_EXIT_FAILED;
    }

  job = make_job (data);
  apply_options (context, FK_CHANGE_JOB (job));
  if (uid != NULL)
    fk_change_job_set_expected_uid (FK_CHANGE_JOB (job), uid);
  if (!ctl_context_run (context, job, error))
    return CTL_EXIT_FAILED;

  ctl_json_change (ctl_context_get_builder (context), FK_CHANGE_JOB (job));
  print_result (context, FK_CHANGE_JOB (job));
  ctl_context_warn_all (context, fk_change_job_get_warnings (FK_CHANGE_JOB (job)));
  return CTL_EXIT_DONE;
}
