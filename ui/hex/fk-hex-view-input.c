/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys, mouse and clipboard of the hex view. */

#include "config.h"

#include "hex/fk-hex-view-private.h"

/* More than this is not put on the clipboard: a person wants a file then. */
#define MAX_COPY (1024 * 1024)

static guint64
get_page (FkHexView *self)
{
  double height = gtk_widget_get_height (GTK_WIDGET (self));

  return (guint64)MAX (height / self->layout.row_height - 1, 1) * self->layout.columns;
}

static guint64
step_back (guint64 address, guint64 step)
{
  return address > step ? address - step : 0;
}

/**
 * fk_hex_view_handle_key:
 *
 * What the keyboard does; public so that tests can press keys.
 *
 * Returns: whether the key means anything here
 */
gboolean
fk_hex_view_handle_key (FkHexView *self, guint keyval, GdkModifierType state)
{
  gboolean extend = (state & GDK_SHIFT_MASK) != 0;
  gboolean control = (state & GDK_CONTROL_MASK) != 0;
  guint64 columns = self->layout.columns;
  guint64 row =
      fk_hex_layout_get_row_address (&self->layout,
                                     fk_hex_layout_get_row_of (&self->layout, self->cursor));
  guint64 target;

  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      target = step_back (self->cursor, 1);
      break;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      target = self->cursor + 1;
      break;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      target = row > self->layout.start ? self->cursor - columns : self->cursor;
      break;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      target = self->cursor + columns < self->layout.end ? self->cursor + columns : self->cursor;
      break;
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      target = step_back (self->cursor, get_page (self));
      break;
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      target = self->cursor + get_page (self);
      break;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      target = control ? self->layout.start : row;
      break;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      target = control ? self->layout.end - 1 : row + columns - 1;
      break;
    default:
      return FALSE;
    }
  fk_hex_view_move (self, target, extend);
  return TRUE;
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint keyval,
                guint keycode,
                GdkModifierType state,
                FkHexView *self)
{
  return fk_hex_view_handle_key (self, keyval, state);
}

static guint64
get_address_at (FkHexView *self, double x, double y)
{
  double top = self->vadjustment != NULL ? gtk_adjustment_get_value (self->vadjustment) : 0;
  double left = self->hadjustment != NULL ? gtk_adjustment_get_value (self->hadjustment) : 0;
  double row = MAX ((top + y) / self->layout.row_height, 0);
  guint column;

  fk_hex_layout_hit (&self->layout, MAX (x + left - FK_HEX_MARGIN, 0), &column);
  return fk_hex_layout_get_row_address (&self->layout, (guint64)row) + column;
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, FkHexView *self)
{
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));

  gtk_widget_grab_focus (GTK_WIDGET (self));
  fk_hex_view_move (self, get_address_at (self, x, y), (state & GDK_SHIFT_MASK) != 0);
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, FkHexView *self)
{
  double x;
  double y;

  if (gtk_gesture_drag_get_start_point (gesture, &x, &y))
    fk_hex_view_move (self, get_address_at (self, x + dx, y + dy), TRUE);
}

void
fk_hex_view_install_input (FkHexView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();

  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (gtk_widget_queue_draw), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (gtk_widget_queue_draw), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), GDK_BUTTON_PRIMARY);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}

static void
copy_selection (FkHexView *self, void (*append) (GString *text, guint8 byte))
{
  g_autofree guint8 *bytes = NULL;
  g_autofree guint8 *present = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  guint64 start;
  guint64 size;

  if (self->source == NULL)
    return;
  fk_hex_view_get_selection (self, &start, &size);
  if (size > MAX_COPY)
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      return;
    }
  bytes = g_malloc (size);
  present = g_malloc (size);
  fk_byte_source_read (self->source, start, bytes, present, size);
  for (guint64 i = 0; i < size; i++)
    if (present[i] == FK_BYTE_PRESENT)
      append (text, bytes[i]);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text->str);
}

static void
append_hex (GString *text, guint8 byte)
{
  g_string_append_printf (text, text->len > 0 ? " %02x" : "%02x", byte);
}

static void
append_text (GString *text, guint8 byte)
{
  g_string_append_c (text, byte >= 0x20 && byte < 0x7f ? (char)byte : '.');
}

static void
on_copy (GtkWidget *widget, const char *action, GVariant *parameter)
{
  copy_selection (FK_HEX_VIEW (widget), append_hex);
}

static void
on_copy_text (GtkWidget *widget, const char *action, GVariant *parameter)
{
  copy_selection (FK_HEX_VIEW (widget), append_text);
}

static void
on_select_all (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkHexView *self = FK_HEX_VIEW (widget);

  if (self->layout.end > self->layout.start)
    fk_hex_view_select (self, self->layout.start, self->layout.end - self->layout.start);
}

void
fk_hex_view_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "hex.copy", NULL, on_copy);
  gtk_widget_class_install_action (widget_class, "hex.copy-text", NULL, on_copy_text);
  gtk_widget_class_install_action (widget_class, "hex.select-all", NULL, on_select_all);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "hex.copy", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_a, GDK_CONTROL_MASK, "hex.select-all",
                                       NULL);
}
