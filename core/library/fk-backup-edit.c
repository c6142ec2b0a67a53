/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person changes about a backup: its texts in backup.ini, a photo of the board, and files of
 * other parts of the program.  backup.ini keeps what it has besides, also keys that this version
 * does not know; the files that hold what was read from the chip are never touched. */

#include "config.h"

#include "library/fk-backup-edit-private.h"

#include "base/fk-error.h"
#include "library/fk-folder-private.h"

#include <string.h>

#define PHOTO_KEY "Photo"

struct _FkBackupEdit
{
  char *name;
  char *note;
  GStrv tags;
  GBytes *photo;
  gboolean has_photo; /* with no @photo: the old one goes */
  GHashTable *files;  /* name -> GBytes, NULL to remove it */
};

static void
clear_bytes (gpointer bytes)
{
  g_clear_pointer (&bytes, g_bytes_unref);
}

/**
 * fk_backup_edit_new: (constructor)
 *
 * Returns: (transfer full): an edit that changes nothing yet
 */
FkBackupEdit *
fk_backup_edit_new (void)
{
  FkBackupEdit *self = g_new0 (FkBackupEdit, 1);

  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, clear_bytes);
  return self;
}

void
fk_backup_edit_free (FkBackupEdit *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->note);
  g_strfreev (self->tags);
  clear_bytes (self->photo);
  g_hash_table_unref (self->files);
  g_free (self);
}

void
fk_backup_edit_set_name (FkBackupEdit *self, const char *name)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (name != NULL);

  g_free (self->name);
  self->name = g_utf8_make_valid (name, -1);
}

void
fk_backup_edit_set_note (FkBackupEdit *self, const char *note)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (note != NULL);

  g_free (self->note);
  self->note = g_utf8_make_valid (note, -1);
}

static gboolean
has_tag (GPtrArray *tags, const char *folded)
{
  for (guint i = 0; i < tags->len; i++)
    {
      g_autofree char *other = g_utf8_casefold (g_ptr_array_index (tags, i), -1);

      if (g_str_equal (other, folded))
        return TRUE;
    }
  return FALSE;
}

/**
 * fk_backup_edit_set_tags:
 * @tags: all tags the backup shall have; blanks around them go, and so do empty ones and those that
 *   differ from an earlier one only in case
 */
void
fk_backup_edit_set_tags (FkBackupEdit *self, const char *const *tags)
{
  g_autoptr (GPtrArray) clean = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (tags != NULL);

  clean = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; tags[i] != NULL; i++)
    {
      g_autofree char *tag = g_strstrip (g_utf8_make_valid (tags[i], -1));
      g_autofree char *folded = g_utf8_casefold (tag, -1);

      if (*tag != '\0' && !has_tag (clean, folded))
        g_ptr_array_add (clean, g_steal_pointer (&tag));
    }
  g_ptr_array_add (clean, NULL);
  g_strfreev (self->tags);
  self->tags = (GStrv)g_ptr_array_free (g_steal_pointer (&clean), FALSE);
}

/**
 * fk_backup_edit_set_photo:
 * @image: (nullable): a JPEG or PNG file; %NULL removes the one the backup has
 */
void
fk_backup_edit_set_photo (FkBackupEdit *self, GBytes *image)
{
  g_return_if_fail (self != NULL);

  clear_bytes (self->photo);
  self->photo = image != NULL ? g_bytes_ref (image) : NULL;
  self->has_photo = TRUE;
}

/**
 * fk_backup_edit_set_file:
 * @name: of a file that lies beside those of the backup itself, such as "bookmarks.ini"
 * @bytes: (nullable): what it shall hold; %NULL removes it
 */
void
fk_backup_edit_set_file (FkBackupEdit *self, const char *name, GBytes *bytes)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (name != NULL);

  g_hash_table_insert (self->files, g_strdup (name), bytes != NULL ? g_bytes_ref (bytes) : NULL);
}

/* Whether @name belongs to the backup itself.  There are file systems that do not tell case apart.
 */
static gboolean
is_reserved (FkBackup *backup, const char *name)
{
  GPtrArray *regions = fk_backup_get_regions (backup);

  if (g_ascii_strcasecmp (name, FK_FOLDER_INI) == 0 ||
      g_ascii_strcasecmp (name, FK_FOLDER_SUMS) == 0)
    return TRUE;
  for (guint i = 0; i < regions->len; i++)
    if (g_ascii_strcasecmp (name, ((FkBackupRegion *)g_ptr_array_index (regions, i))->file) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
put_file (FkBackup *backup, GHashTable *contents, const char *name, GBytes *bytes, GError **error)
{
  if (!fk_folder_is_plain_name (name) || is_reserved (backup, name))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY,
                   "\"%s\" cannot be the name of a file that is added to a backup", name);
      return FALSE;
    }
  if (bytes != NULL && g_bytes_get_size (bytes) > FK_FOLDER_FILE_MAX)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "%s is too large for a backup", name);
      return FALSE;
    }
  if (bytes != NULL)
    g_hash_table_insert (contents, g_strdup (name), g_bytes_ref (bytes));
  else
    g_hash_table_remove (contents, name);
  if (g_hash_table_size (contents) + 1 > FK_FOLDER_FILES_MAX)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "a backup has no room for more than %u files",
                   FK_FOLDER_FILES_MAX);
      return FALSE;
    }
  return TRUE;
}

/* Returns: (nullable): the name for a photo of this format */
static const char *
get_photo_name (GBytes *image)
{
  static const guint8 jpeg[] = { 0xff, 0xd8, 0xff };
  static const guint8 png[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  gsize size;
  const guint8 *data = g_bytes_get_data (image, &size);

  if (size >= sizeof jpeg && memcmp (data, jpeg, sizeof jpeg) == 0)
    return "photo.jpg";
  if (size >= sizeof png && memcmp (data, png, sizeof png) == 0)
    return "photo.png";
  return NULL;
}

static gboolean
put_photo (
    FkBackupEdit *self, FkBackup *backup, GKeyFile *ini, GHashTable *contents, GError **error)
{
  g_autofree char *old = g_key_file_get_string (ini, "Backup", PHOTO_KEY, NULL);
  const char *name = self->photo != NULL ? get_photo_name (self->photo) : NULL;

  if (self->photo != NULL && name == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "the photo is neither JPEG nor PNG");
      return FALSE;
    }
  if (old != NULL && *old != '\0' && !put_file (backup, contents, old, NULL, error))
    return FALSE;
  if (name == NULL)
    {
      g_key_file_remove_key (ini, "Backup", PHOTO_KEY, NULL);
      return TRUE;
    }
  g_key_file_set_string (ini, "Backup", PHOTO_KEY, name);
  return put_file (backup, contents, name, self->photo, error);
}

static gboolean
put_ini (GKeyFile *ini, GHashTable *contents, GError **error)
{
  GBytes *bytes = fk_folder_make_ini (ini);

  g_hash_table_insert (contents, g_strdup (FK_FOLDER_INI), bytes);
  if (g_bytes_get_size (bytes) <= FK_FOLDER_INI_MAX)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "the note is too long");
  return FALSE;
}

/*
 * @backup: as @contents tell it
 * @contents: the files of its folder, which are changed
 */
gboolean
fk_backup_edit_apply (FkBackupEdit *self, FkBackup *backup, GHashTable *contents, GError **error)
{
  g_autoptr (GKeyFile) ini = g_key_file_new ();
  GHashTableIter iter;
  gpointer name;
  gpointer bytes;

  /* It was parsed before: FkBackup stands on it. */
  g_key_file_load_from_bytes (ini, g_hash_table_lookup (contents, FK_FOLDER_INI),
                              G_KEY_FILE_KEEP_COMMENTS, NULL);
  if (self->name != NULL)
    g_key_file_set_string (ini, "Backup", "Name", self->name);
  if (self->note != NULL)
    g_key_file_set_string (ini, "Backup", "Note", self->note);
  if (self->tags != NULL)
    g_key_file_set_string_list (ini, "Backup", "Tags", (const char *const *)self->tags,
                                g_strv_length (self->tags));
  if (self->has_photo && !put_photo (self, backup, ini, contents, error))
    return FALSE;
  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, &name, &bytes))
    if (!put_file (backup, contents, name, bytes, error))
      return FALSE;
  return put_ini (ini, contents, error);
}
