/* SPDX-License-Identifier: GPL-3.0-or-later */

/* options: shows the option bytes by name, or changes some after showing before and after. */

#include "config.h"

#include "ctl-command.h"
#include "ctl-json.h"

#include "base/fk-error.h"
#include "job/fk-options-job.h"

static void
add_field (JsonBuilder *builder,
           FkOptionBytes *options,
           const FkOptionField *field,
           const char *member)
{
  guint32 value = 0;

  if (fk_option_bytes_get (options, field->name, &value, NULL))
    ctl_json_int (builder, member, value);
}

/* Returns: (transfer full) (nullable): what an earlier write that was cut short has left */
static char *
describe_damage (FkOptionBytes *options)
{
  g_autoptr (GError) damage = NULL;

  if (fk_option_bytes_check_complements (options, &damage))
    return NULL;
  return g_strdup_printf ("%s.", damage->message);
}

static void
warn_of_damage (CtlContext *context, FkOptionBytes *options)
{
  g_autofree char *damage = describe_damage (options);
  g_autofree char *text = NULL;
  const char *warnings[2] = { NULL };

  if (damage != NULL)
    text = g_strdup_printf ("%s  \"flashkeepctl options set\" with any option as it is writes them "
                            "whole again.",
                            damage);
  warnings[0] = text;
  ctl_context_tell_warnings (context, "options-damaged", warnings);
}

static void
show (CtlContext *context, FkOptionBytes *options)
{
  JsonBuilder *builder = ctl_context_get_builder (context);
  guint n_fields;
  const FkOptionField *fields =
      fk_chip_get_option_fields (fk_option_bytes_get_chip (options), &n_fields);

  ctl_json_string (builder, "protection",
                   fk_protection_get_nick (fk_option_bytes_get_protection (options)));
  ctl_json_begin_array (builder, "options");
  for (guint i = 0; i < n_fields; i++)
    {
      guint32 value = 0;
      g_autofree char *meaning = NULL;

      if (!fk_option_bytes_get (options, fields[i].name, &value, NULL))
        continue;
      meaning = fk_option_bytes_explain (options, &fields[i], value);
      json_builder_begin_object (builder);
      ctl_json_string (builder, "name", fields[i].name);
      ctl_json_int (builder, "value", value);
      ctl_json_string (builder, "meaning", meaning);
      ctl_json_string (builder, "text", fields[i].text);
      ctl_json_int (builder, "factory", fields[i].factory);
      json_builder_end_object (builder);
      ctl_context_print (context, "%-16s 0x%0*x  %s\n", fields[i].name, (fields[i].width + 3) / 4,
                         value, meaning != NULL ? meaning : fields[i].text);
    }
  json_builder_end_array (builder);
  warn_of_damage (context, options);
}

/* The table of what changes; also as JSON. */
static char *
describe_change (JsonBuilder *builder, FkOptionBytes *before, FkOptionBytes *after)
{
  g_autoptr (GPtrArray) fields = fk_option_bytes_diff (before, after);
  GString *text = g_string_new (NULL);

  ctl_json_begin_array (builder, "changed");
  for (guint i = 0; i < fields->len; i++)
    {
      const FkOptionField *field = g_ptr_array_index (fields, i);
      guint32 old_value = 0;
      guint32 new_value = 0;
      g_autofree char *meaning = NULL;

      fk_option_bytes_get (before, field->name, &old_value, NULL);
      fk_option_bytes_get (after, field->name, &new_value, NULL);
      meaning = fk_option_bytes_explain (after, field, new_value);
      g_string_append_printf (text, "%s: 0x%x -> 0x%x  %s\n", field->name, old_value, new_value,
                              meaning != NULL ? meaning : field->text);
      json_builder_begin_object (builder);
      ctl_json_string (builder, "name", field->name);
      add_field (builder, before, field, "before");
      add_field (builder, after, field, "after");
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  return g_string_free (text, FALSE);
}

/* On success @uid is that of the chip that was asked about. */
static gboolean
confirm_change (CtlContext *context, const char *const *assignments, char **uid, GError **error)
{
  g_autoptr (FkJob) job = fk_options_job_new (assignments, TRUE);
  g_autoptr (JsonBuilder) unused = json_builder_new ();
  g_autofree char *change = NULL;
  g_autofree char *damage = NULL;
  g_autofree char *text = NULL;

  if (!ctl_context_run (context, job, error))
    return FALSE;
  *uid = g_strdup (fk_identity_get_uid (fk_options_job_get_identity (FK_OPTIONS_JOB (job))));
  json_builder_begin_object (unused);
  change = describe_change (unused, fk_options_job_get_before (FK_OPTIONS_JOB (job)),
                            fk_options_job_get_after (FK_OPTIONS_JOB (job)));
  damage = describe_damage (fk_options_job_get_before (FK_OPTIONS_JOB (job)));
  if (change[0] == '\0' && damage == NULL)
    return TRUE;
  text = g_strdup_printf ("%s%s%s%s"
                          "The flash is not touched; the new values act after a reset.",
                          damage != NULL ? damage : "",
                          damage != NULL ? "  All option bytes will be written whole again.\n" : "",
                          change[0] != '\0' ? "These option bytes will change:\n" : "", change);
  return ctl_context_confirm (context, text, "Change them", error);
}

static CtlExit
set (CtlContext *context, const char *const *assignments, GError **error)
{
  g_autoptr (FkJob) job = NULL;
  g_autofree char *change = NULL;
  g_autofree char *damage = NULL;
  g_autofree char *uid = NULL;
  const char *warnings[2] = { NULL };

  if (!ctl_context_check_change (context, error))
    return CTL_EXIT_USAGE;
  if (!ctl_context_get_yes (context) && !confirm_change (context, assignments, &uid, error))
    return CTL_EXIT_FAILED;
  job = fk_options_job_new (assignments, FALSE);
  if (uid != NULL)
    fk_job_set_expected_uid (job, uid);
  if (!ctl_context_run (context, job, error))
    return CTL_EXIT_FAILED;
  change = describe_change (ctl_context_get_builder (context),
                            fk_options_job_get_before (FK_OPTIONS_JOB (job)),
                            fk_options_job_get_after (FK_OPTIONS_JOB (job)));
  damage = describe_damage (fk_options_job_get_before (FK_OPTIONS_JOB (job)));
  if (damage != NULL)
    ctl_context_print (context, "The option bytes were damaged, and were written whole again.\n%s",
                       change);
  else
    ctl_context_print (context, "%s",
                       change[0] != '\0'
                           ? change
                           : "They have these values already; nothing was changed.\n");
  warnings[0] = fk_options_job_get_warning (FK_OPTIONS_JOB (job));
  ctl_context_tell_warnings (context, "does-not-run", warnings);
  return CTL_EXIT_DONE;
}

static CtlExit
run (CtlContext *context, char **arguments, GError **error)
{
  const char *verb = arguments[0] != NULL ? arguments[0] : "show";

  if (g_str_equal (verb, "set") && arguments[1] != NULL)
    return set (context, (const char *const *)arguments + 1, error);
  if (g_str_equal (verb, "show") && (arguments[0] == NULL || arguments[1] == NULL))
    {
      g_autoptr (FkJob) job = fk_options_job_new (NULL, TRUE);

      if (!ctl_context_run (context, job, error))
        return CTL_EXIT_FAILED;
      show (context, fk_options_job_get_before (FK_OPTIONS_JOB (job)));
      return CTL_EXIT_DONE;
    }
  g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
               "options is used as: options [show], or options set NAME=VALUE …");
  return CTL_EXIT_USAGE;
}

const CtlCommand ctl_command_options = {
  .name = "options",
  .arguments = "[show] | set NAME=VALUE …",
  .summary = "Shows or changes the option bytes",
  .max_arguments = G_MAXUINT,
  .run = run,
};
