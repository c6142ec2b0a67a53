/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The loaders' bytes are what their sources say.  Needs the ARM tools; without them it is skipped.
 * With FK_PRINT_LOADERS in the environment, the new array is printed where one differs. */

#include "config.h"

#include "flash/loaders/fk-loaders.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

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

/* What the writer and the summer rely on. */
static void
test_shape (void)
{
  const FkLoader *all[] = { &fk_loader_write, &fk_loader_crc32, &fk_loader_crc_unit,
                            &fk_loader_poke, &fk_loader_find };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_assert_cmpuint (all[i]->size % 4, ==, 0);
      g_assert_cmpuint (all[i]->size, <, 384);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/loaders/rebuild/write", &fk_loader_write, test_rebuild);
  g_test_add_data_func ("/loaders/rebuild/crc32", &fk_loader_crc32, test_rebuild);
  g_test_add_data_func ("/loaders/rebuild/crc-unit", &fk_loader_crc_unit, test_rebuild);
  g_test_add_data_func ("/loaders/rebuild/poke", &fk_loader_poke, test_rebuild);
  g_test_add_data_func ("/loaders/rebuild/find", &fk_loader_find, test_rebuild);
  g_test_add_func ("/loaders/shape", test_shape);
  return g_test_run ();
}
