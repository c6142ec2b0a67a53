/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The panels beside the bytes, of which one is seen at a time, and what opens them. */

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

static gboolean
is_shown (FkBytesPage *self, GtkWidget *panel)
{
  return gtk_widget_get_visible (self->panel_box) &&
         gtk_stack_get_visible_child (self->panels) == panel;
}

static void
on_close_panel (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBytesPage *self = FK_BYTES_PAGE (widget);

  if (is_shown (self, GTK_WIDGET (self->find_panel)))
    fk_hex_find_panel_stop (self->find_panel);
  else
    close_panel (self);
}

static void
on_find (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBytesPage *self = FK_BYTES_PAGE (widget);

  show_panel (self, GTK_WIDGET (self->find_panel), NULL);
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

  toggle_panel (self, GTK_WIDGET (self->inspector), _ ("Data Inspector"));
}

static void
on_strings (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBytesPage *self = FK_BYTES_PAGE (widget);

  toggle_panel (self, GTK_WIDGET (self->string_panel), _ ("Texts"));
}

static void
on_bookmarks (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBytesPage *self = FK_BYTES_PAGE (widget);

  toggle_panel (self, GTK_WIDGET (self->bookmark_panel), _ ("Bookmarks"));
}

static void
on_bookmark (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBytesPage *self = FK_BYTES_PAGE (widget);

  show_panel (self, GTK_WIDGET (self->bookmark_panel), _ ("Bookmarks"));
  fk_hex_bookmark_panel_add (self->bookmark_panel);
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
  fk_hex_find_panel_step (FK_BYTES_PAGE (widget)->find_panel, TRUE);
}

static void
on_find_previous (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_hex_find_panel_step (FK_BYTES_PAGE (widget)->find_panel, FALSE);
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
  g_type_ensure (FK_TYPE_HEX_BOOKMARK_PANEL);
  g_type_ensure (FK_TYPE_HEX_FIND_PANEL);
  g_type_ensure (FK_TYPE_HEX_INSPECTOR);
  g_type_ensure (FK_TYPE_HEX_STRING_PANEL);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, panel_box);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, panel_header);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, panel_title);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, panels);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, find_panel);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, inspector);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, string_panel);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, bookmark_panel);
  gtk_widget_class_bind_template_callback (widget_class, close_panel);
  gtk_widget_class_bind_template_callback (widget_class, on_bookmarks_edited);
  install_panel_actions (widget_class);
}

void
fk_bytes_page_init_panels (FkBytesPage *self)
{
  fk_hex_find_panel_set_view (self->find_panel, self->view);
  fk_hex_string_panel_set_view (self->string_panel, self->view);
  fk_hex_inspector_set_view (self->inspector, self->view);
  fk_hex_bookmark_panel_set_view (self->bookmark_panel, self->view);
  fk_hex_bookmark_panel_set_hint (self->bookmark_panel,
                                  _ ("Bookmarks are kept with a backup. These bytes are none: "
                                     "what is marked here is forgotten with the page."));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "bytes.close-panel", FALSE);
}

/* Bookmarks come from @backup, and go there. */
void
fk_bytes_page_keep_bookmarks (FkBytesPage *self, FkBackup *backup, FkLibraryModel *library)
{
  fk_hex_bookmark_panel_set_hint (self->bookmark_panel, NULL);
  if (self->bookmarks != NULL)
    g_signal_handlers_disconnect_by_data (self->bookmarks, self);
  g_clear_object (&self->bookmarks);
  self->bookmarks = fk_bytes_bookmarks_new (self->notes, backup, library);
  g_signal_connect_object (self->bookmarks, "unreadable", G_CALLBACK (on_bookmarks_unreadable),
                           self, G_CONNECT_SWAPPED);
  fk_bytes_bookmarks_load (self->bookmarks);
}
