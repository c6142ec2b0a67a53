/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hex/fk-hex-find-panel.h"

#include <glib/gi18n.h>

#include "hex/fk-hex-find.h"
#include "hex/fk-hex-hit-list.h"
#include "hex/fk-hex-view-private.h"
#include "widgets/fk-drop-down.h"
#include "widgets/fk-list-focus.h"

/* Bytes that a row of the list shows from each place on. */
#define CONTEXT 16

struct _FkHexFindPanel
{
  GtkBox parent_instance;

  FkHexView *view;
  GtkEditable *entry;
  GtkDropDown *kind;
  GtkCheckButton *match_case;
  GtkLabel *status;
  FkHexHitList *hits;
  GtkSingleSelection *selection;
  GtkWidget *list;

  GCancellable *cancellable; /* of the search that runs, or %NULL */
  guint size;                /* of what was found */
  gboolean is_stepping;      /* the selection follows the view, not the other way round */
};

enum
{
  CLOSE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkHexFindPanel, fk_hex_find_panel, GTK_TYPE_BOX)

static void
set_hits (FkHexFindPanel *self, GArray *hits)
{
  self->is_stepping = TRUE;
  fk_hex_hit_list_set (self->hits, hits);
  self->is_stepping = FALSE;
  if (self->view != NULL)
    fk_hex_view_set_hits (self->view, hits, self->size);
}

static void
show_status (FkHexFindPanel *self, const char *text, gboolean is_error)
{
  gtk_label_set_label (self->status, text);
  if (is_error)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
}

static void
show_count (FkHexFindPanel *self, guint64 n_found)
{
  g_autofree char *text = NULL;
  gulong n = (gulong)n_found;

  if (n_found == 0)
    {
      show_status (self, _ ("Not found"), FALSE);
      return;
    }
  text = g_strdup_printf (ngettext ("Found once", "Found %lu times", n), n);
  if (n_found > FK_HEX_FIND_MAX)
    {
      g_autofree char *count = g_steal_pointer (&text);

      text = g_strdup_printf (_ ("%s; the first %d are listed"), count, FK_HEX_FIND_MAX);
    }
  show_status (self, text, FALSE);
}

static void
on_found (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkHexFindPanel) self = user_data;
  g_autoptr (GError) error = NULL;
  guint64 n_found;
  g_autoptr (GArray) hits = fk_hex_find_finish (FK_BYTE_SOURCE (object), result, &n_found, &error);

  /* Another search has begun, or nobody is interested any more. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->view == NULL)
    return;
  g_clear_object (&self->cancellable);
  if (hits == NULL)
    {
      show_status (self, error->message, TRUE);
      return;
    }
  set_hits (self, hits);
  show_count (self, n_found);
}

static void
cancel (FkHexFindPanel *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static FkHexPattern *
make_pattern (FkHexFindPanel *self, GError **error)
{
  FkHexPatternKind kind = gtk_drop_down_get_selected (self->kind);
  gboolean match_case = gtk_check_button_get_active (self->match_case);

  return fk_hex_pattern_new (kind, gtk_editable_get_text (self->entry), !match_case, error);
}

static void
search (FkHexFindPanel *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FkHexPattern) pattern = NULL;
  FkByteSource *source = self->view != NULL ? fk_hex_view_get_source (self->view) : NULL;

  cancel (self);
  set_hits (self, NULL);
  if (source == NULL || *gtk_editable_get_text (self->entry) == '\0')
    {
      show_status (self, "", FALSE);
      return;
    }
  pattern = make_pattern (self, &error);
  if (pattern == NULL)
    {
      show_status (self, error->message, TRUE);
      return;
    }
  show_status (self, _ ("Searching…"), FALSE);
  self->size = fk_hex_pattern_get_size (pattern);
  self->cancellable = g_cancellable_new ();
  fk_hex_find_async (source, pattern, self->cancellable, on_found, g_object_ref (self));
}

static void
on_kind_changed (FkHexFindPanel *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->match_case),
                          gtk_drop_down_get_selected (self->kind) != FK_HEX_PATTERN_HEX);
  search (self);
}

/* With the gaps that divide it. */
static void
select_hit (FkHexFindPanel *self, guint64 position)
{
  FkByteSource *source = fk_hex_view_get_source (self->view);

  fk_hex_view_select (self->view, position, fk_byte_source_get_span (source, position, self->size));
}

static void
on_selected (FkHexFindPanel *self)
{
  FkHexHit *hit = gtk_single_selection_get_selected_item (self->selection);

  if (hit != NULL && !self->is_stepping && self->view != NULL)
    select_hit (self, fk_hex_hit_get_position (hit));
}

/**
 * fk_hex_find_panel_step:
 *
 * Goes to the next or the previous place from the cursor on, round at the end.
 */
void
fk_hex_find_panel_step (FkHexFindPanel *self, gboolean forward)
{
  GArray *hits;
  guint64 cursor;
  guint64 size;
  guint index;

  g_return_if_fail (FK_IS_HEX_FIND_PANEL (self));

  hits = fk_hex_hit_list_get (self->hits);
  if (hits == NULL || hits->len == 0 || self->view == NULL)
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      return;
    }
  fk_hex_view_get_selection (self->view, &cursor, &size);
  if (forward)
    index = fk_hex_hits_find (hits, cursor + 1) % hits->len;
  else
    index = (fk_hex_hits_find (hits, cursor) + hits->len - 1) % hits->len;
  if (forward ? g_array_index (hits, guint64, index) <= cursor
              : g_array_index (hits, guint64, index) >= cursor)
    fk_hex_view_say (self->view, forward ? _ ("The search went on at the beginning.")
                                         : _ ("The search went on at the end."));
  select_hit (self, g_array_index (hits, guint64, index));
  self->is_stepping = TRUE;
  fk_hex_hit_list_complete (self->hits);
  gtk_single_selection_set_selected (self->selection, index);
  self->is_stepping = FALSE;
  gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", index);
}

static void
on_activate (FkHexFindPanel *self)
{
  fk_hex_find_panel_step (self, TRUE);
}

static void
on_next (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_hex_find_panel_step (FK_HEX_FIND_PANEL (widget), TRUE);
}

static void
on_previous (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_hex_find_panel_step (FK_HEX_FIND_PANEL (widget), FALSE);
}

static void
on_close (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_hex_find_panel_stop (FK_HEX_FIND_PANEL (widget));
}

static void
on_row_setup (GtkSignalListItemFactory *factory, GtkListItem *item, FkHexFindPanel *self)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "monospace");
  gtk_list_item_set_child (item, label);
}

/* Reads on from @position up to where the addresses leap or bytes are missing. */
static gsize
read_consecutive (FkByteSource *source, guint64 position, guint8 *bytes, gsize length)
{
  guint8 present[CONTEXT];
  gsize n = 0;

  fk_byte_source_read_found (source, position, bytes, present, length);
  while (n < length && present[n] == FK_BYTE_PRESENT)
    n++;
  return n > 0 ? fk_byte_source_count_consecutive (source, position, n) : 0;
}

/* The address, and what stands there as text, also behind a gap. */
static char *
describe_hit (FkHexFindPanel *self, guint64 position)
{
  FkByteSource *source = fk_hex_view_get_source (self->view);
  guint8 bytes[CONTEXT + 1] = { 0 };
  guint64 address;
  gsize n = 0;
  gsize more;

  if (source == NULL || !fk_byte_source_get_address (source, position, &address))
    return g_strdup ("");
  do
    {
      more = read_consecutive (source, position, bytes + n, CONTEXT - n);
      n += more;
    }
  while (more > 0 && n < CONTEXT && fk_byte_source_get_position (source, address + n, &position));
  for (gsize i = 0; i < n; i++)
    if (bytes[i] < 0x20 || bytes[i] >= 0x7f)
      bytes[i] = '.';
  bytes[n] = '\0';
  return g_strdup_printf ("0x%08" G_GINT64_MODIFIER "x  %s", address, (const char *)bytes);
}

static void
on_row_bind (GtkSignalListItemFactory *factory, GtkListItem *item, FkHexFindPanel *self)
{
  FkHexHit *hit = gtk_list_item_get_item (item);
  g_autofree char *text = NULL;

  if (self->view == NULL)
    return;
  text = describe_hit (self, fk_hex_hit_get_position (hit));
  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)), text);
  /* GTK 4.8 names no row after what it shows. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (
                                      gtk_widget_get_parent (gtk_list_item_get_child (item))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static GtkWidget *
make_button (const char *icon, const char *action, const char *label, const char *tooltip)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  return button;
}

static void
add_entry_row (FkHexFindPanel *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *entry = gtk_search_entry_new ();

  self->entry = GTK_EDITABLE (entry);
  gtk_widget_set_hexpand (entry, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Find"),
                                  -1);
  g_signal_connect_swapped (entry, "search-changed", G_CALLBACK (search), self);
  g_signal_connect_swapped (entry, "activate", G_CALLBACK (on_activate), self);
  g_signal_connect_swapped (entry, "stop-search", G_CALLBACK (fk_hex_find_panel_stop), self);
  gtk_box_append (GTK_BOX (row), entry);
  gtk_box_append (GTK_BOX (row), make_button ("window-close-symbolic", "find.close",
                                              _ ("Close the Search"), _ ("Close the Search")));
  gtk_box_append (GTK_BOX (self), row);
}

static void
add_kind_row (FkHexFindPanel *self)
{
  const char *kinds[] = { _ ("Hex"), _ ("Text"), _ ("UTF-16 Text"), NULL };
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *kind = gtk_drop_down_new_from_strings (kinds);
  GtkWidget *match_case = gtk_check_button_new_with_mnemonic (_ ("_Match Case"));

  self->kind = GTK_DROP_DOWN (kind);
  self->match_case = GTK_CHECK_BUTTON (match_case);
  gtk_widget_set_tooltip_text (kind, _ ("In hex, ? stands for any digit: 2? ?? 08"));
  fk_drop_down_set_name (self->kind, _ ("Kind of Search"));
  gtk_drop_down_set_selected (self->kind, FK_HEX_PATTERN_TEXT);
  g_signal_connect_swapped (kind, "notify::selected", G_CALLBACK (on_kind_changed), self);
  g_signal_connect_swapped (match_case, "toggled", G_CALLBACK (search), self);
  gtk_box_append (GTK_BOX (row), kind);
  gtk_box_append (GTK_BOX (row), match_case);
  gtk_box_append (GTK_BOX (self), row);
}

static void
add_status_row (FkHexFindPanel *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *status = gtk_label_new (NULL);

  self->status = GTK_LABEL (status);
  gtk_label_set_xalign (self->status, 0);
  gtk_label_set_wrap (self->status, TRUE);
  gtk_widget_set_hexpand (status, TRUE);
  gtk_widget_add_css_class (status, "dim-label");
  gtk_box_append (GTK_BOX (row), status);
  gtk_box_append (GTK_BOX (row),
                  make_button ("go-up-symbolic", "find.previous", _ ("Previous Place"),
                               _ ("Previous Place (Ctrl+Shift+G)")));
  gtk_box_append (GTK_BOX (row), make_button ("go-down-symbolic", "find.next", _ ("Next Place"),
                                              _ ("Next Place (Ctrl+G)")));
  gtk_box_append (GTK_BOX (self), row);
}

static void
add_list (FkHexFindPanel *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_row_setup), self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_row_bind), self);
  self->hits = fk_hex_hit_list_new ();
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->hits)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  g_signal_connect_swapped (self->selection, "notify::selected", G_CALLBACK (on_selected), self);
  self->list = gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Places"), -1);
  fk_list_focus_make_one_stop (self->list);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_widget_set_size_request (scroller, -1, 120);
  gtk_box_append (GTK_BOX (self), scroller);
}

static void
fk_hex_find_panel_dispose (GObject *object)
{
  FkHexFindPanel *self = FK_HEX_FIND_PANEL (object);

  cancel (self);
  fk_hex_find_panel_set_view (self, NULL);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_object (&self->selection);
  g_clear_object (&self->hits);
  G_OBJECT_CLASS (fk_hex_find_panel_parent_class)->dispose (object);
}

static void
fk_hex_find_panel_class_init (FkHexFindPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = fk_hex_find_panel_dispose;
  signals[CLOSE] = g_signal_new ("close", FK_TYPE_HEX_FIND_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_action (widget_class, "find.next", NULL, on_next);
  gtk_widget_class_install_action (widget_class, "find.previous", NULL, on_previous);
  gtk_widget_class_install_action (widget_class, "find.close", NULL, on_close);
}

static void
fk_hex_find_panel_init (FkHexFindPanel *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  add_entry_row (self);
  add_kind_row (self);
  add_status_row (self);
  add_list (self);
}

/* What was found is of other bytes. */
static void
on_bytes (FkHexFindPanel *self)
{
  if (fk_hex_hit_list_get (self->hits) != NULL || self->cancellable != NULL)
    search (self);
}

/**
 * fk_hex_find_panel_set_view:
 *
 * Which view is searched.  Neither owns the other's life: the panel lets go when it is disposed.
 */
void
fk_hex_find_panel_set_view (FkHexFindPanel *self, FkHexView *view)
{
  g_return_if_fail (FK_IS_HEX_FIND_PANEL (self));
  g_return_if_fail (view == NULL || FK_IS_HEX_VIEW (view));

  if (self->view == view)
    return;
  if (self->view != NULL)
    g_signal_handlers_disconnect_by_data (self->view, self);
  g_set_object (&self->view, view);
  if (view == NULL)
    return;
  g_signal_connect_swapped (view, "notify::source", G_CALLBACK (on_bytes), self);
  g_signal_connect_swapped (view, "edited", G_CALLBACK (on_bytes), self);
}

/**
 * fk_hex_find_panel_start:
 *
 * The person wants to find something: the keyboard is in the entry.
 */
void
fk_hex_find_panel_start (FkHexFindPanel *self)
{
  g_return_if_fail (FK_IS_HEX_FIND_PANEL (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (self->entry, 0, -1);
  if (fk_hex_hit_list_get (self->hits) == NULL && self->cancellable == NULL)
    search (self);
}

/**
 * fk_hex_find_panel_stop:
 *
 * Ends the search and asks to be hidden; the marks go.
 */
void
fk_hex_find_panel_stop (FkHexFindPanel *self)
{
  g_return_if_fail (FK_IS_HEX_FIND_PANEL (self));

  cancel (self);
  set_hits (self, NULL);
  show_status (self, "", FALSE);
  g_signal_emit (self, signals[CLOSE], 0);
}
