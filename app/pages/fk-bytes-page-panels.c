/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The panels beside the bytes, of which one is seen at a time, and what opens them.  Each is made
 * when it is first wanted: all of them at once take longer than a frame, and mostly nobody wants
 * any. */

#include "config.h"

#include "pages/fk-bytes-page-private.h"

#include <glib/gi18n.h>

#include "dialogs/fk-message.h"
#include "widgets/fk-details.h"

/* @title: (nullable): %NULL for a panel that has a way to close it of its own */
static void
show_panel (FkBytesPage *self, GtkWidget *panel, const char *title)
{
  gtk_stack_set_visible_child (self->panels, panel);
  gtk_widget_set_visible (self->panel_header, title != NULL);
  gtk_label_set_label (self->panel_title, title != NULL ? title : "");
  gtk_widget_set_visible (self->panel_box, TRUE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "bytes.close-panel", TRUE);
}

static void
close_panel (FkBytesPage *self)
{
  /* In this order: where the focus is hidden, GTK looks for a place of its own choice. */
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  gtk_widget_set_visible (self->panel_box, FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "bytes.close-panel", FALSE);
}

static FkHexFindPanel *
get_find_panel (FkBytesPage *self)
{
  if (self->find_panel == NULL)
    {
      self->find_panel = g_object_new (FK_TYPE_HEX_FIND_PANEL, NULL);
      g_signal_connect_swapped (self->find_panel, "close", G_CALLBACK (close_panel), self);
      fk_hex_find_panel_set_view (self->find_panel, self->view);
      gtk_stack_add_child (self->panels, GTK_WIDGET (self->find_panel));
    }
  return self->find_panel;
}

static FkHexInspector *
get_inspector (FkBytesPage *self)
{
  if (self->inspector == NULL)
    {
      self->inspector = g_object_new (FK_TYPE_HEX_INSPECTOR, NULL);
      fk_hex_inspector_take_regions (self->inspector, g_steal_pointer (&self->regions));
      fk_hex_inspector_set_view (self->inspector, self->view);
      gtk_stack_add_child (self->panels, GTK_WIDGET (self->inspector));
    }
  return self->inspector;
}

static FkHexStringPanel *
get_string_panel (FkBytesPage *self)
{
  if (self->string_panel == NULL)
    {
      self->string_panel = g_object_new (FK_TYPE_HEX_STRING_PANEL, NULL);
      fk_hex_string_panel_set_view (self->string_panel, self->view);
      gtk_stack_add_child (self->panels, GTK_WIDGET (self->string_panel));
    }
  return self->string_panel;
}

static gboolean
is_shown (FkBytesPage *self, gpointer panel)
{
  return panel != NULL && gtk_widget_get_visible (self->panel_box) &&
         gtk_stack_get_visible_child (self->panels) == panel;
}

static void
on_close_panel (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBytesPage *self = FK_BYTES_PAGE (widget);

  if (is_shown (self, self->find_panel))
    fk_hex_find_panel_stop (self->find_panel);
  else
    close_panel (self);
}

static void
on_find (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBytesPage *self = FK_BYTES_PAGE (widget);

  show_panel (self, GTK_WIDGET (get_find_panel (self)), NULL);
  fk_hex_find_panel_start (self->find_panel);
}

static void
toggle_panel (FkBytesPage *self, GtkWidget *panel, const char *title)
{
  if (is_shown (self, panel))
    close_panel (self);
  else
    show_panel (self, panel, title);
}

static void
on_inspector (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBytesPage *self = FK_BYTES_PAGE (widget);

  toggle_panel (self, GTK_WIDGET (get_inspector (self)), _ ("Data Inspector"));
}

static void
on_strings (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBytesPage *self = FK_BYTES_PAGE (widget);

  toggle_panel (self, GTK_WIDGET (get_string_panel (self)), _ ("Texts"));
}

/* The window hears of it also when the page is left by then. */
static void
save_bookmarks (FkBytesPage *self)
{
  FkWindow *window = fk_page_get_window (FK_PAGE (self));

  if (window != NULL &&
      g_signal_handler_find (self->bookmarks, G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA, 0, 0, NULL,
                             fk_window_show_error, window) == 0)
    g_signal_connect_object (self->bookmarks, "failed", G_CALLBACK (fk_window_show_error), window,
                             G_CONNECT_SWAPPED);
  fk_bytes_bookmarks_save (self->bookmarks);
}

static void
on_bookmarks_edited (FkBytesPage *self)
{
  if (self->edit != NULL)
    {
      self->has_new_bookmarks = TRUE;
      fk_bytes_page_update_edit (self);
    }
  else if (self->bookmarks != NULL)
    save_bookmarks (self);
}

void
fk_bytes_page_update_bookmark_panel (FkBytesPage *self)
{
  if (self->bookmark_panel == NULL)
    return;
  fk_hex_bookmark_panel_set_hint (self->bookmark_panel,
                                  self->bookmarks != NULL
                                      ? NULL
                                      : _ ("Bookmarks are kept with a backup. These bytes are "
                                           "none: what is marked here is forgotten with the "
                                           "page."));
  /* What is marked while a copy is saved would be in none. */
  gtk_widget_set_sensitive (GTK_WIDGET (self->bookmark_panel), !self->is_saving);
}

static FkHexBookmarkPanel *
get_bookmark_panel (FkBytesPage *self)
{
  if (self->bookmark_panel == NULL)
    {
      self->bookmark_panel = g_object_new (FK_TYPE_HEX_BOOKMARK_PANEL, NULL);
      g_signal_connect_swapped (self->bookmark_panel, "edited", G_CALLBACK (on_bookmarks_edited),
                                self);
      fk_hex_bookmark_panel_set_view (self->bookmark_panel, self->view);
      fk_bytes_page_update_bookmark_panel (self);
      gtk_stack_add_child (self->panels, GTK_WIDGET (self->bookmark_panel));
    }
  return self->bookmark_panel;
}

static void
on_bookmarks (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBytesPage *self = FK_BYTES_PAGE (widget);

  toggle_panel (self, GTK_WIDGET (get_bookmark_panel (self)), _ ("Bookmarks"));
}

static void
on_bookmark (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBytesPage *self = FK_BYTES_PAGE (widget);

  show_panel (self, GTK_WIDGET (get_bookmark_panel (self)), _ ("Bookmarks"));
  fk_hex_bookmark_panel_add (self->bookmark_panel);
}

static void
on_bookmarks_unreadable (FkBytesPage *self, const GError *error)
{
  FkWindow *window = fk_page_get_window (FK_PAGE (self));

  if (window != NULL)
    fk_message_show (GTK_WIDGET (window), _ ("The Bookmarks Cannot Be Read"),
                     _ ("New bookmarks of this backup are not kept, so that nothing is lost. "
                        "Mend or remove the file “bookmarks.ini” in the folder of the backup."),
                     fk_details_new (error->message));
}

static void
on_find_next (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_hex_find_panel_step (get_find_panel (FK_BYTES_PAGE (widget)), TRUE);
}

static void
on_find_previous (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_hex_find_panel_step (get_find_panel (FK_BYTES_PAGE (widget)), FALSE);
}

static void
add_action (GtkWidgetClass *widget_class,
            const char *name,
            GtkWidgetActionActivateFunc activate,
            guint key,
            GdkModifierType modifiers)
{
  gtk_widget_class_install_action (widget_class, name, NULL, activate);
  gtk_widget_class_add_binding_action (widget_class, key, modifiers, name, NULL);
}

static void
install_panel_actions (GtkWidgetClass *widget_class)
{
  add_action (widget_class, "bytes.find", on_find, GDK_KEY_f, GDK_CONTROL_MASK);
  add_action (widget_class, "bytes.find-next", on_find_next, GDK_KEY_g, GDK_CONTROL_MASK);
  add_action (widget_class, "bytes.find-previous", on_find_previous, GDK_KEY_g,
              GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  add_action (widget_class, "bytes.inspector", on_inspector, GDK_KEY_i, GDK_CONTROL_MASK);
  gtk_widget_class_install_action (widget_class, "bytes.strings", NULL, on_strings);
  gtk_widget_class_install_action (widget_class, "bytes.bookmarks", NULL, on_bookmarks);
  add_action (widget_class, "bytes.bookmark", on_bookmark, GDK_KEY_d, GDK_CONTROL_MASK);
  add_action (widget_class, "bytes.close-panel", on_close_panel, GDK_KEY_Escape, 0);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F3, 0, "bytes.find-next", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F3, GDK_SHIFT_MASK,
                                       "bytes.find-previous", NULL);
}

/* For the making of the class: actions and the template's children. */
void
fk_bytes_page_install_panels (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, panel_box);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, panel_header);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, panel_title);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, panels);
  gtk_widget_class_bind_template_callback (widget_class, close_panel);
  install_panel_actions (widget_class);
}

void
fk_bytes_page_init_panels (FkBytesPage *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "bytes.close-panel", FALSE);
}

/* @regions: (transfer full): what is where in the chip */
void
fk_bytes_page_take_regions (FkBytesPage *self, FkHexRegions *regions)
{
  if (self->inspector != NULL)
    {
      fk_hex_inspector_take_regions (self->inspector, regions);
      return;
    }
  g_clear_pointer (&self->regions, fk_hex_regions_free);
  self->regions = regions;
}

/* Bookmarks come from @backup, and go there. */
void
fk_bytes_page_keep_bookmarks (FkBytesPage *self, FkBackup *backup, FkLibraryModel *library)
{
  if (self->bookmarks != NULL)
    g_signal_handlers_disconnect_by_data (self->bookmarks, self);
  g_clear_object (&self->bookmarks);
  self->bookmarks = fk_bytes_bookmarks_new (self->notes, backup, library);
  fk_bytes_page_update_bookmark_panel (self);
  g_signal_connect_object (self->bookmarks, "unreadable", G_CALLBACK (on_bookmarks_unreadable),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->bookmarks, "settled",
                           G_CALLBACK (fk_bytes_page_start_edit_if_wanted), self,
                           G_CONNECT_SWAPPED);
  fk_bytes_bookmarks_load (self->bookmarks);
}
