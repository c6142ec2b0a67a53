/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files from outside: dropped on the window, opened with the program, or used before. */

#include "config.h"

#include "fk-window-private.h"

#include "image/fk-image-format.h"
#include "pages/fk-bytes-page.h"
#include "pages/fk-compare-page.h"

/* Where the bytes of a file belong that does not say it itself: most dumps are of the flash. */
#define FLASH_BASE 0x08000000

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GFile *file = G_FILE (data);
  GError *error = NULL;
  FkImage *image = fk_image_load_file (file, FLASH_BASE, NULL, cancellable, &error);

  if (image != NULL)
    g_task_return_pointer (task, image, g_object_unref);
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
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkWindow *self = FK_WINDOW (source);
  GFile *file = G_FILE (g_task_get_task_data (G_TASK (result)));
  g_autoptr (GError) error = NULL;
  g_autoptr (FkImage) image = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *title = g_filename_display_name (name);
  g_autofree char *place = g_file_get_parse_name (file);

  if (image == NULL)
    {
      fk_window_show_error (self, error);
      return;
    }
  remember (file);
  fk_window_push (self, fk_bytes_page_new (title, place, image));
}

/**
 * fk_window_open_file:
 *
 * Shows what @file holds, or says why it cannot.
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

/**
 * fk_window_compare_files:
 *
 * Shows how two files differ.
 */
void
fk_window_compare_files (FkWindow *self, GFile *a, GFile *b)
{
  g_autoptr (FkCompareSide) first = NULL;
  g_autoptr (FkCompareSide) second = NULL;

  g_return_if_fail (FK_IS_WINDOW (self));
  g_return_if_fail (G_IS_FILE (a) && G_IS_FILE (b));

  first = fk_compare_side_new_for_file (a);
  second = fk_compare_side_new_for_file (b);
  fk_window_push (self, fk_compare_page_new (first, second));
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, FkWindow *self)
{
  GSList *files = g_value_get_boxed (value);

  /* Whoever drops two at once wants to see how they differ. */
  if (g_slist_length (files) == 2)
    {
      fk_window_compare_files (self, G_FILE (files->data), G_FILE (files->next->data));
      return TRUE;
    }
  for (GSList *link = files; link != NULL; link = link->next)
    fk_window_open_file (self, G_FILE (link->data));
  return files != NULL;
}

/* For the window's making: files may be dropped on it anywhere. */
void
fk_window_accept_files (FkWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}
