/* SPDX-License-Identifier: GPL-3.0-or-later */

/* read: any range of the chip's memory into a file. */

#include "config.h"

#include "ctl-command.h"
#include "ctl-json.h"

#include "base/fk-blank.h"
#include "base/fk-error.h"
#include "base/fk-number.h"
#include "image/fk-image-format.h"
#include "job/fk-read-job.h"

static gboolean
parse_range (char **arguments, FkRange *range, GError **error)
{
  if (!fk_number_parse_address (arguments[0], &range->address, error))
    {
      g_prefix_error (error, "ADDRESS: ");
      return FALSE;
    }
  if (!fk_number_parse_u32 (arguments[1], &range->size, error))
    {
      g_prefix_error (error, "LENGTH: ");
      return FALSE;
    }
  return TRUE;
}

static const FkImageFormat *
choose_format (CtlContext *context, const char *path, GError **error)
{
  const char *name = ctl_context_get_option (context, "format");
  const FkImageFormat *format =
      name != NULL ? fk_image_format_find (name) : fk_image_format_for_path (path);

  if (format == NULL && name != NULL)
    g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "--format takes binary, ihex or srec, not \"%s\"",
                 name);
  else if (format == NULL)
    format = fk_image_format_find ("binary");
  if (format != NULL && format->write == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "%s files can be read, but not written",
                   format->title);
      return NULL;
    }
  return format;
}

/* Found out before a long read rather than after it. */
static gboolean
check_folder (GFile *file, GError **error)
{
  g_autoptr (GFile) folder = g_file_get_parent (file);
  const char *path = folder != NULL ? g_file_peek_path (folder) : NULL;
  const char *name = g_file_peek_path (file);

  if (name != NULL && g_file_test (name, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS,
                   "%s cannot be saved: a folder has that name", name);
      return FALSE;
    }
  if (path == NULL || g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS, "%s cannot be saved: there is no folder %s",
               g_file_peek_path (file), path);
  return FALSE;
}

/* A dump of yesterday is somebody's only backup. */
static gboolean
check_overwrite (CtlContext *context, const char *path, GError **error)
{
  g_autofree char *what = g_strdup_printf ("%s is there already.", path);

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  return ctl_context_confirm_if_asked (context, what, "Replace it", error);
}

static CtlExit
run (CtlContext *context, char **arguments, GError **error)
{
  JsonBuilder *builder = ctl_context_get_builder (context);
  const char *path = arguments[2];
  const FkImageFormat *format = choose_format (context, path, error);
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (FkJob) job = NULL;
  FkRange range;

  if (format == NULL || !parse_range (arguments, &range, error))
    return CTL_EXIT_USAGE;
  if (g_str_equal (path, "-"))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "read saves into a file; \"-\" is none (/dev/stdout is, with --quiet)");
      return CTL_EXIT_USAGE;
    }
  if (!check_folder (file, error) || !check_overwrite (context, path, error))
    return CTL_EXIT_FAILED;
  job = fk_read_job_new (range);
  if (!ctl_context_run (context, job, error) ||
      !fk_image_save_file (fk_read_job_get_image (FK_READ_JOB (job)), file, format, FK_BLANK, NULL,
                           error))
    return CTL_EXIT_FAILED;

  ctl_json_string (builder, "file", path);
  ctl_json_string (builder, "format", format->name);
  ctl_json_range (builder, range);
  ctl_context_remark (context,
                      "Read %" G_GUINT32_FORMAT " bytes, 0x%08x to 0x%08" G_GINT64_MODIFIER
                      "x inclusive, into %s.\n",
                      range.size, range.address, fk_range_end (range) - 1, path);
  return CTL_EXIT_DONE;
}

static const CtlOption options[] = {
  { "format", "FORMAT", "binary, ihex or srec; by the file's suffix if not given" },
  { NULL },
};

const CtlCommand ctl_command_read = {
  .name = "read",
  .arguments = "ADDRESS LENGTH FILE",
  .summary = "Reads any range of the chip's memory into a file",
  .min_arguments = 3,
  .max_arguments = 3,
  .options = options,
  .run = run,
};
