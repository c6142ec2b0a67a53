/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Option bytes by name.  What the chip has is @present, what the person made of it @wanted; nothing
 * is written before the question.  A backup, or what was there before a change, can stand beside
 * them as @reference and be taken over. */

#include "config.h"

#include "pages/fk-options-page-private.h"

#include <glib/gi18n.h>

#include "fk-board-card.h"
#include "fk-saved-options.h"
#include "pages/fk-option-text.h"
#include "widgets/fk-list-focus.h"

/* Backups that the menu offers. */
#define MAX_OFFERED 12

G_DEFINE_FINAL_TYPE (FkOptionsPage, fk_options_page, FK_TYPE_PAGE)

void
fk_options_page_say (FkOptionsPage *self, const char *text)
{
  gtk_label_set_label (self->outcome, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->outcome), text != NULL);
}

void
fk_options_page_show_error (FkOptionsPage *self, const GError *error)
{
  FkWindow *window = fk_page_get_window (FK_PAGE (self));

  if (window != NULL)
    fk_window_show_error (window, error);
}

gboolean
fk_options_page_is_ready (FkOptionsPage *self)
{
  return self->board != NULL && self->present != NULL &&
         fk_board_get_state (self->board) == FK_BOARD_READY;
}

/* A chip that is read-protected takes no other option bytes. */
gboolean
fk_options_page_is_editable (FkOptionsPage *self)
{
  return fk_options_page_is_ready (self) &&
         fk_identity_get_protection (fk_board_get_identity (self->board)) == FK_PROTECTION_NONE;
}

guint
fk_options_page_count_changes (FkOptionsPage *self)
{
  g_autoptr (GPtrArray) fields = NULL;

  if (self->present == NULL)
    return 0;
  fields = fk_option_text_diff (self->present, self->wanted);
  return fields->len;
}

/* Changes that were not written yet are kept. */
static void
take_present (FkOptionsPage *self, FkOptionBytes *present)
{
  gboolean edited = fk_options_page_count_changes (self) > 0;

  if (self->present == present)
    return;
  g_set_object (&self->present, present);
  if (!edited)
    {
      g_clear_object (&self->wanted);
      self->wanted = fk_option_bytes_dup (present);
      fk_option_bytes_repair (self->wanted);
    }
  /* Each connection makes a chip of its own, with the same fields. */
  if (self->chip == NULL)
    {
      self->chip = g_object_ref (fk_option_bytes_get_chip (present));
      fk_options_page_add_rows (self);
    }
}

static void
rebuild_menu (FkOptionsPage *self)
{
  GListModel *backups = fk_library_model_get_backups (self->library);
  guint n_backups = g_list_model_get_n_items (backups);
  guint16 dev_id;

  if (self->present == NULL)
    return;
  dev_id = fk_chip_get_dev_id (fk_option_bytes_get_chip (self->present));
  g_menu_remove_all (self->menu);
  for (guint i = 0;
       i < n_backups && g_menu_model_get_n_items (G_MENU_MODEL (self->menu)) < MAX_OFFERED; i++)
    {
      g_autoptr (FkBackup) backup = g_list_model_get_item (backups, i);
      g_autoptr (GDateTime) local = NULL;
      g_autoptr (GMenuItem) item = NULL;
      g_autofree char *date = NULL;
      g_autofree char *label = NULL;
      const char *name = fk_backup_get_name (backup);

      if (fk_backup_get_dev_id (backup) != dev_id || backup == self->backup ||
          fk_backup_find_region (backup, "option-bytes") == NULL)
        continue;
      local = g_date_time_to_local (fk_backup_get_created (backup));
      date = g_date_time_format (local, _ ("%-e %B %Y, %H:%M"));
      label = g_strdup_printf ("%s · %s", *name != '\0' ? name : fk_backup_get_chip_name (backup),
                               date);
      item = g_menu_item_new (label, NULL);
      g_menu_item_set_action_and_target (item, "options.compare", "s", fk_backup_get_id (backup));
      g_menu_append_item (self->menu, item);
    }
  gtk_widget_set_sensitive (GTK_WIDGET (self->compare_button),
                            g_menu_model_get_n_items (G_MENU_MODEL (self->menu)) > 0);
}

static void
on_board_changed (FkOptionsPage *self)
{
  FkIdentity *identity = fk_board_get_identity (self->board);
  FkOptionBytes *options = fk_board_get_options (self->board);
  FkBoardState state = fk_board_get_state (self->board);
  gboolean busy = state == FK_BOARD_BUSY;

  gtk_widget_set_visible (GTK_WIDGET (self->progress_card), busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "options.cancel",
                                 fk_board_can_cancel (self->board));
  if (busy)
    fk_board_card_update (self->progress_card, self->board);
  if (state == FK_BOARD_GONE)
    fk_options_page_say (self, _ ("The probe was pulled out. Nothing more can be changed here."));
  else if (identity != NULL && g_strcmp0 (fk_identity_get_uid (identity), self->uid) != 0)
    {
      FkWindow *window = fk_page_get_window (FK_PAGE (self));

      if (window != NULL)
        fk_window_close_page (window, FK_PAGE (self));
      return;
    }
  if (options != NULL)
    take_present (self, options);
  fk_options_page_update (self);
}

static void
fk_options_page_dispose (GObject *object)
{
  FkOptionsPage *self = FK_OPTIONS_PAGE (object);

  g_clear_object (&self->board);
  g_clear_object (&self->backup);
  g_clear_object (&self->library);
  g_clear_object (&self->menu);
  G_OBJECT_CLASS (fk_options_page_parent_class)->dispose (object);
}

/* The rows, which know fields of the chip, are gone by now. */
static void
fk_options_page_finalize (GObject *object)
{
  FkOptionsPage *self = FK_OPTIONS_PAGE (object);

  g_clear_object (&self->chip);
  g_clear_object (&self->present);
  g_clear_object (&self->wanted);
  g_clear_object (&self->reference);
  g_ptr_array_unref (self->rows);
  g_free (self->reference_name);
  g_free (self->uid);
  G_OBJECT_CLASS (fk_options_page_parent_class)->finalize (object);
}

static void
fk_options_page_class_init (FkOptionsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (FK_TYPE_OPENER_ROW);
  g_type_ensure (FK_TYPE_PROGRESS_CARD);
  G_OBJECT_CLASS (klass)->dispose = fk_options_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = fk_options_page_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/pages/"
                                                             "fk-options-page.ui");
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, introduction);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, progress_card);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, outcome);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, damage_box);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, damage_label);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, reference_box);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, reference_label);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, deeds);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, compare_button);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, factory_button);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, reread_button);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, fields_box);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, sectors_group);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, sectors);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, raw_group);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, raw);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, changes_bar);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, changes_label);
  fk_options_page_install_show (widget_class);
  fk_options_page_install_deeds (widget_class);
}

static void
fk_options_page_init (FkOptionsPage *self)
{
  self->rows = g_ptr_array_new ();
  self->menu = g_menu_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_menu_model (self->compare_button, G_MENU_MODEL (self->menu));
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (
                                      GTK_WIDGET (self->compare_button))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Compare with a Backup"), -1);
  fk_progress_card_set_cancel_action (self->progress_card, "options.cancel");
  fk_list_focus_make_group_one_stop (GTK_WIDGET (self->sectors_group));
  fk_list_focus_make_group_one_stop (GTK_WIDGET (self->raw_group));
}

static FkOptionsPage *
make_page (FkLibraryModel *library)
{
  FkOptionsPage *self = g_object_new (FK_TYPE_OPTIONS_PAGE, NULL);

  self->library = g_object_ref (library);
  g_signal_connect_object (fk_library_model_get_backups (library), "items-changed",
                           G_CALLBACK (rebuild_menu), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * fk_options_page_new_for_board:
 * @board: whose option bytes were read
 *
 * Returns: (transfer floating): a page that is bound to the chip that is connected now
 */
FkPage *
fk_options_page_new_for_board (FkBoard *board, FkLibraryModel *library)
{
  FkOptionsPage *self;
  g_autofree char *title = NULL;

  g_return_val_if_fail (FK_IS_BOARD (board), NULL);
  g_return_val_if_fail (fk_board_get_options (board) != NULL, NULL);

  self = make_page (library);
  title = fk_board_dup_title (board);
  self->board = g_object_ref (board);
  self->uid = g_strdup (fk_identity_get_uid (fk_board_get_identity (board)));
  fk_page_set_title (FK_PAGE (self), _ ("Option Bytes"), title);
  g_signal_connect_object (board, "changed", G_CALLBACK (on_board_changed), self,
                           G_CONNECT_SWAPPED);
  on_board_changed (self);
  if (!fk_options_page_is_editable (self) && fk_options_page_is_ready (self))
    gtk_label_set_label (self->introduction, _ ("The chip is read-protected. Its options can be "
                                                "changed once the protection "
                                                "is removed, which erases the flash."));
  rebuild_menu (self);
  return FK_PAGE (self);
}

static void
on_backup_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkOptionsPage) self = FK_OPTIONS_PAGE (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkOptionBytes) options = fk_saved_options_load_finish (result, &error);

  if (options == NULL)
    {
      fk_options_page_show_error (self, error);
      return;
    }
  take_present (self, options);
  rebuild_menu (self);
  fk_options_page_update (self);
}

/**
 * fk_options_page_new_for_backup:
 *
 * Returns: (transfer floating): a page that shows what @backup has, and changes nothing
 */
FkPage *
fk_options_page_new_for_backup (FkBackup *backup, FkLibraryModel *library)
{
  FkOptionsPage *self;
  const char *name;

  g_return_val_if_fail (FK_IS_BACKUP (backup), NULL);

  self = make_page (library);
  name = fk_backup_get_name (backup);
  self->backup = g_object_ref (backup);
  fk_page_set_title (FK_PAGE (self), _ ("Option Bytes of the Backup"),
                     *name != '\0' ? name : fk_backup_get_chip_name (backup));
  gtk_label_set_label (self->introduction,
                       _ ("The settings that the chip had when it was backed up. To put them back, "
                          "open "
                          "the option bytes of the board and compare them with this backup."));
  gtk_widget_set_visible (self->factory_button, FALSE);
  gtk_widget_set_visible (self->reread_button, FALSE);
  fk_saved_options_load_async (backup, NULL, NULL, on_backup_loaded, g_object_ref (self));
  return FK_PAGE (self);
}
