/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chips of other makers that pass for an STM32, told apart by what can be read without writing:
 * data/chips/clones.ini, whose form data/chips/README.md describes.  A name comes of it, and
 * for some a description to read the chip by: whatever fits a row must not be written. */

#include "config.h"

#include "chip/fk-clone.h"

#include "base/fk-error.h"
#include "base/fk-handover.h"
#include "chip/fk-chip-keys.h"
#include "chip/fk-chip-resource.h"

#define RESOURCE "/io/github/flashkeep/clones/clones.ini"

enum
{
  SIGN_DESIGNER,
  SIGN_PART,
  SIGN_CPUID,
  SIGN_DEBUG_PORT,
  SIGN_IDCODE,
  SIGN_UNIQUE_ID,
  N_SIGNS
};

static const char *const sign_keys[N_SIGNS] = { "Designer",  "Part",   "Cpuid",
                                                "DebugPort", "Idcode", "UniqueId" };

/* Bits of a sign that @mask has must be as in @value; mask 0: whatever they are. */
typedef struct
{
  guint32 value;
  guint32 mask;
} Sign;

typedef struct
{
  FkClone clone;
  const char *group;
  Sign signs[N_SIGNS];
  GArray *dev_ids; /* of guint32: one of these; empty: any */
} Row;

struct _FkCloneList
{
  GStringChunk *strings;
  GArray *rows; /* of Row; the first one that fits counts */
};

static void
clear_row (gpointer data)
{
  g_array_unref (((Row *)data)->dev_ids);
}

/* "0x751", or "0x70050000 0xFFFF0000": value and mask */
static gboolean
read_sign (const FkChipGroup *group, const char *key, Sign *sign, GError **error)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint32));

  if (!fk_chip_group_has (group, key))
    return TRUE;
  if (!fk_chip_group_get_numbers (group, key, numbers, error))
    return FALSE;
  sign->value = g_array_index (numbers, guint32, 0);
  sign->mask = numbers->len > 1 ? g_array_index (numbers, guint32, 1) : G_MAXUINT32;
  if (numbers->len <= 2 && sign->value != 0 && (sign->value & ~sign->mask) == 0)
    return TRUE;
  fk_chip_group_fail (group, key, error,
                      "needs a value that is not 0, and perhaps a mask with all "
                      "bits of it");
  return FALSE;
}

static gboolean
read_row (const FkChipGroup *group, Row *row, GError **error)
{
  gboolean is_told = FALSE;

  row->group = group->group;
  if (!fk_chip_group_get_text (group, "Name", &row->clone.name, error) ||
      !fk_chip_group_get_text (group, "Differs", &row->clone.differs, error) ||
      (fk_chip_group_has (group, "DevIds") &&
       !fk_chip_group_get_numbers (group, "DevIds", row->dev_ids, error)) ||
      (fk_chip_group_has (group, "Chip") &&
       !fk_chip_group_get_number (group, "Chip", &row->clone.chip_id, error)))
    return FALSE;
  for (guint i = 0; i < N_SIGNS; i++)
    {
      if (!read_sign (group, sign_keys[i], &row->signs[i], error))
        return FALSE;
      is_told |= row->signs[i].mask != 0;
    }
  if (is_told || row->dev_ids->len > 0)
    return TRUE;
  fk_chip_group_fail (group, "Designer", error, "nothing tells this chip from others");
  return FALSE;
}

static gboolean
has_dev_id (const Row *row, guint32 dev_id)
{
  for (guint i = 0; i < row->dev_ids->len; i++)
    if (g_array_index (row->dev_ids, guint32, i) == dev_id)
      return TRUE;
  return row->dev_ids->len == 0;
}

/* Whether all that fits @narrow fits @wide */
static gboolean
covers (const Row *wide, const Row *narrow)
{
  const Sign *idcode = &narrow->signs[SIGN_IDCODE];

  for (guint i = 0; i < N_SIGNS; i++)
    if ((wide->signs[i].mask & ~narrow->signs[i].mask) != 0 ||
        (narrow->signs[i].value & wide->signs[i].mask) != wide->signs[i].value)
      return FALSE;
  if (wide->dev_ids->len == 0)
    return TRUE;
  if (narrow->dev_ids->len == 0)
    return (~idcode->mask & 0xfff) == 0 && has_dev_id (wide, idcode->value & 0xfff);
  for (guint i = 0; i < narrow->dev_ids->len; i++)
    if (!has_dev_id (wide, g_array_index (narrow->dev_ids, guint32, i)))
      return FALSE;
  return TRUE;
}

/* A row that comes after a wider one would never be found. */
static gboolean
check_order (const FkCloneList *self, const FkChipGroup *group, const Row *row, GError **error)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *before = &g_array_index (self->rows, Row, i);

      if (!covers (before, row))
        continue;
      fk_chip_group_fail (group, "Name", error, "[%s] stands before it and fits all that this fits",
                          before->group);
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_group (FkCloneList *self, FkChipKeys *keys, const char *name, GError **error)
{
  FkChipGroup group = { keys, g_string_chunk_insert_const (self->strings, name), NULL };
  Row row = { .dev_ids = g_array_new (FALSE, FALSE, sizeof (guint32)) };

  if (!g_str_has_prefix (name, "Clone "))
    fk_chip_group_fail (&group, "Name", error, "not a clone");
  else if (read_row (&group, &row, error) && check_order (self, &group, &row, error))
    {
      g_array_append_val (self->rows, row);
      return TRUE;
    }
  clear_row (&row);
  return FALSE;
}

/**
 * fk_clone_list_new:
 * @bytes: the file
 * @name: its name, for messages
 *
 * Returns: (transfer full): the list; %FK_ERROR_BAD_FILE names file, group and key
 */
FkCloneList *
fk_clone_list_new (GBytes *bytes, const char *name, GError **error)
{
  g_autoptr (FkCloneList) self = NULL;
  g_auto (FkChipKeys) keys = { 0 };
  g_auto (GStrv) groups = NULL;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  self = g_new0 (FkCloneList, 1);
  self->strings = g_string_chunk_new (1024);
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_array_set_clear_func (self->rows, clear_row);
  if (!fk_chip_keys_init (&keys, bytes, name, self->strings, error))
    return NULL;
  groups = g_key_file_get_groups (keys.file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    if (!read_group (self, &keys, groups[i], error))
      return NULL;
  return g_steal_pointer (&self);
}

void
fk_clone_list_free (FkCloneList *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->rows);
  g_string_chunk_free (self->strings);
  g_free (self);
}

/* What is compiled in is ours and a test reads it, so that a mistake there is a broken build. */
static FkCloneList *
make_default (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_resource_lookup_data (fk_chip_resource_get (), RESOURCE,
                                                     G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  FkCloneList *self;

  g_assert_no_error (error);
  self = fk_clone_list_new (bytes, "clones.ini", &error);
  if (self == NULL)
    g_error ("The list of clones is damaged: %s", error->message);
  return self;
}

/**
 * fk_clone_list_get_default:
 *
 * Returns: (transfer none): the list that is compiled in; from any thread
 */
const FkCloneList *
fk_clone_list_get_default (void)
{
  static FkCloneList *list = NULL;

  if (g_once_init_enter (&list))
    {
      FkCloneList *made = make_default ();

      fk_handover_give (&list);
      g_once_init_leave (&list, made);
    }
  fk_handover_take (&list);
  return list;
}

static gboolean
fits (const Row *row, const guint32 values[N_SIGNS])
{
  for (guint i = 0; i < N_SIGNS; i++)
    if (row->signs[i].mask != 0 &&
        (values[i] == 0 || (values[i] & row->signs[i].mask) != row->signs[i].value))
      return FALSE;
  return has_dev_id (row, values[SIGN_IDCODE] & 0xfff);
}

/**
 * fk_clone_list_find:
 *
 * Returns: (transfer none) (nullable): the first row that @signs fit; none where the chip may be
 *   what it says, or is of no maker that is listed
 */
const FkClone *
fk_clone_list_find (const FkCloneList *self, const FkCloneSigns *signs)
{
  const guint32 values[N_SIGNS] = { signs->designer, signs->part,   signs->cpuid,
                                    signs->dpidr,    signs->idcode, signs->unique_id };

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = &g_array_index (self->rows, Row, i);

      if (fits (row, values))
        return &row->clone;
    }
  return NULL;
}
