/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hex/fk-hex-bookmark-panel.h"

#include <glib/gi18n.h>

#include "hex/fk-hex-bookmarks.h"
#include "hex/fk-hex-view-private.h"
#include "widgets/fk-drop-down.h"
#include "widgets/fk-list-focus.h"

#define SWATCH 12

struct _FkHexBookmarkPanel
{
  GtkBox parent_instance;

  FkHexView *view;
  FkHexNotes *notes;
  GtkListBox *list;
  GtkWidget *editor;
  GtkEditable *name;
  GtkDropDown *color;
  GtkLabel *hint;
  int selected;        /* index of the bookmark that the editor shows, or -1 */
  gboolean is_showing; /* widgets are being filled: what they tell is no wish of the person */
};

enum
{
  EDITED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkHexBookmarkPanel, fk_hex_bookmark_panel, GTK_TYPE_BOX)

static const FkHexNote *
get_selected (FkHexBookmarkPanel *self)
{
  if (self->notes == NULL || self->selected < 0 ||
      (guint)self->selected >= fk_hex_notes_get_n (self->notes, FK_HEX_NOTE_BOOKMARK))
    return NULL;
  return fk_hex_notes_get (self->notes, FK_HEX_NOTE_BOOKMARK, (guint)self->selected);
}

static char *
describe_range (const FkHexNote *note)
{
  if (note->size == 1)
    return g_strdup_printf ("0x%08" G_GINT64_MODIFIER "x", note->start);
  return g_strdup_printf ("0x%08" G_GINT64_MODIFIER "x – 0x%08" G_GINT64_MODIFIER "x", note->start,
                          note->start + note->size - 1);
}

static void
draw_swatch (GtkDrawingArea *area, cairo_t *cairo, int width, int height, gpointer color)
{
  GdkRGBA rgba = fk_hex_view_get_bookmark_color (GPOINTER_TO_UINT (color));

  gdk_cairo_set_source_rgba (cairo, &rgba);
  cairo_arc (cairo, width / 2.0, height / 2.0, MIN (width, height) / 2.0, 0, 2 * G_PI);
  cairo_fill (cairo);
}

static GtkWidget *
make_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
fill_row (GtkWidget *row, const FkHexNote *note)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *swatch = gtk_drawing_area_new ();
  g_autofree char *range = describe_range (note);
  g_autofree char *name = g_strdup_printf ("%s, %s", note->text, range);

  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (swatch), SWATCH);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (swatch), SWATCH);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (swatch), draw_swatch,
                                  GUINT_TO_POINTER (note->color), NULL);
  gtk_widget_set_valign (swatch, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (texts), make_label (note->text, NULL));
  gtk_box_append (GTK_BOX (texts), make_label (range, "dim-label"));
  gtk_widget_add_css_class (gtk_widget_get_last_child (texts), "caption");
  gtk_box_append (GTK_BOX (box), swatch);
  gtk_box_append (GTK_BOX (box), texts);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_widget_set_margin_start (box, 6);
  gtk_widget_set_margin_end (box, 6);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
show_editor (FkHexBookmarkPanel *self)
{
  const FkHexNote *note = get_selected (self);

  self->is_showing = TRUE;
  gtk_widget_set_visible (self->editor, note != NULL);
  if (note != NULL)
    {
      if (!g_str_equal (gtk_editable_get_text (self->name), note->text))
        gtk_editable_set_text (self->name, note->text);
      gtk_drop_down_set_selected (self->color, note->color);
    }
  self->is_showing = FALSE;
}

/* Rows are used again: the mouse may be on its way to one. */
static void
show_notes (FkHexBookmarkPanel *self)
{
  guint n = self->notes != NULL ? fk_hex_notes_get_n (self->notes, FK_HEX_NOTE_BOOKMARK) : 0;
  GtkListBoxRow *row;

  self->is_showing = TRUE;
  while ((row = gtk_list_box_get_row_at_index (self->list, (int)n)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < n; i++)
    {
      row = gtk_list_box_get_row_at_index (self->list, (int)i);
      if (row == NULL)
        {
          row = GTK_LIST_BOX_ROW (gtk_list_box_row_new ());
          gtk_list_box_append (self->list, GTK_WIDGET (row));
        }
      fill_row (GTK_WIDGET (row), fk_hex_notes_get (self->notes, FK_HEX_NOTE_BOOKMARK, i));
    }
  gtk_list_box_select_row (self->list,
                           self->selected >= 0
                               ? gtk_list_box_get_row_at_index (self->list, self->selected)
                               : NULL);
  self->is_showing = FALSE;
  show_editor (self);
}

static void
on_row_selected (FkHexBookmarkPanel *self, GtkListBoxRow *row)
{
  if (self->is_showing)
    return;
  self->selected = row != NULL ? gtk_list_box_row_get_index (row) : -1;
  show_editor (self);
}

static void
on_row_activated (FkHexBookmarkPanel *self)
{
  const FkHexNote *note = get_selected (self);

  if (note != NULL && self->view != NULL)
    fk_hex_view_select (self->view, note->start, note->size);
}

static void
apply (FkHexBookmarkPanel *self)
{
  const FkHexNote *note = get_selected (self);
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name)));
  guint color = gtk_drop_down_get_selected (self->color);

  if (self->is_showing || note == NULL || *name == '\0' ||
      (g_str_equal (name, note->text) && color == note->color))
    return;
  fk_hex_notes_replace (self->notes, FK_HEX_NOTE_BOOKMARK, (guint)self->selected, name, color);
  g_signal_emit (self, signals[EDITED], 0);
}

static void
on_remove (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkHexBookmarkPanel *self = FK_HEX_BOOKMARK_PANEL (widget);
  guint index = (guint)self->selected;

  if (get_selected (self) == NULL)
    return;
  self->selected = -1;
  fk_hex_notes_remove (self->notes, FK_HEX_NOTE_BOOKMARK, index);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  g_signal_emit (self, signals[EDITED], 0);
}

static void
add_list (FkHexBookmarkPanel *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *empty = gtk_label_new (_ ("No bookmarks yet. Select some bytes and press Ctrl+D."));

  self->list = GTK_LIST_BOX (list);
  gtk_label_set_wrap (GTK_LABEL (empty), TRUE);
  gtk_label_set_justify (GTK_LABEL (empty), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (GTK_LABEL (empty), 30);
  gtk_widget_add_css_class (empty, "dim-label");
  gtk_widget_set_margin_top (empty, 24);
  gtk_widget_set_margin_bottom (empty, 24);
  gtk_list_box_set_placeholder (self->list, empty);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Bookmarks"), -1);
  g_signal_connect_swapped (list, "row-selected", G_CALLBACK (on_row_selected), self);
  g_signal_connect_swapped (list, "row-activated", G_CALLBACK (on_row_activated), self);
  fk_list_focus_make_one_stop (list);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_widget_set_size_request (scroller, -1, 120);
  gtk_box_append (GTK_BOX (self), scroller);
}

static void
add_editor (FkHexBookmarkPanel *self)
{
  const char *colors[] = { _ ("Blue"), _ ("Green"), _ ("Yellow"), _ ("Red"), _ ("Purple"), NULL };
  GtkWidget *name = gtk_entry_new ();
  GtkWidget *color = gtk_drop_down_new_from_strings (colors);
  GtkWidget *remove = gtk_button_new_from_icon_name ("user-trash-symbolic");
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->editor = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->name = GTK_EDITABLE (name);
  self->color = GTK_DROP_DOWN (color);
  gtk_editable_set_width_chars (self->name, 8);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (name), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Name of the Bookmark"), -1);
  g_signal_connect_swapped (name, "activate", G_CALLBACK (apply), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (apply), self);
  gtk_widget_add_controller (name, focus);
  fk_drop_down_set_name (self->color, _ ("Color"));
  g_signal_connect_swapped (color, "notify::selected", G_CALLBACK (apply), self);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (remove), "bookmarks.remove");
  gtk_widget_set_tooltip_text (remove, _ ("Remove the Bookmark"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Remove the Bookmark"), -1);
  gtk_box_append (GTK_BOX (self->editor), name);
  gtk_box_append (GTK_BOX (self->editor), color);
  gtk_box_append (GTK_BOX (self->editor), remove);
  gtk_widget_set_visible (self->editor, FALSE);
  gtk_box_append (GTK_BOX (self), self->editor);
}

static void
add_hint (FkHexBookmarkPanel *self)
{
  GtkWidget *hint = make_label (NULL, "dim-label");

  self->hint = GTK_LABEL (hint);
  gtk_label_set_ellipsize (self->hint, PANGO_ELLIPSIZE_NONE);
  gtk_label_set_wrap (self->hint, TRUE);
  gtk_label_set_max_width_chars (self->hint, 30);
  gtk_widget_add_css_class (hint, "caption");
  gtk_widget_set_visible (hint, FALSE);
  gtk_box_append (GTK_BOX (self), hint);
}

static void
fk_hex_bookmark_panel_dispose (GObject *object)
{
  fk_hex_bookmark_panel_set_view (FK_HEX_BOOKMARK_PANEL (object), NULL);
  G_OBJECT_CLASS (fk_hex_bookmark_panel_parent_class)->dispose (object);
}

static void
fk_hex_bookmark_panel_class_init (FkHexBookmarkPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = fk_hex_bookmark_panel_dispose;
  signals[EDITED] = g_signal_new ("edited", FK_TYPE_HEX_BOOKMARK_PANEL, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_action (widget_class, "bookmarks.remove", NULL, on_remove);
}

static void
fk_hex_bookmark_panel_init (FkHexBookmarkPanel *self)
{
  self->selected = -1;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  add_list (self);
  add_editor (self);
  add_hint (self);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self), 6);
}

/**
 * fk_hex_bookmark_panel_set_view:
 * @view: (nullable): whose notes, which it must have, hold the bookmarks
 */
void
fk_hex_bookmark_panel_set_view (FkHexBookmarkPanel *self, FkHexView *view)
{
  FkHexNotes *notes = view != NULL ? fk_hex_view_get_notes (view) : NULL;

  g_return_if_fail (FK_IS_HEX_BOOKMARK_PANEL (self));
  g_return_if_fail (view == NULL || FK_IS_HEX_VIEW (view));

  if (self->notes != NULL)
    g_signal_handlers_disconnect_by_data (self->notes, self);
  g_set_object (&self->view, view);
  g_set_object (&self->notes, notes);
  if (self->notes == NULL)
    return;
  g_signal_connect_swapped (self->notes, "changed", G_CALLBACK (show_notes), self);
  show_notes (self);
}

/**
 * fk_hex_bookmark_panel_set_hint:
 * @hint: (nullable): what is to be known of how the bookmarks are kept
 */
void
fk_hex_bookmark_panel_set_hint (FkHexBookmarkPanel *self, const char *hint)
{
  g_return_if_fail (FK_IS_HEX_BOOKMARK_PANEL (self));

  gtk_label_set_label (self->hint, hint != NULL ? hint : "");
  gtk_widget_set_visible (GTK_WIDGET (self->hint), hint != NULL);
}

/**
 * fk_hex_bookmark_panel_add:
 *
 * Makes what is selected a bookmark, and leads to its name; if the selection is one already, only
 * that.
 */
void
fk_hex_bookmark_panel_add (FkHexBookmarkPanel *self)
{
  const FkHexNote *present;
  g_autofree char *name = NULL;
  guint64 start;
  guint64 size;
  guint index = 0;
  guint n;

  g_return_if_fail (FK_IS_HEX_BOOKMARK_PANEL (self));
  g_return_if_fail (self->notes != NULL);

  fk_hex_view_get_selection (self->view, &start, &size);
  n = fk_hex_notes_get_n (self->notes, FK_HEX_NOTE_BOOKMARK);
  present = fk_hex_notes_find (self->notes, FK_HEX_NOTE_BOOKMARK, start, &index);
  if (present == NULL || present->start != start || present->size != size)
    {
      if (n >= FK_HEX_MAX_BOOKMARKS)
        {
          fk_hex_view_say (self->view, _ ("There are too many bookmarks to add another."));
          return;
        }
      name = g_strdup_printf (_ ("Bookmark %u"), n + 1);
      index = fk_hex_notes_add (self->notes, FK_HEX_NOTE_BOOKMARK, start, size, name, n);
      g_signal_emit (self, signals[EDITED], 0);
    }
  self->selected = (int)index;
  show_notes (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->name));
  gtk_editable_select_region (self->name, 0, -1);
}
