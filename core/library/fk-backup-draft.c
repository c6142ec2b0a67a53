/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A backup before it is on disk: metadata as backup.ini will hold it, and the regions' bytes with
 * their hashes.  Knows how backup.ini is written and how a backup is called; the reading half is
 * fk-backup.c. */

#include "config.h"

#include "library/fk-backup-draft-private.h"

#include "base/fk-blank.h"
#include "library/fk-folder-private.h"

#include <string.h>

#define ID_CHIP_MAX   40
#define ID_UID_DIGITS 6

struct _FkBackupDraft
{
  GKeyFile *ini;
  GPtrArray *regions;
};

/* The keys in the order in which a person wants to read them; a draft may add others. */
static const char *const ordered_keys[][2] = {
  { "Backup", "Name" },    { "Backup", "Note" },
  { "Backup", "Created" }, { "Backup", "Program" },
  { "Chip", "Name" },      { "Chip", "Family" },
  { "Chip", "DevId" },     { "Chip", "RevId" },
  { "Chip", "Core" },      { "Chip", "UID" },
  { "Chip", "FlashSize" }, { "Chip", "Protection" },
  { "Probe", "Kind" },     { "Probe", "Serial" },
  { "Probe", "Firmware" }, { "Probe", "TargetMillivolts" },
};

static void
draft_region_free (FkDraftRegion *self)
{
  g_free (self->region.name);
  g_free (self->region.file);
  g_free (self->region.sha256);
  g_free (self->region.verified);
  g_free (self->region.covered);
  g_bytes_unref (self->bytes);
  g_free (self);
}

static gboolean
is_region_name (const char *name)
{
  return *name != '\0' && strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen (name);
}

/* Returns: bytes up to and including the last one that is not erased */
guint64
fk_backup_draft_count_used (GBytes *bytes, guint8 blank)
{
  gsize used;
  const guint8 *data = g_bytes_get_data (bytes, &used);

  while (used > 0 && data[used - 1] == blank)
    used--;
  return used;
}

/**
 * fk_backup_draft_new: (constructor)
 *
 * Returns: (transfer full): a draft created now, by this program, with no name and no regions
 */
FkBackupDraft *
fk_backup_draft_new (void)
{
  FkBackupDraft *self = g_new0 (FkBackupDraft, 1);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *created = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");

  self->ini = g_key_file_new ();
  self->regions = g_ptr_array_new_with_free_func ((GDestroyNotify)draft_region_free);
  fk_backup_draft_set (self, "Backup", "Created", created);
  fk_backup_draft_set (self, "Backup", "Program", "Flashkeep " FK_VERSION);
  return self;
}

void
fk_backup_draft_free (FkBackupDraft *self)
{
  if (self == NULL)
    return;
  g_key_file_unref (self->ini);
  g_ptr_array_unref (self->regions);
  g_free (self);
}

/**
 * fk_backup_draft_set:
 * @group: "Backup", "Chip" or "Probe"
 * @key: a key of backup.ini; Format and Id are set when the backup is stored
 * @value: (nullable): any text; what is not UTF-8 is replaced.  %NULL is "".
 */
void
fk_backup_draft_set (FkBackupDraft *self, const char *group, const char *key, const char *value)
{
  g_autofree char *valid = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (group != NULL && key != NULL);

  valid = g_utf8_make_valid (value != NULL ? value : "", -1);
  g_key_file_set_string (self->ini, group, key, valid);
}

/**
 * fk_backup_draft_add_region:
 * @name: the region's name: lower-case letters, digits and "-"; its file is called after it
 * @address: of its first byte
 * @bytes: all of it
 * @blank: what an erased byte of the chip reads as: ErasedValue, which is left out for %FK_BLANK
 * @verified: "crc", "reread" or "no": how @bytes was proved against the chip
 */
void
fk_backup_draft_add_region (FkBackupDraft *self,
                            const char *name,
                            guint32 address,
                            GBytes *bytes,
                            guint8 blank,
                            const char *verified)
{
  FkDraftRegion *added;

  g_return_if_fail (self != NULL);
  g_return_if_fail (name != NULL && is_region_name (name));
  g_return_if_fail (bytes != NULL && g_bytes_get_size (bytes) > 0);
  g_return_if_fail (verified != NULL);

  added = g_new0 (FkDraftRegion, 1);
  added->region.name = g_strdup (name);
  added->region.range = (FkRange){ address, (guint32)g_bytes_get_size (bytes) };
  added->region.file = g_strconcat (name, ".bin", NULL);
  added->region.used = fk_backup_draft_count_used (bytes, blank);
  added->region.verified = g_strdup (verified);
  added->bytes = g_bytes_ref (bytes);
  g_ptr_array_add (self->regions, added);
  if (blank != FK_BLANK)
    {
      g_autofree char *value = g_strdup_printf ("0x%02X", blank);

      fk_backup_draft_set (self, "Chip", "ErasedValue", value);
    }
}

/**
 * fk_backup_draft_get_bytes:
 *
 * Returns: (transfer none) (nullable): all of the region @name; %NULL where none of that name was
 *   added
 */
GBytes *
fk_backup_draft_get_bytes (FkBackupDraft *self, const char *name)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < self->regions->len; i++)
    {
      const FkDraftRegion *draft = g_ptr_array_index (self->regions, i);

      if (g_str_equal (draft->region.name, name))
        return draft->bytes;
    }
  return NULL;
}

/**
 * fk_backup_draft_set_covered:
 * @name: of a region that was added
 * @ranges: (array length=n_ranges): what its source covers, in order
 */
void
fk_backup_draft_set_covered (FkBackupDraft *self,
                             const char *name,
                             const FkRange *ranges,
                             guint n_ranges)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (name != NULL);
  g_return_if_fail (ranges != NULL && n_ranges > 0);

  for (guint i = 0; i < self->regions->len; i++)
    {
      FkDraftRegion *draft = g_ptr_array_index (self->regions, i);

      if (!g_str_equal (draft->region.name, name))
        continue;
      g_free (draft->region.covered);
      draft->region.covered = g_memdup2 (ranges, n_ranges * sizeof *ranges);
      draft->region.n_covered = n_ranges;
    }
}

static char *
get_string (FkBackupDraft *self, const char *group, const char *key)
{
  char *value = g_key_file_get_string (self->ini, group, key, NULL);

  return value != NULL ? value : g_strdup ("");
}

/*
 * The stem of the id, "20261120T103205Z-STM32F405RG-3A0027": when, what, and the first six digits
 * of the UID, or NOUID.  A UID begins with the place on the wafer (RM0091, 33.1), which tells chips
 * of one reel apart; it ends with the lot, which they share.  Whatever is no letter or digit
 * becomes "_": it will be a folder's name.
 */
char *
fk_backup_draft_make_id (FkBackupDraft *self)
{
  g_autofree char *created = get_string (self, "Backup", "Created");
  g_autofree char *chip = get_string (self, "Chip", "Name");
  g_autofree char *uid = get_string (self, "Chip", "UID");
  g_autoptr (GDateTime) parsed = g_date_time_new_from_iso8601 (created, NULL);
  g_autoptr (GDateTime) time =
      parsed != NULL ? g_date_time_to_utc (parsed) : g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (time, "%Y%m%dT%H%M%SZ");
  g_autofree char *tail = g_strndup (uid, ID_UID_DIGITS);
  gboolean has_uid = strspn (tail, "0123456789abcdefABCDEF") == ID_UID_DIGITS;

  g_strcanon (chip, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS, '_');
  if (strlen (chip) > ID_CHIP_MAX)
    chip[ID_CHIP_MAX] = '\0';
  return g_strdup_printf ("%s-%s-%s", stamp, *chip != '\0' ? chip : "UNKNOWN",
                          has_uid ? tail : "NOUID");
}

static void
add_covered (GKeyFile *ini, const char *group, const FkBackupRegion *region)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) texts = NULL;

  for (guint i = 0; i < region->n_covered; i++)
    {
      g_autofree char *text =
          g_strdup_printf ("0x%08x+%u", region->covered[i].address, region->covered[i].size);

      g_strv_builder_add (builder, text);
    }
  texts = g_strv_builder_end (builder);
  g_key_file_set_string_list (ini, group, "Covered", (const char *const *)texts, region->n_covered);
}

static void
add_region_group (GKeyFile *ini, const FkBackupRegion *region)
{
  g_autofree char *group = g_strdup_printf ("Region %s", region->name);
  g_autofree char *address = g_strdup_printf ("0x%08x", region->range.address);

  g_key_file_set_string (ini, group, "Address", address);
  g_key_file_set_uint64 (ini, group, "Size", region->range.size);
  g_key_file_set_string (ini, group, "File", region->file);
  g_key_file_set_string (ini, group, "SHA256", region->sha256);
  g_key_file_set_uint64 (ini, group, "Used", region->used);
  g_key_file_set_string (ini, group, "Verified", region->verified);
  if (region->n_covered > 0)
    add_covered (ini, group, region);
}

static void
copy_other_keys (GKeyFile *from, GKeyFile *to)
{
  g_auto (GStrv) groups = g_key_file_get_groups (from, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_auto (GStrv) keys = g_key_file_get_keys (from, groups[i], NULL, NULL);

      for (guint j = 0; keys != NULL && keys[j] != NULL; j++)
        {
          g_autofree char *value = g_key_file_get_value (from, groups[i], keys[j], NULL);

          if (!g_key_file_has_key (to, groups[i], keys[j], NULL))
            g_key_file_set_value (to, groups[i], keys[j], value);
        }
    }
}

/*
 * What the regions hash to is found out when somebody asks for it first: no chip waits for that.
 *
 * Returns: (element-type FkDraftRegion): all that were added
 */
GPtrArray *
fk_backup_draft_get_regions (FkBackupDraft *self)
{
  for (guint i = 0; i < self->regions->len; i++)
    {
      FkDraftRegion *draft = g_ptr_array_index (self->regions, i);

      if (draft->region.sha256 == NULL)
        draft->region.sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, draft->bytes);
    }
  return self->regions;
}

/* The text of backup.ini for a backup that will be called @id. */
GBytes *
fk_backup_draft_make_ini (FkBackupDraft *self, const char *id)
{
  GPtrArray *regions = fk_backup_draft_get_regions (self);
  g_autoptr (GKeyFile) ini = g_key_file_new ();

  g_key_file_set_integer (ini, "Backup", "Format", FK_BACKUP_FORMAT);
  g_key_file_set_string (ini, "Backup", "Id", id);
  for (guint i = 0; i < G_N_ELEMENTS (ordered_keys); i++)
    {
      const char *group = ordered_keys[i][0];
      const char *key = ordered_keys[i][1];
      g_autofree char *value = get_string (self, group, key);

      g_key_file_set_string (ini, group, key, value);
    }
  copy_other_keys (self->ini, ini);
  for (guint i = 0; i < regions->len; i++)
    {
      FkDraftRegion *draft = g_ptr_array_index (regions, i);

      add_region_group (ini, &draft->region);
    }
  return fk_folder_make_ini (ini);
}

/* Bytes of all regions together. */
guint64
fk_backup_draft_get_size (FkBackupDraft *self)
{
  guint64 size = 0;

  for (guint i = 0; i < self->regions->len; i++)
    {
      FkDraftRegion *draft = g_ptr_array_index (self->regions, i);

      size += draft->region.range.size;
    }
  return size;
}

/* Whether @backup tells of the same chip and of the same bytes in every region of the draft.  An
 * unknown UID is no chip's: two chips without one are never taken for the same. */
gboolean
fk_backup_draft_matches (FkBackupDraft *self, FkBackup *backup)
{
  GPtrArray *regions = fk_backup_draft_get_regions (self);
  g_autofree char *uid = get_string (self, "Chip", "UID");
  g_autofree char *dev_id = get_string (self, "Chip", "DevId");
  guint64 number = g_ascii_strtoull (dev_id, NULL, 0);

  if (*uid == '\0' || g_ascii_strcasecmp (uid, fk_backup_get_uid (backup)) != 0 ||
      number != fk_backup_get_dev_id (backup))
    return FALSE;
  for (guint i = 0; i < regions->len; i++)
    {
      FkDraftRegion *draft = g_ptr_array_index (regions, i);
      const FkBackupRegion *stored = fk_backup_find_region (backup, draft->region.name);

      if (stored == NULL || stored->range.address != draft->region.range.address ||
          stored->range.size != draft->region.range.size ||
          strcmp (stored->sha256, draft->region.sha256) != 0)
        return FALSE;
    }
  return regions->len > 0;
}
