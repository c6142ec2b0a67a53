/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/fk-reader.h"
#include "library/fk-backup.h"

G_BEGIN_DECLS

struct _FkBackup
{
  GObject parent_instance;

  char *id;
  char *path;
  char *name;
  char *note;
  char *photo;
  char *source;
  char *edited_from;
  GStrv tags;
  char *program;
  char *chip_name;
  char *family;
  char *core;
  char *uid;
  char *protection;
  char *probe_kind;
  char *probe_serial;
  char *probe_firmware;
  GDateTime *created;
  GPtrArray *regions;
  guint32 dev_id;
  guint32 rev_id;
  guint32 flash_size;
  guint32 erased_value;
  guint32 millivolts;
  guint32 is_simulated; /* 0 or 1 */
};

void fk_backup_region_free (FkBackupRegion *region);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkBackupRegion, fk_backup_region_free)

FkBackup *fk_backup_new_for_ini (const char *path, GBytes *ini, GError **error);
FkBackup *fk_backup_new_for_folder (const char *path, GCancellable *cancellable, GError **error);
FkBackup *fk_backup_unpack (const char *path, FkReader *reader);
void fk_backup_pack (FkBackup *self, GByteArray *out);
gboolean fk_backup_check_regions (FkBackup *self, GCancellable *cancellable, GError **error);
gboolean fk_backup_check_contents (FkBackup *self, GHashTable *contents, GError **error);
int fk_backup_compare_newest_first (gconstpointer a, gconstpointer b); /* FkBackup ** */

G_END_DECLS
