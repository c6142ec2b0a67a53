/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The one question before option bytes are written: which chip, each field before and after, and
 * what comes of it. */

#include "config.h"

#include "dialogs/fk-options-dialog.h"

#include <glib/gi18n.h>

#include "dialogs/fk-message.h"
#include "pages/fk-option-text.h"
#include "widgets/fk-list-focus.h"
#include "widgets/fk-value-row.h"

#define MAX_LIST_HEIGHT 320
#define ROW_HEIGHT      105 /* with wrapped lines, of which a natural height knows nothing */

static GtkWidget *
make_row (FkOptionBytes *before, FkOptionBytes *after, const FkOptionField *field, gboolean *danger)
{
  guint32 old_value = 0;
  guint32 new_value = 0;
  gboolean dangerous = FALSE;
  g_autofree char *title = fk_option_text_dup_full_title (fk_option_bytes_get_chip (after), field);
  g_autofree char *old_text = NULL;
  g_autofree char *new_text = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GString) whole = NULL;
  const char *effect;
  GtkWidget *row;

  fk_option_bytes_get (before, field->name, &old_value, NULL);
  fk_option_bytes_get (after, field->name, &new_value, NULL);
  old_text = fk_option_text_explain (before, field, old_value);
  new_text = fk_option_text_explain (after, field, new_value);
  effect = fk_option_text_get_effect (after, field, new_value, &dangerous);
  text = g_strdup_printf (_ ("Before: %s\nAfter: %s"), old_text, new_text);
  whole = g_string_new (text);
  if (effect != NULL)
    g_string_append_printf (whole, "\n%s", effect);
  row = fk_value_row_new_text (title, whole->str);
  if (dangerous)
    {
      GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");

      gtk_widget_add_css_class (icon, "warning");
      gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _ ("Careful"), -1);
      fk_value_row_add_prefix (row, icon);
      *danger = TRUE;
    }
  return row;
}

static GtkWidget *
make_list (FkOptionBytes *before, FkOptionBytes *after, GPtrArray *fields, gboolean *danger)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *group = adw_preferences_group_new ();

  for (guint i = 0; i < fields->len; i++)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                               make_row (before, after, g_ptr_array_index (fields, i), danger));
  fk_list_focus_make_group_one_stop (group);
  gtk_widget_set_margin_top (group, 3);
  gtk_widget_set_margin_bottom (group, 3);
  gtk_widget_set_margin_start (group, 3);
  gtk_widget_set_margin_end (group, 3);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), MAX_LIST_HEIGHT);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller),
                                              MIN (MAX_LIST_HEIGHT, (int)fields->len * ROW_HEIGHT));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), group);
  return scroller;
}

/**
 * fk_options_dialog_ask_async:
 * @parent: a widget of the window
 * @before: what the chip has; damaged ones may differ from @after by their complements alone
 * @after: what it shall have
 * @uid: (nullable): of the chip
 */
void
fk_options_dialog_ask_async (GtkWidget *parent,
                             FkOptionBytes *before,
                             FkOptionBytes *after,
                             const char *uid,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GPtrArray) fields = NULL;
  gboolean danger = FALSE;
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  GtkWidget *list = NULL;

  g_return_if_fail (FK_IS_OPTION_BYTES (before));
  g_return_if_fail (FK_IS_OPTION_BYTES (after));

  fields = fk_option_text_diff (before, after);
  if (fields->len > 0)
    {
      list = make_list (before, after, fields, &danger);
      heading = g_strdup_printf (ngettext ("Change %u Option of This Chip?",
                                           "Change %u Options of This Chip?", fields->len),
                                 fields->len);
    }
  else
    heading = g_strdup (_ ("Repair the Option Bytes?"));
  body =
      g_strdup_printf (_ ("%s, unique ID %s. The firmware in the flash is kept. The chip is reset, "
                          "so that it takes the new values. You can change them back here."),
                       fk_chip_get_name (fk_option_bytes_get_chip (before)),
                       uid != NULL ? uid : _ ("not known"));
  fk_message_ask_async (parent, heading, body, list, _ ("_Cancel"),
                        fields->len > 0 ? _ ("_Change Options") : _ ("_Repair"),
                        danger ? FK_MESSAGE_DESTRUCTIVE : FK_MESSAGE_SUGGESTED, callback,
                        user_data);
}

gboolean
fk_options_dialog_ask_finish (GAsyncResult *result)
{
  return fk_message_ask_finish (result);
}
