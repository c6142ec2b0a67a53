/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The page of a board, in process, on simulated boards: what is known of the chip, and what follows
 * from what was done with it. */

#include "config.h"

#include <adwaita.h>
#include <glib/gstdio.h>

#include "base/fk-error.h"
#include "dialogs/fk-backup-chooser.h"
#include "dialogs/fk-backup-picker.h"
#include "fk-backup-group.h"
#include "fk-board-check.h"
#include "fk-board-twins.h"
#include "fk-connect-check.h"
#include "fk-deed.h"
#include "fk-settings.h"
#include "chip/fk-chip-db.h"
#include "image/fk-image.h"
#include "job/fk-backup-image.h"
#include "job/fk-jobs.h"
#include "pages/fk-board-page.h"
#include "probe/fk-probe-list.h"
#include "sim/fk-sim.h"

#define PATIENCE_S 60 /* others use the machine, too */

typedef struct
{
  char *folder;
  FkLibraryModel *library;
  FkSimBoard *sim;
  FkProbe *probe;
  FkBoard *board;
  FkBoardCheck *check;
  GtkWidget *page;
  GtkWidget *window;
  GError *error; /* of the last job */
  gboolean done;
} Bench;

static gboolean
wake_up (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
wait_until (gboolean (*is_so) (Bench *bench), Bench *bench)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;
  guint alarm = g_timeout_add (100, wake_up, NULL);

  while (!is_so (bench))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (alarm);
}

static gboolean
is_ready (Bench *bench)
{
  return fk_board_get_state (bench->board) == FK_BOARD_READY;
}

static gboolean
has_use (Bench *bench)
{
  return fk_board_check_get_use (bench->check) != NULL;
}

static gboolean
is_done (Bench *bench)
{
  return bench->done;
}

static void
set_up (Bench *bench, gconstpointer specification)
{
  g_autoptr (FkLibrary) library = NULL;
  g_autoptr (GError) error = NULL;

  bench->folder = g_dir_make_tmp ("fk-board-XXXXXX", &error);
  g_assert_no_error (error);
  library = fk_library_new (bench->folder);
  bench->library = fk_library_model_new (library);
  bench->sim = fk_sim_board_new (specification, &error);
  g_assert_no_error (error);
  bench->probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (bench->sim));
  bench->board = fk_board_new (bench->probe, library);
  bench->check = fk_board_check_get (bench->board, bench->library);
  bench->page = GTK_WIDGET (fk_board_page_new (bench->board, bench->library));
  bench->window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (bench->window), 800, 700);
  adw_window_set_content (ADW_WINDOW (bench->window), bench->page);
  gtk_window_present (GTK_WINDOW (bench->window));
  fk_board_identify (bench->board);
  wait_until (is_ready, bench);
  gtk_test_widget_wait_for_draw (bench->window);
}

static void
remove_folder (const char *path)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", path);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

static void
tear_down (Bench *bench, gconstpointer specification)
{
  gtk_window_destroy (GTK_WINDOW (bench->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (bench->board);
  g_object_unref (bench->probe);
  g_object_unref (bench->sim);
  g_object_unref (bench->library);
  remove_folder (bench->folder);
  g_free (bench->folder);
  g_clear_error (&bench->error);
}

static void
on_done (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  Bench *bench = user_data;

  bench->error = error != NULL ? g_error_copy (error) : NULL;
  bench->done = TRUE;
}

/* Takes the job over. */
static void
run (Bench *bench, FkJob *job)
{
  bench->done = FALSE;
  g_clear_error (&bench->error);
  fk_board_run (bench->board, job, on_done, bench, NULL);
  wait_until (is_done, bench);
  g_object_unref (job);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Bench *bench = user_data;

  fk_board_check_run_finish (FK_BOARD_CHECK (source), result, &bench->error);
  bench->done = TRUE;
}

static void
check (Bench *bench, FkBackup *backup, FkCheckDepth depth)
{
  bench->done = FALSE;
  g_clear_error (&bench->error);
  fk_board_check_run_async (bench->check, backup, depth, on_checked, bench);
  wait_until (is_done, bench);
}

static FkBackup *
back_up (Bench *bench)
{
  FkBackup *backup;

  run (bench, fk_backup_job_new ("Kept", NULL));
  g_assert_no_error (bench->error);
  backup = g_object_ref (fk_board_check_get_backup (bench->check));
  fk_library_model_refresh (bench->library);
  return backup;
}

/* Four bytes somewhere in the last sector of the creator-pro's program. */
static void
write_bytes (Bench *bench)
{
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (fk_image_add_data (image, 0x08021000, (const guint8 *)"\1\2\3\4", 4, &error));
  g_assert_no_error (error);
  run (bench, fk_write_job_new (image));
  g_assert_no_error (bench->error);
}

static GtkWidget *
find_named (GtkWidget *widget, const char *id)
{
  GtkWidget *found = GTK_WIDGET (gtk_widget_get_template_child (widget, FK_TYPE_BOARD_PAGE, id));

  g_assert_nonnull (found);
  return found;
}

/* What a backup, a write and a restore teach of whether the chip holds the backup. */
static void
test_verdict (Bench *bench, gconstpointer specification)
{
  g_autoptr (FkBackup) backup = NULL;
  GArray *differences;
  g_autofree char *text = NULL;

  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_UNKNOWN);
  g_assert_null (fk_board_check_get_use (bench->check));
  backup = back_up (bench);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_EQUAL);
  g_assert_null (fk_board_get_way_back (bench->board));
  wait_until (has_use, bench);

  write_bytes (bench);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_DIFFERS);
  g_assert_null (fk_board_check_get_differences (bench->check));
  g_assert_nonnull (fk_board_get_way_back (bench->board));
  g_assert_null (fk_board_check_get_use (bench->check));

  check (bench, backup, FK_CHECK_WHETHER);
  g_assert_no_error (bench->error);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_DIFFERS);
  g_assert_null (fk_board_check_get_differences (bench->check));

  check (bench, backup, FK_CHECK_WHERE);
  g_assert_no_error (bench->error);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_DIFFERS);
  differences = fk_board_check_get_differences (bench->check);
  g_assert_nonnull (differences);
  g_assert_cmphex (g_array_index (differences, FkRange, 0).address, >=, 0x08021000);
  g_assert_cmphex (g_array_index (differences, FkRange, 0).address, <, 0x08021004);
  text = fk_board_check_describe (bench->check);
  g_assert_nonnull (strstr (text, "in 1 sector, from 0x0802100"));
  g_assert_nonnull (fk_board_check_get_use (bench->check));

  run (bench, fk_restore_job_new (backup));
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
  return gtk_widget_get_mapped (find_named (bench->page, "name_row"));
}

/* A backup that was just made is given a name where it was made, and whoever made it can type. */
static void
test_name (Bench *bench, gconstpointer specification)
{
  GtkWidget *row = find_named (bench->page, "name_row");

  gtk_widget_grab_focus (find_named (bench->page, "backup_button"));
  gtk_widget_activate_action (bench->page, "board.backup", NULL);
  wait_until (is_name_offered, bench);
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (gtk_widget_get_root (row)), row));
  gtk_editable_set_text (GTK_EDITABLE (row), " Printer in the cellar ");
  g_signal_emit_by_name (row, "apply");
  wait_until (is_named, bench);
  g_assert_false (gtk_widget_get_mapped (row));
}

static gboolean
is_second_offered (Bench *bench)
{
  return is_named (bench) && is_name_offered (bench) && is_ready (bench);
}

/* A name that was typed and not applied is kept, also by the next backup, which has no name yet. */
static void
test_name_typed (Bench *bench, gconstpointer specification)
{
  GtkWidget *row = find_named (bench->page, "name_row");

  gtk_widget_activate_action (bench->page, "board.backup", NULL);
  wait_until (is_name_offered, bench);
  gtk_editable_set_text (GTK_EDITABLE (row), "Printer in the cellar");
  gtk_widget_activate_action (bench->page, "board.backup", NULL);
  g_assert_false (gtk_widget_get_mapped (row));
  wait_until (is_second_offered, bench);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (row)), ==, "");
  g_assert_true (gtk_widget_is_sensitive (row));
}

/* The same for whoever leaves the page. */
static void
test_name_left (Bench *bench, gconstpointer specification)
{
  gtk_widget_activate_action (bench->page, "board.backup", NULL);
  wait_until (is_name_offered, bench);
  gtk_editable_set_text (GTK_EDITABLE (find_named (bench->page, "name_row")),
                         "Printer in the cellar");
  gtk_widget_set_visible (bench->page, FALSE);
  wait_until (is_named, bench);
}

/* The wires are moved to another chip: nothing of what was known is said of that one. */
static void
test_other_chip (Bench *bench, gconstpointer specification)
{
  static const guint8 uid[12] = { 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2 };
  g_autoptr (FkBackup) backup = back_up (bench);

  write_bytes (bench);
  check (bench, backup, FK_CHECK_WHERE);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_DIFFERS);
  g_assert_nonnull (fk_board_check_get_use (bench->check));
  g_assert_nonnull (fk_board_get_way_back (bench->board));

  /* RM0090, "Unique device ID register" */
  g_assert_true (fk_sim_board_poke (bench->sim, 0x1fff7a10, uid, sizeof uid));
  run (bench, fk_info_job_new ());
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
  g_autoptr (FkBackup) backup = back_up (bench);

  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_EQUAL);
  run (bench, fk_options_job_new (NULL, FALSE));
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_EQUAL);
  run (bench, fk_options_job_new (change, FALSE));
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
  run (bench, restore);
  g_assert_no_error (bench->error);
  check (bench, backup, FK_CHECK_WHETHER);
  g_assert_no_error (bench->error);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_EQUAL);
}

/* The offer to undo stands until the next change, whatever else is done meanwhile. */
static void
test_undo_stays (Bench *bench, gconstpointer specification)
{
  GtkWidget *undo = find_named (bench->page, "undo_button");
  FkBackup *way_back;
  FkJob *plan;

  g_assert_false (gtk_widget_get_visible (undo));
  write_bytes (bench);
  way_back = fk_board_get_way_back (bench->board);
  g_assert_nonnull (way_back);
  g_assert_true (gtk_widget_get_visible (undo));
  run (bench, fk_read_job_new_flash ());
  run (bench, fk_info_job_new ());
  run (bench, fk_reset_job_new ());
  plan = fk_erase_job_new_all ();
  fk_change_job_set_plan_only (FK_CHANGE_JOB (plan), TRUE);
  run (bench, plan);
  g_assert_no_error (bench->error);
  g_assert_true (fk_board_get_way_back (bench->board) == way_back);
  g_assert_true (gtk_widget_get_visible (undo));

  run (bench, fk_erase_job_new_all ());
  g_assert_no_error (bench->error);
  g_assert_nonnull (fk_board_get_way_back (bench->board));
  g_assert_true (fk_board_get_way_back (bench->board) != way_back);
  wait_until (has_use, bench);
  g_assert_cmpuint (fk_board_check_get_use (bench->check)->total, ==, 0);
}

/* The focus goes where the buttons went: the page does not run away under the pointer. */
static void
test_focus (Bench *bench, gconstpointer specification)
{
  GtkWidget *button = find_named (bench->page, "backup_button");
  GtkWidget *card = find_named (bench->page, "progress_card");
  g_autoptr (FkJob) job = fk_read_job_new_flash ();
  GtkWidget *focus;

  g_assert_true (gtk_widget_grab_focus (button));
  bench->done = FALSE;
  fk_board_run (bench->board, job, on_done, bench, NULL);
  g_assert_true (gtk_widget_get_visible (card));
  g_assert_false (gtk_widget_get_mapped (button));
  focus = gtk_root_get_focus (GTK_ROOT (bench->window));
  g_assert_nonnull (focus);
  g_assert_true (gtk_widget_is_ancestor (focus, card));
  wait_until (is_done, bench);
  g_assert_true (gtk_root_get_focus (GTK_ROOT (bench->window)) == button);
}

static void
test_open (Bench *bench, gconstpointer specification)
{
  g_assert_false (gtk_widget_get_visible (find_named (bench->page, "hindrance")));
  g_assert_true (gtk_widget_get_visible (find_named (bench->page, "backup_button")));
}

/* No primary button where it could only fail, and the reason in its place. */
static void
test_protected (Bench *bench, gconstpointer specification)
{
  g_autofree char *phrase = NULL;

  g_assert_true (gtk_widget_get_mapped (find_named (bench->page, "hindrance")));
  g_assert_false (gtk_widget_get_mapped (find_named (bench->page, "backup_button")));
  g_assert_true (gtk_widget_is_sensitive (find_named (bench->page, "unlock_button")));
  g_assert_false (gtk_widget_get_mapped (find_named (bench->page, "view_button")));

  run (bench, fk_unlock_job_new ("something else"));
  g_assert_error (bench->error, FK_ERROR, FK_ERROR_NEEDS_PHRASE);
  phrase = fk_unlock_job_make_phrase (fk_identity_get_uid (fk_board_get_identity (bench->board)));
  run (bench, fk_unlock_job_new (phrase));
  g_assert_no_error (bench->error);
  run (bench, fk_info_job_new ());
  g_assert_no_error (bench->error);
  g_assert_false (gtk_widget_get_mapped (find_named (bench->page, "hindrance")));
  g_assert_true (gtk_widget_get_mapped (find_named (bench->page, "backup_button")));
}

/* The menu gives the reason why most of it is greyed. */
static char *
get_menu_heading (Bench *bench)
{
  GMenuModel *menu =
      gtk_menu_button_get_menu_model (GTK_MENU_BUTTON (find_named (bench->page, "more_button")));
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

static GtkWindow *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window) && gtk_widget_get_mapped (GTK_WIDGET (window)))
        return window;
    }
  return NULL;
}

static gboolean
has_dialog (Bench *bench)
{
  return find_dialog () != NULL;
}

static gboolean
has_no_dialog (Bench *bench)
{
  return find_dialog () == NULL;
}

/* The dialog's buttons do these two things. */
static void
answer (Bench *bench, const char *response)
{
  g_autoptr (GtkWindow) dialog = NULL;

  wait_until (has_dialog, bench);
  dialog = g_object_ref (find_dialog ());
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  gtk_window_destroy (dialog);
  wait_until (has_no_dialog, bench);
}

static const char *
get_outcome (Bench *bench)
{
  return gtk_label_get_label (GTK_LABEL (find_named (bench->page, "outcome")));
}

static gboolean
has_outcome (Bench *bench)
{
  return *get_outcome (bench) != '\0';
}

/* Asked, refused, asked again, done; and undone with one more question. */
static void
test_erase_and_back (Bench *bench, gconstpointer specification)
{
  g_autoptr (FkBackup) backup = back_up (bench);

  gtk_widget_activate_action (bench->page, "board.erase", NULL);
  answer (bench, "refuse");
  g_assert_cmpint (fk_board_get_state (bench->board), ==, FK_BOARD_READY);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_EQUAL);

  gtk_widget_activate_action (bench->page, "board.erase", NULL);
  answer (bench, "deed");
  wait_until (has_outcome, bench);
  g_assert_cmpstr (get_outcome (bench), ==, "Erased and verified: the flash is blank.");
  wait_until (is_ready, bench);

  gtk_widget_activate_action (bench->page, "board.undo", NULL);
  answer (bench, "deed");
  wait_until (has_outcome, bench);
  g_assert_true (g_str_has_prefix (get_outcome (bench), "Restored and verified"));
  g_assert_null (strstr (get_outcome (bench), "would"));
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_EQUAL);
  wait_until (is_ready, bench);
}

/* The plan stands, and the board goes: what was agreed to concerns no other board. */
static void
test_gone_while_asked (Bench *bench, gconstpointer specification)
{
  gtk_widget_activate_action (bench->page, "board.erase", NULL);
  wait_until (has_dialog, bench);
  fk_board_unplugged (bench->board);
  answer (bench, "deed");
  g_assert_false (fk_board_is_working (bench->board));
  g_assert_cmpint (fk_board_get_state (bench->board), ==, FK_BOARD_GONE);
  run (bench, fk_read_job_new_flash ());
  g_assert_error (bench->error, FK_ERROR, FK_ERROR_PROBE_LOST);
}

/* Not at once: nothing was erased yet when that begins. */
static void
cancel_when_changing (FkBoard *board)
{
  if (fk_board_is_changing (board) && fk_board_get_fraction (board) > 0.45)
    fk_board_cancel (board);
}

static void
cancel_when_reading (FkBoard *board)
{
  if (fk_board_get_bytes_done (board) > 0 && !fk_board_is_changing (board))
    fk_board_cancel (board);
}

/* Takes the job over, and cancels it at the moment that @canceller waits for.
 * Returns: (transfer full): what the person is told */
static char *
run_and_cancel (Bench *bench, FkJob *job, GCallback canceller)
{
  gulong handler = g_signal_connect (bench->board, "changed", canceller, NULL);
  g_autoptr (FkJob) kept = g_object_ref (job);

  run (bench, job);
  g_signal_handler_disconnect (bench->board, handler);
  g_assert_error (bench->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  return fk_deed_describe (kept, bench->error);
}

/* Cancelled before anything was written: that is said, and no way back is offered from nothing. */
static void
test_cancel_early (Bench *bench, gconstpointer specification)
{
  g_autoptr (FkBackup) backup = back_up (bench);
  g_autofree char *said = NULL;

  said = run_and_cancel (bench, fk_erase_job_new_all (), G_CALLBACK (cancel_when_reading));
  g_assert_cmpstr (said, ==, "Cancelled. The chip was not changed.");
  g_assert_null (fk_board_get_way_back (bench->board));
  check (bench, backup, FK_CHECK_WHETHER);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_EQUAL);
}

/* Cancelled in the middle: the chip is not whole, and everything to mend that is there. */
static void
test_cancel_restore (Bench *bench, gconstpointer specification)
{
  g_autoptr (FkBackup) backup = back_up (bench);
  g_autofree char *said = NULL;

  run (bench, fk_erase_job_new_all ());
  g_assert_no_error (bench->error);
  write_bytes (bench);
  said = run_and_cancel (bench, fk_restore_job_new (backup), G_CALLBACK (cancel_when_changing));
  g_assert_cmpstr (said, ==,
                   "Cancelled while the chip was being written. The board may not start "
                   "until a backup is restored.");
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_UNKNOWN);
  g_assert_nonnull (fk_board_get_way_back (bench->board));
  g_assert_true (gtk_widget_get_visible (find_named (bench->page, "undo_button")));
  run (bench, fk_restore_job_new (backup));
  g_assert_no_error (bench->error);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_EQUAL);
}

static void
pull_when_changing (FkBoard *board, FkSimBoard *sim)
{
  if (fk_board_is_changing (board) && fk_board_get_fraction (board) > 0.45)
    fk_sim_board_set_unplugged (sim, TRUE);
}

/* The cable is pulled in the middle: nothing is claimed of the chip, the way back is there, and
 * when the cable is in again the same restore makes it whole. */
static void
test_pulled (Bench *bench, gconstpointer specification)
{
  g_autoptr (FkBackup) backup = back_up (bench);
  gulong handler;

  /* all of it is to be written: one sector is done before the page has heard of it */
  run (bench, fk_erase_job_new_all ());
  g_assert_no_error (bench->error);
  write_bytes (bench);
  handler = g_signal_connect (bench->board, "changed", G_CALLBACK (pull_when_changing), bench->sim);
  run (bench, fk_restore_job_new (backup));
  g_signal_handler_disconnect (bench->board, handler);
  g_assert_error (bench->error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_UNKNOWN);
  g_assert_nonnull (fk_board_get_way_back (bench->board));
  fk_sim_board_set_unplugged (bench->sim, FALSE);
  run (bench, fk_restore_job_new (backup));
  g_assert_no_error (bench->error);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_EQUAL);
}

static FkBoard *
add_board (GListStore *boards, FkSimBoard *sim)
{
  g_autoptr (FkProbe) probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (sim));
  g_autoptr (FkLibrary) library = fk_library_new (g_get_tmp_dir ());
  g_autoptr (FkBoard) board = fk_board_new (probe, library);
  Bench bench = { .board = board };

  g_list_store_append (boards, board);
  fk_board_twins_update (G_LIST_MODEL (boards));
  run (&bench, fk_info_job_new ());
  g_assert_no_error (bench.error);
  return board;
}

/* Clones of one batch: what they are called tells them apart. */
static void
test_twins (void)
{
  g_autoptr (GListStore) boards = g_list_store_new (FK_TYPE_BOARD);
  g_autoptr (FkSimBoard) sim = fk_sim_board_new ("creator-pro?serial=112233445566778899", NULL);
  g_autoptr (FkSimBoard) twin =
      fk_sim_board_new ("blue-pill?probe=v2&serial=112233445566778899", NULL);
  FkBoard *first = add_board (boards, sim);
  g_autofree char *alone = fk_board_dup_subtitle (first);
  FkBoard *second = add_board (boards, twin);
  g_autofree char *a = fk_board_dup_subtitle (first);
  g_autofree char *b = fk_board_dup_subtitle (second);
  g_autofree char *again = NULL;

  g_assert_true (g_str_has_suffix (alone, "778899"));
  g_assert_cmpstr (a, !=, b);
  g_list_store_remove (boards, 1);
  fk_board_twins_update (G_LIST_MODEL (boards));
  again = fk_board_dup_subtitle (first);
  g_assert_cmpstr (again, ==, alone);
}

typedef struct
{
  gboolean changing;
  gboolean cannot_cancel;
  gboolean can_cancel;
} Seen;

static void
on_changed (FkBoard *board, Seen *seen)
{
  if (!fk_board_is_working (board))
    return;
  seen->changing = seen->changing || fk_board_is_changing (board);
  if (fk_board_can_cancel (board))
    seen->can_cancel = TRUE;
  else
    seen->cannot_cancel = TRUE;
}

static Seen
run_and_see (Bench *bench, FkJob *job)
{
  Seen seen = { FALSE, FALSE, FALSE };
  gulong handler = g_signal_connect (bench->board, "changed", G_CALLBACK (on_changed), &seen);

  run (bench, job);
  g_signal_handler_disconnect (bench->board, handler);
  g_assert_no_error (bench->error);
  return seen;
}

/* Whoever thinks of cancelling is told what that means at each moment. */
static void
test_cancel_hints (Bench *bench, gconstpointer specification)
{
  Seen seen = run_and_see (bench, fk_backup_job_new (NULL, NULL));

  g_assert_true (seen.can_cancel);
  g_assert_false (seen.cannot_cancel);
  g_assert_false (seen.changing);
  seen = run_and_see (bench, fk_erase_job_new_all ());
  g_assert_true (seen.can_cancel);
  g_assert_true (seen.changing);
}

static void
test_unlock_cannot_stop (Bench *bench, gconstpointer specification)
{
  g_autofree char *phrase =
      fk_unlock_job_make_phrase (fk_identity_get_uid (fk_board_get_identity (bench->board)));
  Seen seen = run_and_see (bench, fk_unlock_job_new (phrase));

  g_assert_true (seen.cannot_cancel);
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
  g_autoptr (FkBackup) own = back_up (bench);
  g_autoptr (FkBackup) chosen = NULL;
  g_autoptr (FkBackupGroup) first = NULL;
  FkBackupChooser *chooser;
  GtkListView *view;

  twin.sim = fk_sim_board_new ("creator-pro?uid=112233445566778899aabbcc", NULL);
  twin.probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (twin.sim));
  twin.board = fk_board_new (twin.probe, fk_library_model_get_library (bench->library));
  run (&twin, fk_info_job_new ());
  g_assert_no_error (twin.error);
  run (&twin, fk_backup_job_new ("Twin", NULL));
  g_assert_no_error (twin.error);
  fk_library_model_refresh (bench->library);
  wait_until (has_two_backups, bench);

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
  g_autoptr (FkBackup) backup = back_up (bench);

  wait_until (has_backup, bench);
  write_bytes (bench);
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
  wait_until (is_ready, bench);
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
  wait_until (is_known_to_differ, bench);
  wait_until (is_ready, bench);
  g_settings_reset (settings, FK_SETTINGS_CHECK_ON_CONNECT);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/board/open", Bench, "creator-pro", set_up, test_open, tear_down);
  g_test_add ("/board/verdict", Bench, "creator-pro", set_up, test_verdict, tear_down);
  g_test_add ("/board/name", Bench, "blue-pill", set_up, test_name, tear_down);
  g_test_add ("/board/name-typed", Bench, "blue-pill", set_up, test_name_typed, tear_down);
  g_test_add ("/board/name-left", Bench, "blue-pill", set_up, test_name_left, tear_down);
  g_test_add ("/board/other-chip", Bench, "creator-pro", set_up, test_other_chip, tear_down);
  g_test_add ("/board/options-changed", Bench, "creator-pro", set_up, test_options_changed,
              tear_down);
  g_test_add ("/board/gaps", Bench, "creator-pro", set_up, test_gaps, tear_down);
  g_test_add ("/board/undo-stays", Bench, "creator-pro", set_up, test_undo_stays, tear_down);
  g_test_add ("/board/focus", Bench, "creator-pro", set_up, test_focus, tear_down);
  g_test_add ("/board/protected", Bench, "creator-pro?rdp=1", set_up, test_protected, tear_down);
  g_test_add ("/board/menu/open", Bench, "creator-pro", set_up, test_menu_open, tear_down);
  g_test_add ("/board/menu/protected", Bench, "creator-pro?rdp=1", set_up, test_menu_protected,
              tear_down);
  g_test_add ("/board/cancel-hints", Bench, "creator-pro?pace=10", set_up, test_cancel_hints,
              tear_down);
  g_test_add ("/board/unlock-cannot-stop", Bench, "creator-pro?rdp=1&pace=10", set_up,
              test_unlock_cannot_stop, tear_down);
  g_test_add ("/board/erase-and-back", Bench, "creator-pro", set_up, test_erase_and_back,
              tear_down);
  g_test_add ("/board/gone-while-asked", Bench, "creator-pro", set_up, test_gone_while_asked,
              tear_down);
  g_test_add ("/board/cancel-early", Bench, "creator-pro?pace=5", set_up, test_cancel_early,
              tear_down);
  g_test_add ("/board/cancel-restore", Bench, "creator-pro?pace=5", set_up, test_cancel_restore,
              tear_down);
  g_test_add ("/board/pulled", Bench, "creator-pro?pace=5", set_up, test_pulled, tear_down);
  g_test_add_func ("/board/twins", test_twins);
  g_test_add ("/board/chooser", Bench, "creator-pro", set_up, test_chooser, tear_down);
  g_test_add ("/board/connect-check/off", Bench, "creator-pro", set_up, test_connect_check,
              tear_down);
  g_test_add ("/board/connect-check/on", Bench, "creator-pro", set_up, test_connect_check_wanted,
              tear_down);
  return g_test_run ();
}
