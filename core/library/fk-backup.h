/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/fk-range.h"

G_BEGIN_DECLS

typedef struct
{
  char *name; /* "flash", "option-bytes", "otp" */
  FkRange range;
  char *file;
  char *sha256;
  guint64 used;
  char *verified; /* "crc", "reread", "no" */
} FkBackupRegion;

/**
 * FkBackup: one backup of the library as its backup.ini tells.  Immutable.
 */
#define FK_TYPE_BACKUP (fk_backup_get_type ())
G_DECLARE_FINAL_TYPE (FkBackup, fk_backup, FK, BACKUP, GObject)

const char *fk_backup_get_id (FkBackup *self);
const char *fk_backup_get_name (FkBackup *self);
const char *fk_backup_get_note (FkBackup *self);
GDateTime *fk_backup_get_created (FkBackup *self);
const char *fk_backup_get_path (FkBackup *self);
const char *fk_backup_get_chip_name (FkBackup *self);
const char *fk_backup_get_family (FkBackup *self);
guint16 fk_backup_get_dev_id (FkBackup *self);
guint16 fk_backup_get_rev_id (FkBackup *self);
const char *fk_backup_get_core (FkBackup *self);
const char *fk_backup_get_uid (FkBackup *self);
guint32 fk_backup_get_flash_size (FkBackup *self);
const char *fk_backup_get_protection (FkBackup *self);
GPtrArray *fk_backup_get_regions (FkBackup *self); /* of FkBackupRegion */
const FkBackupRegion *fk_backup_find_region (FkBackup *self, const char *name);
/* Reads the region's file and checks size and SHA-256: BAD_FILE if damaged. */
GBytes *
fk_backup_load_region (FkBackup *self, const char *name, GCancellable *cancellable, GError **error);

G_END_DECLS
