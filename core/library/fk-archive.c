/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A backup as one file: a ZIP archive (APPNOTE.TXT of PKWARE) with the backup's folder in it, so
 * that unzip and sha256sum -c are enough to get at it.  An archive may come from anywhere: nothing
 * of it touches the disk before all of it was read into memory, within limits, and checked.  What
 * it calls its files is never used as a path. */

#include "config.h"

#include "library/fk-archive.h"

#include "base/fk-error.h"
#include "library/fk-archive-library.h"
#include "library/fk-folder-private.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define CHUNK       (64 * 1024)
#define ENTRIES_MAX (FK_FOLDER_FILES_MAX + 1) /* and the folder itself */
#define MODE        0644

typedef struct archive Archive;
typedef struct archive_entry Entry;

/* What is read so far. */
typedef struct
{
  const FkArchiveLibrary *library;
  GHashTable *contents;
  char *folder; /* (nullable): that the files are in */
  gboolean has_files;
  guint64 size;
} Unpacked;

static void
unpacked_clear (Unpacked *self)
{
  g_clear_pointer (&self->contents, g_hash_table_unref);
  g_clear_pointer (&self->folder, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Unpacked, unpacked_clear)

/**
 * fk_archive_is_zip:
 *
 * Returns: whether the file begins as a ZIP archive does; looks at the disk
 */
gboolean
fk_archive_is_zip (const char *path)
{
  static const char signature[] = { 'P', 'K', 3, 4 };
  char start[sizeof signature];
  gboolean found;
  FILE *file;

  g_return_val_if_fail (path != NULL, FALSE);

  /* A FIFO would make fopen() wait. */
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return FALSE;
  file = fopen (path, "re");
  if (file == NULL)
    return FALSE;
  found = fread (start, sizeof start, 1, file) == 1 && memcmp (start, signature, sizeof start) == 0;
  fclose (file);
  return found;
}

G_GNUC_PRINTF (2, 3)
static gboolean
refuse (GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED, message);
  return FALSE;
}

static gboolean
refuse_name (const char *name, GError **error)
{
  g_autofree char *shown = g_strescape (name, NULL);

  return refuse (error, "it holds \"%s\", which is no file of a backup", shown);
}

/* Notes which folder the files are in; FALSE: another one than the first. */
static gboolean
enter_folder (Unpacked *self, const char *folder)
{
  if (!self->has_files && self->folder == NULL)
    self->folder = g_strdup (folder);
  return g_strcmp0 (self->folder, folder) == 0;
}

/*
 * Takes a name apart: FILE or FOLDER/FILE, with the same folder everywhere; or FOLDER/ alone.
 *
 * Returns: whether it is such a name; @file is %NULL for the folder itself
 */
static gboolean
split_name (Unpacked *self, const char *name, gboolean is_folder, char **file, GError **error)
{
  const char *slash = strchr (name, '/');
  g_autofree char *folder = slash != NULL ? g_strndup (name, (gsize)(slash - name)) : NULL;
  const char *rest = slash != NULL ? slash + 1 : name;

  *file = NULL;
  if (folder != NULL && !fk_folder_is_plain_name (folder))
    return refuse_name (name, error);
  if (is_folder && folder != NULL && *rest == '\0')
    return enter_folder (self, folder) || refuse_name (name, error);
  if (is_folder || !fk_folder_is_plain_name (rest) || !enter_folder (self, folder))
    return refuse_name (name, error);
  self->has_files = TRUE;
  *file = g_strdup (rest);
  return TRUE;
}

/* Unpacks the present entry: what it says of its size is not believed. */
static GBytes *
read_entry (Unpacked *self, Archive *archive, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  guint8 chunk[CHUNK];
  la_ssize_t got;

  while ((got = self->library->archive_read_data (archive, chunk, sizeof chunk)) > 0)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      self->size += (guint64)got;
      if (data->len + (guint64)got > FK_FOLDER_FILE_MAX || self->size > FK_ARCHIVE_MAX)
        {
          refuse (error, "what it holds is too large for a backup");
          return NULL;
        }
      g_byte_array_append (data, chunk, (guint)got);
    }
  if (got < 0)
    {
      refuse (error, "it cannot be unpacked: %s", self->library->archive_error_string (archive));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&data));
}

static gboolean
take_entry (
    Unpacked *self, Archive *archive, Entry *entry, GCancellable *cancellable, GError **error)
{
  const char *name = self->library->archive_entry_pathname_utf8 (entry);
  gboolean is_folder = self->library->archive_entry_filetype (entry) == AE_IFDIR;
  g_autofree char *file = NULL;
  GBytes *bytes;

  if (name == NULL)
    return refuse (error, "it holds a file whose name cannot be read");
  if ((!is_folder && self->library->archive_entry_filetype (entry) != AE_IFREG) ||
      self->library->archive_entry_hardlink (entry) != NULL ||
      self->library->archive_entry_symlink (entry) != NULL)
    return refuse_name (name, error);
  if (!split_name (self, name, is_folder, &file, error))
    return FALSE;
  if (file == NULL)
    return TRUE;
  if (g_hash_table_contains (self->contents, file))
    return refuse (error, "it holds %s twice", file);
  bytes = read_entry (self, archive, cancellable, error);
  if (bytes == NULL)
    return FALSE;
  g_hash_table_insert (self->contents, g_steal_pointer (&file), bytes);
  return TRUE;
}

static gboolean
unpack (Unpacked *self, Archive *archive, GCancellable *cancellable, GError **error)
{
  Entry *entry;
  guint n_entries = 0;
  int status;

  while ((status = self->library->archive_read_next_header (archive, &entry)) == ARCHIVE_OK ||
         status == ARCHIVE_WARN)
    if (++n_entries > ENTRIES_MAX)
      return refuse (error, "it holds more than %u files; a backup has a handful",
                     FK_FOLDER_FILES_MAX);
    else if (!take_entry (self, archive, entry, cancellable, error))
      return FALSE;
  if (status != ARCHIVE_EOF)
    return refuse (error, "it cannot be unpacked: %s",
                   self->library->archive_error_string (archive));
  return TRUE;
}

/* People pack firmware into ZIP archives, too. */
static gboolean
check_is_backup (GHashTable *contents, const char *name, GError **error)
{
  if (g_hash_table_contains (contents, FK_FOLDER_SUMS))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS,
               "%s is a ZIP archive, but holds no backup: there is no " FK_FOLDER_SUMS
               " in it.  If there is firmware in it, unpack it and import the firmware's file",
               name);
  return FALSE;
}

/* What the library itself could not read any more. */
static gboolean
check_limits (GHashTable *contents, GError **error)
{
  static const char *const texts[] = { FK_FOLDER_INI, FK_FOLDER_SUMS };

  if (g_hash_table_size (contents) > FK_FOLDER_FILES_MAX)
    return refuse (error, "it holds more than %u files; a backup has a handful",
                   FK_FOLDER_FILES_MAX);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      GBytes *text = g_hash_table_lookup (contents, texts[i]);

      if (text != NULL && g_bytes_get_size (text) > FK_FOLDER_INI_MAX)
        return refuse (error, "%s is too large", texts[i]);
    }
  return TRUE;
}

/**
 * fk_archive_parse:
 * @name: what the archive is called in messages
 *
 * Unpacks the whole archive in memory and checks every byte of it against SHA256SUMS.
 *
 * Returns: (transfer full): its files but SHA256SUMS, name to #GBytes, as fk_folder_load() does;
 *   %FK_ERROR_BACKUP_DAMAGED lists all that is wrong, %FK_ERROR_FILE_ACCESS for what is no backup
 */
GHashTable *
fk_archive_parse (GBytes *bytes, const char *name, GCancellable *cancellable, GError **error)
{
  const FkArchiveLibrary *library;
  g_auto (Unpacked) unpacked = { 0 };
  Archive *archive;
  gboolean whole;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  library = unpacked.library = fk_archive_library_load (error);
  if (library == NULL)
    return NULL;
  archive = library->archive_read_new ();
  unpacked.contents =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  library->archive_read_support_format_zip (archive);
  library->archive_read_set_options (archive, "hdrcharset=UTF-8");
  whole = library->archive_read_open_memory (archive, g_bytes_get_data (bytes, NULL),
                                             g_bytes_get_size (bytes)) == ARCHIVE_OK ||
          refuse (error, "it cannot be unpacked: %s", library->archive_error_string (archive));
  whole = whole && unpack (&unpacked, archive, cancellable, error) &&
          check_is_backup (unpacked.contents, name, error) &&
          check_limits (unpacked.contents, error) && fk_sums_check (unpacked.contents, error);
  library->archive_read_free (archive);
  if (whole)
    return g_steal_pointer (&unpacked.contents);
  if (error == NULL || g_error_matches (*error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED))
    fk_folder_prefix_error (error, name);
  return NULL;
}

static void
set_read_error (GError **error, const char *path, GError *cause)
{
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_error_copy (cause));
  else
    g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS, "%s cannot be read: %s", path,
                 cause->message);
}

/**
 * fk_archive_load:
 * @path: of an archive, from anywhere
 *
 * As fk_archive_parse(), of a file; %FK_ERROR_FILE_ACCESS when it cannot be read.
 */
GHashTable *
fk_archive_load (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) cause = NULL;
  GStatBuf info;

  g_return_val_if_fail (path != NULL, NULL);

  if (g_stat (path, &info) == 0 && info.st_size > FK_ARCHIVE_MAX)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS, "%s is too large for a backup", path);
      return NULL;
    }
  file = g_file_new_for_path (path);
  bytes = g_file_load_bytes (file, cancellable, NULL, &cause);
  if (bytes == NULL)
    {
      set_read_error (error, path, cause);
      return NULL;
    }
  return fk_archive_parse (bytes, path, cancellable, error);
}

static la_ssize_t
on_write (Archive *archive, void *data, const void *bytes, size_t size)
{
  g_byte_array_append (data, bytes, (guint)size);
  return (la_ssize_t)size;
}

static gboolean
add_file (const FkArchiveLibrary *library,
          Archive *archive,
          const char *path,
          GBytes *bytes,
          GDateTime *time)
{
  Entry *entry = library->archive_entry_new ();
  gsize size = g_bytes_get_size (bytes);
  gboolean done;

  library->archive_entry_update_pathname_utf8 (entry, path);
  library->archive_entry_set_filetype (entry, AE_IFREG);
  library->archive_entry_set_perm (entry, MODE);
  library->archive_entry_set_size (entry, (la_int64_t)size);
  library->archive_entry_set_mtime (entry, g_date_time_to_unix (time), 0);
  done = library->archive_write_header (archive, entry) == ARCHIVE_OK &&
         library->archive_write_data (archive, g_bytes_get_data (bytes, NULL), size) ==
             (la_ssize_t)size;
  library->archive_entry_free (entry);
  return done;
}

/* backup.ini first: who lists an archive sees what it is. */
static GList *
sort_names (GHashTable *contents)
{
  GList *names = g_list_sort (g_hash_table_get_keys (contents), (GCompareFunc)(void *)strcmp);
  GList *ini = g_list_find_custom (names, FK_FOLDER_INI, (GCompareFunc)(void *)strcmp);

  if (ini == NULL)
    return names;
  names = g_list_remove_link (names, ini);
  return g_list_concat (ini, names);
}

static gboolean
add_files (const FkArchiveLibrary *library,
           Archive *archive,
           const char *folder,
           GHashTable *contents,
           GDateTime *time,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GList) names = sort_names (contents);
  g_autoptr (GBytes) sums = fk_sums_make (contents);
  g_autofree char *sums_path = g_build_filename (folder, FK_FOLDER_SUMS, NULL);
  gboolean done = add_file (library, archive, sums_path, sums, time);

  for (GList *l = names; done && l != NULL; l = l->next)
    {
      g_autofree char *path = g_build_filename (folder, l->data, NULL);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      done = add_file (library, archive, path, g_hash_table_lookup (contents, l->data), time);
    }
  if (!done || library->archive_write_close (archive) != ARCHIVE_OK)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "The archive cannot be made: %s",
                   library->archive_error_string (archive));
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_size (GHashTable *contents, GError **error)
{
  GHashTableIter iter;
  gpointer bytes;
  guint64 size = 0;

  g_hash_table_iter_init (&iter, contents);
  while (g_hash_table_iter_next (&iter, NULL, &bytes))
    size += g_bytes_get_size (bytes);
  if (size <= FK_ARCHIVE_MAX - FK_FOLDER_INI_MAX)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY,
               "The backup is too large for an archive; export it as a folder");
  return FALSE;
}

/**
 * fk_archive_make:
 * @folder: that the files shall be in, a plain name
 * @contents: as fk_folder_load() gives them
 * @time: that the files shall be of; the same backup is the same archive each time
 *
 * Returns: (transfer full): the archive, with a new SHA256SUMS
 */
GBytes *
fk_archive_make (const char *folder,
                 GHashTable *contents,
                 GDateTime *time,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (GByteArray) data = NULL;
  const FkArchiveLibrary *library;
  Archive *archive;
  gboolean done;

  g_return_val_if_fail (folder != NULL && fk_folder_is_plain_name (folder), NULL);
  g_return_val_if_fail (contents != NULL, NULL);

  if (!check_size (contents, error))
    return NULL;
  library = fk_archive_library_load (error);
  if (library == NULL)
    return NULL;
  data = g_byte_array_new ();
  archive = library->archive_write_new ();
  library->archive_write_set_format_zip (archive);
  library->archive_write_set_options (archive, "hdrcharset=UTF-8");
  /* No filler up to the size of a tape's block. */
  library->archive_write_set_bytes_in_last_block (archive, 1);
  done = library->archive_write_open (archive, data, NULL, on_write, NULL) == ARCHIVE_OK;
  if (!done)
    g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "The archive cannot be made: %s",
                 library->archive_error_string (archive));
  done = done && add_files (library, archive, folder, contents, time, cancellable, error);
  library->archive_write_free (archive);
  return done ? g_byte_array_free_to_bytes (g_steal_pointer (&data)) : NULL;
}
