/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Into the library from outside.  Backups, as folders, archives, or a folder full of them, are
 * taken at once; about each firmware file the person is asked first.  At the end one message says
 * what came of it. */

#include "config.h"

#include "fk-import.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "compare/fk-inspection.h"
#include "dialogs/fk-file-chooser.h"
#include "dialogs/fk-import-dialog.h"
#include "dialogs/fk-message.h"
#include "dialogs/fk-wait-dialog.h"
#include "job/fk-backup-image.h"
#include "library/fk-archive.h"
#include "pages/fk-backup-page.h"
#include "widgets/fk-details.h"

#define FLASH_BASE 0x08000000u

typedef struct
{
  FkWindow *window;
  FkLibrary *library;
  FkWaitDialog *wait;
  GPtrArray *places;   /* GFile: what was given */
  GPtrArray *firmware; /* GFile: about which the person is asked, the last one first */

  FkImage *image; /* of the firmware file that is asked about */
  FkImportQuestion question;
  FkImportAnswer *answer;

  FkBackup *last;
  guint n_imported;
  guint n_there;
  GError *error; /* the first one */
  GString *problems;
  guint n_problems;
} Import;

static void
import_free (Import *import)
{
  g_object_unref (import->window);
  g_object_unref (import->library);
  g_ptr_array_unref (import->places);
  g_ptr_array_unref (import->firmware);
  g_clear_object (&import->image);
  g_clear_pointer (&import->answer, fk_import_answer_free);
  g_clear_object (&import->last);
  g_clear_error (&import->error);
  g_string_free (import->problems, TRUE);
  g_free (import);
}

static void ask_next (Import *import);

/* Takes @error. */
static void
note_problem (Import *import, GError *error)
{
  if (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_clear_error (&error);
      return;
    }
  import->n_problems++;
  g_string_append_printf (import->problems, "%s%s", import->problems->len > 0 ? "\n\n" : "",
                          error->message);
  if (import->error == NULL)
    import->error = error;
  else
    g_error_free (error);
}

/* Takes @backup and @error; one of them is %NULL. */
static void
note (Import *import, FkBackup *backup, gboolean was_there, GError *error)
{
  if (backup == NULL)
    {
      note_problem (import, error);
      return;
    }
  g_set_object (&import->last, backup);
  g_object_unref (backup);
  if (was_there)
    import->n_there++;
  else
    import->n_imported++;
}

/* What the file brought besides its bytes was not taken: the person has described that backup. */
static char *
describe_there (FkBackup *backup)
{
  const char *name = fk_backup_get_name (backup);

  return g_strdup_printf (_ ("In the library already, as “%s”; its name and notes stay as they "
                             "are"),
                          *name != '\0' ? name : fk_backup_get_chip_name (backup));
}

static void
tell_success (Import *import)
{
  g_autofree char *text = NULL;
  guint n_all = import->n_imported + import->n_there;

  if (import->last == NULL)
    return;
  if (n_all == 1)
    fk_window_open (import->window,
                    fk_backup_page_new (import->last, fk_window_get_library (import->window)));
  if (import->n_imported == 0 && import->n_there == 1)
    text = describe_there (import->last);
  else if (import->n_imported == 0)
    text = g_strdup_printf (ngettext ("%u is in the library already",
                                      "%u are in the library already", import->n_there),
                            import->n_there);
  else if (import->n_there == 0)
    text =
        g_strdup_printf (ngettext ("%u backup imported", "%u backups imported", import->n_imported),
                         import->n_imported);
  else
    text = g_strdup_printf (_ ("%u imported, %u were there already"), import->n_imported,
                            import->n_there);
  fk_window_toast (import->window, text);
}

static void
finish (Import *import)
{
  g_autofree char *heading = NULL;

  fk_library_model_refresh (fk_window_get_library (import->window));
  tell_success (import);
  if (import->n_problems == 1)
    fk_window_show_error (import->window, import->error);
  else if (import->n_problems > 1)
    {
      heading = g_strdup_printf (ngettext ("%u Could Not Be Imported", "%u Could Not Be Imported",
                                           import->n_problems),
                                 import->n_problems);
      fk_message_show (GTK_WIDGET (import->window), heading,
                       _ ("The library was not changed by these. The details say what is wrong "
                          "with each."),
                       fk_details_new (import->problems->str));
    }
  g_application_release (g_application_get_default ());
  import_free (import);
}

static void
start_wait (Import *import)
{
  import->wait = fk_wait_dialog_new (GTK_WIDGET (import->window), _ ("Importing"));
}

static void
run (Import *import, GTaskThreadFunc func, GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task =
      g_task_new (import->window, fk_wait_dialog_get_cancellable (import->wait), callback, import);

  g_task_set_task_data (task, import, NULL);
  /* What was done before the cancel is told, too. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, func);
}

/* Firmware files. */

static void
import_firmware_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Import *import = data;
  GFile *file = g_ptr_array_index (import->firmware, import->firmware->len - 1);
  g_autofree char *place = g_file_get_parse_name (file);
  g_autoptr (FkImage) placed = NULL;
  gboolean was_there = FALSE;
  GError *error = NULL;
  FkBackup *backup = NULL;

  if (import->question.needs_address)
    placed = fk_image_move (import->image, import->answer->address, &error);
  else
    placed = g_object_ref (import->image);
  if (placed != NULL)
    backup = fk_backup_image_import (import->library, placed, import->answer->chip, 0,
                                     import->answer->name, place, &was_there, cancellable, &error);
  note (import, backup, was_there, error);
  g_task_return_boolean (task, TRUE);
}

static void
on_firmware_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Import *import = user_data;

  g_clear_pointer (&import->wait, fk_wait_dialog_finish);
  g_ptr_array_set_size (import->firmware, (int)import->firmware->len - 1);
  ask_next (import);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Import *import = user_data;

  g_clear_pointer (&import->answer, fk_import_answer_free);
  import->answer = fk_import_dialog_ask_finish (result);
  if (import->answer == NULL)
    {
      g_ptr_array_set_size (import->firmware, (int)import->firmware->len - 1);
      ask_next (import);
      return;
    }
  start_wait (import);
  run (import, import_firmware_thread, on_firmware_done);
}

static void
load_firmware_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Import *import = data;
  GFile *file = g_ptr_array_index (import->firmware, import->firmware->len - 1);
  const FkImageFormat *format = NULL;
  g_autoptr (FkInspection) inspection = NULL;
  GError *error = NULL;

  g_clear_object (&import->image);
  import->image = fk_image_load_file (file, 0, &format, cancellable, &error);
  if (import->image == NULL)
    {
      note_problem (import, error);
      g_task_return_boolean (task, FALSE);
      return;
    }
  import->question = (FkImportQuestion){ .address = FLASH_BASE };
  import->question.needs_address = !format->has_addresses;
  if (import->question.needs_address)
    {
      inspection = fk_inspect (import->image, NULL);
      import->question.known = fk_inspection_get_linked_at (inspection, &import->question.address);
      if (!import->question.known)
        import->question.address = FLASH_BASE;
    }
  g_task_return_boolean (task, TRUE);
}

/* Returns: (nullable): the chip of the connected board, where there is just one */
static const FkChipDesc *
find_connected_chip (FkWindow *window)
{
  FkBoard *board = fk_window_get_only_board (window);
  FkChip *chip = board != NULL ? fk_identity_get_chip (fk_board_get_identity (board)) : NULL;

  return chip != NULL ? fk_chip_db_find (fk_chip_db_get_default (), fk_chip_get_dev_id (chip),
                                         fk_chip_get_core (chip))
                      : NULL;
}

static void
on_firmware_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Import *import = user_data;
  GFile *file = g_ptr_array_index (import->firmware, import->firmware->len - 1);
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *name = g_filename_display_name (base);

  g_clear_pointer (&import->wait, fk_wait_dialog_finish);
  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    {
      g_ptr_array_set_size (import->firmware, (int)import->firmware->len - 1);
      ask_next (import);
      return;
    }
  import->question.name = name;
  import->question.chip = find_connected_chip (import->window);
  fk_import_dialog_ask_async (GTK_WIDGET (import->window), &import->question, on_answered, import);
}

static void
ask_next (Import *import)
{
  if (import->firmware->len == 0)
    {
      finish (import);
      return;
    }
  start_wait (import);
  run (import, load_firmware_thread, on_firmware_loaded);
}

/* Backups. */

static void
set_no_backup_error (GFile *place, GError **error)
{
  g_autofree char *name = g_file_get_parse_name (place);

  g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS, _ ("There is no backup in %s"), name);
}

static void
sort_place (Import *import, GFile *place, GPtrArray *backups)
{
  g_autoptr (GPtrArray) found = fk_library_find_importable (place);
  GError *error = NULL;

  if (found->len > 0)
    g_ptr_array_extend_and_steal (backups, g_steal_pointer (&found));
  else if (g_file_query_file_type (place, 0, NULL) != G_FILE_TYPE_DIRECTORY)
    g_ptr_array_insert (import->firmware, 0, g_object_ref (place));
  else
    {
      set_no_backup_error (place, &error);
      note_problem (import, error);
    }
}

static void
import_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Import *import = data;
  g_autoptr (GPtrArray) backups = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < import->places->len; i++)
    sort_place (import, g_ptr_array_index (import->places, i), backups);
  for (guint i = 0; i < backups->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      gboolean was_there = FALSE;
      GError *error = NULL;
      FkBackup *backup;

      fk_wait_dialog_set_progress (import->wait, i, backups->len);
      backup = fk_library_import (import->library, g_ptr_array_index (backups, i), &was_there,
                                  cancellable, &error);
      note (import, backup, was_there, error);
    }
  g_task_return_boolean (task, !g_cancellable_is_cancelled (cancellable));
}

static void
on_imported (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Import *import = user_data;

  g_clear_pointer (&import->wait, fk_wait_dialog_finish);
  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    g_ptr_array_set_size (import->firmware, 0);
  ask_next (import);
}

/**
 * fk_import_files:
 * @files: of #GFile: backups' folders, archives, folders with backups in them, firmware files
 */
void
fk_import_files (FkWindow *window, GListModel *files)
{
  FkLibraryModel *model;
  Import *import;

  g_return_if_fail (FK_IS_WINDOW (window));
  g_return_if_fail (G_IS_LIST_MODEL (files));

  model = fk_window_get_library (window);
  import = g_new0 (Import, 1);
  import->window = g_object_ref (window);
  import->library = g_object_ref (fk_library_model_get_library (model));
  import->places = g_ptr_array_new_with_free_func (g_object_unref);
  import->firmware = g_ptr_array_new_with_free_func (g_object_unref);
  import->problems = g_string_new (NULL);
  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    g_ptr_array_add (import->places, g_list_model_get_item (files, i));
  g_application_hold (g_application_get_default ());
  start_wait (import);
  run (import, import_thread, on_imported);
}

static void
on_chosen (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GListModel) files = fk_file_chooser_finish (result);

  if (files != NULL)
    fk_import_files (FK_WINDOW (source), files);
}

/**
 * fk_import_choose:
 * @folder: whether a folder is asked for: a backup's, or one with backups in it; else files
 */
void
fk_import_choose (FkWindow *window, gboolean folder)
{
  g_return_if_fail (FK_IS_WINDOW (window));

  if (folder)
    {
      fk_file_chooser_folder_async (GTK_WIDGET (window), _ ("Import a Folder"), _ ("_Import"),
                                    on_chosen, NULL);
      return;
    }
  fk_file_chooser_open_async (GTK_WIDGET (window), _ ("Import Into the Library"), _ ("_Import"),
                              FK_FILE_FIRMWARE, TRUE, on_chosen, NULL);
}

/**
 * fk_import_is_backup:
 *
 * Returns: whether @file is an archive, or a folder with a backup or backups in it; looks at the
 *   disk
 */
gboolean
fk_import_is_backup (GFile *file)
{
  g_autoptr (GPtrArray) found = fk_library_find_importable (file);

  return found->len > 0;
}
