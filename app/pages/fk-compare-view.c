/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two images side by side, aligned, with gaps where the other side has more; with what their
 * differences mean, the list of them, and a way from one to the next. */

#include "config.h"

#include "pages/fk-compare-view.h"

#include <glib/gi18n.h>

#include "hex/fk-hex-view.h"
#include "widgets/fk-diff-list.h"
#include "widgets/fk-diff-source.h"
#include "widgets/fk-list-focus.h"
#include "widgets/fk-memory-map.h"

/* A bar of a few hundred pixels shows no more parts than this. */
#define MAX_MAP_PARTS 2048u

struct _FkCompareView
{
  AdwBin parent_instance;

  GtkLabel *summary;
  GtkLabel *counts;
  FkMemoryMap *map_a;
  FkMemoryMap *map_b;
  GtkListBox *findings;
  GtkLabel *title_a;
  GtkLabel *detail_a;
  GtkLabel *title_b;
  GtkLabel *detail_b;
  GtkScrolledWindow *scroller_a;
  GtkScrolledWindow *scroller_b;
  FkHexView *view_a;
  FkHexView *view_b;
  FkDiffList *list;

  FkCompareSide *sides[2];
  FkCompareResult *result; /* (nullable): until it is shown */
};

G_DEFINE_FINAL_TYPE (FkCompareView, fk_compare_view, ADW_TYPE_BIN)

static void
show_bytes (FkCompareView *self)
{
  FkHexView *views[] = { self->view_a, self->view_b };
  FkImage *images[] = { fk_compare_side_get_image (self->sides[0]),
                        fk_compare_side_get_image (self->sides[1]) };

  for (guint side = 0; side < G_N_ELEMENTS (views); side++)
    {
      g_autoptr (FkByteSource) source =
          fk_diff_source_new (self->result->layout, side, images[side]);
      GArray *marks = self->result->marks[side];

      fk_hex_view_set_source (views[side], source);
      fk_hex_view_set_marks (views[side], (const FkHexMark *)(gpointer)marks->data, marks->len);
    }
}

/* Parts of one side, those that would share a pixel as one. */
static void
show_map (FkCompareView *self, FkMemoryMap *map, FkDiffSide side, guint64 start, guint64 end)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (FkMapPart));
  guint n = fk_diff_layout_get_n_differences (self->result->layout);
  guint64 pixel = (end - start) / MAX_MAP_PARTS;

  for (guint i = 0; i < n; i++)
    {
      FkRange range = fk_diff_layout_get_difference (self->result->layout, i)->ranges[side];
      FkMapPart part = { range.address, range.size, FK_MAP_CHANGED };
      FkMapPart *last = parts->len > 0 ? &g_array_index (parts, FkMapPart, parts->len - 1) : NULL;

      if (range.size == 0)
        continue;
      if (last != NULL && part.start - (last->start + last->size) < pixel)
        last->size = part.start + part.size - last->start;
      else
        g_array_append_val (parts, part);
    }
  fk_memory_map_set_extent (map, start, end - start);
  fk_memory_map_set_parts (map, (const FkMapPart *)(gpointer)parts->data, parts->len);
}

static void
show_maps (FkCompareView *self)
{
  guint64 start = G_MAXUINT64;
  guint64 end = 0;
  FkImage *images[] = { fk_compare_side_get_image (self->sides[0]),
                        fk_compare_side_get_image (self->sides[1]) };

  for (guint i = 0; i < G_N_ELEMENTS (images); i++)
    {
      FkRange extent;

      if (!fk_image_get_extent (images[i], &extent))
        continue;
      start = MIN (start, extent.address);
      end = MAX (end, fk_range_end (extent));
    }
  if (start >= end)
    return;
  show_map (self, self->map_a, FK_DIFF_FIRST, start, end);
  show_map (self, self->map_b, FK_DIFF_SECOND, start, end);
}

static void
show_summary (FkCompareView *self)
{
  g_autofree char *summary = fk_compare_result_make_summary (self->result);
  g_autofree char *counts = fk_compare_result_make_counts (self->result);

  gtk_label_set_label (self->summary, summary);
  gtk_label_set_label (self->counts, counts != NULL ? counts : "");
  gtk_widget_set_visible (GTK_WIDGET (self->counts), counts != NULL);
}

static void
add_finding (FkCompareView *self, const FkFinding *finding)
{
  GtkWidget *label = gtk_label_new (finding->text);
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_margin_start (label, 12);
  gtk_widget_set_margin_end (label, 12);
  gtk_widget_set_margin_top (label, 6);
  gtk_widget_set_margin_bottom (label, 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  finding->text, -1);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), finding->range.size > 0);
  g_object_set_data (G_OBJECT (row), "finding", (gpointer)finding);
  gtk_list_box_append (self->findings, row);
}

/* That there are differences is in the headline, which counts them as they stand here. */
static void
show_findings (FkCompareView *self)
{
  GPtrArray *findings = fk_comparison_get_findings (self->result->comparison);

  for (guint i = 0; i < findings->len; i++)
    {
      const FkFinding *finding = g_ptr_array_index (findings, i);

      if (!g_str_equal (finding->kind, "differences"))
        add_finding (self, finding);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->findings),
                          gtk_list_box_get_row_at_index (self->findings, 0) != NULL);
}

static void
go_to (FkCompareView *self, guint64 position, guint64 size)
{
  fk_hex_view_select (self->view_a, position, size);
  fk_hex_view_select (self->view_b, position, size);
}

static void
go_to_difference (FkCompareView *self, guint index)
{
  const FkDiffPiece *piece = fk_diff_layout_get_difference (self->result->layout, index);

  go_to (self, piece->position, piece->size);
  fk_diff_list_select (self->list, index);
}

static void
on_finding_activated (GtkListBox *list, GtkListBoxRow *row, FkCompareView *self)
{
  const FkFinding *finding = g_object_get_data (G_OBJECT (row), "finding");
  guint64 position;
  guint64 size = fk_compare_result_get_span (self->result, finding->range, &position);

  if (size > 0)
    go_to (self, position, size);
}

static void
on_difference_activated (FkDiffList *list, guint index, FkCompareView *self)
{
  go_to_difference (self, index);
}

static guint
count_differences (FkCompareView *self)
{
  return self->result != NULL ? fk_diff_layout_get_n_differences (self->result->layout) : 0;
}

static void
on_next (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkCompareView *self = FK_COMPARE_VIEW (widget);
  guint n = count_differences (self);
  guint64 start;
  guint64 size;
  guint next;

  if (n == 0)
    return;
  fk_hex_view_get_selection (self->view_a, &start, &size);
  next = fk_diff_layout_find_difference (self->result->layout, start);
  go_to_difference (self, next < n ? next : 0);
}

static void
on_previous (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkCompareView *self = FK_COMPARE_VIEW (widget);
  guint n = count_differences (self);
  guint64 start;
  guint64 size;
  guint behind;

  if (n == 0)
    return;
  fk_hex_view_get_selection (self->view_a, &start, &size);
  behind = start > 0 ? fk_diff_layout_find_difference (self->result->layout, start - 1) : 0;
  go_to_difference (self, behind > 0 ? behind - 1 : n - 1);
}

static void
fk_compare_view_dispose (GObject *object)
{
  FkCompareView *self = FK_COMPARE_VIEW (object);

  g_clear_object (&self->sides[0]);
  g_clear_object (&self->sides[1]);
  g_clear_pointer (&self->result, fk_compare_result_free);
  G_OBJECT_CLASS (fk_compare_view_parent_class)->dispose (object);
}

static void
fk_compare_view_class_init (FkCompareViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (FK_TYPE_DIFF_LIST);
  g_type_ensure (FK_TYPE_HEX_VIEW);
  g_type_ensure (FK_TYPE_MEMORY_MAP);
  G_OBJECT_CLASS (klass)->dispose = fk_compare_view_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/pages/"
                                                             "fk-compare-view.ui");
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, summary);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, counts);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, map_a);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, map_b);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, findings);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, title_a);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, title_b);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, detail_a);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, detail_b);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, scroller_a);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, scroller_b);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, view_a);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, view_b);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, list);
  gtk_widget_class_bind_template_callback (widget_class, on_finding_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_difference_activated);
  gtk_widget_class_install_action (widget_class, "compare.next", NULL, on_next);
  gtk_widget_class_install_action (widget_class, "compare.previous", NULL, on_previous);
}

/* Before the pane between bytes and list sees them, for which F8 means to move itself. */
static void
add_shortcuts (FkCompareView *self)
{
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
    const char *action;
  } keys[] = { { GDK_KEY_F7, 0, "compare.previous" },
               { GDK_KEY_F8, 0, "compare.next" },
               { GDK_KEY_Up, GDK_ALT_MASK, "compare.previous" },
               { GDK_KEY_Down, GDK_ALT_MASK, "compare.next" } };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                          gtk_shortcut_new (gtk_keyval_trigger_new (keys[i].key,
                                                                                    keys[i]
                                                                                        .modifiers),
                                                            gtk_named_action_new (keys[i].action)));
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

static void
fk_compare_view_init (FkCompareView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_shortcuts (self);
  fk_memory_map_set_description (self->map_a, _ ("Map of the differences in the first"));
  fk_memory_map_set_description (self->map_b, _ ("Map of the differences in the second"));
  fk_list_focus_make_one_stop (GTK_WIDGET (self->findings));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "compare.next", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "compare.previous", FALSE);
  /* One adjustment: both sides always show the same rows. */
  gtk_scrolled_window_set_vadjustment (self->scroller_b,
                                       gtk_scrolled_window_get_vadjustment (self->scroller_a));
}

/**
 * fk_compare_view_show:
 * @result: (transfer full): of comparing @a with @b
 */
void
fk_compare_view_show (FkCompareView *self,
                      FkCompareResult *result,
                      FkCompareSide *a,
                      FkCompareSide *b)
{
  gboolean differs;

  g_return_if_fail (FK_IS_COMPARE_VIEW (self));
  g_return_if_fail (self->result == NULL && result != NULL);

  self->result = result;
  self->sides[0] = g_object_ref (a);
  self->sides[1] = g_object_ref (b);
  gtk_label_set_label (self->title_a, fk_compare_side_get_title (a));
  gtk_label_set_label (self->detail_a, fk_compare_side_get_detail (a));
  gtk_label_set_label (self->title_b, fk_compare_side_get_title (b));
  gtk_label_set_label (self->detail_b, fk_compare_side_get_detail (b));
  show_bytes (self);
  show_maps (self);
  show_summary (self);
  show_findings (self);
  fk_diff_list_show (self->list, result->layout, fk_compare_side_get_image (a),
                     fk_compare_side_get_image (b),
                     (const FkRange *)(gpointer)result->sectors->data, result->sectors->len);
  differs = count_differences (self) > 0;
  gtk_widget_set_visible (GTK_WIDGET (self->list), differs);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "compare.next", differs);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "compare.previous", differs);
}

/**
 * fk_compare_view_focus:
 *
 * Keys go to the bytes.
 */
void
fk_compare_view_focus (FkCompareView *self)
{
  g_return_if_fail (FK_IS_COMPARE_VIEW (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->view_a));
}
