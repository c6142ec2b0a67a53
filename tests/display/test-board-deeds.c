/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is done with a board from its page, in process, on simulated boards: asked for, cancelled,
 * broken off. */

#include "config.h"

#include "board-bench.h"

#include "base/fk-error.h"
#include "fk-board-twins.h"
#include "fk-deed.h"
#include "job/fk-jobs.h"
#include "probe/fk-probe-list.h"

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

  bench_wait_until (has_dialog, bench);
  dialog = g_object_ref (find_dialog ());
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  gtk_window_destroy (dialog);
  bench_wait_until (has_no_dialog, bench);
}

static const char *
get_outcome (Bench *bench)
{
  return gtk_label_get_label (GTK_LABEL (bench_find_named (bench->page, "outcome")));
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
  g_autoptr (FkBackup) backup = bench_back_up (bench);

  gtk_widget_activate_action (bench->page, "board.erase", NULL);
  answer (bench, "refuse");
  g_assert_cmpint (fk_board_get_state (bench->board), ==, FK_BOARD_READY);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_EQUAL);

  gtk_widget_activate_action (bench->page, "board.erase", NULL);
  answer (bench, "deed");
  bench_wait_until (has_outcome, bench);
  g_assert_cmpstr (get_outcome (bench), ==, "Erased and verified: the flash is blank.");
  bench_wait_until (bench_is_ready, bench);

  gtk_widget_activate_action (bench->page, "board.undo", NULL);
  answer (bench, "deed");
  bench_wait_until (has_outcome, bench);
  g_assert_true (g_str_has_prefix (get_outcome (bench), "Restored and verified"));
  g_assert_null (strstr (get_outcome (bench), "would"));
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_EQUAL);
  bench_wait_until (bench_is_ready, bench);
}

/* The plan stands, and the board goes: what was agreed to concerns no other board. */
static void
test_gone_while_asked (Bench *bench, gconstpointer specification)
{
  gtk_widget_activate_action (bench->page, "board.erase", NULL);
  bench_wait_until (has_dialog, bench);
  fk_board_unplugged (bench->board);
  answer (bench, "deed");
  g_assert_false (fk_board_is_working (bench->board));
  g_assert_cmpint (fk_board_get_state (bench->board), ==, FK_BOARD_GONE);
  bench_run (bench, fk_read_job_new_flash ());
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

  bench_run (bench, job);
  g_signal_handler_disconnect (bench->board, handler);
  g_assert_error (bench->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  return fk_deed_describe (kept, bench->error);
}

/* Cancelled before anything was written: that is said, and no way back is offered from nothing. */
static void
test_cancel_early (Bench *bench, gconstpointer specification)
{
  g_autoptr (FkBackup) backup = bench_back_up (bench);
  g_autofree char *said = NULL;

  said = run_and_cancel (bench, fk_erase_job_new_all (), G_CALLBACK (cancel_when_reading));
  g_assert_cmpstr (said, ==, "Cancelled. The chip was not changed.");
  g_assert_null (fk_board_get_way_back (bench->board));
  bench_check (bench, backup, FK_CHECK_WHETHER);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_EQUAL);
}

/* Cancelled in the middle: the chip is not whole, and everything to mend that is there. */
static void
test_cancel_restore (Bench *bench, gconstpointer specification)
{
  g_autoptr (FkBackup) backup = bench_back_up (bench);
  g_autofree char *said = NULL;

  bench_run (bench, fk_erase_job_new_all ());
  g_assert_no_error (bench->error);
  bench_write_bytes (bench);
  said = run_and_cancel (bench, fk_restore_job_new (backup), G_CALLBACK (cancel_when_changing));
  g_assert_cmpstr (said, ==,
                   "Cancelled while the chip was being written. The board may not start "
                   "until a backup is restored.");
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_UNKNOWN);
  g_assert_nonnull (fk_board_get_way_back (bench->board));
  g_assert_true (gtk_widget_get_visible (bench_find_named (bench->page, "undo_button")));
  bench_run (bench, fk_restore_job_new (backup));
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
  g_autoptr (FkBackup) backup = bench_back_up (bench);
  gulong handler;

  /* all of it is to be written: one sector is done before the page has heard of it */
  bench_run (bench, fk_erase_job_new_all ());
  g_assert_no_error (bench->error);
  bench_write_bytes (bench);
  handler = g_signal_connect (bench->board, "changed", G_CALLBACK (pull_when_changing), bench->sim);
  bench_run (bench, fk_restore_job_new (backup));
  g_signal_handler_disconnect (bench->board, handler);
  g_assert_error (bench->error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_assert_cmpint (fk_board_check_get_verdict (bench->check), ==, FK_CHECK_UNKNOWN);
  g_assert_nonnull (fk_board_get_way_back (bench->board));
  fk_sim_board_set_unplugged (bench->sim, FALSE);
  bench_run (bench, fk_restore_job_new (backup));
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
  bench_run (&bench, fk_info_job_new ());
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

  bench_run (bench, job);
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

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/board/cancel-hints", Bench, "creator-pro?pace=10", bench_set_up, test_cancel_hints,
              bench_tear_down);
  g_test_add ("/board/unlock-cannot-stop", Bench, "creator-pro?rdp=1&pace=10", bench_set_up,
              test_unlock_cannot_stop, bench_tear_down);
  g_test_add ("/board/erase-and-back", Bench, "creator-pro", bench_set_up, test_erase_and_back,
              bench_tear_down);
  g_test_add ("/board/gone-while-asked", Bench, "creator-pro", bench_set_up, test_gone_while_asked,
              bench_tear_down);
  g_test_add ("/board/cancel-early", Bench, "creator-pro?pace=5", bench_set_up, test_cancel_early,
              bench_tear_down);
  g_test_add ("/board/cancel-restore", Bench, "creator-pro?pace=5", bench_set_up,
              test_cancel_restore, bench_tear_down);
  g_test_add ("/board/pulled", Bench, "creator-pro?pace=5", bench_set_up, test_pulled,
              bench_tear_down);
  g_test_add_func ("/board/twins", test_twins);
  return g_test_run ();
}
