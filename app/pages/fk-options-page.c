/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Option bytes by name.  What the chip has is @present, what the person made of it @wanted; nothing
 * is written before the question.  A backup, or what was there before a change, can stand beside
 * them as @reference and be taken over. */

#include "config.h"

#include "pages/fk-options-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "dialogs/fk-options-dialog.h"
#include "fk-saved-options.h"
#include "job/fk-options-job.h"
#include "pages/fk-option-row.h"
#include "pages/fk-option-text.h"
#include "pages/fk-sector-row.h"
#include "widgets/fk-list-focus.h"
#include "widgets/fk-progress-card.h"
#include "widgets/fk-value-row.h"

/* Backups that the menu offers. */
#define MAX_OFFERED 12

struct _FkOptionsPage
{
  FkPage parent_instance;

  GtkLabel *introduction;
  FkProgressCard *progress_card;
  GtkLabel *outcome;
  GtkWidget *damage_box;
  GtkLabel *damage_label;
  GtkWidget *reference_box;
  GtkLabel *reference_label;
  GtkWidget *deeds;
  GtkMenuButton *compare_button;
  GtkWidget *factory_button;
  GtkWidget *reread_button;
  GtkBox *fields_box; /* no list: each row has a control that Tab reaches */
  AdwPreferencesGroup *sectors_group;
  AdwPreferencesGroup *raw_group;
  GtkRevealer *changes_bar;
  GtkLabel *changes_label;

  FkBoard *board;   /* (nullable) */
  FkBackup *backup; /* (nullable) */
  FkLibraryModel *library;
  char *uid; /* of the chip that the person looks at */

  FkChip *chip;           /* that the rows know the fields of */
  FkOptionBytes *present; /* (nullable): until they are read */
  FkOptionBytes *wanted;
  FkOptionBytes *reference; /* (nullable) */
  char *reference_name;     /* (nullable) */

  GPtrArray *rows;     /* FkOptionRow and FkSectorRow */
  GPtrArray *raw_rows; /* to be replaced */
  GMenu *menu;         /* of backups to compare with */
};

G_DEFINE_FINAL_TYPE (FkOptionsPage, fk_options_page, FK_TYPE_PAGE)

static void
say (FkOptionsPage *self, const char *text)
{
  gtk_label_set_label (self->outcome, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->outcome), text != NULL);
}

static void
show_error (FkOptionsPage *self, const GError *error)
{
  FkWindow *window = fk_page_get_window (FK_PAGE (self));

  if (window != NULL)
    fk_window_show_error (window, error);
}

static gboolean
is_ready (FkOptionsPage *self)
{
  return self->board != NULL && self->present != NULL &&
         fk_board_get_state (self->board) == FK_BOARD_READY;
}

/* A chip that is read-protected takes no other option bytes. */
static gboolean
is_editable (FkOptionsPage *self)
{
  return is_ready (self) &&
         fk_identity_get_protection (fk_board_get_identity (self->board)) == FK_PROTECTION_NONE;
}

static gboolean
is_damaged (FkOptionsPage *self)
{
  return self->present != NULL && !fk_option_bytes_check_complements (self->present, NULL);
}

static guint
count_changes (FkOptionsPage *self)
{
  g_autoptr (GPtrArray) fields = NULL;

  if (self->present == NULL)
    return 0;
  fields = fk_option_bytes_diff (self->present, self->wanted);
  return fields->len;
}

/* Words of 32 bits, as the manual prints them. */
static void
show_raw (FkOptionsPage *self)
{
  const FkRegion *region =
      fk_chip_find_region (fk_option_bytes_get_chip (self->present), "option-bytes");
  g_autoptr (GBytes) present = fk_option_bytes_get_raw (self->present);
  g_autoptr (GBytes) wanted = fk_option_bytes_get_raw (self->wanted);
  const guint8 *before = g_bytes_get_data (present, NULL);
  const guint8 *after = g_bytes_get_data (wanted, NULL);

  for (guint i = 0; i < self->raw_rows->len; i++)
    adw_preferences_group_remove (self->raw_group, g_ptr_array_index (self->raw_rows, i));
  g_ptr_array_set_size (self->raw_rows, 0);
  for (gsize offset = 0; offset + 4 <= region->range.size; offset += 4)
    {
      guint32 old_word;
      guint32 new_word;
      g_autofree char *title = g_strdup_printf ("0x%08X", (guint)(region->range.address + offset));
      g_autofree char *text = NULL;
      GtkWidget *row;

      memcpy (&old_word, before + offset, 4);
      memcpy (&new_word, after + offset, 4);
      old_word = GUINT32_FROM_LE (old_word);
      new_word = GUINT32_FROM_LE (new_word);
      text = old_word == new_word ? g_strdup_printf ("0x%08X", old_word)
                                  : g_strdup_printf ("0x%08X → 0x%08X", old_word, new_word);
      row = fk_value_row_new (title, text);
      adw_preferences_group_add (self->raw_group, row);
      g_ptr_array_add (self->raw_rows, row);
    }
}

static void
show_damage (FkOptionsPage *self)
{
  g_autoptr (GError) damage = NULL;
  gboolean whole = fk_option_bytes_check_complements (self->present, &damage);

  gtk_widget_set_visible (self->damage_box, !whole);
  if (!whole)
    gtk_label_set_label (self->damage_label, damage->message);
}

static void
show_reference (FkOptionsPage *self)
{
  g_autoptr (GPtrArray) fields = NULL;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->reference_box, self->reference != NULL);
  if (self->reference == NULL)
    return;
  fields = fk_option_bytes_diff (self->wanted, self->reference);
  text = fields->len > 0
             ? g_strdup_printf (ngettext ("%s: %u option is different.",
                                          "%s: %u options are different.", fields->len),
                                self->reference_name, fields->len)
             : g_strdup_printf (_ ("%s: all options are the same."), self->reference_name);
  gtk_label_set_label (self->reference_label, text);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "options.take-over",
                                 fields->len > 0 && is_editable (self));
}

static void
show_changes (FkOptionsPage *self)
{
  guint n_changes = count_changes (self);
  gboolean editable = is_editable (self);
  g_autofree char *text = g_strdup_printf (ngettext ("%u change, not written yet",
                                                     "%u changes, not written yet", n_changes),
                                           n_changes);

  gtk_label_set_label (self->changes_label, text);
  gtk_revealer_set_reveal_child (self->changes_bar, n_changes > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "options.write", editable && n_changes > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "options.discard", n_changes > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "options.factory", editable);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "options.repair",
                                 editable && is_damaged (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "options.reread", is_ready (self));
}

static void
update (FkOptionsPage *self)
{
  FkOptionsView view = { self->present, self->wanted, self->reference, self->reference_name,
                         is_editable (self) };

  if (self->present == NULL)
    return;
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);

      if (FK_IS_OPTION_ROW (row))
        fk_option_row_update (FK_OPTION_ROW (row), &view);
      else
        fk_sector_row_update (FK_SECTOR_ROW (row), &view);
    }
  show_raw (self);
  show_damage (self);
  show_reference (self);
  show_changes (self);
}

static void
edit (FkOptionsPage *self, const FkOptionField *field, guint value)
{
  g_autoptr (GError) error = NULL;

  if (!fk_option_bytes_set (self->wanted, field->name, value, &error))
    show_error (self, error);
  update (self);
}

static void
on_option_edited (FkOptionRow *row, guint value, FkOptionsPage *self)
{
  edit (self, fk_option_row_get_field (row), value);
}

static void
on_sector_edited (FkSectorRow *row, guint value, FkOptionsPage *self)
{
  edit (self, fk_sector_row_get_field (row), value);
}

static void
add_sector (
    const FkOptionField *field, guint bit, FkRange range, guint n_sectors, gpointer user_data)
{
  FkOptionsPage *self = FK_OPTIONS_PAGE (user_data);
  GtkWidget *row = fk_sector_row_new (field, bit, range, n_sectors);

  g_signal_connect (row, "edited", G_CALLBACK (on_sector_edited), self);
  adw_preferences_group_add (self->sectors_group, row);
  g_ptr_array_add (self->rows, row);
}

static void
add_rows (FkOptionsPage *self)
{
  guint n_fields;
  const FkOptionField *fields = fk_chip_get_option_fields (self->chip, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      GtkWidget *row;

      if (fields[i].write_protects)
        continue;
      row = fk_option_row_new (&fields[i]);
      g_signal_connect (row, "edited", G_CALLBACK (on_option_edited), self);
      if (gtk_widget_get_first_child (GTK_WIDGET (self->fields_box)) != NULL)
        gtk_box_append (self->fields_box, gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
      gtk_box_append (self->fields_box, row);
      g_ptr_array_add (self->rows, row);
    }
  fk_option_text_foreach_protected (self->chip, add_sector, self);
}

/* Changes that were not written yet are kept. */
static void
take_present (FkOptionsPage *self, FkOptionBytes *present)
{
  gboolean edited = count_changes (self) > 0;

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
      add_rows (self);
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
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "options.cancel", busy);
  if (busy)
    fk_progress_card_update (self->progress_card, fk_board_get_job_title (self->board),
                             fk_board_get_stage (self->board), fk_board_get_fraction (self->board),
                             fk_board_get_bytes_done (self->board));
  if (state == FK_BOARD_GONE)
    say (self, _ ("The probe was pulled out. Nothing more can be changed here."));
  else if (identity != NULL && g_strcmp0 (fk_identity_get_uid (identity), self->uid) != 0)
    {
      FkWindow *window = fk_page_get_window (FK_PAGE (self));

      if (window != NULL)
        fk_window_close_page (window, FK_PAGE (self));
      return;
    }
  if (options != NULL)
    take_present (self, options);
  update (self);
}

static void
take_reference (FkOptionsPage *self, FkOptionBytes *reference, const char *name)
{
  g_set_object (&self->reference, reference);
  g_free (self->reference_name);
  self->reference_name = g_strdup (name);
  update (self);
}

static void
on_reference_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkOptionsPage) self = FK_OPTIONS_PAGE (user_data);
  FkBackup *backup = FK_BACKUP (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkOptionBytes) options = fk_saved_options_load_finish (result, &error);
  const char *name = fk_backup_get_name (backup);
  g_autofree char *title = NULL;

  if (options == NULL)
    {
      show_error (self, error);
      return;
    }
  title = *name != '\0'
      ? g_strdup_printf (_ ("In “%s”"), name)
      : g_date_time_format (fk_backup_get_created (backup), _ ("In the backup of %-e %B %Y"));
  take_reference (self, options, title);
}

static void
on_compare (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkOptionsPage *self = FK_OPTIONS_PAGE (widget);
  GListModel *backups = fk_library_model_get_backups (self->library);
  const char *id = g_variant_get_string (parameter, NULL);
  guint n_backups = g_list_model_get_n_items (backups);

  for (guint i = 0; i < n_backups && self->present != NULL; i++)
    {
      g_autoptr (FkBackup) backup = g_list_model_get_item (backups, i);

      if (g_strcmp0 (fk_backup_get_id (backup), id) == 0)
        {
          fk_saved_options_load_async (backup, fk_option_bytes_get_chip (self->present), NULL,
                                       on_reference_loaded, g_object_ref (self));
          return;
        }
    }
}

/* Everything of the reference but what is guarded, which stays as it is on this chip. */
static void
on_take_over (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkOptionsPage *self = FK_OPTIONS_PAGE (widget);
  g_autoptr (GPtrArray) fields = fk_option_bytes_diff (self->wanted, self->reference);
  g_autoptr (GString) left = g_string_new (NULL);
  g_autofree char *text = NULL;

  for (guint i = 0; i < fields->len; i++)
    {
      const FkOptionField *field = g_ptr_array_index (fields, i);
      guint32 value = 0;

      fk_option_bytes_get (self->reference, field->name, &value, NULL);
      /* A bit of nWRP means something else there while SPRMOD is set. */
      if (fk_option_bytes_is_guarded (self->reference, field) ||
          !fk_option_bytes_set (self->wanted, field->name, value, NULL))
        g_string_append_printf (left, "%s%s", left->len > 0 ? ", " : "", field->name);
    }
  if (left->len > 0)
    text = g_strdup_printf (_ ("Not taken over, because it could lock or erase the chip: %s."),
                               left->str);
  say (self, text);
  update (self);
}

static void
on_factory (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkOptionsPage *self = FK_OPTIONS_PAGE (widget);
  guint n_fields;
  const FkOptionField *fields =
      fk_chip_get_option_fields (fk_option_bytes_get_chip (self->wanted), &n_fields);

  for (guint i = 0; i < n_fields; i++)
    if (!fk_option_bytes_is_guarded (self->present, &fields[i]))
      fk_option_bytes_set (self->wanted, fields[i].name, fields[i].factory, NULL);
  say (self,
       count_changes (self) > 0 ? NULL : _ ("All options have the values of a new chip already."));
  update (self);
}

static void
on_discard (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkOptionsPage *self = FK_OPTIONS_PAGE (widget);

  g_clear_object (&self->wanted);
  self->wanted = fk_option_bytes_dup (self->present);
  fk_option_bytes_repair (self->wanted);
  say (self, NULL);
  update (self);
}

static void
say_outcome (FkOptionsPage *self, FkOptionsJob *job)
{
  FkOptionBytes *before = fk_options_job_get_before (job);
  FkOptionBytes *after = fk_options_job_get_after (job);
  const char *warning = fk_options_job_get_warning (job);
  g_autoptr (GPtrArray) fields = NULL;
  g_autoptr (GString) text = NULL;

  if (after == NULL)
    {
      say (self,
           _ ("The options were written, but the chip does not answer since its reset. Switch the "
                    "board off and on, then choose Read Again."));
      return;
    }
  fields = fk_option_bytes_diff (before, after);
  text = g_string_new (NULL);
  if (fields->len > 0)
    g_string_append_printf (text,
                            ngettext ("Changed and read back: %u option.",
                                      "Changed and read back: %u options.", fields->len),
                            fields->len);
  else
    g_string_append (text, _ ("The option bytes are whole again, and were read back."));
  if (warning != NULL)
    g_string_append_printf (text, "\n%s", warning);
  say (self, text->str);
  if (fields->len > 0)
    take_reference (self, before, _ ("Before the change"));
}

static void
on_written (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  FkOptionsPage *self = FK_OPTIONS_PAGE (user_data);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      say (self, _ ("Cancelled. Nothing was changed."));
      return;
    }
  if (error != NULL)
    {
      show_error (self, error);
      return;
    }
  /* What was wanted is what the chip has now; whatever differs would be seen as a change. */
  g_clear_object (&self->wanted);
  self->wanted = fk_option_bytes_dup (self->present);
  update (self);
  say_outcome (self, FK_OPTIONS_JOB (job));
}

/* Returns: (transfer full): "NAME=VALUE" for all that changes; for a repair one that stays */
static GStrv
make_assignments (FkOptionsPage *self)
{
  g_autoptr (GPtrArray) fields = fk_option_bytes_diff (self->present, self->wanted);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < fields->len; i++)
    {
      const FkOptionField *field = g_ptr_array_index (fields, i);
      guint32 value = 0;
      g_autofree char *text = NULL;

      fk_option_bytes_get (self->wanted, field->name, &value, NULL);
      text = g_strdup_printf ("%s=0x%x", field->name, value);
      if (!field->guarded)
        g_strv_builder_add (builder, text);
    }
  return g_strv_builder_end (builder);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkOptionsPage *self = FK_OPTIONS_PAGE (source);
  g_auto (GStrv) assignments = NULL;
  g_autoptr (FkJob) job = NULL;

  if (!fk_options_dialog_ask_finish (result))
    return;
  assignments = make_assignments (self);
  job = fk_options_job_new ((const char *const *)assignments, FALSE);
  fk_options_job_set_expected_uid (FK_OPTIONS_JOB (job), self->uid);
  say (self, NULL);
  fk_board_run (self->board, job, on_written, g_object_ref (self), g_object_unref);
}

static void
on_write (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkOptionsPage *self = FK_OPTIONS_PAGE (widget);

  fk_options_dialog_ask_async (widget, self->present, self->wanted, self->uid, on_answered, NULL);
}

/* Puts right what is damaged, and changes nothing else. */
static void
on_repair (GtkWidget *widget, const char *action, GVariant *parameter)
{
  on_discard (widget, NULL, NULL);
  on_write (widget, NULL, NULL);
}

static void
on_reread_done (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  FkOptionsPage *self = FK_OPTIONS_PAGE (user_data);

  if (error != NULL)
    show_error (self, error);
  else
    say (self, _ ("Read again."));
}

static void
on_reread (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkOptionsPage *self = FK_OPTIONS_PAGE (widget);
  g_autoptr (FkJob) job = fk_options_job_new (NULL, TRUE);

  fk_options_job_set_expected_uid (FK_OPTIONS_JOB (job), self->uid);
  say (self, NULL);
  fk_board_run (self->board, job, on_reread_done, g_object_ref (self), g_object_unref);
}

static void
on_cancel (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_board_cancel (FK_OPTIONS_PAGE (widget)->board);
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
  g_ptr_array_unref (self->raw_rows);
  g_free (self->reference_name);
  g_free (self->uid);
  G_OBJECT_CLASS (fk_options_page_parent_class)->finalize (object);
}

static void
fk_options_page_class_init (FkOptionsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

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
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, raw_group);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, changes_bar);
  gtk_widget_class_bind_template_child (widget_class, FkOptionsPage, changes_label);
  gtk_widget_class_install_action (widget_class, "options.write", NULL, on_write);
  gtk_widget_class_install_action (widget_class, "options.discard", NULL, on_discard);
  gtk_widget_class_install_action (widget_class, "options.factory", NULL, on_factory);
  gtk_widget_class_install_action (widget_class, "options.repair", NULL, on_repair);
  gtk_widget_class_install_action (widget_class, "options.compare", "s", on_compare);
  gtk_widget_class_install_action (widget_class, "options.take-over", NULL, on_take_over);
  gtk_widget_class_install_action (widget_class, "options.reread", NULL, on_reread);
  gtk_widget_class_install_action (widget_class, "options.cancel", NULL, on_cancel);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F5, 0, "options.reread", NULL);
}

static void
fk_options_page_init (FkOptionsPage *self)
{
  self->rows = g_ptr_array_new ();
  self->raw_rows = g_ptr_array_new ();
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
  if (!is_editable (self) && is_ready (self))
    gtk_label_set_label (self->introduction, _ ("The chip is read-protected. Its options can be changed once the protection "
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
      show_error (self, error);
      return;
    }
  take_present (self, options);
  rebuild_menu (self);
  update (self);
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
                       _ ("The settings that the chip had when it was backed up. To put them back, open "
                          "the option bytes of the board and compare them with this backup."));
  gtk_widget_set_visible (self->factory_button, FALSE);
  gtk_widget_set_visible (self->reread_button, FALSE);
  fk_saved_options_load_async (backup, NULL, NULL, on_backup_loaded, g_object_ref (self));
  return FK_PAGE (self);
}
