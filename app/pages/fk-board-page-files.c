/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files and a board: one is written to the chip, or the chip is verified against one.  A file that
 * does not say itself where its bytes belong is asked about first. */

#include "config.h"

#include "pages/fk-board-page-private.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "compare/fk-inspection.h"
#include "dialogs/fk-address-dialog.h"
#include "dialogs/fk-file-chooser.h"
#include "fk-deed.h"
#include "image/fk-image-format.h"

typedef void (*UseFunc) (FkBoardPage *self, FkImage *image);

/**
 * Loading:
 * @use: what is done with the image
 * @placed: the file itself says where its bytes belong
 * @linked: its contents do: at @address
 */
typedef struct
{
  GFile *file;
  UseFunc use;
  FkImage *image;
  gboolean placed;
  gboolean linked;
  guint32 address;
} Loading;

static void
loading_free (gpointer data)
{
  Loading *loading = data;

  g_object_unref (loading->file);
  g_clear_object (&loading->image);
  g_free (loading);
}

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Loading *loading = data;
  const FkImageFormat *format = NULL;
  g_autoptr (FkInspection) inspection = NULL;
  GError *error = NULL;

  loading->image = fk_image_load_file (loading->file, 0, &format, cancellable, &error);
  if (loading->image == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  loading->placed = format->has_addresses;
  inspection = loading->placed ? NULL : fk_inspect (loading->image, NULL);
  loading->linked =
      inspection != NULL && fk_inspection_get_linked_at (inspection, &loading->address);
  g_task_return_boolean (task, TRUE);
}

static void
on_placed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkBoardPage *self = FK_BOARD_PAGE (source);
  UseFunc use = (UseFunc)user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (FkImage) image = fk_address_dialog_ask_finish (result, &error);

  if (image != NULL)
    use (self, image);
  else if (error != NULL)
    fk_board_page_show_error (self, error);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkBoardPage *self = FK_BOARD_PAGE (source);
  FkIdentity *identity = fk_board_get_identity (self->board);
  Loading *loading = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  const FkRegion *flash;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      fk_board_page_show_error (self, error);
      return;
    }
  if (loading->placed)
    {
      loading->use (self, loading->image);
      return;
    }
  if (identity == NULL || fk_identity_get_chip (identity) == NULL)
    return;
  flash = fk_chip_find_region (fk_identity_get_chip (identity), "flash");
  fk_address_dialog_ask_async (GTK_WIDGET (self), loading->image, loading->linked,
                               loading->linked ? loading->address : flash->range.address, on_placed,
                               (gpointer)loading->use);
}

static void
load (FkBoardPage *self, GFile *file, UseFunc use)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_loaded, NULL);
  Loading *loading = g_new0 (Loading, 1);

  loading->file = g_object_ref (file);
  loading->use = use;
  g_task_set_task_data (task, loading, loading_free);
  g_task_run_in_thread (task, load_thread);
}

static void
on_told (FkPage *page, const char *text)
{
  fk_board_page_say (FK_BOARD_PAGE (page), text);
}

static void
write_image (FkBoardPage *self, FkImage *image)
{
  fk_deed_write (FK_PAGE (self), self->board, image, on_told);
}

static void
on_file_chosen (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = fk_file_chooser_finish_one (result);

  if (file != NULL)
    load (FK_BOARD_PAGE (source), file, write_image);
}

static void
on_write (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_board_page_say (FK_BOARD_PAGE (widget), NULL);
  fk_file_chooser_open_async (widget, _ ("Write a File to the Chip"), _ ("_Open"), FK_FILE_ANY,
                              FALSE, on_file_chosen, NULL);
}

static void
on_image_verified (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  FkBoardPage *self = FK_BOARD_PAGE (user_data);

  if (error == NULL && *fk_verify_job_get_warnings (FK_VERIFY_JOB (job)) != NULL)
    fk_board_page_say (self, _ ("What the file has for the flash is on the chip. The file holds "
                                "more than that, which was not compared."));
  else if (error == NULL)
    fk_board_page_say (self, _ ("The chip holds exactly what is in the file."));
  else if (g_error_matches (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH))
    fk_board_page_say (self, _ ("The chip holds something else than the file. Compare With… shows "
                                "where."));
  else
    fk_board_page_show_error (self, error);
}

static void
verify_image (FkBoardPage *self, FkImage *image)
{
  g_autoptr (FkJob) job = fk_verify_job_new (image);

  fk_board_run (self->board, job, on_image_verified, g_object_ref (self), g_object_unref);
}

static void
on_verify_file (FkBackupChooser *chooser, GFile *file, FkBoardPage *self)
{
  load (self, file, verify_image);
}

static void
on_backup_verified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkBoardPage) self = FK_BOARD_PAGE (user_data);
  FkBoardCheck *check = FK_BOARD_CHECK (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *verdict = NULL;
  g_autofree char *text = NULL;
  FkBackup *backup;

  if (!fk_board_check_run_finish (check, result, &error))
    {
      if (error != NULL)
        fk_board_page_show_error (self, error);
      return;
    }
  backup = fk_board_check_get_backup (check);
  verdict = fk_board_check_describe (check);
  /* The name of a backup, and what was found of it in a sentence. */
  text = backup != NULL ? g_strdup_printf (_ ("Checked against “%s”. %s"),
                                           fk_board_page_get_backup_title (backup), verdict)
                        : g_strdup (verdict);
  fk_board_page_say (self, text);
}

static void
on_verify_backup (FkBackupChooser *chooser, FkBackup *backup, FkBoardPage *self)
{
  fk_board_check_run_async (self->check, backup, FK_CHECK_WHERE, on_backup_verified,
                            g_object_ref (self));
}

static void
on_verify (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBoardPage *self = FK_BOARD_PAGE (widget);
  FkBackupChooser *chooser = fk_board_page_make_chooser (self, _ ("Verify Against"));

  fk_backup_chooser_offer_files (chooser, _ ("_Verify"));
  g_signal_connect_object (chooser, "backup-chosen", G_CALLBACK (on_verify_backup), self, 0);
  g_signal_connect_object (chooser, "file-chosen", G_CALLBACK (on_verify_file), self, 0);
  gtk_window_present (GTK_WINDOW (chooser));
}

/**
 * fk_board_page_make_chooser:
 *
 * Returns: (transfer none): a window that asks for a backup which fits the chip; not shown yet
 */
FkBackupChooser *
fk_board_page_make_chooser (FkBoardPage *self, const char *title)
{
  FkIdentity *identity = fk_board_get_identity (self->board);

  fk_board_page_say (self, NULL);
  return fk_backup_chooser_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->library,
                                title, fk_chip_get_name (fk_identity_get_chip (identity)),
                                fk_identity_get_uid (identity));
}

void
fk_board_page_install_files (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "board.write", NULL, on_write);
  gtk_widget_class_install_action (widget_class, "board.verify", NULL, on_verify);
}
