/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every file of data/chips, spoiled in one place after the other: whatever keeps a mistake out of a
 * small description keeps it out of each of these. */

#include "config.h"

#include "base/fk-error.h"
#include "chip/fk-chip-db.h"

#include <string.h>

typedef struct
{
  const char *name;
  char **lines;
} File;

static gboolean
is_header (const char *line)
{
  return line != NULL && *line == '[';
}

/* Returns: the line behind the group that begins at @first */
static guint
find_end (const File *file, guint first)
{
  guint end = first + 1;

  while (file->lines[end] != NULL && !is_header (file->lines[end]))
    end++;
  return end;
}

/* Returns: where @key is in the group that begins at @first; 0 if nowhere */
static guint
find_key (const File *file, guint first, const char *key)
{
  for (guint i = first + 1; i < find_end (file, first); i++)
    if (g_str_has_prefix (file->lines[i], key) && file->lines[i][strlen (key)] == '=')
      return i;
  return 0;
}

/* Asserts that the file with @put in place of the line @at is refused, and by a message that has
 * @message; @behind: (nullable): what stands at its end then, too. */
static void
assert_refused (
    const File *file, guint at, const char *put, const char *behind, const char *message)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *names[] = { file->name, NULL };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FkChipDb) db = NULL;

  for (guint i = 0; file->lines[i] != NULL; i++)
    {
      const char *line = i == at ? put : file->lines[i];

      if (line != NULL)
        g_string_append_printf (text, "%s\n", line);
    }
  if (behind != NULL)
    g_string_append (text, behind);
  bytes = g_bytes_new (text->str, text->len);
  db = fk_chip_db_new_from_bytes (&bytes, names, &error);
  if (db != NULL)
    g_error ("%s: with \"%s\" for \"%s\" it is taken", file->name, put, file->lines[at]);
  g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
  if (!g_str_has_prefix (error->message, file->name) || strstr (error->message, message) == NULL)
    g_error ("%s: \"%s\" lacks \"%s\"", file->name, error->message, message);
}

/* What any group but [Family] must not lack, nor have twice. */
static void
spoil_group (const File *file, guint first)
{
  const char *header = file->lines[first];
  guint source = find_key (file, first, "Source");
  guint tested = find_key (file, first, "Tested");
  g_autofree char *twice = NULL;
  g_autofree char *unknown = NULL;

  g_test_message ("%s %s", file->name, header);
  g_assert_cmpuint (source, >, 0);
  g_assert_cmpuint (tested, >, 0);
  assert_refused (file, source, NULL, NULL, "Source: missing");
  assert_refused (file, source, "Source=the manual", NULL, "Source: \"the manual\"");
  assert_refused (file, tested, NULL, NULL, "Tested: missing");
  twice = g_strdup_printf ("%s\n%s", file->lines[source], file->lines[source]);
  assert_refused (file, source, twice, NULL, "Source: the key is there twice");
  unknown = g_strdup_printf ("%s\nNobody=1", file->lines[source]);
  assert_refused (file, source, unknown, NULL, "Nobody: unknown key");
}

/* In place of a key of the chip's own, or beside the others where its common group has it. */
static void
spoil_key (const File *file, guint first, const char *key, const char *value, const char *message)
{
  guint at = find_key (file, first, key);
  guint line = find_key (file, first, "Line");
  g_autofree char *put = at > 0 ? g_strdup_printf ("%s=%s", key, value)
                                : g_strdup_printf ("%s\n%s=%s", file->lines[line], key, value);

  assert_refused (file, at > 0 ? at : line, put, NULL, message);
}

/* Returns: (transfer full): the sizes that the line @at lists, the last one more by a byte, or,
 * @backwards, as much as the one before it */
static char *
spoil_sizes (const File *file, guint at, gboolean backwards)
{
  g_auto (GStrv) sizes = g_strsplit (strchr (file->lines[at], '=') + 1, " ", -1);
  guint last = g_strv_length (sizes) - 1;
  guint64 unit = g_str_has_suffix (sizes[last], "M") ? 1024 * 1024 : 1024;
  g_autofree char *spoiled = NULL;

  spoiled = backwards ? g_strdup_printf ("%s %s", sizes[last], sizes[last])
                      : g_strdup_printf ("%" G_GUINT64_FORMAT,
                                         g_ascii_strtoull (sizes[last], NULL, 10) * unit + 1);
  g_free (sizes[last]);
  sizes[last] = g_steal_pointer (&spoiled);
  return g_strjoinv (" ", sizes);
}

/* Returns: the line that begins the group with @header */
static guint
find_group (const File *file, const char *header)
{
  guint i = 0;

  while (!g_str_equal (file->lines[i], header))
    {
      i++;
      g_assert_nonnull (file->lines[i]);
    }
  return i;
}

/* Returns: where the options of the chip are listed, perhaps in its common group */
static guint
find_options (const File *file, guint first)
{
  guint at = find_key (file, first, "Options");
  guint common = find_key (file, first, "Common");
  g_autofree char *header = NULL;

  if (at > 0 || common == 0)
    return at;
  header = g_strdup_printf ("[Common %s]", strchr (file->lines[common], '=') + 1);
  return find_key (file, find_group (file, header), "Options");
}

static void
spoil_chip (const File *file, guint first)
{
  guint sizes = find_key (file, first, "FlashSizes");
  g_autofree char *odd = spoil_sizes (file, sizes, FALSE);
  g_autofree char *back = spoil_sizes (file, sizes, TRUE);
  g_auto (GStrv) words = NULL;
  g_autofree char *header = NULL;
  guint option;
  g_autofree char *clash = NULL;
  g_autofree char *options = NULL;
  g_autofree char *again = NULL;

  spoil_key (file, first, "Ccm", "0x08000000 1K", "overlaps");
  spoil_key (file, first, "SystemMemory", "0x20000000 1K", "overlaps");
  spoil_key (file, first, "FlashSizes", odd,
             find_key (file, first, "SizeCodes") == 0 ? "Layout: a flash " : "SizeCodes: 0x");
  spoil_key (file, first, "FlashSizes", back, "not ascending");
  spoil_key (file, first, "Idcode", "0xE0042002", "not aligned");
  /* One device ID, two chips. */
  again = g_strdup_printf ("\n%s\nCommon=none\n", file->lines[first]);
  assert_refused (file, first, file->lines[first], again, "is there twice");
  /* Two options, the same bits. */
  words = g_strsplit (strchr (file->lines[find_options (file, first)], '=') + 1, " ", 2);
  header = g_strdup_printf ("[Option %s]", words[0]);
  option = find_group (file, header);
  clash = g_strdup_printf ("\n[Option CLASH]\n%s\n%s\nFactory=0\nText=A clash.\n"
                           "Source=RM9999, 1\nTested=none\n",
                           file->lines[find_key (file, option, "Address")],
                           file->lines[find_key (file, option, "Bits")]);
  g_assert_cmpuint (find_options (file, first), >, 0);
  options = g_strdup_printf ("%s CLASH", file->lines[find_options (file, first)]);
  assert_refused (file, find_options (file, first), options, clash,
                  "CLASH shares a bit with another field");
}

static void
test_file (gconstpointer data)
{
  const File *file = data;
  guint n_chips = 0;

  for (guint i = 0; file->lines[i] != NULL; i++)
    {
      if (!is_header (file->lines[i]) || g_str_equal (file->lines[i], "[Family]"))
        continue;
      spoil_group (file, i);
      if (!g_str_has_prefix (file->lines[i], "[Chip "))
        continue;
      spoil_chip (file, i);
      n_chips++;
    }
  g_assert_cmpuint (n_chips, >, 0);
}

static void
file_free (File *file)
{
  g_strfreev (file->lines);
  g_free ((char *)file->name);
  g_free (file);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify)file_free);
  g_autofree char *folder = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_test_init (&argc, &argv, NULL);
  folder = g_test_build_filename (G_TEST_DIST, "..", "data", "chips", NULL);
  dir = g_dir_open (folder, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *test = g_strdup_printf ("/chip-spoiled/%s", name);
      g_autofree char *text = NULL;
      File *file;

      if (!g_str_has_suffix (name, ".ini") || g_str_equal (name, "clones.ini"))
        continue;
      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      file = g_new0 (File, 1);
      file->name = g_strdup (name);
      file->lines = g_strsplit (text, "\n", -1);
      g_ptr_array_add (files, file);
      g_test_add_data_func (test, file, test_file);
    }
  return g_test_run ();
}
