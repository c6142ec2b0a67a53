/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/fk-range.h"

G_BEGIN_DECLS

/**
 * FkBackupDraft:
 *
 * What is needed to store a backup; filled by the backup job, handed to fk_library_store() or
 * fk_library_find_same().  Used by one thread at a time.
 */
typedef struct _FkBackupDraft FkBackupDraft;

FkBackupDraft *fk_backup_draft_new (void);
void fk_backup_draft_free (FkBackupDraft *self);
void
fk_backup_draft_set (FkBackupDraft *self, const char *group, const char *key, const char *value);
void fk_backup_draft_add_region (FkBackupDraft *self,
                                 const char *name,
                                 guint32 address,
                                 GBytes *bytes,
                                 guint8 blank,
                                 const char *verified);
GBytes *fk_backup_draft_get_bytes (FkBackupDraft *self, const char *name);
void fk_backup_draft_set_covered (FkBackupDraft *self,
                                  const char *name,
                                  const FkRange *ranges,
                                  guint n_ranges);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkBackupDraft, fk_backup_draft_free)

G_END_DECLS
