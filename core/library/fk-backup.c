/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A backup as backup.ini tells of it.  The file may have been written by another version, edited
 * by hand or damaged: every value is checked, and a file name that would lead out of the folder is
 * refused. */

#include "config.h"

#include "library/fk-backup-private.h"

#include "base/fk-error.h"
#include "base/fk-number.h"
#include "library/fk-folder-private.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REGION_GROUP "Region "

struct _FkBackup
{
  GObject parent_instance;

  char *id;
  char *path;
  char *name;
  char *note;
  char *photo;
  char *source;
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
  guint32 millivolts;
};

G_DEFINE_FINAL_TYPE (FkBackup, fk_backup, G_TYPE_OBJECT)

static void
region_free (FkBackupRegion *region)
{
  g_free (region->name);
  g_free (region->file);
  g_free (region->sha256);
  g_free (region->verified);
  g_free (region->covered);
  g_free (region);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkBackupRegion, region_free)

static void
fk_backup_finalize (GObject *object)
{
  FkBackup *self = FK_BACKUP (object);
  char *const texts[] = {
    self->id,         self->path,         self->name,           self->note,  self->program,
    self->chip_name,  self->family,       self->core,           self->uid,   self->protection,
    self->probe_kind, self->probe_serial, self->probe_firmware, self->photo, self->source
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
  self->regions = g_ptr_array_new_with_free_func ((GDestroyNotify)region_free);
}

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
  self->rev_id = get_optional_number (ini, "Chip", "RevId", 0xffff);
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

FkBackup *
fk_backup_new_for_folder (const char *path, GCancellable *cancellable, GError **error)
{
  int folder = fk_folder_open (path, error);
  g_autoptr (GBytes) ini = NULL;

  if (folder < 0)
    return NULL;
  ini = fk_folder_read (folder, FK_FOLDER_INI, FK_FOLDER_INI_MAX, cancellable, error);
  close (folder);
  if (ini == NULL)
    {
      fk_folder_prefix_error (error, path);
      return NULL;
    }
  return fk_backup_new_for_ini (path, ini, error);
}

/**
 * fk_backup_new_for_file:
 * @path: of any file
 *
 * Returns: (transfer full) (nullable): the backup that the file is a region of, wherever its folder
 *   is; %NULL for other files
 */
FkBackup *
fk_backup_new_for_file (const char *path)
{
  g_autofree char *folder = NULL;
  g_autofree char *name = NULL;
  g_autoptr (FkBackup) self = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  folder = g_path_get_dirname (path);
  name = g_path_get_basename (path);
  self = fk_backup_new_for_folder (folder, NULL, NULL);
  for (guint i = 0; self != NULL && i < self->regions->len; i++)
    if (g_str_equal (((FkBackupRegion *)g_ptr_array_index (self->regions, i))->file, name))
      return g_steal_pointer (&self);
  return NULL;
}

int
fk_backup_compare_newest_first (gconstpointer a, gconstpointer b)
{
  const FkBackup *left = *(FkBackup *const *)a;
  const FkBackup *right = *(FkBackup *const *)b;
  int order = g_date_time_compare (right->created, left->created);

  return order != 0 ? order : strcmp (right->id, left->id);
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

static gboolean
check_region (const FkBackupRegion *region, GBytes *bytes, GError **error)
{
  g_autofree char *found = NULL;

  if (g_bytes_get_size (bytes) != region->range.size)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED,
                   "%s has %" G_GSIZE_FORMAT " bytes, and should have %u", region->file,
                   g_bytes_get_size (bytes), region->range.size);
      return FALSE;
    }
  found = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  if (strcmp (found, region->sha256) != 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED,
                   "%s was changed: its SHA-256 is %s, not %s", region->file, found,
                   region->sha256);
      return FALSE;
    }
  return TRUE;
}

/**
 * fk_backup_load_region:
 * @name: of a region of the backup
 *
 * Reads the region's file and checks its size and its SHA-256 again: what was good when the
 * backup was made may have rotted since.
 *
 * Returns: (transfer full): all bytes of the region.  %FK_ERROR_LIBRARY when the backup has no such
 *   region or cannot be read, %FK_ERROR_BACKUP_DAMAGED when it is damaged.
 */
GBytes *
fk_backup_load_region (FkBackup *self, const char *name, GCancellable *cancellable, GError **error)
{
  const FkBackupRegion *region;
  g_autoptr (GBytes) bytes = NULL;
  int folder;

  g_return_val_if_fail (FK_IS_BACKUP (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  region = fk_backup_find_region (self, name);
  if (region == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "Backup %s has no region \"%s\"", self->id,
                   name);
      return NULL;
    }
  folder = fk_folder_open (self->path, error);
  if (folder < 0)
    return NULL;
  bytes = fk_folder_read (folder, region->file, FK_FOLDER_FILE_MAX, cancellable, error);
  close (folder);
  if (bytes == NULL || !check_region (region, bytes, error))
    {
      fk_folder_prefix_error (error, self->id);
      return NULL;
    }
  return g_steal_pointer (&bytes);
}

/* Whether every region's file is there with the size and hash that backup.ini tells. */
gboolean
fk_backup_check_regions (FkBackup *self, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < self->regions->len; i++)
    {
      FkBackupRegion *region = g_ptr_array_index (self->regions, i);
      g_autoptr (GBytes) bytes = fk_backup_load_region (self, region->name, cancellable, error);

      if (bytes == NULL)
        return FALSE;
    }
  return TRUE;
}

/* As fk_backup_check_regions(), of files that are in memory: name -> GBytes. */
gboolean
fk_backup_check_contents (FkBackup *self, GHashTable *contents, GError **error)
{
  for (guint i = 0; i < self->regions->len; i++)
    {
      const FkBackupRegion *region = g_ptr_array_index (self->regions, i);
      GBytes *bytes = g_hash_table_lookup (contents, region->file);

      if (bytes == NULL)
        g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED, "%s is missing", region->file);
      else if (check_region (region, bytes, error))
        continue;
      fk_folder_prefix_error (error, self->id);
      return FALSE;
    }
  return TRUE;
}

/**
 * fk_backup_has_file:
 * @name: of a file in the backup's folder, such as "bookmarks.ini"
 *
 * Looks at the disk.
 */
gboolean
fk_backup_has_file (FkBackup *self, const char *name)
{
  g_autofree char *path = NULL;
  struct stat info;

  g_return_val_if_fail (FK_IS_BACKUP (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  path = g_build_filename (self->path, name, NULL);
  return fk_folder_is_plain_name (name) && lstat (path, &info) == 0 && S_ISREG (info.st_mode);
}

/* The bytes of the file @name of @folder, if SHA256SUMS says the same of them. */
static GBytes *
load_checked (int folder, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) text =
      fk_folder_read (folder, FK_FOLDER_SUMS, FK_FOLDER_INI_MAX, cancellable, error);
  g_autoptr (GTree) sums = text != NULL ? fk_sums_parse (text, error) : NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *found = NULL;
  const char *sum;

  if (sums == NULL)
    return NULL;
  bytes = fk_folder_read (folder, name, FK_FOLDER_FILE_MAX, cancellable, error);
  if (bytes == NULL)
    return NULL;
  sum = g_tree_lookup (sums, name);
  found = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  if (g_strcmp0 (sum, found) == 0)
    return g_steal_pointer (&bytes);
  if (sum == NULL)
    g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED, "%s does not belong there", name);
  else
    g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED,
                 "%s was changed: its SHA-256 is %s, not %s", name, found, sum);
  return NULL;
}

/**
 * fk_backup_load_file:
 * @name: of a file in the backup's folder
 *
 * Reads it and checks it against SHA256SUMS.
 *
 * Returns: (transfer full): all of it.  %FK_ERROR_BACKUP_DAMAGED when it is missing or is not what
 *   it was, %FK_ERROR_LIBRARY when it cannot be read.
 */
GBytes *
fk_backup_load_file (FkBackup *self, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  int folder;

  g_return_val_if_fail (FK_IS_BACKUP (self), NULL);
  g_return_val_if_fail (name != NULL && fk_folder_is_plain_name (name), NULL);

  folder = fk_folder_open (self->path, error);
  if (folder < 0)
    return NULL;
  bytes = load_checked (folder, name, cancellable, error);
  close (folder);
  if (bytes == NULL)
    fk_folder_prefix_error (error, self->id);
  return g_steal_pointer (&bytes);
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
