/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A backup as the library's index keeps it: what backup.ini says, in the order of the tables below,
 * numbers little-endian, texts with their length before them. */

#include "config.h"

#include "library/fk-backup-private.h"

#include <string.h>

static const gsize text_offsets[] = {
  G_STRUCT_OFFSET (FkBackup, name),         G_STRUCT_OFFSET (FkBackup, note),
  G_STRUCT_OFFSET (FkBackup, photo),        G_STRUCT_OFFSET (FkBackup, source),
  G_STRUCT_OFFSET (FkBackup, edited_from),  G_STRUCT_OFFSET (FkBackup, program),
  G_STRUCT_OFFSET (FkBackup, chip_name),    G_STRUCT_OFFSET (FkBackup, family),
  G_STRUCT_OFFSET (FkBackup, core),         G_STRUCT_OFFSET (FkBackup, uid),
  G_STRUCT_OFFSET (FkBackup, protection),   G_STRUCT_OFFSET (FkBackup, probe_kind),
  G_STRUCT_OFFSET (FkBackup, probe_serial), G_STRUCT_OFFSET (FkBackup, probe_firmware),
};

static const gsize number_offsets[] = {
  G_STRUCT_OFFSET (FkBackup, dev_id),       G_STRUCT_OFFSET (FkBackup, rev_id),
  G_STRUCT_OFFSET (FkBackup, flash_size),   G_STRUCT_OFFSET (FkBackup, millivolts),
  G_STRUCT_OFFSET (FkBackup, is_simulated), G_STRUCT_OFFSET (FkBackup, erased_value),
};

static void
write_text (GByteArray *out, const char *text)
{
  gsize length = strlen (text);

  fk_writer_u32le (out, (guint32)length);
  g_byte_array_append (out, (const guint8 *)text, (guint)length);
}

static gboolean
read_text (FkReader *reader, char **text)
{
  guint32 length;

  if (!fk_reader_u32le (reader, &length) || length > fk_reader_get_left (reader))
    return FALSE;
  *text = g_malloc (length + 1);
  (*text)[length] = '\0';
  return fk_reader_copy (reader, (guint8 *)*text, length) &&
         g_utf8_validate_len (*text, length, NULL);
}

static void
write_range (GByteArray *out, FkRange range)
{
  fk_writer_u32le (out, range.address);
  fk_writer_u32le (out, range.size);
}

static gboolean
read_range (FkReader *reader, FkRange *range)
{
  return fk_reader_u32le (reader, &range->address) && fk_reader_u32le (reader, &range->size);
}

static void
write_region (GByteArray *out, const FkBackupRegion *region)
{
  write_text (out, region->name);
  write_text (out, region->file);
  write_text (out, region->sha256);
  write_text (out, region->verified);
  write_range (out, region->range);
  fk_writer_u32le (out, (guint32)region->used);
  fk_writer_u32le (out, region->n_covered);
  for (guint i = 0; i < region->n_covered; i++)
    write_range (out, region->covered[i]);
}

static gboolean
read_covered (FkReader *reader, FkBackupRegion *region)
{
  if (!fk_reader_u32le (reader, &region->n_covered) ||
      region->n_covered > fk_reader_get_left (reader) / sizeof (FkRange))
    return FALSE;
  region->covered = region->n_covered > 0 ? g_new0 (FkRange, region->n_covered) : NULL;
  for (guint i = 0; i < region->n_covered; i++)
    if (!read_range (reader, &region->covered[i]))
      return FALSE;
  return TRUE;
}

static FkBackupRegion *
read_region (FkReader *reader)
{
  g_autoptr (FkBackupRegion) region = g_new0 (FkBackupRegion, 1);
  guint32 used;

  if (!read_text (reader, &region->name) || !read_text (reader, &region->file) ||
      !read_text (reader, &region->sha256) || !read_text (reader, &region->verified) ||
      !read_range (reader, &region->range) || !fk_reader_u32le (reader, &used) ||
      !read_covered (reader, region))
    return NULL;
  region->used = used;
  return g_steal_pointer (&region);
}

static gboolean
read_regions (FkReader *reader, GPtrArray *regions)
{
  guint32 n_regions;

  if (!fk_reader_u32le (reader, &n_regions))
    return FALSE;
  for (guint i = 0; i < n_regions; i++)
    {
      FkBackupRegion *region = read_region (reader);

      if (region == NULL)
        return FALSE;
      g_ptr_array_add (regions, region);
    }
  return TRUE;
}

static gboolean
read_tags (FkReader *reader, GStrv *tags)
{
  guint32 n_tags;

  if (!fk_reader_u32le (reader, &n_tags) || n_tags > fk_reader_get_left (reader))
    return FALSE;
  *tags = g_new0 (char *, n_tags + 1);
  for (guint i = 0; i < n_tags; i++)
    if (!read_text (reader, &(*tags)[i]))
      return FALSE;
  return TRUE;
}

static gboolean
read_created (FkReader *reader, GDateTime **created)
{
  g_autoptr (GDateTime) second = NULL;
  guint64 seconds;
  guint32 microseconds;

  if (!fk_reader_u64le (reader, &seconds) || !fk_reader_u32le (reader, &microseconds))
    return FALSE;
  second = g_date_time_new_from_unix_utc ((gint64)seconds);
  *created = second != NULL && microseconds > 0 ? g_date_time_add (second, microseconds)
                                                : g_steal_pointer (&second);
  return *created != NULL;
}

/* Appends @self, without its place, to @out. */
void
fk_backup_pack (FkBackup *self, GByteArray *out)
{
  for (guint i = 0; i < G_N_ELEMENTS (text_offsets); i++)
    write_text (out, G_STRUCT_MEMBER (char *, self, text_offsets[i]));
  for (guint i = 0; i < G_N_ELEMENTS (number_offsets); i++)
    fk_writer_u32le (out, G_STRUCT_MEMBER (guint32, self, number_offsets[i]));
  fk_writer_u64le (out, (guint64)g_date_time_to_unix (self->created));
  fk_writer_u32le (out, (guint32)g_date_time_get_microsecond (self->created));
  fk_writer_u32le (out, g_strv_length (self->tags));
  for (guint i = 0; self->tags[i] != NULL; i++)
    write_text (out, self->tags[i]);
  fk_writer_u32le (out, self->regions->len);
  for (guint i = 0; i < self->regions->len; i++)
    write_region (out, g_ptr_array_index (self->regions, i));
}

/*
 * @path: of the backup's folder
 *
 * Returns: (transfer full) (nullable): the backup that fk_backup_pack() wrote; %NULL when the bytes
 *   are none
 */
FkBackup *
fk_backup_unpack (const char *path, FkReader *reader)
{
  g_autoptr (FkBackup) self = g_object_new (FK_TYPE_BACKUP, NULL);

  self->path = g_strdup (path);
  self->id = g_path_get_basename (path);
  for (guint i = 0; i < G_N_ELEMENTS (text_offsets); i++)
    if (!read_text (reader, &G_STRUCT_MEMBER (char *, self, text_offsets[i])))
      return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (number_offsets); i++)
    if (!fk_reader_u32le (reader, &G_STRUCT_MEMBER (guint32, self, number_offsets[i])))
      return NULL;
  if (!read_created (reader, &self->created) || !read_tags (reader, &self->tags) ||
      !read_regions (reader, self->regions))
    return NULL;
  return g_steal_pointer (&self);
}
