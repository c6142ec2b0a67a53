/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "find-widget.h"
#include "widgets/fk-details.h"
#include "widgets/fk-fold-view.h"
#include "widgets/fk-memory-map.h"
#include "widgets/fk-progress-card.h"
#include "widgets/fk-value-row.h"

#include <adwaita.h>

static GtkWidget *
present (GtkWidget *child, int width, int height)
{
  GtkWidget *window = adw_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  adw_window_set_content (ADW_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  return window;
}

static GtkWidget *
make_fold (GtkWidget **sidebar, GtkWidget **content)
{
  *sidebar = gtk_label_new ("sidebar");
  *content = gtk_label_new ("content");
  return g_object_new (FK_TYPE_FOLD_VIEW, "sidebar", *sidebar, "content", *content, NULL);
}

static void
test_fold_wide (void)
{
  GtkWidget *sidebar;
  GtkWidget *content;
  GtkWidget *fold = make_fold (&sidebar, &content);
  GtkWidget *window = present (fold, 1000, 400);

  g_assert_false (fk_fold_view_get_folded (FK_FOLD_VIEW (fold)));
  g_assert_true (gtk_widget_get_mapped (sidebar));
  g_assert_true (gtk_widget_get_mapped (content));
  g_assert_cmpint (gtk_widget_get_width (sidebar), <, gtk_widget_get_width (content));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_fold_narrow (void)
{
  GtkWidget *sidebar;
  GtkWidget *content;
  GtkWidget *fold = make_fold (&sidebar, &content);
  GtkWidget *window = present (fold, 360, 400);

  g_assert_true (fk_fold_view_get_folded (FK_FOLD_VIEW (fold)));
  g_assert_false (gtk_widget_get_mapped (sidebar));
  g_assert_true (gtk_widget_get_mapped (content));
  fk_fold_view_set_show_content (FK_FOLD_VIEW (fold), FALSE);
  gtk_test_widget_wait_for_draw (window);
  g_assert_true (gtk_widget_get_mapped (sidebar));
  g_assert_false (gtk_widget_get_mapped (content));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Takes what the widget draws as pixels, 4 bytes each. */
static GdkTexture *
draw (GtkWidget *widget)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  float width = (float)gtk_widget_get_width (widget);
  float height = (float)gtk_widget_get_height (widget);
  g_autoptr (GskRenderNode) node = NULL;

  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  return gsk_renderer_render_texture (gtk_native_get_renderer (gtk_widget_get_native (widget)),
                                      node, &GRAPHENE_RECT_INIT (0, 0, width, height));
}

static guint32
get_pixel (GdkTexture *texture, int x, int y)
{
  gsize stride = (gsize)gdk_texture_get_width (texture) * 4;
  g_autofree guint8 *pixels = g_malloc (stride * (gsize)gdk_texture_get_height (texture));
  guint32 pixel;

  gdk_texture_download (texture, pixels, stride);
  memcpy (&pixel, pixels + (gsize)y * stride + (gsize)x * 4, 4);
  return pixel;
}

/* A single changed byte in a megabyte is seen, and its right neighbour is not. */
static void
test_map_draws (void)
{
  GtkWidget *map = fk_memory_map_new ();
  GtkWidget *window;
  const FkMapPart parts[] = { { 0x08000000, 0x40000, FK_MAP_USED },
                              { 0x08080000, 1, FK_MAP_CHANGED },
                              { 0x080fffff, 1, FK_MAP_CHANGED } };
  g_autoptr (GdkTexture) texture = NULL;
  guint32 used;
  guint32 changed;
  guint32 blank;

  fk_memory_map_set_extent (FK_MEMORY_MAP (map), 0x08000000, 0x100000);
  fk_memory_map_set_parts (FK_MEMORY_MAP (map), parts, G_N_ELEMENTS (parts));
  window = present (map, 400, 100);
  texture = draw (map);
  used = get_pixel (texture, 50, 11);
  changed = get_pixel (texture, gtk_widget_get_width (map) / 2 + 1, 11);
  blank = get_pixel (texture, gtk_widget_get_width (map) / 2 + 8, 11);
  g_assert_cmphex (used, !=, blank);
  g_assert_cmphex (changed, !=, blank);
  g_assert_cmphex (changed, !=, used);
  g_assert_cmphex (get_pixel (texture, gtk_widget_get_width (map) - 1, 11), ==, changed);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Sectors have borders, and the one that is pointed at is told of. */
static void
test_map_cells (void)
{
  GtkWidget *map = fk_memory_map_new ();
  GtkWidget *window;
  const FkMapPart part = { 0, 100, FK_MAP_USED };
  const FkMapCell cells[] = { { 0, 50, "the first" }, { 50, 50, "the second" } };
  g_autoptr (GdkTexture) texture = NULL;
  int middle;

  fk_memory_map_set_extent (FK_MEMORY_MAP (map), 0, 100);
  fk_memory_map_set_parts (FK_MEMORY_MAP (map), &part, 1);
  g_assert_false (gtk_widget_get_focusable (map));
  g_assert_false (fk_memory_map_point_at (FK_MEMORY_MAP (map), 0));
  fk_memory_map_set_cells (FK_MEMORY_MAP (map), cells, G_N_ELEMENTS (cells));
  window = present (map, 400, 100);
  gtk_window_set_focus (GTK_WINDOW (window), NULL);
  gtk_test_widget_wait_for_draw (window);
  texture = draw (map);
  middle = gtk_widget_get_width (map) / 2;
  g_assert_cmphex (get_pixel (texture, middle, 11), !=, get_pixel (texture, middle - 4, 11));
  g_assert_cmphex (get_pixel (texture, middle + 4, 11), ==, get_pixel (texture, middle - 4, 11));

  g_assert_null (fk_memory_map_get_cell_text (FK_MEMORY_MAP (map)));
  g_assert_true (gtk_widget_grab_focus (map));
  g_assert_cmpstr (fk_memory_map_get_cell_text (FK_MEMORY_MAP (map)), ==, "the first");
  g_assert_true (fk_memory_map_point_at (FK_MEMORY_MAP (map), 1));
  g_assert_cmpstr (fk_memory_map_get_cell_text (FK_MEMORY_MAP (map)), ==, "the second");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (map), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "the second");
  g_assert_false (fk_memory_map_point_at (FK_MEMORY_MAP (map), 2));
  fk_memory_map_set_cells (FK_MEMORY_MAP (map), cells, 1);
  g_assert_null (fk_memory_map_get_cell_text (FK_MEMORY_MAP (map)));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_map_empty (void)
{
  GtkWidget *map = fk_memory_map_new ();
  GtkWidget *window = present (map, 200, 100);
  g_autoptr (GdkTexture) texture = draw (map);

  g_assert_nonnull (texture);
  fk_memory_map_set_description (FK_MEMORY_MAP (map), "Nothing");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (map), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Nothing");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_progress_updates (void)
{
  GtkWidget *card = fk_progress_card_new ();
  GtkWidget *window = present (card, 400, 100);
  GtkWidget *bar = find_widget_of_type (card, GTK_TYPE_PROGRESS_BAR);

  fk_progress_card_update (FK_PROGRESS_CARD (card), "Backing up", "Reading flash", 0.25, 0);
  g_assert_cmpfloat (gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (bar)), ==, 0.25);
  fk_progress_card_update (FK_PROGRESS_CARD (card), NULL, NULL, 7, 0);
  g_assert_cmpfloat (gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (bar)), ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
on_cancel (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
}

static void
test_progress_cancels (void)
{
  static const GActionEntry entries[] = { { "cancel", on_cancel } };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  GtkWidget *card = fk_progress_card_new ();
  GtkWidget *window;
  gboolean cancelled = FALSE;

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, 1, &cancelled);
  gtk_widget_insert_action_group (card, "test", G_ACTION_GROUP (group));
  fk_progress_card_set_cancel_action (FK_PROGRESS_CARD (card), "test.cancel");
  window = present (card, 400, 100);
  g_signal_emit_by_name (find_widget_of_type (card, GTK_TYPE_BUTTON), "clicked");
  g_assert_true (cancelled);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_row_names (void)
{
  GtkWidget *row = g_object_ref_sink (fk_value_row_new ("Core", "Cortex-M4 <&>"));

  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Cortex-M4 <&>");
  g_object_unref (row);
}

static void
test_details (void)
{
  GtkWidget *details = fk_details_new ("first");
  GtkWidget *window = present (details, 400, 200);
  GtkWidget *label;

  gtk_expander_set_expanded (GTK_EXPANDER (find_widget_of_type (details, GTK_TYPE_EXPANDER)), TRUE);
  fk_details_set_text (FK_DETAILS (details), "0x08004000 <failed>");
  label = find_widget_of_type (gtk_expander_get_child (
                                   GTK_EXPANDER (find_widget_of_type (details, GTK_TYPE_EXPANDER))),
                               GTK_TYPE_LABEL);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, "0x08004000 <failed>");
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/fold/wide", test_fold_wide);
  g_test_add_func ("/fold/narrow", test_fold_narrow);
  g_test_add_func ("/map/draws", test_map_draws);
  g_test_add_func ("/map/empty", test_map_empty);
  g_test_add_func ("/map/cells", test_map_cells);
  g_test_add_func ("/progress/updates", test_progress_updates);
  g_test_add_func ("/progress/cancels", test_progress_cancels);
  g_test_add_func ("/row/names", test_row_names);
  g_test_add_func ("/details/text", test_details);
  return g_test_run ();
}
