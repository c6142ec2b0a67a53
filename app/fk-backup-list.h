/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-backup-group.h"

G_BEGIN_DECLS

typedef enum
{
  FK_BACKUP_SORT_NEWEST,
  FK_BACKUP_SORT_OLDEST,
  FK_BACKUP_SORT_NAME,
  FK_BACKUP_SORT_SIZE, /* the largest first */
} FkBackupSort;

/**
 * FkBackupFilter:
 * @chip: (nullable): name of the chip that is wanted; %NULL for any
 * @tag: (nullable): that is wanted; %NULL for any or none
 * @verified: only what was proved against the chip
 * @connected: only what is of a board that is plugged in
 */
typedef struct
{
  const char *chip;
  const char *tag;
  gboolean verified;
  gboolean connected;
} FkBackupFilter;

/**
 * FkBackupList:
 *
 * A list model of what is to be seen of the library: an #FkBackupGroup for each board, followed by
 * its #FkBackup.  "marks-changed" tells that other boards are plugged in now.
 */
#define FK_TYPE_BACKUP_LIST (fk_backup_list_get_type ())
G_DECLARE_FINAL_TYPE (FkBackupList, fk_backup_list, FK, BACKUP_LIST, GObject)

FkBackupList *fk_backup_list_new (GListModel *backups);
void fk_backup_list_set_search (FkBackupList *self, const char *text);
void fk_backup_list_set_sort (FkBackupList *self, FkBackupSort sort);
void fk_backup_list_set_filter (FkBackupList *self, const FkBackupFilter *filter);
void fk_backup_list_set_connected (FkBackupList *self, const char *const *uids);
gboolean fk_backup_list_is_connected (FkBackupList *self, const char *uid);
guint fk_backup_list_get_n_backups (FkBackupList *self);

G_END_DECLS
