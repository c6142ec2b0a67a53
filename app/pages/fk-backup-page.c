/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One backup: what it holds, and what can be done with it on the board that it is of.  A restore
 * shows its plan first and is bound to the chip that the plan was made for. */

#include "config.h"

#include "pages/fk-backup-page.h"

#include <glib/gi18n.h>

#include "fk-board-card.h"
#include "base/fk-number.h"
#include "fk-backup-damage.h"
#include "fk-deed.h"
#include "fk-export.h"
#include "job/fk-jobs.h"
#include "pages/fk-backup-details.h"
#include "pages/fk-backup-photo.h"
#include "pages/fk-bytes-page.h"
#include "pages/fk-compare-page.h"
#include "pages/fk-compare-with.h"
#include "pages/fk-options-page.h"
#include "widgets/fk-details.h"
#include "widgets/fk-list-focus.h"
#include "widgets/fk-memory-map.h"
#include "widgets/fk-progress-card.h"
#include "widgets/fk-value-row.h"

/* Pieces of the flash that the map tells apart. */
#define MAP_STEPS 256

struct _FkBackupPage
{
  FkPage parent_instance;

  GtkLabel *name;
  GtkLabel *date;
  GtkWidget *restore_button;
  GtkLabel *outcome;
  GtkWidget *undo_button;
  GtkWidget *trouble;
  GtkLabel *trouble_text;
  FkDetails *trouble_details;
  FkProgressCard *progress_card;
  FkMemoryMap *map;
  FkBackupPhoto *photo;
  FkBackupDetails *details;
  GtkWidget *export_button;
  AdwPreferencesGroup *chip_group;
  AdwPreferencesGroup *regions_group;

  FkBackup *backup;
  FkLibraryModel *library;
  gboolean was_listed; /* in the library */
  FkBoard *board;      /* that a job of this page runs on */
};

G_DEFINE_FINAL_TYPE (FkBackupPage, fk_backup_page, FK_TYPE_PAGE)

static const char *
get_region_title (const char *name)
{
  if (g_str_equal (name, "flash"))
    return _ ("Flash");
  if (g_str_equal (name, "option-bytes"))
    return _ ("Option Bytes");
  if (g_str_equal (name, "otp"))
    return _ ("One-Time Programmable");
  if (g_str_equal (name, "eeprom"))
    return _ ("EEPROM");
  return name;
}

static char *
describe_region (const FkBackupRegion *region)
{
  g_autofree char *size = fk_number_format_size (region->range.size);
  const char *verified =
      fk_backup_region_is_verified (region) ? _ ("verified against the chip") : _ ("not verified");

  return g_strdup_printf (_ ("%s at 0x%08x, %s\nSHA-256 %s"), size, region->range.address, verified,
                          region->sha256);
}

/* Whether [@offset, @offset + @size) holds nothing but erased bytes. */
static gboolean
is_blank (const guint8 *data, guint64 offset, guint64 size, guint8 erased)
{
  for (guint64 i = 0; i < size; i++)
    if (data[offset + i] != erased)
      return FALSE;
  return TRUE;
}

/* What a segment uses, in steps that a map can show. */
static void
add_parts (GArray *parts, FkSegment segment, guint64 step, guint8 erased)
{
  for (guint64 offset = 0; offset < segment.range.size; offset += step)
    {
      guint64 size = MIN (step, segment.range.size - offset);
      FkMapPart part = { segment.range.address + offset, size, FK_MAP_USED };

      if (!is_blank (segment.data, offset, size, erased))
        g_array_append_val (parts, part);
    }
}

static void
show_map (FkBackupPage *self, FkImage *image)
{
  FkRange extent = { 0 };
  guint64 step;
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (FkMapPart));

  if (!fk_image_get_extent (image, &extent))
    return;
  step = MAX (extent.size / MAP_STEPS, 1);
  for (guint i = 0; i < fk_image_get_n_segments (image); i++)
    add_parts (parts, fk_image_get_segment (image, i), step,
               fk_backup_get_erased_value (self->backup));
  fk_memory_map_set_extent (self->map, extent.address, extent.size);
  fk_memory_map_set_parts (self->map, (const FkMapPart *)(gpointer)parts->data, parts->len);
}

static void
on_map_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkBackupPage) self = FK_BACKUP_PAGE (user_data);
  g_autoptr (FkImage) image =
      fk_library_model_load_flash_finish (FK_LIBRARY_MODEL (source), result, NULL);

  /* A damaged backup tells so when somebody wants to use it. */
  if (image != NULL && fk_image_get_n_segments (image) > 0)
    show_map (self, image);
}

static void
show_title (FkBackupPage *self)
{
  g_autoptr (GDateTime) local = g_date_time_to_local (fk_backup_get_created (self->backup));
  g_autofree char *date = g_date_time_format (local, _ ("%-e %B %Y, %H:%M"));
  const char *name = fk_backup_get_name (self->backup);
  const char *title = *name != '\0' ? name : fk_backup_get_chip_name (self->backup);

  fk_page_set_title (FK_PAGE (self), title, date);
  gtk_label_set_label (self->name, title);
  gtk_label_set_label (self->date, date);
}

/* What it was edited from, by its name if it has one and is still there. */
static void
show_original (FkBackupPage *self)
{
  const char *id = fk_backup_get_edited_from (self->backup);
  g_autoptr (FkBackup) original = *id != '\0' ? fk_library_model_find (self->library, id) : NULL;
  const char *name = original != NULL ? fk_backup_get_name (original) : "";

  if (*id != '\0')
    adw_preferences_group_add (self->chip_group, fk_value_row_new_text (_ ("Edited Copy Of"),
                                                                        *name != '\0' ? name : id));
}

static void
show_backup (FkBackupPage *self)
{
  GPtrArray *regions = fk_backup_get_regions (self->backup);
  const char *chip = fk_backup_get_chip_name (self->backup);

  show_title (self);
  fk_backup_photo_set_backup (self->photo, self->backup, self->library);
  fk_backup_details_set_backup (self->details, self->backup, self->library);
  adw_preferences_group_add (self->chip_group, fk_value_row_new (_ ("Chip"), chip));
  if (*fk_backup_get_uid (self->backup) != '\0')
    adw_preferences_group_add (self->chip_group,
                               fk_value_row_new (_ ("Unique ID"),
                                                 fk_backup_get_uid (self->backup)));
  if (fk_backup_is_simulated (self->backup))
    adw_preferences_group_add (self->chip_group, fk_value_row_new (_ ("Board"), _ ("Simulated")));
  if (*fk_backup_get_source (self->backup) != '\0')
    adw_preferences_group_add (self->chip_group,
                               fk_value_row_new_text (_ ("Imported From"),
                                                      fk_backup_get_source (self->backup)));
  show_original (self);
  for (guint i = 0; i < regions->len; i++)
    {
      const FkBackupRegion *region = g_ptr_array_index (regions, i);
      g_autofree char *text = describe_region (region);

      adw_preferences_group_add (self->regions_group,
                                 fk_value_row_new_text (get_region_title (region->name), text));
    }
  fk_memory_map_set_description (self->map, _ ("Map of the flash: what is used"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "backup.options",
                                 fk_backup_find_region (self->backup, "option-bytes") != NULL);
  fk_library_model_load_flash_async (self->library, self->backup, NULL, on_map_loaded,
                                     g_object_ref (self));
}

/* @details: (nullable) */
static void
show_trouble (FkBackupPage *self, const char *text, const char *details)
{
  gtk_widget_set_visible (self->trouble, text != NULL);
  gtk_label_set_label (self->trouble_text, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->trouble_details), details != NULL);
  fk_details_set_text (self->trouble_details, details != NULL ? details : "");
}

/* Somebody else may have damaged it, mended it, or taken it away. */
static void
on_library_changed (FkBackupPage *self)
{
  g_autoptr (FkBackup) present =
      fk_library_model_find (self->library, fk_backup_get_id (self->backup));
  const char *problem = present != NULL ? fk_backup_damage_get (present) : NULL;

  if (present != NULL)
    self->was_listed = TRUE;
  if (present == NULL && self->was_listed)
    show_trouble (self,
                  _ ("This backup is no longer in the library: it was deleted, renamed or moved "
                     "away."),
                  NULL);
  else if (problem != NULL)
    show_trouble (self,
                  _ ("This backup is damaged. Use another backup of this board, or import a copy "
                     "that you exported."),
                  problem);
  else
    show_trouble (self, NULL, NULL);
}

static void
say (FkBackupPage *self, const char *text)
{
  gtk_label_set_label (self->outcome, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->outcome), text != NULL);
  gtk_widget_set_visible (self->undo_button, FALSE);
}

static void
show_error (FkBackupPage *self, const GError *error)
{
  FkWindow *window = fk_page_get_window (FK_PAGE (self));

  if (window != NULL)
    fk_window_show_error (window, error);
}

static void
on_edited (FkBackupPage *self, FkBackup *backup)
{
  g_set_object (&self->backup, backup);
  show_title (self);
}

static void
on_board_changed (FkBackupPage *self)
{
  gboolean busy = self->board != NULL && fk_board_get_state (self->board) == FK_BOARD_BUSY;

  gtk_widget_set_visible (GTK_WIDGET (self->progress_card), busy);
  gtk_widget_set_visible (self->restore_button, !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "backup.restore", !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "backup.undo", !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "backup.compare", !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "backup.cancel",
                                 busy && fk_board_can_cancel (self->board));
  if (busy)
    fk_board_card_update (self->progress_card, self->board);
}

/* The connected board with the chip of the backup; says so when there is none. */
static FkBoard *
require_board (FkBackupPage *self)
{
  FkWindow *window = fk_page_get_window (FK_PAGE (self));
  gboolean imported = *fk_backup_get_source (self->backup) != '\0';
  FkBoard *board = NULL;

  if (window != NULL)
    board = imported ? fk_window_get_only_board (window)
                     : fk_window_get_board_for_uid (window, fk_backup_get_uid (self->backup));
  if (board == NULL)
    {
      say (self, imported ? _ ("Connect the board that this firmware is for, and no other.")
                          : _ ("Connect the board that this backup is of."));
      return NULL;
    }
  say (self, NULL);
  if (self->board != board)
    {
      if (self->board != NULL)
        g_signal_handlers_disconnect_by_data (self->board, self);
      g_set_object (&self->board, board);
      g_signal_connect_object (board, "changed", G_CALLBACK (on_board_changed), self,
                               G_CONNECT_SWAPPED);
    }
  return board;
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkBackupPage) self = FK_BACKUP_PAGE (user_data);
  FkWindow *window = fk_page_get_window (FK_PAGE (self));
  g_autoptr (GError) error = NULL;
  g_autoptr (FkImage) image =
      fk_library_model_load_flash_finish (FK_LIBRARY_MODEL (source), result, &error);

  if (image == NULL)
    show_error (self, error);
  else if (window != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      FkPage *page = fk_bytes_page_new (_ ("Contents of the Backup"),
                                        fk_page_get_title (FK_PAGE (self)), image);

      fk_bytes_page_set_backup (FK_BYTES_PAGE (page), self->backup, self->library);
      fk_window_push (window, page);
    }
}

static void
on_view (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBackupPage *self = FK_BACKUP_PAGE (widget);

  fk_library_model_load_flash_async (self->library, self->backup, NULL, on_loaded,
                                     g_object_ref (self));
}

static void
on_options (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBackupPage *self = FK_BACKUP_PAGE (widget);
  FkWindow *window = fk_page_get_window (FK_PAGE (self));

  if (window != NULL)
    fk_window_push (window, fk_options_page_new_for_backup (self->backup, self->library));
}

static void
on_compare (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBackupPage *self = FK_BACKUP_PAGE (widget);
  FkWindow *window = fk_page_get_window (FK_PAGE (self));
  FkBoard *board = require_board (self);
  g_autoptr (FkCompareSide) backup = fk_compare_side_new_for_backup (self->backup);
  g_autoptr (FkCompareSide) chip = NULL;

  if (board == NULL || window == NULL)
    return;
  chip = fk_compare_side_new_for_board (board);
  fk_window_push (window, fk_compare_page_new (backup, chip));
}

static void
on_compare_with (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBackupPage *self = FK_BACKUP_PAGE (widget);
  FkWindow *window = fk_page_get_window (FK_PAGE (self));
  g_autoptr (FkCompareSide) side = fk_compare_side_new_for_backup (self->backup);

  if (window != NULL)
    fk_compare_with (window, side);
}

static void
on_export (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_export_choose (FK_PAGE (widget), FK_BACKUP_PAGE (widget)->backup,
                    g_variant_get_string (parameter, NULL));
}

static void
on_told (FkPage *page, const char *text)
{
  FkBackupPage *self = FK_BACKUP_PAGE (page);

  say (self, text);
  gtk_widget_set_visible (self->undo_button, text != NULL && fk_board_get_way_back (self->board));
}

static void
on_put_back (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBackupPage *self = FK_BACKUP_PAGE (widget);
  FkBackup *backup = fk_board_get_way_back (self->board);

  if (backup != NULL)
    fk_deed_restore (FK_PAGE (self), self->board, backup, on_told);
}

static void
on_restore (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBackupPage *self = FK_BACKUP_PAGE (widget);
  FkBoard *board = require_board (self);

  if (board != NULL)
    fk_deed_restore (FK_PAGE (self), board, self->backup, on_told);
}

static void
on_untrashed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkWindow) window = FK_WINDOW (user_data);
  g_autoptr (GError) error = NULL;

  if (!fk_library_model_untrash_finish (FK_LIBRARY_MODEL (source), result, &error))
    fk_window_show_error (window, error);
}

static void
on_undo (AdwToast *toast, FkWindow *window)
{
  fk_library_model_untrash_async (fk_window_get_library (window),
                                  g_object_get_data (G_OBJECT (toast), "fk-backup"), NULL,
                                  on_untrashed, g_object_ref (window));
}

/* The page goes; the offer stays for a while. */
static void
offer_undo (FkWindow *window, FkBackup *backup)
{
  AdwToast *toast = adw_toast_new (_ ("Backup moved to the trash"));

  adw_toast_set_button_label (toast, _ ("_Undo"));
  g_object_set_data_full (G_OBJECT (toast), "fk-backup", g_object_ref (backup), g_object_unref);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_undo), window, 0);
  fk_window_add_toast (window, toast);
}

static void
on_trashed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkBackupPage) self = FK_BACKUP_PAGE (user_data);
  FkWindow *window = fk_page_get_window (FK_PAGE (self));
  g_autoptr (GError) error = NULL;

  if (!fk_library_model_trash_finish (FK_LIBRARY_MODEL (source), result, &error))
    {
      gtk_widget_action_set_enabled (GTK_WIDGET (self), "backup.trash", TRUE);
      show_error (self, error);
      return;
    }
  if (window == NULL)
    return;
  offer_undo (window, self->backup);
  fk_window_close_page (window, FK_PAGE (self));
}

static void
on_trash (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBackupPage *self = FK_BACKUP_PAGE (widget);

  gtk_widget_action_set_enabled (widget, "backup.trash", FALSE);
  fk_library_model_trash_async (self->library, self->backup, NULL, on_trashed, g_object_ref (self));
}

static void
on_cancel (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBackupPage *self = FK_BACKUP_PAGE (widget);

  if (self->board != NULL)
    fk_board_cancel (self->board);
}

static void
fk_backup_page_dispose (GObject *object)
{
  FkBackupPage *self = FK_BACKUP_PAGE (object);

  g_clear_object (&self->board);
  g_clear_object (&self->backup);
  g_clear_object (&self->library);
  G_OBJECT_CLASS (fk_backup_page_parent_class)->dispose (object);
}

static void
fk_backup_page_class_init (FkBackupPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (FK_TYPE_BACKUP_DETAILS);
  g_type_ensure (FK_TYPE_BACKUP_PHOTO);
  g_type_ensure (FK_TYPE_DETAILS);
  g_type_ensure (FK_TYPE_MEMORY_MAP);
  g_type_ensure (FK_TYPE_PROGRESS_CARD);
  G_OBJECT_CLASS (klass)->dispose = fk_backup_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/pages/"
                                                             "fk-backup-page.ui");
  gtk_widget_class_bind_template_child (widget_class, FkBackupPage, name);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPage, date);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPage, restore_button);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPage, outcome);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPage, undo_button);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPage, trouble);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPage, trouble_text);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPage, trouble_details);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPage, progress_card);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPage, map);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPage, photo);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPage, details);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPage, export_button);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPage, chip_group);
  gtk_widget_class_bind_template_callback (widget_class, on_edited);
  gtk_widget_class_bind_template_callback (widget_class, show_error);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPage, regions_group);
  gtk_widget_class_install_action (widget_class, "backup.restore", NULL, on_restore);
  gtk_widget_class_install_action (widget_class, "backup.undo", NULL, on_put_back);
  gtk_widget_class_install_action (widget_class, "backup.compare", NULL, on_compare);
  gtk_widget_class_install_action (widget_class, "backup.compare-with", NULL, on_compare_with);
  gtk_widget_class_install_action (widget_class, "backup.view", NULL, on_view);
  gtk_widget_class_install_action (widget_class, "backup.options", NULL, on_options);
  gtk_widget_class_install_action (widget_class, "backup.export", "s", on_export);
  gtk_widget_class_install_action (widget_class, "backup.trash", NULL, on_trash);
  gtk_widget_class_install_action (widget_class, "backup.cancel", NULL, on_cancel);
}

static void
fk_backup_page_init (FkBackupPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* GTK 4.8 names a menu button by its inner toggle. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (self->export_button)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Export"), -1);
  fk_list_focus_make_group_one_stop (GTK_WIDGET (self->chip_group));
  fk_list_focus_make_group_one_stop (GTK_WIDGET (self->regions_group));
  fk_progress_card_set_cancel_action (self->progress_card, "backup.cancel");
}

FkPage *
fk_backup_page_new (FkBackup *backup, FkLibraryModel *library)
{
  FkBackupPage *self = g_object_new (FK_TYPE_BACKUP_PAGE, NULL);

  self->backup = g_object_ref (backup);
  self->library = g_object_ref (library);
  show_backup (self);
  g_signal_connect_object (fk_library_model_get_backups (library), "items-changed",
                           G_CALLBACK (on_library_changed), self, G_CONNECT_SWAPPED);
  on_library_changed (self);
  return FK_PAGE (self);
}

/**
 * fk_backup_page_get_backup:
 *
 * Returns: (transfer none): the one that is shown, as it was read last
 */
FkBackup *
fk_backup_page_get_backup (FkBackupPage *self)
{
  g_return_val_if_fail (FK_IS_BACKUP_PAGE (self), NULL);

  return self->backup;
}
