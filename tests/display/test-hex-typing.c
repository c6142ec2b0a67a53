/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Overwriting bytes in the hex view. */

#include "config.h"

#include <adwaita.h>

#include "base/fk-error.h"
#include "hex/fk-hex-edit.h"
#include "hex/fk-hex-paste.h"
#include "hex/fk-hex-view-private.h"
#include "hex/fk-image-source.h"

#define START 0x08000000
#define SIZE  256

typedef struct
{
  GtkWidget *window;
  FkHexView *view;
  FkHexEdit *edit;
  char *said;
} Fixture;

static void
on_message (Fixture *fixture, const char *text)
{
  g_free (fixture->said);
  fixture->said = g_strdup (text);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree guint8 *zeros = g_malloc0 (SIZE);
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_steal_pointer (&zeros), SIZE);
  g_autoptr (FkImage) image = fk_image_new_for_bytes (START, bytes, NULL);
  g_autoptr (FkByteSource) source = fk_image_source_new (image);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  fixture->edit = fk_hex_edit_new (source);
  fixture->view = FK_HEX_VIEW (fk_hex_view_new ());
  g_signal_connect_swapped (fixture->view, "message", G_CALLBACK (on_message), fixture);
  fk_hex_view_set_source (fixture->view, FK_BYTE_SOURCE (fixture->edit));
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
  g_object_unref (fixture->edit);
  g_free (fixture->said);
}

static void
type (Fixture *fixture, const char *keys)
{
  for (; *keys != '\0'; keys++)
    g_assert_true (
        fk_hex_view_handle_key (fixture->view, gdk_unicode_to_keyval ((guint32)*keys), 0));
}

static void
activate (Fixture *fixture, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->view), action, NULL));
}

static guint
read_byte (Fixture *fixture, guint64 offset)
{
  guint8 byte;
  guint8 present;

  fk_byte_source_read (FK_BYTE_SOURCE (fixture->edit), START + offset, &byte, &present, 1);
  return byte;
}

static void
assert_described (Fixture *fixture, const char *text)
{
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->view),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text);
}

/* The first digit shows at once; the cursor goes on with the second; both are undone together. */
static void
test_digits (Fixture *fixture, gconstpointer data)
{
  type (fixture, "a");
  g_assert_cmphex (read_byte (fixture, 0), ==, 0xa0);
  g_assert_cmphex (fk_hex_view_get_cursor (fixture->view), ==, START);
  type (fixture, "B");
  g_assert_cmphex (read_byte (fixture, 0), ==, 0xab);
  assert_described (fixture, "Address 0x08000000, changed from 0x00 to 0xab");
  g_assert_cmphex (fk_hex_view_get_cursor (fixture->view), ==, START + 1);
  type (fixture, "c");
  /* A half-typed byte is left as it is when the cursor goes elsewhere. */
  fk_hex_view_handle_key (fixture->view, GDK_KEY_Right, 0);
  type (fixture, "1");
  g_assert_cmphex (read_byte (fixture, 1), ==, 0xc0);
  g_assert_cmphex (read_byte (fixture, 2), ==, 0x10);
  activate (fixture, "hex.undo");
  assert_described (fixture, "Undone. Address 0x08000002, value 0x00");
  g_assert_cmphex (read_byte (fixture, 1), ==, 0xc0);
  activate (fixture, "hex.undo");
  assert_described (fixture, "Undone. 2 bytes from address 0x08000000 on");
  g_assert_cmphex (fk_hex_view_get_cursor (fixture->view), ==, START);
  g_assert_cmpuint (fk_hex_edit_get_n_changed (fixture->edit), ==, 0);
  activate (fixture, "hex.redo");
  assert_described (fixture, "Done again. 2 bytes from address 0x08000000 on");
  g_assert_cmphex (read_byte (fixture, 0), ==, 0xab);
}

/* Keys that mean something else are not typed, nor is anything without an edit. */
static void
test_not_typed (Fixture *fixture, gconstpointer data)
{
  g_assert_false (fk_hex_view_handle_key (fixture->view, GDK_KEY_g, 0));
  g_assert_false (fk_hex_view_handle_key (fixture->view, GDK_KEY_a, GDK_CONTROL_MASK));
  g_assert_false (fk_hex_view_handle_key (fixture->view, GDK_KEY_a, GDK_ALT_MASK));
  g_assert_cmpuint (fk_hex_edit_get_n_changed (fixture->edit), ==, 0);
  fk_hex_view_set_source (fixture->view, fk_hex_edit_get_base (fixture->edit));
  g_assert_false (fk_hex_view_handle_key (fixture->view, GDK_KEY_a, 0));
  g_assert_false (gtk_widget_activate_action (GTK_WIDGET (fixture->view), "hex.erase", NULL) &&
                  fk_hex_edit_get_n_changed (fixture->edit) > 0);
}

static void
test_text (Fixture *fixture, gconstpointer data)
{
  activate (fixture, "hex.type-text");
  assert_described (fixture, "Typing text");
  type (fixture, "Hi a");
  g_assert_cmphex (read_byte (fixture, 0), ==, 'H');
  g_assert_cmphex (read_byte (fixture, 2), ==, ' ');
  g_assert_cmphex (read_byte (fixture, 3), ==, 'a');
  activate (fixture, "hex.undo");
  g_assert_cmpuint (fk_hex_edit_get_n_changed (fixture->edit), ==, 0);
}

/* A selection is typed over from its beginning. */
static void
test_selection (Fixture *fixture, gconstpointer data)
{
  fk_hex_view_select (fixture->view, START + 4, 4);
  type (fixture, "12");
  g_assert_cmphex (read_byte (fixture, 4), ==, 0x12);
  g_assert_cmphex (fk_hex_view_get_cursor (fixture->view), ==, START + 5);
}

static void
test_end (Fixture *fixture, gconstpointer data)
{
  fk_hex_view_set_cursor (fixture->view, START + SIZE - 1);
  type (fixture, "123");
  g_assert_cmphex (read_byte (fixture, SIZE - 1), ==, 0x12);
  g_assert_cmpstr (fixture->said, ==, "This is the end. Bytes are overwritten; none can be added.");
}

static void
test_paste (Fixture *fixture, gconstpointer data)
{
  fk_hex_view_paste_text (fixture->view, "de ad be ef");
  g_assert_cmphex (read_byte (fixture, 3), ==, 0xef);
  g_assert_cmphex (fk_hex_view_get_cursor (fixture->view), ==, START + 4);
  assert_described (fixture, "Overwritten. 4 bytes from address 0x08000000 on");
  /* Only as many as are selected, and as are there. */
  fk_hex_view_select (fixture->view, START + 8, 2);
  fk_hex_view_paste_text (fixture->view, "01 02 03");
  g_assert_cmpstr (fixture->said, ==,
                   "The clipboard holds 3 bytes, and 2 bytes are selected. Nothing was changed.");
  fk_hex_view_set_cursor (fixture->view, START + SIZE - 1);
  fk_hex_view_paste_text (fixture->view, "01 02");
  g_assert_cmpstr (fixture->said, ==,
                   "The clipboard holds 2 bytes, and 1 byte fits here. Nothing was changed.");
  fk_hex_view_paste_text (fixture->view, "hello");
  g_assert_cmpstr (fixture->said, ==, "Nothing was pasted: “hello” is no hexadecimal number.");
  g_assert_cmpuint (fk_hex_edit_get_n_changed (fixture->edit), ==, 4);
  activate (fixture, "hex.type-text");
  fk_hex_view_set_cursor (fixture->view, START + 16);
  fk_hex_view_paste_text (fixture->view, "hello");
  g_assert_cmphex (read_byte (fixture, 20), ==, 'o');
}

/* From the clipboard, and back to it. */
static void
test_clipboard (Fixture *fixture, gconstpointer data)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (fixture->view));
  g_autofree char *text = NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  gdk_clipboard_set_text (clipboard, "0x11, 0x22,");
  activate (fixture, "hex.paste");
  while (fk_hex_edit_get_n_changed (fixture->edit) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmphex (read_byte (fixture, 1), ==, 0x22);
  fk_hex_view_select (fixture->view, START, 2);
  activate (fixture, "hex.cut");
  assert_described (fixture, "Erased. 2 bytes from address 0x08000000 on");
  g_assert_cmphex (read_byte (fixture, 0), ==, 0xff);
  g_value_init (&value, G_TYPE_STRING);
  g_assert_true (
      gdk_content_provider_get_value (gdk_clipboard_get_content (clipboard), &value, NULL));
  g_assert_cmpstr (g_value_get_string (&value), ==, "11 22");
}

static void
test_fill (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) pattern = g_bytes_new ("\x12\x34\x56", 3);

  fk_hex_view_select (fixture->view, START + 16, 5);
  fk_hex_view_fill (fixture->view, pattern);
  g_assert_cmphex (read_byte (fixture, 15), ==, 0);
  g_assert_cmphex (read_byte (fixture, 18), ==, 0x56);
  g_assert_cmphex (read_byte (fixture, 20), ==, 0x34);
  g_assert_cmphex (read_byte (fixture, 21), ==, 0);
  fk_hex_view_set_erased_value (fixture->view, 0x99);
  activate (fixture, "hex.erase");
  g_assert_cmphex (read_byte (fixture, 20), ==, 0x99);
  activate (fixture, "hex.undo");
  activate (fixture, "hex.undo");
  g_assert_cmpuint (fk_hex_edit_get_n_changed (fixture->edit), ==, 0);
}

static void
test_changes (Fixture *fixture, gconstpointer data)
{
  fk_hex_view_set_cursor (fixture->view, START + 100);
  type (fixture, "1122");
  fk_hex_view_set_cursor (fixture->view, START + 10);
  type (fixture, "33");
  fk_hex_view_set_cursor (fixture->view, START);
  activate (fixture, "hex.next-change");
  g_assert_cmphex (fk_hex_view_get_cursor (fixture->view), ==, START + 10);
  assert_described (fixture, "Address 0x0800000a, changed from 0x00 to 0x33");
  activate (fixture, "hex.next-change");
  g_assert_cmphex (fk_hex_view_get_cursor (fixture->view), ==, START + 100);
  g_assert_null (fixture->said);
  activate (fixture, "hex.next-change");
  g_assert_cmphex (fk_hex_view_get_cursor (fixture->view), ==, START + 10);
  g_assert_cmpstr (fixture->said, ==, "The first change again.");
  activate (fixture, "hex.previous-change");
  g_assert_cmphex (fk_hex_view_get_cursor (fixture->view), ==, START + 100);
  g_assert_cmpstr (fixture->said, ==, "The last change again.");
}

/* What does not get onto the clipboard stays where it is. */
static void
test_cut (Fixture *fixture, gconstpointer data)
{
  const gsize size = 1024 * 1024 + 1;
  g_autofree guint8 *zeros = g_malloc0 (size);
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_steal_pointer (&zeros), size);
  g_autoptr (FkImage) image = fk_image_new_for_bytes (START, bytes, NULL);
  g_autoptr (FkByteSource) source = fk_image_source_new (image);
  g_autoptr (FkHexEdit) edit = fk_hex_edit_new (source);

  fk_hex_view_set_source (fixture->view, FK_BYTE_SOURCE (edit));
  fk_hex_view_select (fixture->view, START, size);
  activate (fixture, "hex.cut");
  g_assert_true (g_str_has_prefix (fixture->said, "Too much to copy"));
  g_assert_cmpuint (fk_hex_edit_get_n_changed (edit), ==, 0);
  fk_hex_view_select (fixture->view, START, 16);
  activate (fixture, "hex.cut");
  g_assert_cmpuint (fk_hex_edit_get_n_changed (edit), ==, 16);
}

/* The view may be the only one that holds what is edited; the last byte is half typed. */
static void
test_exchange (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FkByteSource) base = g_object_ref (fk_hex_edit_get_base (fixture->edit));
  FkHexEdit *edit = fk_hex_edit_new (base);

  fk_hex_view_set_source (fixture->view, FK_BYTE_SOURCE (edit));
  type (fixture, "a");
  g_object_add_weak_pointer (G_OBJECT (edit), (gpointer *)&edit);
  g_object_unref (edit);
  g_assert_nonnull (edit);
  fk_hex_view_set_source (fixture->view, base);
  g_assert_null (edit);
}

static void
assert_parsed (const char *text, const char *wanted, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = fk_hex_paste_parse (text, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), wanted, size);
}

static void
test_parse (void)
{
  static const char *const refused[] = {
    "",
    "  \n",
    "abc",
    "a b",
    "0x123",
    "0xg1",
    "12 3x",
    "{ 0x12",
    "{ }",
    "0x",
    "{ 256 }",
    "{ 010 }",
    "grün",
    "{ x }",
    "de\xff\xff",
    "{ -1 }",
    "a[] = { 1 }; b[] = { 2 };",
    "{ 1 } 2",
    "{ 1 }; /* open",
    "{ 1 } / 2",
  };

  assert_parsed ("de ad be ef", "\xde\xad\xbe\xef", 4);
  assert_parsed ("DEADBEEF", "\xde\xad\xbe\xef", 4);
  assert_parsed ("0xde,0xAD;\t0x5\n", "\xde\xad\x05", 3);
  assert_parsed ("const uint8_t data[3] = {\n  0x01, 17, 0xff,\n};\n", "\x01\x11\xff", 3);
  assert_parsed ("a[] = { 1 }; // the {first}\n/* and { 2 } */ \n;", "\x01", 1);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (fk_hex_paste_parse (refused[i], &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_USAGE);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

int
main (int argc, char **argv)
{
  const struct
  {
    const char *name;
    void (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/hex-typing/digits", test_digits },
    { "/hex-typing/not-typed", test_not_typed },
    { "/hex-typing/text", test_text },
    { "/hex-typing/selection", test_selection },
    { "/hex-typing/end", test_end },
    { "/hex-typing/paste", test_paste },
    { "/hex-typing/clipboard", test_clipboard },
    { "/hex-typing/cut", test_cut },
    { "/hex-typing/exchange", test_exchange },
    { "/hex-typing/fill", test_fill },
    { "/hex-typing/changes", test_changes },
  };

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/hex-typing/parse", test_parse);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
