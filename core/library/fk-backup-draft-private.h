/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/fk-backup-draft.h"
#include "library/fk-backup.h"

G_BEGIN_DECLS

typedef struct
{
  FkBackupRegion region;
  GBytes *bytes;
} FkDraftRegion;

guint64 fk_backup_draft_count_used (GBytes *bytes, guint8 blank);
char *fk_backup_draft_make_id (FkBackupDraft *self);
GBytes *fk_backup_draft_make_ini (FkBackupDraft *self, const char *id);
GPtrArray *fk_backup_draft_get_regions (FkBackupDraft *self); /* of FkDraftRegion */
guint64 fk_backup_draft_get_size (FkBackupDraft *self);
gboolean fk_backup_draft_matches (FkBackupDraft *self, FkBackup *backup);

G_END_DECLS
