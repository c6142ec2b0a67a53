/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The page of a board, in process, on simulated boards: what is known of the chip, and what follows
 * from what was done with it. */

#include "config.h"

#include "board-bench.h"

#include "base/fk-error.h"
#include "dialogs/fk-backup-chooser.h"
#include "dialogs/fk-backup-picker.h"
#include "fk-backup-group.h"
#include "fk-connect-check.h"
#include "fk-settings.h"
#include "chip/fk-chip-db.h"
#include "image/fk-image.h"
#include "job/fk-backup-image.h"
#include "job/fk-jobs.h"
#include "probe/fk-probe-list.h"

/* What a backup, a write and a restore teach of whether the chip holds the backup. */
static void
test_verdict (Bench *bench, gconstpointer specification)
{
  g_autoptr (FkBackup) backup = NULL;
  GArray *differences;
  g_autofree char *text = NULL;

  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_UNKNOWN);
  g_assert_null (fk_board_check_get_use (bench->check));
  backup = bench_back_up (bench);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_EQUAL);
  g_assert_null (fk_board_get_way_back (bench->board));
  bench_wait_until (bench_has_use, bench);

  bench_write_bytes (bench);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_DIFFERS);
  g_assert_null (fk_board_check_get_differences (bench->check));
  g_assert_nonnull (fk_board_get_way_back (bench->board));
  g_assert_null (fk_board_check_get_use (bench->check));

  bench_check (bench, backup, FK_CHECK_WHETHER);
  g_assert_no_error (bench->error);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_DIFFERS);
  g_assert_null (fk_board_check_get_differences (bench->check));

  bench_check (bench, backup, FK_CHECK_WHERE);
  g_assert_no_error (bench->error);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_DIFFERS);
  differences = fk_board_check_get_differences (bench->check);
  g_assert_nonnull (differences);
  g_assert_cmphex (g_array_index (differences, FkRange, 0).address, >=, 0x08021000);
  g_assert_cmphex (g_array_index (differences, FkRange, 0).address, <, 0x08021004);
  text = fk_board_check_describe (bench->check);
  g_assert_nonnull (strstr (text, "in 1 sector, from 0x0802100"));
  g_assert_nonnull (fk_board_check_get_use (bench->check));

  bench_run (bench, fk_restore_job_new (backup));
  g_assert_no_error (bench->error);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_EQUAL);
  g_assert_true (fk_board_check_get_backup (bench->check) == backup);
}

static gboolean
is_named (Bench *bench)
{
  GListModel *backups = fk_library_model_get_backups (bench->library);
  gboolean found = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (backups) && !found; i++)
    {
      g_autoptr (FkBackup) backup = g_list_model_get_item (backups, i);

      found = g_str_equal (fk_backup_get_name (backup), "Printer in the cellar");
    }
  return found;
}

static gboolean
is_name_offered (Bench *bench)
{
  return gtk_widget_get_mapped (bench_find_named (bench->page, "name_row"));
}

/* A backup that was just made is given a name where it was made, and whoever made it can type. */
static void
test_name (Bench *bench, gconstpointer specification)
{
  GtkWidget *row = bench_find_named (bench->page, "name_row");

  gtk_widget_grab_focus (bench_find_named (bench->page, "backup_button"));
  gtk_widget_activate_action (bench->page, "board.backup", NULL);
  bench_wait_until (is_name_offered, bench);
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (gtk_widget_get_root (row)), row));
  gtk_editable_set_text (GTK_EDITABLE (row), " Printer in the cellar ");
  g_signal_emit_by_name (row, "apply");
  bench_wait_until (is_named, bench);
  g_assert_false (gtk_widget_get_mapped (row));
}

static gboolean
is_second_offered (Bench *bench)
{
  return is_named (bench) && is_name_offered (bench) && bench_is_ready (bench);
}

/* A name that was typed and not applied is kept, also by the next backup, which has no name yet. */
static void
test_name_typed (Bench *bench, gconstpointer specification)
{
  GtkWidget *row = bench_find_named (bench->page, "name_row");

  gtk_widget_activate_action (bench->page, "board.backup", NULL);
  bench_wait_until (is_name_offered, bench);
  gtk_editable_set_text (GTK_EDITABLE (row), "Printer in the cellar");
  gtk_widget_activate_action (bench->page, "board.backup", NULL);
  g_assert_false (gtk_widget_get_mapped (row));
  bench_wait_until (is_second_offered, bench);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (row)), ==, "");
  g_assert_true (gtk_widget_is_sensitive (row));
}

/* The same for whoever leaves the page. */
static void
test_name_left (Bench *bench, gconstpointer specification)
{
  gtk_widget_activate_action (bench->page, "board.backup", NULL);
  bench_wait_until (is_name_offered, bench);
  gtk_editable_set_text (GTK_EDITABLE (bench_find_named (bench->page, "name_row")),
                         "Printer in the cellar");
  gtk_widget_set_visible (bench->page, FALSE);
  bench_wait_until (is_named, bench);
}

/* The wires are moved to another chip: nothing of what was known is said of that one. */
static void
test_other_chip (Bench *bench, gconstpointer specification)
{
  static const guint8 uid[12] = { 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2 };
  g_autoptr (FkBackup) backup = bench_back_up (bench);

  bench_write_bytes (bench);
  bench_check (bench, backup, FK_CHECK_WHERE);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_DIFFERS);
  g_assert_nonnull (fk_board_check_get_use (bench->check));
  g_assert_nonnull (fk_board_get_way_back (bench->board));

  /* RM0090, "Unique device ID register" */
  g_assert_true (fk_sim_board_poke (bench->sim, 0x1fff7a10, uid, sizeof uid));
  bench_run (bench, fk_info_job_new ());
  g_assert_no_error (bench->error);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_UNKNOWN);
  g_assert_null (fk_board_check_get_use (bench->check));
  g_assert_null (fk_board_check_get_differences (bench->check));
  g_assert_null (fk_board_get_way_back (bench->board));
}

/* Option bytes are part of a backup: after a change it is not known whether the chip holds it. */
static void
test_options_changed (Bench *bench, gconstpointer specification)
{
  static const char *const change[] = { "WDG_SW=0", NULL };
  g_autoptr (FkBackup) backup = bench_back_up (bench);

  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_EQUAL);
  bench_run (bench, fk_options_job_new (NULL, FALSE));
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_EQUAL);
  bench_run (bench, fk_options_job_new (change, FALSE));
  g_assert_no_error (bench->error);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_UNKNOWN);
}

/* What an imported file leaves out is not compared, and not seen as blank. */
static void
test_gaps (Bench *bench, gconstpointer specification)
{
  static const guint8 byte = 0x5a;
  const FkChipDesc *chip = fk_chip_db_find_part (fk_chip_db_get_default (), "STM32F405RG", NULL);
  g_autoptr (FkLibrary) library = fk_library_new (bench->folder);
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (FkBackup) backup = NULL;
  g_autoptr (GError) error = NULL;
  FkJob *restore;

  g_assert_true (fk_image_add_data (image, 0x08000000, &byte, 1, &error));
  g_assert_true (fk_image_add_data (image, 0x08030000, &byte, 1, &error));
  backup =
      fk_backup_image_import (library, image, chip, 1 << 20, "two", "two.hex", NULL, NULL, &error);
  g_assert_no_error (error);
  restore = fk_restore_job_new (backup);
  fk_restore_job_set_any_chip (FK_RESTORE_JOB (restore), TRUE);
  bench_run (bench, restore);
  g_assert_no_error (bench->error);
  bench_check (bench, backup, FK_CHECK_WHETHER);
  g_assert_no_error (bench->error);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_EQUAL);
}

/* The offer to undo stands until the next change, whatever else is done meanwhile. */
static void
test_undo_stays (Bench *bench, gconstpointer specification)
{
  GtkWidget *undo = bench_find_named (bench->page, "undo_button");
  FkBackup *way_back;
  FkJob *plan;

  g_assert_false (gtk_widget_get_visible (undo));
  bench_write_bytes (bench);
  way_back = fk_board_get_way_back (bench->board);
  g_assert_nonnull (way_back);
  g_assert_true (gtk_widget_get_visible (undo));
  bench_run (bench, fk_read_job_new_flash ());
  bench_run (bench, fk_info_job_new ());
  bench_run (bench, fk_reset_job_new ());
  plan = fk_erase_job_new_all ();
  fk_change_job_set_plan_only (FK_CHANGE_JOB (plan), TRUE);
  bench_run (bench, plan);
  g_assert_no_error (bench->error);
  g_assert_true (fk_board_get_way_back (bench->board) == way_back);
  g_assert_true (gtk_widget_get_visible (undo));

  bench_run (bench, fk_erase_job_new_all ());
  g_assert_no_error (bench->error);
  g_assert_nonnull (fk_board_get_way_back (bench->board));
  g_assert_true (fk_board_get_way_back (bench->board) != way_back);
  bench_wait_until (bench_has_use, bench);
  g_assert_cmpuint (fk_board_check_get_use (bench->check)->total, ==, 0);
}

/* The focus goes where the buttons went: the page does not run away under the pointer. */
static void
test_focus (Bench *bench, gconstpointer specification)
{
  GtkWidget *button = bench_find_named (bench->page, "backup_button");
  GtkWidget *card = bench_find_named (bench->page, "progress_card");
  g_autoptr (FkJob) job = fk_read_job_new_flash ();
  GtkWidget *focus;

  g_assert_true (gtk_widget_grab_focus (button));
  bench_begin (bench, job);
  g_assert_true (gtk_widget_get_visible (card));
  g_assert_false (gtk_widget_get_mapped (button));
  focus = gtk_root_get_focus (GTK_ROOT (bench->window));
  g_assert_nonnull (focus);
  g_assert_true (gtk_widget_is_ancestor (focus, card));
  bench_wait_until (bench_is_done, bench);
  g_assert_true (gtk_root_get_focus (GTK_ROOT (bench->window)) == button);
}

static void
test_open (Bench *bench, gconstpointer specification)
{
  g_assert_false (gtk_widget_get_visible (bench_find_named (bench->page, "hindrance")));
  g_assert_true (gtk_widget_get_visible (bench_find_named (bench->page, "backup_button")));
}

/* No primary button where it could only fail, and the reason in its place. */
static void
test_protected (Bench *bench, gconstpointer specification)
{
  g_autofree char *phrase = NULL;

  g_assert_true (gtk_widget_get_mapped (bench_find_named (bench->page, "hindrance")));
  g_assert_false (gtk_widget_get_mapped (bench_find_named (bench->page, "backup_button")));
  g_assert_true (gtk_widget_is_sensitive (bench_find_named (bench->page, "unlock_button")));
  g_assert_false (gtk_widget_get_mapped (bench_find_named (bench->page, "view_button")));

  bench_run (bench, fk_unlock_job_new ("something else"));
  g_assert_error (bench->error, FK_ERROR, FK_ERROR_NEEDS_PHRASE);
  phrase = fk_unlock_job_make_phrase (fk_identity_get_uid (fk_board_get_identity (bench->board)));
  bench_run (bench, fk_unlock_job_new (phrase));
  g_assert_no_error (bench->error);
  bench_run (bench, fk_info_job_new ());
  g_assert_no_error (bench->error);
  g_assert_false (gtk_widget_get_mapped (bench_find_named (bench->page, "hindrance")));
  g_assert_true (gtk_widget_get_mapped (bench_find_named (bench->page, "backup_button")));
}

/* Where there is no way to open the chip none is offered: an H5 opens by ST's debug authentication
 * alone, and nothing is written to a clone. */
static void
test_protected_for_us (Bench *bench, gconstpointer specification)
{
  g_assert_true (gtk_widget_get_visible (bench_find_named (bench->page, "hindrance")));
  g_assert_false (gtk_widget_get_visible (bench_find_named (bench->page, "unlock_button")));
}

/* The menu gives the reason why most of it is greyed. */
static char *
get_menu_heading (Bench *bench)
{
  GMenuModel *menu = gtk_menu_button_get_menu_model (
      GTK_MENU_BUTTON (bench_find_named (bench->page, "more_button")));
  char *heading = NULL;

  g_menu_model_get_item_attribute (menu, 0, G_MENU_ATTRIBUTE_LABEL, "s", &heading);
  return heading;
}

static void
test_menu_open (Bench *bench, gconstpointer specification)
{
  g_autofree char *heading = get_menu_heading (bench);

  g_assert_null (heading);
}

static void
test_menu_protected (Bench *bench, gconstpointer specification)
{
  g_autofree char *heading = get_menu_heading (bench);

  g_assert_cmpstr (heading, ==, "The chip is read-protected");
}

static gboolean
has_two_backups (Bench *bench)
{
  return g_list_model_get_n_items (fk_library_model_get_backups (bench->library)) == 2;
}

static void
on_backup_chosen (FkBackupChooser *chooser, FkBackup *backup, FkBackup **chosen)
{
  *chosen = g_object_ref (backup);
}

static GtkListView *
get_view (FkBackupChooser *chooser)
{
  GObject *picker =
      gtk_widget_get_template_child (GTK_WIDGET (chooser), FK_TYPE_BACKUP_CHOOSER, "picker");

  return GTK_LIST_VIEW (
      gtk_widget_get_template_child (GTK_WIDGET (picker), FK_TYPE_BACKUP_PICKER, "view"));
}

/* The backups of this very board come first, though that of its twin is newer; other chips' are not
 * offered. */
static void
test_chooser (Bench *bench, gconstpointer specification)
{
  Bench twin = { NULL };
  FkIdentity *identity = fk_board_get_identity (bench->board);
  g_autoptr (FkBackup) own = bench_back_up (bench);
  g_autoptr (FkBackup) chosen = NULL;
  g_autoptr (FkBackupGroup) first = NULL;
  FkBackupChooser *chooser;
  GtkListView *view;

  twin.sim = fk_sim_board_new ("creator-pro?uid=112233445566778899aabbcc", NULL);
  twin.probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (twin.sim));
  twin.board = fk_board_new (twin.probe, fk_library_model_get_library (bench->library));
  bench_run (&twin, fk_info_job_new ());
  g_assert_no_error (twin.error);
  bench_run (&twin, fk_backup_job_new ("Twin", NULL));
  g_assert_no_error (twin.error);
  fk_library_model_refresh (bench->library);
  bench_wait_until (has_two_backups, bench);

  chooser = fk_backup_chooser_new (NULL, bench->library, "Restore From",
                                   fk_chip_get_name (fk_identity_get_chip (identity)),
                                   fk_identity_get_uid (identity));
  view = get_view (chooser);
  first = g_list_model_get_item (G_LIST_MODEL (gtk_list_view_get_model (view)), 0);
  g_assert_cmpstr (fk_backup_group_get_uid (first), ==, fk_identity_get_uid (identity));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (view))), ==,
                    4);
  g_signal_connect (chooser, "backup-chosen", G_CALLBACK (on_backup_chosen), &chosen);
  gtk_window_present (GTK_WINDOW (chooser));
  g_signal_emit_by_name (view, "activate", 1);
  g_assert_cmpstr (fk_backup_get_id (chosen), ==, fk_backup_get_id (own));

  chooser = fk_backup_chooser_new (NULL, bench->library, "Restore From", "STM32F103x8", "00");
  view = get_view (chooser);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (view))), ==,
                    0);
  gtk_window_destroy (GTK_WINDOW (chooser));

  g_object_unref (twin.board);
  g_object_unref (twin.probe);
  g_object_unref (twin.sim);
}

static gboolean
has_backup (Bench *bench)
{
  return g_list_model_get_n_items (fk_library_model_get_backups (bench->library)) > 0;
}

static gboolean
is_known_to_differ (Bench *bench)
{
  return fk_board_check_get_verdict (bench->check) == FK_CHECK_DIFFERS;
}

/* A board that is plugged in again, with something else on it since its backup. */
static void
plug_in_again (Bench *bench)
{
  g_autoptr (FkBackup) backup = bench_back_up (bench);

  bench_wait_until (has_backup, bench);
  bench_write_bytes (bench);
  gtk_window_destroy (GTK_WINDOW (bench->window));
  g_object_unref (bench->board);
  bench->board = fk_board_new (bench->probe, fk_library_model_get_library (bench->library));
  bench->check = fk_board_check_get (bench->board, bench->library);
  bench->window = adw_window_new ();
}

/* What a person set is done, and nothing unless it is set. */
static void
test_connect_check (Bench *bench, gconstpointer specification)
{
  g_autoptr (GSettings) settings = fk_settings_new ();

  plug_in_again (bench);
  g_settings_set_boolean (settings, FK_SETTINGS_CHECK_ON_CONNECT, FALSE);
  fk_connect_check_watch (bench->board, bench->library, settings);
  fk_board_identify (bench->board);
  bench_wait_until (bench_is_ready, bench);
  for (guint i = 0; i < 20; i++)
    {
      g_usleep (10000);
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_UNKNOWN);
}

static void
test_connect_check_wanted (Bench *bench, gconstpointer specification)
{
  g_autoptr (GSettings) settings = fk_settings_new ();

  plug_in_again (bench);
  g_settings_set_boolean (settings, FK_SETTINGS_CHECK_ON_CONNECT, TRUE);
  fk_connect_check_watch (bench->board, bench->library, settings);
  fk_board_identify (bench->board);
  bench_wait_until (is_known_to_differ, bench);
  bench_wait_until (bench_is_ready, bench);
  g_settings_reset (settings, FK_SETTINGS_CHECK_ON_CONNECT);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/board/open", Bench, "creator-pro", bench_set_up, test_open, bench_tear_down);
  g_test_add ("/board/verdict", Bench, "creator-pro", bench_set_up, test_verdict, bench_tear_down);
  g_test_add ("/board/name", Bench, "blue-pill", bench_set_up, test_name, bench_tear_down);
  g_test_add ("/board/name-typed", Bench, "blue-pill", bench_set_up, test_name_typed,
              bench_tear_down);
  g_test_add ("/board/name-left", Bench, "blue-pill", bench_set_up, test_name_left,
              bench_tear_down);
  g_test_add ("/board/other-chip", Bench, "creator-pro", bench_set_up, test_other_chip,
              bench_tear_down);
  g_test_add ("/board/options-changed", Bench, "creator-pro", bench_set_up, test_options_changed,
              bench_tear_down);
  g_test_add ("/board/gaps", Bench, "creator-pro", bench_set_up, test_gaps, bench_tear_down);
  g_test_add ("/board/undo-stays", Bench, "creator-pro", bench_set_up, test_undo_stays,
              bench_tear_down);
  g_test_add ("/board/focus", Bench, "creator-pro", bench_set_up, test_focus, bench_tear_down);
  g_test_add ("/board/protected", Bench, "creator-pro?rdp=1", bench_set_up, test_protected,
              bench_tear_down);
  g_test_add ("/board/menu/open", Bench, "creator-pro", bench_set_up, test_menu_open,
              bench_tear_down);
  g_test_add ("/board/protected/product-state", Bench, "nucleo-h503?rdp=1", bench_set_up,
              test_protected_for_us, bench_tear_down);
  g_test_add ("/board/protected/clone", Bench, "blue-pill?designer=751&rdp=1", bench_set_up,
              test_protected_for_us, bench_tear_down);
  g_test_add ("/board/menu/protected", Bench, "creator-pro?rdp=1", bench_set_up,
              test_menu_protected, bench_tear_down);
  g_test_add ("/board/chooser", Bench, "creator-pro", bench_set_up, test_chooser, bench_tear_down);
  g_test_add ("/board/connect-check/off", Bench, "creator-pro", bench_set_up, test_connect_check,
              bench_tear_down);
  g_test_add ("/board/connect-check/on", Bench, "creator-pro", bench_set_up,
              test_connect_check_wanted, bench_tear_down);
  return g_test_run ();
}
