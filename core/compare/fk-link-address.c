/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a raw program was linked to run, found from its own pointers.
 *
 * A raw file does not say where it belongs, and its vector table says little: a reset handler
 * 0x3a0 bytes into a program that is linked at 0x08007000 lies inside a program at 0x08000000 as
 * well.  But a program is full of absolute addresses (literal pools, tables of functions, MOVW and
 * MOVT pairs; ARM DDI 0403E A7.7), and at the right address they land on something: an odd one on
 * the first instruction of a function, another on the first character of a string.  So every
 * address that a program may run at is tried, and the pointers vote.  Calls are relative, so what
 * they call is a function wherever the program lies.
 *
 * At a wrong address a pointer hits by chance only, about one in fifty, and lands in the middle of
 * a string or of a call more often; a program of any size has hundreds of pointers, so the
 * right address wins by far.  Where it does not, nothing is claimed. */

#include "config.h"

#include "compare/fk-link-address.h"

#include "compare/fk-pointers.h"
#include "compare/fk-thumb.h"
#include "compare/fk-vectors.h"

#define STEP         0x100u /* VTOR takes 0x80 and more; nobody links at less than this */
#define N_CANDIDATES (FK_FLASH_MAX / STEP)
#define MAX_POINTERS 1024u
#define MIN_STRING   4u
#define MIN_HITS     6u
#define MIN_LEAD     3u /* times the hits of the second */

static void
set_bit (guint8 *bits, gsize index)
{
  bits[index / 8] |= (guint8)(1 << index % 8);
}

/* Functions, as pointers to them look: at an odd offset.  What is called is one, and no pointer to
 * a function leads into the middle of a call. */
static void
mark_functions (const guint8 *data, gsize length, guint8 *right, guint8 *wrong)
{
  gsize offset;
  gsize target;

  for (offset = 0; offset + 2 <= length; offset += 2)
    {
      if (fk_thumb_is_entry (data, length, offset))
        set_bit (right, offset + 1);
      if (fk_thumb_read_call (data, length, offset, &target))
        {
          set_bit (right, target + 1);
          set_bit (wrong, offset + 3);
        }
    }
}

static gboolean
is_text (guint8 c)
{
  return g_ascii_isprint (c) || c == '\n' || c == '\r' || c == '\t';
}

/* Strings that end in NUL and follow one.  A pointer to the first character is right; one into the
 * middle speaks against an address, although linkers that let one string end another make some. */
static void
mark_strings (const guint8 *data, gsize length, guint8 *right, guint8 *wrong)
{
  gsize start = 0; /* of the present run of text */
  gsize offset;
  gsize i;

  for (offset = 0; offset < length; offset++)
    {
      if (is_text (data[offset]))
        continue;
      if (data[offset] == 0 && offset - start >= MIN_STRING && start > 0 && data[start - 1] == 0)
        {
          set_bit (right, start);
          for (i = start + 1; i < offset; i++)
            set_bit (wrong, i);
        }
      start = offset + 1;
    }
}

/* What the program points at, evenly thinned to MAX_POINTERS. */
static GArray *
collect_sample (const guint8 *data, gsize length)
{
  g_autoptr (GArray) all = fk_pointers_collect (data, length);
  GArray *sample;
  guint i;

  if (all->len <= MAX_POINTERS)
    return g_steal_pointer (&all);

  sample = g_array_sized_new (FALSE, FALSE, sizeof (guint32), MAX_POINTERS);
  for (i = 0; i < MAX_POINTERS; i++)
    g_array_append_val (sample, g_array_index (all, guint32, (guint64)i * all->len / MAX_POINTERS));
  return sample;
}

/* A step of STEP bytes is a whole number of bytes of the bit field, so the bit stays the same from
 * one candidate to the next. */
static void
vote (guint32 pointer, const guint8 *right, const guint8 *wrong, gsize length, int *votes)
{
  guint32 distance = pointer - FK_FLASH_START; /* from the lowest candidate */
  guint32 last = distance / STEP;
  guint32 first = distance < length ? 0 : (guint32)((distance - length) / STEP + 1);
  guint8 mask = (guint8)(1 << distance % 8);
  guint32 i;

  for (i = first; i <= last; i++)
    {
      gsize byte = (distance - i * STEP) / 8;

      votes[i] += ((right[byte] & mask) != 0) - ((wrong[byte] & mask) != 0);
    }
}

/* The handler that a program starts in is part of it. */
static gboolean
holds_reset (guint32 address, gsize length, const guint8 *data)
{
  guint32 reset;

  return !fk_vectors_read (data, length, NULL, &reset) ||
         (reset >= address && reset - address < length);
}

static void
pick_winner (const guint8 *data, gsize length, const int *votes, FkLinkAddress *out)
{
  guint i;

  for (i = 0; i < N_CANDIDATES; i++)
    {
      guint32 address = FK_FLASH_START + i * STEP;

      if (votes[i] <= (int)out->next_hits || !holds_reset (address, length, data))
        continue;
      if (votes[i] > (int)out->hits)
        {
          out->next_hits = out->hits;
          out->hits = (guint)votes[i];
          out->address = address;
        }
      else
        {
          out->next_hits = (guint)votes[i];
        }
    }
}

/**
 * fk_link_address_find:
 * @data: (array length=length): a program, from its first byte on
 * @out: (out): what was found; its figures are set in any case
 *
 * Returns: whether the address is beyond doubt; %FALSE for what is no program, or too small a one
 */
gboolean
fk_link_address_find (const guint8 *data, gsize length, FkLinkAddress *out)
{
  g_autofree guint8 *right = NULL;
  g_autofree guint8 *wrong = NULL;
  g_autofree int *votes = NULL;
  g_autoptr (GArray) pointers = NULL;
  guint i;

  g_return_val_if_fail (data != NULL || length == 0, FALSE);
  g_return_val_if_fail (out != NULL, FALSE);

  *out = (FkLinkAddress){ 0 };
  length = MIN (length, FK_FLASH_MAX);
  if (length == 0)
    return FALSE;

  right = g_malloc0 (length / 8 + 1);
  wrong = g_malloc0 (length / 8 + 1);
  mark_functions (data, length, right, wrong);
  mark_strings (data, length, right, wrong);
  pointers = collect_sample (data, length);
  votes = g_new0 (int, N_CANDIDATES);
  for (i = 0; i < pointers->len; i++)
    vote (g_array_index (pointers, guint32, i), right, wrong, length, votes);

  out->n_pointers = pointers->len;
  pick_winner (data, length, votes, out);
  return out->hits >= MIN_HITS && out->hits >= MIN_LEAD * out->next_hits;
}
