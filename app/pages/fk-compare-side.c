/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is compared, wherever it comes from.  A backup and a file are read on another thread; a chip
 * is read by jobs on its board, whose progress the board tells. */

#include "config.h"

#include "pages/fk-compare-side.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "fk-saved-options.h"
#include "image/fk-image-format.h"
#include "job/fk-backup-image.h"
#include "pages/fk-compare-chip.h"

/* Where a file without addresses is taken to belong. */
#define FLASH_BASE 0x08000000u

struct _FkCompareSide
{
  GObject parent_instance;

  char *title;
  char *detail;
  FkBackup *backup; /* one of the three */
  GFile *file;
  FkBoard *board;

  FkImage *image; /* what follows is there once it is loaded, and not changed from then on */
  FkChip *chip;
  GBytes *uid;
  FkOptionBytes *options;
  GBytes *otp;
  GBytes *eeprom;
};

G_DEFINE_FINAL_TYPE (FkCompareSide, fk_compare_side, G_TYPE_OBJECT)

static gboolean
load_backup (FkCompareSide *self, GCancellable *cancellable, GError **error)
{
  const FkBackupRegion *flash = fk_backup_find_region (self->backup, "flash");

  if (flash == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, _ ("This backup holds no flash"));
      return FALSE;
    }
  if (fk_backup_find_region (self->backup, "otp") != NULL)
    {
      self->otp = fk_backup_load_region (self->backup, "otp", cancellable, error);
      if (self->otp == NULL)
        return FALSE;
    }
  if (fk_backup_find_region (self->backup, "eeprom") != NULL)
    {
      self->eeprom = fk_backup_load_region (self->backup, "eeprom", cancellable, error);
      if (self->eeprom == NULL)
        return FALSE;
    }
  /* The flash of a chip that nobody has described can be compared all the same. */
  self->chip = fk_saved_options_make_chip (self->backup, NULL);
  if (self->chip != NULL && fk_backup_find_region (self->backup, "option-bytes") != NULL)
    {
      self->options = fk_saved_options_load (self->backup, NULL, cancellable, error);
      if (self->options == NULL)
        return FALSE;
    }
  self->uid = fk_backup_dup_uid_bytes (self->backup);
  self->image = fk_backup_image_load (self->backup, cancellable, error);
  return self->image != NULL;
}

/* A second try begins anew. */
static void
forget (FkCompareSide *self)
{
  g_clear_object (&self->image);
  g_clear_object (&self->chip);
  g_clear_object (&self->options);
  g_clear_pointer (&self->uid, g_bytes_unref);
  g_clear_pointer (&self->otp, g_bytes_unref);
  g_clear_pointer (&self->eeprom, g_bytes_unref);
}

static void
load_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  FkCompareSide *self = source;
  GError *error = NULL;

  if (self->backup != NULL)
    load_backup (self, cancellable, &error);
  else
    self->image = fk_image_load_file (self->file, FLASH_BASE, NULL, cancellable, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* Other pages may show it later. */
static void
note_time_read (FkCompareSide *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  g_free (self->detail);
  self->detail = g_date_time_format (now, _ ("On the board, %-e %b %Y, %H:%M"));
}

static void
on_chip_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  FkCompareSide *self = g_task_get_source_object (task);
  g_autoptr (FkCompareChip) read = NULL;
  GError *error = NULL;

  read = fk_compare_chip_read_finish (FK_BOARD (source), result, &error);
  if (read == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  self->image = g_steal_pointer (&read->image);
  self->chip = g_steal_pointer (&read->chip);
  self->uid = g_steal_pointer (&read->uid);
  self->options = g_steal_pointer (&read->options);
  self->otp = g_steal_pointer (&read->otp);
  self->eeprom = g_steal_pointer (&read->eeprom);
  note_time_read (self);
  g_task_return_boolean (task, TRUE);
}

static void
fk_compare_side_finalize (GObject *object)
{
  FkCompareSide *self = FK_COMPARE_SIDE (object);

  forget (self);
  g_clear_object (&self->backup);
  g_clear_object (&self->file);
  g_clear_object (&self->board);
  g_free (self->title);
  g_free (self->detail);
  G_OBJECT_CLASS (fk_compare_side_parent_class)->finalize (object);
}

static void
fk_compare_side_class_init (FkCompareSideClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_compare_side_finalize;
}

static void
fk_compare_side_init (FkCompareSide *self)
{
}

/**
 * fk_compare_side_new_for_backup: (constructor)
 */
FkCompareSide *
fk_compare_side_new_for_backup (FkBackup *backup)
{
  FkCompareSide *self;
  g_autoptr (GDateTime) local = NULL;
  const char *name;

  g_return_val_if_fail (FK_IS_BACKUP (backup), NULL);

  self = g_object_new (FK_TYPE_COMPARE_SIDE, NULL);
  self->backup = g_object_ref (backup);
  name = fk_backup_get_name (backup);
  local = g_date_time_to_local (fk_backup_get_created (backup));
  self->title = g_strdup (*name != '\0' ? name : fk_backup_get_chip_name (backup));
  self->detail = g_date_time_format (local, _ ("%-e %B %Y, %H:%M"));
  return self;
}

/**
 * fk_compare_side_new_for_file: (constructor)
 */
FkCompareSide *
fk_compare_side_new_for_file (GFile *file)
{
  FkCompareSide *self;
  g_autofree char *name = NULL;

  g_return_val_if_fail (G_IS_FILE (file), NULL);

  self = g_object_new (FK_TYPE_COMPARE_SIDE, NULL);
  self->file = g_object_ref (file);
  name = g_file_get_basename (file);
  self->title = g_filename_display_name (name);
  self->detail = g_strdup (_ ("File"));
  return self;
}

/**
 * fk_compare_side_new_for_board: (constructor)
 * @board: whose chip is read when the side is loaded
 */
FkCompareSide *
fk_compare_side_new_for_board (FkBoard *board)
{
  FkCompareSide *self;

  g_return_val_if_fail (FK_IS_BOARD (board), NULL);

  self = g_object_new (FK_TYPE_COMPARE_SIDE, NULL);
  self->board = g_object_ref (board);
  self->title = fk_board_dup_title (board);
  self->detail = g_strdup (_ ("On the board now"));
  return self;
}

/**
 * fk_compare_side_load_async:
 * @cancellable: (nullable): stops a backup or a file; a board is stopped by fk_board_cancel()
 */
void
fk_compare_side_load_async (FkCompareSide *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (FK_IS_COMPARE_SIDE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, fk_compare_side_load_async);
  if (self->image != NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  forget (self);
  if (self->board != NULL)
    fk_compare_chip_read_async (self->board, on_chip_read, g_steal_pointer (&task));
  else
    g_task_run_in_thread (task, load_thread);
}

/**
 * fk_compare_side_load_finish:
 *
 * Errors: what reading a backup, a file, or a chip says.
 */
gboolean
fk_compare_side_load_finish (FkCompareSide *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (FK_IS_COMPARE_SIDE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * fk_compare_side_get_title:
 *
 * Returns: what it is, for the person
 */
const char *
fk_compare_side_get_title (FkCompareSide *self)
{
  g_return_val_if_fail (FK_IS_COMPARE_SIDE (self), NULL);

  return self->title;
}

/**
 * fk_compare_side_get_detail:
 *
 * Returns: what tells it from another one of the same title, such as a date; of a chip, once it is
 *   loaded, when it was read
 */
const char *
fk_compare_side_get_detail (FkCompareSide *self)
{
  g_return_val_if_fail (FK_IS_COMPARE_SIDE (self), NULL);

  return self->detail;
}

/**
 * fk_compare_side_list_titles:
 * @sides: (element-type FkCompareSide): two or three
 *
 * Returns: (transfer full): what is compared, for the person
 */
char *
fk_compare_side_list_titles (GPtrArray *sides)
{
  const char *titles[3] = { NULL };

  g_return_val_if_fail (sides != NULL, NULL);
  g_return_val_if_fail (sides->len == 2 || sides->len == G_N_ELEMENTS (titles), NULL);

  for (guint i = 0; i < sides->len; i++)
    titles[i] = fk_compare_side_get_title (g_ptr_array_index (sides, i));
  return sides->len == 2 ? g_strdup_printf (_ ("%s and %s"), titles[0], titles[1])
                         : g_strdup_printf (_ ("%s, %s and %s"), titles[0], titles[1], titles[2]);
}

/**
 * fk_compare_side_get_board:
 *
 * Returns: (transfer none) (nullable): %NULL if it is a backup or a file
 */
FkBoard *
fk_compare_side_get_board (FkCompareSide *self)
{
  g_return_val_if_fail (FK_IS_COMPARE_SIDE (self), NULL);

  return self->board;
}

/**
 * fk_compare_side_get_backup:
 *
 * Returns: (transfer none) (nullable): %NULL if it is a file or a chip
 */
FkBackup *
fk_compare_side_get_backup (FkCompareSide *self)
{
  g_return_val_if_fail (FK_IS_COMPARE_SIDE (self), NULL);

  return self->backup;
}

/**
 * fk_compare_side_get_image:
 *
 * Returns: (transfer none) (nullable): %NULL until it is loaded
 */
FkImage *
fk_compare_side_get_image (FkCompareSide *self)
{
  g_return_val_if_fail (FK_IS_COMPARE_SIDE (self), NULL);

  return self->image;
}

/**
 * fk_compare_side_get_chip:
 *
 * Returns: (transfer none) (nullable): the kind of chip, where it is known
 */
FkChip *
fk_compare_side_get_chip (FkCompareSide *self)
{
  g_return_val_if_fail (FK_IS_COMPARE_SIDE (self), NULL);

  return self->chip;
}

/**
 * fk_compare_side_get_uid:
 *
 * Returns: (transfer none) (nullable): the unique ID of the chip, 12 bytes, where it is known
 */
GBytes *
fk_compare_side_get_uid (FkCompareSide *self)
{
  g_return_val_if_fail (FK_IS_COMPARE_SIDE (self), NULL);

  return self->uid;
}

/**
 * fk_compare_side_get_settings:
 *
 * Returns: option bytes, OTP and EEPROM, where they are known; the side holds them
 */
FkReportSettings
fk_compare_side_get_settings (FkCompareSide *self)
{
  FkReportSettings settings = { NULL };

  g_return_val_if_fail (FK_IS_COMPARE_SIDE (self), settings);

  settings.options = self->options;
  settings.otp = self->otp;
  settings.eeprom = self->eeprom;
  return settings;
}
