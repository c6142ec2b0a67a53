/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/fk-backup-draft.h"
#include "library/fk-backup-edit.h"
#include "library/fk-backup.h"

G_BEGIN_DECLS

/**
 * FkLibrary:
 *
 * The folder that holds the backups.  Every call looks at the disk; other programs may change it
 * at any time.  Safe to use from several threads and processes.
 *
 * Errors: %FK_ERROR_LIBRARY when the folder cannot be read or written (full,
 * read-only), %FK_ERROR_NO_BACKUP, %FK_ERROR_BACKUP_DAMAGED.
 */
#define FK_TYPE_LIBRARY (fk_library_get_type ())
G_DECLARE_FINAL_TYPE (FkLibrary, fk_library, FK, LIBRARY, GObject)

/**
 * FkLibraryChange:
 * @bytes: what @region holds
 *
 * Returns: (transfer full): what a copy shall hold instead, as many bytes; %NULL on error
 */
typedef GBytes *(*FkLibraryChange) (const FkBackupRegion *region,
                                    GBytes *bytes,
                                    gpointer user_data,
                                    GError **error);

FkLibrary *fk_library_new (const char *path);
void fk_library_require_folder (FkLibrary *self);
const char *fk_library_get_path (FkLibrary *self);

GPtrArray *
fk_library_list (FkLibrary *self, GPtrArray **damaged, GCancellable *cancellable, GError **error);
FkBackup *fk_library_find (FkLibrary *self, const char *id_or_prefix, GError **error);
FkBackup *fk_library_find_exact (FkLibrary *self, const char *id, GError **error);
FkBackup *fk_library_find_same (FkLibrary *self, FkBackupDraft *draft, GCancellable *cancellable);

gboolean fk_library_check_writable (FkLibrary *self, GError **error);
gboolean fk_library_check_room (FkLibrary *self, guint64 size, GError **error);
FkBackup *
fk_library_store (FkLibrary *self, FkBackupDraft *draft, GCancellable *cancellable, GError **error);
FkBackup *fk_library_edit (FkLibrary *self,
                           FkBackup *backup,
                           FkBackupEdit *edit,
                           GCancellable *cancellable,
                           GError **error);
FkBackup *fk_library_copy (FkLibrary *self,
                           FkBackup *backup,
                           FkBackupEdit *edit,
                           const char *region,
                           FkLibraryChange change,
                           gpointer user_data,
                           GCancellable *cancellable,
                           GError **error);
gboolean
fk_library_check (FkLibrary *self, FkBackup *backup, GCancellable *cancellable, GError **error);
gboolean
fk_library_trash (FkLibrary *self, FkBackup *backup, GCancellable *cancellable, GError **error);
FkBackup *
fk_library_untrash (FkLibrary *self, FkBackup *backup, GCancellable *cancellable, GError **error);
char *fk_library_find_trashed (FkLibrary *self, FkBackup *backup);
FkBackup *fk_library_import (
    FkLibrary *self, GFile *place, gboolean *was_there, GCancellable *cancellable, GError **error);
GPtrArray *fk_library_find_importable (GFile *place);
gboolean fk_library_export (FkLibrary *self,
                            FkBackup *backup,
                            GFile *destination,
                            char **path,
                            gboolean *was_there,
                            GCancellable *cancellable,
                            GError **error);
gboolean fk_library_export_archive (FkLibrary *self,
                                    FkBackup *backup,
                                    GFile *destination,
                                    gboolean replace,
                                    char **path,
                                    gboolean *was_there,
                                    GCancellable *cancellable,
                                    GError **error);

G_END_DECLS
