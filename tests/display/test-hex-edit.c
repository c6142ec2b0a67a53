/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "base/fk-error.h"
#include "hex/fk-hex-edit.h"
#include "hex/fk-image-source.h"

#define START 0x08000000
#define SIZE  10000
#define GAP   5000 /* two bytes are missing from here on */

static FkByteSource *
make_base (guint8 *bytes)
{
  g_autoptr (FkImage) image = fk_image_new ();

  for (guint i = 0; i < SIZE; i++)
    bytes[i] = (guint8)(i * 7);
  g_assert_true (fk_image_add_data (image, START, bytes, GAP, NULL));
  g_assert_true (fk_image_add_data (image, START + GAP + 2, bytes + GAP + 2, SIZE - GAP - 2, NULL));
  return fk_image_source_new (image);
}

static guint8
read_byte (FkHexEdit *edit, guint64 offset)
{
  guint8 byte;
  guint8 present;

  fk_byte_source_read (FK_BYTE_SOURCE (edit), START + offset, &byte, &present, 1);
  g_assert_cmpuint (present, ==, FK_BYTE_PRESENT);
  return byte;
}

static void
type (FkHexEdit *edit, guint64 offset, guint8 byte)
{
  g_autoptr (GError) error = NULL;

  fk_hex_edit_write (edit, START + offset, &byte, 1, FK_HEX_EDIT_TYPED, &error);
  g_assert_no_error (error);
}

/* The base stays as it is; what has its old value again is not changed. */
static void
test_write (void)
{
  guint8 bytes[SIZE];
  g_autoptr (FkByteSource) base = make_base (bytes);
  g_autoptr (FkHexEdit) edit = fk_hex_edit_new (base);
  guint8 original = 0;
  GArray *changes;

  g_assert_cmpuint (read_byte (edit, 1), ==, 7);
  type (edit, 1, 0xaa);
  type (edit, 2, 0xbb);
  g_assert_cmpuint (read_byte (edit, 1), ==, 0xaa);
  g_assert_cmpuint (fk_hex_edit_get_n_changed (edit), ==, 2);
  changes = fk_hex_edit_get_changes (edit);
  g_assert_cmpuint (changes->len, ==, 1);
  g_assert_cmpuint (g_array_index (changes, FkHexMark, 0).size, ==, 2);
  g_assert_true (fk_hex_edit_get_original (edit, START + 1, &original));
  g_assert_cmpuint (original, ==, 7);
  g_assert_false (fk_hex_edit_get_original (edit, START + 3, &original));
  type (edit, 1, 7);
  g_assert_cmpuint (fk_hex_edit_get_n_changed (edit), ==, 1);
  fk_byte_source_read (base, START + 2, bytes, bytes + 1, 1);
  g_assert_cmpuint (bytes[0], ==, 14);
}

/* Where there is no byte none is written, nor anything of what would reach there. */
static void
test_gap (void)
{
  guint8 bytes[SIZE];
  g_autoptr (FkByteSource) base = make_base (bytes);
  g_autoptr (FkHexEdit) edit = fk_hex_edit_new (base);
  g_autoptr (GError) error = NULL;
  const guint8 four[4] = { 1, 2, 3, 4 };

  g_assert_cmpuint (fk_hex_edit_count_writable (edit, START, 100000), ==, GAP);
  g_assert_cmpuint (fk_hex_edit_count_writable (edit, START + GAP, 10), ==, 0);
  g_assert_cmpuint (fk_hex_edit_count_writable (edit, START + SIZE - 3, 10), ==, 3);
  g_assert_false (fk_hex_edit_write (edit, START + GAP - 2, four, 4, FK_HEX_EDIT_WHOLE, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
  g_clear_error (&error);
  g_assert_false (fk_hex_edit_write (edit, START - 1, four, 1, FK_HEX_EDIT_WHOLE, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
  g_assert_cmpuint (fk_hex_edit_get_n_changed (edit), ==, 0);
  g_assert_false (fk_hex_edit_can_undo (edit));
}

/* What is typed in one go is one step, a half-typed byte included; what is typed elsewhere, or
 * after the cursor was moved, is another. */
static void
test_typing (void)
{
  guint8 bytes[SIZE];
  g_autoptr (FkByteSource) base = make_base (bytes);
  g_autoptr (FkHexEdit) edit = fk_hex_edit_new (base);
  FkHexMark place;

  type (edit, 10, 0xa6);
  type (edit, 10, 0xab);
  type (edit, 11, 77); /* as it was */
  type (edit, 12, 0xcd);
  type (edit, 20, 0x11);
  fk_hex_edit_end_typing (edit);
  type (edit, 21, 0x22);
  g_assert_true (fk_hex_edit_undo (edit, &place));
  g_assert_cmphex (place.start, ==, START + 21);
  g_assert_cmpuint (place.size, ==, 1);
  g_assert_true (fk_hex_edit_undo (edit, &place));
  g_assert_cmphex (place.start, ==, START + 20);
  g_assert_true (fk_hex_edit_undo (edit, &place));
  g_assert_cmphex (place.start, ==, START + 10);
  g_assert_cmpuint (place.size, ==, 3);
  g_assert_cmpuint (read_byte (edit, 10), ==, 70);
  g_assert_cmpuint (read_byte (edit, 12), ==, 84);
  g_assert_false (fk_hex_edit_undo (edit, &place));
  g_assert_true (fk_hex_edit_redo (edit, &place));
  g_assert_cmpuint (read_byte (edit, 10), ==, 0xab);
  g_assert_cmpuint (read_byte (edit, 12), ==, 0xcd);
  /* What is typed now is no part of a step that was undone and done again. */
  type (edit, 13, 0xef);
  g_assert_false (fk_hex_edit_can_redo (edit));
  g_assert_true (fk_hex_edit_undo (edit, &place));
  g_assert_cmphex (place.start, ==, START + 13);
}

static void
assert_equal (FkHexEdit *edit, const guint8 *wanted, const guint8 *originals)
{
  guint8 bytes[SIZE];
  guint8 present[SIZE];
  guint64 n_changed = 0;
  guint64 n_in_runs = 0;
  GArray *changes = fk_hex_edit_get_changes (edit);

  fk_byte_source_read_in_thread (FK_BYTE_SOURCE (edit), START, bytes, present, SIZE);
  for (guint i = 0; i < SIZE; i++)
    {
      if (i == GAP || i == GAP + 1)
        continue;
      g_assert_cmpuint (bytes[i], ==, wanted[i]);
      n_changed += wanted[i] != originals[i];
    }
  g_assert_cmpuint (fk_hex_edit_get_n_changed (edit), ==, n_changed);
  for (guint i = 0; i < changes->len; i++)
    {
      FkHexMark run = g_array_index (changes, FkHexMark, i);

      n_in_runs += run.size;
      for (guint64 k = run.start - START; k < run.start - START + run.size; k++)
        g_assert_cmpuint (wanted[k], !=, originals[k]);
    }
  g_assert_cmpuint (n_in_runs, ==, n_changed);
}

/* Anything, in any order, against an array and copies of it. */
static void
test_random (void)
{
  guint8 originals[SIZE];
  guint8 model[SIZE];
  g_autoptr (FkByteSource) base = make_base (originals);
  g_autoptr (FkHexEdit) edit = fk_hex_edit_new (base);
  g_autoptr (GPtrArray) states = g_ptr_array_new_with_free_func (g_free);
  guint present = 0;
  FkHexMark place;

  memcpy (model, originals, SIZE);
  g_ptr_array_add (states, g_memdup2 (model, SIZE));
  for (guint round = 0; round < 600; round++)
    {
      int deed = g_test_rand_int_range (0, 10);

      if (deed < 6)
        {
          guint8 bytes[300];
          guint size = (guint)g_test_rand_int_range (1, deed == 0 ? 300 : 4);
          guint offset = (guint)g_test_rand_int_range (0, SIZE);

          /* Few values, so that old ones come back. */
          for (guint i = 0; i < size; i++)
            bytes[i] =
                (guint8)(originals[(offset + i) % SIZE] + (guint)g_test_rand_int_range (0, 2));
          if (fk_hex_edit_write (edit, START + offset, bytes, size, FK_HEX_EDIT_WHOLE, NULL))
            {
              gboolean is_new = memcmp (model + offset, bytes, size) != 0;

              memcpy (model + offset, bytes, size);
              if (is_new)
                {
                  g_ptr_array_set_size (states, (int)present + 1);
                  g_ptr_array_add (states, g_memdup2 (model, SIZE));
                  present++;
                }
            }
          else
            g_assert_true (offset + size > SIZE || (offset < GAP + 2 && offset + size > GAP));
        }
      else if (deed < 8)
        {
          g_assert_cmpint (fk_hex_edit_undo (edit, &place), ==, present > 0);
          present -= present > 0;
        }
      else
        {
          g_assert_cmpint (fk_hex_edit_redo (edit, &place), ==, present + 1 < states->len);
          present += present + 1 < states->len;
        }
      memcpy (model, g_ptr_array_index (states, present), SIZE);
      assert_equal (edit, model, originals);
    }
  while (fk_hex_edit_undo (edit, &place))
    ;
  assert_equal (edit, originals, originals);
  g_assert_cmpuint (fk_hex_edit_get_changes (edit)->len, ==, 0);
}

static void
on_changed (FkHexEdit *edit, guint64 position, guint64 size, FkHexMark *told)
{
  *told = (FkHexMark){ position, size };
}

static void
test_tells (void)
{
  guint8 bytes[SIZE];
  g_autoptr (FkByteSource) base = make_base (bytes);
  g_autoptr (FkHexEdit) edit = fk_hex_edit_new (base);
  const guint8 many[200] = { 0 };
  FkHexMark told = { 0, 0 };
  FkHexMark place;

  g_signal_connect (edit, "changed", G_CALLBACK (on_changed), &told);
  g_assert_true (fk_hex_edit_write (edit, START + 100, many, 200, FK_HEX_EDIT_WHOLE, NULL));
  g_assert_cmphex (told.start, ==, START + 100);
  g_assert_cmpuint (told.size, ==, 200);
  told = (FkHexMark){ 0, 0 };
  g_assert_true (fk_hex_edit_undo (edit, &place));
  g_assert_cmphex (told.start, ==, START + 100);
  fk_byte_source_changed (base, START, 5);
  g_assert_cmpuint (told.size, ==, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hex-edit/write", test_write);
  g_test_add_func ("/hex-edit/gap", test_gap);
  g_test_add_func ("/hex-edit/typing", test_typing);
  g_test_add_func ("/hex-edit/random", test_random);
  g_test_add_func ("/hex-edit/tells", test_tells);
  return g_test_run ();
}
