/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "library/fk-backup.h"

G_BEGIN_DECLS

GtkWidget *fk_backup_menu_new (void);
void
fk_backup_menu_popup (GtkPopoverMenu *self, FkBackup *backup, GtkWidget *at, double x, double y);

G_END_DECLS
