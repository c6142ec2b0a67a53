/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The help pages.  Yelp shows them, and finds those of an installed program by its name; those of
 * a build that is not installed are in the folder that FK_HELP_DIR names, one folder a language as
 * below share/help.  Yelp opens on pages that are not there, too, and shows an empty window: so it
 * is looked first whether they are. */

#include "config.h"

#include "fk-help.h"

#include <glib/gi18n.h>

#include "dialogs/fk-message.h"
#include "widgets/fk-details.h"

#define DOCUMENT "flashkeep"

static char *
find_in_folder (const char *folder)
{
  const char *const *languages = g_get_language_names ();

  for (guint i = 0; languages[i] != NULL; i++)
    {
      g_autofree char *pages = g_build_filename (folder, languages[i], DOCUMENT, NULL);
      g_autofree char *index = g_build_filename (pages, "index.page", NULL);

      if (g_file_test (index, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&pages);
    }
  return NULL;
}

/* Where Yelp looks itself */
static gboolean
is_installed (void)
{
  const char *const *folders = g_get_system_data_dirs ();
  g_autofree char *own = g_build_filename (g_get_user_data_dir (), "help", NULL);
  g_autofree char *own_pages = find_in_folder (own);
  gboolean found = own_pages != NULL;

  for (guint i = 0; folders[i] != NULL && !found; i++)
    {
      g_autofree char *folder = g_build_filename (folders[i], "help", NULL);
      g_autofree char *pages = find_in_folder (folder);

      found = pages != NULL;
    }
  return found;
}

/* Returns what is to be opened; %NULL without an error: there are no pages. */
static void
find_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const char *folder = g_getenv ("FK_HELP_DIR");
  g_autofree char *pages = folder != NULL ? find_in_folder (folder) : NULL;
  g_autofree char *escaped = pages != NULL ? g_uri_escape_string (pages, "/", TRUE) : NULL;
  char *uri = NULL;

  if (escaped != NULL)
    uri = g_strconcat ("ghelp:", escaped, NULL);
  else if (is_installed ())
    uri = g_strdup ("help:" DOCUMENT);
  g_task_return_pointer (task, uri, g_free);
}

static void
on_shown (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!gtk_show_uri_full_finish (GTK_WINDOW (source), result, &error))
    fk_message_show (GTK_WIDGET (source), _ ("No Help Viewer"),
                     _ ("The help pages are shown by Yelp, which is not installed. Install the "
                        "package yelp, then press F1 again. Until then, README.md tells the most "
                        "important of them, and “man flashkeepctl” the command line."),
                     fk_details_new (error->message));
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GtkWindow *window = GTK_WINDOW (source);
  g_autofree char *uri = g_task_propagate_pointer (G_TASK (result), NULL);

  if (uri != NULL)
    gtk_show_uri_full (window, uri, GDK_CURRENT_TIME, NULL, on_shown, NULL);
  else
    fk_message_show (GTK_WIDGET (window), _ ("The Help Is Not Installed"),
                     _ ("This program runs from the folder where it was built, and its help pages "
                        "are not on this computer. “./dev demo” shows them, “meson install” "
                        "installs them, and README.md tells the most important of them."),
                     NULL);
}

/**
 * fk_help_show:
 *
 * Opens the help pages in the viewer of this desktop, or says plainly why that cannot be.
 */
void
fk_help_show (GtkWindow *window)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (GTK_IS_WINDOW (window));

  task = g_task_new (window, NULL, on_found, NULL);
  g_task_run_in_thread (task, find_in_thread);
}
