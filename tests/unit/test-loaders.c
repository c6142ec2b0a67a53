/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The loaders' bytes are what their sources say.  Needs the ARM tools; without them it is skipped.
 * With FK_PRINT_LOADERS in the environment, the new array is printed where one differs. */

#include "config.h"

#include "flash/loaders/fk-loaders.h"

#include "target/fk-target.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

#include <string.h>

static const FkLoader *const loaders[] = {
  &fk_loader_write, &fk_loader_crc32, &fk_loader_crc_unit, &fk_loader_crc_unit_reversing,
  &fk_loader_poke,  &fk_loader_find,
};

static void
print_array (const guint8 *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    g_printerr ("%s0x%02x,%s", i % 12 == 0 ? "  " : " ", data[i],
                i % 12 == 11 || i + 1 == length ? "\n" : "");
}

static void
test_rebuild (gconstpointer user_data)
{
  const FkLoader *loader = user_data;
  g_autofree char *tool = g_find_program_in_path ("arm-none-eabi-as");
  g_autofree char *folder =
      g_test_build_filename (G_TEST_DIST, "..", "core", "flash", "loaders", NULL);
  g_autofree char *script = g_build_filename (folder, "rebuild.sh", NULL);
  g_autofree char *name = g_strdup_printf ("fk-loader-%s.S", loader->name);
  g_autofree char *source = g_build_filename (folder, name, NULL);
  g_autofree char *output = NULL;
  g_autofree char *built = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  if (tool == NULL)
    {
      g_test_skip ("arm-none-eabi-as is not installed");
      return;
    }
  output = g_strdup_printf ("%s/fk-%s-%d.bin", g_get_tmp_dir (), loader->name, g_random_int ());
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "sh", script, source, output, NULL);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
  g_file_get_contents (output, &built, &length, &error);
  g_assert_no_error (error);
  g_remove (output);
  if (g_getenv ("FK_PRINT_LOADERS") != NULL)
    print_array ((const guint8 *)built, length);
  g_assert_cmpmem (built, length, loader->code, loader->size);
}

/* The text of a source, with what it includes, and without comments. */
static char *
load_source (const char *name)
{
  g_autofree char *file = g_strdup_printf ("fk-loader-%s.S", name);
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "..", "core", "flash", "loaders", file, NULL);
  g_autoptr (GRegex) comment = g_regex_new ("/\\*.*?\\*/", G_REGEX_DOTALL, 0, NULL);
  g_autofree char *text = NULL;
  g_autofree char *bare = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  bare = g_regex_replace_literal (comment, text, -1, 0, "", 0, &error);
  g_assert_no_error (error);
  if (strstr (bare, ".include \"fk-loader-crc-unit.S\"") != NULL)
    return load_source ("crc-unit");
  return g_steal_pointer (&bare);
}

/* The bits of the registers R0 to R12 in a source; all of R0 to R3 are arguments. */
static guint
find_registers (const char *text)
{
  g_autoptr (GRegex) name = g_regex_new ("\\b(r[0-9]+|sl|fp|ip)\\b( *-)?", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint used = 0xf;

  for (g_regex_match (name, text, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *word = g_match_info_fetch (match, 0);
      guint64 number;

      g_assert_true (g_ascii_string_to_unsigned (word + 1, 10, 0, 12, &number, NULL));
      used |= 1u << number;
    }
  return used;
}

/* Code that saves registers has to push them at once, and to have popped them at its only BKPT. */
static void
check_saving (const FkLoader *loader, const char *text)
{
  static const guint8 push[] = { 0xff, 0xb5 };            /* push {r0-r7, lr} */
  static const guint8 end[] = { 0xff, 0xbc, 0x00, 0xbe }; /* pop {r0-r7}; bkpt #0 */
  g_auto (GStrv) pushes = g_strsplit (text, "push    {r0-r7, lr}", -1);
  g_autofree char *rest = g_strjoinv ("", pushes);
  g_auto (GStrv) pops = g_strsplit (rest, "pop     {r0-r7}", -1);
  g_autofree char *others = g_strjoinv ("", pops);
  g_auto (GStrv) breakpoints = g_strsplit (text, "bkpt", -1);

  g_assert_cmpuint (g_strv_length (pushes), ==, 2);
  g_assert_cmpuint (g_strv_length (pops), ==, 2);
  g_assert_cmpuint (g_strv_length (breakpoints), ==, 2);
  g_assert_cmpmem (loader->code, sizeof push, push, sizeof push);
  g_assert_nonnull (memmem (loader->code, loader->size, end, sizeof end));
  g_assert_cmphex (find_registers (others) & ~0xffu, ==, 0);
  g_assert_null (strstr (others, "push"));
  g_assert_null (strstr (others, "pop"));
}

/* A register that is used and not lent would be lost to the program. */
static void
test_registers (gconstpointer user_data)
{
  const FkLoader *loader = user_data;
  g_autofree char *text = load_source (loader->name);

  if (loader->used == FK_TARGET_CODE_SAVES)
    check_saving (loader, text);
  else
    g_assert_cmphex (loader->used, ==, find_registers (text));
}

/* What the writer and the summer rely on. */
static void
test_shape (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (loaders); i++)
    {
      g_assert_cmpuint (loaders[i]->size % 4, ==, 0);
      g_assert_cmpuint (loaders[i]->size, <, 512);
    }
  /* Their own code is the first thing that they sum. */
  g_assert_cmpuint (fk_loader_crc_unit.size % 8, ==, 0);
  g_assert_cmpuint (fk_loader_crc_unit_reversing.size % 8, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (loaders); i++)
    {
      g_autofree char *path = g_strdup_printf ("/loaders/registers/%s", loaders[i]->name);
      g_autofree char *rebuild = g_strdup_printf ("/loaders/rebuild/%s", loaders[i]->name);

      g_test_add_data_func (rebuild, loaders[i], test_rebuild);
      g_test_add_data_func (path, loaders[i], test_registers);
    }
  g_test_add_func ("/loaders/shape", test_shape);
  return g_test_run ();
}
