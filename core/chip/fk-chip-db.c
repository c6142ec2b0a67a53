/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All described chips: the files of data/chips, compiled in as a GResource. */

#include "config.h"

#include "chip/fk-chip-db.h"

#include "base/fk-error.h"
#include "chip/fk-chip-private.h"
#include "chip/fk-chip-reader.h"
#include "fk-chip-data.h"

#define RESOURCE_PATH "/io/github/flashkeep/chips"

struct _FkChipDb
{
  GObject parent_instance;

  GPtrArray *descs; /* of FkChipDesc */
  GStringChunk *strings;
};

G_DEFINE_FINAL_TYPE (FkChipDb, fk_chip_db, G_TYPE_OBJECT)

static void
fk_chip_db_finalize (GObject *object)
{
  FkChipDb *self = FK_CHIP_DB (object);

  g_ptr_array_unref (self->descs);
  g_string_chunk_free (self->strings);
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
  self->descs = g_ptr_array_new_with_free_func ((GDestroyNotify)fk_chip_desc_free);
  self->strings = g_string_chunk_new (4096);
}

static gboolean
has_id (const FkChipDesc *desc, guint16 dev_id)
{
  for (guint i = 0; i < desc->aliases->len; i++)
    {
      if (g_array_index (desc->aliases, guint32, i) == dev_id)
        return TRUE;
    }
  return desc->dev_id == dev_id;
}

/* One ID on one core may mean one chip only. */
static gboolean
check_unique (FkChipDb *self, GError **error)
{
  for (guint i = 0; i < self->descs->len; i++)
    {
      const FkChipDesc *desc = g_ptr_array_index (self->descs, i);

      for (guint k = 0; k < i; k++)
        {
          const FkChipDesc *other = g_ptr_array_index (self->descs, k);
          guint32 both = has_id (other, (guint16)desc->dev_id) ? desc->dev_id : other->dev_id;

          if (!g_str_equal (desc->core, other->core) || !has_id (desc, (guint16)both) ||
              !has_id (other, (guint16)both))
            continue;
          g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                       "%s: [%s] device ID 0x%03x on a %s also means [%s] of %s", desc->file,
                       desc->group, both, desc->core, other->group, other->file);
          return FALSE;
        }
    }
  return TRUE;
}

/**
 * fk_chip_db_new_from_bytes:
 * @files: (array): the description files
 * @names: (array zero-terminated=1): their names, for messages; as many as @files
 *
 * Returns: (transfer full): the database; %FK_ERROR_BAD_FILE names file, group and key of the first
 *   mistake
 */
FkChipDb *
fk_chip_db_new_from_bytes (GBytes **files, const char *const *names, GError **error)
{
  g_autoptr (FkChipDb) self = g_object_new (FK_TYPE_CHIP_DB, NULL);

  g_return_val_if_fail (files != NULL, NULL);
  g_return_val_if_fail (names != NULL, NULL);

  for (guint i = 0; names[i] != NULL; i++)
    {
      if (!fk_chip_reader_read (files[i], names[i], self->strings, self->descs, error))
        return NULL;
    }
  for (guint i = 0; i < self->descs->len; i++)
    ((FkChipDesc *)g_ptr_array_index (self->descs, i))->db = self;
  if (!check_unique (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* The descriptions are ours and a test reads every one, so that a mistake in them is a broken
 * build. */
static FkChipDb *
load_default (void)
{
  GResource *resource = fk_chip_data_get_resource ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_auto (GStrv) names = NULL;
  FkChipDb *db;

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
  db = fk_chip_db_new_from_bytes ((GBytes **)files->pdata, (const char *const *)names, &error);
  if (db == NULL)
    g_error ("The chip descriptions are damaged: %s", error->message);
  return db;
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
    g_once_init_leave (&db, load_default ());
  return db;
}

/**
 * fk_chip_db_find:
 * @dev_id: DBGMCU_IDCODE.DEV_ID, 12 bits
 * @core_name: (nullable): as fk_core_get_name(); %NULL takes the first chip with this ID
 *
 * An ID alone is not enough: the first F405/407 silicon tells 0x411, the ID of F2, and only its
 * Cortex-M4 gives it away (ES0182, DBGMCU_IDCODE); and clones reuse IDs on other cores.
 *
 * Returns: (transfer none) (nullable): the description, or %NULL for an unknown chip
 */
const FkChipDesc *
fk_chip_db_find (FkChipDb *self, guint16 dev_id, const char *core_name)
{
  const FkChipDesc *alias = NULL;

  g_return_val_if_fail (FK_IS_CHIP_DB (self), NULL);

  for (guint i = 0; i < self->descs->len; i++)
    {
      const FkChipDesc *desc = g_ptr_array_index (self->descs, i);

      if (core_name != NULL && !g_str_equal (desc->core, core_name))
        continue;
      if (desc->dev_id == dev_id)
        return desc;
      if (core_name != NULL && has_id (desc, dev_id))
        alias = desc;
    }
  return alias;
}

guint
fk_chip_db_get_n_descs (FkChipDb *self)
{
  g_return_val_if_fail (FK_IS_CHIP_DB (self), 0);
  return self->descs->len;
}

/**
 * fk_chip_db_get_desc:
 * @index: below fk_chip_db_get_n_descs()
 */
const FkChipDesc *
fk_chip_db_get_desc (FkChipDb *self, guint index)
{
  g_return_val_if_fail (FK_IS_CHIP_DB (self), NULL);
  g_return_val_if_fail (index < self->descs->len, NULL);
  return g_ptr_array_index (self->descs, index);
}

/**
 * fk_chip_db_get_idcode_address:
 * @core_name: as fk_core_get_name()
 * @index: counted from 0
 *
 * Where to look for DBGMCU_IDCODE before the chip is known.
 *
 * Returns: the @index-th address, none twice, that a described chip with this core has its
 *   DBGMCU_IDCODE at; 0 when there is none left
 */
guint32
fk_chip_db_get_idcode_address (FkChipDb *self, const char *core_name, guint index)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  g_return_val_if_fail (FK_IS_CHIP_DB (self), 0);
  g_return_val_if_fail (core_name != NULL, 0);

  for (guint i = 0; i < self->descs->len; i++)
    {
      const FkChipDesc *desc = g_ptr_array_index (self->descs, i);

      if (!g_str_equal (desc->core, core_name) ||
          !g_hash_table_add (seen, GUINT_TO_POINTER (desc->idcode)))
        continue;
      if (index-- == 0)
        return desc->idcode;
    }
  return 0;
}
