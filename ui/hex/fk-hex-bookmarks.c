/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bookmarks as a file that a person can read:
 *
 *   [Bookmarks]
 *   Format=1
 *
 *   [Bookmark 1]
 *   Name=Settings
 *   Address=0x08008000
 *   Size=16
 *   Color=blue
 */

#include "config.h"

#include "hex/fk-hex-bookmarks.h"

#include <string.h>

#include "base/fk-error.h"
#include "base/fk-number.h"

#define FORMAT   1
#define GROUP    "Bookmarks"
#define MAX_FILE (4u << 20)

/* What 32 bits can address. */
#define ADDRESS_END (G_GUINT64_CONSTANT (1) << 32)

static const char *const colors[FK_HEX_N_COLORS] = { "blue", "green", "yellow", "red", "purple" };

/* A colour that is not known is no reason to lose a bookmark. */
static guint
parse_color (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (colors); i++)
    if (g_strcmp0 (text, colors[i]) == 0)
      return i;
  return 0;
}

static gboolean
parse_number (
    GKeyFile *file, const char *group, const char *key, guint64 max, guint64 *out, GError **error)
{
  g_autofree char *text = g_key_file_get_string (file, group, key, NULL);

  if (text != NULL && fk_number_parse (text, max, out, NULL))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "[%s] has no %s that makes sense", group, key);
  return FALSE;
}

static gboolean
parse_bookmark (FkHexNotes *notes, GKeyFile *file, const char *group, GError **error)
{
  g_autofree char *name = g_key_file_get_string (file, group, "Name", NULL);
  g_autofree char *color = g_key_file_get_string (file, group, "Color", NULL);
  guint64 start;
  guint64 size;

  if (name == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "[%s] has no Name", group);
      return FALSE;
    }
  if (!parse_number (file, group, "Address", ADDRESS_END - 1, &start, error) ||
      !parse_number (file, group, "Size", ADDRESS_END - start, &size, error))
    return FALSE;
  if (size == 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "[%s] has a Size of 0", group);
      return FALSE;
    }
  fk_hex_notes_add (notes, FK_HEX_NOTE_BOOKMARK, start, size, name, parse_color (color));
  return TRUE;
}

static GKeyFile *
load (GBytes *bytes, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) reason = NULL;
  gsize size = g_bytes_get_size (bytes);
  guint64 format;

  if (size > MAX_FILE || memchr (g_bytes_get_data (bytes, NULL), '\0', size) != NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "It is no list of bookmarks");
      return NULL;
    }
  if (!g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_NONE, &reason))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "%s", reason->message);
      return NULL;
    }
  if (!parse_number (file, GROUP, "Format", G_MAXUINT, &format, error))
    return NULL;
  if (format != FORMAT)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "A newer version of the program wrote it");
      return NULL;
    }
  return g_steal_pointer (&file);
}

/* Returns: whether all groups are bookmarks, which are then in @notes */
static gboolean
parse_groups (FkHexNotes *notes, GKeyFile *file, GError **error)
{
  gsize n;
  g_auto (GStrv) groups = g_key_file_get_groups (file, &n);

  if (n > FK_HEX_MAX_BOOKMARKS + 1)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "It has more than %u bookmarks",
                   FK_HEX_MAX_BOOKMARKS);
      return FALSE;
    }
  for (guint i = 0; i < n; i++)
    if (!g_str_equal (groups[i], GROUP) && !parse_bookmark (notes, file, groups[i], error))
      return FALSE;
  return TRUE;
}

/**
 * fk_hex_bookmarks_parse:
 * @bytes: of a file that fk_hex_bookmarks_format() made, or that somebody else did
 *
 * Replaces the bookmarks of @notes; on failure there are none.
 *
 * Returns: %FALSE with %FK_ERROR_BAD_FILE
 */
gboolean
fk_hex_bookmarks_parse (FkHexNotes *notes, GBytes *bytes, GError **error)
{
  g_autoptr (GKeyFile) file = NULL;
  gboolean done;

  g_return_val_if_fail (FK_IS_HEX_NOTES (notes), FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);

  file = load (bytes, error);
  fk_hex_notes_freeze (notes);
  fk_hex_notes_clear (notes, FK_HEX_NOTE_BOOKMARK);
  done = file != NULL && parse_groups (notes, file, error);
  if (!done)
    fk_hex_notes_clear (notes, FK_HEX_NOTE_BOOKMARK);
  fk_hex_notes_thaw (notes);
  return done;
}

/**
 * fk_hex_bookmarks_format:
 *
 * Returns: (transfer full): the bookmarks of @notes as a file
 */
GBytes *
fk_hex_bookmarks_format (FkHexNotes *notes)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  guint n;
  gsize length;
  char *text;

  g_return_val_if_fail (FK_IS_HEX_NOTES (notes), NULL);

  n = fk_hex_notes_get_n (notes, FK_HEX_NOTE_BOOKMARK);
  g_key_file_set_integer (file, GROUP, "Format", FORMAT);
  for (guint i = 0; i < n; i++)
    {
      const FkHexNote *note = fk_hex_notes_get (notes, FK_HEX_NOTE_BOOKMARK, i);
      g_autofree char *group = g_strdup_printf ("Bookmark %u", i + 1);
      g_autofree char *address = g_strdup_printf ("0x%08" G_GINT64_MODIFIER "x", note->start);

      g_key_file_set_string (file, group, "Name", note->text);
      g_key_file_set_string (file, group, "Address", address);
      g_key_file_set_uint64 (file, group, "Size", note->size);
      g_key_file_set_string (file, group, "Color", colors[note->color]);
    }
  text = g_key_file_to_data (file, &length, NULL);
  return g_bytes_new_take (text, length);
}
