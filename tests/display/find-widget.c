/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "find-widget.h"

GtkWidget *
find_widget (GtkWidget *root, FindWidgetFunc is_it, gconstpointer data)
{
  GtkWidget *found = is_it (root, data) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_widget (child, is_it, data);
  return found;
}

static gboolean
is_of_type (GtkWidget *widget, gconstpointer data)
{
  const GType *type = data;

  return G_TYPE_CHECK_INSTANCE_TYPE (widget, *type);
}

GtkWidget *
find_widget_of_type (GtkWidget *root, GType type)
{
  return find_widget (root, is_of_type, &type);
}
