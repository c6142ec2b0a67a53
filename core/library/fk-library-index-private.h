/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sys/stat.h>

#include "library/fk-backup.h"

G_BEGIN_DECLS

typedef struct _FkLibraryIndex FkLibraryIndex;

char *fk_library_index_make_path (const char *library);
FkLibraryIndex *fk_library_index_load (const char *library);
FkLibraryIndex *fk_library_index_new_for_bytes (const char *library, GBytes *bytes);
void fk_library_index_free (FkLibraryIndex *self);
FkBackup *fk_library_index_find (FkLibraryIndex *self, const char *id, const struct stat *info);
void fk_library_index_add (FkLibraryIndex *self,
                           const char *id,
                           const struct stat *info,
                           FkBackup *backup);
guint fk_library_index_get_n_known (FkLibraryIndex *self);
GBytes *fk_library_index_to_bytes (FkLibraryIndex *self);
void fk_library_index_save (FkLibraryIndex *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkLibraryIndex, fk_library_index_free)

G_END_DECLS
