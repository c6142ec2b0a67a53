/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "board-bench.h"

#include "job/fk-jobs.h"
#include "pages/fk-board-page.h"
#include "probe/fk-probe-list.h"

#define PATIENCE_S 60 /* others use the machine, too */

static gboolean
wake_up (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
bench_wait_until (gboolean (*is_so) (Bench *bench), Bench *bench)
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

gboolean
bench_is_ready (Bench *bench)
{
  return fk_board_get_state (bench->board) == FK_BOARD_READY;
}

gboolean
bench_has_use (Bench *bench)
{
  return fk_board_check_get_use (bench->check) != NULL;
}

gboolean
bench_is_done (Bench *bench)
{
  return bench->done;
}

void
bench_set_up (Bench *bench, gconstpointer specification)
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
  bench_wait_until (bench_is_ready, bench);
  gtk_test_widget_wait_for_draw (bench->window);
}

static void
remove_folder (const char *path)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", path);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

void
bench_tear_down (Bench *bench, gconstpointer specification)
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

void
bench_begin (Bench *bench, FkJob *job)
{
  bench->done = FALSE;
  g_clear_error (&bench->error);
  fk_board_run (bench->board, job, on_done, bench, NULL);
}

void
bench_run (Bench *bench, FkJob *job)
{
  bench_begin (bench, job);
  bench_wait_until (bench_is_done, bench);
  g_object_unref (job);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Bench *bench = user_data;

  fk_board_check_run_finish (FK_BOARD_CHECK (source), result, &bench->error);
  bench->done = TRUE;
}

void
bench_check (Bench *bench, FkBackup *backup, FkCheckDepth depth)
{
  bench->done = FALSE;
  g_clear_error (&bench->error);
  fk_board_check_run_async (bench->check, backup, depth, on_checked, bench);
  bench_wait_until (bench_is_done, bench);
}

FkBackup *
bench_back_up (Bench *bench)
{
  FkBackup *backup;

  bench_run (bench, fk_backup_job_new ("Kept", NULL));
  g_assert_no_error (bench->error);
  backup = g_object_ref (fk_board_check_get_backup (bench->check));
  fk_library_model_refresh (bench->library);
  return backup;
}

/* Four bytes somewhere in the last sector of the creator-pro's program. */
void
bench_write_bytes (Bench *bench)
{
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (fk_image_add_data (image, 0x08021000, (const guint8 *)"\1\2\3\4", 4, &error));
  g_assert_no_error (error);
  bench_run (bench, fk_write_job_new (image));
  g_assert_no_error (bench->error);
}

GtkWidget *
bench_find_named (GtkWidget *widget, const char *id)
{
  GtkWidget *found = GTK_WIDGET (gtk_widget_get_template_child (widget, FK_TYPE_BOARD_PAGE, id));

  g_assert_nonnull (found);
  return found;
}
