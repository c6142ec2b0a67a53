/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What else can be done with a board than backing it up: the menu's actions, and the way back. */

#include "config.h"

#include "pages/fk-board-page-private.h"

#include <glib/gi18n.h>

#include "dialogs/fk-address-dialog.h"
#include "dialogs/fk-unlock-dialog.h"
#include "fk-deed.h"
#include "compare/fk-inspection.h"
#include "image/fk-image-format.h"

static void
on_told (FkPage *page, const char *text)
{
  fk_board_page_say (FK_BOARD_PAGE (page), text);
}

static void
on_undo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBoardPage *self = FK_BOARD_PAGE (widget);
  FkBackup *backup = fk_board_get_way_back (self->board);

  if (backup != NULL)
    fk_deed_restore (FK_PAGE (self), self->board, backup, on_told);
}

static void
on_erase (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBoardPage *self = FK_BOARD_PAGE (widget);

  fk_deed_erase (FK_PAGE (self), self->board, on_told);
}

static void
on_was_reset (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  FkBoardPage *self = FK_BOARD_PAGE (user_data);
  const char *warning = fk_reset_job_get_warning (FK_RESET_JOB (job));

  if (error != NULL)
    fk_board_page_show_error (self, error);
  else
    fk_board_page_say (self,
                       warning != NULL ? warning : _ ("The chip was reset; its program runs."));
}

static void
on_reset (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBoardPage *self = FK_BOARD_PAGE (widget);
  g_autoptr (FkJob) job = fk_reset_job_new ();

  fk_board_page_say (self, NULL);
  fk_board_run (self->board, job, on_was_reset, g_object_ref (self), g_object_unref);
}

static void
on_unlocked (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  FkBoardPage *self = FK_BOARD_PAGE (user_data);
  const char *warning = fk_unlock_job_get_warning (FK_UNLOCK_JOB (job));
  g_autofree char *text = NULL;

  if (error != NULL)
    {
      fk_board_page_show_error (self, error);
      return;
    }
  text = g_strdup_printf ("%s%s%s", _ ("The protection is off, and the flash is blank."),
                                       warning != NULL ? "\n" : "", warning != NULL ? warning : "");
  fk_board_page_say (self, text);
  fk_board_identify (board);
}

static void
on_consent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkBoardPage *self = FK_BOARD_PAGE (source);
  g_autofree char *phrase = fk_unlock_dialog_ask_finish (result);
  g_autoptr (FkJob) job = NULL;

  if (phrase == NULL)
    return;
  job = fk_unlock_job_new (phrase);
  fk_board_run (self->board, job, on_unlocked, g_object_ref (self), g_object_unref);
}

static void
on_unlock (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBoardPage *self = FK_BOARD_PAGE (widget);

  fk_board_page_say (self, NULL);
  fk_unlock_dialog_ask_async (widget, fk_board_get_identity (self->board), on_consent, NULL);
}

static void
on_placed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkBoardPage *self = FK_BOARD_PAGE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkImage) image = fk_address_dialog_ask_finish (result, &error);

  if (image != NULL)
    fk_deed_write (FK_PAGE (self), self->board, image, on_told);
  else if (error != NULL)
    fk_board_page_show_error (self, error);
}

/**
 * Loaded:
 * @placed: the file itself says where its bytes belong
 * @linked: its contents do: at @address
 */
typedef struct
{
  FkImage *image;
  gboolean placed;
  gboolean linked;
  guint32 address;
} Loaded;

static void
loaded_free (Loaded *loaded)
{
  g_object_unref (loaded->image);
  g_free (loaded);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Loaded, loaded_free)

static void
run_load (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const FkImageFormat *format = NULL;
  g_autoptr (FkInspection) inspection = NULL;
  GError *error = NULL;
  FkImage *image = fk_image_load_file (G_FILE (task_data), 0, &format, cancellable, &error);
  Loaded *loaded;

  if (image == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  loaded = g_new0 (Loaded, 1);
  loaded->image = image;
  loaded->placed = format->has_addresses;
  inspection = loaded->placed ? NULL : fk_inspect (image, NULL);
  loaded->linked = inspection != NULL && fk_inspection_get_linked_at (inspection, &loaded->address);
  g_task_return_pointer (task, loaded, (GDestroyNotify)loaded_free);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkBoardPage *self = FK_BOARD_PAGE (source);
  FkIdentity *identity = fk_board_get_identity (self->board);
  g_autoptr (GError) error = NULL;
  g_autoptr (Loaded) loaded = g_task_propagate_pointer (G_TASK (result), &error);
  const FkRegion *flash;

  if (loaded == NULL)
    {
      fk_board_page_show_error (self, error);
      return;
    }
  if (loaded->placed)
    {
      fk_deed_write (FK_PAGE (self), self->board, loaded->image, on_told);
      return;
    }
  if (identity == NULL || fk_identity_get_chip (identity) == NULL)
    return;
  flash = fk_chip_find_region (fk_identity_get_chip (identity), "flash");
  fk_address_dialog_ask_async (GTK_WIDGET (self), loaded->image, loaded->linked,
                               loaded->linked ? loaded->address : flash->range.address, on_placed,
                               NULL);
}

static void
on_file_chosen (GtkNativeDialog *chooser, int response, FkBoardPage *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    {
      g_autoptr (GTask) task = g_task_new (self, NULL, on_loaded, NULL);

      g_task_set_task_data (task, g_steal_pointer (&file), g_object_unref);
      g_task_run_in_thread (task, run_load);
    }
  g_object_unref (chooser);
}

static void
on_write (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBoardPage *self = FK_BOARD_PAGE (widget);
  GtkFileChooserNative *chooser =
      gtk_file_chooser_native_new (_ ("Write a File to the Chip"),
                                      GTK_WINDOW (gtk_widget_get_root (widget)),
                                      GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), _ ("_Cancel"));

  fk_board_page_say (self, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (on_file_chosen), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

void
fk_board_page_install_deeds (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "board.undo", NULL, on_undo);
  gtk_widget_class_install_action (widget_class, "board.write", NULL, on_write);
  gtk_widget_class_install_action (widget_class, "board.erase", NULL, on_erase);
  gtk_widget_class_install_action (widget_class, "board.reset", NULL, on_reset);
  gtk_widget_class_install_action (widget_class, "board.unlock", NULL, on_unlock);
}

/* What is possible with this chip now. */
void
fk_board_page_update_deeds (FkBoardPage *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  FkIdentity *identity = fk_board_get_identity (self->board);
  gboolean ready = fk_board_get_state (self->board) == FK_BOARD_READY && identity != NULL &&
                   fk_identity_get_chip (identity) != NULL;
  FkProtection protection =
      identity != NULL ? fk_identity_get_protection (identity) : FK_PROTECTION_UNKNOWN;
  gboolean open =
      ready && protection == FK_PROTECTION_NONE && !fk_identity_get_read_only (identity);

  gtk_widget_action_set_enabled (widget, "board.compare-with", open);
  gtk_widget_set_visible (self->undo_button, fk_board_get_way_back (self->board) != NULL);
  gtk_widget_action_set_enabled (widget, "board.undo",
                                 open && fk_board_get_way_back (self->board) != NULL);
  gtk_widget_action_set_enabled (widget, "board.write", open);
  gtk_widget_action_set_enabled (widget, "board.erase", open);
  gtk_widget_action_set_enabled (widget, "board.reset", ready);
  gtk_widget_action_set_enabled (widget, "board.unlock", ready && protection == FK_PROTECTION_READ);
}
