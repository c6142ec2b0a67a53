/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person writes to go somewhere:
 *
 *   0x8004000, 8004000   an address; addresses are always hexadecimal
 *   +0x100, -256         so many bytes from the cursor; decimal without 0x
 *   reset vector         a name, or the beginning of just one
 */

#include "config.h"

#include "hex/fk-hex-places.h"

#include <glib/gi18n.h>

#include <string.h>

#include "base/fk-error.h"

typedef struct
{
  char *name;
  guint64 address;
} Place;

struct _FkHexPlaces
{
  guint64 start;
  guint64 end;   /* one past the last */
  GArray *names; /* of Place */
};

static void
place_clear (gpointer data)
{
  g_free (((Place *)data)->name);
}

/**
 * fk_hex_places_new: (constructor)
 *
 * Knows "start" and "end".
 */
FkHexPlaces *
fk_hex_places_new (guint64 start, guint64 size)
{
  FkHexPlaces *self = g_new0 (FkHexPlaces, 1);

  self->start = start;
  self->end = start + size;
  self->names = g_array_new (FALSE, FALSE, sizeof (Place));
  g_array_set_clear_func (self->names, place_clear);
  if (size > 0)
    {
      fk_hex_places_add (self, "start", start);
      fk_hex_places_add (self, "end", self->end - 1);
    }
  return self;
}

void
fk_hex_places_free (FkHexPlaces *self)
{
  g_array_unref (self->names);
  g_free (self);
}

/**
 * fk_hex_places_add:
 * @name: found in whatever case it is written
 */
void
fk_hex_places_add (FkHexPlaces *self, const char *name, guint64 address)
{
  Place place = { g_strdup (name), address };

  g_return_if_fail (self != NULL);

  g_array_append_val (self->names, place);
}

/* The last byte that is not blank. */
static void
add_used_end (FkHexPlaces *self, FkSegment segment, guint8 blank)
{
  guint32 used = segment.range.size;

  while (used > 0 && segment.data[used - 1] == blank)
    used--;
  if (used > 0)
    fk_hex_places_add (self, "end of used flash", segment.range.address + used - 1);
}

/**
 * fk_hex_places_new_for_image: (constructor)
 * @blank: what an erased byte reads as
 *
 * Knows the vector table at the beginning of @image, and where what is used of it ends, as well.
 */
FkHexPlaces *
fk_hex_places_new_for_image (FkImage *image, guint8 blank)
{
  guint n = fk_image_get_n_segments (image);
  FkSegment first;
  FkSegment last;
  FkHexPlaces *self;
  guint32 handler;

  g_return_val_if_fail (FK_IS_IMAGE (image), NULL);

  if (n == 0)
    return fk_hex_places_new (0, 0);
  first = fk_image_get_segment (image, 0);
  last = fk_image_get_segment (image, n - 1);
  self = fk_hex_places_new (first.range.address, fk_range_end (last.range) - first.range.address);
  add_used_end (self, last, blank);
  if (first.range.size < 8)
    return self;
  fk_hex_places_add (self, "stack", first.range.address);
  fk_hex_places_add (self, "reset vector", first.range.address + 4);
  /* The lowest bit tells the core to run Thumb code; it is no part of the address. */
  memcpy (&handler, first.data + 4, sizeof handler);
  handler = GUINT32_FROM_LE (handler) & ~1u;
  if (handler >= self->start && handler < self->end)
    fk_hex_places_add (self, "reset handler", handler);
  return self;
}

/* Texts that are translated cannot hold the macros of 64-bit numbers. */
static char *
format_address (guint64 address)
{
  return g_strdup_printf ("0x%08" G_GINT64_MODIFIER "x", address);
}

static gboolean
check (FkHexPlaces *self, guint64 address, GError **error)
{
  g_autofree char *wanted = NULL;
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;

  if (address >= self->start && address < self->end)
    return TRUE;
  if (self->start == self->end)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE, _ ("There are no bytes to go to"));
      return FALSE;
    }
  wanted = format_address (address);
  first = format_address (self->start);
  last = format_address (self->end - 1);
  g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
               _ ("%s is outside: addresses go from %s to %s"), wanted, first, last);
  return FALSE;
}

/* @text is without its sign. */
static gboolean
parse_relative (FkHexPlaces *self,
                const char *text,
                gboolean back,
                guint64 cursor,
                guint64 *address,
                GError **error)
{
  gboolean is_hex = g_ascii_strncasecmp (text, "0x", 2) == 0;
  guint64 distance;

  if (!g_ascii_string_to_unsigned (is_hex ? text + 2 : text, is_hex ? 16 : 10, 0, G_MAXINT64,
                                   &distance, NULL))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   _ ("“%s” is no number of bytes: write 256, or 0x100 for hexadecimal"), text);
      return FALSE;
    }
  if (back && distance > cursor)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE, _ ("That is before address 0"));
      return FALSE;
    }
  *address = back ? cursor - distance : cursor + distance;
  return check (self, *address, error);
}

static const Place *
find_name (FkHexPlaces *self, const char *text)
{
  g_autofree char *wanted = g_utf8_casefold (text, -1);

  for (guint i = 0; i < self->names->len; i++)
    {
      const Place *place = &g_array_index (self->names, Place, i);
      g_autofree char *name = g_utf8_casefold (place->name, -1);

      if (strcmp (name, wanted) == 0)
        return place;
    }
  return NULL;
}

/* Looks for the one name that begins with @text. */
static gboolean
find_beginning (FkHexPlaces *self, const char *text, guint64 *address, GError **error)
{
  g_autofree char *wanted = g_utf8_casefold (text, -1);
  const Place *found = NULL;

  for (guint i = 0; i < self->names->len; i++)
    {
      const Place *place = &g_array_index (self->names, Place, i);
      g_autofree char *name = g_utf8_casefold (place->name, -1);

      if (!g_str_has_prefix (name, wanted))
        continue;
      if (found != NULL)
        {
          g_set_error (error, FK_ERROR, FK_ERROR_AMBIGUOUS, _ ("“%s” could be “%s” or “%s”"), text,
                       found->name, place->name);
          return FALSE;
        }
      found = place;
    }
  if (found == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   _ ("“%s” is neither an address, such as 0x8004000, nor a name that is known "
                      "here"),
                   text);
      return FALSE;
    }
  *address = found->address;
  return TRUE;
}

/**
 * fk_hex_places_parse:
 * @text: what the person wrote
 * @cursor: where "+" and "-" count from
 * @address: (out): where to go; always one that there is
 *
 * Returns: %FALSE with %FK_ERROR_USAGE, %FK_ERROR_AMBIGUOUS or %FK_ERROR_OUT_OF_RANGE
 */
gboolean
fk_hex_places_parse (
    FkHexPlaces *self, const char *text, guint64 cursor, guint64 *address, GError **error)
{
  g_autofree char *trimmed = NULL;
  const Place *place;
  gboolean is_prefixed;

  g_return_val_if_fail (self != NULL && text != NULL && address != NULL, FALSE);

  trimmed = g_strstrip (g_strdup (text));
  if (*trimmed == '\0')
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE, _ ("Write an address, such as 0x8004000"));
      return FALSE;
    }
  if (*trimmed == '+' || *trimmed == '-')
    return parse_relative (self, g_strchug (trimmed + 1), *trimmed == '-', cursor, address, error);
  /* A name that looks like a number, such as "face", is a name. */
  place = find_name (self, trimmed);
  if (place != NULL)
    {
      *address = place->address;
      return check (self, *address, error);
    }
  is_prefixed = g_ascii_strncasecmp (trimmed, "0x", 2) == 0;
  if (g_ascii_string_to_unsigned (is_prefixed ? trimmed + 2 : trimmed, 16, 0, G_MAXINT64, address,
                                  NULL))
    return check (self, *address, error);
  return find_beginning (self, trimmed, address, error) && check (self, *address, error);
}
