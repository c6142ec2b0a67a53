/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files of other people's programs are read, and theirs read ours: GNU objcopy and ld for ARM, and
 * srec_cat.  Skipped where they are not installed. */

#include "config.h"

#include "base/fk-blank.h"
#include "image/fk-image-format.h"

#include <glib/gstdio.h>
#include <string.h>

#define OBJCOPY "arm-none-eabi-objcopy"
#define BASE    0x0800fff3u
#define SIZE    70001u

typedef struct
{
  char *folder;
  GBytes *bytes; /* also in a.bin */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  guint8 *noise = g_malloc (SIZE);
  g_autofree char *path = NULL;
  guint i;

  for (i = 0; i < SIZE; i++)
    noise[i] = (guint8)g_test_rand_int ();
  fixture->bytes = g_bytes_new_take (noise, SIZE);
  fixture->folder = g_dir_make_tmp ("flashkeep-XXXXXX", NULL);
  path = g_build_filename (fixture->folder, "a.bin", NULL);
  g_assert_true (g_file_set_contents (path, (const char *)noise, SIZE, NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_bytes_unref (fixture->bytes);
}

static gboolean
is_missing (const char *program)
{
  g_autofree char *path = g_find_program_in_path (program);

  if (path == NULL)
    g_test_skip_printf ("%s is not installed", program);
  return path == NULL;
}

/* Runs a command line in the fixture's folder. */
static void
run (Fixture *fixture, const char *command)
{
  g_auto (GStrv) argv = NULL;
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_assert_true (g_shell_parse_argv (command, NULL, &argv, &error));
  g_spawn_sync (fixture->folder, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &output,
                &status, &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s: %s", command, error->message, output);
}

static FkImage *
load (Fixture *fixture, const char *name, const char *expected_format)
{
  g_autoptr (GFile) file = g_file_new_build_filename (fixture->folder, name, NULL);
  g_autoptr (GError) error = NULL;
  const FkImageFormat *format;
  FkImage *image = fk_image_load_file (file, 0, &format, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (format->name, ==, expected_format);
  return image;
}

static void
save (Fixture *fixture, FkImage *image, const char *name)
{
  g_autoptr (GFile) file = g_file_new_build_filename (fixture->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  fk_image_save_file (image, file, NULL, FK_BLANK, NULL, &error);
  g_assert_no_error (error);
}

static void
write_text (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
assert_bytes (Fixture *fixture, FkImage *image, guint32 base)
{
  FkSegment segment;

  g_assert_cmpuint (fk_image_get_n_segments (image), ==, 1);
  segment = fk_image_get_segment (image, 0);
  g_assert_cmphex (segment.range.address, ==, base);
  g_assert_cmpmem (segment.data, segment.range.size, g_bytes_get_data (fixture->bytes, NULL), SIZE);
}

static void
assert_back (Fixture *fixture)
{
  g_autoptr (FkImage) image = load (fixture, "back.bin", "binary");

  assert_bytes (fixture, image, 0);
}

static void
test_read_objcopy (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const formats[] = { "ihex", "srec" };
  guint i;

  if (is_missing (OBJCOPY))
    return;
  for (i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autofree char *command =
          g_strdup_printf (OBJCOPY " -I binary -O %s --change-addresses 0x%x a.bin a.out",
                           formats[i], BASE);
      g_autoptr (FkImage) image = NULL;

      run (fixture, command);
      image = load (fixture, "a.out", formats[i]);
      assert_bytes (fixture, image, BASE);
    }
}

static void
test_write_objcopy (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (FkImage) image = fk_image_new_for_bytes (BASE, fixture->bytes, NULL);

  if (is_missing (OBJCOPY))
    return;
  save (fixture, image, "ours.hex");
  run (fixture, OBJCOPY " -I ihex -O binary ours.hex back.bin");
  assert_back (fixture);
  save (fixture, image, "ours.srec");
  run (fixture, OBJCOPY " -I srec -O binary ours.srec back.bin");
  assert_back (fixture);
}

/* srec_cat has every variant: address widths, segmented addresses, line lengths, line endings. */
static void
test_read_srec_cat (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    const char *options;
    const char *format;
    guint32 base;
  } cases[] = {
    { "-Intel", "ihex", BASE },
    { "-Intel -address-length=3", "ihex", 0xff }, /* segments, type 02 */
    { "-Intel -Output_Block_Size=255", "ihex", BASE },
    { "-Intel -Line_Termination=Carriage_Return_Line_Feed", "ihex", BASE },
    { "-Intel -Line_Termination=Carriage_Return", "ihex", BASE },
    { "-Motorola", "srec", BASE },
    { "-Motorola -address-length=3", "srec", 0x1fff3 },
    { "-Motorola -Output_Block_Size=200", "srec", BASE },
  };
  guint i;

  if (is_missing ("srec_cat"))
    return;
  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *command = g_strdup_printf ("srec_cat a.bin -Binary -offset 0x%x -o a.out %s",
                                                  cases[i].base, cases[i].options);
      g_autoptr (FkImage) image = NULL;

      run (fixture, command);
      image = load (fixture, "a.out", cases[i].format);
      assert_bytes (fixture, image, cases[i].base);
    }
}

static void
test_write_srec_cat (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const guint32 bases[] = { BASE, 0x100, 0xff0000 };
  guint i;

  if (is_missing ("srec_cat"))
    return;
  for (i = 0; i < G_N_ELEMENTS (bases); i++)
    {
      g_autoptr (FkImage) image = fk_image_new_for_bytes (bases[i], fixture->bytes, NULL);
      g_autofree char *intel =
          g_strdup_printf ("srec_cat ours.hex -Intel -offset -0x%x -o back.bin -Binary", bases[i]);
      g_autofree char *motorola =
          g_strdup_printf ("srec_cat ours.srec -Motorola -offset -0x%x -o back.bin -Binary",
                           bases[i]);

      save (fixture, image, "ours.hex");
      run (fixture, intel);
      assert_back (fixture);
      save (fixture, image, "ours.srec");
      run (fixture, motorola);
      assert_back (fixture);
    }
}

/* Two pieces with a gap: the gap is one after the way through another program too. */
static void
test_gap (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (FkImage) image = fk_image_new_for_bytes (BASE, fixture->bytes, NULL);
  g_autoptr (FkImage) back = NULL;

  if (is_missing ("srec_cat"))
    return;
  fk_image_add_data (image, 0x1ffff800, (const guint8 *)"options", 7, NULL);
  save (fixture, image, "ours.hex");
  run (fixture, "srec_cat ours.hex -Intel -o back.srec -Motorola");
  back = load (fixture, "back.srec", "srec");
  g_assert_cmpuint (fk_image_get_n_segments (back), ==, 2);
  g_assert_cmphex (fk_image_get_segment (back, 1).range.address, ==, 0x1ffff800);
  g_assert_cmpmem (fk_image_get_segment (back, 1).data, 7, "options", 7);
}

/* A linked program: data in flash behind the text, .bss nowhere; as objcopy has it. */
static void
test_elf (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (FkImage) image = NULL;
  g_autoptr (FkImage) expected = NULL;
  guint i;

  if (is_missing ("arm-none-eabi-as") || is_missing ("arm-none-eabi-ld") || is_missing (OBJCOPY))
    return;
  write_text (fixture, "a.s",
              ".section .text\n.global _start\n_start: .word 0x20001000, 0x08000009, 3\n"
              ".section .rodata\n.ascii \"hello\"\n"
              ".data\n.word 0x12345678\n.bss\n.space 64\n");
  write_text (fixture, "a.ld",
              "SECTIONS {\n"
              ".text 0x08000000 : { *(.text) }\n"
              ".rodata 0x08000100 : { *(.rodata) }\n"
              ".data 0x20000000 : AT (0x08000200) { *(.data) }\n"
              ".bss 0x20000100 (NOLOAD) : { *(.bss) }\n"
              "}\n");
  run (fixture, "arm-none-eabi-as -mcpu=cortex-m3 a.s -o a.o");
  run (fixture, "arm-none-eabi-ld -T a.ld a.o -o a.elf");
  run (fixture, OBJCOPY " -O ihex a.elf expected.hex");

  image = load (fixture, "a.elf", "elf");
  expected = load (fixture, "expected.hex", "ihex");
  g_assert_cmpuint (fk_image_get_n_segments (image), ==, 3);
  g_assert_cmpuint (fk_image_get_n_segments (expected), ==, 3);
  for (i = 0; i < 3; i++)
    {
      FkSegment a = fk_image_get_segment (image, i);
      FkSegment b = fk_image_get_segment (expected, i);

      g_assert_cmphex (a.range.address, ==, 0x08000000 + 0x100 * i);
      g_assert_cmphex (a.range.address, ==, b.range.address);
      g_assert_cmpmem (a.data, a.range.size, b.data, b.range.size);
    }

  /* An object file is no program. */
  {
    g_autoptr (GFile) object = g_file_new_build_filename (fixture->folder, "a.o", NULL);
    g_autoptr (GError) error = NULL;

    g_assert_null (fk_image_load_file (object, 0, NULL, NULL, &error));
    g_assert_nonnull (strstr (error->message, "not linked yet"));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/image-tools/read-objcopy", test_read_objcopy);
  ADD ("/image-tools/write-objcopy", test_write_objcopy);
  ADD ("/image-tools/read-srec-cat", test_read_srec_cat);
  ADD ("/image-tools/write-srec-cat", test_write_srec_cat);
  ADD ("/image-tools/gap", test_gap);
  ADD ("/image-tools/elf", test_elf);
#undef ADD

  return g_test_run ();
}
