/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What compare and inspect work on.  A name is "chip", an existing file, FILE@ADDRESS for a raw
 * binary that does not belong at the start of the flash, or a backup's id or the beginning of one.
 */

#include "config.h"

#include "ctl-operand.h"

#include "base/fk-error.h"
#include "base/fk-number.h"
#include "chip/fk-chip-db.h"
#include "job/fk-backup-image.h"
#include "job/fk-read-job.h"

#define FLASH_BASE 0x08000000

void
ctl_operand_clear (CtlOperand *self)
{
  g_clear_object (&self->image);
  g_clear_object (&self->backup);
  g_clear_pointer (&self->connected_uid, g_free);
  g_clear_object (&self->chip);
  g_clear_pointer (&self->uid, g_bytes_unref);
  g_clear_pointer (&self->options, g_bytes_unref);
  g_clear_pointer (&self->otp, g_bytes_unref);
  g_clear_pointer (&self->eeprom, g_bytes_unref);
}

static gboolean
load_chip (CtlOperand *self, CtlContext *context, GError **error)
{
  g_autoptr (FkJob) job = fk_read_job_new_flash ();
  FkIdentity *identity;

  if (!ctl_context_run (context, job, error))
    return FALSE;
  identity = fk_read_job_get_identity (FK_READ_JOB (job));
  ctl_context_warn_all (context, fk_identity_get_warnings (identity));
  self->image = g_object_ref (fk_read_job_get_image (FK_READ_JOB (job)));
  g_set_object (&self->chip, fk_identity_get_chip (identity));
  self->uid = g_bytes_ref (fk_identity_get_uid_bytes (identity));
  self->connected_uid = g_strdup (fk_identity_get_uid (identity));
  return TRUE;
}

/* @bytes: (out): stays %NULL where the chip has no such region */
static gboolean
load_chip_region (
    CtlOperand *self, CtlContext *context, const char *name, GBytes **bytes, GError **error)
{
  const FkRegion *region = self->chip != NULL ? fk_chip_find_region (self->chip, name) : NULL;
  g_autoptr (FkJob) job = NULL;

  if (region == NULL)
    return TRUE;
  job = fk_read_job_new (region->range);
  fk_job_set_expected_uid (job, self->connected_uid);
  if (!ctl_context_run (context, job, error))
    return FALSE;
  *bytes = fk_read_job_dup_bytes (FK_READ_JOB (job));
  return TRUE;
}

/* Returns: (transfer full) (nullable): what the backup has of it; what has rotted does not keep
 * from comparing the rest */
static GBytes *
load_backup_region (CtlContext *context, FkBackup *backup, const char *name)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = NULL;

  if (fk_backup_find_region (backup, name) != NULL)
    bytes = fk_backup_load_region (backup, name, NULL, &error);
  if (error != NULL)
    ctl_context_warn (context, "%s; its %s is not looked at", error->message, name);
  return bytes;
}

/**
 * ctl_operand_load_settings:
 * @self: loaded
 *
 * Loads what stands beside the flash, where there is such a thing.
 *
 * Returns: %FALSE if the chip cannot be read, or is another one now
 */
gboolean
ctl_operand_load_settings (CtlOperand *self, CtlContext *context, GError **error)
{
  if (self->backup != NULL)
    {
      self->options = load_backup_region (context, self->backup, "option-bytes");
      self->otp = load_backup_region (context, self->backup, "otp");
      self->eeprom = load_backup_region (context, self->backup, "eeprom");
    }
  return self->connected_uid == NULL ||
         (load_chip_region (self, context, "option-bytes", &self->options, error) &&
          load_chip_region (self, context, "otp", &self->otp, error) &&
          load_chip_region (self, context, "eeprom", &self->eeprom, error));
}

/**
 * ctl_operand_load_backup:
 * @self: (out caller-allocates): zeroed
 */
gboolean
ctl_operand_load_backup (CtlOperand *self, FkBackup *backup, GError **error)
{
  const FkBackupRegion *flash = fk_backup_find_region (backup, "flash");
  const FkChipDesc *desc =
      fk_chip_db_find (fk_chip_db_get_default (), fk_backup_get_dev_id (backup),
                       fk_backup_get_core (backup));

  if (flash == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "Backup %s holds no flash",
                   fk_backup_get_id (backup));
      return FALSE;
    }
  self->image = fk_backup_image_load (backup, NULL, error);
  if (self->image == NULL)
    return FALSE;
  self->backup = g_object_ref (backup);
  self->chip =
      desc != NULL ? fk_chip_desc_make_chip (desc, fk_backup_get_flash_size (backup), NULL) : NULL;
  self->uid = fk_backup_dup_uid_bytes (backup);
  return TRUE;
}

/* Splits "FILE@ADDRESS" where no file has the whole name. */
static char *
split_address (const char *name, guint32 *address, GError **error)
{
  const char *at = strrchr (name, '@');

  *address = FLASH_BASE;
  if (at == NULL || g_file_test (name, G_FILE_TEST_EXISTS))
    return g_strdup (name);
  if (!fk_number_parse_address (at + 1, address, error))
    return NULL;
  return g_strndup (name, (gsize)(at - name));
}

static gboolean
load_file (CtlOperand *self, const char *path, guint32 base, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);

  self->image = fk_image_load_file (file, base, &self->format, NULL, error);
  return self->image != NULL;
}

/**
 * ctl_operand_load:
 * @self: (out caller-allocates): zeroed
 *
 * Returns: whether the flash of @name could be loaded whole
 */
gboolean
ctl_operand_load (CtlOperand *self, CtlContext *context, const char *name, GError **error)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autofree char *path = NULL;
  guint32 base;

  if (g_str_equal (name, "chip"))
    return load_chip (self, context, error);

  path = split_address (name, &base, error);
  if (path == NULL)
    return FALSE;
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_DIR))
    return load_file (self, path, base, error);

  backup = fk_library_find (ctl_context_get_library (context), name, error);
  if (backup == NULL)
    {
      g_prefix_error (error, "No file is called \"%s\".  ", name);
      return FALSE;
    }
  return ctl_operand_load_backup (self, backup, error);
}

/**
 * ctl_operand_place:
 * @name: that it was loaded by
 *
 * Moves a raw binary to where it was linked to run, as write and verify do; one with an @ADDRESS
 * stays there.
 */
gboolean
ctl_operand_place (CtlOperand *self, CtlContext *context, const char *name, GError **error)
{
  g_autoptr (FkInspection) inspection = NULL;
  FkImage *moved;
  guint32 address;

  if (self->format == NULL || self->format->has_addresses ||
      !g_file_test (name, G_FILE_TEST_EXISTS))
    return TRUE;
  inspection = fk_inspect (self->image, NULL);
  if (!fk_inspection_get_linked_at (inspection, &address) || address == FLASH_BASE)
    return TRUE;
  ctl_context_remark (context, "%s was linked to run at 0x%08x; that address is used.\n", name,
                      address);
  moved = fk_image_move (self->image, address, error);
  if (moved == NULL)
    return FALSE;
  g_object_unref (self->image);
  self->image = moved;
  return TRUE;
}

/**
 * ctl_operand_make_facts:
 *
 * Returns: (transfer full): what is known beside the bytes
 */
FkChipFacts *
ctl_operand_make_facts (const CtlOperand *self)
{
  FkChipFacts *facts = fk_chip_facts_new (self->chip);

  facts->context.uid_a = self->uid;
  return facts;
}
