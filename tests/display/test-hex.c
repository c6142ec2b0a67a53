/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "find-widget.h"
#include "hex/fk-hex-find-panel.h"
#include "hex/fk-hex-layout.h"
#include "hex/fk-hex-search.h"
#include "hex/fk-hex-view-private.h"
#include "hex/fk-image-source.h"

#include <adwaita.h>

static FkImage *
make_image (guint32 address, gsize size)
{
  g_autofree guint8 *data = g_malloc (size);
  g_autoptr (GBytes) bytes = NULL;

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8)(i * 7);
  bytes = g_bytes_new_take (g_steal_pointer (&data), size);
  return fk_image_new_for_bytes (address, bytes, NULL);
}

static void
test_layout_cells (void)
{
  FkHexLayout layout = { .columns = 16, .cell = 10, .row_height = 20 };
  guint column;

  fk_hex_layout_set_extent (&layout, 0x08000005, 100);
  g_assert_cmphex (layout.start, ==, 0x08000000);
  g_assert_cmpuint (fk_hex_layout_get_n_rows (&layout), ==, 7);
  g_assert_cmpuint (fk_hex_layout_get_row_of (&layout, 0), ==, 0);
  g_assert_cmpuint (fk_hex_layout_get_row_of (&layout, G_MAXUINT64), ==, 6);
  /* Every cell of a byte leads back to it. */
  for (guint i = 0; i < 16; i++)
    {
      double x = fk_hex_layout_get_byte_cell (&layout, i) * layout.cell;

      g_assert_cmpint (fk_hex_layout_hit (&layout, x + 1, &column), ==, FK_HEX_AREA_BYTES);
      g_assert_cmpuint (column, ==, i);
      g_assert_cmpint (fk_hex_layout_hit (&layout, x + 19, &column), ==, FK_HEX_AREA_BYTES);
      g_assert_cmpuint (column, ==, i);
      x = fk_hex_layout_get_text_cell (&layout, i) * layout.cell;
      g_assert_cmpint (fk_hex_layout_hit (&layout, x + 5, &column), ==, FK_HEX_AREA_TEXT);
      g_assert_cmpuint (column, ==, i);
    }
  g_assert_cmpint (fk_hex_layout_hit (&layout, 3, &column), ==, FK_HEX_AREA_ADDRESS);
}

static void
test_layout_fit (void)
{
  FkHexLayout layout = { .cell = 8, .row_height = 20 };

  fk_hex_layout_set_extent (&layout, 0, G_GUINT64_CONSTANT (0x100000000));
  g_assert_cmpuint (layout.address_digits, ==, 8);
  fk_hex_layout_fit (&layout, 2000);
  g_assert_cmpuint (layout.columns, ==, 16);
  fk_hex_layout_fit (&layout, 360);
  g_assert_cmpuint (layout.columns, ==, 8);
  fk_hex_layout_fit (&layout, 10);
  g_assert_cmpuint (layout.columns, ==, 4);
  fk_hex_layout_set_extent (&layout, 0, G_GUINT64_CONSTANT (0x100000001));
  g_assert_cmpuint (layout.address_digits, ==, 16);
}

typedef struct
{
  GtkWidget *window;
  FkHexView *view;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FkImage) image = make_image (0x08000000, 4096);
  g_autoptr (FkByteSource) source = fk_image_source_new (image);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  fixture->view = FK_HEX_VIEW (fk_hex_view_new ());
  fk_hex_view_set_source (fixture->view, source);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (fixture->view));
  fixture->window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 800, 400);
  adw_window_set_content (ADW_WINDOW (fixture->window), scroller);
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (fixture->window);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
}

static gboolean
is_cursor_seen (FkHexView *view)
{
  guint64 row = fk_hex_layout_get_row_of (&view->layout, fk_hex_view_get_cursor (view));
  double y = (double)row * view->layout.row_height;
  double top = gtk_adjustment_get_value (view->vadjustment);

  return y >= top &&
         y + view->layout.row_height <= top + gtk_adjustment_get_page_size (view->vadjustment);
}

/* The view's place in the window. */
static void
resize (Fixture *fixture, int width, int height)
{
  GtkWidget *view = GTK_WIDGET (fixture->view);
  GtkWidget *scroller = gtk_widget_get_parent (view);

  gtk_widget_set_halign (scroller, GTK_ALIGN_START);
  gtk_widget_set_valign (scroller, GTK_ALIGN_START);
  gtk_widget_set_size_request (scroller, width, height);
  while (gtk_widget_get_width (view) != width || gtk_widget_get_height (view) != height)
    g_main_context_iteration (NULL, TRUE);
}

/* Fewer columns, and less height: the cursor stays in sight, if it was. */
static void
test_view_resize (Fixture *fixture, gconstpointer data)
{
  guint columns = fixture->view->layout.columns;

  fk_hex_view_set_cursor (fixture->view, 0x08000fff);
  g_assert_true (is_cursor_seen (fixture->view));
  resize (fixture, 360, 400);
  g_assert_cmpuint (fixture->view->layout.columns, <, columns);
  g_assert_true (is_cursor_seen (fixture->view));
  resize (fixture, 800, 200);
  g_assert_true (is_cursor_seen (fixture->view));
  resize (fixture, 800, 400);
  g_assert_true (is_cursor_seen (fixture->view));

  gtk_adjustment_set_value (fixture->view->vadjustment, 0);
  resize (fixture, 360, 300);
  g_assert_cmpfloat (gtk_adjustment_get_value (fixture->view->vadjustment), ==, 0);
}

static void
test_view_keys (Fixture *fixture, gconstpointer data)
{
  guint64 start;
  guint64 size;

  g_assert_cmphex (fk_hex_view_get_cursor (fixture->view), ==, 0x08000000);
  fk_hex_view_handle_key (fixture->view, GDK_KEY_Left, 0);
  g_assert_cmphex (fk_hex_view_get_cursor (fixture->view), ==, 0x08000000);
  fk_hex_view_handle_key (fixture->view, GDK_KEY_Down, 0);
  g_assert_cmphex (fk_hex_view_get_cursor (fixture->view), ==, 0x08000010);
  fk_hex_view_handle_key (fixture->view, GDK_KEY_End, GDK_SHIFT_MASK);
  g_assert_true (fk_hex_view_get_selection (fixture->view, &start, &size));
  g_assert_cmphex (start, ==, 0x08000010);
  g_assert_cmpuint (size, ==, 16);
  fk_hex_view_handle_key (fixture->view, GDK_KEY_End, GDK_CONTROL_MASK);
  g_assert_cmphex (fk_hex_view_get_cursor (fixture->view), ==, 0x08000fff);
  g_assert_false (fk_hex_view_get_selection (fixture->view, &start, &size));
  fk_hex_view_handle_key (fixture->view, GDK_KEY_Page_Down, 0);
  g_assert_cmphex (fk_hex_view_get_cursor (fixture->view), ==, 0x08000fff);
  g_assert_false (fk_hex_view_handle_key (fixture->view, GDK_KEY_F5, 0));
  g_assert_false (fk_hex_view_handle_key (fixture->view, GDK_KEY_Left, GDK_ALT_MASK));
}

static char *
read_clipboard (FkHexView *view)
{
  GdkContentProvider *content =
      gdk_clipboard_get_content (gtk_widget_get_clipboard (GTK_WIDGET (view)));
  g_auto (GValue) value = G_VALUE_INIT;

  g_assert_nonnull (content);
  g_value_init (&value, G_TYPE_STRING);
  g_assert_true (gdk_content_provider_get_value (content, &value, NULL));
  return g_value_dup_string (&value);
}

static void
assert_copied (FkHexView *view, const char *action, const char *wanted)
{
  g_autofree char *text = NULL;

  gtk_widget_activate_action (GTK_WIDGET (view), action, NULL);
  text = read_clipboard (view);
  g_assert_cmpstr (text, ==, wanted);
}

static void
keep_message (FkHexView *view, const char *text, char **message)
{
  g_free (*message);
  *message = g_strdup (text);
}

static void
test_view_copy (Fixture *fixture, gconstpointer data)
{
  g_autofree char *message = NULL;
  g_autoptr (FkImage) image = make_image (0, 2 * 1024 * 1024);
  g_autoptr (FkByteSource) source = fk_image_source_new (image);

  g_signal_connect (fixture->view, "message", G_CALLBACK (keep_message), &message);
  fk_hex_view_select (fixture->view, 0x08000009, 3);
  assert_copied (fixture->view, "hex.copy", "3f 46 4d");
  assert_copied (fixture->view, "hex.copy-text", "?FM");
  assert_copied (fixture->view, "hex.copy-base64", "P0ZN");
  assert_copied (fixture->view, "hex.copy-c",
                 "const uint8_t data[3] = {\n  0x3f, 0x46, 0x4d,\n};\n");
  g_assert_null (message);
  /* Too much leaves the clipboard alone, and says so. */
  fk_hex_view_set_source (fixture->view, source);
  gtk_widget_activate_action (GTK_WIDGET (fixture->view), "hex.select-all", NULL);
  assert_copied (fixture->view, "hex.copy", "const uint8_t data[3] = {\n  0x3f, 0x46, 0x4d,\n};\n");
  g_assert_cmpstr (message, ==, "Too much to copy: select at most 1.0\302\240MiB.");
}

/* Bytes that are not there are left out of a copy, and that is said. */
static void
test_view_copy_gap (Fixture *fixture, gconstpointer data)
{
  g_autofree char *message = NULL;
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (FkByteSource) source = NULL;

  g_assert_true (fk_image_add_data (image, 0x100, (const guint8 *)"ab", 2, NULL));
  g_assert_true (fk_image_add_data (image, 0x104, (const guint8 *)"cd", 2, NULL));
  source = fk_image_source_new (image);
  fk_hex_view_set_source (fixture->view, source);
  g_signal_connect (fixture->view, "message", G_CALLBACK (keep_message), &message);
  fk_hex_view_select (fixture->view, 0x100, 5);
  assert_copied (fixture->view, "hex.copy", "61 62 63");
  g_assert_cmpstr (message, ==, "Copied without 2 bytes that are not there.");
}

static void
test_view_word (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (FkByteSource) source = NULL;
  guint64 start;
  guint64 size;

  g_assert_true (
      fk_image_add_data (image, 0x100, (const guint8 *)"\0\1Marlin 2\0\1\2\3", 14, NULL));
  source = fk_image_source_new (image);
  fk_hex_view_set_source (fixture->view, source);
  fk_hex_view_select_word (fixture->view, 0x105, FK_HEX_AREA_TEXT);
  fk_hex_view_get_selection (fixture->view, &start, &size);
  g_assert_cmphex (start, ==, 0x102);
  g_assert_cmpuint (size, ==, 8);
  fk_hex_view_select_word (fixture->view, 0x105, FK_HEX_AREA_BYTES);
  fk_hex_view_get_selection (fixture->view, &start, &size);
  g_assert_cmphex (start, ==, 0x104);
  g_assert_cmpuint (size, ==, 4);
}

static void
set_true (gpointer user_data)
{
  gboolean *flag = user_data;

  *flag = TRUE;
}

/* The entry waits a little before it searches, and the search is on a thread. */
static void
wait_items (GtkWidget *list, guint n)
{
  GListModel *model = G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)));
  gboolean late = FALSE;
  guint timeout = g_timeout_add_once (20000, set_true, &late);

  while (g_list_model_get_n_items (model) != n && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, n);
  g_source_remove (timeout);
}

static void
wait_error (GtkWidget *entry)
{
  gboolean late = FALSE;
  guint timeout = g_timeout_add_once (20000, set_true, &late);

  while (!gtk_widget_has_css_class (entry, "error") && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (gtk_widget_has_css_class (entry, "error"));
  g_source_remove (timeout);
}

static void
assert_selected (FkHexView *view, guint64 wanted_start, guint64 wanted_size)
{
  guint64 start;
  guint64 size;

  fk_hex_view_get_selection (view, &start, &size);
  g_assert_cmphex (start, ==, wanted_start);
  g_assert_cmpuint (size, ==, wanted_size);
}

static void
test_find_panel (Fixture *fixture, gconstpointer data)
{
  GtkWidget *panel = g_object_new (FK_TYPE_HEX_FIND_PANEL, NULL);
  g_autofree char *message = NULL;
  GtkWidget *entry;
  GtkWidget *kind;
  GtkWidget *list;

  g_object_ref_sink (panel);
  fk_hex_find_panel_set_view (FK_HEX_FIND_PANEL (panel), fixture->view);
  g_signal_connect (fixture->view, "message", G_CALLBACK (keep_message), &message);
  entry = find_widget_of_type (panel, GTK_TYPE_SEARCH_ENTRY);
  kind = find_widget_of_type (panel, GTK_TYPE_DROP_DOWN);
  list = gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (gtk_widget_get_last_child (panel)));
  /* The bytes go up by 7 and repeat every 256. */
  gtk_drop_down_set_selected (GTK_DROP_DOWN (kind), FK_HEX_PATTERN_HEX);
  gtk_editable_set_text (GTK_EDITABLE (entry), "3f ?6 4d");
  wait_items (list, 16);
  fk_hex_find_panel_step (FK_HEX_FIND_PANEL (panel), TRUE);
  assert_selected (fixture->view, 0x08000009, 3);
  fk_hex_find_panel_step (FK_HEX_FIND_PANEL (panel), TRUE);
  assert_selected (fixture->view, 0x08000109, 3);
  fk_hex_find_panel_step (FK_HEX_FIND_PANEL (panel), FALSE);
  assert_selected (fixture->view, 0x08000009, 3);
  g_assert_null (message);
  fk_hex_find_panel_step (FK_HEX_FIND_PANEL (panel), FALSE);
  assert_selected (fixture->view, 0x08000f09, 3);
  g_assert_cmpstr (message, ==, "The search went on at the end.");
  gtk_test_widget_wait_for_draw (fixture->window);
  /* The list leads there as well. */
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (
                                         gtk_list_view_get_model (GTK_LIST_VIEW (list))),
                                     2);
  assert_selected (fixture->view, 0x08000209, 3);
  /* What is none is said, and finds nothing. */
  gtk_editable_set_text (GTK_EDITABLE (entry), "3f 4");
  wait_error (entry);
  wait_items (list, 0);
  fk_hex_find_panel_stop (FK_HEX_FIND_PANEL (panel));
  g_assert_finalize_object (panel);
}

static void
test_view_menu (Fixture *fixture, gconstpointer data)
{
  gtk_widget_activate_action (GTK_WIDGET (fixture->view), "hex.menu", NULL);
  g_assert_true (gtk_widget_get_visible (gtk_widget_get_first_child (GTK_WIDGET (fixture->view))));
}

static void
test_view_scrolls (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GtkAdjustment) adjustment = NULL;

  g_object_get (fixture->view, "vadjustment", &adjustment, NULL);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, 0);
  fk_hex_view_set_cursor (fixture->view, 0x08000800);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), >, 0);
  g_assert_cmpfloat (gtk_adjustment_get_upper (adjustment), >, 256 * 10);
}

static void
test_view_accessible (Fixture *fixture, gconstpointer data)
{
  fk_hex_view_set_cursor (fixture->view, 0x08000003);
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (fixture->view), GTK_ACCESSIBLE_ROLE_TEXT_BOX);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->view),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Address 0x08000003, value 0x15");
  fk_hex_view_select (fixture->view, 0x08000003, 5);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->view),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Address 0x08000003, value 0x15, 5 bytes selected");
}

/* A source of 32 positions: one row of a gap, one of the bytes at 0x08000100. */
#define TEST_TYPE_SHIFTED (test_shifted_get_type ())
G_DECLARE_FINAL_TYPE (TestShifted, test_shifted, TEST, SHIFTED, GObject)

struct _TestShifted
{
  GObject parent_instance;
};

static void
test_shifted_get_extent (FkByteSource *source, guint64 *start, guint64 *size)
{
  *start = 0;
  *size = 32;
}

static void
test_shifted_read (
    FkByteSource *source, guint64 position, guint8 *bytes, guint8 *present, gsize length)
{
  for (gsize i = 0; i < length; i++)
    {
      bytes[i] = (guint8)(position + i);
      present[i] = position + i >= 16 && position + i < 32;
    }
}

static gboolean
test_shifted_get_address (FkByteSource *source, guint64 position, guint64 *address)
{
  *address = 0x08000100 + position - 16;
  return position >= 16;
}

static gboolean
test_shifted_get_position (FkByteSource *source, guint64 address, guint64 *position)
{
  *position = address - 0x08000100 + 16;
  return address >= 0x08000100 && address < 0x08000110;
}

static void
test_shifted_iface_init (FkByteSourceInterface *iface)
{
  iface->get_extent = test_shifted_get_extent;
  iface->read = test_shifted_read;
  iface->get_address = test_shifted_get_address;
  iface->get_position = test_shifted_get_position;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestShifted,
                               test_shifted,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (FK_TYPE_BYTE_SOURCE, test_shifted_iface_init))

static void
test_shifted_class_init (TestShiftedClass *klass)
{
}

static void
test_shifted_init (TestShifted *self)
{
}

/* Positions are not what is spoken: the addresses are that they stand for. */
static void
test_view_shifted (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FkByteSource) source = g_object_new (TEST_TYPE_SHIFTED, NULL);

  fk_hex_view_set_source (fixture->view, source);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->view),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "A gap, no byte");
  fk_hex_view_set_cursor (fixture->view, 17);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->view),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Address 0x08000101, value 0x11");
  gtk_test_widget_wait_for_draw (fixture->window);
  fk_hex_view_set_source (fixture->view, NULL);
}

static void
test_view_empty (void)
{
  GtkWidget *view = g_object_ref_sink (fk_hex_view_new ());
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (FkByteSource) source = fk_image_source_new (image);

  fk_hex_view_handle_key (FK_HEX_VIEW (view), GDK_KEY_Right, 0);
  fk_hex_view_set_source (FK_HEX_VIEW (view), source);
  fk_hex_view_handle_key (FK_HEX_VIEW (view), GDK_KEY_End, GDK_CONTROL_MASK);
  g_assert_cmpuint (fk_hex_view_get_cursor (FK_HEX_VIEW (view)), ==, 0);
  gtk_widget_activate_action (view, "hex.select-all", NULL);
  g_assert_finalize_object (view);
}

/* Gaps are absent bytes, wherever the reading begins. */
static void
test_source_gaps (void)
{
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (FkByteSource) source = NULL;
  guint8 bytes[16];
  guint8 present[16];

  g_assert_true (fk_image_add_data (image, 0x08000002, (const guint8 *)"ab", 2, NULL));
  g_assert_true (fk_image_add_data (image, 0x08000008, (const guint8 *)"c", 1, NULL));
  g_assert_true (fk_image_add_data (image, 0x0800000c, (const guint8 *)"defgh", 5, NULL));
  source = fk_image_source_new (image);
  for (guint start = 0; start < 16; start++)
    {
      fk_byte_source_read (source, 0x08000000 + start, bytes, present, 16 - start);
      for (guint i = start; i < 16; i++)
        {
          gboolean wanted = i == 2 || i == 3 || i == 8 || i >= 12;

          g_assert_cmpuint (present[i - start], ==, wanted);
          if (wanted)
            g_assert_cmpuint (bytes[i - start], ==, (guint8) "  ab    c   defg"[i]);
        }
    }
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/hex/layout/cells", test_layout_cells);
  g_test_add_func ("/hex/layout/fit", test_layout_fit);
  g_test_add_func ("/hex/source/gaps", test_source_gaps);
  g_test_add ("/hex/view/resize", Fixture, NULL, set_up, test_view_resize, tear_down);
  g_test_add ("/hex/view/keys", Fixture, NULL, set_up, test_view_keys, tear_down);
  g_test_add ("/hex/view/copy", Fixture, NULL, set_up, test_view_copy, tear_down);
  g_test_add ("/hex/view/copy-gap", Fixture, NULL, set_up, test_view_copy_gap, tear_down);
  g_test_add ("/hex/view/word", Fixture, NULL, set_up, test_view_word, tear_down);
  g_test_add ("/hex/find-panel", Fixture, NULL, set_up, test_find_panel, tear_down);
  g_test_add ("/hex/view/menu", Fixture, NULL, set_up, test_view_menu, tear_down);
  g_test_add ("/hex/view/scrolls", Fixture, NULL, set_up, test_view_scrolls, tear_down);
  g_test_add ("/hex/view/accessible", Fixture, NULL, set_up, test_view_accessible, tear_down);
  g_test_add ("/hex/view/shifted", Fixture, NULL, set_up, test_view_shifted, tear_down);
  g_test_add_func ("/hex/view/empty", test_view_empty);
  return g_test_run ();
}
