/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "dialogs/fk-backup-chooser.h"

#include <glib/gi18n.h>

#include "dialogs/fk-backup-picker.h"
#include "dialogs/fk-file-chooser.h"

struct _FkBackupChooser
{
  AdwWindow parent_instance;

  FkBackupPicker *picker;
  GtkWidget *file_button;

  char *uid;  /* of the board whose backups come first */
  char *deed; /* what the button of the file chooser says */
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
on_backup_chosen (FkBackupChooser *self, FkBackup *backup)
{
  choose (self, BACKUP_CHOSEN, backup);
}

static void
on_file_chosen (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = fk_file_chooser_finish_one (result);

  if (file != NULL)
    choose (FK_BACKUP_CHOOSER (source), FILE_CHOSEN, file);
}

static void
on_open_file (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_file_chooser_open_async (widget, gtk_window_get_title (GTK_WINDOW (widget)),
                              FK_BACKUP_CHOOSER (widget)->deed, FK_FILE_ANY, FALSE, on_file_chosen,
                              NULL);
}

static void
fk_backup_chooser_dispose (GObject *object)
{
  FkBackupChooser *self = FK_BACKUP_CHOOSER (object);

  g_clear_pointer (&self->uid, g_free);
  g_clear_pointer (&self->deed, g_free);
  G_OBJECT_CLASS (fk_backup_chooser_parent_class)->dispose (object);
}

static void
fk_backup_chooser_class_init (FkBackupChooserClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (FK_TYPE_BACKUP_PICKER);
  G_OBJECT_CLASS (klass)->dispose = fk_backup_chooser_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/"
                                                             "dialogs/fk-backup-chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, FkBackupChooser, picker);
  gtk_widget_class_bind_template_child (widget_class, FkBackupChooser, file_button);
  gtk_widget_class_bind_template_callback (widget_class, on_backup_chosen);
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
  return gtk_ordering_from_cmpfunc (fk_backup_compare_age (right, left));
}

static void
show_list (FkBackupChooser *self, FkLibraryModel *library, const char *chip)
{
  GtkSorter *sorter = GTK_SORTER (gtk_custom_sorter_new (compare, g_strdup (self->uid), g_free));
  g_autoptr (GtkSortListModel) sorted =
      gtk_sort_list_model_new (g_object_ref (fk_library_model_get_backups (library)), sorter);
  g_autoptr (FkBackupList) list = fk_backup_list_new (G_LIST_MODEL (sorted));
  FkBackupFilter filter = { .chip = chip };

  fk_backup_list_set_connected (list, (const char *const[]){ self->uid, NULL });
  fk_backup_list_set_filter (list, &filter);
  fk_backup_picker_set_list (self->picker, list);
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
  fk_backup_picker_focus (self->picker);
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
