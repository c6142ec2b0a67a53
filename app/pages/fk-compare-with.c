/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a backup to its comparison with another one, or with a file: the person chooses, both are
 * loaded on another thread, and the page that shows them follows. */

#include "config.h"

#include "pages/fk-compare-with.h"

#include <glib/gi18n.h>

#include "chip/fk-chip-db.h"
#include "dialogs/fk-compare-dialog.h"
#include "image/fk-image-format.h"
#include "pages/fk-compare-page.h"

/* Where a file without addresses is taken to belong. */
#define FLASH_BASE 0x08000000u

typedef struct
{
  FkPage *from;
  FkBackup *backup;
  FkBackup *other; /* (nullable): else @file */
  GFile *file;     /* (nullable) */
  FkImage *image;
  FkImage *other_image;
} Choice;

static void
choice_free (gpointer data)
{
  Choice *choice = data;

  g_object_unref (choice->from);
  g_object_unref (choice->backup);
  g_clear_object (&choice->other);
  g_clear_object (&choice->file);
  g_clear_object (&choice->image);
  g_clear_object (&choice->other_image);
  g_free (choice);
}

static FkChip *
find_chip (FkBackup *backup)
{
  const FkChipDesc *desc =
      fk_chip_db_find (fk_chip_db_get_default (), fk_backup_get_dev_id (backup),
                       fk_backup_get_core (backup));

  return desc != NULL ? fk_chip_desc_make_chip (desc, fk_backup_get_flash_size (backup), NULL)
                      : NULL;
}

static FkImage *
load_backup (FkBackup *backup, GCancellable *cancellable, GError **error)
{
  const FkBackupRegion *flash = fk_backup_find_region (backup, "flash");
  g_autoptr (GBytes) bytes = fk_backup_load_region (backup, "flash", cancellable, error);

  return bytes != NULL && flash != NULL
             ? fk_image_new_for_bytes (flash->range.address, bytes, error)
             : NULL;
}

static void
load_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Choice *choice = task_data;
  GError *error = NULL;

  choice->image = load_backup (choice->backup, cancellable, &error);
  if (choice->image != NULL)
    choice->other_image = choice->other != NULL ? load_backup (choice->other, cancellable, &error)
                                                : fk_image_load_file (choice->file, FLASH_BASE,
                                                                      NULL, cancellable, &error);
  if (choice->other_image != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Choice *choice = g_task_get_task_data (G_TASK (result));
  FkWindow *window = fk_page_get_window (choice->from);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkChip) chip = NULL;
  g_autoptr (GBytes) uid = NULL;
  g_autoptr (GBytes) other_uid = NULL;
  g_autofree char *file_name = NULL;
  const char *other_name;

  /* Whoever went elsewhere meanwhile is not called back. */
  if (window == NULL || !gtk_widget_get_mapped (GTK_WIDGET (choice->from)))
    return;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      fk_window_show_error (window, error);
      return;
    }
  if (choice->other != NULL)
    {
      other_name = fk_backup_get_name (choice->other);
      other_uid = fk_backup_dup_uid_bytes (choice->other);
    }
  else
    other_name = file_name = g_file_get_basename (choice->file);
  chip = find_chip (choice->backup);
  uid = fk_backup_dup_uid_bytes (choice->backup);
  {
    FkCompareSide a = { fk_backup_get_name (choice->backup), choice->image, uid };
    FkCompareSide b = { other_name, choice->other_image, other_uid };

    fk_window_push (window, fk_compare_page_new (&a, &b, chip));
  }
}

/* Takes the choice over. */
static void
load (Choice *choice)
{
  g_autoptr (GTask) task = g_task_new (choice->from, NULL, on_loaded, NULL);

  g_task_set_task_data (task, choice, choice_free);
  g_task_run_in_thread (task, load_thread);
}

static Choice *
copy_choice (const Choice *choice)
{
  Choice *copy = g_new0 (Choice, 1);

  copy->from = g_object_ref (choice->from);
  copy->backup = g_object_ref (choice->backup);
  return copy;
}

static void
on_backup_chosen (FkCompareDialog *dialog, FkBackup *backup, const Choice *choice)
{
  Choice *copy = copy_choice (choice);

  copy->other = g_object_ref (backup);
  load (copy);
}

static void
on_file_chosen (FkCompareDialog *dialog, GFile *file, const Choice *choice)
{
  Choice *copy = copy_choice (choice);

  copy->file = g_object_ref (file);
  load (copy);
}

static void
free_choice_of_dialog (gpointer data, GClosure *closure)
{
  choice_free (data);
}

/**
 * fk_compare_with:
 * @from: the page that leads to the comparison, which follows only while this one is seen
 * @backup: the first side
 */
void
fk_compare_with (FkPage *from, FkBackup *backup, FkLibraryModel *library)
{
  Choice *choice;
  FkCompareDialog *dialog;

  g_return_if_fail (FK_IS_PAGE (from));
  g_return_if_fail (FK_IS_BACKUP (backup));
  g_return_if_fail (FK_IS_LIBRARY_MODEL (library));

  choice = g_new0 (Choice, 1);
  choice->from = g_object_ref (from);
  choice->backup = g_object_ref (backup);
  dialog = fk_compare_dialog_new (GTK_WINDOW (fk_page_get_window (from)), library);
  g_signal_connect_data (dialog, "backup-chosen", G_CALLBACK (on_backup_chosen),
                         copy_choice (choice), free_choice_of_dialog, 0);
  g_signal_connect_data (dialog, "file-chosen", G_CALLBACK (on_file_chosen), choice,
                         free_choice_of_dialog, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
