/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a page to the comparison of a backup with what the chip holds now: the chip is read, the
 * backup loaded, and the page that shows both follows. */

#include "config.h"

#include "pages/fk-compare-chip.h"

#include <glib/gi18n.h>

#include "pages/fk-compare-page.h"

typedef struct
{
  FkPage *from;
  FkBackup *backup;
  FkLibraryModel *library;
  FkReadJob *job; /* once it is done */
} Comparison;

static void
comparison_free (gpointer data)
{
  Comparison *comparison = data;

  g_object_unref (comparison->from);
  g_object_unref (comparison->backup);
  g_object_unref (comparison->library);
  g_clear_object (&comparison->job);
  g_free (comparison);
}

static void
fail (Comparison *comparison, const GError *error)
{
  FkWindow *window = fk_page_get_window (comparison->from);

  if (window != NULL)
    fk_window_show_error (window, error);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Comparison *comparison = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (FkImage) image =
      fk_library_model_load_flash_finish (FK_LIBRARY_MODEL (source), result, &error);
  FkIdentity *identity = fk_read_job_get_identity (comparison->job);
  FkWindow *window = fk_page_get_window (comparison->from);

  if (image == NULL)
    fail (comparison, error);
  /* Whoever went elsewhere meanwhile is not called back. */
  else if (window != NULL && gtk_widget_get_mapped (GTK_WIDGET (comparison->from)))
    {
      GBytes *uid = fk_identity_get_uid_bytes (identity);
      gboolean same_chip =
          g_strcmp0 (fk_identity_get_uid (identity), fk_backup_get_uid (comparison->backup)) == 0;
      FkCompareSide a = { _ ("Backup"), image, same_chip ? uid : NULL };
      FkCompareSide b = { _ ("Chip"), fk_read_job_get_image (comparison->job), uid };

      fk_window_push (window, fk_compare_page_new (&a, &b, fk_identity_get_chip (identity)));
    }
  comparison_free (comparison);
}

static void
on_read (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  Comparison *comparison = user_data;

  if (error != NULL)
    {
      fail (comparison, error);
      comparison_free (comparison);
      return;
    }
  comparison->job = g_object_ref (FK_READ_JOB (job));
  fk_library_model_load_flash_async (comparison->library, comparison->backup, NULL, on_loaded,
                                     comparison);
}

/**
 * fk_compare_chip:
 * @from: the page that leads to the comparison, which follows only while this one is seen
 * @board: whose chip is read
 */
void
fk_compare_chip (FkPage *from, FkBoard *board, FkBackup *backup, FkLibraryModel *library)
{
  Comparison *comparison;
  g_autoptr (FkJob) job = NULL;

  g_return_if_fail (FK_IS_PAGE (from));
  g_return_if_fail (FK_IS_BOARD (board));
  g_return_if_fail (FK_IS_BACKUP (backup));

  comparison = g_new0 (Comparison, 1);
  comparison->from = g_object_ref (from);
  comparison->backup = g_object_ref (backup);
  comparison->library = g_object_ref (library);
  job = fk_read_job_new_flash ();
  fk_board_run (board, job, on_read, comparison, NULL);
}
