/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/fk-library.h"

G_BEGIN_DECLS

/* Backups of one time and chip, and what else is numbered. */
#define FK_LIBRARY_SAME_MAX 1000

/* As fk_library_edit(); without @exchange as on a file system that cannot exchange two folders. */
FkBackup *fk_library_edit_with (FkLibrary *self,
                                FkBackup *backup,
                                FkBackupEdit *edit,
                                gboolean exchange,
                                GCancellable *cancellable,
                                GError **error);

typedef GBytes *(*FkLibraryMakeIni) (const char *id, gpointer user_data);

char *fk_library_make_id (const char *stem, guint number);
FkBackup *fk_library_place_contents (FkLibrary *self,
                                     const char *stem,
                                     GHashTable *contents,
                                     FkLibraryMakeIni make_ini,
                                     gpointer user_data,
                                     GCancellable *cancellable,
                                     GError **error);
int fk_library_lock_folder (const char *path, GError **error);
gboolean fk_library_check_there (FkLibrary *self, GError **error);
FkBackup *
fk_library_load (FkLibrary *self, const char *id, GCancellable *cancellable, GError **error);
gboolean fk_library_has_id (FkLibrary *self, const char *id);
GPtrArray *fk_library_list_ids (FkLibrary *self, GError **error); /* of char *, sorted */
gboolean
fk_library_has_contents (const char *path, GHashTable *contents, GCancellable *cancellable);

G_END_DECLS
