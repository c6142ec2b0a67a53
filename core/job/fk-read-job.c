/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads a range of the chip's memory, never less than was asked for.  The whole-flash form takes
 * the size from the chip, so that nobody has to type (and mistype) one. */

#include "config.h"

#include "job/fk-read-job.h"

#include "base/fk-error.h"
#include "base/fk-number.h"
#include "job/fk-job-private.h"

/* More than any memory of these chips; keeps a slip of the finger from filling the computer's. */
#define MAX_SIZE (64 * 1024 * 1024)

struct _FkReadJob
{
  FkJob parent_instance;
  FkRange range;
  gboolean whole_flash;
  FkImage *image;
  FkVerified verified;
  FkIdentity *identity;
};

G_DEFINE_FINAL_TYPE (FkReadJob, fk_read_job, FK_TYPE_JOB)

static gboolean
check_numbers (FkRange range, GError **error)
{
  if (range.size == 0)
    g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "Reading 0 bytes reads nothing");
  else if (fk_range_end (range) > (guint64)G_MAXUINT32 + 1)
    g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                 "%u bytes from 0x%08x on reach beyond the end of the address space, 0xffffffff",
                 range.size, range.address);
  else if (range.size > MAX_SIZE)
    g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                 "%u bytes are more than any memory of a chip has (64 MiB at most are read at "
                 "once)",
                 range.size);
  else
    return TRUE;
  return FALSE;
}

static gboolean
is_solid (const FkRegion *region)
{
  return region->kind == FK_REGION_FLASH || region->kind == FK_REGION_OTP;
}

/* Beyond the end of the flash the bus faults or, on some chips, answers with a copy of what came
 * before: neither is what was asked for. */
static gboolean
check_region (FkChip *chip, const FkRegion *region, FkRange range, GError **error)
{
  g_autofree char *size = NULL;

  if (region == NULL || !is_solid (region) ||
      (region->kind == FK_REGION_FLASH ? fk_chip_has_flash (chip, range)
                                       : fk_range_covers (region->range, range)))
    return TRUE;
  if (fk_range_covers (region->range, range))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   FK_RANGE_FORMAT " reaches into a gap of the flash, where nothing answers: read "
                                   "what lies before it and behind it one after the other",
                   FK_RANGE_ARGS (range));
      return FALSE;
    }
  size = fk_number_format_size (region->kind == FK_REGION_FLASH ? fk_chip_get_flash_size (chip)
                                                                : region->range.size);
  g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
               FK_RANGE_FORMAT " reaches beyond the end of the %s, which has %s (" FK_RANGE_FORMAT
                               ")",
               FK_RANGE_ARGS (range), region->name, size, FK_RANGE_ARGS (region->range));
  return FALSE;
}

/* A chip that is not known: what answers is taken as it is. */
static GBytes *
read_plain (FkConnection *connection,
            FkRange range,
            FkProgress *progress,
            GCancellable *cancellable,
            GError **error)
{
  g_autofree guint8 *data = g_malloc (range.size);

  if (!fk_target_read (connection->target, range.address, data, range.size, progress, cancellable,
                       error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&data), range.size);
}

static GBytes *
read_range (FkReadJob *self,
            FkConnection *connection,
            FkRange range,
            FkProgress *progress,
            GCancellable *cancellable,
            GError **error)
{
  FkChip *chip = fk_identity_get_chip (connection->identity);
  const FkRegion *region = chip != NULL ? fk_chip_find_region_at (chip, range.address) : NULL;

  if (region != NULL && region->kind == FK_REGION_FLASH &&
      !fk_connection_require_readable (connection, error))
    return NULL;
  if (!check_region (chip, region, range, error))
    return NULL;
  if (region != NULL && is_solid (region))
    return fk_capture_range (connection, range, &self->verified, progress, cancellable, error);
  return read_plain (connection, range, progress, cancellable, error);
}

/* What was read says why the core has locked up. */
static gboolean
learn (FkReadJob *self, FkConnection *connection, GCancellable *cancellable, GError **error)
{
  g_set_object (&connection->holds, self->image);
  if (!fk_connection_improve_identity (connection, cancellable, error))
    return FALSE;
  g_set_object (&self->identity, connection->identity);
  return TRUE;
}

static gboolean
read_flash (FkReadJob *self,
            FkConnection *connection,
            FkProgress *progress,
            GCancellable *cancellable,
            GError **error)
{
  if (!fk_connection_require_chip (connection, error) ||
      !fk_connection_require_readable (connection, error))
    return FALSE;
  self->image = fk_capture_flash (connection, &self->verified, progress, cancellable, error);
  return self->image != NULL && learn (self, connection, cancellable, error);
}

static gboolean
fk_read_job_run (FkJob *job,
                 FkConnection *connection,
                 FkProgress *progress,
                 GCancellable *cancellable,
                 GError **error)
{
  FkReadJob *self = FK_READ_JOB (job);
  g_autoptr (GBytes) bytes = NULL;

  self->identity = g_object_ref (connection->identity);
  if (self->whole_flash)
    return read_flash (self, connection, progress, cancellable, error);
  if (!check_numbers (self->range, error))
    return FALSE;
  bytes = read_range (self, connection, self->range, progress, cancellable, error);
  if (bytes != NULL)
    self->image = fk_image_new_for_bytes (self->range.address, bytes, error);
  return self->image != NULL;
}

static void
fk_read_job_finalize (GObject *object)
{
  FkReadJob *self = FK_READ_JOB (object);

  g_clear_object (&self->image);
  g_clear_object (&self->identity);
  G_OBJECT_CLASS (fk_read_job_parent_class)->finalize (object);
}

static void
fk_read_job_class_init (FkReadJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_read_job_finalize;
  FK_JOB_CLASS (klass)->title = "Reading";
  FK_JOB_CLASS (klass)->run = fk_read_job_run;
}

static void
fk_read_job_init (FkReadJob *self)
{
}

/**
 * fk_read_job_new: (constructor)
 * @range: any address and length
 */
FkJob *
fk_read_job_new (FkRange range)
{
  FkReadJob *self = g_object_new (FK_TYPE_READ_JOB, NULL);

  self->range = range;
  return FK_JOB (self);
}

FkJob *
fk_read_job_new_flash (void)
{
  FkReadJob *self = g_object_new (FK_TYPE_READ_JOB, NULL);

  self->whole_flash = TRUE;
  return FK_JOB (self);
}

/**
 * fk_read_job_get_image:
 *
 * Returns: (transfer none) (nullable): exactly what was asked for, once the job was done; of a
 * whole flash in two parts, without what is between them
 */
FkImage *
fk_read_job_get_image (FkReadJob *self)
{
  g_return_val_if_fail (FK_IS_READ_JOB (self), NULL);
  return self->image;
}

/**
 * fk_read_job_dup_bytes:
 *
 * Returns: (transfer full) (nullable): the same of a range, without its address; there is no gap in
 *   it
 */
GBytes *
fk_read_job_dup_bytes (FkReadJob *self)
{
  FkSegment segment;

  g_return_val_if_fail (FK_IS_READ_JOB (self), NULL);

  if (self->image == NULL)
    return NULL;
  segment = fk_image_get_segment (self->image, 0);
  return g_bytes_new (segment.data, segment.range.size);
}

/**
 * fk_read_job_get_verified:
 *
 * Returns: how the image was proved; %FK_VERIFIED_NO for memory that may change at any time
 */
FkVerified
fk_read_job_get_verified (FkReadJob *self)
{
  g_return_val_if_fail (FK_IS_READ_JOB (self), FK_VERIFIED_NO);
  return self->verified;
}

FkIdentity *
fk_read_job_get_identity (FkReadJob *self)
{
  g_return_val_if_fail (FK_IS_READ_JOB (self), NULL);
  return self->identity;
}
