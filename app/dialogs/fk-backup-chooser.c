/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "dialogs/fk-backup-chooser.h"

#include <glib/gi18n.h>

#include "fk-backup-list.h"
#include "fk-backup-row.h"
#include "widgets/fk-list-focus.h"

struct _FkBackupChooser
{
  AdwWindow parent_instance;

  GtkSearchEntry *search;
  GtkWidget *file_button;
  GtkStack *stack;
  GtkListView *view;

  FkBackupList *list;
  char *uid;                     /* of the board whose backups come first */
  char *deed;                    /* what the button of the file chooser says */
  GtkFileChooserNative *chooser; /* (nullable): while it is open */
};

enum
{
  BACKUP_CHOSEN,
  FILE_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkBackupChooser, fk_backup_chooser, ADW_TYPE_WINDOW)

/* Closing destroys the window and with it whoever listens, so it comes last. */
static void
choose (FkBackupChooser *self, guint signal, gpointer what)
{
  g_signal_emit (self, signals[signal], 0, what);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_activate (GtkListView *view, guint position, FkBackupChooser *self)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->list), position);

  if (FK_IS_BACKUP (item))
    choose (self, BACKUP_CHOSEN, item);
}

static void
update_stack (FkBackupChooser *self)
{
  gtk_stack_set_visible_child_name (self->stack, fk_backup_list_get_n_backups (self->list) > 0
                                                     ? "list"
                                                     : "empty");
}

static void
on_search_changed (GtkSearchEntry *entry, FkBackupChooser *self)
{
  fk_backup_list_set_search (self->list, gtk_editable_get_text (GTK_EDITABLE (entry)));
}

/* Return takes what is selected, or the first that was found. */
static void
on_search_activate (GtkSearchEntry *entry, FkBackupChooser *self)
{
  GtkSingleSelection *selection = GTK_SINGLE_SELECTION (gtk_list_view_get_model (self->view));
  GListModel *model = G_LIST_MODEL (self->list);

  on_search_changed (entry, self);
  for (guint i = gtk_single_selection_get_selected (selection);
       i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      if (!FK_IS_BACKUP (item))
        continue;
      choose (self, BACKUP_CHOSEN, item);
      return;
    }
}

static void
on_file_response (GtkNativeDialog *chooser, int response, FkBackupChooser *self)
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
  FkBackupChooser *self = FK_BACKUP_CHOOSER (widget);

  if (self->chooser != NULL)
    return;
  self->chooser =
      gtk_file_chooser_native_new (gtk_window_get_title (GTK_WINDOW (self)), GTK_WINDOW (self),
                                   GTK_FILE_CHOOSER_ACTION_OPEN, self->deed, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_file_response), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, FkBackupChooser *self)
{
  gtk_list_item_set_child (item, fk_backup_row_new (self->list));
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, FkBackupChooser *self)
{
  GObject *object = gtk_list_item_get_item (item);

  fk_backup_row_set_item (FK_BACKUP_ROW (gtk_list_item_get_child (item)), object);
  gtk_list_item_set_activatable (item, FK_IS_BACKUP (object));
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, FkBackupChooser *self)
{
  fk_backup_row_set_item (FK_BACKUP_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
fk_backup_chooser_dispose (GObject *object)
{
  FkBackupChooser *self = FK_BACKUP_CHOOSER (object);

  g_clear_object (&self->chooser);
  g_clear_object (&self->list);
  g_clear_pointer (&self->uid, g_free);
  g_clear_pointer (&self->deed, g_free);
  G_OBJECT_CLASS (fk_backup_chooser_parent_class)->dispose (object);
}

static void
fk_backup_chooser_class_init (FkBackupChooserClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = fk_backup_chooser_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/"
                                                             "dialogs/fk-backup-chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, FkBackupChooser, search);
  gtk_widget_class_bind_template_child (widget_class, FkBackupChooser, file_button);
  gtk_widget_class_bind_template_child (widget_class, FkBackupChooser, stack);
  gtk_widget_class_bind_template_child (widget_class, FkBackupChooser, view);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activate);
  gtk_widget_class_install_action (widget_class, "chooser.open-file", NULL, on_open_file);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_o, GDK_CONTROL_MASK,
                                       "chooser.open-file", NULL);
  signals[BACKUP_CHOSEN] =
      g_signal_new ("backup-chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, FK_TYPE_BACKUP);
  signals[FILE_CHOSEN] = g_signal_new ("file-chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_FILE);
}

static void
fk_backup_chooser_init (FkBackupChooser *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "chooser.open-file", FALSE);
  fk_list_focus_make_one_stop (GTK_WIDGET (self->view));
}

/* Those of the board first, then the newest. */
static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  FkBackup *left = FK_BACKUP ((gpointer)a);
  FkBackup *right = FK_BACKUP ((gpointer)b);
  const char *uid = user_data;
  gboolean left_first = g_ascii_strcasecmp (fk_backup_get_uid (left), uid) == 0;
  gboolean right_first = g_ascii_strcasecmp (fk_backup_get_uid (right), uid) == 0;

  if (left_first != right_first)
    return left_first ? GTK_ORDERING_SMALLER : GTK_ORDERING_LARGER;
  return gtk_ordering_from_cmpfunc (
      g_date_time_compare (fk_backup_get_created (right), fk_backup_get_created (left)));
}

static void
show_list (FkBackupChooser *self, FkLibraryModel *library, const char *chip)
{
  GtkSorter *sorter = GTK_SORTER (gtk_custom_sorter_new (compare, g_strdup (self->uid), g_free));
  g_autoptr (GtkSortListModel) sorted =
      gtk_sort_list_model_new (g_object_ref (fk_library_model_get_backups (library)), sorter);
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkSingleSelection) selection = NULL;
  FkBackupFilter filter = { .chip = chip };

  self->list = fk_backup_list_new (G_LIST_MODEL (sorted));
  fk_backup_list_set_connected (self->list, (const char *const[]){ self->uid, NULL });
  fk_backup_list_set_filter (self->list, &filter);
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
 * fk_backup_chooser_new: (constructor)
 * @title: of the window: what the backup is wanted for
 * @chip: name of the chip that it must fit
 * @uid: of the board whose backups come first
 */
FkBackupChooser *
fk_backup_chooser_new (GtkWindow *parent,
                       FkLibraryModel *library,
                       const char *title,
                       const char *chip,
                       const char *uid)
{
  FkBackupChooser *self;

  g_return_val_if_fail (FK_IS_LIBRARY_MODEL (library), NULL);
  g_return_val_if_fail (chip != NULL, NULL);
  g_return_val_if_fail (uid != NULL, NULL);

  self = g_object_new (FK_TYPE_BACKUP_CHOOSER, "transient-for", parent, "title", title, NULL);
  self->uid = g_strdup (uid);
  show_list (self, library, chip);
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
  return self;
}

/**
 * fk_backup_chooser_offer_files:
 * @deed: what the file chooser's button says: "_Verify"
 */
void
fk_backup_chooser_offer_files (FkBackupChooser *self, const char *deed)
{
  g_return_if_fail (FK_IS_BACKUP_CHOOSER (self));

  g_free (self->deed);
  self->deed = g_strdup (deed);
  gtk_widget_set_visible (self->file_button, TRUE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "chooser.open-file", TRUE);
}
