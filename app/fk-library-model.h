/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "image/fk-image.h"
#include "library/fk-library.h"

G_BEGIN_DECLS

/**
 * FkLibraryModel:
 *
 * The backups of a library, newest first, for the window.  Looks at the disk on another thread;
 * "looked" (nullable #GError) tells that it was looked at, and why it could not be read.  Used from
 * the main thread.
 */
#define FK_TYPE_LIBRARY_MODEL (fk_library_model_get_type ())
G_DECLARE_FINAL_TYPE (FkLibraryModel, fk_library_model, FK, LIBRARY_MODEL, GObject)

FkLibraryModel *fk_library_model_new (FkLibrary *library);
FkLibrary *fk_library_model_get_library (FkLibraryModel *self);
void fk_library_model_set_library (FkLibraryModel *self, FkLibrary *library);
GListModel *fk_library_model_get_backups (FkLibraryModel *self);
FkBackup *fk_library_model_find (FkLibraryModel *self, const char *id);
FkBackup *fk_library_model_find_last (FkLibraryModel *self, const char *uid);
FkBackup *fk_library_model_find_previous (FkLibraryModel *self, FkBackup *backup);
void fk_library_model_refresh (FkLibraryModel *self);
void fk_library_model_look_again (FkLibraryModel *self);

void fk_library_model_edit_async (FkLibraryModel *self,
                                  FkBackup *backup,
                                  FkBackupEdit *edit,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
FkBackup *fk_library_model_edit_finish (FkLibraryModel *self, GAsyncResult *result, GError **error);

void fk_library_model_trash_async (FkLibraryModel *self,
                                   FkBackup *backup,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean fk_library_model_trash_finish (FkLibraryModel *self, GAsyncResult *result, GError **error);

void fk_library_model_untrash_async (FkLibraryModel *self,
                                     FkBackup *backup,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean
fk_library_model_untrash_finish (FkLibraryModel *self, GAsyncResult *result, GError **error);

void fk_library_model_load_flash_async (FkLibraryModel *self,
                                        FkBackup *backup,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
FkImage *
fk_library_model_load_flash_finish (FkLibraryModel *self, GAsyncResult *result, GError **error);

G_END_DECLS
