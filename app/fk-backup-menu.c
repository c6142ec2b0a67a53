/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be done with a backup where it stands in a list, without going to its page. */

#include "config.h"

#include "fk-backup-menu.h"

#include <glib/gi18n.h>

/**
 * fk_backup_menu_new:
 *
 * Returns: (transfer floating): a menu, to be given a parent that stays
 */
GtkWidget *
fk_backup_menu_new (void)
{
  GtkWidget *menu = gtk_popover_menu_new_from_model (NULL);

  gtk_popover_set_has_arrow (GTK_POPOVER (menu), FALSE);
  gtk_widget_set_halign (menu, GTK_ALIGN_START);
  return menu;
}

static void
append (GMenu *menu, const char *label, const char *action, FkBackup *backup)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", fk_backup_get_id (backup));
  g_menu_append_item (menu, item);
}

/**
 * fk_backup_menu_popup:
 * @at: what is pointed at, a descendant of the menu's parent
 * @x: where in it
 * @y: where in it
 */
void
fk_backup_menu_popup (GtkPopoverMenu *self, FkBackup *backup, GtkWidget *at, double x, double y)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autoptr (GMenu) menu = NULL;
  double left;
  double top;

  g_return_if_fail (GTK_IS_POPOVER_MENU (self) && parent != NULL);
  g_return_if_fail (FK_IS_BACKUP (backup));

  if (!gtk_widget_translate_coordinates (at, parent, x, y, &left, &top))
    return;
  menu = g_menu_new ();
  append (menu, _ ("Compare _With…"), "win.compare-with", backup);
  append (menu, _ ("Compare with _Previous Backup of This Board"), "win.compare-previous", backup);
  gtk_popover_menu_set_menu_model (self, G_MENU_MODEL (menu));
  gtk_popover_set_pointing_to (GTK_POPOVER (self), &(GdkRectangle){ (int)left, (int)top, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self));
}
