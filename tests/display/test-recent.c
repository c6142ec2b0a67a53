/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>

#include "fk-recent-menu.h"

typedef struct
{
  char *folder;
  char *file;
  GtkRecentManager *manager;
  GMenu *menu;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("recent-XXXXXX", NULL);
  fixture->file = g_build_filename (fixture->folder, "recently-used.xbel", NULL);
  fixture->manager = g_object_new (GTK_TYPE_RECENT_MANAGER, "filename", fixture->file, NULL);
  fixture->menu = g_menu_new ();
  fk_recent_menu_bind (fixture->menu, fixture->manager, "win.open-recent");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->menu);
  g_object_unref (fixture->manager);
  g_unlink (fixture->file);
  g_rmdir (fixture->folder);
  g_free (fixture->file);
  g_free (fixture->folder);
}

static void
set_flag (gpointer data)
{
  *(gboolean *)data = TRUE;
}

/* The manager writes and tells a while after. */
static void
spin (guint ms)
{
  gboolean done = FALSE;

  g_timeout_add_once (ms, set_flag, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

static void
add (Fixture *fixture, const char *uri, const char *program)
{
  GtkRecentData file = { .mime_type = (char *)"application/octet-stream",
                         .app_name = (char *)program,
                         .app_exec = (char *)"program %u" };

  g_assert_true (gtk_recent_manager_add_full (fixture->manager, uri, &file));
  /* Two files of the same second would have no order. */
  spin (1100);
}

static char *
dup_item (Fixture *fixture, int index, const char *attribute)
{
  char *text = NULL;

  g_menu_model_get_item_attribute (G_MENU_MODEL (fixture->menu), index, attribute, "s", &text);
  return text;
}

static void
test_files (Fixture *fixture, gconstpointer data)
{
  GMenuModel *model = G_MENU_MODEL (fixture->menu);
  g_autofree char *label = NULL;
  g_autofree char *target = NULL;
  g_autofree char *action = NULL;

  g_assert_cmpint (g_menu_model_get_n_items (model), ==, 0);
  add (fixture, "file:///prints/old.bin", g_get_application_name ());
  add (fixture, "file:///letters/letter.txt", "writer");
  add (fixture, "file:///prints/my_board.bin", g_get_application_name ());

  g_assert_cmpint (g_menu_model_get_n_items (model), ==, 2);
  label = dup_item (fixture, 0, G_MENU_ATTRIBUTE_LABEL);
  target = dup_item (fixture, 0, G_MENU_ATTRIBUTE_TARGET);
  action = dup_item (fixture, 0, G_MENU_ATTRIBUTE_ACTION);
  g_assert_cmpstr (label, ==, "my__board.bin");
  g_assert_cmpstr (target, ==, "file:///prints/my_board.bin");
  g_assert_cmpstr (action, ==, "win.open-recent");
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add ("/recent/files", Fixture, NULL, set_up, test_files, tear_down);
  return g_test_run ();
}
