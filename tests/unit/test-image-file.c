/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "image/fk-image-format.h"

#include "base/fk-blank.h"
#include "base/fk-error.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

typedef struct
{
  char *folder;
  FkImage *image;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("some firmware", 13);

  fixture->folder = g_dir_make_tmp ("flashkeep-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->image = fk_image_new_for_bytes (0x08000000, bytes, NULL);
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
  g_assert_finalize_object (fixture->image);
}

static GFile *
get_file (Fixture *fixture, const char *name)
{
  return g_file_new_build_filename (fixture->folder, name, NULL);
}

static guint
count_files (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
assert_contents (GFile *file, const char *expected)
{
  g_autofree char *contents = NULL;
  gsize length;

  g_assert_true (g_file_load_contents (file, NULL, &contents, &length, NULL, NULL));
  g_assert_cmpmem (contents, length, expected, strlen (expected));
}

static void
test_save_and_load (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const names[] = { "a.bin", "a.hex", "a.srec", "a.dump", "a" };
  static const char *const formats[] = { "binary", "ihex", "srec", "binary", "binary" };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GFile) file = get_file (fixture, names[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (FkImage) image = NULL;
      const FkImageFormat *format = NULL;

      g_assert_true (fk_image_save_file (fixture->image, file, NULL, FK_BLANK, NULL, &error));
      g_assert_no_error (error);
      image = fk_image_load_file (file, 0x08000000, &format, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (format->name, ==, formats[i]);
      g_assert_cmphex (fk_image_get_segment (image, 0).range.address, ==, 0x08000000);
      g_assert_cmpmem (fk_image_get_segment (image, 0).data, 13, "some firmware", 13);
    }
  g_assert_cmpuint (count_files (fixture), ==, G_N_ELEMENTS (names));
}

static void
test_load_errors (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GFile) missing = get_file (fixture, "missing.bin");
  g_autoptr (GFile) folder = g_file_new_for_path (fixture->folder);
  g_autoptr (GFile) broken = get_file (fixture, "broken.hex");
  g_autoptr (GFile) endless = g_file_new_for_path ("/dev/zero");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  const FkImageFormat *format = NULL;

  g_assert_null (fk_image_load_file (missing, 0, &format, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS);
  g_assert_nonnull (strstr (error->message, "missing.bin"));
  g_assert_null (format);
  g_clear_error (&error);

  g_assert_null (fk_image_load_file (folder, 0, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS);
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (g_file_peek_path (broken), ":00000001FE", -1, NULL));
  g_assert_null (fk_image_load_file (broken, 0, &format, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
  g_assert_cmpstr (error->message, ==,
                   "broken.hex (Intel HEX): line 1: the checksum is FE, but the bytes of the "
                   "record give FF");
  g_assert_cmpstr (format->name, ==, "ihex");
  g_clear_error (&error);

  g_assert_null (fk_image_load_file (endless, 0, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
  g_assert_cmpstr (error->message, ==, "/dev/zero is longer than 256 MiB: that is no firmware");
  g_clear_error (&error);

  g_cancellable_cancel (cancellable);
  g_assert_null (fk_image_load_file (broken, 0, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_save_errors (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GFile) nowhere = get_file (fixture, "no/such/folder.bin");
  g_autoptr (GFile) folder = g_file_new_for_path (fixture->folder);
  g_autoptr (GFile) elf = get_file (fixture, "a.elf");
  g_autoptr (GFile) file = get_file (fixture, "a.bin");
  g_autoptr (GFile) full = g_file_new_for_path ("/dev/full");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (fk_image_save_file (fixture->image, nowhere, NULL, FK_BLANK, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS);
  g_clear_error (&error);
  g_assert_false (fk_image_save_file (fixture->image, folder, NULL, FK_BLANK, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS);
  g_clear_error (&error);
  g_assert_false (fk_image_save_file (fixture->image, elf, NULL, FK_BLANK, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_false (fk_image_save_file (fixture->image, full, NULL, FK_BLANK, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS);
  g_clear_error (&error);

  fk_image_add_data (fixture->image, 0x1ffff800, (const guint8 *)"x", 1, NULL);
  g_assert_false (fk_image_save_file (fixture->image, file, NULL, FK_BLANK, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
  g_clear_error (&error);

  g_cancellable_cancel (cancellable);
  g_assert_false (fk_image_save_file (fixture->image, file, fk_image_format_find ("ihex"), FK_BLANK,
                                      cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_files (fixture), ==, 0);
}

/* A write that fails halfway, as on a full disk: the old file stays, and nothing beside it. */
static void
test_full_disk (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GFile) file = get_file (fixture, "a.bin");
  g_autoptr (GBytes) zeros = g_bytes_new_take (g_malloc0 (100000), 100000);
  g_autoptr (FkImage) large = fk_image_new_for_bytes (0x08000000, zeros, NULL);
  g_autoptr (GError) error = NULL;
  struct rlimit old_limit;
  struct rlimit limit;
  void (*old_handler) (int) = signal (SIGXFSZ, SIG_IGN);

  g_assert_true (fk_image_save_file (fixture->image, file, NULL, FK_BLANK, NULL, NULL));

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old_limit), ==, 0);
  limit = old_limit;
  limit.rlim_cur = 50000;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_false (fk_image_save_file (large, file, NULL, FK_BLANK, NULL, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old_limit), ==, 0);
  signal (SIGXFSZ, old_handler);

  g_assert_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS);
  assert_contents (file, "some firmware");
  g_assert_cmpuint (count_files (fixture), ==, 1);
}

static void
test_replace (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GFile) file = get_file (fixture, "a.bin");
  g_autoptr (GFile) link = get_file (fixture, "link.bin");
  GStatBuf info;

  g_assert_true (g_file_set_contents (g_file_peek_path (file), "old", -1, NULL));
  g_assert_cmpint (g_chmod (g_file_peek_path (file), 0600), ==, 0);
  g_assert_true (g_file_make_symbolic_link (link, "a.bin", NULL, NULL));

  g_assert_true (fk_image_save_file (fixture->image, link, NULL, FK_BLANK, NULL, NULL));
  assert_contents (file, "some firmware");
  g_assert_true (g_file_test (g_file_peek_path (link), G_FILE_TEST_IS_SYMLINK));
  g_assert_cmpint (g_stat (g_file_peek_path (file), &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpuint (count_files (fixture), ==, 2);
}

static gpointer
read_pipe (gpointer path)
{
  char *contents = NULL;

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  return contents;
}

/* What is no regular file is written to; a rename would take the device's place. */
static void
test_pipe (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GFile) file = get_file (fixture, "pipe");
  g_autofree char *contents = NULL;
  GThread *reader;
  GStatBuf info;

  g_assert_cmpint (mkfifo (g_file_peek_path (file), 0600), ==, 0);
  reader = g_thread_new ("reader", read_pipe, (gpointer)g_file_peek_path (file));
  g_assert_true (fk_image_save_file (fixture->image, file, NULL, FK_BLANK, NULL, NULL));
  contents = g_thread_join (reader);
  g_assert_cmpstr (contents, ==, "some firmware");
  g_assert_cmpint (g_stat (g_file_peek_path (file), &info), ==, 0);
  g_assert_true (S_ISFIFO (info.st_mode));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/image-file/save-and-load", test_save_and_load);
  ADD ("/image-file/load-errors", test_load_errors);
  ADD ("/image-file/save-errors", test_save_errors);
  ADD ("/image-file/full-disk", test_full_disk);
  ADD ("/image-file/replace", test_replace);
  ADD ("/image-file/pipe", test_pipe);
#undef ADD

  return g_test_run ();
}
