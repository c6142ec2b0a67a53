/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A long library is shown bit by bit; what is chosen in it stays chosen. */

#include "config.h"

#include "find-widget.h"
#include "fk-library-pane.h"

#include "library/fk-backup-private.h"

#define MANY 2000u

typedef struct
{
  GListStore *store;
  GtkWidget *window;
  FkLibraryPane *pane;
  GtkSingleSelection *selection;
  guint n_chosen;
} Fixture;

/* Of ten boards; the later, the older. */
static FkBackup *
make_backup (guint number, const char *name)
{
  g_autoptr (GDateTime) start = g_date_time_new_utc (2026, 11, 20, 0, 0, 0);
  g_autoptr (GDateTime) created = g_date_time_add_hours (start, -(int)number);
  g_autofree char *time = g_date_time_format (created, "%Y-%m-%dT%H:%M:%SZ");
  g_autofree char *path = g_strdup_printf ("/library/%u", number);
  g_autofree char *hash = g_strnfill (64, 'a');
  g_autofree char *text = g_strdup_printf (
      "[Backup]\nFormat=1\nName=%s\nCreated=%s\n[Chip]\nName=STM32F405RG\nUID=AA%02u\nDevId=1\n"
      "FlashSize=512\n[Region flash]\nAddress=0x08000000\nSize=512\nFile=flash.bin\nSHA256=%s\n"
      "Verified=crc\n",
      name, time, number % 10, hash);
  g_autoptr (GBytes) ini = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  FkBackup *backup = fk_backup_new_for_ini (path, ini, &error);

  g_assert_no_error (error);
  return backup;
}

static void
on_chosen (Fixture *f)
{
  f->n_chosen++;
}

static gboolean
says (GtkWidget *widget, gconstpointer text)
{
  return GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), text);
}

static gboolean
has_label (GtkWidget *widget, const char *text)
{
  return find_widget (widget, says, text) != NULL;
}

static void
wait_for (Fixture *f, guint n_items)
{
  while (g_list_model_get_n_items (G_LIST_MODEL (f->selection)) != n_items)
    g_main_context_iteration (NULL, TRUE);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) backups = g_ptr_array_new_with_free_func (g_object_unref);
  GtkWidget *list;

  f->store = g_list_store_new (FK_TYPE_BACKUP);
  f->window = gtk_window_new ();
  f->pane = g_object_new (FK_TYPE_LIBRARY_PANE, NULL);
  g_signal_connect_swapped (f->pane, "backup-chosen", G_CALLBACK (on_chosen), f);
  fk_library_pane_set_backups (f->pane, G_LIST_MODEL (f->store));
  gtk_window_set_child (GTK_WINDOW (f->window), GTK_WIDGET (f->pane));
  gtk_window_present (GTK_WINDOW (f->window));
  list = find_widget_of_type (GTK_WIDGET (f->pane), GTK_TYPE_LIST_VIEW);
  f->selection = GTK_SINGLE_SELECTION (gtk_list_view_get_model (GTK_LIST_VIEW (list)));
  for (guint i = 0; i < MANY; i++)
    g_ptr_array_add (backups, make_backup (i, "Printer"));
  g_list_store_splice (f->store, 0, 0, backups->pdata, backups->len);
  wait_for (f, MANY + 10);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_object_unref (f->store);
}

static void
assert_selected (Fixture *f, const char *id)
{
  FkBackup *backup = gtk_single_selection_get_selected_item (f->selection);

  g_assert_nonnull (backup);
  g_assert_cmpstr (fk_backup_get_id (backup), ==, id);
}

/* Waits until the chosen backup is the only one there with its id, at @position. */
static void
wait_for_position (Fixture *f, guint position)
{
  while (gtk_single_selection_get_selected (f->selection) != position)
    g_main_context_iteration (NULL, TRUE);
}

/* Board AA00 is the first, with its newest first. */
static void
test_order (Fixture *f, gconstpointer data)
{
  gtk_single_selection_set_selected (f->selection, 3);
  assert_selected (f, "20");
  g_assert_cmpuint (f->n_chosen, ==, 1);

  /* Now board AA09 is, with its oldest first. */
  gtk_widget_activate_action (GTK_WIDGET (f->pane), "library.order", "s", "oldest");
  wait_for_position (f, MANY + 10 - 3);
  assert_selected (f, "20");
  gtk_widget_activate_action (GTK_WIDGET (f->pane), "library.order", "s", "newest");
  wait_for_position (f, 3);
  assert_selected (f, "20");
  g_assert_cmpuint (f->n_chosen, ==, 1);
}

/* The same backup, called otherwise, is another object. */
static void
test_edited (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) edited = make_backup (1500, "Edited");
  gpointer item = edited;

  gtk_single_selection_set_selected (f->selection, 1 + 150);
  assert_selected (f, "1500");
  g_list_store_splice (f->store, 1500, 1, &item, 1);
  while (gtk_single_selection_get_selected_item (f->selection) != item)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (f->n_chosen, ==, 1);
}

/* What is not found is not chosen, and is again when it is there again. */
static void
test_search (Fixture *f, gconstpointer data)
{
  GtkWidget *search = find_widget_of_type (GTK_WIDGET (f->pane), GTK_TYPE_SEARCH_ENTRY);

  gtk_single_selection_set_selected (f->selection, 5);
  gtk_editable_set_text (GTK_EDITABLE (search), "aa07");
  wait_for (f, MANY / 10 + 1);
  g_assert_null (gtk_single_selection_get_selected_item (f->selection));
  gtk_editable_set_text (GTK_EDITABLE (search), "");
  wait_for (f, MANY + 10);
  wait_for_position (f, 5);
  assert_selected (f, "40");
  g_assert_cmpuint (f->n_chosen, ==, 1);
}

/* Those without a name are told apart; what is of no real board says so. */
static void
test_unnamed (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) unnamed = make_backup (3, "");
  g_autoptr (FkBackup) simulated = make_backup (13, "\n[Probe]\nSimulated=true\n[Backup]");
  gpointer items[] = { unnamed, simulated };

  g_list_store_splice (f->store, 0, MANY, items, G_N_ELEMENTS (items));
  wait_for (f, 3);
  gtk_test_widget_wait_for_draw (f->window);
  g_assert_true (has_label (GTK_WIDGET (f->pane), "19 November 2026, 21:00\n512 bytes · aaaaaaaa"));
  g_assert_true (
      has_label (GTK_WIDGET (f->pane), "19 November 2026, 11:00\n512 bytes · aaaaaaaa\nSimulated"));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/library-pane/order", Fixture, NULL, set_up, test_order, tear_down);
  g_test_add ("/library-pane/edited", Fixture, NULL, set_up, test_edited, tear_down);
  g_test_add ("/library-pane/search", Fixture, NULL, set_up, test_search, tear_down);
  g_test_add ("/library-pane/unnamed", Fixture, NULL, set_up, test_unnamed, tear_down);
  return g_test_run ();
}
