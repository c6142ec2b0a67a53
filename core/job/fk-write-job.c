/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes an image, and says beforehand where its program would not run as it is written: linked for
 * another address, encrypted, or only the beginning of itself. */

#include "config.h"

#include <glib/gi18n.h>

#include "job/fk-write-job.h"

#include "base/fk-error.h"
#include "base/fk-number.h"
#include "job/fk-change-job-private.h"

struct _FkWriteJob
{
  FkChangeJob parent_instance;
  FkImage *image;
  char *origin;
};

G_DEFINE_FINAL_TYPE (FkWriteJob, fk_write_job, FK_TYPE_CHANGE_JOB)

static FkImage *
fk_write_job_get_wanted (FkChangeJob *job,
                         FkConnection *connection,
                         GCancellable *cancellable,
                         GError **error)
{
  FkWriteJob *self = FK_WRITE_JOB (job);
  FkRange extent;

  if (!fk_image_get_extent (self->image, &extent))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "The image is empty; there is nothing to write");
      return NULL;
    }
  fk_change_job_judge (job, connection->identity, self->image, self->origin);
  return g_object_ref (self->image);
}

static char *
fk_write_job_describe (FkChangeJob *job)
{
  FkWriteJob *self = FK_WRITE_JOB (job);
  g_autofree char *size = fk_number_format_size (fk_image_get_size (self->image));
  FkRange extent = { 0 };

  fk_image_get_extent (self->image, &extent);
  return g_strdup_printf ("writing %s to 0x%08x", size, extent.address);
}

static char *
fk_write_job_name_safety (FkChangeJob *job, const char *board)
{
  FkWriteJob *self = FK_WRITE_JOB (job);
  g_autofree char *size = fk_number_format_size (fk_image_get_size (self->image));
  FkRange extent = { 0 };

  fk_image_get_extent (self->image, &extent);
  return board != NULL
             ? g_strdup_printf (_ ("%s, before writing %s to 0x%08x"), board, size, extent.address)
             : g_strdup_printf (_ ("Before writing %s to 0x%08x"), size, extent.address);
}

static void
fk_write_job_finalize (GObject *object)
{
  FkWriteJob *self = FK_WRITE_JOB (object);

  g_clear_object (&self->image);
  g_free (self->origin);
  G_OBJECT_CLASS (fk_write_job_parent_class)->finalize (object);
}

static void
fk_write_job_class_init (FkWriteJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_write_job_finalize;
  FK_JOB_CLASS (klass)->title = "Writing";
  FK_CHANGE_JOB_CLASS (klass)->may_mass_erase = TRUE;
  FK_CHANGE_JOB_CLASS (klass)->get_wanted = fk_write_job_get_wanted;
  FK_CHANGE_JOB_CLASS (klass)->describe = fk_write_job_describe;
  FK_CHANGE_JOB_CLASS (klass)->name_safety = fk_write_job_name_safety;
}

static void
fk_write_job_init (FkWriteJob *self)
{
}

/**
 * fk_write_job_new: (constructor)
 * @image: not changed any more
 */
FkJob *
fk_write_job_new (FkImage *image)
{
  FkWriteJob *self;

  g_return_val_if_fail (FK_IS_IMAGE (image), NULL);

  self = g_object_new (FK_TYPE_WRITE_JOB, NULL);
  self->image = g_object_ref (image);
  return FK_JOB (self);
}

/**
 * fk_write_job_set_origin:
 * @uid: (nullable): the unique ID of the chip that the image was read from, where that is known
 */
void
fk_write_job_set_origin (FkWriteJob *self, const char *uid)
{
  g_return_if_fail (FK_IS_WRITE_JOB (self));

  g_free (self->origin);
  self->origin = g_strdup (uid);
}
