/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What to compare with: what is near at hand first (the chips of connected boards, the backup
 * before this one), then any backup of the library, or a file. */

#include "config.h"

#include "dialogs/fk-compare-dialog.h"

#include <glib/gi18n.h>

#include "fk-backup-list.h"
#include "fk-backup-row.h"
#include "widgets/fk-list-focus.h"

struct _FkCompareDialog
{
  AdwWindow parent_instance;

  GtkSearchEntry *search;
  GtkListBox *near;
  GtkStack *stack;
  GtkListView *view;

  FkCompareSide *side; /* what the choice is compared with */
  FkBackupList *list;
  GtkFileChooserNative *chooser; /* (nullable): while it is open */
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkCompareDialog, fk_compare_dialog, ADW_TYPE_WINDOW)

/* Closing destroys the window and with it whoever listens, so it comes last. */
static void
choose (FkCompareDialog *self, FkCompareSide *side)
{
  g_signal_emit (self, signals[CHOSEN], 0, side);
  gtk_window_close (GTK_WINDOW (self));
}

static void
choose_backup (FkCompareDialog *self, FkBackup *backup)
{
  g_autoptr (FkCompareSide) side = fk_compare_side_new_for_backup (backup);

  choose (self, side);
}

static void
on_activate (GtkListView *view, guint position, FkCompareDialog *self)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->list), position);

  if (FK_IS_BACKUP (item))
    choose_backup (self, FK_BACKUP (item));
}

static void
on_near_activated (GtkListBox *box, GtkListBoxRow *row, FkCompareDialog *self)
{
  choose (self, g_object_get_data (G_OBJECT (row), "side"));
}

static void
update_stack (FkCompareDialog *self)
{
  gtk_stack_set_visible_child_name (self->stack, fk_backup_list_get_n_backups (self->list) > 0
                                                     ? "list"
                                                     : "empty");
}

static void
on_search_changed (GtkSearchEntry *entry, FkCompareDialog *self)
{
  fk_backup_list_set_search (self->list, gtk_editable_get_text (GTK_EDITABLE (entry)));
}

/* Return takes what is selected, or the first that was found. */
static void
on_search_activate (GtkSearchEntry *entry, FkCompareDialog *self)
{
  GtkSingleSelection *selection = GTK_SINGLE_SELECTION (gtk_list_view_get_model (self->view));
  GListModel *model = G_LIST_MODEL (self->list);
  guint n_items;

  fk_backup_list_set_search (self->list, gtk_editable_get_text (GTK_EDITABLE (entry)));
  n_items = g_list_model_get_n_items (model);
  for (guint i = gtk_single_selection_get_selected (selection); i < n_items; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      if (!FK_IS_BACKUP (item))
        continue;
      choose_backup (self, FK_BACKUP (item));
      return;
    }
}

static void
on_file_response (GtkNativeDialog *chooser, int response, FkCompareDialog *self)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  g_clear_object (&self->chooser);
  if (file != NULL)
    {
      g_autoptr (FkCompareSide) side = fk_compare_side_new_for_file (file);

      choose (self, side);
    }
}

static void
on_open_file (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkCompareDialog *self = FK_COMPARE_DIALOG (widget);

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_ ("Compare With a File"), GTK_WINDOW (self),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Compare"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_file_response), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, FkCompareDialog *self)
{
  gtk_list_item_set_child (item, fk_backup_row_new (self->list));
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, FkCompareDialog *self)
{
  GObject *object = gtk_list_item_get_item (item);

  fk_backup_row_set_item (FK_BACKUP_ROW (gtk_list_item_get_child (item)), object);
  gtk_list_item_set_activatable (item, FK_IS_BACKUP (object));
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, FkCompareDialog *self)
{
  fk_backup_row_set_item (FK_BACKUP_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
fk_compare_dialog_dispose (GObject *object)
{
  FkCompareDialog *self = FK_COMPARE_DIALOG (object);

  g_clear_object (&self->chooser);
  g_clear_object (&self->list);
  g_clear_object (&self->side);
  G_OBJECT_CLASS (fk_compare_dialog_parent_class)->dispose (object);
}

static void
fk_compare_dialog_class_init (FkCompareDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = fk_compare_dialog_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/"
                                                             "dialogs/fk-compare-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, FkCompareDialog, search);
  gtk_widget_class_bind_template_child (widget_class, FkCompareDialog, near);
  gtk_widget_class_bind_template_child (widget_class, FkCompareDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, FkCompareDialog, view);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_near_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activate);
  gtk_widget_class_install_action (widget_class, "compare-dialog.open-file", NULL, on_open_file);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_o, GDK_CONTROL_MASK,
                                       "compare-dialog.open-file", NULL);
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, FK_TYPE_COMPARE_SIDE);
}

static void
fk_compare_dialog_init (FkCompareDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  fk_list_focus_make_one_stop (GTK_WIDGET (self->view));
  fk_list_focus_make_one_stop (GTK_WIDGET (self->near));
}

static void
show_list (FkCompareDialog *self, GListModel *backups)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkSingleSelection) selection = NULL;

  self->list = fk_backup_list_new (backups);
  selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->list)));
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), self);
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  g_signal_connect_object (self->list, "items-changed", G_CALLBACK (update_stack), self,
                           G_CONNECT_SWAPPED);
  update_stack (self);
}

static void
add_near (FkCompareDialog *self, FkCompareSide *side, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  g_object_set_data_full (G_OBJECT (row), "side", g_object_ref (side), g_object_unref);
  gtk_list_box_append (self->near, row);
  gtk_widget_set_visible (GTK_WIDGET (self->near), TRUE);
}

static void
add_boards (FkCompareDialog *self, GListModel *boards)
{
  guint n_boards = g_list_model_get_n_items (boards);

  for (guint i = 0; i < n_boards; i++)
    {
      g_autoptr (FkBoard) board = g_list_model_get_item (boards, i);
      g_autoptr (FkCompareSide) side = NULL;
      g_autofree char *title = NULL;
      g_autofree char *subtitle = NULL;

      if (fk_board_get_state (board) != FK_BOARD_READY ||
          board == fk_compare_side_get_board (self->side))
        continue;
      side = fk_compare_side_new_for_board (board);
      title = g_strdup_printf (_ ("The Chip Now: %s"), fk_compare_side_get_title (side));
      subtitle = fk_board_dup_subtitle (board);
      add_near (self, side, title, subtitle);
    }
}

static void
add_previous (FkCompareDialog *self, FkLibraryModel *library)
{
  FkBackup *backup = fk_compare_side_get_backup (self->side);
  g_autoptr (FkBackup) previous = NULL;
  g_autoptr (FkCompareSide) side = NULL;
  g_autofree char *subtitle = NULL;

  if (backup != NULL)
    previous = fk_library_model_find_previous (library, backup);
  if (previous == NULL)
    return;
  side = fk_compare_side_new_for_backup (previous);
  subtitle = g_strdup_printf ("%s · %s", fk_compare_side_get_title (side),
                              fk_compare_side_get_detail (side));
  add_near (self, side, _ ("The Backup Before This One"), subtitle);
}

/**
 * fk_compare_dialog_new: (constructor)
 * @side: what the choice will be compared with
 */
FkCompareDialog *
fk_compare_dialog_new (FkWindow *parent, FkCompareSide *side)
{
  FkCompareDialog *self;
  GtkApplication *application;

  g_return_val_if_fail (FK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (FK_IS_COMPARE_SIDE (side), NULL);

  self = g_object_new (FK_TYPE_COMPARE_DIALOG, "transient-for", parent, NULL);
  application = gtk_window_get_application (GTK_WINDOW (parent));
  self->side = g_object_ref (side);
  add_boards (self, fk_application_get_boards (FK_APPLICATION (application)));
  add_previous (self, fk_window_get_library (parent));
  show_list (self, fk_library_model_get_backups (fk_window_get_library (parent)));
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
  return self;
}
