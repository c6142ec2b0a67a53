/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What to compare with: a backup of the library or a file. */

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
  GtkStack *stack;
  GtkListView *view;

  FkBackupList *list;
  GtkFileChooserNative *chooser; /* (nullable): while it is open */
};

enum
{
  BACKUP_CHOSEN,
  FILE_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkCompareDialog, fk_compare_dialog, ADW_TYPE_WINDOW)

/* Closing destroys the window and with it whoever listens, so it comes last. */
static void
choose (FkCompareDialog *self, guint signal, gpointer what)
{
  g_signal_emit (self, signals[signal], 0, what);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_activate (GtkListView *view, guint position, FkCompareDialog *self)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->list), position);

  if (FK_IS_BACKUP (item))
    choose (self, BACKUP_CHOSEN, item);
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
      choose (self, BACKUP_CHOSEN, item);
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
    choose (self, FILE_CHOSEN, file);
}

static void
on_open_file (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkCompareDialog *self = FK_COMPARE_DIALOG (widget);

  if (self->chooser != NULL)
    return;
  self->chooser =
      gtk_file_chooser_native_new (_ ("Compare With a File"), GTK_WINDOW (self),
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
  gtk_widget_class_bind_template_child (widget_class, FkCompareDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, FkCompareDialog, view);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activate);
  gtk_widget_class_install_action (widget_class, "compare-dialog.open-file", NULL, on_open_file);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_o, GDK_CONTROL_MASK,
                                       "compare-dialog.open-file", NULL);
  signals[BACKUP_CHOSEN] =
      g_signal_new ("backup-chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, FK_TYPE_BACKUP);
  signals[FILE_CHOSEN] = g_signal_new ("file-chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_FILE);
}

static void
fk_compare_dialog_init (FkCompareDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  fk_list_focus_make_one_stop (GTK_WIDGET (self->view));
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

/**
 * fk_compare_dialog_new: (constructor)
 */
FkCompareDialog *
fk_compare_dialog_new (GtkWindow *parent, FkLibraryModel *library)
{
  FkCompareDialog *self;

  g_return_val_if_fail (FK_IS_LIBRARY_MODEL (library), NULL);

  self = g_object_new (FK_TYPE_COMPARE_DIALOG, "transient-for", parent, NULL);
  show_list (self, fk_library_model_get_backups (library));
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
  return self;
}
