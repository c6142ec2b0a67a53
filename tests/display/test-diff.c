/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "find-widget.h"
#include "hex/fk-hex-find.h"
#include "hex/fk-hex-view-private.h"
#include "widgets/fk-diff-list.h"
#include "widgets/fk-diff-source.h"

#include <adwaita.h>
#include <string.h>

#define BASE 0x08000000u
#define SIZE 4096u

typedef struct
{
  FkImage *images[2];
  FkDiffLayout *layout;
} Pair;

/* The second has 36 bytes more at 0x400, and another byte at 0x800 of the first; @text stands at
 * @offset of both, as far as it is before those, and of the first. */
static Pair
make_pair_with (guint offset, const char *text)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  guint8 a[SIZE];
  guint8 b[SIZE + 36];
  Pair pair = { { fk_image_new (), fk_image_new () }, NULL };
  g_autoptr (FkAlignment) alignment = NULL;
  g_autoptr (FkLineup) lineup = NULL;

  for (guint i = 0; i < SIZE; i++)
    a[i] = (guint8)g_rand_int (random);
  memcpy (a + offset, text, strlen (text));
  memcpy (b, a, 0x400);
  memset (b + 0x400, 0x77, 36);
  memcpy (b + 0x400 + 36, a + 0x400, SIZE - 0x400);
  b[0x800 + 36] ^= 1;
  fk_image_add_data (pair.images[0], BASE, a, sizeof a, NULL);
  fk_image_add_data (pair.images[1], BASE, b, sizeof b, NULL);
  alignment = fk_align (pair.images[0], pair.images[1], NULL);
  lineup = fk_lineup_new_for_two (alignment);
  pair.layout = fk_diff_layout_new (lineup);
  return pair;
}

static Pair
make_pair (void)
{
  return make_pair_with (0, "");
}

static void
free_pair (Pair *pair)
{
  g_assert_finalize_object (pair->images[0]);
  g_assert_finalize_object (pair->images[1]);
  fk_diff_layout_unref (pair->layout);
}

static void
test_diff_layout (void)
{
  Pair pair = make_pair ();
  guint64 start;
  guint64 size;
  guint64 position;

  fk_diff_layout_get_extent (pair.layout, &start, &size);
  g_assert_cmphex (start, ==, BASE);
  g_assert_cmphex (size, ==, SIZE + 36);
  g_assert_cmpuint (fk_diff_layout_get_n_differences (pair.layout), ==, 2);
  g_assert_cmphex (fk_diff_layout_get_difference (pair.layout, 0)->position, ==, BASE + 0x400);
  g_assert_cmpuint (fk_diff_layout_find_difference (pair.layout, BASE), ==, 0);
  g_assert_cmpuint (fk_diff_layout_find_difference (pair.layout, BASE + 0x400), ==, 1);
  g_assert_cmpuint (fk_diff_layout_find_difference (pair.layout, BASE + 0x1000), ==, 2);
  g_assert_true (fk_diff_layout_get_position (pair.layout, FK_DIFF_FIRST, BASE + 0x800, &position));
  g_assert_cmphex (position, ==, BASE + 0x800 + 36);
  g_assert_true (
      fk_diff_layout_get_position (pair.layout, FK_DIFF_SECOND, BASE + 0x800 + 36, &position));
  g_assert_cmphex (position, ==, BASE + 0x800 + 36);
  g_assert_false (fk_diff_layout_get_position (pair.layout, FK_DIFF_FIRST, BASE + SIZE, &position));
  free_pair (&pair);
}

/* Where both leap to another segment, addresses in the margin stay round. */
static void
test_diff_layout_segments (void)
{
  static const guint8 bytes[100];
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (FkAlignment) alignment = NULL;
  g_autoptr (FkLineup) lineup = NULL;
  g_autoptr (FkDiffLayout) layout = NULL;

  fk_image_add_data (image, BASE, bytes, sizeof bytes, NULL);
  fk_image_add_data (image, BASE + 0x10004, bytes, sizeof bytes, NULL);
  alignment = fk_align (image, image, NULL);
  lineup = fk_lineup_new_for_two (alignment);
  layout = fk_diff_layout_new (lineup);
  g_assert_cmpuint (fk_diff_layout_get_n_pieces (layout), ==, 2);
  g_assert_cmphex (fk_diff_layout_get_piece (layout, 1)->position, ==, BASE + 0x84);
}

static void
check_byte (FkByteSource *source, guint64 position, guint64 address, FkImage *image)
{
  guint8 byte = 0;
  guint8 wanted = 0;
  guint8 present;
  guint64 found;

  fk_byte_source_read (source, position, &byte, &present, 1);
  g_assert_cmpuint (present, ==, 1);
  g_assert_true (fk_byte_source_get_address (source, position, &found));
  g_assert_cmphex (found, ==, address);
  g_assert_true (fk_image_read (image, (FkRange){ (guint32)address, 1 }, &wanted));
  g_assert_cmphex (byte, ==, wanted);
}

static void
test_diff_source (void)
{
  Pair pair = make_pair ();
  FkByteSource *a = fk_diff_source_new (pair.layout, FK_DIFF_FIRST, pair.images[0]);
  FkByteSource *b = fk_diff_source_new (pair.layout, FK_DIFF_SECOND, pair.images[1]);
  guint8 bytes[64];
  guint8 present[64];
  guint64 address;

  check_byte (a, BASE + 0x3ff, BASE + 0x3ff, pair.images[0]);
  check_byte (a, BASE + 0x424, BASE + 0x400, pair.images[0]);
  check_byte (b, BASE + 0x400, BASE + 0x400, pair.images[1]);
  check_byte (b, BASE + SIZE + 35, BASE + SIZE + 35, pair.images[1]);
  g_assert_false (fk_byte_source_get_address (a, BASE + 0x400, &address));
  g_assert_false (fk_byte_source_get_address (a, BASE + SIZE + 36, &address));

  fk_byte_source_read (a, BASE + 0x3f8, bytes, present, sizeof present);
  for (guint i = 0; i < sizeof present; i++)
    g_assert_cmpuint (present[i], ==, i < 8 || i >= 8 + 36);
  g_assert_finalize_object (a);
  g_assert_finalize_object (b);
  free_pair (&pair);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  guint64 n_found = 0;
  GArray **hits = user_data;

  *hits = fk_hex_find_finish (FK_BYTE_SOURCE (source), result, &n_found, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_found, ==, (*hits)->len);
}

static GArray *
find_text (FkByteSource *source, const char *text)
{
  g_autoptr (FkHexPattern) pattern = fk_hex_pattern_new (FK_HEX_PATTERN_TEXT, text, FALSE, NULL);
  GArray *hits = NULL;

  fk_hex_find_async (source, pattern, NULL, on_found, &hits);
  while (hits == NULL)
    g_main_context_iteration (NULL, TRUE);
  while (g_atomic_int_get (&G_OBJECT (source)->ref_count) > 1)
    g_thread_yield (); /* the thread lets go of it a moment later */
  return hits;
}

/* What the second has more divides a text of the first; its addresses follow each other all the
 * same. */
static void
test_diff_find_across_gap (void)
{
  static const char text[] = "divided bya-gap.";
  Pair pair = make_pair_with (0x400 - 8, text);
  FkByteSource *source = fk_diff_source_new (pair.layout, FK_DIFF_FIRST, pair.images[0]);
  FkHexView *view = g_object_ref_sink (FK_HEX_VIEW (fk_hex_view_new ()));
  g_autoptr (GArray) hits = find_text (source, text);
  guint64 start = BASE + 0x400 - 8;

  g_assert_cmpuint (hits->len, ==, 1);
  g_assert_cmphex (g_array_index (hits, guint64, 0), ==, start);
  g_assert_cmpuint (fk_byte_source_get_span (source, start, 16), ==, 16 + 36);
  fk_hex_view_set_source (view, source);
  fk_hex_view_set_hits (view, hits, 16);
  for (guint i = 0; i < 64; i++)
    g_assert_cmpint (fk_hex_view_is_hit (view, start - 1 + i), ==,
                     (i >= 1 && i < 9) || (i >= 9 + 36 && i < 17 + 36));
  g_object_unref (view);
  g_assert_finalize_object (source);
  free_pair (&pair);
}

/* The first leaps to another segment where the second goes on: no gap is shown, but what follows
 * does not continue what stands before. */
static void
test_diff_find_across_leap (void)
{
  static const guint8 bytes[] = "12345678abcdefgh";
  FkImage *images[2] = { fk_image_new (), fk_image_new () };
  FkLineup lineup = { 2, g_array_new (FALSE, FALSE, sizeof (FkLineupPiece)), { 0 } };
  FkLineupPiece pieces[] = {
    { FK_LINEUP_SAME, { { BASE, 8 }, { BASE, 8 } } },
    { FK_LINEUP_SAME, { { BASE + 0x20, 8 }, { BASE + 8, 8 } } },
  };
  g_autoptr (FkDiffLayout) layout = NULL;
  FkByteSource *sources[2];

  fk_image_add_data (images[0], BASE, bytes, 8, NULL);
  fk_image_add_data (images[0], BASE + 0x20, bytes + 8, 8, NULL);
  fk_image_add_data (images[1], BASE, bytes, 16, NULL);
  g_array_append_vals (lineup.pieces, pieces, G_N_ELEMENTS (pieces));
  layout = fk_diff_layout_new (&lineup);
  for (guint side = 0; side < 2; side++)
    {
      g_autoptr (GArray) hits = NULL;

      sources[side] = fk_diff_source_new (layout, side, images[side]);
      hits = find_text (sources[side], "78ab");
      g_assert_cmpuint (hits->len, ==, side);
      g_assert_finalize_object (sources[side]);
      g_assert_finalize_object (images[side]);
    }
  g_array_unref (lineup.pieces);
}

static void
on_activated (FkDiffList *list, guint index, guint *found)
{
  *found = index;
}

static void
test_diff_list (void)
{
  static const FkRange sectors[] = { { BASE, 0x500 }, { BASE + 0x500, 0x4000 } };
  Pair pair = make_pair ();
  GtkWidget *list = g_object_new (FK_TYPE_DIFF_LIST, NULL);
  GtkWidget *window = adw_window_new ();
  GtkWidget *view = find_widget_of_type (list, GTK_TYPE_COLUMN_VIEW);
  GtkSelectionModel *model = gtk_column_view_get_model (GTK_COLUMN_VIEW (view));
  guint found = 99;

  fk_diff_list_show (FK_DIFF_LIST (list), pair.layout, pair.images, sectors, 2);
  g_signal_connect (list, "activated", G_CALLBACK (on_activated), &found);
  gtk_window_set_default_size (GTK_WINDOW (window), 700, 300);
  adw_window_set_content (ADW_WINDOW (window), list);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 2);
  fk_diff_list_select (FK_DIFF_LIST (list), 1);
  g_assert_cmpuint (gtk_single_selection_get_selected (GTK_SINGLE_SELECTION (model)), ==, 1);
  g_signal_emit_by_name (view, "activate", 1);
  g_assert_cmpuint (found, ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
  free_pair (&pair);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/diff/layout", test_diff_layout);
  g_test_add_func ("/diff/layout-segments", test_diff_layout_segments);
  g_test_add_func ("/diff/source", test_diff_source);
  g_test_add_func ("/diff/find-across-gap", test_diff_find_across_gap);
  g_test_add_func ("/diff/find-across-leap", test_diff_find_across_leap);
  g_test_add_func ("/diff/list", test_diff_list);

  return g_test_run ();
}
