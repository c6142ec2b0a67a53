/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Folds: rows and addresses of a hex view that hides some, and what of two images is hidden. */

#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "base/fk-blank.h"
#include "hex/fk-hex-view.h"
#include "hex/fk-image-source.h"
#include "widgets/fk-diff-folds.h"

#define BASE 0x08000000u
#define SIZE 0x4000u

/* Each address is in one row, each row begins with its first address, and a fold has one row. */
static void
check_rows (const FkHexLayout *layout)
{
  guint64 row = 0;
  guint64 address = layout->start;

  while (address < layout->end)
    {
      const FkHexFold *fold = fk_hex_layout_find_fold (layout, address);
      guint64 size = fold != NULL ? fold->size : layout->columns;

      g_assert_cmphex (fk_hex_layout_get_row_address (layout, row), ==, address);
      g_assert_cmpuint (fk_hex_layout_get_row_of (layout, address), ==, row);
      g_assert_cmpuint (fk_hex_layout_get_row_of (layout, MIN (address + size, layout->end) - 1),
                        ==, row);
      address += size;
      row++;
    }
  g_assert_cmpuint (fk_hex_layout_get_n_rows (layout), ==, row);
}

static void
test_rows (void)
{
  static const guint columns[] = { 4, 8, 16, 32 };
  FkHexFold folds[] = { { BASE, 64 }, { BASE + 96, 32 }, { BASE + 128, 320 }, { BASE + 960, 64 } };
  FkHexLayout layout = { .columns = 16 };

  fk_hex_layout_set_extent (&layout, BASE, 1024);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      layout.columns = columns[i];
      for (guint n = 0; n <= G_N_ELEMENTS (folds); n++)
        {
          fk_hex_layout_set_folds (&layout, folds, n);
          check_rows (&layout);
        }
    }
  g_assert_null (fk_hex_layout_find_fold (&layout, BASE + 64));
  g_assert_true (fk_hex_layout_find_fold (&layout, BASE + 127) == &folds[1]);
}

static FkImage *
make_image_erased (guint32 used, guint8 erased)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  guint8 *data = g_malloc (SIZE);
  g_autoptr (GBytes) bytes = g_bytes_new_take (data, SIZE);

  for (guint i = 0; i < SIZE; i++)
    data[i] = i < used ? (guint8)g_rand_int_range (random, 1, 255) : erased;
  return fk_image_new_for_bytes (BASE, bytes, NULL);
}

static FkImage *
make_image (guint32 used)
{
  return make_image_erased (used, FK_BLANK);
}

static GArray *
find_erased (FkImage *a, FkImage *b, guint8 erased)
{
  g_autoptr (FkAlignment) alignment = fk_align (a, b, NULL);
  g_autoptr (FkLineup) lineup = fk_lineup_new_for_two (alignment);
  g_autoptr (FkDiffLayout) layout = fk_diff_layout_new (lineup);

  return fk_diff_folds_find (layout, (FkImage *[]){ a, b }, erased);
}

static GArray *
find (FkImage *a, FkImage *b)
{
  return find_erased (a, b, FK_BLANK);
}

static void
check_fold (GArray *folds, guint index, guint64 start, guint64 end, FkHexFoldKind kind)
{
  FkHexFold fold = g_array_index (folds, FkHexFold, index);

  g_assert_cmphex (fold.start, ==, start);
  g_assert_cmphex (fold.start + fold.size, ==, end);
  g_assert_cmpuint (fold.kind, ==, kind);
}

static void
test_identical (void)
{
  g_autoptr (FkImage) image = make_image (0x1000);
  g_autoptr (GArray) folds = find (image, image);

  g_assert_cmpuint (folds->len, ==, 2);
  check_fold (folds, 0, BASE, BASE + 0x1000, FK_HEX_FOLD_SAME);
  check_fold (folds, 1, BASE + 0x1000, BASE + SIZE, FK_HEX_FOLD_BLANK);
}

/* Of a chip whose erased flash reads as zeros. */
static void
test_erased_low (void)
{
  g_autoptr (FkImage) low = make_image_erased (0x1000, 0);
  g_autoptr (FkImage) part = fk_image_slice (low, (FkRange){ BASE, 0x1000 });
  g_autoptr (GArray) same = find_erased (low, low, 0);
  g_autoptr (GArray) surplus = find_erased (low, part, 0);

  g_assert_cmpuint (same->len, ==, 2);
  check_fold (same, 1, BASE + 0x1000, BASE + SIZE, FK_HEX_FOLD_BLANK);
  g_assert_cmpuint (surplus->len, ==, 2);
  check_fold (surplus, 1, BASE + 0x1040, BASE + SIZE, FK_HEX_FOLD_BLANK);
}

/* What differs, and its neighbours, are seen. */
static void
test_difference (void)
{
  g_autoptr (FkImage) a = make_image (SIZE);
  g_autoptr (FkImage) b = fk_image_new ();
  g_autoptr (GArray) folds = NULL;
  guint8 data[SIZE];

  g_assert_true (fk_image_read (a, (FkRange){ BASE, SIZE }, data));
  data[0x805] ^= 1;
  fk_image_add_data (b, BASE, data, SIZE, NULL);
  folds = find (a, b);
  g_assert_cmpuint (folds->len, ==, 2);
  check_fold (folds, 0, BASE, BASE + 0x7c0, FK_HEX_FOLD_SAME);
  check_fold (folds, 1, BASE + 0x860, BASE + SIZE, FK_HEX_FOLD_SAME);
}

/* A file ends before the flash does. */
static void
test_blank_end (void)
{
  g_autoptr (FkImage) whole = make_image (0x1000);
  g_autoptr (FkImage) part = fk_image_new ();
  g_autoptr (GArray) folds = NULL;
  guint8 data[0x1000];

  g_assert_true (fk_image_read (whole, (FkRange){ BASE, sizeof data }, data));
  fk_image_add_data (part, BASE, data, sizeof data, NULL);
  folds = find (whole, part);
  g_assert_cmpuint (folds->len, ==, 2);
  check_fold (folds, 0, BASE, BASE + 0xfc0, FK_HEX_FOLD_SAME);
  check_fold (folds, 1, BASE + 0x1040, BASE + SIZE, FK_HEX_FOLD_BLANK);
}

/* Two whole ones beside a file, and three of which two end. */
static void
test_blank_end_of_three (void)
{
  g_autoptr (FkImage) whole = make_image (0x1000);
  g_autoptr (FkImage) part = fk_image_slice (whole, (FkRange){ BASE, 0x1000 });
  FkImage *const cases[][3] = { { whole, whole, part },
                                { part, whole, whole },
                                { part, whole, part } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FkAlignment) second = fk_align (cases[i][0], cases[i][1], NULL);
      g_autoptr (FkAlignment) third = fk_align (cases[i][0], cases[i][2], NULL);
      g_autoptr (FkLineup) lineup = fk_lineup_new_for_three (cases[i], second, third, NULL);
      g_autoptr (FkDiffLayout) layout = fk_diff_layout_new (lineup);
      g_autoptr (GArray) folds = fk_diff_folds_find (layout, cases[i], FK_BLANK);

      g_assert_cmpuint (folds->len, ==, 2);
      check_fold (folds, 0, BASE, BASE + 0xfc0, FK_HEX_FOLD_SAME);
      check_fold (folds, 1, BASE + 0x1040, BASE + SIZE, FK_HEX_FOLD_BLANK);
    }
}

static void
on_fold_activated (FkHexView *view, guint64 start, guint64 *told)
{
  *told = start;
}

static void
press (FkHexView *view, guint key)
{
  g_assert_true (fk_hex_view_handle_key (view, key, 0));
}

/* By key a fold is one row, which opens with Enter. */
static void
test_keys (void)
{
  static const FkHexFold fold = { BASE + 64, 256, FK_HEX_FOLD_SAME, 0 };
  g_autoptr (FkImage) image = make_image (SIZE);
  g_autoptr (FkByteSource) source = fk_image_source_new (image);
  GtkWidget *window = adw_window_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  FkHexView *view = FK_HEX_VIEW (fk_hex_view_new ());
  guint64 told = 0;

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (view));
  gtk_window_set_default_size (GTK_WINDOW (window), 900, 400);
  adw_window_set_content (ADW_WINDOW (window), scroller);
  fk_hex_view_set_source (view, source);
  fk_hex_view_set_folds (view, &fold, 1);
  g_signal_connect (view, "fold-activated", G_CALLBACK (on_fold_activated), &told);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);

  fk_hex_view_set_cursor (view, BASE + 63);
  press (view, GDK_KEY_Right);
  g_assert_cmphex (fk_hex_view_get_cursor (view), ==, fold.start);
  press (view, GDK_KEY_Right);
  g_assert_cmphex (fk_hex_view_get_cursor (view), ==, fold.start + fold.size);
  press (view, GDK_KEY_Left);
  g_assert_cmphex (fk_hex_view_get_cursor (view), ==, fold.start);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "… 256 bytes the same …, Enter shows it");
  press (view, GDK_KEY_Down);
  g_assert_cmphex (fk_hex_view_get_cursor (view), ==, fold.start + fold.size);
  g_assert_false (fk_hex_view_handle_key (view, GDK_KEY_Return, 0));
  press (view, GDK_KEY_Up);
  press (view, GDK_KEY_Return);
  g_assert_cmphex (told, ==, fold.start);

  fk_hex_view_set_folds (view, NULL, 0);
  press (view, GDK_KEY_Right);
  g_assert_cmphex (fk_hex_view_get_cursor (view), ==, fold.start + 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/folds/rows", test_rows);
  g_test_add_func ("/folds/identical", test_identical);
  g_test_add_func ("/folds/erased-low", test_erased_low);
  g_test_add_func ("/folds/difference", test_difference);
  g_test_add_func ("/folds/blank-end", test_blank_end);
  g_test_add_func ("/folds/blank-end-of-three", test_blank_end_of_three);
  g_test_add_func ("/folds/keys", test_keys);
  return g_test_run ();
}
