/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/fk-backup.h"

G_BEGIN_DECLS

/* What searching, grouping and ordering look at in a backup. */
void fk_backup_search_prepare (FkBackup *backup);
const char *fk_backup_search_get_board (FkBackup *backup);
const char *fk_backup_search_get_name_key (FkBackup *backup);
gboolean fk_backup_search_matches (FkBackup *backup, const char *const *words);
GStrv fk_backup_search_split (const char *text);

const char *fk_backup_search_get_hash (FkBackup *backup); /* of the flash; "" */
gboolean fk_backup_search_is_verified (FkBackup *backup);

G_END_DECLS
