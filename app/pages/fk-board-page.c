/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One board: who the chip is in words, one primary button, and what goes on.  A board that does
 * not answer gets a page of its own that says why and what to try. */

#include "config.h"

#include "pages/fk-board-page-private.h"

#include <glib/gi18n.h>

#include "base/fk-number.h"
#include "fk-board-card.h"
#include "pages/fk-bytes-page.h"
#include "pages/fk-compare-page.h"
#include "pages/fk-compare-with.h"
#include "pages/fk-options-page.h"
#include "widgets/fk-list-focus.h"

G_DEFINE_FINAL_TYPE (FkBoardPage, fk_board_page, FK_TYPE_PAGE)

static void
show_identity (FkBoardPage *self, FkIdentity *identity)
{
  FkChip *chip = fk_identity_get_chip (identity);
  FkOptionBytes *options = fk_board_get_options (self->board);
  g_autofree char *title = fk_board_dup_title (self->board);
  g_autofree char *size = fk_number_format_size (fk_identity_get_flash_size (identity));
  g_autofree char *button = g_strdup_printf (_ ("Back Up %s · %s"), title, size);

  if (self->shown_identity == identity && self->shown_options == options)
    return;
  g_set_object (&self->shown_identity, identity);
  g_set_object (&self->shown_options, options);
  gtk_label_set_label (self->chip_name, title);
  gtk_label_set_label (self->chip_parts, chip != NULL ? _ (fk_chip_get_parts (chip))
                                                      : _ ("Not in Flashkeep's descriptions"));
  gtk_label_set_label (self->backup_label, button);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->backup_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, button, -1);
  gtk_widget_set_visible (self->backup_button, !fk_board_page_show_hindrance (self, identity));
  fk_board_page_show_facts (self, identity, options);
  fk_board_page_show_memory (self);
}

static void
show_trouble (FkBoardPage *self)
{
  const GError *error = fk_board_get_error (self->board);

  if (error == NULL)
    return;
  fk_trouble_view_show (self->trouble_page, error,
                        fk_probe_get_port_path (fk_board_get_probe (self->board)));
}

/* Which of the pages tells what is the case. */
static GtkWidget *
choose_child (FkBoardPage *self)
{
  FkBoardState state = fk_board_get_state (self->board);

  if (state == FK_BOARD_GONE)
    return self->gone_page;
  if (state == FK_BOARD_TROUBLED)
    return GTK_WIDGET (self->trouble_page);
  return fk_board_get_identity (self->board) != NULL ? self->chip_page : self->connecting_page;
}

static void
update_actions (FkBoardPage *self)
{
  FkIdentity *identity = fk_board_get_identity (self->board);
  FkBoardState state = fk_board_get_state (self->board);
  gboolean ready = state == FK_BOARD_READY;
  gboolean readable = ready && identity != NULL && fk_identity_get_chip (identity) != NULL &&
                      fk_identity_get_protection (identity) == FK_PROTECTION_NONE;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "board.backup", readable);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "board.view", readable);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "board.options",
                                 ready && fk_board_get_options (self->board) != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "board.identify",
                                 ready || state == FK_BOARD_TROUBLED);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "board.identify-under-reset",
                                 state == FK_BOARD_TROUBLED);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "board.cancel", state == FK_BOARD_BUSY);
}

gboolean
fk_board_page_has_focus_inside (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget));
}

/* Whether the focus is on what a job takes away when it begins, or when it ends. */
static gboolean
has_passing_focus (FkBoardPage *self)
{
  if (self->shown_busy)
    return fk_board_page_has_focus_inside (GTK_WIDGET (self->progress_card));
  return fk_board_page_has_focus_inside (self->buttons) ||
         fk_board_page_has_focus_inside (self->deeds) ||
         fk_board_page_has_focus_inside (self->undo_button) ||
         fk_board_page_has_focus_inside (self->check_button) ||
         fk_board_page_has_focus_inside (GTK_WIDGET (self->verdict_row));
}

/* Card and buttons take turns, and the focus goes with them: left alone it would wander down the
 * page, which follows it. */
static void
show_busy (FkBoardPage *self, gboolean busy, gboolean move_focus)
{
  if (busy == self->shown_busy)
    return;
  self->shown_busy = busy;
  gtk_widget_set_visible (GTK_WIDGET (self->progress_card), busy);
  gtk_widget_set_visible (self->buttons, !busy);
  gtk_widget_set_visible (self->deeds, !busy);
  if (move_focus)
    gtk_widget_child_focus (busy ? GTK_WIDGET (self->progress_card) : self->buttons,
                            GTK_DIR_TAB_FORWARD);
}

/* All that is different while a job goes on; the rest of the page is left in peace. */
static void
show_progress (FkBoardPage *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "board.cancel",
                                 fk_board_can_cancel (self->board));
  fk_board_card_update (self->progress_card, self->board);
}

static void
on_board_changed (FkBoardPage *self)
{
  FkIdentity *identity = fk_board_get_identity (self->board);
  gboolean busy = fk_board_get_state (self->board) == FK_BOARD_BUSY;
  gboolean move_focus = has_passing_focus (self);
  const char *note = fk_board_get_note (self->board);
  g_autofree char *title = NULL;
  g_autofree char *probe = NULL;

  if (busy && self->shown_busy)
    {
      show_progress (self);
      return;
    }
  title = fk_board_dup_title (self->board);
  probe = fk_board_dup_probe_kind (self->board);
  fk_page_set_title (FK_PAGE (self), title, identity != NULL ? probe : NULL);
  show_trouble (self);
  gtk_label_set_label (self->connecting_note, note != NULL ? note : "");
  if (identity != NULL)
    show_identity (self, identity);
  gtk_stack_set_visible_child (self->stack, choose_child (self));

  update_actions (self);
  fk_board_page_update_deeds (self);
  fk_board_page_update_backup (self);
  show_busy (self, busy, move_focus);
  if (busy)
    show_progress (self);
}

/**
 * fk_board_page_say:
 * @text: (nullable): what became of the last deed; %NULL while another one begins
 */
void
fk_board_page_say (FkBoardPage *self, const char *text)
{
  gtk_label_set_label (self->outcome, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->outcome), text != NULL);
  fk_board_page_offer_name (self, NULL);
}

void
fk_board_page_show_error (FkBoardPage *self, const GError *error)
{
  FkWindow *window = fk_page_get_window (FK_PAGE (self));

  if (window != NULL)
    fk_window_show_error (window, error);
}

static void
on_backed_up (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  FkBoardPage *self = FK_BOARD_PAGE (user_data);
  FkWindow *window = fk_page_get_window (FK_PAGE (self));

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      fk_board_page_say (self, _ ("Cancelled. Nothing was saved, and the chip was not changed."));
      return;
    }
  if (error != NULL)
    {
      fk_board_page_show_error (self, error);
      return;
    }
  fk_board_page_say (self, _ ("Backed up, and verified against the chip."));
  fk_board_page_offer_name (self, fk_backup_job_get_backup (FK_BACKUP_JOB (job)));
  /* The next thing to do, unless the person is busy elsewhere. */
  if (fk_board_page_has_focus_inside (self->buttons) ||
      fk_board_page_has_focus_inside (GTK_WIDGET (self->progress_card)))
    gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
  fk_library_model_refresh (self->library);
  if (window != NULL && !gtk_widget_get_mapped (GTK_WIDGET (self)))
    fk_window_toast (window, _ ("Backup saved"));
}

static void
on_backup (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBoardPage *self = FK_BOARD_PAGE (widget);
  g_autoptr (FkJob) job = fk_backup_job_new (NULL, NULL);

  fk_board_page_say (self, NULL);
  fk_board_run (self->board, job, on_backed_up, g_object_ref (self), g_object_unref);
}

static void
on_read (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  FkBoardPage *self = FK_BOARD_PAGE (user_data);
  FkWindow *window = fk_page_get_window (FK_PAGE (self));
  g_autofree char *title = fk_board_dup_title (board);

  if (error != NULL)
    fk_board_page_show_error (self, error);
  /* Whoever went elsewhere meanwhile is not called back. */
  else if (window != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      FkPage *page = fk_bytes_page_new (_ ("Contents of the Chip"), title,
                                        fk_read_job_get_image (FK_READ_JOB (job)));
      FkIdentity *identity = fk_read_job_get_identity (FK_READ_JOB (job));
      FkChip *chip = identity != NULL ? fk_identity_get_chip (identity) : NULL;

      if (chip != NULL)
        fk_bytes_page_set_chip (FK_BYTES_PAGE (page), chip);
      fk_window_push (window, page);
    }
}

static void
on_view (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBoardPage *self = FK_BOARD_PAGE (widget);
  g_autoptr (FkJob) job = fk_read_job_new_flash ();

  fk_board_page_say (self, NULL);
  fk_board_run (self->board, job, on_read, g_object_ref (self), g_object_unref);
}

static void
on_compare (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBoardPage *self = FK_BOARD_PAGE (widget);
  FkWindow *window = fk_page_get_window (FK_PAGE (self));
  g_autoptr (FkBackup) backup = fk_board_check_dup_last_backup (self->check);
  g_autoptr (FkCompareSide) kept = NULL;
  g_autoptr (FkCompareSide) present = NULL;

  fk_board_page_say (self, NULL);
  if (backup == NULL || window == NULL)
    return;
  kept = fk_compare_side_new_for_backup (backup);
  present = fk_compare_side_new_for_board (self->board);
  fk_window_push (window, fk_compare_page_new (kept, present));
}

static void
on_compare_with (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBoardPage *self = FK_BOARD_PAGE (widget);
  g_autoptr (FkCompareSide) side = fk_compare_side_new_for_board (self->board);

  fk_board_page_say (self, NULL);
  if (fk_page_get_window (FK_PAGE (self)) != NULL)
    fk_compare_with (fk_page_get_window (FK_PAGE (self)), side);
}

static void
on_options (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBoardPage *self = FK_BOARD_PAGE (widget);
  FkWindow *window = fk_page_get_window (FK_PAGE (self));

  if (window != NULL)
    fk_window_push (window, fk_options_page_new_for_board (self->board, self->library));
}

static void
on_identify (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_board_page_say (FK_BOARD_PAGE (widget), NULL);
  fk_board_identify (FK_BOARD_PAGE (widget)->board);
}

static void
on_identify_under_reset (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_board_page_say (FK_BOARD_PAGE (widget), NULL);
  fk_board_identify_under_reset (FK_BOARD_PAGE (widget)->board);
}

static void
on_cancel (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_board_cancel (FK_BOARD_PAGE (widget)->board);
}

static void
fk_board_page_dispose (GObject *object)
{
  FkBoardPage *self = FK_BOARD_PAGE (object);

  g_clear_object (&self->board);
  g_clear_object (&self->library);
  g_clear_object (&self->check);
  g_clear_object (&self->unnamed);
  g_clear_object (&self->shown_identity);
  g_clear_object (&self->shown_options);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->map_summary, g_free);
  G_OBJECT_CLASS (fk_board_page_parent_class)->dispose (object);
}

static void
fk_board_page_class_init (FkBoardPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (FK_TYPE_DRAWING);
  g_type_ensure (FK_TYPE_MEMORY_MAP);
  g_type_ensure (FK_TYPE_PROGRESS_CARD);
  g_type_ensure (FK_TYPE_TROUBLE_VIEW);
  G_OBJECT_CLASS (klass)->dispose = fk_board_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/pages/"
                                                             "fk-board-page.ui");
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, stack);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, connecting_page);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, connecting_note);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, trouble_page);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, gone_page);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, gone_note);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, chip_page);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, chip_name);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, chip_parts);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, hindrance);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, hindrance_drawing);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, hindrance_title);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, hindrance_advice);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, unlock_button);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, buttons);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, backup_button);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, backup_label);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, progress_card);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, outcome);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, undo_button);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, more_button);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, name_group);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, backup_group);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, name_row);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, last_row);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, last_arrow);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, verdict_row);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, verdict_image);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, check_button);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, deeds);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, view_button);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, compare_button);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, warnings_group);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, memory_box);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, flash_map);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, other_map);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, map_text);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, map_legend);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, chip_group);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, regions_group);
  gtk_widget_class_bind_template_child (widget_class, FkBoardPage, options_group);
  gtk_widget_class_install_action (widget_class, "board.backup", NULL, on_backup);
  gtk_widget_class_install_action (widget_class, "board.view", NULL, on_view);
  gtk_widget_class_install_action (widget_class, "board.compare", NULL, on_compare);
  gtk_widget_class_install_action (widget_class, "board.compare-with", NULL, on_compare_with);
  gtk_widget_class_install_action (widget_class, "board.options", NULL, on_options);
  gtk_widget_class_install_action (widget_class, "board.identify", NULL, on_identify);
  gtk_widget_class_install_action (widget_class, "board.identify-under-reset", NULL,
                                   on_identify_under_reset);
  gtk_widget_class_install_action (widget_class, "board.cancel", NULL, on_cancel);
  fk_board_page_install_backup (widget_class);
  fk_board_page_install_deeds (widget_class);
  fk_board_page_install_files (widget_class);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F5, 0, "board.identify", NULL);
}

static void
fk_board_page_init (FkBoardPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_label_set_label (self->gone_note, _ ("The probe was pulled out. Plug it in again to go on."));
  /* GTK 4.8 names a menu button by its inner toggle. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (self->more_button)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("More Actions"), -1);
  self->rows = g_ptr_array_new ();
  fk_board_page_set_up_backup (self);
  fk_board_page_set_up_memory (self);
  fk_list_focus_make_group_one_stop (GTK_WIDGET (self->warnings_group));
  fk_list_focus_make_group_one_stop (GTK_WIDGET (self->chip_group));
  fk_list_focus_make_group_one_stop (GTK_WIDGET (self->regions_group));
  fk_list_focus_make_group_one_stop (GTK_WIDGET (self->options_group));
  fk_progress_card_set_cancel_action (self->progress_card, "board.cancel");
}

static void
on_check_changed (FkBoardPage *self)
{
  fk_board_page_update_backup (self);
  fk_board_page_show_memory (self);
}

FkPage *
fk_board_page_new (FkBoard *board, FkLibraryModel *library)
{
  FkBoardPage *self = g_object_new (FK_TYPE_BOARD_PAGE, NULL);

  self->board = g_object_ref (board);
  self->library = g_object_ref (library);
  g_signal_connect_object (board, "changed", G_CALLBACK (on_board_changed), self,
                           G_CONNECT_SWAPPED);
  self->check = g_object_ref (fk_board_check_get (board, library));
  g_signal_connect_object (self->check, "changed", G_CALLBACK (on_check_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (fk_library_model_get_backups (library), "items-changed",
                           G_CALLBACK (fk_board_page_update_backup), self, G_CONNECT_SWAPPED);
  on_board_changed (self);
  return FK_PAGE (self);
}

FkBoard *
fk_board_page_get_board (FkBoardPage *self)
{
  g_return_val_if_fail (FK_IS_BOARD_PAGE (self), NULL);

  return self->board;
}
