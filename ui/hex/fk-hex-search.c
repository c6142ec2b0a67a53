/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The search engine of the hex view: patterns, and finding every place of one, overlapping ones
 * included.  Pure: it does not know where the bytes come from.
 *
 * A byte that is not there matches nothing, not even a wildcard. */

#include "config.h"

#include "hex/fk-hex-search.h"

#include <glib/gi18n.h>

#include <string.h>

#include "base/fk-error.h"
#include "hex/fk-byte-source.h"

struct _FkHexPattern
{
  gatomicrefcount ref_count;
  guint size;
  guint8 values[FK_HEX_PATTERN_MAX];
  guint8 masks[FK_HEX_PATTERN_MAX]; /* which bits of the value count */
  guint anchor;                     /* a byte of which all bits count, or @size */
};

struct _FkHexSearch
{
  FkHexPattern *pattern;
  guint max_hits;
  GArray *hits; /* of guint64, the first @max_hits */
  guint64 n_found;
  guint64 end;                     /* where the next piece is expected */
  guint8 tail[FK_HEX_PATTERN_MAX]; /* the last bytes before it that are there without a gap */
  guint n_tail;
};

static gboolean
add_byte (FkHexPattern *self, guint8 value, guint8 mask, GError **error)
{
  if (self->size == FK_HEX_PATTERN_MAX)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE, _ ("At most %d bytes can be looked for"),
                   FK_HEX_PATTERN_MAX);
      return FALSE;
    }
  self->values[self->size] = value & mask;
  self->masks[self->size] = mask;
  self->size++;
  return TRUE;
}

static gboolean
parse_digit (const char *text, guint8 *value, guint8 *mask, GError **error)
{
  *mask = *text == '?' ? 0 : 0xf;
  *value = *text == '?' ? 0 : (guint8)g_ascii_xdigit_value (*text);
  if (*text == '?' || g_ascii_isxdigit (*text))
    return TRUE;
  if (*text == '\0' || g_ascii_isspace (*text))
    g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                 _ ("Half a byte: bytes have two digits, such as 08 or ?8"));
  else
    g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                 _ ("“%.*s” is no hexadecimal digit; ? stands for any digit"),
                 (int)(g_utf8_next_char (text) - text), text);
  return FALSE;
}

static gboolean
parse_hex (FkHexPattern *self, const char *text, GError **error)
{
  gboolean any_digit = FALSE;

  while (*text != '\0')
    {
      guint8 values[2];
      guint8 masks[2];

      if (g_ascii_isspace (*text))
        {
          text++;
          continue;
        }
      if (!parse_digit (text, &values[0], &masks[0], error) ||
          !parse_digit (text + 1, &values[1], &masks[1], error) ||
          !add_byte (self, (guint8)(values[0] << 4 | values[1]), (guint8)(masks[0] << 4 | masks[1]),
                     error))
        return FALSE;
      any_digit |= masks[0] != 0 || masks[1] != 0;
      text += 2;
    }
  if (self->size > 0 && !any_digit)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   _ ("? alone is everywhere; give a digit as well"));
      return FALSE;
    }
  return TRUE;
}

/* ASCII letters differ from their other case in one bit, which then does not count. */
static guint8
get_mask (gunichar character, gboolean ignore_case)
{
  return ignore_case && character < 0x80 && g_ascii_isalpha ((char)character) ? 0xdf : 0xff;
}

static gboolean
parse_text (FkHexPattern *self, const char *text, gboolean ignore_case, GError **error)
{
  for (; *text != '\0'; text++)
    if (!add_byte (self, (guint8)*text, get_mask ((guint8)*text, ignore_case), error))
      return FALSE;
  return TRUE;
}

static gboolean
parse_utf16 (FkHexPattern *self, const char *text, gboolean ignore_case, GError **error)
{
  glong n;
  g_autofree gunichar2 *units = g_utf8_to_utf16 (text, -1, NULL, &n, NULL);

  for (glong i = 0; units != NULL && i < n; i++)
    if (!add_byte (self, (guint8)(units[i] & 0xff), get_mask (units[i], ignore_case), error) ||
        !add_byte (self, (guint8)(units[i] >> 8), 0xff, error))
      return FALSE;
  return TRUE;
}

/* A byte to look for quickly; one that is not blank is rarer. */
static void
choose_anchor (FkHexPattern *self)
{
  self->anchor = self->size;
  for (guint i = 0; i < self->size; i++)
    {
      if (self->masks[i] != 0xff)
        continue;
      if (self->anchor == self->size)
        self->anchor = i;
      if (self->values[i] != 0x00 && self->values[i] != 0xff)
        {
          self->anchor = i;
          return;
        }
    }
}

/**
 * fk_hex_pattern_new: (constructor)
 * @text: UTF-8
 * @ignore_case: whether ASCII letters match in both cases; without meaning for hex
 *
 * Returns: (transfer full): the pattern; %NULL with %FK_ERROR_USAGE if @text is empty or is none
 */
FkHexPattern *
fk_hex_pattern_new (FkHexPatternKind kind, const char *text, gboolean ignore_case, GError **error)
{
  g_autoptr (FkHexPattern) self = NULL;
  gboolean parsed = FALSE;

  g_return_val_if_fail (text != NULL, NULL);

  self = g_new0 (FkHexPattern, 1);
  g_atomic_ref_count_init (&self->ref_count);
  switch (kind)
    {
    case FK_HEX_PATTERN_HEX:
      parsed = parse_hex (self, text, error);
      break;
    case FK_HEX_PATTERN_TEXT:
      parsed = parse_text (self, text, ignore_case, error);
      break;
    case FK_HEX_PATTERN_UTF16:
      parsed = parse_utf16 (self, text, ignore_case, error);
      break;
    }
  if (!parsed)
    return NULL;
  if (self->size == 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE, _ ("There is nothing to look for"));
      return NULL;
    }
  choose_anchor (self);
  return g_steal_pointer (&self);
}

FkHexPattern *
fk_hex_pattern_ref (FkHexPattern *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
fk_hex_pattern_unref (FkHexPattern *self)
{
  if (self != NULL && g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

/**
 * fk_hex_pattern_get_size:
 *
 * Returns: how many bytes one place of it has; at least 1
 */
guint
fk_hex_pattern_get_size (const FkHexPattern *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->size;
}

/**
 * fk_hex_search_new: (constructor)
 * @max_hits: how many places are remembered; all are counted
 */
FkHexSearch *
fk_hex_search_new (FkHexPattern *pattern, guint max_hits)
{
  FkHexSearch *self;

  g_return_val_if_fail (pattern != NULL, NULL);

  self = g_new0 (FkHexSearch, 1);
  self->pattern = fk_hex_pattern_ref (pattern);
  self->max_hits = max_hits;
  self->hits = g_array_new (FALSE, FALSE, sizeof (guint64));
  return self;
}

void
fk_hex_search_free (FkHexSearch *self)
{
  if (self == NULL)
    return;
  fk_hex_pattern_unref (self->pattern);
  g_array_unref (self->hits);
  g_free (self);
}

static gboolean
matches (const FkHexPattern *pattern, const guint8 *bytes)
{
  for (guint i = 0; i < pattern->size; i++)
    if ((bytes[i] & pattern->masks[i]) != pattern->values[i])
      return FALSE;
  return TRUE;
}

static void
add_hit (FkHexSearch *self, guint64 position)
{
  self->n_found++;
  if (self->hits->len < self->max_hits)
    g_array_append_val (self->hits, position);
}

/* Looks for every place that lies wholly in @bytes, all of which are there. */
static void
scan (FkHexSearch *self, guint64 position, const guint8 *bytes, gsize size)
{
  const FkHexPattern *pattern = self->pattern;
  guint anchor = pattern->anchor;
  gsize n;

  if (size < pattern->size)
    return;
  n = size - pattern->size + 1;
  for (gsize i = 0; i < n; i++)
    {
      if (anchor < pattern->size)
        {
          const guint8 *next = memchr (bytes + i + anchor, pattern->values[anchor], n - i);

          if (next == NULL)
            return;
          i = (gsize)(next - bytes) - anchor;
        }
      if (matches (pattern, bytes + i))
        add_hit (self, position + i);
    }
}

/* A run of bytes that are all there; it may continue what the tail holds. */
static void
feed_run (FkHexSearch *self, guint64 position, const guint8 *bytes, gsize size)
{
  guint overlap = self->pattern->size - 1;
  guint8 border[2 * FK_HEX_PATTERN_MAX];
  gsize n = MIN (size, overlap);
  gsize joined;
  gsize kept;

  if (position != self->end)
    self->n_tail = 0;
  /* Places across the border; what follows is wholly in @bytes. */
  memcpy (border, self->tail, self->n_tail);
  memcpy (border + self->n_tail, bytes, n);
  joined = self->n_tail + n;
  if (self->n_tail > 0)
    scan (self, position - self->n_tail, border, joined);
  scan (self, position, bytes, size);
  if (size >= overlap)
    {
      memcpy (self->tail, bytes + size - overlap, overlap);
      self->n_tail = overlap;
    }
  else
    {
      kept = MIN (joined, overlap);
      memcpy (self->tail, border + joined - kept, kept);
      self->n_tail = (guint)kept;
    }
  self->end = position + size;
}

/**
 * fk_hex_search_feed:
 * @position: not before the end of what was fed already
 * @present: (array length=size): an #FkByteState for each byte
 */
void
fk_hex_search_feed (
    FkHexSearch *self, guint64 position, const guint8 *bytes, const guint8 *present, gsize size)
{
  gsize i = 0;

  g_return_if_fail (self != NULL);
  g_return_if_fail (position >= self->end);

  while (i < size)
    {
      const guint8 *first = memchr (present + i, FK_BYTE_PRESENT, size - i);
      gsize start;

      if (first == NULL)
        break;
      start = (gsize)(first - present);
      for (i = start; i < size && present[i] == FK_BYTE_PRESENT;)
        i++;
      feed_run (self, position + start, bytes + start, i - start);
    }
}

guint64
fk_hex_search_get_n_found (const FkHexSearch *self)
{
  return self->n_found;
}

/**
 * fk_hex_search_get_hits:
 *
 * Returns: (transfer none) (element-type guint64): where, ascending
 */
GArray *
fk_hex_search_get_hits (FkHexSearch *self)
{
  return self->hits;
}
