/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fk-sidebar.h"

#include <glib/gi18n.h>

#include "fk-library-pane.h"
#include "widgets/fk-list-focus.h"

struct _FkSidebar
{
  AdwBin parent_instance;

  GtkListBox *board_list;
  FkLibraryPane *library;

  GListModel *boards;
  FkBoard *chosen;  /* the last that was told of */
  guint focus_came; /* idle source that runs once the keys have settled on board_list */
};

enum
{
  BOARD_CHOSEN,
  BACKUP_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkSidebar, fk_sidebar, ADW_TYPE_BIN)

/* A symbol, and two lines of text beside it. */
typedef struct
{
  GtkWidget *box;
  GtkLabel *title;
  GtkLabel *subtitle;
} Entry;

static GtkLabel *
add_label (GtkWidget *box)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

static Entry *
entry_new (const char *icon)
{
  Entry *entry = g_new0 (Entry, 1);
  GtkWidget *image = gtk_image_new_from_icon_name (icon);
  GtkWidget *labels = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  entry->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_set_margin_top (entry->box, 6);
  gtk_widget_set_margin_bottom (entry->box, 6);
  gtk_widget_set_valign (labels, GTK_ALIGN_CENTER);
  entry->title = add_label (labels);
  entry->subtitle = add_label (labels);
  gtk_widget_add_css_class (GTK_WIDGET (entry->subtitle), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (entry->subtitle), "dim-label");
  gtk_accessible_update_property (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_PROPERTY_LABEL, "", -1);
  gtk_box_append (GTK_BOX (entry->box), image);
  gtk_box_append (GTK_BOX (entry->box), labels);
  g_object_set_data_full (G_OBJECT (entry->box), "fk-entry", entry, g_free);
  return entry;
}

static void
update_board_row (FkBoard *board, GtkWidget *row)
{
  Entry *entry = g_object_get_data (G_OBJECT (gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (row))),
                                    "fk-entry");
  g_autofree char *title = fk_board_dup_title (board);
  g_autofree char *subtitle = fk_board_dup_subtitle (board);

  gtk_label_set_label (entry->title, title);
  gtk_label_set_label (entry->subtitle, subtitle);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, subtitle, -1);
}

static GtkWidget *
create_board_row (gpointer item, gpointer user_data)
{
  FkBoard *board = FK_BOARD (item);
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), entry_new ("media-flash-symbolic")->box);
  g_object_set_data_full (G_OBJECT (row), "fk-board", g_object_ref (board), g_object_unref);
  g_signal_connect_object (board, "changed", G_CALLBACK (update_board_row), row, 0);
  update_board_row (board, row);
  return row;
}

static void
on_board_selected (GtkListBox *list, GtkListBoxRow *row, FkSidebar *self)
{
  FkBoard *board = row != NULL ? g_object_get_data (G_OBJECT (row), "fk-board") : NULL;

  /* Tab only passes through, but GTK selects the row that it comes to. */
  if (self->focus_came != 0 && row != NULL && board != self->chosen)
    {
      gtk_list_box_unselect_all (list);
      return;
    }
  /* GTK tells also when the selected row only gets the focus. */
  if (!g_set_object (&self->chosen, board) || board == NULL)
    return;
  fk_library_pane_choose_nothing (self->library);
  g_signal_emit (self, signals[BOARD_CHOSEN], 0, board);
}

/* A click on the selected row leads back to it from wherever it has led. */
static void
on_board_activated (GtkListBox *list, GtkListBoxRow *row, FkSidebar *self)
{
  if (gtk_list_box_row_is_selected (row))
    g_signal_emit (self, signals[BOARD_CHOSEN], 0, g_object_get_data (G_OBJECT (row), "fk-board"));
  else
    gtk_list_box_select_row (list, row);
}

static gboolean
on_focus_settled (gpointer data)
{
  FK_SIDEBAR (data)->focus_came = 0;
  return G_SOURCE_REMOVE;
}

static void
on_focus_enter (GtkEventControllerFocus *controller, FkSidebar *self)
{
  if (self->focus_came == 0)
    self->focus_came = g_idle_add (on_focus_settled, self);
}

static void
on_backup_chosen (FkSidebar *self, FkBackup *backup)
{
  gtk_list_box_unselect_all (self->board_list);
  g_signal_emit (self, signals[BACKUP_CHOSEN], 0, backup);
}

/* Tells the library which boards are connected. */
static void
tell_connected (FkSidebar *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) uids = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (self->boards); i++)
    {
      g_autoptr (FkBoard) board = g_list_model_get_item (self->boards, i);
      FkIdentity *identity = fk_board_get_identity (board);

      if (identity != NULL && fk_board_get_state (board) != FK_BOARD_GONE)
        g_strv_builder_add (builder, fk_identity_get_uid (identity));
    }
  uids = g_strv_builder_end (builder);
  fk_library_pane_set_connected (self->library, (const char *const *)uids);
}

static void
on_boards_changed (FkSidebar *self, guint position, guint removed, guint added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (FkBoard) board = g_list_model_get_item (self->boards, i);

      g_signal_connect_object (board, "changed", G_CALLBACK (tell_connected), self,
                               G_CONNECT_SWAPPED);
    }
  tell_connected (self);
}

static void
on_looked (FkLibraryModel *library, const GError *error, FkSidebar *self)
{
  fk_library_pane_set_error (self->library, error);
}

static void
fk_sidebar_dispose (GObject *object)
{
  g_clear_handle_id (&FK_SIDEBAR (object)->focus_came, g_source_remove);
  g_clear_object (&FK_SIDEBAR (object)->boards);
  g_clear_object (&FK_SIDEBAR (object)->chosen);
  G_OBJECT_CLASS (fk_sidebar_parent_class)->dispose (object);
}

static void
fk_sidebar_class_init (FkSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (FK_TYPE_LIBRARY_PANE);
  G_OBJECT_CLASS (klass)->dispose = fk_sidebar_dispose;
  signals[BOARD_CHOSEN] = g_signal_new ("board-chosen", FK_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1, FK_TYPE_BOARD);
  signals[BACKUP_CHOSEN] = g_signal_new ("backup-chosen", FK_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, FK_TYPE_BACKUP);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/flashkeep/Flashkeep/fk-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, FkSidebar, board_list);
  gtk_widget_class_bind_template_child (widget_class, FkSidebar, library);
  gtk_widget_class_bind_template_callback (widget_class, on_board_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_board_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_backup_chosen);
}

static void
fk_sidebar_init (FkSidebar *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  fk_list_focus_make_one_stop (GTK_WIDGET (self->board_list));
  g_signal_connect (focus, "enter", G_CALLBACK (on_focus_enter), self);
  gtk_widget_add_controller (GTK_WIDGET (self->board_list), focus);
}

/**
 * fk_sidebar_set_models:
 * @boards: of #FkBoard
 *
 * What to list.  To be called once.
 */
void
fk_sidebar_set_models (FkSidebar *self, GListModel *boards, FkLibraryModel *library)
{
  g_return_if_fail (FK_IS_SIDEBAR (self));

  gtk_list_box_bind_model (self->board_list, boards, create_board_row, self, NULL);
  fk_library_pane_set_backups (self->library, fk_library_model_get_backups (library));
  g_signal_connect_object (library, "looked", G_CALLBACK (on_looked), self, 0);
  self->boards = g_object_ref (boards);
  g_signal_connect_object (boards, "items-changed", G_CALLBACK (on_boards_changed), self,
                           G_CONNECT_SWAPPED);
  on_boards_changed (self, 0, 0, g_list_model_get_n_items (boards));
}

void
fk_sidebar_choose_board (FkSidebar *self, guint position)
{
  g_return_if_fail (FK_IS_SIDEBAR (self));

  gtk_list_box_select_row (self->board_list,
                           gtk_list_box_get_row_at_index (self->board_list, (int)position));
}

void
fk_sidebar_choose_nothing (FkSidebar *self)
{
  g_return_if_fail (FK_IS_SIDEBAR (self));

  gtk_list_box_unselect_all (self->board_list);
  fk_library_pane_choose_nothing (self->library);
}

/**
 * fk_sidebar_show_choice:
 * @board: (nullable): the chosen one
 * @backup: (nullable): the chosen one; one of both at most
 *
 * Shows what is chosen, and tells nobody.
 */
void
fk_sidebar_show_choice (FkSidebar *self, FkBoard *board, FkBackup *backup)
{
  guint position;

  g_return_if_fail (FK_IS_SIDEBAR (self));
  g_return_if_fail (board == NULL || backup == NULL);

  fk_sidebar_choose_nothing (self);
  if (backup != NULL)
    fk_library_pane_show_choice (self->library, backup);
  g_set_object (&self->chosen, board);
  for (position = 0; board != NULL && position < g_list_model_get_n_items (self->boards);
       position++)
    {
      g_autoptr (FkBoard) at = g_list_model_get_item (self->boards, position);

      if (at == board)
        fk_sidebar_choose_board (self, position);
    }
}
