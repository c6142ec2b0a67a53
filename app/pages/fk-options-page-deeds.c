/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be done on the option bytes page: compare, take over, write, repair, read again. */

#include "config.h"

#include "pages/fk-options-page-private.h"

#include <glib/gi18n.h>

#include "dialogs/fk-options-dialog.h"
#include "fk-saved-options.h"
#include "job/fk-options-job.h"
#include "pages/fk-option-text.h"

static void
take_reference (FkOptionsPage *self, FkOptionBytes *reference, const char *name)
{
  g_set_object (&self->reference, reference);
  g_free (self->reference_name);
  self->reference_name = g_strdup (name);
  fk_options_page_update (self);
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
      fk_options_page_show_error (self, error);
      return;
    }
  title = *name != '\0' ? g_strdup_printf (_ ("In “%s”"), name)
                        : g_date_time_format (fk_backup_get_created (backup),
                                              _ ("In the backup of %-e %B %Y"));
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
  fk_options_page_say (self, text);
  fk_options_page_update (self);
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
  fk_options_page_say (self, fk_options_page_count_changes (self) > 0
                                 ? NULL
                                 : _ ("All options have the values of a new chip already."));
  fk_options_page_update (self);
}

static void
on_discard (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkOptionsPage *self = FK_OPTIONS_PAGE (widget);

  g_clear_object (&self->wanted);
  self->wanted = fk_option_bytes_dup (self->present);
  fk_option_bytes_repair (self->wanted);
  fk_options_page_say (self, NULL);
  fk_options_page_update (self);
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
      fk_options_page_say (self, _ ("The options were written, but the chip does not answer since "
                                    "its reset. Switch the "
                                    "board off and on, then choose Read Again."));
      return;
    }
  fields = fk_option_text_diff (before, after);
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
  fk_options_page_say (self, text->str);
  if (fields->len > 0)
    take_reference (self, before, _ ("Before the change"));
}

static void
on_written (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  FkOptionsPage *self = FK_OPTIONS_PAGE (user_data);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      fk_options_page_say (self, _ ("Cancelled. Nothing was changed."));
      return;
    }
  if (error != NULL)
    {
      fk_options_page_show_error (self, error);
      return;
    }
  /* What was wanted is what the chip has now; whatever differs would be seen as a change. */
  g_clear_object (&self->wanted);
  self->wanted = fk_option_bytes_dup (self->present);
  fk_options_page_update (self);
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
  fk_job_set_expected_uid (job, self->uid);
  fk_options_page_say (self, NULL);
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
    fk_options_page_show_error (self, error);
  else
    fk_options_page_say (self, _ ("Read again."));
}

static void
on_reread (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkOptionsPage *self = FK_OPTIONS_PAGE (widget);
  g_autoptr (FkJob) job = NULL;

  /* Those of a backup stay as they are. */
  if (self->board == NULL)
    return;
  job = fk_options_job_new (NULL, TRUE);
  fk_job_set_expected_uid (job, self->uid);
  fk_options_page_say (self, NULL);
  fk_board_run (self->board, job, on_reread_done, g_object_ref (self), g_object_unref);
}

static void
on_cancel (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_board_cancel (FK_OPTIONS_PAGE (widget)->board);
}

void
fk_options_page_install_deeds (GtkWidgetClass *widget_class)
{
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
