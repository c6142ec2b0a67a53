/* SPDX-License-Identifier: GPL-3.0-or-later */

/* backup: backs the whole chip up into the library, verified, and prints the id. */

#include "config.h"

#include "ctl-command.h"
#include "ctl-json.h"
#include "ctl-words.h"

#include "base/fk-number.h"
#include "job/fk-backup-job.h"

#include <stdio.h>

/* Of the flash a little more than the number, because it is asked whether the chip is full. */
static char *
describe_used (FkBackupJob *job, const FkBackupRegion *region)
{
  FkChip *chip = fk_identity_get_chip (fk_backup_job_get_identity (job));
  g_autoptr (FkImage) image = NULL;
  g_autofree char *used = NULL;

  if (!g_str_equal (region->name, "flash"))
    {
      used = fk_number_format_size (region->used);
      return g_strdup_printf ("%s used", used);
    }
  image = fk_image_new_for_bytes (region->range.address,
                                  fk_backup_job_get_bytes (job, region->name), NULL);
  used = ctl_words_for_used (image, fk_chip_get_erased_value (chip));
  return used != NULL ? g_strdup_printf ("used %s", used) : g_strdup ("blank");
}

static void
print_regions (CtlContext *context, FkBackupJob *job)
{
  GPtrArray *regions = fk_backup_get_regions (fk_backup_job_get_backup (job));

  /* What is told of a region has to be looked for in it. */
  if (ctl_context_get_json (context) || ctl_context_get_quiet (context))
    return;
  for (guint i = 0; i < regions->len; i++)
    {
      const FkBackupRegion *region = g_ptr_array_index (regions, i);
      g_autofree char *size = fk_number_format_size (region->range.size);
      g_autofree char *used = describe_used (job, region);

      ctl_context_remark (context, "  %-14s 0x%08x  %s, %s, %s\n", region->name,
                          region->range.address, size, used,
                          g_str_equal (region->verified, "crc") ? "verified on the chip by checksum"
                                                                : "verified by reading twice");
    }
}

/* What cannot be written is not offered to be put back. */
static void
suggest (CtlContext *context, FkBackup *backup, FkIdentity *identity)
{
  g_autofree char *command = ctl_context_make_command (context);
  g_autofree char *inspect = ctl_context_make_library_command (context);

  ctl_context_remark (context, "Kept in %s\n", fk_backup_get_path (backup));
  if (!fk_identity_get_read_only (identity))
    ctl_context_remark (context, "To put it back: %s restore %s\n", command,
                        fk_backup_get_id (backup));
  ctl_context_remark (context, "To see what it holds: %s inspect %s\n", inspect,
                      fk_backup_get_id (backup));
}

static CtlExit
run (CtlContext *context, char **arguments, GError **error)
{
  g_autoptr (FkJob) job = fk_backup_job_new (ctl_context_get_option (context, "name"),
                                             ctl_context_get_option (context, "note"));
  FkBackup *backup;
  FkIdentity *identity;

  if (!ctl_context_run (context, job, error))
    return CTL_EXIT_FAILED;

  backup = fk_backup_job_get_backup (FK_BACKUP_JOB (job));
  ctl_json_backup (ctl_context_get_builder (context), backup);
  if (!ctl_context_get_json (context))
    puts (fk_backup_get_id (backup));
  print_regions (context, FK_BACKUP_JOB (job));
  identity = fk_backup_job_get_identity (FK_BACKUP_JOB (job));
  ctl_context_tell_warnings (context, "chip", fk_identity_get_warnings (identity));
  suggest (context, backup, identity);
  return CTL_EXIT_DONE;
}

static const CtlOption options[] = {
  { "name", "NAME", "Name of the board, for the library" },
  { "note", "TEXT", "A note to keep with it" },
  { NULL },
};

const CtlCommand ctl_command_backup = {
  .name = "backup",
  .arguments = "",
  .summary = "Backs the whole chip up into the library, verified; prints the id",
  .options = options,
  .run = run,
};
