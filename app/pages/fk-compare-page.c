/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two images side by side by address, with what their differences mean, and a way from one
 * difference to the next.  The comparison runs on another thread. */

#include "config.h"

#include "pages/fk-compare-page.h"

#include <glib/gi18n.h>

#include "compare/fk-compare.h"
#include "hex/fk-hex-view.h"
#include "hex/fk-image-source.h"
#include "job/fk-chip-facts.h"
#include "widgets/fk-list-focus.h"
#include "widgets/fk-memory-map.h"

struct _FkComparePage
{
  FkPage parent_instance;

  GtkLabel *summary;
  FkMemoryMap *map;
  GtkListBox *findings;
  GtkLabel *title_a;
  GtkLabel *title_b;
  GtkScrolledWindow *scroller_a;
  GtkScrolledWindow *scroller_b;
  FkHexView *view_a;
  FkHexView *view_b;

  FkImage *image_a;
  FkImage *image_b;
  GBytes *uid_a;
  GBytes *uid_b;
  FkChip *chip;
  FkComparison *comparison;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (FkComparePage, fk_compare_page, FK_TYPE_PAGE)

static void
show_marks (FkComparePage *self)
{
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (FkHexMark));
  guint n_ranges;
  const FkRange *ranges = fk_comparison_get_ranges (self->comparison, &n_ranges);

  for (guint i = 0; i < n_ranges; i++)
    {
      FkHexMark mark = { .start = ranges[i].address, .size = ranges[i].size };

      g_array_append_val (marks, mark);
    }
  fk_hex_view_set_marks (self->view_a, (const FkHexMark *)(gpointer)marks->data, marks->len);
  fk_hex_view_set_marks (self->view_b, (const FkHexMark *)(gpointer)marks->data, marks->len);
}

static void
show_map (FkComparePage *self)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (FkMapPart));
  guint64 start = G_MAXUINT64;
  guint64 end = 0;
  guint n_ranges;
  const FkRange *ranges = fk_comparison_get_ranges (self->comparison, &n_ranges);
  FkImage *images[] = { self->image_a, self->image_b };

  for (guint i = 0; i < G_N_ELEMENTS (images); i++)
    for (guint j = 0; j < fk_image_get_n_segments (images[i]); j++)
      {
        FkRange range = fk_image_get_segment (images[i], j).range;

        start = MIN (start, range.address);
        end = MAX (end, fk_range_end (range));
      }
  if (start >= end)
    return;
  for (guint i = 0; i < n_ranges; i++)
    {
      FkMapPart part = { ranges[i].address, ranges[i].size, FK_MAP_CHANGED };

      g_array_append_val (parts, part);
    }
  fk_memory_map_set_extent (self->map, start, end - start);
  fk_memory_map_set_parts (self->map, (const FkMapPart *)(gpointer)parts->data, parts->len);
}

static void
show_summary (FkComparePage *self)
{
  g_autofree char *text = NULL;
  guint n_ranges;

  fk_comparison_get_ranges (self->comparison, &n_ranges);
  if (fk_comparison_get_identical (self->comparison))
    text = g_strdup (_ ("Identical"));
  else
    text = g_strdup_printf (ngettext ("%" G_GUINT64_FORMAT " bytes differ in %u place",
                                      "%" G_GUINT64_FORMAT " bytes differ in %u places", n_ranges),
                            fk_comparison_get_differing_bytes (self->comparison), n_ranges);
  gtk_label_set_label (self->summary, text);
}

static void
show_findings (FkComparePage *self)
{
  GPtrArray *findings = fk_comparison_get_findings (self->comparison);

  for (guint i = 0; i < findings->len; i++)
    {
      const FkFinding *finding = g_ptr_array_index (findings, i);
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
      gtk_list_box_append (self->findings, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->findings), findings->len > 0);
}

static void
go_to (FkComparePage *self, FkRange range)
{
  fk_hex_view_select (self->view_a, range.address, range.size);
  fk_hex_view_select (self->view_b, range.address, range.size);
}

static void
on_finding_activated (GtkListBox *list, GtkListBoxRow *row, FkComparePage *self)
{
  const FkFinding *finding = g_ptr_array_index (fk_comparison_get_findings (self->comparison),
                                                (guint)gtk_list_box_row_get_index (row));

  go_to (self, finding->range);
}

/* Returns: the first difference that begins behind @address. */
static guint
find_range_after (const FkRange *ranges, guint n_ranges, guint64 address)
{
  guint low = 0;
  guint high = n_ranges;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (ranges[middle].address <= address)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
on_next (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkComparePage *self = FK_COMPARE_PAGE (widget);
  guint n_ranges = 0;
  const FkRange *ranges =
      self->comparison != NULL ? fk_comparison_get_ranges (self->comparison, &n_ranges) : NULL;
  guint64 start;
  guint64 size;
  guint next;

  if (n_ranges == 0)
    return;
  fk_hex_view_get_selection (self->view_a, &start, &size);
  next = find_range_after (ranges, n_ranges, start);
  go_to (self, ranges[next < n_ranges ? next : 0]);
}

static void
on_previous (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkComparePage *self = FK_COMPARE_PAGE (widget);
  guint n_ranges = 0;
  const FkRange *ranges =
      self->comparison != NULL ? fk_comparison_get_ranges (self->comparison, &n_ranges) : NULL;
  guint64 start;
  guint64 size;
  guint behind;

  if (n_ranges == 0)
    return;
  fk_hex_view_get_selection (self->view_a, &start, &size);
  behind = start > 0 ? find_range_after (ranges, n_ranges, start - 1) : 0;
  go_to (self, ranges[behind > 0 ? behind - 1 : n_ranges - 1]);
}

static void
compare_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  FkComparePage *self = FK_COMPARE_PAGE (source);
  g_autoptr (FkChipFacts) facts = fk_chip_facts_new (self->chip);

  facts->context.uid_a = self->uid_a;
  facts->context.uid_b = self->uid_b;
  g_task_return_pointer (task, fk_compare (self->image_a, self->image_b, &facts->context),
                         g_object_unref);
}

static void
on_compared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkComparePage *self = FK_COMPARE_PAGE (source);
  FkComparison *comparison = g_task_propagate_pointer (G_TASK (result), NULL);

  if (comparison == NULL)
    return;
  self->comparison = comparison;
  show_marks (self);
  show_map (self);
  show_summary (self);
  show_findings (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "compare.next",
                                 !fk_comparison_get_identical (comparison));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "compare.previous",
                                 !fk_comparison_get_identical (comparison));
}

static void
fk_compare_page_dispose (GObject *object)
{
  FkComparePage *self = FK_COMPARE_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->image_a);
  g_clear_object (&self->image_b);
  g_clear_pointer (&self->uid_a, g_bytes_unref);
  g_clear_pointer (&self->uid_b, g_bytes_unref);
  g_clear_object (&self->chip);
  g_clear_object (&self->comparison);
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

  g_type_ensure (FK_TYPE_HEX_VIEW);
  g_type_ensure (FK_TYPE_MEMORY_MAP);
  G_OBJECT_CLASS (klass)->dispose = fk_compare_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = fk_compare_page_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/pages/"
                                                             "fk-compare-page.ui");
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, summary);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, map);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, findings);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, title_a);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, title_b);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, scroller_a);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, scroller_b);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, view_a);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, view_b);
  gtk_widget_class_bind_template_callback (widget_class, on_finding_activated);
  gtk_widget_class_install_action (widget_class, "compare.next", NULL, on_next);
  gtk_widget_class_install_action (widget_class, "compare.previous", NULL, on_previous);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F7, 0, "compare.previous", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F8, 0, "compare.next", NULL);
}

static void
fk_compare_page_init (FkComparePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  fk_memory_map_set_description (self->map, _ ("Map of the differences"));
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
  self->uid_a = a->uid != NULL ? g_bytes_ref (a->uid) : NULL;
  self->uid_b = b->uid != NULL ? g_bytes_ref (b->uid) : NULL;
  g_set_object (&self->chip, chip);
  gtk_label_set_label (self->title_a, a->title);
  gtk_label_set_label (self->title_b, b->title);
  line_up (self, source_a, source_b);

  task = g_task_new (self, self->cancellable, on_compared, NULL);
  g_task_run_in_thread (task, compare_thread);
  return FK_PAGE (self);
}
