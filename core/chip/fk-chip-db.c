/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All described chips: the files of data/chips, compiled in as a GResource.  A program wants one
 * chip, or none, of some twenty families, so a file is read when one of its chips is wanted; what a
 * chip is found by is known of all of them at once. */

#include "config.h"

#include "chip/fk-chip-db.h"

#include "base/fk-error.h"
#include "base/fk-handover.h"
#include "chip/fk-chip-file.h"
#include "chip/fk-chip-private.h"
#include "chip/fk-chip-resource.h"

#define RESOURCE_PATH "/io/github/flashkeep/chips"

struct _FkChipDb
{
  GObject parent_instance;

  GPtrArray *files; /* of FkChipFile */
  GArray *rows;     /* of FkChipRow: all chips, in the files' order */
  GMutex mutex;     /* held while a file is read */
};

typedef struct
{
  FkChipFile *file;
  const FkChipEntry *entry;
  guint index; /* in the file */
} FkChipRow;

G_DEFINE_FINAL_TYPE (FkChipDb, fk_chip_db, G_TYPE_OBJECT)

static void
fk_chip_db_finalize (GObject *object)
{
  FkChipDb *self = FK_CHIP_DB (object);

  g_array_unref (self->rows);
  g_ptr_array_unref (self->files);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (fk_chip_db_parent_class)->finalize (object);
}

static void
fk_chip_db_class_init (FkChipDbClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_chip_db_finalize;
}

static void
fk_chip_db_init (FkChipDb *self)
{
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify)fk_chip_file_free);
  self->rows = g_array_new (FALSE, FALSE, sizeof (FkChipRow));
  g_mutex_init (&self->mutex);
}

static void
add_file (FkChipDb *self, GBytes *bytes, const char *name)
{
  FkChipFile *file = fk_chip_file_new (bytes, name);
  const GArray *entries = fk_chip_file_get_entries (file);

  g_ptr_array_add (self->files, file);
  for (guint i = 0; i < entries->len; i++)
    {
      FkChipRow row = { file, &g_array_index (entries, FkChipEntry, i), i };

      g_array_append_val (self->rows, row);
    }
}

static const FkChipRow *
get_row (FkChipDb *self, guint index)
{
  return &g_array_index (self->rows, FkChipRow, index);
}

static gboolean
has_id (const FkChipEntry *entry, guint32 dev_id)
{
  for (guint i = 0; i < entry->aliases->len; i++)
    {
      if (g_array_index (entry->aliases, guint32, i) == dev_id)
        return TRUE;
    }
  return entry->dev_id == dev_id;
}

/* Returns: an ID that means both chips where their cores are the same; 0, which is no chip's, where
 * there is none */
static guint32
find_shared_id (const FkChipEntry *one, const FkChipEntry *two)
{
  if (has_id (two, one->dev_id))
    return one->dev_id;
  for (guint i = 0; i < one->aliases->len; i++)
    {
      guint32 alias = g_array_index (one->aliases, guint32, i);

      if (has_id (two, alias))
        return alias;
    }
  return 0;
}

/* One ID on one core may mean one chip only. */
static gboolean
check_pair (const FkChipRow *row, const FkChipRow *other, GError **error)
{
  const FkChipEntry *one = row->entry;
  const FkChipEntry *two = other->entry;
  guint32 both = find_shared_id (one, two);

  if (both == 0 || !g_str_equal (one->core, two->core))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
               "%s: [%s] device ID 0x%03x on a %s also means [%s] of %s",
               fk_chip_file_get_name (row->file), one->group, both, one->core, two->group,
               fk_chip_file_get_name (other->file));
  return FALSE;
}

/* @file: whose chips are looked at, beside all others */
static gboolean
check_unique (FkChipDb *self, const FkChipFile *file, GError **error)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      for (guint k = 0; k < i; k++)
        {
          const FkChipRow *row = get_row (self, i);
          const FkChipRow *other = get_row (self, k);

          if ((row->file == file || other->file == file) && !check_pair (row, other, error))
            return FALSE;
        }
    }
  return TRUE;
}

/* Sees to it that @file has been read.
 *
 * Returns: success; %FK_ERROR_BAD_FILE names file, group and key */
static gboolean
read_file (FkChipDb *self, FkChipFile *file, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autoptr (GPtrArray) descs = NULL;

  if (fk_chip_file_get_descs (file) != NULL)
    return TRUE;
  locker = g_mutex_locker_new (&self->mutex);
  fk_handover_take (&self->mutex);
  if (fk_chip_file_get_descs (file) != NULL)
    return TRUE;
  descs = fk_chip_file_read (file, error);
  if (descs == NULL || !check_unique (self, file, error))
    return FALSE;
  for (guint i = 0; i < descs->len; i++)
    ((FkChipDesc *)g_ptr_array_index (descs, i))->db = self;
  fk_chip_file_keep_descs (file, g_steal_pointer (&descs));
  fk_handover_give (&self->mutex);
  return TRUE;
}

/* What is compiled in is ours and a test reads every file, so that a mistake there is a broken
 * build; the files of fk_chip_db_new_from_bytes() have been read. */
static const FkChipDesc *
get_desc (FkChipDb *self, const FkChipRow *row)
{
  g_autoptr (GError) error = NULL;

  if (!read_file (self, row->file, &error))
    g_error ("The chip descriptions are damaged: %s", error->message);
  return g_ptr_array_index (fk_chip_file_get_descs (row->file), row->index);
}

/*
 * fk_chip_db_new_unread:
 * @files: (array): the description files
 * @names: (array zero-terminated=1): their names, for messages; as many as @files
 *
 * Each file is read when one of its chips is wanted; a mistake in it ends the program then.
 *
 * Returns: (transfer full): the database
 */
FkChipDb *
fk_chip_db_new_unread (GBytes **files, const char *const *names)
{
  FkChipDb *self = g_object_new (FK_TYPE_CHIP_DB, NULL);

  for (guint i = 0; names[i] != NULL; i++)
    add_file (self, files[i], names[i]);
  return self;
}

/* Returns: how many files have been read */
guint
fk_chip_db_count_read (FkChipDb *self)
{
  guint n = 0;

  for (guint i = 0; i < self->files->len; i++)
    n += fk_chip_file_get_descs (g_ptr_array_index (self->files, i)) != NULL;
  return n;
}

/**
 * fk_chip_db_new_from_bytes:
 * @files: (array): the description files
 * @names: (array zero-terminated=1): their names, for messages; as many as @files
 *
 * Reads all of them at once.
 *
 * Returns: (transfer full): the database; %FK_ERROR_BAD_FILE names file, group and key of the first
 *   mistake
 */
FkChipDb *
fk_chip_db_new_from_bytes (GBytes **files, const char *const *names, GError **error)
{
  g_autoptr (FkChipDb) self = NULL;

  g_return_val_if_fail (files != NULL, NULL);
  g_return_val_if_fail (names != NULL, NULL);

  self = fk_chip_db_new_unread (files, names);
  for (guint i = 0; i < self->files->len; i++)
    {
      if (!read_file (self, g_ptr_array_index (self->files, i), error))
        return NULL;
    }
  return g_steal_pointer (&self);
}

static FkChipDb *
make_default (void)
{
  GResource *resource = fk_chip_resource_get ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_auto (GStrv) names = NULL;

  names =
      g_resource_enumerate_children (resource, RESOURCE_PATH, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  g_assert_no_error (error);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = g_strconcat (RESOURCE_PATH "/", names[i], NULL);

      g_ptr_array_add (files, g_resource_lookup_data (resource, path, G_RESOURCE_LOOKUP_FLAGS_NONE,
                                                      &error));
      g_assert_no_error (error);
    }
  return fk_chip_db_new_unread ((GBytes **)files->pdata, (const char *const *)names);
}

/**
 * fk_chip_db_get_default:
 *
 * Returns: (transfer none): the descriptions that are compiled in; from any thread
 */
FkChipDb *
fk_chip_db_get_default (void)
{
  static FkChipDb *db = NULL;

  if (g_once_init_enter (&db))
    {
      FkChipDb *made = make_default ();

      fk_handover_give (&db);
      g_once_init_leave (&db, made);
    }
  fk_handover_take (&db);
  return db;
}

/**
 * fk_chip_db_find:
 * @dev_id: as fk_identity_get_dev_id()
 * @core_name: (nullable): as fk_core_get_name(); %NULL takes the first chip of ST with this ID
 *
 * An ID alone is not enough: the first F405/407 silicon tells 0x411, the ID of F2, and only its
 * Cortex-M4 gives it away (ES0182, DBGMCU_IDCODE); and clones reuse IDs on other cores.
 *
 * Returns: (transfer none) (nullable): the description, or %NULL for an unknown chip
 */
const FkChipDesc *
fk_chip_db_find (FkChipDb *self, guint16 dev_id, const char *core_name)
{
  const FkChipRow *alias = NULL;

  g_return_val_if_fail (FK_IS_CHIP_DB (self), NULL);

  for (guint i = 0; i < self->rows->len; i++)
    {
      const FkChipRow *row = get_row (self, i);

      if (core_name != NULL ? !g_str_equal (row->entry->core, core_name)
                            : fk_chip_file_has_maker (row->file))
        continue;
      if (row->entry->dev_id == dev_id)
        return get_desc (self, row);
      if (core_name != NULL && has_id (row->entry, dev_id))
        alias = row;
    }
  return alias != NULL ? get_desc (self, alias) : NULL;
}

guint
fk_chip_db_get_n_descs (FkChipDb *self)
{
  g_return_val_if_fail (FK_IS_CHIP_DB (self), 0);
  return self->rows->len;
}

/**
 * fk_chip_db_get_desc:
 * @index: below fk_chip_db_get_n_descs()
 *
 * Has the file of this chip read, so that looking at all of them has all files read: for a chip
 * whose ID is known use fk_chip_db_find().
 *
 * Returns: (transfer none): the description
 */
const FkChipDesc *
fk_chip_db_get_desc (FkChipDb *self, guint index)
{
  g_return_val_if_fail (FK_IS_CHIP_DB (self), NULL);
  g_return_val_if_fail (index < self->rows->len, NULL);
  return get_desc (self, get_row (self, index));
}

/**
 * fk_chip_db_get_idcode_address:
 * @core_name: as fk_core_get_name()
 * @index: counted from 0
 *
 * Where to look for DBGMCU_IDCODE before the chip is known.  Has no file read.
 *
 * Returns: the @index-th address, none twice, that a described chip with this core has its
 *   DBGMCU_IDCODE at, those of ST before those of others; 0 when there is none left
 */
guint32
fk_chip_db_get_idcode_address (FkChipDb *self, const char *core_name, guint index)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  g_return_val_if_fail (FK_IS_CHIP_DB (self), 0);
  g_return_val_if_fail (core_name != NULL, 0);

  for (guint i = 0; i < 2 * self->rows->len; i++)
    {
      const FkChipRow *row = get_row (self, i % self->rows->len);
      const FkChipEntry *entry = row->entry;

      if (fk_chip_file_has_maker (row->file) != (i >= self->rows->len) ||
          !g_str_equal (entry->core, core_name) ||
          !g_hash_table_add (seen, GUINT_TO_POINTER (entry->idcode)))
        continue;
      if (index-- == 0)
        return entry->idcode;
    }
  return 0;
}
