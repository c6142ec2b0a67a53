/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hex/fk-hex-density.h"
#include "hex/fk-hex-map.h"
#include "hex/fk-hex-notes.h"
#include "hex/fk-image-source.h"

#include <adwaita.h>
#include <string.h>

static void
test_density (void)
{
  guint8 bytes[256];
  guint8 present[256];
  FkHexDensity density;

  memset (bytes, 0xff, sizeof bytes);
  memset (present, FK_BYTE_PRESENT, sizeof present);
  density = fk_hex_density_measure (bytes, present, sizeof bytes, 0xff);
  g_assert_cmpfloat (density.used, ==, 0);
  for (guint i = 0; i < 256; i++)
    bytes[i] = (guint8)i;
  density = fk_hex_density_measure (bytes, present, sizeof bytes, 0xff);
  g_assert_cmpfloat_with_epsilon (density.used, 255.0 / 256, 0.001);
  g_assert_cmpfloat_with_epsilon (density.entropy, 8, 0.001);
  for (guint i = 0; i < 256; i++)
    bytes[i] = i % 2 == 0 ? 'a' : 'b';
  density = fk_hex_density_measure (bytes, present, sizeof bytes, 0xff);
  g_assert_cmpfloat_with_epsilon (density.entropy, 1, 0.001);
  memset (bytes, 0, 64);
  density = fk_hex_density_measure (bytes, present, sizeof bytes, 0xff);
  g_assert_cmpfloat (density.used, ==, 1);
  density = fk_hex_density_measure (bytes, present, sizeof bytes, 0);
  g_assert_cmpfloat_with_epsilon (density.used, 0.75, 0.001);
  memset (present, FK_BYTE_ABSENT, 128);
  density = fk_hex_density_measure (bytes, present, sizeof bytes, 0xff);
  g_assert_cmpfloat_with_epsilon (density.used, 0.5, 0.001);
  memset (present, FK_BYTE_UNREADABLE, sizeof present);
  density = fk_hex_density_measure (bytes, present, sizeof bytes, 0xff);
  g_assert_cmpfloat (density.used, ==, 0);
  density = fk_hex_density_measure (bytes, present, 0, 0xff);
  g_assert_cmpfloat (density.used, ==, 0);
}

static void
put_word (guint8 *data, guint index, guint32 value)
{
  value = GUINT32_TO_LE (value);
  memcpy (data + 4 * index, &value, 4);
}

static void
test_vectors (void)
{
  g_autoptr (FkHexNotes) notes = fk_hex_notes_new ();
  guint8 data[256] = { 0 };
  const FkHexNote *note;
  g_autofree char *row = NULL;
  g_autofree char *interrupts = NULL;
  g_autofree char *byte = NULL;

  g_assert_cmpuint (fk_hex_notes_add_vectors (notes, 0x08000000, data, sizeof data), ==, 0);
  put_word (data, 0, 0x20020000);
  put_word (data, 1, 0x08000141);
  put_word (data, 3, 0x08000151);
  put_word (data, 15, 0x08000161);
  put_word (data, 18, 0x08000171); /* 16 and 17 are empty */
  put_word (data, 19, 0xe7fe4770); /* code */
  put_word (data, 20, 0x08000181);
  g_assert_cmpuint (fk_hex_notes_add_vectors (notes, 0x08000000, data, sizeof data), ==, 19);
  g_assert_cmpuint (fk_hex_notes_get_n (notes, FK_HEX_NOTE_VECTOR), ==, 5);
  note = fk_hex_notes_find (notes, FK_HEX_NOTE_VECTOR, 0x08000007, NULL);
  g_assert_cmpstr (note->text, ==, "Reset");
  g_assert_null (fk_hex_notes_find (notes, FK_HEX_NOTE_VECTOR, 0x08000008, NULL));
  note = fk_hex_notes_find (notes, FK_HEX_NOTE_VECTOR, 0x0800003c, NULL);
  g_assert_cmpstr (note->text, ==, "SysTick");
  note = fk_hex_notes_find (notes, FK_HEX_NOTE_VECTOR, 0x08000048, NULL);
  g_assert_cmpstr (note->text, ==, "IRQ 2");

  fk_hex_notes_add (notes, FK_HEX_NOTE_SECTOR, 0x08000000, 0x4000, "Sector 0", 0);
  row = fk_hex_notes_describe (notes, 0x08000000, 16);
  g_assert_cmpstr (row, ==, "Sector 0 · Initial stack – HardFault");
  put_word (data, 16, 0x08000171);
  put_word (data, 17, 0x08000171);
  fk_hex_notes_clear (notes, FK_HEX_NOTE_VECTOR);
  g_assert_cmpuint (fk_hex_notes_add_vectors (notes, 0x08000000, data, sizeof data), ==, 19);
  interrupts = fk_hex_notes_describe (notes, 0x08000040, 16);
  g_assert_cmpstr (interrupts, ==, "IRQ 0 – 2");
  byte = fk_hex_notes_describe_byte (notes, 0x08000005);
  g_assert_cmpstr (byte, ==, "Reset · Sector 0");
  /* A table that ends early is not read beyond its end. */
  fk_hex_notes_clear (notes, FK_HEX_NOTE_VECTOR);
  g_assert_cmpuint (fk_hex_notes_add_vectors (notes, 0x08000000, data, 9), ==, 2);
  g_assert_cmpuint (fk_hex_notes_add_vectors (notes, 0x08000000, data, 7), ==, 0);
}

static void
count (guint *n)
{
  (*n)++;
}

static void
test_bookmarks (void)
{
  g_autoptr (FkHexNotes) notes = fk_hex_notes_new ();
  guint index;
  guint n_changes = 0;

  g_signal_connect_swapped (notes, "changed", G_CALLBACK (count), &n_changes);
  fk_hex_notes_freeze (notes);
  fk_hex_notes_add (notes, FK_HEX_NOTE_BOOKMARK, 100, 100, "outer", 1);
  fk_hex_notes_add (notes, FK_HEX_NOTE_BOOKMARK, 110, 5, "inner", 2);
  fk_hex_notes_add (notes, FK_HEX_NOTE_BOOKMARK, 10, 5, "first", 7);
  g_assert_cmpuint (n_changes, ==, 0);
  fk_hex_notes_thaw (notes);
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpstr (fk_hex_notes_find (notes, FK_HEX_NOTE_BOOKMARK, 112, &index)->text, ==, "inner");
  g_assert_cmpuint (index, ==, 2);
  g_assert_cmpstr (fk_hex_notes_find (notes, FK_HEX_NOTE_BOOKMARK, 199, &index)->text, ==, "outer");
  g_assert_cmpuint (index, ==, 1);
  g_assert_null (fk_hex_notes_find (notes, FK_HEX_NOTE_BOOKMARK, 200, NULL));
  g_assert_cmpuint (fk_hex_notes_get (notes, FK_HEX_NOTE_BOOKMARK, 0)->color, <, FK_HEX_N_COLORS);
}

static void
set_true (gpointer data)
{
  *(gboolean *)data = TRUE;
}

static void
on_parts (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GArray **parts = user_data;

  *parts = fk_hex_density_finish (FK_BYTE_SOURCE (source), result, NULL);
}

/* The map shows the whole, and leads to every place of it. */
static void
test_map (void)
{
  g_autofree guint8 *data = g_malloc (65536);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (FkImage) image = NULL;
  g_autoptr (FkByteSource) source = NULL;
  g_autoptr (GtkAdjustment) adjustment = NULL;
  g_autoptr (GArray) parts = NULL;
  gboolean late = FALSE;
  guint timeout = g_timeout_add_once (20000, set_true, &late);
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  FkHexView *view = FK_HEX_VIEW (fk_hex_view_new ());
  FkHexMap *map = g_object_new (FK_TYPE_HEX_MAP, NULL);
  double top;

  memset (data, 0xff, 65536);
  memset (data + 32768, 0x12, 1024);
  bytes = g_bytes_new (data, 65536);
  image = fk_image_new_for_bytes (0x08000000, bytes, NULL);
  source = fk_image_source_new (image);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (view));
  gtk_widget_set_hexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (box), scroller);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (map));
  fk_hex_map_set_view (map, view);
  fk_hex_view_set_source (view, source);
  gtk_window_set_default_size (GTK_WINDOW (window), 800, 400);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);

  fk_hex_density_async (source, 64, 0, 64, 0xff, NULL, on_parts, &parts);
  while (parts == NULL && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (parts);
  g_assert_cmpuint (parts->len, ==, 64);
  g_assert_cmpfloat (g_array_index (parts, FkHexDensity, 31).used, ==, 0);
  g_assert_cmpfloat (g_array_index (parts, FkHexDensity, 32).used, ==, 1);
  g_assert_cmpfloat (g_array_index (parts, FkHexDensity, 33).used, ==, 0);

  g_object_get (view, "vadjustment", &adjustment, NULL);
  fk_hex_map_move_to (map, 0.5);
  top = gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment) / 2;
  g_assert_cmpfloat_with_epsilon (top / gtk_adjustment_get_upper (adjustment), 0.5, 0.001);
  gtk_test_widget_wait_for_draw (window);
  g_assert_true (fk_hex_map_handle_key (map, GDK_KEY_Home));
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, 0);
  g_assert_true (fk_hex_map_handle_key (map, GDK_KEY_End));
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), >, 0);
  g_assert_false (fk_hex_map_handle_key (map, GDK_KEY_a));
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (map), GTK_ACCESSIBLE_ROLE_SCROLLBAR);
  g_source_remove (timeout);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A source that counts what is read of it. */
#define COUNTED_SIZE (1024 * 1024)
#define PART_SIZE    (COUNTED_SIZE / 512)

#define TEST_TYPE_COUNTED (test_counted_get_type ())
G_DECLARE_FINAL_TYPE (TestCounted, test_counted, TEST, COUNTED, GObject)

struct _TestCounted
{
  GObject parent_instance;
  guint8 value;
  int n_read;
};

static void
test_counted_get_extent (FkByteSource *source, guint64 *start, guint64 *size)
{
  *start = 0;
  *size = COUNTED_SIZE;
}

static void
test_counted_read (
    FkByteSource *source, guint64 position, guint8 *bytes, guint8 *present, gsize length)
{
  memset (bytes, TEST_COUNTED (source)->value, length);
  memset (present, FK_BYTE_PRESENT, length);
}

static void
test_counted_read_in_thread (
    FkByteSource *source, guint64 position, guint8 *bytes, guint8 *present, gsize length)
{
  g_atomic_int_add (&TEST_COUNTED (source)->n_read, (int)length);
  test_counted_read (source, position, bytes, present, length);
}

static void
test_counted_iface_init (FkByteSourceInterface *iface)
{
  iface->get_extent = test_counted_get_extent;
  iface->read = test_counted_read;
  iface->read_in_thread = test_counted_read_in_thread;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestCounted,
                               test_counted,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (FK_TYPE_BYTE_SOURCE, test_counted_iface_init))

static void
test_counted_class_init (TestCountedClass *klass)
{
}

static void
test_counted_init (TestCounted *self)
{
  self->value = 0xff;
}

static void
spin (guint ms)
{
  gboolean done = FALSE;

  g_timeout_add_once (ms, set_true, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_read (TestCounted *source, int wanted)
{
  for (guint i = 0; i < 2000 && g_atomic_int_get (&source->n_read) < wanted; i++)
    spin (10);
  g_assert_cmpint (g_atomic_int_get (&source->n_read), ==, wanted);
}

static void
test_find_parts (void)
{
  g_autoptr (FkByteSource) source = g_object_new (TEST_TYPE_COUNTED, NULL);
  guint first;

  g_assert_cmpuint (fk_hex_density_find_parts (source, 512, 0, COUNTED_SIZE, &first), ==, 512);
  g_assert_cmpuint (first, ==, 0);
  g_assert_cmpuint (fk_hex_density_find_parts (source, 512, PART_SIZE, PART_SIZE, &first), ==, 1);
  g_assert_cmpuint (first, ==, 1);
  g_assert_cmpuint (fk_hex_density_find_parts (source, 512, PART_SIZE - 1, 2, &first), ==, 2);
  g_assert_cmpuint (first, ==, 0);
  g_assert_cmpuint (fk_hex_density_find_parts (source, 512, COUNTED_SIZE, 1, &first), ==, 0);
  g_assert_cmpuint (fk_hex_density_find_parts (source, 3, COUNTED_SIZE / 3, 1, &first), ==, 1);
  g_assert_cmpuint (first, ==, 1);
  g_assert_cmpuint (fk_hex_density_find_parts (source, 3, COUNTED_SIZE / 3 - 1, 1, &first), ==, 1);
  g_assert_cmpuint (first, ==, 0);
}

/* Of what comes in later only the parts that it lies in are read, and those once. */
static void
test_changes (void)
{
  const char *full = "From address 0x00000000, 100 % used, 0.0 bits of information a byte";
  g_autoptr (TestCounted) source = g_object_new (TEST_TYPE_COUNTED, NULL);
  FkHexView *view = g_object_ref_sink (FK_HEX_VIEW (fk_hex_view_new ()));
  FkHexMap *map = g_object_ref_sink (g_object_new (FK_TYPE_HEX_MAP, NULL));
  GtkAdjustment *adjustment = g_object_ref_sink (gtk_adjustment_new (0, 0, 100, 1, 10, 10));

  g_object_set (view, "vadjustment", adjustment, NULL);
  fk_hex_map_set_view (map, view);
  fk_hex_view_set_source (view, FK_BYTE_SOURCE (source));
  wait_read (source, COUNTED_SIZE);
  spin (20);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (map), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                       "From address 0x00000000, blank");
  source->value = 0x12;
  fk_byte_source_changed (FK_BYTE_SOURCE (source), 2 * PART_SIZE, 1);
  fk_byte_source_changed (FK_BYTE_SOURCE (source), 5, 10);
  wait_read (source, COUNTED_SIZE + 3 * PART_SIZE);
  spin (20);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (map), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                       full);
  fk_byte_source_changed (FK_BYTE_SOURCE (source), COUNTED_SIZE - 1, 1);
  wait_read (source, COUNTED_SIZE + 4 * PART_SIZE);

  /* L0 and L1 read as something else where they are erased. */
  fk_hex_view_set_erased_value (view, 0x12);
  wait_read (source, 2 * COUNTED_SIZE + 4 * PART_SIZE);
  spin (20);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (map), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                       "From address 0x00000000, blank");
  g_assert_finalize_object (map);
  g_assert_finalize_object (view);
  g_object_unref (adjustment);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/hex/density", test_density);
  g_test_add_func ("/hex/notes/vectors", test_vectors);
  g_test_add_func ("/hex/notes/bookmarks", test_bookmarks);
  g_test_add_func ("/hex/map", test_map);
  g_test_add_func ("/hex/map/find-parts", test_find_parts);
  g_test_add_func ("/hex/map/changes", test_changes);
  return g_test_run ();
}
