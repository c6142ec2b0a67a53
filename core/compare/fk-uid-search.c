/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signs that a program is tied to one chip: the 96-bit unique ID standing in the image, in any of
 * the orders that programs store it in, and the address of the ID in the code.  A copy of such an
 * image on another chip does not start, or sulks.
 *
 * The addresses are those of the section "Unique device ID register (96 bits)" of each family's
 * reference manual: RM0008 (F1), RM0091 (F0), RM0316 (F3), RM0033 (F2), RM0090 (F4), RM0385 and
 * RM0431 (F7), RM0433 (H7), RM0351 (L4), RM0444 (G0), RM0440 (G4), RM0367 (L0), RM0038 (L1). */

#include "config.h"

#include "compare/fk-uid-search.h"

#include <glib/gi18n.h>

#include "base/fk-reader.h"
#include "compare/fk-thumb.h"

#include <string.h>

typedef struct
{
  const char *name;
  guint8 order[FK_UID_SIZE]; /* which byte of the ID stands at each place */
  guint8 invert;
  gboolean is_text;
} Form;

static const Form forms[] = {
  { N_ ("as it is"), { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 }, 0, FALSE },
  { N_ ("back to front"), { 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0 }, 0, FALSE },
  { N_ ("with the bytes of each word swapped"),
    { 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8 },
    0,
    FALSE },
  { N_ ("with the words in reverse order"), { 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3 }, 0, FALSE },
  { N_ ("with the halves of each word swapped"),
    { 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9 },
    0,
    FALSE },
  { N_ ("with the bytes of each half-word swapped"),
    { 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10 },
    0,
    FALSE },
  { N_ ("inverted"), { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 }, 0xff, FALSE },
  { N_ ("as text"), { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 }, 0, TRUE },
  { N_ ("as text, word by word"), { 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8 }, 0, TRUE },
};

/* Each form of text comes in upper and in lower case. */
#define MAX_NEEDLES (2 * G_N_ELEMENTS (forms))

typedef struct
{
  guint8 bytes[2 * FK_UID_SIZE];
  guint size;
  const char *form;
} Needle;

typedef struct
{
  Needle needles[MAX_NEEDLES];
  guint n_needles;
  guint8 starts[65536 / 8]; /* which first two bytes any of them has */
} Needles;

typedef struct
{
  guint32 address;
  const char *families;
} Place;

static const Place places[] = {
  { 0x1ffff7e8, "STM32F1" },         { 0x1ffff7ac, "STM32F0, F3" },
  { 0x1fff7a10, "STM32F2, F4" },     { 0x1ff0f420, "STM32F7" },
  { 0x1ff07a10, "STM32F72x, F73x" }, { 0x1ff1e800, "STM32H7" },
  { 0x1fff7590, "STM32L4, G0, G4" }, { 0x1ff80050, "STM32L0, L1" },
  { 0x1ff800d0, "STM32L1" },
};

static void
add_needle (Needles *needles, const guint8 *bytes, guint size, const char *form)
{
  Needle *needle = &needles->needles[needles->n_needles++];
  guint start = fk_load_u16le (bytes);

  g_assert (needles->n_needles <= MAX_NEEDLES);
  memcpy (needle->bytes, bytes, size);
  needle->size = size;
  needle->form = form;
  needles->starts[start / 8] |= (guint8)(1 << start % 8);
}

static void
add_text_needle (Needles *needles, const guint8 *bytes, const char *digits, const char *form)
{
  guint8 text[2 * FK_UID_SIZE];
  guint i;

  for (i = 0; i < FK_UID_SIZE; i++)
    {
      text[2 * i] = (guint8)digits[bytes[i] >> 4];
      text[2 * i + 1] = (guint8)digits[bytes[i] & 0xf];
    }
  add_needle (needles, text, sizeof text, form);
}

static Needles *
make_needles (const guint8 *uid)
{
  Needles *needles = g_new0 (Needles, 1);
  guint i;
  guint k;

  for (i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      guint8 bytes[FK_UID_SIZE];

      for (k = 0; k < FK_UID_SIZE; k++)
        bytes[k] = uid[forms[i].order[k]] ^ forms[i].invert;
      if (forms[i].is_text)
        {
          add_text_needle (needles, bytes, "0123456789ABCDEF", forms[i].name);
          add_text_needle (needles, bytes, "0123456789abcdef", forms[i].name);
        }
      else
        {
          add_needle (needles, bytes, FK_UID_SIZE, forms[i].name);
        }
    }
  return needles;
}

/* Chips without an ID exist: all ones, all zeros. */
static gboolean
is_real_uid (const guint8 *uid)
{
  guint i;

  for (i = 1; i < FK_UID_SIZE; i++)
    if (uid[i] != uid[0])
      return TRUE;
  return FALSE;
}

static const Needle *
match (const Needles *needles, const guint8 *data, gsize left)
{
  guint i;

  for (i = 0; i < needles->n_needles; i++)
    {
      const Needle *needle = &needles->needles[i];

      if (needle->size <= left && memcmp (data, needle->bytes, needle->size) == 0)
        return needle;
    }
  return NULL;
}

static void
search_segment (const Needles *needles, FkSegment segment, FkUidHit *first, guint *n_hits)
{
  guint32 offset = 0;

  while (offset + FK_UID_SIZE <= segment.range.size)
    {
      guint start = fk_load_u16le (segment.data + offset);
      const Needle *needle = NULL;

      if (needles->starts[start / 8] & (1 << start % 8))
        needle = match (needles, segment.data + offset, segment.range.size - offset);
      if (needle == NULL)
        {
          offset++;
          continue;
        }
      if ((*n_hits)++ == 0)
        {
          first->range = (FkRange){ segment.range.address + offset, needle->size };
          first->form = needle->form;
        }
      offset += needle->size;
    }
}

/**
 * fk_uid_find:
 * @uid: a unique ID of 12 bytes as the chip has it in memory; any other length is not looked for
 * @first: (out): the first place where it stands
 * @n_hits: (out): at how many places it stands
 *
 * Returns: whether @uid stands in @image, as bytes or as text; %FALSE for a chip without a real ID
 */
gboolean
fk_uid_find (FkImage *image, GBytes *uid, FkUidHit *first, guint *n_hits)
{
  g_autofree Needles *needles = NULL;
  const guint8 *bytes;
  gsize size;
  guint i;

  g_return_val_if_fail (FK_IS_IMAGE (image), FALSE);
  g_return_val_if_fail (uid != NULL && first != NULL && n_hits != NULL, FALSE);

  *n_hits = 0;
  bytes = g_bytes_get_data (uid, &size);
  if (size != FK_UID_SIZE || !is_real_uid (bytes))
    return FALSE;

  needles = make_needles (bytes);
  for (i = 0; i < fk_image_get_n_segments (image); i++)
    search_segment (needles, fk_image_get_segment (image, i), first, n_hits);
  return *n_hits > 0;
}

/**
 * fk_uid_list_words:
 * @uid: as for fk_uid_find()
 *
 * What to look for where a whole image is not at hand: wherever and however the ID stands, one of
 * these words stands in it at an address that is a multiple of 8.
 *
 * Returns: (transfer full) (element-type guint32): the words; none for a chip without a real ID
 */
GArray *
fk_uid_list_words (GBytes *uid)
{
  g_autofree Needles *needles = NULL;
  GArray *words = g_array_new (FALSE, FALSE, sizeof (guint32));
  gsize size;
  const guint8 *bytes;

  g_return_val_if_fail (uid != NULL, words);

  bytes = g_bytes_get_data (uid, &size);
  if (size != FK_UID_SIZE || !is_real_uid (bytes))
    return words;
  needles = make_needles (bytes);
  for (guint i = 0; i < needles->n_needles; i++)
    for (guint offset = 0; offset < 8; offset++)
      {
        guint32 word = fk_load_u32le (needles->needles[i].bytes + offset);
        gboolean is_new = TRUE;

        for (guint k = 0; k < words->len && is_new; k++)
          is_new = g_array_index (words, guint32, k) != word;
        if (is_new)
          g_array_append_val (words, word);
      }
  return words;
}

static gboolean
is_place (guint32 value, guint32 uid_address, FkUidReference *reference)
{
  guint i;

  reference->address = value;
  reference->families = NULL;
  if (uid_address != 0)
    return value - uid_address < FK_UID_SIZE;
  if (value >> 24 != 0x1f) /* all of them begin so, and few other words do */
    return FALSE;
  for (i = 0; i < G_N_ELEMENTS (places); i++)
    {
      if (value - places[i].address < FK_UID_SIZE)
        {
          reference->families = places[i].families;
          return TRUE;
        }
    }
  return FALSE;
}

static void
search_references (FkSegment segment,
                   guint32 uid_address,
                   FkUidReference *first,
                   guint *n_references)
{
  FkUidReference reference;
  gsize offset;
  guint32 value;

  for (offset = segment.range.address % 2; offset + 4 <= segment.range.size; offset += 2)
    {
      gboolean found = FALSE;

      if ((segment.range.address + offset) % 4 == 0)
        {
          value = fk_load_u32le (segment.data + offset);
          found = is_place (value, uid_address, &reference);
        }
      if (!found && fk_thumb_read_move_pair (segment.data, segment.range.size, offset, &value))
        found = is_place (value, uid_address, &reference);
      if (found && (*n_references)++ == 0)
        {
          *first = reference;
          first->range = (FkRange){ segment.range.address + (guint32)offset, 4 };
        }
    }
}

/**
 * fk_uid_find_reference:
 * @uid_address: where the chip has its unique ID; 0 looks for all known places
 * @first: (out): the first reference
 * @n_references: (out): how many there are
 *
 * Returns: whether the program in @image mentions the address of a unique ID, as a literal or in a
 *   pair of MOVW and MOVT
 */
gboolean
fk_uid_find_reference (FkImage *image,
                       guint32 uid_address,
                       FkUidReference *first,
                       guint *n_references)
{
  guint i;

  g_return_val_if_fail (FK_IS_IMAGE (image), FALSE);
  g_return_val_if_fail (first != NULL && n_references != NULL, FALSE);

  *n_references = 0;
  for (i = 0; i < fk_image_get_n_segments (image); i++)
    search_references (fk_image_get_segment (image, i), uid_address, first, n_references);
  return *n_references > 0;
}
