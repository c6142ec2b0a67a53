/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A copy that was edited is not left by accident, whichever way one leaves: each answer, in the
 * window itself. */

#include "config.h"

#include "find-widget.h"

#include <adwaita.h>
#include <stdio.h>
#include <stdlib.h>

#include "fk-application.h"
#include "fk-settings.h"
#include "fk-window.h"
#include "pages/fk-backup-page.h"
#include "pages/fk-bytes-page-private.h"

#define START 0x08000000
#define SIZE  4096

typedef struct
{
  char *dir;
  FkLibrary *library;
  FkBackup *first;
  FkBackup *second;
  FkWindow *window; /* %NULL once it is closed */
  GtkSingleSelection *backups;
  FkBytesPage *page; /* %NULL once it is gone */
} Fixture;

/* A program has one. */
static FkApplication *application;

static FkBackup *
store (Fixture *f, const char *name)
{
  g_autoptr (FkBackupDraft) draft = fk_backup_draft_new ();
  g_autoptr (GBytes) flash = g_bytes_new_take (g_malloc0 (SIZE), SIZE);
  g_autoptr (GError) error = NULL;
  FkBackup *backup;

  fk_backup_draft_set (draft, "Backup", "Name", name);
  fk_backup_draft_set (draft, "Chip", "DevId", "0x413");
  fk_backup_draft_set (draft, "Chip", "FlashSize", "4096");
  fk_backup_draft_add_region (draft, "flash", START, flash, 0xff, "crc");
  backup = fk_library_store (f->library, draft, NULL, &error);
  g_assert_no_error (error);
  return backup;
}

static void
turn (void)
{
  g_main_context_iteration (NULL, TRUE);
}

/* Where it stands in the list; it comes there in its own time. */
static guint
find_row (Fixture *f, FkBackup *backup)
{
  for (;; turn ())
    for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (f->backups)); i++)
      {
        g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (f->backups), i);

        if (FK_IS_BACKUP (item) &&
            g_str_equal (fk_backup_get_id (FK_BACKUP (item)), fk_backup_get_id (backup)))
          return i;
      }
}

static void
choose (Fixture *f, FkBackup *backup)
{
  gtk_single_selection_set_selected (f->backups, find_row (f, backup));
}

static FkBackup *
get_chosen (Fixture *f)
{
  GObject *item = gtk_single_selection_get_selected_item (f->backups);

  return FK_IS_BACKUP (item) ? FK_BACKUP (item) : NULL;
}

/* A copy of the first backup, with one byte changed. */
static void
edit (Fixture *f)
{
  g_autoptr (GBytes) flash = g_bytes_new_take (g_malloc0 (SIZE), SIZE);
  g_autoptr (FkImage) image = fk_image_new_for_bytes (START, flash, NULL);

  f->page = FK_BYTES_PAGE (fk_bytes_page_new ("Contents", "first", image));
  fk_bytes_page_set_backup (f->page, f->first, fk_window_get_library (f->window));
  fk_window_push (f->window, FK_PAGE (f->page));
  g_object_add_weak_pointer (G_OBJECT (f->page), (gpointer *)&f->page);
  gtk_widget_activate_action (GTK_WIDGET (f->page), "bytes.edit-copy", NULL);
  while (f->page->edit == NULL)
    turn ();
  g_assert_null (f->page->inhibited);
  fk_hex_view_handle_key (f->page->view, 'a', 0);
  fk_hex_view_handle_key (f->page->view, 'b', 0);
  g_assert_true (fk_page_is_unsaved (FK_PAGE (f->page)));
  g_assert_true (f->page->inhibited == GTK_APPLICATION (application));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;

  f->dir = g_dir_make_tmp ("fk-leave-XXXXXX", NULL);
  path = g_build_filename (f->dir, "library", NULL);
  f->library = fk_library_new (path);
  f->first = store (f, "first");
  f->second = store (f, "second");
  g_settings_set_string (fk_application_get_settings (application), FK_SETTINGS_LIBRARY_FOLDER,
                         path);
  g_application_activate (G_APPLICATION (application));
  f->window = FK_WINDOW (gtk_application_get_windows (GTK_APPLICATION (application))->data);
  g_object_add_weak_pointer (G_OBJECT (f->window), (gpointer *)&f->window);
  f->backups = GTK_SINGLE_SELECTION (gtk_list_view_get_model (
      GTK_LIST_VIEW (find_widget_of_type (GTK_WIDGET (f->window), GTK_TYPE_LIST_VIEW))));
  choose (f, f->first);
  edit (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", f->dir);

  if (f->window != NULL)
    gtk_window_destroy (GTK_WINDOW (f->window));
  while (f->window != NULL || f->page != NULL)
    turn ();
  g_object_unref (f->first);
  g_object_unref (f->second);
  g_object_unref (f->library);
  g_assert_cmpint (system (command), ==, 0);
  g_free (f->dir);
}

static AdwMessageDialog *
get_question (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GObject) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window) && gtk_widget_get_visible (GTK_WIDGET (window)))
        return ADW_MESSAGE_DIALOG (window);
    }
  return NULL;
}

static void
answer (const char *response)
{
  AdwMessageDialog *question = get_question ();

  g_assert_nonnull (question);
  g_assert_cmpstr (adw_message_dialog_get_heading (question), ==, "Save the Changes?");
  adw_message_dialog_response (question, response);
  gtk_window_destroy (GTK_WINDOW (question));
}

static void
answer_cancel (void)
{
  answer ("cancel");
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static guint
count_backups (Fixture *f)
{
  g_autoptr (GPtrArray) backups = fk_library_list (f->library, NULL, NULL, NULL);

  return backups->len;
}

/* Whoever keeps on editing finds all as it was: the bytes, the page, and what is chosen. */
static void
check_stayed (Fixture *f)
{
  GtkWidget *stack = gtk_widget_get_ancestor (GTK_WIDGET (f->page), GTK_TYPE_STACK);

  g_assert_nonnull (f->window);
  g_assert_nonnull (f->page);
  g_assert_true (fk_page_is_unsaved (FK_PAGE (f->page)));
  g_assert_true (gtk_stack_get_visible_child (GTK_STACK (stack)) == GTK_WIDGET (f->page));
  g_assert_nonnull (get_chosen (f));
  g_assert_cmpstr (fk_backup_get_name (get_chosen (f)), ==, "first");
  g_assert_cmpuint (count_backups (f), ==, 2);
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  choose (f, f->second);
  answer_cancel ();
  check_stayed (f);
  gtk_window_close (GTK_WINDOW (f->window));
  answer_cancel ();
  check_stayed (f);
  g_action_group_activate_action (G_ACTION_GROUP (application), "quit", NULL);
  answer_cancel ();
  check_stayed (f);
}

/* By the sidebar: what was chosen there is shown then. */
static void
test_discard (Fixture *f, gconstpointer data)
{
  choose (f, f->second);
  answer ("discard");
  while (f->page != NULL)
    turn ();
  g_assert_cmpstr (fk_backup_get_name (get_chosen (f)), ==, "second");
  g_assert_nonnull (find_widget_of_type (GTK_WIDGET (f->window), FK_TYPE_BACKUP_PAGE));
  g_assert_cmpuint (count_backups (f), ==, 2);
}

static void
check_saved (Fixture *f)
{
  g_autoptr (GPtrArray) backups = fk_library_list (f->library, NULL, NULL, NULL);

  g_assert_cmpuint (backups->len, ==, 3);
  for (guint i = 0; i < backups->len; i++)
    {
      FkBackup *backup = g_ptr_array_index (backups, i);
      g_autoptr (GBytes) flash = fk_backup_load_region (backup, "flash", NULL, NULL);

      g_assert_cmphex (*(const guint8 *)g_bytes_get_data (flash, NULL), ==,
                       *fk_backup_get_edited_from (backup) != '\0' ? 0xab : 0);
    }
}

static void
test_save_and_choose (Fixture *f, gconstpointer data)
{
  choose (f, f->second);
  answer ("save");
  while (f->page != NULL)
    turn ();
  check_saved (f);
  g_assert_cmpstr (fk_backup_get_name (get_chosen (f)), ==, "second");
}

static void
test_save_and_close (Fixture *f, gconstpointer data)
{
  gtk_window_close (GTK_WINDOW (f->window));
  answer ("save");
  while (f->window != NULL)
    turn ();
  check_saved (f);
}

static void
test_discard_and_quit (Fixture *f, gconstpointer data)
{
  g_action_group_activate_action (G_ACTION_GROUP (application), "quit", NULL);
  answer ("discard");
  while (f->window != NULL)
    turn ();
  g_assert_cmpuint (count_backups (f), ==, 2);
}

/* Nobody is asked about what is just being saved; the window goes when it is. */
static void
test_close_while_saving (Fixture *f, gconstpointer data)
{
  gtk_widget_activate_action (GTK_WIDGET (f->page), "bytes.save-copy", NULL);
  g_assert_true (f->page->is_saving);
  gtk_window_close (GTK_WINDOW (f->window));
  g_assert_null (get_question ());
  while (f->window != NULL)
    turn ();
  check_saved (f);
}

/* What cannot be saved keeps the window open, and can be saved later. */
static void
test_fail (Fixture *f, gconstpointer data)
{
  const char *path = fk_backup_get_path (f->first);
  g_autofree char *away = g_build_filename (f->dir, "away", NULL);

  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (rename (path, away), ==, 0);
      if (i == 1)
        gtk_widget_activate_action (GTK_WIDGET (f->page), "bytes.save-copy", NULL);
      gtk_window_close (GTK_WINDOW (f->window));
      if (i == 0)
        answer ("save");
      while (f->page->is_saving || get_question () == NULL)
        turn ();
      g_assert_nonnull (f->window);
      g_assert_cmpstr (adw_message_dialog_get_heading (get_question ()), !=, "Save the Changes?");
      gtk_window_close (GTK_WINDOW (get_question ()));
      while (get_question () != NULL)
        turn ();
      g_assert_cmpint (rename (away, path), ==, 0);
      g_assert_true (fk_page_is_unsaved (FK_PAGE (f->page)));
      g_assert_cmpuint (count_backups (f), ==, 2);
    }
  gtk_window_close (GTK_WINDOW (f->window));
  answer ("save");
  while (f->window != NULL)
    turn ();
  check_saved (f);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "/leave/cancel", test_cancel },
    { "/leave/discard", test_discard },
    { "/leave/save-and-choose", test_save_and_choose },
    { "/leave/save-and-close", test_save_and_close },
    { "/leave/discard-and-quit", test_discard_and_quit },
    { "/leave/close-while-saving", test_close_while_saving },
    { "/leave/fail", test_fail },
  };

  g_autoptr (GError) error = NULL;
  int status;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  application = fk_application_new ();
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, &error));
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
