/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Erases.  Only whole sectors can be; a range that would take more than the person named is
 * refused, with the borders named. */

#include "config.h"

#include "job/fk-erase-job.h"

#include "base/fk-error.h"

#include <string.h>

struct _FkEraseJob
{
  FkChangeJob parent_instance;
  FkRange range; /* size 0: everything */
  gboolean all;
};

G_DEFINE_FINAL_TYPE (FkEraseJob, fk_erase_job, FK_TYPE_CHANGE_JOB)

static gboolean
check_range (FkChip *chip, FkRange range, GError **error)
{
  g_autoptr (FkFlashPlan) trial = NULL;

  if (range.size == 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "Erasing 0 bytes erases nothing");
      return FALSE;
    }
  trial = fk_flash_plan_new_erase (chip, range, NULL, error);
  return trial != NULL;
}

static FkImage *
fk_erase_job_get_wanted (FkChangeJob *job,
                         FkConnection *connection,
                         GCancellable *cancellable,
                         GError **error)
{
  FkEraseJob *self = FK_ERASE_JOB (job);
  FkChip *chip = fk_identity_get_chip (connection->identity);
  FkRange range = self->all ? fk_chip_find_region (chip, "flash")->range : self->range;
  g_autoptr (GBytes) blank = NULL;
  guint8 *data;

  if (!check_range (chip, range, error))
    return NULL;
  data = g_malloc (range.size);
  memset (data, fk_chip_get_erased_value (chip), range.size);
  blank = g_bytes_new_take (data, range.size);
  return fk_image_new_for_bytes (range.address, blank, error);
}

static char *
fk_erase_job_describe (FkChangeJob *job)
{
  FkEraseJob *self = FK_ERASE_JOB (job);

  return self->all ? g_strdup ("erasing the chip")
                   : g_strdup_printf ("erasing " FK_RANGE_FORMAT, FK_RANGE_ARGS (self->range));
}

static void
fk_erase_job_class_init (FkEraseJobClass *klass)
{
  FK_JOB_CLASS (klass)->title = "Erasing";
  FK_CHANGE_JOB_CLASS (klass)->leaves_nothing_to_run = TRUE;
  FK_CHANGE_JOB_CLASS (klass)->may_mass_erase = TRUE;
  FK_CHANGE_JOB_CLASS (klass)->get_wanted = fk_erase_job_get_wanted;
  FK_CHANGE_JOB_CLASS (klass)->describe = fk_erase_job_describe;
}

static void
fk_erase_job_init (FkEraseJob *self)
{
}

FkJob *
fk_erase_job_new_all (void)
{
  FkEraseJob *self = g_object_new (FK_TYPE_ERASE_JOB, NULL);

  self->all = TRUE;
  return FK_JOB (self);
}

/**
 * fk_erase_job_new_range: (constructor)
 * @range: of whole sectors; %FK_ERROR_OUT_OF_RANGE names the sector borders otherwise
 */
FkJob *
fk_erase_job_new_range (FkRange range)
{
  FkEraseJob *self = g_object_new (FK_TYPE_ERASE_JOB, NULL);

  self->range = range;
  return FK_JOB (self);
}
