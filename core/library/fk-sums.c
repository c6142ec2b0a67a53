/* SPDX-License-Identifier: GPL-3.0-or-later */

/* SHA256SUMS as sha256sum of GNU coreutils writes it: 64 hex digits in lower case, a blank, a
 * blank (text) or "*" (binary), the name, LF.  Names that need its escape (a line that starts with
 * a backslash) are never ours, and are refused. */

#include "config.h"

#include "library/fk-folder-private.h"

#include "base/fk-error.h"

#include <string.h>

#define HEX_DIGITS 64

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return strcmp (a, b);
}

GTree *
fk_sums_new (void)
{
  return g_tree_new_full (compare_names, NULL, g_free, g_free);
}

static gboolean
parse_line (GTree *sums, const char *line, gsize length)
{
  g_autofree char *name = NULL;

  if (length <= HEX_DIGITS + 2 || strspn (line, "0123456789abcdef") != HEX_DIGITS ||
      line[HEX_DIGITS] != ' ' || (line[HEX_DIGITS + 1] != ' ' && line[HEX_DIGITS + 1] != '*'))
    return FALSE;
  name = g_strndup (line + HEX_DIGITS + 2, length - HEX_DIGITS - 2);
  if (!fk_folder_is_plain_name (name) || g_tree_lookup (sums, name) != NULL)
    return FALSE;
  g_tree_insert (sums, g_steal_pointer (&name), g_strndup (line, HEX_DIGITS));
  return TRUE;
}

/*
 * Returns: (transfer full): the sums by name; %FK_ERROR_BACKUP_DAMAGED names the line that is none
 */
GTree *
fk_sums_parse (GBytes *text, GError **error)
{
  g_autoptr (GTree) sums = fk_sums_new ();
  gsize size;
  const char *data = g_bytes_get_data (text, &size);
  guint number = 1;

  for (gsize start = 0; start < size; number++)
    {
      const char *end = memchr (data + start, '\n', size - start);
      gsize length = end != NULL ? (gsize)(end - data) - start : size - start;
      g_autofree char *line = g_strndup (data + start, length);

      if (strlen (line) != length || !parse_line (sums, line, length))
        {
          g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED,
                       "line %u of " FK_FOLDER_SUMS " is not a checksum of a file here", number);
          return NULL;
        }
      start += length + 1;
    }
  return g_steal_pointer (&sums);
}

static gboolean
format_line (gpointer name, gpointer sum, gpointer text)
{
  g_string_append_printf (text, "%s  %s\n", (const char *)sum, (const char *)name);
  return FALSE;
}

GBytes *
fk_sums_format (GTree *sums)
{
  GString *text = g_string_new (NULL);

  g_tree_foreach (sums, format_line, text);
  return g_string_free_to_bytes (text);
}
