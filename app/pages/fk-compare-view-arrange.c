/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of a comparison stands beside what, and what is seen at all, at the width that there is. */

#include "config.h"

#include "pages/fk-compare-view-private.h"

/* From this width on the search stands beside the bytes, not below them. */
#define WIDE 560

/* What the bytes of a side want beside those of another one, or of two; else two stand one below
 * the other, and of three one is seen at a time. */
#define SIDE_WIDTH          280
#define SIDE_WIDTH_OF_THREE 240

/* What the search takes beside them. */
#define SEARCH_WIDTH 280

/* What the findings may take of the height. */
#define FINDINGS_HEIGHT        150
#define FINDINGS_HEIGHT_NARROW 84

static FkCompareArrangement
choose_arrangement (FkCompareView *self, int width)
{
  gboolean searching = gtk_widget_get_visible (self->find_box);
  int wanted = self->n_sides == 2 ? 2 * SIDE_WIDTH : 3 * SIDE_WIDTH_OF_THREE;
  FkCompareArrangement arrangement = 0;

  if (width - (searching && width >= WIDE ? SEARCH_WIDTH : 0) >= wanted)
    arrangement |= FK_COMPARE_BYTES_BESIDE;
  else if (self->n_sides > 2)
    arrangement |= FK_COMPARE_ONE_SIDE;
  if (width >= WIDE)
    arrangement |= FK_COMPARE_SEARCH_BESIDE;
  else if (searching)
    arrangement |= FK_COMPARE_BYTES_ONLY;
  return arrangement;
}

static gboolean
arrange (gpointer user_data)
{
  FkCompareView *self = user_data;
  gboolean bytes_beside = (self->arrangement & FK_COMPARE_BYTES_BESIDE) != 0;
  gboolean search_beside = (self->arrangement & FK_COMPARE_SEARCH_BESIDE) != 0;
  gboolean bytes_only = (self->arrangement & FK_COMPARE_BYTES_ONLY) != 0;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->body), bytes_beside
                                                                   ? GTK_ORIENTATION_HORIZONTAL
                                                                   : GTK_ORIENTATION_VERTICAL);
  fk_compare_view_arrange_find (self, search_beside);
  fk_compare_view_update_switch (self);
  gtk_widget_set_visible (GTK_WIDGET (self->findings_scroller), !bytes_only);
  gtk_widget_set_visible (GTK_WIDGET (self->list),
                          !bytes_only && fk_compare_view_count_differences (self) > 0);
  gtk_scrolled_window_set_max_content_height (self->findings_scroller,
                                              search_beside ? FINDINGS_HEIGHT
                                                            : FINDINGS_HEIGHT_NARROW);
  return G_SOURCE_REMOVE;
}

static void
fk_compare_view_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
  gtk_widget_measure (adw_bin_get_child (ADW_BIN (widget)), orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
}

/* While sizes are being given out they cannot be asked for anew. */
static void
fk_compare_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  FkCompareView *self = FK_COMPARE_VIEW (widget);
  FkCompareArrangement arrangement = choose_arrangement (self, width);

  gtk_widget_allocate (adw_bin_get_child (ADW_BIN (widget)), width, height, baseline, NULL);
  if (arrangement == self->arrangement)
    return;
  self->arrangement = arrangement;
  g_idle_add_full (G_PRIORITY_HIGH_IDLE, arrange, g_object_ref (self), g_object_unref);
}

/* For the making of the class. */
void
fk_compare_view_install_arranging (GtkWidgetClass *widget_class)
{
  widget_class->measure = fk_compare_view_measure;
  widget_class->size_allocate = fk_compare_view_size_allocate;
}
