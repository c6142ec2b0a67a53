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

/*
 * @contents: name -> GBytes, without SHA256SUMS
 *
 * Returns: (transfer full): SHA256SUMS for them
 */
GBytes *
fk_sums_make (GHashTable *contents)
{
  g_autoptr (GTree) sums = fk_sums_new ();
  GHashTableIter iter;
  gpointer name;
  gpointer bytes;

  g_hash_table_iter_init (&iter, contents);
  while (g_hash_table_iter_next (&iter, &name, &bytes))
    g_tree_insert (sums, g_strdup (name), g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes));
  return fk_sums_format (sums);
}

/* Adds to @problems what is wrong with one file that is there.  @sum is what SHA256SUMS says. */
void
fk_sums_check_file (const char *name, GBytes *bytes, const char *sum, GString *problems)
{
  g_autofree char *found = NULL;

  if (sum == NULL)
    {
      g_autofree char *shown = g_utf8_make_valid (name, -1);

      fk_folder_add_problem (problems, "%s does not belong there", shown);
      return;
    }
  found = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  if (strcmp (found, sum) != 0)
    fk_folder_add_problem (problems, "%s was changed: its SHA-256 is %s, not %s", name, found, sum);
}

static gboolean
check_is_there (gpointer name, gpointer sum, gpointer user_data)
{
  gpointer *data = user_data;

  if (!g_hash_table_contains (data[0], name))
    fk_folder_add_problem (data[1], "%s is missing", (const char *)name);
  return FALSE;
}

/*
 * Checks files that are in memory, and takes SHA256SUMS out of them.
 * @contents: name -> GBytes, with SHA256SUMS
 *
 * Returns: whether all is as it says; %FK_ERROR_BACKUP_DAMAGED lists all that is wrong
 */
gboolean
fk_sums_check (GHashTable *contents, GError **error)
{
  g_autoptr (GTree) sums = fk_sums_parse (g_hash_table_lookup (contents, FK_FOLDER_SUMS), error);
  g_autoptr (GString) problems = g_string_new (NULL);
  g_autoptr (GList) names = NULL;

  if (sums == NULL)
    return FALSE;
  g_hash_table_remove (contents, FK_FOLDER_SUMS);
  names = g_list_sort (g_hash_table_get_keys (contents), (GCompareFunc)(void *)strcmp);
  for (GList *l = names; l != NULL; l = l->next)
    fk_sums_check_file (l->data, g_hash_table_lookup (contents, l->data),
                        g_tree_lookup (sums, l->data), problems);
  g_tree_foreach (sums, check_is_there, (gpointer[]){ contents, problems });
  if (problems->len == 0 && !g_hash_table_contains (contents, FK_FOLDER_INI))
    fk_folder_add_problem (problems, FK_FOLDER_INI " is missing");
  if (problems->len == 0)
    return TRUE;
  g_set_error_literal (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED, problems->str);
  return FALSE;
}
