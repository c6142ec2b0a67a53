/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Ways to a place of a side: find, go to an address, a click on a map.  All sides always stand at
 * the same position, whichever of them is worked in. */

#include "config.h"

#include "pages/fk-compare-view-private.h"

#include <glib/gi18n.h>

#include "hex/fk-hex-places.h"
#include "widgets/fk-drop-down.h"

/* The other sides follow the one that is worked in. */
static void
on_cursor_moved (FkHexView *view, GParamSpec *pspec, FkCompareView *self)
{
  guint64 start;
  guint64 size;
  gboolean selected;

  if (!gtk_widget_has_focus (GTK_WIDGET (view)))
    return;
  selected = fk_hex_view_get_selection (view, &start, &size);
  for (guint side = 0; side < self->n_sides; side++)
    {
      FkHexView *other = fk_compare_view_get_bytes (self, side);

      if (other == view)
        continue;
      if (selected)
        fk_hex_view_select (other, start, size);
      else
        fk_hex_view_set_cursor (other, start);
    }
}

/* What was found on one side is not marked on the other. */
static void
search_side (FkCompareView *self, guint side)
{
  fk_hex_find_panel_stop (self->find_panel);
  fk_hex_find_panel_set_view (self->find_panel, fk_compare_view_get_bytes (self, side));
  gtk_widget_set_visible (self->find_box, TRUE);
  fk_hex_find_panel_start (self->find_panel);
}

static void
on_entered (GtkEventControllerFocus *controller, FkCompareView *self)
{
  GtkWidget *view = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller));

  for (guint side = 0; side < self->n_sides; side++)
    if (view == GTK_WIDGET (fk_compare_view_get_bytes (self, side)))
      fk_compare_view_set_active (self, side);
}

static void
on_side_chosen (FkCompareView *self)
{
  guint side = gtk_drop_down_get_selected (self->find_side);

  if (side >= self->n_sides || !gtk_widget_get_visible (self->find_box))
    return;
  fk_compare_view_set_active (self, side);
  search_side (self, side);
}

static void
open_find (FkCompareView *self)
{
  gtk_widget_set_visible (self->find_box, TRUE);
  if (gtk_drop_down_get_selected (self->find_side) != self->active)
    gtk_drop_down_set_selected (self->find_side, self->active);
}

static void
on_find (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkCompareView *self = FK_COMPARE_VIEW (widget);

  open_find (self);
  fk_hex_find_panel_start (self->find_panel);
}

static void
on_find_next (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_hex_find_panel_step (FK_COMPARE_VIEW (widget)->find_panel, TRUE);
}

static void
on_find_previous (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_hex_find_panel_step (FK_COMPARE_VIEW (widget)->find_panel, FALSE);
}

static void
on_find_closed (FkCompareView *self)
{
  gtk_widget_set_visible (self->find_box, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (fk_compare_view_get_bytes (self, self->active)));
}

static void
on_go_to (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkCompareView *self = FK_COMPARE_VIEW (widget);

  open_find (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->address_entry));
}

/* Where distances count from: the address of the cursor, or in a gap of what follows. */
static guint64
get_address (FkCompareView *self, guint side)
{
  FkDiffLayout *layout = self->result->layout;
  guint64 position = fk_hex_view_get_cursor (fk_compare_view_get_bytes (self, side));
  guint n = fk_diff_layout_get_n_pieces (layout);
  guint index = MIN (fk_diff_layout_find (layout, position), n - 1);
  const FkDiffPiece *piece = fk_diff_layout_get_piece (layout, index);
  guint64 offset = position > piece->position ? position - piece->position : 0;

  return piece->ranges[side].address + MIN (offset, piece->ranges[side].size);
}

static void
on_address_activated (GtkEntry *entry, FkCompareView *self)
{
  guint side = self->active;
  g_autoptr (FkHexPlaces) places = NULL;
  g_autoptr (GError) error = NULL;
  guint64 address;
  guint64 position;

  if (self->result == NULL || fk_diff_layout_get_n_pieces (self->result->layout) == 0)
    return;
  places =
      fk_hex_places_new_for_image (fk_compare_view_get_image (self, side), self->result->blank);
  if (!fk_hex_places_parse (places, gtk_editable_get_text (GTK_EDITABLE (entry)),
                            get_address (self, side), &address, &error))
    {
      gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
      fk_compare_view_say (self, error->message);
      return;
    }
  if (!fk_diff_layout_get_position (self->result->layout, side, address, &position))
    {
      g_autofree char *text = g_strdup_printf (_ ("There is no byte at 0x%08x"), (guint32)address);

      gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
      fk_compare_view_say (self, text);
      return;
    }
  gtk_widget_remove_css_class (GTK_WIDGET (entry), "error");
  fk_compare_view_go_to (self, position, 1);
  gtk_widget_grab_focus (GTK_WIDGET (fk_compare_view_get_bytes (self, side)));
}

/* A click into a gap leads to what follows it. */
static void
on_map_pressed (GtkGestureClick *gesture, int n_press, double x, double y, FkCompareView *self)
{
  GtkWidget *map = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  guint side = FK_DIFF_FIRST;
  double part = CLAMP (x / MAX (gtk_widget_get_width (map), 1), 0, 1);

  if (self->result == NULL)
    return;
  while (map != GTK_WIDGET (self->maps[side]))
    side++;
  fk_compare_view_set_active (self, side);
  fk_compare_view_go_to_part (self, side, part);
  gtk_widget_grab_focus (GTK_WIDGET (fk_compare_view_get_bytes (self, side)));
}

/**
 * fk_compare_view_go_to_part:
 * @part: of the map of @side, from 0 to 1
 *
 * Leads to what the map shows there; public so that tests can click.
 */
void
fk_compare_view_go_to_part (FkCompareView *self, FkDiffSide side, double part)
{
  FkRange extent;
  guint n_pieces;
  guint64 address;

  g_return_if_fail (FK_IS_COMPARE_VIEW (self));

  if (self->result == NULL || !fk_compare_view_get_map_extent (self, &extent))
    return;
  address = extent.address + (guint64)(part * (extent.size - 1));
  n_pieces = fk_diff_layout_get_n_pieces (self->result->layout);
  for (guint i = 0; i < n_pieces; i++)
    {
      const FkDiffPiece *piece = fk_diff_layout_get_piece (self->result->layout, i);
      FkRange range = piece->ranges[side];

      if (range.size == 0 || fk_range_end (range) <= address)
        continue;
      fk_compare_view_go_to (self,
                             piece->position +
                                 (address > range.address ? address - range.address : 0),
                             1);
      return;
    }
}

void
fk_compare_view_arrange_find (FkCompareView *self, gboolean wide)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->content),
                                  wide ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->find_separator),
                                  wide ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
}

void
fk_compare_view_install_find (GtkWidgetClass *widget_class)
{
  g_type_ensure (FK_TYPE_HEX_FIND_PANEL);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, content);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, find_box);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, find_separator);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, find_side);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, side_names);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, address_entry);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, find_panel);
  gtk_widget_class_bind_template_callback (widget_class, on_find_closed);
  gtk_widget_class_bind_template_callback (widget_class, on_side_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_address_activated);
  gtk_widget_class_install_action (widget_class, "compare.find", NULL, on_find);
  gtk_widget_class_install_action (widget_class, "compare.find-next", NULL, on_find_next);
  gtk_widget_class_install_action (widget_class, "compare.find-previous", NULL, on_find_previous);
  gtk_widget_class_install_action (widget_class, "compare.go-to", NULL, on_go_to);
}

void
fk_compare_view_prepare_find (FkCompareView *self)
{
  fk_drop_down_set_name (self->find_side, _ ("Which Side"));
}

/**
 * fk_compare_view_add_ways:
 *
 * For the making of a side.
 */
void
fk_compare_view_add_ways (FkCompareView *self, guint side)
{
  FkHexView *view = fk_compare_view_get_bytes (self, side);
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect (focus, "enter", G_CALLBACK (on_entered), self);
  gtk_widget_add_controller (GTK_WIDGET (view), focus);
  g_signal_connect (click, "pressed", G_CALLBACK (on_map_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self->maps[side]), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (view, "notify::cursor", G_CALLBACK (on_cursor_moved), self);
  g_signal_connect_swapped (view, "message", G_CALLBACK (fk_compare_view_say), self);
}

/**
 * fk_compare_view_leave_find:
 *
 * Before sides come or go.
 */
void
fk_compare_view_leave_find (FkCompareView *self)
{
  gtk_widget_set_visible (self->find_box, FALSE);
  self->active = FK_DIFF_FIRST;
  if (self->n_sides == 0)
    return;
  fk_hex_find_panel_stop (self->find_panel);
  fk_hex_find_panel_set_view (self->find_panel, fk_compare_view_get_bytes (self, FK_DIFF_FIRST));
}
