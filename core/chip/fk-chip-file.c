/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One file of data/chips.  Reading it, with all that is checked then, takes a hundred times as long
 * as looking through its lines for what a chip is found by; so the latter is done at once, and the
 * former when one of its chips is wanted.  Reading compares the two, so that they cannot differ. */

#include "config.h"

#include "chip/fk-chip-file.h"

#include "base/fk-error.h"
#include "base/fk-number.h"
#include "chip/fk-chip-private.h"
#include "chip/fk-chip-reader.h"

#include <string.h>

#define CHIP       "Chip "
#define COMMON     "Common "
#define MAKER      "\nMaker="
#define UNREADABLE G_MAXUINT32 /* no ID has more than 12 bits, and no register is not aligned */

struct _FkChipFile
{
  GBytes *bytes;
  GStringChunk *strings;
  const char *name;
  gboolean has_maker; /* other than ST */
  GArray *entries;    /* of FkChipEntry, in the file's order */
  GPtrArray *descs;   /* of FkChipDesc, likewise; NULL at first, set once, atomically */
};

enum
{
  KEY_COMMON,
  KEY_CORE,
  KEY_IDCODE,
  KEY_ALIAS,
  N_KEYS
};

static const char *const sought_keys[N_KEYS] = { "Common=", "Core=", "Idcode=", "Alias=" };

/* [Chip 0xID] or [Common NAME], pointing into the text. */
typedef struct
{
  const char *name;
  const char *values[N_KEYS];
} Group;

static void
clear_entry (gpointer data)
{
  g_array_unref (((FkChipEntry *)data)->aliases);
}

/* @line: "[Chip 0x413]"; its end is cut off.
 *
 * Returns: (nullable): the group, if it is of a kind that is looked at */
static Group *
begin_group (GArray *groups, char *line)
{
  Group group = { .name = line + 1 };

  if (!g_str_has_prefix (group.name, CHIP) && !g_str_has_prefix (group.name, COMMON))
    return NULL;
  if (g_str_has_suffix (line, "]"))
    line[strlen (line) - 1] = '\0';
  g_array_append_val (groups, group);
  return &g_array_index (groups, Group, groups->len - 1);
}

static void
note_value (Group *group, const char *line)
{
  for (guint i = 0; i < N_KEYS; i++)
    {
      if (line[0] == sought_keys[i][0] && g_str_has_prefix (line, sought_keys[i]))
        group->values[i] = line + strlen (sought_keys[i]);
    }
}

/* @text: (inout): is cut into lines
 *
 * Returns: (transfer full) (element-type Group): pointing into @text */
static GArray *
find_groups (char *text)
{
  GArray *groups = g_array_new (FALSE, FALSE, sizeof (Group));
  Group *group = NULL;
  char *next;

  for (char *line = text; line != NULL; line = next)
    {
      next = strchr (line, '\n');
      if (next != NULL)
        *next++ = '\0';
      if (line[0] == '[')
        group = begin_group (groups, line);
      else if (group != NULL)
        note_value (group, line);
    }
  return groups;
}

/* Returns: (nullable): what the chip itself says, or else what it has in common with others */
static const char *
get_value (const GArray *groups, const Group *chip, guint key)
{
  if (chip->values[key] != NULL || chip->values[KEY_COMMON] == NULL)
    return chip->values[key];
  for (guint i = 0; i < groups->len; i++)
    {
      const Group *group = &g_array_index (groups, Group, i);

      if (g_str_has_prefix (group->name, COMMON) &&
          g_str_equal (group->name + strlen (COMMON), chip->values[KEY_COMMON]))
        return group->values[key];
    }
  return NULL;
}

static guint32
parse_number (const char *text)
{
  guint32 value;

  return text != NULL && fk_number_parse_u32 (text, &value, NULL) ? value : UNREADABLE;
}

static GArray *
parse_numbers (const char *text)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_auto (GStrv) words = g_strsplit (text != NULL ? text : "", " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      guint32 value = parse_number (words[i]);

      g_array_append_val (numbers, value);
    }
  return numbers;
}

static void
find_entries (FkChipFile *self)
{
  gsize size;
  const char *data = g_bytes_get_data (self->bytes, &size);
  g_autoptr (GString) text = g_string_new_len (data, (gssize)size);
  g_autoptr (GArray) groups = NULL;

  self->has_maker = strstr (text->str, MAKER) != NULL;
  groups = find_groups (text->str);
  for (guint i = 0; i < groups->len; i++)
    {
      const Group *chip = &g_array_index (groups, Group, i);
      const char *core = get_value (groups, chip, KEY_CORE);
      FkChipEntry entry;

      if (!g_str_has_prefix (chip->name, CHIP))
        continue;
      entry.group = g_string_chunk_insert_const (self->strings, chip->name);
      entry.dev_id = parse_number (chip->name + strlen (CHIP));
      entry.aliases = parse_numbers (get_value (groups, chip, KEY_ALIAS));
      entry.core = g_string_chunk_insert_const (self->strings, core != NULL ? core : "");
      entry.idcode = parse_number (get_value (groups, chip, KEY_IDCODE));
      g_array_append_val (self->entries, entry);
    }
}

static gboolean
equal_numbers (const GArray *one, const GArray *two)
{
  return one->len == two->len &&
         (one->len == 0 || memcmp (one->data, two->data, one->len * sizeof (guint32)) == 0);
}

/* Returns: (nullable): what @entry is wrong about */
static const char *
find_difference (const FkChipFile *self, const FkChipEntry *entry, const FkChipDesc *desc)
{
  if (self->has_maker != (desc->maker != NULL))
    return "Maker";
  if (!g_str_equal (entry->group, desc->group) || entry->dev_id != desc->dev_id)
    return "device ID";
  if (!g_str_equal (entry->core, desc->core))
    return "Core";
  if (entry->idcode != desc->idcode)
    return "Idcode";
  return equal_numbers (entry->aliases, desc->aliases) ? NULL : "Alias";
}

static gboolean
check_entries (const FkChipFile *self, const GPtrArray *descs, GError **error)
{
  for (guint i = 0; i < descs->len; i++)
    {
      const FkChipDesc *desc = g_ptr_array_index (descs, i);
      const char *key =
          i < self->entries->len
              ? find_difference (self, &g_array_index (self->entries, FkChipEntry, i), desc)
              : "device ID";

      if (key == NULL)
        continue;
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                   "%s: [%s] %s: written so that a search does not find it", self->name,
                   desc->group, key);
      return FALSE;
    }
  if (self->entries->len == descs->len)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "%s: [%s]: a search finds it, but it is no chip",
               self->name, g_array_index (self->entries, FkChipEntry, descs->len).group);
  return FALSE;
}

/**
 * fk_chip_file_new:
 * @bytes: a description file
 * @name: its name, for messages
 *
 * Looks through the lines of the file.  Never fails: what is wrong in it is found by reading it.
 *
 * Returns: (transfer full): the file
 */
FkChipFile *
fk_chip_file_new (GBytes *bytes, const char *name)
{
  FkChipFile *self;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  self = g_new0 (FkChipFile, 1);
  self->bytes = g_bytes_ref (bytes);
  self->strings = g_string_chunk_new (1024);
  self->name = g_string_chunk_insert_const (self->strings, name);
  self->entries = g_array_new (FALSE, FALSE, sizeof (FkChipEntry));
  g_array_set_clear_func (self->entries, clear_entry);
  find_entries (self);
  return self;
}

void
fk_chip_file_free (FkChipFile *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->descs, g_ptr_array_unref);
  g_array_unref (self->entries);
  g_string_chunk_free (self->strings);
  g_bytes_unref (self->bytes);
  g_free (self);
}

const char *
fk_chip_file_get_name (const FkChipFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->name;
}

/**
 * fk_chip_file_has_maker:
 *
 * Returns: whether its chips are of another maker than ST
 */
gboolean
fk_chip_file_has_maker (const FkChipFile *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return self->has_maker;
}

/**
 * fk_chip_file_get_entries:
 *
 * Returns: (element-type FkChipEntry): its chips, in the file's order; never changes
 */
const GArray *
fk_chip_file_get_entries (const FkChipFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->entries;
}

/**
 * fk_chip_file_get_descs:
 *
 * Returns: (element-type FkChipDesc) (nullable): its chips, as many as entries and in their order;
 *   %NULL until fk_chip_file_keep_descs(), the same ever after; from any thread
 */
const GPtrArray *
fk_chip_file_get_descs (FkChipFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return g_atomic_pointer_get (&self->descs);
}

/**
 * fk_chip_file_read:
 *
 * Reads the file and checks all of it.  In one thread at a time.
 *
 * Returns: (transfer full) (element-type FkChipDesc): its chips, for fk_chip_file_keep_descs(),
 * with texts that belong to the file; %FK_ERROR_BAD_FILE names file, group and key
 */
GPtrArray *
fk_chip_file_read (FkChipFile *self, GError **error)
{
  g_autoptr (GPtrArray) descs = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  descs = g_ptr_array_new_with_free_func ((GDestroyNotify)fk_chip_desc_free);
  if (!fk_chip_reader_read (self->bytes, self->name, self->strings, descs, error) ||
      !check_entries (self, descs, error))
    return NULL;
  return g_steal_pointer (&descs);
}

/**
 * fk_chip_file_keep_descs:
 * @descs: (transfer full): what fk_chip_file_read() returned
 *
 * Only once; from then on other threads may see @descs, so nothing in it may change any more.
 */
void
fk_chip_file_keep_descs (FkChipFile *self, GPtrArray *descs)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (self->descs == NULL);
  g_return_if_fail (descs != NULL);

  g_atomic_pointer_set (&self->descs, descs);
}
