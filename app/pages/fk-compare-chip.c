/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Flash, option bytes, and OTP or data EEPROM of a connected chip, one job after the other; each
 * asks anew, for what the board was told when it was identified may be of yesterday, or of another
 * chip.  The later ones are bound to the chip that the flash was read from. */

#include "config.h"

#include "pages/fk-compare-chip.h"

static void
on_bytes_read (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (FkCompareChip) self = g_object_steal_data (G_OBJECT (task), "chip");
  GBytes **bytes = fk_chip_find_region (self->chip, "otp") != NULL ? &self->otp : &self->eeprom;

  if (error != NULL)
    {
      g_task_return_error (task, g_error_copy (error));
      return;
    }
  *bytes = fk_read_job_dup_bytes (FK_READ_JOB (job));
  g_task_return_pointer (task, g_steal_pointer (&self), (GDestroyNotify)fk_compare_chip_free);
}

/* What has OTP has no data EEPROM.  @task: (transfer full) */
static void
read_bytes (FkBoard *board, GTask *task)
{
  FkCompareChip *self = g_object_get_data (G_OBJECT (task), "chip");
  const FkRegion *otp = fk_chip_find_region (self->chip, "otp");
  const FkRegion *region = otp != NULL ? otp : fk_chip_find_region (self->chip, "eeprom");
  g_autoptr (FkJob) job = region != NULL ? fk_read_job_new (region->range) : NULL;

  if (job != NULL)
    {
      fk_job_set_expected_uid (job, g_object_get_data (G_OBJECT (task), "uid"));
      fk_board_run (board, job, on_bytes_read, task, g_object_unref);
      return;
    }
  g_task_return_pointer (task, g_object_steal_data (G_OBJECT (task), "chip"),
                         (GDestroyNotify)fk_compare_chip_free);
  g_object_unref (task);
}

static void
on_options_read (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  FkCompareChip *self = g_object_get_data (G_OBJECT (task), "chip");

  if (error != NULL)
    {
      g_task_return_error (task, g_error_copy (error));
      return;
    }
  g_set_object (&self->options, fk_options_job_get_before (FK_OPTIONS_JOB (job)));
  read_bytes (board, g_steal_pointer (&task));
}

static void
on_flash_read (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  FkCompareChip *self = g_object_get_data (G_OBJECT (task), "chip");
  FkIdentity *identity = fk_read_job_get_identity (FK_READ_JOB (job));
  g_autoptr (FkJob) next = NULL;

  if (error != NULL)
    {
      g_task_return_error (task, g_error_copy (error));
      return;
    }
  self->image = g_object_ref (fk_read_job_get_image (FK_READ_JOB (job)));
  self->chip = g_object_ref (fk_identity_get_chip (identity));
  self->uid = g_bytes_ref (fk_identity_get_uid_bytes (identity));
  g_object_set_data_full (G_OBJECT (task), "uid", g_strdup (fk_identity_get_uid (identity)),
                          g_free);
  if (fk_chip_find_region (self->chip, "option-bytes") == NULL)
    {
      read_bytes (board, g_steal_pointer (&task));
      return;
    }
  next = fk_options_job_new (NULL, TRUE);
  fk_job_set_expected_uid (next, fk_identity_get_uid (identity));
  fk_board_run (board, next, on_options_read, g_steal_pointer (&task), NULL);
}

/**
 * fk_compare_chip_read_async:
 *
 * What runs is cancelled by fk_board_cancel().
 */
void
fk_compare_chip_read_async (FkBoard *board, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (FkJob) job = NULL;
  GTask *task;

  g_return_if_fail (FK_IS_BOARD (board));

  job = fk_read_job_new_flash ();
  task = g_task_new (board, NULL, callback, user_data);
  g_task_set_source_tag (task, fk_compare_chip_read_async);
  g_object_set_data_full (G_OBJECT (task), "chip", g_new0 (FkCompareChip, 1),
                          (GDestroyNotify)fk_compare_chip_free);
  fk_board_run (board, job, on_flash_read, task, NULL);
}

/**
 * fk_compare_chip_read_finish:
 *
 * Errors: what reading a chip says.
 */
FkCompareChip *
fk_compare_chip_read_finish (FkBoard *board, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (FK_IS_BOARD (board), NULL);
  g_return_val_if_fail (g_task_is_valid (result, board), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
fk_compare_chip_free (FkCompareChip *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->image);
  g_clear_object (&self->chip);
  g_clear_pointer (&self->uid, g_bytes_unref);
  g_clear_object (&self->options);
  g_clear_pointer (&self->otp, g_bytes_unref);
  g_clear_pointer (&self->eeprom, g_bytes_unref);
  g_free (self);
}
