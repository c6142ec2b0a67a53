/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the comparison shows of its result: the bytes, both maps, the counts, and what they mean. */

#include "config.h"

#include "pages/fk-compare-view-private.h"

#include "widgets/fk-diff-source.h"

/* A bar of a few hundred pixels shows no more parts than this. */
#define MAX_MAP_PARTS 2048u

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

/**
 * fk_compare_view_get_map_extent:
 * @extent: (out): the addresses of both, which both maps show
 *
 * Returns: whether there are any
 */
gboolean
fk_compare_view_get_map_extent (FkCompareView *self, FkRange *extent)
{
  guint64 start = G_MAXUINT64;
  guint64 end = 0;

  for (guint i = 0; i < G_N_ELEMENTS (self->sides); i++)
    {
      FkRange range;

      if (!fk_image_get_extent (fk_compare_side_get_image (self->sides[i]), &range))
        continue;
      start = MIN (start, range.address);
      end = MAX (end, fk_range_end (range));
    }
  if (start >= end)
    return FALSE;
  *extent = (FkRange){ (guint32)start, (guint32)MIN (end - start, G_MAXUINT32) };
  return TRUE;
}

static void
show_maps (FkCompareView *self)
{
  FkRange extent;

  if (!fk_compare_view_get_map_extent (self, &extent))
    return;
  show_map (self, self->map_a, FK_DIFF_FIRST, extent.address, fk_range_end (extent));
  show_map (self, self->map_b, FK_DIFF_SECOND, extent.address, fk_range_end (extent));
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

/* @finding: (nullable): else what is about the options */
static void
add_finding (FkCompareView *self, const FkFinding *finding, const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (text);
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_box_append (GTK_BOX (box), label);
  if (finding == NULL)
    gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row),
                                    finding == NULL || finding->range.size > 0);
  g_object_set_data (G_OBJECT (row), "finding", (gpointer)finding);
  gtk_list_box_append (self->findings, row);
}

/* That there are differences is in the headline, which counts them as they stand here. */
static void
show_findings (FkCompareView *self)
{
  GPtrArray *findings = fk_comparison_get_findings (self->result->comparison);
  g_autofree char *fields = fk_compare_result_make_fields (self->result);

  if (fields != NULL)
    add_finding (self, NULL, fields);
  for (guint i = 0; i < findings->len; i++)
    {
      const FkFinding *finding = g_ptr_array_index (findings, i);

      if (!g_str_equal (finding->kind, "differences"))
        add_finding (self, finding, finding->text);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->findings),
                          gtk_list_box_get_row_at_index (self->findings, 0) != NULL);
}

/**
 * fk_compare_view_show_result:
 *
 * Shows what was found; once.
 */
void
fk_compare_view_show_result (FkCompareView *self)
{
  show_bytes (self);
  show_maps (self);
  show_summary (self);
  show_findings (self);
}
