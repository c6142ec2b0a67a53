/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Erases.  Only whole sectors can be; a range that would take more than the person named is
 * refused, with the borders named. */

#include "config.h"

#include <glib/gi18n.h>

#include "job/fk-erase-job.h"

#include "base/fk-error.h"
#include "base/fk-number.h"
#include "job/fk-change-job-private.h"
#include "job/fk-job-private.h"

#include <string.h>

#define MAX_LISTED 4u /* sectors */

struct _FkEraseJob
{
  FkChangeJob parent_instance;
  FkRange range; /* size 0: everything */
  gboolean all;
  FkRange whole; /* the sectors that the range touches, where it is not made of whole ones */
};

G_DEFINE_FINAL_TYPE (FkEraseJob, fk_erase_job, FK_TYPE_CHANGE_JOB)

/* "0x0800c000 (16 KiB), 0x08010000 (64 KiB)" */
static char *
list_sectors (FkChip *chip, FkRange range)
{
  GString *text = g_string_new (NULL);
  guint n_sectors;
  const FkSector *sectors = fk_chip_get_sectors (chip, &n_sectors);
  guint n_listed = 0;

  for (guint i = 0; i < n_sectors; i++)
    {
      g_autofree char *size = fk_number_format_size (sectors[i].range.size);

      if (!fk_range_covers (range, sectors[i].range))
        continue;
      if (n_listed++ == MAX_LISTED)
        {
          g_string_append (text, ", …");
          break;
        }
      g_string_append_printf (text, "%s0x%08x (%s)", n_listed > 1 ? ", " : "",
                              sectors[i].range.address, size);
    }
  return g_string_free (text, FALSE);
}

/* The person named only a part of what would be erased. */
static gboolean
fail_with_sectors (FkEraseJob *self, FkChip *chip, FkRange range, GError *cause, GError **error)
{
  const FkSector *first = fk_chip_find_sector (chip, range.address);
  const FkSector *last = fk_chip_find_sector (chip, (guint32)(fk_range_end (range) - 1));
  g_autofree char *sectors = NULL;
  g_autofree char *size = NULL;

  if (first == NULL || last == NULL)
    {
      g_propagate_error (error, cause);
      return FALSE;
    }
  self->whole = (FkRange){ first->range.address,
                           (guint32)(fk_range_end (last->range) - first->range.address) };
  sectors = first != last ? list_sectors (chip, self->whole) : NULL;
  size = fk_number_format_size (self->whole.size);
  g_set_error (error, cause->domain, cause->code,
               "%s.  The whole sector%s that " FK_RANGE_FORMAT " touches %s " FK_RANGE_FORMAT
               " (%s)%s%s.  Nothing was changed",
               cause->message, first != last ? "s" : "", FK_RANGE_ARGS (range),
               first != last ? "are" : "is", FK_RANGE_ARGS (self->whole), size,
               first != last ? ": " : "", first != last ? sectors : "");
  g_error_free (cause);
  return FALSE;
}

static gboolean
check_range (FkEraseJob *self, FkChip *chip, FkRange range, GError **error)
{
  g_autoptr (FkFlashPlan) trial = NULL;
  GError *cause = NULL;

  if (range.size == 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "Erasing 0 bytes erases nothing");
      return FALSE;
    }
  trial = fk_flash_plan_new_erase (chip, range, NULL, &cause);
  return trial != NULL || fail_with_sectors (self, chip, range, cause, error);
}

static gboolean
is_blank (GBytes *bytes, guint8 erased)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  for (gsize i = 0; i < size; i++)
    if (data[i] != erased)
      return FALSE;
  return TRUE;
}

/* An erase of a chip is one of its flash, as that of others is.  Who wants the data EEPROM to be
 * blank, too, has to know that it is not. */
static gboolean
note_eeprom_kept (FkChangeJob *job,
                  FkConnection *connection,
                  GCancellable *cancellable,
                  GError **error)
{
  FkChip *chip = fk_identity_get_chip (connection->identity);
  g_autoptr (GBytes) held = NULL;
  FkRange eeprom;

  if (!fk_flash_find_eeprom (connection->flash, &eeprom, error))
    return FALSE;
  if (eeprom.size == 0)
    return TRUE;
  held = fk_flash_read (connection->flash, eeprom, NULL, cancellable, error);
  if (held == NULL)
    return FALSE;
  if (!is_blank (held, fk_chip_get_erased_value (chip)))
    fk_change_job_warn (job, "eeprom-kept", "%s",
                        _ ("The data EEPROM keeps what it holds: only the flash is erased."));
  return TRUE;
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

  if (!check_range (self, chip, range, error) ||
      (self->all && !note_eeprom_kept (job, connection, cancellable, error)))
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

static char *
fk_erase_job_name_safety (FkChangeJob *job, const char *board)
{
  FkEraseJob *self = FK_ERASE_JOB (job);
  g_autofree char *range = g_strdup_printf (FK_RANGE_FORMAT, FK_RANGE_ARGS (self->range));

  if (self->all)
    return board != NULL ? g_strdup_printf (_ ("%s, before erasing the chip"), board)
                         : g_strdup (_ ("Before erasing the chip"));
  return board != NULL ? g_strdup_printf (_ ("%s, before erasing %s"), board, range)
                       : g_strdup_printf (_ ("Before erasing %s"), range);
}

static void
fk_erase_job_class_init (FkEraseJobClass *klass)
{
  FK_JOB_CLASS (klass)->title = "Erasing";
  FK_CHANGE_JOB_CLASS (klass)->leaves_nothing_to_run = TRUE;
  FK_CHANGE_JOB_CLASS (klass)->may_mass_erase = TRUE;
  FK_CHANGE_JOB_CLASS (klass)->get_wanted = fk_erase_job_get_wanted;
  FK_CHANGE_JOB_CLASS (klass)->describe = fk_erase_job_describe;
  FK_CHANGE_JOB_CLASS (klass)->name_safety = fk_erase_job_name_safety;
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

/**
 * fk_erase_job_get_whole_sectors:
 * @range: (out): the whole sectors that the range of the job touches
 *
 * Returns: whether the job failed because its range is not made of whole sectors
 */
gboolean
fk_erase_job_get_whole_sectors (FkEraseJob *self, FkRange *range)
{
  g_return_val_if_fail (FK_IS_ERASE_JOB (self), FALSE);
  g_return_val_if_fail (range != NULL, FALSE);

  *range = self->whole;
  return self->whole.size > 0;
}
