/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A backup as backup.ini tells of it.  The file may have been written by another version, edited
 * by hand or damaged: every value is checked, and a file name that would lead out of the folder is
 * refused. */

#include "config.h"

#include "library/fk-backup-private.h"

#include "base/fk-blank.h"
#include "base/fk-error.h"
#include "base/fk-number.h"
#include "library/fk-folder-private.h"

#include <string.h>

#define REGION_GROUP "Region "

static char *
get_text (GKeyFile *ini, const char *group, const char *key)
{
  char *text = g_key_file_get_string (ini, group, key, NULL);

  return text != NULL ? text : g_strdup ("");
}

static gboolean
get_number (
    GKeyFile *ini, const char *group, const char *key, guint64 max, guint32 *out, GError **error)
{
  g_autofree char *text = get_text (ini, group, key);
  guint64 value;

  if (*text == '\0')
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED,
                   FK_FOLDER_INI " has no key %s in group [%s]", key, group);
      return FALSE;
    }
  if (!fk_number_parse (text, max, &value, NULL))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED,
                   "key %s in group [%s] of " FK_FOLDER_INI " makes no sense: %s", key, group,
                   text);
      return FALSE;
    }
  *out = (guint32)value;
  return TRUE;
}

/* For what a backup may lack, such as the voltage: 0 then. */
static guint32
get_optional_number (GKeyFile *ini, const char *group, const char *key, guint64 max)
{
  guint32 value = 0;

  get_number (ini, group, key, max, &value, NULL);
  return value;
}

static gboolean
is_sha256 (const char *text)
{
  return strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64;
}

/* "0x08000000+8192": FALSE when it is none, or lies not behind @last and within the region. */
static gboolean
parse_covered_range (const char *text, FkRange within, guint64 last, FkRange *out)
{
  g_auto (GStrv) parts = g_strsplit (text, "+", 2);
  guint64 address;
  guint64 size;

  if (g_strv_length (parts) != 2 || !fk_number_parse (parts[0], G_MAXUINT32, &address, NULL) ||
      !fk_number_parse (parts[1], FK_FOLDER_FILE_MAX, &size, NULL) || size == 0 || address < last)
    return FALSE;
  *out = (FkRange){ (guint32)address, (guint32)size };
  return address + size <= fk_range_end (within) && address >= within.address;
}

static gboolean
parse_covered (GKeyFile *ini, const char *group, FkBackupRegion *region, GError **error)
{
  gsize n_texts = 0;
  g_auto (GStrv) texts = g_key_file_get_string_list (ini, group, "Covered", &n_texts, NULL);
  guint64 last = 0;

  if (n_texts == 0)
    return TRUE;
  region->covered = g_new0 (FkRange, n_texts);
  for (; region->n_covered < n_texts; region->n_covered++)
    {
      FkRange *range = &region->covered[region->n_covered];

      if (!parse_covered_range (texts[region->n_covered], region->range, last, range))
        {
          g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED,
                       "key Covered in group [%s] of " FK_FOLDER_INI " makes no sense", group);
          return FALSE;
        }
      last = fk_range_end (*range);
    }
  return TRUE;
}

static FkBackupRegion *
parse_region (GKeyFile *ini, const char *group, GError **error)
{
  g_autoptr (FkBackupRegion) region = g_new0 (FkBackupRegion, 1);

  region->name = g_strdup (group + strlen (REGION_GROUP));
  region->file = get_text (ini, group, "File");
  region->sha256 = get_text (ini, group, "SHA256");
  region->verified = get_text (ini, group, "Verified");
  if (!get_number (ini, group, "Address", G_MAXUINT32, &region->range.address, error) ||
      !get_number (ini, group, "Size", FK_FOLDER_FILE_MAX, &region->range.size, error))
    return NULL;
  if (region->range.size == 0 || fk_range_end (region->range) > (guint64)G_MAXUINT32 + 1)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED,
                   "[%s] of " FK_FOLDER_INI " lies outside of any chip", group);
      return NULL;
    }
  if (!fk_folder_is_plain_name (region->file) || strcmp (region->file, FK_FOLDER_INI) == 0 ||
      strcmp (region->file, FK_FOLDER_SUMS) == 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED,
                   "[%s] of " FK_FOLDER_INI " names a file that cannot belong to it: \"%s\"", group,
                   region->file);
      return NULL;
    }
  if (!is_sha256 (region->sha256))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED,
                   "[%s] of " FK_FOLDER_INI " has no SHA256 of 64 lower-case digits", group);
      return NULL;
    }
  if (!parse_covered (ini, group, region, error))
    return NULL;
  region->used = MIN (get_optional_number (ini, group, "Used", G_MAXUINT32), region->range.size);
  return g_steal_pointer (&region);
}

static gboolean
parse_regions (FkBackup *self, GKeyFile *ini, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (ini, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      FkBackupRegion *region;

      if (!g_str_has_prefix (groups[i], REGION_GROUP))
        continue;
      region = parse_region (ini, groups[i], error);
      if (region == NULL)
        return FALSE;
      g_ptr_array_add (self->regions, region);
    }
  if (self->regions->len == 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED, FK_FOLDER_INI " tells of no region");
      return FALSE;
    }
  return TRUE;
}

static gboolean
parse_created (FkBackup *self, GKeyFile *ini, GError **error)
{
  g_autofree char *text = get_text (ini, "Backup", "Created");
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, utc);

  if (time == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED,
                   FK_FOLDER_INI " does not say when it was made: \"%s\"", text);
      return FALSE;
    }
  self->created = g_date_time_to_utc (time);
  return TRUE;
}

static void
parse_texts (FkBackup *self, GKeyFile *ini)
{
  const struct
  {
    char **text;
    const char *group;
    const char *key;
  } rows[] = {
    { &self->name, "Backup", "Name" },
    { &self->note, "Backup", "Note" },
    { &self->photo, "Backup", "Photo" },
    { &self->source, "Backup", "Source" },
    { &self->edited_from, "Backup", "EditedFrom" },
    { &self->program, "Backup", "Program" },
    { &self->chip_name, "Chip", "Name" },
    { &self->family, "Chip", "Family" },
    { &self->core, "Chip", "Core" },
    { &self->uid, "Chip", "UID" },
    { &self->protection, "Chip", "Protection" },
    { &self->probe_kind, "Probe", "Kind" },
    { &self->probe_serial, "Probe", "Serial" },
    { &self->probe_firmware, "Probe", "Firmware" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    *rows[i].text = get_text (ini, rows[i].group, rows[i].key);
  if (!fk_folder_is_plain_name (self->photo))
    *self->photo = '\0';
  self->tags = g_key_file_get_string_list (ini, "Backup", "Tags", NULL, NULL);
  if (self->tags == NULL)
    self->tags = g_new0 (char *, 1);
  self->millivolts = get_optional_number (ini, "Probe", "TargetMillivolts", 100000);
  self->is_simulated = g_key_file_get_boolean (ini, "Probe", "Simulated", NULL);
  self->rev_id = get_optional_number (ini, "Chip", "RevId", 0xffff);
  self->erased_value = FK_BLANK;
  get_number (ini, "Chip", "ErasedValue", 0xff, &self->erased_value, NULL);
}

static gboolean
check_format (GKeyFile *ini, GError **error)
{
  guint32 format;

  if (!get_number (ini, "Backup", "Format", G_MAXUINT32, &format, error))
    return FALSE;
  if (format != FK_BACKUP_FORMAT)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED,
                   "it is of format %u, which this version of Flashkeep does not know", format);
      return FALSE;
    }
  return TRUE;
}

static gboolean
parse (FkBackup *self, GBytes *bytes, GError **error)
{
  g_autoptr (GKeyFile) ini = g_key_file_new ();
  g_autoptr (GError) local_error = NULL;
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  if (length == 0 || !g_key_file_load_from_data (ini, text, length, G_KEY_FILE_NONE, &local_error))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED, FK_FOLDER_INI " cannot be read: %s",
                   local_error != NULL ? local_error->message : "it is empty");
      return FALSE;
    }
  parse_texts (self, ini);
  return check_format (ini, error) && parse_created (self, ini, error) &&
         get_number (ini, "Chip", "DevId", 0xffff, &self->dev_id, error) &&
         get_number (ini, "Chip", "FlashSize", G_MAXUINT32, &self->flash_size, error) &&
         parse_regions (self, ini, error);
}

/*
 * @path: of the backup's folder, whose name is the id: a folder that somebody renamed is found
 *   under the name that can be seen
 * @ini: what its backup.ini holds
 */
FkBackup *
fk_backup_new_for_ini (const char *path, GBytes *ini, GError **error)
{
  g_autoptr (FkBackup) self = g_object_new (FK_TYPE_BACKUP, NULL);

  self->path = g_strdup (path);
  self->id = g_path_get_basename (path);
  if (!parse (self, ini, error))
    {
      fk_folder_prefix_error (error, path);
      return NULL;
    }
  return g_steal_pointer (&self);
}
