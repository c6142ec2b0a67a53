/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a map is moved: clicks, drags, keys, the wheel. */

#include "config.h"

#include "hex/fk-hex-map-private.h"

/**
 * fk_hex_map_move_to:
 * @fraction: of the whole, 0 to 1; what lies there comes to the middle of the view
 */
void
fk_hex_map_move_to (FkHexMap *self, double fraction)
{
  g_return_if_fail (FK_IS_HEX_MAP (self));

  if (self->adjustment != NULL)
    gtk_adjustment_set_value (self->adjustment,
                              fraction * fk_hex_map_get_upper (self) -
                                  gtk_adjustment_get_page_size (self->adjustment) / 2);
}

/**
 * fk_hex_map_handle_key:
 *
 * What the keyboard does; public so that tests can press keys.
 *
 * Returns: whether the key means anything here
 */
gboolean
fk_hex_map_handle_key (FkHexMap *self, guint keyval)
{
  double value;
  double page;

  g_return_val_if_fail (FK_IS_HEX_MAP (self), FALSE);

  if (self->adjustment == NULL)
    return FALSE;
  value = gtk_adjustment_get_value (self->adjustment);
  page = gtk_adjustment_get_page_increment (self->adjustment);
  switch (keyval)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      value -= gtk_adjustment_get_step_increment (self->adjustment);
      break;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      value += gtk_adjustment_get_step_increment (self->adjustment);
      break;
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      value -= page;
      break;
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      value += page;
      break;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      value = 0;
      break;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      value = fk_hex_map_get_upper (self);
      break;
    default:
      return FALSE;
    }
  gtk_adjustment_set_value (self->adjustment, value);
  return TRUE;
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint keyval,
                guint keycode,
                GdkModifierType state,
                FkHexMap *self)
{
  return (state & gtk_accelerator_get_default_mod_mask ()) == 0 &&
         fk_hex_map_handle_key (self, keyval);
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, FkHexMap *self)
{
  fk_hex_map_move_to (self, (y - FK_HEX_MAP_MARGIN) / fk_hex_map_get_inner_height (self));
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, FkHexMap *self)
{
  double x;
  double y;

  if (gtk_gesture_drag_get_start_point (gesture, &x, &y))
    fk_hex_map_move_to (self, (y + dy - FK_HEX_MAP_MARGIN) / fk_hex_map_get_inner_height (self));
}

static gboolean
on_scroll (GtkEventControllerScroll *controller, double dx, double dy, FkHexMap *self)
{
  if (self->adjustment == NULL)
    return FALSE;
  gtk_adjustment_set_value (self->adjustment,
                            gtk_adjustment_get_value (self->adjustment) +
                                dy * gtk_adjustment_get_step_increment (self->adjustment));
  return TRUE;
}

void
fk_hex_map_take_input (FkHexMap *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkGesture *drag = gtk_gesture_drag_new ();

  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (gtk_widget_queue_draw), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (gtk_widget_queue_draw), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  g_signal_connect (scroll, "scroll", G_CALLBACK (on_scroll), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}
