/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files from outside: dropped on the window, opened with the program, or used before. */

#include "config.h"

#include "fk-window-private.h"

#include <glib/gi18n.h>

#include "compare/fk-inspection.h"
#include "compare/fk-lineup.h"
#include "dialogs/fk-file-chooser.h"
#include "fk-import.h"
#include "hex/fk-file-source.h"
#include "image/fk-image-format.h"
#include "pages/fk-bytes-page.h"

/* Where the bytes of a file belong that does not say it itself: most dumps are of the flash. */
#define FLASH_BASE 0x08000000

/* What is longer is no firmware, and is read piece by piece where it is looked at. */
#define LARGE (64 * 1024 * 1024)

/* Returns: (transfer full) (nullable): the path of a file that is too large to be loaded, and whose
 * bytes are what it holds */
static char *
dup_large_path (GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  const FkImageFormat *format = path != NULL ? fk_image_format_for_path (path) : NULL;
  g_autoptr (GFileInfo) info = NULL;

  if (path == NULL || (format != NULL && format->has_addresses))
    return NULL;
  info =
      g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, NULL, NULL);
  if (info == NULL || g_file_info_get_size (info) <= LARGE)
    return NULL;
  return g_steal_pointer (&path);
}

/* A program without addresses tells where it was linked to run, if it is one. */
static FkImage *
load_image (GFile *file, GCancellable *cancellable, GError **error)
{
  const FkImageFormat *format;
  g_autoptr (FkImage) image = fk_image_load_file (file, FLASH_BASE, &format, cancellable, error);
  g_autoptr (FkInspection) inspection = NULL;
  guint32 address;

  if (image == NULL || format->has_addresses)
    return g_steal_pointer (&image);
  inspection = fk_inspect (image, NULL);
  if (!fk_inspection_get_linked_at (inspection, &address) || address == FLASH_BASE)
    return g_steal_pointer (&image);
  return fk_image_load_file (file, address, NULL, cancellable, error);
}

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GFile *file = G_FILE (data);
  g_autofree char *large = dup_large_path (file);
  GError *error = NULL;
  gpointer content;

  if (fk_import_is_backup (file))
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  if (large != NULL)
    content = fk_file_source_open (large, 0, &error);
  else
    content = load_image (file, cancellable, &error);
  if (content != NULL)
    g_task_return_pointer (task, content, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
remember (GFile *file)
{
  g_autofree char *uri = g_file_get_uri (file);

  gtk_recent_manager_add_item (gtk_recent_manager_get_default (), uri);
}

static void
import_file (FkWindow *self, GFile *file)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  g_list_store_append (files, file);
  fk_import_files (self, G_LIST_MODEL (files));
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkWindow *self = FK_WINDOW (source);
  GFile *file = G_FILE (g_task_get_task_data (G_TASK (result)));
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) content = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *title = g_filename_display_name (name);
  g_autofree char *place = g_file_get_parse_name (file);

  if (error != NULL)
    {
      fk_window_show_error (self, error);
      return;
    }
  if (content == NULL)
    {
      import_file (self, file);
      return;
    }
  remember (file);
  if (FK_IS_IMAGE (content))
    fk_window_push (self, fk_bytes_page_new (title, place, FK_IMAGE (content)));
  else
    fk_window_push (self, fk_bytes_page_new_for_source (title, place, FK_BYTE_SOURCE (content)));
}

/**
 * fk_window_open_file:
 *
 * Shows what @file holds, or says why it cannot; a backup is imported.
 */
void
fk_window_open_file (FkWindow *self, GFile *file)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (FK_IS_WINDOW (self));
  g_return_if_fail (G_IS_FILE (file));

  task = g_task_new (self, NULL, on_loaded, NULL);
  g_task_set_source_tag (task, fk_window_open_file);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_task_run_in_thread (task, load_thread);
}

static void
on_file_chosen (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = fk_file_chooser_finish_one (result);

  if (file != NULL)
    fk_window_open_file (FK_WINDOW (source), file);
}

/* Asks for a file, and shows what it holds. */
void
fk_window_choose_file (FkWindow *self)
{
  fk_file_chooser_open_async (GTK_WIDGET (self), _ ("Open a File"), _ ("_Open"), FK_FILE_ANY, FALSE,
                              on_file_chosen, NULL);
}

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GListModel *files = G_LIST_MODEL (data);
  gboolean found = FALSE;

  for (guint i = 0; !found && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      found = fk_import_is_backup (file);
    }
  g_task_return_boolean (task, found);
}

static void
on_looked_at (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkWindow *self = FK_WINDOW (source);
  GListModel *files = G_LIST_MODEL (g_task_get_task_data (G_TASK (result)));
  guint n_files = g_list_model_get_n_items (files);

  if (g_task_propagate_boolean (G_TASK (result), NULL))
    fk_import_files (self, files);
  /* Whoever drops two or three at once wants to see how they differ. */
  else if (n_files >= 2 && n_files <= FK_LINEUP_MAX_SIDES)
    fk_window_compare_files (self, files);
  else
    for (guint i = 0; i < n_files; i++)
      {
        g_autoptr (GFile) file = g_list_model_get_item (files, i);

        fk_window_open_file (self, file);
      }
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, FkWindow *self)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autoptr (GTask) task = NULL;

  for (GSList *link = g_value_get_boxed (value); link != NULL; link = link->next)
    g_list_store_append (files, link->data);
  if (g_list_model_get_n_items (G_LIST_MODEL (files)) == 0)
    return FALSE;
  task = g_task_new (self, NULL, on_looked_at, NULL);
  g_task_set_task_data (task, g_steal_pointer (&files), g_object_unref);
  g_task_run_in_thread (task, look_thread);
  return TRUE;
}

/* For the window's making: files may be dropped on it anywhere. */
void
fk_window_accept_files (FkWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}
