/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hex/fk-hex-string-panel.h"

#include <glib/gi18n.h>

#include "hex/fk-hex-hit-list.h"
#include "hex/fk-hex-strings.h"
#include "hex/fk-hex-view-private.h"
#include "widgets/fk-list-focus.h"

/* As much as a row may show, and as is selected at most. */
#define MAX_SHOWN    128
#define MAX_SELECTED 4096

struct _FkHexStringPanel
{
  GtkBox parent_instance;

  FkHexView *view;
  GtkEditable *filter;
  GtkLabel *status;
  FkHexHitList *strings;
  GtkSingleSelection *selection;
  GtkWidget *list;

  GCancellable *cancellable; /* of the search that runs, or %NULL */
  gboolean is_current;       /* the list is of the present source */
  gboolean is_filling;
};

G_DEFINE_FINAL_TYPE (FkHexStringPanel, fk_hex_string_panel, GTK_TYPE_BOX)

static void
set_strings (FkHexStringPanel *self, GArray *strings)
{
  self->is_filling = TRUE;
  fk_hex_hit_list_set (self->strings, strings);
  self->is_filling = FALSE;
}

static void
on_found (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkHexStringPanel) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) found = fk_hex_strings_finish (FK_BYTE_SOURCE (object), result, &error);
  g_autofree char *text = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  set_strings (self, found);
  if (found == NULL)
    text = g_strdup (error->message);
  else if (found->len == 0)
    text = g_strdup (_ ("No texts found"));
  else
    text = g_strdup_printf (ngettext ("%u text", "%u texts", found->len), found->len);
  gtk_label_set_label (self->status, text);
}

static void
cancel (FkHexStringPanel *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
search (FkHexStringPanel *self)
{
  FkByteSource *source = self->view != NULL ? fk_hex_view_get_source (self->view) : NULL;

  cancel (self);
  self->is_current = gtk_widget_get_mapped (GTK_WIDGET (self));
  if (!self->is_current || source == NULL)
    return;
  gtk_label_set_label (self->status, _ ("Searching…"));
  self->cancellable = g_cancellable_new ();
  fk_hex_strings_async (source, gtk_editable_get_text (self->filter), self->cancellable, on_found,
                        g_object_ref (self));
}

/* @length: (out): how many bytes it has */
static char *
read_string (FkHexStringPanel *self, guint64 position, gsize max, gsize *length)
{
  g_autofree guint8 *bytes = g_malloc (max);
  g_autofree guint8 *present = g_malloc (max);

  fk_byte_source_read_found (fk_hex_view_get_source (self->view), position, bytes, present, max);
  return fk_hex_string_extract (bytes, present, max, length);
}

static void
on_selected (FkHexStringPanel *self)
{
  FkHexHit *hit = gtk_single_selection_get_selected_item (self->selection);
  g_autofree char *text = NULL;
  gsize length;

  if (hit == NULL || self->is_filling || self->view == NULL)
    return;
  text = read_string (self, fk_hex_hit_get_position (hit), MAX_SELECTED, &length);
  fk_hex_view_select (self->view, fk_hex_hit_get_position (hit), MAX (length, 1));
}

static void
on_row_setup (GtkSignalListItemFactory *factory, GtkListItem *item, FkHexStringPanel *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *text = gtk_label_new (NULL);
  GtkWidget *address = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (text), TRUE);
  gtk_label_set_xalign (GTK_LABEL (address), 0);
  gtk_widget_add_css_class (address, "dim-label");
  gtk_widget_add_css_class (address, "caption");
  gtk_widget_set_margin_top (box, 3);
  gtk_widget_set_margin_bottom (box, 3);
  gtk_widget_set_margin_start (box, 6);
  gtk_widget_set_margin_end (box, 6);
  gtk_box_append (GTK_BOX (box), text);
  gtk_box_append (GTK_BOX (box), address);
  gtk_list_item_set_child (item, box);
}

static void
on_row_bind (GtkSignalListItemFactory *factory, GtkListItem *item, FkHexStringPanel *self)
{
  guint64 position = fk_hex_hit_get_position (gtk_list_item_get_item (item));
  GtkWidget *box = gtk_list_item_get_child (item);
  g_autofree char *address = g_strdup_printf ("0x%08" G_GINT64_MODIFIER "x", position);
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  gsize length;

  if (self->view == NULL || fk_hex_view_get_source (self->view) == NULL)
    return;
  text = read_string (self, position, MAX_SHOWN, &length);
  name = g_strdup_printf ("%s, %s", text, address);
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_first_child (box)), text);
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_last_child (box)), address);
  /* GTK 4.8 names no row after what it shows. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (box)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
add_filter (FkHexStringPanel *self)
{
  GtkWidget *filter = gtk_search_entry_new ();
  GtkWidget *status = gtk_label_new (NULL);

  self->filter = GTK_EDITABLE (filter);
  g_object_set (filter, "placeholder-text", _ ("Filter Texts"), NULL);
  self->status = GTK_LABEL (status);
  gtk_accessible_update_property (GTK_ACCESSIBLE (filter), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Filter Texts"), -1);
  g_signal_connect_swapped (filter, "search-changed", G_CALLBACK (search), self);
  gtk_label_set_xalign (self->status, 0);
  gtk_label_set_wrap (self->status, TRUE);
  gtk_label_set_max_width_chars (self->status, 30);
  gtk_widget_add_css_class (status, "dim-label");
  gtk_widget_set_margin_start (status, 6);
  gtk_box_append (GTK_BOX (self), filter);
  gtk_box_append (GTK_BOX (self), status);
}

static void
add_list (FkHexStringPanel *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_row_setup), self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_row_bind), self);
  self->strings = fk_hex_hit_list_new ();
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->strings)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  g_signal_connect_swapped (self->selection, "notify::selected", G_CALLBACK (on_selected), self);
  self->list = gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Texts"), -1);
  fk_list_focus_make_one_stop (self->list);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_widget_set_size_request (scroller, -1, 120);
  gtk_box_append (GTK_BOX (self), scroller);
}

static void
fk_hex_string_panel_map (GtkWidget *widget)
{
  FkHexStringPanel *self = FK_HEX_STRING_PANEL (widget);

  GTK_WIDGET_CLASS (fk_hex_string_panel_parent_class)->map (widget);
  if (!self->is_current)
    search (self);
}

static void
fk_hex_string_panel_dispose (GObject *object)
{
  FkHexStringPanel *self = FK_HEX_STRING_PANEL (object);

  fk_hex_string_panel_set_view (self, NULL);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_object (&self->selection);
  g_clear_object (&self->strings);
  G_OBJECT_CLASS (fk_hex_string_panel_parent_class)->dispose (object);
}

static void
fk_hex_string_panel_class_init (FkHexStringPanelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = fk_hex_string_panel_dispose;
  GTK_WIDGET_CLASS (klass)->map = fk_hex_string_panel_map;
}

static void
fk_hex_string_panel_init (FkHexStringPanel *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  add_filter (self);
  add_list (self);
}

static void
on_source (FkHexStringPanel *self)
{
  set_strings (self, NULL);
  search (self);
}

/**
 * fk_hex_string_panel_set_view:
 * @view: (nullable): whose bytes are looked through
 */
void
fk_hex_string_panel_set_view (FkHexStringPanel *self, FkHexView *view)
{
  g_return_if_fail (FK_IS_HEX_STRING_PANEL (self));
  g_return_if_fail (view == NULL || FK_IS_HEX_VIEW (view));

  cancel (self);
  if (self->view != NULL)
    g_signal_handlers_disconnect_by_data (self->view, self);
  g_set_object (&self->view, view);
  if (view == NULL)
    return;
  g_signal_connect_swapped (view, "notify::source", G_CALLBACK (on_source), self);
  g_signal_connect_swapped (view, "edited", G_CALLBACK (search), self);
  on_source (self);
}
