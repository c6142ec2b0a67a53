/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Option bytes: shown, or changed by name.  All assignments are checked before the first one is
 * written, and what the chip holds afterwards is read back. */

#include "config.h"

#include "job/fk-options-job.h"

#include "base/fk-error.h"
#include "base/fk-number.h"
#include "job/fk-job-private.h"

#include <string.h>

struct _FkOptionsJob
{
  FkJob parent_instance;
  GStrv assignments; /* (nullable) */
  gboolean dry_run;
  FkOptionBytes *before;
  FkOptionBytes *after;
  FkIdentity *identity;
  char *warning;
};

G_DEFINE_FINAL_TYPE (FkOptionsJob, fk_options_job, FK_TYPE_JOB)

/* @given: set of char *: the names that had a value already */
static gboolean
assign (FkOptionBytes *options, const char *assignment, GHashTable *given, GError **error)
{
  const char *equals = strchr (assignment, '=');
  g_autofree char *name = NULL;
  guint32 value;

  if (equals == NULL || equals == assignment)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "\"%s\" is not of the form NAME=VALUE, such as WDG_SW=1", assignment);
      return FALSE;
    }
  name = g_strndup (assignment, (gsize)(equals - assignment));
  if (!fk_number_parse_u32 (equals + 1, &value, error) ||
      !fk_option_bytes_set (options, name, value, error))
    return FALSE;
  if (!g_hash_table_add (given, g_ascii_strdown (name, -1)))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "The option %s is given twice; which value is meant?  Nothing was changed",
                   name);
      return FALSE;
    }
  return TRUE;
}

static FkOptionBytes *
make_wanted (FkOptionsJob *self, GError **error)
{
  g_autoptr (FkOptionBytes) wanted = fk_option_bytes_dup (self->before);
  g_autoptr (GHashTable) given = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  fk_option_bytes_repair (wanted);
  for (guint i = 0; self->assignments[i] != NULL; i++)
    if (!assign (wanted, self->assignments[i], given, error))
      return NULL;
  return g_steal_pointer (&wanted);
}

static gboolean
write_and_read_back (FkOptionsJob *self,
                     FkConnection *connection,
                     FkProgress *progress,
                     GCancellable *cancellable,
                     GError **error)
{
  /* From here on the chip is left in order, whatever comes: no cancelling. */
  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !fk_connection_write_options (connection, self->after, progress, NULL, error))
    {
      g_prefix_error (error, "Changing the option bytes: ");
      return FALSE;
    }
  g_clear_object (&self->after);
  /* The chip obeys what it loads when it is reset. */
  if (!fk_connection_restart (connection, &self->warning, NULL, error))
    return FALSE;
  if (!fk_target_is_connected (connection->target))
    return TRUE;
  self->after = fk_flash_read_options (connection->flash, NULL, error);
  return self->after != NULL;
}

static gboolean
fk_options_job_run (FkJob *job,
                    FkConnection *connection,
                    FkProgress *progress,
                    GCancellable *cancellable,
                    GError **error)
{
  FkOptionsJob *self = FK_OPTIONS_JOB (job);
  g_autoptr (GPtrArray) differing = NULL;
  gboolean open;

  self->identity = g_object_ref (connection->identity);
  if (!fk_connection_require_chip (connection, error))
    return FALSE;
  self->before = fk_flash_read_options (connection->flash, cancellable, error);
  if (self->before == NULL)
    return FALSE;
  if (self->assignments == NULL)
    {
      self->after = fk_option_bytes_dup (self->before);
      return TRUE;
    }
  self->after = make_wanted (self, error);
  if (self->after == NULL)
    return FALSE;
  differing = fk_option_bytes_diff (self->before, self->after);
  /* A write that was cut off may have left the right values without their complements, or in
   * registers only. */
  if (differing->len == 0)
    {
      if (!fk_flash_are_options_open (connection->flash, &open, error))
        return FALSE;
      if (!open && fk_option_bytes_check_complements (self->before, NULL))
        return TRUE;
    }
  /* In a dry run, too: nobody should be asked about what is refused afterwards. */
  if (!fk_connection_require_writable (connection, error) ||
      !fk_connection_require_readable (connection, error))
    return FALSE;
  return self->dry_run || write_and_read_back (self, connection, progress, cancellable, error);
}

static gboolean
fk_options_job_changes_chip (FkJob *job)
{
  FkOptionsJob *self = FK_OPTIONS_JOB (job);

  return self->assignments != NULL && !self->dry_run;
}

static void
fk_options_job_finalize (GObject *object)
{
  FkOptionsJob *self = FK_OPTIONS_JOB (object);

  g_strfreev (self->assignments);
  g_free (self->warning);
  g_clear_object (&self->before);
  g_clear_object (&self->after);
  g_clear_object (&self->identity);
  G_OBJECT_CLASS (fk_options_job_parent_class)->finalize (object);
}

static void
fk_options_job_class_init (FkOptionsJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_options_job_finalize;
  FK_JOB_CLASS (klass)->title = "Option bytes";
  FK_JOB_CLASS (klass)->run = fk_options_job_run;
  FK_JOB_CLASS (klass)->changes_chip = fk_options_job_changes_chip;
}

static void
fk_options_job_init (FkOptionsJob *self)
{
}

/**
 * fk_options_job_new: (constructor)
 * @assignments: (nullable) (array zero-terminated=1): "NAME=VALUE" each; %NULL only reads
 * @dry_run: whether nothing shall be written; before and after can be looked at all the same
 */
FkJob *
fk_options_job_new (const char *const *assignments, gboolean dry_run)
{
  FkOptionsJob *self = g_object_new (FK_TYPE_OPTIONS_JOB, NULL);

  self->assignments = g_strdupv ((GStrv)assignments);
  self->dry_run = dry_run;
  return FK_JOB (self);
}

/**
 * fk_options_job_get_before:
 *
 * Returns: (transfer none) (nullable): what the chip held when the job began
 */
FkOptionBytes *
fk_options_job_get_before (FkOptionsJob *self)
{
  g_return_val_if_fail (FK_IS_OPTIONS_JOB (self), NULL);
  return self->before;
}

/**
 * fk_options_job_get_after:
 *
 * Returns: (transfer none) (nullable): what the chip holds now, read back; after a dry run what it
 *   would hold
 */
FkOptionBytes *
fk_options_job_get_after (FkOptionsJob *self)
{
  g_return_val_if_fail (FK_IS_OPTIONS_JOB (self), NULL);
  return self->after;
}

FkIdentity *
fk_options_job_get_identity (FkOptionsJob *self)
{
  g_return_val_if_fail (FK_IS_OPTIONS_JOB (self), NULL);
  return self->identity;
}

/**
 * fk_options_job_get_warning:
 *
 * Returns: (transfer none) (nullable): what is wrong with the program since the chip was reset
 */
const char *
fk_options_job_get_warning (FkOptionsJob *self)
{
  g_return_val_if_fail (FK_IS_OPTIONS_JOB (self), NULL);
  return self->warning;
}
