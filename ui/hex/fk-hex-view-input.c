/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys and mouse of the hex view. */

#include "config.h"

#include "hex/fk-hex-view-private.h"

/* How often the view scrolls on while the mouse is held beyond its edge. */
#define SCROLL_INTERVAL_MS 50

/* Words of the core; double-clicking bytes selects one. */
#define WORD_SIZE 4

static guint64
get_page (FkHexView *self)
{
  double height = gtk_widget_get_height (GTK_WIDGET (self));

  return (guint64)MAX (height / self->layout.row_height - 1, 1);
}

static guint64
step_back (guint64 address, guint64 step)
{
  return address > step ? address - step : 0;
}

/* Returns: what stands @n_rows above, or the first row's */
static guint64
go_up (FkHexView *self, guint64 n_rows)
{
  guint64 row = fk_hex_layout_get_row_of (&self->layout, self->cursor);
  guint64 column = self->cursor - fk_hex_layout_get_row_address (&self->layout, row);

  if (row == 0)
    return self->cursor;
  return fk_hex_layout_get_row_address (&self->layout, row - MIN (row, n_rows)) + column;
}

static guint64
go_down (FkHexView *self, guint64 n_rows)
{
  guint64 row = fk_hex_layout_get_row_of (&self->layout, self->cursor);
  guint64 column = self->cursor - fk_hex_layout_get_row_address (&self->layout, row);
  guint64 target = fk_hex_layout_get_row_address (&self->layout, row + n_rows) + column;

  return n_rows > 1 || target < self->layout.end ? target : self->cursor;
}

/* A fold is passed as if it were one byte. */
static guint64
go_right (FkHexView *self)
{
  const FkHexFold *fold = fk_hex_view_get_fold_at_cursor (self);

  return fold != NULL ? fold->start + fold->size : self->cursor + 1;
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

  if (fk_hex_view_type (self, keyval, state))
    return TRUE;
  if ((state & GDK_ALT_MASK) != 0) /* Alt+Left is the window's */
    return FALSE;
  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      target = step_back (self->cursor, 1);
      break;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      target = go_right (self);
      break;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      target = go_up (self, 1);
      break;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      target = go_down (self, 1);
      break;
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      target = go_up (self, get_page (self));
      break;
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      target = go_down (self, get_page (self));
      break;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      target = control ? self->layout.start : row;
      break;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      target = control ? self->layout.end - 1 : row + columns - 1;
      break;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_space:
      return fk_hex_view_activate_fold (self);
    case GDK_KEY_BackSpace:
      if (self->edit == NULL)
        return FALSE;
      target = step_back (self->cursor, 1);
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
get_address_at (FkHexView *self, double x, double y, FkHexArea *area)
{
  double top = self->vadjustment != NULL ? gtk_adjustment_get_value (self->vadjustment) : 0;
  double left = self->hadjustment != NULL ? gtk_adjustment_get_value (self->hadjustment) : 0;
  double row = MAX ((top + y) / self->layout.row_height, 0);
  guint column;
  FkHexArea hit = fk_hex_layout_hit (&self->layout, MAX (x + left - FK_HEX_MARGIN, 0), &column);

  if (area != NULL)
    *area = hit;
  return fk_hex_layout_get_row_address (&self->layout, (guint64)row) + column;
}

static gboolean
is_printable_at (FkHexView *self, guint64 address)
{
  guint8 byte;
  guint8 present;

  fk_byte_source_read (self->source, address, &byte, &present, 1);
  return present == FK_BYTE_PRESENT && byte >= 0x20 && byte < 0x7f;
}

/**
 * fk_hex_view_select_word:
 *
 * Selects what belongs to the byte at @address: in the text the printable run, within reason; in
 * the bytes the 32-bit word.
 */
void
fk_hex_view_select_word (FkHexView *self, guint64 address, FkHexArea area)
{
  const guint64 reason = 4096;
  guint64 start = address - address % WORD_SIZE;
  guint64 end = start + WORD_SIZE;

  if (self->source == NULL || address < self->layout.start || address >= self->layout.end)
    return;
  if (area == FK_HEX_AREA_TEXT)
    {
      start = address;
      end = address + 1;
      if (is_printable_at (self, address))
        {
          while (start > self->layout.start && address - start < reason &&
                 is_printable_at (self, start - 1))
            start--;
          while (end < self->layout.end && end - address < reason && is_printable_at (self, end))
            end++;
        }
    }
  fk_hex_view_select (self, start, MIN (end, self->layout.end) - start);
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, FkHexView *self)
{
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));

  gtk_widget_grab_focus (GTK_WIDGET (self));
  fk_hex_view_move (self, get_address_at (self, x, y, NULL), (state & GDK_SHIFT_MASK) != 0);
}

/* Moving there scrolls as well, so that a mouse held still beyond the edge goes on. */
static gboolean
on_scroll_timeout (gpointer user_data)
{
  FkHexView *self = user_data;

  fk_hex_view_move (self, get_address_at (self, self->drag_x, self->drag_y, NULL), TRUE);
  return G_SOURCE_CONTINUE;
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, FkHexView *self)
{
  double x;
  double y;
  gboolean is_beyond;

  if (!gtk_gesture_drag_get_start_point (gesture, &x, &y))
    return;
  self->drag_x = x + dx;
  self->drag_y = y + dy;
  is_beyond = self->drag_y < 0 || self->drag_y > gtk_widget_get_height (GTK_WIDGET (self));
  fk_hex_view_move (self, get_address_at (self, self->drag_x, self->drag_y, NULL), TRUE);
  if (is_beyond && self->scroll_timeout == 0)
    self->scroll_timeout = g_timeout_add (SCROLL_INTERVAL_MS, on_scroll_timeout, self);
  else if (!is_beyond)
    g_clear_handle_id (&self->scroll_timeout, g_source_remove);
}

static void
on_drag_stop (FkHexView *self)
{
  g_clear_handle_id (&self->scroll_timeout, g_source_remove);
}

static void
on_pressed (GtkGestureClick *gesture, int n_press, double x, double y, FkHexView *self)
{
  FkHexArea area;
  guint64 address = get_address_at (self, x, y, &area);

  if (area != FK_HEX_AREA_ADDRESS)
    fk_hex_view_set_types_text (self, area == FK_HEX_AREA_TEXT);
  if (n_press == 1 && fk_hex_layout_find_fold (&self->layout, address) != NULL)
    {
      fk_hex_view_move (self, address, FALSE);
      fk_hex_view_activate_fold (self);
    }
  else if (n_press == 2)
    fk_hex_view_select_word (self, address, area);
}

static void
on_menu_pressed (GtkGestureClick *gesture, int n_press, double x, double y, FkHexView *self)
{
  guint64 address = get_address_at (self, x, y, NULL);
  guint64 start;
  guint64 size;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  /* Outside the selection the menu is about the byte that was clicked. */
  fk_hex_view_get_selection (self, &start, &size);
  if (address < start || address - start >= size)
    fk_hex_view_move (self, address, FALSE);
  fk_hex_view_open_menu (self, x, y);
}

static void
add_click (FkHexView *self, guint button, GCallback pressed)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), button);
  g_signal_connect (click, "pressed", pressed, self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
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
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (on_drag_stop), self);
  g_signal_connect_swapped (drag, "cancel", G_CALLBACK (on_drag_stop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  add_click (self, GDK_BUTTON_PRIMARY, G_CALLBACK (on_pressed));
  add_click (self, GDK_BUTTON_SECONDARY, G_CALLBACK (on_menu_pressed));
}
