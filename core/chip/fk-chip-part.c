/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From what is printed on a chip to its description.  ST's ordering codes ("Ordering information"
 * in any data sheet) read STM32, the family's letter and digit, the line's two digits, the pins,
 * the flash: STM32 F4 05 R G. */

#include "config.h"

#include "chip/fk-chip-db.h"

#include <string.h>

#define PREFIX    "STM32"
#define LINE_AT   5 /* "F405" in "STM32F405RG" */
#define LINE_SIZE 4
#define FLASH_AT  10
#define CODE_SIZE 11

static gboolean
has_size (const FkChipDesc *desc, guint32 size)
{
  guint n_sizes;
  const guint32 *sizes = fk_chip_desc_get_flash_sizes (desc, &n_sizes);

  for (guint i = 0; i < n_sizes; i++)
    if (sizes[i] == size)
      return TRUE;
  return FALSE;
}

/* Returns: the size that @code means for this chip (C is 320 KiB on a WB1x), bytes; 0 if none */
static guint32
find_size (const FkChipDesc *desc, char code)
{
  static const struct
  {
    char code;
    guint16 kib;
  } rows[] = {
    { '3', 8 },    { '4', 16 },   { '6', 32 },   { '8', 64 },   { 'B', 128 }, { 'Z', 192 },
    { 'C', 256 },  { 'C', 320 },  { 'D', 384 },  { 'E', 512 },  { 'Y', 640 }, { 'F', 768 },
    { 'G', 1024 }, { 'H', 1536 }, { 'I', 2048 }, { 'J', 4096 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].code == code && has_size (desc, rows[i].kib * 1024u))
      return rows[i].kib * 1024u;
  return 0;
}

/* Whether one of the parts is this line; "F030x8" is so only with that flash. */
static gboolean
has_line (const FkChipDesc *desc, const char *line, char code)
{
  g_auto (GStrv) words = g_strsplit_set (fk_chip_desc_get_parts (desc), " ,/", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *word = words[i];

      if (g_str_has_prefix (word, PREFIX))
        word += strlen (PREFIX);
      if (strncmp (word, line, LINE_SIZE) != 0)
        continue;
      if (word[LINE_SIZE] != 'x' || word[LINE_SIZE + 1] == code)
        return TRUE;
    }
  return FALSE;
}

/* By ST's generic name, which is what a chip that is connected is called: "STM32F40xxG". */
static const FkChipDesc *
find_generic (FkChipDb *self, const char *name, guint32 *flash_size)
{
  for (guint i = 0; i < fk_chip_db_get_n_descs (self); i++)
    {
      const FkChipDesc *desc = fk_chip_db_get_desc (self, i);
      guint n_sizes;
      const guint32 *sizes = fk_chip_desc_get_flash_sizes (desc, &n_sizes);

      for (guint k = 0; k < n_sizes; k++)
        {
          g_autoptr (FkChip) chip = fk_chip_desc_make_chip (desc, sizes[k], NULL);

          if (chip == NULL || g_ascii_strcasecmp (fk_chip_get_name (chip), name) != 0)
            continue;
          if (flash_size != NULL)
            *flash_size = sizes[k];
          return desc;
        }
    }
  return NULL;
}

/**
 * fk_chip_db_find_part:
 * @part: such as "STM32F405RG", with or without what follows, or "STM32F40xxG"
 * @flash_size: (out) (optional): bytes, as its name tells
 *
 * Returns: (transfer none) (nullable): the chip's description; %NULL when the name is no whole one,
 *   or none that is described
 */
const FkChipDesc *
fk_chip_db_find_part (FkChipDb *self, const char *part, guint32 *flash_size)
{
  g_autofree char *name = NULL;
  g_autofree char *line = NULL;

  g_return_val_if_fail (FK_IS_CHIP_DB (self), NULL);
  g_return_val_if_fail (part != NULL, NULL);

  name = g_ascii_strup (part, -1);
  if (strlen (name) < CODE_SIZE || !g_str_has_prefix (name, PREFIX))
    return NULL;
  line = g_strndup (name + LINE_AT, LINE_SIZE);
  for (guint i = 0; i < fk_chip_db_get_n_descs (self); i++)
    {
      const FkChipDesc *desc = fk_chip_db_get_desc (self, i);
      guint32 size = find_size (desc, name[FLASH_AT]);

      if (size == 0 || !has_line (desc, line, name[FLASH_AT]))
        continue;
      if (flash_size != NULL)
        *flash_size = size;
      return desc;
    }
  return find_generic (self, part, flash_size);
}
