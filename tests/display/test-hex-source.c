/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Byte sources whose bytes come later. */

#include "config.h"

#include "hex/fk-file-source.h"
#include "hex/fk-paged-source.h"

#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "base/fk-error.h"

/* What was asked of the loader; the test answers by hand. */
typedef struct
{
  guint64 position;
  gsize length;
  guint n_loads;
} Asked;

static void
note_load (FkPagedSource *self, guint64 position, gsize length, gpointer user_data)
{
  Asked *asked = user_data;

  asked->position = position;
  asked->length = length;
  asked->n_loads++;
}

static guint8
read_state (FkByteSource *source, guint64 position, guint8 *byte)
{
  guint8 state;

  fk_byte_source_read (source, position, byte, &state, 1);
  return state;
}

/* @text: (nullable): %NULL where it cannot be read */
static void
answer (FkByteSource *source, const char *text)
{
  g_autoptr (GBytes) bytes = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;

  fk_paged_source_answer (FK_PAGED_SOURCE (source), bytes);
}

static void
test_paged_states (void)
{
  Asked asked = { 0 };
  g_autoptr (FkByteSource) source = fk_paged_source_new (5, 20, 8, note_load, &asked, NULL);
  guint8 bytes[32];
  guint8 states[32];

  fk_byte_source_read (source, 0, bytes, states, 32);
  for (guint i = 0; i < 32; i++)
    g_assert_cmpuint (states[i], ==, i >= 5 && i < 25 ? FK_BYTE_PENDING : FK_BYTE_ABSENT);
  /* The first page begins where the source does. */
  g_assert_cmpuint (asked.n_loads, ==, 1);
  g_assert_cmpuint (asked.position, ==, 5);
  g_assert_cmpuint (asked.length, ==, 3);
  answer (source, "abc");
  g_assert_cmpuint (read_state (source, 7, bytes), ==, FK_BYTE_PRESENT);
  g_assert_cmpuint (bytes[0], ==, 'c');
  /* The latest wish is next: the last page, which ends where the source does. */
  g_assert_cmpuint (asked.position, ==, 24);
  g_assert_cmpuint (asked.length, ==, 1);
  fk_paged_source_answer (FK_PAGED_SOURCE (source), NULL);
  g_assert_cmpuint (read_state (source, 24, bytes), ==, FK_BYTE_UNREADABLE);
  g_assert_cmpuint (asked.position, ==, 16);
  answer (source, "short");
  g_assert_cmpuint (read_state (source, 20, bytes), ==, FK_BYTE_PRESENT);
  g_assert_cmpuint (read_state (source, 21, bytes), ==, FK_BYTE_UNREADABLE);
}

/* A refresh while a page is on its way: that page is old news. */
static void
test_paged_refresh (void)
{
  Asked asked = { 0 };
  g_autoptr (FkByteSource) source = fk_paged_source_new (0, 16, 8, note_load, &asked, NULL);
  guint8 byte;

  g_assert_cmpuint (read_state (source, 0, &byte), ==, FK_BYTE_PENDING);
  fk_paged_source_refresh (FK_PAGED_SOURCE (source));
  g_assert_cmpuint (read_state (source, 0, &byte), ==, FK_BYTE_PENDING);
  g_assert_cmpuint (asked.n_loads, ==, 1);
  answer (source, "old page");
  g_assert_cmpuint (asked.n_loads, ==, 2);
  g_assert_cmpuint (read_state (source, 0, &byte), ==, FK_BYTE_PENDING);
  answer (source, "new page");
  g_assert_cmpuint (read_state (source, 0, &byte), ==, FK_BYTE_PRESENT);
  g_assert_cmpuint (byte, ==, 'n');
}

/* However much is looked at, little is kept, and who scrolls past does not wait. */
static void
test_paged_bounds (void)
{
  Asked asked = { 0 };
  g_autoptr (FkByteSource) source = fk_paged_source_new (0, 8000, 8, note_load, &asked, NULL);
  guint8 byte;

  for (guint i = 0; i < 1000; i++)
    read_state (source, i * 8, &byte);
  g_assert_cmpuint (asked.position, ==, 0);
  for (guint i = 0; i < 9; i++)
    answer (source, "12345678");
  /* The first, and of the 999 others the latest 8. */
  g_assert_cmpuint (asked.n_loads, ==, 9);
  g_assert_cmpuint (asked.position, ==, 992 * 8);
  for (guint i = 0; i < 70; i++)
    {
      guint before = asked.n_loads;

      read_state (source, i * 8, &byte);
      if (asked.n_loads > before)
        answer (source, "12345678");
    }
  g_assert_cmpuint (read_state (source, 69 * 8, &byte), ==, FK_BYTE_PRESENT);
  g_assert_cmpuint (read_state (source, 999 * 8, &byte), ==, FK_BYTE_PENDING);
}

/* Neighbours are fetched at once; where that fails each by itself. */
static void
test_paged_together (void)
{
  Asked asked = { 0 };
  g_autoptr (FkByteSource) source = fk_paged_source_new (0, 80, 8, note_load, &asked, NULL);
  guint8 byte;

  fk_paged_source_set_max_together (FK_PAGED_SOURCE (source), 3);
  read_state (source, 0, &byte); /* is begun at once */
  read_state (source, 16, &byte);
  read_state (source, 24, &byte);
  read_state (source, 32, &byte);
  read_state (source, 56, &byte);
  g_assert_cmpuint (asked.n_loads, ==, 1);
  answer (source, "01234567");
  g_assert_cmpuint (asked.position, ==, 56);
  g_assert_cmpuint (asked.length, ==, 8);
  answer (source, "abcdefgh");
  g_assert_cmpuint (asked.position, ==, 16);
  g_assert_cmpuint (asked.length, ==, 24);
  read_state (source, 24, &byte); /* on its way already */
  answer (source, "aaaaaaaabbbbbbbbcccccccc");
  g_assert_cmpuint (asked.n_loads, ==, 3);
  g_assert_cmpuint (read_state (source, 39, &byte), ==, FK_BYTE_PRESENT);
  g_assert_cmpuint (byte, ==, 'c');

  fk_paged_source_refresh (FK_PAGED_SOURCE (source));
  read_state (source, 0, &byte);
  read_state (source, 8, &byte);
  read_state (source, 16, &byte);
  answer (source, "01234567");
  g_assert_cmpuint (asked.position, ==, 8);
  g_assert_cmpuint (asked.length, ==, 16);
  answer (source, NULL);
  g_assert_cmpuint (read_state (source, 8, &byte), ==, FK_BYTE_PENDING);
  g_assert_cmpuint (asked.length, ==, 8);
  answer (source, asked.position == 16 ? NULL : "abcdefgh");
  g_assert_cmpuint (asked.length, ==, 8);
  answer (source, asked.position == 16 ? NULL : "abcdefgh");
  g_assert_cmpuint (read_state (source, 8, &byte), ==, FK_BYTE_PRESENT);
  g_assert_cmpuint (read_state (source, 16, &byte), ==, FK_BYTE_UNREADABLE);
  g_assert_cmpuint (asked.n_loads, ==, 7);
}

static char *
write_file (const char *name, gsize size)
{
  g_autofree char *directory = g_dir_make_tmp ("flashkeep-XXXXXX", NULL);
  g_autofree guint8 *data = g_malloc (size);
  g_autofree char *path = g_build_filename (directory, name, NULL);

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8)(i / 251);
  g_assert_true (g_file_set_contents (path, (const char *)data, (gssize)size, NULL));
  return g_steal_pointer (&path);
}

static void
remove_file (const char *path)
{
  g_autofree char *directory = g_path_get_dirname (path);

  g_unlink (path);
  g_rmdir (directory);
}

static void
on_changed (FkByteSource *source, guint64 position, guint64 size, gpointer user_data)
{
  gboolean *changed = user_data;

  *changed = TRUE;
}

static guint8
wait_state (FkByteSource *source, guint64 position, guint8 *byte)
{
  gboolean changed = FALSE;
  gulong handler = g_signal_connect (source, "changed", G_CALLBACK (on_changed), &changed);
  guint8 state;

  while ((state = read_state (source, position, byte)) == FK_BYTE_PENDING)
    for (changed = FALSE; !changed;)
      g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (source, handler);
  return state;
}

static void
test_file_truncated (void)
{
  g_autofree char *path = write_file ("dump.bin", 300000);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkByteSource) source = fk_file_source_open (path, 0x08000000, &error);
  guint64 start;
  guint64 size;
  guint8 byte;

  g_assert_no_error (error);
  fk_byte_source_get_extent (source, &start, &size);
  g_assert_cmphex (start, ==, 0x08000000);
  g_assert_cmpuint (size, ==, 300000);
  g_assert_cmpuint (wait_state (source, start + 299999, &byte), ==, FK_BYTE_PRESENT);
  g_assert_cmpuint (byte, ==, (guint8)(299999 / 251));
  g_assert_cmpint (truncate (path, 100), ==, 0);
  fk_paged_source_refresh (FK_PAGED_SOURCE (source));
  g_assert_cmpuint (wait_state (source, start + 99, &byte), ==, FK_BYTE_PRESENT);
  g_assert_cmpuint (wait_state (source, start + 100, &byte), ==, FK_BYTE_UNREADABLE);
  g_assert_cmpuint (wait_state (source, start + 200000, &byte), ==, FK_BYTE_UNREADABLE);
  remove_file (path);
}

/* 4 GiB, most of them a hole. */
static void
test_file_large (void)
{
  g_autofree char *path = write_file ("disk.img", 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkByteSource) source = NULL;
  guint8 byte;

  if (truncate (path, (off_t)G_GUINT64_CONSTANT (0x100000000)) != 0)
    {
      remove_file (path);
      g_test_skip ("no file of 4 GiB here");
      return;
    }
  source = fk_file_source_open (path, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (wait_state (source, 0xffffffff, &byte), ==, FK_BYTE_PRESENT);
  g_assert_cmpuint (byte, ==, 0);
  g_assert_cmpuint (read_state (source, G_GUINT64_CONSTANT (0x100000000), &byte), ==,
                    FK_BYTE_ABSENT);
  g_assert_cmpint (truncate (path, (off_t)G_GUINT64_CONSTANT (0x100000001)), ==, 0);
  g_assert_null (fk_file_source_open (path, 0, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
  remove_file (path);
}

static void
test_file_odd (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (fk_file_source_open ("/nowhere/at/all", 0, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS);
  g_clear_error (&error);
  g_assert_null (fk_file_source_open (g_get_tmp_dir (), 0, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS);
}

/* The whole of a file may be searched; of other sources only what is looked at is read. */
static void
test_file_in_thread (void)
{
  g_autofree char *path = write_file ("dump.bin", 1000);
  g_autoptr (FkByteSource) source = fk_file_source_open (path, 0x08000000, NULL);
  guint8 bytes[16];
  guint8 present[16];

  g_assert_true (fk_byte_source_can_read_in_thread (source));
  fk_byte_source_read_in_thread (source, 0x08000000 - 4, bytes, present, 16);
  g_assert_cmpuint (present[3], ==, FK_BYTE_ABSENT);
  g_assert_cmpuint (present[4], ==, FK_BYTE_PRESENT);
  fk_byte_source_read_in_thread (source, 0x08000000 + 992, bytes, present, 16);
  g_assert_cmpuint (present[7], ==, FK_BYTE_PRESENT);
  g_assert_cmpuint (bytes[7], ==, (guint8)(999 / 251));
  g_assert_cmpuint (present[8], ==, FK_BYTE_ABSENT);
  g_assert_cmpint (truncate (path, 996), ==, 0);
  fk_byte_source_read_in_thread (source, 0x08000000 + 992, bytes, present, 16);
  g_assert_cmpuint (present[3], ==, FK_BYTE_PRESENT);
  g_assert_cmpuint (present[4], ==, FK_BYTE_UNREADABLE);
  g_assert_cmpuint (present[8], ==, FK_BYTE_ABSENT);
  remove_file (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hex-source/paged/states", test_paged_states);
  g_test_add_func ("/hex-source/paged/refresh", test_paged_refresh);
  g_test_add_func ("/hex-source/paged/bounds", test_paged_bounds);
  g_test_add_func ("/hex-source/paged/together", test_paged_together);
  g_test_add_func ("/hex-source/file/truncated", test_file_truncated);
  g_test_add_func ("/hex-source/file/large", test_file_large);
  g_test_add_func ("/hex-source/file/odd", test_file_odd);
  g_test_add_func ("/hex-source/file/in-thread", test_file_in_thread);
  return g_test_run ();
}
