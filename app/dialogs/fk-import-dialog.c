/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a firmware file does not say of itself: what it shall be called, which chip it is for, and
 * where it belongs. */

#include "config.h"

#include "dialogs/fk-import-dialog.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "base/fk-number.h"
#include "dialogs/fk-message.h"

typedef struct
{
  GtkEditable *name;
  AdwComboRow *chip;
  GtkEditable *address; /* (nullable) */
  guint32 fixed;        /* without @address */
} Fields;

static void
fields_free (Fields *fields)
{
  g_object_unref (fields->name);
  g_object_unref (fields->chip);
  g_clear_object (&fields->address);
  g_free (fields);
}

void
fk_import_answer_free (FkImportAnswer *answer)
{
  if (answer == NULL)
    return;
  g_free (answer->name);
  g_free (answer);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Fields *fields = g_task_get_task_data (task);
  FkImportAnswer *answer;
  guint selected;

  if (!fk_message_ask_finish (result))
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  selected = adw_combo_row_get_selected (fields->chip);
  answer = g_new0 (FkImportAnswer, 1);
  answer->name = g_strstrip (g_strdup (gtk_editable_get_text (fields->name)));
  answer->address = fields->fixed;
  if (selected > 0 && selected != GTK_INVALID_LIST_POSITION)
    answer->chip = fk_chip_db_get_desc (fk_chip_db_get_default (), selected - 1);
  /* The deed is offered only while this can be parsed. */
  if (fields->address != NULL)
    fk_number_parse_address (gtk_editable_get_text (fields->address), &answer->address, NULL);
  g_task_return_pointer (task, answer, (GDestroyNotify)fk_import_answer_free);
}

static void
on_typed (GtkEditable *entry)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (entry));
  guint32 address;
  gboolean valid = fk_number_parse_address (gtk_editable_get_text (entry), &address, NULL);

  if (valid)
    gtk_widget_remove_css_class (GTK_WIDGET (entry), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
  if (root != NULL)
    fk_message_set_deed_enabled (GTK_WINDOW (root), valid);
}

static GtkEditable *
add_entry (AdwPreferencesGroup *group, const char *title, const char *text)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  adw_preferences_group_add (group, row);
  return g_object_ref (GTK_EDITABLE (row));
}

static AdwComboRow *
add_chips (AdwPreferencesGroup *group, const FkChipDesc *wanted)
{
  FkChipDb *db = fk_chip_db_get_default ();
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;

  gtk_string_list_append (names, _ ("Not Known"));
  for (guint i = 0; i < fk_chip_db_get_n_descs (db); i++)
    {
      const FkChipDesc *desc = fk_chip_db_get_desc (db, i);

      gtk_string_list_append (names, fk_chip_desc_get_parts (desc));
      if (desc == wanted)
        selected = i + 1;
    }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 wanted != NULL ? _ ("Chip, as on the Connected Board")
                                                : _ ("Chip, Needed to Restore"));
  /* Below the title the name has the width of the row. */
  adw_combo_row_set_use_subtitle (ADW_COMBO_ROW (row), TRUE);
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (names));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), selected);
  adw_preferences_group_add (group, row);
  return g_object_ref (ADW_COMBO_ROW (row));
}

static const char *
get_body (const FkImportQuestion *question)
{
  if (!question->needs_address)
    return _ ("The library keeps it as a backup that came from a file and was not verified against "
              "a chip.");
  if (question->known)
    return _ ("This file does not say itself where it belongs, but its contents do: it was made to "
              "run at the address below.");
  return _ ("This file does not say where it belongs, and its contents do not either. The start of "
            "the flash is a guess: take the address that its maker names.");
}

/**
 * fk_import_dialog_ask_async:
 * @parent: a widget of the window that asks
 */
void
fk_import_dialog_ask_async (GtkWidget *parent,
                            const FkImportQuestion *question,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  GTask *task = g_task_new (parent, NULL, callback, user_data);
  Fields *fields = g_new0 (Fields, 1);

  g_return_if_fail (GTK_IS_WIDGET (parent));
  g_return_if_fail (question != NULL);

  fields->name = add_entry (group, _ ("Name"), question->name);
  fields->chip = add_chips (group, question->chip);
  fields->fixed = question->address;
  if (question->needs_address)
    {
      g_autofree char *address = g_strdup_printf ("0x%08x", question->address);

      fields->address = add_entry (group, _ ("Address"), address);
      g_signal_connect (fields->address, "changed", G_CALLBACK (on_typed), NULL);
    }
  g_task_set_task_data (task, fields, (GDestroyNotify)fields_free);
  fk_message_ask_async (parent, _ ("Import a Firmware File"), get_body (question),
                        GTK_WIDGET (group), _ ("_Cancel"), _ ("_Import"), FK_MESSAGE_SUGGESTED,
                        on_answered, task);
}

/**
 * fk_import_dialog_ask_finish:
 *
 * Returns: (transfer full) (nullable): %NULL for "cancel"
 */
FkImportAnswer *
fk_import_dialog_ask_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
