/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window: boards and library at the side, the chosen thing beside them; one or the other where
 * there is no room for both.  What the window itself can be told to do is in fk-window-actions.c.
 */

#include "config.h"

#include "fk-window-private.h"

#include <glib/gi18n.h>

#include "dialogs/fk-message.h"
#include "fk-error-text.h"
#include "fk-recent-menu.h"
#include "pages/fk-backup-page.h"
#include "pages/fk-board-page.h"
#include "widgets/fk-details.h"
#include "widgets/fk-drawing.h"
#include "widgets/fk-list-focus.h"

G_DEFINE_FINAL_TYPE (FkWindow, fk_window, ADW_TYPE_APPLICATION_WINDOW)

static void
update_header (FkWindow *self)
{
  gboolean folded = fk_fold_view_get_folded (self->fold);
  FkPage *page = fk_window_get_page (self);

  gtk_widget_set_visible (self->back_button, self->history->len > 0 || folded);
  adw_header_bar_set_show_end_title_buttons (self->sidebar_header, folded);
  adw_header_bar_set_show_start_title_buttons (self->content_header, folded);
  adw_window_title_set_title (self->content_title, page != NULL ? fk_page_get_title (page) : "");
  adw_window_title_set_subtitle (self->content_title,
                                 page != NULL ? fk_page_get_subtitle (page) : "");
}

/* Returns: (nullable): the page that is seen; %NULL for the guide that has no page of its own */
FkPage *
fk_window_get_page (FkWindow *self)
{
  GtkWidget *child = gtk_stack_get_visible_child (self->stack);

  return FK_IS_PAGE (child) ? FK_PAGE (child) : NULL;
}

static void
show_child (FkWindow *self, GtkWidget *child)
{
  gtk_stack_set_visible_child (self->stack, child);
  fk_fold_view_set_show_content (self->fold, TRUE);
  update_header (self);
}

static void
remove_page (FkWindow *self, GtkWidget *page)
{
  g_signal_handlers_disconnect_by_data (page, self);
  fk_page_leave (FK_PAGE (page));
}

static void
add_page (FkWindow *self, FkPage *page)
{
  fk_page_set_window (page, self);
  g_signal_connect_swapped (page, "notify::title", G_CALLBACK (update_header), self);
  g_signal_connect_swapped (page, "notify::subtitle", G_CALLBACK (update_header), self);
  gtk_stack_add_child (self->stack, GTK_WIDGET (page));
}

/* Removes every page but the one that is seen: Back leads nowhere. */
static void
clear_history (FkWindow *self)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->stack));

  g_ptr_array_set_size (self->history, 0);
  while (child != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);

      if (child != self->empty_page && child != gtk_stack_get_visible_child (self->stack))
        remove_page (self, child);
      child = next;
    }
  update_header (self);
}

static void
show_empty (FkWindow *self)
{
  show_child (self, self->empty_page);
  clear_history (self);
}

static void
go_back_now (FkWindow *self, gpointer data)
{
  fk_window_go_back (self);
}

/* One step back: to the page before, or to the sidebar where that takes turns with the pages. */
void
fk_window_go_back (FkWindow *self)
{
  GtkWidget *present = gtk_stack_get_visible_child (self->stack);

  if (self->history->len > 0)
    {
      if (FK_IS_PAGE (present) &&
          fk_window_ask_before (self, FK_PAGE (present), go_back_now, NULL, NULL))
        return;
      show_child (self, g_ptr_array_steal_index (self->history, self->history->len - 1));
      remove_page (self, present);
      update_header (self);
      gtk_widget_child_focus (gtk_stack_get_visible_child (self->stack), GTK_DIR_TAB_FORWARD);
      return;
    }
  if (!fk_fold_view_get_folded (self->fold))
    return;
  fk_fold_view_set_show_content (self->fold, FALSE);
  fk_sidebar_choose_nothing (self->sidebar);
}

static void
on_board_chosen (FkWindow *self, FkBoard *board)
{
  FkPage *page = fk_window_get_page (self);

  if (FK_IS_BOARD_PAGE (page) && fk_board_page_get_board (FK_BOARD_PAGE (page)) == board)
    show_child (self, GTK_WIDGET (page));
  else
    fk_window_open (self, fk_board_page_new (board, fk_window_get_library (self)));
}

static void
on_backup_chosen (FkWindow *self, FkBackup *backup)
{
  fk_window_open (self, fk_backup_page_new (backup, fk_window_get_library (self)));
}

/* A board that is plugged in is shown if nothing else is looked at; never a silent switch. */
static void
on_boards_changed (GListModel *boards, guint position, guint removed, guint added, FkWindow *self)
{
  FkPage *page = fk_window_get_page (self);
  gboolean idle =
      page == NULL ||
      (FK_IS_BOARD_PAGE (page) &&
       fk_board_get_state (fk_board_page_get_board (FK_BOARD_PAGE (page))) == FK_BOARD_GONE);

  if (added > 0 && idle)
    fk_sidebar_choose_board (self->sidebar, position);
}

static void
fk_window_dispose (GObject *object)
{
  FkWindow *self = FK_WINDOW (object);

  if (self->fold != NULL)
    g_signal_handlers_disconnect_by_data (self->fold, self);
  self->fold = NULL;
  g_clear_object (&self->library);
  g_clear_pointer (&self->history, g_ptr_array_unref);
  G_OBJECT_CLASS (fk_window_parent_class)->dispose (object);
}

static void
fk_window_class_init (FkWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (FK_TYPE_DRAWING);
  g_type_ensure (FK_TYPE_FOLD_VIEW);
  g_type_ensure (FK_TYPE_SIDEBAR);
  G_OBJECT_CLASS (klass)->dispose = fk_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = fk_window_close_request;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/flashkeep/Flashkeep/fk-window.ui");
  gtk_widget_class_bind_template_child (widget_class, FkWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, FkWindow, fold);
  gtk_widget_class_bind_template_child (widget_class, FkWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, FkWindow, sidebar_header);
  gtk_widget_class_bind_template_child (widget_class, FkWindow, content_header);
  gtk_widget_class_bind_template_child (widget_class, FkWindow, content_title);
  gtk_widget_class_bind_template_child (widget_class, FkWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, FkWindow, recent_menu);
  gtk_widget_class_bind_template_child (widget_class, FkWindow, back_button);
  gtk_widget_class_bind_template_child (widget_class, FkWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, FkWindow, empty_page);
  gtk_widget_class_bind_template_child (widget_class, FkWindow, wires_group);
  gtk_widget_class_bind_template_callback (widget_class, on_board_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_backup_chosen);
  gtk_widget_class_bind_template_callback (widget_class, update_header);
  fk_window_install_actions (widget_class);
}

static void
fk_window_init (FkWindow *self)
{
  self->history = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  /* GTK 4.8 names a menu button by its inner toggle. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (self->menu_button)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Main Menu"), -1);
  fk_list_focus_make_group_one_stop (self->wires_group);
  fk_window_accept_files (self);
  fk_recent_menu_bind (self->recent_menu, gtk_recent_manager_get_default (), "win.open-recent");
  update_header (self);
}

static void
restore_size (FkWindow *self, GSettings *settings)
{
  gtk_window_set_default_size (GTK_WINDOW (self),
                               g_settings_get_int (settings, FK_SETTINGS_WINDOW_WIDTH),
                               g_settings_get_int (settings, FK_SETTINGS_WINDOW_HEIGHT));
  if (g_settings_get_boolean (settings, FK_SETTINGS_WINDOW_MAXIMIZED))
    gtk_window_maximize (GTK_WINDOW (self));
}

/* The default size follows the size that the person gives the window, and keeps it while the
 * window is maximized. */
static void
remember_size (FkWindow *self, GSettings *settings)
{
  int width;
  int height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (settings, FK_SETTINGS_WINDOW_WIDTH, width);
  g_settings_set_int (settings, FK_SETTINGS_WINDOW_HEIGHT, height);
  g_settings_set_boolean (settings, FK_SETTINGS_WINDOW_MAXIMIZED,
                          gtk_window_is_maximized (GTK_WINDOW (self)));
}

static void
on_active_changed (FkWindow *self)
{
  if (gtk_window_is_active (GTK_WINDOW (self)) && self->library != NULL)
    fk_library_model_look_again (self->library);
}

FkWindow *
fk_window_new (FkApplication *application)
{
  FkWindow *self;
  GListModel *boards;

  g_return_val_if_fail (FK_IS_APPLICATION (application), NULL);

  self = g_object_new (FK_TYPE_WINDOW, "application", application, NULL);
  boards = fk_application_get_boards (application);
  restore_size (self, fk_application_get_settings (application));
  g_signal_connect_object (self, "unmap", G_CALLBACK (remember_size),
                           fk_application_get_settings (application), 0);
  g_set_object (&self->library, fk_application_get_library (application));
  fk_sidebar_set_models (self->sidebar, boards, self->library);
  g_signal_connect_object (boards, "items-changed", G_CALLBACK (on_boards_changed), self,
                           G_CONNECT_AFTER);
  on_boards_changed (boards, 0, 0, g_list_model_get_n_items (boards), self);
  /* A folder that another computer shares tells of no changes. */
  g_signal_connect_object (self, "notify::is-active", G_CALLBACK (on_active_changed), self, 0);
  fk_library_model_refresh (self->library);
  return self;
}

/**
 * fk_window_get_library:
 *
 * Returns: (transfer none): what the sidebar lists
 */
FkLibraryModel *
fk_window_get_library (FkWindow *self)
{
  g_return_val_if_fail (FK_IS_WINDOW (self), NULL);

  return self->library;
}

static GListModel *
get_boards (FkWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  return fk_application_get_boards (FK_APPLICATION (application));
}

/**
 * fk_window_get_only_board:
 *
 * Returns: (transfer none) (nullable): the connected board, where there is just one and its chip is
 *   known
 */
FkBoard *
fk_window_get_only_board (FkWindow *self)
{
  GListModel *boards;
  g_autoptr (FkBoard) board = NULL;

  g_return_val_if_fail (FK_IS_WINDOW (self), NULL);

  boards = get_boards (self);
  board = g_list_model_get_item (boards, 0);
  return g_list_model_get_n_items (boards) == 1 && fk_board_get_identity (board) != NULL ? board
                                                                                         : NULL;
}

/**
 * fk_window_get_board_for_uid:
 *
 * Returns: (transfer none) (nullable): the connected board with this very chip
 */
FkBoard *
fk_window_get_board_for_uid (FkWindow *self, const char *uid)
{
  GListModel *boards;

  g_return_val_if_fail (FK_IS_WINDOW (self), NULL);

  boards = get_boards (self);
  for (guint i = 0; i < g_list_model_get_n_items (boards); i++)
    {
      g_autoptr (FkBoard) board = g_list_model_get_item (boards, i);
      FkIdentity *identity = fk_board_get_identity (board);

      if (identity != NULL && g_strcmp0 (fk_identity_get_uid (identity), uid) == 0)
        return board;
    }
  return NULL;
}

static void
open_now (FkWindow *self, gpointer page)
{
  fk_window_open (self, FK_PAGE (page));
}

/**
 * fk_window_open:
 * @page: (transfer floating): shown with nothing behind it, as for a choice at the side; when the
 *   person has unsaved changes, after a question
 */
void
fk_window_open (FkWindow *self, FkPage *page)
{
  g_return_if_fail (FK_IS_WINDOW (self));
  g_return_if_fail (FK_IS_PAGE (page));

  g_object_ref_sink (page);
  if (fk_window_ask_before (self, NULL, open_now, page, g_object_unref))
    return;
  add_page (self, page);
  show_child (self, GTK_WIDGET (page));
  clear_history (self);
  g_object_unref (page);
}

/**
 * fk_window_push:
 * @page: (transfer floating): shown; Back leads to the present page
 */
void
fk_window_push (FkWindow *self, FkPage *page)
{
  g_return_if_fail (FK_IS_WINDOW (self));
  g_return_if_fail (FK_IS_PAGE (page));

  g_ptr_array_add (self->history, gtk_stack_get_visible_child (self->stack));
  add_page (self, page);
  show_child (self, GTK_WIDGET (page));
  gtk_widget_child_focus (GTK_WIDGET (page), GTK_DIR_TAB_FORWARD);
}

/**
 * fk_window_close_page:
 * @page: what it showed is no more
 *
 * Leads away from @page if it is the one that is seen: to the one before, or else to a board that
 * is connected.
 */
void
fk_window_close_page (FkWindow *self, FkPage *page)
{
  g_return_if_fail (FK_IS_WINDOW (self));

  if (fk_window_get_page (self) != page)
    return;
  fk_sidebar_choose_nothing (self->sidebar);
  if (self->history->len > 0)
    fk_window_go_back (self);
  else if (!fk_fold_view_get_folded (self->fold) &&
           g_list_model_get_n_items (get_boards (self)) > 0)
    fk_sidebar_choose_board (self->sidebar, 0);
  else
    {
      show_empty (self);
      /* To the lists, where there is no room for both. */
      fk_fold_view_set_show_content (self->fold, FALSE);
    }
}

/**
 * fk_window_show_error:
 *
 * Tells what happened and what to do now, and the rest under Details.  A cancelled operation is no
 * error.
 */
void
fk_window_show_error (FkWindow *self, const GError *error)
{
  g_return_if_fail (FK_IS_WINDOW (self));
  g_return_if_fail (error != NULL);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  fk_message_show (GTK_WIDGET (self), fk_error_text_get_title (error),
                   fk_error_text_get_advice (error), fk_details_new (error->message));
}
