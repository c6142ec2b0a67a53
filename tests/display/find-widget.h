/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Widgets that a test looks for in what it made: the first one, depth first, @root itself too. */

typedef gboolean (*FindWidgetFunc) (GtkWidget *widget, gconstpointer data);

/* Returns: (transfer none) (nullable): the first of which @is_it says so, which gets @data. */
GtkWidget *find_widget (GtkWidget *root, FindWidgetFunc is_it, gconstpointer data);

/* Returns: (transfer none) (nullable): the first of @type. */
GtkWidget *find_widget_of_type (GtkWidget *root, GType type);
