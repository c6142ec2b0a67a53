/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The option bytes of a backup, by name: its bytes are read on another thread, and understood with
 * the description of its chip, which need not be connected. */

#include "config.h"

#include "fk-saved-options.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "chip/fk-chip-db.h"

typedef struct
{
  FkBackup *backup;
  FkChip *chip; /* (nullable) */
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_object_unref (load->backup);
  g_clear_object (&load->chip);
  g_free (load);
}

/**
 * fk_saved_options_make_chip:
 *
 * Returns: (transfer full) (nullable): the kind of chip that @backup is of
 *
 * Errors: UNKNOWN_CHIP.
 */
FkChip *
fk_saved_options_make_chip (FkBackup *backup, GError **error)
{
  const FkChipDesc *desc =
      fk_chip_db_find (fk_chip_db_get_default (), fk_backup_get_dev_id (backup),
                       fk_backup_get_core (backup));

  if (desc != NULL)
    return fk_chip_desc_make_chip (desc, fk_backup_get_flash_size (backup), error);
  g_set_error (error, FK_ERROR, FK_ERROR_UNKNOWN_CHIP,
               _ ("The option bytes of chip 0x%03x are not described"),
               fk_backup_get_dev_id (backup));
  return NULL;
}

/* One option of some chips decides how their flash is divided. */
static FkOptionBytes *
understand (FkChip *chip, GBytes *raw, GError **error)
{
  g_autoptr (FkOptionBytes) options = fk_option_bytes_new (chip, raw, error);
  const FkOptionField *layout = fk_chip_get_layout_field (chip);
  g_autoptr (FkChip) divided = NULL;
  guint32 value;

  if (options == NULL || layout == NULL ||
      !fk_option_bytes_get (options, layout->name, &value, NULL))
    return g_steal_pointer (&options);
  divided = fk_chip_with_layout_field (chip, value);
  return fk_option_bytes_new (divided, raw, error);
}

/**
 * fk_saved_options_load:
 * @chip: (nullable): that they shall be understood for; by default the kind of chip that @backup
 *   is of
 *
 * Reads from disk, so not for the main loop.
 *
 * Errors: NOT_SUPPORTED when the backup holds none, INCOMPATIBLE when it is of another kind of
 * chip, UNKNOWN_CHIP, and what reading a backup says.
 */
FkOptionBytes *
fk_saved_options_load (FkBackup *backup, FkChip *chip, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) raw = NULL;
  g_autoptr (FkChip) described = NULL;

  g_return_val_if_fail (FK_IS_BACKUP (backup), NULL);
  g_return_val_if_fail (chip == NULL || FK_IS_CHIP (chip), NULL);

  if (fk_backup_find_region (backup, "option-bytes") == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
                   _ ("This backup holds no option bytes"));
      return NULL;
    }
  if (chip != NULL && fk_chip_get_dev_id (chip) != fk_backup_get_dev_id (backup))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_INCOMPATIBLE,
                   _ ("Option bytes mean something else on a chip of another kind"));
      return NULL;
    }
  raw = fk_backup_load_region (backup, "option-bytes", cancellable, error);
  if (raw == NULL)
    return NULL;
  if (chip != NULL)
    return fk_option_bytes_new (chip, raw, error);
  described = fk_saved_options_make_chip (backup, error);
  return described != NULL ? understand (described, raw, error) : NULL;
}

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Load *load = data;
  GError *error = NULL;
  FkOptionBytes *options = fk_saved_options_load (load->backup, load->chip, cancellable, &error);

  if (options != NULL)
    g_task_return_pointer (task, options, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * fk_saved_options_load_async:
 * @chip: (nullable): that they shall be understood for; by default the kind of chip that @backup
 *   is of
 */
void
fk_saved_options_load_async (FkBackup *backup,
                             FkChip *chip,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Load *load;

  g_return_if_fail (FK_IS_BACKUP (backup));
  g_return_if_fail (chip == NULL || FK_IS_CHIP (chip));

  load = g_new0 (Load, 1);
  load->backup = g_object_ref (backup);
  g_set_object (&load->chip, chip);
  task = g_task_new (backup, cancellable, callback, user_data);
  g_task_set_source_tag (task, fk_saved_options_load_async);
  g_task_set_task_data (task, load, load_free);
  g_task_run_in_thread (task, load_thread);
}

/**
 * fk_saved_options_load_finish:
 *
 * Returns: (transfer full) (nullable)
 *
 * Errors: those of fk_saved_options_load().
 */
FkOptionBytes *
fk_saved_options_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
