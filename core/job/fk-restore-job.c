/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Puts a backup back on the chip that it came from, or, if the person says so, on another one.
 * Cloning is where people lose days: a twin that does not start because the firmware knows its
 * first chip by the UID.  So what can be known of that is told. */

#include "config.h"

#include "job/fk-restore-job.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "base/fk-number.h"
#include "job/fk-backup-image.h"
#include "job/fk-change-job-private.h"
#include "job/fk-job-private.h"

#include <string.h>

struct _FkRestoreJob
{
  FkChangeJob parent_instance;
  FkBackup *backup;
  GStrv regions; /* (nullable): as fk_restore_job_set_regions() has it */
  gboolean any_chip;
};

G_DEFINE_FINAL_TYPE (FkRestoreJob, fk_restore_job, FK_TYPE_CHANGE_JOB)

static gboolean
wants (FkRestoreJob *self, const char *region)
{
  static const char *const usual[] = { "flash", "eeprom", NULL };

  return g_strv_contains (self->regions != NULL ? (const char *const *)self->regions : usual,
                          region);
}

static gboolean
check_region_names (FkRestoreJob *self, GError **error)
{
  if (self->regions == NULL)
    return TRUE;
  if (self->regions[0] == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "No region is named that should be restored");
      return FALSE;
    }
  for (guint i = 0; self->regions[i] != NULL; i++)
    {
      const char *name = self->regions[i];

      if (strcmp (name, "otp") == 0)
        g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                     "OTP is written once and for ever; it is backed up, but never restored");
      else if (strcmp (name, "flash") != 0 && strcmp (name, "option-bytes") != 0 &&
               strcmp (name, "eeprom") != 0)
        g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                     "\"%s\" cannot be restored; \"flash\", \"eeprom\" and \"option-bytes\" can",
                     name);
      else if (fk_backup_find_region (self->backup, name) == NULL)
        g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "Backup %s has no region \"%s\"",
                     fk_backup_get_id (self->backup), name);
      else
        continue;
      return FALSE;
    }
  return TRUE;
}

static char *
name_uid (const char *uid)
{
  return *uid != '\0' ? g_strdup_printf ("the unique ID %s", uid)
                      : g_strdup ("a unique ID that could not be read");
}

/* Whether it can work at all, also on a chip that the person knows to be another one. */
static gboolean
check_fits (FkRestoreJob *self, FkIdentity *identity, GError **error)
{
  FkChip *chip = fk_identity_get_chip (identity);
  const FkBackupRegion *flash = fk_backup_find_region (self->backup, "flash");
  FkRange there = fk_chip_find_region (chip, "flash")->range;

  if (*fk_backup_get_family (self->backup) == '\0')
    {
      g_set_error (error, FK_ERROR, FK_ERROR_INCOMPATIBLE,
                   "The backup was imported from a file, and nobody said which chip it is for.  "
                   "Nothing was changed.  Import the file again with its chip, or write the file");
      return FALSE;
    }
  if (strcmp (fk_chip_get_family (chip), fk_backup_get_family (self->backup)) != 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_INCOMPATIBLE,
                   "The backup is of a chip of the family %s, and this is one of %s, on which its "
                   "firmware cannot run.  Nothing was changed",
                   fk_backup_get_family (self->backup), fk_chip_get_family (chip));
      return FALSE;
    }
  if (wants (self, "flash") && !fk_range_covers (there, flash->range))
    {
      g_autofree char *old_size = fk_number_format_size (flash->range.size);
      g_autofree char *new_size = fk_number_format_size (there.size);

      g_set_error (error, FK_ERROR, FK_ERROR_INCOMPATIBLE,
                   "The backup has %s of flash, which does not fit into this chip's %s.  Nothing "
                   "was "
                   "changed",
                   old_size, new_size);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_same_kind (FkRestoreJob *self, FkIdentity *identity, GError **error)
{
  FkChip *chip = fk_identity_get_chip (identity);
  g_autofree char *old_size = fk_number_format_size (fk_backup_get_flash_size (self->backup));
  g_autofree char *new_size = fk_number_format_size (fk_chip_get_flash_size (chip));

  if (fk_identity_get_dev_id (identity) == fk_backup_get_dev_id (self->backup) &&
      fk_chip_get_flash_size (chip) == fk_backup_get_flash_size (self->backup))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_WRONG_CHIP,
               "The backup is of an %s (device ID 0x%03X) with %s of flash, and this is an %s "
               "(device "
               "ID 0x%03X) with %s.  Nothing was changed",
               fk_backup_get_chip_name (self->backup), fk_backup_get_dev_id (self->backup),
               old_size, fk_chip_get_name (chip), fk_identity_get_dev_id (identity), new_size);
  return FALSE;
}

static gboolean
check_same_chip (FkRestoreJob *self, FkIdentity *identity, GError **error)
{
  const char *old_uid = fk_backup_get_uid (self->backup);
  const char *new_uid = fk_identity_get_uid (identity);
  g_autofree char *old_text = name_uid (old_uid);
  g_autofree char *new_text = name_uid (new_uid);

  if (!check_fits (self, identity, error) || !check_same_kind (self, identity, error))
    return FALSE;
  if (*old_uid != '\0' && g_ascii_strcasecmp (old_uid, new_uid) == 0)
    return TRUE;
  if (*fk_backup_get_source (self->backup) != '\0')
    {
      g_set_error (error, FK_ERROR, FK_ERROR_WRONG_CHIP,
                   "The backup was imported from a file, so nobody knows whether it is of this "
                   "very "
                   "chip.  Nothing was changed");
      return FALSE;
    }
  g_set_error (error, FK_ERROR, FK_ERROR_WRONG_CHIP,
               "The backup is of another chip of the same kind: it was made of one with %s, and "
               "the "
               "one that is connected has %s.  Nothing was changed",
               old_text, new_text);
  return FALSE;
}

/* Zeros or ones all over are what a good share of a batch may have. */
static gboolean
is_no_uid (const char *uid)
{
  return strspn (uid, "0") == strlen (uid) || strspn (uid, "Ff") == strlen (uid);
}

static void
warn_of_chip (FkRestoreJob *self, FkIdentity *identity)
{
  const char *uid = fk_backup_get_uid (self->backup);
  const char *source = fk_backup_get_source (self->backup);

  if (*source != '\0')
    fk_change_job_warn (FK_CHANGE_JOB (self), "from-file",
                        _ ("The backup was not made of a chip: it was imported from %s."), source);
  else if (is_no_uid (uid) && g_ascii_strcasecmp (uid, fk_identity_get_uid (identity)) == 0)
    fk_change_job_warn (FK_CHANGE_JOB (self), "no-uid",
                        _ ("The unique ID reads %s on this chip as in the backup, which tells no "
                           "chip from another: whether the backup is of this very chip cannot be "
                           "known."),
                        *uid != '\0' ? uid : _ ("as nothing"));
  if (*fk_backup_get_edited_from (self->backup) != '\0')
    fk_change_job_warn (FK_CHANGE_JOB (self), "edited-copy", "%s",
                        _ ("The backup is an edited copy: what it holds was never read from a "
                           "chip."));
  if (fk_identity_get_dev_id (identity) != fk_backup_get_dev_id (self->backup))
    fk_change_job_warn (FK_CHANGE_JOB (self), "other-chip",
                        _ ("The backup is of an %s (device ID 0x%03X), and this is an %s "
                           "(0x%03X): the firmware may use what this chip does not have."),
                        fk_backup_get_chip_name (self->backup), fk_backup_get_dev_id (self->backup),
                        fk_chip_get_name (fk_identity_get_chip (identity)),
                        fk_identity_get_dev_id (identity));
}

/* Who restores a board should know when that is not all of it. */
static gboolean
note_eeprom_left (FkRestoreJob *self,
                  FkConnection *connection,
                  FkRange here,
                  GBytes *saved,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (GBytes) present = fk_flash_read (connection->flash, here, NULL, cancellable, error);

  if (present == NULL)
    return FALSE;
  if (!g_bytes_equal (saved, present))
    fk_change_job_warn (FK_CHANGE_JOB (self), "eeprom-left", "%s",
                        _ ("The data EEPROM differs from that of the backup.  It is NOT restored, "
                           "because only the flash was chosen."));
  return TRUE;
}

/* Adds what the backup has of the data EEPROM, if that is wanted, and the chip has a place for it.
 */
static gboolean
add_eeprom (FkRestoreJob *self,
            FkConnection *connection,
            FkImage *image,
            GCancellable *cancellable,
            GError **error)
{
  FkRange here = fk_change_job_get_eeprom (fk_identity_get_chip (connection->identity));
  const FkBackupRegion *region = fk_backup_find_region (self->backup, "eeprom");
  g_autoptr (GBytes) saved = NULL;

  if (region == NULL || here.size == 0)
    return TRUE;
  saved = fk_backup_load_region (self->backup, "eeprom", cancellable, error);
  if (saved == NULL)
    return FALSE;
  if (!wants (self, "eeprom") && fk_range_covers (here, region->range))
    return note_eeprom_left (self, connection, region->range, saved, cancellable, error);
  if (!wants (self, "eeprom"))
    return TRUE;
  if (!fk_range_covers (here, region->range))
    {
      g_autofree char *old_size = fk_number_format_size (region->range.size);
      g_autofree char *new_size = fk_number_format_size (here.size);

      g_set_error (error, FK_ERROR, FK_ERROR_INCOMPATIBLE,
                   "The backup has %s of data EEPROM, which does not fit into this chip's %s; "
                   "restore the flash alone.  Nothing was changed",
                   old_size, new_size);
      return FALSE;
    }
  return fk_image_add (image, region->range.address, saved, error);
}

static FkImage *
fk_restore_job_get_wanted (FkChangeJob *job,
                           FkConnection *connection,
                           GCancellable *cancellable,
                           GError **error)
{
  FkRestoreJob *self = FK_RESTORE_JOB (job);
  g_autoptr (FkImage) image = NULL;

  if (!check_region_names (self, error) ||
      !(self->any_chip ? check_fits : check_same_chip) (self, connection->identity, error))
    return NULL;
  image = wants (self, "flash") ? fk_backup_image_load (self->backup, cancellable, error)
                                : fk_image_new ();
  if (image == NULL)
    return NULL;
  if (wants (self, "flash"))
    {
      warn_of_chip (self, connection->identity);
      fk_change_job_judge (job, connection->identity, image, fk_backup_get_uid (self->backup));
    }
  if ((wants (self, "flash") || wants (self, "eeprom")) &&
      !add_eeprom (self, connection, image, cancellable, error))
    return NULL;
  return g_steal_pointer (&image);
}

/* The fields of the backup, but for those that are guarded: read protection stays as it is. */
static FkOptionBytes *
merge_options (FkRestoreJob *self, FkOptionBytes *present, FkOptionBytes *saved, GError **error)
{
  g_autoptr (FkOptionBytes) merged = fk_option_bytes_dup (present);
  g_autoptr (GPtrArray) differing = fk_option_bytes_diff (present, saved);
  g_autoptr (GPtrArray) changed = NULL;

  fk_option_bytes_repair (merged);
  for (guint i = 0; i < differing->len; i++)
    {
      const FkOptionField *field = g_ptr_array_index (differing, i);
      guint32 here;
      guint32 value;

      if (!fk_option_bytes_get (present, field->name, &here, error) ||
          !fk_option_bytes_get (saved, field->name, &value, error))
        return NULL;
      if (fk_option_bytes_is_guarded (present, field) || fk_option_bytes_is_guarded (saved, field))
        fk_change_job_warn (FK_CHANGE_JOB (self), "option-guarded",
                            _ ("The option %s stays 0x%x, although it is 0x%x in the backup: it "
                               "can lock the chip or erase it, so no restore changes it."),
                            field->name, here, value);
      else if (!fk_option_bytes_set (merged, field->name, value, error))
        return NULL;
    }
  changed = fk_option_bytes_diff (present, merged);
  /* A write that was cut off may have left the right values without their complements. */
  return changed->len > 0 || !fk_option_bytes_check_complements (present, NULL)
             ? g_steal_pointer (&merged)
             : NULL;
}

/* Who restores the flash alone, as is usual, should know when that is not all: other option bytes
 * start the chip from elsewhere, or protect its sectors. */
static void
note_options_left (FkRestoreJob *self, FkChip *chip, FkOptionBytes *present)
{
  g_autoptr (GBytes) raw = NULL;
  g_autoptr (FkOptionBytes) saved = NULL;
  g_autoptr (GPtrArray) differing = NULL;
  g_autoptr (GString) list = g_string_new (NULL);

  fk_change_job_set_options_fate (FK_CHANGE_JOB (self), FK_OPTIONS_NOT_ASKED);
  if (fk_chip_get_dev_id (chip) != fk_backup_get_dev_id (self->backup) ||
      fk_backup_find_region (self->backup, "option-bytes") == NULL)
    return;
  raw = fk_backup_load_region (self->backup, "option-bytes", NULL, NULL);
  saved = raw != NULL ? fk_option_bytes_new (chip, raw, NULL) : NULL;
  if (saved == NULL)
    return;
  differing = fk_option_bytes_diff (present, saved);
  for (guint i = 0; i < differing->len; i++)
    {
      const FkOptionField *field = g_ptr_array_index (differing, i);
      guint32 here, there;

      if (!field->guarded && fk_option_bytes_get (present, field->name, &here, NULL) &&
          fk_option_bytes_get (saved, field->name, &there, NULL))
        g_string_append_printf (list, "%s%s 0x%x, in the backup 0x%x", list->len > 0 ? "; " : "",
                                field->name, here, there);
    }
  if (list->len == 0)
    return;
  fk_change_job_set_options_fate (FK_CHANGE_JOB (self), FK_OPTIONS_LEFT);
  fk_change_job_warn (FK_CHANGE_JOB (self), "options-left",
                      _ ("The option bytes differ from those of the backup (%s).  They are NOT "
                         "restored, because only the flash was chosen."),
                      list->str);
}

static FkOptionBytes *
fk_restore_job_get_wanted_options (FkChangeJob *job,
                                   FkConnection *connection,
                                   FkOptionBytes *present,
                                   GCancellable *cancellable,
                                   GError **error)
{
  FkRestoreJob *self = FK_RESTORE_JOB (job);
  FkChip *chip = fk_identity_get_chip (connection->identity);
  g_autoptr (GBytes) raw = NULL;
  g_autoptr (FkOptionBytes) saved = NULL;
  g_autoptr (GError) damage = NULL;

  if (!wants (self, "option-bytes"))
    {
      note_options_left (self, chip, present);
      return NULL;
    }
  if (fk_identity_get_dev_id (connection->identity) != fk_backup_get_dev_id (self->backup))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_INCOMPATIBLE,
                   "Option bytes mean something else on a chip of another kind; restore the flash "
                   "alone.  Nothing was changed");
      return NULL;
    }
  raw = fk_backup_load_region (self->backup, "option-bytes", cancellable, error);
  saved = raw != NULL ? fk_option_bytes_new (chip, raw, error) : NULL;
  if (saved == NULL)
    return NULL;
  if (!fk_option_bytes_check_complements (saved, &damage))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED,
                   "The option bytes in the backup are damaged already on the chip that it was "
                   "made of (%s).  Restore the flash alone",
                   damage->message);
      return NULL;
    }
  return merge_options (self, present, saved, error);
}

static char *
fk_restore_job_describe (FkChangeJob *job)
{
  return g_strdup_printf ("restoring backup %s", fk_backup_get_id (FK_RESTORE_JOB (job)->backup));
}

/* A safety backup's own name would make "Before restoring “Before restoring …”". */
static char *
fk_restore_job_name_safety (FkChangeJob *job, const char *board)
{
  FkBackup *backup = FK_RESTORE_JOB (job)->backup;
  g_autoptr (GDateTime) local = g_date_time_to_local (fk_backup_get_created (backup));
  g_autofree char *date = g_date_time_format (local, _ ("%-e %B %Y, %H:%M"));

  if (*fk_backup_get_name (backup) != '\0' && !fk_backup_is_safety (backup))
    return g_strdup_printf (_ ("Before restoring “%s”"), fk_backup_get_name (backup));
  return board != NULL ? g_strdup_printf (_ ("%s, before restoring the backup of %s"), board, date)
                       : g_strdup_printf (_ ("Before restoring the backup of %s"), date);
}

static void
fk_restore_job_finalize (GObject *object)
{
  FkRestoreJob *self = FK_RESTORE_JOB (object);

  g_clear_object (&self->backup);
  g_strfreev (self->regions);
  G_OBJECT_CLASS (fk_restore_job_parent_class)->finalize (object);
}

static void
fk_restore_job_class_init (FkRestoreJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_restore_job_finalize;
  FK_JOB_CLASS (klass)->title = "Restoring";
  FK_CHANGE_JOB_CLASS (klass)->may_mass_erase = TRUE;
  FK_CHANGE_JOB_CLASS (klass)->get_wanted = fk_restore_job_get_wanted;
  FK_CHANGE_JOB_CLASS (klass)->get_wanted_options = fk_restore_job_get_wanted_options;
  FK_CHANGE_JOB_CLASS (klass)->describe = fk_restore_job_describe;
  FK_CHANGE_JOB_CLASS (klass)->name_safety = fk_restore_job_name_safety;
}

static void
fk_restore_job_init (FkRestoreJob *self)
{
}

/**
 * fk_restore_job_new: (constructor)
 * @backup: of the library
 */
FkJob *
fk_restore_job_new (FkBackup *backup)
{
  FkRestoreJob *self;

  g_return_val_if_fail (FK_IS_BACKUP (backup), NULL);

  self = g_object_new (FK_TYPE_RESTORE_JOB, NULL);
  self->backup = g_object_ref (backup);
  return FK_JOB (self);
}

FkBackup *
fk_restore_job_get_backup (FkRestoreJob *self)
{
  g_return_val_if_fail (FK_IS_RESTORE_JOB (self), NULL);
  return self->backup;
}

/**
 * fk_restore_job_set_regions:
 * @regions: (array zero-terminated=1): some of "flash", "eeprom" and "option-bytes"; at first the
 *   flash, and the data EEPROM where the backup has one
 */
void
fk_restore_job_set_regions (FkRestoreJob *self, const char *const *regions)
{
  g_return_if_fail (FK_IS_RESTORE_JOB (self));
  g_return_if_fail (regions != NULL);

  g_strfreev (self->regions);
  self->regions = g_strdupv ((GStrv)regions);
}

/**
 * fk_restore_job_set_any_chip:
 * @any_chip: whether another chip than the backup's own may be written
 */
void
fk_restore_job_set_any_chip (FkRestoreJob *self, gboolean any_chip)
{
  g_return_if_fail (FK_IS_RESTORE_JOB (self));
  self->any_chip = any_chip;
}
