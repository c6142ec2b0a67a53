/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is known of one backup.  Made of backup.ini in fk-backup-ini.c; its files are read in
 * fk-backup-files.c. */

#include "config.h"

#include "library/fk-backup-private.h"

#include "base/fk-blank.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (FkBackup, fk_backup, G_TYPE_OBJECT)

void
fk_backup_region_free (FkBackupRegion *region)
{
  g_free (region->name);
  g_free (region->file);
  g_free (region->sha256);
  g_free (region->verified);
  g_free (region->covered);
  g_free (region);
}

/**
 * fk_backup_region_is_verified:
 *
 * Returns: whether the bytes were proved against the chip, in a way that is known here
 */
gboolean
fk_backup_region_is_verified (const FkBackupRegion *region)
{
  g_return_val_if_fail (region != NULL, FALSE);

  return g_str_equal (region->verified, "crc") || g_str_equal (region->verified, "reread");
}

static void
fk_backup_finalize (GObject *object)
{
  FkBackup *self = FK_BACKUP (object);
  char *const texts[] = {
    self->id,         self->path,         self->name,           self->note,  self->program,
    self->chip_name,  self->family,       self->core,           self->uid,   self->protection,
    self->probe_kind, self->probe_serial, self->probe_firmware, self->photo, self->source,
    self->edited_from
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_strfreev (self->tags);
  g_clear_pointer (&self->created, g_date_time_unref);
  g_ptr_array_unref (self->regions);
  G_OBJECT_CLASS (fk_backup_parent_class)->finalize (object);
}

static void
fk_backup_class_init (FkBackupClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_backup_finalize;
}

static void
fk_backup_init (FkBackup *self)
{
  self->regions = g_ptr_array_new_with_free_func ((GDestroyNotify)fk_backup_region_free);
}

/**
 * fk_backup_compare_age:
 *
 * Which of two backups was made first.  Times are to the second, and a small chip takes less than
 * one: then the ID decides, which was given a number ("-2", "-10") where it was taken.
 *
 * Returns: less than 0 if @self is the older one, more than 0 if @other is, and 0 for one and the
 *   same
 */
int
fk_backup_compare_age (FkBackup *self, FkBackup *other)
{
  int order;
  gsize length, other_length;

  g_return_val_if_fail (FK_IS_BACKUP (self), 0);
  g_return_val_if_fail (FK_IS_BACKUP (other), 0);

  order = g_date_time_compare (self->created, other->created);
  if (order != 0)
    return order;
  length = strlen (self->id);
  other_length = strlen (other->id);
  if (length != other_length)
    return length < other_length ? -1 : 1;
  return strcmp (self->id, other->id);
}

int
fk_backup_compare_newest_first (gconstpointer a, gconstpointer b)
{
  return fk_backup_compare_age (*(FkBackup *const *)b, *(FkBackup *const *)a);
}

#define DEFINE_GETTER(type, field)                 \
  type fk_backup_get_##field (FkBackup *self)      \
  {                                                \
    g_return_val_if_fail (FK_IS_BACKUP (self), 0); \
    return self->field;                            \
  }

/* clang-format off */
DEFINE_GETTER (const char *, id)
DEFINE_GETTER (const char *, path)
DEFINE_GETTER (const char *, name)
DEFINE_GETTER (const char *, note)
DEFINE_GETTER (const char *, photo)
DEFINE_GETTER (const char *, source)
DEFINE_GETTER (const char *, edited_from)
DEFINE_GETTER (const char *, program)
DEFINE_GETTER (GDateTime *, created)
DEFINE_GETTER (const char *, chip_name)
DEFINE_GETTER (const char *, family)
DEFINE_GETTER (const char *, core)
DEFINE_GETTER (const char *, uid)
DEFINE_GETTER (const char *, protection)
DEFINE_GETTER (const char *, probe_kind)
DEFINE_GETTER (const char *, probe_serial)
DEFINE_GETTER (const char *, probe_firmware)
DEFINE_GETTER (GPtrArray *, regions)
DEFINE_GETTER (guint32, flash_size)
DEFINE_GETTER (guint, millivolts)
/* clang-format on */

const char *const *
fk_backup_get_tags (FkBackup *self)
{
  g_return_val_if_fail (FK_IS_BACKUP (self), NULL);
  return (const char *const *)self->tags;
}

guint16
fk_backup_get_dev_id (FkBackup *self)
{
  g_return_val_if_fail (FK_IS_BACKUP (self), 0);
  return (guint16)self->dev_id;
}

guint16
fk_backup_get_rev_id (FkBackup *self)
{
  g_return_val_if_fail (FK_IS_BACKUP (self), 0);
  return (guint16)self->rev_id;
}

/**
 * fk_backup_get_erased_value:
 *
 * Returns: what an erased byte of the chip reads as, which also is what stands where the flash of
 *   an imported file has a gap; a backup that does not say so has %FK_BLANK
 */
guint8
fk_backup_get_erased_value (FkBackup *self)
{
  g_return_val_if_fail (FK_IS_BACKUP (self), FK_BLANK);
  return (guint8)self->erased_value;
}

guint64
fk_backup_get_size (FkBackup *self)
{
  guint64 size = 0;

  g_return_val_if_fail (FK_IS_BACKUP (self), 0);
  for (guint i = 0; i < self->regions->len; i++)
    size += ((FkBackupRegion *)g_ptr_array_index (self->regions, i))->range.size;
  return size;
}

/**
 * fk_backup_find_region:
 * @name: "flash", "option-bytes", "otp"
 *
 * Returns: (transfer none) (nullable): the region, which belongs to @self
 */
const FkBackupRegion *
fk_backup_find_region (FkBackup *self, const char *name)
{
  g_return_val_if_fail (FK_IS_BACKUP (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < self->regions->len; i++)
    {
      FkBackupRegion *region = g_ptr_array_index (self->regions, i);

      if (strcmp (region->name, name) == 0)
        return region;
    }
  return NULL;
}

/**
 * fk_backup_dup_uid_bytes:
 *
 * Returns: (transfer full) (nullable): the 12 bytes of the unique ID, which backup.ini has as hex
 *   digits; %NULL if it has none
 */
GBytes *
fk_backup_dup_uid_bytes (FkBackup *self)
{
  const char *hex = fk_backup_get_uid (self);
  guint8 uid[12];

  if (hex == NULL || strlen (hex) != 2 * sizeof uid)
    return NULL;
  for (guint i = 0; i < sizeof uid; i++)
    {
      int high = g_ascii_xdigit_value (hex[2 * i]);
      int low = g_ascii_xdigit_value (hex[2 * i + 1]);

      if (high < 0 || low < 0)
        return NULL;
      uid[i] = (guint8)(high << 4 | low);
    }
  return g_bytes_new (uid, sizeof uid);
}

/* Whether it was made by itself before a change; its name says of which. */
gboolean
fk_backup_is_safety (FkBackup *self)
{
  g_return_val_if_fail (FK_IS_BACKUP (self), FALSE);

  return g_str_has_prefix (self->note, FK_BACKUP_SAFETY_NOTE);
}

gboolean
fk_backup_is_simulated (FkBackup *self)
{
  g_return_val_if_fail (FK_IS_BACKUP (self), FALSE);

  return self->is_simulated != 0;
}
