/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/fk-range.h"

G_BEGIN_DECLS

#define FK_BACKUP_FORMAT 1

/**
 * FkBackupRegion:
 * @name: "flash", "option-bytes", "otp"
 * @range: where in the chip's address space it was
 * @file: name of the file in the backup's folder that holds its bytes
 * @sha256: of the file, 64 hex digits in lower case
 * @used: bytes up to and including the last one that is not erased
 * @verified: how the bytes were proved against the chip: "crc", "reread", "no"
 * @covered: (array length=n_covered) (nullable): of an imported file that has gaps, or of a flash
 * in two parts, what it covers: addresses, in order; the bytes between are filling.  %NULL: all of
 * @range
 */
typedef struct
{
  char *name;
  FkRange range;
  char *file;
  char *sha256;
  guint64 used;
  char *verified;
  FkRange *covered;
  guint n_covered;
} FkBackupRegion;

gboolean fk_backup_region_is_verified (const FkBackupRegion *region);
/* How the note of a safety backup begins, in every language: it is known by it. */
#define FK_BACKUP_SAFETY_NOTE "Made by itself before "

/**
 * FkBackup:
 *
 * One backup of the library as its backup.ini tells.  Immutable, may be shared between threads;
 * what it tells is what the disk said when it was read.  Texts are never %NULL: "" where
 * backup.ini says nothing.
 */
#define FK_TYPE_BACKUP (fk_backup_get_type ())
G_DECLARE_FINAL_TYPE (FkBackup, fk_backup, FK, BACKUP, GObject)

FkBackup *fk_backup_new_for_file (const char *path);

const char *fk_backup_get_id (FkBackup *self);
const char *fk_backup_get_name (FkBackup *self);
const char *fk_backup_get_note (FkBackup *self);
const char *const *fk_backup_get_tags (FkBackup *self); /* ends with NULL */
const char *fk_backup_get_photo (FkBackup *self);       /* the file's name; "": there is none */
const char *fk_backup_get_source (FkBackup *self);      /* of an imported file; "": of a chip */
gboolean fk_backup_is_safety (FkBackup *self);
gboolean fk_backup_is_simulated (FkBackup *self);       /* no board in the world holds it */
const char *fk_backup_get_edited_from (FkBackup *self); /* an id; "": as it was read */
GDateTime *fk_backup_get_created (FkBackup *self);      /* UTC */
int fk_backup_compare_age (FkBackup *self, FkBackup *other);
const char *fk_backup_get_program (FkBackup *self);
const char *fk_backup_get_path (FkBackup *self); /* of its folder */
const char *fk_backup_get_chip_name (FkBackup *self);
const char *fk_backup_get_family (FkBackup *self);
guint16 fk_backup_get_dev_id (FkBackup *self);
guint16 fk_backup_get_rev_id (FkBackup *self);
const char *fk_backup_get_core (FkBackup *self);
const char *fk_backup_get_uid (FkBackup *self);
GBytes *fk_backup_dup_uid_bytes (FkBackup *self);
guint32 fk_backup_get_flash_size (FkBackup *self); /* bytes */
guint8 fk_backup_get_erased_value (FkBackup *self);
const char *fk_backup_get_protection (FkBackup *self);
const char *fk_backup_get_probe_kind (FkBackup *self);
const char *fk_backup_get_probe_serial (FkBackup *self);
const char *fk_backup_get_probe_firmware (FkBackup *self);
guint fk_backup_get_millivolts (FkBackup *self);   /* 0: not known */
GPtrArray *fk_backup_get_regions (FkBackup *self); /* of FkBackupRegion, as in backup.ini */
guint64 fk_backup_get_size (FkBackup *self);       /* bytes of all regions */
const FkBackupRegion *fk_backup_find_region (FkBackup *self, const char *name);
GBytes *
fk_backup_load_region (FkBackup *self, const char *name, GCancellable *cancellable, GError **error);
gboolean fk_backup_has_file (FkBackup *self, const char *name);
GBytes *
fk_backup_load_file (FkBackup *self, const char *name, GCancellable *cancellable, GError **error);

G_END_DECLS
