/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Out of the library: a backup as one archive, as a folder, or its flash as a firmware file.  The
 * file chooser asks before a file is replaced; a folder never is. */

#include "config.h"

#include "fk-export.h"

#include <glib/gi18n.h>

#include "dialogs/fk-file-chooser.h"
#include "dialogs/fk-message.h"
#include "dialogs/fk-wait-dialog.h"
#include "fk-task.h"
#include "job/fk-backup-image.h"
#include "library/fk-archive.h"

#define NAME_MAX_LENGTH 60

typedef struct
{
  FkPage *page;
  FkLibrary *library;
  FkBackup *backup;
  GFile *place;
  FkWaitDialog *wait;
  const FkImageFormat *format; /* (nullable): of a firmware file */
  gboolean as_archive;
  gboolean was_there;
} Export;

static void
export_free (gpointer data)
{
  Export *export = data;

  g_object_unref (export->page);
  g_object_unref (export->library);
  g_object_unref (export->backup);
  g_clear_object (&export->place);
  g_free (export);
}

static void
export_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Export *export = data;
  GError *error = NULL;
  gboolean done;

  if (export->format != NULL)
    done = fk_backup_image_export (export->backup, export->place, export->format, TRUE, cancellable,
                                   &error);
  else if (export->as_archive)
    done = fk_library_export_archive (export->library, export->backup, export->place, TRUE, NULL,
                                      &export->was_there, cancellable, &error);
  else
    done = fk_library_export (export->library, export->backup, export->place, NULL,
                              &export->was_there, cancellable, &error);
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_exported (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Export *export = g_task_get_task_data (G_TASK (result));
  FkWindow *window = fk_page_get_window (export->page);
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  fk_wait_dialog_finish (export->wait);
  if (window == NULL)
    return;
  if (!done)
    fk_window_show_error (window, error);
  else
    fk_window_toast (window, export->was_there ? _ ("It is there already, whole and the same")
                                               : _ ("Backup exported"));
}

/* By what the person called the file; raw where that says nothing. */
static const FkImageFormat *
choose_format (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);
  const FkImageFormat *format = fk_image_format_for_path (name);

  return format != NULL && format->write != NULL ? format : fk_image_format_find ("binary");
}

/* Takes @export. */
static void
run (Export *export)
{
  FkWindow *window = fk_page_get_window (export->page);
  g_autoptr (GTask) task = NULL;

  export->wait = fk_wait_dialog_new (GTK_WIDGET (window), _ ("Exporting"));
  task = g_task_new (NULL, fk_wait_dialog_get_cancellable (export->wait), on_exported, NULL);
  g_task_set_task_data (task, export, export_free);
  fk_task_hold_application (task);
  g_task_run_in_thread (task, export_thread);
}

static void
on_fill_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Export *export = user_data;

  if (fk_message_ask_finish (result) && fk_page_get_window (export->page) != NULL)
    run (export);
  else
    export_free (export);
}

static void
on_chosen (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Export *export = user_data;
  FkWindow *window = fk_page_get_window (export->page);
  g_autofree char *fill = NULL;

  export->place = fk_file_chooser_finish_one (result);
  if (export->place == NULL || window == NULL)
    {
      export_free (export);
      return;
    }
  if (export->format != NULL)
    {
      export->format = choose_format (export->place);
      fill = fk_backup_image_describe_fill (export->backup, export->format);
    }
  if (fill != NULL)
    fk_message_ask_async (GTK_WIDGET (window), _ ("Fill the Gaps?"), fill, NULL, _ ("_Cancel"),
                          _ ("_Fill and Export"), FK_MESSAGE_SUGGESTED, on_fill_answered, export);
  else
    run (export);
}

/* A file's name for the backup: what it is called and the day. */
static char *
make_name (FkBackup *backup, const char *suffix)
{
  const char *title = fk_backup_get_name (backup);
  g_autofree char *name = g_strdup (*title != '\0' ? title : fk_backup_get_chip_name (backup));
  g_autofree char *date = g_date_time_format (fk_backup_get_created (backup), "%Y-%m-%d");
  g_autofree char *short_name = NULL;

  g_strdelimit (name, "/\\:*?\"<>|\r\n\t", ' ');
  g_strstrip (name);
  short_name = g_utf8_substring (name, 0, MIN (g_utf8_strlen (name, -1), NAME_MAX_LENGTH));
  return g_strdup_printf ("%s %s%s", *short_name != '.' ? short_name : short_name + 1, date,
                          suffix);
}

/**
 * fk_export_choose:
 * @page: where the backup is shown
 * @kind: "archive", "folder" or "firmware"
 *
 * Asks where to, and exports the backup there.
 */
void
fk_export_choose (FkPage *page, FkBackup *backup, const char *kind)
{
  FkWindow *window = fk_page_get_window (page);
  Export *export;
  g_autofree char *name = NULL;

  g_return_if_fail (FK_IS_PAGE (page));
  g_return_if_fail (FK_IS_BACKUP (backup));

  if (window == NULL)
    return;
  export = g_new0 (Export, 1);
  export->page = g_object_ref (page);
  export->library = g_object_ref (fk_library_model_get_library (fk_window_get_library (window)));
  export->backup = g_object_ref (backup);
  if (g_str_equal (kind, "folder"))
    {
      fk_file_chooser_folder_async (GTK_WIDGET (window), _ ("Export Into a Folder"), _ ("_Export"),
                                    on_chosen, export);
      return;
    }
  export->as_archive = g_str_equal (kind, "archive");
  if (!export->as_archive)
    export->format = fk_image_format_find ("binary");
  name = make_name (backup, export->as_archive ? FK_ARCHIVE_SUFFIX : ".bin");
  fk_file_chooser_save_async (GTK_WIDGET (window),
                              export->as_archive ? _ ("Export the Backup")
                                                 : _ ("Export the Flash as .bin, .hex or .srec"),
                              _ ("_Export"),
                              export->as_archive ? FK_FILE_ARCHIVE : FK_FILE_FIRMWARE, name,
                              on_chosen, export);
}
