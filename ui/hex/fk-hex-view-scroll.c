/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Size and scrolling of the hex view.  Adjustments count pixels as doubles, which are exact far
 * beyond a 4 GiB source. */

#include "config.h"

#include "hex/fk-hex-view-private.h"

static double
get_content_width (const FkHexLayout *layout)
{
  return fk_hex_layout_get_n_cells (layout) * layout->cell + 2 * FK_HEX_MARGIN;
}

void
fk_hex_view_configure_adjustments (FkHexView *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  double content_width = get_content_width (&self->layout);
  double content_height =
      (double)fk_hex_layout_get_n_rows (&self->layout) * self->layout.row_height;

  if (self->hadjustment != NULL)
    gtk_adjustment_configure (self->hadjustment, gtk_adjustment_get_value (self->hadjustment), 0,
                              MAX (content_width, width), self->layout.cell, width * 0.9, width);
  if (self->vadjustment != NULL)
    gtk_adjustment_configure (self->vadjustment, gtk_adjustment_get_value (self->vadjustment), 0,
                              MAX (content_height, height), self->layout.row_height * 3,
                              MAX (height - self->layout.row_height, self->layout.row_height),
                              height);
}

void
fk_hex_view_set_adjustment (FkHexView *self, GtkAdjustment **place, GtkAdjustment *adjustment)
{
  if (*place == adjustment && adjustment != NULL)
    return;
  if (*place != NULL)
    g_signal_handlers_disconnect_by_data (*place, self);
  g_clear_object (place);
  *place =
      g_object_ref_sink (adjustment != NULL ? adjustment : gtk_adjustment_new (0, 0, 0, 0, 0, 0));
  g_signal_connect_swapped (*place, "value-changed", G_CALLBACK (gtk_widget_queue_draw), self);
  fk_hex_view_configure_adjustments (self);
}

void
fk_hex_view_measure (GtkWidget *widget,
                     GtkOrientation orientation,
                     int for_size,
                     int *minimum,
                     int *natural,
                     int *minimum_baseline,
                     int *natural_baseline)
{
  FkHexView *self = FK_HEX_VIEW (widget);
  FkHexLayout layout = self->layout;

  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum = (int)(layout.row_height * 3);
      *natural = (int)(layout.row_height * 16);
      return;
    }
  layout.columns = 4;
  *minimum = (int)get_content_width (&layout) + 1;
  layout.columns = 16;
  *natural = (int)get_content_width (&layout) + 1;
}

static gboolean
is_cursor_seen (FkHexView *self)
{
  double row = (double)fk_hex_layout_get_row_of (&self->layout, self->cursor);
  double y = row * self->layout.row_height;
  double top = self->vadjustment != NULL ? gtk_adjustment_get_value (self->vadjustment) : 0;
  double page = self->vadjustment != NULL ? gtk_adjustment_get_page_size (self->vadjustment) : 0;

  return y + self->layout.row_height > top && y < top + page;
}

void
fk_hex_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  FkHexView *self = FK_HEX_VIEW (widget);
  guint columns = self->layout.columns;
  gboolean follow = is_cursor_seen (self);
  double page = self->vadjustment != NULL ? gtk_adjustment_get_page_size (self->vadjustment) : 0;
  guint64 top = 0;

  if (self->vadjustment != NULL && self->layout.row_height > 0)
    top = fk_hex_layout_get_row_address (&self->layout,
                                         (guint64)(gtk_adjustment_get_value (self->vadjustment) /
                                                   self->layout.row_height));
  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
  fk_hex_layout_fit (&self->layout, width - 2 * FK_HEX_MARGIN);
  fk_hex_view_configure_adjustments (self);
  /* There is other room for them, and the words of folds stand in the middle. */
  if (self->notes != NULL || self->folds->len > 0)
    fk_hex_view_forget_rows (self);
  /* Other columns, same bytes at the top. */
  if (columns != self->layout.columns)
    {
      fk_hex_view_forget_rows (self);
      if (self->vadjustment != NULL)
        gtk_adjustment_set_value (self->vadjustment,
                                  (double)fk_hex_layout_get_row_of (&self->layout, top) *
                                      self->layout.row_height);
    }
  /* What the person is at stays in sight. */
  if (follow && (columns != self->layout.columns || page != height))
    fk_hex_view_scroll_to (self, self->cursor);
}

void
fk_hex_view_clear_adjustment (FkHexView *self, GtkAdjustment **place)
{
  if (*place != NULL)
    g_signal_handlers_disconnect_by_data (*place, self);
  g_clear_object (place);
}

/**
 * fk_hex_view_scroll_to:
 *
 * Scrolls as little as needed for @address to be seen, with a row of context; what is further away
 * than a page comes to the top.
 */
void
fk_hex_view_scroll_to (FkHexView *self, guint64 address)
{
  double row = (double)fk_hex_layout_get_row_of (&self->layout, address);
  double height = self->layout.row_height;

  double top;
  double page;

  if (self->vadjustment == NULL)
    return;
  top = gtk_adjustment_get_value (self->vadjustment);
  page = gtk_adjustment_get_page_size (self->vadjustment);
  if (page > 0 && (row * height < top - page || row * height > top + 2 * page))
    gtk_adjustment_set_value (self->vadjustment, (row - 1) * height);
  else
    gtk_adjustment_clamp_page (self->vadjustment, (row - 1) * height, (row + 2) * height);
}
