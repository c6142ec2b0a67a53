/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What listing a large library need not read again.  For each backup the index keeps what its
 * backup.ini said, and which file that was: inode, size, and the times of its last change, to the
 * nanosecond.  A look at the file (one fstatat) tells whether it is still that one.  Renaming a
 * folder, replacing backup.ini and editing it in place all show; the folder's own time, which would
 * show less, is not needed.
 *
 * A clock is coarse: a file may change again, in size alike, within one tick of its time.  What
 * changed in the last seconds is therefore not kept, and read again the next time.
 *
 * The index is in the cache folder, one file a library, replaced in one step.  It serves for
 * lists alone: whatever is restored, exported or checked is read from the backup itself.  One that
 * is damaged, of another version or of another library is none; two programs that write it at once
 * overwrite each other's, and the next list reads what is missing.
 *
 * The file: magic, CRC-32 of all behind it, path of the library, number of entries; of each entry
 * its length, then id, key, and the backup as fk-backup-pack.c writes it. */

#include "config.h"

#include "library/fk-library-index-private.h"

#include "base/fk-crc32.h"
#include "base/fk-reader.h"
#include "library/fk-backup-private.h"
#include "library/fk-folder-private.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* The last digits are the version: of this file, and of all that is taken from backup.ini. */
#define MAGIC       "FKINDEX4"
#define MAGIC_SIZE  (sizeof MAGIC - 1)
#define HEADER_SIZE (MAGIC_SIZE + 4)
#define FILE_MAX    (256 * 1024 * 1024)
#define HASH_DIGITS 16
#define SETTLED_S   3 /* more than one tick of any file system's clock; FAT's is 2 s */

/* Which file it was. */
typedef struct
{
  guint64 inode;
  guint64 size;
  guint64 seconds[2]; /* of the contents' and of the inode's last change */
  guint32 nanoseconds[2];
} Key;

typedef struct
{
  const guint8 *data; /* the whole entry, behind its length */
  guint32 length;
  guint32 packed; /* where the backup begins in it */
  Key key;
} Entry;

struct _FkLibraryIndex
{
  char *library;       /* its path */
  GBytes *bytes;       /* (nullable): the file; entries point into it */
  GHashTable *entries; /* id -> Entry */
  GByteArray *next;    /* the entries of the next file, each with its length */
  guint n_next;
  guint n_added;
};

static Key
make_key (const struct stat *info)
{
  return (Key){ .inode = info->st_ino,
                .size = (guint64)info->st_size,
                .seconds = { (guint64)info->st_mtim.tv_sec, (guint64)info->st_ctim.tv_sec },
                .nanoseconds = { (guint32)info->st_mtim.tv_nsec, (guint32)info->st_ctim.tv_nsec } };
}

static gboolean
is_same_key (const Key *a, const Key *b)
{
  return a->inode == b->inode && a->size == b->size && a->seconds[0] == b->seconds[0] &&
         a->seconds[1] == b->seconds[1] && a->nanoseconds[0] == b->nanoseconds[0] &&
         a->nanoseconds[1] == b->nanoseconds[1];
}

static void
write_key (GByteArray *out, const Key *key)
{
  fk_writer_u64le (out, key->inode);
  fk_writer_u64le (out, key->size);
  for (guint i = 0; i < 2; i++)
    {
      fk_writer_u64le (out, key->seconds[i]);
      fk_writer_u32le (out, key->nanoseconds[i]);
    }
}

static gboolean
read_key (FkReader *reader, Key *key)
{
  gboolean ok = fk_reader_u64le (reader, &key->inode) && fk_reader_u64le (reader, &key->size);

  for (guint i = 0; i < 2; i++)
    ok = ok && fk_reader_u64le (reader, &key->seconds[i]) &&
         fk_reader_u32le (reader, &key->nanoseconds[i]);
  return ok;
}

/* A name that is no text to the rest of the world is one to the disk. */
static void
write_name (GByteArray *out, const char *name)
{
  fk_writer_u32le (out, (guint32)strlen (name));
  g_byte_array_append (out, (const guint8 *)name, (guint)strlen (name));
}

static char *
read_name (FkReader *reader)
{
  g_autofree char *name = NULL;
  guint32 length;

  if (!fk_reader_u32le (reader, &length) || length > fk_reader_get_left (reader))
    return NULL;
  name = g_malloc0 (length + 1);
  return fk_reader_copy (reader, (guint8 *)name, length) ? g_steal_pointer (&name) : NULL;
}

static gboolean
parse_entry (FkLibraryIndex *self, FkReader *reader, const guint8 *data)
{
  g_autofree Entry *entry = g_new0 (Entry, 1);
  g_autofree char *id = NULL;
  FkReader inner;

  if (!fk_reader_u32le (reader, &entry->length))
    return FALSE;
  entry->data = data + fk_reader_get_offset (reader);
  if (!fk_reader_skip (reader, entry->length))
    return FALSE;
  inner = fk_reader_init (entry->data, entry->length);
  id = read_name (&inner);
  if (id == NULL || !read_key (&inner, &entry->key))
    return FALSE;
  entry->packed = (guint32)fk_reader_get_offset (&inner);
  g_hash_table_insert (self->entries, g_steal_pointer (&id), g_steal_pointer (&entry));
  return TRUE;
}

static gboolean
parse (FkLibraryIndex *self)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (self->bytes, &size);
  FkReader reader = fk_reader_init (data, size);
  g_autofree char *library = NULL;
  guint32 crc;
  guint32 n_entries;

  if (size < HEADER_SIZE || memcmp (data, MAGIC, MAGIC_SIZE) != 0 ||
      !fk_reader_skip (&reader, MAGIC_SIZE) || !fk_reader_u32le (&reader, &crc) ||
      crc != fk_crc32 (data + HEADER_SIZE, size - HEADER_SIZE))
    return FALSE;
  library = read_name (&reader);
  if (g_strcmp0 (library, self->library) != 0 || !fk_reader_u32le (&reader, &n_entries))
    return FALSE;
  for (guint i = 0; i < n_entries; i++)
    if (!parse_entry (self, &reader, data))
      return FALSE;
  return fk_reader_get_left (&reader) == 0;
}

/* Returns: (transfer full): where the index of the library at the path @library is */
char *
fk_library_index_make_path (const char *library)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, library, -1);
  g_autofree char *name = g_strdup_printf ("library-%.*s.index", HASH_DIGITS, hash);

  return g_build_filename (g_get_user_cache_dir (), "flashkeep", name, NULL);
}

/*
 * @library: path of the library's folder
 * @bytes: (nullable): an index, or anything else
 *
 * Returns: (transfer full): what @bytes tell; an empty index when they are none of this library
 */
FkLibraryIndex *
fk_library_index_new_for_bytes (const char *library, GBytes *bytes)
{
  FkLibraryIndex *self = g_new0 (FkLibraryIndex, 1);

  self->library = g_strdup (library);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->next = g_byte_array_new ();
  if (bytes == NULL)
    return self;
  self->bytes = g_bytes_ref (bytes);
  if (!parse (self))
    g_hash_table_remove_all (self->entries);
  return self;
}

/* Returns: (transfer full): the index of the library at the path @library, empty at first */
FkLibraryIndex *
fk_library_index_load (const char *library)
{
  g_autofree char *path = fk_library_index_make_path (library);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  int folder = fk_folder_open (parent, NULL);
  g_autoptr (GBytes) bytes = NULL;

  if (folder >= 0)
    {
      bytes = fk_folder_read (folder, name, FILE_MAX, NULL, NULL);
      close (folder);
    }
  return fk_library_index_new_for_bytes (library, bytes);
}

void
fk_library_index_free (FkLibraryIndex *self)
{
  if (self == NULL)
    return;
  g_free (self->library);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_hash_table_unref (self->entries);
  g_byte_array_unref (self->next);
  g_free (self);
}

/*
 * @info: of backup.ini, as it is now
 *
 * Returns: (transfer full) (nullable): the backup, if the index knows this very file; what is found
 *   is kept
 */
FkBackup *
fk_library_index_find (FkLibraryIndex *self, const char *id, const struct stat *info)
{
  const Entry *entry = g_hash_table_lookup (self->entries, id);
  Key key = make_key (info);
  g_autofree char *path = NULL;
  FkReader reader;
  FkBackup *backup;

  if (entry == NULL || !S_ISREG (info->st_mode) || !is_same_key (&entry->key, &key))
    return NULL;
  path = g_build_filename (self->library, id, NULL);
  reader = fk_reader_init (entry->data + entry->packed, entry->length - entry->packed);
  backup = fk_backup_unpack (path, &reader);
  if (backup == NULL)
    return NULL;
  fk_writer_u32le (self->next, entry->length);
  g_byte_array_append (self->next, entry->data, entry->length);
  self->n_next++;
  return backup;
}

/* Whether the file's time is so long ago that a change to come will show. */
static gboolean
is_settled (const struct stat *info)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  return MAX (info->st_mtim.tv_sec, info->st_ctim.tv_sec) + SETTLED_S < now;
}

/*
 * @info: of backup.ini, from before it was read
 * @backup: what it says
 */
void
fk_library_index_add (FkLibraryIndex *self,
                      const char *id,
                      const struct stat *info,
                      FkBackup *backup)
{
  Key key = make_key (info);
  guint start = self->next->len;

  if (!S_ISREG (info->st_mode) || !is_settled (info))
    return;
  fk_writer_u32le (self->next, 0);
  write_name (self->next, id);
  write_key (self->next, &key);
  fk_backup_pack (backup, self->next);
  fk_store_u32le (self->next->data + start, self->next->len - start - 4);
  self->n_next++;
  self->n_added++;
}

/* Returns: how many backups the file told of */
guint
fk_library_index_get_n_known (FkLibraryIndex *self)
{
  return g_hash_table_size (self->entries);
}

/* Returns: (transfer full): an index of what was found and added */
GBytes *
fk_library_index_to_bytes (FkLibraryIndex *self)
{
  GByteArray *out = g_byte_array_sized_new (self->next->len + 1024);

  g_byte_array_append (out, (const guint8 *)MAGIC, MAGIC_SIZE);
  fk_writer_u32le (out, 0);
  write_name (out, self->library);
  fk_writer_u32le (out, self->n_next);
  g_byte_array_append (out, self->next->data, self->next->len);
  fk_store_u32le (out->data + MAGIC_SIZE,
                  fk_crc32 (out->data + HEADER_SIZE, out->len - HEADER_SIZE));
  return g_byte_array_free_to_bytes (out);
}

/* Writes the index if it is another one now.  A cache that cannot be written is none. */
void
fk_library_index_save (FkLibraryIndex *self)
{
  g_autofree char *path = fk_library_index_make_path (self->library);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  if (self->n_added == 0 && self->n_next == g_hash_table_size (self->entries))
    return;
  bytes = fk_library_index_to_bytes (self);
  if (g_mkdir_with_parents (folder, 0700) != 0 ||
      !g_file_set_contents_full (path, g_bytes_get_data (bytes, NULL),
                                 (gssize)g_bytes_get_size (bytes), G_FILE_SET_CONTENTS_CONSISTENT,
                                 0600, &error))
    g_debug ("%s: %s", path, error != NULL ? error->message : "no such folder");
}
