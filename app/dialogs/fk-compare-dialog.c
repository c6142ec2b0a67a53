/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What to compare with: what is near at hand first (the chips of connected boards, the backup
 * before this one), then any backup of the library, or a file. */

#include "config.h"

#include "dialogs/fk-compare-dialog.h"

#include <glib/gi18n.h>

#include "compare/fk-lineup.h"
#include "dialogs/fk-backup-picker.h"
#include "dialogs/fk-file-chooser.h"
#include "widgets/fk-list-focus.h"

struct _FkCompareDialog
{
  AdwWindow parent_instance;

  GtkListBox *near;
  FkBackupPicker *picker;

  GPtrArray *sides; /* of FkCompareSide: what the choice is compared with */
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkCompareDialog, fk_compare_dialog, ADW_TYPE_WINDOW)

/* Closing destroys the window and with it whoever listens, so it comes last.
 *
 * @sides: (transfer full) (element-type FkCompareSide) */
static void
choose (FkCompareDialog *self, GPtrArray *sides)
{
  g_signal_emit (self, signals[CHOSEN], 0, sides);
  g_ptr_array_unref (sides);
  gtk_window_close (GTK_WINDOW (self));
}

/* @side: (transfer full) */
static void
choose_one (FkCompareDialog *self, FkCompareSide *side)
{
  GPtrArray *sides = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (sides, side);
  choose (self, sides);
}

static void
on_backup_chosen (FkCompareDialog *self, FkBackup *backup)
{
  choose_one (self, fk_compare_side_new_for_backup (backup));
}

static void
on_near_activated (GtkListBox *box, GtkListBoxRow *row, FkCompareDialog *self)
{
  choose_one (self, g_object_ref (g_object_get_data (G_OBJECT (row), "side")));
}

static void
on_files_chosen (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkCompareDialog *self = FK_COMPARE_DIALOG (source);
  g_autoptr (GListModel) files = fk_file_chooser_finish (result);
  guint n_files = files != NULL ? g_list_model_get_n_items (files) : 0;
  GPtrArray *sides;

  if (n_files == 0 || self->sides == NULL)
    return;
  sides = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < MIN (n_files, FK_LINEUP_MAX_SIDES - self->sides->len); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      g_ptr_array_add (sides, fk_compare_side_new_for_file (file));
    }
  choose (self, sides);
}

/* Beside one thing, two files may be chosen at once. */
static void
on_open_file (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkCompareDialog *self = FK_COMPARE_DIALOG (widget);

  fk_file_chooser_open_async (widget, _ ("Compare With a File"), _ ("_Compare"), FK_FILE_ANY,
                              self->sides->len + 1 < FK_LINEUP_MAX_SIDES, on_files_chosen, NULL);
}

static void
fk_compare_dialog_dispose (GObject *object)
{
  FkCompareDialog *self = FK_COMPARE_DIALOG (object);

  g_clear_pointer (&self->sides, g_ptr_array_unref);
  G_OBJECT_CLASS (fk_compare_dialog_parent_class)->dispose (object);
}

static void
fk_compare_dialog_class_init (FkCompareDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (FK_TYPE_BACKUP_PICKER);
  G_OBJECT_CLASS (klass)->dispose = fk_compare_dialog_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/"
                                                             "dialogs/fk-compare-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, FkCompareDialog, near);
  gtk_widget_class_bind_template_child (widget_class, FkCompareDialog, picker);
  gtk_widget_class_bind_template_callback (widget_class, on_near_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_backup_chosen);
  gtk_widget_class_install_action (widget_class, "compare-dialog.open-file", NULL, on_open_file);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_o, GDK_CONTROL_MASK,
                                       "compare-dialog.open-file", NULL);
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);
}

static void
fk_compare_dialog_init (FkCompareDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  fk_list_focus_make_one_stop (GTK_WIDGET (self->near));
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

static gboolean
has_board (FkCompareDialog *self, FkBoard *board)
{
  for (guint i = 0; i < self->sides->len; i++)
    if (fk_compare_side_get_board (g_ptr_array_index (self->sides, i)) == board)
      return TRUE;
  return FALSE;
}

static gboolean
has_backup (FkCompareDialog *self, FkBackup *backup)
{
  for (guint i = 0; i < self->sides->len; i++)
    {
      FkBackup *other = fk_compare_side_get_backup (g_ptr_array_index (self->sides, i));

      if (other != NULL && g_str_equal (fk_backup_get_id (other), fk_backup_get_id (backup)))
        return TRUE;
    }
  return FALSE;
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

      if (fk_board_get_state (board) != FK_BOARD_READY || has_board (self, board))
        continue;
      side = fk_compare_side_new_for_board (board);
      title = g_strdup_printf (_ ("The Chip Now: %s"), fk_compare_side_get_title (side));
      subtitle = fk_board_dup_subtitle (board);
      add_near (self, side, title, subtitle);
    }
}

/* What was there before the oldest of the backups that are compared already. */
static void
add_previous (FkCompareDialog *self, FkLibraryModel *library)
{
  g_autoptr (FkBackup) previous = NULL;
  g_autoptr (FkCompareSide) side = NULL;
  g_autofree char *subtitle = NULL;

  for (guint i = 0; i < self->sides->len && previous == NULL; i++)
    {
      FkBackup *backup = fk_compare_side_get_backup (g_ptr_array_index (self->sides, i));

      if (backup != NULL)
        previous = fk_library_model_find_previous (library, backup);
      if (previous != NULL && has_backup (self, previous))
        g_clear_object (&previous);
    }
  if (previous == NULL)
    return;
  side = fk_compare_side_new_for_backup (previous);
  subtitle = g_strdup_printf ("%s · %s", fk_compare_side_get_title (side),
                              fk_compare_side_get_detail (side));
  add_near (self, side, _ ("The Backup Before This One"), subtitle);
}

/**
 * fk_compare_dialog_new:
 * @sides: (element-type FkCompareSide): what the choice will be compared with, one or two; not
 *   changed from now on
 */
FkCompareDialog *
fk_compare_dialog_new (FkWindow *parent, GPtrArray *sides)
{
  FkLibraryModel *library;
  FkCompareDialog *self;
  GtkApplication *application;
  g_autoptr (FkBackupList) list = NULL;

  g_return_val_if_fail (FK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (sides != NULL && sides->len < FK_LINEUP_MAX_SIDES, NULL);

  self = g_object_new (FK_TYPE_COMPARE_DIALOG, "transient-for", parent, NULL);
  application = gtk_window_get_application (GTK_WINDOW (parent));
  library = fk_window_get_library (parent);
  self->sides = g_ptr_array_ref (sides);
  if (sides->len > 1)
    gtk_window_set_title (GTK_WINDOW (self), _ ("Add a Third"));
  add_boards (self, fk_application_get_boards (FK_APPLICATION (application)));
  add_previous (self, library);
  list = fk_backup_list_new (fk_library_model_get_backups (library));
  fk_backup_picker_set_list (self->picker, list);
  fk_backup_picker_focus (self->picker);
  return self;
}
