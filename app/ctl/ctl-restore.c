/* SPDX-License-Identifier: GPL-3.0-or-later */

/* restore: puts a backup back. */

#include "config.h"

#include "ctl-change.h"
#include "ctl-command.h"
#include "ctl-words.h"

#include "job/fk-restore-job.h"

typedef struct
{
  FkBackup *backup;
  char **regions;
  gboolean any_chip;
} Restore;

static FkJob *
make_job (gpointer data)
{
  Restore *restore = data;
  FkJob *job = fk_restore_job_new (restore->backup);

  if (restore->regions != NULL)
    fk_restore_job_set_regions (FK_RESTORE_JOB (job), (const char *const *)restore->regions);
  fk_restore_job_set_any_chip (FK_RESTORE_JOB (job), restore->any_chip);
  return job;
}

static CtlExit
run (CtlContext *context, char **arguments, GError **error)
{
  const char *regions = ctl_context_get_option (context, "regions");
  g_autoptr (FkBackup) backup =
      fk_library_find (ctl_context_get_library (context), arguments[0], error);
  g_auto (GStrv) names = regions != NULL ? g_strsplit (regions, ",", -1) : NULL;
  Restore restore = { .backup = backup,
                      .regions = names,
                      .any_chip = ctl_context_has_option (context, "any-chip") };
  g_autofree char *text = NULL;
  g_autofree char *question = NULL;

  if (backup == NULL)
    return CTL_EXIT_FAILED;
  text = ctl_words_for_backup (backup);
  question = g_strdup_printf ("Put back %s onto this board", text);
  return ctl_change_run (context, question, make_job, &restore, error);
}

static const CtlOption options[] = {
  { "regions", "NAMES",
    "Regions to restore, by commas: flash, eeprom (these by default), option-bytes" },
  { "full", NULL, "Erase and program also what is equal already" },
  { "no-safety-backup", NULL, "Do not back the chip up first" },
  { "any-chip", NULL, "Also onto another chip than the one the backup is of" },
  { NULL },
};

const CtlCommand ctl_command_restore = {
  .name = "restore",
  .arguments = "BACKUP",
  .summary = "Puts a backup back",
  .min_arguments = 1,
  .max_arguments = 1,
  .options = options,
  .run = run,
};
