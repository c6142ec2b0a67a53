/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How many files the menu offers. */
#define FK_RECENT_MENU_MAX 8

void fk_recent_menu_bind (GMenu *menu, GtkRecentManager *manager, const char *action);

G_END_DECLS
