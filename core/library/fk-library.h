/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/fk-backup.h"

G_BEGIN_DECLS

/**
 * FkBackupDraft: what is needed to store a backup; filled by the backup job
 */
typedef struct _FkBackupDraft FkBackupDraft;

FkBackupDraft *fk_backup_draft_new (void);
void fk_backup_draft_free (FkBackupDraft *self);
void fk_backup_draft_set (FkBackupDraft *self,
                          const char *group,
                          const char *key,
                          const char *value); /* backup.ini's groups and keys */
void fk_backup_draft_add_region (FkBackupDraft *self,
                                 const char *name,
                                 guint32 address,
                                 GBytes *bytes,
                                 guint8 blank,
                                 const char *verified);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkBackupDraft, fk_backup_draft_free)

/**
 * FkLibrary: the folder that holds the backups.  Every call looks at the disk; other programs may
 * change it at any time.  Safe to use from several threads.
 */
#define FK_TYPE_LIBRARY (fk_library_get_type ())
G_DECLARE_FINAL_TYPE (FkLibrary, fk_library, FK, LIBRARY, GObject)

FkLibrary *fk_library_new (const char *path); /* NULL: $XDG_DATA_HOME/flashkeep/library */
const char *fk_library_get_path (FkLibrary *self);
GPtrArray *fk_library_list (
    FkLibrary *self,
    GCancellable *cancellable,
    GError **error); /* of FkBackup, newest first; damaged ones are left out and logged */
FkBackup *fk_library_find (FkLibrary *self, const char *id_or_prefix, GError **error);
FkBackup *
fk_library_store (FkLibrary *self, FkBackupDraft *draft, GCancellable *cancellable, GError **error);
/* (nullable): a backup of this chip whose regions hold these very bytes; no error when there is
 * none */
FkBackup *fk_library_find_same (FkLibrary *self, FkBackupDraft *draft, GCancellable *cancellable);
gboolean fk_library_check (FkLibrary *self,
                           FkBackup *backup,
                           GCancellable *cancellable,
                           GError **error); /* re-hash */
gboolean
fk_library_trash (FkLibrary *self, FkBackup *backup, GCancellable *cancellable, GError **error);
FkBackup *
fk_library_import (FkLibrary *self, GFile *folder, GCancellable *cancellable, GError **error);
gboolean fk_library_export (FkLibrary *self,
                            FkBackup *backup,
                            GFile *destination,
                            GCancellable *cancellable,
                            GError **error);
FkBackup *fk_library_edit (
    FkLibrary *self, FkBackup *backup, const char *name, const char *note, GError **error);

G_END_DECLS
