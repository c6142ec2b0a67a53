/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fk-sidebar.h"

#include <glib/gi18n.h>

#include "widgets/fk-list-focus.h"

struct _FkSidebar
{
  AdwBin parent_instance;

  GtkListBox *board_list;
  GtkStack *library_stack;
  GtkListView *backup_list;
  GtkWidget *backup_scroller;
  GtkWidget *empty_library;

  GtkSingleSelection *selection; /* of the backups */
  FkBackup *chosen;              /* the last that was told of */
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
on_backup_setup (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, entry_new ("package-x-generic-symbolic")->box);
}

static void
on_backup_bind (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  FkBackup *backup = gtk_list_item_get_item (item);
  Entry *entry = g_object_get_data (G_OBJECT (gtk_list_item_get_child (item)), "fk-entry");
  g_autoptr (GDateTime) local = g_date_time_to_local (fk_backup_get_created (backup));
  g_autofree char *date = g_date_time_format (local, _ ("%-e %b %Y, %H:%M"));
  const char *name = fk_backup_get_name (backup);
  const char *chip = fk_backup_get_chip_name (backup);
  g_autofree char *both = g_strdup_printf ("%s · %s", chip, date);
  GtkWidget *row = gtk_widget_get_parent (gtk_list_item_get_child (item));

  /* GTK names rows itself, or lets us do it, from 4.12 on. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  *name != '\0' ? name : chip, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  date, -1);
  gtk_label_set_label (entry->title, *name != '\0' ? name : chip);
  gtk_label_set_label (entry->subtitle, *name != '\0' ? both : date);
}

static void
on_board_selected (GtkListBox *list, GtkListBoxRow *row, FkSidebar *self)
{
  if (row == NULL)
    return;
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  g_signal_emit (self, signals[BOARD_CHOSEN], 0, g_object_get_data (G_OBJECT (row), "fk-board"));
}

static void
on_backup_selected (FkSidebar *self)
{
  FkBackup *backup = gtk_single_selection_get_selected_item (self->selection);

  /* GTK tells also when the same backup only moved down. */
  if (!g_set_object (&self->chosen, backup) || backup == NULL)
    return;
  gtk_list_box_unselect_all (self->board_list);
  g_signal_emit (self, signals[BACKUP_CHOSEN], 0, backup);
}

static void
on_backups_changed (FkSidebar *self)
{
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0;

  gtk_stack_set_visible_child (self->library_stack,
                               empty ? self->empty_library : self->backup_scroller);
}

static void
fk_sidebar_dispose (GObject *object)
{
  g_clear_object (&FK_SIDEBAR (object)->selection);
  g_clear_object (&FK_SIDEBAR (object)->chosen);
  G_OBJECT_CLASS (fk_sidebar_parent_class)->dispose (object);
}

static void
fk_sidebar_class_init (FkSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = fk_sidebar_dispose;
  signals[BOARD_CHOSEN] = g_signal_new ("board-chosen", FK_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1, FK_TYPE_BOARD);
  signals[BACKUP_CHOSEN] = g_signal_new ("backup-chosen", FK_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, FK_TYPE_BACKUP);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/flashkeep/Flashkeep/fk-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, FkSidebar, board_list);
  gtk_widget_class_bind_template_child (widget_class, FkSidebar, library_stack);
  gtk_widget_class_bind_template_child (widget_class, FkSidebar, backup_list);
  gtk_widget_class_bind_template_child (widget_class, FkSidebar, backup_scroller);
  gtk_widget_class_bind_template_child (widget_class, FkSidebar, empty_library);
  gtk_widget_class_bind_template_callback (widget_class, on_board_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_backup_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_backup_bind);
}

static void
fk_sidebar_init (FkSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_list_view_set_model (self->backup_list, GTK_SELECTION_MODEL (self->selection));
  fk_list_focus_make_one_stop (GTK_WIDGET (self->board_list));
  fk_list_focus_make_one_stop (GTK_WIDGET (self->backup_list));
  g_signal_connect_object (self->selection, "notify::selected-item",
                           G_CALLBACK (on_backup_selected), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (on_backups_changed), self,
                           G_CONNECT_SWAPPED);
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
  gtk_single_selection_set_model (self->selection, fk_library_model_get_backups (library));
  on_backups_changed (self);
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
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
}
