/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "widgets/fk-drop-down.h"

static void
set_name (GtkWidget *widget, const char *name)
{
  /* GTK 4.18 names it by what is chosen, and a relation counts for more than a label. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
describe (GtkDropDown *drop_down)
{
  gpointer item = gtk_drop_down_get_selected_item (drop_down);

  if (GTK_IS_STRING_OBJECT (item))
    gtk_accessible_update_property (GTK_ACCESSIBLE (
                                        gtk_widget_get_first_child (GTK_WIDGET (drop_down))),
                                    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                    gtk_string_object_get_string (GTK_STRING_OBJECT (item)), -1);
}

/**
 * fk_drop_down_set_name:
 * @drop_down: a #GtkDropDown of strings
 * @name: what is chosen with it, translated
 *
 * Lets a screen reader say what is chosen, and then which of it.  The focus is on the button
 * inside, whose own name is empty in GTK 4.8, and only the latter in 4.18.
 */
void
fk_drop_down_set_name (GtkDropDown *drop_down, const char *name)
{
  g_return_if_fail (GTK_IS_DROP_DOWN (drop_down));
  g_return_if_fail (name != NULL);

  set_name (GTK_WIDGET (drop_down), name);
  set_name (gtk_widget_get_first_child (GTK_WIDGET (drop_down)), name);
  g_signal_connect (drop_down, "notify::selected-item", G_CALLBACK (describe), NULL);
  describe (drop_down);
}
