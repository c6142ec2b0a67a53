/* SPDX-License-Identifier: GPL-3.0-or-later */

/* library import and export: folders, archives and firmware files. */

#include "config.h"

#include "ctl-library-exchange.h"

#include "ctl-file.h"
#include "ctl-json.h"

#include "base/fk-error.h"
#include "job/fk-backup-image.h"
#include "library/fk-archive.h"

#include <stdio.h>

static gboolean
find_chip (CtlContext *context, const FkChipDesc **chip, guint32 *flash_size, GError **error)
{
  const char *part = ctl_context_get_option (context, "chip");

  *chip = NULL;
  *flash_size = 0;
  if (part == NULL)
    return TRUE;
  *chip = fk_chip_db_find_part (fk_chip_db_get_default (), part, flash_size);
  if (*chip != NULL)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
               "--chip %s: no chip of that name is known here; it takes the name that is printed "
               "on "
               "the chip, such as STM32F405RG",
               part);
  return FALSE;
}

static FkBackup *
import_file (CtlContext *context, GFile *file, gboolean *was_there, GError **error)
{
  const char *name = ctl_context_get_option (context, "name");
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *title = g_filename_display_name (base);
  g_autoptr (FkImage) image = NULL;
  const FkChipDesc *chip;
  guint32 flash_size;

  if (!find_chip (context, &chip, &flash_size, error))
    return NULL;
  image = ctl_file_load_placed (context, g_file_peek_path (file),
                                ctl_context_get_option (context, "address"), error);
  if (image == NULL)
    return NULL;
  return fk_backup_image_import (ctl_context_get_library (context), image, chip, flash_size,
                                 name != NULL ? name : title, g_file_peek_path (file), was_there,
                                 NULL, error);
}

static gboolean
is_firmware_file (GFile *place)
{
  const char *path = g_file_peek_path (place);

  return path != NULL && g_file_test (path, G_FILE_TEST_EXISTS) &&
         !g_file_test (path, G_FILE_TEST_IS_DIR) && !fk_archive_is_zip (path);
}

/* What describes a firmware file, a backup tells itself. */
static gboolean
check_no_options (CtlContext *context, GError **error)
{
  static const char *const options[] = { "name", "chip", "address" };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    if (ctl_context_get_option (context, options[i]) != NULL)
      {
        g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                     "--%s is for importing a firmware file; a backup says it itself", options[i]);
        return FALSE;
      }
  return TRUE;
}

CtlExit
ctl_library_import (CtlContext *context, char **arguments, GError **error)
{
  JsonBuilder *builder = ctl_context_get_builder (context);
  g_autoptr (GFile) place = g_file_new_for_commandline_arg (arguments[0]);
  g_autoptr (FkBackup) backup = NULL;
  gboolean was_there = FALSE;

  if (is_firmware_file (place))
    backup = import_file (context, place, &was_there, error);
  else if (!g_file_query_exists (place, NULL) || check_no_options (context, error))
    backup = fk_library_import (ctl_context_get_library (context), place, &was_there, NULL, error);
  if (backup == NULL)
    return CTL_EXIT_FAILED;
  ctl_json_backup (builder, backup);
  ctl_json_bool (builder, "was_there", was_there);
  if (was_there && !ctl_context_get_quiet (context))
    fprintf (stderr,
             "flashkeepctl: The library has this already, as \"%s\"; nothing was changed, and its "
             "name and notes stay as they are.\n",
             fk_backup_get_name (backup));
  if (!ctl_context_get_json (context))
    puts (fk_backup_get_id (backup));
  return CTL_EXIT_DONE;
}

typedef enum
{
  PLACE_FOLDER,
  PLACE_ARCHIVE,
  PLACE_FIRMWARE,
} PlaceKind;

/* By --format, else by the suffix; without one, a folder. */
static gboolean
choose_kind (CtlContext *context,
             GFile *place,
             PlaceKind *kind,
             const FkImageFormat **format,
             GError **error)
{
  const char *name = ctl_context_get_option (context, "format");
  g_autofree char *base = g_file_get_basename (place);
  gboolean is_folder = g_file_query_file_type (place, 0, NULL) == G_FILE_TYPE_DIRECTORY;

  *kind = PLACE_FIRMWARE;
  *format = NULL;
  if (name != NULL)
    *format = fk_image_format_find (name);
  else if (!is_folder)
    *format = fk_image_format_for_path (base);
  if (*format != NULL && (*format)->write != NULL)
    return TRUE;
  if (*format == NULL && (name != NULL ? g_str_equal (name, "archive")
                                       : g_str_has_suffix (base, FK_ARCHIVE_SUFFIX) && !is_folder))
    *kind = PLACE_ARCHIVE;
  else if (*format == NULL && (name == NULL || g_str_equal (name, "folder")))
    *kind = PLACE_FOLDER;
  else
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "--format takes folder, archive, binary, ihex or srec, not \"%s\"",
                   name != NULL ? name : (*format)->name);
      return FALSE;
    }
  return TRUE;
}

/* Into a folder that is there under the backup's id. */
static gboolean
export_firmware (
    FkBackup *backup, GFile *place, const FkImageFormat *format, char **path, GError **error)
{
  g_autofree char *name = g_strconcat (fk_backup_get_id (backup), ".", format->suffixes[0], NULL);
  g_autoptr (GFile) file = g_file_query_file_type (place, 0, NULL) == G_FILE_TYPE_DIRECTORY
                               ? g_file_get_child (place, name)
                               : g_object_ref (place);

  *path = g_file_get_path (file);
  return fk_backup_image_export (backup, file, format, FALSE, NULL, error);
}

/* Before the file is written, so that it can still be stopped. */
static void
tell_fill (CtlContext *context, FkBackup *backup, const FkImageFormat *format)
{
  g_autofree char *text = format != NULL ? fk_backup_image_describe_fill (backup, format) : NULL;

  ctl_context_tell_warnings (context, "gaps-filled", (const char *const[]){ text, NULL });
}

CtlExit
ctl_library_export (CtlContext *context, char **arguments, GError **error)
{
  JsonBuilder *builder = ctl_context_get_builder (context);
  FkLibrary *library = ctl_context_get_library (context);
  g_autoptr (GFile) place = g_file_new_for_commandline_arg (arguments[1]);
  g_autoptr (FkBackup) backup = fk_library_find (library, arguments[0], error);
  const FkImageFormat *format;
  g_autofree char *path = NULL;
  gboolean was_there = FALSE;
  gboolean done = FALSE;
  PlaceKind kind;

  if (backup == NULL || !choose_kind (context, place, &kind, &format, error))
    return CTL_EXIT_FAILED;
  tell_fill (context, backup, kind == PLACE_FIRMWARE ? format : NULL);
  switch (kind)
    {
    case PLACE_FOLDER:
      done = fk_library_export (library, backup, place, &path, &was_there, NULL, error);
      break;
    case PLACE_ARCHIVE:
      done =
          fk_library_export_archive (library, backup, place, FALSE, &path, &was_there, NULL, error);
      break;
    case PLACE_FIRMWARE:
      done = export_firmware (backup, place, format, &path, error);
      break;
    }
  if (!done)
    return CTL_EXIT_FAILED;
  ctl_json_string (builder, "id", fk_backup_get_id (backup));
  ctl_json_string (builder, "path", path);
  ctl_json_bool (builder, "was_there", was_there);
  ctl_context_remark (context,
                      was_there ? "%s is in %s already, whole and the same; nothing was changed.\n"
                                : "Copied %s to %s.\n",
                      fk_backup_get_id (backup), path);
  return CTL_EXIT_DONE;
}
