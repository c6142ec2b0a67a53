/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * FkFileKind: what is offered first; all files can be chosen
 */
typedef enum
{
  FK_FILE_ANY,
  FK_FILE_FIRMWARE, /* and archives of backups */
  FK_FILE_ARCHIVE,
  FK_FILE_PICTURE,
  FK_FILE_REPORT, /* a web page or text, nothing else */
} FkFileKind;

void fk_file_chooser_open_async (GtkWidget *parent,
                                 const char *title,
                                 const char *deed,
                                 FkFileKind kind,
                                 gboolean several,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
void fk_file_chooser_save_async (GtkWidget *parent,
                                 const char *title,
                                 const char *deed,
                                 FkFileKind kind,
                                 const char *name,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
void fk_file_chooser_folder_async (GtkWidget *parent,
                                   const char *title,
                                   const char *deed,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
GListModel *fk_file_chooser_finish (GAsyncResult *result);
GFile *fk_file_chooser_finish_one (GAsyncResult *result);

G_END_DECLS
