/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "find-widget.h"
#include "hex/fk-hex-inspector.h"
#include "hex/fk-hex-regions.h"
#include "hex/fk-hex-values.h"
#include "hex/fk-image-source.h"

#include <adwaita.h>

static void
test_values (void)
{
  static const struct
  {
    FkHexValueKind kind;
    const char *bytes;
    gsize n_bytes;
    const char *little;
    const char *big;
  } cases[] = {
    { FK_HEX_VALUE_UNSIGNED_8, "\xff", 1, "255", "255" },
    { FK_HEX_VALUE_SIGNED_8, "\xff", 1, "-1", "-1" },
    { FK_HEX_VALUE_SIGNED_8, "\x80", 1, "-128", "-128" },
    { FK_HEX_VALUE_UNSIGNED_16, "\x01\x80", 2, "32769", "384" },
    { FK_HEX_VALUE_SIGNED_16, "\x01\x80", 2, "-32767", "384" },
    { FK_HEX_VALUE_UNSIGNED_16, "\x01", 1, NULL, NULL },
    { FK_HEX_VALUE_UNSIGNED_32, "\xff\xff\xff\xff", 4, "4294967295", "4294967295" },
    { FK_HEX_VALUE_SIGNED_32, "\x00\x00\x00\x80", 4, "-2147483648", "128" },
    { FK_HEX_VALUE_UNSIGNED_32, "\xff\xff\xff", 3, NULL, NULL },
    { FK_HEX_VALUE_UNSIGNED_64, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, "18446744073709551615",
      "18446744073709551615" },
    { FK_HEX_VALUE_SIGNED_64, "\x00\x00\x00\x00\x00\x00\x00\x80", 8, "-9223372036854775808",
      "128" },
    { FK_HEX_VALUE_SIGNED_64, "\x00\x00\x00\x00\x00\x00\x00", 7, NULL, NULL },
    { FK_HEX_VALUE_FLOAT, "\x00\x00\x80\x3f", 4, "1", "4.6006e-41" },
    { FK_HEX_VALUE_FLOAT, "\xcd\xcc\xcc\x3d", 4, "0.1", NULL },
    { FK_HEX_VALUE_FLOAT, "\x00\x00\xc0\x7f", 4, "NaN", NULL },
    { FK_HEX_VALUE_FLOAT, "\x00\x00\x80\x7f", 4, "∞", NULL },
    { FK_HEX_VALUE_FLOAT, "\x00\x00\x80\xff", 4, "−∞", NULL },
    { FK_HEX_VALUE_FLOAT, "\x00\x00\x00\x80", 4, "-0", NULL },
    { FK_HEX_VALUE_FLOAT, "\x01\x00\x00\x00", 4, "1.4013e-45", NULL }, /* the smallest there is */
    { FK_HEX_VALUE_DOUBLE, "\x9a\x99\x99\x99\x99\x99\xb9\x3f", 8, "0.1", NULL },
    { FK_HEX_VALUE_DOUBLE, "\x33\x33\x33\x33\x33\x33\xd3\x3f", 8, "0.3", NULL },
    { FK_HEX_VALUE_DOUBLE, "\x34\x33\x33\x33\x33\x33\xd3\x3f", 8, "0.30000000000000004", NULL },
    { FK_HEX_VALUE_DOUBLE, "\x01\x00\x00\x00\x00\x00\x00\x00", 8, "4.94065645841247e-324", NULL },
    { FK_HEX_VALUE_DOUBLE, "\x00\x00\x00\x00\x00\x00\xf8\x7f", 8, "NaN", NULL },
    { FK_HEX_VALUE_BINARY, "\xa5", 1, "1010 0101", "1010 0101" },
    { FK_HEX_VALUE_CHARACTER, "A", 1, "A", "A" },
    { FK_HEX_VALUE_CHARACTER, "\n", 1, "LF", "LF" },
    { FK_HEX_VALUE_CHARACTER, "\0", 1, "NUL", "NUL" },
    { FK_HEX_VALUE_CHARACTER, "\x7f", 1, "DEL", "DEL" },
    { FK_HEX_VALUE_CHARACTER, "\xc3\xa9x", 3, "é (U+00E9)", NULL },
    { FK_HEX_VALUE_CHARACTER, "\xc3", 1, NULL, NULL },
    { FK_HEX_VALUE_CHARACTER, "\xff", 1, NULL, NULL },
    { FK_HEX_VALUE_CHARACTER, "\xe2\x80\xa8", 3, "U+2028", NULL },
    { FK_HEX_VALUE_TIME, "\x00\x00\x00\x00", 4, "1970-01-01 00:00:00 UTC", NULL },
    { FK_HEX_VALUE_TIME, "\xff\xff\xff\xff", 4, "2106-02-07 06:28:15 UTC", NULL },
    { FK_HEX_VALUE_ADDRESS, "\x41\x01\x00\x08", 4, "0x08000141", "0x41010008" },
    { FK_HEX_VALUE_ADDRESS, "\x41\x01\x00", 3, NULL, NULL },
    { FK_HEX_VALUE_BINARY, "", 0, NULL, NULL },
    { FK_HEX_VALUE_CHARACTER, "", 0, NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const guint8 *bytes = (const guint8 *)cases[i].bytes;
      g_autofree char *little = fk_hex_value_format (cases[i].kind, bytes, cases[i].n_bytes, FALSE);
      g_autofree char *big = fk_hex_value_format (cases[i].kind, bytes, cases[i].n_bytes, TRUE);

      g_assert_cmpstr (little, ==, cases[i].little);
      if (cases[i].big != NULL)
        g_assert_cmpstr (big, ==, cases[i].big);
    }
  for (guint kind = 0; kind < FK_HEX_N_VALUES; kind++)
    g_assert_nonnull (fk_hex_value_get_name (kind));
}

static void
test_regions (void)
{
  g_autoptr (FkHexRegions) regions = fk_hex_regions_new ();

  fk_hex_regions_add (regions, "UID", 0x1fff7a10, 12);
  g_assert_cmpstr (fk_hex_regions_find (regions, 0x1fff7a10), ==, "UID");
  g_assert_cmpstr (fk_hex_regions_find (regions, 0x1fff7a1c), ==, "System memory");
  g_assert_cmpstr (fk_hex_regions_find (NULL, 0x1fff7a10), ==, "System memory");
  g_assert_cmpstr (fk_hex_regions_find (NULL, 0), ==, "Start memory");
  g_assert_cmpstr (fk_hex_regions_find (NULL, 0x08000000), ==, "Flash");
  g_assert_cmpstr (fk_hex_regions_find (NULL, 0x2001ffff), ==, "RAM");
  g_assert_cmpstr (fk_hex_regions_find (NULL, 0x40022000), ==, "Peripherals");
  g_assert_cmpstr (fk_hex_regions_find (NULL, 0xe000ed00), ==, "The core's registers");
  g_assert_null (fk_hex_regions_find (NULL, 0xffffffff));
}

static void
assert_value (GtkWidget *inspector, FkHexValueKind kind, const char *wanted)
{
  GtkListBox *list = GTK_LIST_BOX (find_widget_of_type (inspector, GTK_TYPE_LIST_BOX));
  GtkWidget *row = GTK_WIDGET (gtk_list_box_get_row_at_index (list, (int)kind));
  GtkWidget *value =
      gtk_widget_get_last_child (gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (row)));

  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (value)), ==, wanted);
}

static void
keep_message (FkHexView *view, const char *text, char **kept)
{
  g_free (*kept);
  *kept = g_strdup (text);
}

/* The values follow the cursor, up to the last byte; activating one copies it. */
static void
test_inspector (void)
{
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (FkByteSource) source = NULL;
  g_autofree char *message = NULL;
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  FkHexView *view = FK_HEX_VIEW (fk_hex_view_new ());
  GtkWidget *inspector = g_object_new (FK_TYPE_HEX_INSPECTOR, NULL);
  GtkListBox *list = GTK_LIST_BOX (find_widget_of_type (inspector, GTK_TYPE_LIST_BOX));

  g_assert_true (
      fk_image_add_data (image, 0x08000000, (const guint8 *)"\x00\x00\x02\x20\x41\x01", 6, NULL));
  source = fk_image_source_new (image);
  fk_hex_inspector_set_view (FK_HEX_INSPECTOR (inspector), view);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (view));
  gtk_box_append (GTK_BOX (box), inspector);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
  assert_value (inspector, FK_HEX_VALUE_UNSIGNED_8, "–");

  fk_hex_view_set_source (view, source);
  assert_value (inspector, FK_HEX_VALUE_ADDRESS, "0x20020000, RAM");
  assert_value (inspector, FK_HEX_VALUE_UNSIGNED_64, "–");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (find_widget_of_type (inspector, GTK_TYPE_DROP_DOWN)),
                              1);
  assert_value (inspector, FK_HEX_VALUE_ADDRESS, "0x00000220, Start memory");
  fk_hex_view_set_cursor (view, 0x08000004);
  assert_value (inspector, FK_HEX_VALUE_UNSIGNED_16, "16641");
  assert_value (inspector, FK_HEX_VALUE_UNSIGNED_32, "–");
  g_assert_false (gtk_list_box_row_get_activatable (
      gtk_list_box_get_row_at_index (list, FK_HEX_VALUE_UNSIGNED_32)));

  g_signal_connect (view, "message", G_CALLBACK (keep_message), &message);
  g_signal_emit_by_name (list, "row-activated",
                         gtk_list_box_get_row_at_index (list, FK_HEX_VALUE_UNSIGNED_16));
  g_assert_cmpstr (message, ==, "Copied: 16641");
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/hex/values", test_values);
  g_test_add_func ("/hex/regions", test_regions);
  g_test_add_func ("/hex/inspector", test_inspector);
  return g_test_run ();
}
