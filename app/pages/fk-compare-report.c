/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A comparison as a file to keep or to send.  It is made and written on another thread; what was
 * there before stays until the new one is whole. */

#include "config.h"

#include "pages/fk-compare-report.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/fk-error.h"
#include "base/fk-save.h"
#include "compare/fk-report.h"

typedef struct
{
  GPtrArray *sides; /* of FkCompareSide */
  FkCollation *collation;
  GPtrArray *fields; /* (nullable) */
  gboolean fields_are_whole;
  GFile *file;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_ptr_array_unref (request->sides);
  g_object_unref (request->collation);
  g_clear_pointer (&request->fields, g_ptr_array_unref);
  g_object_unref (request->file);
  g_free (request);
}

static gboolean
is_html (const char *path)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);

  return g_str_has_suffix (lower, ".html") || g_str_has_suffix (lower, ".htm");
}

static char *
make_report (const Request *request, const char *path)
{
  FkReportSide sides[FK_LINEUP_MAX_SIDES] = { { NULL } };

  for (guint i = 0; i < request->sides->len; i++)
    {
      FkCompareSide *side = g_ptr_array_index (request->sides, i);
      FkChip *chip = fk_compare_side_get_chip (side);

      sides[i].name = fk_compare_side_get_title (side);
      sides[i].chip = chip != NULL ? fk_chip_get_name (chip) : NULL;
      sides[i].uid = fk_compare_side_get_uid (side);
      sides[i].date = fk_compare_side_get_detail (side);
      sides[i].image = fk_compare_side_get_image (side);
    }
  return fk_report_make (is_html (path) ? FK_REPORT_HTML : FK_REPORT_TEXT, sides,
                         request->collation, request->fields, request->fields_are_whole);
}

static void
save_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Request *request = task_data;
  g_autofree char *path = g_file_get_path (request->file);
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;
  char *text;

  if (path == NULL)
    {
      g_task_return_new_error (task, FK_ERROR, FK_ERROR_FILE_ACCESS, "%s",
                               _ ("The report can only be saved on this computer"));
      return;
    }
  text = make_report (request, path);
  bytes = g_bytes_new_take (text, strlen (text));
  if (fk_save_bytes (path, bytes, TRUE, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * fk_compare_report_save_async:
 * @sides: (element-type FkCompareSide): that were compared; not changed from now on
 * @result: of comparing them
 * @file: replaced if it is there; HTML if its name says so, and else text
 */
void
fk_compare_report_save_async (GPtrArray *sides,
                              const FkCompareResult *result,
                              GFile *file,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Request *request;

  g_return_if_fail (sides != NULL);
  g_return_if_fail (result != NULL);
  g_return_if_fail (G_IS_FILE (file));

  request = g_new0 (Request, 1);
  request->sides = g_ptr_array_ref (sides);
  request->collation = g_object_ref (result->collation);
  request->fields = result->fields != NULL ? g_ptr_array_ref (result->fields) : NULL;
  request->fields_are_whole = result->fields_are_whole;
  request->file = g_object_ref (file);
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, fk_compare_report_save_async);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, save_thread);
}

/**
 * fk_compare_report_save_finish:
 *
 * Errors: what saving a file says.
 */
gboolean
fk_compare_report_save_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
