/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What else can be done with a board than backing it up: the menu's actions, and the way back. */

#include "config.h"

#include "pages/fk-board-page-private.h"

#include <glib/gi18n.h>

#include "dialogs/fk-backup-chooser.h"
#include "dialogs/fk-unlock-dialog.h"
#include "fk-deed.h"
#include "pages/fk-bytes-page.h"

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
on_restore_chosen (FkBackupChooser *chooser, FkBackup *backup, FkBoardPage *self)
{
  FkIdentity *identity = fk_board_get_identity (self->board);

  if (identity == NULL)
    return;
  /* A file that was imported is of no board. */
  if (*fk_backup_get_source (backup) != '\0' ||
      g_ascii_strcasecmp (fk_backup_get_uid (backup), fk_identity_get_uid (identity)) == 0)
    fk_deed_restore (FK_PAGE (self), self->board, backup, on_told);
  else
    fk_deed_copy (FK_PAGE (self), self->board, backup, on_told);
}

static void
on_restore_from (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBoardPage *self = FK_BOARD_PAGE (widget);
  FkBackupChooser *chooser = fk_board_page_make_chooser (self, _ ("Restore From"));

  g_signal_connect_object (chooser, "backup-chosen", G_CALLBACK (on_restore_chosen), self, 0);
  gtk_window_present (GTK_WINDOW (chooser));
}

static void
on_view_memory (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkWindow *window = fk_page_get_window (FK_PAGE (widget));

  if (window != NULL)
    fk_window_push (window, fk_bytes_page_new_for_board (FK_BOARD_PAGE (widget)->board));
}

void
fk_board_page_install_deeds (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "board.undo", NULL, on_undo);
  gtk_widget_class_install_action (widget_class, "board.restore-from", NULL, on_restore_from);
  gtk_widget_class_install_action (widget_class, "board.view-memory", NULL, on_view_memory);
  gtk_widget_class_install_action (widget_class, "board.erase", NULL, on_erase);
  gtk_widget_class_install_action (widget_class, "board.reset", NULL, on_reset);
  gtk_widget_class_install_action (widget_class, "board.unlock", NULL, on_unlock);
}

/* Returns: (nullable): why the chip cannot be changed, in a few words */
static const char *
find_reason (FkBoardPage *self)
{
  FkIdentity *identity = fk_board_get_identity (self->board);

  if (fk_board_get_state (self->board) == FK_BOARD_BUSY)
    return _ ("A job is running");
  if (identity == NULL)
    return NULL;
  if (fk_identity_get_chip (identity) == NULL)
    return _ ("Flashkeep does not know this chip");
  if (fk_identity_get_protection (identity) == FK_PROTECTION_READ)
    return _ ("The chip is read-protected");
  if (fk_identity_get_protection (identity) == FK_PROTECTION_PERMANENT)
    return _ ("The chip is locked for ever");
  if (fk_identity_get_read_only (identity))
    return _ ("This chip can only be read");
  return NULL;
}

static void
append (GMenu *menu, const char *label, const char *action)
{
  GMenu *section = g_object_get_data (G_OBJECT (menu), "section");

  g_menu_append (section, label, action);
}

static void
begin_section (GMenu *menu, const char *label)
{
  g_autoptr (GMenu) section = g_menu_new ();

  g_menu_append_section (menu, label, G_MENU_MODEL (section));
  g_object_set_data_full (G_OBJECT (menu), "section", g_steal_pointer (&section), g_object_unref);
}

/* What cannot be done is greyed, and the heading above it says why. */
static void
update_menu (FkBoardPage *self)
{
  const char *reason = find_reason (self);
  g_autoptr (GMenu) menu = NULL;

  if (self->menu_shown && g_strcmp0 (reason, self->menu_reason) == 0)
    return;
  self->menu_shown = TRUE;
  self->menu_reason = reason;
  menu = g_menu_new ();
  begin_section (menu, reason);
  append (menu, _ ("_Restore From…"), "board.restore-from");
  append (menu, _ ("_Write File…"), "board.write");
  append (menu, _ ("_Erase…"), "board.erase");
  begin_section (menu, NULL);
  append (menu, _ ("_Compare With…"), "board.compare-with");
  append (menu, _ ("_Verify Against…"), "board.verify");
  append (menu, _ ("_View Memory"), "board.view-memory");
  begin_section (menu, NULL);
  append (menu, _ ("_Unlock…"), "board.unlock");
  append (menu, _ ("Rese_t"), "board.reset");
  append (menu, _ ("_Identify Again"), "board.identify");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->more_button), G_MENU_MODEL (menu));
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
  gboolean readable = ready && protection == FK_PROTECTION_NONE;
  gboolean open = readable && !fk_identity_get_read_only (identity);

  gtk_widget_action_set_enabled (widget, "board.compare-with", readable);
  gtk_widget_action_set_enabled (widget, "board.verify", readable);
  gtk_widget_set_visible (self->undo_button, fk_board_get_way_back (self->board) != NULL);
  gtk_widget_action_set_enabled (widget, "board.undo",
                                 open && fk_board_get_way_back (self->board) != NULL);
  gtk_widget_action_set_enabled (widget, "board.restore-from", open);
  gtk_widget_action_set_enabled (widget, "board.write", open);
  gtk_widget_action_set_enabled (widget, "board.erase", open);
  gtk_widget_action_set_enabled (widget, "board.view-memory",
                                 fk_board_get_state (self->board) == FK_BOARD_READY &&
                                     identity != NULL);
  gtk_widget_action_set_enabled (widget, "board.reset", ready);
  gtk_widget_action_set_enabled (widget, "board.unlock",
                                 ready && fk_identity_can_unlock (identity));
  update_menu (self);
}
