/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A title and a value in a row of a preferences group.  An AdwActionRow looks the same, but has a
 * template of a dozen widgets, which a page with thirty rows is seen to wait for; and it breaks its
 * title within words where the row is narrow. */

#include "config.h"

#include "widgets/fk-value-row.h"

#define MARGIN     12
#define MIN_HEIGHT 50

static GtkLabel *
add_label (GtkWidget *box, const char *text, PangoWrapMode wrap_mode)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), wrap_mode);
  /* Else its natural width is that of a narrow column. */
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

static GtkWidget *
make_row (GtkOrientation orientation, int spacing, const char *title, const char *value)
{
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, MARGIN);
  GtkWidget *texts = gtk_box_new (orientation, spacing);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_margin_start (box, MARGIN);
  gtk_widget_set_margin_end (box, MARGIN);
  gtk_widget_set_size_request (box, -1, MIN_HEIGHT);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (texts, MARGIN / 2);
  gtk_widget_set_margin_bottom (texts, MARGIN / 2);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (box), texts);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_hexpand (GTK_WIDGET (add_label (texts, title, PANGO_WRAP_WORD)), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  if (value != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                    value, -1);
  return row;
}

/**
 * fk_value_row_new:
 *
 * Returns: (transfer floating): a row with @value at its end
 */
GtkWidget *
fk_value_row_new (const char *title, const char *value)
{
  GtkWidget *row = make_row (GTK_ORIENTATION_HORIZONTAL, MARGIN, title, value);
  GtkWidget *box = gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (row));
  GtkLabel *label = add_label (gtk_widget_get_last_child (box), value, PANGO_WRAP_WORD_CHAR);

  gtk_label_set_selectable (label, TRUE);
  gtk_label_set_xalign (label, 1);
  gtk_label_set_justify (label, GTK_JUSTIFY_RIGHT);
  gtk_widget_add_css_class (GTK_WIDGET (label), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (label), "numeric");
  return row;
}

/**
 * fk_value_row_new_text:
 * @text: (nullable): any length
 *
 * Returns: (transfer floating): a row with @text below its title
 */
GtkWidget *
fk_value_row_new_text (const char *title, const char *text)
{
  GtkWidget *row = make_row (GTK_ORIENTATION_VERTICAL, 3, title, text);
  GtkWidget *box = gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (row));

  if (text != NULL)
    {
      GtkLabel *label = add_label (gtk_widget_get_last_child (box), text, PANGO_WRAP_WORD_CHAR);

      gtk_widget_add_css_class (GTK_WIDGET (label), "caption");
      gtk_widget_add_css_class (GTK_WIDGET (label), "dim-label");
    }
  return row;
}

/**
 * fk_value_row_add_prefix:
 * @row: made by one of the functions above
 * @prefix: a symbol, put before the texts
 */
void
fk_value_row_add_prefix (GtkWidget *row, GtkWidget *prefix)
{
  g_return_if_fail (GTK_IS_LIST_BOX_ROW (row));

  gtk_widget_set_valign (prefix, GTK_ALIGN_CENTER);
  gtk_box_prepend (GTK_BOX (gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (row))), prefix);
}
