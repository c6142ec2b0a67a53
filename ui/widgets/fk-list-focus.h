/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void fk_list_focus_make_one_stop (GtkWidget *list);
void fk_list_focus_make_group_one_stop (GtkWidget *group);

G_END_DECLS
