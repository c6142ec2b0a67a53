/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Choosing files and folders.  The one place that knows which class the toolkit has for it:
 * GtkFileChooserNative here, which later GTK deprecates. */

#include "config.h"

#include "dialogs/fk-file-chooser.h"

#include <glib/gi18n.h>

#include "library/fk-archive.h"

static void
add_filter (GtkFileChooser *chooser, GtkFileFilter *filter, const char *name)
{
  gtk_file_filter_set_name (filter, name);
  gtk_file_chooser_add_filter (chooser, filter);
  g_object_unref (filter);
}

static void
add_filters (GtkFileChooser *chooser, FkFileKind kind)
{
  static const char *const suffixes[] = { "bin", "hex", "ihex", "ihx", "srec", "s19", "s28",
                                          "s37", "mot", "elf",  "axf", "img",  "raw", "rom" };
  GtkFileFilter *filter = gtk_file_filter_new ();

  switch (kind)
    {
    case FK_FILE_FIRMWARE:
      gtk_file_filter_add_suffix (filter, &FK_ARCHIVE_SUFFIX[1]);
      for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
        gtk_file_filter_add_suffix (filter, suffixes[i]);
      add_filter (chooser, filter, _ ("Backups and Firmware"));
      break;
    case FK_FILE_ARCHIVE:
      gtk_file_filter_add_suffix (filter, &FK_ARCHIVE_SUFFIX[1]);
      add_filter (chooser, filter, _ ("Backups"));
      break;
    case FK_FILE_PICTURE:
      gtk_file_filter_add_pixbuf_formats (filter);
      add_filter (chooser, filter, _ ("Pictures"));
      break;
    case FK_FILE_REPORT:
      gtk_file_filter_add_suffix (filter, "html");
      add_filter (chooser, filter, _ ("Web Pages"));
      filter = gtk_file_filter_new ();
      gtk_file_filter_add_suffix (filter, "txt");
      add_filter (chooser, filter, _ ("Text"));
      return;
    case FK_FILE_ANY:
      g_object_unref (filter);
      return;
    }
  filter = gtk_file_filter_new ();
  gtk_file_filter_add_pattern (filter, "*");
  add_filter (chooser, filter, _ ("All Files"));
}

static void
on_response (GtkNativeDialog *dialog, int response, GTask *task)
{
  if (response == GTK_RESPONSE_ACCEPT)
    g_task_return_pointer (task, gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog)),
                           g_object_unref);
  else
    g_task_return_pointer (task, NULL, NULL);
  g_object_unref (task);
  gtk_native_dialog_hide (dialog);
  g_object_unref (dialog);
}

/* Nobody waits for an answer any more. */
static void
on_parent_gone (GtkNativeDialog *dialog)
{
  g_signal_emit_by_name (dialog, "response", GTK_RESPONSE_CANCEL);
}

static void
on_root_changed (GtkNativeDialog *dialog, GParamSpec *pspec, GtkWidget *parent)
{
  if (gtk_widget_get_root (parent) == NULL)
    on_parent_gone (dialog);
}

static GtkFileChooser *
start (GtkWidget *parent,
       const char *title,
       const char *deed,
       GtkFileChooserAction action,
       GAsyncReadyCallback callback,
       gpointer user_data)
{
  GtkRoot *root = gtk_widget_get_root (parent);
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (title, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, action,
                                   deed, NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response),
                    g_task_new (parent, NULL, callback, user_data));
  g_signal_connect_object (parent, "notify::root", G_CALLBACK (on_root_changed), dialog,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (parent, "destroy", G_CALLBACK (on_parent_gone), dialog,
                           G_CONNECT_SWAPPED);
  return GTK_FILE_CHOOSER (dialog);
}

/**
 * fk_file_chooser_open_async:
 * @parent: a widget of the window that asks
 * @deed: what the button does: "_Import"
 * @several: whether several files can be chosen
 */
void
fk_file_chooser_open_async (GtkWidget *parent,
                            const char *title,
                            const char *deed,
                            FkFileKind kind,
                            gboolean several,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GtkFileChooser *chooser;

  g_return_if_fail (GTK_IS_WIDGET (parent));

  chooser = start (parent, title, deed, GTK_FILE_CHOOSER_ACTION_OPEN, callback, user_data);
  gtk_file_chooser_set_select_multiple (chooser, several);
  add_filters (chooser, kind);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/**
 * fk_file_chooser_save_async:
 * @name: that is suggested
 *
 * The person is asked before a file that is there is chosen.
 */
void
fk_file_chooser_save_async (GtkWidget *parent,
                            const char *title,
                            const char *deed,
                            FkFileKind kind,
                            const char *name,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GtkFileChooser *chooser;

  g_return_if_fail (GTK_IS_WIDGET (parent));

  chooser = start (parent, title, deed, GTK_FILE_CHOOSER_ACTION_SAVE, callback, user_data);
  gtk_file_chooser_set_current_name (chooser, name);
  add_filters (chooser, kind);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

void
fk_file_chooser_folder_async (GtkWidget *parent,
                              const char *title,
                              const char *deed,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GtkFileChooser *chooser;

  g_return_if_fail (GTK_IS_WIDGET (parent));

  chooser = start (parent, title, deed, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, callback, user_data);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/**
 * fk_file_chooser_finish:
 *
 * Returns: (transfer full) (nullable): of #GFile; %NULL for "cancel"
 */
GListModel *
fk_file_chooser_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

/**
 * fk_file_chooser_finish_one:
 *
 * Returns: (transfer full) (nullable): %NULL for "cancel"
 */
GFile *
fk_file_chooser_finish_one (GAsyncResult *result)
{
  g_autoptr (GListModel) files = fk_file_chooser_finish (result);

  return files != NULL ? g_list_model_get_item (files, 0) : NULL;
}
