/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Compares an image with what the chip's flash and its data EEPROM hold.  Parts of the image that
 * lie in neither (a section for RAM, say) are no difference: nothing keeps them.  They are left
 * out, and told. */

#include "config.h"

#include "job/fk-verify-job.h"

#include "base/fk-error.h"
#include "job/fk-job-private.h"

struct _FkVerifyJob
{
  FkJob parent_instance;
  FkImage *image;
  FkVerified verified;
  guint64 bytes;
  GStrv warnings;
};

G_DEFINE_FINAL_TYPE (FkVerifyJob, fk_verify_job, FK_TYPE_JOB)

static void
warn_of_rest (FkVerifyJob *self, FkChip *chip, FkRange eeprom)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < fk_image_get_n_segments (self->image); i++)
    {
      FkRange range = fk_image_get_segment (self->image, i).range;
      g_autofree char *text = NULL;

      if (fk_chip_has_flash (chip, range) || (eeprom.size > 0 && fk_range_covers (eeprom, range)))
        continue;
      text = g_strdup_printf ("Of " FK_RANGE_FORMAT
                              " in the image, what lies outside the flash was not compared.",
                              FK_RANGE_ARGS (range));
      g_strv_builder_add (builder, text);
    }
  g_strfreev (self->warnings);
  self->warnings = g_strv_builder_end (builder);
}

/* A few words, which are read. */
static gboolean
verify_eeprom (FkVerifyJob *self,
               FkConnection *connection,
               FkImage *part,
               GCancellable *cancellable,
               GError **error)
{
  for (guint i = 0; i < fk_image_get_n_segments (part); i++)
    {
      FkSegment segment = fk_image_get_segment (part, i);
      g_autoptr (GBytes) held =
          fk_flash_read (connection->flash, segment.range, NULL, cancellable, error);
      const guint8 *bytes;

      if (held == NULL)
        return FALSE;
      bytes = g_bytes_get_data (held, NULL);
      for (guint32 at = 0; at < segment.range.size; at++)
        if (bytes[at] != segment.data[at])
          {
            g_set_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH,
                         "The data EEPROM holds 0x%02x at 0x%08x, and not 0x%02x", bytes[at],
                         segment.range.address + at, segment.data[at]);
            return FALSE;
          }
    }
  return TRUE;
}

static gboolean
fk_verify_job_run (FkJob *job,
                   FkConnection *connection,
                   FkProgress *progress,
                   GCancellable *cancellable,
                   GError **error)
{
  FkVerifyJob *self = FK_VERIFY_JOB (job);
  g_autoptr (FkImage) part = NULL;
  g_autoptr (FkImage) eeprom_part = NULL;
  const FkRegion *eeprom;
  FkChip *chip;

  if (fk_image_get_n_segments (self->image) == 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "The image is empty; there is nothing to verify");
      return FALSE;
    }
  if (!fk_connection_require_chip (connection, error) ||
      !fk_connection_require_readable (connection, error))
    return FALSE;
  chip = fk_identity_get_chip (connection->identity);
  eeprom = fk_chip_find_region (chip, "eeprom");
  part = fk_flash_parts_slice (chip, self->image, error);
  if (part == NULL)
    return FALSE;
  eeprom_part = eeprom != NULL ? fk_image_slice (self->image, eeprom->range) : fk_image_new ();
  self->bytes = fk_image_get_size (part) + fk_image_get_size (eeprom_part);
  if (self->bytes == 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   "The image has no bytes in the chip's flash, " FK_RANGE_FORMAT,
                   FK_RANGE_ARGS (fk_chip_find_region (chip, "flash")->range));
      return FALSE;
    }
  warn_of_rest (self, chip, eeprom != NULL ? eeprom->range : (FkRange){ 0 });
  if (!verify_eeprom (self, connection, eeprom_part, cancellable, error))
    return FALSE;
  if (fk_image_get_n_segments (part) == 0)
    {
      self->verified = FK_VERIFIED_REREAD;
      return TRUE;
    }
  return fk_flash_verify (connection->flash, part, &self->verified, progress, cancellable, error);
}

static void
fk_verify_job_finalize (GObject *object)
{
  FkVerifyJob *self = FK_VERIFY_JOB (object);

  g_clear_object (&self->image);
  g_strfreev (self->warnings);
  G_OBJECT_CLASS (fk_verify_job_parent_class)->finalize (object);
}

static void
fk_verify_job_class_init (FkVerifyJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_verify_job_finalize;
  FK_JOB_CLASS (klass)->title = "Verifying";
  FK_JOB_CLASS (klass)->run = fk_verify_job_run;
}

static void
fk_verify_job_init (FkVerifyJob *self)
{
  self->warnings = g_new0 (char *, 1);
}

/**
 * fk_verify_job_new: (constructor)
 * @image: not changed any more
 */
FkJob *
fk_verify_job_new (FkImage *image)
{
  FkVerifyJob *self;

  g_return_val_if_fail (FK_IS_IMAGE (image), NULL);

  self = g_object_new (FK_TYPE_VERIFY_JOB, NULL);
  self->image = g_object_ref (image);
  return FK_JOB (self);
}

FkVerified
fk_verify_job_get_verified (FkVerifyJob *self)
{
  g_return_val_if_fail (FK_IS_VERIFY_JOB (self), FK_VERIFIED_NO);
  return self->verified;
}

/**
 * fk_verify_job_get_bytes:
 *
 * Returns: how many bytes of the image lie in flash or data EEPROM, and so were compared
 */
guint64
fk_verify_job_get_bytes (FkVerifyJob *self)
{
  g_return_val_if_fail (FK_IS_VERIFY_JOB (self), 0);
  return self->bytes;
}

/**
 * fk_verify_job_get_warnings:
 *
 * Returns: (transfer none) (array zero-terminated=1): whole sentences
 */
const char *const *
fk_verify_job_get_warnings (FkVerifyJob *self)
{
  g_return_val_if_fail (FK_IS_VERIFY_JOB (self), NULL);
  return (const char *const *)self->warnings;
}
