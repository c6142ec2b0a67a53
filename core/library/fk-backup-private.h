/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/fk-backup.h"

G_BEGIN_DECLS

FkBackup *fk_backup_new_for_ini (const char *path, GBytes *ini, GError **error);
FkBackup *fk_backup_new_for_folder (const char *path, GCancellable *cancellable, GError **error);
gboolean fk_backup_check_regions (FkBackup *self, GCancellable *cancellable, GError **error);
gboolean fk_backup_check_contents (FkBackup *self, GHashTable *contents, GError **error);
int fk_backup_compare_newest_first (gconstpointer a, gconstpointer b); /* FkBackup ** */

G_END_DECLS
