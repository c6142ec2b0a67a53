/* SPDX-License-Identifier: GPL-3.0-or-later */

/* F1: pages of an installed program and of one that is not, no pages, and no viewer for them. */

#include "config.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <stdlib.h>

#include "fk-help.h"

typedef struct
{
  GtkWindow *window;
  char *pages; /* a help folder of a build */
  char *said;  /* what the viewer writes what it was given to */
} Fixture;

static char *dir;

static void
put (const char *contents, const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents (path, contents, -1, &error);
  g_assert_no_error (error);
}

static GtkWindow *
find_message (Fixture *f)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        return window;
    }
  return NULL;
}

static void
assert_says (Fixture *f, const char *heading, const char *part)
{
  GtkWindow *message;

  while ((message = find_message (f)) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (message)), ==, heading);
  g_assert_nonnull (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (message)), part));
  gtk_window_destroy (message);
}

static gboolean
look_again (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
assert_opens (Fixture *f, const char *uri)
{
  guint source = g_timeout_add (20, look_again, NULL);
  g_autofree char *said = NULL;

  while (!g_file_get_contents (f->said, &said, NULL, NULL) || !g_str_has_suffix (said, "\n"))
    {
      g_clear_pointer (&said, g_free);
      g_assert_null (find_message (f));
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (source);
  g_assert_cmpstr (g_strchomp (said), ==, uri);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->window = GTK_WINDOW (adw_window_new ());
  gtk_window_present (f->window);
  f->pages = g_build_filename (dir, "a build", NULL);
  f->said = g_build_filename (dir, "said", NULL);
  g_remove (f->said);
  g_unsetenv ("FK_HELP_DIR");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (f->window);
  g_free (f->pages);
  g_free (f->said);
}

static void
test_no_pages (Fixture *f, gconstpointer data)
{
  for (const char *const *folder = g_get_system_data_dirs (); *folder != NULL; folder++)
    {
      g_autofree char *installed = g_build_filename (*folder, "help/C/flashkeep", NULL);

      if (g_file_test (installed, G_FILE_TEST_IS_DIR))
        {
          g_test_skip ("Flashkeep is installed here");
          return;
        }
    }
  g_setenv ("FK_HELP_DIR", f->said, TRUE);
  fk_help_show (f->window);
  assert_says (f, "The Help Is Not Installed", "./dev demo");
}

static void
test_of_a_build (Fixture *f, gconstpointer data)
{
  g_autofree char *uri = g_strdup_printf ("ghelp:%s/a%%20build/C/flashkeep", dir);

  put ("<page/>", "a build/C/flashkeep/index.page");
  g_setenv ("FK_HELP_DIR", f->pages, TRUE);
  fk_help_show (f->window);
  assert_opens (f, uri);
}

/* The pages are there, and nothing on this desktop shows them. */
static void
test_no_viewer (Fixture *f, gconstpointer data)
{
  put ("<page/>", "home/help/C/flashkeep/index.page");
  fk_help_show (f->window);
  assert_says (f, "No Help Viewer", "Install the package yelp");
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *home = NULL;
  g_autofree char *viewer = NULL;
  g_autofree char *command = NULL;
  int status;

  dir = g_dir_make_tmp ("fk-help-XXXXXX", &error);
  g_assert_no_error (error);
  home = g_build_filename (dir, "home", NULL);
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_setenv ("XDG_CONFIG_HOME", home, TRUE);
  g_setenv ("XDG_CACHE_HOME", home, TRUE);
  viewer = g_strdup_printf ("[Desktop Entry]\nType=Application\nName=Viewer\n"
                            "Exec=sh -c 'echo \"$1\" >%s/said' sh %%u\n"
                            "MimeType=x-scheme-handler/ghelp;\n",
                            dir);
  put (viewer, "home/applications/viewer.desktop");
  put ("[Default Applications]\nx-scheme-handler/ghelp=viewer.desktop\n", "home/mimeapps.list");

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/help/no-pages", Fixture, NULL, set_up, test_no_pages, tear_down);
  g_test_add ("/help/of-a-build", Fixture, NULL, set_up, test_of_a_build, tear_down);
  g_test_add ("/help/no-viewer", Fixture, NULL, set_up, test_no_viewer, tear_down);
  status = g_test_run ();
  command = g_strdup_printf ("rm -rf '%s'", dir);
  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
  g_free (dir);
  return status;
}
