/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The files that were opened last, as a menu that stays in step with the desktop's list. */

#include "config.h"

#include "fk-recent-menu.h"

typedef struct
{
  GMenu *menu; /* has this as its data */
  char *action;
} RecentMenu;

static void
recent_menu_free (gpointer data)
{
  RecentMenu *self = data;

  g_free (self->action);
  g_free (self);
}

static int
compare_newest_first (gconstpointer a, gconstpointer b)
{
  return g_date_time_compare (gtk_recent_info_get_modified ((GtkRecentInfo *)b),
                              gtk_recent_info_get_modified ((GtkRecentInfo *)a));
}

/* An underscore of the file's name is no mnemonic. */
static char *
dup_label (GtkRecentInfo *info)
{
  g_auto (GStrv) parts = g_strsplit (gtk_recent_info_get_display_name (info), "_", -1);

  return g_strjoinv ("__", parts);
}

static void
append (RecentMenu *self, GtkRecentInfo *info)
{
  g_autofree char *label = dup_label (info);
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, self->action, "s", gtk_recent_info_get_uri (info));
  g_menu_append_item (self->menu, item);
}

static gboolean
is_ours (GtkRecentInfo *info)
{
  return gtk_recent_info_has_application (info, g_get_application_name ());
}

static void
fill (GtkRecentManager *manager, GMenu *menu)
{
  RecentMenu *self = g_object_get_data (G_OBJECT (menu), "fk-recent-menu");
  GList *infos = g_list_sort (gtk_recent_manager_get_items (manager), compare_newest_first);

  g_menu_remove_all (menu);
  for (GList *link = infos;
       link != NULL && g_menu_model_get_n_items (G_MENU_MODEL (menu)) < FK_RECENT_MENU_MAX;
       link = link->next)
    if (is_ours (link->data))
      append (self, link->data);
  g_list_free_full (infos, (GDestroyNotify)gtk_recent_info_unref);
}

/**
 * fk_recent_menu_bind:
 * @menu: empty; an item for each file that this program opened, the newest first, and at most
 *   %FK_RECENT_MENU_MAX; follows @manager as long as it lives
 * @action: takes the URI of a file
 */
void
fk_recent_menu_bind (GMenu *menu, GtkRecentManager *manager, const char *action)
{
  RecentMenu *self;

  g_return_if_fail (G_IS_MENU (menu));
  g_return_if_fail (GTK_IS_RECENT_MANAGER (manager));
  g_return_if_fail (action != NULL);

  self = g_new0 (RecentMenu, 1);
  self->menu = menu;
  self->action = g_strdup (action);
  g_object_set_data_full (G_OBJECT (menu), "fk-recent-menu", self, recent_menu_free);
  g_signal_connect_object (manager, "changed", G_CALLBACK (fill), menu, 0);
  fill (manager, menu);
}
