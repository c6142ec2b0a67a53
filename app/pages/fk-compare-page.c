/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two images side by side, with what their differences mean, the list of them and a way from one to
 * the next.  The comparison runs on another thread; until it is done both stand by address, then
 * aligned, with gaps where the other side has more. */

#include "config.h"

#include "pages/fk-compare-page.h"

#include <glib/gi18n.h>

#include "hex/fk-hex-view.h"
#include "hex/fk-image-source.h"
#include "pages/fk-compare-result.h"
#include "widgets/fk-diff-list.h"
#include "widgets/fk-diff-source.h"
#include "widgets/fk-list-focus.h"
#include "widgets/fk-memory-map.h"

/* A bar of a few hundred pixels shows no more parts than this. */
#define MAX_MAP_PARTS 2048u

struct _FkComparePage
{
  FkPage parent_instance;

  GtkLabel *summary;
  GtkLabel *counts;
  FkMemoryMap *map_a;
  FkMemoryMap *map_b;
  GtkListBox *findings;
  GtkLabel *title_a;
  GtkLabel *title_b;
  GtkScrolledWindow *scroller_a;
  GtkScrolledWindow *scroller_b;
  FkHexView *view_a;
  FkHexView *view_b;
  FkDiffList *list;

  FkImage *image_a;
  FkImage *image_b;
  FkCompareResult *result; /* (nullable): once it is there */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (FkComparePage, fk_compare_page, FK_TYPE_PAGE)

static void
show_bytes (FkComparePage *self)
{
  FkHexView *views[] = { self->view_a, self->view_b };
  FkImage *images[] = { self->image_a, self->image_b };

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
show_map (FkComparePage *self, FkMemoryMap *map, FkDiffSide side, guint64 start, guint64 end)
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
show_maps (FkComparePage *self)
{
  guint64 start = G_MAXUINT64;
  guint64 end = 0;
  FkImage *images[] = { self->image_a, self->image_b };

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
show_summary (FkComparePage *self)
{
  g_autofree char *summary = fk_compare_result_make_summary (self->result);
  g_autofree char *counts = fk_compare_result_make_counts (self->result);

  gtk_label_set_label (self->summary, summary);
  gtk_label_set_label (self->counts, counts != NULL ? counts : "");
  gtk_widget_set_visible (GTK_WIDGET (self->counts), counts != NULL);
}

static void
add_finding (FkComparePage *self, const FkFinding *finding)
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
show_findings (FkComparePage *self)
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
go_to (FkComparePage *self, guint64 position, guint64 size)
{
  fk_hex_view_select (self->view_a, position, size);
  fk_hex_view_select (self->view_b, position, size);
}

static void
go_to_difference (FkComparePage *self, guint index)
{
  const FkDiffPiece *piece = fk_diff_layout_get_difference (self->result->layout, index);

  go_to (self, piece->position, piece->size);
  fk_diff_list_select (self->list, index);
}

static void
on_finding_activated (GtkListBox *list, GtkListBoxRow *row, FkComparePage *self)
{
  const FkFinding *finding = g_object_get_data (G_OBJECT (row), "finding");
  guint64 position;
  guint64 size = fk_compare_result_get_span (self->result, finding->range, &position);

  if (size > 0)
    go_to (self, position, size);
}

static void
on_difference_activated (FkDiffList *list, guint index, FkComparePage *self)
{
  go_to_difference (self, index);
}

static guint
count_differences (FkComparePage *self)
{
  return self->result != NULL ? fk_diff_layout_get_n_differences (self->result->layout) : 0;
}

static void
on_next (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkComparePage *self = FK_COMPARE_PAGE (widget);
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
  FkComparePage *self = FK_COMPARE_PAGE (widget);
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
free_result (gpointer data)
{
  fk_compare_result_free (data);
}

/* What the thread works on: the page may be gone before it is done. */
typedef struct
{
  FkImage *images[2];
  GBytes *uids[2];
  FkChip *chip;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  for (guint i = 0; i < G_N_ELEMENTS (request->images); i++)
    {
      g_clear_object (&request->images[i]);
      g_clear_pointer (&request->uids[i], g_bytes_unref);
    }
  g_clear_object (&request->chip);
  g_free (request);
}

static Request *
request_new (const FkCompareSide *a, const FkCompareSide *b, FkChip *chip)
{
  const FkCompareSide *sides[] = { a, b };
  Request *request = g_new0 (Request, 1);

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      request->images[i] = g_object_ref (sides[i]->image);
      request->uids[i] = sides[i]->uid != NULL ? g_bytes_ref (sides[i]->uid) : NULL;
    }
  g_set_object (&request->chip, chip);
  return request;
}

static void
compare_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Request *request = task_data;

  g_task_return_pointer (task,
                         fk_compare_result_new (request->images[0], request->images[1],
                                                request->uids[0], request->uids[1], request->chip),
                         free_result);
}

static void
on_compared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkComparePage *self = FK_COMPARE_PAGE (source);
  GArray *sectors;

  self->result = g_task_propagate_pointer (G_TASK (result), NULL);
  if (self->result == NULL)
    return;
  sectors = self->result->sectors;
  show_bytes (self);
  show_maps (self);
  show_summary (self);
  show_findings (self);
  fk_diff_list_show (self->list, self->result->layout, self->image_a, self->image_b,
                     (const FkRange *)(gpointer)sectors->data, sectors->len);
  gtk_widget_set_visible (GTK_WIDGET (self->list), count_differences (self) > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "compare.next", count_differences (self) > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "compare.previous",
                                 count_differences (self) > 0);
}

static void
fk_compare_page_dispose (GObject *object)
{
  FkComparePage *self = FK_COMPARE_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->image_a);
  g_clear_object (&self->image_b);
  g_clear_pointer (&self->result, fk_compare_result_free);
  G_OBJECT_CLASS (fk_compare_page_parent_class)->dispose (object);
}

static void
fk_compare_page_finalize (GObject *object)
{
  g_object_unref (FK_COMPARE_PAGE (object)->cancellable);
  G_OBJECT_CLASS (fk_compare_page_parent_class)->finalize (object);
}

static void
fk_compare_page_class_init (FkComparePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (FK_TYPE_DIFF_LIST);
  g_type_ensure (FK_TYPE_HEX_VIEW);
  g_type_ensure (FK_TYPE_MEMORY_MAP);
  G_OBJECT_CLASS (klass)->dispose = fk_compare_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = fk_compare_page_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/pages/"
                                                             "fk-compare-page.ui");
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, summary);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, counts);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, map_a);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, map_b);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, findings);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, title_a);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, title_b);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, scroller_a);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, scroller_b);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, view_a);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, view_b);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, list);
  gtk_widget_class_bind_template_callback (widget_class, on_finding_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_difference_activated);
  gtk_widget_class_install_action (widget_class, "compare.next", NULL, on_next);
  gtk_widget_class_install_action (widget_class, "compare.previous", NULL, on_previous);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F7, 0, "compare.previous", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F8, 0, "compare.next", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "compare.previous",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK, "compare.next",
                                       NULL);
}

static void
fk_compare_page_init (FkComparePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  fk_memory_map_set_description (self->map_a, _ ("Map of the differences in the first"));
  fk_memory_map_set_description (self->map_b, _ ("Map of the differences in the second"));
  self->cancellable = g_cancellable_new ();
  fk_list_focus_make_one_stop (GTK_WIDGET (self->findings));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "compare.next", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "compare.previous", FALSE);
  /* One adjustment: both sides always show the same rows. */
  gtk_scrolled_window_set_vadjustment (self->scroller_b,
                                       gtk_scrolled_window_get_vadjustment (self->scroller_a));
}

/* Both sides span the addresses of both. */
static void
line_up (FkComparePage *self, FkByteSource *a, FkByteSource *b)
{
  guint64 start_a;
  guint64 size_a;
  guint64 start_b;
  guint64 size_b;
  guint64 start;
  guint64 end;

  fk_byte_source_get_extent (a, &start_a, &size_a);
  fk_byte_source_get_extent (b, &start_b, &size_b);
  start = size_a == 0 ? start_b : size_b == 0 ? start_a : MIN (start_a, start_b);
  end = MAX (start_a + size_a, start_b + size_b);
  fk_hex_view_set_source (self->view_a, a);
  fk_hex_view_set_source (self->view_b, b);
  fk_hex_view_set_extent (self->view_a, start, end - start);
  fk_hex_view_set_extent (self->view_b, start, end - start);
  fk_hex_view_set_cursor (self->view_a, start);
  fk_hex_view_set_cursor (self->view_b, start);
}

/**
 * fk_compare_page_new: (constructor)
 * @chip: (nullable): whose sectors and addresses help to explain the differences
 */
FkPage *
fk_compare_page_new (const FkCompareSide *a, const FkCompareSide *b, FkChip *chip)
{
  FkComparePage *self = g_object_new (FK_TYPE_COMPARE_PAGE, NULL);
  g_autoptr (FkByteSource) source_a = fk_image_source_new (a->image);
  g_autoptr (FkByteSource) source_b = fk_image_source_new (b->image);
  g_autofree char *subtitle = g_strdup_printf (_ ("%s and %s"), a->title, b->title);
  g_autoptr (GTask) task = NULL;

  fk_page_set_title (FK_PAGE (self), _ ("Compare"), subtitle);
  self->image_a = g_object_ref (a->image);
  self->image_b = g_object_ref (b->image);
  gtk_label_set_label (self->title_a, a->title);
  gtk_label_set_label (self->title_b, b->title);
  line_up (self, source_a, source_b);

  task = g_task_new (self, self->cancellable, on_compared, NULL);
  g_task_set_task_data (task, request_new (a, b, chip), request_free);
  g_task_run_in_thread (task, compare_thread);
  return FK_PAGE (self);
}
