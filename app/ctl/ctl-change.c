/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What restore, write and erase share: without --yes the plan is made and shown first, and the
 * deed is bound to the chip that the plan was made for. */

#include "config.h"

#include "ctl-change.h"
#include "ctl-json.h"

#include "base/fk-number.h"
#include "job/fk-info-job.h"
#include "job/fk-restore-job.h"

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
         result->eeprom_bytes == 0 && fk_change_job_get_options_after (job) == NULL;
}

static guint
count_action (FkChangeJob *job, FkSectorAction action)
{
  FkFlashPlan *plan = fk_change_job_get_plan (job);

  return plan != NULL ? fk_flash_plan_count (plan, action) : 0;
}

/* "3 of 12 sectors are written anew (40 KiB), 2 become blank, 7 are right already" */
static void
append_sectors (GString *text, FkChangeJob *job, gboolean done)
{
  const FkChangeResult *result = fk_change_job_get_result (job);
  guint blanked = count_action (job, FK_SECTOR_ERASE);
  guint written = result->sectors_programmed;
  g_autofree char *bytes = fk_number_format_size (result->bytes);
  const char *be = done ? "were" : "will be";

  if (result->sectors_total == 0)
    {
      g_string_append_printf (text, "the flash %s", done ? "was left as it is" : "stays as it is");
      return;
    }
  if (written == 0 && blanked == 0)
    {
      g_string_append_printf (text, "no sector of the flash %s",
                              done ? "had to change" : "changes");
      return;
    }
  if (written > 0)
    g_string_append_printf (text, "%u of %u sectors %s written anew (%s)", written,
                            result->sectors_total, be, bytes);
  if (blanked > 0)
    {
      if (written > 0)
        g_string_append_printf (text, ", %u %s erased", blanked, be);
      else
        g_string_append_printf (text, "%u of %u sectors %s erased", blanked, result->sectors_total,
                                be);
    }
  if (result->sectors_unchanged > 0)
    g_string_append_printf (text, ", %u %s already", result->sectors_unchanged,
                            written > 0 ? "are right" : "are empty");
}

static void
append_eeprom (GString *text, FkChangeJob *job, gboolean done)
{
  guint bytes = fk_change_job_get_result (job)->eeprom_bytes;

  if (bytes > 0)
    g_string_append_printf (text, "; %u byte%s of the data EEPROM %s", bytes, bytes > 1 ? "s" : "",
                            done         ? "changed"
                            : bytes == 1 ? "changes"
                                         : "change");
}

static void
append_options (GString *text, FkChangeJob *job)
{
  FkOptionBytes *before = fk_change_job_get_options_before (job);
  FkOptionBytes *after = fk_change_job_get_options_after (job);
  g_autoptr (GPtrArray) differing = fk_option_bytes_diff (before, after);

  g_string_append (text, "Option bytes: ");
  for (guint i = 0; i < differing->len; i++)
    {
      const FkOptionField *field = g_ptr_array_index (differing, i);
      guint32 old = 0;
      guint32 new = 0;

      fk_option_bytes_get (before, field->name, &old, NULL);
      fk_option_bytes_get (after, field->name, &new, NULL);
      g_string_append_printf (text, "%s%s from 0x%x to 0x%x", i > 0 ? ", " : "", field->name, old,
                              new);
    }
  g_string_append (text, differing->len > 0 ? ".\n" : "written whole again.\n");
}

static char *
describe_plan (CtlContext *context, FkIdentity *identity, FkChangeJob *job)
{
  FkChip *chip = fk_identity_get_chip (identity);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s with the unique ID %s:\n",
                          chip != NULL ? fk_chip_get_name (chip) : "Chip",
                          fk_identity_get_uid (identity));
  if (fk_change_job_get_result (job)->mass_erase)
    g_string_append (text, "The whole flash will be erased at once: ");
  append_sectors (text, job, FALSE);
  append_eeprom (text, job, FALSE);
  g_string_append (text, ".\n");
  if (fk_change_job_get_options_after (job) != NULL)
    append_options (text, job);
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
  fk_job_set_expected_uid (job, *uid);
  if (!ctl_context_run (context, job, error))
    return FALSE;

  ctl_context_warn_of (context, fk_change_job_get_warnings (FK_CHANGE_JOB (job)));
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
  g_autofree char *command = ctl_context_make_command (context);

  switch (fk_change_job_get_result (job)->options)
    {
    case FK_OPTIONS_CHANGED:
      ctl_context_remark (context, "Option bytes: written and read back.\n");
      break;
    case FK_OPTIONS_SAME:
      ctl_context_remark (context, "Option bytes: had the right values already.\n");
      break;
    case FK_OPTIONS_LEFT:
      ctl_context_remark (
          context, "Option bytes: NOT restored. To restore them, too: %s restore %s --regions %s\n",
          command, fk_backup_get_id (fk_restore_job_get_backup (FK_RESTORE_JOB (job))),
          "flash,option-bytes");
      break;
    case FK_OPTIONS_NOT_ASKED:
    default:
      break;
    }
}

static void
print_result (CtlContext *context, FkChangeJob *job)
{
  const FkChangeResult *result = fk_change_job_get_result (job);
  g_autoptr (GString) sectors = g_string_new (NULL);

  append_sectors (sectors, job, TRUE);
  append_eeprom (sectors, job, TRUE);
  if (is_no_change (job))
    ctl_context_remark (context,
                        "Done in %.1f s: the chip held these bytes already, nothing was changed; "
                        "%s.\n",
                        result->seconds, describe_proof (result->verified));
  else
    ctl_context_remark (context, "Done in %.1f s: %s; %s.\n", result->seconds, sectors->str,
                        describe_proof (result->verified));
  print_options (context, job);
}

/* The next step of who is not happy with it, also after a failure. */
static void
print_way_back (CtlContext *context, FkChangeJob *job)
{
  FkBackup *back = fk_change_job_get_way_back (job);
  g_autofree char *command = ctl_context_make_command (context);

  if (back != NULL)
    ctl_context_remark (context, "To undo: %s restore %s%s\n", command, fk_backup_get_id (back),
                        fk_change_job_get_options_after (job) != NULL
                            ? " --regions flash,option-bytes"
                            : "");
}

/* Also with --yes a warning comes when the deed can still be stopped. */
static void
on_planned (FkChangeJob *job, gpointer context)
{
  ctl_context_warn_of (context, fk_change_job_get_warnings (job));
}

/**
 * ctl_change_run:
 * @deed: what the question asks, without its mark: "Restore"
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
  gboolean asked = TRUE;

  if (!ctl_context_check_change (context, error))
    return CTL_EXIT_USAGE;
  if (!ctl_context_get_yes (context))
    {
      g_autoptr (FkJob) plan = make_job (data);

      if (!confirm_plan (context, deed, plan, &uid, error))
        return CTL_EXIT_FAILED;
      asked = !is_no_change (FK_CHANGE_JOB (plan));
    }

  job = make_job (data);
  apply_options (context, FK_CHANGE_JOB (job));
  fk_change_job_set_may_change (FK_CHANGE_JOB (job), asked);
  fk_change_job_set_planned_func (FK_CHANGE_JOB (job), on_planned, context);
  if (uid != NULL)
    fk_job_set_expected_uid (job, uid);
  if (!ctl_context_run (context, job, error))
    {
      ctl_context_warn_of (context, fk_change_job_get_warnings (FK_CHANGE_JOB (job)));
      return CTL_EXIT_FAILED;
    }

  ctl_json_change (ctl_context_get_builder (context), FK_CHANGE_JOB (job));
  print_result (context, FK_CHANGE_JOB (job));
  print_way_back (context, FK_CHANGE_JOB (job));
  ctl_context_warn_of (context, fk_change_job_get_warnings (FK_CHANGE_JOB (job)));
  return CTL_EXIT_DONE;
}
