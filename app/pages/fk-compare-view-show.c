/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the comparison shows of its result: the bytes, the maps, the counts, and what they mean. */

#include "config.h"

#include "pages/fk-compare-view-private.h"

#include "widgets/fk-diff-source.h"

/* A bar of a few hundred pixels shows no more parts than this. */
#define MAX_MAP_PARTS 2048u

static void
show_bytes (FkCompareView *self)
{
  for (guint side = 0; side < self->n_sides; side++)
    {
      g_autoptr (FkByteSource) source =
          fk_diff_source_new (self->result->layout, side, fk_compare_view_get_image (self, side));

      fk_compare_pane_show (self->panes[side], g_ptr_array_index (self->sides, side), source,
                            self->result->marks[side]);
    }
}

/* As the bytes are marked: of three, those of the one that differs from the others. */
static gboolean
is_marked (const FkDiffPiece *piece, guint side, guint n_sides)
{
  guint odd_one = piece->relation - FK_LINEUP_FIRST;

  if (piece->ranges[side].size == 0)
    return FALSE;
  return n_sides == 2 || piece->relation == FK_LINEUP_ALL || odd_one == side ||
         piece->ranges[odd_one].size == 0;
}

/* Parts of one side, those that would share a pixel as one. */
static void
show_map (FkCompareView *self, guint side, guint64 start, guint64 end)
{
  FkMemoryMap *map = self->maps[side];
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (FkMapPart));
  guint n = fk_diff_layout_get_n_differences (self->result->layout);
  guint64 pixel = (end - start) / MAX_MAP_PARTS;

  for (guint i = 0; i < n; i++)
    {
      const FkDiffPiece *piece = fk_diff_layout_get_difference (self->result->layout, i);
      FkRange range = piece->ranges[side];
      FkMapPart part = { range.address, range.size, FK_MAP_CHANGED };
      FkMapPart *last = parts->len > 0 ? &g_array_index (parts, FkMapPart, parts->len - 1) : NULL;

      if (!is_marked (piece, side, self->n_sides))
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
 * @extent: (out): the addresses of all, which every map shows
 *
 * Returns: whether there are any
 */
gboolean
fk_compare_view_get_map_extent (FkCompareView *self, FkRange *extent)
{
  guint64 start = G_MAXUINT64;
  guint64 end = 0;

  for (guint side = 0; side < self->n_sides; side++)
    {
      FkRange range;

      if (!fk_image_get_extent (fk_compare_view_get_image (self, side), &range))
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
  for (guint side = 0; side < self->n_sides; side++)
    show_map (self, side, extent.address, fk_range_end (extent));
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

static GtkWidget *
make_label (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  return label;
}

/* @pair: (nullable): which two it is about, where there are three
 * @finding: (nullable): else what is about the options */
static GtkListBoxRow *
add_finding (FkCompareView *self, const char *pair, const FkFinding *finding, const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *row = gtk_list_box_row_new ();
  g_autofree char *spoken = pair != NULL ? g_strdup_printf ("%s: %s", pair, text) : NULL;

  if (pair != NULL)
    {
      GtkWidget *label = make_label (pair);

      gtk_widget_add_css_class (label, "caption");
      gtk_widget_add_css_class (label, "dim-label");
      gtk_box_append (GTK_BOX (texts), label);
    }
  gtk_box_append (GTK_BOX (texts), make_label (text));
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_box_append (GTK_BOX (box), texts);
  if (finding == NULL)
    gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  spoken != NULL ? spoken : text, -1);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row),
                                    finding == NULL || finding->range.size > 0);
  g_object_set_data (G_OBJECT (row), "finding", (gpointer)finding);
  gtk_list_box_append (self->findings, row);
  return GTK_LIST_BOX_ROW (row);
}

/* That there are differences is in the headline, which counts them as they stand here. */
static void
show_pair (FkCompareView *self, guint index)
{
  FkComparison *pair = fk_collation_get_pair (self->result->collation, index, NULL, NULL);
  GPtrArray *findings = fk_comparison_get_findings (pair);
  g_autofree char *name = fk_compare_result_make_pair (self->result, index);

  for (guint i = 0; i < findings->len; i++)
    {
      const FkFinding *finding = g_ptr_array_index (findings, i);
      GtkListBoxRow *row;

      if (g_str_equal (finding->kind, "differences"))
        continue;
      row = add_finding (self, name, finding, finding->text);
      g_object_set_data (G_OBJECT (row), "pair", GUINT_TO_POINTER (index));
    }
}

static void
show_findings (FkCompareView *self)
{
  g_autofree char *fields = fk_compare_result_make_fields (self->result);
  guint n_pairs = fk_collation_get_n_pairs (self->result->collation);

  if (fields != NULL)
    add_finding (self, NULL, NULL, fields);
  for (guint i = 0; i < n_pairs; i++)
    show_pair (self, i);
  gtk_widget_set_visible (GTK_WIDGET (self->findings),
                          gtk_list_box_get_row_at_index (self->findings, 0) != NULL);
}

static void
show_differences (FkCompareView *self)
{
  FkImage *images[FK_LINEUP_MAX_SIDES] = { NULL };
  GArray *sectors = self->result->sectors;

  for (guint side = 0; side < self->n_sides; side++)
    images[side] = fk_compare_view_get_image (self, side);
  fk_diff_list_show (self->list, self->result->layout, images,
                     (const FkRange *)(gpointer)sectors->data, sectors->len);
}

/**
 * fk_compare_view_show_result:
 *
 * Shows what was found.
 */
void
fk_compare_view_show_result (FkCompareView *self)
{
  show_bytes (self);
  show_maps (self);
  show_summary (self);
  show_findings (self);
  show_differences (self);
}

/**
 * fk_compare_view_forget_result:
 *
 * Before another one is shown.
 */
void
fk_compare_view_forget_result (FkCompareView *self)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->findings, 0)) != NULL)
    gtk_list_box_remove (self->findings, GTK_WIDGET (row));
  g_clear_pointer (&self->result, fk_compare_result_free);
  g_clear_pointer (&self->sides, g_ptr_array_unref);
}
